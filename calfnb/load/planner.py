"""The next weeks: a plan under the rule that a teacher picks, one factor at a time, after the safety gate."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from calfnb.load.activities import TrainingLog
from calfnb.load.history import monday_of, weeks
from calfnb.load.rules import (
    FACTORS,
    LoadError,
    Measure,
    acute_chronic_ratio,
    cut_back_range,
    measure,
    new_ground_share,
    new_shoe_distance,
    restart_after,
    usual_week,
    weekly_change,
)
from calfnb.load.safety import Gate, SafetyAnswers, safety_gate
from calfnb.tables.problems import did_you_mean, listed
from calfnb.tables.records_care import CareTables
from calfnb.tables.records_load import LoadTables, WalkJogRun

__all__ = ["PLAN_RULES", "Plan", "PlanRequest", "PlannedRun", "PlannedWeek", "plan_weeks", "request_from_log"]

#: What a plan may follow. The acute:chronic ratio is not among them: it is shown, never followed.
PLAN_RULES = ("single_session", "ten_percent", "both", "hold")
#: Days of the runs, Monday 0 to Sunday 6, by their number; the long run is the last of them.
_DAYS: Mapping[int, tuple[int, ...]] = MappingProxyType(
    {1: (6,), 2: (2, 6), 3: (1, 3, 6), 4: (1, 3, 4, 6), 5: (0, 1, 3, 4, 6), 6: (0, 1, 2, 3, 4, 6)}
)
_WALK_JOG_DAYS = (0, 2, 4)
_MOST_RUNS = 5
_LEAST_WEEK_KM, _LEAST_RUN_KM, _MOST_WEEK_KM = 1.0, 0.5, 300.0
#: Factors of which a share of the weekly distance is planned.
_SHARED = ("hills", "surface", "shoes")


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What the plan starts from.

    ``week_km`` is the usual week and ``recent_km`` the last runs as (day, distance), from which the
    longest of the 30 days before each planned run is taken. ``factors`` grow in turn, one a week.
    ``walk_jog`` names a beginner's plan (``one_to_one`` or ``nine_weeks``) to use instead, "" for none.
    ``repeat_weeks`` are the weeks of that plan that are run twice.
    """

    start: date
    weeks: int = 8
    runs_a_week: int = 3
    week_km: float = 0.0
    recent_km: tuple[tuple[date, float], ...] = ()
    rule: str = "both"
    factors: tuple[str, ...] = ("distance",)
    cut_backs: bool = True
    walk_jog: str = ""
    repeat_weeks: frozenset[int] = frozenset()
    days_off: int = 0


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """One planned run: a distance, or the steps of walking and jogging; ``ratio`` is that of LR02."""

    day: date
    kind: str
    distance_km: float | None
    ratio: Measure
    steps: tuple[tuple[str, float], ...] = ()

    @property
    def minutes(self) -> float:
        """Minutes of the steps together; 0 where a distance is planned."""
        return sum(minutes for _, minutes in self.steps)

    @property
    def rounds(self) -> tuple[int, tuple[tuple[str, float], ...], tuple[tuple[str, float], ...]]:
        """How often which steps come in turn, and what is left of the last round; once for steps without a pattern."""
        for length in range(1, len(self.steps) // 2 + 1):
            once = self.steps[:length]
            times, left = divmod(len(self.steps), length)
            if once * times + once[:left] == self.steps:
                return times, once, once[:left]
        return 1, self.steps, ()


@dataclass(frozen=True, slots=True)
class PlannedWeek:
    """One week of a plan.

    ``kind`` is build, cut_back, hold or walk_jog; ``raised`` names what grows, at most one thing.
    ``shares_pct`` has the share of the weekly distance on hills or new ground, where that is planned.
    ``change`` is LR01, ``uncoupled`` the acute:chronic ratio for display; ``why`` are sentences.
    """

    monday: date
    number: int
    kind: str
    distance_km: float | None
    runs: tuple[PlannedRun, ...]
    raised: str
    shares_pct: Mapping[str, float]
    rest: Measure
    change: Measure
    uncoupled: float | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The planned weeks, or the gate that is not open; then there are none.

    ``conflict_ids`` are the disagreements that the chosen rule stands in; ``notes`` are sentences for
    the whole plan.
    """

    gate: Gate
    rule: str
    weeks: tuple[PlannedWeek, ...] = ()
    notes: tuple[str, ...] = ()
    rule_ids: tuple[str, ...] = ()
    conflict_ids: tuple[str, ...] = ()


@dataclass
class _State:
    """What the weeks before leave behind while a plan is made."""

    week_km: list[float]
    cut_back: list[bool]
    recent: list[tuple[date, float]]
    raised: dict[str, int] = field(default_factory=dict)


def request_from_log(
    log: TrainingLog, load: LoadTables, *, start: date, weeks_count: int = 8, runs_a_week: int | None = None
) -> PlanRequest:
    """Return a request that starts from what a log shows on the day before ``start``.

    The usual week is the mean of the last four whole weeks, lowered after days off (LR15). After more
    than four weeks off, or without four whole weeks, a plan of walking and jogging is proposed.
    """
    before = log.until(start - timedelta(days=1))
    runs = before.runs()
    if not len(runs):
        return PlanRequest(start, weeks_count, 3, walk_jog="one_to_one")
    days_off = (start - date.fromordinal(int(runs.day[-1]))).days - 1
    found = weeks(before, load, as_of=start - timedelta(days=1))
    last = date.fromordinal(int(runs.day[-1]))
    whole = [week for week in found if week.complete and week.monday <= last]
    usual = usual_week(load, [week.distance_km for week in whole])
    restart = restart_after(load, usual or 0.0, days_off)
    recent = tuple(
        (date.fromordinal(int(day)), float(km))
        for day, km in zip(runs.day, runs.distance_km, strict=True)
        if day >= start.toordinal() - load.limit("longest_window_days")
    )
    number = runs_a_week or _usual_runs([week.run_days for week in whole[-4:]])
    if usual is None or restart.plan == "walk_jog_plan" or not recent:
        return PlanRequest(start, weeks_count, number, recent_km=recent, walk_jog="one_to_one", days_off=days_off)
    return PlanRequest(
        start, weeks_count, number, week_km=restart.restart_km or 0.0, recent_km=recent, days_off=days_off
    )


def _usual_runs(run_days: Sequence[int]) -> int:
    return min(_MOST_RUNS, max(2, round(sum(run_days) / len(run_days)))) if run_days else 3


def plan_weeks(load: LoadTables, care: CareTables, request: PlanRequest, answers: SafetyAnswers) -> Plan:
    """Plan the next weeks, or say what has to be asked or why there is no plan.

    Weekly limits hold in every week: no run above the reference range of LR02 under ``single_session``
    and ``both``, no week above 10 % more under ``ten_percent`` and ``both``, nothing grows under
    ``hold``, at most one factor grows in a week, and a cut-back week lies between 70 and 80 % of the
    highest of the three before. Under ``single_session`` nothing limits the week itself: where distance
    grows, each run gains what the long run may gain.

    Raises
    ------
    LoadError
        If the request is impossible; the message says what to write instead.
    """
    _check(load, request)
    gate = safety_gate(load, care, answers)
    if not gate.open:
        return Plan(gate, request.rule)
    if request.walk_jog:
        weeks_of_it = _walk_jog_weeks(load, request)
        return Plan(gate, request.rule, weeks_of_it, _notes(load, request), ("LR15", "LR06", "LR08"))
    state = _State(week_km=[request.week_km], cut_back=[False], recent=list(request.recent_km))
    planned = tuple(_week(load, request, state, number) for number in range(1, request.weeks + 1))
    rules = ("LR02", "LR04", "LR06", "LR01", "LR05", "LR10", "LR12", "LR03")
    return Plan(gate, request.rule, planned, _notes(load, request), rules, _conflicts(load, rules))


def _conflicts(load: LoadTables, rule_ids: Sequence[str]) -> tuple[str, ...]:
    """Return the disagreements over claims that the rules carry."""
    claims = {claim_id for rule_id in rule_ids if rule_id in load.rules for claim_id in load.rules[rule_id].claim_ids}
    return tuple(
        conflict.conflict_id
        for conflict in load.tables.conflicts.values()
        if claims & {conflict.claim_a, conflict.claim_b}
    )


def _check(load: LoadTables, request: PlanRequest) -> None:
    longest = int(load.limit("longest_plan_weeks"))
    if not 1 <= request.weeks <= longest:
        raise LoadError(f"a plan has 1 to {longest} weeks, not {request.weeks}")
    if request.rule not in PLAN_RULES:
        hint = did_you_mean(request.rule, PLAN_RULES) or f"; write one of {listed(PLAN_RULES)}"
        if request.rule in ("acwr", "acute_chronic", "LR03"):
            hint = "; the acute:chronic ratio is shown with every plan, but no plan follows it"
        raise LoadError(f"a plan cannot follow {request.rule!r}{hint}")
    for name in request.factors:
        if name not in FACTORS:
            raise LoadError(f"there is no factor {name!r}{did_you_mean(name, FACTORS) or f'; write {listed(FACTORS)}'}")
    plans = {run.plan_id for run in load.walk_jog}
    if request.walk_jog and request.walk_jog not in plans:
        raise LoadError(f"there is no walk and jog plan {request.walk_jog!r}; write one of {listed(sorted(plans))}")
    if request.walk_jog:
        return
    if request.runs_a_week not in _DAYS:
        raise LoadError(f"a plan has 1 to {max(_DAYS)} runs a week, not {request.runs_a_week}; one day stays free")
    if not (math.isfinite(request.week_km) and _LEAST_WEEK_KM <= request.week_km <= _MOST_WEEK_KM):
        raise LoadError(
            f"the usual week must lie between {_LEAST_WEEK_KM:g} and {_MOST_WEEK_KM:g} km, not {request.week_km}; "
            "below that begin with a walk and jog plan"
        )
    first = _first_monday(request) + timedelta(days=_DAYS[request.runs_a_week][0])
    window = int(load.limit("longest_window_days"))
    if not any(km >= _LEAST_RUN_KM and 0 < (first - day).days <= window for day, km in request.recent_km):
        raise LoadError(
            f"there is no run in the {window} days before the first planned one, {first}; "
            "begin with a walk and jog plan"
        )


def _first_monday(request: PlanRequest) -> date:
    monday = monday_of(request.start)
    return monday if monday == request.start else monday + timedelta(days=7)


# ---- walking and jogging ----------------------------------------------------------------------------


def _walk_jog_weeks(load: LoadTables, request: PlanRequest) -> tuple[PlannedWeek, ...]:
    rows: dict[int, list[WalkJogRun]] = {}
    for run in load.walk_jog:
        if run.plan_id == request.walk_jog:
            rows.setdefault(run.week, []).append(run)
    order = [week for week in sorted(rows) for _ in range(2 if week in request.repeat_weeks else 1)]
    monday = _first_monday(request)
    return tuple(
        _walk_jog_week(load, rows[week], number, monday + timedelta(days=7 * (number - 1)))
        for number, week in enumerate(order[: request.weeks], start=1)
    )


def _walk_jog_week(load: LoadTables, rows: Sequence[WalkJogRun], number: int, monday: date) -> PlannedWeek:
    runs = tuple(
        PlannedRun(monday + timedelta(days=day), "walk_jog", None, measure(load, "LR02", None), row.steps)
        for day, row in zip(_WALK_JOG_DAYS, rows, strict=False)
    )
    nothing = measure(load, "LR01", None)
    rest = measure(load, "LR06", float(7 - len(runs)))
    why = tuple(dict.fromkeys(row.note for row in rows if row.note))
    return PlannedWeek(monday, number, "walk_jog", None, runs, "time", {}, rest, nothing, None, why)


# ---- weeks of running -------------------------------------------------------------------------------


def _week(load: LoadTables, request: PlanRequest, state: _State, number: int) -> PlannedWeek:
    monday = _first_monday(request) + timedelta(days=7 * (number - 1))
    every = int(load.limit("cut_back_every"))
    cut_back = request.cut_backs and request.rule != "hold" and number % every == 0
    raised = "" if cut_back or request.rule == "hold" else _factor(request, number, every)
    if raised in _SHARED:
        state.raised[raised] = state.raised.get(raised, 0) + 1
    more = state.raised.get("frequency", 0)
    frequency = _runs_of(request, state, raised)
    if raised == "frequency" and state.raised.get("frequency", 0) == more:
        raised = ""
    reference = next(km for km, planned in zip(state.week_km[::-1], state.cut_back[::-1], strict=True) if not planned)
    days = [monday + timedelta(days=day) for day in _DAYS[frequency]]
    wanted = _wanted(load, request, state, reference, raised, cut_back, days)
    split = _split(load, request, state, wanted, days, grow=raised == "distance")
    runs = _runs(load, state, days, split)
    total = round(sum(split), 3)
    before = list(zip(state.week_km, state.cut_back, strict=True))[::-1]
    change = weekly_change(load, total, [km for km, _ in before], cut_back=[flag for _, flag in before])
    uncoupled = None
    if len(state.week_km) > int(load.limit("chronic_weeks")):
        uncoupled = acute_chronic_ratio(load, [*state.week_km[-int(load.limit("chronic_weeks")) :], total]).uncoupled
    state.week_km.append(total)
    state.cut_back.append(cut_back)
    return PlannedWeek(
        monday=monday,
        number=number,
        kind="cut_back" if cut_back else "hold" if not raised else "build",
        distance_km=total,
        runs=runs,
        raised=raised,
        shares_pct={name: _share(load, name, count) for name, count in state.raised.items() if name in _SHARED},
        rest=measure(load, "LR06", float(7 - len(days))),
        change=change,
        uncoupled=uncoupled,
        why=_why(load, raised, cut_back, short=total < wanted - 0.1),
    )


def _share(load: LoadTables, name: str, count: int) -> float:
    """Return the share of the week in the new shoe, or on hills or new ground, when it was raised ``count`` times."""
    return new_shoe_distance(load, count, 100.0) if name == "shoes" else new_ground_share(load, count)


def _factor(request: PlanRequest, number: int, every: int) -> str:
    """Return the factor whose turn it is; cut-back weeks do not count."""
    if not request.factors:
        return ""
    built = number - 1 - ((number - 1) // every if request.cut_backs else 0)
    return request.factors[built % len(request.factors)]


def _runs_of(request: PlanRequest, state: _State, raised: str) -> int:
    """Return the number of runs of this week; one more each time that frequency is the factor, up to five."""
    most = max(request.runs_a_week, _MOST_RUNS)
    if raised == "frequency" and request.runs_a_week + state.raised.get("frequency", 0) < most:
        state.raised["frequency"] = state.raised.get("frequency", 0) + 1
    return request.runs_a_week + state.raised.get("frequency", 0)


def _wanted(
    load: LoadTables,
    request: PlanRequest,
    state: _State,
    reference: float,
    raised: str,
    cut_back: bool,
    days: Sequence[date],
) -> float:
    """Return the distance that the week should have, before the single runs are looked at."""
    if cut_back:
        low, high = cut_back_range(load, state.week_km[-3:])
        return (low + high) / 2
    if raised == "distance" and request.rule == "single_session":
        return _as_single_runs_allow(load, state, reference, days)
    if raised == "distance":
        end = load.bands_of("LR01")[0].up_to
        assert end is not None
        return reference * (1 + end / 100)
    if raised == "frequency" and request.rule == "single_session":
        # That rule looks at single runs only: one more run of the usual length is no spike.
        number = request.runs_a_week + state.raised.get("frequency", 0)
        return reference * number / max(1, number - 1)
    return reference


def _as_single_runs_allow(load: LoadTables, state: _State, reference: float, days: Sequence[date]) -> float:
    """Return the week in which every run gains as much as the long run may: a tenth of it.

    The rule of single runs says nothing of the week. Each run that is shorter than the long one may gain the same
    kilometres without coming near the limit, so the week grows by a tenth where all runs are alike and by more
    where the long run stands out, though never by more than ``plan_longest_share_pct`` of a tenth for each run.
    """
    count = len(days)
    known = max(_longest_known(load, state, day) for day in (days[0], days[-1]))
    # Where even the longest run known is shorter than the mean of the week, the split shortens the runs.
    long_run = max(min(reference * _longest_share(load, count), known), reference / count)
    return reference + count * long_run * (_most_growth(load) - 1)


def _longest_share(load: LoadTables, count: int) -> float:
    """Return the share of the week that the longest of so many runs has at most."""
    return {1: 1.0, 2: 0.6}.get(count, max(load.limit("plan_longest_share_pct") / 100, 1 / count))


def _split(
    load: LoadTables, request: PlanRequest, state: _State, wanted: float, days: Sequence[date], *, grow: bool
) -> list[float]:
    """Share a week among its runs: easy ones alike, the last the longest, none over its limit.

    The limit of the first run comes from the weeks before, that of the long run also from the easy
    runs of its own week, should the longest of the weeks before be more than 30 days old by then.
    """
    count = len(days)
    share = _longest_share(load, count)
    factor = _growth(load, request, grow=grow)
    first, last = (_longest_known(load, state, day) for day in (days[0], days[-1]))
    if count == 1:
        return [_metres(min(wanted, factor * last))]
    easy = _metres(min(wanted * (1 - share) / (count - 1), factor * first))
    long_run = _metres(min(wanted * share, factor * max(last, easy)))
    easy = _metres(min((wanted - long_run) / (count - 1), factor * first, max(long_run, easy)))
    return [easy] * (count - 1) + [long_run]


def _growth(load: LoadTables, request: PlanRequest, *, grow: bool) -> float:
    """Return how many times the longest run of the 30 days before a run may be."""
    if request.rule == "ten_percent":
        return math.inf
    return _most_growth(load) if grow and request.rule != "hold" else 1.0


def _most_growth(load: LoadTables) -> float:
    end = load.bands_of("LR02")[0].up_to
    assert end is not None
    return end


def _longest_known(load: LoadTables, state: _State, day: date) -> float:
    window = int(load.limit("longest_window_days"))
    return max((km for when, km in state.recent if 0 < (day - when).days <= window), default=0.0)


def _metres(km: float) -> float:
    """Cut a distance down to the metre, so that no limit is passed by rounding up."""
    return math.floor(km * 1000 + 1e-6) / 1000


def _runs(load: LoadTables, state: _State, days: Sequence[date], split: Sequence[float]) -> tuple[PlannedRun, ...]:
    runs = []
    for place, (day, km) in enumerate(zip(days, split, strict=True)):
        before = _longest_known(load, state, day)
        ratio = measure(load, "LR02", round(km / before, 12) if before > 0 else None)
        kind = "long" if place == len(days) - 1 and len(days) > 1 else "easy"
        runs.append(PlannedRun(day, kind, km, ratio))
        state.recent.append((day, km))
    return tuple(runs)


def _why(load: LoadTables, raised: str, cut_back: bool, *, short: bool) -> tuple[str, ...]:
    text = load.tables.text
    found = [text("load.plan.why.cut_back") if cut_back else text(f"load.plan.why.{raised or 'hold'}")]
    if short:
        found.append(text("load.plan.why.short"))
    return tuple(found)


def _notes(load: LoadTables, request: PlanRequest) -> tuple[str, ...]:
    text = load.tables.text
    keys = ["load.plan.note.not_safe", "load.plan.note.pain"]
    if request.walk_jog:
        return tuple(text(key) for key in ("load.plan.note.not_safe", "load.plan.note.walk_jog", "load.plan.note.pain"))
    keys.insert(1, f"load.plan.note.{request.rule}")
    if request.runs_a_week > _MOST_RUNS:
        keys.append("load.plan.note.one_rest_day")
    return tuple(text(key) for key in keys)
