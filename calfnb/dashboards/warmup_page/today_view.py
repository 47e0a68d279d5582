"""The panel of the routine of the day: its choices, the routine, the days beside it, play and print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ipywidgets

from calfnb import markup
from calfnb.dashboards.page_view import FormPart, Message, texts_of
from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.dashboards.paneled.safety_view import held_back_note
from calfnb.dashboards.paneled.view import PanelView
from calfnb.dashboards.warmup_page.drills import check_drills
from calfnb.dashboards.warmup_page.drills_view import at_hand_field, gear_field
from calfnb.dashboards.warmup_page.plan import EQUIPMENT, with_answer
from calfnb.dashboards.warmup_page.player import PlayerState
from calfnb.dashboards.warmup_page.today import GEAR, MINUTES, TodayPart, TodayState, factors_of, with_choice
from calfnb.markup import tag
from calfnb.markup.assets import static_text
from calfnb.markup.routine import routine_days, routine_list, routine_sheet
from calfnb.markup.warmup import page_document
from calfnb.store import Store
from calfnb.warmup.routine import Routine
from calfnb.widgets import HtmlPanel
from calfnb.widgets.documents import Documents

__all__ = ["TodayView"]

_ANY = "-"


class TodayView(PanelView[Any, Any, PanelLibrary]):
    """The routine of a day, which the date chooses, with yesterday's and tomorrow's small beside it.

    Parameters
    ----------
    take_today
        Takes the reader's own day when it is another than that of the machine.
    """

    panel = "day"
    words = "dash5"

    def __init__(
        self,
        store: Store[Any, Any],
        library: PanelLibrary,
        *,
        show: Callable[[str], None],
        take_today: Callable[[str], None],
    ) -> None:
        self._take_today = take_today
        super().__init__(store, library, show=show)

    def _build(self) -> None:
        self.head = HtmlPanel(styled=False)
        self.form = FormPart(self, self.text("dash5.day.choices"), self._set)
        self.form.widget.add_class("cnp-form")
        self.form.widget.add_class("cnp-form-day")
        self._on(self.form.widget, "today", lambda message: self._take_today(str(message["day"])))
        self.made = HtmlPanel(styled=False, label=self.text("dash5.day.title"))
        self.days = HtmlPanel(styled=False, label=self.text("dash5.day.days"))
        self.days.add_class("cnp-day__days")
        self.documents = Documents(texts=texts_of(self.tables, "documents", page="dash3"))
        for panel in (self.head, self.made):
            self._on(panel, "action", self._act)
        side = ipywidgets.VBox([self.form.widget, self.days])
        side.add_class("cnp-day__side")
        made = ipywidgets.VBox([self.made, self.documents])
        made.add_class("cnp-day__made")
        self.pair = ipywidgets.Box([side, made])
        self.pair.add_class("cnp-day")
        self.widget = ipywidgets.VBox([self.head, self.pair])
        self.widget.add_class("cnp-step")

    # ---- what a person does ----

    def _set(self, name: str, value: Any) -> None:
        state = self.store.state
        if name == EQUIPMENT:
            self.store.change(plan=with_answer(state.plan, name, value, self.library.prevention))
            return
        if name == "day" and value == state.today.isoformat():
            value = ""
        chosen = "" if value == _ANY else value
        self.store.change(day=with_choice(state.day, name, chosen, self.library))

    def _act(self, message: Message) -> None:
        if self._to_panel(message):
            return
        kind = str(message["action"])
        if kind == "play":
            self.store.change(remember=False, player=PlayerState("day"), panel="player")
        elif kind == "drill":
            drills = replace(self.store.state.drills, drill=str(message["id"]))
            check_drills(drills, self.library)
            self.store.change(remember=False, drills=drills, panel="drills")
        else:
            raise ValueError(f"There is no action {kind!r}.")

    # ---- what it shows ----

    def _draw(self) -> None:
        state: TodayState = self.store.state.day
        part: TodayPart = self.store.result.day
        held = held_back_note(part.safety, self.library)
        (self.pair.add_class if held else self.pair.remove_class)("cnw-away")
        self.head.html = markup.join((self._heading("dash5.day.title", "dash5.day.lead"), held))
        if part.routine is None:
            self.made.html = self.days.html = ""
            self.documents.documents = []
            return
        self._draw_form(state, part)
        routine = part.routine
        with self.made.hold_sync():
            self.made.html = self._made(routine, part)
            self.made.announcement = self.text("dash5.day.said", count=len(routine.steps),
                                               minutes=round(routine.total_min))  # fmt: skip
        self.days.html = self._days(routine, part)
        self.documents.documents = [self._sheet(routine, part)] if routine.steps else []

    def _draw_form(self, state: TodayState, part: TodayPart) -> None:
        text = self.text
        minutes = [{"id": one, "label": text("warmup.drill.minutes", minutes=one)} for one in MINUTES]
        factors = [{"id": name, "label": label} for name, label in factors_of(self.library.prevention).items()]
        fields: list[dict[str, Any]] = [
            {"id": "minutes", "kind": "radios", "label": text("dash5.day.minutes"), "options": minutes},
            gear_field(GEAR, self.library),
            *([at_hand_field(self.library)] if state.gear == "at_hand" else []),
            {"id": "factors", "kind": "checks", "label": text("dash5.day.factors"),
             "hint": text("dash5.day.factors.why"), "options": factors},
            {"id": "day", "kind": "date", "label": text("dash5.day.day"),
             "today": self.store.state.today.isoformat()},
        ]  # fmt: skip
        values = {
            "minutes": state.minutes, "gear": state.gear or _ANY, "factors": list(state.factors),
            "day": part.day.isoformat(), EQUIPMENT: list(self.store.state.plan.equipment),
        }  # fmt: skip
        self.form.show(fields, values)

    def _made(self, routine: Routine, part: TodayPart) -> markup.Html:
        minutes = self.text("dash5.day.about", minutes=round(routine.total_min))
        play = tag("button", self.text("dash5.day.play"), type="button", class_="cnw-button cnw-button-strong",
                   data_action="play", data_id="day")  # fmt: skip
        pointed = {part.wanted[name] for name in routine.exercise_ids if name in part.wanted}
        because = self.text("dash5.day.because", names="; ".join(sorted(pointed))) if pointed else ""
        return markup.join((
            tag("h3", self.text("warmup.routine.title", day=routine.day.isoformat())),
            tag("p", minutes, class_="cn-quiet"),
            tag("p", because) if because else None,
            tag("p", play) if routine.steps else None,
            routine_list(routine, part.wanted, self.library.prevention),
        ))  # fmt: skip

    def _days(self, routine: Routine, part: TodayPart) -> markup.Html:
        assert part.before is not None
        assert part.after is not None
        names = ("before", "this", "after") if self.store.state.day.day else ("yesterday", "today", "tomorrow")
        routines = (part.before, routine, part.after)
        days = {self.text(f"dash5.day.{name}"): one for name, one in zip(names, routines, strict=True)}
        return markup.join((tag("h3", self.text("dash5.day.days")), routine_days(days, self.library.prevention)))

    def _sheet(self, routine: Routine, part: TodayPart) -> dict[str, Any]:
        tables = self.library.prevention
        title = self.text("warmup.routine.title", day=routine.day.isoformat())
        page = page_document(title, routine_sheet(routine, part.wanted, tables), tables,
                             style=static_text("routine_sheet.css"))  # fmt: skip
        file = {"label": self.text("dash5.day.page"), "name": f"routine-{routine.day.isoformat()}.html",
                "mime": "text/html", "text": page}  # fmt: skip
        return {"id": "routine", "title": title, "lead": self.text("dash5.day.page.lead"), "blocked": "",
                "html": page, "files": [file]}  # fmt: skip
