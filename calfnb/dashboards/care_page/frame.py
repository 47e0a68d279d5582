"""What stays in view on the page of care: patient and condition, tools, tabs, urgency and plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import ipywidgets

from calfnb import markup
from calfnb.care import is_held_back
from calfnb.case import Case, CodeError, encode_case
from calfnb.dashboards.care_page import state as page
from calfnb.dashboards.care_page.code import page_code, restored
from calfnb.dashboards.care_page.fields import SAME, head_fields, head_values
from calfnb.dashboards.care_page.state import PANELS, CareLibrary, CareResult, CareState
from calfnb.dashboards.page_view import FormPart, Message, PageView, message_html, texts_of
from calfnb.markup import tag
from calfnb.markup.assets import static_text
from calfnb.markup.care import review_note
from calfnb.markup.icons import level_shape
from calfnb.markup.words import condition_name, level_words, short_name
from calfnb.store import Store
from calfnb.widgets import AddressState, HtmlPanel, Tabs, Toolbar

__all__ = ["CareStore", "CareView", "FormPart", "FrameView", "LineView", "SummaryView"]

CareStore = Store[CareState, CareResult]
_KEPT_ON_UNDO = ("large", "panel", "today")
_PANEL = "cnw-tabpanel-"
#: How far the reader's day may be from that of the machine: the earth has no more than that.
_TIME_ZONES_DAYS = 1


class CareView(PageView[CareState, CareResult]):
    """A view that knows the tables. The views of a panel draw only while it is shown."""

    panel = ""

    def __init__(self, store: CareStore, library: CareLibrary) -> None:
        self.library = library
        self.care = library.care
        self.tables = library.care.tables
        self.text = library.care.tables.text
        super().__init__(store)

    def _refresh(self) -> None:
        if self.panel in ("", self.store.state.panel):
            self._draw()

    def _draw(self) -> None:
        raise NotImplementedError

    def _heading(self, key: str, lead: str = "", **values: Any) -> markup.Html:
        """A heading of the panel with a line under it."""
        words = tag("p", self.text(lead, **values), class_="cnp-lead") if lead else None
        return markup.join((tag("h2", self.text(key, **values), class_="cnp-title"), words))

    def _fold(self, name: str, *body: object, open_: bool = False) -> markup.Html:
        """A part that unfolds; its name is the key of its title."""
        return tag(
            "details",
            tag("summary", self.text(f"dash3.part.{name}")),
            tag("div", *body, class_="cnw-part__body"),
            class_="cnw-part",
            data_key=f"part-{name}",
            open=open_,
        )

    def _choices(self, action: str, names: Mapping[str, str], chosen: str, label: str) -> markup.Html:
        """A row of buttons of which one is pressed."""
        buttons = (
            tag("button", words, type="button", class_="cn-choice", aria_pressed=str(name == chosen).lower(),
                data_action=action, data_id=name)
            for name, words in names.items()
        )  # fmt: skip
        return tag("div", *buttons, class_="cn-choices", role="group", aria_label=label)


class FrameView(CareView):
    """Patient, condition and first day, tools, address, messages and tabs."""

    def __init__(self, store: CareStore, library: CareLibrary, panels: Mapping[str, ipywidgets.Box]) -> None:
        self.panels = panels
        super().__init__(store, library)

    def _build(self) -> None:
        words = {**texts_of(self.tables, "bar"), "more": self.text("dash3.bar.more")}
        self.toolbar = Toolbar(styled=True, texts=words, parts=[])
        self.address = AddressState(styled=False, texts=texts_of(self.tables, "address"))
        self.message = HtmlPanel(styled=False)
        self.form = FormPart(self, self.text("dash3.head"), self._set)
        self.form.widget.add_class("cnp-head")
        self.tools = ipywidgets.HBox([self.toolbar, self.address])
        self.tools.add_class("cnw-topbar")
        self.bar = ipywidgets.HBox([self.form.widget, self.tools])
        self.bar.add_class("cnp-bar")
        tabs = [
            {"id": name, "label": self.text(f"dash3.tab.{name}"), "more": "", "panel": f"{_PANEL}{name}"}
            for name in PANELS
        ]
        style = static_text("care.css") + static_text("care_page.css")
        self.tabs = Tabs(style=style, tabs=tabs, label=self.text("dash3.tabs"))
        self.tabs.add_class("cnp-tabs")
        for name, panel in self.panels.items():
            panel.add_class(f"{_PANEL}{name}")
            panel.add_class("cnw-tabpanel")
        acts: dict[str, Callable[[Message], None]] = {
            "reset": lambda _message: self._reset(),
            "undo": lambda _message: self.store.undo(keep=_KEPT_ON_UNDO),
            "large": lambda message: self.store.change(remember=False, large=bool(message["large"])),
        }
        for kind, act in acts.items():
            self._on(self.toolbar, kind, act)
        self._on(self.address, "restore", lambda message: self.restore(str(message["code"])))
        self._on(self.message, "action", lambda _message: self.store.undo(keep=_KEPT_ON_UNDO))
        self._on(self.form.widget, "today", lambda message: self._today(str(message["day"])))
        self._on(
            self.tabs,
            "tab",
            lambda message: self.store.put(page.show_panel(self.store.state, str(message["tab"])), remember=False),
        )

    def _set(self, name: str, value: Any) -> None:
        state = self.store.state
        if name == "patient":
            self.store.put(page.choose_patient(state, "" if value == SAME else str(value), self.library))
        elif name == "condition":
            if value not in self.care.conditions:
                raise ValueError(f"There is no condition {value!r}.")
            chosen = "" if value == self.store.result.leader else str(value)
            self.store.change(condition=chosen, running=replace(state.running, agreed=False))
        elif name == "start":
            self.store.change(start="" if value == state.today.isoformat() else str(value))
        else:
            raise ValueError(f"There is no field {name!r}.")

    def _today(self, written: str) -> None:
        """Take the reader's own day, for a page that was made on another day or in another part of the world."""
        day = date.fromisoformat(written)
        if abs((day - date.today()).days) <= _TIME_ZONES_DAYS:
            self.store.change(remember=False, today=day)

    def _blank(self) -> CareState:
        state = self.store.state
        return CareState(Case(self.library.model.setting_ids[0]), state.today, large=state.large)

    def _reset(self) -> None:
        self.store.put(replace(self._blank(), panel=self.store.state.panel))
        self.store.notice = self.text("dash3.reset_done")

    def restore(self, code: str) -> None:
        """Bring back the page that a code stands for; a code that cannot be used gives a sentence and a fresh page."""
        blank = self._blank()
        try:
            state, sentence = restored(code, self.library, blank)
        except CodeError as error:
            self.store.put(blank)
            self.store.notice = str(error)
            self.address.send({"type": "write"})
            return
        self.store.put(state, remember=False)
        self.store.notice = sentence

    def _draw(self) -> None:
        state, store = self.store.state, self.store
        with self.toolbar.hold_sync():
            self.toolbar.can_undo = store.can_undo
            self.toolbar.large = state.large
        self.address.code = page_code(state, self.library)
        self.message.html = message_html(self.store, self.tables)
        result = store.result
        self.form.show(head_fields(state, result, self.library), head_values(state, result), result.problems)
        for name, panel in self.panels.items():
            (panel.remove_class if name == state.panel else panel.add_class)("cnw-away")
        self.tabs.selected = state.panel


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
        self.widgets = (self.banner, self.plan)

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
