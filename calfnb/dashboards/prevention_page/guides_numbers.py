"""The small calculators among the guides: drinking by duration and heat, the age of a shoe, minutes of other sport.

Every number stands in the tables; where they have none there is plain advice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from calfnb.dashboards.prevention_page.library import PreventionLibrary
from calfnb.dashboards.typed_numbers import NOT_A_NUMBER, number_of
from calfnb.load.body import body_mass_loss, drink_before, sweat_rate
from calfnb.load.rules import shoe_age
from calfnb.tables.records_warmup import WarmUpRule

__all__ = ["FIELDS", "Answer", "answers_of", "read_numbers"]

#: Fields of the calculator of a topic.
FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "fluids": ("minutes", "temp_c", "body_kg", "after_kg", "drunk_l"),
        "shoes": ("shoe_km",),
        "other_sport": ("sport_min",),
    }
)
#: Least and most that can be; temperatures have theirs in the tables.
_RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "minutes": (1, 1440),
        "body_kg": (20, 400),
        "after_kg": (20, 400),
        "drunk_l": (0, 50),
        "shoe_km": (0, 20_000),
        "sport_min": (0, 1440),
    }
)
#: Rows of the warm-up rules that speak of heat.
_HEAT_ROWS = ("wr25", "wr09a")
_WATER = "water"


@dataclass(frozen=True, slots=True)
class Answer:
    """A sentence of a calculator with what it rests on; ``tone`` is calm, watch or high."""

    words: str
    basis: str
    source_id: str
    tone: str = "calm"


def read_numbers(written: Mapping[str, str], library: PreventionLibrary) -> tuple[dict[str, float], dict[str, str]]:
    """Return the typed numbers that can be used, and a sentence for each that cannot."""
    tables = library.prevention
    numbers: dict[str, float] = {}
    problems: dict[str, str] = {}
    ranges = {**_RANGES, "temp_c": (tables.limit("coldest_c"), tables.limit("hottest_c"))}
    for name, text in written.items():
        if not text:
            continue
        number = number_of(text)
        low, high = ranges[name]
        if isinstance(number, str):
            problems[name] = tables.text(NOT_A_NUMBER, value=text)
        elif not low <= number <= high:
            problems[name] = tables.text("dash4.plan.problem.range", value=text, low=f"{low:g}", high=f"{high:g}")
        else:
            numbers[name] = float(number)
    return numbers, problems


def answers_of(topic: str, numbers: Mapping[str, float], library: PreventionLibrary) -> tuple[Answer, ...]:
    """Return what follows from the numbers of a topic; nothing is said of what was not typed."""
    if topic == "fluids":
        return (*_on_the_way(numbers, library), *_before_and_after(numbers, library), *_danger(library))
    if topic == "shoes" and "shoe_km" in numbers:
        row = shoe_age(library.load, numbers["shoe_km"]).row
        return (Answer(row.words, row.basis, row.source_id, row.tone),) if row else ()
    return ()


def _on_the_way(numbers: Mapping[str, float], library: PreventionLibrary) -> list[Answer]:
    """By duration and heat."""
    load, found = library.load, list[Answer]()
    if "minutes" in numbers:
        limit = load.limits["sodium_after_min"]
        long_run = numbers["minutes"] > limit.value
        words = library.tables.text(f"dash4.guides.{'long' if long_run else 'short'}", minutes=f"{limit.value:g}")
        found.append(Answer(words, limit.basis, limit.source_id, "watch" if long_run else "calm"))
    if "temp_c" in numbers:
        hot = [rule for rule in _heat_rules(library) if _holds(rule, numbers["temp_c"], library)]
        found += [Answer(rule.sentence, rule.basis, rule.source_id, "watch") for rule in hot]
        if not hot:
            found.append(Answer(library.tables.text("dash4.guides.not_hot"), "judgement", "judgement"))
    return found


def _heat_rules(library: PreventionLibrary) -> list[WarmUpRule]:
    rows = {rule.row_id: rule for rule in library.prevention.rules}
    return [rows[name] for name in _HEAT_ROWS if name in rows]


def _holds(rule: WarmUpRule, temp_c: float, library: PreventionLibrary) -> bool:
    return library.prevention.expression(rule.when).holds({}, {"temp_c": temp_c})


def _before_and_after(numbers: Mapping[str, float], library: PreventionLibrary) -> list[Answer]:
    """What to drink before, what was lost, and how much was sweated an hour."""
    if "body_kg" not in numbers:
        return []
    load, text, before = library.load, library.tables.text, numbers["body_kg"]
    low, high = drink_before(load, before)
    limit = load.limits["drink_before_low_ml_kg"]
    words = text("dash4.guides.before", low=f"{low:.0f}", high=f"{high:.0f}", kg=f"{before:g}")
    found = [Answer(words, limit.basis, limit.source_id)]
    if "after_kg" not in numbers:
        return found
    loss, rule = body_mass_loss(load, before, numbers["after_kg"]), load.rules["LR13"]
    if loss.loss_pct < 0:
        return [*found, Answer(text("dash4.guides.gain"), rule.basis, rule.source_id, "high")]
    band = load.band_of("LR13", loss.loss_pct)
    lost = text("dash4.guides.lost", loss=f"{loss.loss_pct:.1f}", words=band.words)
    found.append(Answer(lost, band.basis, band.source_id, band.tone))
    if "minutes" in numbers and "drunk_l" in numbers:
        rate = sweat_rate(before, numbers["after_kg"], drink_l=numbers["drunk_l"], hours=numbers["minutes"] / 60)
        if rate >= 0:
            found.append(Answer(text("dash4.guides.rate", rate=f"{rate:.1f}"), rule.basis, rule.source_id))
    return found


def _danger(library: PreventionLibrary) -> list[Answer]:
    """Too much water is the danger that can kill; it is said whatever was typed."""
    row = library.prevention.guides.get(_WATER)
    if row is None or not row.harms:
        return []
    return [Answer(row.harms, row.basis, row.source_id, "high")]
