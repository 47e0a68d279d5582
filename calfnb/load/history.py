"""A training log in retrospect: sessions against the 30 days before, weeks, shoes; each as far as the log covers."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from calfnb.load.activities import Flags, Numbers, TrainingLog, Whole
from calfnb.load.rules import NOT_COMPUTABLE, Measure, measure, weekly_change
from calfnb.tables.records_load import Band, LoadTables

__all__ = [
    "Session",
    "Sessions",
    "ShoeAge",
    "Week",
    "Weeks",
    "longest_before",
    "monday_of",
    "sessions",
    "shoes",
    "weeks",
]

_WEEK = 7


@dataclass(frozen=True, slots=True)
class Session:
    """One run against the longest of the 30 days before it.

    ``longest_30d_km`` and ``ratio`` are None where there was none. ``ratio_without_spikes`` leaves out
    of the 30 days the runs that were spikes themselves; a first long run else hides the second.
    ``covered_days`` is how many of the 30 days lie within the log.
    """

    day: date
    distance_km: float
    longest_30d_km: float | None
    ratio: float | None
    state: str
    ratio_without_spikes: float | None
    covered_days: int


@dataclass(frozen=True)
class Sessions:
    """Every run of a log in order, as arrays; NaN is not computable. ``state`` is a place in ``states``."""

    day: Whole
    distance_km: Numbers
    longest_30d_km: Numbers
    ratio: Numbers
    state: Whole
    ratio_without_spikes: Numbers
    covered_days: Whole
    states: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.day)

    def __iter__(self) -> Iterator[Session]:
        for place in range(len(self)):
            yield self[place]

    def __getitem__(self, place: int) -> Session:
        return Session(
            day=date.fromordinal(int(self.day[place])),
            distance_km=float(self.distance_km[place]),
            longest_30d_km=_or_none(self.longest_30d_km[place]),
            ratio=_or_none(self.ratio[place]),
            state=self.states[self.state[place]],
            ratio_without_spikes=_or_none(self.ratio_without_spikes[place]),
            covered_days=int(self.covered_days[place]),
        )


@dataclass(frozen=True, slots=True)
class Week:
    """One week, Monday to Sunday, and how it compares.

    ``complete`` is False for a week that the log covers in part only, as the first often is and the
    running one always. ``change`` is not computable in the first week and after three weeks without
    running; in a week that is not over it is None or a warning, never a green. ``uncoupled`` and
    ``coupled`` are None unless this and the three weeks before are complete and there was running.
    """

    monday: date
    distance_km: float
    runs: int
    run_days: int
    longest_km: float
    complete: bool
    cut_back: bool
    change: Measure
    uncoupled: float | None
    coupled: float | None
    rest: Measure


@dataclass(frozen=True)
class Weeks:
    """Every week from the first run to the last, those without a run too."""

    rows: tuple[Week, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Week]:
        return iter(self.rows)

    def __getitem__(self, place: int) -> Week:
        return self.rows[place]


@dataclass(frozen=True, slots=True)
class ShoeAge:
    """How far a shoe has run, in how many runs, from when to when, and the day on which it left each band."""

    shoe: str
    distance_km: float
    runs: int
    first_day: date
    last_day: date
    age: Measure
    left: tuple[tuple[str, date], ...]


def monday_of(day: date) -> date:
    """Return the Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def longest_before(day: Whole, distance_km: Numbers, window: int) -> Numbers:
    """Return for each run the longest distance of the ``window`` days before its own day, NaN where there is none.

    Runs of the same day are not among them.
    """
    if not len(day):
        return np.empty(0)
    first, last = int(day[0]), int(day[-1])
    longest = np.full(last - first + 1 + window, -np.inf)
    np.maximum.at(longest, day - first + window, distance_km)
    # Place d of the windows holds the days d - window to d - 1 of the log.
    windows = np.lib.stride_tricks.sliding_window_view(longest, window).max(axis=1)
    found = windows[day - first]
    return np.where(np.isfinite(found), found, np.nan)


def sessions(log: TrainingLog, load: LoadTables) -> Sessions:
    """Compare every run with the longest of the 30 days before (LR02)."""
    runs = log.runs()
    window = int(load.limit("longest_window_days"))
    longest = longest_before(runs.day, runs.distance_km, window)
    ratio = np.round(runs.distance_km / longest, 12)
    bands = load.bands_of("LR02")
    state = _band_places(ratio, load)
    calm = np.isnan(ratio) | (state == 0)
    plain = _longest_of(runs, calm, window)
    first = int(log.day[0]) if len(log) else 0
    return Sessions(
        day=runs.day,
        distance_km=runs.distance_km,
        longest_30d_km=longest,
        ratio=ratio,
        state=np.where(np.isnan(ratio), len(bands), state),
        ratio_without_spikes=np.round(runs.distance_km / plain, 12),
        covered_days=np.minimum(window, runs.day - first),
        states=(*(band.band for band in bands), NOT_COMPUTABLE),
    )


def _band_places(ratio: Numbers, load: LoadTables) -> Whole:
    """Return the place of the band of each ratio; what is not computable gets some band."""
    found = np.zeros(len(ratio), dtype=np.int64)
    for band in load.bands_of("LR02")[:-1]:
        assert band.up_to is not None
        above = ratio > band.up_to + load.limit("tolerance") if band.up_to_included else (
            ratio >= band.up_to - load.limit("tolerance")
        )  # fmt: skip
        found += above
    return found


def _longest_of(runs: TrainingLog, chosen: Flags, window: int) -> Numbers:
    """Return the longest of the days before each run, looking only at the chosen runs."""
    if not len(runs):
        return np.empty(0)
    masked = np.where(chosen, runs.distance_km, -np.inf)
    return longest_before(runs.day, masked, window)


def weeks(
    log: TrainingLog,
    load: LoadTables,
    *,
    cut_backs: Collection[date] = (),
    as_of: date | None = None,
    newest: int | None = None,
) -> Weeks:
    """Add the runs up by week and compare the weeks (LR01, LR03, LR06).

    Parameters
    ----------
    cut_backs
        Any day of each week that was *planned* as a cut-back.
    as_of
        The day up to which the log is complete; None for its last day. A week that ends later is not complete.
    newest
        Return only so many weeks, the last ones; they are compared with those before all the same. None for all.
    """
    runs = log.runs()
    if not len(runs):
        return Weeks(())
    assert log.first_day is not None
    assert log.last_day is not None
    until = max(as_of or log.last_day, log.last_day)
    first = monday_of(date.fromordinal(int(runs.day[0]))).toordinal()
    count = (int(runs.day[-1]) - first) // _WEEK + 1
    place = (runs.day - first) // _WEEK
    distance = np.round(np.bincount(place, weights=runs.distance_km, minlength=count), 9)
    number = np.bincount(place, minlength=count)
    longest = np.zeros(count)
    np.maximum.at(longest, place, runs.distance_km)
    run_days = np.bincount((np.unique(runs.day) - first) // _WEEK, minlength=count)
    planned = {monday_of(day).toordinal() for day in cut_backs}
    mondays = [first + _WEEK * step for step in range(count)]
    complete = [monday >= log.first_day.toordinal() and monday + _WEEK - 1 <= until.toordinal() for monday in mondays]
    flags = [monday in planned for monday in mondays]
    km = distance.tolist()
    rows = []
    for step in range(0 if newest is None else max(0, count - newest), count):
        uncoupled, coupled = _acute_chronic(km, complete, step, load)
        rest = float(_WEEK - run_days[step])
        rows.append(
            Week(
                monday=date.fromordinal(mondays[step]),
                distance_km=km[step],
                runs=int(number[step]),
                run_days=int(run_days[step]),
                longest_km=float(longest[step]),
                complete=complete[step],
                cut_back=flags[step],
                change=_change(km, flags, complete, step, load),
                uncoupled=uncoupled,
                coupled=coupled,
                rest=measure(load, "LR06", rest if complete[step] else None),
            )
        )
    return Weeks(tuple(rows))


def _change(km: list[float], flags: list[bool], complete: list[bool], step: int, load: LoadTables) -> Measure:
    """Compare a week with those before; a week that the log begins in the middle of is nothing to compare with."""
    back = int(load.limit("look_back_weeks"))
    before = range(step - 1, max(-1, step - 1 - back), -1)
    whole = [place for place in before if complete[place]]
    found = weekly_change(load, km[step], [km[place] for place in whole], cut_back=[flags[place] for place in whole])
    if not complete[step] and found.row is not None and found.row.tone == "calm":
        return measure(load, "LR01", None)  # the week is not over: it can only grow
    return found


def _acute_chronic(
    km: list[float], complete: list[bool], step: int, load: LoadTables
) -> tuple[float | None, float | None]:
    before = int(load.limit("chronic_weeks"))
    if step < before or not all(complete[step - before : step + 1]):
        return None, None
    chronic = sum(km[step - before : step])
    if chronic <= 0:
        return None, None
    uncoupled = km[step] * before / chronic
    return round(uncoupled, 12), round(km[step] * (before + 1) / (chronic + km[step]), 12)


def shoes(log: TrainingLog, load: LoadTables, *, start_km: dict[str, float] | None = None) -> tuple[ShoeAge, ...]:
    """Say how far each shoe has run (LR11), the one used last first; runs without a shoe are in none.

    Parameters
    ----------
    start_km
        What a shoe had run before the log began.
    """
    runs = log.runs()
    found = []
    for place in np.unique(runs.shoe[runs.shoe >= 0]).tolist():
        worn = runs.shoe == place
        name = runs.shoes[place]
        total = np.round(np.cumsum(runs.distance_km[worn]) + (start_km or {}).get(name, 0.0), 9)
        days = runs.day[worn]
        left = []
        for band in load.bands_of("LR11")[:-1]:
            past = _first_past(total, band, load.limit("tolerance"))
            if past < len(total):
                left.append((band.band, date.fromordinal(int(days[past]))))
        found.append(
            ShoeAge(
                shoe=name,
                distance_km=float(total[-1]),
                runs=len(days),
                first_day=date.fromordinal(int(days[0])),
                last_day=date.fromordinal(int(days[-1])),
                age=measure(load, "LR11", float(total[-1])),
                left=tuple(left),
            )
        )
    return tuple(sorted(found, key=lambda shoe: (shoe.last_day, shoe.distance_km), reverse=True))


def _first_past(total: Numbers, band: Band, tolerance: float) -> int:
    """Return the place of the first of the rising sums that is above a band; their number if none is."""
    assert band.up_to is not None
    if band.up_to_included:
        return int(np.searchsorted(total, band.up_to + tolerance, side="right"))
    return int(np.searchsorted(total, band.up_to - tolerance, side="left"))


def _or_none(value: float) -> float | None:
    return float(value) if value == value else None
