"""Drills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calfnb.dashboards.paneled.library import PanelLibrary


@dataclass(frozen=True)
class DrillsState:
    pass


@dataclass(frozen=True)
class DrillsPart:
    pass


def drills_part(state: DrillsState, safety: Any, library: PanelLibrary) -> DrillsPart:
    return DrillsPart()


def check_drills(state: DrillsState, library: PanelLibrary) -> None:
    pass
