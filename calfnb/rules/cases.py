"""Rules and the answers of a case: what can be filled in, and what must be said before a rule opens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calfnb.rules.engine import RuleResult
from calfnb.tables.records_tests import RuleGate, RuleSheet

__all__ = ["fill_from_rules", "inputs_from_case", "opened_by"]


def inputs_from_case(sheet: RuleSheet, answers: Mapping[str, str]) -> dict[str, Any]:
    """Return the inputs that the answers of a case tell; what was not answered stays open.

    Parameters
    ----------
    sheet
        The rule.
    answers
        Finding id to option id, see `calfnb.case.Case`.
    """
    filled: dict[str, Any] = {}
    for row in sheet.inputs:
        answer = answers.get(row.finding_id) if row.finding_id else None
        if answer is None:
            continue
        same = answer == row.option_id
        filled[row.input_id] = same if row.kind == "yes_no" else row.options[0 if same else 1]
    return filled


def fill_from_rules(sheet: RuleSheet, results: Mapping[str, RuleResult]) -> dict[str, Any]:
    """Return the inputs that other rules, worked out before, decide (such as the score that a pathway starts from)."""
    filled: dict[str, Any] = {}
    for row in sheet.inputs:
        rule_id, _, value_id = row.from_value.partition(".")
        if rule_id in results and results[rule_id].values[value_id].decided:
            value = results[rule_id].values[value_id].value
            if value is not None:
                filled[row.input_id] = value
    return filled


def opened_by(sheet: RuleSheet, choice_id: str) -> RuleGate | None:
    """Return the chosen reason if it opens the rule, None if it does not or nothing was chosen."""
    chosen = next((gate for gate in sheet.gates if gate.choice_id == choice_id), None)
    return chosen if chosen is not None and chosen.opens else None
