"""The second panel of the page of tests and rules: what tests do to the probability of a suspicion in this patient."""

from __future__ import annotations

from typing import Any

import ipywidgets

from calfnb import markup
from calfnb.case import Case
from calfnb.dashboards.page_view import FormPart, Message, texts_of
from calfnb.dashboards.paneled.state import patient_code
from calfnb.dashboards.tests_page import fields as tests_fields
from calfnb.dashboards.tests_page import patient as tests_patient
from calfnb.dashboards.tests_page.frame import TestsView
from calfnb.dashboards.tests_page.patient import HARMS, ORDERED, OWN, PatientPart
from calfnb.dashboards.tests_page.result import take_results
from calfnb.dashboards.tests_page.state import TestsState
from calfnb.diagnostics import nomogram
from calfnb.markup import tag
from calfnb.markup.diagnostics import accuracy_table, order_scene, side_by_side_table
from calfnb.markup.numbers import hundred, probability_words, range_words, ratio_words
from calfnb.markup.scenes import clinics_scene, fagan_figure, frequency_tree_figure, thresholds_figure
from calfnb.markup.words import condition_name, short_name
from calfnb.widgets import HtmlPanel

__all__ = ["PatientView"]

_SCENES = ("fagan", "tree", "ends", "clinics", "harms", "order")
_TYPED = ("own_sensitivity", "own_specificity", "low", "high")
_HARM_FIELDS = ("missing", "overtreating", "test")


class PatientView(TestsView):
    """The patient, the tests chosen, and what they mean, in six scenes."""

    panel = "patient"

    def _build(self) -> None:
        text = self.text
        self.patient, self.sum = HtmlPanel(styled=False), HtmlPanel(styled=False)
        self.tests_form = FormPart(self, text("dash2.patient.tests"), self._set)
        self.scenes = {name: HtmlPanel(styled=False) for name in _SCENES}
        self.forms = {
            "ends": FormPart(self, text("dash2.scene.ends"), self._typed),
            "clinics": FormPart(
                self, text("dash2.scene.clinics"), self._place, texts_of(self.tables, "form", self.words)
            ),
            "harms": FormPart(self, text("dash2.scene.harms"), self._harm),
            "order": FormPart(self, text("dash2.scene.order"), self._order),
        }
        self._on(self.sum, "action", lambda _message: self._take())
        self._on(self.patient, "action", self._act)
        left = ipywidgets.VBox([self.patient, self.tests_form.widget])
        left.add_class("cnw-patient")
        self.sum.add_class("cnw-sum-panel")
        right = ipywidgets.VBox([self.sum, *(self._scene(name) for name in _SCENES)])
        right.add_class("cnw-scenes")
        self.widget = ipywidgets.HBox([left, right])
        self.widget.add_class("cnw-pair")
        self.widget.add_class("cnw-pair-patient")

    def _scene(self, name: str) -> ipywidgets.VBox:
        head = HtmlPanel(
            styled=False,
            html=markup.join(
                (tag("h3", self.text(f"dash2.scene.{name}")), tag("p", self.text(f"dash2.scene.{name}.lead")))
            ),
        )
        form = [self.forms[name].widget] if name in self.forms else []
        box = ipywidgets.VBox([head, *form, self.scenes[name]])
        box.add_class("cnw-scene")
        box.add_class(f"cnw-scene-{name}")
        return box

    # ---- what a person changes ----

    def _part(self) -> PatientPart:
        part = self.store.result.patient
        return part if part is not None else tests_patient.work_out(self.store.state, self.library)

    def _set(self, field: str, value: Any) -> None:
        part = self._part()
        results = tuple((one.choice.key, "positive" if one.positive else "negative") for one in part.chosen)
        if field == "suspect":
            if value not in self.model.condition_index:
                raise ValueError(f"There is no condition {value!r}.")
            self.store.change(suspect=value, results=None, low="", high="")
        elif field in _TYPED:
            self._typed(field, value)
        elif field == "add":
            if value:
                self._results(part, (*self._without_same(part, results, value), (value, "positive")))
        else:
            key = field.removeprefix("test:")
            kept = tuple((name, value if name == key else result) for name, result in results)
            self._results(part, tuple(pair for pair in kept if pair[1]))

    def _without_same(
        self, part: PatientPart, results: tuple[tuple[str, str], ...], added: str
    ) -> tuple[tuple[str, str], ...]:
        """Drop other rows of the same test: one result counts once."""
        findings = {choice.key: choice.finding_id for choice in part.choices}
        same = findings[added]
        return tuple(pair for pair in results if not same or findings[pair[0]] != same)

    def _results(self, part: PatientPart, results: tuple[tuple[str, str], ...]) -> None:
        known = {choice.key for choice in part.choices}
        if any(key not in known or result not in ("positive", "negative") for key, result in results):
            raise ValueError(f"These are no results: {results!r}.")
        self.store.change(suspect=part.condition_id, results=results)

    def _typed(self, field: str, value: Any) -> None:
        if field not in _TYPED:
            raise ValueError(f"There is no field {field!r}.")
        self.store.put(self.store.state.change(**{field: str(value)[:24]}))

    def _place(self, _field: str, value: Any) -> None:
        place = int(value)
        if not 0 <= place < tests_patient.CLINICS:
            raise ValueError(f"There is no place {place}.")
        self.store.change(remember=False, place=place)

    def _harm(self, field: str, value: Any) -> None:
        place = _HARM_FIELDS.index(field)
        harms = list(self.store.state.harms)
        harms[place] = str(value)[:24]
        self.store.change(harms=tuple(harms))

    def _order(self, _field: str, value: Any) -> None:
        if value not in ("yes", "no"):
            raise ValueError(f"There is no result {value!r}.")
        self.store.change(remember=False, order_result=value)

    def _take(self) -> None:
        self.store.put(take_results(self.store.state, self.library))
        self.store.notice = self.text("dash2.taken")

    def _act(self, message: Message) -> None:
        if message["action"] != "suspect" or message["id"] not in self.model.condition_index:
            raise ValueError("There is no such action.")
        self.store.change(suspect=str(message["id"]), results=None, low="", high="")

    # ---- what is shown ----

    def _draw(self) -> None:
        part, state = self._part(), self.store.state
        problems = part.problems
        self.patient.html = self._patient()
        ranked = tuple(item.condition_id for item in self.store.result.assessment.ranking)
        values: dict[str, Any] = {
            "suspect": part.condition_id, "add": "",
            "own_sensitivity": state.own_sensitivity, "own_specificity": state.own_specificity,
        }  # fmt: skip
        values |= {f"test:{one.choice.key}": "positive" if one.positive else "negative" for one in part.chosen}
        self.tests_form.show(tests_fields.patient_fields(part, self.library, ranked), values, problems)
        self.sum.html = self._sum(part)
        self.forms["ends"].show(
            tests_fields.end_fields(part, self.tables), {"low": state.low, "high": state.high}, problems
        )
        self.forms["clinics"].show(tests_fields.clinic_field(part, self.tables), {"place": str(part.place)})
        harms = dict(zip(_HARM_FIELDS, (typed or usual for typed, usual in zip(state.harms, HARMS, strict=True)),
                         strict=True))  # fmt: skip
        self.forms["harms"].show(tests_fields.harm_fields(HARMS, self.tables), harms, problems)
        self.forms["order"].show(
            tests_fields.order_field(ORDERED[0], self.library), {"order_result": state.order_result}
        )
        for name, panel in self.scenes.items():
            panel.html = getattr(self, f"_{name}_scene")(part)

    def _patient(self) -> markup.Html:
        text, state, result = self.text, self.store.state, self.store.result
        setting = self.tables.settings[state.case.setting].name
        count = len(state.case.answers)
        leading = markup.join(
            tag("li", tag("button", short_name(item.condition_id, self.tables), type="button", class_="cn-link",
                          data_action="suspect", data_id=item.condition_id))
            for item in result.assessment.ranking[:3]
        )  # fmt: skip
        link = tag(
            "a", text("dash2.to_causes"), class_="cnw-button cnw-onward", data_lesson="01_causes",
            data_code=self._code() or None,
        )  # fmt: skip
        return tag(
            "section",
            tag("h3", text("dash2.patient")),
            markup.triage_line(result.assessment, self.tables) if count else None,
            tag("p", text(f"dash2.patient.{'count' if count else 'none'}", count=count, setting=setting)),
            tag("p", text("dash2.patient.leading"), class_="cn-quiet") if count else None,
            tag("ul", leading, class_="cn-chips") if count else None,
            tag(
                "details",
                tag("summary", text("dash2.patient.answers")),
                markup.answers_summary(state.case, self.tables),
                class_="cn-fold",
                data_key="patient-answers",
            )
            if count
            else None,
            tag("p", link),
            class_="cnw-block",
        )  # fmt: skip

    def _code(self) -> str:
        blank = TestsState(Case(self.model.setting_ids[0]), self.store.state.today)
        return patient_code(self.store.state, blank, self.tables)

    def _sum(self, part: PatientPart) -> markup.Html:
        text, tables = self.text, self.tables
        name = condition_name(part.condition_id, tables)
        rows = [(text("dash2.sum.before"), self._ranked(part.before), "")]
        for one, step in zip((each for each in part.chosen if each.ratio is not None), part.steps, strict=True):
            label = text(f"dash2.sum.{'positive' if one.positive else 'negative'}",
                         test=tests_fields.test_name(one.choice, tables))  # fmt: skip
            rows.append((label, probability_words(step.posttest, tables),
                         text("dash2.sum.ratio", ratio=ratio_words(step.ratio, tables))))  # fmt: skip
        causes = self._ranked(part.after) if part.case_after != part.case_before else text("dash2.sum.unknown_there")
        rows.append((text("dash2.sum.causes"), causes, text("dash2.sum.causes_note")))
        items = markup.join(
            tag("div", tag("dt", label), tag("dd", tag("strong", words), tag("span", note, class_="cn-quiet")))
            for label, words, note in rows
        )
        lacking = [tests_fields.test_name(one.choice, tables) for one in part.chosen if one.ratio is None]
        take = tag("button", text("dash2.take"), type="button", class_="cnw-button", data_action="take")
        return tag(
            "section",
            tag("h3", text("dash2.sum.title", condition=name)),
            tag("dl", items, class_="cnw-sum"),
            tag("p", text("dash2.sum.lacking", tests=", ".join(lacking))) if lacking else None,
            tag("p", text("dash2.sum.several"), class_="cn-quiet") if len(part.steps) > 1 else None,
            tag("p", take) if part.case_after not in (part.case_before, self.store.state.case) else None,
            class_="cnw-block",
        )

    def _ranked(self, item: Any) -> str:
        words = probability_words(item.probability, self.tables)
        return f"{words}, {range_words(item.low, item.high, self.tables)}"

    def _fagan_scene(self, part: PatientPart) -> markup.Html:
        if part.total is None:
            return self._empty("dash2.no_ratio" if part.chosen else "dash2.no_test")
        rows = [one.choice.row for one in part.chosen if one.choice.row is not None]
        several = tag("p", self.text("dash2.fagan.several"), class_="cn-quiet") if len(part.steps) > 1 else None
        implied = any(one.choice.row is None and one.choice.key != OWN for one in part.chosen)
        return markup.join(
            (
                fagan_figure(nomogram(part.total), part.total, self.tables),
                several,
                tag("p", self.text("dash2.fagan.implied"), class_="cn-quiet") if implied else None,
                tag(
                    "details",
                    tag("summary", self.text("dash2.fagan.rows")),
                    accuracy_table(rows, self.tests),
                    class_="cn-fold",
                    data_key="fagan-rows",
                )
                if rows
                else None,
            )
        )

    def _tree_scene(self, part: PatientPart) -> markup.Html:
        if part.tree is None:
            return self._empty("dash2.no_tree" if part.chosen else "dash2.no_test")
        return frequency_tree_figure(part.tree, self.tables)

    def _ends_scene(self, part: PatientPart) -> markup.Html:
        if part.focus is None or part.ratios is None:
            return self._empty("dash2.no_ratio" if part.chosen else "dash2.no_test")
        name = tests_fields.test_name(part.focus, self.tables)
        return markup.join(
            (
                tag("p", self.text("dash2.about_test", test=name), class_="cn-quiet"),
                side_by_side_table(*part.sides, self.tables),
            )
        )

    def _clinics_scene(self, part: PatientPart) -> markup.Html:
        here = part.clinics[part.place]
        first = sorted(here.posttest, key=lambda name: (-here.posttest[name], name))
        shown = (part.condition_id, *(name for name in first if name != part.condition_id))[:4]
        return clinics_scene(part.clinics, self.tables, current=here, condition_ids=shown)

    def _harms_scene(self, part: PatientPart) -> markup.Html:
        if part.focus is None:
            return self._empty("dash2.no_test")
        if part.thresholds is None or part.figures is None:
            return self._empty("dash2.no_figures")
        name = tests_fields.test_name(part.focus, self.tables)
        about = self.text(
            f"dash2.figures.{part.figures.origin}", test=name, sensitivity=hundred(part.figures.sensitivity),
            specificity=hundred(part.figures.specificity),
        )  # fmt: skip
        figure = thresholds_figure(
            part.thresholds, self.tables, probability=part.before.probability, low=part.before.low,
            high=part.before.high, value=part.losses,
        )  # fmt: skip
        return markup.join((tag("p", about, class_="cn-quiet"), figure))

    def _order_scene(self, part: PatientPart) -> markup.Html:
        known = set(self.store.state.case.answers) - {ORDERED[0]}
        if not known:
            return self._empty("dash2.no_story")
        return order_scene(part.order, self.tables)

    def _empty(self, key: str) -> markup.Html:
        return tag("p", self.text(key), class_="cnw-empty")
