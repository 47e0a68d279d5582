"""The tests on one patient: which there are for a suspicion, and what results do to its probability."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from calfnb.case import Case
from calfnb.dashboards.tests_page.state import Library, TestsState
from calfnb.dashboards.typed_numbers import NOT_A_NUMBER, number_of
from calfnb.diagnostics import (
    CLAMP,
    Clinic,
    DiagnosticError,
    FrequencyTree,
    Harms,
    Losses,
    Order,
    Ratio,
    SideBySide,
    TestRatios,
    Thresholds,
    Update,
    chain,
    checked_proportion,
    clinics,
    derived_ratios,
    frequency_tree,
    likelihood_ratios,
    order_of_testing,
    ratios_of,
    side_by_side,
    thresholds,
    update,
    value_of_testing,
)
from calfnb.reasoning.model import Model
from calfnb.reasoning.results import RankedCondition
from calfnb.reasoning.scoring import ranking, weigh
from calfnb.tables.records_tests import Accuracy

__all__ = [
    "CLINICS",
    "HARMS",
    "ORDERED",
    "OWN",
    "Chosen",
    "Figures",
    "PatientPart",
    "TestChoice",
    "candidates",
    "work_out",
]

#: The test whose figures a person types.
OWN = "own"
#: How many places the slider of settings has: the settings, and half way between two of them.
CLINICS = 5
#: What the harms are until someone types others: of missing, of acting needlessly, of the test.
HARMS = ("100", "10", "1")
#: The test of the scene of testing first, and the condition that it is about.
ORDERED = ("t_ddimer_positive", "deep_vein_thrombosis")
_FIRST_SUSPECT = "deep_vein_thrombosis"


@dataclass(frozen=True, slots=True)
class TestChoice:
    """A test that can be chosen for a suspicion.

    ``row`` holds its published figures, None where only the tables of causes know it; ``finding_id`` is the question of
    the interview that it answers, "" for none.
    """

    __test__ = False

    key: str
    name: str
    method_id: str
    finding_id: str
    row: Accuracy | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Sensitivity and specificity (0-1) of a test.

    ``origin`` is ``published``, ``drawn_in`` (published as 1, taken as 0.99), ``ratios``, ``tables`` or ``own``.
    """

    sensitivity: float
    specificity: float
    origin: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A test that was done: its result and the ratio of that result, None where there is no figure for it."""

    choice: TestChoice
    positive: bool
    ratio: Ratio | None


@dataclass(frozen=True)
class PatientPart:
    """Everything that the panel of the patient shows.

    Attributes
    ----------
    before, after
        The suspicion as the page of causes counts it, all causes at once, before the chosen results and with those of
        them that it has a question for. The low and high ends are an 80 % interval.
    case_before, case_after
        The cases of these two.
    steps
        The published ratios applied one after another; ``total`` all at once, with a band if there is only one.
    focus
        The last of the chosen tests; tree, comparison and thresholds are about it.
    sides
        A positive and a negative result of the focus at a low, the present and a high pretest probability.
    problems
        Sentences by field.
    """

    condition_id: str
    choices: tuple[TestChoice, ...]
    chosen: tuple[Chosen, ...]
    case_before: Case
    case_after: Case
    before: RankedCondition
    after: RankedCondition
    steps: tuple[Update, ...]
    total: Update | None
    focus: TestChoice | None
    ratios: TestRatios | None
    figures: Figures | None
    tree: FrequencyTree | None
    low: float
    high: float
    sides: tuple[SideBySide | None, SideBySide | None]
    clinics: tuple[Clinic, ...]
    place: int
    thresholds: Thresholds | None
    losses: Losses | None
    order: Order
    problems: Mapping[str, str]


def candidates(condition_id: str, library: Library) -> tuple[TestChoice, ...]:
    """Return the tests that can be chosen for a suspicion: those with published figures first."""
    tests, model = library.tests, library.model
    if condition_id not in model.condition_index:
        return ()
    found = [
        TestChoice(row.test_id, row.name, row.method_id, row.finding_id, row)
        for row in tests.accuracies_of_condition(condition_id)
        if row.usable and ratios_of(row) != TestRatios(None, None)
    ]
    covered = {choice.finding_id for choice in found}
    for method in tests.methods_of_condition(condition_id):
        for finding_id in method.finding_ids:
            finding = model.tables.findings[finding_id]
            if finding.kind != "yes_no" or finding_id in covered or method.kind == "investigation":
                continue
            covered.add(finding_id)
            found.append(TestChoice(finding_id, finding.short_label, method.method_id, finding_id, None))
    return tuple(found)


def work_out(state: TestsState, library: Library) -> PatientPart:
    """Work out the panel of the patient."""
    model = library.model
    problems: dict[str, str] = {}
    condition_id = state.suspect or state.condition or _FIRST_SUSPECT
    choices = (*candidates(condition_id, library), TestChoice(OWN, "", "", "", None))
    own = _own_figures(state, library, problems)
    results = _results(state, choices, library)
    chosen = tuple(
        Chosen(choice, positive, _ratio(choice, condition_id, own, state.case, library, positive=positive))
        for choice, positive in results
    )
    known = [choice.finding_id for choice, _ in results if choice.finding_id]
    case_before = state.case.without(*known)
    case_after = case_before
    for choice, positive in results:
        if choice.finding_id:
            case_after = case_after.with_answer(choice.finding_id, "yes" if positive else "no")
    before, after = _ranked(model, case_before, condition_id), _ranked(model, case_after, condition_id)
    ratios = [one.ratio for one in chosen if one.ratio is not None]
    steps = chain(before.probability, ratios)
    focus = chosen[-1].choice if chosen else None
    focus_ratios = _both(focus, condition_id, own, state.case, library) if focus else None
    figures = _figures(focus, focus_ratios, own) if focus else None
    low, high = _ends(state, case_before, condition_id, before.probability, library, problems)
    found, losses = _thresholds(state, figures, before.probability, library, problems)
    return PatientPart(
        condition_id=condition_id,
        choices=choices,
        chosen=chosen,
        case_before=case_before,
        case_after=case_after,
        before=before,
        after=after,
        steps=steps,
        total=_total(before.probability, ratios),
        focus=focus,
        ratios=focus_ratios,
        figures=figures,
        tree=_tree(model, case_before, focus, condition_id),
        low=low,
        high=high,
        sides=_sides(low, before.probability, high, focus_ratios),
        clinics=_clinics(model, case_before),
        place=_place(state, model) if state.place is None else state.place,
        thresholds=found,
        losses=losses,
        order=_order(model, state.case, state.order_result),
        problems=MappingProxyType(problems),
    )


def _results(state: TestsState, choices: tuple[TestChoice, ...], library: Library) -> list[tuple[TestChoice, bool]]:
    """Return the chosen tests; until someone chooses, one of the first that is no mere question, as it came out."""
    by_key = {choice.key: choice for choice in choices}
    if state.results is not None:
        return [(by_key[key], result == "positive") for key, result in state.results if key in by_key]
    answers, findings = state.case.answers, library.model.tables.findings
    usable = [choice for choice in choices if choice.key != OWN]
    if not usable:
        return []

    def rank(choice: TestChoice) -> tuple[bool, bool, bool]:
        test = choice.finding_id != "" and findings[choice.finding_id].step == "tests"
        return choice.row is None, not test, choice.finding_id not in answers

    first = min(usable, key=rank)
    return [(first, answers.get(first.finding_id, "yes") == "yes")]


def _own_figures(state: TestsState, library: Library, problems: dict[str, str]) -> Figures | None:
    values: list[float] = []
    for field in ("sensitivity", "specificity"):
        typed = getattr(state, f"own_{field}")
        if not typed:
            continue
        number = number_of(typed)
        try:
            if isinstance(number, str):
                raise DiagnosticError(library.model.tables.text(NOT_A_NUMBER, value=number))
            values.append(checked_proportion(field, number))
        except DiagnosticError as error:
            problems[f"own_{field}"] = str(error)
    return Figures(values[0], values[1], "own") if len(values) == 2 else None


def _both(
    choice: TestChoice, condition_id: str, own: Figures | None, case: Case, library: Library
) -> TestRatios | None:
    """Return both ratios of a test: published, of one's own, or those that the tables of causes imply."""
    if choice.row is not None:
        return ratios_of(choice.row)
    if choice.key == OWN:
        pair = likelihood_ratios(own.sensitivity, own.specificity) if own else None
        if pair is None or pair.positive is None or pair.negative is None:
            return None
        return TestRatios(_kept(pair.positive.value), _kept(pair.negative.value))
    positive, negative = derived_ratios(library.model, condition_id, choice.finding_id, case.setting)
    return TestRatios(_kept(positive), _kept(negative))


def _kept(value: float) -> Ratio:
    kept = min(max(value, CLAMP[0]), CLAMP[1])
    return Ratio(kept, clamped=kept != value)


def _ratio(
    choice: TestChoice, condition_id: str, own: Figures | None, case: Case, library: Library, *, positive: bool
) -> Ratio | None:
    both = _both(choice, condition_id, own, case, library)
    return None if both is None else both.positive if positive else both.negative


def _figures(choice: TestChoice, ratios: TestRatios | None, own: Figures | None) -> Figures | None:
    if choice.key == OWN:
        return own
    row = choice.row
    if row is not None and row.sensitivity is not None and row.specificity is not None:
        # A study that found every one of a few patients does not show a test that misses nobody.
        ends = [min(max(value, 0.01), 0.99) for value in (row.sensitivity, row.specificity)]
        drawn_in = ends != [row.sensitivity, row.specificity]
        return Figures(ends[0], ends[1], "drawn_in" if drawn_in else "published")
    if ratios is None or ratios.positive is None or ratios.negative is None:
        return None
    positive, negative = ratios.positive.value, ratios.negative.value
    if not negative < 1 < positive:
        return None
    specificity = (positive - 1) / (positive - negative)
    return Figures(positive * (1 - specificity), specificity, "tables" if row is None else "ratios")


def _total(pretest: float, ratios: list[Ratio]) -> Update | None:
    if not ratios:
        return None
    if len(ratios) == 1:
        return update(pretest, ratios[0])
    return update(pretest, Ratio(math.prod(ratio.value for ratio in ratios)))


def _ranked(model: Model, case: Case, condition_id: str) -> RankedCondition:
    return next(item for item in _ranking(model, case) if item.condition_id == condition_id)


# The same case is looked at for several tests, harms and places of the slider.
@lru_cache(maxsize=32)
def _ranking(model: Model, case: Case) -> tuple[RankedCondition, ...]:
    return tuple(ranking(model, weigh(model, case)))


@lru_cache(maxsize=16)
def _clinics(model: Model, case: Case) -> tuple[Clinic, ...]:
    return clinics(model, case, count=CLINICS)


@lru_cache(maxsize=16)
def _order(model: Model, case: Case, result: str) -> Order:
    return order_of_testing(model, case, ORDERED[0], result, ORDERED[1])


def _place(state: TestsState, model: Model) -> int:
    """Return the place of the case's own setting on the slider."""
    for place, clinic in enumerate(_clinics(model, Case(state.case.setting))):
        name = clinic.between[round(clinic.fraction)]
        if clinic.fraction in (0.0, 1.0) and name == state.case.setting:
            return place
    return 0


def _tree(model: Model, case: Case, focus: TestChoice | None, condition_id: str) -> FrequencyTree | None:
    if focus is None or not focus.finding_id:
        return None
    first = [item.condition_id for item in _ranking(model, case) if item.condition_id != condition_id]
    return frequency_tree(model, case, focus.finding_id, (condition_id, *first[:3]))


def _ends(
    state: TestsState, case: Case, condition_id: str, middle: float, library: Library, problems: dict[str, str]
) -> tuple[float, float]:
    """Return a low and a high pretest probability: as typed (of 100), or those of the other settings."""
    model = library.model
    everywhere = [_ranked(model, case.with_setting(name), condition_id).probability for name in model.setting_ids]
    # A third or three times the odds where the settings hardly differ, so that there is something to compare.
    odds = middle / (1 - middle)
    low = min(*everywhere, odds / 3 / (1 + odds / 3))
    high = max(*everywhere, odds * 3 / (1 + odds * 3))
    ends = [low, high]
    for index, field in enumerate(("low", "high")):
        typed = getattr(state, field)
        if not typed:
            continue
        number = number_of(typed)
        text = library.model.tables.text
        if isinstance(number, str):
            problems[field] = text(NOT_A_NUMBER, value=number)
        elif not 0 < number < 100:
            problems[field] = text("dash2.problem.of_hundred", value=f"{number:g}")
        elif (number / 100 > middle) if field == "low" else (number / 100 < middle):
            problems[field] = text(f"dash2.problem.{field}", middle=f"{100 * middle:.2g}")
        else:
            ends[index] = number / 100
    return ends[0], ends[1]


def _sides(
    low: float, middle: float, high: float, ratios: TestRatios | None
) -> tuple[SideBySide | None, SideBySide | None]:
    pair = (None, None) if ratios is None else (ratios.positive, ratios.negative)
    both = tuple(None if ratio is None else side_by_side(low, middle, high, ratio) for ratio in pair)
    return both[0], both[1]


def _thresholds(
    state: TestsState, figures: Figures | None, probability: float, library: Library, problems: dict[str, str]
) -> tuple[Thresholds | None, Losses | None]:
    values: list[float] = []
    for field, typed, usual in zip(("missing", "overtreating", "test"), state.harms, HARMS, strict=True):
        number = number_of(typed or usual)
        if isinstance(number, str):
            problems[field] = library.model.tables.text(NOT_A_NUMBER, value=number)
            number = float(usual)
        try:
            Harms(**{"missing": 1.0, "overtreating": 1.0, "test": 0.0, field: number})
        except DiagnosticError as error:
            problems[field] = str(error)
            number = float(usual)
        values.append(float(number))
    if figures is None:
        return None, None
    harms = Harms(*values)
    return (
        thresholds(harms, figures.sensitivity, figures.specificity),
        value_of_testing(probability, harms, figures.sensitivity, figures.specificity),
    )
