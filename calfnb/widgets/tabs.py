"""A row of tabs over panels that stand elsewhere on the page."""

from __future__ import annotations

from typing import Any

from traitlets import List, Unicode

from calfnb.widgets.base import STATIC, PageWidget, module_text

__all__ = ["Tabs"]

_STYLE = (STATIC / "fields.css").read_text(encoding="utf-8")


class Tabs(PageWidget):
    """Shows the tabs and gives the panels their roles; the page shows and hides the panels itself.

    Arrow keys, Home and End walk through the tabs. Message: ``tab`` (``tab``).

    Attributes
    ----------
    tabs
        ``[{"id", "label", "more", "panel"}]``; ``panel`` is the class of the panel's box.
    selected
        The id of the tab that is shown.
    label
        What the tabs are for, for a screen reader.

    Parameters
    ----------
    style
        Style rules that the panels need beyond the kit's own.
    """

    # A class has one ``_css`` on a page; this one carries what only a page with tabs needs beside the kit's own style.
    _css = ""

    _esm = module_text("tabs.js")
    tabs: List[Any] = List().tag(sync=True)
    selected = Unicode("").tag(sync=True)
    label = Unicode("").tag(sync=True)

    def __init__(self, *, style: str = "", **traits: Any) -> None:
        super().__init__(styled=False, **traits)
        self._css = f"{_STYLE}\n{style}"
