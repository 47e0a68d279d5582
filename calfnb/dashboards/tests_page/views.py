"""The frame of the page of tests and rules, and its first tab: from a suspicion to its tests and back."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets

from calfnb import markup
from calfnb.case import Case, CodeError
from calfnb.cases import WorkedCase
from calfnb.dashboards.page_view import FormPart, Message, PageView, message_html, texts_of
from calfnb.dashboards.tests_page.code import restored
from calfnb.dashboards.tests_page.fields import lookup_groups
from calfnb.dashboards.tests_page.state import TABS, Library, TestsResult, TestsState, first_tab
from calfnb.markup import tag
from calfnb.markup.diagnostics import condition_tests, method_page, rules_stylesheet
from calfnb.store import Store
from calfnb.widgets import AddressState, Finder, HtmlPanel, Tabs, Toolbar

__all__ = ["FormPart", "FrameView", "LookupView", "TestsView"]

TestsStore = Store[TestsState, TestsResult]
_KEPT_ON_UNDO = ("large", "tab")
#: So much of the worked case is told while tests can still move much.
_OPEN_STEPS = 2
_PANEL = "cnw-tabpanel-"


class TestsView(PageView[TestsState, TestsResult]):
    """A view that knows the tables. A tab's views draw only while their tab is shown."""

    __test__ = False
    tab = ""
    widget: ipywidgets.Widget

    def __init__(self, store: TestsStore, library: Library) -> None:
        self.library = library
        self.model = library.model
        self.tests = library.tests
        self.tables = library.model.tables
        self.text = library.model.tables.text
        super().__init__(store)

    def _refresh(self) -> None:
        if self.store.result.tab == self.tab:
            self._draw()

    def _draw(self) -> None:
        raise NotImplementedError


def texts_of_page(view: TestsView, part: str) -> dict[str, str]:
    """Return the sentences of one of the page's widgets: all keys ``dash2.<part>.*`` without that beginning."""
    start = f"dash2.{part}."
    return {key.removeprefix(start): text for key, text in view.tables.messages.items() if key.startswith(start)}


class FrameView(TestsView):
    """Tools, address, messages and tabs. It is made last, so that a tab is shown when its content is there."""

    def __init__(
        self, store: TestsStore, library: Library, worked: WorkedCase | None, panels: dict[str, ipywidgets.Box]
    ) -> None:
        self.worked = worked
        self.panels = panels
        super().__init__(store, library)

    def _build(self) -> None:
        self.toolbar = Toolbar(
            styled=True,
            texts={**texts_of(self.tables, "bar"), "case": self.text("dash2.bar.case")},
            settings=[{"id": one.setting_id, "name": one.name} for one in self.tables.settings.values()],
            has_cases=self.worked is not None,
        )
        self.toolbar.add_class("cnw-no-modes")
        self.address = AddressState(styled=False, texts=texts_of(self.tables, "address"))
        self.message = HtmlPanel(styled=False)
        self.tools = ipywidgets.HBox([self.toolbar, self.address])
        self.tools.add_class("cnw-topbar")
        tabs = [
            {"id": name, "label": self.text(f"dash2.tab.{name}"), "more": self.text(f"dash2.tab.{name}.more"),
             "panel": f"{_PANEL}{name}"}
            for name in TABS
        ]  # fmt: skip
        self.tabs = Tabs(style=rules_stylesheet(), tabs=tabs, label=self.text("dash2.tabs"))
        for name, panel in self.panels.items():
            panel.add_class(f"{_PANEL}{name}")
            panel.add_class("cnw-tabpanel")
        acts: dict[str, Callable[[Message], None]] = {
            "setting": lambda message: self._setting(str(message["setting"])),
            "case": lambda _message: self._case(),
            "reset": lambda _message: self._reset(),
            "undo": lambda _message: self.store.undo(keep=_KEPT_ON_UNDO),
            "large": lambda message: self.store.change(remember=False, large=bool(message["large"])),
        }
        for kind, act in acts.items():
            self._on(self.toolbar, kind, act)
        self._on(self.address, "restore", lambda message: self.restore(str(message["code"])))
        self._on(self.message, "action", lambda _message: self.store.undo(keep=_KEPT_ON_UNDO))
        self._on(self.tabs, "tab", lambda message: self._tab(str(message["tab"])))

    def _tab(self, tab: str) -> None:
        if tab not in TABS:
            raise ValueError(f"There is no tab {tab!r}.")
        self.store.change(remember=False, tab="" if tab == first_tab(self.store.state.case) else tab)

    def _setting(self, setting: str) -> None:
        case = Case.create(self.tables, self.store.state.case.answers, setting=setting)
        self.store.change(case=case, place=None)

    def _case(self) -> None:
        if self.worked is None:
            return
        early, late = self._told(self.worked)
        again = self.store.state.case == early
        case = late if again else early
        self.store.change(case=case, tab="", suspect="", results=None, place=None)
        self.store.notice = self.text(f"dash2.case_{'later' if again else 'taken'}", title=self.worked.title)

    def _told(self, worked: WorkedCase) -> tuple[Case, Case]:
        """Return the worked case while it is open, and with all that can be known before a test."""
        answers: dict[str, str] = {}
        cases: list[Case] = []
        for added in worked.steps(self.tables):
            answers.update(added)
            known = {name: option for name, option in answers.items() if self.tables.findings[name].step != "tests"}
            cases.append(Case.create(self.tables, known, setting=worked.setting))
        return cases[min(_OPEN_STEPS, len(cases)) - 1], cases[-1]

    def _reset(self) -> None:
        state = self.store.state
        self.store.put(TestsState(Case(state.case.setting), large=state.large))
        self.store.notice = self.text("ui.bar.reset_done")

    def restore(self, code: str) -> None:
        """Bring back the page that a code stands for; a code that cannot be used gives a sentence and a fresh page."""
        blank = TestsState(Case(self.model.setting_ids[0]), large=self.store.state.large)
        try:
            state, sentence = restored(code, self.library, blank)
        except CodeError as error:
            self.store.put(blank)
            self.store.notice = str(error)
            self.address.send({"type": "write"})
            return
        self.store.put(state, remember=False)
        self.store.notice = sentence

    def _refresh(self) -> None:
        state, store = self.store.state, self.store
        with self.toolbar.hold_sync():
            self.toolbar.setting = state.case.setting
            self.toolbar.can_undo = store.can_undo
            self.toolbar.large = state.large
        self.address.code = store.result.code
        self.message.html = message_html(self.store, self.tables)
        for name, panel in self.panels.items():
            (panel.remove_class if name == store.result.tab else panel.add_class)("cnw-away")
        self.tabs.selected = store.result.tab


class LookupView(TestsView):
    """From a suspicion to its tests, and from a test to the suspicions that it serves."""

    tab = "tests"

    def _build(self) -> None:
        self.finder = Finder(
            styled=False, groups=lookup_groups(self.library), goal="cnw-lookup", texts=texts_of_page(self, "find")
        )
        self.detail = HtmlPanel(styled=False, label=self.text("dash2.lookup"))
        self.detail.add_class("cnw-lookup")
        self._on(self.finder, "choose", lambda message: self._show(str(message["kind"]), str(message["id"])))
        self._on(self.detail, "action", self._act)
        self.widget = ipywidgets.HBox([self.finder, self.detail])
        self.widget.add_class("cnw-pair")

    def _show(self, kind: str, name: str, *, tab: str | None = None) -> None:
        known = {"condition": self.model.condition_index, "test": self.tests.methods, "rule": self.tests.rules}
        if name not in known[kind]:
            raise ValueError(f"There is no {kind} {name!r}.")
        state = self.store.state
        if kind == "rule":
            self.store.change(remember=False, tab="rules", rule=name)
        elif tab:
            self.store.change(remember=False, tab=tab, suspect=name, results=None)
        elif kind == "condition":
            self.store.change(remember=False, tab=_written("tests", state), condition=name, method="")
        else:
            self.store.change(remember=False, tab=_written("tests", state), condition="", method=name)

    def _act(self, message: Message) -> None:
        kind = str(message["action"])
        if kind == "patient":
            self._show("condition", str(message["id"]), tab="patient")
            return
        self._show(kind, str(message["id"]))
        self.detail.send({"type": "focus"})

    def _draw(self) -> None:
        state = self.store.state
        method = self.tests.methods.get(state.method)
        # The page first: when the list is told, the page that it may bring into view is there.
        with self.detail.hold_sync():
            self.detail.html = self._detail()
            name = self.tables.conditions[state.condition].name if state.condition else method.name if method else ""
            self.detail.announcement = self.text("dash2.shown", name=name) if name else ""
        with self.finder.hold_sync():
            self.finder.selected = (
                f"condition:{state.condition}" if state.condition else f"test:{state.method}" if method else ""
            )
            self.finder.related = self._related()

    def _related(self) -> list[str]:
        state = self.store.state
        if state.condition:
            return [f"test:{method.method_id}" for method in self.tests.methods_of_condition(state.condition)]
        method = self.tests.methods.get(state.method)
        return [f"condition:{name}" for name in method.condition_ids] if method else []

    def _detail(self) -> markup.Html:
        state = self.store.state
        if state.condition:
            return self._condition(state.condition)
        if state.method:
            return method_page(self.tests.methods[state.method], self.tests, linked=True)
        return self._hint()

    def _condition(self, condition_id: str) -> markup.Html:
        row = self.tables.conditions[condition_id]
        rules = self.tests.rules_of_condition(condition_id)
        patient = tag(
            "button", self.text("dash2.to_patient"), type="button", class_="cnw-button", data_action="patient",
            data_id=condition_id,
        )  # fmt: skip
        items = markup.join(
            tag("li", tag("button", sheet.rule.name, type="button", class_="cn-link", data_action="rule",
                          data_id=sheet.rule_id))
            for sheet in rules
        )  # fmt: skip
        listed = tag("ul", items, class_="cn-chips") if rules else tag("p", self.text("rule.list.none"))
        return tag(
            "article",
            tag("h3", row.name, class_="cn-rule__name"),
            tag("p", row.description),
            condition_tests(condition_id, self.tests, linked=True),
            tag("section", tag("h4", self.text("dash2.rules_about")), listed),
            tag("p", patient),
            class_="cn-test",
        )

    def _hint(self) -> markup.Html:
        starts = (
            ("condition", "deep_vein_thrombosis"), ("condition", "achilles_rupture"), ("test", "d_dimer"),
            ("test", "ultrasound"), ("test", "mri"), ("test", "pressure_measurement"), ("test", "angiogram"),
            ("test", "physical_examination"),
        )  # fmt: skip
        names = {name: row.name for name, row in self.tables.conditions.items()}
        names |= {name: row.name for name, row in self.tests.methods.items()}
        items = markup.join(
            tag("li", tag("button", names[name], type="button", class_="cn-link", data_action=kind,
                          data_id=name))
            for kind, name in starts
            if name in names
        )  # fmt: skip
        return tag(
            "article",
            tag("h3", self.text("dash2.lookup.empty"), class_="cn-rule__name"),
            tag("p", self.text("dash2.lookup.how", tests=len(self.tests.methods), figures=len(self.tests.accuracies))),
            tag("p", self.text("dash2.lookup.start")),
            tag("ul", items, class_="cn-chips"),
            class_="cn-test",
        )


def _written(tab: str, state: TestsState) -> str:
    return "" if tab == first_tab(state.case) else tab
