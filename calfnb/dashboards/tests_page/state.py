"""The page of tests and rules as values: what it knows and its state; ``result`` says what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from calfnb.case import Case
from calfnb.cases import WorkedCase
from calfnb.dashboards.paneled.library import PageLibrary
from calfnb.dashboards.paneled.state import PanelState, written_as
from calfnb.dashboards.tests_page.rule_form import RuleForm, read_forms, read_pairs, written_forms
from calfnb.tables.records_tests import TestTables

__all__ = ["PANELS", "Library", "TestsState", "first_panel", "panel_to_keep"]

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


def first_panel(case: Case) -> str:
    """Return the panel that a page opens on: the patient, if there is one."""
    return "patient" if case.answers else "tests"


def panel_to_keep(panel: str, case: Case) -> str:
    """Return what a state holds for a panel: "" for the one that fits the case, which may change with it."""
    return "" if panel == first_panel(case) else panel
