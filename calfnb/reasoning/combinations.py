"""One, two or three further answers together: which of the many combinations can matter, without trying each.

Changes of answers of different dependence groups add up; within a group they are worked out together. So a bound that
is a sum over single answers, corrected for pairs of one group, sorts out the combinations that cannot reach a goal,
and only the few that remain are computed in full.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calfnb.reasoning.outlook import Outlook

__all__ = ["Banned", "Change", "Space"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Slack of the bounds, for rounding.
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Change:
    """What the columns of a space change, each with the combinations first and any shape behind.

    ``single`` (columns, ...), ``pair`` (pairs of one group, ...) and ``triple`` (triples of one group, ...).
    """

    single: Floats
    pair: Floats
    triple: Floats

    def mapped(self, function: Callable[[Floats], Floats]) -> Change:
        """Return the change with a function applied to every part."""
        return Change(function(self.single), function(self.pair), function(self.triple))


@dataclass(frozen=True, slots=True)
class Banned:
    """What a combination must not contain: columns (columns,) and pairs of columns (columns, columns)."""

    single: Flags
    pair: Flags


class Space:
    """The columns that may be answered next, numbered from 0; a combination is a row of ascending numbers."""

    def __init__(self, outlook: Outlook, columns: Integers) -> None:
        model = outlook.model
        self.outlook = outlook
        self.columns = columns
        self.finding = model.column_finding[columns]
        self.group = model.column_group[columns]
        self.count = len(columns)
        distinct = self.finding[:, None] != self.finding[None, :]
        self.may_pair: Flags = np.triu(distinct, 1)
        self.pairs: Integers = np.argwhere(self.may_pair & (self.group[:, None] == self.group[None, :]))
        self.pair_number = np.full((self.count, self.count), -1, dtype=np.int64)
        self.pair_number[self.pairs[:, 0], self.pairs[:, 1]] = np.arange(len(self.pairs))
        self.pair_number[self.pairs[:, 1], self.pairs[:, 0]] = np.arange(len(self.pairs))
        third = (self.pair_number[self.pairs[:, 0]] >= 0) & (self.pair_number[self.pairs[:, 1]] >= 0)
        third &= np.arange(self.count)[None, :] > self.pairs[:, 1:2]
        place, last = np.nonzero(third)
        self.triples: Integers = np.column_stack([self.pairs[place], last])
        self._triple_keys = self._keys(self.triples)
        chances = np.exp(model.log_profile[columns])
        owners = [model.columns_of(model.finding_ids[f]) for f in self.finding]
        # Clamping leaves the options of a single choice a little off 1.
        sums = np.array([np.exp(model.log_profile[span.start : span.stop]).sum(axis=0) for span in owners])
        self._chances: Floats = chances / sums.reshape(chances.shape)

    def _keys(self, combinations: Integers) -> Integers:
        keys = np.zeros(len(combinations), dtype=np.int64)
        for place in range(combinations.shape[1]):
            keys = keys * self.count + combinations[:, place]
        return keys

    def unique(self, combinations: Integers) -> Integers:
        """Return the combinations without repetition, in ascending order."""
        if not len(combinations):
            return combinations
        _, first = np.unique(self._keys(combinations), return_index=True)
        return combinations[first]

    def plausibility(self, combinations: Integers) -> Floats:
        """Return how likely the answers are together for this patient, 0-1, shape (combinations,)."""
        together = self._chances[combinations[:, 0]]
        for place in range(1, combinations.shape[1]):
            together = together * self._chances[combinations[:, place]]
        result: Floats = together @ self.outlook.evidence.probabilities
        return result

    # ---- changes -----------------------------------------------------------------------------------------------

    def score_change(self, size: int) -> Change:
        """Return how the log scores change, behind each combination the conditions; larger ones only up to ``size``."""
        outlook = self.outlook
        shape = (len(outlook.model.condition_ids),)
        return Change(
            outlook.score_changes(self.columns),
            self._by_group(outlook.score_change, self.pairs if size > 1 else self.pairs[:0], shape),
            self._by_group(outlook.score_change, self.triples if size > 2 else self.triples[:0], shape),
        )

    def cautious_change(self, size: int) -> Change:
        """Return how the log odds of the conditions with a threshold change, against each condition."""
        outlook = self.outlook
        conditions = outlook.threshold_conditions
        shape = (len(conditions), len(outlook.model.condition_ids))

        def change(columns: Integers) -> Floats:
            return outlook.cautious_change(columns, conditions)

        return Change(
            outlook.cautious_changes(self.columns, conditions),
            self._by_group(change, self.pairs if size > 1 else self.pairs[:0], shape),
            self._by_group(change, self.triples if size > 2 else self.triples[:0], shape),
        )

    def _by_group(
        self, function: Callable[[Integers], Floats], combinations: Integers, shape: tuple[int, ...]
    ) -> Floats:
        result: Floats = np.empty((len(combinations), *shape))
        groups = self.group[combinations[:, 0]]
        for group in np.unique(groups):
            members = np.flatnonzero(groups == group)
            result[members] = function(self.columns[combinations[members]])
        return result

    def total(self, change: Change, combinations: Integers) -> Floats:
        """Return the whole change of each combination."""
        total: Floats = change.single[combinations].sum(axis=1)
        size = combinations.shape[1]
        for one in range(size):
            for other in range(one + 1, size):
                left, right = combinations[:, one], combinations[:, other]
                number = self.pair_number[left, right]
                here = number >= 0
                apart = change.single[left[here]] + change.single[right[here]]
                total[here] += change.pair[number[here]] - apart
        if size == 3:
            alike = self._one_group(combinations)
            place = np.searchsorted(self._triple_keys, self._keys(combinations[alike]))
            total[alike] = change.triple[place]
        return total

    def _one_group(self, combinations: Integers) -> Flags:
        groups = self.group[combinations]
        alike: Flags = (groups == groups[:, :1]).all(axis=1)
        return alike

    # ---- which combinations can reach a goal -------------------------------------------------------------------

    def reaching(self, gain: Change, need: float, size: int, banned: Banned) -> Integers:
        """Return the combinations whose gains sum to at least ``need``, and all triples of one group.

        ``gain`` has nothing behind the combinations. No combination contains anything banned.
        """
        need -= _SLACK
        free = np.flatnonzero(~banned.single)
        if size == 1:
            return free[gain.single[free] >= need][:, None]
        sums = gain.single[:, None] + gain.single[None, :]
        sums[self.pairs[:, 0], self.pairs[:, 1]] = gain.pair
        sums[self.pairs[:, 1], self.pairs[:, 0]] = gain.pair
        sums[~(self.may_pair | self.may_pair.T) | banned.pair] = -np.inf
        if size == 2:
            within = np.triu(sums[np.ix_(free, free)] >= need, 1)
            pairs: Integers = free[np.argwhere(within)]
            return pairs
        return np.concatenate([self._reaching_three(gain.single, sums, need, free), self._own_triples(banned)])

    def _own_triples(self, banned: Banned) -> Integers:
        one, two, three = self.triples.T
        bad = banned.single[one] | banned.single[two] | banned.single[three]
        bad |= banned.pair[one, two] | banned.pair[one, three] | banned.pair[two, three]
        good: Integers = self.triples[~bad]
        return good

    def _reaching_three(self, single: Floats, sums: Floats, need: float, free: Integers) -> Integers:
        """Return the triples, not all of one group, whose gains sum to at least ``need``.

        With g the single gains and s the pair sums, a triple gains s_jk + (s_ij - g_j) + (s_ik - g_k) - g_i.
        """
        if len(free) < 3:
            return np.empty((0, 3), dtype=np.int64)
        # The best partners that any column could have, to leave out the columns that cannot be part of a triple.
        own = sums[np.ix_(free, free)]
        added = own - single[free][None, :]
        best_pair = own.max()
        hopeful = added.max(axis=1) * 2 + best_pair - single[free] >= need
        free = free[hopeful]
        own, added = own[np.ix_(hopeful, hopeful)], added[np.ix_(hopeful, hopeful)]
        upper = np.where(np.triu(np.ones(own.shape, dtype=bool), 1), own, -np.inf)
        row_best = upper.max(axis=1, initial=-np.inf)
        after_best = np.maximum.accumulate(row_best[::-1])[::-1]
        found = []
        for i in range(len(free) - 2):
            row = added[i, i + 1 :]
            goal = need + single[free[i]]
            partners = np.flatnonzero(row + row.max() + after_best[i + 1] >= goal) + i + 1
            if len(partners) < 2:
                continue
            part = added[i, partners]
            reached = upper[np.ix_(partners, partners)] + part[:, None] + part[None, :] >= goal
            j, k = np.nonzero(reached)
            if len(j):
                found.append(np.column_stack([np.full(len(j), free[i]), free[partners[j]], free[partners[k]]]))
        if not found:
            return np.empty((0, 3), dtype=np.int64)
        triples: Integers = np.concatenate(found)
        return triples[~self._one_group(triples)]
