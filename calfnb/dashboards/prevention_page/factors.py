"""The questionnaire on contributing factors as the page holds it: typed answers, step by step, and what they say.

An answer that is missing or cannot be read stays open; it is never read as a no.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from calfnb.dashboards.prevention_page.library import PreventionLibrary
from calfnb.dashboards.typed_numbers import NOT_A_NUMBER, number_of
from calfnb.prevention.factors import FactorError, FactorFinding, FactorReport, check_factors, read_factors
from calfnb.tables.problems import sentence
from calfnb.tables.records_prevention import ContributingFactor, PreventionTables

__all__ = [
    "STEPS",
    "FactorStep",
    "FactorsPart",
    "FactorsState",
    "answered",
    "check_factors_state",
    "example",
    "factors_part",
    "is_example",
    "step_of",
]

_LONGEST = 24

#: The steps of the questionnaire, each with the categories of the table that it asks for. A category with one or two
#: questions stands with the one that it is nearest to.
STEPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "training": ("training",),
        "recovery": ("recovery",),
        "surface": ("surface",),
        "footwear": ("footwear",),
        "foot_and_form": ("foot_and_form",),
        "strength": ("strength", "flexibility"),
        "habits": ("habits",),
        "hydration": ("hydration", "environment"),
        "personal": ("personal",),
        "medical": ("medical",),
    }
)

#: An invented runner for a class: works at a desk, 46, a strain a year ago, training for a marathon in old shoes.
#: Some questions stay open on purpose.
_EXAMPLE: Mapping[str, str] = MappingProxyType(
    {
        "training_too_much_too_soon": "yes",
        "weekly_mileage_spike": "24",
        "single_session_spike": "1.4",
        "high_weekly_volume": "38",
        "low_volume_before_long_event": "no",
        "intensity_increase": "yes",
        "novice_runner": "no",
        "return_after_break": "no",
        "insufficient_rest_days": "1",
        "poor_recovery_sleep_nutrition": "yes",
        "late_run_fatigue": "no",
        "hill_introduction": "yes",
        "hard_surface": "yes",
        "surface_change": "no",
        "sand_or_soft_surface": "no",
        "worn_shoes": "720",
        "low_drop_switch": "yes",
        "single_shoe_pair": "yes",
        "overpronation_flat_foot": "no",
        "forefoot_strike": "no",
        "heel_strike": "yes",
        "low_cadence": "158",
        "weak_calf": "16",
        "weak_foot_ankle": "no",
        "weak_hip": "no",
        "tight_calf_achilles": "no",
        "no_warm_up": "yes",
        "no_pre_run_stretching": "yes",
        "no_cool_down": "yes",
        "prolonged_sitting": "yes",
        "dehydration": "no",
        "heat_humidity": "no",
        "older_age": "46",
        "previous_calf_injury": "m2_to_12",
        "back_history": "yes",
        "direct_blow": "no",
        "sex": "not_given",
        "diabetes": "no",
        "fluoroquinolone_use": "no",
        "smoking_vascular_risk": "no",
    }
)


@dataclass(frozen=True)
class FactorsState:
    """Answers by the id of their factor, as typed or chosen, and the step that is shown."""

    answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    step: str = "training"


@dataclass(frozen=True)
class FactorStep:
    """One step of the questionnaire with the questions that it asks."""

    step_id: str
    findings: tuple[FactorFinding, ...]

    @property
    def answered(self) -> int:
        """How many of its questions have an answer."""
        return sum(row.state != "open" for row in self.findings)


@dataclass(frozen=True)
class FactorsPart:
    """What follows from the answers; ``problems`` are sentences on answers that cannot be, by factor."""

    report: FactorReport
    steps: tuple[FactorStep, ...]
    problems: Mapping[str, str]

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return sum(step.answered for step in self.steps)

    @property
    def factor_ids(self) -> tuple[str, ...]:
        """What counts, the changeable first."""
        return self.report.factor_ids

    def step(self, step_id: str) -> FactorStep:
        """Return a step; raises StopIteration if there is none of that name."""
        return next(step for step in self.steps if step.step_id == step_id)


def factors_part(state: FactorsState, library: PreventionLibrary) -> FactorsPart:
    """Read the answers; one that cannot be stays open and gets a sentence."""
    tables = library.prevention
    problems: dict[str, str] = {}
    known: dict[str, object] = {}
    for name, written in state.answers.items():
        value = _value(tables.factors[name], written)
        if isinstance(value, str) and tables.factors[name].kind == "number":
            problems[name] = tables.text(NOT_A_NUMBER, value=written)
            continue
        try:
            known.update(read_factors({name: value}, tables))
        except FactorError as error:
            problems[name] = sentence(str(error).partition(": ")[2])
    report = check_factors(known, tables)
    steps = tuple(
        FactorStep(name, tuple(row for row in report.findings if row.factor.category in categories))
        for name, categories in STEPS.items()
    )
    return FactorsPart(report, steps, MappingProxyType(problems))


def step_of(factor: ContributingFactor) -> str:
    """Return the step that asks for a factor."""
    return next(name for name, categories in STEPS.items() if factor.category in categories)


def answered(state: FactorsState, factor_id: str, value: str, tables: PreventionTables) -> FactorsState:
    """Return the state with one answer put in, changed, or taken back ("").

    Raises
    ------
    ValueError
        If there is no such question or choice.
    """
    answers = {name: old for name, old in state.answers.items() if name != factor_id}
    if value.strip():
        answers[factor_id] = value.strip()[:_LONGEST]
    _check_answers({factor_id: value, **answers}, tables)
    return replace(state, answers=MappingProxyType(answers))


def example(state: FactorsState) -> FactorsState:
    """Return the state with the answers of an invented runner."""
    return replace(state, answers=_EXAMPLE)


def is_example(state: FactorsState) -> bool:
    """Tell whether the answers are those of the invented runner."""
    return state.answers == _EXAMPLE


def check_factors_state(state: FactorsState, library: PreventionLibrary) -> None:
    """Raise ValueError for a state that names a question, a choice or a step that there is not."""
    if state.step not in STEPS:
        raise ValueError(f"There is no step {state.step!r}.")
    _check_answers(state.answers, library.prevention)


def _check_answers(answers: Mapping[str, str], tables: PreventionTables) -> None:
    for name, value in answers.items():
        factor = tables.factors.get(name)
        if factor is None:
            raise ValueError(f"There is no question {name!r}.")
        if factor.kind != "number" and value and value not in factor.options:
            raise ValueError(f"{name} has no choice {value!r}.")


def _value(factor: ContributingFactor, written: str) -> int | float | str:
    return number_of(written) if factor.kind == "number" else written
