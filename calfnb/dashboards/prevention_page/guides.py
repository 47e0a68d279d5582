"""Guides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calfnb.dashboards.prevention_page.library import PreventionLibrary


@dataclass(frozen=True)
class GuidesState:
    pass


@dataclass(frozen=True)
class GuidesPart:
    pass


def guides_part(state: GuidesState, library: PreventionLibrary) -> GuidesPart:
    return GuidesPart()


def check_guides(state: GuidesState, library: PreventionLibrary) -> None:
    pass
