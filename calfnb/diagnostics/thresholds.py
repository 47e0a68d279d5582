"""Where testing starts and where it stops: thresholds from harms, and the expected value of a test."""

from __future__ import annotations

import math
from dataclasses import dataclass

from calfnb.diagnostics.ratios import DiagnosticError, checked_proportion

__all__ = ["Harms", "Losses", "Thresholds", "thresholds", "value_of_testing"]


@dataclass(frozen=True, slots=True)
class Harms:
    """What is at stake, in any one unit (such as lost weeks, or points out of 100); edited by the learner.

    Attributes
    ----------
    missing
        Harm of not acting in someone who has the condition, beyond acting. Above 0.
    overtreating
        Harm of acting in someone who has not, beyond not acting. Above 0.
    test
        Harm of the test itself for everyone tested: pain, waiting, cost. 0 or more.
    """

    missing: float
    overtreating: float
    test: float = 0.0

    def __post_init__(self) -> None:
        names = {"missing": "harm of missing the condition", "overtreating": "harm of acting needlessly"}
        for name, words in {**names, "test": "harm of the test"}.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                raise DiagnosticError(f"The {words} is no number; write one, such as 10.")
            if value < 0 or (value == 0 and name != "test"):
                least = "0 or more" if name == "test" else "above 0"
                raise DiagnosticError(f"The {words} is {value:g}; it is {least}.")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities (0-1) at which the best choice changes.

    Below ``test`` do neither, between ``test`` and ``treat`` test and follow the result, above ``treat`` act at once.
    ``act`` is the threshold if there were no test. Where the test's harm is too large or it tells too little,
    ``worthwhile`` is false and ``test`` and ``treat`` are both ``act``.
    """

    act: float
    test: float
    treat: float
    worthwhile: bool


@dataclass(frozen=True, slots=True)
class Losses:
    """What each choice loses on average at one probability (same unit as the harms), and what a test gains.

    ``gain`` is the smaller loss without the test minus the loss with it; below 0 the test costs more than it tells.
    ``best`` is ``wait``, ``test`` or ``act``.
    """

    __test__ = False

    probability: float
    wait: float
    act: float
    test: float
    gain: float
    best: str


def thresholds(harms: Harms, sensitivity: float, specificity: float) -> Thresholds:
    """Return where testing starts and where it stops.

    Raises
    ------
    DiagnosticError
        If sensitivity or specificity is outside 0-1 or exactly 0 or 1.

    References
    ----------
    Pauker SG, Kassirer JP. The threshold approach to clinical decision making. N Engl J Med 1980;302:1109-1117.
    """
    sensitivity = checked_proportion("sensitivity", sensitivity)
    specificity = checked_proportion("specificity", specificity)
    act = harms.overtreating / (harms.overtreating + harms.missing)
    false_positive, false_negative = 1 - specificity, 1 - sensitivity
    start = (false_positive * harms.overtreating + harms.test) / (
        false_positive * harms.overtreating + sensitivity * harms.missing
    )
    stop = (specificity * harms.overtreating - harms.test) / (
        specificity * harms.overtreating + false_negative * harms.missing
    )
    if not start < act < stop:
        return Thresholds(act, act, act, worthwhile=False)
    return Thresholds(act, start, stop, worthwhile=True)


def value_of_testing(probability: float, harms: Harms, sensitivity: float, specificity: float) -> Losses:
    """Return what waiting, testing and acting lose on average at a probability (0-1, both ends allowed).

    Raises
    ------
    DiagnosticError
        If a proportion is impossible.
    """
    if isinstance(probability, bool) or not isinstance(probability, int | float) or not 0 <= probability <= 1:
        raise DiagnosticError("The probability lies between 0 and 1.")
    sensitivity = checked_proportion("sensitivity", sensitivity)
    specificity = checked_proportion("specificity", specificity)
    wait = probability * harms.missing
    act = (1 - probability) * harms.overtreating
    missed = probability * (1 - sensitivity) * harms.missing
    needless = (1 - probability) * (1 - specificity) * harms.overtreating
    test = missed + needless + harms.test
    losses = {"wait": wait, "test": test, "act": act}
    return Losses(probability, wait, act, test, min(wait, act) - test, min(losses, key=losses.__getitem__))
