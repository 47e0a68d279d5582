"""The tables on exercises, warm-up, contributing factors and prevention as linked, frozen records."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from calfnb.tables import records_prevention as records
from calfnb.tables import records_warmup as warmup
from calfnb.tables.loading_care import load_care
from calfnb.tables.loading_part import Part, read_part
from calfnb.tables.records import Limit
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
    return _prevention(read_part(PART, folder, beside=("care",)), load_care(folder))


@cache
def _shipped_prevention() -> PreventionTables:
    return _prevention(read_part(PART, beside=("care",)), load_care())


def _prevention(part: Part, care: CareTables) -> PreventionTables:
    return PreventionTables(
        version=part.version(),
        tables=care.tables,
        care=care,
        exercises=part.by_key("exercises", warmup.Exercise),
        blocks=part.by_key("warmup_blocks", warmup.Block),
        gates=part.by_key("warmup_gates", warmup.ExerciseGate),
        limits=part.by_key("warmup_limits", Limit),
        sessions=part.by_key("warmup_sessions", warmup.Session),
        rules=part.rows("warmup_rules", warmup.WarmUpRule, order="order"),
        slots=part.rows("warmup_slots", warmup.Slot),
        questions=part.by_key("warmup_questions", warmup.PlanQuestion),
        signs=part.by_key("warmup_signs", warmup.PlanSign),
        debates=part.rows("warmup_debates", warmup.Debate, order="order"),
        self_checks=part.by_key("warmup_self_checks", warmup.SelfCheck),
        examples=part.by_key("warmup_examples", warmup.PlanExample),
        factors=part.by_key("risk_factors", records.ContributingFactor),
        actions=part.by_key("prevention_actions", records.PreventionAction),
        guides=part.by_key("prevention_guides", records.PreventionGuide),
        profiles=part.by_key("weekly_profiles", records.WeekProfile),
        week_rules=part.rows("weekly_rules", records.WeekRule, order="order"),
    )
