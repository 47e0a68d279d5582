"""Sets of further answers that change the level of urgency.

The level is the highest that any flag, score, threshold or, at the lower end, the share of self-care conditions asks
for. So a set raises the level when it fulfils one of these alone, and a smallest such set holds only answers that
this one names or, for a threshold, that move its probability. A set lowers the level only when nothing at the present
level stands any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import combinations as all_combinations

import numpy as np
from numpy.typing import NDArray

from calfnb.reasoning.combinations import Banned, Change, Space
from calfnb.reasoning.outlook import ROUTINE, LogicState
from calfnb.reasoning.triage import _SELF_CARE
from calfnb.tables.logic import AllOf, AnyOf, Expression, Node, Not
from calfnb.tables.records import LEVELS

__all__ = ["LevelSearch"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class LevelSearch:
    """Candidates for a change of the level, and the check that decides."""

    def __init__(self, space: Space, scores: Change) -> None:
        self.space = space
        self.outlook = space.outlook
        self.model = space.outlook.model
        self.scores = scores
        self._cautious = space.cautious_change(1)
        self.level = self.outlook.level_now()
        self._place = {int(column): place for place, column in enumerate(space.columns)}

    def candidates(self, size: int, banned: Banned) -> Integers:
        """Return sets among which are all minimal sets of this size."""
        if size == 1:
            return np.arange(self.space.count)[:, None]
        self._cautious = self.space.cautious_change(size)
        parts = [self._raised_by_logic(size), *self._raised_by_thresholds(size, banned)]
        if self.level > ROUTINE:
            parts += self._lowered(size, banned)
        else:
            parts.append(self._self_care_moved(size, banned))
        sets = self.space.unique(np.concatenate([part.reshape(-1, size) for part in parts]))
        return sets[_free(sets, banned)]

    def check(self, sets: Integers) -> tuple[Integers, list[str]]:
        """Return the sets that do change the level, and the levels they lead to."""
        levels = self._levels(sets)
        changed = levels != self.level
        return sets[changed], [LEVELS[level] for level in levels[changed]]

    # ---- the level after a set ---------------------------------------------------------------------------------

    def _levels(self, sets: Integers) -> Integers:
        outlook, space = self.outlook, self.space
        cautious = outlook.cautious_after(space.total(self._cautious, sets), outlook.threshold_conditions)
        passed = outlook.passed_rows(cautious)
        levels = outlook.threshold_levels(passed & outlook.applicable_rows(outlook.now))
        scores = outlook.evidence.log_scores + space.total(self.scores, sets)
        posterior = np.exp(scores - scores.max(axis=1, keepdims=True))
        posterior /= posterior.sum(axis=1, keepdims=True)
        alarmed = np.any(self.model.alarming[space.columns[sets]], axis=1) | outlook.alarmed
        for place, row in enumerate(sets):
            state = outlook.logic_after(self._answers(row))
            if state.rows != outlook.now.rows:
                standing = passed[place : place + 1] & outlook.applicable_rows(state)
                levels[place] = outlook.threshold_levels(standing)[0]
            levels[place] = outlook.level_after(state, int(levels[place]), posterior[place], bool(alarmed[place]))
        return levels

    def _answers(self, row: Iterable[int]) -> dict[str, str]:
        return dict(self.model.columns[self.space.columns[place]] for place in row)

    # ---- flags and scores --------------------------------------------------------------------------------------

    @cached_property
    def _reasons(self) -> list[tuple[int, Integers]]:
        """The flags, then the rules: the highest level each can ask for, and the columns that can matter to it."""
        index = self.outlook.index
        flags = zip(index.flag_levels, index.flag_answers, strict=True)
        rules = ((max(level for _, level in bands), index.rule_answers[rule]) for rule, bands in index.bands.items())
        return [(level, self._columns(answers)) for level, answers in (*flags, *rules)]

    def _columns(self, answers: Iterable[tuple[str, str]]) -> Integers:
        """Return the places of answers in the space, as far as they may be given."""
        columns = (self.model.column_index[answer] for answer in answers)
        return np.array(sorted(self._place[c] for c in columns if c in self._place), dtype=np.int64)

    def _raised_by_logic(self, size: int) -> Integers:
        """Return the sets with which a flag or a score asks for more than the present level."""
        found = []
        # With self-care any flag, whatever its level, makes the level at least routine.
        least = self.level if self.level == 0 else max(self.level, ROUTINE) + 1
        for level, places in self._reasons:
            if level < least:
                continue
            for row in self._distinct(places, size):
                state = self.outlook.logic_after(self._answers(row))
                if state.level > self.level or (self.level == 0 and state.flags):
                    found.append(row)
        return np.array(found, dtype=np.int64)

    def _distinct(self, places: Integers, size: int) -> Iterator[tuple[int, ...]]:
        finding = self.space.finding
        for row in all_combinations(places.tolist(), size):
            if len({int(finding[place]) for place in row}) == size:
                yield row

    # ---- thresholds --------------------------------------------------------------------------------------------

    def _raised_by_thresholds(self, size: int, banned: Banned) -> list[Integers]:
        """Return the sets with which a condition passes a threshold above the present level."""
        found = []
        for number, (row, when) in enumerate(self.outlook.index.rules.thresholds):
            if LEVELS.index(row.level) <= max(self.level, ROUTINE) or not self._setting_fits(number):
                continue
            rank = self._rank_of(row.condition_id)
            odds, condition = self.outlook.cautious_odds[self.outlook.threshold_conditions[rank]], row.condition_id
            against = np.exp(-odds)
            against[self.model.condition_index[condition]] = 0.0
            need = np.log(against.sum()) - _log_odds_against(row.probability)
            share = against / against.sum()
            # The logarithm of a mean is at least the mean of the logarithms: no set can gain more than this.
            gain = self._cautious.mapped(lambda part, rank=rank, share=share: part[:, rank] @ share)  # type: ignore[misc]
            sets = self.space.reaching(gain, float(need), size, banned)
            if when is not None and number not in self.outlook.now.rows:
                sets = sets[np.isin(sets, self._columns(self.outlook.index.row_answers[number])).any(axis=1)]
            found.append(sets[self._cautious_of(sets, rank) >= row.probability])
        return found

    def _setting_fits(self, number: int) -> bool:
        row = self.outlook.index.rules.thresholds[number][0]
        return row.setting_id in ("", self.outlook.evidence.case.setting)

    def _rank_of(self, condition_id: str) -> int:
        return int(np.searchsorted(self.outlook.threshold_conditions, self.model.condition_index[condition_id]))

    def _cautious_of(self, sets: Integers, rank: int) -> Floats:
        """Return the cautious probability of one condition with a threshold after each set."""
        change = self._cautious.mapped(lambda part: part[:, rank])
        conditions = self.outlook.threshold_conditions[rank : rank + 1]
        return self.outlook.cautious_after(self.space.total(change, sets)[:, None, :], conditions)[:, 0]

    # ---- lowering ----------------------------------------------------------------------------------------------

    def _lowered(self, size: int, banned: Banned) -> list[Integers]:
        """Return the sets with which nothing at the present level may stand any more."""
        found = []
        for start in self._logic_silenced(size):
            standing = self._standing_rows(start)
            if len(start) == size:
                found.append(np.array([start], dtype=np.int64))
            elif not _free(np.array([start], dtype=np.int64).reshape(1, -1), banned).all():
                continue
            elif not start:
                found.append(self._below_threshold(standing, size, banned))
            else:
                sets = self._extended(start, size)
                for number in standing:
                    row = self.outlook.index.rules.thresholds[number][0]
                    sets = sets[self._cautious_of(sets, self._rank_of(row.condition_id)) < row.probability]
                found.append(sets)
        return found

    def _logic_silenced(self, size: int) -> list[tuple[int, ...]]:
        """Return sets of at most ``size`` answers with which no flag or score asks for the present level.

        Every larger set that silences them contains one of these: as long as one of them asks for the level, the set
        must go on to hold an answer that this one names.
        """
        found: set[tuple[int, ...]] = set()
        seen: set[tuple[int, ...]] = set()
        waiting: list[tuple[int, ...]] = [()]
        while waiting:
            start = waiting.pop()
            if start in seen:
                continue
            seen.add(start)
            state = self.outlook.logic_after(self._answers(start))
            if state.level < self.level:
                found.add(start)
            elif len(start) < size:
                taken = {int(self.space.finding[place]) for place in start}
                for place in self._asking(state).tolist():
                    if int(self.space.finding[place]) not in taken:
                        waiting.append(tuple(sorted((*start, place))))
        return sorted(found)

    def _asking(self, state: LogicState) -> Integers:
        """Return the columns named by one flag or score that asks for at least the present level."""
        index = self.outlook.index
        for number in sorted(state.flags):
            if index.flag_levels[number] >= self.level:
                return self._reasons[number][1]
        for place, (rule_id, bands) in enumerate(index.bands.items()):
            reached = [level for at_least, level in bands if state.scores[rule_id] >= at_least]
            if reached and reached[-1] >= self.level:
                return self._reasons[len(index.flag_levels) + place][1]
        return np.empty(0, dtype=np.int64)

    def _standing_rows(self, start: tuple[int, ...]) -> list[int]:
        """Return the threshold rows of the present level that stand with ``start`` and cannot be switched off."""
        outlook = self.outlook
        sets = np.array([start], dtype=np.int64).reshape(1, len(start))
        if start:
            changes = self.space.total(self._cautious, sets)
        else:
            changes = np.zeros((1, len(outlook.threshold_conditions), len(self.model.condition_ids)))
        passed = outlook.passed_rows(outlook.cautious_after(changes, outlook.threshold_conditions))[0]
        passed &= outlook.applicable_rows(outlook.logic_after(self._answers(start)))
        thresholds = outlook.index.rules.thresholds
        return [
            int(number)
            for number in np.flatnonzero(passed)
            if LEVELS.index(thresholds[number][0].level) >= self.level and not _negated(thresholds[number][1])
        ]

    def _below_threshold(self, standing: list[int], size: int, banned: Banned) -> Integers:
        """Return the sets with which every row that stands may fall below its threshold."""
        zero = Change(*(np.zeros(n) for n in (self.space.count, len(self.space.pairs), len(self.space.triples))))
        sets: Integers | None = None
        for number in standing:
            row = self.outlook.index.rules.thresholds[number][0]
            rank = self._rank_of(row.condition_id)
            if sets is None:
                index = self.model.condition_index[row.condition_id]
                against = np.exp(-self.outlook.cautious_odds[index])
                against[index] = 0.0
                need = _log_odds_against(row.probability) - np.log(against.sum())
                sets = self.space.reaching(self._loss_bound(rank, against, size), float(need), size, banned)
            sets = sets[self._cautious_of(sets, rank) < row.probability]
        return self.space.reaching(zero, 0.0, size, banned) if sets is None else sets

    def _loss_bound(self, rank: int, against: Floats, size: int) -> Change:
        """Bound how much each answer can raise the odds against a condition (Hölder's inequality)."""
        share = against / against.sum()
        used = share > 0

        def bound(part: Floats) -> Floats:
            powers = np.log(share[used]) - size * part[:, rank][:, used]
            top = powers.max(axis=1, keepdims=True, initial=-np.inf)
            result: Floats = (top[:, 0] + np.log(np.exp(powers - top).sum(axis=1))) / size
            return result

        return self._cautious.mapped(bound)

    def _extended(self, start: tuple[int, ...], size: int) -> Integers:
        """Return all sets of this size that contain ``start``."""
        space = self.space
        taken = {int(space.finding[place]) for place in start}
        others = [place for place in range(space.count) if int(space.finding[place]) not in taken]
        rows = [sorted((*start, *more)) for more in self._distinct(np.array(others, dtype=np.int64), size - len(start))]
        return np.array(rows, dtype=np.int64).reshape(len(rows), size)

    # ---- self-care ---------------------------------------------------------------------------------------------

    def _self_care_moved(self, size: int, banned: Banned) -> Integers:
        """Return the sets with which the share of the self-care conditions may cross its line."""
        empty = np.empty((0, size), dtype=np.int64)
        own = np.flatnonzero(self.outlook.self_care)
        rest = np.flatnonzero(~self.outlook.self_care)
        if not len(own) or not len(rest) or (self.level == ROUTINE and self.outlook.alarmed):
            return empty
        rising = self.level == ROUTINE
        now = self.outlook.evidence.log_scores
        winners, losers = (own, rest) if rising else (rest, own)
        line = _SELF_CARE if rising else 1 - _SELF_CARE
        loser = int(losers[now[losers].argmax()])
        found = []
        for winner in winners.tolist():
            # The likeliest winner has at least an even share of the line, any loser at most what is left.
            need = float(np.log(line / len(winners) / (1 - line)) + now[loser] - now[winner])
            gain = self.scores.mapped(lambda part, winner=winner: part[:, winner] - part[:, loser])  # type: ignore[misc]
            found.append(self.space.reaching(gain, need, size, banned))
        sets = self.space.unique(np.concatenate(found))
        if rising:
            sets = sets[~self.model.alarming[self.space.columns[sets]].any(axis=1)]
        return sets[self._share_crosses(sets, own, rising)]

    def _share_crosses(self, sets: Integers, own: Integers, rising: bool) -> NDArray[np.bool_]:
        scores = self.outlook.evidence.log_scores + self.space.total(self.scores, sets)
        posterior = np.exp(scores - scores.max(axis=1, keepdims=True))
        share = posterior[:, own].sum(axis=1) / posterior.sum(axis=1)
        crosses: NDArray[np.bool_] = (share >= _SELF_CARE) == rising
        return crosses


def _free(sets: Integers, banned: Banned) -> NDArray[np.bool_]:
    bad = [banned.single[sets[:, place]] for place in range(sets.shape[1])]
    bad += [banned.pair[sets[:, one], sets[:, other]] for one, other in all_combinations(range(sets.shape[1]), 2)]
    free: NDArray[np.bool_] = ~np.any(bad, axis=0) if bad else np.ones(len(sets), dtype=bool)
    return free


def _log_odds_against(probability: float) -> float:
    return float(np.log1p(-probability) - np.log(probability))


def _negated(logic: Expression | None) -> bool:
    """Tell whether further answers could make an expression that holds false."""
    return logic is not None and _has_not(logic.root)


def _has_not(node: Node) -> bool:
    if isinstance(node, AllOf | AnyOf):
        return any(_has_not(operand) for operand in node.operands)
    return isinstance(node, Not)
