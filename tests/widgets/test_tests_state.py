"""The page of tests and rules as values: what follows from a state, and its address."""

import json
from datetime import date

import pytest
from tests_acts import WELLS, reason

from calfnb.case import Case, encode_case
from calfnb.dashboards.page_code import pack_part
from calfnb.dashboards.paneled.state import page_code, patient_code, restored
from calfnb.dashboards.tests_page.patient import OWN, candidates
from calfnb.dashboards.tests_page.result import check, evaluate, take_results
from calfnb.dashboards.tests_page.rule_form import CLEARED, RuleForm, given
from calfnb.dashboards.tests_page.state import PANELS, Library, TestsState
from calfnb.dashboards.typed_numbers import number_of
from calfnb.diagnostics import posttest_probability
from calfnb.tables import load_tests

TODAY = date(2026, 3, 4)
STORY = {
    "side": "one_leg",
    "calf_swelling": "yes",
    "ex_calf_3cm_larger": "yes",
    "ex_pitting_oedema": "no",
    "previous_dvt_or_pe": "no",
}


@pytest.fixture(scope="session")
def library(model):
    return Library(model, load_tests())


@pytest.fixture
def start():
    return TestsState(Case(), TODAY)


@pytest.fixture
def patient():
    return TestsState(Case("sports_clinic", STORY), TODAY)


def with_form(state, rule_id, form):
    return state.change(panel="rules", rule=rule_id, forms={**state.forms, rule_id: form})


def code_of(state, library):
    return page_code(state, TestsState(Case(), TODAY), library.tables, library.tests.version)


def back(code, library):
    blank = TestsState(Case(), TODAY)
    return restored(
        code, blank, library.tables, library.tests.version, panels=PANELS, check=lambda state: check(state, library)
    )


# ---- the state ----


def test_a_page_opens_on_its_patient_if_there_is_one(start, patient):
    assert start.shown == "tests"
    assert patient.shown == "patient"
    assert patient.change(panel="tests").shown == "tests"


def test_a_part_is_worked_out_only_while_it_is_shown(library, patient):
    assert evaluate(patient, library).rule is None
    shown = evaluate(patient.change(panel="rules", rule=WELLS), library)
    assert shown.patient is None
    assert shown.rule is not None


def test_one_published_ratio_moves_the_patients_own_probability(library, patient):
    part = evaluate(patient.change(suspect="deep_vein_thrombosis", results=(("ddimer", "negative"),)), library).patient
    ratio = part.chosen[0].ratio
    assert part.total.posttest == pytest.approx(posttest_probability(part.before.probability, ratio.value))
    assert part.total.low < part.total.posttest < part.total.high
    assert part.after.probability < part.before.probability


def test_several_results_are_a_chain_without_a_band_and_the_table_says_less(library, patient):
    results = (("ddimer", "positive"), ("dvt_calf_diff", "positive"))
    part = evaluate(patient.change(suspect="deep_vein_thrombosis", results=results), library).patient
    assert len(part.steps) == 2
    assert part.total.posttest == pytest.approx(part.steps[-1].posttest)
    assert part.total.low is None
    assert "ex_calf_3cm_larger" not in part.case_before.answers
    assert part.case_after.answers["t_ddimer_positive"] == "yes"


@pytest.mark.parametrize("condition_id", ["deep_vein_thrombosis", "achilles_rupture", "other_unclassified"])
def test_every_suspicion_opens_with_what_it_has(library, patient, condition_id):
    part = evaluate(patient.change(suspect=condition_id), library).patient
    has_any = bool(candidates(condition_id, library))
    assert bool(part.chosen) is has_any
    assert (part.total is not None) is has_any


def test_every_test_of_every_suspicion_can_be_chosen_with_either_result(library, start):
    for condition_id in library.model.condition_ids:
        for choice in candidates(condition_id, library):
            for result in ("positive", "negative"):
                state = start.change(panel="patient", suspect=condition_id, results=((choice.key, result),))
                part = evaluate(state, library).patient
                assert part.chosen[0].positive is (result == "positive")
                assert part.tree is not None or not choice.finding_id


def test_results_can_be_added_to_the_answers_and_then_count_once(library, patient):
    state = patient.change(suspect="deep_vein_thrombosis", results=(("ddimer", "positive"),))
    before = evaluate(state, library).patient
    taken = take_results(state, library)
    assert taken.case.answers["t_ddimer_positive"] == "yes"
    after = evaluate(taken, library).patient
    assert after.before.probability == pytest.approx(before.after.probability)


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("own_sensitivity", "1", "exactly 1"),
        ("own_sensitivity", "0", "exactly 0"),
        ("own_specificity", "95", "write 0.95"),
        ("own_specificity", "good", "no number"),
        ("low", "0", "none or all"),
        ("low", "99", "the lower one"),
        ("high", "0.1", "the higher one"),
        ("high", "-3", "none or all"),
    ],
)
def test_a_number_that_cannot_be_gets_a_sentence(library, patient, field, typed, words):
    state = patient.change(suspect="deep_vein_thrombosis", results=((OWN, "positive"),), **{field: typed})
    assert words in evaluate(state, library).patient.problems[field]


@pytest.mark.parametrize(("place", "typed"), [(0, "0"), (1, "-1"), (2, "-0.5"), (0, "much")])
def test_a_harm_that_cannot_be_gets_a_sentence(library, patient, place, typed):
    harms = tuple(typed if number == place else "" for number in range(3))
    part = evaluate(patient.change(harms=harms), library).patient
    assert len(part.problems) == 1
    assert part.thresholds is not None


def test_figures_of_ones_own_are_used(library, patient):
    own = {"own_sensitivity": "0,9", "own_specificity": "0.8"}
    part = evaluate(patient.change(suspect="achilles_rupture", results=((OWN, "positive"),), **own), library).patient
    assert part.chosen[0].ratio.value == pytest.approx(4.5)
    assert part.figures.origin == "own"
    half = evaluate(patient.change(results=((OWN, "positive"),), suspect="achilles_rupture"), library).patient
    assert half.chosen[0].ratio is None
    assert half.total is None


@pytest.mark.parametrize(
    ("typed", "number"),
    [("3", 3), (" 0,85 ", 0.85), ("-2", -2), ("95 %", 95), ("1e9", "1e9"), ("", ""), ("ten", "ten")],
)
def test_numbers_are_read_as_people_write_them(typed, number):
    assert number_of(typed) == number


def test_a_rule_is_locked_without_a_reason_and_by_a_wrong_one(library, patient):
    for form in (RuleForm(), RuleForm(reason(library, WELLS, opens=False))):
        part = evaluate(with_form(patient, WELLS, form), library).rule
        assert not part.opened
        assert part.result is None


def test_every_rule_opens_with_one_of_its_reasons_and_refuses_another(library, patient):
    for rule_id in library.tests.rules:
        opened = evaluate(with_form(patient, rule_id, RuleForm(reason(library, rule_id))), library).rule
        assert opened.result is not None
        refused = evaluate(with_form(patient, rule_id, RuleForm(reason(library, rule_id, opens=False))), library).rule
        assert refused.result is None


def test_a_rule_is_filled_from_the_case_and_an_open_item_stays_open(library, patient):
    part = evaluate(with_form(patient, WELLS, RuleForm(reason(library, WELLS))), library).rule
    assert part.shown == {"calf_over_3cm": "yes", "pitting_oedema": "no", "previous_dvt": "no"}
    assert set(part.origins.values()) == {"case"}
    assert part.result.status == "incomplete"
    score = next(value for value in part.result.values.values() if value.row.kind == "number")
    assert score.low < score.high


def test_what_was_filled_in_can_be_taken_back_and_changed(library, patient):
    row = library.tests.rules[WELLS].input_by_id["calf_over_3cm"]
    cleared = given(RuleForm(reason(library, WELLS)), row, "")
    assert cleared.values == (("calf_over_3cm", CLEARED),)
    part = evaluate(with_form(patient, WELLS, cleared), library).rule
    assert part.shown["calf_over_3cm"] == ""
    assert "calf_over_3cm" in part.result.missing
    changed = evaluate(with_form(patient, WELLS, given(cleared, row, "no")), library).rule
    assert changed.result.inputs["calf_over_3cm"] is False
    assert "calf_over_3cm" not in changed.origins


def test_a_pathway_takes_the_score_of_an_opened_and_finished_rule_only(library, patient):
    pathway = "nice_ng158_pathway"
    state = with_form(patient, pathway, RuleForm(reason(library, pathway)))
    assert "wells_two_level" in evaluate(state, library).rule.result.missing
    values = tuple((name, "no") for name in library.tests.rules[WELLS].input_by_id if name != "calf_over_3cm")
    done = state.change(forms={**state.forms, WELLS: RuleForm(reason(library, WELLS), values)})
    part = evaluate(done, library).rule
    assert part.shown["wells_two_level"] == "1"
    assert part.origins["wells_two_level"] == WELLS


@pytest.mark.parametrize(
    ("rule_id", "field", "typed", "words"),
    [
        ("abi_bands", "abi", "4", "between 0 and 3"),
        ("acs_delta_pressure", "compartment", "-5", "-5 mmHg, which cannot be"),
        ("prakash_rtp", "grade", "2.5", "whole number"),
        ("alt_70", "age", "old", "“old” is no number"),
        ("visa_a_total", "q1_to_q6", ("1", "2", "3", "4", "5", "60"), "between 0 and 10"),
    ],
)
def test_an_impossible_measurement_gets_a_sentence_and_counts_as_open(library, patient, rule_id, field, typed, words):
    form = RuleForm(reason(library, rule_id), ((field, typed),))
    part = evaluate(with_form(patient, rule_id, form), library).rule
    assert words in part.problems[field]
    assert field not in part.problems[field]
    assert field not in part.result.inputs


# ---- the address ----


def everything(library, patient):
    form = RuleForm(reason(library, WELLS), (("calf_over_3cm", CLEARED), ("active_cancer", "no")))
    list_form = RuleForm("", (("q1_to_q6", ("1", "2", "", "", "", "")),))
    return patient.change(
        panel="rules", suspect="achilles_rupture", results=(("matles", "negative"), (OWN, "positive")),
        own_sensitivity="0,9", low="3", place=4, harms=("50", "", "x"), order_result="no", rule=WELLS,
        forms={WELLS: form, "visa_a_total": list_form}, method="d_dimer",
    )  # fmt: skip


def test_everything_comes_back_from_the_code(library, patient):
    state = everything(library, patient)
    code = code_of(state, library)
    assert back(code, library) == (state, "")
    assert len(code) < 600


def test_a_page_in_its_first_state_has_a_clean_address_and_a_plain_patient_the_code_of_the_causes(
    library, start, patient
):
    tables = library.model.tables
    assert code_of(start, library) == patient_code(start, start, tables) == ""
    code = encode_case(patient.case, tables)
    assert code_of(patient, library) == patient_code(patient, start, tables) == code
    assert back(code, library) == (patient, "")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda second: second[:-2],
        lambda second: second[:5] + ("A" if second[5] != "A" else "B") + second[6:],
        lambda _second: "x" * 50,
        lambda second: second + "~" + second,
        lambda _second: "A" * 4000,
    ],
)
def test_a_spoilt_second_part_keeps_the_patient_and_says_so(library, patient, spoil):
    first, _, second = code_of(everything(library, patient), library).partition("~")
    state, sentence = back(f"{first}~{spoil(second)}", library)
    assert state == patient
    assert sentence


@pytest.mark.parametrize(
    "content",
    [
        {"panel": "elsewhere"},
        {"condition": "no_such_condition"},
        {"rule": 7},
        {"results": [["ddimer", "perhaps"]]},
        {"suspect": "achilles_rupture", "results": [["ddimer", "positive"]]},
        {"place": 9},
        {"place": None},
        {"harms": ["1"]},
        {"forms": {WELLS: ["suspected", ["no_such_item", "yes"]]}},
        {"forms": {WELLS: ["no_such_reason"]}},
        {"forms": {WELLS: ["suspected", ["active_cancer", ["yes"]]]}},
        {"forms": {"no_such_rule": ["suspected"]}},
        {"forms": [WELLS]},
        {"low": "x" * 1000},
        {"large": True},
        {"no_such_field": "x"},
        [1],
    ],
)
def test_a_code_made_by_hand_is_checked(library, patient, content):
    first = encode_case(patient.case, library.model.tables)
    state, sentence = back(f"{first}~{pack_part(content, library.tests.version)}", library)
    assert state == patient, json.dumps(content)
    assert sentence
