"""The warm-up of a session as the page holds it: what was answered, and the plan that follows from it.

A question without an answer takes the default of its table, and the page says so; one without a default stays open.
Without a session, with an answer that cannot be, or while the safety gate holds back there is no plan.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.dashboards.paneled.safety import SafetyPart
from calfnb.dashboards.paneled.state import FRESH
from calfnb.dashboards.typed_numbers import read_number
from calfnb.tables.problems import sentence
from calfnb.tables.records_prevention import PreventionTables
from calfnb.tables.records_warmup import PlanExample, PlanQuestion
from calfnb.warmup.plan import WarmUpPlan
from calfnb.warmup.planner import plan_warm_up
from calfnb.warmup.request import Safety, WarmUpError, WarmUpRequest, read_request

__all__ = [
    "EQUIPMENT",
    "FEET",
    "GROUPS",
    "PlanPart",
    "PlanState",
    "check_plan",
    "examples",
    "for_session",
    "massage_in_question",
    "picked",
    "plan_part",
    "with_answer",
]

#: The groups of questions in the order of the form.
GROUPS = ("session", "wishes", "massage")
EQUIPMENT = "equipment"
_SESSION = "session"
_MASSAGE = "massage"
#: Asked whatever is at hand: balance and barefoot drills need feet that feel normally.
FEET = "numb_feet"
#: What a quick pick does not touch: it belongs to the runner and the place, not to the session.
_RUNNER = frozenset({"age", FEET, "blood_thinner", "surface_vein", "broken_skin", "unexplained_swelling"})


@dataclass(frozen=True)
class PlanState:
    """Answers by the id of their question, as typed or chosen, and what is at hand.

    Something to hold on to, if only a tree or a lamp post, is nearly always there. ``unfolded`` tells whether a
    phone shows the form although there is a plan.
    """

    answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    equipment: tuple[str, ...] = ("wall",)
    unfolded: bool = field(default=False, metadata=FRESH)


@dataclass(frozen=True)
class PlanPart:
    """What follows from the answers.

    ``questions`` are those to show, in their order; ``assumed`` are the questions whose default is taken;
    ``problems`` are sentences on answers that cannot be, by question. ``request`` is there when a session is
    chosen and every answer can be; ``plan`` when the safety gate lets it pass, too.
    """

    safety: SafetyPart
    questions: tuple[PlanQuestion, ...]
    assumed: frozenset[str]
    problems: Mapping[str, str]
    request: WarmUpRequest | None
    plan: WarmUpPlan | None


def plan_part(state: PlanState, safety: SafetyPart, library: PanelLibrary) -> PlanPart:
    """Read the answers and plan the warm-up.

    Parameters
    ----------
    safety
        What the safety questions say; nothing is planned before they pass.
    """
    tables = library.prevention
    shown = _shown(state, tables)
    read: dict[str, Any] = {EQUIPMENT: list(state.equipment)}
    problems: dict[str, str] = {}
    assumed = set()
    for row in shown:
        name, written = row.question_id, state.answers.get(row.question_id, "")
        # What keeps drills back when it is so is never assumed; the page says that it is open.
        default = "" if row.group == _MASSAGE else row.default
        if not written and default:
            assumed.add(name)
        value = _value(row, written or default, tables, problems)
        if value is None:
            continue
        try:
            read_request({_SESSION: next(iter(tables.sessions)), name: value}, tables)
        except WarmUpError as error:
            problems[name] = sentence(str(error).partition(": ")[2])
            continue
        read[name] = value
    request = plan = None
    if _SESSION in read and not problems:
        own = read_request(read, tables)
        request = replace(own, safety=_both(safety.safety, own.safety))
    if request is not None and safety.passed:
        made = plan_warm_up(request, tables)
        plan = made if made.decision == "plan" else None
    return PlanPart(safety, shown, frozenset(assumed), MappingProxyType(problems), request, plan)


def _both(safety: Safety, own: Safety) -> Safety:
    """Return the answers of the safety questions with those of this form, which are about other things."""
    return replace(safety, **{name: getattr(own, name) for name in _RUNNER})


def _shown(state: PlanState, tables: PreventionTables) -> tuple[PlanQuestion, ...]:
    """Return the questions to show: those before a massage only when something for it is at hand, or answered."""
    rows = sorted(tables.questions.values(), key=lambda row: row.order)
    massage = massage_in_question(state.equipment, tables)
    return tuple(
        row
        for row in rows
        if row.group in GROUPS
        and (row.group != _MASSAGE or massage or row.question_id == FEET or state.answers.get(row.question_id))
    )


def massage_in_question(equipment: Collection[str], tables: PreventionTables) -> bool:
    """Tell whether something at hand is for pressing on the calf, by the drills that need it."""
    tools = {
        name
        for row in tables.exercises.values()
        if _MASSAGE in row.block_ids
        for name in row.equipment
        if not any(name in other.equipment for other in tables.exercises.values() if _MASSAGE not in other.block_ids)
    }
    return bool(tools & set(equipment))


def _value(row: PlanQuestion, written: str, tables: PreventionTables, problems: dict[str, str]) -> Any:
    if not written or row.kind == "list":
        return None
    if row.kind != "number":
        return written
    return read_number(row.question_id, written, tables.tables, problems)


def with_answer(state: PlanState, name: str, value: Any, tables: PreventionTables) -> PlanState:
    """Return the state with one answer put in, changed, or taken back ("").

    Raises
    ------
    ValueError
        If there is no such question or choice.
    """
    if name == EQUIPMENT:
        changed = replace(state, equipment=tuple(value))
    else:
        answers = {key: old for key, old in state.answers.items() if key != name}
        changed = replace(state, answers=MappingProxyType({**answers, name: str(value)} if value else answers))
    _check(changed, tables)
    return replace(changed, unfolded=True)


def examples(tables: PreventionTables) -> tuple[PlanExample, ...]:
    """Return the examples to start from, in their order."""
    return tuple(sorted(tables.examples.values(), key=lambda row: row.order))


def for_session(state: PlanState, session_id: str, tables: PreventionTables) -> PlanState:
    """Return the state with a session chosen where no plan was yet: the plan is what is wanted next.

    Raises
    ------
    ValueError
        If there is no such session.
    """
    return replace(with_answer(state, _SESSION, session_id, tables), unfolded=False)


def picked(state: PlanState, name: str, tables: PreventionTables) -> PlanState:
    """Return the state with the session of an example; what belongs to the runner and the place stays.

    Raises
    ------
    KeyError
        If there is no such example.
    """
    kept = {key: value for key, value in state.answers.items() if key in _RUNNER}
    return replace(state, answers=MappingProxyType({**kept, **tables.examples[name].given}), unfolded=False)


def check_plan(state: PlanState, library: PanelLibrary) -> None:
    """Raise ValueError if a state names a question, a choice or a thing that there is not."""
    _check(state, library.prevention)


def _check(state: PlanState, tables: PreventionTables) -> None:
    for name, value in state.answers.items():
        row = tables.questions.get(name)
        if row is None or row.group not in GROUPS or row.kind == "list":
            raise ValueError(f"There is no question {name!r}.")
        if row.kind != "number" and value not in row.options:
            raise ValueError(f"{name} has no choice {value!r}.")
    if not set(state.equipment) <= set(tables.questions[EQUIPMENT].options):
        raise ValueError("There is no such equipment.")
