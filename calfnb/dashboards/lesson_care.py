"""The page of care and return: the first 72 hours, treatment, recovery, running again, and pages to take away."""

from __future__ import annotations

import logging
from datetime import date

import ipywidgets

from calfnb import markup
from calfnb.case import Case
from calfnb.cases import CaseFileError, WorkedCase, load_cases
from calfnb.dashboards.care_page.frame import FrameView, LineView, SummaryView
from calfnb.dashboards.care_page.returning_views import ReturnView
from calfnb.dashboards.care_page.state import CareLibrary, CareState, evaluate
from calfnb.dashboards.care_page.views import (
    AnatomyView,
    HoursView,
    QuestionsView,
    RecoveryView,
    TakeView,
    TreatmentView,
)
from calfnb.dashboards.lesson import Lesson
from calfnb.reasoning.model import Model, default_model
from calfnb.store import Store
from calfnb.tables import Tables, load_care
from calfnb.tables.records_care import CareTables
from calfnb.widgets import HtmlPanel

__all__ = ["LESSON", "CarePage", "build"]

LESSON = Lesson("care", "03_care_and_return")

logger = logging.getLogger(__name__)


class CarePage(ipywidgets.VBox):
    """The whole page. Its ``store`` holds the state; a notebook may read it and change it."""

    def __init__(
        self,
        model: Model | None = None,
        care: CareTables | None = None,
        code: str | None = None,
        *,
        today: date | None = None,
    ) -> None:
        model = model or default_model()
        self.library = CareLibrary(model, care or load_care(), _worked_cases(model.tables))
        library, tables = self.library, model.tables
        self.store = Store(
            CareState(Case(model.setting_ids[0]), today or date.today()),
            lambda state: evaluate(state, library),
            failed=tables.text("ui.problem.step"),
        )
        self.line = LineView(self.store, library)
        self.summary = SummaryView(self.store, library)
        self.hours = HoursView(self.store, library)
        self.treatment = TreatmentView(self.store, library)
        self.recovery = RecoveryView(self.store, library)
        self.running = ReturnView(self.store, library)
        self.anatomy = AnatomyView(self.store, library)
        self.questions = QuestionsView(self.store, library)
        self.take = TakeView(self.store, library)
        views = (self.hours, self.treatment, self.recovery, self.running, self.anatomy, self.questions, self.take)
        panels = {view.panel: ipywidgets.VBox([view.widget]) for view in views}
        # Made last, so that a panel is shown when its content is there.
        self.frame = FrameView(self.store, library, panels)
        if code:
            self.frame.restore(code)
        super().__init__(self._parts(list(panels.values()), tables))
        self.add_class("cnw-page")
        self.store.observe(lambda _change: self._large_type(), names=["revision"])
        self._large_type()

    def _parts(self, panels: list[ipywidgets.Widget], tables: Tables) -> list[ipywidgets.Widget]:
        lines = markup.join((markup.emergency_line(tables), markup.intended_use_line(tables)))
        top = HtmlPanel(styled=False, html=lines)
        top.add_class("cnw-top")
        left = ipywidgets.VBox(panels)
        left.add_class("cnw-left")
        right = ipywidgets.VBox(list(self.summary.widgets))
        right.add_class("cnw-right")
        right.add_class("cnp-summary")
        columns = ipywidgets.HBox([left, right])
        columns.add_class("cnw-columns")
        columns.add_class("cnp-columns")
        frame = self.frame
        return [self.line.widget, top, frame.bar, frame.message, frame.tabs, columns]

    def _large_type(self) -> None:
        (self.add_class if self.store.state.large else self.remove_class)("cnw-large")


def build(code: str | None = None) -> CarePage:
    """Build the page of care and return.

    Parameters
    ----------
    code
        The short code of a saved page: what stands after ``#s=`` in a copied link, also in one of the causes page.
    """
    return CarePage(code=code)


def _worked_cases(tables: Tables) -> dict[str, WorkedCase]:
    """Return the worked cases by id; a broken file is logged and must not take the page down."""
    try:
        return {worked.case_id: worked for worked in load_cases(tables)}
    except CaseFileError as error:
        logger.warning("%s", error)
        return {}
