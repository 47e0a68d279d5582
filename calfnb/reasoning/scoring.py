"""Posttest probabilities with intervals, stability and reasons.

For a condition c with answers o_1 ... o_n, log P(c | answers) = log P(c) + sum_i w_i log P(o_i | c) + constant.
The weights w_i damp answers of one dependence group, which say nearly the same thing. An unknown answer is no term
of the sum; it never counts as an absent finding. The order of the answers changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from calfnb.case import Case
from calfnb.reasoning.model import Model
from calfnb.reasoning.results import Contribution, Explanation, NaturalFrequency, RankedCondition

__all__ = [
    "Evidence",
    "damping_weights",
    "explain",
    "first_shares",
    "intervals",
    "natural_frequency",
    "posterior",
    "ranking",
    "weigh",
    "without",
]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Bounds of the interval shown, as shares of the draws.
_INTERVAL = (0.10, 0.90)
#: From which probability (0-1) a condition is worded as leading, possible or less likely.
_BANDS = ((0.50, "leading"), (0.15, "possible"), (0.03, "less_likely"))


@dataclass(frozen=True, slots=True)
class Evidence:
    """The answers of one case, weighed: the shared start of everything that is said about it.

    ``columns`` and ``weights`` have the shape (answers,), ``log_likelihood`` (answers, conditions) holds the damped
    terms, ``log_scores`` and ``probabilities`` have the shape (conditions,).
    """

    case: Case
    setting: int
    columns: Integers
    weights: Floats
    log_likelihood: Floats
    log_scores: Floats
    probabilities: Floats


def weigh(model: Model, case: Case) -> Evidence:
    """Return the weighed answers of a case and the posttest probability of every condition.

    Raises
    ------
    KeyError
        If the case does not fit the model's tables; `Case.create` checks that beforehand.
    """
    setting = model.setting_index[case.setting]
    columns = np.sort(np.array([model.column_index[pair] for pair in case.answers.items()], dtype=np.int64))
    weights = damping_weights(model, columns)
    terms = weights[:, None] * model.log_profile[columns]
    scores = model.log_pretest[setting] + terms.sum(axis=0)
    return Evidence(case, setting, columns, weights, terms, scores, _softmax(scores))


def posterior(model: Model, case: Case) -> Floats:
    """Return P(condition | answers), 0-1, in the order of ``model.condition_ids``; the sum is 1."""
    return weigh(model, case).probabilities


def damping_weights(model: Model, columns: Integers) -> Floats:
    """Return the weight (0-1] of each answered column.

    Within a dependence group the answers are ordered by how much they tell conditions apart; the k-th counts k**-a.
    A weak "no" therefore never dilutes a strong "yes" of the same group.
    """
    groups = model.column_group[columns]
    # Ties are broken by the column, so that the order of the answers cannot matter.
    order = np.lexsort((columns, -model.strength[columns], groups))
    ranked = groups[order]
    starts = np.r_[True, ranked[1:] != ranked[:-1]] if len(columns) else np.array([], dtype=bool)
    places = np.arange(len(columns))
    rank = places - np.maximum.accumulate(np.where(starts, places, 0)) if len(columns) else places
    weights = np.empty(len(columns))
    weights[order] = (rank + 1.0) ** -model.assumptions.damping
    return weights


def draw_posteriors(model: Model, evidence: Evidence) -> NDArray[np.float32]:
    """Return the posttest probabilities in every draw of the tables' numbers, shape (draws, conditions)."""
    draws = model.draws
    _, count, conditions = draws.log_pretest.shape
    scores = draws.log_pretest[evidence.setting].reshape(-1).copy()
    if len(evidence.columns):
        table = draws.log_profile.reshape(len(model.columns), count * conditions)
        scores += evidence.weights.astype(np.float32) @ table[evidence.columns]
    matrix: NDArray[np.float32] = scores.reshape(count, conditions)
    matrix -= matrix.max(axis=1, keepdims=True)
    np.exp(matrix, out=matrix)
    matrix /= matrix.sum(axis=1, keepdims=True)
    return matrix


def intervals(evidence: Evidence, drawn: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Return the lower and upper end of the 80 % interval of every condition; the point lies within."""
    ordered = np.sort(drawn, axis=0)
    last = len(ordered) - 1
    low, high = (ordered[round(share * last)].astype(np.float64) for share in _INTERVAL)
    return np.minimum(low, evidence.probabilities), np.maximum(high, evidence.probabilities)


def first_shares(drawn: NDArray[np.float32]) -> Floats:
    """Return for every condition the share of draws (0-1) in which it comes first."""
    winners = np.bincount(drawn.argmax(axis=1), minlength=drawn.shape[1])
    result: Floats = winners / len(drawn)
    return result


def ranking(model: Model, evidence: Evidence) -> tuple[RankedCondition, ...]:
    """Return all conditions, the most probable first, each with interval, words and stability."""
    drawn = draw_posteriors(model, evidence)
    low, high = intervals(evidence, drawn)
    shares = first_shares(drawn)
    order = np.lexsort((np.arange(len(model.condition_ids)), -evidence.probabilities))
    return tuple(
        RankedCondition(
            condition_id=model.condition_ids[i],
            probability=float(evidence.probabilities[i]),
            low=float(low[i]),
            high=float(high[i]),
            band=_band(float(evidence.probabilities[i])),
            frequency=natural_frequency(float(evidence.probabilities[i]), float(low[i]), float(high[i])),
            first_share=float(shares[i]),
        )
        for i in order
    )


def natural_frequency(probability: float, low: float, high: float) -> NaturalFrequency:
    """Return a probability (0-1) and its range as "about n of 10" (or of 100), never 0 and never all.

    Raises
    ------
    ValueError
        If not 0 <= low <= probability <= high <= 1.
    """
    if not 0 <= low <= probability <= high <= 1:
        raise ValueError(f"expected 0 <= low <= probability <= high <= 1, not {low}, {probability}, {high}")
    out_of = 10 if probability >= 0.095 else 100
    about, least, most = (min(max(round(p * out_of), 0), out_of - 1) for p in (probability, low, high))
    return NaturalFrequency(
        about=max(about, 1), low=max(least, 0), high=max(most, 1), out_of=out_of, fewer_than=probability < 0.5 / out_of
    )


def explain(model: Model, evidence: Evidence, condition_id: str) -> Explanation:
    """Return what each answer does to one condition against all others together.

    The contribution of an answer is its share of the way from the pretest to the posttest log-odds when all answers
    are let in evenly at once (the Aumann-Shapley value), so the shares do not depend on any order and sum to the whole.

    References
    ----------
    Aumann RJ, Shapley LS. Values of Non-Atomic Games. Princeton University Press, 1974.
    """
    index = model.condition_index[condition_id]
    before = _log_odds(model.log_pretest[evidence.setting], index)
    after = _log_odds(evidence.log_scores, index)
    shares = _shares(model, evidence, index, after - before)
    answers = [model.columns[column] for column in evidence.columns.tolist()]
    contributions = [
        Contribution(finding_id, option_id, share, weight)
        for (finding_id, option_id), share, weight in zip(
            answers, shares.tolist(), evidence.weights.tolist(), strict=True
        )
    ]
    contributions.sort(key=lambda item: (-abs(item.log_odds), item.finding_id))
    return Explanation(
        condition_id=condition_id,
        pretest_log_odds=before,
        posttest_log_odds=after,
        contributions=tuple(contributions),
        unexplained=_unexplained(model, evidence, index),
        expected_absent=_expected_absent(model, evidence, index),
    )


def _shares(model: Model, evidence: Evidence, index: int, whole: float) -> Floats:
    """Integrate the slope of the log-odds along the even path; the rest of the quadrature is shared out by size."""
    if not len(evidence.columns):
        return np.zeros(0)
    nodes, steps = _even_path()
    total = evidence.log_likelihood.sum(axis=0)
    scores = model.log_pretest[evidence.setting] + nodes[:, None] * total
    scores[:, index] = -np.inf
    field = np.exp(scores - scores.max(axis=1, keepdims=True))
    field /= field.sum(axis=1, keepdims=True)
    mean_field = steps @ field
    shares: Floats = evidence.log_likelihood[:, index] - evidence.log_likelihood @ mean_field
    rest = whole - shares.sum()
    size = np.abs(shares)
    portions = size / size.sum() if size.sum() > 0 else np.full(len(size), 1 / len(size))
    result: Floats = shares + rest * portions
    return result


@cache
def _even_path() -> tuple[Floats, Floats]:
    """Return the nodes and weights of the quadrature over 0-1 along which all answers are let in together."""
    nodes, steps = np.polynomial.legendre.leggauss(24)
    return (nodes + 1) / 2, steps / 2


def without(values: Floats, index: int) -> Floats:
    """Return the array without one place of its last axis; a good deal quicker than `numpy.delete`."""
    return np.concatenate((values[..., :index], values[..., index + 1 :]), axis=-1)


def _unexplained(model: Model, evidence: Evidence, index: int) -> tuple[str, ...]:
    """Return the answered findings that are rare in this condition and clearly commoner in the others."""
    others = without(evidence.probabilities, index)
    field = others / others.sum()
    given: Floats = np.exp(model.log_profile[evidence.columns])
    here, elsewhere = given[:, index], without(given, index)
    commoner = (elsewhere @ field >= 2 * here) | (elsewhere.max(axis=1, initial=0.0) >= 5 * here)
    result = []
    for place in np.flatnonzero((here < 0.15) & commoner):
        finding_id, option_id = model.columns[evidence.columns[place]]
        if option_id != "no":
            result.append((here[place], finding_id))
    return tuple(finding_id for _, finding_id in sorted(result))


def _expected_absent(model: Model, evidence: Evidence, index: int) -> tuple[str, ...]:
    """Return the findings that most patients with this condition show and that were answered otherwise."""
    shown: list[float] = np.exp(model.log_profile[evidence.columns, index]).tolist()
    result = []
    for column, here in zip(evidence.columns.tolist(), shown, strict=True):
        finding_id, option_id = model.columns[column]
        if option_id == "no" and here <= 0.35:
            result.append((here, finding_id))
    return tuple(finding_id for _, finding_id in sorted(result))


def _band(probability: float) -> str:
    return next((band for least, band in _BANDS if probability >= least), "not_excluded")


def _log_odds(scores: Floats, index: int) -> float:
    others = without(scores, index)
    top = others.max()
    return float(scores[index] - top - np.log(np.exp(others - top).sum()))


def _softmax(scores: Floats) -> Floats:
    shifted = np.exp(scores - scores.max())
    result: Floats = shifted / shifted.sum()
    return result
