"""The rows of the tables on tests and rules as frozen records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar

from calfnb.tables.formula import Formula, Name, parse_formula
from calfnb.tables.records import Rule, Tables, grouped

__all__ = [
    "Accuracy",
    "RuleCriterion",
    "RuleGate",
    "RuleInput",
    "RuleNote",
    "RuleOutcome",
    "RulePage",
    "RuleRate",
    "RuleSheet",
    "RuleValue",
    "TestMethod",
    "TestTables",
    "rule_scope",
]

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class RulePage:
    """What a rule's page says beside its items; ``kind`` is points, criteria, pathway, grading or calculation."""

    rule_id: str
    short_name: str
    kind: str
    topic: str
    condition_ids: tuple[str, ...]
    when_to_use: str
    when_not: str
    gate_question: str
    next_step: str
    population: str
    last_reviewed: str
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleGate:
    """One sentence offered as the reason for using a rule; those with ``opens`` unlock it."""

    rule_id: str
    choice_id: str
    sentence: str
    opens: bool
    reply: str
    basis: str
    source_id: str


@dataclass(frozen=True, slots=True)
class RuleNote:
    """A pearl, a pitfall or a sentence of evidence (``kind``)."""

    rule_id: str
    note_id: str
    kind: str
    text: str
    basis: str
    source_id: str


@dataclass(frozen=True, slots=True)
class RuleInput:
    """One thing that a rule asks.

    ``kind`` is yes_no, number, choice, several (any of the options) or numbers (``count`` of them).
    ``if_missing`` says what leaving it out means: ``open`` or ``not_done`` always; ``no`` or ``yes`` only where
    rules are read as their publications' examples are, and open otherwise.
    ``finding_id`` with ``option_id``: that answer of a case means yes (or the first option of a choice of two), any
    other answer means no (or the second). ``from_value`` names ``rule.value`` of another rule that fills it.
    """

    rule_id: str
    input_id: str
    label: str
    hint: str
    kind: str
    unit: str
    minimum: float | None
    maximum: float | None
    whole: bool
    count: int | None
    options: tuple[str, ...]
    option_labels: tuple[str, ...]
    if_missing: str
    finding_id: str
    option_id: str
    from_value: str
    basis: str
    source_id: str


@dataclass(frozen=True, slots=True)
class RuleCriterion:
    """An item of a rule: it holds when its formula does; an empty formula is the input of the same name.

    ``code`` is how lists of met items write it, "" for the item's id.
    """

    rule_id: str
    item_id: str
    label: str
    points: float
    formula: str
    code: str
    basis: str
    source_id: str


@dataclass(frozen=True, slots=True)
class RuleValue:
    """Something that a rule works out.

    ``kind`` is number, yes_no, items (the codes of the items that hold) or result (decided by the outcomes).
    ``only_if``: the value applies only while this formula holds. ``primary`` marks the one that the rule is for.
    """

    rule_id: str
    value_id: str
    label: str
    kind: str
    formula: str
    only_if: str
    unit: str
    decimals: int | None
    shown: bool
    primary: bool
    basis: str
    source_id: str


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """One possible result of a value; of the rows of a value the first whose ``when`` holds counts."""

    rule_id: str
    value_id: str
    line: int
    result: str
    when: str
    label: str
    meaning: str
    level: str
    next_step: str
    basis: str
    source_id: str


@dataclass(frozen=True, slots=True)
class RuleRate:
    """How often the outcome was found in those with this result, in one published population."""

    rule_id: str
    value_id: str
    result: str
    rate_id: str
    outcome: str
    population: str
    rate: float | None
    low: float | None
    high: float | None
    counted: str
    note: str
    basis: str
    source_id: str


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The published accuracy of a test for one condition, against everything else in that study.

    Proportions are 0-1; a likelihood ratio of 1 changes nothing. ``usable`` is false where the numbers must not be used
    to update a probability; ``caveat`` and ``why_not`` say why. ``condition_id`` is against the rest of that study's
    patients: such ratios of several conditions are never multiplied.
    """

    test_id: str
    condition_id: str
    name: str
    method_id: str
    finding_id: str
    positive_if: str
    sensitivity: float | None
    sensitivity_low: float | None
    sensitivity_high: float | None
    specificity: float | None
    specificity_low: float | None
    specificity_high: float | None
    lr_positive: float | None
    lr_positive_low: float | None
    lr_positive_high: float | None
    lr_negative: float | None
    lr_negative_low: float | None
    lr_negative_high: float | None
    lr_basis: str
    range_note: str
    usable: bool
    why_not: str
    population: str
    number: int | None
    caveat: str
    basis: str
    source_id: str


@dataclass(frozen=True, slots=True)
class TestMethod:
    """A test or an investigation: what is done, what it shows, how, and where it misleads."""

    __test__ = False  # no test class of pytest

    method_id: str
    name: str
    kind: str
    tier: str
    finding_ids: tuple[str, ...]
    condition_ids: tuple[str, ...]
    what: str
    shows: str
    steps: tuple[str, ...]
    pitfalls: tuple[str, ...]
    no_data: str
    claim_ids: tuple[str, ...]
    basis: str
    source_id: str


@dataclass(frozen=True)
class RuleSheet:
    """A rule with everything that belongs to it, its formulas parsed.

    ``formulas`` maps (part, id) to the parsed formula: part is ``item``, ``value``, ``only_if`` or ``outcome`` (with
    the id ``value_id:line``).
    """

    rule: Rule
    page: RulePage
    gates: tuple[RuleGate, ...]
    notes: tuple[RuleNote, ...]
    inputs: tuple[RuleInput, ...]
    criteria: tuple[RuleCriterion, ...]
    values: tuple[RuleValue, ...]
    outcomes: tuple[RuleOutcome, ...]
    rates: tuple[RuleRate, ...]
    formulas: Mapping[tuple[str, str], Formula]

    @property
    def rule_id(self) -> str:
        """The id of the rule."""
        return self.rule.rule_id

    @cached_property
    def primary(self) -> RuleValue:
        """The value that the rule is for."""
        return next(value for value in self.values if value.primary)

    @cached_property
    def input_by_id(self) -> Mapping[str, RuleInput]:
        """The inputs by id, in the order in which they are asked."""
        return MappingProxyType({row.input_id: row for row in self.inputs})

    @cached_property
    def outcomes_of(self) -> Mapping[str, tuple[RuleOutcome, ...]]:
        """The outcomes of each value, in the order in which they are tried."""
        return grouped(self.outcomes, lambda row: row.value_id)

    def notes_of(self, kind: str) -> tuple[RuleNote, ...]:
        """Return the notes of a kind: pearl, pitfall or evidence."""
        return tuple(note for note in self.notes if note.kind == kind)


@dataclass(frozen=True)
class TestTables:
    """The tables on tests and rules of one folder, linked to the condition tables that they belong to.

    ``version`` is a hash of the rows of this part, 8 hexadecimal digits.
    """

    __test__ = False

    version: str
    tables: Tables
    rules: Mapping[str, RuleSheet]
    accuracies: Mapping[str, Accuracy]
    methods: Mapping[str, TestMethod]

    def accuracies_of_condition(self, condition_id: str) -> tuple[Accuracy, ...]:
        """Return the published accuracies for a condition, in the order of the table."""
        return self._by_condition.get(condition_id, ())

    def accuracies_of_method(self, method_id: str) -> tuple[Accuracy, ...]:
        """Return the published accuracies of a test or investigation; empty where there are none."""
        return self._by_method.get(method_id, ())

    def methods_of_condition(self, condition_id: str) -> tuple[TestMethod, ...]:
        """Return the tests and investigations that serve a suspicion, in the order of the table."""
        return tuple(method for method in self.methods.values() if condition_id in method.condition_ids)

    def method_of_finding(self, finding_id: str) -> TestMethod | None:
        """Return the test behind a finding; an investigation only where no single test is."""
        found = [method for method in self.methods.values() if finding_id in method.finding_ids]
        return min(found, key=lambda method: (method.kind == "investigation", len(method.finding_ids)), default=None)

    def rules_of_condition(self, condition_id: str) -> tuple[RuleSheet, ...]:
        """Return the rules that are about a condition."""
        return tuple(sheet for sheet in self.rules.values() if condition_id in sheet.page.condition_ids)

    @cached_property
    def _by_condition(self) -> Mapping[str, tuple[Accuracy, ...]]:
        return grouped(self.accuracies.values(), lambda row: row.condition_id)

    @cached_property
    def _by_method(self) -> Mapping[str, tuple[Accuracy, ...]]:
        return grouped(self.accuracies.values(), lambda row: row.method_id)


def rule_scope(
    inputs: Iterable[RuleInput], values: Iterable[RuleValue], outcomes: Iterable[RuleOutcome]
) -> dict[str, Name]:
    """Return what the names in the formulas of a rule stand for: its inputs and values."""
    scope = {row.input_id: Name(row.kind, row.options) for row in inputs}
    results = grouped(outcomes, lambda row: row.value_id)
    for value in values:
        if value.kind == "result":
            options = dict.fromkeys(row.result for row in results.get(value.value_id, ()))
            scope[value.value_id] = Name("choice", tuple(options))
        elif value.kind != "items":
            scope[value.value_id] = Name(value.kind)
    return scope


def rule_formulas(
    inputs: tuple[RuleInput, ...],
    criteria: tuple[RuleCriterion, ...],
    values: tuple[RuleValue, ...],
    outcomes: tuple[RuleOutcome, ...],
) -> Mapping[tuple[str, str], Formula]:
    """Parse the formulas of a rule.

    Raises
    ------
    FormulaError
        If one cannot be read; `calfnb.tables.domain_tests` reports them with their place.
    """
    items = tuple(row.item_id for row in criteria)
    plain = rule_scope(inputs, (), ())
    parsed = {("item", row.item_id): parse_formula(row.formula or row.item_id, plain, ()) for row in criteria}
    known = dict(plain)
    whole = rule_scope(inputs, values, outcomes)
    for value in values:
        if value.formula:
            parsed["value", value.value_id] = parse_formula(value.formula, known, items)
        if value.only_if:
            parsed["only_if", value.value_id] = parse_formula(value.only_if, known, items)
        for row in outcomes:
            if row.value_id == value.value_id and row.when:
                parsed["outcome", f"{row.value_id}:{row.line}"] = parse_formula(row.when, known, items)
        if value.value_id in whole:
            known[value.value_id] = whole[value.value_id]
    return MappingProxyType(parsed)
