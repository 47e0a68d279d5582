"""The tables on training load as linked, frozen records."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from calfnb.tables import records_load as records
from calfnb.tables.checking import CheckedFolder, read_folder, shipped_folder
from calfnb.tables.loading import all_records, load_tables, records_by_key, tables_of
from calfnb.tables.problems import TablesError
from calfnb.tables.records_load import LoadTables

__all__ = ["PART", "load_training"]

PART = "load"


def load_training(folder: Path | str | None = None) -> LoadTables:
    """Read, check and link the tables on training load of a folder.

    Parameters
    ----------
    folder
        A folder of tables in the shape of the shipped ones; None for the shipped ones, which are
        read once and kept. Another folder is read anew each time. What a folder made for an older
        version leaves out of these tables is taken from the shipped ones.

    Raises
    ------
    TablesError
        If anything is wrong with the tables; ``problems`` lists all of it.
    """
    return _shipped_training() if folder is None else _training(read_folder(Path(folder), parts=(PART,)))


@cache
def _shipped_training() -> LoadTables:
    return _training(read_folder(shipped_folder(), parts=(PART,)), shipped=True)


def _training(checked: CheckedFolder, *, shipped: bool = False) -> LoadTables:
    if checked.problems:
        raise TablesError(checked.problems, str(checked.folder))
    sheets = checked.sheets
    own = LoadTables(
        version=_version(checked),
        tables=load_tables() if shipped else tables_of(checked),
        rules=records_by_key(sheets["load_rules"], records.LoadRule),
        bands=all_records(sheets["load_bands"], records.Band),
        limits=records_by_key(sheets["load_limits"], records.LoadLimit),
        walk_jog=all_records(sheets["load_walk_jog"], records.WalkJogRun),
        cross_training=records_by_key(sheets["load_cross_training"], records.CrossTraining),
        words=all_records(sheets["load_words"], records.Word),
    )
    if shipped:
        return own
    base = _shipped_training()
    return LoadTables(
        version=own.version,
        tables=own.tables,
        rules=own.rules or base.rules,
        bands=own.bands or base.bands,
        limits={**base.limits, **own.limits},
        walk_jog=own.walk_jog or base.walk_jog,
        cross_training=own.cross_training or base.cross_training,
        words=(*base.words, *own.words),
    )


def _version(checked: CheckedFolder) -> str:
    """Hash the load tables of the folder, 8 hexadecimal digits; line ends do not matter."""
    digest = hashlib.blake2b(digest_size=4)
    for name in sorted(checked.sheets):
        if checked.sheets[name].resource.part == PART:
            digest.update(f"{name}\n{checked.sheets[name].content.rstrip()}\n\0".encode())
    return digest.hexdigest()
