"""How soon and where this patient should be seen: stands above every probability.

The level is the highest that any of these asks for: a red flag, a scored rule, a condition whose cautious posttest
probability passes the threshold of the tables, the urgency of a leading condition. A low probability never cancels
a flag, an unknown answer never satisfies one, and a more alarming answer never lowers the level.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from calfnb.reasoning.model import Model
from calfnb.reasoning.results import ClearingQuestion, FlagNotJudged, Triage, TriageReason
from calfnb.reasoning.scoring import Evidence, without
from calfnb.tables.logic import Expression, parse
from calfnb.tables.records import LEVELS, Level, RedFlag, Rule, RuleBand, Threshold

__all__ = ["TriageRules", "cautious_probabilities", "rule_scores", "triage", "triage_rules"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Probability (0-1) that all self-care conditions together must reach for the level self_care.
_SELF_CARE = 0.60
#: Questions offered at most to clear a threshold that is passed only because little was asked.
_CLEARING = 6
#: A reassuring answer is offered only if at least this share (0-1) of the other conditions would give it.
_PLAUSIBLE = 0.30
_KINDS = {"red_flag": 0, "rule": 1, "threshold": 2, "leading": 3}


@dataclass(frozen=True, slots=True)
class _Item:
    logic: Expression
    points: float


@dataclass(frozen=True, slots=True)
class TriageRules:
    """The triage tables of a model, parsed once."""

    flags: tuple[tuple[RedFlag, Expression], ...]
    thresholds: tuple[tuple[Threshold, Expression | None], ...]
    items: Mapping[str, tuple[_Item, ...]]
    bands: tuple[tuple[Rule, RuleBand], ...]


@lru_cache(maxsize=8)
def triage_rules(model: Model) -> TriageRules:
    """Return the parsed flags, thresholds and rules of a model."""
    tables = model.tables
    rule_ids = tuple(tables.rules)

    def expression(text: str) -> Expression:
        return parse(text, findings=model.options, rules=rule_ids)

    items: dict[str, list[_Item]] = {rule_id: [] for rule_id in rule_ids}
    for item in tables.rule_items:
        # An item without logic is a clinician's statement; it stays open and widens the range of the score.
        if item.logic:
            items[item.rule_id].append(_Item(expression(item.logic), item.points))
    return TriageRules(
        flags=tuple((flag, expression(flag.logic)) for flag in tables.red_flags.values()),
        thresholds=tuple((row, expression(row.when) if row.when else None) for row in tables.thresholds),
        items={rule_id: tuple(parts) for rule_id, parts in items.items()},
        bands=tuple((tables.rules[band.rule_id], band) for band in tables.rule_bands if band.level),
    )


def rule_scores(rules: TriageRules, answers: Mapping[str, str]) -> dict[str, tuple[float, float]]:
    """Return for each rule the lowest and the highest score that the unknown items still allow."""
    ranges = {}
    for rule_id, items in rules.items.items():
        low = high = 0.0
        for item in items:
            sure = item.logic.holds(answers)
            open_ = not sure and item.logic.could_hold(answers)
            if sure:
                low, high = low + item.points, high + item.points
            elif open_:
                low, high = low + min(item.points, 0.0), high + max(item.points, 0.0)
        ranges[rule_id] = (low, high)
    return ranges


def cautious_probabilities(model: Model, evidence: Evidence) -> Floats:
    """Return for every condition a posttest probability that an alarming answer never lowers, shape (conditions,).

    Each condition is held against each other one by log likelihood ratios in which an alarming option never speaks
    against it; within a dependence group the ratios for and those against it are damped separately, largest first,
    so that one more ratio in favour can only raise the sum. It is compared with thresholds and is no probability to
    show: the values of several conditions may add up to more than 1.
    """
    pretest = model.log_pretest[evidence.setting]
    odds = pretest[:, None] - pretest[None, :]
    ratios = model.cautious_profile[evidence.columns]
    groups = model.column_group[evidence.columns]
    numbers, counts = np.unique(groups, return_counts=True)
    odds = odds + ratios[np.isin(groups, numbers[counts == 1])].sum(axis=0)
    for number in numbers[counts > 1]:
        raised, lowered = _damped_ratios(model, tuple(evidence.columns[groups == number].tolist()))
        odds = odds + raised + lowered
    against = np.exp(-odds)
    np.fill_diagonal(against, 0.0)
    result: Floats = 1 / (1 + against.sum(axis=1))
    return result


# One more answer changes one group; the others are as they were at the step before.
@lru_cache(maxsize=256)
def _damped_ratios(model: Model, columns: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Return what the answers of one group add to the log odds and what they take away, (conditions, conditions)."""
    weights = np.arange(1.0, len(columns) + 1) ** -model.assumptions.damping
    ordered = np.sort(model.cautious_profile[list(columns)], axis=0)
    part = weights[:, None, None]
    raised: Floats = (part * np.maximum(ordered[::-1], 0)).sum(axis=0)
    lowered: Floats = (part * np.minimum(ordered, 0)).sum(axis=0)
    raised.flags.writeable = lowered.flags.writeable = False
    return raised, lowered


def triage(model: Model, evidence: Evidence) -> Triage:
    """Return the level of urgency with every reason for it and every flag that could not be judged."""
    answers = evidence.case.answers
    rules = triage_rules(model)
    scores = rule_scores(rules, answers)
    sure_scores = {rule_id: low for rule_id, (low, _) in scores.items()}
    reasons = [*_flag_reasons(rules, answers, sure_scores), *_rule_reasons(rules, scores, answers)]
    reasons += _threshold_reasons(model, rules, evidence)
    reasons.sort(key=lambda reason: (-LEVELS.index(reason.level), _KINDS[reason.kind], bool(reason.cleared_by)))
    level = _level(model, evidence, reasons)
    top = [reason for reason in reasons if reason.level == level]
    return Triage(
        level=level,
        reasons=tuple(reasons),
        not_judged=_not_judged(rules, answers, scores, level),
        provisional=bool(top) and all(reason.cleared_by for reason in top),
    )


def _flag_reasons(
    rules: TriageRules, answers: Mapping[str, str], scores: Mapping[str, float]
) -> Iterable[TriageReason]:
    for flag, logic in rules.flags:
        if logic.holds(answers, scores):
            yield TriageReason(
                kind="red_flag",
                reason_id=flag.flag_id,
                condition_id=flag.suspected,
                level=flag.level,
                name=flag.name,
                action=flag.action,
                reason=flag.reason,
                because=_because(rules, logic, answers, scores),
                cleared_by=(),
                basis=flag.basis,
                source_id=flag.source_id,
            )


def _because(
    rules: TriageRules, logic: Expression, answers: Mapping[str, str], scores: Mapping[str, float]
) -> tuple[str, ...]:
    """Return the answers that make a flag hold, those behind its scores included."""
    behind = [name for rule_id in sorted(logic.rules()) for name in _items_behind(rules, rule_id, answers)]
    return tuple(dict.fromkeys([*logic.supports(answers, scores), *behind]))


def _items_behind(rules: TriageRules, rule_id: str, answers: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(n for item in rules.items[rule_id] for n in item.logic.supports(answers)))


def _rule_reasons(
    rules: TriageRules, scores: Mapping[str, tuple[float, float]], answers: Mapping[str, str]
) -> Iterable[TriageReason]:
    """Yield the highest band with a level that each score has reached for sure, unknown items left out."""
    reached: dict[str, tuple[Rule, RuleBand]] = {}
    for rule, band in rules.bands:
        known = reached.get(rule.rule_id)
        if scores[rule.rule_id][0] >= band.at_least and (known is None or band.at_least > known[1].at_least):
            reached[rule.rule_id] = (rule, band)
    for rule, band in reached.values():
        yield TriageReason(
            kind="rule",
            reason_id=rule.rule_id,
            condition_id="",
            level=band.level,
            name=rule.name,
            action=band.action,
            reason=band.band,
            because=_items_behind(rules, rule.rule_id, answers),
            cleared_by=(),
            basis=rule.basis,
            source_id=rule.source_id,
        )


def _threshold_reasons(model: Model, rules: TriageRules, evidence: Evidence) -> Iterable[TriageReason]:
    """Yield the conditions whose cautious probability passes the lowest threshold that applies to this patient."""
    cautious = cautious_probabilities(model, evidence)
    calm = _calm_columns(model, evidence.case.answers)
    passed: dict[tuple[str, str], Threshold] = {}
    for row, when in rules.thresholds:
        if row.setting_id not in ("", evidence.case.setting) or (when and not when.holds(evidence.case.answers)):
            continue
        if cautious[model.condition_index[row.condition_id]] < row.probability:
            continue
        key = (row.condition_id, row.level)
        if key not in passed or row.probability < passed[key].probability:
            passed[key] = row
    for row in passed.values():
        index = model.condition_index[row.condition_id]
        yield TriageReason(
            kind="leading" if row.threshold_id.startswith("lead_") else "threshold",
            reason_id=row.threshold_id,
            condition_id=row.condition_id,
            level=row.level,
            name=model.tables.conditions[row.condition_id].name,
            action=row.next_step,
            reason=row.reason,
            because=_telling(model, evidence, index),
            cleared_by=_clearing(model, evidence, calm, index, float(cautious[index]), row.probability),
            basis=row.basis,
            source_id=row.source_id,
        )


def _telling(model: Model, evidence: Evidence, index: int) -> tuple[str, ...]:
    """Return up to four answers that speak most for a condition."""
    field = without(evidence.log_likelihood, index) @ without(evidence.probabilities, index)
    share = evidence.log_likelihood[:, index] - field / max(1 - evidence.probabilities[index], 1e-9)
    best = [i for i in np.argsort(-share, kind="stable")[:4] if share[i] > 0.2]
    return tuple(model.columns[evidence.columns[i]][0] for i in best)


def _calm_columns(model: Model, answers: Mapping[str, str]) -> Integers:
    """Return the columns that do not alarm of the plain questions that may be asked and are open, in ascending order.

    Only history, self-checks and examination count as plain.
    """
    findings = model.tables.findings
    open_ = np.zeros(len(model.finding_ids), dtype=bool)
    for finding_id in model.applicable(answers):
        open_[model.finding_index[finding_id]] = finding_id not in answers and findings[finding_id].step != "tests"
    return np.flatnonzero(open_[model.column_finding] & ~model.alarming)


def _clearing(
    model: Model, evidence: Evidence, calm: Integers, index: int, cautious: float, threshold: float
) -> tuple[ClearingQuestion, ...]:
    """Return the fewest plain questions whose reassuring answers would bring a condition below its threshold.

    Nothing is returned when no such set exists: then the threshold is passed by what was answered, not by what was
    left out. ``calm`` is what `_calm_columns` returns.
    """
    needed = np.log(cautious / (1 - cautious)) - np.log(threshold / (1 - threshold))
    others = without(evidence.probabilities, index)
    field = without(model.log_profile[calm], index) @ (others / others.sum())
    drop = field - model.log_profile[calm, index]
    useful = np.flatnonzero((field >= np.log(_PLAUSIBLE)) & (drop >= 0.15))
    columns = calm[useful]
    offers: dict[int, tuple[float, int]] = {}
    for group, gain, column in zip(
        model.column_group[columns].tolist(), drop[useful].tolist(), columns.tolist(), strict=True
    ):
        # One question a dependence group: a second one would say nearly the same.
        if group not in offers or gain > offers[group][0]:
            offers[group] = (gain, column)
    chosen: list[ClearingQuestion] = []
    for gain, column in sorted(offers.values(), key=lambda offer: -offer[0])[:_CLEARING]:
        chosen.append(ClearingQuestion(*model.columns[column]))
        needed -= gain
        if needed < 0:
            return tuple(chosen)
    return ()


def _not_judged(
    rules: TriageRules, answers: Mapping[str, str], scores: Mapping[str, tuple[float, float]], level: Level
) -> tuple[FlagNotJudged, ...]:
    """Return the flags above the present level that further answers could still raise, most urgent first."""
    sure = {rule_id: low for rule_id, (low, _) in scores.items()}
    result = [
        FlagNotJudged(flag.flag_id, flag.level, flag.name, _missing(rules, logic, answers))
        for flag, logic in rules.flags
        if LEVELS.index(flag.level) > LEVELS.index(level)
        and not logic.holds(answers, sure)
        and logic.could_hold(answers, scores)
    ]
    return tuple(sorted(result, key=lambda flag: -LEVELS.index(flag.level)))


def _missing(rules: TriageRules, logic: Expression, answers: Mapping[str, str]) -> tuple[str, ...]:
    """Return the questions that could still raise a flag, those behind its scores included."""
    items = [item for rule_id in sorted(logic.rules()) for item in rules.items[rule_id]]
    return tuple(dict.fromkeys([*logic.missing(answers), *(n for item in items for n in item.logic.missing(answers))]))


def _level(model: Model, evidence: Evidence, reasons: list[TriageReason]) -> Level:
    """Return the highest level asked for; self-care only when it is likely and nothing alarming was answered."""
    highest = max((LEVELS.index(reason.level) for reason in reasons), default=0)
    if highest > LEVELS.index("routine"):
        return LEVELS[highest]
    self_care = [c.urgency == "self_care" for c in model.tables.conditions.values()]
    calm = not model.alarming[evidence.columns].any() and not any(r.kind == "red_flag" for r in reasons)
    return "self_care" if calm and evidence.probabilities[self_care].sum() >= _SELF_CARE else "routine"
