"""Lists of activities: Strava's activities.csv, Garmin's Activities.csv, and tables made by hand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from itertools import chain, islice

from calfnb.load.activities import Activity
from calfnb.load.readers.context import Reading, RefusedError
from calfnb.load.readers.dates import DateReader, has_slash_dates, numeric_order, order_by_sequence
from calfnb.load.readers.lines import Broken, Rows, encoding_of, separator_of
from calfnb.load.readers.numbers import decimal_mark, duration_s, number, number_and_unit
from calfnb.load.readers.sources import Source
from calfnb.tables.problems import listed, shorten
from calfnb.tables.records_load import LoadTables, plain_word

__all__ = ["read_list"]

_HEADER_WITHIN = 20
_SAMPLE = 20_000
#: So many of them show which decimal mark a column has.
_MARKS_WITHIN = 2_000
_TELL_EVERY = 5_000
_UNIT_IN_HEADER = re.compile(r"(?P<name>.+?)\s*[\[(](?P<unit>[^\W\d_]+)[\])]")
_KM = {"km": 1.0, "mi": 1.609344, "m": 0.001}
#: Two distances of one row agree within this share, or within so many metres where the first is rounded.
_AGREE_SHARE, _AGREE_M = 0.02, 6.0
#: A unit shown by speed or by steps is believed from so many rows on.
_ENOUGH = 3

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where each meaning stands in a row; a name that is there twice has two places."""

    places: dict[str, tuple[int, ...]]
    width: int
    units: dict[int, str]
    minutes: frozenset[str]

    @property
    def last(self) -> int:
        """The last place that is looked at."""
        return max(max(places) for places in self.places.values())

    def cell(self, cells: Sequence[str], meaning: str, which: int = 0) -> str:
        places = self.places.get(meaning, ())
        return cells[places[which]] if which < len(places) and places[which] < len(cells) else ""

    @property
    def is_strava(self) -> bool:
        """Strava writes its dates in UTC without saying so."""
        return "filename" in self.places or "activity_id" in self.places


@dataclass(frozen=True, slots=True)
class _Format:
    """What the first rows of a list show about the rest of it."""

    dates: DateReader
    marks: dict[str, str]
    unit: str
    utc: bool
    timed: bool


def read_list(source: Source, reading: Reading) -> None:
    """Read a list of activities into the log.

    Raises
    ------
    RefusedError
        If it is no list of activities; rows that cannot be used are refused one by one.
    """
    encoding, guessed = encoding_of(source)
    if guessed:
        reading.builder.note(f"{source.name} is not in UTF-8; it was read as {encoding}.")
    raw = source.open()
    rows = Rows(raw, encoding, reading.limits)
    try:
        columns, header = _find_header(rows, reading)
        stream = iter(rows)
        sample = _sample(stream)
        form = _format_of(sample, columns, source, reading)
        _Taker(source, reading, columns, form, header).take_all(chain(sample, stream), _position(raw))
    finally:
        rows.close()


def _position(stream: object) -> Callable[[], float]:
    """Return how to ask how much of a stream was read; 0 where it cannot say."""
    raw = getattr(stream, "raw", stream)

    def position() -> float:
        given = getattr(raw, "given", None)
        return float(given if given is not None else getattr(raw, "tell", lambda: 0)())

    return position


# ---- header -----------------------------------------------------------------------------------------


def _find_header(rows: Rows, reading: Reading) -> tuple[_Columns, list[str]]:
    """Find the row that names the columns; some exports have lines above it."""
    lines = rows.first_lines(_HEADER_WITHIN)
    best: list[str] = []
    for place, line in enumerate(lines):
        if line.lower().startswith("sep="):
            continue
        separator = separator_of(line)
        cells = _cells_of(line, separator)
        columns = _columns_of(cells, reading.load)
        if "date" in columns.places and "distance" in columns.places:
            for _ in range(place):
                rows.skip_line()
            rows.use(separator)
            rows.skip_line()
            return columns, cells
        best = max(best, cells, key=len)
    names = [shorten(name, 24) for name in best if name.strip()]
    found = f"; its first row names {listed(names, 6)}" if names else ""
    raise RefusedError(f"no row names a column for the date and one for the distance{found}")


def _cells_of(line: str, separator: str) -> list[str]:
    import csv

    try:
        return next(csv.reader([line.rstrip("\r\n")], delimiter=separator), [])
    except csv.Error:
        return []


def _columns_of(header: Sequence[str], load: LoadTables) -> _Columns:
    names, units = load.meanings("column"), load.meanings("unit")
    places: dict[str, tuple[int, ...]] = {}
    found_units: dict[int, str] = {}
    minutes = set()
    for place, cell in enumerate(header):
        word = plain_word(cell)
        in_brackets = _UNIT_IN_HEADER.fullmatch(word)
        meaning = names.get(word) or (names.get(plain_word(in_brackets["name"])) if in_brackets else None)
        if meaning is None:
            continue
        places[meaning] = (*places.get(meaning, ()), place)
        last_word = re.split(r"[\s_(\[]", word.rstrip(")]"))[-1]
        unit = units.get(last_word) or (units.get(in_brackets["unit"]) if in_brackets else None)
        if meaning == "distance" and unit:
            found_units[place] = unit
        if last_word in ("min", "minutes"):
            minutes.add(meaning)
    return _Columns(places, len(header), found_units, frozenset(minutes))


# ---- what the first rows show -----------------------------------------------------------------------


def _sample(stream: Iterator[Row | Broken]) -> list[Row | Broken]:
    """Return the first rows; what refuses the rest of the file is met again when they are used."""
    found: list[Row | Broken] = []
    try:
        found.extend(islice(stream, _SAMPLE))
    except RefusedError as refusal:
        found.append(Broken(0, str(refusal)))
    return found


def _format_of(sample: Sequence[Row | Broken], columns: _Columns, source: Source, reading: Reading) -> _Format:
    rows = [row[1] for row in sample if not isinstance(row, Broken) and len(row[1]) > 1]
    dates = DateReader(reading.load, _date_order([columns.cell(cells, "date") for cells in rows], source, reading))
    marks = {
        meaning: decimal_mark(columns.cell(cells, meaning) for cells in rows[:_MARKS_WITHIN])
        for meaning in columns.places
        if meaning not in ("date", "sport", "shoe", "filename", "activity_id")
    }
    form = _Format(dates, marks, "", columns.is_strava, True)
    midnight = _all_at_midnight(rows, columns, dates)
    return replace(form, unit=_unit_of(rows, columns, form, source, reading), timed=not midnight)


def _date_order(cells: Sequence[str], source: Source, reading: Reading) -> str:
    order = numeric_order(cells) or order_by_sequence(cells)
    if not order and has_slash_dates(cells):
        reading.builder.note(f"{source.name}: dates such as 01/02/2024 were read with the day first.")
    return order


def _all_at_midnight(rows: Sequence[Sequence[str]], columns: _Columns, dates: DateReader) -> bool:
    """Tell whether every time of a list is midnight, which means that nobody noted one."""
    count = 0
    for cells in rows[:200]:
        try:
            moment, timed = dates.read(columns.cell(cells, "date"))
        except RefusedError:
            continue
        if timed and moment.time() != time(0):
            return False
        count += 1
    return count > 1


def _unit_of(rows: Sequence[Sequence[str]], columns: _Columns, form: _Format, source: Source, reading: Reading) -> str:
    """Return the unit of the distance: as the header names it, as told, as other columns show, or km with a note."""
    if unit := columns.units.get(columns.places["distance"][0]):
        return unit
    if reading.options.units != "auto":
        return reading.options.units
    if len(columns.places["distance"]) > 1:
        return "km"  # the second distance, in metres, decides row by row
    votes: Counter[str] = Counter()
    for cells in rows[:2000]:
        try:
            first = number(columns.cell(cells, "distance"), form.marks["distance"])
            metres = _metres_by_other_columns(cells, columns, form)
        except RefusedError:
            continue
        if first and metres:
            votes.update(unit for unit in ("km", "mi") if abs(metres / (first * _KM[unit] * 1000) - 1) < 0.08)
    if votes:
        unit, count = votes.most_common(1)[0]
        if count >= _ENOUGH and count >= 0.8 * sum(votes.values()):
            return unit
    reading.builder.note(f"{source.name} names no unit of distance; kilometres were assumed.")
    return "km"


def _metres_by_other_columns(cells: Sequence[str], columns: _Columns, form: _Format) -> float | None:
    """Return the length in metres from speed and time, or from steps, their length and time."""
    moving = _seconds(cells, columns, form)
    if not moving:
        return None
    speed = number(columns.cell(cells, "speed_m_s"), form.marks.get("speed_m_s", ""))
    if speed:
        return speed * moving
    steps = number(columns.cell(cells, "cadence_spm"), form.marks.get("cadence_spm", ""))
    length = number(columns.cell(cells, "stride_m"), form.marks.get("stride_m", ""))
    return steps * length * moving / 60 if steps and length else None


def _seconds(cells: Sequence[str], columns: _Columns, form: _Format, meaning: str = "") -> float | None:
    for name in (meaning,) if meaning else ("moving_s", "elapsed_s"):
        seconds = duration_s(columns.cell(cells, name), form.marks.get(name, ""))
        if seconds:
            is_clock = ":" in columns.cell(cells, name)
            return seconds * 60 if name in columns.minutes and not is_clock else seconds
    return None


# ---- row by row -------------------------------------------------------------------------------------


class _Taker:
    """Takes the rows of one list into the log, or refuses them."""

    def __init__(
        self, source: Source, reading: Reading, columns: _Columns, form: _Format, header: Sequence[str]
    ) -> None:
        self._source, self._reading, self._columns, self._form = source, reading, columns, form
        self._header = list(header)
        self._sports = reading.load.meanings("sport")
        self._units = reading.load.meanings("unit")
        self._ids: set[str] = set()
        self._unknown: Counter[str] = Counter()
        # What is the same for every row is looked up once.
        self._first = {meaning: places[0] for meaning, places in columns.places.items()}
        self._last = columns.last
        self._known_sports: dict[str, str] = {}
        self._shoes: dict[str, str] = {}

    def take_all(self, rows: Iterator[Row | Broken], position: Callable[[], float]) -> None:
        """Take every row."""
        builder, name = self._reading.builder, self._source.name
        taken, filled = 0, False
        for row in rows:
            if isinstance(row, Broken):
                builder.reject(name, row.row, row.reason)
                filled = True
                continue
            number_of_row, cells = row
            taken += 1
            if taken % _TELL_EVERY == 0:
                self._reading.tell(position() / max(1, self._source.size), name)
            if not any(cell.strip() for cell in cells) or cells == self._header:
                continue
            filled = True
            try:
                self._reading.take(self._activity(number_of_row, cells))
            except RefusedError as refusal:
                builder.reject(name, number_of_row, str(refusal))
        if not filled:
            builder.reject(name, 0, "the list has a header and no rows")
        self._tell_notes()

    def _tell_notes(self) -> None:
        note = self._reading.builder.note
        if "sport" not in self._columns.places:
            note(f"{self._source.name} names no sport; every activity was taken for a run.")
        for word, count in self._unknown.most_common(5):
            note(f"{self._source.name}: {count} of the sport {shorten(word, 30)!r} were not taken for runs.")

    def _activity(self, row: int, cells: Sequence[str]) -> Activity:
        self._check_width(cells)
        sport = self._sport(cells)
        start, timed = self._start(cells)
        self._check_id(cells)
        if sport != "run":
            return Activity(start, None, "other", timed, file=self._source.name, row=row)
        return Activity(
            start=start,
            distance_km=self._distance_km(cells),
            timed=timed,
            moving_min=self._minutes(cells, "moving_s"),
            elapsed_min=self._minutes(cells, "elapsed_s"),
            ascent_m=self._optional(cells, "ascent_m"),
            cadence_spm=self._optional(cells, "cadence_spm"),
            rpe_0_10=self._optional(cells, "rpe_0_10"),
            shoe=self._shoe(cells),
            file=self._source.name,
            row=row,
        )

    def _minutes(self, cells: Sequence[str], meaning: str) -> float | None:
        if meaning not in self._first:
            return None
        seconds = _seconds(cells, self._columns, self._form, meaning)
        return None if seconds is None else seconds / 60

    def _shoe(self, cells: Sequence[str]) -> str:
        if "shoe" not in self._first:
            return ""
        text = cells[self._first["shoe"]]
        if text not in self._shoes:
            self._shoes[text] = shorten(text, 80)
        return self._shoes[text]

    def _check_width(self, cells: Sequence[str]) -> None:
        width, header = len(cells), self._columns.width
        if width == header:
            return
        if width > header and any(cell.strip() for cell in cells[header:]):
            raise RefusedError(
                f"the row has {width} cells where the header has {header}; "
                "a comma in a number or a text may lack its quotation marks"
            )
        if width < header and width <= self._last + 1:
            raise RefusedError(f"the row has {width} cells where the header has {header}; it may be cut short")

    def _sport(self, cells: Sequence[str]) -> str:
        if "sport" not in self._first:
            return "run"
        text = cells[self._first["sport"]]
        if text not in self._known_sports:
            word = plain_word(text)
            if not word:
                raise RefusedError("the kind of activity is missing")
            self._known_sports[text] = self._sports.get(word, "")
        known = self._known_sports[text]
        if not known:
            self._unknown[plain_word(text)] += 1
        return known or "other"

    def _start(self, cells: Sequence[str]) -> tuple[datetime, bool]:
        moment, timed = self._form.dates.read(cells[self._first["date"]])
        timed = timed and self._form.timed
        if moment.tzinfo is not None:
            return self._reading.local(moment), timed
        if self._form.utc and timed:
            return self._reading.from_utc(moment), timed
        return moment, timed

    def _check_id(self, cells: Sequence[str]) -> None:
        if "activity_id" not in self._first:
            return
        name = cells[self._first["activity_id"]].strip()
        if name and name in self._ids:
            raise RefusedError(f"the activity {shorten(name, 40)!r} is in the list already")
        if name:
            self._ids.add(name)

    def _optional(self, cells: Sequence[str], meaning: str) -> float | None:
        """Return a number that is only shown; one that cannot be read is left out."""
        if meaning not in self._first:
            return None
        try:
            return number(self._columns.cell(cells, meaning), self._form.marks.get(meaning, ""))
        except RefusedError:
            return None

    def _distance_km(self, cells: Sequence[str]) -> float | None:
        columns, form = self._columns, self._form
        first, unit = number_and_unit(cells[self._first["distance"]], form.marks["distance"], self._units)
        if first is None or first <= 0:
            return first
        if unit:
            return first * _KM[unit]
        metres = columns.cell(cells, "distance", 1)
        if not metres.strip() or columns.units.get(columns.places["distance"][0]):
            return first * _KM[form.unit]
        return self._by_second(first, metres)

    def _by_second(self, first: float, text: str) -> float:
        """Return the distance by the second column, in metres, if the first agrees with it in some unit."""
        readings = {number(text)} if text.isdigit() else {number(text, mark) for mark in ("", ",", ".")}
        for metres in sorted(value for value in readings if value is not None):
            if metres <= 0:
                continue
            for unit in ("km", "mi"):
                expected = first * _KM[unit] * 1000
                if abs(expected - metres) <= max(_AGREE_SHARE * metres, _AGREE_M):
                    return metres / 1000
            if abs(first - metres) <= _AGREE_SHARE * metres:
                too_long = first > self._reading.load.limit("longest_run_km")
                return metres * (_KM["m"] if too_long else _KM[self._form.unit])
        if readings == {0.0}:
            return first * _KM[self._form.unit]
        raise RefusedError(f"the two distances of the row disagree ({first:g} and {text.strip()[:20]} m)")
