"""What the schema alone cannot say about the care tables: what is never exercise, minutes, gates, rules."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from calfnb.tables.logic import LogicError, parse
from calfnb.tables.problems import listed
from calfnb.tables.records import LEVELS
from calfnb.tables.records_care import RETURN_SIGNALS
from calfnb.tables.sheets import UNREADABLE, Sheet

__all__ = ["check_care"]

_URGENT = LEVELS[LEVELS.index("same_day") :]
_TOLERANCE = 1e-9
_SHARE_OF_NORM = 0.8


def check_care(sheets: Mapping[str, Sheet]) -> None:
    """Report in each care sheet what is wrong with it; the care tables were read."""
    urgent = {row["condition_id"] for row in sheets["conditions"].rows if row["urgency"] in _URGENT}
    _check_actions(sheets["management"], urgent)
    _check_conditions(sheets["care_conditions"], urgent)
    _check_recovery(sheets["recovery"])
    _check_stages(sheets["return_stages"])
    _check_norms(sheets["care_heel_raise_norms"], sheets["return_gates"])
    _check_rules(sheets["return_rules"], sheets["return_stages"])
    _check_loads(sheets["care_loads"])


def _check_actions(sheet: Sheet, urgent: set[Any]) -> None:
    """Exercise is never advised to everybody, nor for what may be a clot, a rupture or an emergency."""
    for line, row in sheet.items():
        conditions = () if row["condition_ids"] is UNREADABLE else row["condition_ids"]
        if row["exercise"] is True and row["kind"] != "dont":
            if conditions == ():
                message = "exercise, stretching, massage or running may not be advised for every condition"
                sheet.report(line, "condition_ids", "", message, "Name the conditions it is meant for.")
            for condition_id in conditions:
                if condition_id in urgent:
                    message = f"exercise may not be advised for {condition_id}, which is seen the same day or sooner"
                    sheet.report(line, "condition_ids", condition_id, message, "Take the condition out of the list.")
        if row["kind"] == "escalate" and row["level"] == "":
            sheet.report(line, "level", "", "a reason to seek help needs a level", f"Write one of {listed(LEVELS)}.")
        if row["kind"] != "escalate" and row["level"]:
            message = "only a reason to seek help has a level"
            sheet.report(line, "level", row["level"], message, "Empty the cell, or make the row escalate.")


def _check_conditions(sheet: Sheet, urgent: set[Any]) -> None:
    for line, row in sheet.items():
        ladder, limit = row["ladder"], row["pain_limit_0_10"]
        if row["condition_id"] in urgent and ladder == "open":
            message = "the ladder may not be open for a condition that is seen the same day or sooner"
            sheet.report(line, "ladder", ladder, message, "Write clinician_first or never_here.")
        if ladder == "open" and limit is None:
            message = "a condition with an open ladder needs the pain that it allows"
            sheet.report(line, "pain_limit_0_10", "", message, "Write a number from 0 to 10.")
        if row["bone"] is True and limit not in (0, None):
            message = "an injury of bone allows no pain in a return run"
            sheet.report(line, "pain_limit_0_10", limit, message, "Write 0.")


def _check_recovery(sheet: Sheet) -> None:
    for line, row in sheet.items():
        days = [row["min_days"], row["value_days"], row["max_days"]]
        known = [day for day in days if day is not None and day is not UNREADABLE]
        if row["display"] in ("doctor_decides", "not_known") and known:
            message = f"a row that says {row['display']} may carry no number of days"
            sheet.report(line, "display", row["display"], message, "Empty the days, or write days.")
        if known != sorted(known):
            message = "the shortest, middle and longest days are not in order"
            sheet.report(line, "value_days", row["value_days"], message, "Put them in order.")
        if row["value_days"] is not None and row["statistic_type"] == "":
            message = "a middle value needs to say what it is"
            sheet.report(line, "statistic_type", "", message, "Write mean, median or another of the list.")


def _check_stages(sheet: Sheet) -> None:
    numbers = []
    for line, row in sheet.items():
        values = [row[name] for name in ("walk_min", "jog_min", "repeats", "total_min")]
        if any(value is UNREADABLE for value in values):
            continue
        walk, jog, repeats, total = values
        least = (walk + jog) * repeats
        if total < least - _TOLERANCE or (total > least + _TOLERANCE and not row["extra"]):
            message = f"walking and running come to {least:g} minutes"
            sheet.report(line, "total_min", total, message, "Correct the total, or name in extra what comes on top.")
        numbers.append(row["stage"])
    if sheet.whole and sheet.rows and sorted(numbers) != list(range(len(numbers))):
        message = "the rungs are not numbered 0, 1, 2 and so on without a gap"
        sheet.report(0, "stage", "", message, "Number them anew, with 0 for walking only.")


def _check_norms(sheet: Sheet, gates: Sheet) -> None:
    """The gate is what its description says, and every adult age has one row."""
    highest = next((row["highest_gate"] for row in gates.rows if row["gate"] == "start" and row["highest_gate"]), None)
    for line, row in sheet.items():
        norm, gate = row["norm_raises"], row["gate_raises"]
        if UNREADABLE in (norm, gate) or highest in (None, UNREADABLE):
            continue
        expected = min(highest, int(_SHARE_OF_NORM * norm + _TOLERANCE))
        if gate != expected:
            message = f"eight tenths of {norm:g}, at most {highest}, is {expected}"
            sheet.report(line, "gate_raises", gate, message, "Correct one of the two.")
    if not sheet.whole:
        return
    for sex in ("man", "woman") if sheet.rows else ():
        rows = sorted((row["age_from"], row["age_to"]) for row in sheet.rows if row["sex"] == sex)
        gaps = [low for (_, before), (low, _) in pairwise(rows) if low != before + 1]
        if not rows or gaps:
            message = f"the ages of a {sex} have a gap or an overlap"
            sheet.report(0, "age_from", gaps[0] if gaps else "", message, "Let each row begin a year after the last.")


def _check_rules(sheet: Sheet, stages: Sheet) -> None:
    always = []
    for line, row in sheet.items():
        when = row["when"]
        if when is UNREADABLE:
            continue
        if when == "":
            always.append(row["order"])
            continue
        try:
            parse(when, findings=RETURN_SIGNALS)
        except LogicError as error:
            remedy = f"Signals are {listed(tuple(RETURN_SIGNALS))}; each is yes or no."
            sheet.report(line, "when", when, str(error).rstrip("."), remedy)
        back, to = row["stages_back"], row["to_stage"]
        if back is not None and to is not None:
            message = "a rule goes either some rungs back or to one rung, not both"
            sheet.report(line, "to_stage", to, message, "Empty one of the two cells.")
        known = {stage["stage"] for stage in stages.rows}
        if to is not None and to is not UNREADABLE and stages.whole and to not in known:
            sheet.report(line, "to_stage", to, "there is no such rung", "Name a rung of return_stages.csv.")
    if sheet.whole and sheet.rows and always != [max(row["order"] for row in sheet.rows)]:
        message = "the last rule, and only the last, has an empty condition, so that every session meets a rule"
        sheet.report(0, "when", "", message, "Give the last row an empty condition and every other row one.")


def _check_loads(sheet: Sheet) -> None:
    for line, row in sheet.items():
        low, high = row["low"], row["high"]
        if UNREADABLE not in (low, high) and low > high:
            sheet.report(line, "low", low, f"low is above high {high:g}", "Swap the two.")
