"""The page of tests and rules: which test for which suspicion, what its result does, and published rules."""

from __future__ import annotations

from datetime import date

from calfnb import markup
from calfnb.case import Case
from calfnb.dashboards.lesson import Lesson
from calfnb.dashboards.paneled.frame import PageSetup, PanelPage
from calfnb.dashboards.tests_page.frame import TestsFrame, TestsView
from calfnb.dashboards.tests_page.lookup_views import LookupView
from calfnb.dashboards.tests_page.patient_views import PatientView
from calfnb.dashboards.tests_page.result import TestsResult, check, evaluate
from calfnb.dashboards.tests_page.rule_views import RulesView
from calfnb.dashboards.tests_page.state import PANELS, Library, TestsState
from calfnb.dashboards.worked_cases import worked_cases
from calfnb.markup.diagnostics import rules_stylesheet
from calfnb.reasoning.model import Model, default_model
from calfnb.store import Store
from calfnb.tables import load_tests
from calfnb.tables.records_tests import TestTables
from calfnb.widgets import HtmlPanel

__all__ = ["LESSON", "TestsPage", "build"]

LESSON = Lesson("tests", "02_tests_and_rules")


class TestsPage(PanelPage[TestsState, TestsResult, Library]):
    """The whole page. Its ``store`` holds the state; a notebook may read it and change it."""

    __test__ = False
    frame_type = TestsFrame

    def __init__(self, model: Model | None = None, tests: TestTables | None = None, code: str | None = None) -> None:
        model = model or default_model()
        self.library = library = Library(model, tests or load_tests(), worked_cases(model.tables))
        setup = PageSetup(
            words="dash2",
            panels=PANELS,
            version=library.tests.version,
            style=rules_stylesheet(),
            blank=lambda day: TestsState(Case(model.setting_ids[0]), day),
            check=lambda state: check(state, library),
        )
        store: Store[TestsState, TestsResult] = Store(
            setup.blank(date.today()),
            lambda state: evaluate(state, library),
            failed=library.tables.text("ui.problem.step"),
        )
        self.lookup = LookupView(store, library)
        self.patient = PatientView(store, library)
        self.rules = RulesView(store, library)
        views: tuple[TestsView, ...] = (self.lookup, self.patient, self.rules)
        super().__init__(
            store, library, model, setup, {view.panel: [self._head(view.panel), view.widget] for view in views}, code
        )
        self.add_class("cnw-page-tests")

    def _head(self, panel: str) -> HtmlPanel:
        text = self.library.tables.text
        lead = markup.join(
            (
                markup.tag("h2", text(f"dash2.tab.{panel}"), class_="cnw-sr"),
                markup.tag("p", text(f"dash2.tab.{panel}.lead"), class_="cnw-tab-lead"),
            )
        )
        return HtmlPanel(styled=False, html=lead)


def build(code: str | None = None) -> TestsPage:
    """Build the page of tests and rules.

    Parameters
    ----------
    code
        What stands after ``#s=`` in a copied link of this page or of the page of causes.
    """
    return TestsPage(code=code)
