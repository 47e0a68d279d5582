"""Results of tests and rules in a few lines of plain text, for a notebook cell."""

from __future__ import annotations

from collections.abc import Iterable

from calfnb.diagnostics import ratios_of, update
from calfnb.markup.numbers import probability_words, ratio_words
from calfnb.markup.rules import value_words
from calfnb.markup.words import list_words
from calfnb.rules import apply_rule, check_inputs
from calfnb.tables import load_tests
from calfnb.tables.records_tests import TestTables

__all__ = ["before_and_after", "rule_in_brief"]


def before_and_after(
    condition_id: str, test_id: str, *, pretests: Iterable[float], tests: TestTables | None = None
) -> str:
    """Return what both results of a test do to several pretest probabilities (0-1), one line each.

    Raises
    ------
    KeyError
        If that test has no usable figures for that condition; the message lists those that have.
    """
    tests = tests or load_tests()
    rows = {row.test_id: row for row in tests.accuracies_of_condition(condition_id) if row.usable}
    if test_id not in rows:
        raise KeyError(f"There is no usable {test_id!r} for {condition_id!r}; there are {', '.join(rows) or 'none'}.")
    both = ratios_of(rows[test_id])
    tables = tests.tables
    ratios = [ratio for ratio in (both.positive, both.negative) if ratio is not None]
    words = " and ".join(ratio_words(ratio, tables) for ratio in ratios)
    lines = [f"{rows[test_id].name}: ratios {words}"]
    for pretest in pretests:
        after = [probability_words(update(pretest, ratio).posttest, tables) for ratio in ratios]
        lines.append(f"{probability_words(pretest, tables)}: then {', or '.join(after)}")
    return "\n".join(lines)


def rule_in_brief(rule_id: str, *, tests: TestTables | None = None, **inputs: object) -> str:
    """Return what a rule says with these inputs, how many are open, and what can still come out.

    Raises
    ------
    calfnb.rules.RuleInputError
        If an input is not one of the rule or cannot be.
    """
    tests = tests or load_tests()
    sheet = tests.rules[rule_id]
    result = apply_rule(sheet, check_inputs(sheet, inputs))
    tables = tests.tables
    lines = [f"{sheet.rule.name}: {tables.text('dash2.rule.left', count=len(result.missing))}"]
    lines += [f"{value.row.label}: {value_words(value, tables)}" for value in result.values.values() if value.row.shown]
    if not result.primary.decided:
        labels = list(dict.fromkeys(outcome.label for outcome in result.primary.possible))
        lines.append(tables.text("rule.result.possible", results=list_words(labels, tables)))
    return "\n".join(lines)
