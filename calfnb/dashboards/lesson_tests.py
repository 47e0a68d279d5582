"""The page of tests and rules: which test for which suspicion, what its result does, and published rules."""

from __future__ import annotations

import logging

import ipywidgets

from calfnb import markup
from calfnb.case import Case
from calfnb.cases import CaseFileError, WorkedCase, load_cases
from calfnb.dashboards.lesson import Lesson
from calfnb.dashboards.tests_page.patient_views import PatientView
from calfnb.dashboards.tests_page.rule_views import RulesView
from calfnb.dashboards.tests_page.state import TABS, Library, TestsResult, TestsState, evaluate
from calfnb.dashboards.tests_page.views import FrameView, LookupView
from calfnb.reasoning.model import Model, default_model
from calfnb.store import Store
from calfnb.tables import load_tests
from calfnb.tables.records_tests import TestTables
from calfnb.widgets import HtmlPanel

__all__ = ["LESSON", "TestsPage", "build"]

LESSON = Lesson("tests", "02_tests_and_rules")

logger = logging.getLogger(__name__)
#: The case that the button of the toolbar takes.
_WORKED = "worked_case"


class TestsPage(ipywidgets.VBox):
    """The whole page. Its ``store`` holds the state; a notebook may read it and change it."""

    __test__ = False

    def __init__(self, model: Model | None = None, tests: TestTables | None = None, code: str | None = None) -> None:
        self.library = library = Library(model or default_model(), tests or load_tests())
        tables = library.model.tables
        self.store: Store[TestsState, TestsResult] = Store(
            TestsState(Case(library.model.setting_ids[0])),
            lambda state: evaluate(state, library),
            failed=tables.text("ui.problem.step"),
        )
        self.lookup = LookupView(self.store, library)
        self.patient = PatientView(self.store, library)
        self.rules = RulesView(self.store, library)
        views = dict(zip(TABS, (self.lookup, self.patient, self.rules), strict=True))
        panels = {name: self._panel(name, view.widget) for name, view in views.items()}
        self.frame = FrameView(self.store, library, _worked_case(library.model), panels)
        if code:
            self.frame.restore(code)
        lines = markup.join((markup.emergency_line(tables), markup.intended_use_line(tables)))
        top = HtmlPanel(styled=False, html=lines)
        top.add_class("cnw-top")
        super().__init__([top, self.frame.tools, self.frame.message, self.frame.tabs, *panels.values()])
        self.add_class("cnw-page")
        self.add_class("cnw-page-tests")
        self.store.observe(lambda _change: self._large_type(), names=["revision"])
        self._large_type()

    def _panel(self, name: str, widget: ipywidgets.Widget) -> ipywidgets.Box:
        tables = self.library.model.tables
        lead = markup.join(
            (
                markup.tag("h2", tables.text(f"dash2.tab.{name}"), class_="cnw-sr"),
                markup.tag("p", tables.text(f"dash2.tab.{name}.lead"), class_="cnw-tab-lead"),
            )
        )
        return ipywidgets.VBox([HtmlPanel(styled=False, html=lead), widget])

    def _large_type(self) -> None:
        (self.add_class if self.store.state.large else self.remove_class)("cnw-large")


def build(code: str | None = None) -> TestsPage:
    """Build the page of tests and rules.

    Parameters
    ----------
    code
        What stands after ``#s=`` in a copied link of this page or of the page of causes.
    """
    return TestsPage(code=code)


def _worked_case(model: Model) -> WorkedCase | None:
    """Return the worked case; a broken file is logged and must not take the page down."""
    try:
        return {worked.case_id: worked for worked in load_cases(model.tables)}.get(_WORKED)
    except CaseFileError as error:
        logger.warning("%s", error)
        return None
