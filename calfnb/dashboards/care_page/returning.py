"""Return to running on the page of care: what was typed, ticked and noted, and what follows from it.

What was typed stays text, so that a number that cannot be is shown again with a sentence beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from types import MappingProxyType

from calfnb.care.return_plan import ReturnPlan, plan_return
from calfnb.care.return_to_run import (
    SEXES,
    Decision,
    GateResult,
    PlannedSession,
    ReturnError,
    Session,
    SideCheck,
    check_gate,
    heel_raise_check,
    knee_to_wall_check,
    move_plan,
    plan_start,
    read_day,
    replay,
    stage_of,
)
from calfnb.dashboards.care_page.log_code import read_log, written_log
from calfnb.dashboards.paneled.state import FRESH, written_as
from calfnb.dashboards.typed_numbers import number_of
from calfnb.tables.records import Level
from calfnb.tables.records_care import CareTables

__all__ = [
    "ANSWERS",
    "DRAFT",
    "GATES",
    "LADDER",
    "MEASURES",
    "MOST_SESSIONS",
    "PAINS",
    "STEPS",
    "ReturnPart",
    "ReturnState",
    "check_return",
    "drop_last",
    "example",
    "note_session",
    "return_part",
    "ticked",
    "typed",
]

#: The parts of the return, in the order in which a runner meets them.
STEPS = ("gates", "ladder", "log")
GATES = ("start", "speed", "hills")
PAINS = ("pain_during", "pain_morning", "pain_usual")
ANSWERS = ("sharp", "limp", "red_flag", "settled", "review_done")
#: What is typed and chosen for the session to be noted next.
DRAFT = ("day", "stage", *PAINS, *ANSWERS)
#: What is typed and chosen for the calculators, and for the calendar of the ladder.
MEASURES = ("sex", "age", "raises_left", "raises_right", "wall_left", "wall_right")
LADDER = ("ladder_start", "from_stage", "to_stage")
MOST_SESSIONS = 60
_FIRST_YEAR = 2000
#: An invented log for a class: days before today, stage, pains during, next morning and usual; it holds one setback.
_EXAMPLE = ((14, 1, 0, 0, 0), (12, 1, 1, 0, 0), (10, 2, 1, 1, 1), (8, 2, 2, 1, 1), (6, 3, 4, 3, 1), (2, 2, 1, 1, 1))
_EXAMPLE_TYPED = {"age": "38", "sex": "woman", "raises_left": "22", "raises_right": "21"}


@dataclass(frozen=True)
class ReturnState:
    """What a person has said or set about a return to running.

    Attributes
    ----------
    step, gate
        The part that is shown, and the gate in it.
    agreed
        Whether a clinician has agreed to the return of this invented patient.
    entries
        Typed numbers and days, and choices, by field.
    ticks
        ``yes`` or ``no`` by test of a gate; what is missing was not tested.
    log
        The sessions noted, oldest first.
    tried
        Whether the session that is being written was sent with something missing.
    """

    step: str = "gates"
    gate: str = "start"
    agreed: bool = False
    entries: Mapping[str, str] = field(default_factory=dict)
    ticks: Mapping[str, str] = field(default_factory=dict)
    log: tuple[Session, ...] = field(default=(), metadata=written_as(written_log, read_log))
    tried: bool = field(default=False, metadata=FRESH)

    def __post_init__(self) -> None:
        object.__setattr__(self, "entries", MappingProxyType(dict(self.entries)))
        object.__setattr__(self, "ticks", MappingProxyType(dict(self.ticks)))


@dataclass(frozen=True)
class ReturnPart:
    """What follows from it. ``problems`` has a sentence by field; ``stage`` is where the runner stands."""

    raises: Mapping[str, SideCheck]
    wall: SideCheck | None
    gates: Mapping[str, GateResult]
    passed: frozenset[str]
    measured: frozenset[str]
    plan: ReturnPlan | None
    no_plan: str
    decisions: tuple[Decision, ...]
    upcoming: tuple[PlannedSession, ...]
    stage: int
    start_day: date
    problems: Mapping[str, str]


def return_part(
    state: ReturnState, care: CareTables, condition_id: str, level: Level, *, today: date, first_day: date, reason: str
) -> ReturnPart:
    """Evaluate the return part. A pure function.

    Parameters
    ----------
    first_day
        The day on which the ladder begins unless another one was typed.
    reason
        Why there is no ladder, "" if there is one.
    """
    problems: dict[str, str] = {}
    raises, wall = _checks(state, care, problems)
    results, measured = _results(state, care, condition_id, raises, wall)
    gates = {gate: check_gate(care, gate, _of_gate(results, care, gate)) for gate in GATES}
    passed = frozenset(gate for gate, result in gates.items() if result.passed)
    plan, no_plan, start_day = None, reason, first_day
    decisions: tuple[Decision, ...] = ()
    if not reason:
        plan, no_plan, start_day = _plan(state, care, condition_id, level, today, first_day, problems)
        if state.log:
            decisions = replay(care, state.log, condition_id=condition_id, gates_passed=passed)
    _draft(state, care, today, passed, problems)
    stage = decisions[-1].stage if decisions else (1 if "start" in passed else 0)
    last = plan.sessions[-1].stage.stage if plan else None
    upcoming = move_plan(care, decisions[-1], to_stage=last) if decisions else plan.sessions if plan else ()
    return ReturnPart(
        MappingProxyType(raises), wall, MappingProxyType(gates), passed, measured, plan, no_plan, decisions, upcoming,
        stage, start_day, MappingProxyType(problems),
    )  # fmt: skip


# ---- the calculators and the gates -----------------------------------------------------------------------------------


def _checks(
    state: ReturnState, care: CareTables, problems: dict[str, str]
) -> tuple[dict[str, SideCheck], SideCheck | None]:
    age = _number(state, care, "age", problems, high=care.limit("oldest_age"))
    most = care.limit("most_heel_raises")
    raises = [_number(state, care, f"raises_{side}", problems, high=most, whole=True) for side in ("left", "right")]
    longest = care.limit("longest_knee_to_wall_cm")
    walls = [_number(state, care, f"wall_{side}", problems, high=longest) for side in ("left", "right")]
    sex = state.entries.get("sex", "not_given")
    checks = {}
    if age is not None and raises[0] is not None and raises[1] is not None and sex in SEXES:
        for gate in ("start", "speed"):
            checks[gate] = heel_raise_check(care, sex=sex, age=age, left=raises[0], right=raises[1], gate=gate)
    wall = None
    if walls[0] is not None and walls[1] is not None:
        wall = knee_to_wall_check(care, left_cm=walls[0], right_cm=walls[1])
    return checks, wall


def _results(
    state: ReturnState, care: CareTables, condition_id: str, raises: Mapping[str, SideCheck], wall: SideCheck | None
) -> tuple[dict[str, bool | None], frozenset[str]]:
    """Return passed or not by test, and the tests that a measurement decides."""
    results: dict[str, bool | None] = {name: value == "yes" for name, value in state.ticks.items()}
    row = care.conditions.get(condition_id)
    bone = row is not None and row.bone
    measured = set()
    for test in care.gates.values():
        check = raises.get(test.gate) if test.kind == "heel_raise" else wall if test.kind == "knee_to_wall" else None
        if check is None:
            continue
        # After an injury of bone the count alone passes nothing: it must also have been free of pain.
        if check.passed and bone:
            continue
        results[test.gate_id] = check.passed
        measured.add(test.gate_id)
    return results, frozenset(measured)


def _of_gate(results: Mapping[str, bool | None], care: CareTables, gate: str) -> dict[str, bool | None]:
    return {name: value for name, value in results.items() if care.gates[name].gate == gate}


# ---- the ladder ------------------------------------------------------------------------------------------------------


def _plan(
    state: ReturnState, care: CareTables, condition_id: str, level: Level, today: date, first_day: date,
    problems: dict[str, str],
) -> tuple[ReturnPlan | None, str, date]:  # fmt: skip
    written = state.entries.get("ladder_start", "")
    try:
        day = plan_start(written, today=today, care=care) if written else max(first_day, today)
    except ReturnError as error:
        problems["ladder_start"] = str(error)
        return None, "", first_day
    first, last = (state.entries.get(name, default) for name, default in _rungs(care))
    known = {str(stage.stage) for stage in care.stages}
    for name, written in (("from_stage", first), ("to_stage", last)):
        if written not in known:
            problems[name] = care.tables.text("dash3.problem.stage", stage=written)
            return None, "", day
    try:
        plan = plan_return(
            care, condition_id, start=day, today=today, level=level, from_stage=int(first), to_stage=int(last),
            clinician_agreed=state.agreed,
        )  # fmt: skip
    except ReturnError as error:
        problems["to_stage"] = str(error)
        return None, "", day
    return plan, "", day


def _rungs(care: CareTables) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("from_stage", "1"), ("to_stage", str(care.stages[-1].stage))


# ---- the log ---------------------------------------------------------------------------------------------------------


def _draft(
    state: ReturnState, care: CareTables, today: date, passed: frozenset[str], problems: dict[str, str]
) -> Session | None:
    """Read the session that is being written; None while something is wrong or missing."""
    text = care.tables.text
    day = _session_day(state, care, today, problems)
    stage = _session_stage(state, care, passed, problems)
    pains = [_number(state, care, name, problems, high=10) for name in PAINS]
    if len(state.log) >= MOST_SESSIONS:
        problems["day"] = text("dash3.problem.log_full", most=MOST_SESSIONS)
    if state.tried and pains[0] is None:
        problems.setdefault("pain_during", text("dash3.problem.pain_missing"))
    if day is None or stage is None or any(name in problems for name in DRAFT):
        return None
    answers = {name: _yes_no(state.entries.get(name, "")) for name in ANSWERS}
    return Session(
        day, stage, pains[0], pains[1], pains[2], sharp=answers["sharp"], limp=answers["limp"],
        red_flag=answers["red_flag"], settled_24h=answers["settled"], review_done=answers["review_done"] is True,
    )  # fmt: skip


def _session_day(state: ReturnState, care: CareTables, today: date, problems: dict[str, str]) -> date | None:
    text = care.tables.text
    try:
        day = read_day(state.entries.get("day") or today, text("dash3.field.day"))
    except ReturnError as error:
        problems["day"] = str(error)
        return None
    if day > today:
        problems["day"] = text("dash3.problem.day_future", day=day, today=today)
    elif day.year < _FIRST_YEAR:
        problems["day"] = text("dash3.problem.day_old", day=day)
    elif state.log and day < state.log[-1].day:
        problems["day"] = text("dash3.problem.day_order", day=day, last=state.log[-1].day)
    return day


def _session_stage(
    state: ReturnState, care: CareTables, passed: frozenset[str], problems: dict[str, str]
) -> int | None:
    written = state.entries.get("stage", "")
    known = {str(stage.stage): stage.stage for stage in care.stages}
    if not written:
        return next(iter(known.values()), None) if "start" not in passed else known.get("1")
    if written not in known:
        problems["stage"] = care.tables.text("dash3.problem.stage", stage=written)
        return None
    if known[written] > 0 and "start" not in passed and not state.log:
        problems["stage"] = care.tables.text("dash3.problem.gate_first")
    return known[written]


def _yes_no(value: str) -> bool | None:
    return {"yes": True, "no": False}.get(value)


def _number(
    state: ReturnState, care: CareTables, name: str, problems: dict[str, str], *, high: float, whole: bool = False
) -> float | None:
    """Read a typed number from 0 to ``high``; what cannot be gets a sentence, what is empty is not known."""
    written = state.entries.get(name, "").strip()
    if not written:
        return None
    text = care.tables.text
    label = text(f"dash3.field.{name}")
    value = number_of(written)
    if isinstance(value, str):
        problems[name] = text("dash3.problem.number", name=label, written=written[:24])
        return None
    if not 0 <= value <= high:
        problems[name] = text("dash3.problem.range", name=label, high=f"{high:g}", written=f"{value:g}")
    elif whole and value != int(value):
        problems[name] = text("dash3.problem.whole", name=label, written=f"{value:g}")
    return None if name in problems else value


def check_return(state: ReturnState, care: CareTables) -> None:
    """Raise ValueError for a state that names what there is not; it may have been made by hand."""
    if state.step not in STEPS or state.gate not in GATES:
        raise ValueError("There is no such step or gate.")
    if not set(state.entries) <= {*MEASURES, *LADDER, *DRAFT}:
        raise ValueError("There is no such field.")
    if not set(state.ticks) <= set(care.gates) or not set(state.ticks.values()) <= {"yes", "no"}:
        raise ValueError("There is no such test.")
    if len(state.log) > MOST_SESSIONS:
        raise ValueError("The log is too long.")
    for session in state.log:
        stage_of(care, session.stage)
    if any(later.day < earlier.day for earlier, later in pairwise(state.log)):
        raise ValueError("The log is not in order.")


# ---- changes of the state: each returns a new one --------------------------------------------------------------------


def typed(state: ReturnState, name: str, value: str) -> ReturnState:
    """Put what was typed or chosen in a field."""
    entries = {key: old for key, old in state.entries.items() if key != name}
    return replace(state, entries={**entries, name: value} if value else entries, tried=False)


def ticked(state: ReturnState, gate_id: str, value: str) -> ReturnState:
    """Say of a test that it was passed, not passed, or not done (``unknown``)."""
    ticks = {key: old for key, old in state.ticks.items() if key != gate_id}
    return replace(state, ticks={**ticks, gate_id: value} if value in ("yes", "no") else ticks)


def note_session(
    state: ReturnState, care: CareTables, *, today: date, passed: frozenset[str], stage: int
) -> ReturnState:
    """Add the session that is being written to the log, or mark it as tried if something is wrong or missing."""
    entries = {"stage": str(stage), **state.entries}
    problems: dict[str, str] = {}
    session = _draft(replace(state, entries=entries, tried=True), care, today, passed, problems)
    if session is None:
        return replace(state, tried=True)
    # The usual morning pain stays as it was; all else is asked anew.
    kept = {name: value for name, value in state.entries.items() if name not in DRAFT or name == "pain_usual"}
    return replace(state, entries=kept, log=(*state.log, session), tried=False)


def drop_last(state: ReturnState) -> ReturnState:
    """Take the last session out of the log."""
    return replace(state, log=state.log[:-1], tried=False)


def example(state: ReturnState, care: CareTables, *, today: date) -> ReturnState:
    """Fill in an invented runner: measurements, the first gate passed, and a log with a setback."""
    ticks = {test.gate_id: "yes" for test in care.gates.values() if test.gate == "start" and test.kind == "tick"}
    log = [
        Session(today - timedelta(days=ago), stage, during, morning, usual, sharp=False, limp=False, red_flag=False)
        for ago, stage, during, morning, usual in _EXAMPLE
    ]
    return replace(state, ticks=ticks, entries=_EXAMPLE_TYPED, log=tuple(log), tried=False)
