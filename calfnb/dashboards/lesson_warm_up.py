"""The page of warm-up: a plan that says why, a player, the stretching debate, a self-check, drills, a daily routine."""

from __future__ import annotations

from datetime import date

from calfnb.case import Case
from calfnb.dashboards.lesson import Lesson
from calfnb.dashboards.paneled.frame import PageSetup, PanelPage
from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.dashboards.paneled.onward import onward_buttons
from calfnb.dashboards.paneled.safety import START
from calfnb.dashboards.paneled.safety_view import SafetyView
from calfnb.dashboards.warmup_page.check_view import CheckView
from calfnb.dashboards.warmup_page.debate_view import DebateView
from calfnb.dashboards.warmup_page.drills_view import DrillsView
from calfnb.dashboards.warmup_page.plan_view import PlanView
from calfnb.dashboards.warmup_page.player_view import PlayerView
from calfnb.dashboards.warmup_page.state import PANELS, WarmUpResult, WarmUpState, check, evaluate
from calfnb.dashboards.warmup_page.today_view import TodayView
from calfnb.markup.assets import static_text
from calfnb.reasoning.model import Model, default_model
from calfnb.store import Store
from calfnb.tables import load_prevention
from calfnb.tables.records_prevention import PreventionTables

__all__ = ["LESSON", "WarmUpPage", "build"]

LESSON = Lesson("warm_up", "05_warm_up")


class WarmUpPage(PanelPage[WarmUpState, WarmUpResult, PanelLibrary]):
    """The whole page. Its ``store`` holds the state; a notebook may read it and change it."""

    def __init__(
        self,
        model: Model | None = None,
        prevention: PreventionTables | None = None,
        code: str | None = None,
        *,
        today: date | None = None,
    ) -> None:
        model = model or default_model()
        self.library = library = PanelLibrary(model, prevention or load_prevention())
        setup = PageSetup(
            words="dash5",
            panels=PANELS,
            version=library.prevention.version,
            style=static_text("warmup.css") + static_text("warmup_page.css"),
            blank=lambda day: WarmUpState(Case(model.setting_ids[0]), day),
            check=lambda state: check(state, library),
        )
        store: Store[WarmUpState, WarmUpResult] = Store(
            setup.blank(today or date.today()),
            lambda state: evaluate(state, library),
            failed=library.tables.text("ui.problem.step"),
        )

        def show(panel: str) -> None:
            self.frame.show(panel)

        start = SafetyView(store, library, show=show, onward=lambda: onward_buttons("dash5", PANELS[1:], library))
        views = {
            START: start,
            "plan": PlanView(store, library, show=show),
            "player": PlayerView(store, library, show=show),
            "debate": DebateView(store, library, show=show),
            "check": CheckView(store, library, show=show),
            "drills": DrillsView(store, library, show=show),
            "day": TodayView(store, library, show=show, take_today=lambda day: self.frame.take_today(day)),
        }
        self.views = views
        super().__init__(store, library, model, setup, {name: [view.widget] for name, view in views.items()}, code)


def build(code: str | None = None) -> WarmUpPage:
    """Build the page of warm-up.

    Parameters
    ----------
    code
        The short code of a saved page: what stands after ``#s=`` in a copied link, also in one of the causes page.
    """
    return WarmUpPage(code=code)
