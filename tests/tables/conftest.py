"""What the tests of the tables share."""

import shutil

import pytest
from spoilt import Copy


@pytest.fixture
def copy(tiny_folder, tmp_path) -> Copy:
    shutil.copytree(tiny_folder, tmp_path / "tables")
    return Copy(tmp_path / "tables")
