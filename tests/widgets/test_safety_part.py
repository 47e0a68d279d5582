"""The safety questions before every plan: what is open is asked, and nothing alarming ever opens the way."""

from dataclasses import replace

import pytest
from acting import act, put, tab
from hypothesis import given, settings
from hypothesis import strategies as st

from calfnb.dashboards.lesson_warm_up import WarmUpPage
from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.dashboards.paneled.safety import SafetyState, check_safety, safety_part, with_answer
from calfnb.reasoning.model import default_model
from calfnb.tables import load_prevention
from calfnb.tables.records import LEVELS

LIBRARY = PanelLibrary(default_model(), load_prevention())
TABLES = LIBRARY.prevention
QUESTIONS = {row.question_id: row for row in TABLES.questions.values() if row.group == "safety"}
SIGNS = tuple(TABLES.signs)
NUMBERS = ("", "0", "1", "2", "3", "6", "8", "9", "10", "3,5", "40", "-1", "ten", "nan")
CLEAR = {"red_flag": "no", "sudden_sharp": "no", "pain": "0"}
LEVEL = st.sampled_from([None, *LEVELS])
#: For yes/no questions the answer that holds more back.
ALARMING = {"red_flag": "yes", "sudden_sharp": "yes", "cleared": "no"}


def answers():
    """Answers that mostly let a plan pass, so that each single reason against it is met alone."""

    def choice(row):
        if row.kind == "number":
            return st.sampled_from(NUMBERS)
        if row.kind == "condition":
            return st.sampled_from(["", "none", *TABLES.care.conditions])
        calm = "yes" if ALARMING[row.question_id] == "no" else "no"
        return st.sampled_from([calm, calm, calm, "", *row.options])

    return st.builds(
        SafetyState,
        st.fixed_dictionaries({name: choice(row) for name, row in QUESTIONS.items()}).map(
            lambda chosen: {name: value for name, value in chosen.items() if value}
        ),
        st.sampled_from([(), (), (), SIGNS[:1], SIGNS[-2:]]),
    )


def part_of(state, level=None):
    return safety_part(state, level, LIBRARY)


@settings(max_examples=300, deadline=None)
@given(answers(), LEVEL, st.data())
def test_an_answer_taken_back_is_asked_and_never_taken_for_a_no(state, level, data):
    name = data.draw(st.sampled_from([name for name, row in QUESTIONS.items() if row.safety]))
    part = part_of(with_answer(state, name, "", TABLES), level)
    shown = {row.question_id for row in part.questions}
    if name in shown and not (name == "red_flag" and part.safety.signs):
        assert not part.passed
        assert part.gate.decision == "stop" or name in part.gate.questions


@settings(max_examples=500, deadline=None)
@given(answers(), LEVEL, st.data())
def test_a_more_alarming_answer_never_opens_the_gate(state, level, data):
    before = part_of(state, level)
    kind = data.draw(st.sampled_from(["answer", "pain", "sign", "level"]))
    worse, urgency = state, level
    if kind == "answer":
        name = data.draw(st.sampled_from(sorted(ALARMING)))
        worse = replace(state, answers={**state.answers, name: ALARMING[name]})
    elif kind == "pain" and before.safety.pain is not None:
        more = data.draw(st.floats(before.safety.pain, 10))
        worse = replace(state, answers={**state.answers, "pain": f"{more:.3f}"})
    elif kind == "sign":
        worse = replace(state, signs=(*state.signs, data.draw(st.sampled_from(SIGNS))))
    elif kind == "level":
        urgency = data.draw(st.sampled_from(LEVELS[LEVELS.index(level) if level else 0 :]))
    if not before.passed:
        assert not part_of(worse, urgency).passed


@settings(max_examples=200, deadline=None)
@given(answers(), LEVEL)
def test_only_what_was_read_passes_and_a_problem_stays_open(state, level):
    part = part_of(state, level)
    for name in part.problems:
        assert getattr(part.safety, name) is None
        assert not (part.passed and QUESTIONS[name].safety and name in {row.question_id for row in part.questions})
    if part.passed:
        assert (part.safety.flagged, part.safety.sudden_sharp) == (False, False)
        assert part.safety.pain is not None
        assert not part.safety.signs


@pytest.mark.parametrize("state", [
    SafetyState({"ghost": "no"}), SafetyState({"red_flag": "perhaps"}), SafetyState({"condition": "ghost"}),
    SafetyState(signs=("ghost",)), SafetyState({"session": "easy"}),
])  # fmt: skip
def test_a_forged_state_is_refused(state):
    with pytest.raises(ValueError, match=r"There is no|has no choice"):
        check_safety(state, TABLES)


def test_a_no_after_a_yes_takes_the_ticks_with_it():
    state = with_answer(with_answer(SafetyState(CLEAR), "red_flag", "yes", TABLES), "signs", [SIGNS[2]], TABLES)
    assert part_of(state).gate.decision == "stop"
    assert part_of(with_answer(state, "red_flag", "no", TABLES)).passed


# ---- on its page ---------------------------------------------------------------------------------------------------


@pytest.fixture
def start(model):
    return WarmUpPage(model).views["start"]


def test_the_signs_stand_as_a_list_until_they_can_be_ticked(start):
    assert all(row.sign in start.signs.html for row in TABLES.signs.values())
    put(start.form, "red_flag", "yes")
    assert start.signs.html == ""
    (ticks,) = (field for field in start.form.widget.fields if field["id"] == "signs")
    rows = sorted(TABLES.signs.values(), key=lambda row: row.order)
    assert [option["id"] for option in ticks["options"]] == [row.sign_id for row in rows]
    assert "data-rule" in start.outcome.html


def test_the_outcome_names_what_is_open_and_leads_on_when_nothing_is(start):
    assert QUESTIONS["pain"].question in start.outcome.html
    assert "3 questions" in start.line.html
    for name, value in CLEAR.items():
        put(start.form, name, value)
    assert 'data-id="plan"' in start.outcome.html
    assert start.outcome.announcement
    act(start.outcome, "panel", id="plan")
    assert start.store.state.panel == "plan"


def test_an_answer_that_cannot_be_gets_a_sentence_and_stays_as_typed(start):
    put(start.form, "pain", "eleven")
    assert start.form.widget.values["pain"] == "eleven"
    assert "eleven" in start.form.widget.problems["pain"]
    put(start.form, "pain", "11", 2)
    assert "0 to 10" in start.form.widget.problems["pain"]


def test_every_panel_says_that_it_is_held_back(model):
    page = WarmUpPage(model)
    for name in ("plan", "player", "check", "drills", "day"):
        tab(page, name)
        assert page.store.state.panel == name
        assert 'data-id="start"' in page.views[name].head.html, name
