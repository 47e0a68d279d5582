"""Every constraint of a warm-up, looked at after the fact: what a plan would break, in sentences.

The planner keeps them by how it works; this module knows nothing of how, so that the two check each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from calfnb.tables.records_prevention import PreventionTables
from calfnb.warmup.drills import Availability
from calfnb.warmup.plan import Step, WarmUpPlan
from calfnb.warmup.request import WarmUpRequest

__all__ = ["broken_constraints"]

_ORDER = ("raise", "static", "mobilise", "potentiate")
_QUICK = frozenset({"plyometric", "running", "drill"})
_CLOSE = 1e-9


def broken_constraints(plan: WarmUpPlan, tables: PreventionTables) -> tuple[str, ...]:
    """Return what a plan breaks; empty when every constraint holds."""
    if plan.decision == "stop":
        empty = not (plan.steps or plan.cool_down or any(plan.phases))
        return () if empty else ("a stopped plan has drills",)
    if plan.request is None:
        return ("a plan does not say what it was made for",)
    checks: tuple[Callable[[WarmUpPlan, WarmUpRequest, PreventionTables], Iterator[str]], ...] = (
        _times,
        _order,
        _blocked,
        _sides,
        _length,
        _floors,
        _static,
        _symptoms,
        _words,
    )
    return tuple(problem for check in checks for problem in check(plan, plan.request, tables))


def _times(plan: WarmUpPlan, _request: WarmUpRequest, _tables: PreventionTables) -> Iterator[str]:
    for name, steps in (("warm-up", plan.steps), ("cool-down", plan.cool_down)):
        at = 0.0
        for step in steps:
            if abs(step.start_min - at) > _CLOSE:
                yield f"{name}: {step.exercise_id} begins at {step.start_min:g}, not at {at:g}"
            if step.end_min <= step.start_min:
                yield f"{name}: {step.exercise_id} takes no time"
            at = step.end_min
    for phase, minutes in zip(("raise", "mobilise", "potentiate"), plan.phases, strict=True):
        found = sum(step.minutes for step in plan.steps if step.phase == phase)
        if abs(found - minutes) > _CLOSE:
            yield f"{phase}: {minutes} minutes are named and {found:g} are filled"
    if abs(sum(plan.phases) + plan.static_min - plan.total_min) > _CLOSE:
        yield "the phases do not add up to the whole"


def _order(plan: WarmUpPlan, _request: WarmUpRequest, tables: PreventionTables) -> Iterator[str]:
    places = [_ORDER.index(step.phase) for step in plan.steps]
    if places != sorted(places):
        yield "the phases are not in order"
    for step in plan.steps:
        quick = tables.exercises[step.exercise_id].type in _QUICK
        if quick and step.phase != "potentiate":
            yield f"{step.exercise_id} is quick and stands in {step.phase}"
    if plan.steps and plan.steps[0].phase != "raise":
        yield "the body is not warmed first"


def _blocked(plan: WarmUpPlan, request: WarmUpRequest, tables: PreventionTables) -> Iterator[str]:
    available = Availability(tables, _signals(plan, request, tables), request.equipment)
    for step in (*plan.steps, *plan.cool_down):
        exercise = tables.exercises[step.exercise_id]
        for block in available.blocks_of(exercise):
            yield f"{step.exercise_id} is kept back by {block.block_id}"
        for thing in available.missing_equipment(exercise):
            yield f"{step.exercise_id} needs {thing}"


def _signals(plan: WarmUpPlan, request: WarmUpRequest, tables: PreventionTables) -> Mapping[str, str]:
    return request.safety.signals(tables) | {"surface": request.surface, "session": plan.session}


def _sides(plan: WarmUpPlan, _request: WarmUpRequest, tables: PreventionTables) -> Iterator[str]:
    for step in (*plan.steps, *plan.cool_down):
        if not tables.exercises[step.exercise_id].both_sides:
            continue
        if step.side_s <= 0:
            yield f"{step.exercise_id} is done on one side only"
        elif 2 * step.side_s > 60 * step.minutes + _CLOSE:
            yield f"{step.exercise_id}: both sides do not fit into {step.minutes:g} minutes"


def _length(plan: WarmUpPlan, request: WarmUpRequest, tables: PreventionTables) -> Iterator[str]:
    longest, tolerance = tables.limit("longest_plan_min"), tables.limit("tolerance_min")
    given = request.time_min
    if plan.total_min > min(longest, longest if given is None else given) + _CLOSE:
        yield f"{plan.total_min:g} minutes do not fit into the time"
    if given is not None and abs(given - plan.total_min) > tolerance and not plan.time_note:
        yield "the plan does not fill the time and does not say why"


def _floors(plan: WarmUpPlan, _request: WarmUpRequest, tables: PreventionTables) -> Iterator[str]:
    if any(rule.kind == "short_other" for rule in plan.rules):
        if any(step.phase != "raise" for step in plan.steps):
            yield "too short a time has more than walking"
        return
    floors = tables.sessions[plan.session].floors
    if any(minutes < floor for minutes, floor in zip(plan.phases, floors, strict=True)):
        yield f"{plan.phases} is below the least minutes {floors}"


def _static(plan: WarmUpPlan, request: WarmUpRequest, tables: PreventionTables) -> Iterator[str]:
    stretches = [step for step in plan.steps if tables.exercises[step.exercise_id].type == "static_stretch"]
    if stretches and request.static_before == "none":
        yield "a stretch was not asked for"
    if any(step.phase != "static" for step in stretches):
        yield "a stretch stands outside its place"
    if any(step.side_s >= tables.limit("static_per_muscle_max_s") for step in stretches):
        yield "a muscle is stretched for too long before the run"


def _symptoms(plan: WarmUpPlan, request: WarmUpRequest, tables: PreventionTables) -> Iterator[str]:
    safety, session = request.safety, tables.sessions[plan.session]
    sore = bool(safety.pain) or request.history == "current_mild"
    quick = [step for step in plan.steps if _is_quick(step, tables)]
    if sore and (quick or session.quality or session.session_id == "long"):
        yield "somebody with symptoms is prepared for speed or distance"
    if safety.flagged or safety.sudden_sharp:
        yield "a warning sign did not stop the plan"
    if (safety.pain or 0) > safety.pain_limit(tables):
        yield "the pain is above what the cause allows"


def _is_quick(step: Step, tables: PreventionTables) -> bool:
    return tables.exercises[step.exercise_id].type in _QUICK


def _words(plan: WarmUpPlan, _request: WarmUpRequest, _tables: PreventionTables) -> Iterator[str]:
    for step in (*plan.steps, *plan.cool_down):
        if not (step.why and step.without and step.dose and step.name):
            yield f"{step.exercise_id} does not say why it is there or what would be missing"
