"""The page of care and return: the first 72 hours, treatment, recovery, running again, and pages to take away."""

from __future__ import annotations

from datetime import date

import ipywidgets

from calfnb.case import Case
from calfnb.dashboards.care_page.frame import CareFrame, LineView, SummaryView
from calfnb.dashboards.care_page.returning_views import ReturnView
from calfnb.dashboards.care_page.state import PANELS, CareLibrary, CareResult, CareState, check, evaluate
from calfnb.dashboards.care_page.views import (
    AnatomyView,
    HoursView,
    QuestionsView,
    RecoveryView,
    TakeView,
    TreatmentView,
)
from calfnb.dashboards.lesson import Lesson
from calfnb.dashboards.paneled.frame import PageSetup, PanelPage
from calfnb.dashboards.worked_cases import worked_cases
from calfnb.markup.assets import static_text
from calfnb.reasoning.model import Model, default_model
from calfnb.store import Store
from calfnb.tables import load_care
from calfnb.tables.records_care import CareTables

__all__ = ["LESSON", "CarePage", "build"]

LESSON = Lesson("care", "03_care_and_return")


class CarePage(PanelPage[CareState, CareResult, CareLibrary]):
    """The whole page. Its ``store`` holds the state; a notebook may read it and change it."""

    frame_type = CareFrame
    frame: CareFrame

    def __init__(
        self,
        model: Model | None = None,
        care: CareTables | None = None,
        code: str | None = None,
        *,
        today: date | None = None,
    ) -> None:
        model = model or default_model()
        self.library = library = CareLibrary(model, care or load_care(), worked_cases(model.tables))
        setup = PageSetup(
            words="dash3",
            panels=PANELS,
            version=library.care.version,
            style=static_text("care_page.css"),
            blank=lambda day: CareState(Case(model.setting_ids[0]), day),
            check=lambda state: check(state, library),
        )
        store: Store[CareState, CareResult] = Store(
            setup.blank(today or date.today()),
            lambda state: evaluate(state, library),
            failed=library.tables.text("ui.problem.step"),
        )
        self.line = LineView(store, library)
        self.summary = SummaryView(store, library)
        self.hours = HoursView(store, library)
        self.treatment = TreatmentView(store, library)
        self.recovery = RecoveryView(store, library)
        self.running = ReturnView(store, library)
        self.anatomy = AnatomyView(store, library)
        self.questions = QuestionsView(store, library, show=lambda panel: self.frame.show(panel))
        self.take = TakeView(store, library)
        views = (self.hours, self.treatment, self.recovery, self.running, self.anatomy, self.questions, self.take)
        super().__init__(store, library, model, setup, {view.panel: [view.widget] for view in views}, code)

    def _arranged(self, top: ipywidgets.Widget, panels: list[ipywidgets.Box]) -> list[ipywidgets.Widget]:
        left = ipywidgets.VBox(panels)
        left.add_class("cnw-left")
        columns = ipywidgets.HBox([left, self.summary.widget])
        columns.add_class("cnw-columns")
        columns.add_class("cnp-columns")
        frame = self.frame
        return [self.line.widget, top, frame.bar, frame.message, frame.tabs, columns]


def build(code: str | None = None) -> CarePage:
    """Build the page of care and return.

    Parameters
    ----------
    code
        The short code of a saved page: what stands after ``#s=`` in a copied link, also in one of the causes page.
    """
    return CarePage(code=code)
