"""The panel that comes first: the safety questions, and what they hold back; and the note that other panels show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets

from calfnb import markup
from calfnb.dashboards.page_view import FormPart, Message
from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.dashboards.paneled.safety import START, SafetyPart, SafetyState, with_answer
from calfnb.dashboards.paneled.view import PanelView
from calfnb.markup import tag
from calfnb.markup.icons import level_shape
from calfnb.markup.warmup import gate_note
from calfnb.markup.words import condition_name
from calfnb.tables.records_warmup import PlanQuestion
from calfnb.warmup.gate import sign_level
from calfnb.widgets import HtmlPanel

__all__ = ["SafetyView", "held_back_note"]

_LINES = {"stop": "ui.safety.line.stop", "pass": "ui.safety.line.pass"}
_PLACES = {"number": "number", "condition": "select", "yes_no": "radios"}


def held_back_note(part: SafetyPart, library: PanelLibrary) -> markup.Html:
    """Say on another panel why it shows no plan, with the way to the questions; "" when the gate passed.

    Its button sends the action ``panel`` with the id of the panel of questions.
    """
    if part.passed:
        return markup.Html("")
    tables = library.prevention
    goal = _goal(part, library)
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


def _goal(part: SafetyPart, library: PanelLibrary) -> markup.Html:
    """Return the button that leads to the question that holds back."""
    words = library.tables.text("ui.safety.answer_there" if part.asked_on else "ui.safety.answer")
    return tag(
        "button", words, type="button", class_="cnw-button cnw-button-strong", data_action="panel",
        data_id=part.asked_on or START,
    )  # fmt: skip


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
        self.signs = HtmlPanel(styled=False)
        self.form = FormPart(self, self.text("ui.safety.title"), self._set)
        self.form.widget.add_class("cnp-form")
        self.form.widget.add_class("cnp-form-safety")
        self.outcome = HtmlPanel(styled=False, label=self.text("ui.safety.outcome"))
        self.outcome.add_class("cnp-safety__outcome")
        self._on(self.outcome, "action", self._act)
        asked = ipywidgets.VBox([self.signs, self.form.widget])
        # On a phone the outcome is below the questions; this line stays in view and leads there.
        self.line = HtmlPanel(styled=False)
        self.line.add_class("cnp-safety__line")
        both = ipywidgets.Box([asked, self.outcome, self.line])
        both.add_class("cnp-safety")
        self.widget = ipywidgets.VBox([self.head, both])
        self.widget.add_class("cnp-step")

    def _set(self, name: str, value: Any) -> None:
        state: SafetyState = self.store.state.safety
        self.store.change(safety=with_answer(state, name, value, self.library.prevention))

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
        # With a yes the same list is there to tick.
        self.signs.html = "" if state.answers.get("red_flag") == "yes" else self._signs()
        with self.outcome.hold_sync():
            self.outcome.html = self._outcome(part)
            self.outcome.announcement = self._said(part)
        decision = part.gate.decision
        words = self._still_open(len(part.gate.questions)) if decision == "ask" else self.text(_LINES[decision])
        self.line.html = tag(
            "button", words, type="button", class_=f"cnw-button cnp-safety__go cnp-safety__go--{decision}",
            data_jump="cnp-safety__outcome",
        )  # fmt: skip

    def _signs(self) -> markup.Html:
        tables = self.library.prevention
        rows = sorted(tables.signs.values(), key=lambda row: row.order)
        items = (
            tag("li", level_shape(level, size="small"), tag("span", row.sign), class_=f"cn-level--{level}")
            for row in rows
            for level in (sign_level(row, tables),)
        )
        title = tag("h3", self.text("ui.safety.signs", count=len(rows)), class_="cnp-card__name")
        return tag("div", title, tag("ul", *items, class_="cnp-signs"), class_="cnp-card")

    def _said(self, part: SafetyPart) -> str:
        """Return what a screen reader hears of the outcome."""
        if part.gate.decision == "stop":
            return part.gate.sentence
        if part.gate.decision == "ask":
            return self._still_open(len(part.gate.questions))
        return self.text("ui.safety.passed")

    def _still_open(self, count: int) -> str:
        return self.text("ui.safety.still_open.one" if count == 1 else "ui.safety.still_open", count=count)

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
        return found

    def _outcome(self, part: SafetyPart) -> markup.Html:
        if part.gate.decision == "stop":
            note = gate_note(part.gate, self.library.prevention)
            return markup.join((note, tag("p", _goal(part, self.library)))) if part.asked_on else note
        if part.gate.decision == "ask":
            questions = (self.library.prevention.questions[name].question for name in part.gate.questions)
            return tag(
                "div",
                tag("p", tag("strong", self._still_open(len(part.gate.questions)))),
                tag("ul", *(tag("li", question) for question in questions)),
                class_="cnp-card",
            )
        return tag(
            "div",
            tag("p", self.text("ui.safety.passed")),
            self._onward(),
            class_="cnp-card cnp-safety__passed",
        )
