"""Buttons that lead from the safety questions to the panels they open."""

from __future__ import annotations

from collections.abc import Iterable

from calfnb import markup
from calfnb.dashboards.paneled.library import PanelLibrary

__all__ = ["onward_buttons"]


def onward_buttons(words: str, panels: Iterable[str], library: PanelLibrary) -> markup.Html:
    """A button for each panel; it sends the action ``panel`` with the panel's id."""
    buttons = (
        markup.tag("button", library.tables.text(f"{words}.tab.{name}"), type="button", class_="cnw-button",
                   data_action="panel", data_id=name)
        for name in panels
    )  # fmt: skip
    return markup.tag("div", *buttons, class_="cnp-buttons")
