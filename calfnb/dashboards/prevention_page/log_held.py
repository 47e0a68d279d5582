"""A training log as the page holds it for as long as it is open, with what follows from it worked out once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from calfnb.dashboards.prevention_page.log_sample import sample_log
from calfnb.load.activities import LogBuilder, TrainingLog
from calfnb.load.replay import Replay, Standing, Warned, replay_log, standing, warnings
from calfnb.tables.records_load import LoadTables

__all__ = ["HeldLog", "LogReplay", "merged", "sample_held"]

_EVENINGS = 512


class HeldLog:
    """A log that can be forgotten; two are equal only if they are one.

    The state of the page refers to it, also the states that undo brings back. So forgetting takes the log out of
    here: then no state has it any more.
    """

    def __init__(self, log: TrainingLog) -> None:
        self._log: TrainingLog | None = log
        self._replay: LogReplay | None = None

    @property
    def log(self) -> TrainingLog | None:
        """The log; None once it is forgotten."""
        return self._log

    def forget(self) -> None:
        """Drop the log and all that was worked out from it."""
        self._log = self._replay = None

    def replay(self, load: LoadTables) -> LogReplay | None:
        """Return what was worked out from the log; None once it is forgotten, and where it has no run."""
        if self._log is None or not self._log.is_run.any():
            return None
        if self._replay is None or self._replay.load is not load:
            self._replay = LogReplay(self._log, load)
        return self._replay


class LogReplay:
    """A log played again: its warnings are worked out once, and each evening that was looked at is remembered."""

    def __init__(self, log: TrainingLog, load: LoadTables) -> None:
        self.log, self.load = log, load
        self.warnings: tuple[Warned, ...] = warnings(log, load)
        self.evening = lru_cache(maxsize=_EVENINGS)(self._evening)
        self.against = lru_cache(maxsize=8)(self._against)

    def _evening(self, day: date) -> Standing:
        """Say what was known on an evening."""
        return standing(self.log, self.load, day, given=self.warnings)

    def _against(self, injuries: tuple[date, ...]) -> Replay:
        """Ask of each injury which warning would have come in time."""
        return replay_log(self.log, self.load, injuries, given=self.warnings)


def merged(logs: Sequence[TrainingLog]) -> TrainingLog:
    """Return several logs as one; what is in two of them is taken once, and the second one is refused by name."""
    builder = LogBuilder()
    for log in logs:
        for activity in log:
            builder.add(activity)
        for entry in log.rejected:
            builder.reject(entry.file, entry.row, entry.reason)
        for note in log.notes:
            builder.note(note)
    return builder.build()


@lru_cache(maxsize=1)
def sample_held() -> HeldLog:
    """Return the invented log; it is the same for every page of this process, and nobody forgets it."""
    return HeldLog(sample_log())
