"""What the causes page shows next, opens and hides: pure functions of the state."""

from dataclasses import replace

import pytest

from calfnb.case import Case
from calfnb.dashboards.causes_page import state as page
from calfnb.dashboards.causes_page.state import CausesState, evaluate

HISTORY = {
    "main_zone": "medial_gastrocnemius",
    "side": "one_leg",
    "onset_mode": "sudden_in_one_stride",
    "symptom_duration": "d1_to_7",
    "pain_quality": "sharp_or_tearing",
    "pain_severity_now": "moderate_4_6",
    "bruising": "yes",
    "had_to_stop_at_once": "yes",
}


@pytest.fixture
def start():
    return CausesState(Case())


@pytest.fixture
def screened(model, start):
    absent = {name: "no" for name in page.screen_ids(start, model) if model.tables.findings[name].kind == "yes_no"}
    return page.finish_screen(replace(start, case=Case("sports_clinic", absent)), model)


def answered(state, **answers):
    return replace(state, case=Case(state.case.setting, {**state.case.answers, **answers}))


def test_the_screen_comes_first_and_then_the_place(model, start, screened):
    assert evaluate(start, model).focus == page.SCREEN
    assert evaluate(screened, model).focus == page.MAP_FINDING


def test_then_comes_the_best_next_question_with_its_reason(model, screened):
    result = evaluate(answered(screened, main_zone="medial_gastrocnemius"), model)
    assert result.question is not None
    assert result.focus == result.question.finding_id == result.assessment.next_questions[0].finding_id
    assert result.question.sentence


def test_a_skipped_question_is_not_asked_again_and_stays_unknown(model, screened):
    state = answered(screened, main_zone="medial_gastrocnemius")
    first = evaluate(state, model).focus
    skipped = page.advance(state, first, skip=True)
    result = evaluate(skipped, model)
    assert result.focus not in ("", first)
    assert first not in result.assessment.answers
    assert first not in {item.finding_id for item in result.assessment.next_questions}


def test_what_is_left_open_on_the_screen_is_not_asked_again(model, start):
    result = evaluate(page.finish_screen(start, model), model)
    assert result.focus == page.MAP_FINDING
    assert not {item.finding_id for item in result.assessment.next_questions} & set(page.screen_ids(start, model))


def test_back_shows_the_questions_before_in_turn_and_keeps_their_answers(model, screened):
    state = page.advance(answered(screened, main_zone="whole_calf"), "main_zone")
    back = page.go_back(state)
    assert evaluate(back, model).focus == "main_zone"
    assert back.case.answers["main_zone"] == "whole_calf"
    assert evaluate(page.go_back(back), model).focus == page.SCREEN
    first = page.go_back(page.go_back(back))
    assert first == page.go_back(first)


def test_a_follow_up_is_asked_at_once(model, screened):
    state = page.advance(answered(screened, main_zone="whole_calf", direct_blow_or_fall="yes"), "direct_blow_or_fall")
    assert evaluate(state, model).focus == "blow_when"


def test_a_question_that_does_not_apply_is_hidden_unless_it_was_answered(model, start):
    assert "swelling_side" in evaluate(start, model).hidden
    assert "swelling_side" not in evaluate(answered(start, calf_swelling="yes"), model).hidden
    kept = answered(start, calf_swelling="no", swelling_side="one_leg")
    assert "swelling_side" not in evaluate(kept, model).hidden


def test_examination_opens_after_the_history_and_tests_after_the_examination(model, start, screened):
    assert set(evaluate(start, model).locked) == {"examination", "tests"}
    lock = evaluate(screened, model).locked["examination"]
    assert lock.values == {"screen": 0, "told": 0}
    assert lock.ask[0] == page.MAP_FINDING
    assert set(evaluate(answered(screened, **HISTORY), model).locked) == {"tests"}
    found = {"ex_muscle_gap": "no", "ex_achilles_gap": "no", "ex_pitting_oedema": "no"}
    assert not evaluate(answered(screened, **HISTORY, **found), model).locked


def test_a_step_can_be_opened_early_and_a_step_with_answers_is_never_shut(model, start):
    assert "tests" not in evaluate(replace(start, unlocked=("tests",)), model).locked
    assert "tests" not in evaluate(answered(start, t_ddimer_positive="yes"), model).locked


def test_nothing_more_to_ask_is_said(model, screened):
    everything = tuple(model.finding_ids)
    assert evaluate(replace(screened, skipped=everything), model).focus == page.DONE


def test_the_first_page_has_a_clean_address_and_every_other_a_code(model, start):
    assert evaluate(start, model).code == ""
    assert evaluate(replace(start, mode="free"), model).code
    assert evaluate(answered(start, side="one_leg"), model).code


def test_content_for_self_care_is_held_from_same_day_on(model, start):
    assert not evaluate(start, model).held
    assert evaluate(answered(start, breathless_or_chest_pain="yes"), model).held


def test_the_settings_are_compared_on_the_same_answers(model, screened):
    compared = page.compare_settings(screened.case, model)
    assert tuple(compared) == model.setting_ids
    assert {tuple(each.answers.items()) for each in compared.values()} == {tuple(screened.case.answers.items())}


def test_suggestions_are_those_of_the_plain_assessment_while_nothing_is_skipped(model, screened):
    from calfnb.reasoning.assessment import assess_case

    case = answered(screened, **HISTORY).case
    assert evaluate(CausesState(case), model).assessment == assess_case(model, case)
