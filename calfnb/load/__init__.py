"""Training load: a log of runs, the rules it can be held against, and the next weeks.

Parts
-----
rules, body
    The load rules one by one: from two or three numbers to a value and its band.
activities, history
    A training log as columns; its sessions, weeks and shoes against the rules.
replay
    The log played again: which warning would have come in time?
safety
    The gate before every plan, and the pain rules after a run.
planner
    The next weeks under a rule that the teacher picks.
readers
    Files of training logs, read at the edge: ``read_files`` gives a `TrainingLog`. Nothing of a file
    is kept, and nothing leaves the machine.

>>> from calfnb.load import sessions
>>> from calfnb.load.readers import read_files
>>> from calfnb.tables import load_training
>>> load = load_training()
>>> log = read_files(["activities.csv"], load)                     # doctest: +SKIP
>>> [session.state for session in sessions(log, load)]             # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from calfnb.load.activities import Activity, Rejected, TrainingLog
    from calfnb.load.history import sessions, shoes, weeks
    from calfnb.load.planner import PlanRequest, plan_weeks, request_from_log
    from calfnb.load.replay import replay_log, standing, warnings
    from calfnb.load.rules import LoadError
    from calfnb.load.safety import SafetyAnswers, pain_after_run, safety_gate

__all__ = [
    "Activity",
    "LoadError",
    "PlanRequest",
    "Rejected",
    "SafetyAnswers",
    "TrainingLog",
    "pain_after_run",
    "plan_weeks",
    "replay_log",
    "request_from_log",
    "safety_gate",
    "sessions",
    "shoes",
    "standing",
    "warnings",
    "weeks",
]

# Imported when first used: the rules alone need neither numpy nor a parser.
_HOMES = {
    "Activity": "activities",
    "Rejected": "activities",
    "TrainingLog": "activities",
    "sessions": "history",
    "shoes": "history",
    "weeks": "history",
    "PlanRequest": "planner",
    "plan_weeks": "planner",
    "request_from_log": "planner",
    "replay_log": "replay",
    "standing": "replay",
    "warnings": "replay",
    "LoadError": "rules",
    "SafetyAnswers": "safety",
    "pain_after_run": "safety",
    "safety_gate": "safety",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
