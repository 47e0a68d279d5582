"""The questionnaire on contributing factors: what was answered, what counts, and what is known of it.

A factor that counts is a place to look, not a probability. Nothing is added up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from calfnb.tables.loading_prevention import load_prevention
from calfnb.tables.problems import InputError, did_you_mean, listed, shorten
from calfnb.tables.records_prevention import ContributingFactor, PreventionAction, PreventionTables

__all__ = ["Answer", "FactorError", "FactorFinding", "FactorReport", "check_factors", "read_factors"]

Answer = str | float
_MODIFIABLE = ("yes", "partly", "no")
_STRENGTH = ("strong", "moderate", "limited", "conflicting", "seed_only", "null", "contradicted")


class FactorError(InputError):
    """An answer to the questionnaire cannot be used; ``field`` names it."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(f"{field}: {message}")


@dataclass(frozen=True, slots=True)
class FactorFinding:
    """One factor of the questionnaire.

    ``state`` is ``counts``, ``does_not_count``, ``open`` (not answered, or not tested: that says
    nothing), or ``explained`` (answered, but never counted, because it does not hold or is no matter
    of yes and no). ``words`` is the answer in words.
    """

    factor: ContributingFactor
    state: str
    answer: Answer | None
    words: str
    actions: tuple[PreventionAction, ...]

    @property
    def counts(self) -> bool:
        """Whether it is a place to look for this runner."""
        return self.state == "counts"


@dataclass(frozen=True, slots=True)
class FactorReport:
    """All factors in the order of the questionnaire."""

    findings: tuple[FactorFinding, ...]

    @property
    def counting(self) -> tuple[FactorFinding, ...]:
        """What counts: first what can be changed, then the better supported."""
        found = [row for row in self.findings if row.counts]
        return tuple(
            sorted(
                found,
                key=lambda row: (
                    _MODIFIABLE.index(row.factor.modifiable),
                    _STRENGTH.index(row.factor.strength),
                    row.factor.order,
                ),
            )
        )

    @property
    def for_a_clinician(self) -> tuple[FactorFinding, ...]:
        """What counts and is a matter for a clinician rather than for training."""
        return tuple(row for row in self.counting if row.factor.safety)

    @property
    def open(self) -> tuple[FactorFinding, ...]:
        """What was not answered or not tested."""
        return tuple(row for row in self.findings if row.state == "open")

    @property
    def factor_ids(self) -> tuple[str, ...]:
        """The ids of what counts."""
        return tuple(row.factor.factor_id for row in self.counting)


def read_factors(answers: Mapping[str, object], tables: PreventionTables | None = None) -> dict[str, Answer]:
    """Read and check answers to the questionnaire; what is None is left out.

    Raises
    ------
    FactorError
        If there is no such factor, or an answer cannot be.
    """
    tables = tables or load_prevention()
    found: dict[str, Answer] = {}
    for name, value in answers.items():
        factor = tables.factors.get(name)
        if factor is None:
            raise FactorError(shorten(name), f"there is no such factor{did_you_mean(str(name), tables.factors)}")
        if value is not None:
            found[name] = _number(factor, value) if factor.kind == "number" else _option(factor, value)
    return found


def check_factors(answers: Mapping[str, object], tables: PreventionTables | None = None) -> FactorReport:
    """Return what the answers say about every factor; raises `FactorError` as `read_factors` does."""
    tables = tables or load_prevention()
    known = read_factors(answers, tables)
    by_factor: dict[str, list[PreventionAction]] = {}
    for action in tables.actions.values():
        for factor_id in action.factor_ids:
            by_factor.setdefault(factor_id, []).append(action)
    rows = sorted(tables.factors.values(), key=lambda row: row.order)
    return FactorReport(
        tuple(
            FactorFinding(
                factor=row,
                state=_state(row, known.get(row.factor_id)),
                answer=known.get(row.factor_id),
                words=_words(row, known.get(row.factor_id)),
                actions=tuple(sorted(by_factor.get(row.factor_id, ()), key=lambda action: action.first)),
            )
            for row in rows
        )
    )


def _state(factor: ContributingFactor, answer: Answer | None) -> str:
    if answer is None:
        return "open"
    if factor.kind != "number":
        if not factor.counts_options:
            return "explained"
        return "counts" if answer in factor.counts_options else "does_not_count"
    value = float(answer)
    reached = (
        (factor.counts_at_least is not None and value >= factor.counts_at_least)
        or (factor.counts_above is not None and value > factor.counts_above)
        or (factor.counts_below is not None and value < factor.counts_below)
    )
    return "counts" if reached else "does_not_count"


def _words(factor: ContributingFactor, answer: Answer | None) -> str:
    if answer is None:
        return ""
    if factor.kind == "number":
        # The tables name a unit in the plural.
        unit = factor.unit.removesuffix("s") if answer == 1 else factor.unit
        return f"{answer:g} {unit}".strip()
    return factor.labels[factor.options.index(str(answer))]


def _number(factor: ContributingFactor, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        raise FactorError(factor.factor_id, f"write a number in {factor.unit}, not {shorten(repr(value))}")
    low = -math.inf if factor.minimum is None else factor.minimum
    high = math.inf if factor.maximum is None else factor.maximum
    if not low <= value <= high:
        shown = shorten(str(value)) if abs(value) < 1e15 else "such a number"
        raise FactorError(factor.factor_id, f"{shown} {factor.unit} cannot be; write {low:g} to {high:g}")
    return float(value)


def _option(factor: ContributingFactor, value: object) -> str:
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if not isinstance(value, str) or value not in factor.options:
        near = did_you_mean(value, factor.options) if isinstance(value, str) else ""
        raise FactorError(factor.factor_id, f"{shorten(repr(value))} is none of {listed(factor.options)}{near}")
    return value
