"""What all widgets share: where their files are, and how a message from the page reaches a callback."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import anywidget

__all__ = ["PageWidget", "module_text", "style_text"]

STATIC = Path(__file__).parent / "static"
MARKUP_STATIC = Path(__file__).parents[1] / "markup" / "static"


@cache
def module_text(*names: str) -> str:
    """Return one ES module made of the files ``names``, in their order, after the common helpers.

    A widget's module cannot import its neighbours (it reaches the page as text), so they are put together here.
    """
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in ("common.js", *names))


@cache
def style_text() -> str:
    """Return the style of the whole kit: tokens first, then the markup's, then the widgets'."""
    files = (MARKUP_STATIC / "tokens.css", MARKUP_STATIC / "markup.css", STATIC / "widgets.css")
    return "\n".join(file.read_text(encoding="utf-8") for file in files if file.exists())


class PageWidget(anywidget.AnyWidget):
    """A widget that tells the kernel what happened by small messages ``{"type": ...}``.

    The style of the kit is sent once a page: by the widget that is made with ``styled=True``.
    """

    def __init__(self, *, styled: bool = True, **traits: Any) -> None:
        self._css = style_text() if styled else ""
        self._handlers: dict[str, list[Callable[[Mapping[str, Any]], None]]] = {}
        super().__init__(**traits)
        self.on_msg(self._received)

    def on(self, kind: str, callback: Callable[[Mapping[str, Any]], None]) -> None:
        """Call ``callback`` with each message of that kind."""
        self._handlers.setdefault(kind, []).append(callback)

    def receive(self, message: Mapping[str, Any]) -> None:
        """Take a message as if it came from the page. Unknown kinds and malformed messages are ignored."""
        kind = message.get("type")
        if isinstance(kind, str):
            for callback in self._handlers.get(kind, ()):
                callback(message)

    def _received(self, _widget: object, content: object, _buffers: object) -> None:
        if isinstance(content, Mapping):
            self.receive(content)
