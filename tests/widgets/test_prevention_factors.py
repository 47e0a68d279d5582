"""The questionnaire on contributing factors: silence is no no, nothing is added up, each answer says what it means."""

import re
from datetime import date

import pytest
from acting import act, put, tab
from hypothesis import given
from hypothesis import strategies as st

from calfnb.dashboards.lesson_prevention import PreventionPage
from calfnb.dashboards.prevention_page.factors import (
    STEPS,
    FactorsState,
    answered,
    check_factors_state,
    example,
    factors_part,
    step_of,
)
from calfnb.dashboards.prevention_page.library import PreventionLibrary
from calfnb.markup.prevention_panels import factor_known
from calfnb.reasoning.model import default_model
from calfnb.tables import load_prevention, load_training

TABLES = load_prevention()
LIBRARY = PreventionLibrary(default_model(), TABLES, load_training())
TYPED = st.one_of(
    st.sampled_from(["", " ", "12", "0,5", "-3", "abc", "1e9", "99999999", "\u2212 4", "7 km"]), st.text()
)


@pytest.fixture
def page(model):
    page = PreventionPage(model, today=date(2026, 3, 4))
    tab(page, "factors")
    return page


@pytest.fixture
def view(page):
    return page.views["factors"]


def answer(view, name, value):
    act(view.summary, "question", id=name)
    put(view.form, name, value)


def made(**answers):
    state = FactorsState()
    for name, value in answers.items():
        state = answered(state, name, value, TABLES)
    return factors_part(state, LIBRARY)


def test_each_question_is_asked_in_one_step_and_each_step_asks_few():
    steps = made().steps
    assert sorted(row.factor.factor_id for step in steps for row in step.findings) == sorted(TABLES.factors)
    assert all(3 <= len(step.findings) <= 10 for step in steps)
    assert {name for names in STEPS.values() for name in names} == {row.category for row in TABLES.factors.values()}


def test_nothing_answered_is_nothing_said(page, view):
    assert page.store.result.factors.factor_ids == ()
    assert "nothing is excluded" in view.summary.html
    assert "68 questions are open" in view.summary.html
    assert "0 of 68 answered" in view.head.html
    for field in view.form.widget.fields:
        assert view.form.widget.values[field["id"]] == ""
        if field["kind"] == "radios":
            assert field["options"][-1] == {"id": "", "label": "Not answered", "open": True}


@pytest.mark.parametrize("name", [row.factor_id for row in TABLES.factors.values()])
def test_what_is_known_stands_under_each_question_also_before_an_answer(name):
    factor = TABLES.factors[name]
    state = FactorsState()
    for value in ("", factor.options[0] if factor.options else f"{factor.minimum:g}"):
        state = answered(state, name, value, TABLES)
        step = factors_part(state, LIBRARY).step(step_of(factor))
        known = factor_known(next(row for row in step.findings if row.factor.factor_id == name), TABLES)
        assert known.startswith("<div" if value else "<details")
        for heading in ("How it would work", "Evidence that it contributes", "The articles say", "Does it hold"):
            assert heading in known
        for claim in factor.claim_ids:
            assert claim in known
        if factor.effect:
            assert "not a risk of calf pain in runners" in known


def test_an_answer_says_at_once_what_it_means_and_can_be_taken_back(page, view):
    answer(view, "worn_shoes", "720")
    assert page.store.state.factors.step == "footwear"
    assert "A place to look" in view.form.widget.details["worn_shoes"]
    assert "Worn shoes" in view.summary.html
    assert view.summary.announcement == "Worn shoes: a place to look."
    answer(view, "worn_shoes", "")
    assert page.store.state.factors.answers == {}
    assert "A place to look" not in view.form.widget.details["worn_shoes"]
    assert "Worn shoes" not in view.summary.html


def test_a_number_that_cannot_be_gets_a_sentence_and_stays_open(page, view):
    for typed, words in (("-20", "write 0 to 5000"), ("lots", "no number"), ("1e99", "no number")):
        answer(view, "worn_shoes", typed)
        assert view.form.widget.values["worn_shoes"] == typed
        assert words in view.form.widget.problems["worn_shoes"], typed
        assert page.store.result.factors.report.factor_ids == ()
        assert page.store.result.factors.answered == 0
    answer(view, "worn_shoes", "483,5")
    assert view.form.widget.problems == {}
    assert page.store.result.factors.factor_ids == ("worn_shoes",)


def test_what_is_for_a_clinician_comes_first_with_the_ways_on(page, view):
    answer(view, "worn_shoes", "900")
    answer(view, "long_travel", "yes")
    html = view.summary.html
    assert html.index("For a doctor or physiotherapist") < html.index("Long journey") < html.index("Worn shoes")
    assert "With a swollen or unusually painful calf: seen today." in html
    assert 'data-lesson="01_causes"' in html
    assert "A matter for a doctor" in view.form.widget.details["long_travel"]
    act(view.summary, "panel", id="start")
    assert page.store.state.panel == "start"


def test_no_score_and_no_sum(page, view):
    act(view.head, "example")
    text = re.sub(r"<[^>]+>", " ", view.summary.html)
    assert "They are not added up" in text
    assert not re.search(r"\bscore\b|\bpoints\b|hazard|odds|\d %", text)
    counting = page.store.result.factors.report.counting
    assert len(counting) >= 12
    assert len({row.factor.category for row in counting}) >= 7


def test_the_changeable_comes_first(view):
    act(view.head, "example")
    answer(view, "high_body_mass", "27")
    html = view.summary.html
    assert html.index("Can be changed") < html.index("Can partly be changed") < html.index("Cannot be changed")


def test_the_invented_runner_is_named_so_and_can_be_undone(page, view):
    assert "An invented runner" not in view.head.html
    act(view.head, "example")
    assert not page.store.result.factors.problems
    assert "An invented runner of 46" in view.head.html
    answer(view, "older_age", "47")
    assert "An invented runner of 46" not in view.head.html
    act(view.head, "clear")
    assert page.store.result.factors.answered == 0
    page.store.undo()
    assert page.store.result.factors.answered == 40


def test_steps_by_button_by_list_and_by_the_field_of_a_phone(page, view):
    seen = []
    for _ in STEPS:
        seen.append(page.store.state.factors.step)
        goal = re.search(r'cnw-button-strong" data-action="step" data-id="(\w+)"', view.onward.html)
        if goal:
            act(view.onward, "step", id=goal[1])
    assert seen == list(STEPS)
    assert "See what counts" in view.onward.html
    put(view.jump, "step", "surface")
    assert "Part 3 of 10" in view.title.html
    act(view.steps, "step", id="medical")
    assert view.form.widget.fields[0]["id"] == "diabetes"
    assert not page.store.can_undo


@pytest.mark.parametrize(
    "state",
    [
        FactorsState({"no_such": "yes"}),
        FactorsState({"novice_runner": "maybe"}),
        FactorsState(step="nowhere"),
        FactorsState({"sex": "yes"}),
    ],
)
def test_a_forged_state_is_refused(state):
    with pytest.raises(ValueError, match=r"There is no|has no choice"):
        check_factors_state(state, LIBRARY)


def test_messages_that_name_what_there_is_not_leave_the_answers(page, view):
    answer(view, "novice_runner", "no")
    for spoil in (
        lambda: put(view.form, "no_such", "yes"),
        lambda: put(view.form, "novice_runner", "perhaps"),
        lambda: act(view.steps, "step", id="nowhere"),
        lambda: act(view.summary, "question", id="nothing"),
        lambda: act(view.head, "no_action"),
        lambda: act(view.summary, "panel", id="nowhere"),
    ):
        spoil()
        assert page.store.problem
        assert page.store.state.factors.answers == {"novice_runner": "no"}


@given(st.dictionaries(st.sampled_from(sorted(TABLES.factors)), TYPED, max_size=12))
def test_whatever_is_typed_only_what_can_be_read_counts(typed):
    state = FactorsState()
    for name, value in typed.items():
        if TABLES.factors[name].kind == "number":
            state = answered(state, name, value, TABLES)
    part = factors_part(state, LIBRARY)
    for row in part.report.findings:
        name = row.factor.factor_id
        if name not in state.answers:
            assert row.state == "open"
            assert name not in part.problems
        else:
            assert (row.state == "open") == (name in part.problems)


def test_the_address_brings_all_answers_back(page, model):
    state = example(FactorsState())
    for factor in TABLES.factors.values():
        value = factor.options[0] if factor.options else f"{factor.minimum:g}"
        state = answered(state, factor.factor_id, value, TABLES)
    page.store.change(factors=state)
    code = page.frame.address.code
    assert len(code) < 2000
    again = PreventionPage(model, code=code, today=date(2026, 3, 4))
    assert again.store.state.factors == page.store.state.factors
    assert again.store.state.panel == "factors"
    assert not again.store.notice
