"""Many cases from a CSV sheet, one a row, assessed as they are read: the sheet never has to fit into memory.

The sheet has the columns ``case_id``, ``setting`` and any number of finding ids; an empty cell is an unknown answer,
never an absent finding. The result has one row a case: the level, the first three conditions, whether there is enough
to tell, and the probability (0-1) of every condition.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

import numpy as np

from calfnb.case import Case, CaseError
from calfnb.reasoning.assessment import enough_to_tell
from calfnb.reasoning.model import Model
from calfnb.reasoning.outlook import level_of
from calfnb.reasoning.results import RankedCondition
from calfnb.reasoning.scoring import draw_posteriors, first_shares, natural_frequency, weigh
from calfnb.tables.problems import InputError, did_you_mean, sentence, shorten

__all__ = ["SheetError", "assess_sheet"]

_FIXED = ("case_id", "setting")
#: Cases between two reports of progress.
_CHUNK = 64


class SheetError(InputError):
    """A sheet of cases cannot be used; the message says where and what to write instead."""


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    case_id: str
    case: Case


class _BadRowError(InputError):
    """One row that cannot be used."""


def assess_sheet(
    model: Model,
    source: Path,
    target: Path,
    *,
    on_bad: Callable[[str], None] | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> int:
    """Assess every case of a CSV sheet and write the results as a CSV sheet.

    Parameters
    ----------
    model
        The compiled tables.
    source, target
        The sheet to read and the one to write. The target appears, or is replaced, only when everything has worked.
    on_bad
        Called with a sentence for each row that cannot be used, which is then left out. Without it such a row ends
        the work.
    on_progress
        Called now and then with the share of the sheet that is done (0-1).

    Returns
    -------
    int
        How many cases were assessed.

    Raises
    ------
    SheetError
        If the sheet or a row of it cannot be used, or a file cannot be read or written.
    """
    report = on_progress or (lambda _share: None)
    target = target.resolve()
    if target == source.resolve():
        raise SheetError(f"{source} would be replaced by its own results; give --out another name.")
    try:
        size = source.stat().st_size
        with source.open("rb") as raw, _replacing(target) as written:
            lines = _Lines(raw)
            rows = _read_rows(model, lines, source.name, on_bad)
            return _write_results(model, rows, written, lambda: report(lines.read / max(size, 1)))
    except OSError as error:
        raise SheetError(f"{error.filename or source}: {_plain(error)}.") from None


def _plain(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


class _Lines:
    """The lines of a file as text; bytes that are not UTF-8 become marks that `_decoded` finds."""

    def __init__(self, raw: IO[bytes]) -> None:
        self.read = 0
        self._raw = raw

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(self._raw):
            self.read += len(line)
            text = line.decode("utf-8", errors="surrogateescape")
            yield text.removeprefix("\ufeff") if number == 0 else text


class _replacing:  # noqa: N801 - reads as what it does in a with statement
    """A text file beside the target that takes its place when the block ends well and vanishes when it does not."""

    def __init__(self, target: Path) -> None:
        self._target = target

    def __enter__(self) -> IO[str]:
        if self._target.is_dir():
            raise SheetError(f"{self._target} is a folder; give the name of a file.")
        if self._target.exists() and not self._target.is_file():
            raise SheetError(f"{self._target} is no ordinary file; give the name of one.")
        if not self._target.parent.is_dir():
            raise SheetError(f"{self._target.parent}: there is no such folder for the result.")
        self._file = NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=self._target.parent, prefix=f".{self._target.name}.", delete=False
        )
        return self._file

    def __exit__(self, kind: object, *_: object) -> None:
        part = Path(self._file.name)
        self._file.close()
        if kind is None:
            # A temporary file is private; the result gets the rights of any new file.
            part.chmod(0o666 & ~_umask())
            part.replace(self._target)
        else:
            with suppress(OSError):
                part.unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


# ---- reading -------------------------------------------------------------------------------------------------------


def _read_rows(model: Model, lines: _Lines, name: str, on_bad: Callable[[str], None] | None) -> Iterator[_Row]:
    """Yield the cases of the sheet; a bad row goes to ``on_bad`` or ends the reading."""
    reader = csv.reader(lines, strict=True)
    columns: list[str] | None = None
    seen = False
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader, None)
            if cells is None:
                break
            if not cells:  # a blank line
                continue
            if columns is None:
                columns = _checked_header(model, _decoded(cells), start)
                continue
            seen = True
            yield _checked_row(model, columns, _decoded(cells), start)
        except csv.Error as error:
            problem = f"{name}, line {start}: {_csv_words(error)}"
            # After a quote that is never closed nothing is left to go on with.
            if on_bad is None or columns is None or "expected after" not in str(error):
                raise SheetError(problem) from None
            on_bad(problem)
        except _BadRowError as error:
            problem = f"{name}, line {start}: {error}"
            if on_bad is None or columns is None:
                raise SheetError(problem) from None
            on_bad(problem)
    if columns is None:
        raise SheetError(f"{name} is empty; its first line must name the columns case_id, setting and finding ids.")
    if not seen:
        raise SheetError(f"{name} has no case below its first line.")


def _csv_words(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end" in text or "field larger" in text:
        return 'a quotation mark " is opened here or below and never closed.'
    if "expected after" in text:
        return 'after a closing quotation mark " a comma must follow; write a quotation mark inside a text twice.'
    return f"this is no CSV ({text})."


def _decoded(cells: Sequence[str]) -> list[str]:
    for number, cell in enumerate(cells, start=1):
        try:
            cell.encode("utf-8")
        except UnicodeEncodeError:
            raise _BadRowError(f"field {number} holds bytes that are not UTF-8; save the sheet as UTF-8.") from None
    return [cell.strip() for cell in cells]


def _checked_header(model: Model, names: Sequence[str], line: int) -> list[str]:
    """Return the columns, or raise for the first thing that is wrong with them."""
    known = (*_FIXED, *model.finding_ids)
    for place, name in enumerate(names, start=1):
        if not name:
            raise _BadRowError(f"column {place} has no name; write a finding id or remove the column.")
        if name not in known:
            near = did_you_mean(name, known)
            raise _BadRowError(sentence(f'there is no finding "{shorten(name)}" for column {place}{near}'))
        if name in names[: place - 1]:
            raise _BadRowError(f'column "{name}" is there twice; keep one of the two.')
    for name in _FIXED:
        if name not in names:
            raise _BadRowError(f'the column "{name}" is missing; add it to line {line}.')
    return list(names)


def _checked_row(model: Model, columns: Sequence[str], cells: Sequence[str], line: int) -> _Row:
    if len(cells) != len(columns):
        raise _BadRowError(f"it has {len(cells)} fields, but the first line names {len(columns)} columns.")
    values = dict(zip(columns, cells, strict=True))
    case_id, setting = values.pop("case_id"), values.pop("setting")
    if not case_id:
        raise _BadRowError("case_id is empty; give every case an id.")
    try:
        case = Case.create(model.tables, {name: value for name, value in values.items() if value}, setting)
    except CaseError as error:
        raise _BadRowError(str(error)) from None
    return _Row(line, case_id, case)


# ---- writing -------------------------------------------------------------------------------------------------------


def _write_results(model: Model, rows: Iterator[_Row], written: IO[str], progress: Callable[[], None]) -> int:
    writer = csv.writer(written, lineterminator="\n")
    header = ["case_id", "triage_level", "first", "second", "third", "enough_to_tell"]
    writer.writerow([*header, *(f"p_{name}" for name in model.condition_ids)])
    assessed = 0
    for row in rows:
        writer.writerow(_result(model, row))
        assessed += 1
        if assessed % _CHUNK == 0:
            progress()
    return assessed


def _result(model: Model, row: _Row) -> list[str]:
    """Return the result of one case as cells; the values are those of `calfnb.assess`."""
    evidence = weigh(model, row.case)
    probabilities = evidence.probabilities
    order = np.lexsort((np.arange(len(probabilities)), -probabilities))
    names = [model.condition_ids[i] for i in order[:3]]
    first, leader = int(order[0]), float(probabilities[order[0]])
    share = float(first_shares(draw_posteriors(model, evidence))[first])
    frequency = natural_frequency(leader, leader, leader)
    ranked = RankedCondition(names[0], leader, leader, leader, "", frequency, share)
    enough = enough_to_tell(len(row.case.answers), (ranked,)).enough
    cells = [row.case_id, level_of(model, evidence), *names, *[""] * (3 - len(names)), str(enough).lower()]
    return [*cells, *(f"{p:.6g}" for p in probabilities)]
