"""The geometry of the Fagan nomogram: three axes on which one straight line joins pretest, ratio and posttest."""

from __future__ import annotations

import math
from dataclasses import dataclass

from calfnb.diagnostics.ratios import Update, checked_probability

__all__ = ["FaganLine", "Nomogram", "Tick", "nomogram"]

_ENDS = (0.001, 0.999)
_REACH = math.log(_ENDS[1] / (1 - _ENDS[1]))
_PROBABILITIES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99,
                  0.995, 0.998, 0.999)  # fmt: skip
_RATIOS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: its value and its height (0 at the top, 1 at the bottom)."""

    value: float
    height: float


@dataclass(frozen=True, slots=True)
class FaganLine:
    """A straight line over the three axes; heights from 0 (top) to 1 (bottom)."""

    pretest: float
    ratio: float
    posttest: float


@dataclass(frozen=True, slots=True)
class Nomogram:
    """Axes and lines; ``band`` are the lines of the ratio's interval, empty without one."""

    pretest_axis: tuple[Tick, ...]
    ratio_axis: tuple[Tick, ...]
    posttest_axis: tuple[Tick, ...]
    line: FaganLine
    band: tuple[FaganLine, ...]


def nomogram(result: Update) -> Nomogram:
    """Return the nomogram of one update.

    The left axis runs upside down, the right one upwards, both in log odds, the middle one in log ratios at half the
    scale: then a straight line adds. Values beyond one in a thousand are drawn at the end of the axis.

    References
    ----------
    Fagan TJ. Nomogram for Bayes's theorem. N Engl J Med 1975;293:257.
    """
    checked_probability(result.pretest, "pretest probability")
    ends = [end for end in (result.ratio.low, result.ratio.high) if end is not None]
    return Nomogram(
        pretest_axis=tuple(Tick(value, _left(value)) for value in _PROBABILITIES),
        ratio_axis=tuple(Tick(value, _middle(value)) for value in _RATIOS),
        posttest_axis=tuple(Tick(value, 1 - _left(value)) for value in _PROBABILITIES),
        line=_line(result.pretest, result.ratio.value),
        band=tuple(_line(result.pretest, end) for end in ends),
    )


def _line(pretest: float, ratio: float) -> FaganLine:
    left = _left(pretest)
    right = _clip(0.5 - (_logit(pretest) + math.log(ratio)) / (2 * _REACH))
    return FaganLine(left, (left + right) / 2, right)


def _left(probability: float) -> float:
    """Height on the left axis: rare at the top."""
    return _clip(0.5 + _logit(probability) / (2 * _REACH))


def _middle(ratio: float) -> float:
    return 0.5 - math.log(ratio) / (4 * _REACH)


def _logit(probability: float) -> float:
    return math.log(probability / (1 - probability))


def _clip(height: float) -> float:
    return min(max(height, 0.0), 1.0)
