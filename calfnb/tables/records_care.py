"""The rows of the tables on care, recovery, return to running and anatomy as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from calfnb.tables.logic import ALWAYS, Expression, parse
from calfnb.tables.records import Level, Limit, Tables

__all__ = [
    "PHASES",
    "RETURN_SIGNALS",
    "AnatomyPart",
    "CareAction",
    "CareCondition",
    "CareTables",
    "CareTool",
    "GaitPhase",
    "HeelRaiseNorm",
    "Medicine",
    "Professional",
    "Question",
    "Recovery",
    "ReturnGate",
    "ReturnRule",
    "ReturnStage",
    "TissueLoad",
]

#: Phases of care in their order; ``any`` stands for all of them.
PHASES: tuple[str, ...] = ("first_72_hours", "early", "rehab", "return")

_YES_NO = ("yes", "no")
#: What a rule of the return log may ask about a session; each is answered yes, no or not at all.
RETURN_SIGNALS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    dict.fromkeys(
        (
            "red_flag",
            "sharp",
            "limp",
            "missing",
            "bone",
            "painful",
            "over_limit",
            "above_good",
            "morning_worse",
            "morning_worse_by_2",
            "not_settled",
            "setback_before",
            "review_open",
            "too_soon",
            "ahead",
            "rising",
        ),
        _YES_NO,
    )
)


@dataclass(frozen=True, slots=True)
class CareAction:
    """One thing to do, to leave, to expect as treatment or test, or to come back with.

    ``condition_ids`` is empty for every condition. ``exercise`` marks exercise, stretching, massage
    and running: it is held back while the case is urgent. ``while_waiting`` marks first aid that
    helps until help is there. ``level`` and ``finding_ids`` are set on ``escalate`` rows only.
    """

    action_id: str
    condition_ids: tuple[str, ...]
    phase: str
    kind: str
    exercise: bool
    while_waiting: bool
    action: str
    why: str
    how_long: str
    articles_say: str
    newer_view: str
    caution: str
    who: tuple[str, ...]
    level: Level
    finding_ids: tuple[str, ...]
    grade: str
    conflict_ids: tuple[str, ...]
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]

    def concerns(self, condition_id: str) -> bool:
        """Tell whether the row is about every condition or about this one."""
        return not self.condition_ids or condition_id in self.condition_ids


@dataclass(frozen=True, slots=True)
class CareCondition:
    """What care of one condition rests on.

    ``pain_limit_0_10`` is the pain allowed during a return run, None where nobody runs by this page.
    ``ladder`` is ``open`` (by the gates), ``clinician_first`` or ``never_here``.
    """

    condition_id: str
    care_group: str
    summary: str
    pain_limit_0_10: float | None
    bone: bool
    ladder: str
    ladder_note: str
    review_after_days: int
    review_why: str
    who: tuple[str, ...]
    expect: str
    surgery: str
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recovery:
    """How long something took, in days, or why no number is given.

    ``milestone_type`` is ``recovery``, ``programme`` or ``advice``; only the first belongs in a
    timeline. ``statistic_type`` says what ``value_days`` is. ``display`` is ``days``,
    ``doctor_decides`` or ``not_known``; the last two never carry a number.
    """

    recovery_id: str
    condition_ids: tuple[str, ...]
    grade: str
    milestone: str
    milestone_type: str
    display: str
    min_days: float | None
    value_days: float | None
    max_days: float | None
    statistic_type: str
    open_ended: bool
    words: str
    population: str
    note: str
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReturnStage:
    """One rung of the walk-run ladder; stage 0 is walking only."""

    stage: int
    name: str
    walk_min: float
    jog_min: float
    repeats: int
    total_min: float
    extra: str
    entry_gate: str
    good_sessions: int
    rest_hours: int
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReturnGate:
    """One test of a gate: ``start`` before stage 1, ``speed`` before the first strides, ``hills`` before the last."""

    gate_id: str
    gate: str
    kind: str
    name: str
    how: str
    pass_text: str
    bone_pass_text: str
    max_asymmetry_pct: float | None
    highest_gate: int | None
    caution: str
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeelRaiseNorm:
    """The usual number of single-leg heel raises, and the number that opens the gate."""

    norm_id: str
    sex: str
    age_from: int
    age_to: int
    norm_raises: float
    gate_raises: int
    basis: str
    source_id: str
    note: str


@dataclass(frozen=True, slots=True)
class ReturnRule:
    """A row of the decision table of the return log: the first whose ``when`` holds decides.

    ``when`` is a logic text over `RETURN_SIGNALS`; an empty one always holds. ``to_stage`` or
    ``stages_back`` say where the log goes; ``rest_hours`` is None where a clinician decides.
    """

    row_id: str
    order: int
    rule_id: str
    name: str
    when: str
    decision: str
    next_step: str
    stages_back: int | None
    to_stage: int | None
    rest_hours: int | None
    good_sessions: str
    setback: bool
    review: bool
    action: str
    why: str
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Professional:
    """Somebody who helps with calf pain: with what, when, and what the first visit is like."""

    professional_id: str
    name: str
    helps_with: str
    see_when: str
    first_visit: str
    limits: str
    basis: str
    source_id: str
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CareTool:
    """A way of self-care with its steps, and what must be true first. ``never_with`` always blocks it."""

    tool_id: str
    name: str
    exercise: bool
    steps: str
    how_long: str
    first_make_sure: str
    never_with: tuple[str, ...]
    articles_say: str
    newer_view: str
    conflict_ids: tuple[str, ...]
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Medicine:
    """A drug by its name, never with a dose; who to ask, and who must ask first."""

    medicine_id: str
    name: str
    articles_say: str
    newer_view: str
    ask_first: str
    who: tuple[str, ...]
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A reader's plain question and its short answer. ``exercise`` answers are held back while urgent."""

    question_id: str
    topic: str
    question: str
    other_words: tuple[str, ...]
    answer: str
    exercise: bool
    see: str
    conflict_ids: tuple[str, ...]
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnatomyPart:
    """One structure of the leg: what it does in the stride and what hurts there.

    ``layer`` is the layer of the drawing that shows it; ``shapes`` are the ids of its shapes there.
    """

    part_id: str
    layer: str
    name: str
    from_to: str
    work: str
    stride: str
    hurts: str
    condition_ids: tuple[str, ...]
    zone_ids: tuple[str, ...]
    views: tuple[str, ...]
    nerve: str
    note: str
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GaitPhase:
    """One phase of the running step: what the calf does and what hurts in it."""

    phase_id: str
    order: int
    name: str
    calf_work: str
    hurts_here: str
    part_ids: tuple[str, ...]
    basis: str
    source_id: str
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TissueLoad:
    """A measured or modelled load, in its unit, with the method: never to be mixed across methods."""

    load_id: str
    part_id: str
    activity: str
    low: float
    high: float
    unit: str
    method: str
    basis: str
    source_id: str
    claim_ids: tuple[str, ...]


@dataclass(frozen=True)
class CareTables:
    """The tables on care of one folder, checked and linked to the condition tables.

    ``version`` is a short hash of the content of the care tables; ``tables`` are the condition
    tables they were checked against.
    """

    version: str
    tables: Tables
    actions: Mapping[str, CareAction]
    conditions: Mapping[str, CareCondition]
    recovery: Mapping[str, Recovery]
    stages: tuple[ReturnStage, ...]
    gates: Mapping[str, ReturnGate]
    heel_raise_norms: tuple[HeelRaiseNorm, ...]
    rules: tuple[ReturnRule, ...]
    limits: Mapping[str, Limit]
    professionals: Mapping[str, Professional]
    tools: Mapping[str, CareTool]
    medicines: Mapping[str, Medicine]
    questions: Mapping[str, Question]
    anatomy: Mapping[str, AnatomyPart]
    gait: tuple[GaitPhase, ...]
    loads: Mapping[str, TissueLoad]

    def limit(self, limit_id: str) -> float:
        """Return the value of a limit; raises KeyError if there is none of that name."""
        return self.limits[limit_id].value

    @cached_property
    def rule_expressions(self) -> tuple[tuple[ReturnRule, Expression], ...]:
        """The rules of the log in their order, each with its parsed condition."""
        return tuple(
            (rule, parse(rule.when, findings=RETURN_SIGNALS) if rule.when else ALWAYS)
            for rule in sorted(self.rules, key=lambda rule: rule.order)
        )
