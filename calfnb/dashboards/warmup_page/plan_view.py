"""The panel of the warm-up plan: examples, a form, and the plan with its timeline."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ipywidgets

from calfnb import markup
from calfnb.dashboards.page_view import FormPart, Message, texts_of
from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.dashboards.paneled.safety_view import held_back_note
from calfnb.dashboards.paneled.view import PanelView
from calfnb.dashboards.warmup_page.plan import (
    FEET,
    PlanPart,
    PlanState,
    examples,
    for_session,
    picked,
    with_answer,
)
from calfnb.dashboards.warmup_page.plan_fields import FORMS, form_fields, form_notes, form_values
from calfnb.markup import tag
from calfnb.markup.warmup import advice_list, gate_note, plan_notes, plan_table, rule_effects, runner_card_document
from calfnb.markup.warmup_plan import plan_head, session_choices, steps_timeline
from calfnb.warmup.debates import what_each_rule_changes
from calfnb.warmup.plan import WarmUpPlan
from calfnb.widgets import HtmlPanel
from calfnb.widgets.documents import Documents

__all__ = ["PlanView"]


class PlanView(PanelView[Any, Any, PanelLibrary]):
    """Left what is answered, right the plan; on a phone the form folds away while there is a plan."""

    panel = "plan"
    words = "dash5"

    def _build(self) -> None:
        self.head = HtmlPanel(styled=False)
        self.forms = {name: FormPart(self, self.text(f"dash5.plan.form.{name}"), self._set) for name in FORMS}
        titled: list[ipywidgets.Widget] = []
        for name, form in self.forms.items():
            form.widget.add_class("cnp-form")
            form.widget.add_class(f"cnp-form-plan-{name}")
            title = tag("h3", self.text(f"dash5.plan.form.{name}"), class_="cnp-topic")
            titled += [HtmlPanel(styled=False, html=title), form.widget]
        self.see = HtmlPanel(styled=False)
        self.see.add_class("cnp-plan__see")
        self.form = ipywidgets.VBox(titled)
        self.form.add_class("cnp-plan__form")
        self.made = HtmlPanel(styled=False, label=self.text("dash5.plan.made"))
        self.documents = Documents(texts=texts_of(self.tables, "documents", page="dash3"))
        self.more = HtmlPanel(styled=False)
        result = ipywidgets.VBox([self.made, self.documents, self.more])
        result.add_class("cnp-plan__made")
        self.columns = ipywidgets.Box([self.form, result, self.see])
        self.columns.add_class("cnp-plan")
        for panel in (self.head, self.see, self.made):
            self._on(panel, "action", self._act)
        self.widget = ipywidgets.VBox([self.head, self.columns])
        self.widget.add_class("cnp-step")

    # ---- what a person does ----

    def _set(self, name: str, value: Any) -> None:
        state: PlanState = self.store.state.plan
        self.store.change(plan=with_answer(state, name, value, self.library.prevention))

    def _act(self, message: Message) -> None:
        if self._to_panel(message):
            return
        state: PlanState = self.store.state.plan
        kind = str(message["action"])
        if kind == "pick":
            self.store.change(plan=picked(state, str(message["id"]), self.library.prevention))
        elif kind == "session":
            self.store.change(plan=for_session(state, str(message["id"]), self.library.prevention))
            self.made.send({"type": "focus"})
        elif kind == "form":
            unfolded = message["id"] == "open"
            self.store.change(remember=False, plan=replace(state, unfolded=unfolded))
            (self.head if unfolded else self.made).send({"type": "focus"})
        else:
            raise ValueError(f"There is no action {kind!r}.")

    # ---- what it shows ----

    def _draw(self) -> None:
        state: PlanState = self.store.state.plan
        part: PlanPart = self.store.result.plan
        held = held_back_note(part.safety, self.library)
        (self.columns.add_class if held else self.columns.remove_class)("cnw-away")
        folded = part.plan is not None and not state.unfolded
        (self.columns.add_class if folded else self.columns.remove_class)("cnp-plan--folded")
        (self.columns.add_class if part.plan else self.columns.remove_class)("cnp-plan--made")
        unasked = part.request is None and not part.problems
        (self.columns.add_class if unasked else self.columns.remove_class)("cnp-plan--unasked")
        title = self._heading("dash5.plan.title", "dash5.plan.lead")
        self.head.html = markup.join((title, held or self._picks(state)))
        values, notes = form_values(state, part), form_notes(part, self.library)
        for name, form in self.forms.items():
            fields = [] if held else form_fields(name, part, self.library)
            form.show(fields, values, part.problems, notes)
        plan = part.plan
        with self.made.hold_sync():
            self.made.html = "" if held else self._made(state, part)
            self.made.announcement = self._said(part)
        self.documents.documents = [self._card(plan)] if plan else []
        self.more.html = self._more(plan) if plan else ""
        self.see.html = self._see(plan) if plan and not folded else ""

    def _picks(self, state: PlanState) -> markup.Html:
        tables = self.library.prevention
        names = {row.example_id: row.name for row in examples(tables)}
        chosen = next((name for name in names if picked(state, name, tables).answers == state.answers), "")
        label = tag("p", self.text("dash5.plan.picks"), class_="cnp-picks__label")
        choices = self._choices("pick", names, chosen, self.text("dash5.plan.picks"))
        return tag("div", label, choices, class_="cnp-picks")

    def _said(self, part: PlanPart) -> str:
        plan = part.plan
        if plan is None:
            return str(self.store.result.safety.gate.sentence)
        session = self.library.prevention.sessions[plan.session].name
        return self.text("warmup.head", session=session, minutes=f"{plan.total_min:g}")

    def _see(self, plan: WarmUpPlan) -> markup.Html:
        words = self.text("dash5.plan.see", minutes=f"{plan.total_min:g}")
        return tag("button", words, type="button", class_="cnw-button cnw-button-strong", data_action="form",
                   data_id="close")  # fmt: skip

    def _made(self, state: PlanState, part: PlanPart) -> markup.Html:
        plan, tables = part.plan, self.library.prevention
        if plan is None:
            return self._nothing(part)
        change = tag("button", self.text("dash5.plan.change"), type="button",
                     class_="cnw-button cnp-plan__change", data_action="form", data_id="open")  # fmt: skip
        play = tag("button", self.text("dash5.plan.play"), type="button",
                   class_="cnw-button cnw-button-strong cnp-plan__play", data_action="panel", data_id="player",
                   disabled=not plan.steps)  # fmt: skip
        steps = steps_timeline(plan.steps, tables, title=self.text("warmup.timeline.title"))
        cool_title = self.text("warmup.cool_down.head", minutes=f"{plan.cool_down_min:g}")
        return markup.join((
            tag("div", plan_head(plan, tables), tag("div", play, change, class_="cnp-buttons"), class_="cnp-plan__top"),
            tag("p", self.text("dash5.plan.hint"), class_="cn-quiet cnp-plan__hint") if plan.steps else None,
            steps,
            steps_timeline(plan.cool_down, tables, title=cool_title),
            self._open_feet(state),
            plan_notes(plan, tables),
        ))  # fmt: skip

    def _nothing(self, part: PlanPart) -> markup.Html:
        tables = self.library.prevention
        gate = self.store.result.safety.gate
        if not gate.passed:
            return gate_note(gate, tables)
        if not part.problems:
            return session_choices(tables)
        rows = tables.questions
        items = (tag("li", f"{rows[name].question} {words}") for name, words in part.problems.items())
        lead = tag("p", tag("strong", self.text("dash5.plan.problem")))
        return tag("div", lead, tag("ul", *items), class_="cnp-card", role="note")

    def _open_feet(self, state: PlanState) -> markup.Html | None:
        if state.answers.get(FEET):
            return None
        return tag("p", self.text("dash5.plan.feet_open"), class_="cnp-note cn-quiet")

    def _card(self, plan: WarmUpPlan) -> dict[str, Any]:
        tables = self.library.prevention
        page = runner_card_document(plan, tables)
        session = tables.sessions[plan.session].name
        name = f"warm-up-{plan.session.replace('_', '-')}.html"
        file = {"label": self.text("dash5.plan.card.page"), "name": name, "mime": "text/html", "text": page}
        return {
            "id": "card",
            "title": self.text("warmup.card.title", session=session),
            "lead": self.text("dash5.plan.card.lead"),
            "blocked": "",
            "html": page,
            "files": [file],
        }

    def _more(self, plan: WarmUpPlan) -> markup.Html:
        tables = self.library.prevention
        whole = plan_table(plan.steps, tables, caption=self.text("warmup.table.caption", minutes=f"{plan.total_min:g}"))
        cool = plan_table(
            plan.cool_down, tables, caption=self.text("warmup.table.cool_caption", minutes=f"{plan.cool_down_min:g}")
        )
        effects = rule_effects(what_each_rule_changes(plan, tables), tables)
        return markup.join((
            self._fold("plan_effects", tag("p", self.text("dash5.plan.effects.lead")), effects),
            self._fold("plan_table", whole, cool),
            self._fold("plan_advice", advice_list(plan, tables)),
        ))  # fmt: skip
