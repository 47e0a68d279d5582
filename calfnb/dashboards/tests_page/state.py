"""The page of tests and rules as values: its state, and the pure function that says what follows from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from calfnb.case import Case
from calfnb.cases import WorkedCase
from calfnb.dashboards.paneled.library import PageLibrary, assessed
from calfnb.dashboards.paneled.state import PanelState, written_as
from calfnb.dashboards.tests_page import patient as tests_patient
from calfnb.dashboards.tests_page import rules as tests_rules
from calfnb.dashboards.tests_page.form_code import read_forms, read_pairs, written_forms
from calfnb.dashboards.tests_page.patient import CLINICS, HARMS, OWN, PatientPart, candidates
from calfnb.dashboards.tests_page.rules import CLEARED, RuleForm, RulePart
from calfnb.reasoning.results import Assessment
from calfnb.tables.records_tests import TestTables

__all__ = [
    "PANELS",
    "Library",
    "TestsResult",
    "TestsState",
    "check",
    "evaluate",
    "first_panel",
    "panel_to_keep",
    "take_results",
]

PANELS = ("tests", "patient", "rules")


@dataclass(frozen=True)
class Library(PageLibrary):
    """What the page knows: the compiled tables of causes, the tables of tests and rules, the invented patients."""

    __test__ = False

    tests: TestTables
    cases: Mapping[str, WorkedCase] = field(default_factory=dict)


@dataclass(frozen=True)
class TestsState(PanelState):
    """Everything a person has said or set on the page of tests and rules.

    What was typed stays text, so that a number that cannot be is shown again with a sentence beside it.

    Attributes
    ----------
    panel
        One of `PANELS`, "" for the one that fits the case.
    condition, method
        In the first panel: the suspicion or the test that is shown; at most one of the two.
    suspect, results
        In the second: the suspicion tested, and (key of a test, ``positive`` or ``negative``) for each that was done;
        None lets the page choose.
    own_sensitivity, own_specificity, low, high
        Figures of a test of one's own (0-1), and two pretest probabilities (of 100) to compare, as typed.
    place
        The place on the slider of settings, None for the case's own.
    harms
        Of missing, of acting needlessly, of the test, as typed.
    order_result
        The result in the scene of testing first.
    rule, forms
        In the third: the rule that is shown, and what was said for each rule.
    """

    __test__ = False

    condition: str = ""
    method: str = ""
    suspect: str = ""
    results: tuple[tuple[str, str], ...] | None = field(default=None, metadata=written_as(list, read_pairs))
    own_sensitivity: str = ""
    own_specificity: str = ""
    low: str = ""
    high: str = ""
    place: int | None = field(default=None, metadata=written_as(int, int))
    harms: tuple[str, str, str] = ("", "", "")
    order_result: str = "yes"
    rule: str = ""
    forms: Mapping[str, RuleForm] = field(default_factory=dict, metadata=written_as(written_forms, read_forms))

    def __post_init__(self) -> None:
        object.__setattr__(self, "forms", MappingProxyType(dict(self.forms)))

    @property
    def shown(self) -> str:
        """The panel that is shown."""
        return self.panel or first_panel(self.case)

    def change(self, **fields: Any) -> TestsState:
        """Return the state with some fields replaced."""
        return replace(self, **fields)


@dataclass(frozen=True)
class TestsResult:
    """What follows from a state; a part that its panel does not show is None."""

    __test__ = False

    assessment: Assessment
    patient: PatientPart | None
    rule: RulePart | None


def first_panel(case: Case) -> str:
    """Return the panel that a page opens on: the patient, if there is one."""
    return "patient" if case.answers else "tests"


def panel_to_keep(panel: str, case: Case) -> str:
    """Return what a state holds for a panel: "" for the one that fits the case, which may change with it."""
    return "" if panel == first_panel(case) else panel


def evaluate(state: TestsState, library: Library) -> TestsResult:
    """Work out what the page shows. A pure function."""
    return TestsResult(
        assessment=assessed(library.model, state.case),
        patient=tests_patient.work_out(state, library) if state.shown == "patient" else None,
        rule=tests_rules.work_out(state, library) if state.shown == "rules" and state.rule else None,
    )


def check(state: TestsState, library: Library) -> None:
    """Raise ValueError or KeyError for a state that names what there is not; it may have been made by hand."""
    model, tests = library.model, library.tests
    allowed: dict[str, Collection[str]] = {
        "condition": ("", *model.condition_index), "method": ("", *tests.methods),
        "suspect": ("", *model.condition_index), "order_result": ("yes", "no"), "rule": ("", *tests.rules),
    }  # fmt: skip
    for name, known in allowed.items():
        if getattr(state, name) not in known:
            raise ValueError(f"There is no {name} {getattr(state, name)!r}.")
    keys = {choice.key for choice in candidates(state.suspect, library)} | {OWN}
    if any(key not in keys or result not in ("positive", "negative") for key, result in state.results or ()):
        raise ValueError("There is no such test or result.")
    if state.place is not None and not 0 <= state.place < CLINICS:
        raise ValueError("There is no such place.")
    if len(state.harms) != len(HARMS):
        raise ValueError("These are not the harms.")
    for rule_id, form in state.forms.items():
        _check_form(rule_id, form, library)


def _check_form(rule_id: str, form: RuleForm, library: Library) -> None:
    sheet = library.tests.rules[rule_id]
    if form.reason and form.reason not in {gate.choice_id for gate in sheet.gates}:
        raise ValueError("There is no such reason.")
    for name, value in form.values:
        several = sheet.input_by_id[name].kind in ("numbers", "several")
        if several is not isinstance(value, tuple) and value != CLEARED:
            raise ValueError("This is no value of that item.")


def take_results(state: TestsState, library: Library) -> TestsState:
    """Put the results of the chosen tests among the patient's answers, where the tables have a question for them."""
    part = tests_patient.work_out(state, library)
    return replace(state, case=part.case_after, results=())
