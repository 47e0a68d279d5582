"""The rows of the tables on training load as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from calfnb.tables.records import Limit, Tables, grouped

__all__ = ["Band", "CrossTraining", "LoadLimit", "LoadRule", "LoadTables", "WalkJogRun", "Word", "plain_word"]

#: Numbers that differ by less are equal, so that a run of 3.3 km is a tenth more than one of 3 km.
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class LoadRule:
    """A rule on training load: what it compares, and what speaks for and against it.

    ``use`` is ``guide`` (may limit a plan), ``plan`` (shapes one), ``note`` or ``display_only``.
    """

    rule_id: str
    order: int
    name: str
    question: str
    formula: str
    use: str
    needs: str
    evidence_for: str
    evidence_against: str
    population: str
    grade: str
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """One band of a rule, from the end of the one before up to ``up_to``; None has no upper end.

    ``hazard_ratio`` with its interval is a published ratio of injury rates, any overuse injury;
    None in the reference and where none was published. 1 would mean no difference.
    """

    band_id: str
    rule_id: str
    band: str
    up_to: float | None
    up_to_included: bool
    unit: str
    tone: str
    value: float | None
    hazard_ratio: float | None
    hazard_low: float | None
    hazard_high: float | None
    words: str
    basis: str
    source_id: str

    def holds(self, value: float) -> bool:
        """Tell whether a value is not above this band; the first band of a rule that says so is the one."""
        if self.up_to is None:
            return True
        return value <= self.up_to + _TOLERANCE if self.up_to_included else value < self.up_to - _TOLERANCE


@dataclass(frozen=True, slots=True)
class LoadLimit(Limit):
    """A number of one of the load rules."""

    rule_id: str


@dataclass(frozen=True, slots=True)
class WalkJogRun:
    """One run of a beginner's plan; ``segments`` are repeated ``repeats`` times."""

    row_id: str
    plan_id: str
    week: int
    run: int
    repeats: int
    segments: str
    ends_running: bool
    run_min: float
    walk_min: float
    note: str
    basis: str
    source_id: str
    claim_ids: tuple[str, ...]

    @property
    def steps(self) -> tuple[tuple[str, float], ...]:
        """What is done in turn, each ``walk`` or ``run`` with its minutes."""
        once = [(kind, float(minutes)) for kind, minutes in (part.split(" ") for part in self.segments.split(", "))]
        steps = once * self.repeats
        return tuple(steps[:-1] if self.ends_running and steps[-1][0] == "walk" else steps)


@dataclass(frozen=True, slots=True)
class CrossTraining:
    """Another sport and the share of running's calf load that a minute of it has (0 to 2)."""

    activity_id: str
    name: str
    calf_share: float
    note: str
    basis: str
    source_id: str
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """How exports of training logs write something: a column, a sport, a month, a half of the day, a unit."""

    row_id: str
    kind: str
    meaning: str
    word: str


def plain_word(text: str) -> str:
    """Return a word of an export as it is looked up: no capitals, single blanks, no full stop at the end."""
    return " ".join(text.replace("\N{BYTE ORDER MARK}", "").casefold().split()).rstrip(".")


@dataclass(frozen=True)
class LoadTables:
    """The tables on training load of one folder, checked and linked to the condition tables."""

    version: str
    tables: Tables
    rules: Mapping[str, LoadRule]
    bands: tuple[Band, ...]
    limits: Mapping[str, LoadLimit]
    walk_jog: tuple[WalkJogRun, ...]
    cross_training: Mapping[str, CrossTraining]
    words: tuple[Word, ...]

    def limit(self, limit_id: str) -> float:
        """Return the value of a limit; raises KeyError if there is none of that name."""
        return self.limits[limit_id].value

    def bands_of(self, rule_id: str) -> tuple[Band, ...]:
        """Return the bands of a rule from the lowest to the highest."""
        return self._bands_by_rule.get(rule_id, ())

    def band_of(self, rule_id: str, value: float) -> Band:
        """Return the band of a rule that a value falls into; raises KeyError if the rule has no bands."""
        for band in self._bands_by_rule[rule_id]:
            if band.holds(value):
                return band
        return self._bands_by_rule[rule_id][-1]

    def meanings(self, kind: str) -> Mapping[str, str]:
        """Return what each word of a kind stands for, by the word as `plain_word` gives it."""
        return self._meanings[kind]

    @cached_property
    def ordered_rules(self) -> tuple[LoadRule, ...]:
        """The rules in the order in which they are shown: the best supported first."""
        return tuple(sorted(self.rules.values(), key=lambda rule: rule.order))

    @cached_property
    def _bands_by_rule(self) -> Mapping[str, tuple[Band, ...]]:
        return grouped(self.bands, lambda band: band.rule_id)

    @cached_property
    def _meanings(self) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, dict[str, str]] = {kind: {} for kind in ("column", "sport", "month", "half_day", "unit")}
        for word in self.words:
            found[word.kind][plain_word(word.word)] = word.meaning
        return MappingProxyType({kind: MappingProxyType(words) for kind, words in found.items()})
