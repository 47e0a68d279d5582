"""The tables on care, recovery, return to running and anatomy as linked, frozen records."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from calfnb.tables import records_care as records
from calfnb.tables.checking import CheckedFolder, read_folder, shipped_folder
from calfnb.tables.loading import all_records, load_tables, records_by_key, tables_of
from calfnb.tables.problems import TablesError
from calfnb.tables.records_care import CareTables

__all__ = ["PART", "load_care"]

PART = "care"


def load_care(folder: Path | str | None = None) -> CareTables:
    """Read, check and link the care tables of a folder.

    Parameters
    ----------
    folder
        A folder of tables in the shape of the shipped ones; None for the shipped ones, which are
        read once and kept. Another folder is read anew each time. A folder without care tables,
        made for an older version, gives empty ones.

    Raises
    ------
    TablesError
        If anything is wrong with the tables; ``problems`` lists all of it.
    """
    return _shipped_care() if folder is None else _care(read_folder(Path(folder), parts=(PART,)))


@cache
def _shipped_care() -> CareTables:
    return _care(read_folder(shipped_folder(), parts=(PART,)), shipped=True)


def _care(checked: CheckedFolder, *, shipped: bool = False) -> CareTables:
    if checked.problems:
        raise TablesError(checked.problems, str(checked.folder))
    sheets = checked.sheets
    return CareTables(
        version=_version(checked),
        tables=load_tables() if shipped else tables_of(checked),
        actions=records_by_key(sheets["management"], records.CareAction),
        conditions=records_by_key(sheets["care_conditions"], records.CareCondition),
        recovery=records_by_key(sheets["recovery"], records.Recovery),
        stages=tuple(sorted(all_records(sheets["return_stages"], records.ReturnStage), key=lambda row: row.stage)),
        gates=records_by_key(sheets["return_gates"], records.ReturnGate),
        heel_raise_norms=all_records(sheets["care_heel_raise_norms"], records.HeelRaiseNorm),
        rules=all_records(sheets["return_rules"], records.ReturnRule),
        limits=records_by_key(sheets["care_limits"], records.Limit),
        professionals=records_by_key(sheets["professionals"], records.Professional),
        tools=records_by_key(sheets["care_tools"], records.CareTool),
        medicines=records_by_key(sheets["care_medicines"], records.Medicine),
        questions=records_by_key(sheets["faq"], records.Question),
        anatomy=records_by_key(sheets["anatomy"], records.AnatomyPart),
        gait=tuple(sorted(all_records(sheets["care_gait"], records.GaitPhase), key=lambda row: row.order)),
        loads=records_by_key(sheets["care_loads"], records.TissueLoad),
    )


def _version(checked: CheckedFolder) -> str:
    """Hash the care tables of the folder, 8 hexadecimal digits; line ends do not matter."""
    digest = hashlib.blake2b(digest_size=4)
    for name in sorted(checked.sheets):
        if checked.sheets[name].resource.part == PART:
            digest.update(f"{name}\n{checked.sheets[name].content.rstrip()}\n\0".encode())
    return digest.hexdigest()
