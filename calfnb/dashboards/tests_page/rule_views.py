"""The third panel of the page of tests and rules: published rules, each behind the reason for using it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ipywidgets

from calfnb import markup
from calfnb.dashboards.page_view import FormPart, Message, texts_of
from calfnb.dashboards.tests_page.fields import gate_field, rule_fields, rule_groups
from calfnb.dashboards.tests_page.frame import TestsView
from calfnb.dashboards.tests_page.rule_form import RuleForm, given
from calfnb.dashboards.tests_page.rules import RulePart
from calfnb.markup import tag
from calfnb.markup.rules import gate_reply, rate_table, rule_header, rule_notes, rule_result, rules_list, value_words
from calfnb.widgets import Finder, HtmlPanel

__all__ = ["RulesView"]


class RulesView(TestsView):
    """The list of rules, and the page of the chosen one."""

    panel = "rules"

    def _build(self) -> None:
        self.finder = Finder(
            styled=False,
            groups=rule_groups(self.library),
            goal="cnw-rule-head",
            texts=texts_of(self.tables, "rule_find", self.words),
        )
        self.head, self.reply, self.result = (HtmlPanel(styled=False) for _ in range(3))
        self.line, self.notes = HtmlPanel(styled=False), HtmlPanel(styled=False)
        self.gate = FormPart(self, self.text("dash2.rule.gate"), self._reason)
        self.items = FormPart(self, self.text("dash2.rule.items"), self._item)
        self._on(self.finder, "choose", lambda message: self._choose(str(message["id"])))
        self._on(self.head, "action", self._act)
        for widget, name in (
            (self.head, "head"), (self.result, "result"), (self.line, "line"), (self.items.widget, "items"),
            (self.gate.widget, "gate"), (self.reply, "reply"),
        ):  # fmt: skip
            widget.add_class(f"cnw-rule-{name}")
        both = ipywidgets.HBox([self.items.widget, self.result])
        both.add_class("cnw-rule-both")
        page = ipywidgets.VBox([self.head, self.gate.widget, self.reply, both, self.line, self.notes])
        page.add_class("cnw-rule-page")
        self.widget = ipywidgets.HBox([self.finder, page])
        self.widget.add_class("cnw-pair")

    def _choose(self, rule_id: str) -> None:
        if rule_id not in self.tests.rules:
            raise ValueError(f"There is no rule {rule_id!r}.")
        self.store.change(remember=False, rule=rule_id)

    def _act(self, message: Message) -> None:
        self._choose(str(message["id"]))
        self.head.send({"type": "focus"})

    def _form(self) -> RuleForm:
        return self.store.state.forms.get(self.store.state.rule, RuleForm())

    def _put(self, form: RuleForm) -> None:
        state = self.store.state
        self.store.change(forms={**state.forms, state.rule: form})

    def _reason(self, _field: str, value: Any) -> None:
        sheet = self.tests.rules[self.store.state.rule]
        if value not in {gate.choice_id for gate in sheet.gates}:
            raise ValueError(f"There is no reason {value!r}.")
        self._put(replace(self._form(), reason=value))

    def _item(self, field: str, value: Any) -> None:
        row = self.tests.rules[self.store.state.rule].input_by_id[field]
        self._put(given(self._form(), row, value))

    def _draw(self) -> None:
        part, state = self.store.result.rule, self.store.state
        if part is None:
            self._show_list()
        else:
            self._show_rule(part)
        # The list last: the page that it may bring into view is there then.
        topic = self.tests.rules[state.rule].page.topic if state.rule else ""
        self.finder.selected = f"{topic}:{state.rule}" if state.rule else ""

    def _show_rule(self, part: RulePart) -> None:
        tests = self.tests
        self.head.html = tag("div", rule_header(part.sheet, tests), class_="cn-rule")
        self.gate.show(gate_field(part.sheet), {"reason": part.form.reason})
        self.reply.html = gate_reply(part.sheet, part.form.reason, tests)
        fields = rule_fields(part, self.tables) if part.opened else []
        self.items.show(fields, dict(part.shown), part.problems, self._notes(part))
        with self.result.hold_sync():
            self.result.height_key = part.sheet.rule_id
            self.result.html = tag("div", rule_result(part.result, tests), class_="cn-rule") if part.result else ""
        self.line.html = self._line(part)
        after = markup.join((None if part.opened else rate_table(part.sheet, tests), rule_notes(part.sheet, tests)))
        self.notes.html = tag("div", after, class_="cn-rule")

    def _show_list(self) -> None:
        self.head.html = tag(
            "article",
            tag("h3", self.text("dash2.rules.empty"), class_="cn-rule__name"),
            tag("p", self.text("dash2.rules.how")),
            rules_list(self.tests, linked=True),
            class_="cn-rule",
        )
        self.gate.show([], {})
        self.items.show([], {})
        self.result.height_key = ""
        for panel in (self.reply, self.result, self.line, self.notes):
            panel.html = ""

    def _notes(self, part: RulePart) -> dict[str, str]:
        names = {rule_id: sheet.page.short_name for rule_id, sheet in self.tests.rules.items()}
        return {
            name: self.text("dash2.rule.from_case")
            if origin == "case"
            else self.text("dash2.rule.from_rule", rule=names[origin])
            for name, origin in part.origins.items()
        }

    def _line(self, part: RulePart) -> markup.Html | str:
        """The result in one line, which stays in view on a phone while the items are answered."""
        if part.result is None:
            return ""
        primary = part.result.primary
        words = value_words(primary, self.tables)
        left = len(part.result.missing)
        status = self.text("dash2.rule.left", count=left) if left else self.text("rule.status.complete")
        return tag(
            "p", tag("strong", f"{primary.row.label}: {words}"), tag("span", status, class_="cn-quiet"),
            class_="cnw-rule-line__words",
        )  # fmt: skip
