"""What the player steps through: the warm-up of the plan, its cool-down, or the routine of the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.dashboards.paneled.safety import SafetyPart
from calfnb.dashboards.warmup_page.plan import PlanPart
from calfnb.dashboards.warmup_page.today import TodayPart
from calfnb.markup.player import plan_entries, routine_entries

__all__ = ["PLAYS", "PlayerPart", "PlayerState", "check_player", "player_part"]

#: What can be played: the warm-up, its cool-down, the routine of the day.
PLAYS = ("plan", "after", "day")


@dataclass(frozen=True)
class PlayerState:
    """What is chosen to be played; where it is at, only the browser knows."""

    plays: str = PLAYS[0]


@dataclass(frozen=True)
class PlayerPart:
    """What the player gets.

    ``program`` is for `calfnb.widgets.step_player.StepPlayer`: without steps there is nothing to play. ``missing``
    is the panel that makes what was chosen, "" when it is there.
    """

    safety: SafetyPart
    plays: str
    program: Mapping[str, Any]
    missing: str


def player_part(
    state: PlayerState, safety: SafetyPart, plan: PlanPart, day: TodayPart, library: PanelLibrary
) -> PlayerPart:
    """Put together what is played. Nothing is played before the safety questions pass.

    Parameters
    ----------
    plan, day
        Where the warm-up and the routine come from.
    """
    tables = library.prevention
    title, steps, made_by = "", [], ""
    if state.plays == "day":
        routine = day.routine
        if routine is not None and routine.steps:
            title = tables.text("warmup.routine.title", day=routine.day.isoformat())
            steps = routine_entries(routine, tables)
        made_by = "day"
    else:
        made = plan.plan
        if made is not None:
            after = state.plays == "after"
            session = tables.sessions[made.session].name
            title = tables.text("dash5.player.after" if after else "dash5.player.before", session=session)
            steps = plan_entries(made.cool_down if after else made.steps, tables)
        made_by = "plan"
    if not safety.passed:
        steps = []
    program = {"title": title, "safety": _mark(safety), "steps": steps}
    return PlayerPart(safety, state.plays, program, "" if steps else made_by)


def _mark(safety: SafetyPart) -> str:
    """Return a short text that differs when the answers differ, and tells none of them."""
    return blake2b(repr(safety.safety).encode("utf-8"), digest_size=6).hexdigest()


def check_player(state: PlayerState) -> None:
    """Raise ValueError for something that cannot be played."""
    if state.plays not in PLAYS:
        raise ValueError(f"The player plays no {state.plays!r}.")
