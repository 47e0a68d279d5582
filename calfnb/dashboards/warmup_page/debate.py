"""Debate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calfnb.dashboards.paneled.library import PanelLibrary


@dataclass(frozen=True)
class DebateState:
    pass


@dataclass(frozen=True)
class DebatePart:
    pass


def debate_part(state: DebateState, plan: Any, library: PanelLibrary) -> DebatePart:
    return DebatePart()


def check_debate(state: DebateState, library: PanelLibrary) -> None:
    pass
