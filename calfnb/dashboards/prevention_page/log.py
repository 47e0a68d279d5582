"""Log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calfnb.dashboards.prevention_page.library import PreventionLibrary
from calfnb.load.activities import TrainingLog


@dataclass(frozen=True)
class LogState:
    pass


@dataclass(frozen=True)
class LogPart:
    log: TrainingLog | None = None


def log_part(state: LogState, today: Any, library: PreventionLibrary) -> LogPart:
    return LogPart()


def check_log(state: LogState, library: PreventionLibrary) -> None:
    pass
