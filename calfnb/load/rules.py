"""The load rules one by one: from two or three numbers to a value and its band.

Each function takes the load tables first. A value that cannot be worked out gives None and the band
``not_computable``, which is never shown as good news. What is impossible, such as a negative
distance, raises `LoadError`. Two numbers that differ by less than 1e-9 are equal.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from calfnb.tables.problems import InputError, did_you_mean, listed, sentence
from calfnb.tables.records_load import Band, LoadTables

__all__ = [
    "FACTORS",
    "NOT_COMPUTABLE",
    "AcuteChronic",
    "LoadError",
    "Measure",
    "Restart",
    "acute_chronic_ratio",
    "cut_back_range",
    "factors_raised",
    "first_week_limit",
    "new_ground_share",
    "new_shoe_distance",
    "reference_end",
    "rest_days",
    "restart_after",
    "shoe_age",
    "single_session",
    "state_of",
    "usual_week",
    "weekly_change",
    "weekly_volume",
]

NOT_COMPUTABLE = "not_computable"
#: What may grow in a week; the articles name the first three.
FACTORS = ("distance", "intensity", "time", "frequency", "hills", "surface", "shoes", "technique")
_DAYS_A_WEEK = 7


class LoadError(InputError):
    """A number or a word that no load rule can take; the message is one sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(sentence(message))


@dataclass(frozen=True, slots=True)
class Measure:
    """A value of a rule and the band it falls into.

    ``value`` is None when it cannot be worked out; ``row`` is None then too, and ``instead`` may name
    the rule to look at instead.
    """

    rule_id: str
    value: float | None
    band: str
    row: Band | None = None
    instead: str = ""

    @property
    def tone(self) -> str:
        """How it is shown: calm, watch, high, or unknown."""
        return self.row.tone if self.row else "unknown"

    @property
    def hazard_ratio(self) -> float | None:
        """The published ratio of injury rates in this band; None in the reference and where there is none."""
        return self.row.hazard_ratio if self.row else None


@dataclass(frozen=True, slots=True)
class AcuteChronic:
    """The ratio of this week to the weeks before, in both forms.

    ``shown`` is False where the three weeks before hold no running: the coupled form is then
    arithmetic only (four, whatever was run).
    """

    uncoupled: float | None
    coupled: float | None
    shown: bool


@dataclass(frozen=True, slots=True)
class Restart:
    """Where to start again after time off: a distance for the week, or a plan of walking and jogging."""

    plan: str
    share_pct: float | None
    restart_km: float | None
    row: Band


def measure(load: LoadTables, rule_id: str, value: float | None, *, instead: str = "") -> Measure:
    """Return a value with its band."""
    if value is None:
        return Measure(rule_id, None, NOT_COMPUTABLE, instead=instead)
    row = load.band_of(rule_id, value)
    return Measure(rule_id, value, row.band, row)


def state_of(load: LoadTables, ratio: float | None) -> str:
    """Return the state of a single session: reference, small_spike, moderate_spike, large_spike or not_computable."""
    return measure(load, "LR02", ratio).band


def weekly_change(
    load: LoadTables, current_km: float, before_km: Sequence[float], *, cut_back: Sequence[bool] = ()
) -> Measure:
    """Compare a week with the last one that had running and was no planned cut-back (LR01).

    Parameters
    ----------
    current_km
        Distance of the week.
    before_km
        Distances of the weeks before, the last one first.
    cut_back
        For each of them whether it was a *planned* cut-back. A week off through injury is none: the
        jump after it must show.

    Returns
    -------
    Measure
        The change in percent; not computable if no week of the three before can be compared with.
    """
    current = _distance(current_km, "the distance of this week")
    weeks = [_distance(km, "the distance of a week before") for km in before_km]
    flags = [*cut_back, *([False] * (len(weeks) - len(cut_back)))]
    for km, planned in list(zip(weeks, flags, strict=False))[: int(load.limit("look_back_weeks"))]:
        if km > 0 and not planned:
            return measure(load, "LR01", _clean(100 * (current - km) / km))
    return measure(load, "LR01", None)


def single_session(load: LoadTables, today_km: float, last_30_days_km: Sequence[float]) -> Measure:
    """Compare one run with the longest of the 30 days before (LR02); 1 means as long as that.

    Without a run in those days it is not computable, and LR15 is the rule to look at.
    """
    today = _distance(today_km, "the distance of the run")
    before = [_distance(km, "the distance of a run before") for km in last_30_days_km]
    longest = max(before, default=0.0)
    if longest <= 0:
        return measure(load, "LR02", None, instead="LR15")
    return measure(load, "LR02", _clean(today / longest))


def reference_end(load: LoadTables, longest_30d_km: float, *, restart_km: float | None = None) -> float | None:
    """Return the upper end of the reference range for the next run in km, or None without a run to compare with.

    It is a group in a study, not a permission. After time off the smaller of it and ``restart_km`` counts.
    """
    longest = _distance(longest_30d_km, "the longest run")
    if longest <= 0:
        return None
    end = load.bands_of("LR02")[0].up_to
    assert end is not None
    reached = _clean(longest * end)
    return reached if restart_km is None else min(reached, restart_km)


def acute_chronic_ratio(load: LoadTables, weeks_km: Sequence[float]) -> AcuteChronic:
    """Return the ratio of the last week to the three before, and to all four (LR03); shown with its criticism only.

    Raises
    ------
    LoadError
        If there are fewer than four weeks, or one is negative.
    """
    before = int(load.limit("chronic_weeks"))
    if len(weeks_km) < before + 1:
        raise LoadError(f"the acute:chronic ratio needs {before + 1} whole weeks, not {len(weeks_km)}")
    weeks = [_distance(km, "the distance of a week") for km in weeks_km[-before - 1 :]]
    acute, chronic = weeks[-1], sum(weeks[:-1]) / before
    together = (sum(weeks[:-1]) + acute) / (before + 1)
    return AcuteChronic(
        uncoupled=_clean(acute / chronic) if chronic > 0 else None,
        coupled=_clean(acute / together) if together > 0 else None,
        shown=chronic > 0,
    )


def factors_raised(load: LoadTables, raised: Collection[str]) -> Measure:
    """Count what grew this week (LR04); names are those of `FACTORS`, each counts once."""
    for name in raised:
        if name not in FACTORS:
            raise LoadError(f"there is no factor {name!r}{did_you_mean(name, FACTORS) or f'; write {listed(FACTORS)}'}")
    return measure(load, "LR04", float(len(set(raised))))


def cut_back_range(load: LoadTables, three_weeks_km: Sequence[float]) -> tuple[float, float]:
    """Return the lower and the upper end of a cut-back week in km (LR05), from the highest of the three before it."""
    if not three_weeks_km:
        raise LoadError("a cut-back week needs the weeks before it")
    highest = max(_distance(km, "the distance of a week") for km in three_weeks_km[-3:])
    return tuple(  # type: ignore[return-value]
        _clean(highest * load.limit(name) / 100) for name in ("cut_back_low_pct", "cut_back_high_pct")
    )


def rest_days(load: LoadTables, days: float) -> Measure:
    """Judge the days of a week without running or hard leg work (LR06)."""
    if not _is_number(days) or not 0 <= days <= _DAYS_A_WEEK or days != int(days):
        raise LoadError(f"a week has 0 to 7 rest days, not {days}")
    return measure(load, "LR06", float(days))


def weekly_volume(load: LoadTables, week_km: float) -> Measure:
    """Say whether a week is over the 40 miles that one article names (LR07)."""
    return measure(load, "LR07", _distance(week_km, "the distance of the week"))


def first_week_limit(load: LoadTables, bmi: float) -> float | None:
    """Return the most to run in a first week in km (LR08), or None where the study gives no limit."""
    if not _is_number(bmi) or not 10 <= bmi <= 100:
        raise LoadError(f"a body-mass index lies between 10 and 100, not {bmi}")
    return load.limit("first_week_km") if bmi > load.limit("first_week_bmi") else None


def new_ground_share(load: LoadTables, week: int, *, sand: bool = False) -> float:
    """Return the most of the weekly distance on hills or new ground in this week of using it, in percent (LR10)."""
    _week(week)
    if sand:
        return load.limit("sand_pct")
    return min(100.0, load.limit("new_ground_first_pct") + (week - 1) * load.limit("new_ground_step_pct"))


def shoe_age(load: LoadTables, shoe_km: float) -> Measure:
    """Judge how far a shoe has run (LR11)."""
    return measure(load, "LR11", _distance(shoe_km, "the distance of the shoe"))


def new_shoe_distance(load: LoadTables, week: int, weekly_km: float) -> float:
    """Return how far to run in a new or lower shoe in this week of having it, in km (LR12)."""
    _week(week)
    share = min(100.0, load.limit("new_shoe_step_pct") * week)
    return _clean(_distance(weekly_km, "the weekly distance") * share / 100)


def usual_week(load: LoadTables, full_weeks_km: Sequence[float]) -> float | None:
    """Return the usual week before a break: the mean of the last four full weeks, or None if there are fewer."""
    needed = int(load.limit("full_weeks_before_break"))
    if len(full_weeks_km) < needed:
        return None
    return sum(_distance(km, "the distance of a week") for km in full_weeks_km[-needed:]) / needed


def restart_after(load: LoadTables, usual_km: float, days_off: int) -> Restart:
    """Say where to start again after full days without a run (LR15); not for time off through injury."""
    usual = _distance(usual_km, "the usual week")
    if not _is_number(days_off) or days_off < 0 or days_off != int(days_off):
        raise LoadError(f"days off are a whole number from 0 on, not {days_off}")
    row = load.band_of("LR15", float(days_off))
    if row.value is None:
        return Restart("walk_jog_plan", None, None, row)
    return Restart("restart_at_share", row.value, _clean(usual * row.value / 100), row)


def _distance(value: float, what: str) -> float:
    if not _is_number(value) or value < 0:
        raise LoadError(f"{what} must be a number of kilometres from 0 on, not {value}")
    return float(value)


def _week(week: int) -> None:
    if not _is_number(week) or week < 1 or week != int(week):
        raise LoadError(f"weeks are counted from 1, not {week}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _clean(value: float) -> float:
    """Take away what binary fractions add in the twelfth decimal."""
    return round(value, 12)
