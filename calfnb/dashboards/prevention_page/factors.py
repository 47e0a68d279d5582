"""Factors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calfnb.dashboards.prevention_page.library import PreventionLibrary


@dataclass(frozen=True)
class FactorsState:
    pass


@dataclass(frozen=True)
class FactorsPart:
    pass


def factors_part(state: FactorsState, library: PreventionLibrary) -> FactorsPart:
    return FactorsPart()


def check_factors_state(state: FactorsState, library: PreventionLibrary) -> None:
    pass
