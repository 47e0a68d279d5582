"""The causes page: red flags first, then the story, and a ranked, explained list of causes."""

from __future__ import annotations

import ipywidgets

from calfnb import markup
from calfnb.case import Case
from calfnb.dashboards.causes_page.onward import OnwardView
from calfnb.dashboards.causes_page.state import CausesState, evaluate
from calfnb.dashboards.causes_page.views import BarView, CaseView, DetailsView, InterviewView, LineView, ResultsView
from calfnb.dashboards.lesson import Lesson
from calfnb.dashboards.page_view import top_lines
from calfnb.dashboards.worked_cases import worked_cases
from calfnb.reasoning.model import Model, default_model
from calfnb.store import Store
from calfnb.widgets import HtmlPanel

__all__ = ["LESSON", "CausesPage", "build"]

LESSON = Lesson("causes", "01_causes")


class CausesPage(ipywidgets.VBox):
    """The whole page. Its ``store`` holds the state; a notebook may read it and change it."""

    def __init__(self, model: Model | None = None, code: str | None = None) -> None:
        model = model or default_model()
        self.model = model
        self.store = Store(
            CausesState(Case(model.setting_ids[0])),
            lambda state: evaluate(state, model),
            failed=model.tables.text("ui.problem.step"),
        )
        cases = worked_cases(model.tables)
        self.line = LineView(self.store, model)
        self.bar = BarView(self.store, model, cases)
        self.case = CaseView(self.store, model, cases)
        self.interview = InterviewView(self.store, model)
        self.results = ResultsView(self.store, model)
        self.details = DetailsView(self.store, model)
        self.onward = OnwardView(self.store, model)
        if code:
            self.bar.restore(code)
        super().__init__(self._parts())
        self.add_class("cnw-page")
        self.store.observe(lambda _change: self._large_type(), names=["revision"])
        self._large_type()

    def _parts(self) -> list[ipywidgets.Widget]:
        tables = self.model.tables
        foot = HtmlPanel(styled=False, html=markup.honesty_note(tables))
        left = ipywidgets.VBox([self.case.widget, self.interview.widget])
        left.add_class("cnw-left")
        right = ipywidgets.VBox([*self.results.widgets, self.details.widget, self.onward.widget, foot])
        right.add_class("cnw-right")
        right.add_class("cnw-results")
        columns = ipywidgets.HBox([left, right])
        columns.add_class("cnw-columns")
        return [self.line.widget, top_lines(tables), self.bar.widget, self.bar.message, columns]

    def _large_type(self) -> None:
        (self.add_class if self.store.state.large else self.remove_class)("cnw-large")


def build(code: str | None = None) -> CausesPage:
    """Build the causes page.

    Parameters
    ----------
    code
        The short code of a saved page: what stands after ``#s=`` in a copied link.
    """
    return CausesPage(code=code)
