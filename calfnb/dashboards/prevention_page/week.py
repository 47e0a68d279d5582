"""Week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calfnb.dashboards.prevention_page.library import PreventionLibrary


@dataclass(frozen=True)
class WeekState:
    pass


@dataclass(frozen=True)
class WeekPart:
    pass


def week_part(state: WeekState, factors: Any, safety: Any, today: Any, library: PreventionLibrary) -> WeekPart:
    return WeekPart()


def check_week(state: WeekState, library: PreventionLibrary) -> None:
    pass
