"""Several conditions at once: how a test sorts a thousand runners like this one, and what the ratios then are.

All numbers come from the model of the tables, in which every condition has its own probability of every answer. That is
why the ratios here may be shown beside published ones but are never multiplied across conditions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calfnb.case import Case
from calfnb.diagnostics.ratios import DiagnosticError
from calfnb.reasoning.model import Model
from calfnb.reasoning.scoring import posterior
from calfnb.tables.records_tests import Accuracy, TestTables

__all__ = ["Branch", "Deviation", "FrequencyTree", "derived_ratios", "deviations", "frequency_tree"]

#: The branch of all conditions that are not named.
OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Branch:
    """The runners of one condition: how many, and how many of them give each answer (whole numbers that add up).

    ``shares`` is the share (0-1) of this condition among all who give the answer, as the tree has it; ``after`` the
    same as the causes page has it once the answer is entered, which differs where a similar question was answered.
    """

    condition_id: str
    people: int
    by_option: Mapping[str, int]
    shares: Mapping[str, float]
    after: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class FrequencyTree:
    """A thousand runners like this one, sorted by condition and then by the answer to one question.

    ``totals`` are all who give each answer. ``overlaps`` is true where an answer that says nearly the same is known
    already: then the new one counts less than the tree shows.
    """

    of: int
    setting: str
    finding_id: str
    branches: tuple[Branch, ...]
    totals: Mapping[str, int]
    overlaps: bool


@dataclass(frozen=True, slots=True)
class Deviation:
    """How far the ratio that the tables imply lies from a published one.

    ``kind`` is positive or negative; ``factor`` is derived over published (1 is agreement).
    """

    test_id: str
    kind: str
    derived: float
    published: float
    factor: float


def frequency_tree(
    model: Model, case: Case, finding_id: str, condition_ids: tuple[str, ...] = (), *, count: int = 4, of: int = 1000
) -> FrequencyTree:
    """Sort ``of`` runners with the answers of this case by condition and by the answer to one more question.

    Parameters
    ----------
    finding_id
        The question or test; an answer to it that is known already is set aside.
    condition_ids
        The conditions to name; without any, the ``count`` most probable ones. All others are one branch.
    of
        How many runners, at least 10.

    Raises
    ------
    DiagnosticError
        If there is no such finding or condition, or ``of`` is too small.
    """
    _check(model, finding_id, condition_ids, of)
    before = case.without(finding_id)
    pretest = posterior(model, before)
    named = condition_ids or tuple(model.condition_ids[i] for i in np.argsort(-pretest, kind="stable")[:count])
    options = model.tables.findings[finding_id].option_ids
    columns = np.array(model.columns_of(finding_id))
    likelihood = np.exp(model.log_profile[columns])
    joint: NDArray[np.float64] = pretest[None, :] * likelihood / likelihood.sum(axis=0, keepdims=True)
    after = np.array([posterior(model, before.with_answer(finding_id, option)) for option in options])
    index = [model.condition_index[name] for name in named]
    rest = np.setdiff1d(np.arange(len(model.condition_ids)), index)
    groups = [*([i] for i in index), list(rest)] if len(rest) else [[i] for i in index]
    names = [*named, OTHERS] if len(rest) else [*named]
    cells = np.array([joint[:, group].sum(axis=1) for group in groups]) * of
    counts = _whole(cells.ravel(), of).reshape(cells.shape)
    sums = joint.sum(axis=1)
    branches = tuple(
        Branch(
            condition_id=name,
            people=int(counts[row].sum()),
            by_option={option: int(counts[row, k]) for k, option in enumerate(options)},
            shares={option: float(joint[k, groups[row]].sum() / sums[k]) for k, option in enumerate(options)},
            after={option: float(after[k, groups[row]].sum()) for k, option in enumerate(options)},
        )
        for row, name in enumerate(names)
    )
    return FrequencyTree(
        of=of,
        setting=case.setting,
        finding_id=finding_id,
        branches=branches,
        totals={option: int(counts[:, k].sum()) for k, option in enumerate(options)},
        overlaps=_overlaps(model, before, finding_id),
    )


def derived_ratios(model: Model, condition_id: str, finding_id: str, setting: str) -> tuple[float, float]:
    """Return the ratios of yes and of no to a finding that the tables imply for one condition against all others.

    The others are weighed by their pretest probabilities in that setting, so the ratios differ between settings. For a
    choice, yes is any option but the first. 1 changes nothing.

    Raises
    ------
    DiagnosticError
        If there is no such finding or condition.
    """
    _check(model, finding_id, (condition_id,), 1000)
    index = model.condition_index[condition_id]
    pretest = np.exp(model.log_pretest[model.setting_index[setting]])
    field = np.delete(pretest, index)
    finding = model.tables.findings[finding_id]
    likelihood = np.exp(model.log_profile[np.array(model.columns_of(finding_id))])
    yes = finding.option_ids.index("yes") if "yes" in finding.option_ids else 0
    here = float(likelihood[yes, index])
    elsewhere = float(np.delete(likelihood[yes], index) @ field / field.sum())
    return here / elsewhere, (1 - here) / (1 - elsewhere)


def deviations(
    model: Model, tests: TestTables, *, setting: str = "sports_clinic", positive: float = 2.5, negative: float = 2.0
) -> tuple[Deviation, ...]:
    """Return where the tables imply a ratio further from a published one than the given factors.

    A higher positive ratio than published is expected where runners stand in place of patients already suspected in a
    hospital; each deviation needs a reason all the same (``tests/diagnostics/lr_deviations.csv``).
    """
    found = []
    for row in tests.accuracies.values():
        if not row.usable or not row.finding_id or row.condition_id not in model.condition_index:
            continue
        derived = derived_ratios(model, row.condition_id, row.finding_id, setting)
        for kind, value, published, factor in _pairs(row, derived, positive, negative):
            if published and abs(math.log(value / published)) > math.log(factor):
                found.append(Deviation(row.test_id, kind, value, published, value / published))
    return tuple(found)


def _pairs(
    row: Accuracy, derived: tuple[float, float], positive: float, negative: float
) -> tuple[tuple[str, float, float | None, float], ...]:
    return (
        ("positive", derived[0], row.lr_positive, positive),
        ("negative", derived[1], row.lr_negative, negative),
    )


def _check(model: Model, finding_id: str, condition_ids: tuple[str, ...], of: int) -> None:
    if finding_id not in model.finding_index:
        raise DiagnosticError(f'There is no finding "{finding_id}".')
    for condition_id in condition_ids:
        if condition_id not in model.condition_index:
            raise DiagnosticError(f'There is no condition "{condition_id}".')
    if of < 10:
        raise DiagnosticError("A tree takes at least 10 people.")


def _overlaps(model: Model, case: Case, finding_id: str) -> bool:
    group = model.groups[model.finding_index[finding_id]]
    return any(model.groups[model.finding_index[known]] == group for known in case.answers)


def _whole(values: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Round so that the sum is ``total`` (largest remainders)."""
    floors = np.floor(values + 1e-9).astype(np.int64)
    order = np.lexsort((np.arange(len(values)), floors - values))
    floors[order[: total - int(floors.sum())]] += 1
    return floors
