"""The page of tests and rules as values: its state, and the pure function that says what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from calfnb.case import Case
from calfnb.dashboards.tests_page import patient as tests_patient
from calfnb.dashboards.tests_page import rules as tests_rules
from calfnb.dashboards.tests_page.code import page_code
from calfnb.dashboards.tests_page.patient import PatientPart
from calfnb.dashboards.tests_page.rules import RuleForm, RulePart
from calfnb.reasoning.assessment import assess_case
from calfnb.reasoning.model import Model
from calfnb.reasoning.results import Assessment
from calfnb.tables.records_tests import TestTables

__all__ = ["TABS", "Library", "TestsResult", "TestsState", "evaluate", "first_tab", "take_results"]

TABS = ("tests", "patient", "rules")


@dataclass(frozen=True)
class Library:
    """What the page knows: the compiled tables of causes, and the tables of tests and rules."""

    __test__ = False

    model: Model
    tests: TestTables


@dataclass(frozen=True)
class TestsState:
    """Everything a person has said or set on the page of tests and rules.

    What was typed stays text, so that a number that cannot be is shown again with a sentence beside it.

    Attributes
    ----------
    case
        The patient, as on the page of causes; ``mode`` is how that page leads its interview.
    tab
        One of `TABS`, "" for the one that fits the case.
    condition, method
        In the first tab: the suspicion or the test that is shown; at most one of the two.
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

    case: Case
    mode: str = "guided"
    tab: str = ""
    condition: str = ""
    method: str = ""
    suspect: str = ""
    results: tuple[tuple[str, str], ...] | None = None
    own_sensitivity: str = ""
    own_specificity: str = ""
    low: str = ""
    high: str = ""
    place: int | None = None
    harms: tuple[str, str, str] = ("", "", "")
    order_result: str = "yes"
    rule: str = ""
    forms: Mapping[str, RuleForm] = field(default_factory=dict)
    large: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "forms", MappingProxyType(dict(self.forms)))

    def change(self, **fields: Any) -> TestsState:
        """Return the state with some fields replaced."""
        return replace(self, **fields)


@dataclass(frozen=True)
class TestsResult:
    """What follows from a state; a part that its tab does not show is None."""

    __test__ = False

    tab: str
    code: str
    case_code: str
    assessment: Assessment
    patient: PatientPart | None
    rule: RulePart | None


def first_tab(case: Case) -> str:
    """Return the tab that a page opens on: the patient, if there is one."""
    return "patient" if case.answers else "tests"


def evaluate(state: TestsState, library: Library) -> TestsResult:
    """Work out what the page shows. A pure function."""
    tab = state.tab or first_tab(state.case)
    case_code, code = page_code(state, library)
    return TestsResult(
        tab=tab,
        code=code,
        case_code=case_code,
        assessment=assess_case(library.model, state.case, questions=0),
        patient=tests_patient.work_out(state, library) if tab == "patient" else None,
        rule=tests_rules.work_out(state, library) if tab == "rules" and state.rule else None,
    )


def take_results(state: TestsState, library: Library) -> TestsState:
    """Put the results of the chosen tests among the patient's answers, where the tables have a question for them."""
    part = tests_patient.work_out(state, library)
    return replace(state, case=part.case_after, results=())
