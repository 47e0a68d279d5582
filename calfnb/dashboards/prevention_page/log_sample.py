"""An invented runner's log, so that a lesson needs no file: sixteen months, three shoes, a spike before each injury.

Everything in it is made up, and the same every time. Long runs that nothing followed are in it too, and rules that
warned of neither injury: a log in which every warning came true would teach the wrong thing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType

from calfnb.load.activities import Activity, TrainingLog

__all__ = ["SAMPLE_FILE", "SAMPLE_INJURIES", "sample_log"]

SAMPLE_FILE = "invented_runner.csv"
#: The days on which the invented injuries began, with the key of their words.
SAMPLE_INJURIES: Mapping[date, str] = MappingProxyType(
    {date(2024, 6, 18): "dash4.log.sample.first", date(2025, 2, 25): "dash4.log.sample.second"}
)
_FIRST, _LAST = date(2024, 1, 1), date(2025, 4, 27)
#: Days without a run: after each injury, and a holiday.
_PAUSES = (
    (date(2024, 6, 18), date(2024, 7, 10)),
    (date(2024, 10, 14), date(2024, 10, 22)),
    (date(2025, 2, 25), date(2025, 3, 16)),
)
#: Long runs that were not in the plan. The first and the last stand before the injuries.
_SPIKES: Mapping[date, float] = MappingProxyType(
    {
        date(2024, 3, 24): 17.5,
        date(2024, 6, 9): 24.0,
        date(2024, 9, 22): 21.1,
        date(2024, 12, 1): 20.5,
        date(2025, 2, 16): 30.0,
    }
)
_SHOES = ((date(2024, 1, 1), "Old blue"), (date(2024, 7, 11), "Grey daily"), (date(2024, 11, 4), "Light orange"))
_SEED = 4


@lru_cache(maxsize=1)
def sample_log() -> TrainingLog:
    """Return the invented log."""
    return TrainingLog.of(_activities())


def _activities() -> Iterator[Activity]:
    rng = random.Random(_SEED)
    day, row = _FIRST, 1
    while day <= _LAST:
        km = _distance(day, rng)
        if km and not any(first <= day < last for first, last in _PAUSES):
            row += 1
            yield _run(day, km, row, rng)
        elif day.weekday() == 3 and day.month % 2:
            row += 1
            yield Activity(datetime.combine(day, time(18, 0)), None, "other", file=SAMPLE_FILE, row=row)
        day += timedelta(days=1)


def _distance(day: date, rng: random.Random) -> float:
    """Return the distance of a day: Tuesday, Wednesday now and then, Friday, and the long run on Sunday."""
    if day in _SPIKES:
        return _SPIKES[day]
    weeks = (day - _FIRST).days / 7
    back = min((week for week in (_weeks_since(day, end) for _, end in _PAUSES) if week >= 0), default=99.0)
    form = min(1.0, 0.55 + 0.07 * back)  # the way back after a pause
    base = (7.0 + 0.035 * weeks) * form
    shape = {1: 1.0, 2: 0.8 if rng.random() < 0.45 else 0.0, 4: 1.1, 6: 1.75}.get(day.weekday(), 0.0)
    easy = 0.72 if int(weeks) % 4 == 3 else 1.0
    return round(base * shape * easy * rng.uniform(0.93, 1.07), 2)


def _weeks_since(day: date, end: date) -> float:
    return (day - end).days / 7


def _run(day: date, km: float, row: int, rng: random.Random) -> Activity:
    minutes = round(km * rng.uniform(5.4, 6.1), 1)
    began = datetime.combine(day, time(9 if day.weekday() == 6 else 18, rng.randrange(60)))
    owned = [name for since, name in _SHOES if since <= day]
    # The last two are worn in turn; the light ones stay at home on long days.
    shoe = owned[-1] if len(owned) < 3 or (day.weekday() in (2, 4)) else owned[-2]
    return Activity(
        start=began,
        distance_km=km,
        moving_min=minutes,
        elapsed_min=minutes + rng.randrange(1, 6),
        ascent_m=float(rng.randrange(20, 160)),
        shoe=shoe,
        file=SAMPLE_FILE,
        row=row,
    )
