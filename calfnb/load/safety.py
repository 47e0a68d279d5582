"""What comes before every plan and every run: the safety questions, and the pain rules after a run.

An unanswered question is asked, never taken for a no. The pain rules are those of the ladder of
return to running, from the same table.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from calfnb.care import higher_level, is_held_back
from calfnb.care.return_to_run import Session, Situation, decide, pain_limit
from calfnb.load.rules import LoadError
from calfnb.tables.problems import did_you_mean
from calfnb.tables.records import LEVELS, Level
from calfnb.tables.records_care import CareCondition, CareTables
from calfnb.tables.records_load import LoadTables

__all__ = ["Gate", "PainVerdict", "SafetyAnswers", "pain_after_run", "safety_gate"]

_MOST_PAIN = 10.0
_A_DAY = date(2000, 1, 3)


@dataclass(frozen=True, slots=True)
class SafetyAnswers:
    """The answers before a plan; None is not answered.

    ``red_flag`` is any warning sign, ``sudden_sharp`` a sudden sharp calf pain today, ``pain_0_10`` the
    pain before starting. ``condition_id`` is what is thought of, "" for unknown. ``hours_since_strain``
    is None if there was no strain. ``level`` is the triage level of the case.
    """

    red_flag: bool | None = None
    sudden_sharp: bool | None = None
    pain_0_10: float | None = None
    condition_id: str = ""
    hours_since_strain: float | None = None
    level: Level = "self_care"


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether a plan may be shown; if not, what to ask first or why not.

    ``ask`` names the questions that are still open; ``rule_id`` and ``reason`` say what stops.
    """

    open: bool
    ask: tuple[str, ...] = ()
    rule_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PainVerdict:
    """What the pain of a run and of the next morning means (RP01 to RP06).

    ``may_go_on`` is True only for a good session; ``rest_hours`` is None where somebody looks first.
    """

    rule_ids: tuple[str, ...]
    may_go_on: bool
    rest_hours: int | None
    review: bool
    action: str
    why: str


def safety_gate(load: LoadTables, care: CareTables, answers: SafetyAnswers) -> Gate:
    """Say whether a plan of running may be shown.

    The order is that of danger: level of the case, warning signs, sudden pain, pain, what is thought of.

    Raises
    ------
    LoadError
        If an answer is impossible, such as a pain of 11.
    """
    text = load.tables.text
    if answers.level not in LEVELS:
        raise LoadError(f"there is no level {answers.level!r}{did_you_mean(answers.level, LEVELS)}")
    condition = _condition(care, answers.condition_id)
    level = answers.level
    if condition is not None:
        level = higher_level(level, care.tables.conditions[answers.condition_id].urgency)
    if answers.red_flag:
        return Gate(False, rule_id="WR01", reason=text("load.gate.red_flag"))
    if is_held_back(level):
        return Gate(False, rule_id="WR01", reason=care.tables.text(f"care.held_back.{level}"))
    if answers.sudden_sharp:
        return Gate(False, rule_id="WR02", reason=text("load.gate.sudden_sharp"))
    if answers.hours_since_strain is not None and answers.hours_since_strain < load.limit("strain_window_hours"):
        return Gate(False, rule_id="WR02", reason=text("load.gate.fresh_strain"))
    limit = pain_limit(care, answers.condition_id)
    if answers.pain_0_10 is not None and _pain(answers.pain_0_10, "the pain") > limit:
        return Gate(False, rule_id="WR03a", reason=text("load.gate.pain", limit=f"{limit:g}"))
    if condition is not None and condition.ladder != "open":
        return Gate(False, rule_id="WR29", reason=text(f"load.gate.{condition.ladder}", note=condition.ladder_note))
    unanswered = {"red_flag": answers.red_flag, "sudden_sharp": answers.sudden_sharp, "pain_0_10": answers.pain_0_10}
    ask = tuple(name for name, value in unanswered.items() if value is None)
    if ask:
        return Gate(False, ask=ask, reason=text("load.gate.ask"))
    return Gate(True)


def pain_after_run(
    care: CareTables,
    *,
    during_0_10: float | None,
    morning_change: float | None,
    condition_id: str = "",
    settled_24h: bool | None = None,
    sharp: bool | None = None,
    limp: bool | None = None,
    red_flag: bool | None = None,
    earlier_pains: tuple[float, ...] = (),
) -> PainVerdict:
    """Apply the pain rules to one run and the morning after.

    Parameters
    ----------
    during_0_10
        Pain during the run, 0 to 10; None if nobody noted it, which never lets a runner go on.
    morning_change
        How much worse than usual the next morning was, in points of 10; None if not noted.
    earlier_pains
        Pain during the two runs before, oldest first.

    Raises
    ------
    LoadError
        If a pain is impossible or there is no such condition.
    """
    _condition(care, condition_id)
    during = None if during_0_10 is None else _pain(during_0_10, "the pain during the run")
    if morning_change is not None and not (math.isfinite(morning_change) and abs(morning_change) <= _MOST_PAIN):
        raise LoadError(f"the morning's change lies between -10 and 10, not {morning_change}")
    pains = tuple(_pain(pain, "an earlier pain") for pain in earlier_pains)
    usual = None if morning_change is None else max(0.0, -morning_change)
    session = Session(
        day=_A_DAY,
        stage=1,
        pain_during_0_10=during,
        pain_next_morning_0_10=None if usual is None or morning_change is None else usual + morning_change,
        usual_morning_0_10=usual,
        sharp=sharp,
        limp=limp,
        red_flag=red_flag,
        settled_24h=settled_24h,
    )
    decision = decide(care, session, Situation(condition_id=condition_id, recent_pains=pains[-2:]))
    return PainVerdict(
        rule_ids=decision.rule_ids,
        may_go_on="RP01" in decision.rule_ids[:1],
        rest_hours=decision.rest_hours,
        review=decision.review,
        action=decision.action,
        why=decision.why,
    )


def _condition(care: CareTables, condition_id: str) -> CareCondition | None:
    if not condition_id:
        return None
    if condition_id not in care.conditions:
        near = did_you_mean(condition_id, care.conditions)
        raise LoadError(f"there is no condition {condition_id!r} in the care tables{near}")
    return care.conditions[condition_id]


def _pain(value: float, what: str) -> float:
    if isinstance(value, bool) or not math.isfinite(value) or not 0 <= value <= _MOST_PAIN:
        raise LoadError(f"{what} lies between 0 and 10, not {value}")
    return float(value)
