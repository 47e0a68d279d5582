"""A figure in plotly's form, drawn by one copy of plotly.js for the whole page, with its numbers as a table."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from traitlets import Bool, Dict, observe

from calfnb.figures import table_twin
from calfnb.tables import Tables, load_tables
from calfnb.widgets.base import STATIC, PageWidget, module_text

__all__ = ["LIBRARY", "LIBRARY_FOLDER", "Figure"]

#: A server may offer this folder to pages (``fullLibrariesUrl`` of the page's configuration); else the kernel sends
#: the file, once a page.
LIBRARY_FOLDER = STATIC / "plotly"
LIBRARY = LIBRARY_FOLDER / "plotly-partial.min.js"
_WORDS = "ui.figure."


def _module() -> str:
    """Return the module with its style in it; a class has one ``_css`` on a page, and that is the kit's."""
    style = (STATIC / "figure.css").read_text(encoding="utf-8")
    return f"const FIGURE_STYLE = {json.dumps(style)};\n{module_text('figure.js')}"


@cache
def _packed(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), compresslevel=6, mtime=0)


class Figure(PageWidget):
    """Shows ``figure`` and its numbers as a table; plotly.js comes to the page when the first figure is near.

    Messages: ``click`` (``id``, ``curve``, ``point``) for a point or bar, or for its row of the table (then ``curve``
    and ``point`` are -1). One that names nothing of the figure is ignored.

    Parameters
    ----------
    figure
        ``{"data": [...], "layout": {...}}`` with traces ``bar``, ``scatter`` (lines, dots) and ``heatmap``, for
        example from :mod:`calfnb.figures`. ``{}`` shows nothing. ``layout.meta`` may hold ``name``, ``description``
        and ``table``.
    tables
        Where its words come from; the shipped tables if left out.

    Attributes
    ----------
    figure
        May be set again; the page redraws what has changed.
    clickable
        Whether clicks are reported.
    clicked
        The last click, without its type; ``{}`` before the first.
    """

    _esm = _module()
    figure = Dict().tag(sync=True)
    table = Dict().tag(sync=True)
    clickable = Bool(False).tag(sync=True)
    texts = Dict().tag(sync=True)
    clicked = Dict()

    def __init__(self, figure: Mapping[str, Any] | None = None, *, tables: Tables | None = None, **traits: Any) -> None:
        messages = (tables or load_tables()).messages
        words = {key.removeprefix(_WORDS): text for key, text in messages.items() if key.startswith(_WORDS)}
        super().__init__(figure=dict(figure or {}), texts=words, **traits)
        self.on("library", lambda _message: self.send({"type": "library"}, buffers=[_packed(LIBRARY)]))

    def show(self, figure: Mapping[str, Any]) -> None:
        """Show another figure; picture and table go to the page together."""
        with self.hold_sync():
            self.figure = dict(figure)

    @observe("figure")
    def _tabulate(self, _change: object) -> None:
        self.table = table_twin(self.figure, self.texts) if self.figure else {}

    def receive(self, message: Mapping[str, Any]) -> None:
        """Take a message as if it came from the page. Unknown kinds and malformed messages are ignored."""
        if message.get("type") == "click":
            if not self._names_a_point(message):
                return
            self.clicked = {name: message[name] for name in ("id", "curve", "point")}
        super().receive(message)

    def _names_a_point(self, message: Mapping[str, Any]) -> bool:
        named, curve, point = (message.get(name) for name in ("id", "curve", "point"))
        if not (isinstance(named, str) and isinstance(curve, int) and isinstance(point, int)):
            return False
        data = self.figure.get("data", ())
        if (curve, point) == (-1, -1):
            return named != "" and named in self.table.get("ids", ())
        if not (0 <= curve < len(data) and 0 <= point < len(data[curve].get("x", ()))):
            return False
        ids = data[curve].get("ids", ())
        return named == (str(ids[point]) if point < len(ids) else "")
