"""The guided self-check as the page holds it: results as typed, and what they point to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from calfnb.care.return_to_run import SEXES
from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.dashboards.paneled.safety import SafetyPart
from calfnb.dashboards.typed_numbers import read_number
from calfnb.tables.problems import sentence
from calfnb.tables.records_prevention import PreventionTables
from calfnb.tables.records_warmup import SelfCheck
from calfnb.warmup.request import WarmUpError
from calfnb.warmup.self_check import CheckFinding, SelfCheckResult, self_check

__all__ = ["SIDES", "UNKNOWN", "CheckPart", "CheckState", "check_check", "check_part", "checks_of", "with_result"]

SIDES = ("left", "right")
UNKNOWN = "not_given"
_SEX = "sex"


@dataclass(frozen=True)
class CheckState:
    """The test that is shown (their number for the summary), and results by ``check.side`` as typed or chosen."""

    step: int = 0
    results: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    sex: str = UNKNOWN


@dataclass(frozen=True)
class CheckPart:
    """What the results say.

    ``checks`` are the tests in their order; ``result`` is None while the safety questions hold back. ``problems``
    are sentences on results that cannot be, by ``check.side``; such a result counts as not tested.
    """

    safety: SafetyPart
    checks: tuple[SelfCheck, ...]
    result: SelfCheckResult | None
    problems: Mapping[str, str]

    def finding(self, check_id: str) -> CheckFinding | None:
        """What one test says, None when nothing is read."""
        findings = self.result.findings if self.result else ()
        return next((row for row in findings if row.check.check_id == check_id), None)

    @property
    def wanted(self) -> dict[str, str]:
        """The drills that fit what stands out, each with the name of the first test that points to it."""
        found: dict[str, str] = {}
        for row in self.result.findings if self.result else ():
            for drill in row.drills if row.counts else ():
                found.setdefault(drill.exercise_id, row.check.name)
        return found


def checks_of(tables: PreventionTables) -> tuple[SelfCheck, ...]:
    """Return the tests in their order."""
    return tuple(sorted(tables.self_checks.values(), key=lambda row: row.order))


def check_part(state: CheckState, safety: SafetyPart, library: PanelLibrary) -> CheckPart:
    """Read the results. A side that is missing or cannot be read was not tested, which says nothing."""
    tables = library.prevention
    checks = checks_of(tables)
    if not safety.passed:
        return CheckPart(safety, checks, None, MappingProxyType({}))
    problems: dict[str, str] = {}
    read: dict[str, dict[str, object]] = {}
    for check in checks:
        for side in SIDES:
            key = f"{check.check_id}.{side}"
            value = _value(check, key, state.results.get(key, ""), tables, problems)
            if value is None:
                continue
            try:
                # Some results are only looked at closely when both sides are there, so the other one is nought.
                nought = False if check.kind == "yes_no_each" else 0
                both = {**dict.fromkeys(SIDES, nought), side: value}
                self_check({check.check_id: both}, safety.safety, sex=state.sex, tables=tables)
            except WarmUpError as error:
                problems[key] = sentence(str(error).partition(": ")[2])
                continue
            read.setdefault(check.check_id, {})[side] = value
    result = self_check(read, safety.safety, sex=state.sex, tables=tables)
    return CheckPart(safety, checks, result, MappingProxyType(problems))


def _value(check: SelfCheck, key: str, written: str, tables: PreventionTables, problems: dict[str, str]) -> object:
    if not written:
        return None
    if check.kind == "yes_no_each":
        return written == "yes"
    return read_number(key, written, tables.tables, problems)


def with_result(state: CheckState, name: str, value: Any, library: PanelLibrary) -> CheckState:
    """Return the state with one result put in, changed, or taken back ("").

    Raises
    ------
    ValueError
        If there is no such test, side or choice.
    """
    if name == _SEX:
        changed = replace(state, sex=str(value))
    else:
        results = {key: old for key, old in state.results.items() if key != name}
        changed = replace(state, results=MappingProxyType({**results, name: str(value)} if value else results))
    check_check(changed, library)
    return changed


def check_check(state: CheckState, library: PanelLibrary) -> None:
    """Raise ValueError for a test, a side or a choice that there is not."""
    checks = {row.check_id: row for row in checks_of(library.prevention)}
    if not 0 <= state.step <= len(checks):
        raise ValueError(f"There is no test {state.step}.")
    if state.sex not in SEXES:
        raise ValueError(f"There is no choice {state.sex!r}.")
    for name, value in state.results.items():
        check_id, _, side = name.partition(".")
        if check_id not in checks or side not in SIDES:
            raise ValueError(f"There is no result {name!r}.")
        if checks[check_id].kind == "yes_no_each" and value not in ("yes", "no"):
            raise ValueError(f"{name} has no choice {value!r}.")
