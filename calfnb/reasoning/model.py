"""The condition tables compiled into arrays: what the reasoning computes with.

A condition is a class, not a yes or no: for every condition the model holds P(option | condition) of every
option of every finding, and for every setting P(condition) before any answer. A pair of condition and finding
without a profile takes the background, which is the share among runners with calf pain, not among healthy people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from calfnb.tables import load_tables
from calfnb.tables.logic import Expression, parse
from calfnb.tables.records import Finding, Tables

__all__ = ["Assumptions", "Draws", "Model", "default_model"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What the reasoning assumes beside the tables; every value is a judgement and can be varied.

    Parameters
    ----------
    damping
        Exponent a >= 0: the k-th strongest answer of a dependence group counts k**-a. 0 treats the answers of a
        group as independent; the lesson on evidence calibrates it on simulated correlated patients.
    misread
        Share (0-1) of answers that do not mean what they say: a misread question, a sign missed, an atypical case.
        It keeps one answer from deleting a condition.
    pretest_trust
        Exponent (0-1] on the pretest probabilities of the tables, which then sum to 1 again. Below 1 it moves them a
        little towards each other: they are judgement with ranges of a factor of two to three either way, and a patient
        who is worked up question by question has been selected. At 0.85 every one stays within its plausible range.
    draws
        Number of seeded draws behind each interval.
    dirichlet_weight
        Total weight of the Dirichlet distribution from which a single-choice profile is drawn.
    """

    damping: float = 0.5
    misread: float = 0.04
    pretest_trust: float = 0.85
    draws: int = 300
    dirichlet_weight: float = 20.0
    seed: int = 20260101


@dataclass(frozen=True, slots=True)
class Draws:
    """Seeded draws of every number of the tables, within its range.

    ``log_pretest`` has the shape (settings, draws, conditions), ``log_profile`` (columns, draws, conditions).
    """

    log_pretest: NDArray[np.float32]
    log_profile: NDArray[np.float32]


class Model:
    """Arrays over all conditions and over all options of all findings (the columns).

    Parameters
    ----------
    tables
        Checked condition tables.
    assumptions
        What is assumed beside them.

    Attributes
    ----------
    log_pretest
        log P(condition) by setting, shape (settings, conditions).
    log_profile
        log P(option | condition), shape (columns, conditions).
    strength
        How much the column tells conditions apart (standard deviation of its log likelihoods over the conditions),
        shape (columns,). It orders the answers within a dependence group and depends on no answer and no setting.
    """

    def __init__(self, tables: Tables, assumptions: Assumptions | None = None) -> None:
        self.tables = tables
        self.assumptions = assumptions or Assumptions()
        self.condition_ids = tuple(tables.conditions)
        self.condition_index = {name: i for i, name in enumerate(self.condition_ids)}
        self.setting_ids = tuple(tables.settings)
        self.setting_index = {name: i for i, name in enumerate(self.setting_ids)}
        self.finding_ids = tuple(tables.findings)
        self.finding_index = {name: i for i, name in enumerate(self.finding_ids)}
        self.columns = tuple((f.finding_id, o) for f in tables.findings.values() for o in f.option_ids)
        self.column_index = {pair: i for i, pair in enumerate(self.columns)}
        firsts = {f.finding_id: self.column_index[f.finding_id, f.option_ids[0]] for f in tables.findings.values()}
        self._spans = {name: range(at, at + len(tables.findings[name].option_ids)) for name, at in firsts.items()}
        self.column_finding: Integers = np.array([self.finding_index[f] for f, _ in self.columns], dtype=np.int64)
        self.groups = _group_numbers(tables)
        self.column_group: Integers = self.groups[self.column_finding]

        centre, low, high = _profile_arrays(self)
        self._range = (centre, low, high)
        self.floor = _floors(centre)
        self.log_profile: Floats = np.log(self._softened(np.clip(centre, self.floor, 0.995)))
        self.log_pretest: Floats = np.log(_pretest_array(self)[0])
        self.strength: Floats = self.log_profile.std(axis=1)
        self.alarming: NDArray[np.bool_] = np.array(
            [option in tables.findings[finding].alarming for finding, option in self.columns], dtype=bool
        )

    def columns_of(self, finding_id: str) -> range:
        """Return the columns of a finding, in the order of its options."""
        return self._spans[finding_id]

    def probability(self, finding_id: str, option_id: str, condition_id: str) -> float:
        """Return P(option | condition), 0-1, as the reasoning uses it."""
        column = self.column_index[finding_id, option_id]
        return float(np.exp(self.log_profile[column, self.condition_index[condition_id]]))

    def applicable(self, answers: Mapping[str, str]) -> tuple[str, ...]:
        """Return the findings that may be asked, given the answers so far (answered ones included)."""
        return tuple(
            finding_id
            for finding_id in self.finding_ids
            if finding_id not in self.asked_if or self.asked_if[finding_id].holds(answers)
        )

    @cached_property
    def options(self) -> dict[str, tuple[str, ...]]:
        """The option ids of every finding."""
        return {finding.finding_id: finding.option_ids for finding in self.tables.findings.values()}

    @cached_property
    def asked_if(self) -> dict[str, Expression]:
        """The condition under which a finding is asked, for those that have one."""
        return {
            finding.finding_id: parse(finding.asked_if, findings=self.options)
            for finding in self.tables.findings.values()
            if finding.asked_if
        }

    @cached_property
    def cautious_profile(self) -> NDArray[np.float64]:
        """Pairwise log likelihood ratios in which no answer is less alarming than a more alarming one would be.

        Shape (columns, conditions, conditions): entry [k, c, d] is log P(k | c) - log P(k | d). For the alarming "yes"
        of a yes/no finding it is at least 0, the value of an unknown, and for its "no" at most 0, so that "no" <=
        unknown <= "yes" for every pair. An alarming option among several is raised to the largest value of the calmer
        ones, and to 0. Used by triage alone, never shown as a probability of a condition.
        """
        ratios: Floats = self.log_profile[:, :, None] - self.log_profile[:, None, :]
        for finding in self.tables.findings.values():
            if not finding.alarming:
                continue
            columns = np.array(self.columns_of(finding.finding_id))
            calm = columns[~self.alarming[columns]]
            if finding.kind == "yes_no":
                ratios[calm] = np.minimum(ratios[calm], 0.0)
            ceiling = np.maximum(ratios[calm].max(axis=0, initial=-np.inf), 0.0)
            for column in columns[self.alarming[columns]]:
                ratios[column] = np.maximum(ratios[column], ceiling)
        return ratios

    @cached_property
    def draws(self) -> Draws:
        """Seeded draws of every number, made once (about 0.1 s)."""
        return _draw(self)

    def _softened(self, probabilities: Floats) -> Floats:
        """Mix in the misread answers: with a share ``misread`` an answer says nothing about the condition."""
        share = self.assumptions.misread
        pooled = probabilities.mean(axis=-1, keepdims=True)
        result: Floats = (1 - share) * probabilities + share * pooled
        return result


@lru_cache(maxsize=1)
def default_model() -> Model:
    """Return the model of the shipped tables, built once."""
    return Model(load_tables())


def _group_numbers(tables: Tables) -> Integers:
    """Number the dependence groups; a finding without a group is a group of its own."""
    numbers: dict[str, int] = {}
    result = []
    for finding in tables.findings.values():
        name = finding.dependence_group or f"alone:{finding.finding_id}"
        result.append(numbers.setdefault(name, len(numbers)))
    return np.array(result, dtype=np.int64)


def _profile_arrays(model: Model) -> tuple[Floats, Floats, Floats]:
    """Return centre, low and high of P(option | condition), each of shape (columns, conditions)."""
    tables = model.tables
    shape = (len(model.columns), len(model.condition_ids))
    arrays = (np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan))

    def put(conditions: int | slice, finding: Finding, option: str, values: tuple[float, float, float]) -> None:
        column = model.column_index[finding.finding_id, option]
        for array, value in zip(arrays, values, strict=True):
            array[column, conditions] = value
        if finding.kind == "yes_no":
            other = model.column_index[finding.finding_id, "no" if option == "yes" else "yes"]
            mirrored = (1 - values[0], 1 - values[2], 1 - values[1])
            for array, value in zip(arrays, mirrored, strict=True):
                array[other, conditions] = value

    for row in tables.background:
        put(slice(None), tables.findings[row.finding_id], row.option_id, (row.probability, row.low, row.high))
    for profile in tables.profiles:
        finding = tables.findings[profile.finding_id]
        condition = model.condition_index[profile.condition_id]
        put(condition, finding, profile.option_id, (profile.probability, profile.low, profile.high))
    return arrays


def _pretest_array(model: Model) -> tuple[Floats, Floats, Floats]:
    """Return centre, low and high of P(condition) by setting, each of shape (settings, conditions)."""
    shape = (len(model.setting_ids), len(model.condition_ids))
    arrays = (np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan))
    for row in model.tables.pretest:
        place = model.setting_index[row.setting_id], model.condition_index[row.condition_id]
        for array, value in zip(arrays, (row.probability, row.low, row.high), strict=True):
            array[place] = value
    centre, low, high = arrays
    trusted = centre**model.assumptions.pretest_trust
    trusted /= trusted.sum(axis=1, keepdims=True)
    return trusted, np.minimum(low, trusted), np.maximum(high, trusted)


def _floors(centre: Floats) -> Floats:
    """Return the smallest probability that a column may take, shape (columns, 1).

    0.002 everywhere, and 0.0005 where the background itself is rarer than that (emergency signs).
    """
    smallest = np.nanmedian(centre, axis=1, keepdims=True)
    return np.where(smallest < 0.002, 0.0005, 0.002)


def _draw(model: Model) -> Draws:
    """Draw every number of the tables once per draw.

    A number with a range is drawn in log odds from two half normals that put 90 % between its bounds; a background is
    one number, so that all conditions that take it move together. A single-choice distribution is drawn from a
    Dirichlet distribution around it, a pretest probability in logarithms within its range and made to sum to 1.
    """
    assumptions = model.assumptions
    rng = np.random.default_rng(assumptions.seed)
    count = assumptions.draws
    centre, low, high = model._range
    columns, conditions = centre.shape
    drawn = np.empty((columns, count, conditions))
    listed = {(p.finding_id, p.condition_id) for p in model.tables.profiles}
    for finding in model.tables.findings.values():
        span = model.columns_of(finding.finding_id)
        own = np.array([(finding.finding_id, c) in listed for c in model.condition_ids])
        if finding.kind == "yes_no":
            yes = model.column_index[finding.finding_id, "yes"]
            noise = rng.standard_normal((count, conditions))
            shared = rng.standard_normal((count, 1))
            noise = np.where(own, noise, shared)
            values = _within(centre[yes], low[yes], high[yes], noise)
            drawn[yes] = values
            drawn[model.column_index[finding.finding_id, "no"]] = 1 - values
        else:
            shapes = np.maximum(centre[span.start : span.stop] * assumptions.dirichlet_weight, 0.02)
            gammas = rng.standard_gamma(shapes[:, None, :], size=(len(span), count, conditions))
            common = rng.standard_gamma(
                shapes[:, None, ~own][:, :, :1] if (~own).any() else shapes[:, None, :1], size=(len(span), count, 1)
            )
            gammas = np.where(own, gammas, common)
            drawn[span.start : span.stop] = gammas / gammas.sum(axis=0, keepdims=True)
    drawn = np.clip(drawn, model.floor[:, :, None], 0.9995)
    log_profile = np.log(model._softened(drawn)).astype(np.float32)

    middle, least, most = (np.log(a)[:, None, :] for a in _pretest_array(model))
    noise = rng.standard_normal((len(model.setting_ids), count, conditions))
    spread = np.where(noise < 0, middle - least, most - middle) / _NINETY
    log_pretest = middle + noise * spread
    log_pretest -= np.log(np.exp(log_pretest).sum(axis=2, keepdims=True))
    return Draws(log_pretest.astype(np.float32), log_profile)


#: Half width, in standard deviations, of the central 90 % of a normal distribution.
_NINETY = 1.6449


def _within(centre: Floats, low: Floats, high: Floats, noise: Floats) -> Floats:
    """Move probabilities by ``noise`` standard deviations in log odds, 90 % of them within their ranges."""
    middle, least, most = (_logit(np.clip(a, 0.0005, 0.9995)) for a in (centre, low, high))
    spread = np.where(noise < 0, middle - least, most - middle) / _NINETY
    result: Floats = 1 / (1 + np.exp(-(middle + noise * spread)))
    return result


def _logit(p: Floats) -> Floats:
    result: Floats = np.log(p) - np.log1p(-p)
    return result
