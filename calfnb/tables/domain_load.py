"""What the schema alone cannot say about the load tables: bands in order, minutes that add up, words used once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calfnb.tables.records_load import plain_word
from calfnb.tables.sheets import UNREADABLE, Sheet

__all__ = ["check_load"]

_TOLERANCE = 1e-6


def check_load(sheets: Mapping[str, Sheet]) -> None:
    """Report in each load sheet what is wrong with it; the load tables were read."""
    _check_bands(sheets["load_bands"])
    _check_plans(sheets["load_walk_jog"])
    _check_words(sheets["load_words"])


def _check_bands(sheet: Sheet) -> None:
    by_rule: dict[Any, list[tuple[int, dict[str, Any]]]] = {}
    for line, row in sheet.items():
        if UNREADABLE not in (row["rule_id"], row["up_to"]):
            by_rule.setdefault(row["rule_id"], []).append((line, row))
        ratio, low, high = row["hazard_ratio"], row["hazard_low"], row["hazard_high"]
        known = [value for value in (low, ratio, high) if value is not None and value is not UNREADABLE]
        if known != sorted(known):
            sheet.report(line, "hazard_ratio", ratio, "the ratio lies outside its interval", "Correct one of them.")
    for rows in by_rule.values():
        ends = [row["up_to"] for _, row in rows]
        if None in ends[:-1]:
            line = rows[ends.index(None)][0]
            message = "a band without an upper end stands before another one"
            sheet.report(line, "up_to", "", message, "Only the last band of a rule may have none.")
        elif (numbers := [end for end in ends if end is not None]) != sorted(numbers):
            sheet.report(rows[0][0], "up_to", ends[0], "the bands are not in ascending order", "Put them in order.")


def _check_plans(sheet: Sheet) -> None:
    for line, row in sheet.items():
        if UNREADABLE in (row["segments"], row["repeats"], row["run_min"], row["walk_min"], row["ends_running"]):
            continue
        steps = [part.split(" ") for part in row["segments"].split(", ")] * row["repeats"]
        if row["ends_running"] and steps[-1][0] == "walk":
            steps.pop()
        for kind in ("run", "walk"):
            total = sum(float(minutes) for name, minutes in steps if name == kind)
            if abs(total - row[f"{kind}_min"]) > _TOLERANCE:
                message = f"the segments come to {total:g} minutes"
                sheet.report(line, f"{kind}_min", row[f"{kind}_min"], message, "Correct the one or the other.")


def _check_words(sheet: Sheet) -> None:
    seen: dict[tuple[Any, str], Any] = {}
    for line, row in sheet.items():
        if UNREADABLE in (row["kind"], row["word"], row["meaning"]):
            continue
        key = (row["kind"], plain_word(row["word"]))
        if seen.setdefault(key, row["meaning"]) != row["meaning"]:
            message = f"this word stands for {seen[key]} already"
            sheet.report(line, "word", row["word"], message, "Let each word stand for one thing.")
