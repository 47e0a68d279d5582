"""The panel of the drill library: filters, a list that words narrow, and one drill beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ipywidgets

from calfnb import markup
from calfnb.dashboards.page_view import FormPart, Message, texts_of
from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.dashboards.paneled.safety_view import held_back_note
from calfnb.dashboards.paneled.view import PanelView
from calfnb.dashboards.warmup_page.body import body_fields
from calfnb.dashboards.warmup_page.drills import (
    GEAR,
    MINUTES,
    SHOWN,
    DrillsPart,
    DrillsState,
    check_drills,
    with_filter,
)
from calfnb.dashboards.warmup_page.plan import EQUIPMENT, with_answer
from calfnb.markup import tag
from calfnb.markup.drills import drill_card, drill_tiles
from calfnb.markup.words import capitalised
from calfnb.warmup.drills import LibraryEntry, library_choices
from calfnb.widgets import Finder, HtmlPanel

__all__ = ["DrillsView", "at_hand_field", "gear_field"]

#: So many tiles stand beside the list; the list has them all.
_TILES = 12
_GOAL = "cnp-drill"
_ANY = "-"


class DrillsView(PanelView[Any, Any, PanelLibrary]):
    """Above the filters, left the list, right a drill. Typed words narrow the list in the browser."""

    panel = "drills"
    words = "dash5"

    def _build(self) -> None:
        self.head = HtmlPanel(styled=False)
        self.filters = FormPart(self, self.text("dash5.drills.filters"), self._set)
        self.filters.widget.add_class("cnp-form")
        self.filters.widget.add_class("cnp-form-drills")
        self.count = HtmlPanel(styled=False)
        self.finder = Finder(styled=False, goal=_GOAL, texts=texts_of(self.tables, "drills.find", page="dash5"))
        self._on(self.finder, "choose", lambda message: self._open(str(message["id"])))
        self.page = HtmlPanel(styled=False, label=self.text("dash5.drills.page"))
        self.asked_head = HtmlPanel(styled=False)
        self.asked = FormPart(self, self.text("dash5.drills.asked"), self._answer)
        self.asked.widget.add_class("cnp-form")
        self.asked.widget.add_class("cnp-form-asked")
        for panel in (self.head, self.count, self.page):
            self._on(panel, "action", self._act)
        right = ipywidgets.VBox([self.page, self.asked_head, self.asked.widget])
        right.add_class(_GOAL)
        pair = ipywidgets.Box([self.finder, right])
        pair.add_class("cnw-pair")
        self.widget = ipywidgets.VBox([self.head, self.filters.widget, self.count, pair])
        self.widget.add_class("cnp-step")

    # ---- what a person does ----

    def _set(self, name: str, value: Any) -> None:
        state = self.store.state
        if name == EQUIPMENT:
            self.store.change(remember=False, plan=with_answer(state.plan, name, value, self.library.prevention))
            return
        chosen = "" if value == _ANY else value
        self.store.change(remember=False, drills=with_filter(state.drills, name, chosen, self.library))

    def _answer(self, name: str, value: Any) -> None:
        self.store.change(plan=with_answer(self.store.state.plan, name, value, self.library.prevention))

    def _act(self, message: Message) -> None:
        if self._to_panel(message):
            return
        kind = str(message["action"])
        if kind == "drill":
            self._open(str(message["id"]))
            self.page.send({"type": "focus"})
        elif kind == "clear":
            state: DrillsState = self.store.state.drills
            self.store.change(remember=False, drills=DrillsState(drill=state.drill))
        else:
            raise ValueError(f"There is no action {kind!r}.")

    def _open(self, drill: str) -> None:
        changed = replace(self.store.state.drills, drill=drill)
        check_drills(changed, self.library)
        self.store.change(remember=False, drills=changed)

    # ---- what it shows ----

    def _draw(self) -> None:
        state: DrillsState = self.store.state.drills
        part: DrillsPart = self.store.result.drills
        held = held_back_note(part.safety, self.library)
        lead = "dash5.drills.held" if held else "dash5.drills.lead"
        count = len(self.library.prevention.exercises)
        self.head.html = markup.join((self._heading("dash5.drills.title", lead, count=count), held))
        self._draw_filters(state)
        with self.count.hold_sync():
            said = self._count(part)
            self.count.html = markup.join((tag("p", said, class_="cnp-count"), self._clear(state, part)))
            self.count.announcement = said
        with self.finder.hold_sync():
            self.finder.groups = self._groups(part)
            chosen = part.chosen
            self.finder.selected = f"{chosen.exercise.type}:{chosen.exercise.exercise_id}" if chosen else ""
            self.finder.related = self._related(chosen) if chosen else []
        self.page.html = self._page(part) if part.chosen else self._tiles(part)
        asked = body_fields(part.asked, self.library)
        lead = tag("h4", self.text("dash5.drills.asked"), class_="cnp-asked")
        self.asked_head.html = markup.join((lead, tag("p", self.text("dash5.drills.asked.why")))) if asked else ""
        answers = self.store.state.plan.answers
        self.asked.show(asked, {row.question_id: answers.get(row.question_id, "") for row in part.asked})

    def _draw_filters(self, state: DrillsState) -> None:
        text, choices = self.text, library_choices(self.library.prevention)
        fields: list[dict[str, Any]] = []
        for name, known in (("purpose", choices["purpose"]), ("muscle", choices["muscle"])):
            options = [{"id": one, "label": capitalised(text(f"warmup.{name}.{one}"))} for one in known]
            fields.append(self._select(name, options))
        fields.append(
            self._select("minutes", [{"id": one, "label": text("dash5.drills.up_to", minutes=one)} for one in MINUTES])
        )
        fields.append(gear_field(GEAR, self.library))
        fields.append(self._select("only", [{"id": one, "label": text(f"dash5.drills.only.{one}")} for one in SHOWN]))
        if state.gear == "at_hand":
            fields.append(at_hand_field(self.library))
        values: dict[str, Any] = {name: getattr(state, name) or _ANY
                                  for name in ("purpose", "muscle", "minutes", "gear", "only")}  # fmt: skip
        self.filters.show(fields, values | {EQUIPMENT: list(self.store.state.plan.equipment)})

    def _select(self, name: str, options: list[dict[str, Any]]) -> dict[str, Any]:
        first = {"id": _ANY, "label": self.text(f"dash5.drills.any.{name}")}
        return {"id": name, "kind": "select", "label": self.text(f"dash5.drills.{name}"), "options": [first, *options]}

    def _count(self, part: DrillsPart) -> str:
        count = len(part.entries)
        if not count:
            return self.text("warmup.library.none")
        words = self.text("dash5.drills.count.one" if count == 1 else "dash5.drills.count", count=count)
        if not part.kept_back:
            return words
        return f"{words} {self.text('dash5.drills.kept_back', count=part.kept_back)}"

    def _clear(self, state: DrillsState, part: DrillsPart) -> markup.Html | None:
        if part.entries or state == DrillsState(drill=state.drill):
            return None
        return tag("button", self.text("dash5.drills.clear"), type="button", class_="cnw-button", data_action="clear",
                   data_id="")  # fmt: skip

    def _groups(self, part: DrillsPart) -> list[dict[str, Any]]:
        groups: dict[str, list[dict[str, str]]] = {}
        for entry in part.entries:
            groups.setdefault(entry.exercise.type, []).append(self._entry(entry))
        return [{"id": name, "label": capitalised(self.text(f"warmup.type.{name}")), "entries": entries}
                for name, entries in groups.items()]  # fmt: skip

    def _entry(self, entry: LibraryEntry) -> dict[str, str]:
        text, exercise = self.text, entry.exercise
        muscles = " ".join(text(f"warmup.muscle.{name}") for name in exercise.muscles)
        purposes = " ".join(text(f"warmup.purpose.{name}") for name in exercise.purposes)
        things = " ".join(text(f"warmup.equipment.{name}") for name in exercise.equipment)
        minutes = text("warmup.drill.minutes", minutes=f"{exercise.duration_min:g}")
        return {
            "id": exercise.exercise_id,
            "label": exercise.name,
            "more": text("dash5.drills.blocked", reason=entry.blocks[0].name) if entry.blocks else minutes,
            "words": " ".join((muscles, purposes, things, exercise.why, exercise.steps)),
        }

    def _related(self, chosen: LibraryEntry) -> list[str]:
        rows = self.library.prevention.exercises
        return [f"{rows[name].type}:{name}" for name in (*chosen.exercise.easier_ids, *chosen.exercise.harder_ids)]

    def _page(self, part: DrillsPart) -> markup.Html:
        assert part.chosen is not None
        back = tag("button", self.text("dash5.drills.all"), type="button", class_="cnw-button", data_action="drill",
                   data_id="")  # fmt: skip
        card = drill_card(part.chosen, self.library.prevention, linked=True)
        title = tag("h3", part.chosen.exercise.name, class_="cnw-sr")
        return markup.join((tag("p", back), title, card))

    def _tiles(self, part: DrillsPart) -> markup.Html:
        if not part.safety.passed:
            # How a drill looks is how it is done.
            return markup.Html("")
        drawn = [entry for entry in part.entries if entry.exercise.figure]
        shown = (drawn or list(part.entries))[:_TILES]
        if not shown:
            return markup.Html("")
        more = tag("p", self.text("dash5.drills.more"), class_="cn-quiet") if len(part.entries) > len(shown) else None
        return tag("div", drill_tiles(shown, self.library.prevention), more, class_="cnp-tiles")


def gear_field(known: tuple[str, ...], library: PanelLibrary) -> dict[str, Any]:
    """Return the choice of what may be needed."""
    text = library.tables.text
    options = [{"id": name, "label": text(f"dash5.gear.{name}")} for name in known]
    first = {"id": _ANY, "label": text("dash5.gear.any")}
    return {"id": "gear", "kind": "select", "label": text("dash5.gear"), "options": [first, *options]}


def at_hand_field(library: PanelLibrary) -> dict[str, Any]:
    """Return the things to tick that are at hand; the plan has the same."""
    row = library.prevention.questions[EQUIPMENT]
    pairs = zip(row.options, row.labels, strict=True)
    options = [{"id": name, "label": label} for name, label in pairs]
    return {"id": EQUIPMENT, "kind": "checks", "label": row.question, "options": options}
