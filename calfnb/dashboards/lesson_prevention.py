"""The page of prevention: what may contribute, a week of actions, a training log and its spikes, the next weeks."""

from __future__ import annotations

from datetime import date
from typing import Any

from calfnb.case import Case
from calfnb.dashboards.lesson import Lesson
from calfnb.dashboards.paneled.frame import PageSetup, PanelPage
from calfnb.dashboards.paneled.onward import onward_buttons
from calfnb.dashboards.paneled.safety import START
from calfnb.dashboards.paneled.safety_view import SafetyView
from calfnb.dashboards.paneled.view import PanelView
from calfnb.dashboards.prevention_page.factors_view import FactorsView
from calfnb.dashboards.prevention_page.guides_view import GuidesView
from calfnb.dashboards.prevention_page.library import PreventionLibrary
from calfnb.dashboards.prevention_page.log_view import LogView
from calfnb.dashboards.prevention_page.plan_view import PlanView
from calfnb.dashboards.prevention_page.state import PANELS, PreventionResult, PreventionState, check, evaluate
from calfnb.dashboards.prevention_page.week_view import WeekView
from calfnb.markup.assets import static_text
from calfnb.reasoning.model import Model, default_model
from calfnb.store import Store
from calfnb.tables import load_prevention, load_training
from calfnb.tables.records_load import LoadTables
from calfnb.tables.records_prevention import PreventionTables

__all__ = ["LESSON", "PreventionPage", "build"]

LESSON = Lesson("prevention", "04_prevention")


class PreventionPage(PanelPage[PreventionState, PreventionResult, PreventionLibrary]):
    """The whole page. Its ``store`` holds the state; a notebook may read it and change it."""

    def __init__(
        self,
        model: Model | None = None,
        prevention: PreventionTables | None = None,
        load: LoadTables | None = None,
        code: str | None = None,
        *,
        today: date | None = None,
    ) -> None:
        model = model or default_model()
        self.library = library = PreventionLibrary(model, prevention or load_prevention(), load or load_training())
        setup = PageSetup(
            words="dash4",
            panels=PANELS,
            version=library.prevention.version,
            style=static_text("warmup.css") + static_text("load.css") + static_text("prevention_page.css"),
            blank=lambda day: PreventionState(Case(model.setting_ids[0]), day),
            check=lambda state: check(state, library),
        )
        store: Store[PreventionState, PreventionResult] = Store(
            setup.blank(today or date.today()),
            lambda state: evaluate(state, library),
            failed=library.tables.text("ui.problem.step"),
        )

        def show(panel: str) -> None:
            self.frame.show(panel)

        start = SafetyView(store, library, show=show, onward=lambda: onward_buttons("dash4", PANELS[1:], library))
        views: dict[str, PanelView[Any, Any, Any]] = {
            START: start,
            "factors": FactorsView(store, library, show=show),
            "week": WeekView(store, library, show=show),
            "log": LogView(store, library, show=show),
            "plan": PlanView(store, library, show=show),
            "guides": GuidesView(store, library, show=show),
        }
        self.views = views
        super().__init__(store, library, model, setup, {name: [view.widget] for name, view in views.items()}, code)


def build(code: str | None = None) -> PreventionPage:
    """Build the page of prevention.

    Parameters
    ----------
    code
        The short code of a saved page: what stands after ``#s=`` in a copied link, also in one of the causes page.
    """
    return PreventionPage(code=code)
