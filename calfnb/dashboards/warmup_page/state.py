"""The page of warm-up as values: its state, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.dashboards.paneled.safety import START, SafetyPart, check_safety
from calfnb.dashboards.paneled.safety_state import SafePanelResult, SafePanelState
from calfnb.dashboards.warmup_page.body import with_body
from calfnb.dashboards.warmup_page.check import CheckPart, CheckState, check_check, check_part
from calfnb.dashboards.warmup_page.debate import DebatePart, DebateState, check_debate, debate_part
from calfnb.dashboards.warmup_page.drills import DrillsPart, DrillsState, check_drills, drills_part
from calfnb.dashboards.warmup_page.plan import PlanPart, PlanState, check_plan, plan_part
from calfnb.dashboards.warmup_page.player import PlayerPart, PlayerState, check_player, player_part
from calfnb.dashboards.warmup_page.today import TodayPart, TodayState, check_today, today_part
from calfnb.store import Store

__all__ = ["PANELS", "WarmUpResult", "WarmUpState", "WarmUpStore", "check", "evaluate"]

PANELS = (START, "plan", "player", "debate", "check", "drills", "day")


@dataclass(frozen=True)
class WarmUpState(SafePanelState):
    """Everything a person has said or set on the page of warm-up; each panel keeps a part of its own."""

    plan: PlanState = field(default_factory=PlanState)
    player: PlayerState = field(default_factory=PlayerState)
    debate: DebateState = field(default_factory=DebateState)
    check: CheckState = field(default_factory=CheckState)
    drills: DrillsState = field(default_factory=DrillsState)
    day: TodayState = field(default_factory=TodayState)


@dataclass(frozen=True)
class WarmUpResult(SafePanelResult[WarmUpState, PanelLibrary]):
    """What follows from a state; the part of a panel is worked out when it is first asked for."""

    @cached_property
    def safety(self) -> SafetyPart:
        """With the answers before massage and barefoot work, which are asked where they matter."""
        return with_body(self.first, self.state.plan, self.library)

    @cached_property
    def plan(self) -> PlanPart:
        """The warm-up of the session."""
        return plan_part(self.state.plan, self.first, self.library)

    @cached_property
    def player(self) -> PlayerPart:
        """What the player steps through."""
        return player_part(self.state.player, self.safety, self.plan, self.day, self.library)

    @cached_property
    def debate(self) -> DebatePart:
        """What the sides of a dispute change in that warm-up."""
        return debate_part(self.state.debate, self.plan, self.library)

    @cached_property
    def check(self) -> CheckPart:
        """What the self-check points to."""
        return check_part(self.state.check, self.safety, self.library)

    @cached_property
    def drills(self) -> DrillsPart:
        """The drills that the filters leave."""
        return drills_part(self.state.drills, self.state.plan.equipment, self.safety, self.library)

    @cached_property
    def day(self) -> TodayPart:
        """The routine of the day."""
        state = self.state
        return today_part(state.day, state.today, state.plan.equipment, self.safety, self.check, self.library)


WarmUpStore = Store[WarmUpState, WarmUpResult]


def evaluate(state: WarmUpState, library: PanelLibrary) -> WarmUpResult:
    """Work out what the shown panel needs. A pure function."""
    return WarmUpResult(state, library).for_panel()


def check(state: WarmUpState, library: PanelLibrary) -> None:
    """Raise ValueError or KeyError for a state that names what there is not; it may have been made by hand."""
    check_safety(state.safety, library.prevention)
    check_plan(state.plan, library)
    check_player(state.player)
    check_debate(state.debate, library)
    check_check(state.check, library)
    check_drills(state.drills, library)
    check_today(state.day, library)
