"""The panel of the next weeks as values: what was typed and picked, and the plan that follows behind both gates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Protocol

from calfnb.dashboards.paneled.safety import SafetyPart
from calfnb.dashboards.prevention_page.library import PreventionLibrary
from calfnb.dashboards.typed_numbers import NOT_A_NUMBER, number_of
from calfnb.load.activities import TrainingLog
from calfnb.load.history import monday_of
from calfnb.load.planner import PLAN_RULES, Plan, PlanRequest, plan_weeks, request_from_log
from calfnb.load.rules import FACTORS, LoadError, restart_after
from calfnb.load.safety import Gate, SafetyAnswers, safety_gate
from calfnb.tables.records_care import CareTables
from calfnb.tables.records_prevention import PreventionTables

__all__ = [
    "NO_RULE",
    "NUMBERS",
    "RUNNING",
    "SOURCES",
    "TYPED",
    "HasLog",
    "PlanPart",
    "PlanState",
    "check_plan",
    "example",
    "load_gate",
    "plan_part",
    "safety_answers",
    "shown_fields",
    "with_entry",
]

#: What the plan may start from.
SOURCES = ("log", "typed")
#: The way without a plan of walking and jogging.
RUNNING = "running"
#: Stands for "compare with nothing".
NO_RULE = "none"
#: Typed numbers with the least and the most that can be.
NUMBERS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"week_km": (1, 300), "longest_km": (0.5, 300), "days_off": (0, 3650), "runs": (1, 6), "weeks": (1, 26)}
)
_WHOLE = frozenset({"days_off", "runs", "weeks"})
_DAYS = ("longest_day", "start")
#: Fields that a log makes needless; the first three must be filled.
TYPED = ("week_km", "longest_km", "longest_day", "days_off")
_NEEDED = TYPED[:3]
_LONGEST_TYPED = 40
_HOURS = 24
_USUAL_RUNS, _USUAL_WEEKS = 3, 8


class HasLog(Protocol):
    """What a log panel hands on."""

    @property
    def log(self) -> TrainingLog | None:
        """The log that was dropped or invented, None for none."""

    @property
    def is_sample(self) -> bool:
        """Whether it is the invented one, which ends on a day long ago."""


@dataclass(frozen=True)
class PlanState:
    """What was typed and picked.

    ``source`` is "" for the log where there is one. ``way`` is "" for what the numbers propose, ``running``, or a plan
    of walking and jogging. ``repeats`` are weeks of such a plan that are run twice. ``entries`` are typed numbers and
    days by field, as they were typed.
    """

    source: str = ""
    way: str = ""
    rule: str = "both"
    against: str = "ten_percent"
    factors: tuple[str, ...] = ("distance",)
    cut_backs: bool = True
    repeats: tuple[str, ...] = ()
    entries: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class PlanPart:
    """What follows.

    ``held`` is the gate of the planner where it stops or asks although the page's own questions passed; ``ladder``
    says that the ladder of return to running decides as yet. While either holds, or the page's questions do,
    ``plan`` is None. ``missing`` are fields still to fill, ``problems`` sentences on fields, ``note`` one on the whole.
    ``restart`` says what days off made of the usual week, "" for nothing.
    """

    source: str
    has_log: bool
    way: str
    start: date
    proposed: str = RUNNING
    request: PlanRequest | None = None
    plan: Plan | None = None
    compared: Plan | None = None
    held: Gate | None = None
    ladder: bool = False
    missing: tuple[str, ...] = ()
    problems: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    note: str = ""
    restart: str = ""

    @property
    def walk_jog(self) -> bool:
        """Whether it is a plan of walking and jogging."""
        return self.way != RUNNING


def safety_answers(safety: SafetyPart, care: CareTables) -> SafetyAnswers:
    """Turn the answers of the page into those that the planner's own gate asks for; what is open stays open."""
    answers = safety.safety
    days = answers.days_since_strain
    return SafetyAnswers(
        red_flag=answers.flagged,
        sudden_sharp=answers.sudden_sharp,
        pain_0_10=answers.pain,
        condition_id=answers.condition if answers.condition in care.conditions else "",
        hours_since_strain=None if days is None else days * _HOURS,
        level=answers.level or "self_care",
    )


def load_gate(safety: SafetyPart, library: PreventionLibrary) -> Gate:
    """Ask the planner's own gate."""
    care = library.prevention.care
    return safety_gate(library.load, care, safety_answers(safety, care))


def plan_part(state: PlanState, log: HasLog, safety: SafetyPart, today: date, library: PreventionLibrary) -> PlanPart:
    """Plan the next weeks behind both gates.

    Parameters
    ----------
    log
        Its ``log`` is planned from unless typed numbers were chosen.
    """
    source = "log" if log.log is not None and state.source != "typed" else "typed"
    typed = _read(state, today, _usual_start(log, source, today), library)
    fields = shown_fields(state, source)
    part = PlanPart(source, log.log is not None, state.way or RUNNING, typed.start)
    if not safety.passed:
        return part
    gate = load_gate(safety, library)
    if not gate.open:
        return replace(part, held=gate)
    if _on_ladder(safety, library.prevention):
        return replace(part, ladder=True)
    needed = _needed(fields, typed, library)
    ignored = set(_NEEDED) - set(needed)
    problems = {name: words for name, words in typed.problems.items() if name in fields and name not in ignored}
    missing = tuple(name for name in needed if not state.entries.get(name, "").strip())
    part = replace(part, problems=MappingProxyType(problems), missing=missing)
    if problems or missing:
        return part
    request = _request(state, typed, log.log if source == "log" else None, library)
    way = state.way or request.walk_jog or RUNNING
    part = replace(part, way=way, proposed=request.walk_jog or RUNNING)
    repeats = frozenset(int(week) for week in state.repeats)
    if way == RUNNING:
        changed = replace(request, walk_jog="", rule=state.rule, factors=_in_order(state.factors))
        request = replace(changed, cut_backs=state.cut_backs)
    else:
        request = replace(request, walk_jog=way, repeat_weeks=repeats)
    return _planned(part, request, state.against, safety, library)


def _planned(
    part: PlanPart, request: PlanRequest, against: str, safety: SafetyPart, library: PreventionLibrary
) -> PlanPart:
    """Plan under the rule and, beside it, under the one to compare with; the planner's gate is asked in each."""
    care = library.prevention.care
    answers = safety_answers(safety, care)
    try:
        plan = plan_weeks(library.load, care, request, answers)
        compared = None
        if not request.walk_jog and against not in (NO_RULE, request.rule):
            compared = plan_weeks(library.load, care, replace(request, rule=against), answers)
    except LoadError as error:
        return replace(part, note=str(error))
    return replace(part, request=request, plan=plan, compared=compared, restart=_restart(request, library))


def shown_fields(state: PlanState, source: str) -> tuple[str, ...]:
    """Name the typed fields that count: a plan of walking and jogging that was picked needs no earlier runs."""
    if state.way not in ("", RUNNING):
        return ("start", "weeks")
    return (*(TYPED if source == "typed" else ()), "runs", "start", "weeks")


def _needed(fields: tuple[str, ...], typed: _Typed, library: PreventionLibrary) -> tuple[str, ...]:
    """Name the fields that must be filled; after a long break there is no run to start from, so none is asked for."""
    row = library.load.band_of("LR15", typed.numbers.get("days_off", 0.0))
    return tuple(name for name in _NEEDED if name in fields) if row.value is not None else ()


def _request(state: PlanState, typed: _Typed, log: TrainingLog | None, library: PreventionLibrary) -> PlanRequest:
    """Say what the plan starts from; a long break makes it one of walking and jogging."""
    runs = int(typed.numbers["runs"]) if "runs" in typed.numbers else None
    weeks = int(typed.numbers.get("weeks", _USUAL_WEEKS))
    if log is not None:
        return request_from_log(log, library.load, start=typed.start, weeks_count=weeks, runs_a_week=runs)
    request = PlanRequest(typed.start, weeks, runs or _USUAL_RUNS)
    if state.way not in ("", RUNNING):
        return request
    days_off = int(typed.numbers.get("days_off", 0))
    request = replace(request, days_off=days_off)
    restart = restart_after(library.load, typed.numbers.get("week_km", 0.0), days_off)
    if restart.plan == "walk_jog_plan" or restart.restart_km is None or typed.longest_day is None:
        return replace(request, walk_jog="one_to_one")
    recent = ((typed.longest_day, typed.numbers["longest_km"]),)
    return replace(request, week_km=restart.restart_km, recent_km=recent)


def _restart(request: PlanRequest, library: PreventionLibrary) -> str:
    """Say what days off made of the start; "" for less than what counts."""
    band = library.load.band_of("LR15", float(request.days_off))
    return band.words if request.days_off and band.tone != "calm" else ""


def _on_ladder(safety: SafetyPart, tables: PreventionTables) -> bool:
    answers = safety.safety
    return answers.on_ladder(tables) and answers.signals(tables)["strain_ladder"] != "finished"


def _usual_start(log: HasLog, source: str, today: date) -> date:
    """Return the Monday to begin on: the next one, and after an invented log the one after its end."""
    if source == "log" and log.is_sample and log.log is not None and log.log.last_day is not None:
        return _next_monday(log.log.last_day)
    return _next_monday(today)


def _next_monday(today: date) -> date:
    return monday_of(today) + timedelta(days=7)


def _first_monday(start: date) -> date:
    return start if start == monday_of(start) else _next_monday(start)


def _in_order(factors: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in FACTORS if name in factors)


# ---- what was typed ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Typed:
    """The typed fields, read: what can be used, and a sentence for each that cannot."""

    numbers: Mapping[str, float]
    start: date
    longest_day: date | None
    problems: Mapping[str, str]


def _read(state: PlanState, today: date, usual_start: date, library: PreventionLibrary) -> _Typed:
    tables, problems = library.prevention, dict[str, str]()
    numbers: dict[str, float] = {}
    for name, (low, high) in NUMBERS.items():
        written = state.entries.get(name, "").strip()
        number = number_of(written) if written else ""
        if not written:
            continue
        if isinstance(number, str):
            problems[name] = tables.text(NOT_A_NUMBER, value=written)
        elif not low <= number <= high:
            problems[name] = tables.text("dash4.plan.problem.range", value=written, low=f"{low:g}", high=f"{high:g}")
        elif name in _WHOLE and number != int(number):
            problems[name] = tables.text("dash4.plan.problem.whole", value=written)
        else:
            numbers[name] = float(number)
    start = _day(state, "start", today, library, problems) or usual_start
    longest_day = _day(state, "longest_day", today, library, problems)
    if longest_day is not None:
        first, window = _first_monday(start), int(library.load.limit("longest_window_days"))
        if not first - timedelta(days=window) <= longest_day < first:
            problems["longest_day"] = tables.text("dash4.plan.problem.longest_day", days=window, first=first)
        elif (first - longest_day).days <= numbers.get("days_off", 0.0):
            problems["longest_day"] = tables.text("dash4.plan.problem.days_off", days=state.entries["days_off"])
    return _Typed(numbers, start, longest_day, problems)


def _day(state: PlanState, name: str, today: date, library: PreventionLibrary, problems: dict[str, str]) -> date | None:
    written = state.entries.get(name, "").strip()
    if not written:
        return None
    text, load = library.tables.text, library.load
    try:
        day = date.fromisoformat(written)
    except ValueError:
        problems[name] = text("dash4.plan.problem.day", value=written)
        return None
    if day.year < load.limit("earliest_year") or (day - today).days > load.limit("days_ahead"):
        problems[name] = text("dash4.plan.problem.far", value=written)
        return None
    return day


def with_entry(state: PlanState, name: str, written: str) -> PlanState:
    """Return the state with one field typed.

    Raises
    ------
    ValueError
        If there is no such field.
    """
    if name not in NUMBERS and name not in _DAYS:
        raise ValueError(f"There is no field {name!r}.")
    entries = {key: old for key, old in state.entries.items() if key != name}
    written = written.strip()[:_LONGEST_TYPED]
    return replace(state, entries=MappingProxyType({**entries, name: written} if written else entries))


def example(state: PlanState, today: date) -> PlanState:
    """Return the state with the numbers of an invented runner: 30 km a week in short runs, now four longer ones."""
    day = monday_of(today) - timedelta(days=1)
    entries = {"week_km": "30", "longest_km": "8", "longest_day": day.isoformat(), "runs": "4"}
    kept = {name: written for name, written in state.entries.items() if name in ("start", "weeks")}
    return replace(state, source="typed", way="", entries=MappingProxyType({**kept, **entries}))


def check_plan(state: PlanState, library: PreventionLibrary) -> None:
    """Raise ValueError if a state names what there is not."""
    plans = {run.plan_id for run in library.load.walk_jog}
    weeks = {str(run.week) for run in library.load.walk_jog}
    known = (
        state.source in ("", *SOURCES),
        state.way in {"", RUNNING, *plans},
        state.rule in PLAN_RULES,
        state.against in (NO_RULE, *PLAN_RULES),
        set(state.factors) <= set(FACTORS),
        set(state.repeats) <= weeks,
        set(state.entries) <= {*NUMBERS, *_DAYS},
        all(len(written) <= _LONGEST_TYPED for written in state.entries.values()),
    )
    if not all(known):
        raise ValueError("The plan names what there is not.")
