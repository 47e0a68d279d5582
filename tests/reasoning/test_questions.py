"""What to ask next, and looking ahead at all."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from patients import draw_patient
from strategies import cases

from calfnb.case import Case
from calfnb.reasoning.assessment import assess_case
from calfnb.reasoning.model import default_model
from calfnb.reasoning.outlook import Outlook, level_of, open_steps
from calfnb.reasoning.questions import next_questions
from calfnb.reasoning.scoring import weigh
from calfnb.reasoning.triage import cautious_probabilities, triage
from calfnb.tables.records import LEVELS

MODEL = default_model()
STEPS = ("red_flags", "where", "story", "examination", "tests")


def screened(case):
    """The case with the red-flag screen answered: nothing of it is there."""
    answers = dict(case.answers)
    for finding in MODEL.tables.findings.values():
        if finding.in_screen and finding.finding_id not in answers:
            calm = [option for option in finding.option_ids if option not in finding.alarming]
            answers[finding.finding_id] = "no" if "no" in calm else calm[-1]
    return Case(case.setting, answers)


@given(cases(MODEL, most=60))
def test_the_level_alone_is_that_of_triage(case):
    evidence = weigh(MODEL, case)
    level = triage(MODEL, evidence).level
    assert level_of(MODEL, evidence) == level
    assert LEVELS[Outlook(MODEL, evidence).level_now()] == level


@settings(max_examples=40)
@given(cases(MODEL, most=40), st.randoms())
def test_looking_ahead_is_answering(case, random):
    """Every change worked out as a difference is that of assessing the longer case."""
    evidence = weigh(MODEL, case)
    outlook = Outlook(MODEL, evidence)
    columns = np.array([k for k, (name, _) in enumerate(MODEL.columns) if name not in case.answers])
    if not len(columns):
        return
    columns = np.sort(np.array(random.sample(columns.tolist(), min(12, len(columns)))))
    scores = evidence.log_scores + outlook.score_changes(columns)
    posteriors = np.exp(scores - scores.max(axis=1, keepdims=True))
    posteriors /= posteriors.sum(axis=1, keepdims=True)
    ahead = outlook.single_answers(columns, posteriors)
    for place, column in enumerate(columns):
        longer = weigh(MODEL, case.with_answer(*MODEL.columns[column]))
        assert np.allclose(posteriors[place], longer.probabilities, atol=1e-12)
        cautious = cautious_probabilities(MODEL, longer)[outlook.threshold_conditions]
        assert np.allclose(ahead.cautious[place], cautious, atol=1e-12)
        assert LEVELS[ahead.level[place]] == triage(MODEL, longer).level


@settings(max_examples=40)
@given(cases(MODEL, most=30))
def test_only_open_unanswered_questions_each_once(case):
    asked = [question.finding_id for question in next_questions(MODEL, case, count=200)]
    steps = open_steps(MODEL, case.answers)
    allowed = [
        name
        for name in MODEL.applicable(case.answers)
        if name not in case.answers and MODEL.tables.findings[name].step in steps
    ]
    assert sorted(asked) == sorted(allowed)


@settings(max_examples=40)
@given(cases(MODEL, most=30), st.randoms())
def test_order_of_answers_changes_nothing(case, random):
    items = list(case.answers.items())
    random.shuffle(items)
    assert next_questions(MODEL, Case(case.setting, dict(items))) == next_questions(MODEL, case)


@settings(max_examples=40)
@given(cases(MODEL, most=30))
def test_numbers_are_within_bounds_and_sentences_are_there(case):
    questions = next_questions(MODEL, case, count=30, steps=STEPS)
    for question in questions:
        assert 0 <= question.information_bits <= np.log2(len(MODEL.condition_ids))
        assert 0 <= question.harm_avoided <= 1
        assert question.value >= 0
        assert question.sentence.endswith(".")
        assert "{" not in question.sentence
        assert set(question.about) <= set(MODEL.condition_ids)
    keys = [(not MODEL.tables.findings[q.finding_id].in_screen, -round(q.value, 9)) for q in questions]
    assert keys == sorted(keys)


def test_the_screen_comes_first():
    first = next_questions(MODEL, Case(), count=5)
    assert all(MODEL.tables.findings[question.finding_id].in_screen for question in first)
    after = next_questions(MODEL, screened(Case()), count=5)
    assert not any(MODEL.tables.findings[question.finding_id].in_screen for question in after)


def test_steps_open_as_a_clinician_works():
    case = screened(Case())
    assert open_steps(MODEL, case.answers) == ("red_flags", "where", "story")
    story = [n for n, f in MODEL.tables.findings.items() if f.step in ("where", "story") and not f.in_screen]
    for name in story[:8]:
        case = case.with_answer(name, MODEL.options[name][-1])
    assert "examination" in open_steps(MODEL, case.answers)
    assert "tests" not in open_steps(MODEL, case.answers)
    examination = [n for n, f in MODEL.tables.findings.items() if f.step == "examination"]
    for name in examination[:3]:
        case = case.with_answer(name, MODEL.options[name][-1])
    assert "tests" in open_steps(MODEL, case.answers)


def test_information_is_the_expected_drop_of_entropy():
    """Recomputed with plain loops for one question outside any group of answered findings."""
    case = Case("sports_clinic", {"onset_mode": "sudden_in_one_stride"})
    question = next(q for q in next_questions(MODEL, case, count=200, steps=STEPS) if q.finding_id == "side")
    before = weigh(MODEL, case).probabilities
    chances = [before @ np.exp(MODEL.log_profile[k]) for k in MODEL.columns_of("side")]
    after = [weigh(MODEL, case.with_answer("side", option)).probabilities for option in MODEL.options["side"]]
    expected = sum(c / sum(chances) * entropy(p) for c, p in zip(chances, after, strict=True))
    assert question.information_bits == pytest.approx(entropy(before) - expected, abs=1e-9)


def entropy(probabilities):
    return -(probabilities * np.log2(probabilities)).sum()


def test_a_cheap_question_comes_before_a_costly_one_that_tells_as_much():
    """A scan tells more than a question nearly always; its cost has to count."""
    rng = np.random.default_rng(7)
    tiers = MODEL.tables.tiers
    ahead = 0
    for _ in range(10):
        questions = next_questions(MODEL, screened(draw_patient(MODEL, rng, 10)), count=3, steps=STEPS)
        costs = [tiers[MODEL.tables.findings[question.finding_id].tier].cost for question in questions]
        ahead += sum(cost <= 2.5 for cost in costs)
    assert ahead >= 25


def test_a_question_that_could_clear_a_warning_says_so():
    case = Case("emergency_department", {"calf_swelling": "yes", "side": "one_leg"})
    reasons = triage(MODEL, weigh(MODEL, case)).reasons
    opened = {reason.condition_id for reason in reasons if reason.kind == "threshold" and reason.cleared_by}
    questions = next_questions(MODEL, case, count=200, steps=STEPS)
    clearing = [question for question in questions if "clear an open warning" in question.sentence]
    assert opened
    assert clearing
    assert all(set(question.about) & opened for question in clearing)
    assert all(question.harm_avoided > 0 for question in clearing)


def test_nothing_left_to_ask():
    assert next_questions(MODEL, Case(), steps=[]) == ()
    assert next_questions(MODEL, Case(), count=0) == ()


def test_an_assessment_works_its_questions_out_when_they_are_read():
    case = Case("sports_clinic", {"calf_swelling": "yes"})
    expected = next_questions(MODEL, case)
    assessment = assess_case(MODEL, case)
    assert assessment == assess_case(MODEL, case)
    assert assessment.next_questions == expected
    assert expected == assessment.next_questions
    assert assessment.next_questions[:2] == expected[:2]
    assert list(assessment.next_questions) == list(expected)
    assert pickle.loads(pickle.dumps(assess_case(MODEL, case).next_questions)) == expected
    assert not assess_case(MODEL, case, questions=0).next_questions
