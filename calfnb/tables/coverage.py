"""What a folder of tables holds: rows, the basis of its numbers, and the claims that it carries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from calfnb.tables.checking import CheckedFolder
from calfnb.tables.sheets import Sheet

__all__ = ["TopicCoverage", "basis_counts", "coverage_by_topic", "row_counts"]

_CLAIM = ("claims", "claim_id")


@dataclass(frozen=True, slots=True)
class TopicCoverage:
    """How many claims of a topic some other table carries.

    ``uncovered`` has the id and the statement of each of the others.
    """

    topic: str
    covered: int
    of: int
    uncovered: tuple[tuple[str, str], ...]


def row_counts(checked: CheckedFolder) -> dict[str, int]:
    """Return the number of rows by file."""
    return {sheet.resource.path: len(sheet.rows) for sheet in checked.sheets.values()}


def basis_counts(checked: CheckedFolder) -> dict[str, int]:
    """Return how many rows with a number rest on each basis, the most frequent first.

    A row counts when its table has both a column of numbers and a column ``basis``.
    """
    counts: Counter[str] = Counter()
    for sheet in checked.sheets.values():
        columns = {column.name: column.kind for column in sheet.resource.columns}
        if "basis" in columns and "number" in columns.values():
            counts.update(row["basis"] for row in sheet.rows)
    return dict(counts.most_common())


def coverage_by_topic(checked: CheckedFolder) -> list[TopicCoverage]:
    """Return the coverage of the claims by topic, in the order of the topics' names, then a total.

    A claim is covered when any other table names it; a disagreement between claims names both.
    """
    carried = {claim_id for sheet in checked.sheets.values() for claim_id in _carried_by(sheet)}
    topics: dict[str, list[tuple[str, str]]] = {}
    for row in checked.sheets["claims"].rows:
        topics.setdefault(row["topic"], []).append((row["claim_id"], row["statement"]))
    found = [_coverage(topic, claims, carried) for topic, claims in sorted(topics.items())]
    everything = [claim for claims in topics.values() for claim in claims]
    return [*found, _coverage("all", everything, carried)] if found else []


def _coverage(topic: str, claims: list[tuple[str, str]], carried: set[str]) -> TopicCoverage:
    uncovered = tuple(claim for claim in claims if claim[0] not in carried)
    return TopicCoverage(topic, len(claims) - len(uncovered), len(claims), uncovered)


def _carried_by(sheet: Sheet) -> set[str]:
    carried: set[str] = set()
    for column in sheet.resource.columns:
        if column.listed and column.listed.reference == _CLAIM:
            carried.update(claim_id for row in sheet.rows for claim_id in row[column.name])
    for key in sheet.resource.foreign_keys:
        if (key.table, *key.targets) == _CLAIM:
            carried.update(row[key.columns[0]] for row in sheet.rows)
    return carried
