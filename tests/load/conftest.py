"""What the tests of training load share."""

import sys
from pathlib import Path

import pytest

from calfnb.tables import load_care, load_training

sys.path.insert(0, str(Path(__file__).resolve().parent))


@pytest.fixture(scope="session")
def load():
    return load_training()


@pytest.fixture(scope="session")
def care():
    return load_care()
