"""Dates and times as exports of many countries write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

from calfnb.load.readers.context import RefusedError
from calfnb.tables.records_load import LoadTables

__all__ = ["DateReader", "Moment", "has_slash_dates", "numeric_order", "order_by_sequence"]

#: A moment, whether its time of day is known, and whether it carries a zone.
Moment = tuple[datetime, bool]

_BLANKS = re.compile(r"[\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}]+")
_ENGLISH = re.compile(r"([a-z]{3,9})\.? (\d{1,2}), (\d{4}),? (\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([ap])\.?m\.?)?")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"(?<!\d)(\d{1,2})[:時时시h]\s?(\d{2})(?:[:分분]\s?(\d{2})(?:[.,]\d{1,9})?)?秒?초?(?!\d)")
_DOTTED_TIME = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{2})(?:\.(\d{2}))?(?![\d.])")
_ZONE = re.compile(r"(?:(?<=[\d\s])z|\s?(?:utc|gmt)?\s?([+-])(\d{1,2}):?(\d{2})?|\s(?:utc|gmt))$")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?[-/.]\s?(\d{4}|\d{2})(?!\d)")
_WORDS = re.compile(r"[^\W\d_]+", re.UNICODE)
_NUMBERS = re.compile(r"\d+")
_LONGEST = 60


def numeric_order(cells: Iterable[str]) -> str:
    """Tell from a column of dates such as 01/02/2024 whether the day or the month stands first.

    Returns
    -------
    str
        ``day``, ``month``, ``both`` if the column contradicts itself, or "" if nothing shows it.
    """
    seen = set()
    for cell in cells:
        found = _NUMERIC.search(cell)
        if found and found[2] in "/-":
            if int(found[1]) > 12:
                seen.add("day")
            elif int(found[3]) > 12:
                seen.add("month")
    return "both" if len(seen) > 1 else "".join(seen)


def order_by_sequence(cells: Sequence[str]) -> str:
    """Tell which order makes a column of dates such as 01/02/2024 run one way, as lists do; "" if both or neither."""
    found = [match for cell in cells if (match := _NUMERIC.search(cell)) and match[2] in "/-"]
    runs = []
    for order in ("day", "month"):
        days = [
            (_year(match[4]), *((int(match[3]), int(match[1])) if order == "day" else (int(match[1]), int(match[3]))))
            for match in found
        ]
        pairs = list(pairwise(days))
        if len(set(days)) > 2 and (all(a <= b for a, b in pairs) or all(a >= b for a, b in pairs)):
            runs.append(order)
    return runs[0] if len(runs) == 1 else ""


def has_slash_dates(cells: Iterable[str]) -> bool:
    """Tell whether a column has a date such as 01/02/2024, in which day and month may be either way round."""
    return any(
        match[2] in "/-" and int(match[1]) <= 12 and int(match[3]) <= 12 and match[1] != match[3]
        for match in map(_NUMERIC.search, cells)
        if match
    )


class DateReader:
    """Reads the dates of one file.

    Parameters
    ----------
    load
        The load tables; their words name the months and the halves of the day.
    order
        What `numeric_order` says of the column; "" reads a slash date with the day first.
    """

    def __init__(self, load: LoadTables, order: str = "") -> None:
        self._months: Mapping[str, str] = load.meanings("month")
        self._order = order
        halves = sorted(load.meanings("half_day").items(), key=lambda item: -len(item[0]))
        self._halves = [(re.compile(rf"(?<![^\W\d_]){re.escape(word)}\.?(?![^\W\d_])"), half) for word, half in halves]

    def read(self, text: str) -> Moment:
        """Read one date; raises RefusedError if there is none or it can be read in two ways.

        Returns
        -------
        tuple
            The moment, with a zone if the text has one, and whether its time of day is known.
        """
        plain = _BLANKS.sub(" ", text).strip().casefold()
        if not plain:
            raise RefusedError("the date is missing")
        if len(plain) > _LONGEST:
            raise RefusedError(f"{text[:_LONGEST]!r} is no date")
        try:
            return self._english(plain) or self._iso(plain) or self._stamp(plain) or self._any(plain)
        except (ValueError, OverflowError) as error:
            raise RefusedError(f"there is no such date as {text.strip()!r}") from error

    def _english(self, plain: str) -> Moment | None:
        """Read what Strava writes in English; most rows of most files look like this."""
        found = _ENGLISH.fullmatch(plain)
        if not found or found[1] not in self._months:
            return None
        hour = _hour(int(found[4]), {"a": "am", "p": "pm"}.get(found[7] or "", ""))
        month = int(self._months[found[1]])
        return datetime(int(found[3]), month, int(found[2]), hour, int(found[5]), int(found[6] or 0)), True

    def _iso(self, plain: str) -> Moment | None:
        if not _ISO.match(plain):
            return None
        try:
            return datetime.fromisoformat(plain.upper().replace(" UTC", "Z")), len(plain) > len("2024-01-31")
        except ValueError:
            return None

    def _stamp(self, plain: str) -> Moment | None:
        """Read 20240104, 20240104T100000Z, and seconds or milliseconds since 1970."""
        if not plain.isascii() or not plain[:8].isdigit():
            return None
        if plain.isdigit() and len(plain) in (10, 13):
            seconds = int(plain) / (1000 if len(plain) == 13 else 1)
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds), True
        if len(plain) == 8 or plain[8:9] == "t":
            return datetime.fromisoformat(plain.upper()), len(plain) > 8
        return None

    def _any(self, plain: str) -> Moment:
        rest, zone = _zone(plain)
        half = ""
        for pattern, meaning in self._halves:
            shorter, count = pattern.subn(" ", rest, count=1)
            # "am" and "em" are also small words of dates; only beside a time are they halves of the day.
            if count and ":" in rest:
                rest, half = shorter, meaning
                break
        rest, clock = _clock(rest)
        year, month, day = self._day(rest, plain)
        if clock is None:
            return datetime(year, month, day), False
        hour, minute, second = clock
        return datetime(year, month, day, _hour(hour, half), minute, second, tzinfo=zone), True

    def _day(self, rest: str, plain: str) -> tuple[int, int, int]:
        if found := _YEAR_FIRST.search(rest):
            return int(found[1]), int(found[2]), int(found[3])
        if found := _NUMERIC.search(rest):
            first, mark, second, year = int(found[1]), found[2], int(found[3]), _year(found[4])
            if mark == "." or self._order == "day":
                return year, second, first
            if self._order == "both" and max(first, second) <= 12 and first != second:
                raise RefusedError(f"the date {plain!r} can be read in two ways, and the column mixes them")
            if self._order == "month" or second > 12:
                return year, first, second
            return year, second, first
        months = [self._months[word] for word in _WORDS.findall(rest) if word in self._months]
        numbers = [int(value) for value in _NUMBERS.findall(rest)]
        if len(months) != 1 or len(numbers) != 2:
            raise RefusedError(f"{plain!r} is no date that can be read")
        years = [value for value in numbers if value > 31]
        if len(years) != 1:
            raise RefusedError(f"{plain!r} is no date that can be read")
        day = numbers[1] if numbers[0] == years[0] else numbers[0]
        return years[0], int(months[0]), day


def _zone(plain: str) -> tuple[str, timezone | None]:
    found = _ZONE.search(plain) if ":" in plain else None
    if not found:
        return plain, None
    rest = plain[: found.start()]
    if found[1] is None:
        return rest, UTC
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return rest, timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))


def _clock(rest: str) -> tuple[str, tuple[int, int, int] | None]:
    """Take the time of day out of a text; a time with points is looked for behind the date only."""
    found = _TIME.search(rest)
    if not found:
        places = [match for match in _DOTTED_TIME.finditer(rest) if match.start() > 5]
        found = places[-1] if places else None
    if not found:
        return rest, None
    clock = int(found[1]), int(found[2]), int(found[3] or 0)
    return f"{rest[: found.start()]} {rest[found.end() :]}", clock


def _hour(hour: int, half: str) -> int:
    if not half:
        return hour
    if half == "pm" and 12 < hour <= 23:
        return hour
    if not 0 <= hour <= 12:
        raise ValueError("no such hour")
    return hour % 12 + (12 if half == "pm" else 0)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)
