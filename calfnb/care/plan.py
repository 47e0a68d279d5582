"""Care plans: what to do and not to do, what treatment to expect, when to look again, and what is held back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from calfnb.tables.loading_care import load_care
from calfnb.tables.problems import InputError, did_you_mean, listed, sentence
from calfnb.tables.records import LEVELS, Level
from calfnb.tables.records_care import (
    PHASES,
    AnatomyPart,
    CareAction,
    CareCondition,
    CareTables,
    CareTool,
    Professional,
    Recovery,
)

__all__ = [
    "CareError",
    "CarePlan",
    "anatomy_for",
    "care_tables",
    "first_hours",
    "held_back",
    "higher_level",
    "is_held_back",
    "known",
    "plan_care",
    "professionals_for",
    "recovery_of",
    "tools_for",
]

_HELD = frozenset(LEVELS[LEVELS.index("same_day") :])


class CareError(InputError):
    """A condition, phase or level does not exist; the message is one sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(sentence(message))


@dataclass(frozen=True, slots=True)
class CarePlan:
    """Care of one condition in one phase.

    ``level`` is the higher of the case's level and the condition's own urgency. ``held_back`` is the
    reason why exercise is not in the plan, "" if it is. ``review_day`` is None when no first day was
    given; ``review_after_days`` is always there. ``send_back`` has the findings that send the person
    back, the most urgent first; it is never empty.
    """

    condition_id: str
    phase: str
    level: Level
    held_back: str
    summary: str
    expect: str
    surgery: str
    do: tuple[CareAction, ...]
    dont: tuple[CareAction, ...]
    treatments: tuple[CareAction, ...]
    investigations: tuple[CareAction, ...]
    send_back: tuple[CareAction, ...]
    tools: tuple[CareTool, ...]
    recovery: tuple[Recovery, ...]
    who: tuple[Professional, ...]
    ladder: str
    ladder_note: str
    pain_limit_0_10: float | None
    start_day: date | None
    review_after_days: int
    review_day: date | None
    review_why: str
    tables_version: str
    care_version: str

    @property
    def actions(self) -> tuple[CareAction, ...]:
        """Every row of the plan."""
        return (*self.do, *self.dont, *self.treatments, *self.investigations, *self.send_back)


def is_held_back(level: Level) -> bool:
    """Tell whether exercise, stretching, massage and running are held back at this level."""
    return level in _HELD


def held_back(level: Level, *, care: CareTables | None = None) -> str:
    """Return the reason why exercise content is not shown at this level, or "" if it is.

    Raises
    ------
    CareError
        If there is no such level.
    """
    known(level, LEVELS, "level")
    return care_tables(care).tables.text(f"care.held_back.{level}") if level in _HELD else ""


def higher_level(first: Level, second: Level) -> Level:
    """Return the more urgent of two levels."""
    return max(first, second, key=LEVELS.index)


def plan_care(
    condition_id: str,
    phase: str = "first_72_hours",
    level: Level = "self_care",
    *,
    start: date | None = None,
    grade: str = "",
    care: CareTables | None = None,
) -> CarePlan:
    """Plan the care of one condition in one phase.

    Parameters
    ----------
    condition_id
        The condition that is thought likely.
    phase
        ``first_72_hours``, ``early``, ``rehab`` or ``return``.
    level
        Triage level of the case. The plan takes the higher of it and the condition's urgency.
    start
        First day of the plan; gives the day of the review.
    grade
        Grade of the injury as the recovery table writes it; "" for all grades.
    care
        Other care tables than the shipped ones.

    Raises
    ------
    CareError
        If the condition, the phase or the level does not exist.
    """
    tables = care_tables(care)
    row = _condition(tables, condition_id)
    known(phase, PHASES, "phase")
    known(level, LEVELS, "level")
    reached = higher_level(level, tables.tables.conditions[condition_id].urgency)
    return _plan(tables, row, phase, reached, start=start, grade=grade)


def _plan(
    tables: CareTables, row: CareCondition, phase: str, level: Level, *, start: date | None, grade: str
) -> CarePlan:
    condition_id = row.condition_id
    held = held_back(level, care=tables)
    own_emergency = is_held_back(tables.tables.conditions[condition_id].urgency)
    # What a condition is and needs is said unless another one that is more urgent holds it back.
    told = own_emergency or not held
    rows = [action for action in tables.actions.values() if action.concerns(condition_id)]
    shown = [action for action in rows if _belongs(action, phase, held=bool(held), own_emergency=own_emergency)]
    days = _review_days(row, level)
    return CarePlan(
        condition_id=condition_id,
        phase=phase,
        level=level,
        held_back=held,
        summary=row.summary if told else "",
        expect=row.expect if told else "",
        surgery=row.surgery if told else "",
        do=_of_kind(shown, "do"),
        dont=_of_kind(shown, "dont"),
        treatments=_of_kind(shown, "treatment"),
        investigations=_of_kind(shown, "investigation"),
        send_back=_send_back(rows),
        tools=() if held else tools_for(condition_id, level, care=tables),
        recovery=() if held else recovery_of(condition_id, grade=grade, care=tables),
        who=_who(tables, row, told=told),
        ladder="never_here" if held else row.ladder,
        ladder_note="" if held else row.ladder_note,
        pain_limit_0_10=None if held else row.pain_limit_0_10,
        start_day=start,
        review_after_days=days,
        review_day=None if start is None else start + timedelta(days=days),
        review_why=row.review_why if told else held,
        tables_version=tables.tables.version,
        care_version=tables.version,
    )


def first_hours(
    condition_ids: Iterable[str], level: Level = "self_care", *, care: CareTables | None = None
) -> tuple[CarePlan, ...]:
    """Return the plans of the first 72 hours of several conditions, in the order given; raises CareError."""
    return tuple(plan_care(condition_id, "first_72_hours", level, care=care) for condition_id in condition_ids)


def recovery_of(condition_id: str, *, grade: str = "", care: CareTables | None = None) -> tuple[Recovery, ...]:
    """Return the recovery rows of a condition, those of a timeline first; raises CareError.

    Rows that are about injuries in general have no condition and come last.
    """
    tables = care_tables(care)
    _condition(tables, condition_id)
    rows = [row for row in tables.recovery.values() if condition_id in row.condition_ids]
    if any(row.display == "days" for row in rows):
        # Where a doctor decides, the days of other injuries would be taken as an answer.
        rows += [row for row in tables.recovery.values() if not row.condition_ids]
    if grade:
        rows = [row for row in rows if row.grade in ("", grade)]
    order = {"recovery": 0, "advice": 1, "programme": 2}
    return tuple(sorted(rows, key=lambda row: (not row.condition_ids, order[row.milestone_type])))


def tools_for(condition_id: str, level: Level, *, care: CareTables | None = None) -> tuple[CareTool, ...]:
    """Return the self-care tools that may be shown for a condition at a level; none while held back."""
    tables = care_tables(care)
    _condition(tables, condition_id)
    known(level, LEVELS, "level")
    reached = higher_level(level, tables.tables.conditions[condition_id].urgency)
    if is_held_back(reached):
        return ()
    return tuple(tool for tool in tables.tools.values() if condition_id not in tool.never_with)


def professionals_for(condition_id: str, *, care: CareTables | None = None) -> tuple[Professional, ...]:
    """Return who helps with a condition, the first to see first; raises CareError."""
    tables = care_tables(care)
    return tuple(tables.professionals[name] for name in _condition(tables, condition_id).who)


def anatomy_for(condition_id: str, *, care: CareTables | None = None) -> tuple[AnatomyPart, ...]:
    """Return the parts of the leg that hurt in a condition; raises CareError."""
    tables = care_tables(care)
    _condition(tables, condition_id)
    return tuple(part for part in tables.anatomy.values() if condition_id in part.condition_ids)


# ---- what belongs to a plan -------------------------------------------------------------------------


def _belongs(action: CareAction, phase: str, *, held: bool, own_emergency: bool) -> bool:
    """Tell whether a row is shown; while held back only first aid, prohibitions and the emergency's own care are."""
    if action.kind == "escalate":
        return False
    if not held:
        return action.phase in (phase, "any")
    if action.kind == "dont":
        return action.phase in ("first_72_hours", "any")
    if action.exercise:
        return False
    if action.kind == "do":
        return action.while_waiting
    return own_emergency and bool(action.condition_ids)


def _of_kind(rows: Sequence[CareAction], kind: str) -> tuple[CareAction, ...]:
    """Return the rows of a kind: first aid first, then those of the condition before those of every condition."""
    found = [row for row in rows if row.kind == kind]
    return tuple(sorted(found, key=lambda row: (not row.while_waiting, not row.condition_ids)))


def _send_back(rows: Sequence[CareAction]) -> tuple[CareAction, ...]:
    found = [row for row in rows if row.kind == "escalate"]
    return tuple(sorted(found, key=lambda row: (-LEVELS.index(row.level), not row.condition_ids)))


def _who(tables: CareTables, row: CareCondition, *, told: bool) -> tuple[Professional, ...]:
    names = row.who if told else ("emergency_department", "family_doctor")
    return tuple(tables.professionals[name] for name in names if name in tables.professionals)


def _review_days(row: CareCondition, level: Level) -> int:
    """Return the days to the review: none while urgent, and never later than the level asks for."""
    if is_held_back(level):
        return 0
    return min(row.review_after_days, 3) if level == "within_days" else row.review_after_days


def _condition(tables: CareTables, condition_id: str) -> CareCondition:
    if condition_id not in tables.conditions:
        near = did_you_mean(condition_id, tables.conditions)
        raise CareError(f"there is no condition {condition_id!r} in the care tables{near}")
    return tables.conditions[condition_id]


def known(value: str, allowed: Sequence[str], what: str) -> None:
    """Raise CareError, with what there is, unless a value is among those allowed."""
    if value not in allowed:
        raise CareError(f"{what} must be one of {listed(allowed)}, not {value!r}{did_you_mean(value, allowed)}")


def care_tables(care: CareTables | None) -> CareTables:
    """Return the tables given, or the shipped ones."""
    return load_care() if care is None else care
