"""The panels of the page of care without forms of their own: hours, treatment, recovery, leg, questions, pages."""

from __future__ import annotations

from typing import Any

import ipywidgets

from calfnb import markup
from calfnb.care import anatomy_for
from calfnb.dashboards.care_page import state as page
from calfnb.dashboards.care_page.documents import documents
from calfnb.dashboards.care_page.fields import search_fields
from calfnb.dashboards.care_page.frame import CareView
from calfnb.dashboards.page_view import FormPart, Message, texts_of
from calfnb.markup import tag
from calfnb.markup.anatomy import STEPS as LAYERS
from calfnb.markup.anatomy import VIEWS, anatomy_viewer, gait_table, load_table
from calfnb.markup.care import (
    care_plan,
    conflict_note,
    doses_table,
    first_hours_table,
    held_note,
    medicine_list,
    professional_list,
    question,
    tool_list,
)
from calfnb.markup.recovery import recovery_timeline
from calfnb.markup.words import condition_name
from calfnb.widgets import HtmlPanel
from calfnb.widgets.documents import Documents

__all__ = ["AnatomyView", "HoursView", "QuestionsView", "RecoveryView", "TakeView", "TreatmentView"]

#: The panel where an answer's "more in" stands; what is not here stands in other lessons.
_SEE = {
    "first_hours": "hours", "treatment": "treatment", "professionals": "treatment", "toolbox": "treatment",
    "medicines": "treatment", "recovery": "recovery", "return": "return", "anatomy": "anatomy",
}  # fmt: skip


class HoursView(CareView):
    """The first 72 hours: do, do not, why, how long; doses beside the newer view; disagreements settled."""

    panel = "hours"

    def _build(self) -> None:
        self.widget = HtmlPanel(styled=False)

    def _draw(self) -> None:
        result = self.store.result
        doses, name = self._doses(), condition_name(result.condition, self.tables)
        self.widget.html = markup.join((
            self._heading("dash3.hours.title", "dash3.hours.lead", condition=name),
            care_plan(result.hours, self.care),
            self._fold("doses", doses, open_=True) if doses else None,
            self._conflicts(),
            self._fold("compare", tag("p", self.text("dash3.compare.lead")),
                       first_hours_table(result.compared, self.care)),
        ))  # fmt: skip

    def _doses(self) -> markup.Html | None:
        rows = [row for row in (*self.store.result.hours.do, *self.store.result.hours.dont)
                if row.articles_say]  # fmt: skip
        if not rows:
            return None
        return doses_table(rows, self.tables)

    def _conflicts(self) -> markup.Html | None:
        rows = (*self.store.result.hours.do, *self.store.result.hours.dont)
        names = dict.fromkeys(name for row in rows for name in row.conflict_ids if name in self.tables.conflicts)
        if not names:
            return None
        return self._fold("conflicts", tag("p", self.text("dash3.conflicts.lead")),
                          *(conflict_note(name, self.tables) for name in names))  # fmt: skip


class TreatmentView(CareView):
    """Treatment by phase, whom to see, the toolbox and medicines."""

    panel = "treatment"

    def _build(self) -> None:
        self.widget = HtmlPanel(styled=False)
        self._on(self.widget, "action", self._act)

    def _act(self, message: Message) -> None:
        if message["action"] != "phase" or message["id"] not in page.LATER_PHASES:
            raise ValueError(f"There is no phase {message.get('id')!r}.")
        self.store.change(remember=False, phase=str(message["id"]))

    def _draw(self) -> None:
        result, state = self.store.result, self.store.state
        phases = {name: self.text(f"dash3.phase.{name}") for name in page.LATER_PHASES}
        name = condition_name(result.condition, self.tables)
        first = [row.professional_id for row in result.plan.who]
        people = sorted(self.care.professionals.values(), key=lambda row: row.professional_id not in first)
        self.widget.html = markup.join((
            self._heading("dash3.treatment.title", "dash3.treatment.lead", condition=name),
            None if result.held else self._choices("phase", phases, state.phase, self.text("dash3.phases")),
            care_plan(result.plan, self.care),
            self._fold("people", professional_list(people, self.care)),
            self._fold("tools", tool_list(result.plan.tools, self.care, held=result.held)),
            self._fold("medicines", tag("p", self.text("dash3.medicines.lead")),
                       medicine_list(self.care.medicines.values(), self.care)),
        ))  # fmt: skip


class RecoveryView(CareView):
    """How long it took, and in whom."""

    panel = "recovery"

    def _build(self) -> None:
        self.widget = HtmlPanel(styled=False)

    def _draw(self) -> None:
        result = self.store.result
        name = condition_name(result.condition, self.tables)
        if result.held:
            body: object = held_note(result.held, self.tables)
        else:
            others = [row for plan in result.compared for row in plan.recovery if row.condition_ids]
            # A row that is about several of the conditions stands there once.
            rows = list({row.recovery_id: row for row in others}.values())
            body = markup.join((
                recovery_timeline(result.plan.recovery, self.care),
                self._fold("recovery_compare", recovery_timeline(rows, self.care, named=True)),
            ))  # fmt: skip
        self.widget.html = markup.join(
            (self._heading("dash3.recovery.title", "dash3.recovery.lead", condition=name), body)
        )


class AnatomyView(CareView):
    """The leg layer by layer."""

    panel = "anatomy"

    def _build(self) -> None:
        self.widget = HtmlPanel(styled=False)
        self._on(self.widget, "action", self._act)

    def _act(self, message: Message) -> None:
        kind = str(message["action"])
        state = self.store.state
        if kind == "view":
            self.store.change(remember=False, view=_one_of(message["view"], VIEWS))
        elif kind == "layer":
            self.store.change(remember=False, layer=_one_of(message["layer"], tuple(LAYERS)), part="")
        elif kind == "part":
            if message["part"] not in self.care.anatomy:
                raise ValueError(f"There is no part {message['part']!r}.")
            self.store.change(remember=False, part="" if message["part"] == state.part else str(message["part"]))
        else:
            raise ValueError(f"There is no action {kind!r}.")

    def _layer(self) -> str:
        layer = self.store.result.layer
        # The drawing from behind has no compartments.
        return "deep_muscle" if layer == "compartment" and self.store.state.view != "section" else layer

    def _draw(self) -> None:
        state, result = self.store.state, self.store.result
        parts = anatomy_for(result.condition, care=self.care)
        name = condition_name(result.condition, self.tables)
        here = ", ".join(part.name for part in parts)
        lead = "dash3.anatomy.lead" if parts else "dash3.anatomy.lead_none"
        viewer = anatomy_viewer(
            self.care, view=state.view, step=self._layer(), selected=state.part,
            highlight=[part.part_id for part in parts] if not state.part else (),
        )  # fmt: skip
        with self.widget.hold_sync():
            self.widget.html = markup.join((
                self._heading("dash3.anatomy.title", lead, condition=name, parts=here),
                viewer,
                self._fold("gait", gait_table(self.care)),
                self._fold("loads", load_table(self.care)),
            ))  # fmt: skip
            chosen = self.care.anatomy.get(state.part)
            self.widget.announcement = chosen.name if chosen else ""


class QuestionsView(CareView):
    """Plain questions: all by topic, or those that typed words find."""

    panel = "questions"

    def _build(self) -> None:
        self.head = HtmlPanel(styled=False)
        self.form = FormPart(self, self.text("dash3.questions.title"), self._set)
        self.list = HtmlPanel(styled=False)
        self._on(self.list, "action", self._see)
        self.widget = ipywidgets.VBox([self.head, self.form.widget, self.list])

    def _see(self, message: Message) -> None:
        self._show(_SEE[str(message["see"])])

    def _set(self, name: str, value: Any) -> None:
        if name != "find":
            raise ValueError(f"There is no field {name!r}.")
        self.store.change(remember=False, find=str(value)[:200])

    def _draw(self) -> None:
        state, result = self.store.state, self.store.result
        self.head.html = self._heading(
            "dash3.questions.title", "dash3.questions.lead", count=sum(map(len, result.questions.values()))
        )
        self.form.show(search_fields(self.library), {"find": state.find})
        with self.list.hold_sync():
            self.list.html = self._found() if state.find else self._all()
            self.list.announcement = self.text("dash3.questions.found", count=len(result.found)) if state.find else ""

    def _found(self) -> markup.Html:
        found = self.store.result.found
        if not found:
            return markup.join((tag("p", self.text("dash3.questions.nothing")), self._all()))
        rows = (tag("div", question(row, self.care, open_=place == 0, linked=_SEE), data_key=f"found-{row.question_id}")
                for place, row in enumerate(found))  # fmt: skip
        return tag("div", tag("p", self.text("dash3.questions.found", count=len(found)), class_="cn-quiet"), *rows,
                   class_="cn-faq", data_key="found")  # fmt: skip

    def _all(self) -> markup.Html:
        result = self.store.result
        topics = (
            tag("section", tag("h3", self.text(f"care.topic.{topic}"), class_="cnp-topic"),
                *(question(row, self.care, linked=_SEE) for row in rows), class_="cnp-topic__block")
            for topic, rows in result.questions.items()
        )  # fmt: skip
        left = tag("p", self.text("dash3.questions.held", count=result.left_out, reason=result.held), class_="cn-held")
        return tag("div", left if result.left_out else None, tag("div", *topics, class_="cnp-topics"), data_key="all")


class TakeView(CareView):
    """Hand-over, care plan and ladder to take away."""

    panel = "take"

    def _build(self) -> None:
        self.head = HtmlPanel(styled=False, html=self._heading("dash3.take.title", "dash3.take.lead"))
        self.documents = Documents(texts=texts_of(self.tables, "documents", self.words))
        self.widget = ipywidgets.VBox([self.head, self.documents])

    def _draw(self) -> None:
        self.documents.documents = documents(self.store.state, self.store.result, self.library)


def _one_of(value: object, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError(f"{value!r} is not one of {', '.join(known)}.")
    return str(value)
