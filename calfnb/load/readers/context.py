"""What every reader of a file needs: options, limits, refusals, and where the activities go."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo

from calfnb.load.activities import Activity, LogBuilder
from calfnb.tables.records_load import LoadTables

__all__ = ["MIB", "Limits", "Progress", "ReadOptions", "Reading", "RefusedError"]

MIB = 1024 * 1024
#: Called now and then with the share that is done (0 to 1) and the name of the file.
Progress = Callable[[float, str], None]


class RefusedError(Exception):
    """A row or a file cannot be used; the message is the reason, without a full stop."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read at most, so that no file can fill the memory or run for ever.

    Sizes are of what comes out when it is unpacked. ``ratio`` is how many times larger than its packed
    form something may be, once it is larger than ``ratio_from`` bytes.
    """

    track_bytes: int = 48 * MIB
    list_bytes: int = 2048 * MIB
    archive_bytes: int = 4096 * MIB
    members: int = 200_000
    directory_bytes: int = 64 * MIB
    line_characters: int = 1 * MIB
    ratio: float = 200.0
    ratio_from: int = 8 * MIB
    messages: int = 1_000_000
    points: int = 200_000
    broken_rows: int = 100
    rows: int = 5_000_000


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read what a file leaves open.

    ``timezone`` is where the runner lives, None for the zone of this machine; times in UTC are moved
    to it, because a day and a week are local. ``units`` is auto, km, mi or m, for lists that name no
    unit. ``today`` is the day after which dates lie in the future.
    """

    timezone: tzinfo | None = None
    units: str = "auto"
    today: date | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass
class Reading:
    """One reading of files: the tables, the options, and the log so far."""

    load: LoadTables
    options: ReadOptions
    builder: LogBuilder
    progress: Progress | None = None

    def __post_init__(self) -> None:
        today = self.options.today or date.today()
        self._latest = today + timedelta(days=int(self.load.limit("days_ahead")))
        self._earliest_year = self.load.limit("earliest_year")
        self._longest_km = self.load.limit("longest_run_km")
        self._fastest_m_s = self.load.limit("fastest_run_m_s")

    @property
    def limits(self) -> Limits:
        """The limits of this reading."""
        return self.options.limits

    def tell(self, share: float, name: str) -> None:
        """Report how far the reading is."""
        if self.progress is not None:
            self.progress(min(1.0, max(0.0, share)), name)

    def local(self, moment: datetime) -> datetime:
        """Return a moment with a zone as local time without one; raises RefusedError far outside the calendar."""
        try:
            return moment.astimezone(self.options.timezone).replace(tzinfo=None)
        except (OverflowError, OSError, ValueError) as error:
            raise RefusedError("the date lies outside the calendar") from error

    def from_utc(self, moment: datetime) -> datetime:
        """Return a moment in UTC, written without a zone, as local time."""
        return self.local(moment.replace(tzinfo=UTC))

    def take(self, activity: Activity) -> None:
        """Check an activity and take it into the log; raises RefusedError if it cannot be."""
        self._check_date(activity)
        if activity.sport == "run":
            self._check_distance(activity)
        self.builder.add(activity)

    def _check_date(self, activity: Activity) -> None:
        if activity.start.year < self._earliest_year:
            raise RefusedError(f"the date {activity.start:%Y-%m-%d} comes from a clock that was not set")
        if activity.start.date() > self._latest:
            raise RefusedError(f"the date {activity.start:%Y-%m-%d} lies in the future")

    def _check_distance(self, activity: Activity) -> None:
        km = activity.distance_km
        if km is None:
            raise RefusedError("the distance of the run is missing")
        if not math.isfinite(km):
            raise RefusedError("the distance of the run is no number")
        if km < 0:
            raise RefusedError(f"the distance of the run is negative ({km:g} km)")
        if km == 0:
            raise RefusedError("the distance of the run is 0, so there is nothing to compare")
        if km > self._longest_km:
            longest = f"more than {self._longest_km:g} km is taken for metres or a slip"
            raise RefusedError(f"the run is {km:g} km long; {longest}")
        minutes = activity.moving_min or activity.elapsed_min
        if minutes and km >= 1 and km * 1000 / (minutes * 60) > self._fastest_m_s:
            raise RefusedError(
                f"{km:g} km in {minutes:.1f} minutes is faster than anybody runs; it was a ride, or the watch slipped"
            )
