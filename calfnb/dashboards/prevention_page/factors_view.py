"""The panel of contributing factors: the questionnaire step by step, what each answer means, and what counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import ipywidgets

from calfnb import markup
from calfnb.dashboards.page_view import FormPart, Message
from calfnb.dashboards.paneled.view import PanelView
from calfnb.dashboards.prevention_page.factors import STEPS, FactorsState, answered, example, is_example, step_of
from calfnb.dashboards.prevention_page.library import PreventionLibrary
from calfnb.dashboards.prevention_page.state import PreventionResult, PreventionState
from calfnb.markup import tag
from calfnb.markup.prevention_panels import factor_known, factor_steps, factor_summary
from calfnb.tables.records_prevention import ContributingFactor
from calfnb.widgets import HtmlPanel

__all__ = ["FactorsView"]

#: The class by which a button jumps to what counts.
_SUMMARY = "cnf-summary"
_ORDER = tuple(STEPS)


class FactorsView(PanelView[PreventionState, PreventionResult, PreventionLibrary]):
    """Steps at the side, the questions of one step with what is known under each, and what counts beside them."""

    panel = "factors"
    words = "dash4"

    def _build(self) -> None:
        self.head = HtmlPanel(styled=False)
        self.steps = HtmlPanel(styled=False)
        self.jump = FormPart(self, self.text("dash4.factors.steps"), self._jump)
        self.title = HtmlPanel(styled=False)
        self.form = FormPart(self, self.text("dash4.factors.questions"), self._set)
        self.onward = HtmlPanel(styled=False)
        self.summary = HtmlPanel(styled=False, label=self.text("dash4.factors.summary"))
        for part in (self.head, self.steps, self.form.widget, self.onward, self.summary):
            self._on(part, "action", self._act)
        self.jump.widget.add_class("cnf-jump")
        self.form.widget.add_class("cnf-form")
        self.summary.add_class(_SUMMARY)
        left = ipywidgets.VBox([self.steps, self.jump.widget])
        left.add_class("cnf-left")
        middle = ipywidgets.VBox([self.title, self.form.widget, self.onward])
        middle.add_class("cnf-middle")
        columns = ipywidgets.HBox([left, middle, self.summary])
        columns.add_class("cnf-columns")
        self.widget = ipywidgets.VBox([self.head, columns])

    # ---- what a person does ----

    def _set(self, name: str, value: Any) -> None:
        state = answered(self.store.state.factors, name, str(value), self.library.prevention)
        self.store.change(factors=state)
        finding = next(row for row in self.store.result.factors.report.findings if row.factor.factor_id == name)
        said = self.text("dash4.factors.said", name=finding.factor.name, state=self._verdict(finding.state))
        self.summary.announcement = "" if name in self.store.result.factors.problems else said

    def _verdict(self, state: str) -> str:
        return self.text(f"prevention.state.{state}")

    def _jump(self, name: str, value: Any) -> None:
        if name != "step":
            raise ValueError(f"There is no field {name!r}.")
        self._go(str(value))

    def _go(self, step: str) -> None:
        if step not in STEPS:
            raise ValueError(f"There is no step {step!r}.")
        self._put(replace(self.store.state.factors, step=step), remember=False)
        # The new questions get the focus: what was clicked may be gone.
        self.title.send({"type": "focus"})

    def _question(self, factor_id: str) -> None:
        step = step_of(self.library.prevention.factors[factor_id])
        # In the step that is shown the button itself jumps to the question.
        if step != self.store.state.factors.step:
            self._go(step)

    def _put(self, state: FactorsState, *, remember: bool = True) -> None:
        self.store.change(remember=remember, factors=state)

    def _act(self, message: Message) -> None:
        if self._to_panel(message):
            return
        state = self.store.state.factors
        acts: dict[str, Callable[[], None]] = {
            "step": lambda: self._go(str(message["id"])),
            "question": lambda: self._question(str(message["id"])),
            "example": lambda: self._put(example(state)),
            "clear": lambda: self._put(replace(state, answers=MappingProxyType({}))),
        }
        acts[str(message["action"])]()

    # ---- what it shows ----

    def _draw(self) -> None:
        state, part = self.store.state.factors, self.store.result.factors
        place = _ORDER.index(state.step)
        names = {name: self.text(f"dash4.factors.step.{name}") for name in STEPS}
        rows = [(step.step_id, names[step.step_id], step.answered, len(step.findings)) for step in part.steps]
        self.head.html = self._head()
        self.steps.html = factor_steps(
            rows, state.step, self.library.prevention, label=self.text("dash4.factors.steps")
        )
        options = [
            {"id": name, "label": self.text("dash4.factors.option", name=words, answered=done, count=count)}
            for name, words, done, count in rows
        ]
        label = self.text("dash4.factors.steps")
        self.jump.show([{"id": "step", "kind": "select", "label": label, "options": options}], {"step": state.step})
        self.title.html = markup.join((
            tag("p", self.text("dash4.factors.place", place=place + 1, count=len(_ORDER)), class_="cnf-place"),
            tag("h3", names[state.step], class_="cnf-title"),
        ))  # fmt: skip
        self._draw_questions()
        self.onward.html = self._onward(place, names)
        self.summary.html = markup.join((
            tag("h3", self.text("dash4.factors.summary"), class_="cnf-title"),
            factor_summary(part.report, self.library.prevention),
            self._to_week(),
        ))  # fmt: skip

    def _head(self) -> markup.Html:
        part, text = self.store.result.factors, self.text
        total = len(part.report.findings)
        words = text("dash4.factors.progress", answered=part.answered, count=total)
        bar = tag("progress", value=part.answered, max=total, aria_label=words, class_="cnf-bar")
        buttons = [tag("button", text("dash4.factors.example"), type="button", class_="cnw-button",
                       data_action="example")]  # fmt: skip
        if self.store.state.factors.answers:
            buttons.append(tag("button", text("dash4.factors.clear"), type="button", class_="cnw-button",
                               data_action="clear"))  # fmt: skip
        invented = tag("p", text("dash4.factors.invented"), class_="cnp-note", role="note")
        return markup.join((
            self._heading("dash4.factors.title", "dash4.factors.lead"),
            invented if is_example(self.store.state.factors) else None,
            tag("div", tag("p", words, class_="cnf-progress"), bar, *buttons, class_="cnf-head"),
        ))  # fmt: skip

    def _draw_questions(self) -> None:
        state, part = self.store.state.factors, self.store.result.factors
        step = part.step(state.step)
        details = {row.factor.factor_id: factor_known(row, self.library.prevention) for row in step.findings}
        values = {row.factor.factor_id: state.answers.get(row.factor.factor_id, "") for row in step.findings}
        with self.form.widget.hold_sync():
            self.form.widget.details = details
            self.form.show([self._field(row.factor) for row in step.findings], values, part.problems)

    def _field(self, factor: ContributingFactor) -> dict[str, Any]:
        field: dict[str, Any] = {"id": factor.factor_id, "label": factor.question, "hint": factor.guard}
        if factor.kind == "number":
            return field | {"kind": "number", "unit": factor.unit}
        pairs = zip(factor.options, factor.labels, strict=True)
        options: list[dict[str, Any]] = [{"id": name, "label": label} for name, label in pairs]
        options.append({"id": "", "label": self.text("ui.safety.open_answer"), "open": True})
        return field | {"kind": "radios", "options": options}

    def _onward(self, place: int, names: dict[str, str]) -> markup.Html:
        text = self.text
        parts = []
        if place:
            goal = _ORDER[place - 1]
            parts.append(tag("button", text("dash4.factors.back", name=names[goal]), type="button",
                             class_="cnw-button", data_action="step", data_id=goal))  # fmt: skip
        if place + 1 < len(_ORDER):
            goal = _ORDER[place + 1]
            parts.append(tag("button", text("dash4.factors.next", name=names[goal]), type="button",
                             class_="cnw-button cnw-button-strong", data_action="step", data_id=goal))  # fmt: skip
        else:
            parts.append(tag("button", text("dash4.factors.to_summary"), type="button",
                             class_="cnw-button cnw-button-strong", data_jump=_SUMMARY))  # fmt: skip
        return tag("div", *parts, class_="cnf-onward")

    def _to_week(self) -> markup.Html | None:
        if not self.store.result.factors.factor_ids:
            return None
        return tag("p", tag("button", self.text("dash4.factors.to_week"), type="button", class_="cnw-button",
                            data_action="panel", data_id="week"))  # fmt: skip
