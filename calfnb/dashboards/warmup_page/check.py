"""Check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calfnb.dashboards.paneled.library import PanelLibrary


@dataclass(frozen=True)
class CheckState:
    pass


@dataclass(frozen=True)
class CheckPart:
    pass


def check_part(state: CheckState, safety: Any, library: PanelLibrary) -> CheckPart:
    return CheckPart()


def check_check(state: CheckState, library: PanelLibrary) -> None:
    pass
