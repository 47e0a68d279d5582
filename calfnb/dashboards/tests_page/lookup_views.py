"""The first panel of the page of tests and rules: from a suspicion to its tests and back."""

from __future__ import annotations

import ipywidgets

from calfnb import markup
from calfnb.dashboards.page_view import Message, texts_of
from calfnb.dashboards.tests_page.fields import lookup_groups
from calfnb.dashboards.tests_page.frame import TestsView
from calfnb.dashboards.tests_page.state import panel_to_keep
from calfnb.markup import tag
from calfnb.markup.diagnostics import condition_tests, method_page
from calfnb.widgets import Finder, HtmlPanel

__all__ = ["LookupView"]


class LookupView(TestsView):
    """From a suspicion to its tests, and from a test to the suspicions that it serves."""

    panel = "tests"

    def _build(self) -> None:
        self.finder = Finder(
            styled=False,
            groups=lookup_groups(self.library),
            goal="cnw-lookup",
            texts=texts_of(self.tables, "find", self.words),
        )
        self.detail = HtmlPanel(styled=False, label=self.text("dash2.lookup"))
        self.detail.add_class("cnw-lookup")
        self._on(self.finder, "choose", lambda message: self._look_up(str(message["kind"]), str(message["id"])))
        self._on(self.detail, "action", self._act)
        self.widget = ipywidgets.HBox([self.finder, self.detail])
        self.widget.add_class("cnw-pair")

    def _look_up(self, kind: str, name: str, *, panel: str = "") -> None:
        known = {"condition": self.model.condition_index, "test": self.tests.methods, "rule": self.tests.rules}
        if name not in known[kind]:
            raise ValueError(f"There is no {kind} {name!r}.")
        state = self.store.state
        if kind == "rule":
            self.store.change(remember=False, panel="rules", rule=name)
        elif panel:
            self.store.change(remember=False, panel=panel, suspect=name, results=None)
        elif kind == "condition":
            self.store.change(remember=False, panel=panel_to_keep("tests", state.case), condition=name, method="")
        else:
            self.store.change(remember=False, panel=panel_to_keep("tests", state.case), condition="", method=name)

    def _act(self, message: Message) -> None:
        kind = str(message["action"])
        if kind == "patient":
            self._look_up("condition", str(message["id"]), panel="patient")
            return
        self._look_up(kind, str(message["id"]))
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
