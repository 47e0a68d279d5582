"""From sensitivity and specificity to likelihood ratios, and from a pretest to a posttest probability.

Everything here is about one condition against everything else, as the study saw it. Such ratios of several conditions
are never multiplied together; for several conditions at once see `calfnb.diagnostics.trees`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from calfnb.tables.problems import InputError
from calfnb.tables.records_tests import Accuracy

__all__ = [
    "CLAMP",
    "DiagnosticError",
    "Ratio",
    "SideBySide",
    "TestRatios",
    "TwoByTwo",
    "Update",
    "chain",
    "checked_probability",
    "checked_proportion",
    "likelihood_ratios",
    "posttest_probability",
    "ratios_of",
    "side_by_side",
    "two_by_two",
    "update",
]

#: Likelihood ratios are kept within these bounds: no single study of a test can claim more.
CLAMP = (0.02, 50.0)


class DiagnosticError(InputError):
    """A number that no test or patient can have; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A likelihood ratio, 1 changes nothing; ``low`` and ``high`` are None where no interval is known.

    ``clamped`` is true where the value was drawn in to `CLAMP`.
    """

    value: float
    low: float | None = None
    high: float | None = None
    clamped: bool = False


@dataclass(frozen=True, slots=True)
class TestRatios:
    """The ratios of a positive and of a negative result; None where unknown or not to be used."""

    __test__ = False

    positive: Ratio | None
    negative: Ratio | None


@dataclass(frozen=True, slots=True)
class Update:
    """A pretest probability, a likelihood ratio and the posttest probability (0-1).

    ``low`` and ``high`` are the posttest probabilities at the ends of the ratio's interval, None without one.
    """

    pretest: float
    ratio: Ratio
    posttest: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The same test result at a low, a middle and a high pretest probability."""

    low: Update
    middle: Update
    high: Update


@dataclass(frozen=True, slots=True)
class TwoByTwo:
    """People out of ``of``: with the condition and test positive, and so on; not rounded."""

    of: int
    true_positive: float
    false_negative: float
    false_positive: float
    true_negative: float


def checked_proportion(name: str, value: object) -> float:
    """Return a sensitivity or specificity, which lies between 0 and 1 and is neither.

    Raises
    ------
    DiagnosticError
        If it is no number, lies outside 0-1, or is exactly 0 or 1.
    """
    number = _proportion(name, value)
    if number in (0.0, 1.0):
        instead = "0.99, or the lower end of its interval" if number == 1 else "0.01, or the upper end of its interval"
        raise DiagnosticError(
            f"A {name} of exactly {number:g} would make one result settle the matter; no study can show that. "
            f"Write {instead}."
        )
    return number


def checked_probability(value: object, name: str = "probability") -> float:
    """Return a probability that a test can still move: between 0 and 1 and neither.

    Raises
    ------
    DiagnosticError
        If it is no number, lies outside 0-1, or is exactly 0 or 1.
    """
    number = _proportion(name, value)
    if number in (0.0, 1.0):
        raise DiagnosticError(f"No test can move a {name} of exactly {number:g}. Write a value between, such as 0.01.")
    return number


def likelihood_ratios(sensitivity: float, specificity: float) -> TestRatios:
    """Return the ratios of a positive and of a negative result, not clamped and without intervals.

    Raises
    ------
    DiagnosticError
        If one of the two is outside 0-1 or exactly 0 or 1.
    """
    sensitivity = checked_proportion("sensitivity", sensitivity)
    specificity = checked_proportion("specificity", specificity)
    return TestRatios(Ratio(sensitivity / (1 - specificity)), Ratio((1 - sensitivity) / specificity))


def ratios_of(accuracy: Accuracy) -> TestRatios:
    """Return the likelihood ratios of a row of the table that may be used, clamped, with their intervals.

    The published interval is taken if there is one; else, where both proportions have intervals, the corners of the
    two together, which is wider than a proper interval. Both are None where the row is not usable.
    """
    if not accuracy.usable:
        return TestRatios(None, None)
    corners_positive, corners_negative = _corners(accuracy)
    return TestRatios(
        _ratio(accuracy.lr_positive, accuracy.lr_positive_low, accuracy.lr_positive_high, corners_positive),
        _ratio(accuracy.lr_negative, accuracy.lr_negative_low, accuracy.lr_negative_high, corners_negative),
    )


def posttest_probability(pretest: float, likelihood_ratio: float) -> float:
    """Return the posttest probability (0-1) by way of the odds.

    Parameters
    ----------
    pretest
        Probability before the result, above 0 and below 1.
    likelihood_ratio
        Above 0; 1 changes nothing.

    Raises
    ------
    DiagnosticError
        If one of the two is impossible.
    """
    pretest = checked_probability(pretest, "pretest probability")
    ratio = _number("likelihood ratio", likelihood_ratio)
    if ratio <= 0:
        raise DiagnosticError(
            f"The likelihood ratio is {ratio:g}; it is above 0, and 0 itself would exclude a condition on one result."
        )
    return _moved(pretest, ratio)


def update(pretest: float, ratio: Ratio) -> Update:
    """Return the posttest probability with the band that the ratio's interval leaves.

    Raises
    ------
    DiagnosticError
        If the pretest probability or the ratio is impossible.
    """
    posttest = posttest_probability(pretest, ratio.value)
    low = None if ratio.low is None else _moved(pretest, max(ratio.low, CLAMP[0]))
    high = None if ratio.high is None else _moved(pretest, min(ratio.high, CLAMP[1]))
    return Update(pretest, ratio, posttest, low, high)


def side_by_side(low: float, middle: float, high: float, ratio: Ratio) -> SideBySide:
    """Return the same result at three pretest probabilities; raises DiagnosticError if they are not in order."""
    if not low <= middle <= high:
        raise DiagnosticError(f"The pretest probabilities {low:g}, {middle:g} and {high:g} are not in order.")
    return SideBySide(update(low, ratio), update(middle, ratio), update(high, ratio))


def chain(pretest: float, ratios: Iterable[Ratio]) -> tuple[Update, ...]:
    """Return the updates of several results about one condition, one after the other.

    It takes the tests as independent, which tests of the same thing are not: the result is then too sure. The model of
    the tables damps such answers; this does not, and shows what plain multiplication gives. Of an interval only the
    last step counts.
    """
    steps = []
    current = pretest
    for ratio in ratios:
        step = update(current, ratio)
        steps.append(step)
        current = min(max(step.posttest, 1e-12), 1 - 1e-12)
    return tuple(steps)


def two_by_two(pretest: float, sensitivity: float, specificity: float, of: int = 1000) -> TwoByTwo:
    """Return how ``of`` people fall into the four cells of a test.

    Raises
    ------
    DiagnosticError
        If a proportion is impossible.
    """
    pretest = checked_probability(pretest, "pretest probability")
    sensitivity = checked_proportion("sensitivity", sensitivity)
    specificity = checked_proportion("specificity", specificity)
    ill = of * pretest
    return TwoByTwo(
        of=of,
        true_positive=ill * sensitivity,
        false_negative=ill * (1 - sensitivity),
        false_positive=(of - ill) * (1 - specificity),
        true_negative=(of - ill) * specificity,
    )


def _moved(pretest: float, ratio: float) -> float:
    # In this form nothing overflows and the result stays within 0-1 whatever the odds are.
    weight = pretest * ratio
    return weight / (weight + (1 - pretest))


def _ratio(
    value: float | None, low: float | None, high: float | None, corners: tuple[float | None, float | None]
) -> Ratio | None:
    if value is None:
        return None
    kept = min(max(value, CLAMP[0]), CLAMP[1])
    if low is None and high is None:
        low, high = corners
    ends = [None if end is None else min(max(end, CLAMP[0]), CLAMP[1]) for end in (low, high)]
    return Ratio(kept, ends[0], ends[1], clamped=kept != value)


def _corners(row: Accuracy) -> tuple[tuple[float | None, float | None], tuple[float | None, float | None]]:
    sens, spec = (row.sensitivity_low, row.sensitivity_high), (row.specificity_low, row.specificity_high)
    if sens[0] is None or sens[1] is None or spec[0] is None or spec[1] is None:
        return (None, None), (None, None)
    positive = _over(sens[0], 1 - spec[0]), _over(sens[1], 1 - spec[1])
    negative = _over(1 - sens[1], spec[1]), _over(1 - sens[0], spec[0])
    return positive, negative


def _over(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.inf


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DiagnosticError(f"The {name} is no number; write one between 0 and 1, such as 0.9.")
    if not math.isfinite(value):
        raise DiagnosticError(f"The {name} is not a finite number; write what was published.")
    return float(value)


def _proportion(name: str, value: object) -> float:
    number = _number(name, value)
    if not 0 <= number <= 1:
        raise DiagnosticError(f"The {name} is {number:g}; it lies between 0 and 1. {_percent_hint(number)}")
    return number


def _percent_hint(number: float) -> str:
    return f"For {number:g} % write {number / 100:g}." if 1 < number <= 100 else "Write a proportion, such as 0.9."
