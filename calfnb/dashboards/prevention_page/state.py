"""The page of prevention as values: its state, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from calfnb.dashboards.paneled.safety import START, check_safety
from calfnb.dashboards.paneled.safety_state import SafePanelResult, SafePanelState
from calfnb.dashboards.prevention_page.factors import FactorsPart, FactorsState, check_factors_state, factors_part
from calfnb.dashboards.prevention_page.guides import GuidesPart, GuidesState, check_guides, guides_part
from calfnb.dashboards.prevention_page.library import PreventionLibrary
from calfnb.dashboards.prevention_page.log import LogPart, LogState, check_log, log_part
from calfnb.dashboards.prevention_page.plan import PlanPart, PlanState, check_plan, plan_part
from calfnb.dashboards.prevention_page.week import WeekPart, WeekState, check_week, week_part
from calfnb.store import Store

__all__ = ["PANELS", "PreventionResult", "PreventionState", "PreventionStore", "check", "evaluate"]

PANELS = (START, "factors", "week", "log", "plan", "guides")


@dataclass(frozen=True)
class PreventionState(SafePanelState):
    """Everything a person has said or set on the page of prevention; each panel keeps a part of its own."""

    factors: FactorsState = field(default_factory=FactorsState)
    week: WeekState = field(default_factory=WeekState)
    log: LogState = field(default_factory=LogState)
    plan: PlanState = field(default_factory=PlanState)
    guides: GuidesState = field(default_factory=GuidesState)


@dataclass(frozen=True)
class PreventionResult(SafePanelResult[PreventionState, PreventionLibrary]):
    """What follows from a state; the part of a panel is worked out when it is first asked for."""

    @cached_property
    def factors(self) -> FactorsPart:
        """What may contribute."""
        return factors_part(self.state.factors, self.library)

    @cached_property
    def week(self) -> WeekPart:
        """The programme of a week."""
        return week_part(self.state.week, self.factors, self.safety, self.state.today, self.library)

    @cached_property
    def log(self) -> LogPart:
        """What a training log shows."""
        return log_part(self.state.log, self.state.today, self.library)

    @cached_property
    def plan(self) -> PlanPart:
        """The next weeks."""
        return plan_part(self.state.plan, self.log, self.safety, self.state.today, self.library)

    @cached_property
    def guides(self) -> GuidesPart:
        """Shoes, form, ground, fluids, other sports."""
        return guides_part(self.state.guides, self.library)


PreventionStore = Store[PreventionState, PreventionResult]


def evaluate(state: PreventionState, library: PreventionLibrary) -> PreventionResult:
    """Work out what the shown panel needs. A pure function."""
    return PreventionResult(state, library).for_panel()


def check(state: PreventionState, library: PreventionLibrary) -> None:
    """Raise ValueError or KeyError for a state that names what there is not; it may have been made by hand."""
    check_safety(state.safety, library.prevention)
    check_factors_state(state.factors, library)
    check_week(state.week, library)
    check_log(state.log, library)
    check_plan(state.plan, library)
    check_guides(state.guides, library)
