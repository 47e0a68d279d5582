"""The tables on training load as linked, frozen records."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from calfnb.tables import records_load as records
from calfnb.tables.loading_part import Part, read_part
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
    return _shipped_training() if folder is None else _training(read_part(PART, folder))


@cache
def _shipped_training() -> LoadTables:
    return _training(read_part(PART))


def _training(part: Part) -> LoadTables:
    own = LoadTables(
        version=part.version(),
        tables=part.tables,
        rules=part.by_key("load_rules", records.LoadRule),
        bands=part.rows("load_bands", records.Band),
        limits=part.by_key("load_limits", records.LoadLimit),
        walk_jog=part.rows("load_walk_jog", records.WalkJogRun),
        cross_training=part.by_key("load_cross_training", records.CrossTraining),
        words=part.rows("load_words", records.Word),
    )
    if part.shipped:
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
