"""Debate."""

from __future__ import annotations

from typing import Any

from calfnb.dashboards.paneled.view import PanelView
from calfnb.widgets import HtmlPanel


class DebateView(PanelView[Any, Any, Any]):
    panel = "debate"

    def _build(self) -> None:
        self.widget = HtmlPanel(styled=False)

    def _draw(self) -> None:
        self.widget.html = "Debate"
