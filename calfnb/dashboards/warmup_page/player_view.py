"""The panel of the player: what is played, and the player itself."""

from __future__ import annotations

from typing import Any

import ipywidgets

from calfnb import markup
from calfnb.dashboards.page_view import Message, texts_of
from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.dashboards.paneled.safety import START
from calfnb.dashboards.paneled.safety_view import held_back_note
from calfnb.dashboards.paneled.view import PanelView
from calfnb.dashboards.warmup_page.player import PLAYS, PlayerPart, PlayerState, check_player
from calfnb.markup import tag
from calfnb.markup.player import hurt_note
from calfnb.widgets import HtmlPanel
from calfnb.widgets.step_player import StepPlayer

__all__ = ["PlayerView"]


class PlayerView(PanelView[Any, Any, PanelLibrary]):
    """It is drawn whatever panel is shown: an answer that holds a plan back stops the player at once."""

    words = "dash5"

    def _build(self) -> None:
        self.head = HtmlPanel(styled=False)
        self.player = StepPlayer(
            texts=texts_of(self.tables, "player.play", page="dash5"),
            hurt=hurt_note(self.library.prevention, panel=START),
        )
        for panel in (self.head, self.player):
            self._on(panel, "action", self._act)
        self.widget = ipywidgets.VBox([self.head, self.player])
        self.widget.add_class("cnp-step")

    def _act(self, message: Message) -> None:
        if self._to_panel(message):
            return
        if message["action"] != "plays":
            raise ValueError(f"There is no action {message['action']!r}.")
        chosen = PlayerState(str(message["id"]))
        check_player(chosen)
        self.store.change(remember=False, player=chosen)

    def _draw(self) -> None:
        part: PlayerPart = self.store.result.player
        held = held_back_note(part.safety, self.library)
        names = {name: self.text(f"dash5.player.plays.{name}") for name in PLAYS}
        choices = self._choices("plays", names, part.plays, self.text("dash5.player.what"))
        self.head.html = markup.join((
            self._heading("dash5.player.title", "dash5.player.lead"),
            held or choices,
            None if held or not part.missing else self._missing(part),
        ))  # fmt: skip
        self.player.program = dict(part.program)

    def _missing(self, part: PlayerPart) -> markup.Html:
        button = tag(
            "button", self.text(f"dash5.player.make.{part.missing}"), type="button",
            class_="cnw-button cnw-button-strong", data_action="panel", data_id=part.missing,
        )  # fmt: skip
        return tag("div", tag("p", self.text(f"dash5.player.none.{part.missing}")), tag("p", button), class_="cnp-card",
                   role="note")  # fmt: skip
