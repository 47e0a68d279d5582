"""What the tests of training load share."""

import pytest

from calfnb.tables import load_care, load_training


@pytest.fixture(scope="session")
def load():
    return load_training()


@pytest.fixture(scope="session")
def care():
    return load_care()
