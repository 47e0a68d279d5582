"""The schema of the tables, read from ``datapackage.json``: the one place that says what a table looks like.

The file is a Frictionless Data Package. Beside the standard properties it uses a few of its own,
all of them beginning with ``calfnb:``; its description says what each means. Only the package that
ships with calfnb is read: a teacher's folder follows the same schema, and a ``datapackage.json``
in it is for other programs.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calfnb.tables.problems import Problem, TablesError

__all__ = ["Column", "ForeignKey", "ListOf", "Resource", "read_descriptor"]

FILE_NAME = "datapackage.json"


@dataclass(frozen=True, slots=True)
class ListOf:
    """What the values within one cell must be.

    ``reference`` is the table and column in which each must occur, or None.
    """

    reference: tuple[str, str] | None
    enum: tuple[str, ...]
    pattern: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type and its constraints.

    ``kind`` is one of ``string``, ``integer``, ``number``, ``boolean``. ``listed`` is set when a
    cell holds several values. ``logic`` is set when a cell holds a logic text; its value tells
    whether the text may name scores. ``places`` marks sentences with ``{name}`` places.
    """

    name: str
    kind: str
    description: str
    required: bool
    unique: bool
    enum: tuple[str, ...]
    pattern: re.Pattern[str] | None
    minimum: float | None
    maximum: float | None
    listed: ListOf | None
    logic: bool | None
    places: bool


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns whose values must occur together in the columns ``targets`` of another table."""

    columns: tuple[str, ...]
    table: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resource:
    """One table: its file and its columns.

    ``optional`` tables may be left out of a folder; ``in_version`` ones are part of the version.
    ``part`` is "" for the tables that reasoning about causes needs; tables of another part, such as
    ``care``, are read only by who asks for them.
    """

    name: str
    path: str
    title: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    in_version: bool
    optional: bool
    part: str = ""

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)


def read_descriptor(path: Path) -> tuple[Resource, ...]:
    """Read the tables that a ``datapackage.json`` describes, in its order.

    Raises
    ------
    TablesError
        If the file is missing or is no data package that this reader understands.
    """
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
        return tuple(_resource(entry) for entry in package["resources"])
    except FileNotFoundError as error:
        raise _broken("the description of the tables is missing", 0, "Install calfnb again.") from error
    except json.JSONDecodeError as error:
        remedy = f"Mend the JSON at character {error.colno} of this line: {error.msg}."
        raise _broken("the file is not valid JSON", error.lineno, remedy) from error
    except (KeyError, TypeError, AttributeError, re.error) as error:
        raise _broken(f"the description of a table is incomplete or wrong: {error!r}", 0, "Mend it.") from error


def _broken(message: str, row: int, remedy: str) -> TablesError:
    return TablesError([Problem(FILE_NAME, row, "", "", message, remedy)])


def _resource(entry: dict[str, Any]) -> Resource:
    schema = entry["schema"]
    return Resource(
        name=entry["name"],
        path=entry["path"],
        title=entry["title"],
        columns=tuple(_column(field) for field in schema["fields"]),
        primary_key=_names(schema.get("primaryKey", ())),
        foreign_keys=tuple(
            ForeignKey(_names(key["fields"]), key["reference"]["resource"], _names(key["reference"]["fields"]))
            for key in schema.get("foreignKeys", ())
        ),
        in_version=entry.get("calfnb:inVersion", False),
        optional=entry.get("calfnb:optional", False),
        part=entry.get("calfnb:part", ""),
    )


def _column(field: dict[str, Any]) -> Column:
    constraints = field.get("constraints", {})
    listed = field.get("calfnb:list")
    logic = field.get("calfnb:logic")
    return Column(
        name=field["name"],
        kind=field["type"],
        description=field["description"],
        required=constraints.get("required", False),
        unique=constraints.get("unique", False),
        enum=tuple(constraints.get("enum", ())),
        pattern=_pattern(constraints),
        minimum=constraints.get("minimum"),
        maximum=constraints.get("maximum"),
        listed=None if listed is None else _list_of(listed),
        logic=None if logic is None else logic["rules"],
        places=field.get("calfnb:places", False),
    )


def _list_of(listed: dict[str, Any]) -> ListOf:
    reference = None
    if "reference" in listed:
        table, column = listed["reference"].split(".")
        reference = (table, column)
    return ListOf(reference, tuple(listed.get("enum", ())), _pattern(listed))


def _pattern(holder: dict[str, Any]) -> re.Pattern[str] | None:
    return re.compile(holder["pattern"]) if "pattern" in holder else None


def _names(names: str | list[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)
