"""The rows of the tables on contributing factors and prevention, and all tables of both lessons together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from calfnb.tables.logic import ALWAYS, Expression, parse
from calfnb.tables.records import Limit, Tables, grouped
from calfnb.tables.records_care import CareTables
from calfnb.tables.records_warmup import (
    MEASURED,
    Block,
    Debate,
    Exercise,
    ExerciseGate,
    PlanExample,
    PlanQuestion,
    PlanSign,
    SelfCheck,
    Session,
    Slot,
    WarmUpRule,
    signal_options,
)

__all__ = [
    "DAYS",
    "ContributingFactor",
    "PreventionAction",
    "PreventionGuide",
    "PreventionTables",
    "WeekProfile",
    "WeekRule",
]

#: The days of a week in their order.
DAYS: tuple[str, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class ContributingFactor:
    """What may contribute to calf pain: its question, how it would work, and whether that holds.

    ``effect`` is a published size and ``effect_outcome`` what it is about. None of them is a risk of
    calf pain in runners, and none is ever turned into one. A factor whose ``counts_options`` and
    limits are all empty is asked and explained but never counts. ``holds_back`` names what a programme
    keeps back while it counts and no clinician has looked: ``heavy`` work of the leg, ``massage`` of the calf.
    """

    factor_id: str
    order: int
    name: str
    category: str
    safety: bool
    kind: str
    question: str
    options: tuple[str, ...]
    labels: tuple[str, ...]
    counts_options: tuple[str, ...]
    unit: str
    minimum: float | None
    maximum: float | None
    counts_at_least: float | None
    counts_above: float | None
    counts_below: float | None
    threshold: str
    guard: str
    holds_back: tuple[str, ...]
    mechanism: str
    modifiable: str
    condition_ids: tuple[str, ...]
    effect: str
    effect_outcome: str
    strength: str
    seeds: tuple[str, ...]
    seeds_say: str
    seed_status: str
    holds: str
    note: str
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PreventionAction:
    """What may be done: dose, what speaks for and against it, harms, and how it is placed in a week.

    ``place`` is ``plan`` or ``gear`` for what has no day. ``load`` is the load on the calf.
    """

    action_id: str
    name: str
    kind: str
    how: str
    factor_ids: tuple[str, ...]
    exercise_ids: tuple[str, ...]
    dose: str
    place: str
    load: str
    per_week_min: int
    per_week_max: int
    minutes: int
    profile_ids: tuple[str, ...]
    first: int
    grade: str
    direction: str
    effect: str
    effect_outcome: str
    evidence_for: str
    evidence_against: str
    harms: str
    seeds: tuple[str, ...]
    seeds_say: str
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class PreventionGuide:
    """A topic of prevention: what the articles say, what is known, what to do."""

    guide_id: str
    order: int
    topic: str
    title: str
    articles_say: str
    evidence: str
    advice: str
    harms: str
    seeds: tuple[str, ...]
    factor_ids: tuple[str, ...]
    action_ids: tuple[str, ...]
    grade: str
    conflict_ids: tuple[str, ...]
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WeekProfile:
    """A kind of runner: the usual week and the core actions; each day is rest, easy, hard or long."""

    profile_id: str
    order: int
    name: str
    who: str
    monday: str
    tuesday: str
    wednesday: str
    thursday: str
    friday: str
    saturday: str
    sunday: str
    action_ids: tuple[str, ...]
    strength_min: int
    strength_max: int
    note: str
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]

    @property
    def week(self) -> dict[str, str]:
        """The usual kind of each day, Monday first."""
        return {day: getattr(self, day) for day in DAYS}


@dataclass(frozen=True, slots=True)
class WeekRule:
    """A rule on how extra work is placed among the runs; ``hard`` ones always hold."""

    rule_id: str
    order: int
    kind: str
    load: str
    hard: bool
    value: float
    action_id: str
    with_action_id: str
    profile_id: str
    sentence: str
    why: str
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]


@dataclass(frozen=True)
class PreventionTables:
    """The tables of the lessons on prevention and on warm-up, linked to those on causes and care.

    ``version`` is a short hash of their content.
    """

    version: str
    tables: Tables
    care: CareTables
    exercises: Mapping[str, Exercise]
    blocks: Mapping[str, Block]
    gates: Mapping[str, ExerciseGate]
    limits: Mapping[str, Limit]
    sessions: Mapping[str, Session]
    rules: tuple[WarmUpRule, ...]
    slots: tuple[Slot, ...]
    questions: Mapping[str, PlanQuestion]
    signs: Mapping[str, PlanSign]
    debates: tuple[Debate, ...]
    self_checks: Mapping[str, SelfCheck]
    examples: Mapping[str, PlanExample]
    factors: Mapping[str, ContributingFactor]
    actions: Mapping[str, PreventionAction]
    guides: Mapping[str, PreventionGuide]
    profiles: Mapping[str, WeekProfile]
    week_rules: tuple[WeekRule, ...]

    def limit(self, limit_id: str) -> float:
        """Return the value of a limit; raises KeyError if there is none of that name."""
        return self.limits[limit_id].value

    def slots_of(self, list_id: str) -> tuple[Slot, ...]:
        """Return a list of drills in its order; empty if there is none of that name."""
        return self._lists.get(list_id, ())

    def text(self, key: str, /, **values: object) -> str:
        """Return the interface sentence ``key`` with its places filled in."""
        return self.tables.text(key, **values)

    def expression(self, text: str) -> Expression:
        """Return a logic text over the signals, parsed once; an empty one always holds."""
        return self._expressions[text]

    def rules_of(self, *kinds: str) -> tuple[tuple[WarmUpRule, Expression], ...]:
        """Return the rules of some kinds in their order, each with its parsed condition."""
        key = kinds
        if key not in self._rules_by_kind:
            self._rules_by_kind[key] = tuple(
                (rule, self._expressions[rule.when]) for rule in self.rules if rule.kind in kinds
            )
        return self._rules_by_kind[key]

    @cached_property
    def signals(self) -> Mapping[str, tuple[str, ...]]:
        """Every signal that logic may name, with its options."""
        return signal_options(
            conditions=self.care.conditions or self.tables.conditions,
            care_groups=(row.care_group for row in self.care.conditions.values()),
            sessions=self.sessions,
            gates=tuple(self.gates),
        )

    @cached_property
    def _rules_by_kind(self) -> dict[tuple[str, ...], tuple[tuple[WarmUpRule, Expression], ...]]:
        return {}

    @cached_property
    def _expressions(self) -> Mapping[str, Expression]:
        texts = dict.fromkeys(
            [
                *(block.when for block in self.blocks.values()),
                *(rule.when for rule in self.rules),
                *(question.asked_if for question in self.questions.values()),
                *(check.not_if for check in self.self_checks.values()),
            ]
        )
        return MappingProxyType(
            {"": ALWAYS} | {text: parse(text, findings=self.signals, rules=MEASURED) for text in texts if text}
        )

    @cached_property
    def _lists(self) -> Mapping[str, tuple[Slot, ...]]:
        return grouped(sorted(self.slots, key=lambda slot: slot.order), lambda slot: slot.list_id)
