"""What further answers would do to one case, computed as a difference to where it stands now.

The posterior and the triage level of a case after one more answer differ from those before it only in the dependence
group of that answer and in the flags, rules and thresholds that name it. Working out the difference alone is what
makes it possible to look at every possible next answer, and at combinations of them, within milliseconds.
The results are those of `scoring` and `triage` on the longer case; a test compares them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from calfnb.reasoning.model import Model
from calfnb.reasoning.scoring import Evidence
from calfnb.reasoning.triage import _SELF_CARE, TriageRules, cautious_probabilities, triage_rules
from calfnb.tables.logic import Expression
from calfnb.tables.logic_nodes import Is, atoms
from calfnb.tables.records import LEVELS

__all__ = ["LogicIndex", "LogicState", "Outlook", "SingleAnswers", "level_of", "logic_index", "open_steps"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: A finding and one of its options.
Answer = tuple[str, str]
_Key = TypeVar("_Key", int, str)

ROUTINE = LEVELS.index("routine")
_NO_NUMBERS: frozenset[int] = frozenset()
_NO_RULES: frozenset[str] = frozenset()
#: Answers to the history that open the examination, and answers to the examination that open the tests.
_HISTORY_ENOUGH, _EXAMINATION_ENOUGH = 8, 3
_HISTORY = ("red_flags", "where", "story")


def open_steps(model: Model, answers: Mapping[str, str]) -> tuple[str, ...]:
    """Return the steps of the interview that are open, as a clinician works: history, examination, tests.

    The examination opens when every applicable question of the red-flag screen and eight further questions of the
    history are answered, or once a finding of a later step is there; the tests open when three findings of the
    examination are there, or a test result is.
    """
    steps = [model.tables.findings[name].step for name in answers]
    tested = "tests" in steps
    examined = steps.count("examination")
    findings = model.tables.findings
    told = sum(findings[name].step in _HISTORY and not findings[name].in_screen for name in answers)
    screened = all(name in answers or not findings[name].in_screen for name in model.applicable(answers))
    opened = list(_HISTORY)
    if examined or tested or (screened and told >= _HISTORY_ENOUGH):
        opened.append("examination")
    if tested or examined >= _EXAMINATION_ENOUGH:
        opened.append("tests")
    return tuple(opened)


@dataclass(frozen=True, slots=True)
class LogicIndex:
    """Which red flags, rules of points and conditional thresholds each answer (finding, option) can matter to.

    An answer that logic does not name acts on it like an unknown, so it matters to nothing here.
    """

    rules: TriageRules
    flag_levels: tuple[int, ...]
    bands: Mapping[str, tuple[tuple[float, int], ...]]
    flag_answers: tuple[frozenset[Answer], ...]
    rule_answers: Mapping[str, frozenset[Answer]]
    row_answers: tuple[frozenset[Answer], ...]
    flags_of: Mapping[Answer, frozenset[int]]
    rules_of: Mapping[Answer, frozenset[str]]
    rows_of: Mapping[Answer, frozenset[int]]


@lru_cache(maxsize=8)
def logic_index(model: Model) -> LogicIndex:
    """Return the index of a model's triage logic, made once."""
    rules = triage_rules(model)
    rule_answers = {}
    for rule_id, items in rules.items.items():
        answers = {answer for item in items for answer in _named(item.logic)}
        # Points off count until they are ruled out, which any answer to the question may do.
        names = {name for item in items if item.points < 0 for name in item.logic.names()}
        rule_answers[rule_id] = frozenset(
            answers | {(name, option) for name in names for option in model.options[name]}
        )
    flag_answers = tuple(
        _named(logic).union(*(rule_answers[rule_id] for rule_id in logic.rules())) for _, logic in rules.flags
    )
    row_answers = tuple(_named(when) if when else frozenset[Answer]() for _, when in rules.thresholds)
    bands: dict[str, list[tuple[float, int]]] = {}
    for rule, band in rules.bands:
        bands.setdefault(rule.rule_id, []).append((band.at_least, LEVELS.index(band.level)))
    return LogicIndex(
        rules=rules,
        flag_levels=tuple(LEVELS.index(flag.level) for flag, _ in rules.flags),
        bands={key: tuple(sorted(value)) for key, value in bands.items()},
        flag_answers=flag_answers,
        rule_answers=rule_answers,
        row_answers=row_answers,
        flags_of=_turned(enumerate(flag_answers)),
        rules_of=_turned(rule_answers.items()),
        rows_of=_turned(enumerate(row_answers)),
    )


def _named(logic: Expression) -> frozenset[Answer]:
    return frozenset((atom.finding_id, atom.option_id) for atom in atoms(logic.root) if isinstance(atom, Is))


def _turned(answers_of: Iterable[tuple[_Key, frozenset[Answer]]]) -> dict[Answer, frozenset[_Key]]:
    """Turn what names answers into answers and what they are named by."""
    turned: dict[Answer, set[_Key]] = {}
    for key, answers in answers_of:
        for answer in answers:
            turned.setdefault(answer, set()).add(key)
    return {answer: frozenset(keys) for answer, keys in turned.items()}


@lru_cache(maxsize=8)
def _named_columns(model: Model) -> NDArray[np.bool_]:
    """Tell which columns any flag, rule or threshold row names, shape (columns,)."""
    index = logic_index(model)
    named = {*index.flags_of, *index.rules_of, *index.rows_of}
    return np.array([column in named for column in model.columns], dtype=bool)


@lru_cache(maxsize=8)
def _against_factors(model: Model) -> Floats:
    """Return by what each column multiplies the odds against a condition, shape (conditions, columns, conditions)."""
    factors: Floats = np.ascontiguousarray(np.exp(-model.cautious_profile).transpose(1, 0, 2))
    for place in range(len(factors)):
        factors[place, :, place] = 0.0
    return factors


@dataclass(frozen=True, slots=True)
class LogicState:
    """Which flags hold, what each rule counts for sure, and which threshold rows apply."""

    flags: frozenset[int]
    scores: Mapping[str, float]
    rows: frozenset[int]
    level: int


@dataclass(frozen=True, slots=True)
class SingleAnswers:
    """What each of several columns would lead to if it were the next answer.

    ``level`` (columns,) is a place in LEVELS, ``standing`` (columns, threshold rows) tells which rows are passed and
    apply, ``cautious`` (columns, conditions with a threshold) holds the probabilities (0-1) behind them.
    """

    level: Integers
    state: tuple[LogicState, ...]
    standing: NDArray[np.bool_]
    cautious: Floats


class Outlook:
    """Looks ahead from one weighed case.

    A *combination* is a row of column numbers of one dependence group and of distinct findings. Changes of
    combinations of different groups add up.
    """

    def __init__(self, model: Model, evidence: Evidence) -> None:
        self.model = model
        self.evidence = evidence
        self.index = logic_index(model)
        groups = model.column_group[evidence.columns]
        self.answered = {int(g): evidence.columns[groups == g] for g in np.unique(groups)}
        self._sums = {g: evidence.log_likelihood[groups == g].sum(axis=0) for g in self.answered}
        pretest = model.log_pretest[evidence.setting]
        #: Log odds of each condition against each other one, as the thresholds see them.
        self.cautious_odds: Floats = pretest[:, None] - pretest[None, :]
        self._cautious_sums = {g: _cautious_sum(model, tuple(c.tolist())) for g, c in self.answered.items()}
        for total in self._cautious_sums.values():
            self.cautious_odds = self.cautious_odds + total
        thresholds = [row for row, _ in self.index.rules.thresholds]
        concerned = [model.condition_index[row.condition_id] for row in thresholds]
        #: The conditions that have a threshold, in ascending order.
        self.threshold_conditions: Integers = np.array(sorted(set(concerned)), dtype=np.int64)
        self._row_place = np.searchsorted(self.threshold_conditions, concerned)
        self._row_probability = np.array([row.probability for row in thresholds])
        self._row_level = np.array([LEVELS.index(row.level) for row in thresholds], dtype=np.int64)
        self.now = self._logic_now()
        self.self_care = np.array([c.urgency == "self_care" for c in model.tables.conditions.values()])
        self.alarmed = bool(model.alarming[evidence.columns].any())

    # ---- probabilities -----------------------------------------------------------------------------------------

    def score_change(self, combinations: Integers) -> Floats:
        """Return how the log scores change, shape (combinations, conditions); all columns belong to one group."""
        group = int(self.model.column_group[combinations[0, 0]])
        answered = self.answered.get(group)
        if answered is None:
            return _group_scores(self.model, combinations)
        total: Floats = _scores_beside(self.model, answered, combinations) - self._sums[group]
        return total

    def score_changes(self, columns: Integers) -> Floats:
        """Return how each single column changes the log scores, shape (columns, conditions)."""
        changes: Floats = self.model.log_profile[columns].copy()
        for places in self._places_in_answered_groups(columns):
            scores, _ = self._in_answered_group(columns[places])
            changes[places] = scores - self._sums[int(self.model.column_group[columns[places[0]]])]
        return changes

    def cautious_change(self, combinations: Integers, conditions: Integers) -> Floats:
        """Return how the log odds behind the thresholds change, shape (combinations, chosen conditions, conditions)."""
        group = int(self.model.column_group[combinations[0, 0]])
        profile = self.model.cautious_profile
        added = [profile[combinations[:, place]][:, conditions] for place in range(combinations.shape[1])]
        if group not in self.answered:
            return added[0].copy() if len(added) == 1 else self._damped(added)
        old = list(profile[self.answered[group]][:, conditions])
        return self._damped([*old, *added]) - self._cautious_sums[group][conditions]

    def _cautious_singles(self, columns: Integers) -> Floats:
        """Return the cautious probabilities after each single column, shape (columns, ``threshold_conditions``)."""
        conditions = self.threshold_conditions
        odds = np.exp(-self.cautious_odds)
        sums: Floats = np.matmul(_against_factors(self.model), odds[:, :, None])[:, columns, 0].T
        for places in self._places_in_answered_groups(columns):
            _, factors = self._in_answered_group(columns[places])
            sums[places] = np.einsum("ntd,td->nt", factors, odds)
        result: Floats = 1 / (1 + sums[:, conditions])
        return result

    def _in_answered_group(self, columns: Integers) -> tuple[Floats, Floats]:
        """Return `_beside_answered` of single columns of an answered group."""
        answered = self.answered[int(self.model.column_group[columns[0]])]
        return _beside_answered(self.model, tuple(answered.tolist()), tuple(columns.tolist()))

    def cautious_changes(self, columns: Integers, conditions: Integers) -> Floats:
        """Return `cautious_change` of each single column, shape (columns, chosen conditions, conditions)."""
        changes: Floats = self.model.cautious_profile[columns[:, None], conditions[None, :]]
        for places in self._places_in_answered_groups(columns):
            changes[places] = self.cautious_change(columns[places, None], conditions)
        return changes

    def cautious_after(self, changes: Floats, conditions: Integers) -> Floats:
        """Return the cautious probabilities after changes, shape (changes, chosen conditions)."""
        against = np.exp(-(self.cautious_odds[conditions] + changes))
        against[:, np.arange(len(conditions)), conditions] = 0.0
        result: Floats = 1 / (1 + against.sum(axis=2))
        return result

    def _places_in_answered_groups(self, columns: Integers) -> list[NDArray[np.intp]]:
        groups = self.model.column_group[columns]
        return [np.flatnonzero(groups == g) for g in np.unique(groups) if int(g) in self.answered]

    def _damped(self, values: Sequence[Floats]) -> Floats:
        return _damped(self.model, values)

    # ---- flags, rules and thresholds ---------------------------------------------------------------------------

    def _logic_now(self) -> LogicState:
        answers = self.evidence.case.answers
        rules = self.index.rules
        scores = {rule_id: sure_score(rules, rule_id, answers) for rule_id in rules.items}
        flags = frozenset(i for i, (_, logic) in enumerate(rules.flags) if logic.holds(answers, scores))
        rows = frozenset(
            i
            for i, (row, when) in enumerate(rules.thresholds)
            if row.setting_id in ("", self.evidence.case.setting) and (when is None or when.holds(answers))
        )
        return LogicState(flags, scores, rows, self._logic_level(flags, scores))

    def _logic_level(self, flags: Collection[int], scores: Mapping[str, float]) -> int:
        level = max((self.index.flag_levels[i] for i in flags), default=0)
        for rule_id, bands in self.index.bands.items():
            reached = [band_level for at_least, band_level in bands if scores[rule_id] >= at_least]
            if reached:
                level = max(level, reached[-1])
        return level

    def logic_after(self, added: Mapping[str, str]) -> LogicState:
        """Return the state of the logic after further answers to findings that are unanswered now."""
        index, now = self.index, self.now
        touched: set[int] = set()
        touched_rules: set[str] = set()
        touched_rows: set[int] = set()
        for answer in added.items():
            touched |= index.flags_of.get(answer, _NO_NUMBERS)
            touched_rules |= index.rules_of.get(answer, _NO_RULES)
            touched_rows |= index.rows_of.get(answer, _NO_NUMBERS)
        if not (touched or touched_rules or touched_rows):
            return now
        answers = {**self.evidence.case.answers, **added}
        scores, flags, rows = now.scores, now.flags, now.rows
        if touched_rules:
            scores = {**scores, **{rule_id: sure_score(index.rules, rule_id, answers) for rule_id in touched_rules}}
        if touched:
            listed = index.rules.flags
            flags = flags.symmetric_difference(
                [i for i in touched if listed[i][1].holds(answers, scores) is not (i in flags)]
            )
        if touched_rows:
            rows = rows.symmetric_difference([i for i in touched_rows if self._row_applies(i, answers) != (i in rows)])
        if flags == now.flags and rows == now.rows and scores == now.scores:
            return now
        return LogicState(flags, scores, rows, self._logic_level(flags, scores))

    def _row_applies(self, number: int, answers: Mapping[str, str]) -> bool:
        row, when = self.index.rules.thresholds[number]
        return row.setting_id in ("", self.evidence.case.setting) and (when is None or when.holds(answers))

    # ---- the level ---------------------------------------------------------------------------------------------

    def passed_rows(self, cautious: Floats) -> NDArray[np.bool_]:
        """Tell which threshold rows are reached, applicable or not, shape (cases, rows).

        ``cautious`` has the shape (cases, conditions), the conditions being ``threshold_conditions``.
        """
        passed: NDArray[np.bool_] = cautious[:, self._row_place] >= self._row_probability
        return passed

    def applicable_rows(self, state: LogicState) -> NDArray[np.bool_]:
        """Tell which threshold rows apply, shape (rows,)."""
        mask = np.zeros(len(self._row_level), dtype=bool)
        mask[list(state.rows)] = True
        return mask

    def threshold_levels(self, passed: NDArray[np.bool_]) -> Integers:
        """Return the highest level (its place in LEVELS) of the rows that are passed and apply, one a case."""
        result: Integers = np.where(passed, self._row_level, 0).max(axis=1, initial=0)
        return result

    def level_after(self, state: LogicState, threshold_level: int, posterior: Floats, alarmed: bool) -> int:
        """Return the level (its place in LEVELS), given everything after some further answers."""
        level = max(state.level, threshold_level)
        if level > ROUTINE:
            return level
        calm = not alarmed and not state.flags
        return 0 if calm and posterior[self.self_care].sum() >= _SELF_CARE else ROUTINE

    def single_answers(self, columns: Integers, posteriors: Floats) -> SingleAnswers:
        """Work out what each column would do alone; ``posteriors`` (columns, conditions) are those after it."""
        cautious = self._cautious_singles(columns)
        passed = self.passed_rows(cautious)
        standing = passed & self.applicable_rows(self.now)
        threshold_levels = self.threshold_levels(standing)
        alarmed = self.model.alarming[columns] | self.alarmed
        calm = ~alarmed & (posteriors[:, self.self_care].sum(axis=1) >= _SELF_CARE) & (not self.now.flags)
        levels: Integers = np.maximum(threshold_levels, self.now.level)
        levels[levels <= ROUTINE] = np.where(calm, 0, ROUTINE)[levels <= ROUTINE]
        states = [self.now] * len(columns)
        # Most answers are named by no logic: what they do is in the probabilities alone.
        for place in np.flatnonzero(_named_columns(self.model)[columns]).tolist():
            state = self.logic_after(dict([self.model.columns[columns[place]]]))
            if state is self.now:
                continue
            if state.rows != self.now.rows:
                standing[place] = passed[place] & self.applicable_rows(state)
                threshold_levels[place] = self.threshold_levels(standing[place : place + 1])[0]
            levels[place] = self.level_after(
                state, int(threshold_levels[place]), posteriors[place], bool(alarmed[place])
            )
            states[place] = state
        return SingleAnswers(levels, tuple(states), standing, cautious)

    def level_now(self) -> int:
        """Return the present level (its place in LEVELS)."""
        cautious = cautious_probabilities(self.model, self.evidence)[None, self.threshold_conditions]
        level = self.threshold_levels(self.passed_rows(cautious) & self.applicable_rows(self.now))[0]
        return self.level_after(self.now, int(level), self.evidence.probabilities, self.alarmed)


@lru_cache(maxsize=8)
def _strength_places(model: Model) -> Integers:
    """Return the place of each column when they are ordered by strength, strongest first, shape (columns,)."""
    places = np.empty(len(model.columns), dtype=np.int64)
    places[np.lexsort((np.arange(len(model.columns)), -model.strength))] = np.arange(len(model.columns))
    return places


def _scores_beside(model: Model, answered: Integers, combinations: Integers) -> Floats:
    """Return `_group_scores` of each combination together with the answers of its group."""
    old = np.broadcast_to(answered, (len(combinations), len(answered)))
    return _group_scores(model, np.concatenate([old, combinations], axis=1))


def _group_scores(model: Model, combinations: Integers) -> Floats:
    """Return the damped log scores of combinations of one group, shape (combinations, conditions)."""
    order = _strength_places(model)[combinations]
    rank = (order[:, None, :] < order[:, :, None]).sum(axis=2)
    weights = (rank + 1.0) ** -model.assumptions.damping
    total: Floats = np.einsum("nk,nkc->nc", weights, model.log_profile[combinations])
    return total


def _damped(model: Model, values: Sequence[Floats]) -> Floats:
    """Return the damped sum of log likelihood ratios, those for and those against each damped by themselves."""
    return _damped_part(model, [np.maximum(v, 0.0) for v in values]) - _damped_part(
        model, [np.maximum(-v, 0.0) for v in values]
    )


def _damped_part(model: Model, values: Sequence[Floats]) -> Floats:
    """Sort a few arrays elementwise, largest first, by insertion, and return their weighted sum."""
    ordered: list[Floats] = []
    for value in values:
        carried = value
        for place, present in enumerate(ordered):
            ordered[place] = np.maximum(present, carried)
            carried = np.minimum(present, carried)
        ordered.append(carried)
    total = ordered[0]
    for rank, value in enumerate(ordered[1:], start=2):
        total = total + rank**-model.assumptions.damping * value
    return total


# One more answer changes one group, so that of one step nearly everything serves the next one too.
@lru_cache(maxsize=256)
def _cautious_sum(model: Model, columns: tuple[int, ...]) -> Floats:
    """Return what the answers of one group add to the log odds behind the thresholds, (conditions, conditions)."""
    total = _damped(model, list(model.cautious_profile[list(columns)]))
    total.flags.writeable = False
    return total


@lru_cache(maxsize=128)
def _beside_answered(model: Model, answered: tuple[int, ...], columns: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Return the part of each column in the answers of its group.

    The damped log scores of the group with it, shape (columns, conditions), and by what it multiplies the odds against
    each condition, shape (columns, conditions, conditions).
    """
    profile = model.cautious_profile
    scores = _scores_beside(model, np.array(answered), np.array(columns)[:, None])
    after = _damped(model, [*profile[list(answered)], profile[list(columns)]])
    factors: Floats = np.exp(_cautious_sum(model, answered) - after)
    places = np.arange(factors.shape[1])
    factors[:, places, places] = 0.0
    scores.flags.writeable = factors.flags.writeable = False
    return scores, factors


def level_of(model: Model, evidence: Evidence) -> str:
    """Return the level of `calfnb.reasoning.triage.triage` alone, without its reasons: for many cases in a row."""
    index, answers = logic_index(model), evidence.case.answers
    rules = index.rules
    scores = {rule_id: sure_score(rules, rule_id, answers) for rule_id in rules.items}
    held = [
        level for (_, logic), level in zip(rules.flags, index.flag_levels, strict=True) if logic.holds(answers, scores)
    ]
    level = max(held, default=0)
    for rule_id, bands in index.bands.items():
        level = max([level, *[asked for at_least, asked in bands if scores[rule_id] >= at_least][-1:]])
    cautious = cautious_probabilities(model, evidence)
    for row, when in rules.thresholds:
        if (
            row.setting_id in ("", evidence.case.setting)
            and cautious[model.condition_index[row.condition_id]] >= (row.probability)
            and (when is None or when.holds(answers))
        ):
            level = max(level, LEVELS.index(row.level))
    if level > ROUTINE:
        return LEVELS[level]
    own = np.array([condition.urgency == "self_care" for condition in model.tables.conditions.values()])
    calm = not held and not model.alarming[evidence.columns].any()
    return LEVELS[0] if calm and evidence.probabilities[own].sum() >= _SELF_CARE else LEVELS[ROUTINE]


def sure_score(rules: TriageRules, rule_id: str, answers: Mapping[str, str]) -> float:
    """Return the lowest score that the unknown items of a rule still allow."""
    total = 0.0
    for item in rules.items[rule_id]:
        if item.logic.holds(answers) or (item.points < 0 and item.logic.could_hold(answers)):
            total += item.points
    return total
