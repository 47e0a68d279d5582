"""Numbers, ids and levels in words; no markup and no reasoning."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from calfnb.reasoning.results import NaturalFrequency
from calfnb.tables.records import Level, Profile, Source, Tables

__all__ = [
    "answer_words",
    "author_year",
    "band_words",
    "basis_words",
    "capitalised",
    "condition_name",
    "count_of_hundred",
    "finding_words",
    "frequency_words",
    "given_words",
    "level_words",
    "list_words",
    "odds_words",
    "profiles_of",
    "round_to_sum",
    "share_words",
    "short_name",
]


def capitalised(text: str) -> str:
    """Write the first letter large and leave the rest."""
    return text[:1].upper() + text[1:]


def condition_name(condition_id: str, tables: Tables) -> str:
    """Name of a condition; free text that is no id is returned as it is."""
    condition = tables.conditions.get(condition_id)
    return condition.name if condition else condition_id.replace("_", " ")


def short_name(condition_id: str, tables: Tables) -> str:
    """Short name of a condition for narrow places."""
    condition = tables.conditions.get(condition_id)
    return (condition.short_name or condition.name) if condition else condition_id.replace("_", " ")


def level_words(level: Level, tables: Tables) -> str:
    """Name of a triage level, e.g. "Same day"."""
    return tables.text(f"markup.level.{level}")


def band_words(band: str, tables: Tables) -> str:
    """Word for a band of the ranking, e.g. "cannot exclude"."""
    return tables.text(f"markup.band.{band}")


def basis_words(basis: str, tables: Tables) -> str:
    """What a number rests on, in words."""
    key = f"markup.basis.{basis}"
    return tables.text(key) if key in tables.messages else basis.replace("_", " ")


def frequency_words(frequency: NaturalFrequency, tables: Tables) -> str:
    """Natural frequency as a sentence; it never says none of all and never all of all."""
    low, high, out_of = frequency.low, frequency.high, frequency.out_of
    if frequency.fewer_than or frequency.about < 1:
        about = tables.text("markup.frequency.fewer", out_of=out_of)
    elif frequency.about >= out_of:
        about = tables.text("markup.frequency.nearly_all", count=out_of - 1, out_of=out_of)
    else:
        about = tables.text("markup.frequency.about", count=frequency.about, out_of=out_of)
    if low < 1 and high >= out_of:
        plausibly = tables.text("markup.frequency.anything")
    elif low < 1:
        plausibly = tables.text("markup.frequency.up_to", high=max(high, 1))
    elif high >= out_of:
        plausibly = tables.text("markup.frequency.or_more", low=min(low, out_of - 1))
    elif low == high:
        plausibly = tables.text("markup.frequency.close", count=low)
    else:
        plausibly = tables.text("markup.frequency.between", low=low, high=high)
    return tables.text("markup.frequency.sentence", about=about, plausibly=plausibly)


def count_of_hundred(probability: float) -> int:
    """Whole number of 100 for a probability (0-1), kept between 1 and 99."""
    return min(99, max(1, round(100 * probability)))


def share_words(share: float, tables: Tables, *, key: str) -> str:
    """Write a share (0-1) as "83 of 100"; below 1 and above 99 it says so instead of none or all."""
    if share < 0.005:
        count = tables.text("markup.share.fewer")
    elif share > 0.995:
        count = tables.text("markup.share.more")
    else:
        count = tables.text("markup.share.count", count=count_of_hundred(share))
    return tables.text(key, count=count)


def odds_words(log_odds: float, tables: Tables) -> str:
    """Say what a contribution does to the odds, e.g. "odds about 3 times higher"."""
    factor = math.exp(min(abs(log_odds), 12.0))
    if factor < 1.15:
        return tables.text("markup.odds.hardly")
    direction = "higher" if log_odds > 0 else "lower"
    if factor < 1.75:
        return tables.text(f"markup.odds.somewhat_{direction}")
    if factor > 100:
        return tables.text(f"markup.odds.far_{direction}")
    return tables.text(f"markup.odds.{direction}", factor=round(factor))


def finding_words(finding_id: str, tables: Tables) -> str:
    """Short label of a finding; free text that is no id is returned as it is."""
    finding = tables.findings.get(finding_id)
    return (finding.short_label or finding.question) if finding else finding_id.replace("_", " ")


def question_words(finding_id: str, tables: Tables) -> str:
    """Return the question behind a finding."""
    finding = tables.findings.get(finding_id)
    return finding.question if finding else finding_words(finding_id, tables)


#: Labels that say yes or no; others, such as "Female", are said themselves.
_PLAIN = re.compile(r"(yes|no|none)\b", re.IGNORECASE)


def answer_words(finding_id: str, option_id: str, tables: Tables) -> str:
    """One answer in words: "short label: option", and for a plain yes or no "short label" or "no short label"."""
    finding = tables.findings.get(finding_id)
    if finding is None:
        return finding_words(finding_id, tables)
    label = finding_words(finding_id, tables)
    known = {option.option_id: option.label for option in finding.options}
    if finding.kind == "yes_no" and _PLAIN.match(known.get(option_id, option_id)):
        return tables.text(f"markup.answer.{option_id}", finding=label)
    return tables.text("markup.answer.choice", finding=label, option=known.get(option_id, option_id))


def given_words(name: str, answers: Mapping[str, str], tables: Tables) -> str:
    """Words for an entry of ``because`` or ``unexplained``: a finding id or ``finding=option``."""
    finding_id, _, option_id = name.partition("=")
    option_id = option_id or answers.get(finding_id, "")
    return answer_words(finding_id, option_id, tables) if option_id else finding_words(finding_id, tables)


def list_words(items: Sequence[str], tables: Tables) -> str:
    """Write "a", "a and b" or "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return tables.text("markup.list.last", head=", ".join(items[:-1]), last=items[-1])


def author_year(source: Source) -> str:
    """Write who and when: "Dixon 2009"."""
    first = source.authors.split(";")[0].strip() or source.publisher or source.source_id
    return f"{first} {source.year}" if source.year else first


def round_to_sum(values: Sequence[float], *, digits: int = 1) -> list[float]:
    """Round values so that their shown sum is the rounded sum (largest remainders)."""
    scale: float = 10**digits
    target = round(sum(values) * scale)
    floors = [math.floor(value * scale) for value in values]
    order = sorted(range(len(values)), key=lambda i: (floors[i] - values[i] * scale, i))
    for index in order[: target - sum(floors)]:
        floors[index] += 1
    return [floor / scale for floor in floors]


def profiles_of(condition_id: str, tables: Tables) -> dict[tuple[str, str], Profile]:
    """Return the profile rows of one condition by finding and option."""
    return {(row.finding_id, row.option_id): row for row in tables.profiles if row.condition_id == condition_id}
