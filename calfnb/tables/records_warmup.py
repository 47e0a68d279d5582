"""The rows of the tables on exercises and warm-up as frozen records, and the signals that their logic names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from calfnb.tables.records import Level

__all__ = [
    "MEASURED",
    "PHASES",
    "SURFACES",
    "Block",
    "Debate",
    "Exercise",
    "ExerciseGate",
    "PlanExample",
    "PlanQuestion",
    "PlanSign",
    "SelfCheck",
    "Session",
    "Slot",
    "WarmUpRule",
    "signal_options",
]

#: The phases of a warm-up in their order.
PHASES: tuple[str, ...] = ("raise", "mobilise", "potentiate")
#: What a session can be run on.
SURFACES: tuple[str, ...] = ("road", "track", "treadmill", "grass", "trail", "sand")
#: Numbers that logic may compare, as ``rule:temp_c>=10``.
MEASURED: tuple[str, ...] = ("age", "temp_c", "time_min")

_YES_NO = ("yes", "no")
#: Signals of a request that every folder of tables knows; conditions, sessions and gates come from the tables.
_SIGNALS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "red_flag",
                "sudden_sharp",
                "urgent",
                "fresh_strain",
                "pain_over_limit",
                "early",
                "sit",
                "heat_warning",
                "under_18",
                "age_known",
                "blood_thinner",
                "surface_vein",
                "broken_skin",
                "unexplained_swelling",
                "numb_feet",
            ),
            _YES_NO,
        ),
        "pain_band": ("none", "mild", "moderate", "severe"),
        "history": ("none", "past_12m", "current_mild"),
        "kind": ("quality", "other"),
        "ladder": ("open", "clinician_first", "never_here"),
        "strain_ladder": ("none", "walk_jog", "easy", "finished"),
        "surface": SURFACES,
        "static_before": ("none", "short", "long"),
    }
)


def signal_options(
    *, conditions: Iterable[str], care_groups: Iterable[str], sessions: Iterable[str], gates: Collection[str]
) -> Mapping[str, tuple[str, ...]]:
    """Return every signal with its options; what `calfnb.tables.logic.parse` takes as ``findings``."""
    return MappingProxyType(
        {
            **_SIGNALS,
            "condition": ("none", *conditions),
            "care_group": ("none", *dict.fromkeys(care_groups)),
            "session": tuple(sessions),
            **dict.fromkeys(gates, _YES_NO),
        }
    )


@dataclass(frozen=True, slots=True)
class Exercise:
    """A drill, a strength exercise, a stretch or self-massage, with its dose.

    ``duration_min`` counts all sets, both sides where ``sides`` is ``each``, and the rests.
    ``block_ids`` name what keeps it back; ``slot`` is its phase in a warm-up or ``none``.
    """

    exercise_id: str
    name: str
    type: str
    purposes: tuple[str, ...]
    muscles: tuple[str, ...]
    sets: int
    reps: int | None
    seconds_per_rep: float | None
    hold_s: int | None
    time_s: int | None
    sides: str
    rest_s: int
    frequency: str
    dose: str
    duration_min: float
    rpe_0_10: int
    equipment: tuple[str, ...]
    steps: str
    cues: str
    block_ids: tuple[str, ...]
    caution: str
    easier: str
    easier_ids: tuple[str, ...]
    harder: str
    harder_ids: tuple[str, ...]
    slot: str
    figure: str
    why: str
    articles_say: str
    evidence: str
    grade: str
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]
    note: str

    @property
    def both_sides(self) -> bool:
        """Whether it is done on one side after the other."""
        return self.sides == "each"


@dataclass(frozen=True, slots=True)
class Block:
    """What keeps exercises back while ``when`` holds, and why."""

    block_id: str
    name: str
    when: str
    reason: str
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExerciseGate:
    """What must have been reached before an exercise; unknown counts as not reached.

    From rung ``from_stage`` of the walk-run ladder on it counts as reached; None means never by itself.
    """

    gate_id: str
    name: str
    question: str
    return_gate_id: str
    from_stage: int | None
    basis: str
    source_id: str


@dataclass(frozen=True, slots=True)
class Session:
    """What a warm-up is for: the minutes of its phases, and the least of each.

    ``plan_as`` is the session that is prepared instead when the time is too short, "" for none.
    """

    session_id: str
    name: str
    quality: bool
    raise_min: int
    mobilise_min: int
    potentiate_min: int
    raise_floor_min: int
    mobilise_floor_min: int
    potentiate_floor_min: int
    walk_only: bool
    plan_as: str
    cool_list: str
    what: str
    if_short: str
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]

    @property
    def minutes(self) -> tuple[int, int, int]:
        """Minutes of the three phases before anything is added or taken."""
        return self.raise_min, self.mobilise_min, self.potentiate_min

    @property
    def floors(self) -> tuple[int, int, int]:
        """The least minutes of the three phases."""
        return self.raise_floor_min, self.mobilise_floor_min, self.potentiate_floor_min


@dataclass(frozen=True, slots=True)
class WarmUpRule:
    """One row of the rules; several rows may belong to one ``rule_id``.

    ``kind`` says what the planner does with it; ``when`` is a logic text, empty where the planner
    decides by itself.
    """

    row_id: str
    rule_id: str
    order: int
    kind: str
    when: str
    raise_min: int
    mobilise_min: int
    potentiate_min: int
    session_to: str
    history_to: str
    mobilise_list: str
    level: Level
    sentence: str
    why: str
    grade: str
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """One drill of a list that fills a phase; ``minutes`` 0 takes what is left."""

    list_id: str
    order: int
    exercise_id: str
    minutes: int
    instead_ids: tuple[str, ...]
    optional: bool
    why: str
    without: str
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanQuestion:
    """One question of the form before a plan. A safety question has no default."""

    question_id: str
    order: int
    group: str
    safety: bool
    kind: str
    options: tuple[str, ...]
    labels: tuple[str, ...]
    unit: str
    default: str
    asked_if: str
    question: str
    why: str
    basis: str
    source_id: str


@dataclass(frozen=True, slots=True)
class PlanSign:
    """One warning sign of the first safety question, and the red flags that it stands for."""

    sign_id: str
    order: int
    sign: str
    flag_ids: tuple[str, ...]
    basis: str
    source_id: str


@dataclass(frozen=True, slots=True)
class Debate:
    """One side of a dispute, and the wish of a request that it sets."""

    debate_id: str
    side_id: str
    order: int
    title: str
    label: str
    held_by: tuple[str, ...]
    says: str
    evidence: str
    changes: str
    key: str
    value: str
    grade: str
    conflict_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanExample:
    """A session that a teacher starts from: answers to the questions of the form, each as ``question=answer``."""

    example_id: str
    order: int
    name: str
    answers: tuple[str, ...]
    note: str

    @property
    def given(self) -> dict[str, str]:
        """The answers by question, as they are typed or chosen."""
        return dict(answer.split("=", 1) for answer in self.answers)


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """A short test on oneself: when a side is low, when the sides differ, and which drills fit."""

    check_id: str
    order: int
    name: str
    kind: str
    how: str
    unit: str
    below: float | None
    difference_pct: float | None
    difference: float | None
    most: float | None
    exercise_ids: tuple[str, ...]
    factor_ids: tuple[str, ...]
    if_fine: str
    if_low: str
    if_unequal: str
    noise: str
    not_if: str
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
