"""The panel of the week: who runs, what each day is, the programme with its evidence, and what to take away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import ipywidgets

from calfnb import markup
from calfnb.dashboards.page_view import FormPart, Message, texts_of
from calfnb.dashboards.paneled.safety_view import held_back_note
from calfnb.dashboards.paneled.view import PanelView
from calfnb.dashboards.prevention_page.factors import step_of
from calfnb.dashboards.prevention_page.library import PreventionLibrary
from calfnb.dashboards.prevention_page.state import PreventionResult, PreventionState
from calfnb.dashboards.prevention_page.week import STAGES, WEEKS, WeekState, equipment_of, with_choice
from calfnb.dashboards.prevention_page.week_documents import week_documents
from calfnb.markup import tag
from calfnb.markup.prevention_panels import clinician_note
from calfnb.markup.week_board import week_actions, week_days
from calfnb.markup.words import capitalised, list_words
from calfnb.prevention.programme import DAY_KINDS
from calfnb.tables.records_prevention import DAYS
from calfnb.widgets import HtmlPanel
from calfnb.widgets.documents import Documents

__all__ = ["WeekView"]

_AWAY = "cnw-away"


class WeekView(PanelView[PreventionState, PreventionResult, PreventionLibrary]):
    """Nothing but the note while the safety gate holds back; else settings, days, actions and documents."""

    panel = "week"
    words = "dash4"

    def _build(self) -> None:
        text = self.text
        self.head = HtmlPanel(styled=False)
        self.who = FormPart(self, text("dash4.week.who"), self._set)
        self.at_hand = HtmlPanel(styled=False)
        self.things = FormPart(self, text("dash4.week.equipment"), self._set)
        self.days = FormPart(self, text("dash4.week.days"), self._set)
        self.board = HtmlPanel(styled=False, label=text("dash4.week.title"))
        self.actions = HtmlPanel(styled=False)
        self.take = FormPart(self, text("dash4.week.take"), self._set)
        self.documents = Documents(texts=texts_of(self.tables, "documents", page="dash3"))
        for name, form in (("who", self.who), ("things", self.things), ("days", self.days), ("take", self.take)):
            form.widget.add_class(f"cnk-form-{name}")
        for panel in (self.head, self.at_hand, self.board, self.actions):
            self._on(panel, "action", self._act)
        self.planned = ipywidgets.VBox([self.days.widget, self.board, self.actions, self.take.widget, self.documents])
        asked = ipywidgets.VBox([self.who.widget, self.at_hand, self.things.widget])
        asked.add_class("cnk-asked")
        self.body = ipywidgets.VBox([asked, self.planned])
        for box in (asked, self.planned, self.body):
            box.add_class("cnk-box")
        self.widget = ipywidgets.VBox([self.head, self.body])

    # ---- what a person does ----

    def _set(self, name: str, value: Any) -> None:
        self._put(with_choice(self.store.state.week, name, value, self.library.prevention))

    def _put(self, state: WeekState) -> None:
        self.store.change(week=state)

    def _act(self, message: Message) -> None:
        if self._to_panel(message):
            return
        acts: dict[str, Callable[[], None]] = {
            "leave": lambda: self._leave(str(message["id"])),
            "back": lambda: self._back(str(message["id"])),
            "usual": lambda: self._put(replace(self.store.state.week, days=MappingProxyType({}))),
            "question": lambda: self._question(str(message["id"])),
            "things": self._unfold,
        }
        acts[str(message["action"])]()

    def _unfold(self) -> None:
        state = self.store.state.week
        self.store.change(remember=False, week=replace(state, things=not state.things))

    def _leave(self, action_id: str) -> None:
        action, state = self.library.prevention.actions[action_id], self.store.state.week
        self._put(replace(state, leave_out=tuple(dict.fromkeys((*state.leave_out, action_id)))))
        self.board.announcement = self.text("dash4.week.left", name=action.name)
        # Its button is gone with its card.
        self.actions.send({"type": "focus"})

    def _back(self, action_id: str) -> None:
        state = self.store.state.week
        self._put(replace(state, leave_out=tuple(name for name in state.leave_out if name != action_id)))
        self.board.announcement = self.text("dash4.week.put_back", name=self.library.prevention.actions[action_id].name)
        self.actions.send({"type": "focus"})

    def _question(self, factor_id: str) -> None:
        step = step_of(self.library.prevention.factors[factor_id])
        self.store.change(remember=False, factors=replace(self.store.state.factors, step=step))
        self._show("factors")

    # ---- what it shows ----

    def _draw(self) -> None:
        result = self.store.result
        held = held_back_note(result.safety, self.library)
        programme = result.week.programme
        self.head.html = markup.join((self._heading("dash4.week.title", "dash4.week.lead"), held or self._basis()))
        self._hide(self.body, bool(held))
        self._hide(self.planned, programme is None)
        if held:
            return
        self._draw_who()
        if programme is None:
            return
        self._draw_days()
        usual = tag("p", tag("button", self.text("dash4.week.usual"), type="button", class_="cnw-button",
                             data_action="usual"), class_="cnk-usual")  # fmt: skip
        self.board.html = markup.join((
            usual if self.store.state.week.days else None, week_days(programme, self.library.prevention)
        ))  # fmt: skip
        self.actions.html = week_actions(programme, self.store.state.week.leave_out, self.library.prevention)
        self._draw_take()
        self.documents.documents = week_documents(result.week, programme, self.library)

    def _hide(self, box: ipywidgets.Box, hidden: bool) -> None:
        (box.add_class if hidden else box.remove_class)(_AWAY)

    def _basis(self) -> markup.Html:
        """Say from which answers the week is made, and what a clinician should hear of first."""
        part, text = self.store.result.factors, self.text
        count = len(part.factor_ids)
        key = "none" if not count else "one" if count == 1 else "many"
        button = tag("button", text("dash4.week.to_factors"), type="button", class_="cnw-button",
                     data_action="panel", data_id="factors")  # fmt: skip
        line = tag("div", tag("p", text(f"dash4.week.basis.{key}", count=count)), button, class_="cnk-basis")
        return markup.join((clinician_note(part.report, self.library.prevention), line))

    def _draw_who(self) -> None:
        state, part, text = self.store.state.week, self.store.result.week, self.text
        tables = self.library.prevention
        profiles = sorted(tables.profiles.values(), key=lambda row: row.order)
        kinds = [{"id": row.profile_id, "label": f"{row.name}: {row.who}"} for row in profiles]
        stages = [{"id": name, "label": text(f"dash4.week.stage.{name}")} for name in STAGES]
        fields: list[dict[str, Any]] = [
            {"id": "profiles", "kind": "checks", "label": text("dash4.week.profiles"),
             "hint": text("dash4.week.profiles.hint"), "options": kinds},
            {"id": "stage", "kind": "radios", "label": text("dash4.week.stage"),
             "hint": text("dash4.week.stage.hint"), "options": stages},
        ]  # fmt: skip
        if part.holding:
            held = [{"id": name, "label": tables.factors[name].name} for name in part.holding]
            fields.insert(0, {"id": "looked_at", "kind": "checks", "label": text("dash4.week.looked_at"),
                              "hint": text("dash4.week.looked_at.hint"), "options": held})  # fmt: skip
        values: dict[str, Any] = {"profiles": list(part.profiles), "stage": state.stage}
        values["looked_at"] = [name for name in state.looked_at if name in part.holding]
        problems = {} if part.profiles else {"profiles": text("dash4.week.problem.profiles")}
        suggested = bool(part.profiles) and not state.chosen
        notes = {"profiles": text("dash4.week.suggested")} if suggested else {}
        self.who.show(fields, values, problems, notes)
        self._draw_things()

    def _draw_things(self) -> None:
        """Say what is at hand in a line, and unfold the list on demand: most runners never change it."""
        state, text, tables = self.store.state.week, self.text, self.library.prevention
        names = {name: text(f"warmup.equipment.{name}") for name in equipment_of(tables)}
        missing = list_words([names[name] for name in names if name in state.missing], tables.tables)
        line = text("dash4.week.things.missing", names=missing) if missing else text("dash4.week.things.all")
        button = tag(
            "button", text(f"dash4.week.things.{'done' if state.things else 'change'}"), type="button",
            class_="cnw-button", data_action="things", aria_expanded=str(state.things).lower(),
        )  # fmt: skip
        self.at_hand.html = tag("div", tag("p", line), button, class_="cnk-things")
        options = [{"id": name, "label": capitalised(words)} for name, words in names.items()]
        field = {"id": "equipment", "kind": "checks", "label": text("dash4.week.equipment"), "options": options}
        at_hand = [name for name in names if name not in state.missing]
        self.things.show([field] if state.things else [], {"equipment": at_hand} if state.things else {})

    def _draw_days(self) -> None:
        part = self.store.result.week
        options = [{"id": kind, "label": self.text(f"dash4.week.kind.{kind}")} for kind in DAY_KINDS]
        fields: list[dict[str, Any]] = [
            {"id": day, "kind": "select", "label": self.text(f"prevention.day.{day}"), "options": options}
            for day in DAYS
        ]
        self.days.show(fields, dict(part.week))

    def _draw_take(self) -> None:
        state, part, text = self.store.state.week, self.store.result.week, self.text
        weeks = [{"id": name, "label": text("dash4.week.weeks.count", count=name)} for name in WEEKS]
        fields: list[dict[str, Any]] = [
            {"id": "start", "kind": "date", "label": text("dash4.week.start"), "hint": text("dash4.week.start.hint")},
            {"id": "weeks", "kind": "select", "label": text("dash4.week.weeks"), "options": weeks},
        ]
        start = state.start or (part.start.isoformat() if part.start else "")
        self.take.show(fields, {"start": start, "weeks": str(part.weeks)}, part.problems)
