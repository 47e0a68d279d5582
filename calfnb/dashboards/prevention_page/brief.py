"""Prevention and training load in a few lines of plain text, for a notebook cell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from calfnb.load.activities import Activity, TrainingLog
from calfnb.load.history import sessions
from calfnb.load.planner import PlannedWeek, PlanRequest, plan_weeks
from calfnb.load.rules import acute_chronic_ratio
from calfnb.load.safety import SafetyAnswers
from calfnb.prevention.programme import WeekRequest, plan_week
from calfnb.tables import load_prevention, load_training
from calfnb.warmup.request import Safety

__all__ = ["factor_in_brief", "ratio_in_brief", "rules_in_brief", "spikes_in_brief", "week_in_brief"]

#: Any Monday would do; a lesson whose output is compared cannot depend on the day.
_MONDAY = date(2026, 3, 2)
#: An invented runner: kilometres of the runs on Tuesday, Thursday and Sunday, week by week.
_LOG_KM = ((6, 6, 9), (6, 6, 9.5), (6, 7, 10), (6, 6, 14), (6, 6, 10), (6, 6, 30))
_RUN_DAYS = (1, 3, 6)
_CLEAR = SafetyAnswers(red_flag=False, sudden_sharp=False, pain_0_10=0.0)


def factor_in_brief(factor_id: str) -> str:
    """Return a contributing factor: the question, what the articles say, whether it holds, and how surely.

    Raises
    ------
    KeyError
        If there is no such factor.
    """
    tables = load_prevention()
    row = tables.factors[factor_id]
    text = tables.text
    return "\n".join(
        (
            f"{row.name}: {row.question}",
            f"{text('prevention.factor.articles')}: {row.seeds_say}",
            f"{text('prevention.factor.holds')}: {row.holds}",
            f"{text('prevention.factor.strength')}: {text(f'prevention.strength.{row.strength}')}",
            text(f"prevention.modifiable.{row.modifiable}"),
        )
    )


def week_in_brief(profile_id: str) -> str:
    """Return the first week of a profile whose safety questions are all answered with no: a line a day.

    Raises
    ------
    FactorError
        If there is no such profile.
    """
    tables = load_prevention()
    programme = plan_week(WeekRequest(Safety(red_flag=False, sudden_sharp=False, pain=0.0), (profile_id,)), tables)
    lines = []
    for day in programme.days:
        added = ", ".join(item.action.name for item in day.items) or tables.text("prevention.week.nothing")
        name, kind = tables.text(f"prevention.day.{day.day}"), tables.text(f"prevention.kind.{day.kind}")
        lines.append(f"{name}: {kind}; {added}")
    return "\n".join(lines)


def invented_log() -> TrainingLog:
    """Return six weeks of an invented runner, the last run far longer than the others."""
    return TrainingLog.of(
        Activity(
            datetime.combine(_MONDAY + timedelta(days=7 * week + day), datetime.min.time()), float(km), timed=False
        )
        for week, runs in enumerate(_LOG_KM)
        for day, km in zip(_RUN_DAYS, runs, strict=True)
    )


def spikes_in_brief() -> str:
    """Return the Sunday runs of an invented log against the longest of the 30 days before, a line a run."""
    load = load_training()
    lines = []
    for session in sessions(invented_log(), load):
        if session.day.weekday() != _RUN_DAYS[-1]:
            continue
        state = load.tables.text(f"load.state.{session.state}")
        before = "nothing" if session.longest_30d_km is None else f"{session.longest_30d_km:g} km"
        ratio = "" if session.ratio is None else f", {session.ratio:.2f} times"
        lines.append(f"{session.day}: {session.distance_km:g} km after {before}{ratio}: {state}")
    return "\n".join(lines)


def rules_in_brief(week_km: float = 30.0, longest_km: float = 8.0) -> str:
    """Return the same four weeks under the rule of single runs and under 10 % a week: distance, and longest run.

    Raises
    ------
    LoadError
        If the numbers cannot be.
    """
    load, care = load_training(), load_prevention().care
    recent = ((_MONDAY - timedelta(days=1), longest_km),)
    request = PlanRequest(_MONDAY, 4, 4, week_km, recent)
    rules = ("single_session", "ten_percent")
    plans = [plan_weeks(load, care, replace(request, rule=rule), _CLEAR).weeks for rule in rules]
    lines = [f"{'week':<6}{rules[0]:<26}{rules[1]}"]
    lines += [f"{one.number:<6}{_week(one):<26}{_week(two)}" for one, two in zip(*plans, strict=True)]
    return "\n".join(lines)


def _week(week: PlannedWeek) -> str:
    longest = max(run.ratio.value or 0.0 for run in week.runs)
    return f"{week.distance_km:.1f} km, longest {longest:.2f}"


def ratio_in_brief(*weeks_km: float) -> str:
    """Return the acute:chronic ratio of the last of four weeks in both forms.

    Raises
    ------
    LoadError
        If there are fewer than four weeks, or one is negative.
    """
    found = acute_chronic_ratio(load_training(), weeks_km)
    uncoupled = "none" if found.uncoupled is None else f"{found.uncoupled:.2f}"
    coupled = "none" if found.coupled is None else f"{found.coupled:.2f}"
    return f"{', '.join(f'{km:g}' for km in weeks_km)} km: uncoupled {uncoupled}, coupled {coupled}"
