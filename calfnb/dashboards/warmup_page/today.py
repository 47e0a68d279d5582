"""Today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calfnb.dashboards.paneled.library import PanelLibrary


@dataclass(frozen=True)
class TodayState:
    pass


@dataclass(frozen=True)
class TodayPart:
    pass


def today_part(state: TodayState, today: Any, safety: Any, library: PanelLibrary) -> TodayPart:
    return TodayPart()


def check_today(state: TodayState, library: PanelLibrary) -> None:
    pass
