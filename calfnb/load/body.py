"""Effort, fluids and other sport: the load rules that look at the runner and not at the distance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from calfnb.load.rules import LoadError, measure
from calfnb.tables.problems import did_you_mean
from calfnb.tables.records_load import LoadTables

__all__ = [
    "FluidLoss",
    "WeekOfEffort",
    "body_mass_loss",
    "calf_minutes",
    "drink_before",
    "hard_minutes_limit",
    "session_load",
    "sweat_rate",
    "week_of_effort",
]

_DAYS_A_WEEK = 7
_HEAVIEST_KG = 400
_HARDEST = 10


@dataclass(frozen=True, slots=True)
class WeekOfEffort:
    """Seven daily loads together: mean and population standard deviation of a day, and what is made of them.

    ``monotony`` and ``strain`` are None where every day is alike.
    """

    weekly: float
    mean: float
    sd: float
    monotony: float | None
    strain: float | None


@dataclass(frozen=True, slots=True)
class FluidLoss:
    """Body mass lost in a run in percent; ``flag`` is under_2, over_2, or gain_stop_overdrinking after a gain."""

    loss_pct: float
    flag: str


def session_load(minutes: float, rpe_0_10: float) -> float:
    """Return minutes times effort on a scale of 0 to 10 (LR09)."""
    return _number(minutes, "the minutes", 0, 24 * 60 * 7) * _number(rpe_0_10, "the effort", 0, _HARDEST)


def week_of_effort(daily_loads: Sequence[float]) -> WeekOfEffort:
    """Return weekly load, monotony and strain of seven days (LR09); a rest day is 0.

    The standard deviation is that of the population, and nothing is rounded on the way.
    """
    if len(daily_loads) != _DAYS_A_WEEK:
        raise LoadError(f"a week has seven daily loads, not {len(daily_loads)}; write 0 for a rest day")
    loads = [_number(value, "a daily load", 0, 1e6) for value in daily_loads]
    weekly = sum(loads)
    mean = weekly / _DAYS_A_WEEK
    sd = math.sqrt(sum((value - mean) ** 2 for value in loads) / _DAYS_A_WEEK)
    if sd <= 1e-9 * max(1.0, mean):
        return WeekOfEffort(weekly, mean, 0.0, None, None)
    return WeekOfEffort(weekly, mean, sd, mean / sd, weekly * mean / sd)


def hard_minutes_limit(load: LoadTables, weekly_min: float) -> float:
    """Return the most hard minutes of a week (LR09)."""
    return _number(weekly_min, "the minutes of the week", 0, 7 * 24 * 60) * load.limit("hard_minutes_pct") / 100


def body_mass_loss(load: LoadTables, pre_kg: float, post_kg: float) -> FluidLoss:
    """Return the body mass lost in a run (LR13); a gain means that more was drunk than sweated out."""
    pre = _number(pre_kg, "the body mass before", 20, _HEAVIEST_KG)
    post = _number(post_kg, "the body mass after", 20, _HEAVIEST_KG)
    loss = round(100 * (pre - post) / pre, 12)
    if loss < 0:
        return FluidLoss(loss, "gain_stop_overdrinking")
    return FluidLoss(loss, measure(load, "LR13", loss).band)


def sweat_rate(pre_kg: float, post_kg: float, *, drink_l: float, urine_l: float = 0.0, hours: float) -> float:
    """Return the sweat rate in litres an hour (LR13); a kilogram counts as a litre."""
    pre = _number(pre_kg, "the body mass before", 20, _HEAVIEST_KG)
    post = _number(post_kg, "the body mass after", 20, _HEAVIEST_KG)
    drunk, passed = _number(drink_l, "the drink", 0, 50), _number(urine_l, "the urine", 0, 50)
    if not math.isfinite(hours) or not 0 < hours <= 24 * 7:
        raise LoadError(f"the hours of the run must be more than 0, not {hours}")
    return (pre - post + drunk - passed) / hours


def drink_before(load: LoadTables, body_kg: float) -> tuple[float, float]:
    """Return how much to drink over the four hours before, from and to, in mL (LR13)."""
    body = _number(body_kg, "the body mass", 20, _HEAVIEST_KG)
    return body * load.limit("drink_before_low_ml_kg"), body * load.limit("drink_before_high_ml_kg")


def calf_minutes(load: LoadTables, activity_id: str, minutes: float) -> float:
    """Return how many minutes of running load the calf as much as these minutes of another sport (LR14)."""
    if activity_id not in load.cross_training:
        near = did_you_mean(activity_id, load.cross_training)
        raise LoadError(f"there is no sport {activity_id!r} in load_cross_training.csv{near}")
    return _number(minutes, "the minutes", 0, 7 * 24 * 60) * load.cross_training[activity_id].calf_share


def _number(value: float, what: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not math.isfinite(value) or not low <= value <= high:
        raise LoadError(f"{what} must lie between {low:g} and {high:g}, not {value}")
    return float(value)
