"""One part of the tables, such as care or training load: read, checked, and ready to be linked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

from calfnb.tables.checking import CheckedFolder, read_folder, shipped_folder
from calfnb.tables.loading import all_records, load_tables, records_by_key, tables_of
from calfnb.tables.problems import TablesError
from calfnb.tables.records import Tables
from calfnb.tables.sheets import Sheet

__all__ = ["Part", "read_part"]

Record = TypeVar("Record")


@dataclass(frozen=True)
class Part:
    """The sheets of a folder that was found without problems.

    ``shipped`` tells whether it is the folder of the tables that come with calfnb.
    """

    name: str
    checked: CheckedFolder
    shipped: bool

    @cached_property
    def tables(self) -> Tables:
        """The condition tables of the same folder."""
        return load_tables() if self.shipped else tables_of(self.checked)

    def version(self, *more: str) -> str:
        """Hash the tables of the part and the sheets named, 8 hexadecimal digits; line ends do not matter."""
        digest = hashlib.blake2b(digest_size=4)
        for name, sheet in sorted(self.checked.sheets.items()):
            if sheet.resource.part == self.name or name in more:
                digest.update(f"{name}\n{sheet.content.rstrip()}\n\0".encode())
        return digest.hexdigest()

    def sheet(self, name: str) -> Sheet:
        """Return a sheet; one that the folder leaves out is empty."""
        return self.checked.sheets[name]

    def by_key(self, sheet: str, record: Callable[..., Record]) -> Mapping[str, Record]:
        """Return the rows of a sheet as records by its key, in the order of the file."""
        return records_by_key(self.sheet(sheet), record)

    def rows(self, sheet: str, record: Callable[..., Record], *, order: str = "") -> tuple[Record, ...]:
        """Return the rows of a sheet as records in the order of the file, or of the column ``order``."""
        found = all_records(self.sheet(sheet), record)
        return tuple(sorted(found, key=attrgetter(order))) if order else found


def read_part(name: str, folder: Path | str | None = None, *, beside: tuple[str, ...] = ()) -> Part:
    """Read and check one part of the tables with the condition tables.

    Parameters
    ----------
    folder
        A folder of tables in the shape of the shipped ones; None for the shipped ones.
    beside
        Further parts against which it is checked.

    Raises
    ------
    TablesError
        If anything is wrong with the tables; ``problems`` lists all of it.
    """
    checked = read_folder(shipped_folder() if folder is None else Path(folder), parts=(*beside, name))
    if checked.problems:
        raise TablesError(checked.problems, str(checked.folder))
    return Part(name, checked, shipped=folder is None)
