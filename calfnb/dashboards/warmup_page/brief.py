"""Warm-ups in a few lines of plain text, for a notebook cell."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from calfnb.markup.warmup import difference_words
from calfnb.tables import load_prevention
from calfnb.tables.records_prevention import PreventionTables
from calfnb.warmup.debates import debates
from calfnb.warmup.plan import Step, WarmUpPlan
from calfnb.warmup.planner import plan_warm_up
from calfnb.warmup.request import UnansweredError

__all__ = ["promises_in_brief", "side_in_brief", "warm_up_in_brief"]

#: An invented runner without complaints; each answer was given.
_WELL: Mapping[str, object] = {"red_flag": False, "sudden_sharp": False, "pain": 0}
_QUICK = frozenset({"potentiate"})
_MINUTES = (4, 8, 15, 22.5, 30, 60)
_DEGREES = (-10, 2, 33)
_AGES = (None, 16, 67)
_HISTORIES = ("none", "past_12m", "current_mild")


def warm_up_in_brief(session: str, **answers: object) -> str:
    """Return a plan for an invented runner without complaints: a line a drill, then what shaped it.

    Parameters
    ----------
    session
        An id of the table of sessions.
    **answers
        Further answers by the ids of the form, or other safety answers; None leaves one open.

    Raises
    ------
    WarmUpError
        If an answer cannot be.
    """
    tables = load_prevention()
    try:
        plan = plan_warm_up({**_WELL, "session": session, **answers}, tables)
    except UnansweredError as error:
        asked = "; ".join(tables.questions[name].question for name in error.questions)
        return f"{tables.text('ui.safety.open')} {asked}"
    if plan.decision == "stop":
        return f"{tables.text('warmup.stop')} {plan.gate.sentence} ({plan.gate.rule_id})"
    return "\n".join(_lines(plan, tables))


def _lines(plan: WarmUpPlan, tables: PreventionTables) -> list[str]:
    name = tables.sessions[plan.session].name
    lines = [tables.text("warmup.head", session=name, minutes=f"{plan.total_min:g}")]
    lines += [_line(step) for step in plan.steps]
    lines += [f"* {rule.sentence} ({rule.rule_id})" for rule in plan.rules]
    return lines


def _line(step: Step) -> str:
    return f"{step.start_min:g}-{step.end_min:g}  {step.name}"


def side_in_brief(session: str, debate_id: str, **answers: object) -> str:
    """Return what each side of a dispute changes in the plan of `warm_up_in_brief`, a line a side.

    Raises
    ------
    WarmUpError
        If an answer cannot be.
    """
    tables = load_prevention()
    views = debates({**_WELL, "session": session, **answers}, tables)
    return "\n".join(
        f"{side.row.label}: {difference_words(side.difference, tables)}"
        for view in views
        if view.debate_id == debate_id
        for side in view.sides
    )


def promises_in_brief() -> str:
    """Plan every session for many runners and days, and count how often a promise of the planner is broken."""
    tables = load_prevention()
    plans = broken_order = broken_time = 0
    for session, minutes, degrees, age, history in product(tables.sessions, _MINUTES, _DEGREES, _AGES, _HISTORIES):
        request = {"session": session, "time_min": minutes, "temp_c": degrees, "age": age, "history": history}
        plan = plan_warm_up({**_WELL, **request}, tables)
        plans += 1
        broken_order += _quick_before_warm(plan)
        broken_time += plan.total_min > minutes or not _time_is_explained(plan, minutes, tables)
    return (
        f"{plans} plans\nhops or strides before the jog and the drills: {broken_order}\n"
        f"longer than the time given, or shorter without a reason: {broken_time}"
    )


def _quick_before_warm(plan: WarmUpPlan) -> bool:
    phases = [step.phase for step in plan.steps]
    first = next((place for place, phase in enumerate(phases) if phase in _QUICK), len(phases))
    return any(phase not in _QUICK for phase in phases[first:]) or (
        first < len(phases) and "raise" not in phases[:first]
    )


def _time_is_explained(plan: WarmUpPlan, minutes: float, tables: PreventionTables) -> bool:
    return minutes - plan.total_min <= tables.limit("tolerance_min") or bool(plan.time_note)
