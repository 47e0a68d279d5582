"""A short routine of the day: chosen by the date alone, the same on every machine, another one than yesterday's."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from calfnb.tables.loading_prevention import load_prevention
from calfnb.tables.records_prevention import PreventionTables
from calfnb.tables.records_warmup import Exercise, Slot
from calfnb.warmup.drills import Availability
from calfnb.warmup.gate import Gate, pass_gate
from calfnb.warmup.request import Safety, WarmUpError, read_safety

__all__ = ["Routine", "RoutineStep", "routine_of_the_day"]

#: The lists of a routine; the one it begins with moves on by one each day.
_GROUPS = ("routine_calf", "routine_hip", "routine_foot", "routine_mobility", "routine_stretch")
_USUAL_MIN = 10.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RoutineStep:
    """One exercise of a routine with its whole dose; times in minutes from the start."""

    group: str
    exercise: Exercise
    start_min: float
    end_min: float
    why: str


@dataclass(frozen=True, slots=True)
class Routine:
    """The exercises of one day. When the gate stops there are none; ``note`` says what is unusual about it."""

    day: date
    gate: Gate
    steps: tuple[RoutineStep, ...]
    note: str = ""

    @property
    def total_min(self) -> float:
        """Minutes in all."""
        return self.steps[-1].end_min if self.steps else 0.0

    @property
    def exercise_ids(self) -> tuple[str, ...]:
        """What is done, in order."""
        return tuple(step.exercise.exercise_id for step in self.steps)


def routine_of_the_day(
    day: date,
    answers: Safety | Mapping[str, object],
    *,
    minutes: float = _USUAL_MIN,
    equipment: Collection[str] | None = None,
    wanted: Collection[str] = (),
    tables: PreventionTables | None = None,
) -> Routine:
    """Return the routine of a day.

    Parameters
    ----------
    day
        The date; it alone decides about the choice among what is open.
    answers
        The safety answers; the gate stands before this plan too.
    minutes
        Time for it.
    equipment
        What is at hand; None for everything.
    wanted
        Exercises that come first where they are open, such as those of a self-check; one that is the only one of
        its list comes every other day.

    Raises
    ------
    UnansweredError
        If a safety question is open.
    WarmUpError
        If an answer or the time cannot be.
    """
    tables = tables or load_prevention()
    low, high = tables.limit("shortest_routine_min"), tables.limit("longest_routine_min")
    if not (isinstance(minutes, (int, float)) and math.isfinite(minutes) and low <= minutes <= high):
        raise WarmUpError("minutes", f"write {low:g} to {high:g} minutes, not {minutes!r}")
    gate = pass_gate(answers, tables)
    if not gate.passed:
        return Routine(day, gate, ())
    safety = answers if isinstance(answers, Safety) else read_safety(answers, tables)
    available = Availability(tables, safety.signals(tables), equipment)

    def fits(slot: Slot) -> bool:
        short_enough = tables.exercises[slot.exercise_id].duration_min <= minutes
        return short_enough and available.allows(slot.exercise_id)

    lists = [(name, [slot for slot in tables.slots_of(name) if fits(slot)]) for name in _GROUPS]
    steps = _of_day(day, lists, float(minutes), wanted, tables)
    note = ""
    if not steps:
        note = tables.text("warmup.routine.nothing")
    elif _drills(steps) == _drills(_of_day(day - timedelta(days=1), lists, float(minutes), wanted, tables)):
        note = tables.text("warmup.routine.same")
    return Routine(day, gate, steps, note)


def _of_day(
    day: date,
    lists: list[tuple[str, list[Slot]]],
    minutes: float,
    wanted: Collection[str],
    tables: PreventionTables,
) -> tuple[RoutineStep, ...]:
    """Choose for a day; where what is wanted would bring the drills of the day before, the plain turn is taken."""
    number = day.toordinal()
    steps = _chosen(number, lists, minutes, wanted, tables)
    if wanted and _drills(steps) == _drills(_chosen(number - 1, lists, minutes, wanted, tables)):
        return _chosen(number, lists, minutes, (), tables)
    return steps


def _drills(steps: tuple[RoutineStep, ...]) -> frozenset[str]:
    return frozenset(step.exercise.exercise_id for step in steps)


def _chosen(
    number: int,
    lists: list[tuple[str, list[Slot]]],
    minutes: float,
    wanted: Collection[str],
    tables: PreventionTables,
) -> tuple[RoutineStep, ...]:
    """Take one drill of each list in turn, the first of its turn that fits into the time that is left."""
    turned = [(name, _turn_of(slots, number, wanted)) for name, slots in _turned(lists, number)]
    # A list that begins with something wanted comes before the others, which short of time would fill the day.
    turned.sort(key=lambda entry: not (entry[1] and entry[1][0].exercise_id in wanted))
    steps: list[RoutineStep] = []
    at = 0.0
    for name, slots in turned:
        for slot in slots:
            exercise = tables.exercises[slot.exercise_id]
            if at + exercise.duration_min <= minutes:
                end = round(at + exercise.duration_min, 1)
                steps.append(RoutineStep(name, exercise, at, end, slot.why))
                at = end
                break
    return tuple(steps)


def _turn_of(slots: list[Slot], number: int, wanted: Collection[str]) -> list[Slot]:
    """Order a list for a day: what is wanted first, but a single drill never on two days running."""
    wished = [slot for slot in slots if slot.exercise_id in wanted]
    others = [slot for slot in slots if slot.exercise_id not in wanted]
    if len(wished) == 1 and number % 2:
        wished, others = others, wished
    return _turned(wished, number) + _turned(others, number)


def _turned(items: list[T], number: int) -> list[T]:
    turn = number % len(items) if items else 0
    return items[turn:] + items[:turn]
