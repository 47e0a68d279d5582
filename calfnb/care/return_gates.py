"""The gates of a return to running: what is ticked, and the two calculators that compare both sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from calfnb.tables.problems import InputError, did_you_mean, listed, sentence
from calfnb.tables.records_care import CareTables, HeelRaiseNorm, ReturnGate

__all__ = [
    "SEXES",
    "GateResult",
    "ReturnError",
    "SideCheck",
    "check_gate",
    "gate_tests",
    "heel_raise_check",
    "knee_to_wall_check",
]

SEXES: tuple[str, ...] = ("man", "woman", "not_given")


class ReturnError(InputError):
    """Something about a return to running cannot be; the message is one sentence for the page."""

    def __init__(self, message: str) -> None:
        super().__init__(sentence(message.rstrip(".")))


@dataclass(frozen=True, slots=True)
class SideCheck:
    """A comparison of both sides: ``asymmetry_pct`` is 0-100 of the better side, None if both are 0.

    ``gate`` is the number that each side must reach, None where a clinician decides or none applies.
    ``reasons`` says why it is not passed: ``below_gate``, ``asymmetry``, ``clinician_decides``.
    """

    left: float
    right: float
    gate: int | None
    norm: float | None
    asymmetry_pct: float | None
    passed: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GateResult:
    """A gate: passed only when every test of it is; a test that is missing is never passed."""

    gate: str
    passed: bool
    passed_ids: tuple[str, ...]
    failed_ids: tuple[str, ...]
    missing_ids: tuple[str, ...]


def heel_raise_check(
    care: CareTables, *, sex: str, age: float, left: float, right: float, gate: str = "start"
) -> SideCheck:
    """Compare single-leg heel raises with the number for age and sex, and the sides with each other.

    Parameters
    ----------
    sex
        ``man``, ``woman`` or ``not_given``, which asks for the higher of the two numbers.
    age
        Years. Under the youngest age of the tables a clinician decides.
    left, right
        Full raises on each leg, whole numbers from 0.
    gate
        ``start`` or ``speed``.

    Raises
    ------
    ReturnError
        If a value cannot be: a sentence that says which and what to write instead.
    """
    tests = [row for row in care.gates.values() if row.gate == gate and row.kind == "heel_raise"]
    if not tests:
        raise ReturnError(f"the gate {gate!r} has no heel raises{did_you_mean(gate, ('start', 'speed'))}")
    if sex not in SEXES:
        raise ReturnError(f"sex must be one of {listed(SEXES)}, not {sex!r}{did_you_mean(sex, SEXES)}")
    years = _number(age, "age", "years", low=0, high=care.limit("oldest_age"))
    most = care.limit("most_heel_raises")
    raises_left, raises_right = _count(left, "left", most), _count(right, "right", most)
    asymmetry = _asymmetry(raises_left, raises_right)
    norms = _usual_raises(care, sex, years)
    if not norms:
        return SideCheck(raises_left, raises_right, None, None, asymmetry, False, ("clinician_decides",))
    number = max(_asked(norm, gate, tests[0].highest_gate) for norm in norms)
    reasons = ["below_gate"] * (min(raises_left, raises_right) < number)
    reasons += ["asymmetry"] * (asymmetry is not None and asymmetry > (tests[0].max_asymmetry_pct or 0))
    usual = max(norm.norm_raises for norm in norms)
    return SideCheck(raises_left, raises_right, number, usual, asymmetry, not reasons, tuple(reasons))


def knee_to_wall_check(care: CareTables, *, left_cm: float, right_cm: float) -> SideCheck:
    """Compare the knee-to-wall distances of both sides, in centimetres; raises ReturnError like its sibling."""
    (test,) = [row for row in care.gates.values() if row.kind == "knee_to_wall"][:1]
    longest = care.limit("longest_knee_to_wall_cm")
    left = _number(left_cm, "left knee to wall", "cm", low=0, high=longest)
    right = _number(right_cm, "right knee to wall", "cm", low=0, high=longest)
    asymmetry = _asymmetry(left, right)
    reasons = ["asymmetry"] * (asymmetry is None or asymmetry > (test.max_asymmetry_pct or 0))
    return SideCheck(left, right, None, None, asymmetry, not reasons, tuple(reasons))


def gate_tests(care: CareTables, gate: str) -> tuple[ReturnGate, ...]:
    """Return the tests of a gate in their order; raises ReturnError if there is no such gate."""
    tests = tuple(row for row in care.gates.values() if row.gate == gate)
    if not tests:
        known = tuple(dict.fromkeys(row.gate for row in care.gates.values()))
        raise ReturnError(f"there is no gate {gate!r}; gates are {listed(known)}")
    return tests


def check_gate(care: CareTables, gate: str, results: Mapping[str, bool | None]) -> GateResult:
    """Say whether a gate is passed.

    Parameters
    ----------
    gate
        ``start``, ``speed`` or ``hills``.
    results
        Gate test id to passed or not; what is missing or None was not tested.
    """
    tests = [test.gate_id for test in gate_tests(care, gate)]
    unknown = [name for name in results if name not in care.gates]
    if unknown:
        raise ReturnError(f"there is no test {unknown[0]!r}{did_you_mean(unknown[0], care.gates)}")
    passed = tuple(name for name in tests if results.get(name) is True)
    failed = tuple(name for name in tests if results.get(name) is False)
    missing = tuple(name for name in tests if results.get(name) is None)
    return GateResult(gate, len(passed) == len(tests), passed, failed, missing)


def _usual_raises(care: CareTables, sex: str, years: float) -> list[HeelRaiseNorm]:
    """Return the norms that apply, both where the sex is not given; none for somebody too young for them."""
    if years < care.limit("youngest_age"):
        return []
    rows = [row for row in care.heel_raise_norms if row.age_from <= int(years) <= row.age_to]
    return [row for row in rows if sex in ("not_given", row.sex)]


def _asked(norm: HeelRaiseNorm, gate: str, highest: int | None) -> int:
    """Return the raises asked of one leg: at the first gate a share of the norm, at the next all of it, up to a cap."""
    if gate == "start":
        return norm.gate_raises
    return int(norm.norm_raises if highest is None else min(highest, norm.norm_raises))


def _asymmetry(left: float, right: float) -> float | None:
    """Return the side difference in percent of the better side, one decimal, or None if both are 0."""
    best = max(left, right)
    return round(100 * abs(left - right) / best, 1) if best else None


def _number(value: object, name: str, unit: str, *, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        raise ReturnError(f"{name} must be a number of {unit}, not {value!r}")
    if not low <= value <= high:
        raise ReturnError(f"{name} must lie between {low:g} and {high:g} {unit}; {value:g} cannot be")
    return float(value)


def _count(value: object, name: str, most: float) -> float:
    number = _number(value, f"heel raises on the {name}", "raises", low=0, high=most)
    if number != int(number):
        raise ReturnError(f"heel raises on the {name} must be a whole number, not {number:g}")
    return number
