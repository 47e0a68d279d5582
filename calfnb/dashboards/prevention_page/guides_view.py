"""Guides."""

from __future__ import annotations

from typing import Any

from calfnb.dashboards.paneled.view import PanelView
from calfnb.widgets import HtmlPanel


class GuidesView(PanelView[Any, Any, Any]):
    panel = "guides"

    def _build(self) -> None:
        self.widget = HtmlPanel(styled=False)

    def _draw(self) -> None:
        self.widget.html = "Guides"
