"""What stays in view on a page of panels: the patient who came along, tools, address, messages and tabs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Generic

import ipywidgets

from calfnb import markup
from calfnb.case import CodeError, encode_case
from calfnb.dashboards.page_view import Message, message_html, texts_of, top_lines
from calfnb.dashboards.paneled.library import assessed
from calfnb.dashboards.paneled.state import page_code, restored
from calfnb.dashboards.paneled.view import L, PanelView, R, S
from calfnb.markup import tag
from calfnb.markup.assets import static_text
from calfnb.markup.icons import level_shape
from calfnb.markup.words import condition_name, level_words
from calfnb.reasoning.model import Model
from calfnb.store import Store
from calfnb.widgets import AddressState, HtmlPanel, Tabs, Toolbar

__all__ = ["Frame", "PageSetup", "PanelPage"]

_KEPT_ON_UNDO = ("large", "panel", "today")
_PANEL = "cnw-tabpanel-"
#: How far the reader's day may be from that of the machine: the earth has no more than that.
_TIME_ZONES_DAYS = 1


@dataclass(frozen=True)
class PageSetup(Generic[S]):
    """What tells one page of panels from another.

    Attributes
    ----------
    words
        How the keys of its sentences begin: ``<words>.tab.<panel>`` names a tab, ``<words>.tab.<panel>.more`` says more
        on it if there is such a sentence, ``<words>.tabs`` names all of them.
    panels
        The panels in their order; the first is shown first.
    version
        Of the tables that it shows (hexadecimal).
    style
        Style rules beyond the kit's own and those of all pages of panels.
    blank
        Makes a page in its first state, for a day.
    check
        Raises ValueError or KeyError for a state that names what there is not.
    """

    words: str
    panels: tuple[str, ...]
    version: str
    style: str
    blank: Callable[[date], S]
    check: Callable[[S], None]


class Frame(PanelView[S, R, L]):
    """Patient, tools, address, messages and tabs. It is made last, so that a panel is shown when its content is there.

    A page with another toolbar or something else beside it puts its own ``_toolbar``, ``_lead`` and ``_draw_lead`` in
    place of these.

    Parameters
    ----------
    boxes
        The box of each panel; it shows one and hides the others.
    """

    def __init__(
        self, store: Store[S, R], library: L, model: Model, setup: PageSetup[S], boxes: Mapping[str, ipywidgets.Box]
    ) -> None:
        self.model = model
        self.setup = setup
        self.boxes = boxes
        super().__init__(store, library)

    def _build(self) -> None:
        self.toolbar = self._toolbar()
        self.address = AddressState(styled=False, texts=texts_of(self.tables, "address"))
        self.message = HtmlPanel(styled=False)
        self.tools = ipywidgets.HBox([self.toolbar, self.address])
        self.tools.add_class("cnw-topbar")
        lead = self._lead()
        if lead is None:
            self.bar = self.tools
        else:
            self.bar = ipywidgets.HBox([lead, self.tools])
            self.bar.add_class("cnp-bar")
        self.tabs = self._tabs()
        for name, box in self.boxes.items():
            box.add_class(f"{_PANEL}{name}")
            box.add_class("cnw-tabpanel")
        acts: dict[str, Callable[[Message], None]] = {
            "reset": lambda _message: self._reset(),
            "undo": lambda _message: self.store.undo(keep=_KEPT_ON_UNDO),
            "large": lambda message: self.store.change(remember=False, large=bool(message["large"])),
        }
        for kind, act in acts.items():
            self._on(self.toolbar, kind, act)
        self._on(self.address, "restore", lambda message: self.restore(str(message["code"])))
        self._on(self.message, "action", lambda _message: self.store.undo(keep=_KEPT_ON_UNDO))
        self._on(self.tabs, "tab", lambda message: self.show(str(message["tab"])))

    def _toolbar(self) -> Toolbar:
        words = {**texts_of(self.tables, "bar"), "more": self.text("ui.bar.tools")}
        return Toolbar(styled=True, texts=words, parts=[])

    def _lead(self) -> ipywidgets.Widget | None:
        """Make what stands beside the tools; None for nothing."""
        self.patient = HtmlPanel(styled=False, label=self.text("ui.patient.label"))
        self.patient.add_class("cnp-patient")
        return self.patient

    def _draw_lead(self) -> None:
        self.patient.html = self._patient()

    def _tabs(self) -> Tabs:
        words = self.setup.words
        tabs = [
            {"id": name, "label": self.text(f"{words}.tab.{name}"), "panel": f"{_PANEL}{name}",
             "more": self.tables.messages.get(f"{words}.tab.{name}.more", "")}
            for name in self.setup.panels
        ]  # fmt: skip
        widget = Tabs(style=self._style(), tabs=tabs, label=self.text(f"{words}.tabs"))
        widget.add_class("cnp-tabs")
        return widget

    def _style(self) -> str:
        return static_text("care.css") + static_text("panels.css") + static_text("safety.css") + self.setup.style

    def show(self, panel: str) -> None:
        """Show another panel.

        Raises
        ------
        ValueError
            If there is no such panel.
        """
        if panel not in self.setup.panels:
            raise ValueError(f"There is no panel {panel!r}.")
        self.store.change(remember=False, panel=panel)

    def take_today(self, written: str) -> None:
        """Take the reader's own day, for a page that was made on another day or in another part of the world."""
        day = date.fromisoformat(written)
        if abs((day - date.today()).days) <= _TIME_ZONES_DAYS:
            self.store.change(remember=False, today=day)

    def _blank(self) -> S:
        state = self.store.state
        return replace(self.setup.blank(state.today), large=state.large)

    def _cleared(self) -> S:
        """Return the state after "Start again"."""
        return replace(self._blank(), panel=self.store.state.panel)

    def _reset(self) -> None:
        self.store.put(self._cleared())
        self.store.notice = self.text("ui.bar.reset_done")

    def restore(self, code: str) -> None:
        """Bring back the page that a code stands for; a code that cannot be used gives a sentence and a fresh page."""
        blank, setup = self._blank(), self.setup
        try:
            state, sentence = restored(code, blank, self.tables, setup.version, panels=setup.panels, check=setup.check)
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
        blank = self.setup.blank(state.today)
        self.address.code = page_code(state, blank, self.tables, self.setup.version)
        self.message.html = message_html(store, self.tables)
        self._draw_lead()
        for name, box in self.boxes.items():
            (box.remove_class if name == state.shown else box.add_class)("cnw-away")
        self.tabs.selected = state.shown

    def _patient(self) -> markup.Html:
        state = self.store.state
        if not state.case.answers:
            return tag("p", self.text("ui.patient.nobody"), class_="cn-quiet")
        assessment = assessed(self.model, state.case)
        level, leader = assessment.triage.level, assessment.ranking[0].condition_id
        code = encode_case(state.case, self.tables, mode=state.mode)
        line = tag(
            "p",
            level_shape(level, size="small"),
            tag("strong", level_words(level, self.tables), class_="cn-line__level"),
            tag("span", self.text("ui.patient.leader", condition=condition_name(leader, self.tables))),
            class_=f"cn-line cn-level--{level}",
            data_level=level,
        )
        back = tag("a", self.text("ui.patient.back"), class_="cnw-link-out", data_lesson="01_causes", data_code=code)
        return markup.join((line, tag("p", back)))


class PanelPage(ipywidgets.VBox, Generic[S, R, L]):
    """A whole page of panels. Its ``store`` holds the state; a notebook may read it and change it.

    Parameters
    ----------
    store, library, model, setup
        See `Frame`.
    contents
        What stands on each panel, by its name.
    code
        What a copied link carries after ``#s=``.
    """

    #: A page with something of its own in the frame names its class here.
    frame_type: ClassVar[type[Frame[Any, Any, Any]]] = Frame
    frame: Frame[S, R, L]

    def __init__(
        self,
        store: Store[S, R],
        library: L,
        model: Model,
        setup: PageSetup[S],
        contents: Mapping[str, list[ipywidgets.Widget]],
        code: str | None = None,
    ) -> None:
        self.store = store
        boxes = {name: ipywidgets.VBox(contents[name]) for name in setup.panels}
        self.frame = self.frame_type(store, library, model, setup, boxes)
        if code:
            self.frame.restore(code)
        super().__init__(self._arranged(top_lines(library.tables), list(boxes.values())))
        self.add_class("cnw-page")
        self.add_class("cnp-page")
        store.observe(lambda _change: self._large_type(), names=["revision"])
        self._large_type()

    def _arranged(self, top: ipywidgets.Widget, panels: list[ipywidgets.Box]) -> list[ipywidgets.Widget]:
        """Return everything on the page from top to bottom."""
        frame = self.frame
        return [top, frame.bar, frame.message, frame.tabs, *panels]

    def _large_type(self) -> None:
        (self.add_class if self.store.state.large else self.remove_class)("cnw-large")
