"""A warm-up as a value: its timed steps, the rules that shaped it, and what is said with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calfnb.warmup.gate import Gate
from calfnb.warmup.request import WarmUpRequest

__all__ = ["FiredRule", "LeftOut", "PlanDifference", "Step", "WarmUpPlan", "compare_plans", "plan_to_dict"]


@dataclass(frozen=True, slots=True)
class Step:
    """One drill of a plan.

    ``start_min`` and ``end_min`` count from the start of the warm-up, or of the cool-down.
    ``count`` is the number of strides, else 1. ``side_s`` is the time of each side in seconds where
    both sides are done one after the other, else 0. ``instead_of`` is the drill whose place it took
    because something kept that one back, with the reason. ``next_id`` is the drill that would get its
    minutes if it were left out, "" for none.
    """

    phase: str
    exercise_id: str
    start_min: float
    end_min: float
    name: str
    dose: str
    why: str
    without: str
    count: int = 1
    side_s: int = 0
    optional: bool = False
    instead_of: str = ""
    instead_why: str = ""
    next_id: str = ""
    basis: str = "judgement"
    source_id: str = "judgement"

    @property
    def minutes(self) -> float:
        """How long it takes."""
        return self.end_min - self.start_min


@dataclass(frozen=True, slots=True)
class FiredRule:
    """A rule that shaped the plan, with what it added or took in each phase (minutes)."""

    rule_id: str
    row_id: str
    kind: str
    sentence: str
    why: str
    minutes: tuple[int, int, int]
    basis: str
    source_id: str
    more_source_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A drill of the list that is not in the plan, and what kept it back."""

    exercise_id: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class WarmUpPlan:
    """What to do before and after one session.

    ``decision`` is ``plan`` or ``stop``; on ``stop`` there are no steps and ``gate`` says why.
    ``session`` is what is prepared, ``requested`` what was asked for. ``phases`` has the minutes of
    the three phases, ``static_min`` those of a static stretch that was wished for. ``notes`` are
    pairs of an id and a sentence. ``left_out`` is kept out of the warm-up, ``cool_left_out`` out of the cool-down.
    ``time_note`` is set when the plan does not fill the time given.
    """

    decision: str
    session: str
    requested: str
    phases: tuple[int, int, int]
    steps: tuple[Step, ...]
    cool_down: tuple[Step, ...]
    rules: tuple[FiredRule, ...]
    gate: Gate
    request: WarmUpRequest | None = None
    static_min: int = 0
    notes: tuple[tuple[str, str], ...] = ()
    advice: tuple[FiredRule, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    cool_left_out: tuple[LeftOut, ...] = ()
    time_note: str = ""
    tables_version: str = ""

    @property
    def total_min(self) -> float:
        """Minutes of the warm-up."""
        return self.steps[-1].end_min if self.steps else 0

    @property
    def cool_down_min(self) -> float:
        """Minutes of the cool-down, what is optional included."""
        return self.cool_down[-1].end_min if self.cool_down else 0

    @property
    def rule_ids(self) -> tuple[str, ...]:
        """The rules that fired, each once, changes of the session first."""
        return tuple(dict.fromkeys(rule.rule_id for rule in self.rules))


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """What one plan has and the other has not; names of drills, and minutes by phase."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    minutes: tuple[int, int, int]
    total_min: float
    cool_down_min: float

    @property
    def nothing(self) -> bool:
        """Whether both plans are the same in drills and minutes."""
        return not (self.added or self.removed or any(self.minutes) or self.total_min or self.cool_down_min)


def compare_plans(before: WarmUpPlan, after: WarmUpPlan) -> PlanDifference:
    """Return what ``after`` has more or less than ``before``: drills of both parts, and minutes."""
    one, other = _drills(before), _drills(after)
    first, second, third = (b - a for a, b in zip(before.phases, after.phases, strict=True))
    return PlanDifference(
        added=tuple(name for key, name in other.items() if key not in one),
        removed=tuple(name for key, name in one.items() if key not in other),
        minutes=(first, second, third),
        total_min=after.total_min - before.total_min,
        cool_down_min=after.cool_down_min - before.cool_down_min,
    )


def _drills(plan: WarmUpPlan) -> dict[tuple[str, str], str]:
    return {(step.phase, step.exercise_id): step.name for step in (*plan.steps, *plan.cool_down)}


def plan_to_dict(plan: WarmUpPlan) -> dict[str, Any]:
    """Return the JSON of ``calfnb warm-up --json``."""
    phases: dict[str, int] = dict(zip(("raise", "mobilise", "potentiate"), plan.phases, strict=True))
    if plan.static_min:
        phases["static"] = plan.static_min
    result: dict[str, Any] = {
        "decision": plan.decision,
        "session": plan.session,
        "phases": phases,
        "sequence": [_step(step) for step in plan.steps],
        "rule_ids": list(plan.rule_ids) if plan.decision == "plan" else [plan.gate.rule_id],
        "requested_session": plan.requested,
        "total_min": _plain(plan.total_min),
        "note": [name for name, _ in plan.notes],
        "messages": [sentence for _, sentence in plan.notes],
        "time_note": plan.time_note,
        "left_out": [{"exercise_id": row.exercise_id, "reason": row.reason} for row in plan.left_out],
        "cool_down": [_step(step) for step in plan.cool_down],
        "cool_down_left_out": [{"exercise_id": row.exercise_id, "reason": row.reason} for row in plan.cool_left_out],
        "tables_version": plan.tables_version,
    }
    if plan.decision == "stop":
        result |= {"stop": plan.gate.rule_id, "level": plan.gate.level, "reason": plan.gate.sentence}
        result["signs"] = [{"sign": sign.sign, "level": level} for sign, level in plan.gate.signs]
    return result


def _step(step: Step) -> dict[str, Any]:
    return {
        "exercise_id": step.exercise_id,
        "start_min": _plain(step.start_min),
        "end_min": _plain(step.end_min),
        "why": step.why,
        "phase": step.phase,
        "name": step.name,
        "dose": step.dose,
        "count": step.count,
        "side_s": step.side_s,
        "without": step.without,
        "optional": step.optional,
        "instead_of": step.instead_of,
    }


def _plain(value: float) -> float:
    return int(value) if value == int(value) else value
