"""What the states and results of pages share that begin with the safety questions."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, Self, TypeVar

from calfnb.dashboards.paneled.library import PanelLibrary, assessed
from calfnb.dashboards.paneled.safety import START, SafetyPart, SafetyState, safety_part
from calfnb.dashboards.paneled.state import PanelState
from calfnb.tables.records import Level

__all__ = ["SafePanelResult", "SafePanelState"]


@dataclass(frozen=True)
class SafePanelState(PanelState):
    """A state with answers to the safety questions; their panel is shown first."""

    panel: str = START
    safety: SafetyState = field(default_factory=SafetyState)


S = TypeVar("S", bound=SafePanelState)
L = TypeVar("L", bound=PanelLibrary)


@dataclass(frozen=True)
class SafePanelResult(Generic[S, L]):
    """What follows from a state. The part of a panel has its name, and is worked out when it is first asked for."""

    state: S
    library: L

    @cached_property
    def level(self) -> Level | None:
        """The urgency of the patient who came along, None for nobody."""
        case = self.state.case
        return assessed(self.library.model, case).triage.level if case.answers else None

    @cached_property
    def first(self) -> SafetyPart:
        """What the safety questions hold back."""
        return safety_part(self.state.safety, self.level, self.library)

    @cached_property
    def safety(self) -> SafetyPart:
        """What holds plans back on this page: the safety questions, and what else a page asks."""
        return self.first

    def for_panel(self) -> Self:
        """Work out what the shown panel needs."""
        getattr(self, "safety" if self.state.panel == START else self.state.panel)
        return self
