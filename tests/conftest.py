"""What several test modules share."""

from pathlib import Path

import pytest
from hypothesis import settings

from calfnb.tables import Tables, load_tables

# Time limits per example would make the tests depend on how busy the machine is.
settings.register_profile("calfnb", deadline=None, print_blob=True)
settings.load_profile("calfnb")

TINY = Path(__file__).parent / "data" / "tiny"


@pytest.fixture(scope="session")
def tiny_folder() -> Path:
    """A folder of invented tables: 3 conditions, 6 findings. Copy it before changing anything."""
    return TINY


@pytest.fixture(scope="session")
def tiny_tables() -> Tables:
    return load_tables(TINY)


@pytest.fixture(scope="session")
def shipped_tables() -> Tables:
    return load_tables()
