"""A player that steps through drills with a countdown, in the browser alone."""

from __future__ import annotations

from typing import Any

from traitlets import Dict, Unicode

from calfnb.widgets.base import STATIC, PageWidget, module_text

__all__ = ["StepPlayer"]

_STYLE = (STATIC / "step_player.css").read_text(encoding="utf-8")


class StepPlayer(PageWidget):
    """Plays ``program`` one drill a screen. Once it is on the page it needs no kernel: a lost connection stops nothing.

    Space starts and pauses, the arrow keys go on and back. Time is read from the clock, so it is right after the page
    slept. A program that changes while another is played waits until it is asked for, unless ``safety`` changed: then
    the old one stops at once. Message: ``action`` of a button in ``hurt``.

    Attributes
    ----------
    program
        ``{"title", "safety", "steps"}``; ``steps`` as `calfnb.markup.player` makes them, their ``figure`` is safe
        markup; without steps the player is away. ``safety`` is a text that differs when the answers do.
    hurt
        Markup made by ``calfnb.markup``: what to do when something hurts.
    """

    # A class has one ``_css`` on a page; this one carries only what the kit's own style has not.
    _css = ""

    _esm = module_text("step_player.js", "step_player_view.js")
    program: Dict[str, Any] = Dict().tag(sync=True)
    hurt = Unicode("").tag(sync=True)
    texts = Dict().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(styled=False, **traits)
        self._css = _STYLE
