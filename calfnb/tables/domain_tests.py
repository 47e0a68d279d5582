"""What the schema alone cannot say about the tables on tests and rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from calfnb.tables.formula import FormulaError, Name, parse_formula
from calfnb.tables.problems import did_you_mean, listed
from calfnb.tables.sheets import UNREADABLE, Sheet

__all__ = ["check_tests"]

Row = dict[str, Any]
Rows = list[tuple[int, Row]]


def check_tests(sheets: Mapping[str, Sheet]) -> None:
    """Report in each sheet of this part what is wrong with it in the light of the others."""
    inputs, values, outcomes, items = (
        sheets[name] for name in ("rule_inputs", "rule_values", "rule_outcomes", "rule_items")
    )
    for line, row in inputs.items():
        _check_input(inputs, line, row)
    if all(sheet.whole for sheet in (inputs, values, outcomes, items)):
        for line, row in sheets["rule_pages"].items():
            _Rule(row["rule_id"], sheets).check(line)
        _check_fillers(inputs, values)
    _check_rates(sheets["rule_rates"], outcomes)
    for line, row in sheets["tests"].items():
        _check_accuracy(sheets["tests"], line, row)
    _check_methods(sheets["test_methods"], sheets["tests"])


def _check_input(sheet: Sheet, line: int, row: Row) -> None:
    kind, options, labels = row["kind"], row["options"], row["option_labels"]
    if UNREADABLE in (kind, options, labels, row["if_missing"]):
        return
    chooses = kind in ("choice", "several")
    if chooses != bool(options):
        what = "lists its options" if chooses else "has no options"
        sheet.report(line, "options", ";".join(options), f"an input of the kind {kind} {what}", "Correct one of them.")
    elif len(options) != len(labels):
        message = f"{len(options)} options but {len(labels)} labels"
        sheet.report(line, "option_labels", ";".join(labels), message, "Write one label an option, in the same order.")
    numeric = kind in ("number", "numbers")
    low, high = row["minimum"], row["maximum"]
    if numeric and (low is None or high is None or low >= high):
        sheet.report(line, "minimum", low, "a number needs a range of what is possible", "Write minimum and maximum.")
    if (kind == "numbers") != (row["count"] is not None):
        sheet.report(line, "count", row["count"], "count is for a list of numbers, and only for that", "Correct it.")
    if row["if_missing"] in ("no", "yes") and kind != "yes_no":
        message = f"an input of the kind {kind} cannot be taken as {row['if_missing']}"
        sheet.report(line, "if_missing", row["if_missing"], message, "Write open or not_done.")
    if row["if_missing"] == "not_done" and kind not in ("number", "choice"):
        sheet.report(line, "if_missing", "not_done", f"an input of the kind {kind} is open when missing", "Write open.")
    if row["finding_id"] and (kind not in ("yes_no", "choice") or (kind == "choice" and len(options) != 2)):
        message = "only a yes/no input or a choice of two can be filled from a finding"
        sheet.report(line, "finding_id", row["finding_id"], message, "Leave it empty.")


class _Rule:
    """The rows of one rule, to check its formulas in order."""

    def __init__(self, rule_id: str, sheets: Mapping[str, Sheet]) -> None:
        self.rule_id = rule_id
        self.sheets = sheets
        self.inputs, self.items, self.values, self.outcomes = (
            [(line, row) for line, row in sheets[name].items() if row["rule_id"] == rule_id]
            for name in ("rule_inputs", "rule_items", "rule_values", "rule_outcomes")
        )

    def check(self, line: int) -> None:
        """Report what is wrong with the rule; ``line`` is that of its page."""
        pages, gates = self.sheets["rule_pages"], self.sheets["rule_gates"]
        primary = [row for _, row in self.values if row["primary"] is True]
        if len(primary) != 1:
            message = f"the rule has {len(primary)} primary values, and needs one"
            pages.report(line, "rule_id", self.rule_id, message, "Mark one of its rows in rule_values.csv as primary.")
        opening = [row for row in gates.rows if row["rule_id"] == self.rule_id and row["opens"] is True]
        if gates.whole and not opening:
            pages.report(line, "rule_id", self.rule_id, "no reason opens the rule", "Add one to rule_gates.csv.")
        plain = {row["input_id"]: Name(row["kind"], row["options"]) for _, row in self.inputs}
        item_ids = tuple(row["item_id"] for _, row in self.items)
        for number, row in self.items:
            text = row["formula"] or row["item_id"]
            self._formula("rule_items", number, "formula", text, "yes_no", plain, ())
        known = dict(plain)
        for number, row in self.values:
            self._value(number, row, known, item_ids)

    def _value(self, line: int, row: Row, known: dict[str, Name], items: tuple[str, ...]) -> None:
        value_id, kind = row["value_id"], row["kind"]
        outcomes = [(number, other) for number, other in self.outcomes if other["value_id"] == value_id]
        values = self.sheets["rule_values"]
        if (kind in ("number", "yes_no")) != bool(row["formula"]):
            message = f"a value of the kind {kind} has {'a' if kind in ('number', 'yes_no') else 'no'} formula"
            values.report(line, "formula", row["formula"], message, "Correct one of them.")
        elif row["formula"]:
            self._formula("rule_values", line, "formula", row["formula"], kind, known, items)
        if row["only_if"]:
            self._formula("rule_values", line, "only_if", row["only_if"], "yes_no", known, items)
        for number, other in outcomes:
            if other["when"]:
                self._formula("rule_outcomes", number, "when", other["when"], "yes_no", known, items)
        if kind == "result":
            self._last_is_otherwise(line, outcomes)
            known[value_id] = Name("choice", tuple(dict.fromkeys(other["result"] for _, other in outcomes)))
        elif kind != "items":
            known[value_id] = Name(kind)

    def _last_is_otherwise(self, line: int, outcomes: Rows) -> None:
        if not outcomes or outcomes[-1][1]["when"]:
            message = "the last outcome of a result holds whenever none before it does"
            self.sheets["rule_values"].report(line, "kind", "result", message, "Leave its cell `when` empty.")

    def _formula(
        self,
        sheet: str,
        line: int,
        column: str,
        text: str,
        kind: str,
        scope: Mapping[str, Name],
        items: tuple[str, ...],
    ) -> None:
        try:
            found = parse_formula(text, scope, items).kind
        except FormulaError as error:
            marked = f"{text[: error.position]}^{text[error.position :]}"
            self.sheets[sheet].report(line, column, text, f'{error.message}, at the ^ in "{marked}"', "Correct it.")
            return
        if found != kind:
            message = f"the formula gives a value of the kind {found}, not {kind}"
            self.sheets[sheet].report(line, column, text, message, "Correct one of them.")


def _check_fillers(inputs: Sheet, values: Sheet) -> None:
    known = {f"{row['rule_id']}.{row['value_id']}" for row in values.rows}
    for line, row in inputs.items():
        if row["from_value"] and row["from_value"] not in known:
            message = f'no rule works out "{row["from_value"]}"{did_you_mean(row["from_value"], known)}'
            inputs.report(line, "from_value", row["from_value"], message, "Write rule.value of another rule.")


def _check_rates(rates: Sheet, outcomes: Sheet) -> None:
    if not outcomes.whole:
        return
    known = {(row["rule_id"], row["value_id"], row["result"]) for row in outcomes.rows}
    for line, row in rates.items():
        if (row["rule_id"], row["value_id"], row["result"]) not in known:
            results = [result for rule, value, result in known if (rule, value) == (row["rule_id"], row["value_id"])]
            near = did_you_mean(row["result"], results)
            message = f'{row["rule_id"]} has no result "{row["result"]}"{near}'
            rates.report(line, "result", row["result"], message, f"Write one of {listed(sorted(results))}.")
        _check_interval(rates, line, row, "rate", "low", "high")


def _check_interval(sheet: Sheet, line: int, row: Row, middle: str, low: str, high: str) -> None:
    values = [row[name] for name in (low, middle, high)]
    if UNREADABLE in values:
        return
    known = [value for value in values if value is not None]
    if known != sorted(known):
        message = f"{low}, {middle} and {high} are not in order"
        sheet.report(line, middle, row[middle], message, "Write an interval that holds the value.")


def _check_accuracy(sheet: Sheet, line: int, row: Row) -> None:
    for name in ("sensitivity", "specificity", "lr_positive", "lr_negative"):
        _check_interval(sheet, line, row, name, f"{name}_low", f"{name}_high")
    if UNREADABLE in (row["lr_positive"], row["lr_negative"], row["usable"]):
        return
    if row["usable"] and row["lr_positive"] is None and row["lr_negative"] is None:
        sheet.report(line, "usable", "true", "without a likelihood ratio nothing can be updated", "Write false.")
    if row["usable"] == bool(row["why_not"]):
        message = "why_not is for figures that must not be used, and needed there"
        sheet.report(line, "why_not", row["why_not"], message, "Correct one of them.")


def _check_methods(methods: Sheet, tests: Sheet) -> None:
    if not (methods.whole and tests.whole):
        return
    measured = set(_usable(tests))
    for line, row in methods.items():
        if (row["method_id"] in measured) == bool(row["no_data"]):
            message = "no_data says why a test has no usable figures, and only then"
            methods.report(line, "no_data", row["no_data"], message, "Fill it in or leave it empty.")


def _usable(tests: Sheet) -> Iterator[str]:
    return (row["method_id"] for row in tests.rows if row["usable"])
