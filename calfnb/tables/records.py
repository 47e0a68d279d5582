"""The rows of the condition tables as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

__all__ = [
    "Background",
    "BodyZone",
    "Claim",
    "Condition",
    "Finding",
    "Level",
    "LEVELS",
    "Option",
    "Pretest",
    "Profile",
    "RedFlag",
    "Rule",
    "RuleBand",
    "RuleItem",
    "Setting",
    "Source",
    "Tables",
    "Threshold",
    "Tier",
]

Level = str
#: Triage levels from the least to the most urgent.
LEVELS: tuple[Level, ...] = ("self_care", "routine", "within_days", "same_day", "emergency_now")


@dataclass(frozen=True, slots=True)
class Source:
    """A publication, a page, one of the five articles, or the authors' own judgement."""

    source_id: str
    authors: str
    year: int | None
    title: str
    publisher: str
    locator: str
    address: str
    seen_level: str
    quality_note: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of the five articles that the kit was asked for from."""

    claim_id: str
    topic: str
    statement: str
    kind: str
    importance: str
    seeds: tuple[str, ...]
    places: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A cause of calf pain: one class of the model."""

    condition_id: str
    name: str
    short_name: str
    abbreviation: str
    synonyms: tuple[str, ...]
    icd10: str
    icd10_edition: str
    description: str
    tissue: str
    urgency: Level
    cant_miss: bool
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the patient is seen; it decides the pretest probabilities."""

    setting_id: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Pretest:
    """P(condition) before any answer, in one setting (0-1, with a plausible range)."""

    setting_id: str
    condition_id: str
    probability: float
    low: float
    high: float
    basis: str
    source_id: str
    note: str
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tier:
    """How costly a kind of finding is to obtain, and at which step of the interview it opens."""

    tier_id: str
    name: str
    order: int
    cost: float


@dataclass(frozen=True, slots=True)
class Option:
    """One of the exclusive answers to a question."""

    finding_id: str
    option_id: str
    label: str
    explanation: str
    claim_ids: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """A symptom, a sign or a test result, asked as one question.

    ``alarming`` lists the options that are alarming in themselves: an assessment of
    urgency never falls when such an option replaces another one or an unknown.
    ``asked_if`` is a logic expression ("" for always); where it is false the question is not asked.
    """

    finding_id: str
    step: str
    group: str
    tier: str
    kind: str
    question: str
    short_label: str
    hint: str
    how_to: str
    dependence_group: str
    in_screen: bool
    core: bool
    alarming: tuple[str, ...]
    asked_if: str
    options: tuple[Option, ...]
    claim_ids: tuple[str, ...]

    @cached_property
    def option_ids(self) -> tuple[str, ...]:
        return tuple(option.option_id for option in self.options)

    def option(self, option_id: str) -> Option:
        for candidate in self.options:
            if candidate.option_id == option_id:
                return candidate
        raise KeyError(option_id)


@dataclass(frozen=True, slots=True)
class Profile:
    """P(option | condition), 0-1, with a plausible range and where it comes from."""

    condition_id: str
    finding_id: str
    option_id: str
    probability: float
    low: float
    high: float
    basis: str
    source_id: str
    note: str
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Background:
    """P(option) in runners with calf pain whose condition has no profile for this finding."""

    finding_id: str
    option_id: str
    probability: float
    low: float
    high: float
    basis: str
    source_id: str
    note: str


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A rule over the answers that sets a triage level whatever the probabilities say."""

    flag_id: str
    name: str
    logic: str
    level: Level
    suspected: str
    action: str
    reason: str
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which probability of a condition its urgency counts, whatever leads the list.

    ``setting_id`` is "" for every setting. ``when`` is a logic expression that makes this row
    apply ("" for always); of the rows that apply the lowest threshold counts.
    """

    threshold_id: str
    condition_id: str
    setting_id: str
    when: str
    probability: float
    level: Level
    next_step: str
    reason: str
    basis: str
    source_id: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A published score of points."""

    rule_id: str
    name: str
    purpose: str
    basis: str
    source_id: str


@dataclass(frozen=True, slots=True)
class RuleItem:
    """One item of a score: its points count when its logic holds."""

    rule_id: str
    item_id: str
    label: str
    logic: str
    points: float


@dataclass(frozen=True, slots=True)
class RuleBand:
    """The reading of a score from ``at_least`` points on; ``level`` may be empty."""

    rule_id: str
    at_least: float
    band: str
    level: str
    action: str


@dataclass(frozen=True, slots=True)
class BodyZone:
    """A zone of the leg map; ``option_id`` is the answer to the finding ``main_zone``."""

    zone_id: str
    option_id: str
    views: tuple[str, ...]
    name: str
    structures: str
    claim_ids: tuple[str, ...]


@dataclass(frozen=True)
class Tables:
    """All condition tables of one folder, checked and linked.

    ``version`` is a short hash of the content: two folders with the same rows share it.
    """

    version: str
    sources: Mapping[str, Source]
    claims: Mapping[str, Claim]
    conditions: Mapping[str, Condition]
    settings: Mapping[str, Setting]
    pretest: tuple[Pretest, ...]
    tiers: Mapping[str, Tier]
    findings: Mapping[str, Finding]
    profiles: tuple[Profile, ...]
    background: tuple[Background, ...]
    red_flags: Mapping[str, RedFlag]
    thresholds: tuple[Threshold, ...]
    rules: Mapping[str, Rule]
    rule_items: tuple[RuleItem, ...]
    rule_bands: tuple[RuleBand, ...]
    body_zones: tuple[BodyZone, ...]
    messages: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def text(self, key: str, /, **values: object) -> str:
        """Return the interface sentence ``key`` with its places filled in.

        Raises
        ------
        KeyError
            If there is no sentence of that key.
        """
        return self.messages[key].format(**values)
