"""The panel of guides: a topic by its button, its calculator, both sides of what is said, and what is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ipywidgets

from calfnb import markup
from calfnb.dashboards.page_view import FormPart, Message
from calfnb.dashboards.paneled.view import PanelView
from calfnb.dashboards.prevention_page.guides import (
    ALL_ACTIONS,
    USUAL_MINUTES,
    GuidesPart,
    GuidesState,
    check_guides,
    topics,
    with_number,
)
from calfnb.dashboards.prevention_page.guides_numbers import Answer
from calfnb.dashboards.prevention_page.library import PreventionLibrary
from calfnb.markup import tag
from calfnb.markup.guides import action_list, guide_list, load_rule_cards, sport_table
from calfnb.markup.notes import source_note
from calfnb.widgets import HtmlPanel

__all__ = ["GuidesView"]

#: Topics whose disagreements are the matter itself, so they are unfolded.
_DISPUTED = frozenset({"form"})
#: Topics whose exercises stand in the lesson on warm-up.
_DRILLS = frozenset({"stretching", "strength"})


class GuidesView(PanelView[Any, Any, PreventionLibrary]):
    """Topics as a row of buttons; everything on a topic stands below, nothing has to be searched."""

    panel = "guides"
    words = "dash4"

    def _build(self) -> None:
        self.head = HtmlPanel(styled=False)
        self._on(self.head, "action", self._act)
        self.form = FormPart(self, self.text("dash4.guides.numbers"), self._set)
        self.form.widget.add_class("cnp-form")
        self.form.widget.add_class("cnp-form-guides")
        self.outcome = HtmlPanel(styled=False, label=self.text("dash4.guides.outcome"))
        self.list = HtmlPanel(styled=False)
        self.widget = ipywidgets.VBox([self.head, self.form.widget, self.outcome, self.list])
        self.widget.add_class("cnp-step")
        self.widget.add_class("cnp-guides")

    # ---- what a person does ----

    def _act(self, message: Message) -> None:
        if message["action"] != "topic":
            raise ValueError(f"There is no action {message['action']!r}.")
        self._put(replace(self.store.state.guides, topic=str(message["id"])))

    def _set(self, name: str, value: Any) -> None:
        self._put(with_number(self.store.state.guides, name, str(value)))

    def _put(self, state: GuidesState) -> None:
        check_guides(state, self.library)
        self.store.change(remember=False, guides=state)

    # ---- what it shows ----

    def _draw(self) -> None:
        part: GuidesPart = self.store.result.guides
        names = {name: self.text(f"prevention.topic.{name}") for name in topics(self.library)}
        self.head.html = markup.join((
            self._heading("dash4.guides.title", "dash4.guides.lead"),
            self._choices("topic", names, part.topic, self.text("dash4.guides.topics")),
        ))  # fmt: skip
        (self.form.widget.remove_class if part.fields else self.form.widget.add_class)("cnw-away")
        entries = self.store.state.guides.entries
        fields = [self._field(name) for name in part.fields]
        self.form.show(fields, {name: entries.get(name, "") for name in part.fields}, part.problems)
        with self.outcome.hold_sync():
            self.outcome.html = self._outcome(part)
            self.outcome.announcement = " ".join(answer.words for answer in part.answers) if entries else ""
        self.list.html = self._list(part)

    def _field(self, name: str) -> dict[str, Any]:
        return {
            "id": name, "kind": "number", "label": self.text(f"dash4.guides.field.{name}"),
            "unit": self.text(f"dash4.guides.unit.{name}"),
            "placeholder": f"{USUAL_MINUTES:g}" if name == "sport_min" else "",
        }  # fmt: skip

    def _outcome(self, part: GuidesPart) -> markup.Html:
        answers = [self._answer(answer) for answer in part.answers]
        body = [tag("ul", *answers, class_="cnp-answers")] if answers else []
        if part.topic == "other_sport":
            minutes = f"{part.sport_min:g}"
            body.append(tag("p", self.text("dash4.guides.sport", minutes=minutes), class_="cnp-note"))
            body.append(sport_table(part.sport_min, self.library.load))
        return markup.join(body)

    def _answer(self, answer: Answer) -> markup.Html:
        source = self.tables.sources.get(answer.source_id)
        note = source_note(answer.basis, source, self.tables)
        return tag("li", tag("p", answer.words), note, class_=f"cnp-answer cnp-answer--{answer.tone}")

    def _list(self, part: GuidesPart) -> markup.Html:
        prevention, load = self.library.prevention, self.library.load
        if part.topic == ALL_ACTIONS:
            lead = tag("p", self.text("dash4.guides.all_actions"), class_="cnp-note")
            return markup.join((lead, action_list(prevention.actions.values(), prevention)))
        rules = load_rule_cards(part.rule_ids, load, prevention) if part.rule_ids else None
        drills = tag("a", self.text("dash4.guides.drills"), class_="cnw-link-out", data_lesson="05_warm_up")
        return markup.join((
            guide_list(part.guides, prevention, open_disputes=part.topic in _DISPUTED),
            tag("p", drills) if part.topic in _DRILLS else None,
            markup.join((tag("h3", self.text("dash4.guides.rules")), rules)) if rules else None,
        ))  # fmt: skip
