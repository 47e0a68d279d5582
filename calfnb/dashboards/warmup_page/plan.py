"""Plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calfnb.dashboards.paneled.library import PanelLibrary


@dataclass(frozen=True)
class PlanState:
    pass


@dataclass(frozen=True)
class PlanPart:
    pass


def plan_part(state: PlanState, safety: Any, library: PanelLibrary) -> PlanPart:
    return PlanPart()


def check_plan(state: PlanState, library: PanelLibrary) -> None:
    pass
