"""The tables on tests and rules as linked, frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from calfnb.tables import records_tests as records
from calfnb.tables.loading_part import Part, read_part
from calfnb.tables.records import grouped
from calfnb.tables.records_tests import RuleSheet, TestTables

__all__ = ["PART", "load_tests"]

PART = "tests"


def load_tests(folder: Path | str | None = None) -> TestTables:
    """Read, check and link the tables on tests and rules of a folder.

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
    return _shipped_tests() if folder is None else _tests(read_part(PART, folder))


@cache
def _shipped_tests() -> TestTables:
    return _tests(read_part(PART))


def _tests(part: Part) -> TestTables:
    return TestTables(
        version=part.version("rules", "rule_items"),
        tables=part.tables,
        rules=_rule_sheets(part),
        accuracies=part.by_key("tests", records.Accuracy),
        methods=part.by_key("test_methods", records.TestMethod),
    )


def _rule_sheets(part: Part) -> Mapping[str, RuleSheet]:
    pages = part.by_key("rule_pages", records.RulePage)
    gates = grouped(part.rows("rule_gates", records.RuleGate), lambda row: row.rule_id)
    notes = grouped(part.rows("rule_notes", records.RuleNote), lambda row: row.rule_id)
    inputs = grouped(part.rows("rule_inputs", records.RuleInput), lambda row: row.rule_id)
    criteria = grouped(part.rows("rule_items", records.RuleCriterion), lambda row: row.rule_id)
    values = grouped(part.rows("rule_values", records.RuleValue), lambda row: row.rule_id)
    outcomes = grouped(part.rows("rule_outcomes", records.RuleOutcome), lambda row: row.rule_id)
    rates = grouped(part.rows("rule_rates", records.RuleRate), lambda row: row.rule_id)
    found = {}
    for rule_id, page in pages.items():
        parts = (inputs.get(rule_id, ()), criteria.get(rule_id, ()), values.get(rule_id, ()), outcomes.get(rule_id, ()))
        found[rule_id] = RuleSheet(
            rule=part.tables.rules[rule_id],
            page=page,
            gates=gates.get(rule_id, ()),
            notes=notes.get(rule_id, ()),
            inputs=parts[0],
            criteria=parts[1],
            values=parts[2],
            outcomes=parts[3],
            rates=rates.get(rule_id, ()),
            formulas=records.rule_formulas(*parts),
        )
    return MappingProxyType(found)
