"""Logs of return runs from outside: read from JSON, checked, every mistake one sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from calfnb.care.return_to_run import Decision, ReturnError, Session, read_day, stage_of
from calfnb.tables.problems import did_you_mean, listed
from calfnb.tables.records_care import CareTables

__all__ = ["ReturnLog", "decision_to_dict", "read_log"]

_LONGEST = 1_000_000
_MOST_SESSIONS = 2000
_FIRST_YEAR = 2000
_PAINS = ("pain_during_0_10", "pain_next_morning_0_10", "usual_morning_0_10")
_ANSWERS = ("sharp", "limp", "red_flag", "settled_24h", "review_done")
_KEYS = ("date", "stage", *_PAINS, *_ANSWERS, "gates_passed")
_LOG_KEYS = ("condition", "gates_passed", "sessions")


@dataclass(frozen=True, slots=True)
class ReturnLog:
    """A checked log: its sessions, oldest first, the condition ("" if it is not known), the gates passed before."""

    sessions: tuple[Session, ...]
    condition_id: str
    gates_passed: frozenset[str]


def read_log(text: str, care: CareTables, *, today: date) -> ReturnLog:
    """Read a log from JSON: a list of sessions, or an object with ``sessions``, ``condition``, ``gates_passed``.

    Raises
    ------
    ReturnError
        At the first thing that is wrong: a sentence that names the session and what to write instead.
    """
    if len(text) > _LONGEST:
        raise ReturnError("the log is longer than a megabyte; it must be a list of sessions")
    try:
        found = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        where = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise ReturnError(f"the log is not valid JSON{where}; it must be a list of sessions") from error
    condition, gates, rows = "", frozenset[str](), found
    if isinstance(found, dict):
        _check_keys(found, _LOG_KEYS, "the log")
        condition, gates = _condition(found.get("condition"), care), _gates(found.get("gates_passed"), care, "the log")
        rows = found.get("sessions")
    if not isinstance(rows, list):
        raise ReturnError("the log must be a list of sessions, each with its date, stage and pains")
    if not rows:
        raise ReturnError("the log has no session; note at least one with its date, stage and pains")
    if len(rows) > _MOST_SESSIONS:
        raise ReturnError(f"the log has {len(rows)} sessions; at most {_MOST_SESSIONS} are read")
    sessions = tuple(_session(row, f"session {number}", care, today) for number, row in enumerate(rows, start=1))
    for number, (earlier, later) in enumerate(pairwise(sessions), start=2):
        if later.day < earlier.day:
            raise ReturnError(
                f"the dates are out of order: session {number} on {later.day} comes after {earlier.day}; "
                "put the oldest first"
            )
    return ReturnLog(sessions, condition, gates)


def decision_to_dict(decision: Decision, care: CareTables) -> dict[str, object]:
    """Return what the command prints of a decision: stage, decision, rules, next date, why."""
    return {
        "stage": decision.stage,
        "decision": decision.decision,
        "rule_ids": list(decision.rule_ids),
        "next_date": None if decision.next_date is None else decision.next_date.isoformat(),
        "why": why_sentence(decision, care),
    }


def why_sentence(decision: Decision, care: CareTables) -> str:
    """Say what to do and why, and what nobody noted."""
    parts = [decision.action, decision.why]
    if decision.review and decision.next_date is not None:
        parts.append(care.tables.text("care.log.review"))
    if decision.not_recorded:
        names = [care.tables.text(f"care.log.signal.{name}") for name in decision.not_recorded]
        parts.append(care.tables.text("care.log.not_recorded", names=listed_words(names)))
    return " ".join(parts)


def listed_words(words: Sequence[str]) -> str:
    """Join words as in a sentence, with ``or`` before the last."""
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _session(row: object, name: str, care: CareTables, today: date) -> Session:
    if not isinstance(row, dict):
        raise ReturnError(f"{name} must be an object with date, stage and pains, not {str(row)[:40]!r}")
    _check_keys(row, _KEYS, name)
    for key in ("date", "stage"):
        if key not in row:
            raise ReturnError(f"{name} has no {key}")
    day = read_day(row["date"], f"the date of {name}")
    if day > today + timedelta(days=1):
        raise ReturnError(f"{name} is dated {day}, which lies in the future; today is {today}")
    if day.year < _FIRST_YEAR:
        raise ReturnError(f"{name} is dated {day}, which is too long ago to be right")
    stage = row["stage"]
    if isinstance(stage, bool) or not isinstance(stage, int):
        raise ReturnError(f"the stage of {name} must be a whole number, not {str(stage)[:40]!r}")
    try:
        stage_of(care, stage)
    except ReturnError as error:
        raise ReturnError(f"{name}: {error}") from error
    during, morning, usual = (_pain(row.get(key), key, name) for key in _PAINS)
    sharp, limp, red_flag, settled, review = (_answer(row.get(key), key, name) for key in _ANSWERS)
    return Session(
        day, stage, during, morning, usual, sharp=sharp, limp=limp, red_flag=red_flag, settled_24h=settled,
        review_done=bool(review), gates_passed=tuple(sorted(_gates(row.get("gates_passed"), care, name))),
    )  # fmt: skip


def _check_keys(row: Mapping[str, Any], known: Sequence[str], name: str) -> None:
    for key in row:
        if key not in known:
            raise ReturnError(f"{name} has an unknown entry {str(key)[:40]!r}{did_you_mean(str(key), known)}")


def _pain(value: object, key: str, name: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        raise ReturnError(f"{key} of {name} must be a number from 0 to 10, not {str(value)[:40]!r}")
    if not 0 <= value <= 10:
        raise ReturnError(f"{key} of {name} must lie between 0 and 10; {value:g} cannot be")
    return float(value)


def _answer(value: object, key: str, name: str) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise ReturnError(f"{key} of {name} must be true, false or null, not {str(value)[:40]!r}")


def _gates(value: object, care: CareTables, name: str) -> frozenset[str]:
    known = tuple(dict.fromkeys(gate.gate for gate in care.gates.values()))
    if value is None:
        return frozenset()
    if not isinstance(value, list) or not all(isinstance(gate, str) for gate in value):
        raise ReturnError(f"gates_passed of {name} must be a list of {listed(known)}")
    for gate in value:
        if gate not in known:
            raise ReturnError(f"{name}: there is no gate {gate[:40]!r}; gates are {listed(known)}")
    return frozenset(value)


def _condition(value: object, care: CareTables) -> str:
    if value is None or value == "":
        return ""
    if not isinstance(value, str) or value not in care.tables.conditions:
        near = did_you_mean(str(value), care.tables.conditions)
        raise ReturnError(f"there is no condition {str(value)[:40]!r}{near}")
    return value
