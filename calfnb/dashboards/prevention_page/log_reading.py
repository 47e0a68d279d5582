"""Read what was dropped: in the reader's own time zone, within what the memory of a kernel bears."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from calfnb.dashboards.prevention_page.log_held import merged
from calfnb.load.activities import TrainingLog
from calfnb.load.readers import Limits, ReadOptions, read_sources
from calfnb.tables.records_load import LoadTables
from calfnb.widgets.file_drop import DropLimits, Dropped, Progress

__all__ = ["DROP_LIMITS", "READ_LIMITS", "read_dropped"]

#: What may be dropped. Of a zip only the parts that hold a log travel, so it may be larger.
DROP_LIMITS = DropLimits()
#: A million rows need about half a gigabyte while they are read; twice as many is where this page ends.
READ_LIMITS = Limits(rows=2_000_000, list_bytes=DROP_LIMITS.fetched_bytes)


def read_dropped(
    dropped: Dropped, load: LoadTables, *, units: str, today: date, before: TrainingLog | None, progress: Progress
) -> TrainingLog:
    """Read a log from files that were dropped.

    Parameters
    ----------
    units
        For lists that name no unit: auto, km, mi or m.
    today
        The reader's day; later dates lie in the future.
    before
        A log to which this one is added, None for none. A run that is in both is taken once.
    progress
        Told how far the reading is.
    """
    zone, sentence = _zone_of(dropped.zone, load)
    options = ReadOptions(timezone=zone, units=units, today=today, limits=READ_LIMITS)
    log = read_sources(dropped.sources, load, options, progress=progress)
    if sentence:
        log = replace(log, notes=(sentence, *log.notes))
    return log if before is None or not len(log) else merged([before, log])


def _zone_of(name: str, load: LoadTables) -> tuple[tzinfo | None, str]:
    """Return the time zone of a browser, and what to say where it is unknown here."""
    text = load.tables.text
    if not name:
        return None, text("dash4.log.zone.none")
    try:
        return ZoneInfo(name), ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None, text("dash4.log.zone.unknown", zone=name[:60])
