"""The warm-up planner: a session, a runner and a day become a timed sequence in which every drill has its reason.

The order of the decisions: the safety gate; what the history really is; whether the session is
changed; whether the time is enough; minutes added and taken; the trim to the time; the filling of the
phases with drills that nothing keeps back. Every number and sentence is a row of the tables.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from calfnb.tables.loading_prevention import load_prevention
from calfnb.tables.records_prevention import PreventionTables
from calfnb.tables.records_warmup import Session, WarmUpRule
from calfnb.warmup.drills import Availability
from calfnb.warmup.filling import Filler
from calfnb.warmup.gate import Gate, first_answers, pass_gate
from calfnb.warmup.plan import FiredRule, Step, WarmUpPlan
from calfnb.warmup.request import UnansweredError, WarmUpRequest, read_request

__all__ = ["plan_warm_up"]


def plan_warm_up(
    request: WarmUpRequest | Mapping[str, object],
    tables: PreventionTables | None = None,
    *,
    ignore: Collection[str] = (),
) -> WarmUpPlan:
    """Plan the warm-up and the cool-down of one session.

    Parameters
    ----------
    request
        The answers, or a mapping with the keys of the form. Of a mapping the first safety answers are
        looked at before anything else in it is checked.
    tables
        Other tables than the shipped ones.
    ignore
        Rows of the rules on minutes and notes to plan without, to show what each changes. Rules that
        stop a plan or change the session are never left out.

    Raises
    ------
    UnansweredError
        If a safety question is open: it is asked, not assumed.
    WarmUpError
        If an answer cannot be.
    """
    tables = tables or load_prevention()
    if not isinstance(request, WarmUpRequest):
        decided = first_answers(request, tables)
        if decided is not None and decided.decision == "stop":
            return _stopped(decided, str(request.get("session") or ""), None, tables)
        if decided is not None:
            raise UnansweredError(decided.questions, tables)
        request = read_request(request, tables)
    gate = pass_gate(request.safety, tables)
    if not gate.passed:
        return _stopped(gate, request.session, request, tables)
    return _Planner(request, tables, frozenset(ignore)).plan(gate)


def _stopped(gate: Gate, session: str, request: WarmUpRequest | None, tables: PreventionTables) -> WarmUpPlan:
    return WarmUpPlan("stop", session, session, (0, 0, 0), (), (), (), gate, request, tables_version=tables.version)


@dataclass
class _Planner:
    """The work on one request; it is thrown away afterwards."""

    request: WarmUpRequest
    tables: PreventionTables
    ignore: frozenset[str]
    fired: list[FiredRule] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    signals: dict[str, str] = field(default_factory=dict)
    measured: dict[str, float] = field(default_factory=dict)

    def plan(self, gate: Gate) -> WarmUpPlan:
        """Make the plan; the gate was passed."""
        self._begin()
        limit = self._limit()
        session = self._session(limit)
        filler = Filler(self.tables, self._available(), self.request.hold_s)
        if self._too_short(session, limit):
            phases = (limit, 0, 0)
            self._fire("short_other")
            steps = filler.raise_phase(limit, walk_min=limit, walk_only=True, start=0) if limit else []
            self._note_rules("note")
            static = 0
        else:
            phases = self._minutes(session, limit - self._reserved(filler, session, limit))
            steps, static = self._fill(filler, session, phases, limit)
        phases = self._filled(steps, phases)
        after = Filler(self.tables, self._available(), self.request.hold_s)
        cool = self._cool_down(session, after)
        return WarmUpPlan(
            decision="plan",
            session=session.session_id,
            requested=self.request.session,
            phases=phases,
            steps=tuple(steps),
            cool_down=tuple(cool),
            rules=tuple(self.fired),
            gate=gate,
            request=self.request,
            static_min=static,
            notes=tuple(self.notes),
            advice=self._advice(),
            left_out=tuple(filler.left_out.values()),
            cool_left_out=tuple(after.left_out.values()),
            time_note=self._time_note(steps, filler),
            tables_version=self.tables.version,
        )

    # ---- what is known --------------------------------------------------------------------------------

    def _begin(self) -> None:
        request, tables = self.request, self.tables
        self.signals = request.safety.signals(tables) | {
            "session": request.session,
            "kind": self._kind(request.session),
            "history": request.history,
            "early": "yes" if request.early else "no",
            "sit": "yes" if request.sit else "no",
            "heat_warning": "yes" if request.heat_warning else "no",
            "surface": request.surface,
            "static_before": request.static_before,
        }
        self.measured = {"temp_c": request.temp_c}
        if request.safety.age is not None:
            self.measured["age"] = request.safety.age
        for rule, expression in tables.rules_of("derive"):
            if expression.holds(self.signals, self.measured):
                self.signals["history"] = rule.history_to

    def _kind(self, session_id: str) -> str:
        return "quality" if self.tables.sessions[session_id].quality else "other"

    def _limit(self) -> int:
        longest = int(self.tables.limit("longest_plan_min"))
        given = self.request.time_min
        limit = longest if given is None else min(longest, math.floor(given))
        self.measured["time_min"] = limit
        return limit

    def _available(self) -> Availability:
        return Availability(self.tables, self.signals, self.request.equipment)

    # ---- the session ----------------------------------------------------------------------------------

    def _session(self, limit: int) -> Session:
        """Return the session that is prepared, after what pain, history, ladder and time change."""
        session = self.tables.sessions[self.request.session]
        for rule, expression in self.tables.rules_of("change"):
            if rule.session_to != session.session_id and expression.holds(self.signals, self.measured):
                session = self._become(rule.session_to, rule)
        if sum(session.floors) > limit and session.plan_as:
            (short,) = (rule for rule, _ in self.tables.rules_of("short_quality"))
            asked = session
            session = self._become(session.plan_as, short)
            self.notes.append((short.rule_id, asked.if_short))
        return session

    def _become(self, session_id: str, rule: WarmUpRule) -> Session:
        self.signals |= {"session": session_id, "kind": self._kind(session_id)}
        self._add(rule)
        return self.tables.sessions[session_id]

    def _too_short(self, session: Session, limit: int) -> bool:
        if sum(session.floors) <= limit:
            return False
        self.notes.append(("too_short", session.if_short))
        return True

    # ---- the minutes ----------------------------------------------------------------------------------

    def _minutes(self, session: Session, limit: int) -> tuple[int, int, int]:
        """Return the minutes of the three phases: all changes added, then the floor, then the trim."""
        minutes, floors = list(session.minutes), session.floors
        for rule, expression in self.tables.rules_of("adjust"):
            if rule.row_id not in self.ignore and expression.holds(self.signals, self.measured):
                changes = (rule.raise_min, rule.mobilise_min, rule.potentiate_min)
                minutes = [value + change for value, change in zip(minutes, changes, strict=True)]
                self._add(rule)
        minutes = [max(value, floor) for value, floor in zip(minutes, floors, strict=True)]
        taken = 0
        while sum(minutes) > limit:
            spare = [value - floor for value, floor in zip(minutes, floors, strict=True)]
            minutes[spare.index(max(spare))] -= 1
            taken += 1
        if taken:
            self._fire("trim")
        first, second, third = minutes
        return first, second, third

    def _fill(
        self, filler: Filler, session: Session, phases: tuple[int, int, int], limit: int
    ) -> tuple[list[Step], int]:
        first, second, third = phases
        steps = filler.raise_phase(first, walk_min=self._walk_min(), walk_only=session.walk_only, start=0)
        static = self._static(filler, steps, limit - sum(phases))
        steps += static
        steps += filler.mobilise_phase(second, list_id=self._list(), balance=self._uneven(), start=_end(steps))
        potentiated = filler.potentiate_phase(third, start=_end(steps))
        steps += potentiated
        self._note_rules("surface_note", "note", *(("fast_note",) if third else ()))
        self._note_rules("closing")
        return steps, int(_end(static) - static[0].start_min) if static else 0

    def _walk_min(self) -> int:
        longer = any(
            expression.holds(self.signals, self.measured)
            for rule, expression in self.tables.rules_of("walk_longer")
            if rule.row_id not in self.ignore
        )
        return int(self.tables.limit("walk_longer_min" if longer else "walk_min"))

    def _list(self) -> str:
        named = [
            rule.mobilise_list
            for rule, expression in self.tables.rules_of("adjust")
            if rule.mobilise_list and rule.row_id not in self.ignore and expression.holds(self.signals, self.measured)
        ]
        return named[-1] if named else "mobilise_usual"

    def _uneven(self) -> bool:
        found = False
        for rule, expression in self.tables.rules_of("surface"):
            if rule.row_id not in self.ignore and expression.holds(self.signals, self.measured):
                self._add(rule)
                self.notes.append((rule.rule_id, rule.sentence))
                found = True
        return found

    def _reserved(self, filler: Filler, session: Session, limit: int) -> int:
        """Return the minutes that the stretches that were wished for need, 0 if the floors leave no room for them."""
        if self.request.static_before == "none":
            return 0
        needed = sum(int(step.minutes) for step in filler.static_phase(self._static_each(), start=0))
        return needed if sum(session.floors) + needed <= limit else 0

    def _static_each(self) -> int:
        return 1 if self.request.static_before == "short" else 2

    def _static(self, filler: Filler, steps: list[Step], spare: int) -> list[Step]:
        """Return the stretches that were wished for, if there is time for them."""
        wish = self.request.static_before
        if wish == "none" or not steps:
            return []
        laid = filler.static_phase(self._static_each(), start=_end(steps))
        if laid and _end(laid) - _end(steps) > spare:
            self.notes.append(("static_no_time", self.tables.text("warmup.static.no_time")))
            return []
        for rule, expression in self.tables.rules_of("static") if laid else ():
            if expression.holds(self.signals):
                self._add(rule)
        if laid and wish == "long":
            self.notes.append(("static_capped", self.tables.text("warmup.static.capped")))
        return laid

    @staticmethod
    def _filled(steps: list[Step], planned: tuple[int, int, int]) -> tuple[int, int, int]:
        """Return the minutes that could be filled; they fall short only where every drill is kept back."""
        if not steps:
            return planned if not sum(planned) else (0, 0, 0)
        first, second, third = (
            int(sum(step.minutes for step in steps if step.phase == phase))
            for phase in ("raise", "mobilise", "potentiate")
        )
        return first, second, third

    # ---- after the run, and what is said --------------------------------------------------------------

    def _cool_down(self, session: Session, filler: Filler) -> list[Step]:
        asked = self.request.cool_down
        named = {"short": "cool_short", "long": "cool_long"}.get(asked, session.cool_list)
        if self.signals["history"] == "current_mild" or session.walk_only:
            named = "cool_short" if asked == "short" else "cool_easy"
        return filler.cool_down((named, "cool_stretch", "cool_roll"))

    def _advice(self) -> tuple[FiredRule, ...]:
        """Return what is said about stopping on the way, cooling down and seeing somebody."""
        rows = self.tables.rules_of("during", "cool_down", "see_somebody", "constraint")
        return tuple(_fired(rule) for rule, expression in rows if expression.holds(self.signals, self.measured))

    def _time_note(self, steps: list[Step], filler: Filler) -> str:
        """Return why the plan does not fill the time that was given, "" if it does."""
        given, text = self.request.time_min, self.tables.text
        total = _end(steps)
        if given is None or abs(given - total) <= self.tables.limit("tolerance_min"):
            return ""
        if given > self.tables.limit("longest_plan_min") and total >= self.tables.limit("longest_plan_min"):
            return text("warmup.time.longest", total=f"{total:g}")
        if given - total < 1:
            return text("warmup.time.whole", total=f"{total:g}", given=f"{given:g}")
        if filler.left_out and not steps:
            return text("warmup.time.nothing_open")
        return text("warmup.time.enough", total=f"{total:g}", given=f"{given:g}")

    def _note_rules(self, *kinds: str) -> None:
        for rule, expression in self.tables.rules_of(*kinds):
            if rule.row_id not in self.ignore and expression.holds(self.signals, self.measured):
                self.notes.append((rule.rule_id, rule.sentence))
                if rule.kind != "note":
                    self._add(rule)

    def _fire(self, kind: str) -> None:
        for rule, _ in self.tables.rules_of(kind):
            self._add(rule)

    def _add(self, rule: WarmUpRule) -> None:
        self.fired.append(_fired(rule))


def _fired(rule: WarmUpRule) -> FiredRule:
    return FiredRule(
        rule_id=rule.rule_id,
        row_id=rule.row_id,
        kind=rule.kind,
        sentence=rule.sentence,
        why=rule.why,
        minutes=(rule.raise_min, rule.mobilise_min, rule.potentiate_min),
        basis=rule.basis,
        source_id=rule.source_id,
        more_source_ids=rule.more_source_ids,
        claim_ids=rule.claim_ids,
    )


def _end(steps: list[Step]) -> float:
    return steps[-1].end_min if steps else 0
