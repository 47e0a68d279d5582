"""What the views of a page share: they redraw from a store, and an error of theirs becomes a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from calfnb import markup
from calfnb.store import Store
from calfnb.tables import Tables
from calfnb.widgets import FieldForm, HtmlPanel

__all__ = ["FormPart", "Message", "PageView", "message_html", "texts_of", "top_lines"]

Message = Mapping[str, Any]
State = TypeVar("State")
Result = TypeVar("Result")


class PageView(Generic[State, Result]):
    """A view of a store. ``_build`` makes its widgets once, ``_refresh`` redraws them; it computes nothing clinical."""

    def __init__(self, store: Store[State, Result]) -> None:
        self.store = store
        self._build()
        self._refresh()
        store.observe(lambda _change: self._safely(self._refresh), names=["revision", "problem", "notice"])

    def _build(self) -> None:
        raise NotImplementedError

    def _refresh(self) -> None:
        raise NotImplementedError

    def _safely(self, act: Callable[[], None]) -> None:
        with self.store.guarded():
            act()

    def _on(self, widget: Any, kind: str, act: Callable[[Message], None]) -> None:
        """Let messages of a widget reach ``act``; an error becomes a sentence."""
        widget.on(kind, lambda message: self._safely(lambda: act(message)))


class FormPart:
    """A form of fields whose every change goes through ``act(field, value)``."""

    def __init__(
        self,
        view: PageView[Any, Any],
        label: str,
        act: Callable[[str, Any], None],
        texts: Mapping[str, str] | None = None,
    ) -> None:
        self._ack = 0
        self._view = view
        self._act = act
        self.widget = FieldForm(styled=False, label=label, texts=dict(texts or {}))
        self.widget.on("set", self._set)

    def _set(self, message: Message) -> None:
        self._ack = max(self._ack, int(message.get("seq", 0)))
        self._view._safely(lambda: self._act(str(message["field"]), message["value"]))
        # Also after an error: the form then takes back what it showed too early.
        self.widget.ack = self._ack

    def show(
        self,
        fields: list[dict[str, Any]],
        values: Mapping[str, Any],
        problems: Mapping[str, str] | None = None,
        notes: Mapping[str, str] | None = None,
    ) -> None:
        """Show fields with their values, and the sentences beside them."""
        names = {field["id"] for field in fields}
        with self.widget.hold_sync():
            self.widget.fields = fields
            self.widget.values = dict(values)
            self.widget.problems = {name: words for name, words in (problems or {}).items() if name in names}
            self.widget.notes = dict(notes or {})
            self.widget.ack = self._ack


def texts_of(tables: Tables, part: str, page: str = "ui") -> dict[str, str]:
    """Return the sentences of one widget: all keys ``<page>.<part>.*`` without that beginning."""
    start = f"{page}.{part}."
    return {key.removeprefix(start): text for key, text in tables.messages.items() if key.startswith(start)}


def top_lines(tables: Tables, *, styled: bool = False) -> HtmlPanel:
    """Return what stands on top of every page: when to call for help, and what the kit is for.

    Parameters
    ----------
    styled
        Whether it brings the kit's style rules, on a page without another widget that does.
    """
    lines = markup.join((markup.emergency_line(tables), markup.intended_use_line(tables)))
    top = HtmlPanel(styled=styled, html=lines)
    top.add_class("cnw-top")
    return top


def message_html(store: Store[Any, Any], tables: Tables) -> str:
    """Return what went wrong or was done, with the way back; "" if there is nothing to say."""
    text, tag = tables.text, markup.tag
    sentence = store.problem or store.notice
    if not sentence:
        return ""
    undo = tag("button", text("ui.bar.undo"), type="button", class_="cnw-button", data_action="undo")
    reload = tag("button", text("ui.problem.reload"), type="button", class_="cnw-button", data_reload=True)
    buttons = [undo] if store.can_undo else []
    if store.problem:
        buttons.append(reload)
    kind = "cnw-problem" if store.problem else "cnw-problem cnw-notice"
    return tag("div", tag("p", sentence), *buttons, class_=kind, role="alert" if store.problem else "status")
