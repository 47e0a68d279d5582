"""The rows of the condition tables as frozen records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from calfnb.tables.logic import ALWAYS, Expression, parse

__all__ = [
    "LEVELS",
    "Background",
    "BodyZone",
    "Claim",
    "Condition",
    "Conflict",
    "Finding",
    "GlossaryEntry",
    "Level",
    "Limit",
    "Locality",
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
    "grouped",
]

Row = TypeVar("Row")
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
    basis: str = ""
    source_id: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the patient is seen; it decides the pretest probabilities."""

    setting_id: str
    name: str
    description: str
    basis: str = ""
    source_id: str = ""


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
    basis: str = ""
    source_id: str = ""


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
        """The ids of the options, in the order in which they are shown."""
        return tuple(option.option_id for option in self.options)

    def option(self, option_id: str) -> Option:
        """Return the option of that id; raises KeyError if the finding has none."""
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
    basis: str = ""
    source_id: str = ""


@dataclass(frozen=True, slots=True)
class RuleBand:
    """The reading of a score from ``at_least`` points on; ``level`` may be empty."""

    rule_id: str
    at_least: float
    band: str
    level: str
    action: str
    basis: str = ""
    source_id: str = ""


@dataclass(frozen=True, slots=True)
class BodyZone:
    """A zone of the leg map; ``option_id`` is the answer to the finding ``main_zone``."""

    zone_id: str
    option_id: str
    views: tuple[str, ...]
    name: str
    structures: str
    claim_ids: tuple[str, ...]
    basis: str = ""
    source_id: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two claims that contradict each other, and what the kit says instead."""

    conflict_id: str
    topic: str
    kind: str
    claim_a: str
    claim_b: str
    why: str
    kit_line: str
    basis: str
    source_id: str


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """A term in plain words."""

    term_id: str
    term: str
    meaning: str
    basis: str
    source_id: str
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Locality:
    """The emergency number of a region and the sentence that names it."""

    locality_id: str
    region: str
    emergency_number: str
    wording: str
    basis: str
    source_id: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A number that rules, planners and calculators use, in the unit of ``unit``."""

    limit_id: str
    value: float
    unit: str
    meaning: str
    basis: str
    source_id: str


@dataclass(frozen=True)
class Tables:
    """All condition tables of one folder, checked and linked.

    ``version`` is a short hash of the content that bears on reasoning and questions: two folders
    with the same rows in those tables share it. ``folder`` is where they were read from.
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
    glossary: Mapping[str, GlossaryEntry] = field(default_factory=lambda: MappingProxyType({}))
    conflicts: Mapping[str, Conflict] = field(default_factory=lambda: MappingProxyType({}))
    localities: Mapping[str, Locality] = field(default_factory=lambda: MappingProxyType({}))
    folder: Path | None = None

    def text(self, key: str, /, **values: object) -> str:
        """Return the interface sentence ``key`` with its places filled in.

        Raises
        ------
        KeyError
            If there is no sentence of that key.
        """
        return self.messages[key].format(**values)

    def profiles_of(self, condition_id: str) -> tuple[Profile, ...]:
        """Return the profiles of a condition, in the order of the table; empty if it has none."""
        return self._profiles_by_condition.get(condition_id, ())

    def profile(self, condition_id: str, finding_id: str, option_id: str) -> Profile | None:
        """Return the profile of one option in one condition, or None if the background stands for it."""
        return self._profile_index.get((condition_id, finding_id, option_id))

    def background_of(self, finding_id: str) -> tuple[Background, ...]:
        """Return the background rows of a finding; empty if it has none."""
        return self._background_by_finding.get(finding_id, ())

    def pretest_of(self, setting_id: str, condition_id: str) -> Pretest:
        """Return the pretest probability of a condition in a setting; raises KeyError if there is none."""
        return self._pretest_index[setting_id, condition_id]

    @cached_property
    def option_ids(self) -> Mapping[str, tuple[str, ...]]:
        """The option ids of every finding; what `calfnb.tables.logic.parse` takes as ``findings``."""
        return MappingProxyType({finding.finding_id: finding.option_ids for finding in self.findings.values()})

    def expression(self, text: str) -> Expression:
        """Return a logic text of the tables, parsed; an empty text always holds.

        Raises
        ------
        LogicError
            If it cannot be read. The texts of the tables themselves were checked when they were loaded.
        """
        known = self._expressions.get(text)
        return known or parse(text, findings=self.option_ids, rules=tuple(self.rules))

    @cached_property
    def _expressions(self) -> Mapping[str, Expression]:
        texts = dict.fromkeys(
            [
                *(finding.asked_if for finding in self.findings.values()),
                *(flag.logic for flag in self.red_flags.values()),
                *(threshold.when for threshold in self.thresholds),
                *(item.logic for item in self.rule_items),
            ]
        )
        rules = tuple(self.rules)
        parsed = {text: parse(text, findings=self.option_ids, rules=rules) for text in texts if text}
        return MappingProxyType({"": ALWAYS, **parsed})

    @cached_property
    def _profiles_by_condition(self) -> Mapping[str, tuple[Profile, ...]]:
        return grouped(self.profiles, lambda row: row.condition_id)

    @cached_property
    def _profile_index(self) -> Mapping[tuple[str, str, str], Profile]:
        return {(row.condition_id, row.finding_id, row.option_id): row for row in self.profiles}

    @cached_property
    def _background_by_finding(self) -> Mapping[str, tuple[Background, ...]]:
        return grouped(self.background, lambda row: row.finding_id)

    @cached_property
    def _pretest_index(self) -> Mapping[tuple[str, str], Pretest]:
        return {(row.setting_id, row.condition_id): row for row in self.pretest}


def grouped(rows: Iterable[Row], key: Callable[[Row], str]) -> Mapping[str, tuple[Row, ...]]:
    """Return rows by what ``key`` says of them, groups and rows in the order in which they come."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return MappingProxyType({name: tuple(members) for name, members in groups.items()})
