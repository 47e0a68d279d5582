"""The panel of the training log as values: the log that the page holds, the injuries, and the evening looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from types import MappingProxyType

from calfnb.dashboards.paneled.state import FRESH
from calfnb.dashboards.prevention_page.library import PreventionLibrary
from calfnb.dashboards.prevention_page.log_held import HeldLog, LogReplay, sample_held
from calfnb.dashboards.prevention_page.log_sample import SAMPLE_INJURIES
from calfnb.load.activities import TrainingLog
from calfnb.load.replay import Replay, Standing
from calfnb.markup.load import Stretch, stretch_of

__all__ = [
    "PERIODS",
    "UNITS",
    "Injury",
    "LogPart",
    "LogState",
    "check_log",
    "log_part",
    "with_draft",
    "with_injury",
    "with_log",
    "with_sample",
    "without_injury",
    "without_log",
]

#: What a list of runs may be written in when it does not say so itself.
UNITS = ("auto", "km", "mi", "m")
#: How many weeks each period shows; None for all.
PERIODS: Mapping[str, int | None] = MappingProxyType({"quarter": 13, "year": 53, "all": None})
_MOST_INJURIES = 20
_LONGEST_WORDS = 60
_EARLIEST = date(1970, 1, 1)
_NEXT_INJURY_DAYS = 28


@dataclass(frozen=True, slots=True)
class Injury:
    """An injury as the reader noted it: the day on which it began, and their words for it."""

    day: date
    words: str


@dataclass(frozen=True)
class LogState:
    """What the page holds of a log, and how it is looked at.

    The log itself (``held``) stands in no address. ``sample`` is the invented one, which an address can name;
    ``had`` says that a log was here, so that a page that lost it can say so. ``injuries`` are words by the day on
    which each began. ``adding`` lets the next drop add to the log, not replace it. ``evening`` is the day that is
    looked at, "" for the last one. ``draft`` is an injury that is being written, and ``refused`` the key of what is
    wrong with it. ``attempt`` is the last drop if nothing of it could be used: it only says why.
    """

    sample: bool = False
    had: bool = False
    units: str = UNITS[0]
    adding: bool = False
    period: str = "year"
    injuries: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    evening: str = ""
    draft: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), metadata=FRESH)
    refused: str = field(default="", metadata=FRESH)
    held: HeldLog | None = field(default=None, metadata=FRESH)
    attempt: HeldLog | None = field(default=None, metadata=FRESH)


@dataclass(frozen=True)
class LogPart:
    """What follows: the log with its figures' stretch of time, and the log played again; worked out when asked for."""

    state: LogState
    today: date
    library: PreventionLibrary

    @property
    def held(self) -> HeldLog | None:
        """The log that the page holds: the one that was dropped, or the invented one."""
        dropped = self.state.held
        if dropped is not None and dropped.log is not None:
            return dropped
        return sample_held() if self.state.sample else None

    @property
    def log(self) -> TrainingLog | None:
        """The log, None for none."""
        return self.held.log if self.held else None

    @property
    def is_sample(self) -> bool:
        """Whether the log is the invented one."""
        return self.held is not None and self.held is not self.state.held

    @property
    def lost(self) -> bool:
        """Whether there was a log that this page no longer has."""
        return self.state.had and self.held is None

    @cached_property
    def injuries(self) -> tuple[Injury, ...]:
        """The injuries in the order of their days."""
        found = (Injury(date.fromisoformat(day), words) for day, words in self.state.injuries.items())
        return tuple(sorted(found, key=lambda injury: injury.day))

    @cached_property
    def injury_days(self) -> tuple[date, ...]:
        """The days on which they began."""
        return tuple(injury.day for injury in self.injuries)

    @property
    def again(self) -> LogReplay | None:
        """The log played again, None without a run."""
        return self.held.replay(self.library.load) if self.held else None

    @cached_property
    def stretch(self) -> Stretch | None:
        """The days that the figures show, None without a run."""
        log = self.log
        return None if log is None else stretch_of(log, PERIODS[self.state.period], self.injury_days)

    @cached_property
    def evening(self) -> date | None:
        """The evening that is looked at: within the stretch, and not after the log's last day or the last injury."""
        stretch, log = self.stretch, self.log
        if stretch is None or log is None or log.last_day is None:
            return None
        last = self.last_evening
        assert last is not None
        chosen = date.fromisoformat(self.state.evening) if self.state.evening else last
        return min(max(chosen, stretch.first), last)

    @property
    def last_evening(self) -> date | None:
        """The last evening that can be looked at."""
        log = self.log
        if self.stretch is None or log is None or log.last_day is None:
            return None
        return min(self.stretch.last, max((log.last_day, *self.injury_days)))

    @property
    def standing(self) -> Standing | None:
        """What was known on that evening."""
        return self.again.evening(self.evening) if self.again and self.evening else None

    @property
    def replay(self) -> Replay | None:
        """Which warning came in time, None without a log or an injury."""
        return self.again.against(self.injury_days) if self.again and self.injuries else None

    @property
    def next_injury(self) -> Injury | None:
        """The first injury after the evening and not more than four weeks away; nobody knew of it then."""
        if self.evening is None:
            return None
        end = self.evening + timedelta(days=_NEXT_INJURY_DAYS)
        return next((injury for injury in self.injuries if self.evening < injury.day <= end), None)


def log_part(state: LogState, today: date, library: PreventionLibrary) -> LogPart:
    """Say what follows from a log; a pure function but for what it remembers of each log."""
    return LogPart(state, today, library)


def check_log(state: LogState, library: PreventionLibrary) -> None:
    """Raise ValueError for a state that names what there is not.

    Raises
    ------
    ValueError
        For a unit, a period, a day or an injury that cannot be.
    """
    del library  # nothing of the tables is named
    if state.units not in UNITS or state.period not in PERIODS:
        raise ValueError("There is no such choice.")
    if state.evening:
        _day(state.evening)
    if len(state.injuries) > _MOST_INJURIES:
        raise ValueError("There are too many injuries.")
    for written, words in state.injuries.items():
        _day(written)
        if len(words) > _LONGEST_WORDS:
            raise ValueError("The words for an injury are too many.")


def _day(written: str) -> date:
    """Return a day that was written as YYYY-MM-DD; raises ValueError for anything else."""
    day = date.fromisoformat(written)
    if day.isoformat() != written or day < _EARLIEST:
        raise ValueError("There is no such day.")
    return day


def with_log(state: LogState, log: TrainingLog) -> LogState:
    """Return the state with a log that was dropped."""
    return replace(state, held=HeldLog(log), attempt=None, sample=False, had=True, evening="")


def with_sample(state: LogState, library: PreventionLibrary) -> LogState:
    """Return the state with the invented log and its injuries, in place of whatever was there."""
    text = library.tables.text
    injuries = {day.isoformat(): text(key) for day, key in SAMPLE_INJURIES.items()}
    return replace(
        state,
        held=None,
        attempt=None,
        sample=True,
        had=False,
        period="all",
        evening="",
        injuries=MappingProxyType(injuries),
    )


def without_log(state: LogState, library: PreventionLibrary) -> LogState:
    """Return the state without a log; the injuries of the invented one go with it."""
    injuries = state.injuries
    if state.sample and state.held is None:
        own = with_sample(state, library).injuries
        injuries = MappingProxyType({day: words for day, words in injuries.items() if own.get(day) != words})
    return replace(state, held=None, attempt=None, sample=False, had=False, evening="", injuries=injuries)


def with_draft(state: LogState, name: str, value: str) -> LogState:
    """Return the state with a part of the injury that is being written: ``day`` or ``words``.

    Raises
    ------
    ValueError
        If there is no such part.
    """
    if name not in ("day", "words"):
        raise ValueError(f"There is no field {name!r}.")
    return replace(state, draft=MappingProxyType({**state.draft, name: str(value)[:200]}), refused="")


def with_injury(state: LogState, today: date) -> LogState:
    """Return the state with the injury that was written, or with what is wrong with it."""
    written = state.draft.get("day", "").strip()
    try:
        day = _day(written)
    except ValueError:
        return replace(state, refused="dash4.log.injury.no_day")
    if day > today:
        return replace(state, refused="dash4.log.injury.future")
    if len(state.injuries) >= _MOST_INJURIES and written not in state.injuries:
        return replace(state, refused="dash4.log.injury.many")
    words = " ".join(state.draft.get("words", "").split())[:_LONGEST_WORDS]
    injuries = MappingProxyType({**state.injuries, written: words})
    return replace(state, injuries=injuries, draft=MappingProxyType({}), refused="")


def without_injury(state: LogState, day: str) -> LogState:
    """Return the state without the injury of a day.

    Raises
    ------
    ValueError
        If there is none.
    """
    if day not in state.injuries:
        raise ValueError(f"There is no injury on {day!r}.")
    return replace(
        state, injuries=MappingProxyType({key: words for key, words in state.injuries.items() if key != day})
    )
