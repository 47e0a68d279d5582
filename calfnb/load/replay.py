"""A log played again: what each rule would have said on which day, and whether it came in time for an injury."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from calfnb.load.activities import TrainingLog
from calfnb.load.history import Week, monday_of, sessions, shoes, weeks
from calfnb.load.rules import LoadError, Measure, measure, weekly_change
from calfnb.tables.records_load import LoadTables

__all__ = ["Lead", "Replay", "RuleRecord", "Standing", "Warned", "replay_log", "standing", "warnings"]

_WEEK = 7


@dataclass(frozen=True, slots=True)
class Warned:
    """One warning, on the evening on which it could first be given.

    ``measure`` has the value and the band; LR03 has no bands, its warnings only say that the ratio
    passed the upper end of the often quoted range.
    """

    day: date
    rule_id: str
    measure: Measure
    about: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """Whether a rule warned before an injury: the first and last warning in the window, and the days between."""

    injury: date
    rule_id: str
    first: date | None
    last: date | None
    lead_days: int | None
    covered: bool


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """How a rule did over the whole log: warnings in all, and how many had an injury in the window after them."""

    rule_id: str
    warnings: int
    followed: int
    injuries_warned: int
    injuries: int


@dataclass(frozen=True, slots=True)
class Replay:
    """The warnings of a log, the leads of each injury by rule, and the record of each rule.

    One runner's log proves nothing about a rule; ``caution`` says so.
    """

    warnings: tuple[Warned, ...]
    leads: tuple[Lead, ...]
    records: tuple[RuleRecord, ...]
    caution: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What was known on the evening of a day: the rules in the order in which they are shown.

    ``session`` is the last run of the seven days up to then against the 30 days before it.
    """

    day: date
    week: Week | None
    session: Measure
    change: Measure
    rest: Measure
    uncoupled: float | None
    recent: tuple[Warned, ...]


def standing(
    log: TrainingLog,
    load: LoadTables,
    day: date,
    *,
    cut_backs: Collection[date] = (),
    given: Sequence[Warned] | None = None,
) -> Standing:
    """Say what the rules showed on the evening of a day, from nothing that came later.

    Parameters
    ----------
    given
        Every warning of the whole log, where it is known already: each is dated to the first evening on which it
        could be given, so those up to the day are what was known. None works out those of the log up to then.
    """
    known = log.until(day)
    # The running week, and the last whole one before it; of those one may be the part of a week that a log begins with.
    found = weeks(known, load, cut_backs=cut_backs, as_of=day, newest=3)
    week = found[-1] if len(found) and found[-1].monday == monday_of(day) else None
    runs = sessions(known, load)
    last = runs[-1] if len(runs) and (day - runs[-1].day).days < _WEEK else None
    full = next((row for row in reversed(found.rows) if row.complete), None)
    found_warnings = warnings(known, load, cut_backs=cut_backs) if given is None else given
    recent = [item for item in found_warnings if 0 <= (day - item.day).days < _WEEK]
    return Standing(
        day=day,
        week=week,
        session=measure(load, "LR02", last.ratio if last else None),
        change=week.change if week else measure(load, "LR01", None),
        rest=full.rest if full else measure(load, "LR06", None),
        uncoupled=full.uncoupled if full else None,
        recent=tuple(recent),
    )


def warnings(log: TrainingLog, load: LoadTables, *, cut_backs: Collection[date] = ()) -> tuple[Warned, ...]:
    """Return every warning of a log in the order of days, each on the first evening on which it could be given."""
    found = [
        *_session_warnings(log, load),
        *_week_warnings(log, load, cut_backs),
        *_shoe_warnings(log, load),
    ]
    order = {rule.rule_id: rule.order for rule in load.rules.values()}
    return tuple(sorted(found, key=lambda item: (item.day, order.get(item.rule_id, 99), item.about)))


def _session_warnings(log: TrainingLog, load: LoadTables) -> list[Warned]:
    runs = sessions(log, load)
    spikes = np.flatnonzero((runs.state > 0) & (runs.state < len(runs.states) - 1))
    return [
        Warned(date.fromordinal(int(runs.day[place])), "LR02", measure(load, "LR02", float(runs.ratio[place])))
        for place in spikes.tolist()
    ]


def _week_warnings(log: TrainingLog, load: LoadTables, cut_backs: Collection[date]) -> list[Warned]:
    rows = weeks(log, load, cut_backs=cut_backs)
    if not len(rows):
        return []
    runs = log.runs()
    days, places = np.unique(runs.day, return_inverse=True)
    daily = dict(zip(days.tolist(), np.bincount(places, weights=runs.distance_km).tolist(), strict=True))
    found: list[Warned] = []
    for place, week in enumerate(rows):
        found += _growth_warnings(week, rows.rows[max(0, place - 3) : place], daily, load)
        if week.complete and week.rest.tone in ("watch", "high"):
            found.append(Warned(_full_on(week, daily, int(week.rest.value or 0)), "LR06", week.rest))
        if week.uncoupled is not None and week.uncoupled > load.limit("ratio_band_high") + load.limit("tolerance"):
            found.append(
                Warned(week.monday + timedelta(days=_WEEK - 1), "LR03", Measure("LR03", week.uncoupled, "over"))
            )
    return found


def _growth_warnings(week: Week, before: Sequence[Week], daily: dict[int, float], load: LoadTables) -> list[Warned]:
    """Return the warnings of LR01 within a week, each on the day on which the sum so far entered a new band."""
    whole = [row for row in before if row.complete][::-1]
    total, last, found = 0.0, "", []
    for step in range(_WEEK):
        day = week.monday + timedelta(days=step)
        ran = daily.get(day.toordinal(), 0.0)
        if not ran:
            continue
        total = round(total + ran, 9)
        change = weekly_change(
            load, total, [row.distance_km for row in whole], cut_back=[row.cut_back for row in whole]
        )
        if change.tone in ("watch", "high") and change.band != last:
            found.append(Warned(day, "LR01", change))
            last = change.band
    return found


def _full_on(week: Week, daily: dict[int, float], rest: int) -> date:
    """Return the day of a week on which it was clear that no more than ``rest`` days would be free."""
    run_days = [day for step in range(_WEEK) if daily.get((day := week.monday + timedelta(days=step)).toordinal(), 0.0)]
    return run_days[-1] if len(run_days) >= _WEEK - rest else week.monday + timedelta(days=_WEEK - 1)


def _shoe_warnings(log: TrainingLog, load: LoadTables) -> list[Warned]:
    found = []
    bands = load.bands_of("LR11")
    for shoe in shoes(log, load):
        for name, day in shoe.left:
            place = next(number for number, band in enumerate(bands) if band.band == name)
            band = bands[place + 1]
            end = bands[place].up_to
            found.append(Warned(day, "LR11", Measure("LR11", end, band.band, band), shoe.shoe))
    return found


def replay_log(
    log: TrainingLog,
    load: LoadTables,
    injuries: Collection[date],
    *,
    cut_backs: Collection[date] = (),
    window_days: int | None = None,
    given: Sequence[Warned] | None = None,
) -> Replay:
    """Ask of each injury which warning would have come in time.

    A warning counts as in time from the day before the injury back to ``window_days`` before it. An
    injury on the day of a long run itself shows no lead: the run was the event.

    Parameters
    ----------
    injuries
        The days on which injuries began.
    window_days
        None for the number of the tables (28).
    given
        Every warning of the log, where it is known already; None works them out.

    Raises
    ------
    LoadError
        If the window is not at least a day.
    """
    window = int(load.limit("replay_window_days")) if window_days is None else window_days
    if window < 1:
        raise LoadError(f"the window must be at least one day, not {window}")
    found = warnings(log, load, cut_backs=cut_backs) if given is None else tuple(given)
    first, days = log.first_day, sorted(set(injuries))
    rules = [rule.rule_id for rule in load.ordered_rules if rule.rule_id in ("LR02", "LR06", "LR01", "LR11", "LR03")]
    leads = []
    for injury in days:
        covered = first is not None and (injury - first).days >= window
        for rule_id in rules:
            before = [item.day for item in found if item.rule_id == rule_id and 1 <= (injury - item.day).days <= window]
            first_day, last_day = (before[0], before[-1]) if before else (None, None)
            lead = (injury - first_day).days if first_day else None
            leads.append(Lead(injury, rule_id, first_day, last_day, lead, covered))
    records = tuple(_record(rule_id, found, leads, days, window) for rule_id in rules)
    return Replay(found, tuple(leads), records, load.tables.text("load.replay.caution"))


def _record(
    rule_id: str, found: Sequence[Warned], leads: Sequence[Lead], injuries: Sequence[date], window: int
) -> RuleRecord:
    own = [item for item in found if item.rule_id == rule_id]
    followed = sum(any(1 <= (injury - item.day).days <= window for injury in injuries) for item in own)
    warned = sum(lead.lead_days is not None for lead in leads if lead.rule_id == rule_id)
    return RuleRecord(rule_id, len(own), followed, warned, len(injuries))
