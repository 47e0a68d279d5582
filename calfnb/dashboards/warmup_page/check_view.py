"""The panel of the guided self-check: one test a screen, and what the results point to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ipywidgets

from calfnb import markup
from calfnb.care.return_to_run import SEXES
from calfnb.dashboards.page_view import FormPart, Message
from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.dashboards.paneled.safety_view import held_back_note
from calfnb.dashboards.paneled.view import PanelView
from calfnb.dashboards.warmup_page.body import AGE, body_fields
from calfnb.dashboards.warmup_page.check import SIDES, CheckPart, CheckState, check_check, with_result
from calfnb.dashboards.warmup_page.drills import check_drills
from calfnb.dashboards.warmup_page.plan import FEET, with_answer
from calfnb.markup import tag
from calfnb.markup.checks import check_screen, fitting_drills
from calfnb.markup.warmup import self_check_list
from calfnb.tables.records_warmup import SelfCheck
from calfnb.widgets import HtmlPanel

__all__ = ["CheckView"]

_RAISES = "calf_raises"
_SEX = "sex"


class CheckView(PanelView[Any, Any, PanelLibrary]):
    """How a test is done, two numbers, and at once what they say; the last screen has everything."""

    panel = "check"
    words = "dash5"

    def _build(self) -> None:
        self.head = HtmlPanel(styled=False)
        self.screen = HtmlPanel(styled=False, label=self.text("dash5.check.title"))
        self.form = FormPart(self, self.text("dash5.check.results"), self._set)
        self.form.widget.add_class("cnp-form")
        self.form.widget.add_class("cnp-form-check")
        self.reading = HtmlPanel(styled=False, label=self.text("dash5.check.reading"))
        for panel in (self.head, self.screen, self.reading):
            self._on(panel, "action", self._act)
        side = ipywidgets.VBox([self.form.widget, self.reading])
        side.add_class("cnp-check__side")
        self.pair = ipywidgets.Box([self.screen, side])
        self.pair.add_class("cnp-check")
        self.widget = ipywidgets.VBox([self.head, self.pair])
        self.widget.add_class("cnp-step")

    # ---- what a person does ----

    def _set(self, name: str, value: Any) -> None:
        state = self.store.state
        if name in (AGE, FEET):
            self.store.change(plan=with_answer(state.plan, name, value, self.library.prevention))
        else:
            self.store.change(check=with_result(state.check, name.replace("-", "."), value, self.library))

    def _act(self, message: Message) -> None:
        if self._to_panel(message):
            return
        kind = str(message["action"])
        if kind == "test":
            self._to_test(int(message["id"]))
        elif kind == "drill":
            drills = replace(self.store.state.drills, drill=str(message["id"]))
            check_drills(drills, self.library)
            self.store.change(remember=False, drills=drills, panel="drills")
        elif kind == "clear":
            self.store.change(check=CheckState(sex=self.store.state.check.sex))
        else:
            raise ValueError(f"There is no action {kind!r}.")

    def _to_test(self, step: int) -> None:
        changed = replace(self.store.state.check, step=step)
        check_check(changed, self.library)
        self.store.change(remember=False, check=changed)
        self.screen.send({"type": "focus"})

    # ---- what it shows ----

    def _draw(self) -> None:
        state: CheckState = self.store.state.check
        part: CheckPart = self.store.result.check
        held = held_back_note(part.safety, self.library)
        not_now = part.result.not_now if part.result else ""
        if not_now:
            held = tag("p", not_now, class_="cn-held", role="note")
        (self.pair.add_class if held else self.pair.remove_class)("cnw-away")
        self.head.html = markup.join((
            self._heading("dash5.check.title", "dash5.check.lead"), held or self._steps(state, part),
        ))  # fmt: skip
        last = state.step == len(part.checks)
        (self.pair.add_class if last else self.pair.remove_class)("cnp-check--summary")
        if held or part.result is None:
            self.screen.html = self.reading.html = ""
            self.form.show([], {})
            return
        if last:
            self._draw_summary(part)
            return
        check = part.checks[state.step]
        self.screen.html = check_screen(check, self.library.prevention, place=state.step + 1, count=len(part.checks))
        self.form.show(self._fields(check, part), self._values(check, state),
                       {name.replace(".", "-"): words for name, words in part.problems.items()})  # fmt: skip
        with self.reading.hold_sync():
            self.reading.html = self._reading(check, state, part)
            finding = part.finding(check.check_id)
            self.reading.announcement = finding.sentence if finding and finding.left is not None else ""

    def _steps(self, state: CheckState, part: CheckPart) -> markup.Html:
        done = {row.check.check_id: row.state not in ("not_tested", "left_out")
                for row in (part.result.findings if part.result else ())}  # fmt: skip
        names = {str(place): f"{check.name}{' ✓' if done.get(check.check_id) else ''}"
                 for place, check in enumerate(part.checks)}  # fmt: skip
        names[str(len(part.checks))] = self.text("dash5.check.summary")
        return self._choices("test", names, str(state.step), self.text("dash5.check.tests"))

    def _fields(self, check: SelfCheck, part: CheckPart) -> list[dict[str, Any]]:
        text, rows = self.text, self.library.prevention.questions
        fields: list[dict[str, Any]] = []
        if check.check_id == _RAISES:
            fields += [
                field | {"hint": text("dash5.check.age.why")} for field in body_fields([rows[AGE]], self.library)
            ]
            options = [{"id": name, "label": text(f"dash3.sex.{name}")} for name in SEXES]
            fields.append({"id": _SEX, "kind": "select", "label": text("dash5.check.sex"), "options": options})
        if FEET in check.not_if:
            fields += body_fields([rows[FEET]], self.library)
        finding = part.finding(check.check_id)
        if finding is not None and finding.state == "left_out":
            return fields
        for side in SIDES:
            field: dict[str, Any] = {"id": f"{check.check_id}-{side}", "label": text(f"dash5.check.{side}")}
            if check.kind == "yes_no_each":
                seen: list[dict[str, Any]] = [
                    {"id": name, "label": text(f"dash5.check.seen.{name}")} for name in ("yes", "no")
                ]
                seen.append({"id": "", "label": text("dash5.check.seen.open"), "open": True})
                fields.append(field | {"kind": "radios", "options": seen})
            else:
                fields.append(field | {"kind": "number", "unit": check.unit})
        return fields

    def _values(self, check: SelfCheck, state: CheckState) -> dict[str, Any]:
        answers = self.store.state.plan.answers
        values: dict[str, Any] = {AGE: answers.get(AGE, ""), FEET: answers.get(FEET, ""), _SEX: state.sex}
        for side in SIDES:
            values[f"{check.check_id}-{side}"] = state.results.get(f"{check.check_id}.{side}", "")
        return values

    def _reading(self, check: SelfCheck, state: CheckState, part: CheckPart) -> markup.Html:
        tables = self.library.prevention
        finding = part.finding(check.check_id)
        assert part.result is not None
        assert finding is not None
        started = any(state.results.get(f"{check.check_id}.{side}") for side in SIDES)
        if finding.state == "not_tested" and not started:
            shown: object = tag("p", self.text("dash5.check.type_both"), class_="cn-quiet")
        elif finding.state == "not_tested":
            shown = tag("p", self.text("dash5.check.one_side"), class_="cnp-card")
        else:
            shown = self_check_list(replace(part.result, findings=(finding,)), tables)
        buttons = []
        if state.step:
            buttons.append(self._step_button("dash5.check.previous", state.step - 1))
        last = state.step + 1 == len(part.checks)
        tested = finding.state != "not_tested"
        key = "dash5.check.to_summary" if last else "dash5.check.next" if tested else "dash5.check.skip"
        buttons.append(self._step_button(key, state.step + 1, strong=tested or last))
        return markup.join((shown, tag("div", *buttons, class_="cnp-buttons")))

    def _step_button(self, key: str, step: int, *, strong: bool = False) -> markup.Html:
        kind = "cnw-button cnw-button-strong" if strong else "cnw-button"
        return tag("button", self.text(key), type="button", class_=kind, data_action="test", data_id=step)

    def _draw_summary(self, part: CheckPart) -> None:
        assert part.result is not None
        tables = self.library.prevention
        self.form.show([], {})
        self.screen.html = markup.join((
            tag("h3", self.text("dash5.check.summary")),
            tag("p", self.text("dash5.check.no_diagnosis"), class_="cn-quiet"),
            self_check_list(part.result, tables),
        ))  # fmt: skip
        day = tag("button", self.text("dash5.check.to_day"), type="button", class_="cnw-button cnw-button-strong",
                  data_action="panel", data_id="day")  # fmt: skip
        clear = tag("button", self.text("dash5.check.clear"), type="button", class_="cnw-button", data_action="clear",
                    data_id="")  # fmt: skip
        self.reading.html = markup.join((
            tag("h3", self.text("dash5.check.drills")),
            fitting_drills(part.result, tables),
            tag("div", *([day] if part.result.drills else []), clear, class_="cnp-buttons"),
        ))  # fmt: skip
