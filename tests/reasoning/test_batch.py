"""Many cases at once give what each case gives alone."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import cases

from calfnb.reasoning.batch import BatchScorer, encode_answers, posterior_batch
from calfnb.reasoning.model import Assumptions, Model, default_model
from calfnb.reasoning.scoring import posterior

MODEL = default_model()


@given(st.lists(cases(MODEL, most=163), min_size=1, max_size=12))
def test_the_same_as_one_by_one(many):
    codes = encode_answers(MODEL, [case.answers for case in many])
    settings = np.array([MODEL.setting_index[case.setting] for case in many])
    batch = posterior_batch(MODEL, codes, settings)
    single = np.array([posterior(MODEL, case) for case in many])
    assert np.abs(batch - single).max() < 1e-6
    assert np.allclose(batch.sum(axis=1), 1)


@pytest.mark.parametrize("damping", [0.0, 0.5, 2.0])
def test_any_damping(damping):
    model = Model(MODEL.tables, replace(Assumptions(), damping=damping))
    rng = np.random.default_rng(1)
    codes = random_codes(model, rng, 50)
    batch = posterior_batch(model, codes, 1)
    for row, expected in zip(codes, batch, strict=True):
        answers = {
            name: model.options[name][code - 1]
            for name, code in zip(model.finding_ids, row.tolist(), strict=True)
            if code
        }
        assert np.abs(posterior(model, case_of(model, answers)) - expected).max() < 1e-6


def case_of(model, answers):
    from calfnb.case import Case

    return Case(model.setting_ids[1], answers)


def random_codes(model, rng, count):
    options = np.array([len(model.options[name]) for name in model.finding_ids])
    codes = (rng.random((count, len(options))) * (options + 1)).astype(np.int8)
    return np.minimum(codes, options).astype(np.int8)


def test_chunks_make_no_difference():
    codes = random_codes(MODEL, np.random.default_rng(2), 9000)
    whole = posterior_batch(MODEL, codes, 0)
    parts = np.concatenate([posterior_batch(MODEL, part, 0) for part in np.array_split(codes, 7)])
    assert np.abs(whole - parts).max() < 1e-12


def test_nothing_answered_is_the_pretest():
    batch = posterior_batch(MODEL, np.zeros((3, len(MODEL.finding_ids)), dtype=int), [0, 1, 2])
    pretest = np.exp(MODEL.log_pretest)
    assert np.allclose(batch, pretest / pretest.sum(axis=1, keepdims=True))


def test_no_cases():
    assert posterior_batch(MODEL, np.zeros((0, len(MODEL.finding_ids)), dtype=int), 0).shape == (
        0,
        len(MODEL.condition_ids),
    )


def test_memory_beside_the_result_does_not_grow():
    scorer = BatchScorer(MODEL)
    codes = random_codes(MODEL, np.random.default_rng(3), 40_000)

    def peak(count):
        tracemalloc.start()
        result = scorer.posterior(codes[:count], 0)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most - result.nbytes

    assert peak(40_000) < 1.2 * peak(10_000)


WIDTH = len(MODEL.finding_ids)


@pytest.mark.parametrize(
    ("codes", "setting", "error", "words"),
    [
        (np.zeros((2, WIDTH)), 0, TypeError, "codes must hold integers"),
        (np.zeros((2, WIDTH - 1), dtype=int), 0, ValueError, f"shape \\(cases, {WIDTH}\\)"),
        (np.zeros(WIDTH, dtype=int), 0, ValueError, "shape"),
        (np.full((2, WIDTH), -1), 0, ValueError, "case 0, finding"),
        (np.full((2, WIDTH), 70_000), 0, ValueError, "70000 is no answer number"),
        (np.zeros((2, WIDTH), dtype=int), 9, ValueError, "between 0 and 2"),
        (np.zeros((2, WIDTH), dtype=int), [0, 0, 0], ValueError, "one per case"),
        (np.zeros((2, WIDTH), dtype=int), 0.5, TypeError, "setting_index must hold integers"),
    ],
)
def test_wrong_input_is_named(codes, setting, error, words):
    with pytest.raises(error, match=words):
        posterior_batch(MODEL, codes, setting)
