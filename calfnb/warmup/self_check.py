"""A guided self-check of mobility, strength, balance and hip control that points to the drills that fit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from calfnb.care.return_gates import ReturnError, heel_raise_check
from calfnb.tables.loading_prevention import load_prevention
from calfnb.tables.problems import did_you_mean, shorten
from calfnb.tables.records_prevention import PreventionTables
from calfnb.tables.records_warmup import Exercise
from calfnb.tables.records_warmup import SelfCheck as Check
from calfnb.warmup.drills import Availability
from calfnb.warmup.gate import Gate, pass_gate
from calfnb.warmup.request import Safety, WarmUpError, read_safety

__all__ = ["CheckFinding", "SelfCheckResult", "self_check"]

_RAISES = "calf_raises"
Sides = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """What one check says. ``state`` is ``fine``, ``low``, ``unequal``, ``not_tested`` or ``left_out``.

    ``left`` and ``right`` are the results as given, None where there is none. ``drills`` are the open
    exercises that fit; ``factor_ids`` the contributing factors that it tells of.
    """

    check: Check
    state: str
    left: object
    right: object
    sentence: str
    drills: tuple[Exercise, ...]
    more: str = ""

    @property
    def counts(self) -> bool:
        """Whether something stands out; a check that was not done never does."""
        return self.state in ("low", "unequal")


@dataclass(frozen=True, slots=True)
class SelfCheckResult:
    """All checks in their order; empty while the gate stops or something speaks against testing now."""

    gate: Gate
    findings: tuple[CheckFinding, ...]
    not_now: str = ""

    @property
    def drills(self) -> tuple[Exercise, ...]:
        """The drills of everything that stands out, each once."""
        found = [drill for finding in self.findings if finding.counts for drill in finding.drills]
        return tuple(dict.fromkeys(found))

    @property
    def factor_ids(self) -> tuple[str, ...]:
        """The contributing factors that stand out."""
        return tuple(dict.fromkeys(name for row in self.findings if row.counts for name in row.check.factor_ids))


def self_check(
    results: Mapping[str, Sides],
    answers: Safety | Mapping[str, object],
    *,
    sex: str = "not_given",
    tables: PreventionTables | None = None,
) -> SelfCheckResult:
    """Read the results of the self-check.

    Parameters
    ----------
    results
        Check id to ``{"left": ..., "right": ...}``: numbers in the unit of the check, or true where the
        fault is seen (hip control). What is missing was not tested, which says nothing.
    answers
        The safety answers. Pain, or an injury of the last days, speaks against testing now.
    sex
        ``man``, ``woman`` or ``not_given``, for the usual number of heel raises.

    Raises
    ------
    UnansweredError
        If a safety question is open.
    WarmUpError
        If a result cannot be.
    """
    tables = tables or load_prevention()
    gate = pass_gate(answers, tables)
    if not gate.passed:
        return SelfCheckResult(gate, ())
    safety = answers if isinstance(answers, Safety) else read_safety(answers, tables)
    for name in results:
        if name not in tables.self_checks:
            raise WarmUpError(shorten(name), f"there is no such check{did_you_mean(name, tables.self_checks)}")
    if (safety.pain or 0) > tables.limit("self_check_pain_0_10"):
        return SelfCheckResult(gate, (), tables.text("warmup.check.not_now.pain"))
    if safety.days_since_strain is not None and safety.days_since_strain < tables.limit("self_check_days"):
        return SelfCheckResult(gate, (), tables.text("warmup.check.not_now.recent"))
    signals = safety.signals(tables)
    available = Availability(tables, signals)
    rows = sorted(tables.self_checks.values(), key=lambda row: row.order)
    return SelfCheckResult(
        gate, tuple(_finding(row, results.get(row.check_id, {}), safety, sex, available, tables) for row in rows)
    )


def _finding(
    check: Check, sides: Sides, safety: Safety, sex: str, available: Availability, tables: PreventionTables
) -> CheckFinding:
    if check.not_if and tables.expression(check.not_if).holds(safety.signals(tables)):
        return CheckFinding(check, "left_out", None, None, tables.text("warmup.check.left_out"), ())
    left, right = (_read(check, sides.get(side), side) for side in ("left", "right"))
    if left is None or right is None:
        return CheckFinding(check, "not_tested", left, right, tables.text("warmup.check.not_tested"), ())
    below, more = check.below, ""
    if check.check_id == _RAISES and safety.age is not None:
        below, more = _usual_raises(safety.age, sex, left, right, tables)
    state = _state(check, left, right, below)
    sentence = {"fine": check.if_fine, "low": check.if_low, "unequal": check.if_unequal}[state]
    drills = tuple(tables.exercises[name] for name in check.exercise_ids if available.allows(name))
    return CheckFinding(check, state, left, right, sentence, drills, more)


def _state(check: Check, left: float, right: float, below: float | None) -> str:
    if check.kind == "yes_no_each":
        return "low" if left and right else ("unequal" if left or right else "fine")
    if below is not None and min(left, right) < below:
        return "low"
    gap, best = abs(left - right), max(left, right)
    large = check.difference is not None and gap > check.difference
    share = check.difference_pct is None or (best > 0 and 100 * gap / best > check.difference_pct)
    return "unequal" if large and share else "fine"


def _usual_raises(
    age: float, sex: str, left: float, right: float, tables: PreventionTables
) -> tuple[float | None, str]:
    """Return the number asked for at this age and sex, and the sentence that says so."""
    try:
        reading = heel_raise_check(tables.care, sex=sex, age=age, left=left, right=right)
    except ReturnError as error:
        raise WarmUpError(_RAISES, str(error)) from error
    if reading.gate is None or reading.norm is None:
        return None, tables.text("warmup.check.under_18")
    return float(reading.gate), tables.text("warmup.check.norm", norm=f"{reading.norm:g}", gate=reading.gate)


def _read(check: Check, value: object, side: str) -> float | None:
    if value is None:
        return None
    if check.kind == "yes_no_each":
        if not isinstance(value, bool):
            raise WarmUpError(
                check.check_id, f"{side}: write true if it is seen, else false, not {shorten(repr(value))}"
            )
        return float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        raise WarmUpError(check.check_id, f"{side}: write a number, not {shorten(repr(value))}")
    if not 0 <= value <= (check.most or math.inf):
        raise WarmUpError(check.check_id, f"{side}: more {check.unit} than can be, or fewer than none")
    return float(value)
