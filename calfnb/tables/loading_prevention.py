"""The tables on exercises, warm-up, contributing factors and prevention as linked, frozen records."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from calfnb.tables import records_prevention as records
from calfnb.tables import records_warmup as warmup
from calfnb.tables.checking import CheckedFolder, read_folder, shipped_folder
from calfnb.tables.loading import all_records, records_by_key
from calfnb.tables.loading_care import load_care
from calfnb.tables.problems import TablesError
from calfnb.tables.records_care import CareTables
from calfnb.tables.records_prevention import PreventionTables

__all__ = ["PART", "load_prevention"]

PART = "prevention"


def load_prevention(folder: Path | str | None = None) -> PreventionTables:
    """Read, check and link the tables on prevention and warm-up of a folder.

    Parameters
    ----------
    folder
        A folder of tables in the shape of the shipped ones; None for the shipped ones, which are
        read once and kept. Another folder is read anew each time. A folder without such tables,
        made for an older version, gives empty ones.

    Raises
    ------
    TablesError
        If anything is wrong with the tables; ``problems`` lists all of it.
    """
    if folder is None:
        return _shipped_prevention()
    return _prevention(read_folder(Path(folder), parts=("care", PART)), load_care(folder))


@cache
def _shipped_prevention() -> PreventionTables:
    return _prevention(read_folder(shipped_folder(), parts=("care", PART)), load_care())


def _prevention(checked: CheckedFolder, care: CareTables) -> PreventionTables:
    if checked.problems:
        raise TablesError(checked.problems, str(checked.folder))
    sheets = checked.sheets
    return PreventionTables(
        version=_version(checked),
        tables=care.tables,
        care=care,
        exercises=records_by_key(sheets["exercises"], warmup.Exercise),
        blocks=records_by_key(sheets["warmup_blocks"], warmup.Block),
        gates=records_by_key(sheets["warmup_gates"], warmup.ExerciseGate),
        limits=records_by_key(sheets["warmup_limits"], warmup.PlanLimit),
        sessions=records_by_key(sheets["warmup_sessions"], warmup.Session),
        rules=tuple(sorted(all_records(sheets["warmup_rules"], warmup.WarmUpRule), key=lambda row: row.order)),
        slots=all_records(sheets["warmup_slots"], warmup.Slot),
        questions=records_by_key(sheets["warmup_questions"], warmup.PlanQuestion),
        signs=records_by_key(sheets["warmup_signs"], warmup.PlanSign),
        debates=tuple(sorted(all_records(sheets["warmup_debates"], warmup.Debate), key=lambda row: row.order)),
        self_checks=records_by_key(sheets["warmup_self_checks"], warmup.SelfCheck),
        factors=records_by_key(sheets["risk_factors"], records.ContributingFactor),
        actions=records_by_key(sheets["prevention_actions"], records.PreventionAction),
        guides=records_by_key(sheets["prevention_guides"], records.PreventionGuide),
        profiles=records_by_key(sheets["weekly_profiles"], records.WeekProfile),
        week_rules=tuple(sorted(all_records(sheets["weekly_rules"], records.WeekRule), key=lambda row: row.order)),
    )


def _version(checked: CheckedFolder) -> str:
    """Hash the tables of this part, 8 hexadecimal digits; line ends do not matter."""
    digest = hashlib.blake2b(digest_size=4)
    for name in sorted(checked.sheets):
        if checked.sheets[name].resource.part == PART:
            digest.update(f"{name}\n{checked.sheets[name].content.rstrip()}\n\0".encode())
    return digest.hexdigest()
