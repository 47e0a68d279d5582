"""The panel of the next weeks: what to start from, the rule that is picked, the weeks, what is known of the rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ipywidgets

from calfnb import markup
from calfnb.dashboards.page_view import FormPart, Message
from calfnb.dashboards.paneled.safety_view import held_back_note
from calfnb.dashboards.paneled.view import PanelView
from calfnb.dashboards.prevention_page import plan as planning
from calfnb.dashboards.prevention_page.library import PreventionLibrary
from calfnb.dashboards.prevention_page.plan import PlanPart, PlanState
from calfnb.dashboards.prevention_page.plan_documents import plan_documents
from calfnb.dashboards.prevention_page.plan_fields import rule_fields, rule_values, start_fields, start_values
from calfnb.markup import tag
from calfnb.markup.care import day_words
from calfnb.markup.guides import dispute, load_rule_cards
from calfnb.markup.load_plan import compare_figure, gate_words, plan_list, plan_table, walk_jog_origin
from calfnb.markup.return_to_run import rules_table
from calfnb.widgets import HtmlPanel
from calfnb.widgets.documents import Documents

__all__ = ["PlanView"]

#: Load rules that stand behind a plan, in the order in which they are shown; the last is never followed.
_BEHIND = {
    "single_session": ("LR02", "LR01"), "ten_percent": ("LR01", "LR02"), "both": ("LR02", "LR01"),
    "hold": ("LR02", "LR01"), "walk_jog": ("LR08", "LR15"),
}  # fmt: skip
_SHAPING = ("LR04", "LR05", "LR06", "LR15", "LR10", "LR12", "LR03")
_DOCUMENT_WORDS = "dash3.documents."


class PlanView(PanelView[Any, Any, PreventionLibrary]):
    """Forms on one side, the weeks on the other; while a gate is closed only why, and the way to the questions."""

    panel = "plan"
    words = "dash4"

    def _build(self) -> None:
        self.head = HtmlPanel(styled=False)
        self.start = FormPart(self, self.text("dash4.plan.start"), self._set)
        self.rule = FormPart(self, self.text("dash4.plan.rules"), self._set)
        for part, name in ((self.start, "start"), (self.rule, "rule")):
            part.widget.add_class("cnp-form")
            part.widget.add_class(f"cnp-form-plan-{name}")
        self.weeks = HtmlPanel(styled=False, label=self.text("dash4.plan.weeks"))
        messages = self.tables.messages.items()
        words = {key.removeprefix(_DOCUMENT_WORDS): value for key, value in messages if key.startswith(_DOCUMENT_WORDS)}
        self.take = Documents(texts=words)
        self.behind = HtmlPanel(styled=False)
        for panel in (self.head, self.weeks):
            self._on(panel, "action", self._act)
        self.forms = self._box([self.start.widget, self.rule.widget], "cnp-plan__forms")
        self.body = self._box([self.weeks, self.take, self.behind], "cnp-plan__made")
        self.columns = self._box([self.forms, self.body], "cnp-plan__columns")
        self.widget = self._box([self.head, self.columns], "cnp-plan")

    def _box(self, parts: list[Any], name: str) -> ipywidgets.VBox:
        box = ipywidgets.VBox(parts)
        box.add_class("cnp-step")
        box.add_class(name)
        return box

    # ---- what a person does ----

    def _act(self, message: Message) -> None:
        if self._to_panel(message):
            return
        if message["action"] != "example":
            raise ValueError(f"There is no action {message['action']!r}.")
        self._put(planning.example(self.store.state.plan, self.store.state.today))

    def _set(self, name: str, value: Any) -> None:
        state: PlanState = self.store.state.plan
        changes: dict[str, Any]
        if name in ("factors", "repeats") and isinstance(value, list):
            changes = {name: tuple(str(one) for one in value)}
        elif not isinstance(value, str):
            raise ValueError(f"{name} has no such value.")
        elif name == "cut_backs":
            changes = {name: value == "yes"}
        elif name in ("source", "way", "rule", "against"):
            changes = {name: value}
        else:
            changes = {"entries": planning.with_entry(state, name, value).entries}
        # Weeks of another plan may not be there.
        if name == "way":
            changes["repeats"] = ()
        self._put(replace(state, **changes))

    def _put(self, state: PlanState) -> None:
        planning.check_plan(state, self.library)
        self.store.change(plan=state)

    # ---- what it shows ----

    def _draw(self) -> None:
        part: PlanPart = self.store.result.plan
        held = self._held(part)
        heading = self._heading("dash4.plan.title", "" if held else "dash4.plan.lead")
        self.head.html = markup.join((heading, held))
        (self.columns.add_class if held else self.columns.remove_class)("cnw-away")
        if held:
            self._clear()
            return
        state: PlanState = self.store.state.plan
        self.start.show(start_fields(state, part, self.library), start_values(state, part), part.problems)
        self.rule.show(rule_fields(part, self.library), rule_values(state))
        with self.weeks.hold_sync():
            self.weeks.html = self._weeks(part)
            self.weeks.announcement = self._announced(part)
        self.take.documents = plan_documents(part, self.library)
        (self.take.remove_class if part.plan else self.take.add_class)("cnw-away")
        self.behind.html = self._behind(part)

    def _clear(self) -> None:
        """Take everything away that an earlier, open gate had let through."""
        self.weeks.html = self.behind.html = self.weeks.announcement = ""
        self.take.documents = []

    def _held(self, part: PlanPart) -> markup.Html | None:
        """Say why no plan is made; the first gate that is closed speaks."""
        result = self.store.result
        if not result.safety.passed:
            return held_back_note(result.safety, self.library)
        if part.held is None and not part.ladder:
            return None
        code = tag("a", self.text("dash4.plan.ladder.link"), class_="cnw-link-out", data_lesson="03_care_and_return")
        why = gate_words(part.held, self.library.load) if part.held is not None else None
        if part.ladder:
            why = tag("div", tag("p", self.text("dash4.plan.ladder")), class_="cn-load__held", role="note")
        back = tag(
            "button", self.text("ui.safety.answer"), type="button", class_="cnw-button", data_action="panel",
            data_id="start",
        )  # fmt: skip
        return markup.join((why, tag("div", tag("p", code), back, class_="cnp-buttons")))

    def _announced(self, part: PlanPart) -> str:
        if part.plan is None:
            return part.note
        return self.text("dash4.plan.announce", weeks=len(part.plan.weeks))

    def _weeks(self, part: PlanPart) -> markup.Html:
        if part.plan is None:
            return self._nothing(part)
        load = self.library.load
        proposed = not self.store.state.plan.way and part.walk_jog
        body = [
            tag("p", self._from_log(part), class_="cnp-note") if part.source == "log" else None,
            tag("p", part.restart, class_="cnp-note") if part.restart else None,
            tag("p", self.text("dash4.plan.proposed"), class_="cnp-note") if proposed else None,
            None if part.walk_jog else compare_figure(part.plan, part.compared, load),
            plan_list(part.plan, load),
            walk_jog_origin(part.way, load) if part.walk_jog else None,
            self._fold("plan_table", plan_table(part.plan, load)),
        ]
        return markup.join(body)

    def _from_log(self, part: PlanPart) -> str:
        """Say what was taken from the log, and that an invented one ends on a day long ago."""
        request, log = part.request, self.store.result.log
        words = []
        if log.is_sample and log.log is not None and log.log.last_day is not None:
            words.append(self.text("dash4.plan.sample", day=day_words(log.log.last_day, self.tables)))
        if request is not None and not part.walk_jog:
            longest = max(km for _, km in request.recent_km)
            words.append(self.text("dash4.plan.from_log", week=f"{request.week_km:.1f}", longest=f"{longest:.1f}"))
        return " ".join(words)

    def _nothing(self, part: PlanPart) -> markup.Html:
        """Say what is missing or cannot be; nothing that was typed is lost."""
        example = tag(
            "button", self.text("dash4.plan.example"), type="button", class_="cnw-button", data_action="example"
        )
        if part.note:
            words: object = tag("p", part.note, class_="cn-held", role="note")
        elif part.problems:
            words = tag("p", self.text("dash4.plan.problems"))
        else:
            names = [self.text(f"dash4.plan.field.{name}") for name in part.missing]
            words = tag("p", self.text("dash4.plan.missing", names=", ".join(names)))
        return tag("div", words, tag("p", example), class_="cnp-card")

    def _behind(self, part: PlanPart) -> markup.Html:
        load, prevention = self.library.load, self.library.prevention
        rule = "walk_jog" if part.walk_jog else self.store.state.plan.rule
        shaping = [name for name in _SHAPING if name not in _BEHIND[rule]]
        conflicts = part.plan.conflict_ids if part.plan is not None else ()
        rest = [name for name in (one.rule_id for one in load.ordered_rules) if name not in (*_BEHIND[rule], *shaping)]
        disputes = [dispute(name, self.tables) for name in conflicts]
        return markup.join((
            tag("h3", self.text("dash4.plan.behind")),
            load_rule_cards(_BEHIND[rule], load, prevention),
            tag("h3", self.text("dash4.plan.shaping")),
            tag("p", self.text("load.text.ratio_caution"), class_="cn-quiet"),
            load_rule_cards(shaping, load, prevention),
            self._fold("plan_disputes", *disputes) if disputes else None,
            self._fold("plan_pain", rules_table(prevention.care)),
            self._fold("plan_rules", load_rule_cards(rest, load, prevention)),
        ))  # fmt: skip
