"""A slider over days, with a step of a day or a week, and a button that lets the days go by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from traitlets import Dict, Int, Unicode

from calfnb.widgets.base import PageWidget, module_text

__all__ = ["TimeSlider"]


class TimeSlider(PageWidget):
    """Sends ``day`` (``day``: YYYY-MM-DD, ``seq``) for each evening that is chosen; one outside its range is ignored.

    The page does not wait for an answer: the elements of the class ``target`` get the style property
    ``--cn-evening`` (0 to 1) at once, and a drawing may lay its veil by it.

    Attributes
    ----------
    range
        ``{"first", "last", "end"}``: the evenings that can be chosen, and the last day of the drawing. ``{}`` hides
        the slider.
    day
        The evening that is shown.
    ack
        Number of the last message that ``day`` takes into account; until then the page keeps to its own.
    target
        Class of the elements that get the style property.
    """

    _esm = module_text("time_slider.js")
    range = Dict().tag(sync=True)
    day = Unicode("").tag(sync=True)
    ack = Int(0).tag(sync=True)
    target = Unicode("").tag(sync=True)
    texts = Dict().tag(sync=True)

    def receive(self, message: Mapping[str, Any]) -> None:
        """Take a message as if it came from the page. Unknown kinds and days out of range are ignored."""
        if message.get("type") != "day" or self._in_range(message.get("day")):
            super().receive(message)
        number = message.get("seq")
        if isinstance(number, int):
            self.ack = max(self.ack, number)

    def _in_range(self, written: object) -> bool:
        if not isinstance(written, str) or not self.range:
            return False
        try:
            day = date.fromisoformat(written)
        except ValueError:
            return False
        return date.fromisoformat(self.range["first"]) <= day <= date.fromisoformat(self.range["last"])
