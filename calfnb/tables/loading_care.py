"""The tables on care, recovery, return to running and anatomy as linked, frozen records."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from calfnb.tables import records_care as records
from calfnb.tables.loading_part import Part, read_part
from calfnb.tables.records import Limit
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
    return _shipped_care() if folder is None else _care(read_part(PART, folder))


@cache
def _shipped_care() -> CareTables:
    return _care(read_part(PART))


def _care(part: Part) -> CareTables:
    return CareTables(
        version=part.version(),
        tables=part.tables,
        actions=part.by_key("management", records.CareAction),
        conditions=part.by_key("care_conditions", records.CareCondition),
        recovery=part.by_key("recovery", records.Recovery),
        stages=part.rows("return_stages", records.ReturnStage, order="stage"),
        gates=part.by_key("return_gates", records.ReturnGate),
        heel_raise_norms=part.rows("care_heel_raise_norms", records.HeelRaiseNorm),
        rules=part.rows("return_rules", records.ReturnRule),
        limits=part.by_key("care_limits", Limit),
        professionals=part.by_key("professionals", records.Professional),
        tools=part.by_key("care_tools", records.CareTool),
        medicines=part.by_key("care_medicines", records.Medicine),
        questions=part.by_key("faq", records.Question),
        anatomy=part.by_key("anatomy", records.AnatomyPart),
        gait=part.rows("care_gait", records.GaitPhase, order="order"),
        loads=part.by_key("care_loads", records.TissueLoad),
    )
