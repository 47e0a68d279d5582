"""Plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calfnb.dashboards.prevention_page.library import PreventionLibrary


@dataclass(frozen=True)
class PlanState:
    pass


@dataclass(frozen=True)
class PlanPart:
    pass


def plan_part(state: PlanState, log: Any, safety: Any, today: Any, library: PreventionLibrary) -> PlanPart:
    return PlanPart()


def check_plan(state: PlanState, library: PreventionLibrary) -> None:
    pass
