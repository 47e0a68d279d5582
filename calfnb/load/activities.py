"""A training log as columns: what was done on which local day, and what could not be used.

Names, places and private notes of the activities are not part of it.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Activity", "LogBuilder", "Rejected", "TrainingLog"]

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_DAY_S = 86_400.0
#: Two records that begin within so many seconds and are as long within a fiftieth are one and the same run.
_SAME_START_S = 90.0
_SAME_DISTANCE = 0.02
_NOTHING = float("nan")


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity.

    ``start`` is local time without a zone; ``timed`` is False where only the day is known. Of an
    activity that is no run (``sport`` is ``other``) the distance may be None. ``row`` is the row in
    the file as a spreadsheet counts it, 0 where the whole file is one activity.
    """

    start: datetime
    distance_km: float | None
    sport: str = "run"
    timed: bool = True
    moving_min: float | None = None
    elapsed_min: float | None = None
    ascent_m: float | None = None
    cadence_spm: float | None = None
    rpe_0_10: float | None = None
    shoe: str = ""
    file: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row, or a whole file (row 0), that could not be used, and why."""

    file: str
    row: int
    reason: str


@dataclass(frozen=True)
class TrainingLog:
    """Activities in the order of their start, as arrays of equal length.

    ``day`` counts days as `datetime.date.toordinal` does; ``start_s`` is the local second of the day,
    NaN where only the day is known. Numbers that nobody recorded are NaN. ``shoe`` and ``file`` are
    places in ``shoes`` and ``files``, -1 for none. ``notes`` are sentences on what was assumed.
    """

    day: Whole
    start_s: Numbers
    is_run: Flags
    distance_km: Numbers
    moving_min: Numbers
    elapsed_min: Numbers
    ascent_m: Numbers
    cadence_spm: Numbers
    rpe_0_10: Numbers
    shoe: Whole
    file: Whole
    row: Whole
    shoes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, activities: Iterable[Activity]) -> TrainingLog:
        """Make a log of single activities."""
        builder = LogBuilder()
        for activity in activities:
            builder.add(activity)
        return builder.build()

    def __len__(self) -> int:
        return len(self.day)

    def __iter__(self) -> Iterator[Activity]:
        for place in range(len(self)):
            seconds = self.start_s[place]
            timed = bool(seconds == seconds)
            yield Activity(
                start=datetime.fromordinal(int(self.day[place])) + timedelta(seconds=float(seconds) if timed else 0),
                distance_km=_or_none(self.distance_km[place]),
                sport="run" if self.is_run[place] else "other",
                timed=timed,
                moving_min=_or_none(self.moving_min[place]),
                elapsed_min=_or_none(self.elapsed_min[place]),
                ascent_m=_or_none(self.ascent_m[place]),
                cadence_spm=_or_none(self.cadence_spm[place]),
                rpe_0_10=_or_none(self.rpe_0_10[place]),
                shoe=self.shoes[self.shoe[place]] if self.shoe[place] >= 0 else "",
                file=self.files[self.file[place]] if self.file[place] >= 0 else "",
                row=int(self.row[place]),
            )

    def runs(self) -> TrainingLog:
        """Return the runs alone."""
        return self._where(self.is_run)

    def until(self, day: date) -> TrainingLog:
        """Return what was in the log on the evening of a day."""
        return self._where(self.day <= day.toordinal())

    @property
    def first_day(self) -> date | None:
        """The first day of the log, of any sport; None for an empty log."""
        return date.fromordinal(int(self.day[0])) if len(self) else None

    @property
    def last_day(self) -> date | None:
        """The last day of the log, of any sport; None for an empty log."""
        return date.fromordinal(int(self.day[-1])) if len(self) else None

    def _where(self, chosen: Flags) -> TrainingLog:
        changed: dict[str, Any] = {name: getattr(self, name)[chosen] for name in _COLUMNS}
        return replace(self, **changed)


_COLUMNS = tuple(field.name for field in fields(TrainingLog) if field.type in ("Whole", "Numbers", "Flags"))


def _or_none(value: float) -> float | None:
    return float(value) if value == value else None


class LogBuilder:
    """Takes activities and refusals one by one, and makes a log of them.

    Parameters
    ----------
    most_rejected
        So many refused rows are kept by file; of the rest only the number is.
    """

    _FLOATS = ("start_s", "distance_km", "moving_min", "elapsed_min", "ascent_m", "cadence_spm", "rpe_0_10")

    def __init__(self, *, most_rejected: int = 10_000) -> None:
        self._floats = {name: array("d") for name in self._FLOATS}
        self._numbers = [self._floats[name] for name in self._FLOATS[1:]]
        self._whole = {name: array("q") for name in ("day", "shoe", "file", "row")}
        self._run = array("b")
        self._shoes: dict[str, int] = {}
        self._files: dict[str, int] = {}
        self._rejected: dict[str, list[Rejected]] = {}
        self._more: dict[str, int] = {}
        self._notes: dict[str, None] = {}
        self._most = most_rejected

    def __len__(self) -> int:
        return len(self._run)

    def add(self, activity: Activity) -> None:
        """Take one activity."""
        start = activity.start
        seconds = start.hour * 3600 + start.minute * 60 + start.second + start.microsecond / 1e6
        self._whole["day"].append(start.toordinal())
        self._whole["row"].append(activity.row)
        self._whole["file"].append(self._files.setdefault(activity.file, len(self._files)))
        shoe = activity.shoe.strip()
        self._whole["shoe"].append(self._shoes.setdefault(shoe, len(self._shoes)) if shoe else -1)
        self._run.append(activity.sport == "run")
        self._floats["start_s"].append(float(seconds) if activity.timed else _NOTHING)
        values = (
            activity.distance_km,
            activity.moving_min,
            activity.elapsed_min,
            activity.ascent_m,
            activity.cadence_spm,
            activity.rpe_0_10,
        )
        for column, value in zip(self._numbers, values, strict=True):
            column.append(_NOTHING if value is None else value)

    def reject(self, file: str, row: int, reason: str) -> None:
        """Take a refusal."""
        found = self._rejected.setdefault(file, [])
        if len(found) < self._most:
            found.append(Rejected(file, row, reason))
        else:
            self._more[file] = self._more.get(file, 0) + 1

    def note(self, sentence: str) -> None:
        """Take a sentence on what was assumed; each is kept once."""
        self._notes[sentence] = None

    def build(self) -> TrainingLog:
        """Return the log in order, with what is there twice left out and refused by name."""
        columns: dict[str, Any] = {name: np.array(values) for name, values in self._floats.items()}
        columns |= {name: np.array(values, dtype=np.int64) for name, values in self._whole.items()}
        columns["is_run"] = np.array(self._run, dtype=bool)
        order = np.lexsort((columns["row"], columns["file"], columns["start_s"], columns["day"]))
        columns = {name: values[order] for name, values in columns.items()}
        twice = _twice(columns)
        files = tuple(self._files)
        for later, earlier in twice:
            this, other = (files[columns["file"][place]] for place in (later, earlier))
            place = f"row {columns['row'][earlier]} of {other}" if columns["row"][earlier] else other
            self.reject(this, int(columns["row"][later]), f"the same activity is in the log already ({place})")
        if twice:
            keep = np.ones(len(order), dtype=bool)
            keep[[later for later, _ in twice]] = False
            columns = {name: values[keep] for name, values in columns.items()}
        rejected = [entry for entries in self._rejected.values() for entry in sorted(entries, key=lambda e: e.row)]
        rejected += [Rejected(file, 0, f"{count} more rows were refused") for file, count in self._more.items()]
        return TrainingLog(
            **columns, shoes=tuple(self._shoes), files=files, rejected=tuple(rejected), notes=tuple(self._notes)
        )


def _twice(columns: dict[str, Any]) -> Sequence[tuple[int, int]]:
    """Return the places of activities that are there twice, each with the place of the one that is kept.

    In one file two rows are the same only if they begin in the same second and are equally long; from
    two files they are if they begin within a minute and a half and are about as long.
    """
    if len(columns["day"]) < 2:
        return []
    when = columns["day"] * _DAY_S + columns["start_s"]
    near = np.flatnonzero(np.diff(when) <= _SAME_START_S) + 1
    found: list[tuple[int, int]] = []
    gone: set[int] = set()
    for place in near.tolist():
        other = place - 1
        while other >= 0 and when[place] - when[other] <= _SAME_START_S:
            if other not in gone and _alike(columns, place, other, when):
                found.append((place, other))
                gone.add(place)
                break
            other -= 1
            if place - other > 50:
                break
    return [*found, *_twice_untimed(columns)]


def _twice_untimed(columns: dict[str, Any]) -> list[tuple[int, int]]:
    """Return what is there twice where only the day is known: equal length, and from two files."""
    found: list[tuple[int, int]] = []
    first: dict[tuple[int, bool, float], int] = {}
    for place in np.flatnonzero(np.isnan(columns["start_s"])).tolist():
        key = (int(columns["day"][place]), bool(columns["is_run"][place]), float(columns["distance_km"][place]))
        other = first.setdefault(key, place)
        if columns["file"][other] != columns["file"][place]:
            found.append((place, other))
    return found


def _alike(columns: dict[str, Any], one: int, two: int, when: Numbers) -> bool:
    if columns["is_run"][one] != columns["is_run"][two]:
        return False
    first, second = columns["distance_km"][one], columns["distance_km"][two]
    if columns["file"][one] == columns["file"][two]:
        return bool(when[one] == when[two] and first == second)
    if first != first or second != second:
        return bool(first != first and second != second)
    return bool(abs(first - second) <= _SAME_DISTANCE * max(first, second))
