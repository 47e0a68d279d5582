"""Scenes about one patient: the same leg in several clinics, and a test before or after the examination."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calfnb.case import Case
from calfnb.diagnostics.ratios import DiagnosticError
from calfnb.diagnostics.trees import FrequencyTree, frequency_tree
from calfnb.reasoning.model import Model
from calfnb.reasoning.results import RankedCondition
from calfnb.reasoning.scoring import intervals, ranking, weigh

__all__ = ["Clinic", "Order", "Step", "clinic_at", "clinics", "order_of_testing", "settings_in_order"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Clinic:
    """The same answers at one place on the slider.

    ``position`` runs from 0 to the number of settings less one; ``between`` are the settings below and above and
    ``fraction`` (0-1) how far the place lies from the first to the second. The dictionaries map condition ids to
    probabilities (0-1): before any answer, after the answers, and the 80 % interval.
    """

    position: float
    between: tuple[str, str]
    fraction: float
    pretest: Mapping[str, float]
    posttest: Mapping[str, float]
    low: Mapping[str, float]
    high: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way: what became known, and the condition's probability (0-1) with its 80 % interval."""

    learnt: tuple[tuple[str, str], ...]
    probability: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Order:
    """The same patient tested first and examined first.

    Both ways end at the same probability; what differs is what is known when the result comes. ``tree_first`` sorts a
    thousand runners of whom nothing is known by the result, ``tree_after`` those with this examination.
    """

    condition_id: str
    finding_id: str
    result: str
    tested_first: tuple[Step, ...]
    examined_first: tuple[Step, ...]
    tree_first: FrequencyTree
    tree_after: FrequencyTree


def settings_in_order(model: Model) -> tuple[str, ...]:
    """Return the settings from the one with the fewest to the one with the most conditions not to be missed."""
    serious = np.array([condition.cant_miss for condition in model.tables.conditions.values()])
    share = np.exp(model.log_pretest)[:, serious].sum(axis=1)
    return tuple(model.setting_ids[i] for i in np.argsort(share, kind="stable"))


def clinic_at(model: Model, case: Case, position: float) -> Clinic:
    """Return the case at a place on the slider; between two settings pretest log odds are interpolated.

    Parameters
    ----------
    position
        0 is the first of `settings_in_order`, 1 the second, and so on; 0.5 lies half way.

    Raises
    ------
    DiagnosticError
        If the position lies off the slider.
    """
    order = settings_in_order(model)
    if isinstance(position, bool) or not isinstance(position, int | float) or not 0 <= position <= len(order) - 1:
        raise DiagnosticError(f"The slider runs from 0 to {len(order) - 1}; {position!r} lies off it.")
    lower = min(int(position), max(len(order) - 2, 0))
    upper = min(lower + 1, len(order) - 1)
    fraction = float(position) - lower
    first, second = model.setting_index[order[lower]], model.setting_index[order[upper]]
    log_pretest = _between(model.log_pretest[first], model.log_pretest[second], fraction)
    evidence = weigh(model, case)
    scores = log_pretest + evidence.log_likelihood.sum(axis=0)
    posttest = _softmax(scores)
    drawn = _drawn_pretest(model, first, second, fraction)
    if len(evidence.columns):
        drawn = drawn + np.einsum("k,kdc->dc", evidence.weights, model.draws.log_profile[evidence.columns])
    matrix = _softmax(drawn).astype(np.float32)
    placed = type(evidence)(case, first, evidence.columns, evidence.weights, evidence.log_likelihood, scores, posttest)
    low, high = intervals(placed, matrix)
    return Clinic(
        position=float(position),
        between=(order[lower], order[upper]),
        fraction=fraction,
        pretest=_named(model, np.exp(log_pretest)),
        posttest=_named(model, posttest),
        low=_named(model, low),
        high=_named(model, high),
    )


def clinics(model: Model, case: Case, *, count: int = 5) -> tuple[Clinic, ...]:
    """Return the case at evenly spaced places on the slider, both ends among them."""
    if count < 2:
        raise DiagnosticError("A comparison takes at least two places.")
    last = len(settings_in_order(model)) - 1
    return tuple(clinic_at(model, case, last * place / (count - 1)) for place in range(count))


def order_of_testing(
    model: Model, case: Case, finding_id: str, result: str, condition_id: str, *, of: int = 1000
) -> Order:
    """Return the same patient with a test before the examination and after it.

    Parameters
    ----------
    case
        The patient with everything that story and examination tell; an answer to the test itself is set aside.
    finding_id, result
        The test and its result, such as ``t_ddimer_positive`` and ``yes``.
    condition_id
        The condition that the test is about.

    Raises
    ------
    DiagnosticError
        If there is no such finding, result or condition.
    """
    finding = model.tables.findings.get(finding_id)
    if finding is None or result not in finding.option_ids:
        raise DiagnosticError(f'There is no result "{result}" of "{finding_id}".')
    if condition_id not in model.condition_index:
        raise DiagnosticError(f'There is no condition "{condition_id}".')
    examined = case.without(finding_id)
    blank = Case(case.setting, {})
    tested = blank.with_answer(finding_id, result)
    both = examined.with_answer(finding_id, result)
    found = tuple(examined.answers.items())
    outcome = ((finding_id, result),)
    start = _step(model, blank, (), condition_id)
    end_after_test = _step(model, both, found, condition_id)
    end_after_exam = _step(model, both, outcome, condition_id)
    return Order(
        condition_id=condition_id,
        finding_id=finding_id,
        result=result,
        tested_first=(start, _step(model, tested, outcome, condition_id), end_after_test),
        examined_first=(start, _step(model, examined, found, condition_id), end_after_exam),
        tree_first=frequency_tree(model, blank, finding_id, (condition_id,), of=of),
        tree_after=frequency_tree(model, examined, finding_id, (condition_id,), of=of),
    )


def _step(model: Model, case: Case, learnt: tuple[tuple[str, str], ...], condition_id: str) -> Step:
    item: RankedCondition = next(
        item for item in ranking(model, weigh(model, case)) if item.condition_id == condition_id
    )
    return Step(learnt, item.probability, item.low, item.high)


def _between(first: Floats, second: Floats, fraction: float) -> Floats:
    """Interpolate log probabilities in log odds and make them sum to 1; the last axis is over conditions."""
    if fraction in (0.0, 1.0):
        return second if fraction else first
    mixed = (1 - fraction) * _logit(first) + fraction * _logit(second)
    probabilities = 1 / (1 + np.exp(-mixed))
    result: Floats = np.log(probabilities / probabilities.sum(axis=-1, keepdims=True))
    return result


def _drawn_pretest(model: Model, first: int, second: int, fraction: float) -> Floats:
    """Return draws of the log pretest probabilities between two settings, shape (draws, conditions).

    The draws of two settings are independent, so that a plain mean of them would be too narrow half way; the deviation
    from the centre is stretched to make up for it.
    """
    draws = model.draws.log_pretest.astype(float)
    if fraction in (0.0, 1.0):
        result: Floats = draws[second if fraction else first]
        return result
    centre = (1 - fraction) * _logit(model.log_pretest[first]) + fraction * _logit(model.log_pretest[second])
    mixed = (1 - fraction) * _logit(draws[first]) + fraction * _logit(draws[second])
    stretched = centre + (mixed - centre) / np.hypot(1 - fraction, fraction)
    probabilities = 1 / (1 + np.exp(-stretched))
    logs: Floats = np.log(probabilities / probabilities.sum(axis=-1, keepdims=True))
    return logs


def _logit(log_probabilities: Floats) -> Floats:
    result: Floats = log_probabilities - np.log1p(-np.exp(np.minimum(log_probabilities, -1e-12)))
    return result


def _softmax(scores: Floats) -> Floats:
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: Floats = shifted / shifted.sum(axis=-1, keepdims=True)
    return result


def _named(model: Model, values: Floats) -> dict[str, float]:
    return dict(zip(model.condition_ids, values.tolist(), strict=True))
