"""The page of tests and rules without a browser: what follows from a state, and messages in, traits out."""

import json

import pytest

from calfnb import dashboards
from calfnb.case import Case, encode_case
from calfnb.dashboards import names
from calfnb.dashboards.lesson_tests import TestsPage
from calfnb.dashboards.tests_page.brief import before_and_after, rule_in_brief
from calfnb.dashboards.tests_page.code import page_code, restored
from calfnb.dashboards.typed_numbers import number_of
from calfnb.dashboards.tests_page.patient import OWN, candidates
from calfnb.dashboards.tests_page.rules import CLEARED, RuleForm, given
from calfnb.dashboards.tests_page.state import Library, TestsState, evaluate, take_results
from calfnb.diagnostics import posttest_probability
from calfnb.tables import load_tests

STORY = {
    "side": "one_leg",
    "calf_swelling": "yes",
    "ex_calf_3cm_larger": "yes",
    "ex_pitting_oedema": "no",
    "previous_dvt_or_pe": "no",
}
WELLS = "wells_2003_two_level"


@pytest.fixture(scope="session")
def library(model):
    return Library(model, load_tests())


@pytest.fixture
def start():
    return TestsState(Case())


@pytest.fixture
def patient():
    return TestsState(Case("sports_clinic", STORY))


@pytest.fixture
def make(model, library):
    return lambda code=None: TestsPage(model, library.tests, code)


@pytest.fixture
def page(make):
    return make()


def reason(library, rule_id, *, opens=True):
    return next(gate.choice_id for gate in library.tests.rules[rule_id].gates if gate.opens is opens)


def with_form(state, rule_id, form):
    return state.change(tab="rules", rule=rule_id, forms={**state.forms, rule_id: form})


# ---- the state ----


def test_the_page_is_found_by_itself_and_the_index_leads_to_it():
    assert "tests" in names()
    cards = dashboards.index().children[1].html
    assert 'data-lesson="02_tests_and_rules"' in cards


def test_a_page_opens_on_its_patient_if_there_is_one(library, start, patient):
    assert evaluate(start, library).tab == "tests"
    assert evaluate(patient, library).tab == "patient"
    assert evaluate(patient.change(tab="tests"), library).tab == "tests"


def test_a_part_is_worked_out_only_while_it_is_shown(library, patient):
    assert evaluate(patient, library).rule is None
    shown = evaluate(patient.change(tab="rules", rule=WELLS), library)
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
                state = start.change(tab="patient", suspect=condition_id, results=((choice.key, result),))
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
        tab="rules", suspect="achilles_rupture", results=(("matles", "negative"), (OWN, "positive")),
        own_sensitivity="0,9", low="3", place=4, harms=("50", "", "x"), order_result="no", rule=WELLS,
        forms={WELLS: form, "visa_a_total": list_form}, method="d_dimer",
    )  # fmt: skip


def test_everything_comes_back_from_the_code(library, start, patient):
    state = everything(library, patient)
    code = page_code(state, library)[1]
    assert restored(code, library, start) == (state, "")
    assert len(code) < 600


def test_a_page_in_its_first_state_has_a_clean_address_and_a_plain_patient_the_code_of_the_causes(
    library, start, patient
):
    assert page_code(start, library) == ("", "")
    code = encode_case(patient.case, library.model.tables)
    assert page_code(patient, library) == (code, code)
    assert restored(code, library, start) == (patient, "")


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
def test_a_spoilt_second_part_keeps_the_patient_and_says_so(library, start, patient, spoil):
    first, _, second = page_code(everything(library, patient), library)[1].partition("~")
    state, sentence = restored(f"{first}~{spoil(second)}", library, start)
    assert state == patient
    assert sentence


@pytest.mark.parametrize(
    "content",
    [
        {"t": "elsewhere"},
        {"c": "no_such_condition"},
        {"r": 7},
        {"x": [["ddimer", "perhaps"]]},
        {"q": "achilles_rupture", "x": [["ddimer", "positive"]]},
        {"p": 9},
        {"k": ["1"]},
        {"f": {WELLS: ["suspected", ["no_such_item", "yes"]]}},
        {"f": {WELLS: ["no_such_reason"]}},
        {"f": {WELLS: ["suspected", ["active_cancer", ["yes"]]]}},
        {"l": "x" * 1000},
        [1],
    ],
)
def test_a_code_made_by_hand_is_checked(library, start, patient, content, monkeypatch):
    monkeypatch.setattr("calfnb.dashboards.tests_page.code._content", lambda _state, _blank: content)
    code = page_code(patient, library)[1]
    state, sentence = restored(code, library, start)
    assert state == patient, json.dumps(content)
    assert sentence


# ---- the page ----


def choose(page, kind, name):
    page.lookup.finder.receive({"type": "choose", "kind": kind, "id": name})


def tab(page, name):
    page.frame.tabs.receive({"type": "tab", "tab": name})


def put(form, field, value, seq=1):
    form.widget.receive({"type": "set", "field": field, "value": value, "seq": seq})


def rule(page, rule_id, opens=True):
    tab(page, "rules")
    page.rules.finder.receive({"type": "choose", "kind": "", "id": rule_id})
    put(page.rules.gate, "reason", reason(page.library, rule_id, opens=opens))


def case(page):
    page.frame.toolbar.receive({"type": "case"})


def shown(page):
    """Everything that a person would see of the tab that is shown, without counters."""
    views = {
        "tests": ([page.lookup.detail], [], [page.lookup.finder]),
        "patient": (
            [page.patient.patient, page.patient.sum, *page.patient.scenes.values()],
            [page.patient.tests_form, *page.patient.forms.values()],
            [],
        ),
        "rules": (
            [page.rules.head, page.rules.reply, page.rules.result, page.rules.line, page.rules.notes],
            [page.rules.gate, page.rules.items],
            [page.rules.finder],
        ),
    }
    panels, forms, finders = views[page.store.result.tab]
    return (
        [panel.html for panel in panels],
        [{name: getattr(form.widget, name) for name in ("fields", "values", "problems", "notes")} for form in forms],
        [(finder.selected, finder.related) for finder in finders],
        (page.frame.tabs.selected, page.frame.toolbar.setting, page.frame.toolbar.large, page.frame.address.code),
        [panel._dom_classes for panel in page.frame.panels.values()],
        page._dom_classes,
    )


STEPS = {
    "a suspicion": lambda page: choose(page, "condition", "achilles_rupture"),
    "a test after a suspicion": lambda page: (
        choose(page, "condition", "achilles_rupture"),
        choose(page, "test", "mri"),
    ),
    "a link inside": lambda page: page.lookup.detail.receive({"type": "action", "action": "test", "id": "d_dimer"}),
    "the patient from a suspicion": lambda page: page.lookup.detail.receive(
        {"type": "action", "action": "patient", "id": "achilles_rupture"}
    ),
    "a rule from a suspicion": lambda page: page.lookup.detail.receive(
        {"type": "action", "action": "rule", "id": WELLS}
    ),
    "another tab": lambda page: tab(page, "rules"),
    "the worked case": case,
    "the worked case, later": lambda page: (case(page), case(page)),
    "another setting": lambda page: (
        case(page),
        page.frame.toolbar.receive({"type": "setting", "setting": "emergency_department"}),
    ),
    "another suspicion": lambda page: (case(page), put(page.patient.tests_form, "suspect", "achilles_rupture")),
    "another result": lambda page: (case(page), put(page.patient.tests_form, "test:ddimer", "negative")),
    "one test more": lambda page: (case(page), put(page.patient.tests_form, "add", "prox_cus")),
    "a test taken away": lambda page: (case(page), put(page.patient.tests_form, "test:ddimer", "")),
    "results taken": lambda page: (case(page), page.patient.sum.receive({"type": "action", "action": "take"})),
    "the slider": lambda page: (case(page), put(page.patient.forms["clinics"], "place", "4")),
    "a harm that cannot be": lambda page: (case(page), put(page.patient.forms["harms"], "missing", "-1")),
    "the other order": lambda page: (case(page), put(page.patient.forms["order"], "order_result", "no")),
    "a locked rule": lambda page: rule(page, WELLS, opens=False),
    "an opened rule": lambda page: (case(page), rule(page, WELLS)),
    "an item": lambda page: (rule(page, WELLS), put(page.rules.items, "active_cancer", "yes")),
    "an impossible measurement": lambda page: (rule(page, "abi_bands"), put(page.rules.items, "abi", "44")),
    "another rule": lambda page: (rule(page, WELLS), rule(page, "visa_a_total")),
    "large type": lambda page: page.frame.toolbar.receive({"type": "large", "large": True}),
    "start again": lambda page: (case(page), page.frame.toolbar.receive({"type": "reset"})),
    "undo": lambda page: (case(page), page.frame.toolbar.receive({"type": "undo"})),
}


@pytest.mark.parametrize("step", STEPS)
def test_updating_equals_creating_anew(page, make, count_widgets, step):
    before = count_widgets()
    STEPS[step](page)
    assert page.store.problem == ""
    assert count_widgets() == before, "an update may not make widgets"
    fresh = make()
    fresh.store.put(page.store.state)
    assert shown(page) == shown(fresh)
    again = make(page.frame.address.code or None)
    assert again.store.state.change(large=page.store.state.large) == page.store.state.change(tab=again.store.state.tab)


@pytest.mark.parametrize(
    ("form", "field", "value"),
    [
        (lambda page: page.patient.tests_form, "suspect", "no_such_condition"),
        (lambda page: page.patient.tests_form, "test:ddimer", "perhaps"),
        (lambda page: page.patient.tests_form, "add", "no_such_test"),
        (lambda page: page.patient.forms["clinics"], "place", "99"),
        (lambda page: page.patient.forms["harms"], "other", "1"),
    ],
)
def test_a_message_that_makes_no_sense_is_a_sentence_and_changes_nothing(page, caplog, form, field, value):
    case(page)
    before = page.store.state
    put(form(page), field, value, seq=5)
    assert page.store.problem
    assert page.store.state == before
    assert form(page).widget.ack == 5
    assert caplog.records


def test_a_code_that_cannot_be_used_gives_a_sentence_and_a_fresh_page(page):
    case(page)
    page.frame.address.receive({"type": "restore", "code": "nonsense"})
    assert page.frame.address.code == ""
    assert page.store.notice in page.frame.message.html


def test_the_page_of_causes_and_this_one_hand_the_patient_over_by_one_code(causes, make):
    causes.interview.form.receive({"type": "answer", "finding": "side", "option": "one_leg", "seq": 1})
    code = causes.bar.address.code
    assert f'data-code="{code}"' in causes.onward.widget.html
    there = make(code)
    assert there.store.state.case == causes.store.state.case
    assert f'data-code="{code}"' in there.patient.patient.html


def test_nothing_on_the_page_is_unescaped(page):
    rule(page, "alt_70")
    put(page.rules.items, "age", "<img src=x>")
    assert "<img" not in page.rules.result.html
    assert page.rules.items.widget.problems["age"].startswith("“<img")


def test_the_notebook_lines_say_what_they_cannot_find():
    assert before_and_after("deep_vein_thrombosis", "ddimer", pretests=(0.2,)).count("\n") == 1
    with pytest.raises(KeyError, match="ddimer"):
        before_and_after("deep_vein_thrombosis", "no_such_test", pretests=(0.2,))
    assert "still open" in rule_in_brief(WELLS)
