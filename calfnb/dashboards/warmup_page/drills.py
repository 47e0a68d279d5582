"""The library of drills as the page holds it: the filters, the drill that is open, and what the answers keep back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.dashboards.paneled.safety import SafetyPart
from calfnb.dashboards.warmup_page.body import body_questions
from calfnb.tables.records_warmup import PlanQuestion
from calfnb.warmup.drills import LibraryEntry, drill_library, library_choices
from calfnb.warmup.request import Safety

__all__ = ["GEAR", "MINUTES", "SHOWN", "DrillsPart", "DrillsState", "check_drills", "drills_part", "with_filter"]

#: Longest durations to choose from, in minutes.
MINUTES = ("1", "2", "3", "5", "10")
#: Anything, nothing at all, or what is at hand for the plan.
GEAR = ("nothing", "at_hand")
#: All drills, or only those that nothing keeps back.
SHOWN = ("open",)


@dataclass(frozen=True)
class DrillsState:
    """The filters ("" for all) and the drill that is open."""

    purpose: str = ""
    muscle: str = ""
    minutes: str = ""
    gear: str = ""
    only: str = ""
    drill: str = ""


@dataclass(frozen=True)
class DrillsPart:
    """What the filters leave.

    ``entries`` are in the order of the table, those that are kept back among them with the reason. ``chosen`` is the
    open drill, whatever the filters say; ``asked`` are the questions that decide about it.
    """

    safety: SafetyPart
    entries: tuple[LibraryEntry, ...]
    chosen: LibraryEntry | None
    asked: tuple[PlanQuestion, ...]

    @property
    def kept_back(self) -> int:
        """How many of the entries something keeps back."""
        return sum(bool(entry.blocks) for entry in self.entries)


def drills_part(
    state: DrillsState, equipment: tuple[str, ...], safety: SafetyPart, library: PanelLibrary
) -> DrillsPart:
    """Filter the library.

    Parameters
    ----------
    equipment
        What is at hand for the plan.
    safety
        With the answers about the body: an open one keeps massage back.
    """
    tables = library.prevention
    at_hand = equipment if state.gear == "at_hand" else None
    found = drill_library(
        tables, purpose=state.purpose, muscle=state.muscle, equipment=at_hand, safety=safety.safety,
        most_min=float(state.minutes) if state.minutes else None, only_open=state.only == "open",
    )  # fmt: skip
    if state.gear == "nothing":
        found = tuple(entry for entry in found if not entry.exercise.equipment)
    entries = tuple(entry for entry in found if not entry.missing)
    chosen: LibraryEntry | None = None
    asked: tuple[PlanQuestion, ...] = ()
    if state.drill:
        chosen = entry_of(state.drill, safety.safety, library)
        asked = body_questions(chosen.exercise.block_ids, tables) if safety.passed else ()
    return DrillsPart(safety, entries, chosen, asked)


def entry_of(exercise_id: str, safety: Safety, library: PanelLibrary) -> LibraryEntry:
    """Return one drill of the library with what keeps it back."""
    everything = drill_library(library.prevention, safety=safety)
    return next(entry for entry in everything if entry.exercise.exercise_id == exercise_id)


def with_filter(state: DrillsState, name: str, value: Any, library: PanelLibrary) -> DrillsState:
    """Return the state with one filter set.

    Raises
    ------
    ValueError
        If there is no such filter or choice.
    """
    if name not in ("purpose", "muscle", "minutes", "gear", "only"):
        raise ValueError(f"There is no filter {name!r}.")
    changed = replace(state, **{name: str(value)})
    check_drills(changed, library)
    return changed


def check_drills(state: DrillsState, library: PanelLibrary) -> None:
    """Raise ValueError for a filter or a drill that there is not."""
    tables = library.prevention
    choices = library_choices(tables)
    allowed = {
        "purpose": choices["purpose"], "muscle": choices["muscle"], "minutes": MINUTES, "gear": GEAR, "only": SHOWN,
        "drill": tuple(tables.exercises),
    }  # fmt: skip
    for name, known in allowed.items():
        value = getattr(state, name)
        if value and value not in known:
            raise ValueError(f"{name} has no choice {value!r}.")
