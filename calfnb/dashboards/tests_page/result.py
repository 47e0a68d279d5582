"""What follows from the state of the page of tests and rules."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from calfnb.dashboards.paneled.library import assessed
from calfnb.dashboards.tests_page import patient as tests_patient
from calfnb.dashboards.tests_page import rules as tests_rules
from calfnb.dashboards.tests_page.patient import CLINICS, HARMS, OWN, PatientPart, candidates
from calfnb.dashboards.tests_page.rule_form import CLEARED, RuleForm
from calfnb.dashboards.tests_page.rules import RulePart
from calfnb.dashboards.tests_page.state import Library, TestsState
from calfnb.reasoning.results import Assessment

__all__ = ["TestsResult", "check", "evaluate", "take_results"]


@dataclass(frozen=True)
class TestsResult:
    """What follows from a state; a part that its panel does not show is None."""

    __test__ = False

    assessment: Assessment
    patient: PatientPart | None
    rule: RulePart | None


def evaluate(state: TestsState, library: Library) -> TestsResult:
    """Work out what the page shows. A pure function."""
    return TestsResult(
        assessment=assessed(library.model, state.case),
        patient=tests_patient.work_out(state, library) if state.shown == "patient" else None,
        rule=tests_rules.work_out(state, library) if state.shown == "rules" and state.rule else None,
    )


def check(state: TestsState, library: Library) -> None:
    """Raise ValueError or KeyError for a state that names what there is not; it may have been made by hand."""
    model, tests = library.model, library.tests
    allowed: dict[str, Collection[str]] = {
        "condition": ("", *model.condition_index), "method": ("", *tests.methods),
        "suspect": ("", *model.condition_index), "order_result": ("yes", "no"), "rule": ("", *tests.rules),
    }  # fmt: skip
    for name, known in allowed.items():
        if getattr(state, name) not in known:
            raise ValueError(f"There is no {name} {getattr(state, name)!r}.")
    keys = {choice.key for choice in candidates(state.suspect, library)} | {OWN}
    if any(key not in keys or result not in ("positive", "negative") for key, result in state.results or ()):
        raise ValueError("There is no such test or result.")
    if state.place is not None and not 0 <= state.place < CLINICS:
        raise ValueError("There is no such place.")
    if len(state.harms) != len(HARMS):
        raise ValueError("These are not the harms.")
    for rule_id, form in state.forms.items():
        _check_form(rule_id, form, library)


def _check_form(rule_id: str, form: RuleForm, library: Library) -> None:
    sheet = library.tests.rules[rule_id]
    if form.reason and form.reason not in {gate.choice_id for gate in sheet.gates}:
        raise ValueError("There is no such reason.")
    for name, value in form.values:
        several = sheet.input_by_id[name].kind in ("numbers", "several")
        if several is not isinstance(value, tuple) and value != CLEARED:
            raise ValueError("This is no value of that item.")


def take_results(state: TestsState, library: Library) -> TestsState:
    """Put the results of the chosen tests among the patient's answers, where the tables have a question for them."""
    part = tests_patient.work_out(state, library)
    return replace(state, case=part.case_after, results=())
