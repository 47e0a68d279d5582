"""TCX: activities of laps, read as a stream so that a long one needs no memory."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from calfnb.load.activities import Activity
from calfnb.load.readers.context import Reading, RefusedError
from calfnb.load.readers.gpx import missing_parser
from calfnb.load.readers.sources import UNREADABLE, Source
from calfnb.tables.records_load import plain_word

__all__ = ["read_tcx"]

_ROOT = "TrainingCenterDatabase"
_DEEPEST = 100
_MOST_ELEMENTS = 5_000_000


@dataclass
class _Open:
    """The activity that is being read."""

    sport: str
    begin: str = ""
    metres: float = 0.0
    seconds: float = 0.0
    lap_metres: float | None = None
    track_metres: float | None = None
    last_time: str = ""


def read_tcx(source: Source, reading: Reading) -> None:
    """Read a TCX file; each of its activities is one.

    Raises
    ------
    RefusedError
        If it is damaged, holds no activity, or tries to define entities.
    """
    try:
        from defusedxml.common import DefusedXmlException
        from defusedxml.ElementTree import ParseError, iterparse
    except ImportError as error:
        raise missing_parser("defusedxml") from error
    taken = 0
    with source.open() as stream:
        checked = _Counted(stream, reading.limits.track_bytes * 4)
        try:
            for number, found in enumerate(_activities(iterparse, checked), start=1):
                reading.take(_activity(found, source, reading, number))
                taken += 1
        except DefusedXmlException as error:
            raise RefusedError("it defines a document type or entities, as an XML bomb does") from error
        except ParseError as error:
            if "no element found" in str(error) or "unclosed" in str(error):
                raise RefusedError("it ends in the middle; the file was cut short") from error
            raise RefusedError("it is no XML that can be read") from error
        except (RecursionError, LookupError, *UNREADABLE) as error:
            raise RefusedError("it is no TCX that can be read") from error
    if not taken:
        raise RefusedError("it holds no activity; a course or a workout is none")


class _Counted:
    """A stream that refuses when it gives out too much."""

    def __init__(self, stream: Any, most: int) -> None:
        self._stream, self._left = stream, most

    def read(self, size: int = -1) -> bytes:
        chunk: bytes = self._stream.read(size)
        self._left -= len(chunk)
        if self._left < 0:
            raise RefusedError("it is larger than the record of any activity")
        return chunk


def _activities(iterparse: Any, stream: Any) -> Any:
    """Go through the activities, keeping nothing of what was read."""
    path: list[Any] = []
    names: list[str] = []
    current: _Open | None = None
    count = 0
    for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
        name = str(element.tag).rpartition("}")[2]
        if event == "start":
            count += 1
            path.append(element)
            names.append(name)
            if len(path) == 1 and name != _ROOT:
                raise RefusedError(f"its first element is <{name[:40]}>; neither GPX nor TCX begins so")
            if len(path) > _DEEPEST or count > _MOST_ELEMENTS:
                raise RefusedError("it is built deeper or longer than the record of any activity")
            if name == "Activity":
                current = _Open(str(element.get("Sport") or ""))
            elif name == "Lap" and current is not None:
                current.begin = current.begin or str(element.get("StartTime") or "")
                current.lap_metres = current.track_metres = None
            continue
        path.pop()
        names.pop()
        if current is not None:
            _note(name, names, (element.text or "").strip(), current)
        if name == "Activity" and current is not None:
            yield current
            current = None
        if path:
            path[-1].remove(element)


def _note(name: str, parents: list[str], text: str, current: _Open) -> None:
    """Note what the end of an element tells about the activity."""
    parent = parents[-1] if parents else ""
    if name == "DistanceMeters" and parent == "Lap":
        current.lap_metres = _number(text, "a distance")
    elif name == "DistanceMeters" and parent == "Trackpoint":
        current.track_metres = _number(text, "a distance")
    elif name == "TotalTimeSeconds" and parent == "Lap":
        current.seconds += _number(text, "a time")
    elif name == "Id" and parent == "Activity" and text:
        current.begin = current.begin or text
    elif name == "Lap":
        if current.lap_metres is None and current.track_metres is not None:
            # Without a sum of its own a lap is as long as its track got; tracks count on from lap to lap.
            current.metres = max(current.metres, current.track_metres)
        else:
            current.metres += current.lap_metres or 0.0


def _number(text: str, what: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise RefusedError(f"{what} is no number: {text[:40]!r}") from error
    if not math.isfinite(value) or value < 0:
        raise RefusedError(f"{what} is impossible: {text[:40]!r}")
    return value


def _activity(found: _Open, source: Source, reading: Reading, number: int) -> Activity:
    try:
        begin = datetime.fromisoformat(found.begin)
    except ValueError as error:
        raise RefusedError(f"its start is no date: {found.begin[:40]!r}") from error
    sport = reading.load.meanings("sport").get(plain_word(found.sport), "other")
    return Activity(
        start=reading.local(begin) if begin.tzinfo is not None else begin,
        distance_km=found.metres / 1000,
        sport=sport,
        moving_min=found.seconds / 60 or None,
        file=source.name,
        row=number if number > 1 else 0,
    )
