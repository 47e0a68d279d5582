"""The library of exercises: which there are, which are kept back for somebody, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from calfnb.tables.problems import did_you_mean, listed
from calfnb.tables.records_prevention import PreventionTables
from calfnb.tables.records_warmup import Block, Exercise
from calfnb.warmup.request import Safety, WarmUpError

__all__ = ["Availability", "LibraryEntry", "drill_library", "library_choices"]


class Availability:
    """Which exercises are open under some signals and equipment; every question is answered once.

    Parameters
    ----------
    signals
        What is known, as `calfnb.warmup.request.Safety.signals` gives it; unknown gates count as not reached.
    equipment
        What is at hand; None for everything.
    """

    def __init__(
        self, tables: PreventionTables, signals: Mapping[str, str], equipment: Collection[str] | None = None
    ) -> None:
        self._tables = tables
        self._signals = signals
        self._equipment = equipment
        self._holding: dict[str, bool] = {}

    def blocks_of(self, exercise: Exercise) -> tuple[Block, ...]:
        """Return what keeps an exercise back, the order of its row."""
        return tuple(self._tables.blocks[block_id] for block_id in exercise.block_ids if self._holds(block_id))

    def missing_equipment(self, exercise: Exercise) -> tuple[str, ...]:
        """Return what it needs and is not at hand; things that are part of a place are never missing."""
        if self._equipment is None:
            return ()
        asked = self._tables.questions.get("equipment")
        listed_things = asked.options if asked else ()
        return tuple(name for name in exercise.equipment if name in listed_things and name not in self._equipment)

    def allows(self, exercise_id: str) -> bool:
        """Tell whether an exercise may be in a plan."""
        exercise = self._tables.exercises[exercise_id]
        return not self.missing_equipment(exercise) and not any(map(self._holds, exercise.block_ids))

    def reason(self, exercise_id: str) -> str:
        """Return why an exercise is not open, "" if it is."""
        exercise = self._tables.exercises[exercise_id]
        said = [block.reason for block in self.blocks_of(exercise)[:1]]
        missing = self.missing_equipment(exercise)
        if missing:
            things = listed(tuple(self._tables.text(f"warmup.equipment.{name}") for name in missing))
            said.append(self._tables.text("warmup.left_out.equipment", things=things))
        return " ".join(said)

    def _holds(self, block_id: str) -> bool:
        known = self._holding.get(block_id)
        if known is None:
            block = self._tables.blocks[block_id]
            known = self._tables.expression(block.when).holds(self._signals)
            self._holding[block_id] = known
        return known


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """One exercise of the library; ``blocks`` is empty when it is open to the person who asks."""

    exercise: Exercise
    blocks: tuple[Block, ...]
    missing: tuple[str, ...]

    @property
    def open(self) -> bool:
        """Whether nothing keeps it back."""
        return not self.blocks and not self.missing


def drill_library(
    tables: PreventionTables,
    *,
    purpose: str = "",
    muscle: str = "",
    most_min: float | None = None,
    equipment: Collection[str] | None = None,
    text: str = "",
    safety: Safety | None = None,
    only_open: bool = False,
) -> tuple[LibraryEntry, ...]:
    """Return the exercises that fit a filter, in the order of the table.

    Parameters
    ----------
    purpose, muscle
        One of `library_choices`; "" for all.
    most_min
        Longest duration in minutes.
    equipment
        What is at hand; None for everything.
    text
        Words that name, steps or purpose must contain.
    safety
        Whose answers decide what is kept back. An open question keeps back too: without an answer about
        warning signs every exercise is, and massage until its preconditions are answered.
    only_open
        Leave out what is kept back.

    Raises
    ------
    WarmUpError
        If a purpose or muscle does not exist.
    """
    choices = library_choices(tables)
    for name, value in (("purpose", purpose), ("muscle", muscle)):
        if value and value not in choices[name]:
            raise WarmUpError(
                name, f'"{value}" is none of {listed(choices[name], 20)}{did_you_mean(value, choices[name])}'
            )
    signals = (safety or Safety()).signals(tables)
    available = Availability(tables, signals, equipment)
    words = text.lower().split()
    found = []
    for exercise in tables.exercises.values():
        if (purpose and purpose not in exercise.purposes) or (muscle and muscle not in exercise.muscles):
            continue
        if most_min is not None and exercise.duration_min > most_min:
            continue
        searched = " ".join((exercise.name, exercise.steps, exercise.why, " ".join(exercise.muscles))).lower()
        if not all(word in searched for word in words):
            continue
        entry = LibraryEntry(exercise, available.blocks_of(exercise), available.missing_equipment(exercise))
        if entry.open or not only_open:
            found.append(entry)
    return tuple(found)


def library_choices(tables: PreventionTables) -> Mapping[str, tuple[str, ...]]:
    """Return the purposes, muscles and equipment that occur, each in the order in which it first does."""

    def seen(values: Iterable[Iterable[str]]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value for row in values for value in row))

    rows = tables.exercises.values()
    return {
        "purpose": seen(row.purposes for row in rows),
        "muscle": seen(row.muscles for row in rows),
        "equipment": seen(row.equipment for row in rows),
    }
