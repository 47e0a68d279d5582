"""The safety questions before every plan, as a page holds them: typed answers, and what the gate says to them.

An answer that is missing or cannot be read stays open; it is asked, never taken for a no.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.dashboards.typed_numbers import read_number
from calfnb.tables.problems import sentence
from calfnb.tables.records import Level
from calfnb.tables.records_prevention import PreventionTables
from calfnb.tables.records_warmup import PlanQuestion
from calfnb.warmup.gate import Gate, safety_gate
from calfnb.warmup.request import Safety, WarmUpError, read_safety

__all__ = ["GROUP", "START", "SafetyPart", "SafetyState", "check_safety", "safety_part", "with_answer"]

#: The panel of the safety questions.
START = "start"
#: The group of questions that come before every plan.
GROUP = "safety"
_SIGNS = "signs"
_NONE = "none"


@dataclass(frozen=True)
class SafetyState:
    """Answers by the id of their question, as typed or chosen, and the warning signs that were ticked."""

    answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    signs: tuple[str, ...] = ()


@dataclass(frozen=True)
class SafetyPart:
    """What follows from the answers.

    ``questions`` are those to show, in their order; ``gate`` says ``pass``, ``stop`` or ``ask``;
    ``problems`` are sentences on answers that cannot be, by question. ``safety`` leaves those out.
    ``asked_on`` is the panel with the question whose answer stops, "" for the panel of these questions.
    """

    questions: tuple[PlanQuestion, ...]
    safety: Safety
    gate: Gate
    problems: Mapping[str, str]
    asked_on: str = ""

    @property
    def passed(self) -> bool:
        """Whether a plan may be made."""
        return self.gate.passed


def safety_part(state: SafetyState, level: Level | None, library: PanelLibrary) -> SafetyPart:
    """Read the answers and ask the gate.

    Parameters
    ----------
    level
        The urgency of the patient who came along, None for nobody.
    """
    tables = library.prevention
    read: dict[str, Any] = {_SIGNS: list(state.signs), "level": level}
    problems: dict[str, str] = {}
    for question in _of_group(tables):
        written = state.answers.get(question.question_id, "")
        if not written:
            continue
        value: Any = written
        if question.kind == "number":
            value = read_number(question.question_id, written, tables.tables, problems)
        try:
            read_safety({question.question_id: value}, tables)
        except WarmUpError as error:
            problems.setdefault(question.question_id, sentence(str(error).partition(": ")[2]))
            continue
        read[question.question_id] = value
    safety = read_safety(read, tables)
    signals = safety.signals(tables)
    shown = tuple(row for row in _of_group(tables) if tables.expression(row.asked_if).holds(signals))
    # What was answered for another cause says nothing about this one.
    names = {row.question_id for row in shown}
    if set(read) - names - {_SIGNS, "level"}:
        safety = read_safety({name: value for name, value in read.items() if name in {*names, _SIGNS, "level"}}, tables)
    gate = safety_gate(safety, tables)
    return SafetyPart(shown, safety, gate, MappingProxyType(problems))


def _of_group(tables: PreventionTables) -> list[PlanQuestion]:
    return sorted((row for row in tables.questions.values() if row.group == GROUP), key=lambda row: row.order)


def with_answer(state: SafetyState, name: str, value: Any, tables: PreventionTables) -> SafetyState:
    """Return the state with one answer put in, changed, or taken back ("").

    Raises
    ------
    ValueError
        If there is no such question or choice.
    """
    if name == _SIGNS:
        if not set(value) <= set(tables.signs):
            raise ValueError("There is no such sign.")
        return replace(state, signs=tuple(value))
    answers = {key: old for key, old in state.answers.items() if key != name}
    changed = replace(state, answers=MappingProxyType({**answers, name: str(value)} if value else answers))
    check_safety(changed, tables)
    # Without a yes nothing is ticked: an old tick out of sight would stop every plan.
    return replace(changed, signs=()) if name == "red_flag" and value != "yes" else changed


def check_safety(state: SafetyState, tables: PreventionTables) -> None:
    """Raise ValueError if a state names a question, a choice or a sign that there is not."""
    asked = {row.question_id: row for row in _of_group(tables)}
    for name, value in state.answers.items():
        row = asked.get(name)
        if row is None:
            raise ValueError(f"There is no question {name!r}.")
        allowed = (_NONE, *tables.care.conditions) if row.kind == "condition" else row.options
        if row.kind != "number" and value not in allowed:
            raise ValueError(f"{name} has no choice {value!r}.")
    if not set(state.signs) <= set(tables.signs):
        raise ValueError("There is no such sign.")
