"""Filling the minutes of a phase with drills: only open ones, in the order of the list."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from calfnb.tables.records_prevention import PreventionTables
from calfnb.tables.records_warmup import Exercise, Slot
from calfnb.warmup.drills import Availability
from calfnb.warmup.plan import LeftOut, Step

__all__ = ["Choice", "Filler"]

_HALF_MIN = 0.5


@dataclass(frozen=True, slots=True)
class Choice:
    """A slot with the drill that fills it: its own, or the one that takes its place."""

    slot: Slot
    exercise_id: str
    instead_of: str = ""
    instead_why: str = ""


class Filler:
    """Fills phases one after the other and remembers what had to be left out.

    Parameters
    ----------
    available
        Which drills are open.
    hold_s
        Seconds of a hold in the cool-down; None for that of each stretch.
    """

    def __init__(self, tables: PreventionTables, available: Availability, hold_s: int | None = None) -> None:
        self._tables = tables
        self._available = available
        self._hold_s = hold_s
        self.left_out: dict[str, LeftOut] = {}

    def choose(self, slots: Sequence[Slot]) -> list[Choice]:
        """Return the open drills of a list; for a blocked one the first open stand-in that the list does not have."""
        own = {slot.exercise_id for slot in slots}
        found: list[Choice] = []
        for slot in slots:
            if self._available.allows(slot.exercise_id):
                found.append(Choice(slot, slot.exercise_id))
                continue
            reason = self._available.reason(slot.exercise_id)
            stand_in = next((name for name in slot.instead_ids if self._fits(name, own)), "")
            if stand_in:
                found.append(Choice(slot, stand_in, slot.exercise_id, reason))
                own.add(stand_in)
            else:
                self._leave_out(slot.exercise_id, reason)
        return found

    def fallback(self, list_id: str) -> Choice | None:
        """Return the first open drill of a list, None if there is none."""
        for slot in self._tables.slots_of(list_id):
            if self._available.allows(slot.exercise_id):
                return Choice(slot, slot.exercise_id)
        return None

    def raise_phase(self, minutes: int, *, walk_min: int, walk_only: bool, start: float) -> list[Step]:
        """Fill the first phase: walking, then jogging that builds; walking alone where jogging is not open."""
        choices = self.choose(self._tables.slots_of("raise_walk" if walk_only else "raise_run"))
        first, rest = choices[:1], choices[1:]
        if not first:
            return []
        walked = min(walk_min, max(1, minutes - 1)) if rest and rest[0].exercise_id != first[0].exercise_id else minutes
        shares = [(first[0], walked)] + ([(rest[0], minutes - walked)] if minutes > walked else [])
        return self._lay(shares, "raise", start, choices)

    def mobilise_phase(self, minutes: int, *, list_id: str, balance: bool, start: float) -> list[Step]:
        """Fill the second phase with one minute each, from the top of the list, beginning again when it ends."""
        choices = self.choose(self._tables.slots_of(list_id))
        if not choices:
            spare = self.fallback("mobilise_fallback")
            return self._lay([(spare, minutes)], "mobilise", start, []) if spare and minutes else []
        wanted = [choices[index % len(choices)] for index in range(minutes)]
        if balance and minutes > 1:
            steady = self.choose(self._tables.slots_of("balance"))
            wanted[-1:] = steady[:1] or wanted[-1:]
        return self._lay([(choice, 1) for choice in wanted], "mobilise", start, choices)

    def potentiate_phase(self, minutes: int, *, start: float) -> list[Step]:
        """Fill the third phase; minutes of drills that are kept back go to what is left of it."""
        if not minutes:
            return []
        slots = self._tables.slots_of(f"potentiate_{self._size(minutes)}")
        choices = self.choose(slots)
        shares = [(choice, choice.slot.minutes) for choice in choices if choice.slot.minutes]
        rest = next((choice for choice in choices if not choice.slot.minutes), None)
        spare = minutes - sum(share for _, share in shares)
        if spare > 0:
            last = rest or self.fallback("potentiate_fallback")
            if last is not None:
                shares.append((last, spare))
        return self._lay(shares, "potentiate", start, choices)

    def static_phase(self, minutes_each: int, *, start: float) -> list[Step]:
        """Fill the stretches that were wished for before the run."""
        choices = self.choose(self._tables.slots_of("static_before"))
        return self._lay([(choice, minutes_each) for choice in choices], "static", start, choices)

    def cool_down(self, lists: Sequence[str]) -> list[Step]:
        """Fill the cool-down from several lists; what has no minutes takes its own, in half minutes."""
        steps: list[Step] = []
        at = 0.0
        for list_id in lists:
            for choice in self.choose(self._tables.slots_of(list_id)):
                minutes: float = choice.slot.minutes or self._own_minutes(choice.exercise_id)
                steps += self._lay([(choice, minutes)], "cool_down", at, [])
                at += minutes
        return steps

    # ---- one drill ------------------------------------------------------------------------------------

    def _lay(
        self, shares: Sequence[tuple[Choice, float]], phase: str, start: float, choices: Sequence[Choice]
    ) -> list[Step]:
        """Lay drills one after the other; neighbours that are the same become one step."""
        steps: list[Step] = []
        at = start
        used = {choice.exercise_id for choice, _ in shares}
        spare = next((choice.exercise_id for choice in choices if choice.exercise_id not in used), "")
        for choice, minutes in shares:
            if minutes <= 0:
                continue
            if steps and steps[-1].exercise_id == choice.exercise_id:
                minutes += steps.pop().minutes
                at = steps[-1].end_min if steps else start
            steps.append(self._step(choice, phase, at, at + minutes, spare if phase == "mobilise" else ""))
            at += minutes
        return _with_next(steps, phase)

    def _step(self, choice: Choice, phase: str, start: float, end: float, next_id: str) -> Step:
        exercise = self._tables.exercises[choice.exercise_id]
        count = int((end - start) // self._tables.limit("stride_min")) if exercise.type == "running" else 1
        slot = choice.slot
        own = not choice.instead_of
        return Step(
            phase=phase,
            exercise_id=exercise.exercise_id,
            start_min=start,
            end_min=end,
            name=exercise.name,
            dose=self._dose(exercise, phase, end - start, count),
            why=slot.why if own else exercise.why,
            without=slot.without if own else self._tables.text("warmup.step.stand_in"),
            count=count,
            side_s=self._side_seconds(exercise, phase, end - start),
            optional=slot.optional,
            instead_of=choice.instead_of,
            instead_why=choice.instead_why,
            next_id=next_id,
            basis=slot.basis,
            source_id=slot.source_id,
        )

    def _dose(self, exercise: Exercise, phase: str, minutes: float, count: int) -> str:
        text = self._tables.text
        if exercise.type == "running":
            return text("warmup.dose.strides", count=count, run=exercise.time_s or 20, walk=exercise.rest_s)
        if phase == "cool_down":
            if exercise.type != "static_stretch":
                return text("warmup.dose.minutes", minutes=f"{minutes:g}") if exercise.sets == 1 else exercise.dose
            return text("warmup.dose.hold", sets=exercise.sets, hold=self._hold(exercise))
        if phase == "static":
            sets, hold = self._static_dose(minutes)
            once = text("warmup.dose.hold_once", hold=hold)
            return text("warmup.dose.hold", sets=sets, hold=hold) if sets > 1 else once
        if exercise.time_s is not None and exercise.time_s >= 60 * minutes and not exercise.both_sides:
            return text("warmup.dose.minutes", minutes=f"{minutes:g}")
        if phase == "raise":
            return text("warmup.dose.minutes", minutes=f"{minutes:g}")
        amount = exercise.time_s if exercise.reps is None else exercise.reps
        key = "reps" if exercise.hold_s is None and exercise.reps is not None else "seconds"
        if exercise.hold_s is not None:
            amount = exercise.hold_s
        side = "_each" if exercise.both_sides else ""
        return text(f"warmup.dose.{key}{side}", amount=amount)

    def _side_seconds(self, exercise: Exercise, phase: str, minutes: float) -> int:
        """Return the time of each side: half of the step in the warm-up, the holds in the cool-down."""
        if not exercise.both_sides:
            return 0
        if phase == "cool_down" and exercise.type == "static_stretch":
            return exercise.sets * self._hold(exercise)
        if phase == "static":
            sets, hold = self._static_dose(minutes)
            return sets * hold
        return int(minutes * 30)

    def _static_dose(self, minutes: float) -> tuple[int, int]:
        """Return sets and hold on each side: once 30 s in a minute, twice 25 s in two, always under the limit."""
        most = int(self._tables.limit("static_per_muscle_max_s")) - 1
        if minutes <= 1:
            return 1, min(30, most)
        return 2, min(25, most // 2)

    def _hold(self, exercise: Exercise) -> int:
        return self._hold_s or exercise.hold_s or int(self._tables.limit("hold_usual_s"))

    def _own_minutes(self, exercise_id: str) -> float:
        exercise = self._tables.exercises[exercise_id]
        if exercise.type == "static_stretch":
            sides = 2 if exercise.both_sides else 1
            seconds = exercise.sets * self._hold(exercise) * sides + (exercise.sets - 1) * exercise.rest_s
            return math.ceil(seconds / 60 / _HALF_MIN) * _HALF_MIN
        return math.ceil(exercise.duration_min / _HALF_MIN) * _HALF_MIN

    def _size(self, minutes: int) -> int:
        sizes = [
            int(slot.list_id.removeprefix("potentiate_"))
            for slot in self._tables.slots
            if slot.list_id.removeprefix("potentiate_").isdigit()
        ]
        return max((size for size in sizes if size <= minutes), default=min(sizes))

    def _fits(self, exercise_id: str, own: set[str]) -> bool:
        return exercise_id not in own and self._available.allows(exercise_id)

    def _leave_out(self, exercise_id: str, reason: str) -> None:
        if exercise_id not in self.left_out:
            self.left_out[exercise_id] = LeftOut(exercise_id, self._tables.exercises[exercise_id].name, reason)


def _with_next(steps: list[Step], phase: str) -> list[Step]:
    """Say of each step which other step of its phase would get its minutes."""
    ids = [step.exercise_id for step in steps]
    if phase == "raise":
        return [replace(step, next_id=next((name for name in ids if name != step.exercise_id), "")) for step in steps]
    if phase == "potentiate" and len(steps) > 1:
        return [replace(step, next_id=ids[-1] if step.exercise_id != ids[-1] else ids[-2]) for step in steps]
    return steps
