"""From contributing factors to a week: which actions, how much, on which day, and why each is there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from calfnb.prevention.factors import FactorError
from calfnb.prevention.placing import Placed, WeekPlacer
from calfnb.tables.loading_prevention import load_prevention
from calfnb.tables.problems import did_you_mean, listed
from calfnb.tables.records_prevention import DAYS, ContributingFactor, PreventionAction, PreventionTables, WeekProfile
from calfnb.tables.records_warmup import Exercise
from calfnb.warmup.drills import Availability
from calfnb.warmup.gate import Gate, pass_gate
from calfnb.warmup.request import Safety, read_safety

__all__ = ["DAY_KINDS", "DayPlan", "NotPlaced", "Reason", "WeekItem", "WeekProgramme", "WeekRequest", "plan_week"]

#: What a day can be.
DAY_KINDS: tuple[str, ...] = ("rest", "easy", "hard", "long")
_WITHOUT_A_DAY = ("plan", "gear")
_GRADES = "ABCD"


@dataclass(frozen=True, slots=True)
class WeekRequest:
    """For whom a week is planned.

    ``week`` gives the kind of each day, and what it leaves out is that of the first profile.
    ``factor_ids`` are the factors that count. ``stage`` is ``first`` for the first two weeks, in which
    few things are begun, or ``later``. ``equipment`` None is everything at hand. ``looked_at`` are factors
    that a clinician has looked at, so that they keep nothing back any more.
    """

    safety: Safety | Mapping[str, object]
    profile_ids: tuple[str, ...]
    factor_ids: tuple[str, ...] = ()
    week: Mapping[str, str] = field(default_factory=dict)
    stage: str = "first"
    equipment: Collection[str] | None = None
    leave_out: tuple[str, ...] = ()
    looked_at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an action is in a programme: a factor that counts, or the core of a profile."""

    kind: str
    id: str
    sentence: str


@dataclass(frozen=True, slots=True)
class WeekItem:
    """One action on one day. ``when`` is ``before``, ``within``, ``after`` the run, or ``any``."""

    day: str
    action: PreventionAction
    when: str
    exercises: tuple[Exercise, ...]
    minutes: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class DayPlan:
    """One day: what the run is and what is added; ``free`` when neither running nor heavy leg work is in it."""

    day: str
    kind: str
    items: tuple[WeekItem, ...]
    free: bool

    @property
    def minutes(self) -> int:
        """Minutes of what is added."""
        return sum(item.minutes for item in self.items)


@dataclass(frozen=True, slots=True)
class NotPlaced:
    """An action that is not in this week, and why."""

    action: PreventionAction
    reasons: tuple[Reason, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class WeekProgramme:
    """A week. While the gate stops it is empty.

    ``habits`` are actions without a day, such as shoes and drinking. ``later`` waits for the next weeks,
    ``left_out`` is kept back. ``conflicts`` are sentences on what could not be kept.
    """

    gate: Gate
    profiles: tuple[WeekProfile, ...]
    days: tuple[DayPlan, ...] = ()
    habits: tuple[tuple[PreventionAction, tuple[Reason, ...]], ...] = ()
    later: tuple[NotPlaced, ...] = ()
    left_out: tuple[NotPlaced, ...] = ()
    conflicts: tuple[str, ...] = ()
    tables_version: str = ""

    @property
    def actions(self) -> tuple[PreventionAction, ...]:
        """Every action that has a day, each once, in the order of the week."""
        return tuple(dict.fromkeys(item.action for day in self.days for item in day.items))


def plan_week(request: WeekRequest, tables: PreventionTables | None = None) -> WeekProgramme:
    """Plan a week for a runner.

    Raises
    ------
    UnansweredError
        If a safety question is open.
    FactorError
        If a profile, factor, day or kind of day does not exist.
    """
    tables = tables or load_prevention()
    profiles = _profiles(request, tables)
    week = _week(request, profiles[0])
    gate = pass_gate(request.safety, tables)
    if not gate.passed:
        return WeekProgramme(gate, profiles, tables_version=tables.version)
    safety = request.safety if isinstance(request.safety, Safety) else read_safety(request.safety, tables)
    available = Availability(tables, safety.signals(tables), request.equipment)
    calm = any("heavy" in row.holds_back for row in _unseen(request, tables))
    reasons = _reasons(request, profiles, tables)
    chosen, later, left_out = _choose(request, reasons, profiles, available, tables)
    placer = WeekPlacer(week, tables, strength_max=max(profile.strength_max for profile in profiles))
    placed = placer.place(chosen)
    days = tuple(
        _day(day, week[day], [row for row in placed if row.day == day], reasons, profiles, available, tables, calm=calm)
        for day in DAYS
    )
    habits = [
        (action, why) for name, why in reasons.items() if (action := tables.actions[name]).place in _WITHOUT_A_DAY
    ]
    has_day = {row.action.action_id for row in placed}
    turns = tables.text("prevention.later.turn")
    later += [NotPlaced(row, reasons[row.action_id], turns) for row in chosen if row.action_id not in has_day]
    return WeekProgramme(
        gate=gate,
        profiles=profiles,
        days=days,
        habits=tuple(sorted(habits, key=lambda row: row[0].first)),
        later=tuple(later),
        left_out=tuple(left_out),
        conflicts=placer.conflicts,
        tables_version=tables.version,
    )


# ---- what was asked ---------------------------------------------------------------------------------


def _profiles(request: WeekRequest, tables: PreventionTables) -> tuple[WeekProfile, ...]:
    if not request.profile_ids:
        raise FactorError("profile_ids", f"name at least one of {listed(tuple(tables.profiles))}")
    for name in request.profile_ids:
        if name not in tables.profiles:
            near = did_you_mean(name, tables.profiles)
            raise FactorError("profile_ids", f'"{name}" is none of {listed(tuple(tables.profiles))}{near}')
    for name in request.factor_ids:
        if name not in tables.factors:
            raise FactorError("factor_ids", f'there is no factor "{name}"{did_you_mean(name, tables.factors)}')
    for name in request.looked_at:
        if name not in tables.factors:
            raise FactorError("looked_at", f'there is no factor "{name}"{did_you_mean(name, tables.factors)}')
    for name in request.leave_out:
        if name not in tables.actions:
            raise FactorError("leave_out", f'there is no action "{name}"{did_you_mean(name, tables.actions)}')
    if request.stage not in ("first", "later"):
        raise FactorError("stage", f'write first or later, not "{request.stage}"')
    return tuple(tables.profiles[name] for name in dict.fromkeys(request.profile_ids))


def _week(request: WeekRequest, profile: WeekProfile) -> dict[str, str]:
    for day, kind in request.week.items():
        if day not in DAYS:
            raise FactorError("week", f'"{day}" is no day{did_you_mean(day, DAYS)}')
        if kind not in DAY_KINDS:
            raise FactorError("week", f'{day} cannot be "{kind}"; write one of {listed(DAY_KINDS)}')
    return {**profile.week, **request.week}


def _reasons(
    request: WeekRequest, profiles: Sequence[WeekProfile], tables: PreventionTables
) -> dict[str, tuple[Reason, ...]]:
    """Return the actions that something speaks for, each with all its reasons."""
    found: dict[str, list[Reason]] = {}
    for action in tables.actions.values():
        for factor_id in request.factor_ids:
            if factor_id in action.factor_ids:
                name = tables.factors[factor_id].name
                sentence = tables.text("prevention.why.factor", factor=name)
                found.setdefault(action.action_id, []).append(Reason("factor", factor_id, sentence))
    for profile in profiles:
        for action_id in profile.action_ids:
            sentence = tables.text("prevention.why.profile", profile=profile.name)
            found.setdefault(action_id, []).append(Reason("profile", profile.profile_id, sentence))
    return {name: tuple(why) for name, why in found.items() if name not in request.leave_out}


def _choose(
    request: WeekRequest,
    reasons: Mapping[str, tuple[Reason, ...]],
    profiles: Sequence[WeekProfile],
    available: Availability,
    tables: PreventionTables,
) -> tuple[list[PreventionAction], list[NotPlaced], list[NotPlaced]]:
    """Return what is placed, what waits, and what is kept back, the first-to-begin first."""
    most = int(tables.limit("most_new_actions" if request.stage == "first" else "most_actions"))
    left_out: list[NotPlaced] = []
    open_ones: list[PreventionAction] = []
    for name in sorted(reasons, key=lambda name: _rank(tables.actions[name], reasons[name])):
        action = tables.actions[name]
        if action.place in _WITHOUT_A_DAY:
            continue
        held = _held_back(action, request, tables)
        if held:
            left_out.append(NotPlaced(action, reasons[name], held))
        elif action.exercise_ids and not any(map(available.allows, action.exercise_ids)):
            left_out.append(NotPlaced(action, reasons[name], available.reason(action.exercise_ids[0])))
        else:
            open_ones.append(action)
    chosen = open_ones[:most]
    for rule in tables.week_rules:
        concerned = rule.kind == "not_alone" and rule.profile_id in {"", *(row.profile_id for row in profiles)}
        alone = rule.with_action_id not in {action.action_id for action in chosen}
        if concerned and alone and any(action.action_id == rule.action_id for action in chosen):
            action = tables.actions[rule.action_id]
            chosen.remove(action)
            left_out.append(NotPlaced(action, reasons[rule.action_id], f"{rule.sentence} {rule.why}"))
    waiting = [action for action in open_ones[most:] if action not in chosen]
    why_later = next((rule.sentence for rule in tables.week_rules if rule.kind == "begin_with"), "")
    later = [NotPlaced(action, reasons[action.action_id], why_later) for action in waiting]
    return chosen, later, left_out


def _unseen(request: WeekRequest, tables: PreventionTables) -> list[ContributingFactor]:
    """Return the factors that count and that no clinician has looked at."""
    return [tables.factors[name] for name in dict.fromkeys(request.factor_ids) if name not in request.looked_at]


def _held_back(action: PreventionAction, request: WeekRequest, tables: PreventionTables) -> str:
    """Say which factors keep an action back until a clinician has looked; "" if none does."""
    kinds = {tables.exercises[name].type for name in action.exercise_ids}
    found = []
    if action.load == "heavy":
        found.append("heavy")
    if "self_massage" in kinds:
        found.append("massage")
    holding = [row for row in _unseen(request, tables) if not set(found).isdisjoint(row.holds_back)]
    if not holding:
        return ""
    # Names have commas of their own.
    names = "; ".join(row.name for row in holding)
    guards = " ".join(dict.fromkeys(row.guard for row in holding if row.guard))
    return tables.text("prevention.left_out.clinician", names=names, guards=guards).strip()


def _rank(action: PreventionAction, reasons: Sequence[Reason]) -> tuple[bool, int, int, int, str]:
    """Put the core of the runner first, then what is to begin first, then what answers most factors."""
    factors = sum(reason.kind == "factor" for reason in reasons)
    return factors == len(reasons), action.first, -factors, _GRADES.index(action.grade), action.action_id


# ---- one day ----------------------------------------------------------------------------------------


def _day(
    day: str,
    kind: str,
    placed: Sequence[Placed],
    reasons: Mapping[str, tuple[Reason, ...]],
    profiles: Sequence[WeekProfile],
    available: Availability,
    tables: PreventionTables,
    *,
    calm: bool,
) -> DayPlan:
    """Make one day; a calm one has no exercise that bounces."""
    gentle = any(profile.profile_id == "new" for profile in profiles)
    items = tuple(
        WeekItem(
            day=day,
            action=row.action,
            when=row.when,
            exercises=_exercises(row.action, DAYS.index(day), gentle, available, tables, calm=calm),
            minutes=row.action.minutes,
            reasons=reasons[row.action.action_id],
        )
        for row in placed
    )
    free = kind == "rest" and not any(item.action.load == "heavy" for item in items)
    return DayPlan(day, kind, items, free)


def _exercises(
    action: PreventionAction, day: int, gentle: bool, available: Availability, tables: PreventionTables, *, calm: bool
) -> tuple[Exercise, ...]:
    """Return the exercises of one session: two heavy ones, the easier ones for new runners; short breaks take turns."""
    rows = [tables.exercises[name] for name in action.exercise_ids if available.allows(name)]
    if calm:
        rows = [row for row in rows if not _bounces(row, tables)]
    if action.place == "daily" and rows:
        first = day % len(rows)
        return tuple((rows[first:] + rows[:first])[:3])
    if action.load != "heavy":
        return tuple(rows)
    order = sorted(rows, key=lambda row: row.rpe_0_10, reverse=not gentle)
    wanted = {row.exercise_id for row in order[:2]}
    return tuple(row for row in rows if row.exercise_id in wanted)


def _bounces(exercise: Exercise, tables: PreventionTables) -> bool:
    """Tell whether an exercise waits for painless hops after an injury, which is what bouncing ones have in common."""
    return any("hop_painless" in tables.expression(tables.blocks[name].when).names() for name in exercise.block_ids)
