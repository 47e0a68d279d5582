"""What stays in view on the page of tests and rules: tools with the setting and the worked case, and tabs."""

from __future__ import annotations

from dataclasses import replace

from calfnb.case import Case
from calfnb.cases import WorkedCase
from calfnb.dashboards.page_view import texts_of
from calfnb.dashboards.paneled.frame import Frame
from calfnb.dashboards.paneled.view import PanelView
from calfnb.dashboards.tests_page.result import TestsResult
from calfnb.dashboards.tests_page.state import Library, TestsState, panel_to_keep
from calfnb.reasoning.model import Model
from calfnb.tables.records_tests import TestTables
from calfnb.widgets import Toolbar

__all__ = ["TestsFrame", "TestsView"]

#: The case that the button of the toolbar takes.
_WORKED = "worked_case"
#: So much of it is told while tests can still move much.
_OPEN_STEPS = 2


class TestsView(PanelView[TestsState, TestsResult, Library]):
    """A view that knows the tables of tests and rules."""

    __test__ = False
    words = "dash2"

    @property
    def model(self) -> Model:
        """The compiled tables of causes."""
        return self.library.model

    @property
    def tests(self) -> TestTables:
        """The tables of tests and rules."""
        return self.library.tests


class TestsFrame(Frame[TestsState, TestsResult, Library]):
    """The frame of the page; the patient has a panel of its own, so nothing stands beside the tools."""

    __test__ = False

    def _toolbar(self) -> Toolbar:
        toolbar = Toolbar(
            styled=True,
            texts={**texts_of(self.tables, "bar"), "case": self.text("dash2.bar.case")},
            settings=[{"id": one.setting_id, "name": one.name} for one in self.tables.settings.values()],
            has_cases=_WORKED in self.library.cases,
            parts=["setting"],
        )
        self._on(toolbar, "setting", lambda message: self._setting(str(message["setting"])))
        self._on(toolbar, "case", lambda _message: self._case())
        return toolbar

    def _lead(self) -> None:
        return None

    def _draw_lead(self) -> None:
        self.toolbar.setting = self.store.state.case.setting

    def _style(self) -> str:
        return self.setup.style

    def show(self, panel: str) -> None:
        """Show another panel; the one that fits the patient stays free to change with the patient."""
        if panel not in self.setup.panels:
            raise ValueError(f"There is no panel {panel!r}.")
        self.store.change(remember=False, panel=panel_to_keep(panel, self.store.state.case))

    def _cleared(self) -> TestsState:
        return replace(self._blank(), case=Case(self.store.state.case.setting))

    def _setting(self, setting: str) -> None:
        case = Case.create(self.tables, self.store.state.case.answers, setting=setting)
        self.store.change(case=case, place=None)

    def _case(self) -> None:
        worked = self.library.cases.get(_WORKED)
        if worked is None:
            return
        early, late = self._told(worked)
        again = self.store.state.case == early
        case = late if again else early
        self.store.change(case=case, panel="", suspect="", results=None, place=None)
        self.store.notice = self.text(f"dash2.case_{'later' if again else 'taken'}", title=worked.title)

    def _told(self, worked: WorkedCase) -> tuple[Case, Case]:
        """Return the worked case while it is open, and with all that can be known before a test."""
        answers: dict[str, str] = {}
        cases: list[Case] = []
        for added in worked.steps(self.tables):
            answers.update(added)
            known = {name: option for name, option in answers.items() if self.tables.findings[name].step != "tests"}
            cases.append(Case.create(self.tables, known, setting=worked.setting))
        return cases[min(_OPEN_STEPS, len(cases)) - 1], cases[-1]
