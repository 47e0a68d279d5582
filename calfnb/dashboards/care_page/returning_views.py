"""The panel of the return to running: gates with calculators, the ladder as a calendar, the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ipywidgets

from calfnb import markup
from calfnb.dashboards.care_page import returning
from calfnb.dashboards.care_page.fields import ladder_fields, measure_fields, session_fields, values_of
from calfnb.dashboards.care_page.frame import CareView
from calfnb.dashboards.care_page.returning import DRAFT, GATES, LADDER, MEASURES, STEPS, ReturnState
from calfnb.dashboards.page_view import FormPart, Message
from calfnb.markup import tag
from calfnb.markup.care import day_words, held_note
from calfnb.markup.return_to_run import (
    decision_card,
    gate_checklist,
    ladder_calendar,
    ladder_list,
    log_table,
    rules_table,
    side_check_note,
)
from calfnb.markup.words import condition_name
from calfnb.widgets import HtmlPanel

__all__ = ["ReturnView"]


class ReturnView(CareView):
    """Three steps behind buttons; none of them while the ladder is held back or a clinician has not agreed."""

    panel = "return"

    def _build(self) -> None:
        self.head = HtmlPanel(styled=False)
        self.measures = FormPart(self, self.text("dash3.measures"), self._set)
        self.ladder = FormPart(self, self.text("dash3.ladder"), self._set)
        self.session = FormPart(self, self.text("dash3.session"), self._set)
        self.gates = HtmlPanel(styled=False)
        self.checks = HtmlPanel(styled=False)
        self.calendar = HtmlPanel(styled=False)
        self.buttons = HtmlPanel(styled=False)
        self.log = HtmlPanel(styled=False)
        self.steps = {
            "gates": self._box([self.measures.widget, self.checks, self.gates]),
            "ladder": self._box([self.ladder.widget, self.calendar]),
            "log": self._box([self.session.widget, self.buttons, self.log]),
        }
        for part, name in ((self.measures, "measures"), (self.ladder, "ladder"), (self.session, "session")):
            part.widget.add_class("cnp-form")
            part.widget.add_class(f"cnp-form-{name}")
        for panel in (self.head, self.gates, self.buttons, self.log):
            self._on(panel, "action", self._act)
        self.widget = ipywidgets.VBox([self.head, *self.steps.values()])

    def _box(self, parts: list[Any]) -> ipywidgets.VBox:
        box = ipywidgets.VBox(parts)
        box.add_class("cnp-step")
        return box

    # ---- what a person does ----

    def _set(self, name: str, value: Any) -> None:
        if name not in (*MEASURES, *LADDER, *DRAFT) or not isinstance(value, str):
            raise ValueError(f"There is no field {name!r}.")
        self._put(returning.typed(self.store.state.running, name, value[:40]))

    def _put(self, running: ReturnState, *, remember: bool = True) -> None:
        self.store.change(remember=remember, running=running)

    def _act(self, message: Message) -> None:
        state, result = self.store.state, self.store.result
        running = state.running
        acts: dict[str, Callable[[], None]] = {
            "step": lambda: self._put(replace(running, step=_one_of(message["id"], STEPS)), remember=False),
            "which": lambda: self._put(replace(running, gate=_one_of(message["id"], GATES)), remember=False),
            "gate": lambda: self._tick(str(message["gate"]), str(message["value"])),
            "agreed": lambda: self._put(replace(running, agreed=not running.agreed)),
            "note": lambda: self._note(),
            "drop": lambda: self._put(returning.drop_last(running)),
            "clear": lambda: self._put(replace(running, log=(), tried=False)),
            "example": lambda: self._put(returning.example(running, self.care, today=state.today)),
        }
        if result.no_ladder and message["action"] != "agreed":
            raise ValueError("The return is held back.")
        acts[str(message["action"])]()

    def _tick(self, gate_id: str, value: str) -> None:
        if gate_id not in self.care.gates:
            raise ValueError(f"There is no test {gate_id!r}.")
        self._put(returning.ticked(self.store.state.running, gate_id, value))

    def _note(self) -> None:
        state, part = self.store.state, self.store.result.running
        running = returning.note_session(
            state.running, self.care, today=state.today, passed=part.passed, stage=part.stage
        )
        self._put(running)

    # ---- what it shows ----

    def _draw(self) -> None:
        state, result = self.store.state, self.store.result
        self.head.html = self._head()
        step = "" if result.no_ladder else state.running.step
        for name, box in self.steps.items():
            (box.remove_class if name == step else box.add_class)("cnw-away")
        draws = {"gates": self._draw_gates, "ladder": self._draw_ladder, "log": self._draw_log}
        if step:
            draws[step]()

    def _head(self) -> markup.Html:
        state, result = self.store.state, self.store.result
        name = condition_name(result.condition, self.tables)
        if result.held:
            head = self._heading("dash3.return.title", condition=name)
            own = tag("p", result.no_ladder) if result.no_ladder != result.held else None
            return markup.join((head, held_note(result.held, self.tables), own, tag("p", self.text("dash3.held.open"))))
        parts = [self._heading("dash3.return.title", "dash3.return.lead", condition=name)]
        row = self.care.conditions[result.condition]
        if row.ladder == "clinician_first":
            agreed = tag(
                "button", self.text("dash3.agreed"), type="button", class_="cn-choice", data_action="agreed",
                aria_pressed=str(state.running.agreed).lower(),
            )  # fmt: skip
            reason = result.no_ladder or row.ladder_note
            parts.append(tag("div", tag("p", reason), agreed, class_="cnp-card cnp-agree", role="note"))
        elif result.no_ladder:
            parts.append(tag("p", result.no_ladder, class_="cn-held", role="note"))
        if result.no_ladder:
            return markup.join(parts)
        if row.ladder != "clinician_first":
            parts.append(tag("p", row.ladder_note, class_="cnp-note"))
        steps = {name: self.text(f"dash3.step.{name}") for name in STEPS}
        parts.append(self._choices("step", steps, state.running.step, self.text("dash3.steps")))
        return markup.join(parts)

    def _draw_gates(self) -> None:
        state, part = self.store.state, self.store.result.running
        running = state.running
        values = values_of(MEASURES, running.entries, {"sex": "not_given"})
        self.measures.show(measure_fields(self.library), values, self.store.result.problems)
        gate = running.gate
        notes = [
            side_check_note(check, self.care, kind=kind)
            for check, kind in ((part.raises.get(gate), "heel_raises"), (part.wall, "knee_to_wall"))
            if check is not None
        ]
        hint = tag("p", self.text("dash3.measures.hint"), class_="cn-quiet")
        self.checks.html = tag("div", *(notes or [hint]), class_="cnp-checks")
        bone = self.care.conditions[self.store.result.condition].bone
        names = {name: self._gate_name(name) for name in GATES}
        measured = [self.care.gates[name].name for name in part.measured if self.care.gates[name].gate == gate]
        self.gates.html = markup.join((
            self._choices("which", names, gate, self.text("dash3.gates")),
            tag("p", self.text("dash3.gates.measured", names=", ".join(measured)), class_="cn-quiet")
            if measured
            else None,
            gate_checklist(self.care, part.gates[gate], bone=bone, interactive=True),
            self._example(),
        ))  # fmt: skip

    def _gate_name(self, gate: str) -> str:
        sign = self.text("care.gate.sign.yes") if gate in self.store.result.running.passed else ""
        return f"{self.text(f'dash3.gate.{gate}')} {sign}".strip()

    def _draw_ladder(self) -> None:
        state, part = self.store.state, self.store.result.running
        defaults = {
            "ladder_start": part.start_day.isoformat(),
            "from_stage": "1",
            "to_stage": str(self.care.stages[-1].stage),
        }
        values = values_of(LADDER, state.running.entries, defaults)
        self.ladder.show(
            ladder_fields(self.library, logged=bool(state.running.log)), values, self.store.result.problems
        )
        if state.running.log:
            status = self.text("dash3.ladder.from_log", count=len(state.running.log), stage=part.stage)
        elif "start" in part.passed:
            status = self.text("dash3.ladder.open")
        else:
            status = self.text("dash3.ladder.gate_open")
        last = part.upcoming[-1].day if part.upcoming else None
        end = self.text("dash3.ladder.end", day=day_words(last, self.tables)) if last else ""
        self.calendar.html = markup.join((
            tag("p", status, " ", end, class_="cn-care__review"),
            tag("p", self.text("care.ics.rules", limit=f"{part.plan.pain_limit_0_10:g}")) if part.plan else None,
            ladder_calendar(part.upcoming, self.care),
            self._fold("ladder", ladder_list(self.care, current=part.stage)),
        ))  # fmt: skip

    def _draw_log(self) -> None:
        state, part = self.store.state, self.store.result.running
        running = state.running
        defaults = {"day": state.today.isoformat(), "stage": str(part.stage)}
        review = bool(part.decisions) and part.decisions[-1].review
        fields = session_fields(self.library, review=review)
        self.session.show(fields, values_of(DRAFT, running.entries, defaults), self.store.result.problems)
        add = tag("button", self.text("dash3.log.note"), type="button", class_="cnw-button cnw-button-strong",
                  data_action="note")  # fmt: skip
        drop = tag("button", self.text("dash3.log.drop"), type="button", class_="cnw-button", data_action="drop")
        clear = tag("button", self.text("dash3.log.clear"), type="button", class_="cnw-button", data_action="clear")
        more = (drop, clear) if running.log else ()
        self.buttons.html = tag("div", add, *more, class_="cnp-buttons")
        with self.log.hold_sync():
            self.log.html = self._log()
            self.log.announcement = part.decisions[-1].action if part.decisions else ""

    def _log(self) -> markup.Html:
        part, log = self.store.result.running, self.store.state.running.log
        rules = self._fold("rules", rules_table(self.care))
        if not part.decisions:
            return markup.join((tag("p", self.text("dash3.log.empty")), self._example(), rules))
        last = part.decisions[-1]
        urgent = markup.emergency_line(self.tables) if last.decision == "stop_urgent" else None
        return markup.join((urgent, decision_card(last, self.care), log_table(log, part.decisions, self.care), rules))

    def _example(self) -> markup.Html | None:
        if self.store.state.running.log:
            return None
        return tag("p", tag("button", self.text("dash3.example"), type="button", class_="cnw-button",
                            data_action="example"))  # fmt: skip


def _one_of(value: object, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError(f"{value!r} is not one of {', '.join(known)}.")
    return str(value)
