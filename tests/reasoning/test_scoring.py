"""The probabilities: what must hold for any answers, and what a reader can check by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import cases

from calfnb.case import Case
from calfnb.reasoning.model import Assumptions, Model, default_model
from calfnb.reasoning.scoring import (
    damping_weights,
    draw_posteriors,
    explain,
    natural_frequency,
    posterior,
    ranking,
    weigh,
)

MODEL = default_model()


@given(cases(MODEL))
def test_probabilities_are_a_distribution(case):
    probabilities = posterior(MODEL, case)
    assert (probabilities > 0).all()
    assert (probabilities < 1).all()
    assert math.isclose(probabilities.sum(), 1)


@given(cases(MODEL, least=2), st.randoms())
def test_order_of_answers_changes_nothing(case, random):
    items = list(case.answers.items())
    random.shuffle(items)
    assert (posterior(MODEL, Case(case.setting, dict(items))) == posterior(MODEL, case)).all()


def test_no_answer_leaves_the_pretest():
    for setting, row in zip(MODEL.setting_ids, MODEL.log_pretest, strict=True):
        assert np.allclose(posterior(MODEL, Case(setting)), np.exp(row))


def test_unknown_is_not_absent():
    unknown = posterior(MODEL, Case("sports_clinic"))
    absent = posterior(MODEL, Case("sports_clinic", {"calf_swelling": "no"}))
    present = posterior(MODEL, Case("sports_clinic", {"calf_swelling": "yes"}))
    clot = MODEL.condition_index["deep_vein_thrombosis"]
    assert absent[clot] < unknown[clot] < present[clot]


def test_one_answer_is_bayes_theorem_by_hand():
    case = Case("emergency_department", {"onset_pop_or_snap": "yes"})
    by_hand = {
        name: math.exp(MODEL.log_pretest[MODEL.setting_index[case.setting], i])
        * MODEL.probability("onset_pop_or_snap", "yes", name)
        for i, name in enumerate(MODEL.condition_ids)
    }
    whole = sum(by_hand.values())
    for name, probability in zip(MODEL.condition_ids, posterior(MODEL, case), strict=True):
        assert math.isclose(probability, by_hand[name] / whole, rel_tol=1e-12)


def test_options_of_a_finding_sum_to_one_in_every_condition():
    for finding_id in MODEL.finding_ids:
        columns = MODEL.columns_of(finding_id)
        total = np.exp(MODEL.log_profile[columns.start : columns.stop]).sum(axis=0)
        assert np.allclose(total, 1, atol=0.02), finding_id  # the clamp may add a little


@given(cases(MODEL))
def test_intervals_hold_the_point_and_stay_within_bounds(case):
    evidence = weigh(MODEL, case)
    ranked = ranking(MODEL, evidence)
    assert [r.condition_id for r in ranked] == sorted(
        MODEL.condition_ids,
        key=lambda name: (-evidence.probabilities[MODEL.condition_index[name]], MODEL.condition_index[name]),
    )
    for condition in ranked:
        assert 0 <= condition.low <= condition.probability <= condition.high <= 1
        assert 0 <= condition.first_share <= 1
    assert math.isclose(sum(r.first_share for r in ranked), 1)


def test_draws_are_seeded():
    case = Case("sports_clinic", {"calf_swelling": "yes", "side": "one_leg"})
    again = Model(MODEL.tables)
    assert (draw_posteriors(again, weigh(again, case)) == draw_posteriors(MODEL, weigh(MODEL, case))).all()


@given(cases(MODEL), st.sampled_from(MODEL.condition_ids))
def test_contributions_sum_to_the_difference_shown(case, condition_id):
    explanation = explain(MODEL, weigh(MODEL, case), condition_id)
    total = sum(item.log_odds for item in explanation.contributions)
    difference = explanation.posttest_log_odds - explanation.pretest_log_odds
    assert math.isclose(total, difference, rel_tol=1e-9, abs_tol=1e-9)
    assert {item.finding_id for item in explanation.contributions} == set(case.answers)


def test_posttest_log_odds_are_those_of_the_probability():
    case = Case("sports_clinic", {"onset_mode": "sudden_in_one_stride", "bruising": "yes"})
    evidence = weigh(MODEL, case)
    p = evidence.probabilities[MODEL.condition_index["gastrocnemius_strain"]]
    assert math.isclose(explain(MODEL, evidence, "gastrocnemius_strain").posttest_log_odds, math.log(p / (1 - p)))


def test_an_answer_outside_every_group_counts_fully_and_grouped_ones_are_damped():
    group = [f for f in MODEL.finding_ids if MODEL.tables.findings[f].dependence_group == "swelling"]
    columns = np.array([MODEL.column_index[name, "yes"] for name in group if "yes" in MODEL.options[name]])
    weights = damping_weights(MODEL, columns)
    assert sorted(weights, reverse=True) == [(k + 1) ** -MODEL.assumptions.damping for k in range(len(columns))]
    assert weights[np.argmax(MODEL.strength[columns])] == 1


def test_weak_answers_never_dilute_a_strong_one_of_their_group():
    strong = {"previous_dvt_or_pe": "yes"}
    beside = {**strong, "active_cancer": "no", "long_travel": "no", "oestrogen_use": "no", "bedridden_or_surgery": "no"}
    clot = MODEL.condition_index["deep_vein_thrombosis"]
    alone, together = (posterior(MODEL, Case("sports_clinic", a))[clot] for a in (strong, beside))
    assert together > 0.75 * alone


def test_more_draws_and_other_assumptions_do_not_move_the_point():
    case = Case("sports_clinic", {"side": "both_legs"})
    few = Model(MODEL.tables, Assumptions(draws=10))
    assert (posterior(few, case) == posterior(MODEL, case)).all()


@pytest.mark.parametrize(
    ("probability", "low", "high", "expected"),
    [
        (0.62, 0.41, 0.78, (6, 4, 8, 10, False)),
        (0.999, 0.97, 1.0, (9, 9, 9, 10, False)),
        (0.04, 0.01, 0.09, (4, 1, 9, 100, False)),
        (0.0004, 0.0001, 0.002, (1, 0, 1, 100, True)),
    ],
)
def test_natural_frequencies_are_never_none_and_never_all(probability, low, high, expected):
    frequency = natural_frequency(probability, low, high)
    assert (frequency.about, frequency.low, frequency.high, frequency.out_of, frequency.fewer_than) == expected


def test_natural_frequency_refuses_an_impossible_range():
    with pytest.raises(ValueError, match="low <= probability <= high"):
        natural_frequency(0.5, 0.6, 0.7)


def test_findings_left_unexplained_and_expected_but_absent():
    answers = {
        "onset_mode": "sudden_in_one_stride",
        "onset_struck_from_behind": "yes",
        "main_zone": "medial_gastrocnemius",
        "began_in_sprint_or_hill": "yes",
        "fever_or_chills": "yes",
        "ex_focal_muscle_tenderness": "no",
    }
    explanation = explain(MODEL, weigh(MODEL, Case("sports_clinic", answers)), "gastrocnemius_strain")
    assert explanation.unexplained == ("fever_or_chills",)
    assert explanation.expected_absent == ("ex_focal_muscle_tenderness",)
