"""The tables on tests and rules as linked, frozen records."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from calfnb.tables import records_tests as records
from calfnb.tables.checking import CheckedFolder, read_folder, shipped_folder
from calfnb.tables.loading import all_records, load_tables, records_by_key, tables_of
from calfnb.tables.problems import TablesError
from calfnb.tables.records import Tables
from calfnb.tables.records_tests import RuleSheet, TestTables
from calfnb.tables.sheets import Sheet

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
    return _shipped_tests() if folder is None else _tests(read_folder(Path(folder), parts=(PART,)))


@cache
def _shipped_tests() -> TestTables:
    return _tests(read_folder(shipped_folder(), parts=(PART,)), shipped=True)


def _tests(checked: CheckedFolder, *, shipped: bool = False) -> TestTables:
    if checked.problems:
        raise TablesError(checked.problems, str(checked.folder))
    sheets = checked.sheets
    tables = load_tables() if shipped else tables_of(checked)
    return TestTables(
        version=_version(checked),
        tables=tables,
        rules=_rule_sheets(sheets, tables),
        accuracies=records_by_key(sheets["tests"], records.Accuracy),
        methods=records_by_key(sheets["test_methods"], records.TestMethod),
    )


def _rule_sheets(sheets: Mapping[str, Sheet], tables: Tables) -> Mapping[str, RuleSheet]:
    pages = records_by_key(sheets["rule_pages"], records.RulePage)
    gates = _by_rule(sheets["rule_gates"], records.RuleGate)
    notes = _by_rule(sheets["rule_notes"], records.RuleNote)
    inputs = _by_rule(sheets["rule_inputs"], records.RuleInput)
    criteria = _by_rule(sheets["rule_items"], records.RuleCriterion)
    values = _by_rule(sheets["rule_values"], records.RuleValue)
    outcomes = _by_rule(sheets["rule_outcomes"], records.RuleOutcome)
    rates = _by_rule(sheets["rule_rates"], records.RuleRate)
    found = {}
    for rule_id, page in pages.items():
        parts = (inputs.get(rule_id, ()), criteria.get(rule_id, ()), values.get(rule_id, ()), outcomes.get(rule_id, ()))
        found[rule_id] = RuleSheet(
            rule=tables.rules[rule_id],
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


def _by_rule(sheet: Sheet, record: Callable[..., Any]) -> dict[str, tuple[Any, ...]]:
    grouped: dict[str, list[Any]] = {}
    for row in all_records(sheet, record):
        grouped.setdefault(row.rule_id, []).append(row)
    return {rule_id: tuple(rows) for rule_id, rows in grouped.items()}


def _version(checked: CheckedFolder) -> str:
    """Hash the tables of this part, 8 hexadecimal digits; line ends do not matter."""
    digest = hashlib.blake2b(digest_size=4)
    for name in sorted(checked.sheets):
        resource = checked.sheets[name].resource
        if resource.part == PART or name in ("rules", "rule_items"):
            digest.update(f"{name}\n{checked.sheets[name].content.rstrip()}\n\0".encode())
    return digest.hexdigest()
