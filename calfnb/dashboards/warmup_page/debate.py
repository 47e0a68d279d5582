"""The disputes on stretching: which side is looked at, and what it changes in the plan that there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.dashboards.warmup_page import plan as planning
from calfnb.dashboards.warmup_page.plan import PlanPart, PlanState
from calfnb.tables.records_prevention import PreventionTables
from calfnb.tables.records_warmup import Debate
from calfnb.warmup.plan import WarmUpPlan
from calfnb.warmup.planner import plan_warm_up

__all__ = ["DebatePart", "DebateState", "Dispute", "check_debate", "debate_part", "looked_at", "taken_into"]


@dataclass(frozen=True)
class DebateState:
    """The side of each dispute that was picked, by the dispute's id; of the others the plan's own side is shown."""

    sides: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Dispute:
    """A dispute with its sides, of which one is shown.

    ``taken`` is the side that the plan takes, None for neither of them. ``after`` is the plan with the shown side,
    None while there is no plan to change.
    """

    title: str
    sides: tuple[Debate, ...]
    shown: Debate
    taken: Debate | None
    after: WarmUpPlan | None


@dataclass(frozen=True)
class DebatePart:
    """The disputes, and the plan that they are about."""

    plan: PlanPart
    disputes: tuple[Dispute, ...]


def debate_part(state: DebateState, plan: PlanPart, library: PanelLibrary) -> DebatePart:
    """Plan the session again with the shown side of each dispute; evidence is there with and without a plan."""
    tables = library.prevention
    disputes = []
    for debate_id, sides in _by_dispute(tables).items():
        taken = next((row for row in sides if row.value == _wish(row.key, plan, tables)), None)
        picked = state.sides.get(debate_id)
        shown = next((row for row in sides if row.side_id == picked), taken or sides[0])
        after = None
        if plan.plan is not None and plan.request is not None:
            after = plan_warm_up(plan.request.with_wish(shown.key, shown.value), tables)
        disputes.append(Dispute(shown.title, sides, shown, taken, after))
    return DebatePart(plan, tuple(disputes))


def _by_dispute(tables: PreventionTables) -> dict[str, tuple[Debate, ...]]:
    found: dict[str, tuple[Debate, ...]] = {}
    for row in sorted(tables.debates, key=lambda row: row.order):
        found[row.debate_id] = (*found.get(row.debate_id, ()), row)
    return found


def _wish(key: str, plan: PlanPart, tables: PreventionTables) -> str:
    """Return what the plan takes, or would take: the default of the question."""
    value = getattr(plan.request, key) if plan.request is not None else None
    return tables.questions[key].default if value is None else str(value)


def looked_at(state: DebateState, side_id: str, tables: PreventionTables) -> DebateState:
    """Return the state with another side of a dispute shown.

    Raises
    ------
    ValueError
        If there is no such side.
    """
    row = _side(side_id, tables)
    return replace(state, sides=MappingProxyType({**state.sides, row.debate_id: side_id}))


def taken_into(plan: PlanState, side_id: str, tables: PreventionTables) -> PlanState:
    """Return the answers of the plan with the wish of a side.

    Raises
    ------
    ValueError
        If there is no such side.
    """
    row = _side(side_id, tables)
    return replace(planning.with_answer(plan, row.key, row.value, tables), unfolded=plan.unfolded)


def _side(side_id: str, tables: PreventionTables) -> Debate:
    for row in tables.debates:
        if row.side_id == side_id:
            return row
    raise ValueError(f"There is no side {side_id!r}.")


def check_debate(state: DebateState, library: PanelLibrary) -> None:
    """Raise ValueError if a state names a dispute or a side that there is not."""
    known = {(row.debate_id, row.side_id) for row in library.prevention.debates}
    if not set(state.sides.items()) <= known:
        raise ValueError("There is no such side.")
