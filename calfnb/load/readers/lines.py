"""Rows of lists in any encoding and with any separator, counted as a spreadsheet counts them."""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from calfnb.load.readers.context import MIB, Limits, RefusedError
from calfnb.load.readers.sources import Source

__all__ = ["Broken", "Rows", "encoding_of", "separator_of"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that cannot be taken apart, and why."""

    row: int
    reason: str


def encoding_of(source: Source) -> tuple[str, bool]:
    """Return the encoding of a text, and whether it is a guess."""
    with source.open() as stream:
        head = stream.read(4096)
        for mark, name in _BOMS:
            if head.startswith(mark):
                return name, False
        if head.count(0) >= len(head) // 3:
            return ("utf-16-be" if head[:1] == b"\0" else "utf-16-le"), True
        decoder = codecs.getincrementaldecoder("utf-8")()
        chunk = head
        try:
            while chunk:
                decoder.decode(chunk)
                chunk = stream.read(MIB)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252", True
    return "utf-8", False


def separator_of(line: str) -> str:
    """Return the separator of a header: the one that occurs most, outside quotes."""
    outside = "".join(line.split('"')[::2])
    return max(_SEPARATORS, key=outside.count)


class Rows:
    """Goes through the rows of a list; each is ``(row, cells)`` or a `Broken`.

    A quotation mark that is never closed would swallow the rest of the file. So a row that cannot be
    taken apart gives back the lines after its first one, and they are read anew.

    Parameters
    ----------
    stream
        The text as bytes.
    encoding
        How it is written.
    """

    def __init__(self, stream: BinaryIO, encoding: str, limits: Limits) -> None:
        self._text = io.TextIOWrapper(stream, encoding, errors="replace", newline="")
        self._limits = limits
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self._separator = ","
        self._broken = 0
        self.row = 0

    def close(self) -> None:
        """Close the text below."""
        self._text.close()

    def first_lines(self, count: int) -> list[str]:
        """Return the first lines without taking them."""
        while len(self._again) < count and (line := self._read_line()):
            self._again.append(line)
        return list(self._again)

    def use(self, separator: str) -> None:
        """Set what stands between the cells."""
        self._separator = separator

    def skip_line(self) -> None:
        """Pass over one line."""
        next(self._lines(), None)
        self._taken.clear()
        self.row += 1

    def __iter__(self) -> Iterator[tuple[int, list[str]] | Broken]:
        lines = self._lines()
        reader = csv.reader(lines, delimiter=self._separator, strict=True)
        while True:
            self._taken.clear()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self._broken += 1
                self.row += 1
                yield Broken(self.row, _reason(error))
                if self._broken > self._limits.broken_rows:
                    raise RefusedError(
                        f"more than {self._limits.broken_rows} rows are broken; from there on nothing was read"
                    ) from error
                self._again.extendleft(reversed(self._taken[1:]))
                lines = self._lines()
                reader = csv.reader(lines, delimiter=self._separator, strict=True)
                continue
            self.row += 1
            if self.row > self._limits.rows:
                raise RefusedError(f"it has more than {self._limits.rows} rows; from there on nothing was read")
            yield self.row, cells

    def _lines(self) -> Iterator[str]:
        while line := (self._again.popleft() if self._again else self._read_line()):
            if "\0" in line:
                line = line.replace("\0", "")
            self._taken.append(line)
            yield line

    def _read_line(self) -> str:
        most = self._limits.line_characters
        line = self._text.readline(most)
        if len(line) >= most:
            raise RefusedError(f"a line is longer than {most // MIB} MB; this is no list of activities")
        return line


def _reason(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end" in text:
        return "a quotation mark is opened and never closed"
    if "expected after" in text:
        return "a quotation mark stands in the middle of a cell; a text with quotation marks needs them doubled"
    if "field limit" in text or "larger than" in text:
        return "a cell is longer than 131,072 characters; a quotation mark may not be closed"
    return "the row cannot be taken apart"
