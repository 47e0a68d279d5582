"""Everything that can be wrong with a folder of tables, reported at once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from calfnb.tables.descriptor import FILE_NAME, Resource, read_descriptor
from calfnb.tables.domain import check_domain
from calfnb.tables.problems import Problem, did_you_mean
from calfnb.tables.sheets import UNREADABLE, Sheet, read_sheet

__all__ = ["CheckedFolder", "check_tables", "read_folder", "shipped_folder"]


@dataclass(frozen=True)
class CheckedFolder:
    """The typed rows of a folder, and all that is wrong with it.

    ``sheets`` has every table of the schema by name; one that the folder leaves out is empty.
    ``version`` is a hash of the tables that bear on reasoning and questions, 8 hexadecimal digits.
    """

    folder: Path
    sheets: Mapping[str, Sheet]
    problems: tuple[Problem, ...]
    version: str


def check_tables(folder: Path | str | None = None) -> list[Problem]:
    """Return everything that is wrong with a folder of tables, in the order of files and lines.

    Parameters
    ----------
    folder
        A folder of tables in the shape of the shipped ones; None for the shipped ones.
    """
    return list(read_folder(shipped_folder() if folder is None else Path(folder)).problems)


def shipped_folder() -> Path:
    """Return the folder of the tables that come with calfnb.

    A wheel carries them inside the package; an editable install uses ``data/`` at the top of the
    repository.
    """
    package = Path(__file__).resolve().parent.parent
    inside = package / "_data"
    return inside if inside.is_dir() else package.parent / "data"


def read_folder(folder: Path, parts: Collection[str] | None = None) -> CheckedFolder:
    """Read and check the tables of a folder.

    Parameters
    ----------
    folder
        A folder of tables.
    parts
        Which parts to read beside the tables that reasoning about causes needs, such as ``care``;
        None for all. Tables that are not read are neither checked nor in ``sheets``.

    Raises
    ------
    TablesError
        Only if the schema that ships with calfnb cannot be read.
    """
    resources = tuple(entry for entry in _schema() if parts is None or entry.part in {"", *parts})
    problem = _unusable(folder, resources)
    if problem:
        return CheckedFolder(folder, {}, (problem,), "")
    sheets = {resource.name: read_sheet(folder, resource) for resource in resources}
    for sheet in sheets.values():
        _check_foreign_keys(sheet, sheets)
        _check_lists(sheet, sheets)
    check_domain(sheets)
    problems = [problem for sheet in sheets.values() for problem in sorted(sheet.problems, key=lambda p: p.row)]
    return CheckedFolder(folder, sheets, tuple(problems), _version(sheets))


@cache
def _schema() -> tuple[Resource, ...]:
    return read_descriptor(shipped_folder() / FILE_NAME)


def _unusable(folder: Path, resources: tuple[Resource, ...]) -> Problem | None:
    """Return the one problem that makes every other pointless, if there is one."""
    remedy = "Name a folder that holds the tables, for example a copy of the shipped one."
    if not folder.is_dir():
        what = "this is a file, not a folder" if folder.exists() else "there is no such folder"
        return Problem(str(folder), 0, "", "", what, remedy)
    if not any((folder / resource.path).exists() for resource in resources):
        return Problem(str(folder), 0, "", "", "the folder holds none of the tables", remedy)
    return None


def _version(sheets: Mapping[str, Sheet]) -> str:
    """Hash the content of the tables that bear on reasoning and questions; line ends do not matter."""
    digest = hashlib.blake2b(digest_size=4)
    for name in sorted(sheets):
        if sheets[name].resource.in_version:
            digest.update(f"{name}\n{sheets[name].content.rstrip()}\n\0".encode())
    return digest.hexdigest()


def _check_foreign_keys(sheet: Sheet, sheets: Mapping[str, Sheet]) -> None:
    for key in sheet.resource.foreign_keys:
        target = sheets[key.table]
        if not target.complete(*key.targets):
            continue  # its own problems come first; what is reported here would only be echoes
        known = {tuple([row[name] for name in key.targets]) for row in target.rows}
        optional = [column.name for column in sheet.resource.columns if not column.required]
        for line, row in sheet.items():
            values = tuple([row[name] for name in key.columns])
            if values in known or UNREADABLE in values or (values == ("",) and key.columns[0] in optional):
                continue
            # Of a key of several columns the last is the one to blame, if the others are there at all.
            before = {other[-1] for other in known if other[:-1] == values[:-1]}
            if len(values) > 1 and not before:
                continue  # the first column has a foreign key of its own, or its table says what is missing
            value = values[-1]
            message = f'there is no "{value}" in {target.resource.path}{did_you_mean(value, before)}'
            if len(values) > 1:
                message = f'{values[0]} has no "{value}" in {target.resource.path}{did_you_mean(value, before)}'
            _report_dangling(sheet, line, key.columns[-1], value, message, target)


def _check_lists(sheet: Sheet, sheets: Mapping[str, Sheet]) -> None:
    for column in sheet.resource.columns:
        if column.listed is None or column.listed.reference is None:
            continue
        target = sheets[column.listed.reference[0]]
        if not target.complete(column.listed.reference[1]):
            continue
        known = {row[column.listed.reference[1]] for row in target.rows}
        for line, value in _listed_values(sheet, column.name):
            if value not in known:
                message = f'there is no "{value}" in {target.resource.path}{did_you_mean(value, known)}'
                _report_dangling(sheet, line, column.name, value, message, target)


def _listed_values(sheet: Sheet, column: str) -> Iterator[tuple[int, str]]:
    for line, row in sheet.items():
        if row[column] and row[column] is not UNREADABLE:
            for value in row[column]:
                yield line, value


def _report_dangling(sheet: Sheet, line: int, column: str, value: Any, message: str, target: Sheet) -> None:
    sheet.report(line, column, value, message, f"Correct it, or add the row to {target.resource.path}.")
