"""The routine of the day as the page holds it: the day, the time, what to put first, and the days beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.dashboards.paneled.safety import SafetyPart
from calfnb.dashboards.warmup_page.check import CheckPart, checks_of
from calfnb.tables.records_prevention import PreventionTables
from calfnb.warmup.drills import Availability
from calfnb.warmup.routine import Routine, routine_of_the_day

__all__ = ["GEAR", "MINUTES", "TodayPart", "TodayState", "check_today", "factors_of", "today_part", "with_choice"]

#: Minutes to choose from.
MINUTES = ("3", "5", "10", "15", "20", "30")
#: Everything, what is at hand for the plan, or nothing at all.
GEAR = ("at_hand", "nothing")
_FACTORS = "factors"
#: Days on each side whose routine stands beside it.
_NEAR_DAYS = 1
#: The days for which a routine is made, so that the days beside one exist too.
_FIRST, _LAST = date(2000, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True)
class TodayState:
    """The choices: ``day`` as written in ISO, "" for today; ``factors`` that are put first."""

    minutes: str = "10"
    gear: str = ""
    factors: tuple[str, ...] = ()
    day: str = ""


@dataclass(frozen=True)
class TodayPart:
    """What follows: the routine of the day and those of the days before and after; None while nothing is planned.

    ``wanted`` are drills that come first where they fit, each with the name of what points to it.
    """

    safety: SafetyPart
    day: date
    routine: Routine | None
    before: Routine | None
    after: Routine | None
    wanted: Mapping[str, str]


def today_part(
    state: TodayState, today: date, equipment: tuple[str, ...], safety: SafetyPart, check: CheckPart,
    library: PanelLibrary,
) -> TodayPart:  # fmt: skip
    """Make the routine.

    Parameters
    ----------
    today
        The reader's day.
    equipment
        What is at hand for the plan.
    check
        The self-check: what stands out there comes first here.
    """
    tables = library.prevention
    day = date.fromisoformat(state.day) if state.day else today
    wanted = _wanted(state, safety, check, tables)
    if not safety.passed:
        return TodayPart(safety, day, None, None, None, wanted)
    things = {"at_hand": equipment, "nothing": ()}.get(state.gear)

    def on(shift: int) -> Routine:
        return routine_of_the_day(
            day + timedelta(days=shift), safety.safety, minutes=float(state.minutes), equipment=things,
            wanted=tuple(wanted), tables=tables,
        )  # fmt: skip

    return TodayPart(safety, day, on(0), on(-_NEAR_DAYS), on(_NEAR_DAYS), wanted)


def _wanted(state: TodayState, safety: SafetyPart, check: CheckPart, tables: PreventionTables) -> Mapping[str, str]:
    """What the self-check found comes before what was only chosen."""
    found = dict(check.wanted)
    available = Availability(tables, safety.safety.signals(tables))
    for row in checks_of(tables):
        for factor in row.factor_ids:
            if factor in state.factors:
                for name in row.exercise_ids:
                    if available.allows(name):
                        found.setdefault(name, tables.factors[factor].name)
    return MappingProxyType(found)


def factors_of(tables: PreventionTables) -> dict[str, str]:
    """Return the contributing factors for which there are drills, with their names."""
    names = dict.fromkeys(factor for row in checks_of(tables) for factor in row.factor_ids)
    return {name: tables.factors[name].name for name in names if name in tables.factors}


def with_choice(state: TodayState, name: str, value: Any, library: PanelLibrary) -> TodayState:
    """Return the state with one choice made.

    Raises
    ------
    ValueError
        If there is no such choice.
    """
    if name == _FACTORS:
        changed = replace(state, factors=tuple(value))
    elif name == "minutes":
        changed = replace(state, minutes=str(value))
    elif name == "gear":
        changed = replace(state, gear=str(value))
    elif name == "day":
        changed = replace(state, day=str(value))
    else:
        raise ValueError(f"There is no choice {name!r}.")
    check_today(changed, library)
    return changed


def check_today(state: TodayState, library: PanelLibrary) -> None:
    """Raise ValueError for a choice that there is not, or a day that cannot be."""
    if state.minutes not in MINUTES:
        raise ValueError(f"There is no routine of {state.minutes!r} minutes.")
    if state.gear and state.gear not in GEAR:
        raise ValueError(f"gear has no choice {state.gear!r}.")
    if not set(state.factors) <= set(factors_of(library.prevention)):
        raise ValueError("There is no such factor.")
    if state.day and not _FIRST <= date.fromisoformat(state.day) <= _LAST:
        raise ValueError(f"No routine is made for {state.day}.")
