"""Return to running: gates, the run-walk ladder as a calendar, and a log that moves along it by stated rules.

Public functions
----------------
heel_raise_check, knee_to_wall_check
    The two calculators of the gates; both refuse impossible values with a sentence.
check_gate
    A whole gate (``start``, ``speed``, ``hills``) from ticks and measurements: passed, failed, missing.
decide
    One session in one situation: which rule decides, where the ladder goes, why.
replay
    A whole log of sessions, oldest first.
plan_ladder
    The dated sessions of the ladder if every session goes well.
read_log, plan_start
    Values from outside, checked; they raise `ReturnError` with one sentence.

All of it rests on the care tables (`calfnb.tables.load_care`); a teacher's own ladder, rules and
limits are another folder of tables. Nothing here says that running is safe: `calfnb.care.held_back`
comes first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType

from calfnb.care.return_gates import (
    SEXES,
    GateResult,
    ReturnError,
    SideCheck,
    check_gate,
    gate_tests,
    heel_raise_check,
    knee_to_wall_check,
)
from calfnb.tables.problems import did_you_mean, listed
from calfnb.tables.records_care import CareTables, ReturnRule, ReturnStage

__all__ = [
    "SEXES",
    "Decision",
    "GateResult",
    "PlannedSession",
    "ReturnError",
    "Session",
    "SideCheck",
    "Situation",
    "check_gate",
    "decide",
    "gate_tests",
    "heel_raise_check",
    "knee_to_wall_check",
    "move_plan",
    "pain_limit",
    "plan_ladder",
    "plan_start",
    "read_day",
    "replay",
    "signals_of",
    "stage_of",
    "stage_words",
]

_HOURS_A_DAY = 24
_DECIMALS = 9


# ---- what goes in and comes out ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Session:
    """One return run as it was noted.

    Pains are 0 to 10; None is not noted, and never the same as no pain. ``sharp``, ``limp`` and
    ``red_flag`` are None where nobody asked. ``settled_24h`` is None to take it from the morning.
    """

    day: date
    stage: int
    pain_during_0_10: float | None
    pain_next_morning_0_10: float | None
    usual_morning_0_10: float | None
    sharp: bool | None = None
    limp: bool | None = None
    red_flag: bool | None = None
    settled_24h: bool | None = None
    review_done: bool = False
    gates_passed: tuple[str, ...] = ()

    @property
    def morning_change(self) -> float | None:
        """How much worse than usual the next morning was (points of 10), or None if not noted."""
        if self.pain_next_morning_0_10 is None or self.usual_morning_0_10 is None:
            return None
        return round(self.pain_next_morning_0_10 - self.usual_morning_0_10, _DECIMALS)


@dataclass(frozen=True, slots=True)
class Situation:
    """Where somebody stands on the ladder before a session.

    ``earned_stage`` is None before the first session: then the stage that was run counts as earned.
    ``setbacks`` and ``last_day`` are dates of earlier sessions, ``recent_pains`` the pains of the last
    ones at any stage, oldest first.
    """

    condition_id: str = ""
    earned_stage: int | None = None
    good_sessions: int = 0
    setbacks: tuple[date, ...] = ()
    recent_pains: tuple[float, ...] = ()
    last_day: date | None = None
    review_open: bool = False
    gates_passed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a session means for the ladder.

    ``rule_ids`` has the rule that decides first. ``rest_hours`` and ``next_date`` are None where
    somebody has to look first. ``not_recorded`` names what nobody noted.
    """

    stage: int
    decision: str
    next_step: str
    rule_ids: tuple[str, ...]
    row_id: str
    good_sessions: int
    rest_hours: int | None
    next_date: date | None
    review: bool
    action: str
    why: str
    not_recorded: tuple[str, ...]
    after: Situation = field(repr=False)


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """One dated session of the ladder; ``number`` counts the sessions of its stage from 1."""

    day: date
    stage: ReturnStage
    number: int


# ---- the log ----------------------------------------------------------------------------------------


def pain_limit(care: CareTables, condition_id: str) -> float:
    """Return the pain (0-10) that a return run may have in this condition; for an unknown cause the low one."""
    row = care.conditions.get(condition_id)
    if row is None or row.pain_limit_0_10 is None:
        return care.limit("unknown_pain_limit_0_10")
    return row.pain_limit_0_10


def stage_of(care: CareTables, number: int) -> ReturnStage:
    """Return a rung by its number.

    Raises
    ------
    ReturnError
        If the ladder has no such rung.
    """
    for stage in care.stages:
        if stage.stage == number:
            return stage
    last = care.stages[-1].stage if care.stages else 0
    raise ReturnError(f"the ladder has no stage {number}; stages are 0 to {last}")


def stage_words(stage: ReturnStage, care: CareTables) -> str:
    """One rung in words: walking, running, how often, how long."""
    text = care.tables.text
    if stage.jog_min and stage.walk_min:
        words = text(
            "care.stage.both", walk=f"{stage.walk_min:g}", jog=f"{stage.jog_min:g}", repeats=stage.repeats,
            total=f"{stage.total_min:g}",
        )  # fmt: skip
    else:
        words = text(f"care.stage.{'jog' if stage.jog_min else 'walk'}", total=f"{stage.jog_min or stage.walk_min:g}")
    return f"{words} {stage.extra}".strip()


def decide(care: CareTables, session: Session, before: Situation) -> Decision:
    """Decide what one session means: the first rule of the decision table whose condition holds.

    Parameters
    ----------
    session
        The run and the morning after it.
    before
        Where the runner stood before it.

    Raises
    ------
    ReturnError
        If the stage does not exist.
    """
    stage_of(care, session.stage)
    signals = signals_of(care, session, before)
    holding = [rule for rule, when in care.rule_expressions if when.holds(signals)]
    rule = holding[0]
    earned = session.stage if before.earned_stage is None else before.earned_stage
    reached = min(session.stage, earned)
    gates = before.gates_passed | frozenset(session.gates_passed)
    # Good sessions count for the rung on which they were run.
    good_before = before.good_sessions if before.earned_stage in (None, reached) else 0
    move = _move(care, rule, session.stage, reached, good_before, gates)
    setback = rule.setback
    pains = before.recent_pains if session.pain_during_0_10 is None else (
        *before.recent_pains, session.pain_during_0_10
    )  # fmt: skip
    review = rule.review or (before.review_open and not session.review_done)
    after = Situation(
        condition_id=before.condition_id,
        earned_stage=move.stage,
        good_sessions=move.good,
        setbacks=(*before.setbacks, session.day) if setback else before.setbacks,
        recent_pains=pains[-2:],
        last_day=session.day,
        review_open=review,
        gates_passed=frozenset() if setback and move.stage == 0 else gates,
    )
    extra = tuple(other.rule_id for other in holding[1:] if _told_too(rule, other))
    return Decision(
        stage=move.stage,
        decision=move.decision,
        next_step=move.next_step,
        rule_ids=tuple(dict.fromkeys((rule.rule_id, *extra))),
        row_id=rule.row_id,
        good_sessions=move.good,
        rest_hours=rule.rest_hours,
        next_date=None if rule.rest_hours is None else session.day + timedelta(hours=_whole_days(rule.rest_hours)),
        review=review,
        action=move.action or rule.action,
        why=rule.why,
        not_recorded=_not_recorded(session),
        after=after,
    )


def replay(
    care: CareTables,
    sessions: Sequence[Session],
    *,
    condition_id: str = "",
    gates_passed: frozenset[str] = frozenset(),
) -> tuple[Decision, ...]:
    """Decide a whole log, oldest session first; returns one decision a session.

    Raises
    ------
    ReturnError
        If the log is empty, dates are out of order, or a stage or the condition does not exist.
    """
    if not sessions:
        raise ReturnError("the log has no session; note at least one with its date, stage and pains")
    if condition_id and condition_id not in care.tables.conditions:
        near = did_you_mean(condition_id, care.tables.conditions)
        raise ReturnError(f"there is no condition {condition_id!r}{near}")
    known = {gate.gate for gate in care.gates.values()}
    for gate in sorted(gates_passed - known):
        raise ReturnError(f"there is no gate {gate!r}; gates are {listed(sorted(known))}")
    situation = Situation(condition_id=condition_id, gates_passed=gates_passed)
    decisions: list[Decision] = []
    for session in sessions:
        if situation.last_day and session.day < situation.last_day:
            raise ReturnError(
                f"the dates are out of order: {session.day} comes after {situation.last_day}; put the oldest first"
            )
        decision = decide(care, session, situation)
        decisions.append(decision)
        situation = decision.after
    return tuple(decisions)


def signals_of(care: CareTables, session: Session, before: Situation) -> Mapping[str, str]:
    """Return what the rules may ask about a session, each ``yes`` or ``no``; what is not known is left out."""
    during, change = session.pain_during_0_10, session.morning_change
    limit = pain_limit(care, before.condition_id)
    row = care.conditions.get(before.condition_id)
    settled = session.settled_24h if session.settled_24h is not None else (None if change is None else change <= 0)
    known: dict[str, bool | None] = {
        "red_flag": session.red_flag,
        "sharp": session.sharp,
        "limp": session.limp,
        "missing": during is None or change is None,
        "bone": row is not None and row.bone,
        "painful": None if during is None else during > 0,
        "over_limit": None if during is None else during > limit,
        "above_good": None if during is None else during > care.limit("good_pain_0_10"),
        "morning_worse": None if change is None else change > 0,
        "morning_worse_by_2": None if change is None else change >= care.limit("morning_rise_setback"),
        "not_settled": None if settled is None else not settled,
        "setback_before": _setback_before(care, session, before),
        "review_open": before.review_open and not session.review_done,
        "too_soon": _too_soon(care, session, before),
        "ahead": before.earned_stage is not None and session.stage > before.earned_stage,
        "rising": _rising(care, during, before),
    }
    return MappingProxyType({name: "yes" if value else "no" for name, value in known.items() if value is not None})


def _setback_before(care: CareTables, session: Session, before: Situation) -> bool:
    window = care.limit("setback_window_days")
    return any(0 <= (session.day - day).days <= window for day in before.setbacks)


def _too_soon(care: CareTables, session: Session, before: Situation) -> bool:
    if before.last_day is None:
        return False
    return (session.day - before.last_day).days * _HOURS_A_DAY < care.limit("rest_hours")


def _rising(care: CareTables, during: float | None, before: Situation) -> bool | None:
    if during is None or len(before.recent_pains) < 2:
        return None if during is None else False
    first, second = before.recent_pains[-2:]
    return first < second < during < care.limit("rising_below_0_10")


@dataclass(frozen=True, slots=True)
class _Move:
    stage: int
    good: int
    decision: str
    next_step: str
    action: str = ""


def _move(care: CareTables, rule: ReturnRule, run: int, reached: int, good_before: int, gates: frozenset[str]) -> _Move:
    """Say where the ladder goes: back, to a rung, up if enough good sessions are there and the gate is passed."""
    good = {"add": good_before + 1, "reset": 0, "keep": good_before}[rule.good_sessions]
    text = care.tables.text
    if rule.to_stage is not None:
        return _Move(rule.to_stage, good, rule.decision, rule.next_step)
    if rule.stages_back is not None:
        # Back from the rung that was run, and never above the one that was earned.
        return _Move(min(reached, max(0, run - rule.stages_back)), good, rule.decision, rule.next_step)
    if rule.decision != "advance":
        return _Move(reached, good, rule.decision, rule.next_step)
    needed = stage_of(care, reached).good_sessions
    if good < needed:
        return _Move(reached, good, "repeat", "repeat", text("care.log.good_of", good=good, needed=needed))
    if reached == care.stages[-1].stage:
        return _Move(reached, good, "repeat", "weekly_plan", text("care.log.ladder_done"))
    gate = stage_of(care, reached + 1).entry_gate
    if gate and gate not in gates and not _met_by_log(gate):
        number = {"start": "1", "speed": "2"}.get(gate, gate)
        return _Move(reached, good, "repeat", f"repeat_until_gate_{number}_passed", text("care.log.gate_first"))
    return _Move(reached + 1, 0, rule.decision, rule.next_step, text("care.log.advance", needed=needed))


def _met_by_log(gate: str) -> bool:
    """Tell whether two good sessions on the rung before are themselves the test: so it is for the strides."""
    return gate == "hills"


def _told_too(first: ReturnRule, other: ReturnRule) -> bool:
    """Tell whether a rule that also holds is worth naming: the first setback, and too little rest."""
    return other.rule_id == "48_h" or (first.decision == "step_back_and_review" and other.decision == "step_back")


def _whole_days(hours: int) -> int:
    return -(-hours // _HOURS_A_DAY) * _HOURS_A_DAY


def _not_recorded(session: Session) -> tuple[str, ...]:
    values = {"sharp": session.sharp, "limp": session.limp, "red_flag": session.red_flag}
    return tuple(name for name, value in values.items() if value is None)


# ---- the calendar -----------------------------------------------------------------------------------


def plan_start(text: str | date, *, today: date, care: CareTables) -> date:
    """Read the first day of a plan.

    Raises
    ------
    ReturnError
        If it is no date, lies in the past, or too far in the future.
    """
    day = read_day(text, "the start")
    if day < today:
        raise ReturnError(f"the start {day} lies in the past; today is {today}")
    latest = today + timedelta(days=int(care.limit("longest_plan_days")))
    if day > latest:
        raise ReturnError(f"the start {day} is too far away; plan for {latest} at the latest")
    return day


def read_day(text: object, what: str) -> date:
    """Return a day written as YYYY-MM-DD; raises ReturnError with a sentence if it is none."""
    if isinstance(text, date):
        return text
    try:
        if isinstance(text, str) and len(text) == len("2026-01-31"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ReturnError(f"{what} must be a day written as YYYY-MM-DD, not {str(text)[:40]!r}")


def plan_ladder(
    care: CareTables, start: date, *, from_stage: int = 1, to_stage: int | None = None
) -> tuple[PlannedSession, ...]:
    """Date the sessions of the ladder as if every one of them were good.

    The gates between are not looked at: a plan is a best case, and the log moves it.

    Parameters
    ----------
    start
        Day of the first session.
    from_stage, to_stage
        First and last rung; None for the last of the ladder.

    Raises
    ------
    ReturnError
        If a rung does not exist or the last comes before the first.
    """
    last = care.stages[-1].stage if to_stage is None else to_stage
    stage_of(care, from_stage)
    stage_of(care, last)
    if last < from_stage:
        raise ReturnError(f"the last stage {last} comes before the first, {from_stage}")
    sessions: list[PlannedSession] = []
    day = start
    for number in range(from_stage, last + 1):
        stage = stage_of(care, number)
        for count in range(1, stage.good_sessions + 1):
            sessions.append(PlannedSession(day, stage, count))
            day += timedelta(hours=_whole_days(stage.rest_hours))
    return tuple(sessions)


def move_plan(care: CareTables, decision: Decision, *, to_stage: int | None = None) -> tuple[PlannedSession, ...]:
    """Date the sessions that follow a decision, or none while somebody has to look first."""
    if decision.next_date is None or decision.review:
        return ()
    last = max(decision.stage, care.stages[-1].stage if to_stage is None else to_stage)
    plan = plan_ladder(care, decision.next_date, from_stage=decision.stage, to_stage=last)
    done = min(decision.good_sessions, stage_of(care, decision.stage).good_sessions - 1)
    first = [row for row in plan if row.stage.stage == decision.stage][done:]
    rest = [row for row in plan if row.stage.stage != decision.stage]
    days = [decision.next_date]
    for row in (*first, *rest):
        days.append(days[-1] + timedelta(hours=_whole_days(row.stage.rest_hours)))
    return tuple(replace(row, day=day) for row, day in zip((*first, *rest), days, strict=False))
