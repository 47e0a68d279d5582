"""The condition tables: rows of CSV files as checked, frozen records."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from calfnb.tables.checking import check_tables, shipped_folder
from calfnb.tables.loading import load_tables
from calfnb.tables.problems import Problem, TablesError
from calfnb.tables.records import Tables

if TYPE_CHECKING:
    from calfnb.tables.loading_care import load_care
    from calfnb.tables.loading_load import load_training
    from calfnb.tables.loading_prevention import load_prevention
    from calfnb.tables.loading_tests import load_tests

__all__ = [
    "Problem",
    "Tables",
    "TablesError",
    "check_tables",
    "load_care",
    "load_prevention",
    "load_tables",
    "load_tests",
    "load_training",
    "shipped_folder",
]

# Imported when first used: only the lesson on that part needs it.
_PARTS = {
    "load_care": "calfnb.tables.loading_care",
    "load_prevention": "calfnb.tables.loading_prevention",
    "load_tests": "calfnb.tables.loading_tests",
    "load_training": "calfnb.tables.loading_load",
}


def __getattr__(name: str) -> Any:
    if name not in _PARTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_PARTS[name]), name)
    globals()[name] = value
    return value
