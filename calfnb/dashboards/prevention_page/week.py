"""The week as the page holds it: for whom, what each day is, what is left out, from when; and the programme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType

from calfnb.dashboards.paneled.safety import SafetyPart
from calfnb.dashboards.paneled.state import FRESH
from calfnb.dashboards.prevention_page.factors import FactorsPart
from calfnb.dashboards.prevention_page.library import PreventionLibrary
from calfnb.prevention.programme import DAY_KINDS, WeekProgramme, WeekRequest, plan_week
from calfnb.tables.records_prevention import DAYS, PreventionTables

__all__ = [
    "STAGES",
    "WEEKS",
    "WeekPart",
    "WeekState",
    "check_week",
    "equipment_of",
    "next_monday",
    "week_part",
    "with_choice",
]

STAGES = ("first", "later")
#: For how many weeks a calendar may be written.
WEEKS = ("2", "4", "8", "12")
#: A start further away than this is taken for a slip.
_FAR_DAYS = 366
_PROFILE_OF = MappingProxyType({"novice_runner": "new", "older_age": "older", "prolonged_sitting": "desk_bound"})


@dataclass(frozen=True)
class WeekState:
    """What was chosen.

    Attributes
    ----------
    profiles
        Kinds of runner; while ``chosen`` is false, those that the questionnaire suggests are taken.
    days
        Kinds of the days that differ from the usual week of the first profile.
    missing
        Equipment that is not at hand.
    leave_out
        Actions that were taken out.
    looked_at
        Factors that a clinician has looked at; what they kept back is in the week again.
    start
        First day of the calendar, as typed; "" for next Monday.
    weeks
        For how many weeks; "" for two in the first weeks, four later.
    things
        Whether the list of what is at hand is unfolded.
    """

    profiles: tuple[str, ...] = ()
    chosen: bool = False
    days: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    stage: str = "first"
    missing: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    looked_at: tuple[str, ...] = ()
    start: str = ""
    weeks: str = ""
    things: bool = field(default=False, metadata=FRESH)


@dataclass(frozen=True)
class WeekPart:
    """What follows.

    ``programme`` is None while the safety gate holds back or no kind of runner is named. ``profiles`` are those that
    were taken, ``suggested`` those that the questionnaire gives. ``holding`` are factors that count and keep something
    back until a clinician has looked. ``start`` is None for a day that cannot be;
    ``problems`` are sentences by field.
    """

    profiles: tuple[str, ...]
    suggested: tuple[str, ...]
    holding: tuple[str, ...]
    week: Mapping[str, str]
    programme: WeekProgramme | None
    start: date | None
    weeks: int
    problems: Mapping[str, str]


def week_part(
    state: WeekState, factors: FactorsPart, safety: SafetyPart, today: date, library: PreventionLibrary
) -> WeekPart:
    """Plan the week, if the safety gate lets it.

    Parameters
    ----------
    today
        The reader's day; the calendar begins on the Monday after it unless another one was chosen.
    """
    tables = library.prevention
    suggested = _suggested(factors, tables)
    holding = tuple(row.factor.factor_id for row in factors.report.for_a_clinician if row.factor.holds_back)
    names = state.profiles if state.chosen else suggested
    # Always in the order of the tables: it decides whose usual week is taken.
    profiles = tuple(name for name in _profile_order(tables) if name in names)
    problems: dict[str, str] = {}
    start = _start(state.start, today, tables, problems)
    weeks = int(state.weeks or WEEKS[STAGES.index(state.stage)])
    if not profiles:
        return WeekPart((), suggested, holding, state.days, None, start, weeks, problems)
    week = {**tables.profiles[profiles[0]].week, **state.days}
    programme = None
    if safety.passed:
        at_hand = [name for name in equipment_of(tables) if name not in state.missing]
        programme = plan_week(
            WeekRequest(
                safety=safety.safety,
                profile_ids=profiles,
                factor_ids=factors.factor_ids,
                week=week,
                stage=state.stage,
                equipment=at_hand if state.missing else None,
                leave_out=state.leave_out,
                looked_at=state.looked_at,
            ),
            tables,
        )
    return WeekPart(profiles, suggested, holding, week, programme, start, weeks, problems)


def equipment_of(tables: PreventionTables) -> tuple[str, ...]:
    """Return the equipment that the tables ask for."""
    return tables.questions["equipment"].options


def next_monday(today: date) -> date:
    """Return the first Monday after a day."""
    return today + timedelta(days=7 - today.weekday())


def with_choice(state: WeekState, name: str, value: object, tables: PreventionTables) -> WeekState:
    """Return the state with one field of the panel's forms set.

    Raises
    ------
    ValueError
        If there is no such field or choice.
    """
    if name == "profiles":
        changed = replace(state, profiles=_names(value), chosen=True)
    elif name == "equipment":
        at_hand = _names(value)
        if not set(at_hand) <= set(equipment_of(tables)):
            raise ValueError("There is no such equipment.")
        changed = replace(state, missing=tuple(one for one in equipment_of(tables) if one not in at_hand))
    elif name == "looked_at":
        changed = replace(state, looked_at=_names(value))
    elif name in DAYS:
        changed = replace(state, days=MappingProxyType({**state.days, name: str(value)}))
    elif name == "stage":
        changed = replace(state, stage=str(value))
    elif name == "start":
        changed = replace(state, start=str(value).strip()[:20])
    elif name == "weeks":
        changed = replace(state, weeks=str(value))
    else:
        raise ValueError(f"There is no field {name!r}.")
    _check(changed, tables)
    return changed


def check_week(state: WeekState, library: PreventionLibrary) -> None:
    """Raise ValueError for a state that names what there is not; it may have been made by hand."""
    _check(state, library.prevention)


def _check(state: WeekState, tables: PreventionTables) -> None:
    known = (
        set(state.profiles) <= set(tables.profiles),
        set(state.days) <= set(DAYS),
        set(state.days.values()) <= set(DAY_KINDS),
        state.stage in STAGES,
        set(state.missing) <= set(equipment_of(tables)),
        set(state.leave_out) <= set(tables.actions),
        all(tables.factors[name].holds_back for name in state.looked_at if name in tables.factors),
        set(state.looked_at) <= set(tables.factors),
        state.weeks in ("", *WEEKS),
    )
    if not all(known):
        raise ValueError("The week names what there is not.")


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise ValueError("A list of names is needed.")
    return tuple(str(name) for name in value)


def _profile_order(tables: PreventionTables) -> list[str]:
    return sorted(tables.profiles, key=lambda name: tables.profiles[name].order)


def _suggested(factors: FactorsPart, tables: PreventionTables) -> tuple[str, ...]:
    """Return the kinds of runner that the answers name; who answered not to be new is an experienced one."""
    counting = set(factors.factor_ids)
    found = {profile for factor_id, profile in _PROFILE_OF.items() if factor_id in counting}
    new = next(row for row in factors.report.findings if row.factor.factor_id == "novice_runner")
    if new.state == "does_not_count":
        found.add("experienced")
    return tuple(name for name in _profile_order(tables) if name in found)


def _start(written: str, today: date, tables: PreventionTables, problems: dict[str, str]) -> date | None:
    if not written:
        return next_monday(today)
    try:
        day = date.fromisoformat(written)
    except ValueError:
        problems["start"] = tables.text("dash4.week.problem.day")
        return None
    if abs((day - today).days) > _FAR_DAYS:
        problems["start"] = tables.text("dash4.week.problem.far")
        return None
    if day.weekday():
        monday = day - timedelta(days=day.weekday())
        weekday = tables.text(f"prevention.day.{DAYS[day.weekday()]}")
        problems["start"] = tables.text("dash4.week.problem.monday", weekday=weekday, monday=monday.isoformat())
        return None
    return day
