"""Posttest probabilities of many cases at once, from a matrix of answer numbers.

The same sum as in `calfnb.reasoning.scoring`, for thousands of cases in one matrix product: every case becomes a row of
weights over the options of all findings, zero where an option was not chosen. Work is done in chunks, so that beside
the result the memory needed does not grow with the number of cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calfnb.reasoning.model import Model

__all__ = ["BatchScorer", "encode_answers", "posterior_batch"]

Floats = NDArray[np.float64]
Integers = NDArray[np.integer]

#: Cases worked on at a time: large enough to make numpy's overhead small, in about 12 MB of scratch memory.
_CHUNK = 4096


def encode_answers(model: Model, cases: Iterable[Mapping[str, str]]) -> NDArray[np.int16]:
    """Return the answers of many cases as numbers, shape (cases, findings): 0 unknown, k the k-th option.

    Raises
    ------
    KeyError
        If a finding or an option does not exist; `Case.create` checks that beforehand.
    """
    firsts = {finding_id: model.columns_of(finding_id).start - 1 for finding_id in model.finding_ids}
    rows = []
    for answers in cases:
        row = np.zeros(len(model.finding_ids), dtype=np.int16)
        for finding_id, option_id in answers.items():
            row[model.finding_index[finding_id]] = model.column_index[finding_id, option_id] - firsts[finding_id]
        rows.append(row)
    return np.array(rows, dtype=np.int16).reshape(len(rows), len(model.finding_ids))


def posterior_batch(model: Model, codes: Integers, setting_index: ArrayLike) -> Floats:
    """Return P(condition | answers) of many cases, shape (cases, conditions), 0-1; every row sums to 1.

    Parameters
    ----------
    model
        The compiled tables.
    codes
        Integers of shape (cases, findings) in the order of ``model.finding_ids``: 0 where the answer is unknown
        (which never counts as an absent finding), k for the k-th option of the finding.
    setting_index
        Where in ``model.setting_ids`` the setting stands: one number for all cases or one per case.

    Raises
    ------
    ValueError
        If a shape does not fit, or an answer number or a setting number does not exist.
    TypeError
        If ``codes`` does not hold integers.
    """
    return BatchScorer(model).posterior(codes, setting_index)


class BatchScorer:
    """The arrays of a model laid out for many cases; build it once and use it for chunk after chunk."""

    def __init__(self, model: Model) -> None:
        self._conditions = len(model.condition_ids)
        self._finding_ids = model.finding_ids
        self._options = np.array([len(model.columns_of(name)) for name in model.finding_ids])
        self._log_pretest = model.log_pretest
        # Only differences between conditions count: the largest of each row is made 0, which keeps the sums small.
        self._log_profile = np.ascontiguousarray((model.log_profile - model.log_profile.max(axis=1, keepdims=True)).T)
        self._standing = _standings(model)
        members = [np.flatnonzero(model.groups == group) for group in range(int(model.groups.max(initial=-1)) + 1)]
        damped = model.assumptions.damping != 0
        self._groups = [rows for rows in members if damped and len(rows) > 1]
        self._grouped = np.zeros(len(model.finding_ids), dtype=bool)
        for rows in self._groups:
            self._grouped[rows] = True
        largest = max((len(rows) for rows in self._groups), default=1)
        self._weight_of_rank: Floats = np.arange(1.0, largest + 1) ** -model.assumptions.damping

    def posterior(self, codes: Integers, setting_index: ArrayLike) -> Floats:
        """Return what `posterior_batch` returns."""
        codes = np.asarray(codes)
        settings = self._checked(codes, setting_index)
        result = np.empty((len(codes), self._conditions))
        size = min(_CHUNK, max(len(codes), 1))
        spread: Floats = np.empty((self._log_profile.shape[1], size))
        chosen = np.empty(size, dtype=bool)
        for start in range(0, len(codes), size):
            stop = min(start + size, len(codes))
            part = np.ascontiguousarray(codes[start:stop].T)
            self._check_range(part, start)
            self._spread(part.astype(np.int16, copy=False), spread[:, : stop - start], chosen[: stop - start])
            scores = self._log_profile @ spread[:, : stop - start]
            scores += (
                self._log_pretest[settings[start:stop]].T if settings.ndim else self._log_pretest[settings][:, None]
            )
            scores -= scores.max(axis=0)
            np.exp(scores, out=scores)
            scores /= scores.sum(axis=0)
            result[start:stop] = scores.T
        return result

    def _spread(self, part: NDArray[np.int16], spread: Floats, chosen: NDArray[np.bool_]) -> None:
        """Fill in the weight of every option of every finding, zero where it was not chosen."""
        weights = self._weights(part)
        column = 0
        for finding, options in enumerate(self._options):
            for number in range(1, options + 1):
                np.equal(part[finding], number, out=chosen)
                if self._grouped[finding]:
                    np.multiply(chosen, weights[finding], out=spread[column])
                else:
                    spread[column] = chosen
                column += 1

    def _weights(self, part: NDArray[np.int16]) -> dict[int, Floats]:
        """Return the damping weight of every finding of a dependence group, each of shape (cases,)."""
        weights: dict[int, Floats] = {}
        for rows in self._groups:
            standing = np.stack([self._standing[row].take(part[row]) for row in rows])
            rank = np.zeros(standing.shape, dtype=np.int8)
            for other in standing:
                rank += (other > standing).view(np.int8)
            for row, values in zip(rows, self._weight_of_rank.take(rank), strict=True):
                weights[int(row)] = values
        return weights

    def _checked(self, codes: Integers, setting_index: ArrayLike) -> Integers:
        if not np.issubdtype(codes.dtype, np.integer):
            raise TypeError(f"codes must hold integers, not {codes.dtype}")
        if codes.ndim != 2 or codes.shape[1] != len(self._finding_ids):
            raise ValueError(f"codes must have the shape (cases, {len(self._finding_ids)}), not {codes.shape}")
        settings = np.asarray(setting_index)
        if not np.issubdtype(settings.dtype, np.integer):
            raise TypeError(f"setting_index must hold integers, not {settings.dtype}")
        if settings.shape not in ((), (len(codes),)):
            raise ValueError(f"setting_index must be one number or one per case, not of shape {settings.shape}")
        if settings.size and not (settings.min() >= 0 and settings.max() < len(self._log_pretest)):
            raise ValueError(f"setting_index must lie between 0 and {len(self._log_pretest) - 1}")
        return settings

    def _check_range(self, part: Integers, start: int) -> None:
        if not part.size:
            return
        wrong = (part.min(axis=1) < 0) | (part.max(axis=1) > self._options)
        if wrong.any():
            finding = int(np.flatnonzero(wrong)[0])
            bad = (part[finding] < 0) | (part[finding] > self._options[finding])
            case = int(np.flatnonzero(bad)[0])
            raise ValueError(
                f"case {start + case}, finding {self._finding_ids[finding]}: "
                f"{part[finding, case]} is no answer number (0 to {self._options[finding]})"
            )


def _standings(model: Model) -> list[NDArray[np.int16]]:
    """Return for every finding how strong each answer number is, larger for stronger, 0 for unknown.

    The order is that of `calfnb.reasoning.scoring.damping_weights`: by strength, ties by the place of the column.
    """
    order = np.lexsort((np.arange(len(model.columns)), -model.strength))
    standing = np.empty(len(order), dtype=np.int16)
    standing[order] = np.arange(len(order), 0, -1)
    spans = [model.columns_of(name) for name in model.finding_ids]
    return [np.concatenate(([0], standing[span.start : span.stop])).astype(np.int16) for span in spans]
