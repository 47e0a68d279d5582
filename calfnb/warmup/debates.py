"""The disputes of the articles as switches, and what each rule changes: the same request planned twice and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from calfnb.tables.loading_prevention import load_prevention
from calfnb.tables.records_prevention import PreventionTables
from calfnb.tables.records_warmup import Debate
from calfnb.warmup.plan import FiredRule, PlanDifference, WarmUpPlan, compare_plans
from calfnb.warmup.planner import plan_warm_up
from calfnb.warmup.request import WarmUpRequest, read_request

__all__ = ["DebateSide", "DebateView", "RuleEffect", "debates", "what_each_rule_changes"]

_COMPARED = ("adjust", "surface")
_NEUTRAL = {"static_before": "none", "hold_s": "30", "cool_down": "usual"}


@dataclass(frozen=True, slots=True)
class DebateSide:
    """One side of a dispute with the plan that it makes, and what that plan has more or less."""

    row: Debate
    plan: WarmUpPlan
    difference: PlanDifference
    chosen: bool


@dataclass(frozen=True, slots=True)
class DebateView:
    """A dispute with all its sides."""

    debate_id: str
    title: str
    sides: tuple[DebateSide, ...]


@dataclass(frozen=True, slots=True)
class RuleEffect:
    """What one rule of a plan changes: ``difference`` is the plan with it against the plan without it."""

    rule: FiredRule
    difference: PlanDifference


def debates(
    request: WarmUpRequest | Mapping[str, object], tables: PreventionTables | None = None
) -> tuple[DebateView, ...]:
    """Return every dispute; each side is planned for this request and compared with the neutral plan.

    The neutral plan has no stretch before the run, 30 s holds and the usual cool-down. While the gate
    stops the plan there is nothing to compare, and the result is empty.

    Raises
    ------
    WarmUpError
        As `calfnb.warmup.planner.plan_warm_up` does.
    """
    tables = tables or load_prevention()
    if plan_warm_up(request, tables).decision == "stop":
        return ()
    asked = request if isinstance(request, WarmUpRequest) else read_request(request, tables)
    neutral = replace(asked, static_before="none", hold_s=None, cool_down="usual")
    base = plan_warm_up(neutral, tables)
    views: dict[str, list[DebateSide]] = {}
    for row in tables.debates:
        plan = plan_warm_up(neutral.with_wish(row.key, row.value), tables)
        side = DebateSide(row, plan, compare_plans(base, plan), chosen=row.value == _wish(asked, row.key))
        views.setdefault(row.debate_id, []).append(side)
    return tuple(DebateView(name, sides[0].row.title, tuple(sides)) for name, sides in views.items())


def what_each_rule_changes(plan: WarmUpPlan, tables: PreventionTables | None = None) -> tuple[RuleEffect, ...]:
    """Return for each rule on minutes or ground what the plan would be without it; empty for a stopped plan."""
    tables = tables or load_prevention()
    if plan.request is None:
        return ()
    effects = []
    for rule in plan.rules:
        if rule.kind in _COMPARED:
            other = plan_warm_up(plan.request, tables, ignore=(rule.row_id,))
            effects.append(RuleEffect(rule, compare_plans(other, plan)))
    return tuple(effects)


def _wish(request: WarmUpRequest, key: str) -> str:
    value = getattr(request, key)
    return _NEUTRAL[key] if value is None else str(value)
