"""Copies of the shipped tables to spoil, for the tests on warm-up and prevention."""

import csv
import shutil
from collections.abc import Callable, Collection
from pathlib import Path

from calfnb.tables import shipped_folder


class CopiedTables:
    """A folder of the shipped tables in which single rows can be changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "tables"
        shutil.copytree(shipped_folder(), self.folder)

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def write(self, name: str, rows: list[dict[str, str]]) -> None:
        with (self.folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def drop(self, name: str, column: str, values: Collection[str]) -> None:
        self.write(name, [row for row in self.rows(name) if row[column] not in values])

    def change(self, name: str, wanted: Callable[[dict[str, str]], bool], **values: str) -> None:
        rows = self.rows(name)
        changed = [row for row in rows if wanted(row)]
        assert changed, "the row to spoil is not there"
        for row in changed:
            row.update(values)
        self.write(name, rows)
