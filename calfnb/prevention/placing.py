"""Placing extra work among the runs of a week, so that the rules of the week hold as far as they can."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from calfnb.tables.records_prevention import DAYS, PreventionAction, PreventionTables, WeekRule

__all__ = ["Placed", "WeekPlacer"]

_RUN_KINDS = ("easy", "hard", "long")
_TRYING_KINDS = ("hard", "long")
_CALF = frozenset({"gastrocnemius", "soleus", "achilles"})
_HOURS_A_DAY = 24
_WHEN = {"run_before": "before", "with_run": "within", "run_after": "after"}


@dataclass(frozen=True, slots=True)
class Placed:
    """One action on one day; ``when`` says where in the day."""

    day: str
    action: PreventionAction
    when: str


class WeekPlacer:
    """Places actions on the days of one week; `conflicts` says afterwards what could not be kept.

    Parameters
    ----------
    week
        Day to its kind, all seven.
    strength_max
        Heavy sessions a week, at most.
    """

    def __init__(self, week: Mapping[str, str], tables: PreventionTables, *, strength_max: int) -> None:
        self._week = week
        self._tables = tables
        self._strength_max = strength_max
        self._placed: list[Placed] = []
        self._conflicts: list[str] = []

    @property
    def conflicts(self) -> tuple[str, ...]:
        """What could not be kept, in sentences."""
        return tuple(dict.fromkeys(self._conflicts))

    def place(self, actions: Sequence[PreventionAction]) -> tuple[Placed, ...]:
        """Return every action on its days, in the order of the week and of the day."""
        self._with_runs([action for action in actions if action.place in _WHEN])
        heavy = [action for action in actions if action.load == "heavy" and action.place not in _WHEN]
        self._heavy(heavy)
        for action in actions:
            if action.place not in _WHEN and action.load != "heavy":
                self._light(action)
        self._count_free_days()
        order = {"before": 0, "within": 1, "after": 2, "any": 3}
        return tuple(sorted(self._placed, key=lambda row: (DAYS.index(row.day), order[row.when], row.action.first)))

    # ---- beside the runs ------------------------------------------------------------------------------

    def _with_runs(self, actions: Iterable[PreventionAction]) -> None:
        runs = [day for day in DAYS if self._week[day] in _RUN_KINDS]
        easy = [day for day in DAYS if self._week[day] == "easy"]
        for action in actions:
            days = easy or runs if action.place == "with_run" else runs
            wanted = days[: action.per_week_max] if action.place != "run_after" else _spread(days, action.per_week_max)
            for day in wanted:
                self._add(day, action, _WHEN[action.place])
            if not days:
                self._conflicts.append(self._tables.text("prevention.conflict.no_run", action=action.name))

    # ---- heavy work -----------------------------------------------------------------------------------

    def _heavy(self, actions: Sequence[PreventionAction]) -> None:
        if not actions:
            return
        wanted = min(self._strength_max, max(action.per_week_max for action in actions))
        least = min(wanted, *(action.per_week_min for action in actions))
        days = self._strength_days(least, wanted)
        if len(days) < least:
            self._conflicts.append(self._tables.text("prevention.conflict.strength", count=len(days)))
        # One action for the calf a day, and one for the rest of the leg; several take turns.
        calf = [action for action in actions if self._loads_calf(action)]
        others = [action for action in actions if action not in calf]
        for index, day in enumerate(days):
            for turns in (calf, others):
                if turns:
                    self._add(day, turns[index % len(turns)], "after" if self._week[day] in _RUN_KINDS else "any")
        for rule in self._rules("not_before"):
            if any(self._before_trying(day) for day in days):
                self._conflicts.append(self._tables.text("prevention.conflict.rule", rule=rule.sentence))

    def _strength_days(self, least: int, wanted: int) -> tuple[str, ...]:
        """Return the most days that break no preference, else those that break the fewest."""
        found = [days for count in range(wanted, 0, -1) if (days := self._best_days(count))]
        enough = [days for days in found if len(days) >= least] or found
        return min(enough, key=self._cost, default=())

    def _loads_calf(self, action: PreventionAction) -> bool:
        muscles = {muscle for name in action.exercise_ids for muscle in self._tables.exercises[name].muscles}
        return not muscles.isdisjoint(_CALF) and "quadriceps" not in muscles

    def _best_days(self, count: int) -> tuple[str, ...]:
        """Return the days that keep the rules that always hold and break the fewest others; () if there are none."""
        choices = [days for days in combinations(DAYS, count) if self._allowed(days)]
        return min(choices, key=self._cost, default=())

    def _allowed(self, days: tuple[str, ...]) -> bool:
        for rule in self._rules("gap"):
            apart = int(-(-rule.value // _HOURS_A_DAY))
            places = [DAYS.index(day) for day in days]
            gaps = [
                (later - earlier) % len(DAYS) or len(DAYS)
                for earlier, later in zip(places, (*places[1:], places[0]), strict=True)
            ]
            if any(gap < apart for gap in gaps):
                return False
        for rule in self._rules("keep_rest"):
            had = sum(kind == "rest" for kind in self._week.values())
            left = sum(kind == "rest" and day not in days for day, kind in self._week.items())
            if left < min(rule.value, had):
                return False
        return True

    def _cost(self, days: tuple[str, ...]) -> float:
        cost = 0.0
        for day in days:
            kind = self._week[day]
            cost += sum(rule.value for rule in self._rules("not_before") if self._before_trying(day))
            cost += sum(rule.value for rule in self._rules("not_on") if kind == "long")
            cost += sum(rule.value for rule in self._rules("with_run_day") if kind == "easy")
        return cost

    def _before_trying(self, day: str) -> bool:
        return self._week[DAYS[(DAYS.index(day) + 1) % len(DAYS)]] in _TRYING_KINDS

    # ---- light work -----------------------------------------------------------------------------------

    def _light(self, action: PreventionAction) -> None:
        if action.place == "daily":
            for day in DAYS[: action.per_week_min]:
                self._add(day, action, "any")
            return
        days = list(DAYS)
        if action.place == "off_run":
            days = [day for day in DAYS if self._week[day] == "rest"] or days
        chosen: list[str] = []
        while len(chosen) < min(action.per_week_min, len(days)):
            crowd = Counter(row.day for row in self._placed if row.when != "before")
            best = min(
                (day for day in days if day not in chosen),
                key=lambda day: (crowd[day] + 2 * _next_to(day, chosen), DAYS.index(day)),
            )
            chosen.append(best)
        for day in chosen:
            self._add(day, action, "after" if self._week[day] in _RUN_KINDS else "any")

    # ---- the whole ------------------------------------------------------------------------------------

    def _count_free_days(self) -> None:
        heavy = {row.day for row in self._placed if row.action.load == "heavy"}
        free = sum(kind == "rest" and day not in heavy for day, kind in self._week.items())
        for rule in self._rules("keep_rest"):
            if free < rule.value:
                text = self._tables.text("prevention.conflict.rest", free=free, wanted=f"{rule.value:g}")
                self._conflicts.append(text)

    def _add(self, day: str, action: PreventionAction, when: str) -> None:
        self._placed.append(Placed(day, action, when))

    def _rules(self, kind: str) -> list[WeekRule]:
        return [rule for rule in self._tables.week_rules if rule.kind == kind]


def _spread(days: Sequence[str], count: int) -> list[str]:
    """Return so many of the days, evenly taken."""
    if count >= len(days):
        return list(days)
    return [days[index * len(days) // count] for index in range(count)]


def _next_to(day: str, chosen: Sequence[str]) -> int:
    place = DAYS.index(day)
    return sum((place - DAYS.index(other)) % len(DAYS) in (1, len(DAYS) - 1) for other in chosen)
