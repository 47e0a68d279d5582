"""CSV files as typed rows, with everything that can be wrong in a single file reported."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from calfnb.tables.descriptor import Column, Resource
from calfnb.tables.problems import Problem, did_you_mean, listed

__all__ = ["Sheet", "read_sheet"]

_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")
_INTEGER = re.compile(r"-?\d+")
_BOOLEANS = {"true": True, "false": False}


@dataclass
class Sheet:
    """The rows of one file, typed by its schema.

    Attributes
    ----------
    rows
        Column name to value: str, int, float, bool, a tuple of str for a list, None for an empty
        cell that is not text. A cell that could not be read is ``UNREADABLE``.
    lines
        The line in the file on which each row begins.
    whole
        False when rows had to be left out.
    unreadable
        The columns that are missing or have a cell that could not be read.
    content
        The text of the file with plain line ends.
    """

    resource: Resource
    rows: list[dict[str, Any]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    whole: bool = True
    unreadable: set[str] = field(default_factory=set)
    content: str = ""
    problems: list[Problem] = field(default_factory=list)

    def complete(self, *columns: str) -> bool:
        """Tell whether all rows are there and these columns are readable, so that what is missing is missing."""
        return self.whole and self.unreadable.isdisjoint(columns)

    def items(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Go through the rows with the line on which each begins."""
        return zip(self.lines, self.rows, strict=True)

    def report(self, line: int, column: str, value: object, message: str, remedy: str) -> None:
        """Add a problem of this file; ``line`` 0 means the whole file."""
        self.problems.append(Problem(self.resource.path, line, column, str(value), message, remedy))


class _Unreadable:
    """Stands in a row for a cell that could not be read; equal to nothing."""

    def __repr__(self) -> str:
        return "UNREADABLE"


#: Stands in a row for a cell that could not be read.
UNREADABLE: Any = _Unreadable()


class _CellError(Exception):
    """A cell that does not fit its column."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def read_sheet(folder: Path, resource: Resource) -> Sheet:
    """Read and type one file of a folder; all problems are in the sheet that is returned."""
    sheet = Sheet(resource)
    text = _text(folder / resource.path, sheet)
    if text is None:
        sheet.whole = False
        return sheet
    sheet.content = text
    records = _records(text, sheet)
    if not records:
        sheet.report(0, "", "", "the file is empty", f"Give it the header {','.join(resource.column_names)}.")
        sheet.whole = False
        return sheet
    positions = _header(records[0][1], records[0][0], sheet)
    if positions is None:
        sheet.whole = False
        return sheet
    _body(records, positions, sheet)
    _duplicates(sheet)
    return sheet


def _text(path: Path, sheet: Sheet) -> str | None:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        if not sheet.resource.optional:
            header = ",".join(sheet.resource.column_names)
            sheet.report(0, "", "", "the file is missing", f"Add it, with the header {header}.")
        return None
    except OSError as error:
        sheet.report(
            0, "", "", f"the file cannot be read: {error.strerror or error}", "Check that it is a readable file."
        )
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        sheet.report(line, "", "", "a character is not UTF-8", "Save the file as CSV in UTF-8.")
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _records(text: str, sheet: Sheet) -> list[tuple[int, list[str]]]:
    """Return the records with the line on which each begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            records.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        remedy = 'Look for a double quote that is not closed or stands alone; inside quotes write "" for ".'
        sheet.report(line, "", "", f"the row that begins here cannot be read: {error}", remedy)
        sheet.whole = False
    return records


def _header(header: Sequence[str], line: int, sheet: Sheet) -> list[tuple[int, Column]] | None:
    """Return the position of every column that is there, or None if the rows cannot be read at all."""
    columns = {column.name: column for column in sheet.resource.columns}
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        sheet.report(line, "", header[0], "the columns are not separated by commas", "Save it as CSV with commas.")
        return None
    for position, name in enumerate(header):
        if name in header[:position]:
            sheet.report(line, name, "", "the column is there twice", "Remove one of the two.")
        elif name not in columns:
            near = did_you_mean(name, [column for column in columns if column not in header])
            remedy = f"Remove it; the columns are {', '.join(columns)}." if not near else "Rename it."
            sheet.report(line, name, "", f"there is no such column in this table{near}", remedy)
    for name, column in columns.items():
        if name not in header:
            sheet.report(line, name, "", "the column is missing", f"Add it: {column.description}")
            sheet.unreadable.add(name)
    return [(header.index(name), column) for name, column in columns.items() if name in header]


def _body(records: Sequence[tuple[int, list[str]]], positions: list[tuple[int, Column]], sheet: Sheet) -> None:
    width = len(records[0][1])
    # A value that occurred in a column before needs no second look.
    seen: list[tuple[int, Column, Callable[[str], Any], dict[str, Any]]]
    seen = [(position, column, _reader(column), {}) for position, column in positions]
    missing = {column.name: UNREADABLE for column in sheet.resource.columns}
    for line, cells in records[1:]:
        if len(cells) != width:
            remedy = "Remove the empty line." if not cells else "Put text that has a comma in it between double quotes."
            found = f"the row has {len(cells)} cells instead of {width}" if cells else "the line is empty"
            sheet.report(line, "", "", found, remedy)
            sheet.whole = sheet.whole and not cells
            continue
        row = missing.copy()
        for position, column, reader, known in seen:
            cell = cells[position]
            value = known.get(cell, known)
            if value is known:
                try:
                    value = known[cell] = reader(cell)
                except _CellError as error:
                    sheet.report(line, column.name, cell, error.message, error.remedy)
                    value = UNREADABLE
                    sheet.unreadable.add(column.name)
            row[column.name] = value
        sheet.rows.append(row)
        sheet.lines.append(line)


def _duplicates(sheet: Sheet) -> None:
    """Report keys that occur twice."""
    keys = {sheet.resource.primary_key, *((column.name,) for column in sheet.resource.columns if column.unique)}
    for key in sorted(keys):
        first: dict[tuple[Any, ...], int] = {}
        for line, row in sheet.items():
            values = tuple([row[name] for name in key])
            if UNREADABLE in values or first.setdefault(values, line) == line:
                continue
            words = ", ".join(str(value) for value in values)
            message = f"the same {' and '.join(key)} is on line {first[values]}"
            sheet.report(line, key[-1], words, message, "Remove or rename one of the two rows.")


# ---- one cell ------------------------------------------------------------------------------------


def _reader(column: Column) -> Callable[[str], Any]:
    """Return the function that reads a cell of the column or raises `_CellError`."""
    read = {"integer": _integer, "number": _number, "boolean": _boolean}.get(column.kind)
    empty: Any = () if column.listed else None if read else ""

    def cell(text: str) -> Any:
        if not text:
            if column.required:
                raise _CellError("the cell is empty", f"Fill it in: {column.description}")
            return empty
        if column.listed:
            return _list(text, column)
        if read:
            number = read(text)
            _check_range(number, column)
            return number
        if column.enum and text not in column.enum:
            raise _CellError("the value is not allowed" + did_you_mean(text, column.enum), _one_of(column.enum))
        if column.pattern and not column.pattern.fullmatch(text):
            raise _CellError("the value does not have the right form", _form(column.pattern))
        return text

    return cell


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise _CellError("the cell must hold a whole number", "Write digits only.")
    return int(text)


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        remedy = "Write it with a decimal point, as in 0.25."
        if text.endswith("%"):
            remedy = "Write a proportion from 0 to 1: 25 % is 0.25."
        raise _CellError("the cell must hold a number", remedy)
    number = float(text)
    if math.isinf(number):
        raise _CellError("the number is too large", "Write an ordinary number.")
    return number


def _boolean(text: str) -> bool:
    if text not in _BOOLEANS:
        raise _CellError("the cell must hold true or false", "Write true or false.")
    return _BOOLEANS[text]


def _check_range(number: float, column: Column) -> None:
    if column.minimum is not None and number < column.minimum:
        raise _CellError(f"the number is below {column.minimum:g}", column.description)
    if column.maximum is not None and number > column.maximum:
        remedy = column.description
        if column.maximum == 1 and number <= 100:
            remedy += f" If it is a percentage, write {number / 100:g}."
        raise _CellError(f"the number is above {column.maximum:g}", remedy)


def _list(text: str, column: Column) -> tuple[str, ...]:
    assert column.listed is not None
    values = tuple([part.strip() for part in text.split(";")])
    for position, value in enumerate(values):
        if not value:
            raise _CellError("a value between two semicolons is empty", "Remove the semicolon too many.")
        if value in values[:position]:
            raise _CellError(f'"{value}" is there twice', "Remove one of the two.")
        if column.listed.enum and value not in column.listed.enum:
            near = did_you_mean(value, column.listed.enum)
            raise _CellError(f'"{value}" is not allowed{near}', _one_of(column.listed.enum))
        if column.listed.pattern and not column.listed.pattern.fullmatch(value):
            raise _CellError(f'"{value}" does not have the right form', _form(column.listed.pattern))
    return values


def _one_of(values: Sequence[str]) -> str:
    return f"Write one of {listed(values)}."


def _form(pattern: re.Pattern[str]) -> str:
    forms = {
        "[a-z][a-z0-9_]*": "Use lower-case letters, digits and underscores, with a letter first.",
        "[a-z0-9_]+": "Use lower-case letters, digits and underscores.",
    }
    return forms.get(pattern.pattern, f"It must match {pattern.pattern}.")
