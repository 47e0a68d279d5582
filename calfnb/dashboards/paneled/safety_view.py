"""The panel that comes first: the safety questions, and what they hold back; and the note that other panels show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import ipywidgets

from calfnb import markup
from calfnb.dashboards.page_view import FormPart, Message
from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.dashboards.paneled.safety import SafetyPart, SafetyState, with_answer
from calfnb.dashboards.paneled.view import PanelView
from calfnb.markup import tag
from calfnb.markup.warmup import gate_note
from calfnb.markup.words import condition_name
from calfnb.tables.records_warmup import PlanQuestion
from calfnb.widgets import HtmlPanel

__all__ = ["START", "SafeState", "SafetyView", "held_back_note"]

#: The panel of the safety questions.
START = "start"
_PLACES = {"number": "number", "condition": "select", "yes_no": "radios"}


class SafeState(Protocol):
    """A state with answers to the safety questions."""

    safety: SafetyState


class SafeResult(Protocol):
    """A result with what the gate says."""

    @property
    def safety(self) -> SafetyPart:
        """What follows from the answers."""


def held_back_note(part: SafetyPart, library: PanelLibrary) -> markup.Html:
    """Say on another panel why it shows no plan, with the way to the questions; "" when the gate passed.

    Its button sends the action ``panel`` with the id of the panel of questions.
    """
    if part.passed:
        return markup.Html("")
    tables = library.prevention
    goal = tag(
        "button", tables.text("ui.safety.answer"), type="button", class_="cnw-button cnw-button-strong",
        data_action="panel", data_id=START,
    )  # fmt: skip
    if part.gate.decision == "stop":
        return markup.join((gate_note(part.gate, tables), tag("p", goal)))
    questions = tag("ul", *(tag("li", tables.questions[name].question) for name in part.gate.questions))
    return tag(
        "div",
        tag("p", tag("strong", tables.text("ui.safety.open.title"))),
        tag("p", tables.text("ui.safety.open")),
        questions,
        tag("p", goal),
        class_="cnp-card",
        role="note",
    )


class SafetyView(PanelView[Any, Any, PanelLibrary]):
    """The questions with their reasons, and under them what the answers hold back or open.

    Parameters
    ----------
    onward
        Markup of the buttons that lead on when nothing holds back; they send the action ``panel``.
    """

    panel = START

    def __init__(
        self, store: Any, library: PanelLibrary, *, show: Callable[[str], None], onward: Callable[[], markup.Html]
    ) -> None:
        self._onward = onward
        super().__init__(store, library, show=show)

    def _build(self) -> None:
        lead = self._heading("ui.safety.title", "ui.safety.lead")
        self.head = HtmlPanel(styled=False, html=lead)
        self.form = FormPart(self, self.text("ui.safety.title"), self._set)
        self.form.widget.add_class("cnp-form")
        self.form.widget.add_class("cnp-form-safety")
        self.outcome = HtmlPanel(styled=False, label=self.text("ui.safety.outcome"))
        self._on(self.outcome, "action", self._act)
        self.widget = ipywidgets.VBox([self.head, self.form.widget, self.outcome])
        self.widget.add_class("cnp-step")

    def _set(self, name: str, value: Any) -> None:
        state: SafeState = self.store.state
        self.store.change(safety=with_answer(state.safety, name, value, self.library.prevention))

    def _act(self, message: Message) -> None:
        if not self._to_panel(message):
            raise ValueError(f"There is no action {message['action']!r}.")

    def _draw(self) -> None:
        state: SafetyState = self.store.state.safety
        part: SafetyPart = self.store.result.safety
        fields = [field for question in part.questions for field in self._fields(question, state)]
        values: dict[str, Any] = {row.question_id: state.answers.get(row.question_id, "") for row in part.questions}
        values["condition"] = values.get("condition") or "none"
        values["signs"] = list(state.signs)
        self.form.show(fields, values, part.problems)
        self.outcome.html = self._outcome(part)

    def _fields(self, question: PlanQuestion, state: SafetyState) -> list[dict[str, Any]]:
        text = self.text
        field: dict[str, Any] = {
            "id": question.question_id, "kind": _PLACES[question.kind], "label": question.question,
            "hint": question.why,
        }  # fmt: skip
        if question.kind == "number":
            return [field | {"unit": question.unit}]
        if question.kind == "condition":
            names = sorted(self.library.prevention.care.conditions, key=lambda name: condition_name(name, self.tables))
            options = [{"id": "none", "label": text("ui.safety.no_cause")}]
            options += [{"id": name, "label": condition_name(name, self.tables)} for name in names]
            return [field | {"options": options}]
        pairs = zip(question.options, question.labels, strict=True)
        choices: list[dict[str, Any]] = [{"id": name, "label": label} for name, label in pairs]
        choices.append({"id": "", "label": text("ui.safety.open_answer"), "open": True})
        found = [field | {"options": choices}]
        if question.question_id == "red_flag":
            rows = sorted(self.library.prevention.signs.values(), key=lambda row: row.order)
            if state.answers.get("red_flag") == "yes":
                which = [{"id": row.sign_id, "label": row.sign} for row in rows]
                found.append({"id": "signs", "kind": "checks", "label": text("ui.safety.which"), "options": which})
            else:
                found[0]["hint"] = text("ui.safety.signs", signs="; ".join(row.sign for row in rows))
        return found

    def _outcome(self, part: SafetyPart) -> markup.Html:
        if part.gate.decision == "stop":
            return gate_note(part.gate, self.library.prevention)
        if part.gate.decision == "ask":
            count = len(part.gate.questions)
            key = "ui.safety.still_open.one" if count == 1 else "ui.safety.still_open"
            return tag("p", self.text(key, count=count), class_="cnp-card")
        return tag("div", tag("p", self.text("ui.safety.passed")), self._onward(), class_="cnp-card")
