"""Urgency: what must hold whatever is answered."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import cases

from calfnb.case import Case
from calfnb.reasoning.model import default_model
from calfnb.reasoning.scoring import weigh
from calfnb.reasoning.triage import cautious_probabilities, rule_scores, triage, triage_rules
from calfnb.tables.records import LEVELS

MODEL = default_model()
ALARMING = [(f.finding_id, option) for f in MODEL.tables.findings.values() for option in f.alarming]


def level(case):
    return LEVELS.index(triage(MODEL, weigh(MODEL, case)).level)


@settings(max_examples=300)
@given(cases(MODEL), st.sampled_from(ALARMING))
def test_a_more_alarming_answer_never_lowers_the_level(case, alarm):
    finding_id, option = alarm
    if case.answers.get(finding_id) in MODEL.tables.findings[finding_id].alarming:
        case = case.without(finding_id)
    assert level(case.with_answer(finding_id, option)) >= level(case)


@given(cases(MODEL), st.sampled_from(ALARMING))
def test_a_more_alarming_answer_never_lowers_a_cautious_probability(case, alarm):
    finding_id, option = alarm
    if case.answers.get(finding_id) in MODEL.tables.findings[finding_id].alarming:
        case = case.without(finding_id)
    before = cautious_probabilities(MODEL, weigh(MODEL, case))
    after = cautious_probabilities(MODEL, weigh(MODEL, case.with_answer(finding_id, option)))
    assert (after >= before - 1e-12).all()


@given(cases(MODEL))
def test_no_probability_lowers_a_flag(case):
    result = triage(MODEL, weigh(MODEL, case))
    raised = [flag.level for flag, logic in triage_rules(MODEL).flags if logic.holds(case.answers, low_scores(case))]
    assert all(LEVELS.index(result.level) >= LEVELS.index(name) for name in raised)


def low_scores(case):
    return {name: low for name, (low, _) in rule_scores(triage_rules(MODEL), case.answers).items()}


@given(cases(MODEL, most=15))
def test_the_level_is_the_highest_asked_for_and_every_reason_is_shown(case):
    result = triage(MODEL, weigh(MODEL, case))
    levels = [LEVELS.index(reason.level) for reason in result.reasons]
    assert levels == sorted(levels, reverse=True)
    assert LEVELS.index(result.level) == max([*levels, LEVELS.index(result.level)])
    for reason in result.reasons:
        assert reason.action
        assert set(reason.because) <= set(case.answers)
        assert not {question.finding_id for question in reason.cleared_by} & set(case.answers)


@given(cases(MODEL, most=15))
def test_an_unanswered_question_raises_no_flag(case):
    """Each flag that is raised rests on at least one answer that was given."""
    for reason in triage(MODEL, weigh(MODEL, case)).reasons:
        if reason.kind == "red_flag":
            assert reason.because


def test_nothing_answered_means_no_flag_and_all_flags_not_judged():
    result = triage(MODEL, weigh(MODEL, Case("sports_clinic")))
    assert not [reason for reason in result.reasons if reason.kind in ("red_flag", "rule")]
    above = {f.flag_id for f in MODEL.tables.red_flags.values() if LEVELS.index(f.level) > LEVELS.index(result.level)}
    assert {flag.flag_id for flag in result.not_judged} == above
    assert all(flag.ask for flag in result.not_judged)


@pytest.mark.parametrize("flag_id", sorted(MODEL.tables.red_flags))
def test_every_flag_can_be_raised_and_calmed(flag_id):
    logic = {flag.flag_id: logic for flag, logic in triage_rules(MODEL).flags}[flag_id]
    assert logic.could_hold({}, {})
    assert not logic.holds({}, {})


def test_a_threshold_passed_for_want_of_questions_says_so_and_the_answers_clear_it():
    case = Case("emergency_department", {"side": "one_leg"})
    result = triage(MODEL, weigh(MODEL, case))
    clot = next(r for r in result.reasons if r.condition_id == "deep_vein_thrombosis" and r.kind == "threshold")
    assert clot.cleared_by
    assert result.provisional
    for question in clot.cleared_by:
        case = case.with_answer(question.finding_id, question.option_id)
    left = {r.reason_id for r in triage(MODEL, weigh(MODEL, case)).reasons}
    assert clot.reason_id not in left


def test_self_care_needs_a_likely_harmless_cause_and_no_alarm():
    soreness = {
        "peaks_1_to_3_days_after": "yes",
        "side": "both_legs",
        "onset_mode": "hours_to_days_after",
        "unaccustomed_or_downhill_run": "yes",
        "pain_quality": "dull_ache_or_sore",
        "calf_swelling": "no",
        "rest_or_night_pain": "no",
        "cannot_take_4_steps": "no",
        "dark_urine": "no",
    }
    case = Case("primary_care_community", soreness)
    assert triage(MODEL, weigh(MODEL, case)).level == "self_care"
    assert triage(MODEL, weigh(MODEL, case.with_answer("fever_or_chills", "yes"))).level != "self_care"
