"""A view of one panel: it draws only while its panel is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, Protocol, TypeVar

import ipywidgets

from calfnb import markup
from calfnb.dashboards.page_view import Message, PageView
from calfnb.dashboards.paneled.state import PanelState
from calfnb.markup import tag
from calfnb.store import Store
from calfnb.tables import Tables

__all__ = ["Library", "PanelView"]


def _nowhere(panel: str) -> None:
    raise ValueError(f"There is no panel {panel!r}.")


class Library(Protocol):
    """What a page knows; every page has the tables of causes, which also hold all sentences."""

    @property
    def tables(self) -> Tables:
        """The tables of causes."""


S = TypeVar("S", bound=PanelState)
R = TypeVar("R")
L = TypeVar("L", bound=Library)


class PanelView(PageView[S, R], Generic[S, R, L]):
    """A view that knows the tables. ``_build`` makes ``widget`` once, ``_draw`` fills it from state and result.

    Attributes
    ----------
    panel
        The panel on which it stands; "" for a view that is always drawn.
    words
        How the keys of its page's sentences begin, such as ``dash5``.

    Parameters
    ----------
    show
        Shows a panel by its id, for buttons that lead to another one.
    """

    panel = ""
    words = ""
    widget: ipywidgets.Widget

    def __init__(self, store: Store[S, R], library: L, *, show: Callable[[str], None] = _nowhere) -> None:
        self.library = library
        self._show = show
        self.tables = library.tables
        self.text = library.tables.text
        super().__init__(store)

    def _refresh(self) -> None:
        if self.panel in ("", self.store.state.shown):
            self._draw()

    def _draw(self) -> None:
        raise NotImplementedError

    def _to_panel(self, message: Message) -> bool:
        """Follow a button with the action ``panel``; False for any other message."""
        if message["action"] != "panel":
            return False
        self._show(str(message["id"]))
        return True

    def _heading(self, key: str, lead: str = "", **values: Any) -> markup.Html:
        """A heading of the panel with a line under it; both are keys of sentences."""
        words = tag("p", self.text(lead, **values), class_="cnp-lead") if lead else None
        return markup.join((tag("h2", self.text(key, **values), class_="cnp-title"), words))

    def _fold(self, name: str, *body: object, open_: bool = False) -> markup.Html:
        """A part that unfolds; its title's key is ``<words>.part.<name>``."""
        return tag(
            "details",
            tag("summary", self.text(f"{self.words}.part.{name}")),
            tag("div", *body, class_="cnw-part__body"),
            class_="cnw-part",
            data_key=f"part-{name}",
            open=open_,
        )

    def _choices(self, action: str, names: Mapping[str, str], chosen: str, label: str) -> markup.Html:
        """A row of buttons of which one is pressed; they send the message ``action`` with their ``id``."""
        buttons = (
            tag("button", words, type="button", class_="cn-choice", aria_pressed=str(name == chosen).lower(),
                data_action=action, data_id=name)
            for name, words in names.items()
        )  # fmt: skip
        return tag("div", *buttons, class_="cn-choices", role="group", aria_label=label)
