"""Interactive decision notebooks for teaching clinical reasoning about calf pain in runners.

For teaching with invented patients under a teacher. Not a medical device, and not for the care of any person.

>>> import calfnb
>>> result = calfnb.assess({"calf_swelling": "yes", "side": "one_leg"}, setting="sports_clinic")
>>> result.triage.level
'same_day'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from calfnb.case import Case, CaseError, CodeError
    from calfnb.reasoning.assessment import assess
    from calfnb.tables import TablesError, check_tables, load_tables

__version__ = "0.1.0"

__all__ = [
    "Case",
    "CaseError",
    "CodeError",
    "TablesError",
    "__version__",
    "assess",
    "check_tables",
    "load_tables",
]

# Imported when first used: a command line that only prints its help should not wait for numpy.
_HOMES = {
    "assess": "calfnb.reasoning.assessment",
    "Case": "calfnb.case",
    "CaseError": "calfnb.case",
    "CodeError": "calfnb.case",
    "TablesError": "calfnb.tables",
    "check_tables": "calfnb.tables",
    "load_tables": "calfnb.tables",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
