"""A short routine of the day: chosen by the date alone, the same on every machine, another one than yesterday's."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

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
    lists = [(name, [slot for slot in tables.slots_of(name) if available.allows(slot.exercise_id)]) for name in _GROUPS]
    steps = _chosen(day, lists, float(minutes), tables)
    note = ""
    if not steps:
        note = tables.text("warmup.routine.nothing")
    elif {step.exercise.exercise_id for step in steps} == {
        step.exercise.exercise_id for step in _chosen(day - timedelta(days=1), lists, float(minutes), tables)
    }:
        note = tables.text("warmup.routine.same")
    return Routine(day, gate, steps, note)


def _chosen(
    day: date, lists: list[tuple[str, list[Slot]]], minutes: float, tables: PreventionTables
) -> tuple[RoutineStep, ...]:
    """Take one drill of each list in turn, the first of its turn that fits into the time that is left."""
    number = day.toordinal()
    first = number % len(lists)
    steps: list[RoutineStep] = []
    at = 0.0
    for name, slots in lists[first:] + lists[:first]:
        turn = number % len(slots) if slots else 0
        for slot in slots[turn:] + slots[:turn]:
            exercise = tables.exercises[slot.exercise_id]
            if at + exercise.duration_min <= minutes:
                end = round(at + exercise.duration_min, 1)
                steps.append(RoutineStep(name, exercise, at, end, slot.why))
                at = end
                break
    return tuple(steps)
