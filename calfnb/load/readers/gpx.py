"""GPX: the track of an activity; its length is the sum of the great circles between its points."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from calfnb.load.activities import Activity
from calfnb.load.readers.context import Reading, RefusedError
from calfnb.load.readers.sources import Source, whole
from calfnb.tables.records_load import plain_word

__all__ = ["missing_parser", "read_gpx", "refuse_entities"]

_DECLARED = re.compile(rb"""encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_ENCODINGS = frozenset({"utf-8", "utf8", "utf-16", "iso-8859-1", "latin-1", "windows-1252", "us-ascii", "ascii"})
#: More declarations of name spaces than any export has; the parser looks through the text once for each.
_MOST_NAMES = 200
#: The mean radius of the earth.
_EARTH_RADIUS_M = 6_371_008.8
#: Strava once wrote the kind of activity as a number.
_RUN_NUMBER = "9"


def read_gpx(source: Source, reading: Reading) -> None:
    """Read a GPX file; each track with times is an activity.

    Raises
    ------
    RefusedError
        If it is damaged, holds no track with times, or tries to define entities.
    """
    try:
        import gpxpy
        import gpxpy.gpx
    except ImportError as error:
        raise missing_parser("gpxpy") from error
    text = _text(whole(source, reading.limits.track_bytes))
    refuse_entities(text)
    if text.count("xmlns") + text.count("schemaLocation") > _MOST_NAMES:
        raise RefusedError("it declares more name spaces than any export does")
    if text.count("<trkpt") > reading.limits.points:
        raise RefusedError(f"it holds more than {reading.limits.points:,} points, more than two days at one a second")
    if "</gpx>" not in text[-2000:]:
        raise RefusedError("it ends in the middle; the file was cut short")
    try:
        tracks = gpxpy.parse(text).tracks
    except (gpxpy.gpx.GPXException, ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise RefusedError("it is no GPX that can be read") from error
    if not any(point for track in tracks for segment in track.segments for point in segment.points):
        raise RefusedError("it holds no track; a route or single points are no activity")
    for number, track in enumerate(tracks, start=1):
        if any(segment.points for segment in track.segments):
            reading.take(_activity(track, source, reading, number if len(tracks) > 1 else 0))


def missing_parser(name: str) -> RefusedError:
    """Return the refusal for a parser that is not installed."""
    return RefusedError(f'the parser {name} is not installed; install calfnb with its "load" extra')


def refuse_entities(text: str) -> None:
    """Refuse a document type: a few lines of entities can unpack to gigabytes, and no export has one."""
    if re.search(r"<!(doctype|entity)", text, re.IGNORECASE):
        raise RefusedError("it defines a document type or entities, as an XML bomb does")


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        found = _DECLARED.search(content[:200])
        encoding = found[1].decode("ascii").lower() if found else "utf-8"
        if encoding not in _ENCODINGS:
            raise RefusedError(f"it is written in {encoding}, which is not read")
    try:
        return content.decode("utf-8-sig" if encoding in ("utf-8", "utf8") else encoding)
    except UnicodeDecodeError as error:
        raise RefusedError(f"it says that it is written in {encoding}, and is not") from error


def _activity(track: Any, source: Source, reading: Reading, number: int) -> Activity:
    metres, seconds = 0.0, 0.0
    moments = []
    for segment in track.segments:
        points = segment.points
        if not points:
            continue
        metres += _length_m([(point.latitude, point.longitude) for point in points])
        times = [point.time for point in points if point.time is not None]
        if times:
            moments += [times[0], times[-1]]
            seconds += (times[-1] - times[0]).total_seconds()
    if not moments:
        raise RefusedError("its points carry no times, so it cannot be dated; it may be a route")
    if seconds < 0:
        raise RefusedError("its times run backwards")
    begin, end = moments[0], moments[-1]
    start = reading.local(begin) if begin.tzinfo is not None else begin
    return Activity(
        start=start,
        distance_km=metres / 1000,
        sport=_sport(track.type, source, reading),
        moving_min=seconds / 60 or None,
        elapsed_min=max(0.0, (end - begin).total_seconds()) / 60 or None,
        file=source.name,
        row=number,
    )


def _length_m(places: list[tuple[float, float]]) -> float:
    """Return the sum of the great circles between places in degrees."""
    degrees = np.array(places)
    if not np.isfinite(degrees).all():
        raise RefusedError("a point has no place")
    if (np.abs(degrees) > (90, 360)).any():
        raise RefusedError("a point lies off the globe")
    latitude, longitude = np.radians(degrees).T
    half = (
        np.sin(np.diff(latitude) / 2) ** 2
        + np.cos(latitude[:-1]) * np.cos(latitude[1:]) * np.sin(np.diff(longitude) / 2) ** 2
    )
    return float(2 * _EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0, 1))).sum())


def _sport(kind: str | None, source: Source, reading: Reading) -> str:
    word = plain_word(kind or "")
    if not word:
        reading.builder.note(f"{source.name} names no sport; it was taken for a run.")
        return "run"
    if word == _RUN_NUMBER:
        return "run"
    return reading.load.meanings("sport").get(word) or reading.load.meanings("sport").get(
        word.replace("_", " "), "other"
    )
