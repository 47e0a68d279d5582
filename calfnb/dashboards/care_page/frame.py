"""What stays in view on the page of care: patient and condition, tools, tabs, urgency and plan."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ipywidgets

from calfnb import markup
from calfnb.care import is_held_back
from calfnb.case import encode_case
from calfnb.dashboards.care_page import state as page
from calfnb.dashboards.care_page.fields import SAME, head_fields, head_values
from calfnb.dashboards.care_page.state import CareLibrary, CareResult, CareState
from calfnb.dashboards.page_view import FormPart
from calfnb.dashboards.paneled.frame import Frame
from calfnb.dashboards.paneled.view import PanelView
from calfnb.markup import tag
from calfnb.markup.care import review_note
from calfnb.markup.icons import level_shape
from calfnb.markup.words import condition_name, level_words, short_name
from calfnb.tables.records_care import CareTables
from calfnb.widgets import HtmlPanel

__all__ = ["CareFrame", "CareView", "LineView", "SummaryView"]

#: Characters of a day as typed.
_LONGEST_DAY = 40


class CareView(PanelView[CareState, CareResult, CareLibrary]):
    """A view that knows the tables on care."""

    words = "dash3"

    @property
    def care(self) -> CareTables:
        """The tables on care."""
        return self.library.care


class CareFrame(Frame[CareState, CareResult, CareLibrary]):
    """The frame of the page, with patient, condition and first day to choose."""

    def _lead(self) -> ipywidgets.Widget:
        self.form = FormPart(self, self.text("dash3.head"), self._set)
        self.form.widget.add_class("cnp-head")
        self._on(self.form.widget, "today", lambda message: self.take_today(str(message["day"])))
        return self.form.widget

    def _draw_lead(self) -> None:
        state, result = self.store.state, self.store.result
        self.form.show(head_fields(state, result, self.library), head_values(state, result), result.problems)

    def _set(self, name: str, value: Any) -> None:
        state = self.store.state
        if name == "patient":
            self.store.put(page.choose_patient(state, "" if value == SAME else str(value), self.library))
        elif name == "condition":
            if value not in self.library.care.conditions:
                raise ValueError(f"There is no condition {value!r}.")
            chosen = "" if value == self.store.result.leader else str(value)
            self.store.change(condition=chosen, running=replace(state.running, agreed=False))
        elif name == "start":
            written = str(value)[:_LONGEST_DAY]
            self.store.change(start="" if written == state.today.isoformat() else written)
        else:
            raise ValueError(f"There is no field {name!r}.")


class LineView(CareView):
    """The one line that stays on top of a phone's page: urgency and condition."""

    def _build(self) -> None:
        self.widget = HtmlPanel(styled=False, label=self.text("dash3.line"))
        self.widget.add_class("cnw-oneline")

    def _draw(self) -> None:
        level, condition = self.store.result.level, self.store.result.condition
        line = tag(
            "p",
            level_shape(level, size="small"),
            tag("strong", level_words(level, self.tables), class_="cn-line__level"),
            tag("span", short_name(condition, self.tables), class_="cn-line__lead"),
            class_=f"cn-line cn-level--{level}",
            data_level=level,
        )
        why = tag("button", self.text("ui.line.why"), type="button", class_="cnw-button", data_jump="cnp-summary")
        self.widget.html = tag("div", line, why, class_=f"cnw-oneline__bar cn-level--{level}")


class SummaryView(CareView):
    """What stays beside every panel: urgency, the plan in view, when to look again, what sends the person back."""

    def _build(self) -> None:
        self._level = ""
        self.banner = HtmlPanel(styled=False)
        self.plan = HtmlPanel(styled=False, label=self.text("dash3.summary"))
        self.widget = ipywidgets.VBox([self.banner, self.plan])
        self.widget.add_class("cnw-right")
        self.widget.add_class("cnp-summary")

    def _draw(self) -> None:
        result = self.store.result
        level = result.assessment.triage.level
        shown = f"{level} {result.level} {result.condition}"
        with self.banner.hold_sync():
            changed = self._level not in ("", shown)
            self.banner.html = (
                markup.triage_banner(result.assessment, self.tables, changed=changed)
                if result.somebody
                else self._nobody()
            )
        with self.plan.hold_sync():
            self.plan.html = self._plan(result)
            self.plan.announcement = self.text(
                "dash3.announce",
                condition=condition_name(result.condition, self.tables),
                level=level_words(result.level, self.tables),
            )
        self._level = shown

    def _causes(self, key: str) -> markup.Html:
        code = encode_case(self.store.state.case, self.tables, mode=self.store.state.mode)
        return tag("a", self.text(key), class_="cnw-link-out", data_lesson="01_causes",
                   data_code=code if self.store.result.somebody else None)  # fmt: skip

    def _nobody(self) -> markup.Html:
        return tag(
            "div",
            tag("p", tag("strong", self.text("dash3.nobody.title"))),
            tag("p", self.text("dash3.nobody")),
            tag("p", self._causes("dash3.to_causes")),
            class_="cnp-card",
        )

    def _plan(self, result: CareResult) -> markup.Html:
        plan, leading = result.hours, result.condition == result.leader
        why = ("dash3.plan.leader" if leading else "dash3.plan.chosen") if result.somebody else "dash3.plan.nobody"
        urgent = [row for row in plan.send_back if row.level in ("emergency_now", "same_day")]
        items = markup.join(
            tag("li", level_shape(row.level, size="small"), tag("span", row.action), class_=f"cn-level--{row.level}")
            for row in urgent
        )
        # The banner of a patient says it already, unless only the condition chosen asks for it.
        own = result.held and not (result.somebody and is_held_back(result.assessment.triage.level))
        # These two panels end with the whole list.
        whole = self.store.state.panel in ("hours", "treatment")
        return tag(
            "div",
            tag("p", self.text("dash3.plan.for"), class_="cn-triage__eyebrow"),
            tag("h2", condition_name(result.condition, self.tables), class_="cnp-card__name"),
            tag("p", level_shape(result.level, size="small"), tag("span", level_words(result.level, self.tables)),
                class_=f"cn-care__level cn-level--{result.level}"),
            tag("p", self.text(why, leader=condition_name(result.leader, self.tables)), class_="cn-quiet"),
            tag("p", result.held, class_="cn-care__held-reason") if own else None,
            review_note(plan, self.tables),
            tag("details", tag("summary", self.text("dash3.plan.urgent", count=len(urgent))),
                tag("ul", items, class_="cnp-urgent"), class_="cn-fold", data_key=f"urgent-{whole}", open=not whole),
            tag("p", self._causes("dash3.back_to_causes"), class_="cnp-card__out") if result.somebody else None,
            class_="cnp-card",
        )  # fmt: skip
