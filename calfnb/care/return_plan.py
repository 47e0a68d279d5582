"""A dated return to running for one condition, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from calfnb.care import CareError, held_back, higher_level, is_held_back
from calfnb.care.return_to_run import PlannedSession, ReturnError, pain_limit, plan_ladder, plan_start
from calfnb.tables.problems import did_you_mean
from calfnb.tables.records import Level
from calfnb.tables.records_care import CareTables

__all__ = ["ReturnPlan", "plan_return", "why_no_ladder"]


@dataclass(frozen=True, slots=True)
class ReturnPlan:
    """The dated sessions of a return if every one goes well, with the pain it allows (0-10)."""

    condition_id: str
    sessions: tuple[PlannedSession, ...]
    pain_limit_0_10: float
    note: str
    start_day: date
    tables_version: str
    care_version: str


def why_no_ladder(
    care: CareTables, condition_id: str, level: Level = "self_care", *, clinician_agreed: bool = False
) -> str:
    """Return why the ladder is not offered, or "" if it is (after its gates).

    Parameters
    ----------
    condition_id
        The condition; "" for an unknown cause, which needs a clinician first.
    level
        Triage level of the case.
    clinician_agreed
        Whether a clinician has agreed to the return; it never outweighs the level.

    Raises
    ------
    CareError
        If the condition or the level does not exist.
    """
    row = care.conditions.get(condition_id)
    if row is None and condition_id:
        near = did_you_mean(condition_id, care.conditions)
        raise CareError(f"there is no condition {condition_id!r} in the care tables{near}")
    urgency = level if row is None else higher_level(level, care.tables.conditions[condition_id].urgency)
    if is_held_back(level):
        return held_back(urgency, care=care)
    if row is None:
        return "" if clinician_agreed else care.tables.text("care.ladder.unknown_cause")
    if row.ladder == "never_here":
        return row.ladder_note
    if (row.ladder == "clinician_first" or is_held_back(urgency)) and not clinician_agreed:
        return care.tables.text("care.ladder.clinician_first", note=row.ladder_note)
    return ""


def plan_return(
    care: CareTables,
    condition_id: str,
    *,
    start: date | str,
    today: date,
    level: Level = "self_care",
    from_stage: int = 1,
    to_stage: int | None = None,
    clinician_agreed: bool = False,
) -> ReturnPlan:
    """Date the run-walk ladder for a condition, as if every session went well.

    Raises
    ------
    ReturnError
        If the ladder is held back or not offered, the start lies in the past or too far away, or a rung
        does not exist; the message is one sentence.
    """
    reason = why_no_ladder(care, condition_id, level, clinician_agreed=clinician_agreed)
    if reason:
        raise ReturnError(reason)
    day = plan_start(start, today=today, care=care)
    row = care.conditions.get(condition_id)
    return ReturnPlan(
        condition_id=condition_id,
        sessions=plan_ladder(care, day, from_stage=from_stage, to_stage=to_stage),
        pain_limit_0_10=pain_limit(care, condition_id),
        note="" if row is None else row.ladder_note,
        start_day=day,
        tables_version=care.tables.version,
        care_version=care.version,
    )
