"""FIT: the binary record of a watch; its session messages say what was done."""

from __future__ import annotations

import io
import struct
from datetime import UTC, datetime, timedelta
from typing import Any

from calfnb.load.activities import Activity
from calfnb.load.readers.context import Reading, RefusedError
from calfnb.load.readers.gpx import missing_parser
from calfnb.load.readers.sources import Source, whole
from calfnb.tables.records_load import plain_word

__all__ = ["read_fit"]

#: Time zero of the format.
_EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
#: Below this a time counts from switching the watch on, not from time zero.
_SINCE_POWER_ON = 0x10000000
#: What the parser raises on damaged content, beside its own errors.
_DAMAGED = (ValueError, KeyError, TypeError, IndexError, AttributeError, ArithmeticError, AssertionError, struct.error)


def read_fit(source: Source, reading: Reading) -> None:
    """Read a FIT file; each session in it, such as each leg of a triathlon, is an activity.

    Raises
    ------
    RefusedError
        If it is damaged, cut short, or the record of no activity.
    """
    try:
        from fitdecode import CrcCheck, ErrorHandling, FitDataMessage, FitReader
        from fitdecode.exceptions import FitCRCError, FitEOFError, FitError
    except ImportError as error:
        raise missing_parser("fitdecode") from error
    content = whole(source, reading.limits.track_bytes)
    sessions: list[Any] = []
    count = 0
    try:
        reader = FitReader(
            io.BytesIO(content), processor=None, check_crc=CrcCheck.RAISE, error_handling=ErrorHandling.IGNORE
        )
        with reader:
            for frame in reader:
                count += 1
                if count > reading.limits.messages:
                    raise RefusedError(f"it holds more than {reading.limits.messages} messages")
                if isinstance(frame, FitDataMessage) and frame.name == "session":
                    sessions.append(frame)
    except FitEOFError as error:
        raise RefusedError("it ends in the middle; the file was cut short") from error
    except FitCRCError as error:
        raise RefusedError("its checksum is wrong: it was damaged or changed") from error
    except FitError as error:
        reason = "it ends in the middle; the file was cut short" if "truncated" in str(error) else "it is damaged"
        raise RefusedError(reason) from error
    except _DAMAGED as error:
        raise RefusedError("it is damaged") from error
    if not sessions:
        raise RefusedError(
            "it holds no summary of an activity; it is a course, a workout or settings, or was cut short"
        )
    for number, session in enumerate(sessions, start=1):
        reading.take(_activity(session, source, reading, number if len(sessions) > 1 else 0))


def _activity(session: Any, source: Source, reading: Reading, number: int) -> Activity:
    def value(name: str) -> float | None:
        found = session.get_value(name, fallback=None)
        return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None

    begin = value("start_time")
    if begin is None or begin < _SINCE_POWER_ON:
        raise RefusedError("its start comes from a clock that was not set")
    sport = plain_word(str(session.get_value("sport", fallback="") or "")).replace("_", " ")
    metres, timer, elapsed = value("total_distance"), value("total_timer_time"), value("total_elapsed_time")
    return Activity(
        start=reading.local(_EPOCH + timedelta(seconds=begin)),
        distance_km=None if metres is None else metres / 1000,
        sport=reading.load.meanings("sport").get(sport, "other"),
        moving_min=None if timer is None else timer / 60,
        elapsed_min=None if elapsed is None else elapsed / 60,
        ascent_m=value("total_ascent"),
        file=source.name,
        row=number,
    )
