"""The page of tests and rules without a browser: messages in, traits out."""

import pytest
from acting import act, put, tab, tool
from tests_acts import WELLS, reason

from calfnb import dashboards
from calfnb.dashboards import names
from calfnb.dashboards.lesson_tests import TestsPage
from calfnb.dashboards.tests_page.brief import before_and_after, rule_in_brief


@pytest.fixture
def make(model):
    return lambda code=None: TestsPage(model, code=code)


@pytest.fixture
def page(make):
    return make()


def test_the_page_is_found_by_itself_and_the_index_leads_to_it():
    assert "tests" in names()
    cards = dashboards.index().children[1].html
    assert 'data-lesson="02_tests_and_rules"' in cards


def choose(page, kind, name):
    page.lookup.finder.receive({"type": "choose", "kind": kind, "id": name})


def rule(page, rule_id, opens=True):
    tab(page, "rules")
    page.rules.finder.receive({"type": "choose", "kind": "", "id": rule_id})
    put(page.rules.gate, "reason", reason(page.library, rule_id, opens=opens))


def case(page):
    tool(page, "case")


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
    panels, forms, finders = views[page.store.state.shown]
    return (
        [panel.html for panel in panels],
        [{name: getattr(form.widget, name) for name in ("fields", "values", "problems", "notes")} for form in forms],
        [(finder.selected, finder.related) for finder in finders],
        (page.frame.tabs.selected, page.frame.toolbar.setting, page.frame.toolbar.large, page.frame.address.code),
        [panel._dom_classes for panel in page.frame.boxes.values()],
        page._dom_classes,
    )


STEPS = {
    "a suspicion": lambda page: choose(page, "condition", "achilles_rupture"),
    "a test after a suspicion": lambda page: (
        choose(page, "condition", "achilles_rupture"),
        choose(page, "test", "mri"),
    ),
    "a link inside": lambda page: act(page.lookup.detail, "test", id="d_dimer"),
    "the patient from a suspicion": lambda page: act(page.lookup.detail, "patient", id="achilles_rupture"),
    "a rule from a suspicion": lambda page: act(page.lookup.detail, "rule", id=WELLS),
    "another tab": lambda page: tab(page, "rules"),
    "the worked case": case,
    "the worked case, later": lambda page: (case(page), case(page)),
    "another setting": lambda page: (
        case(page),
        tool(page, "setting", setting="emergency_department"),
    ),
    "another suspicion": lambda page: (case(page), put(page.patient.tests_form, "suspect", "achilles_rupture")),
    "another result": lambda page: (case(page), put(page.patient.tests_form, "test:ddimer", "negative")),
    "one test more": lambda page: (case(page), put(page.patient.tests_form, "add", "prox_cus")),
    "a test taken away": lambda page: (case(page), put(page.patient.tests_form, "test:ddimer", "")),
    "results taken": lambda page: (case(page), act(page.patient.sum, "take")),
    "the slider": lambda page: (case(page), put(page.patient.forms["clinics"], "place", "4")),
    "a harm that cannot be": lambda page: (case(page), put(page.patient.forms["harms"], "missing", "-1")),
    "the other order": lambda page: (case(page), put(page.patient.forms["order"], "order_result", "no")),
    "a locked rule": lambda page: rule(page, WELLS, opens=False),
    "an opened rule": lambda page: (case(page), rule(page, WELLS)),
    "an item": lambda page: (rule(page, WELLS), put(page.rules.items, "active_cancer", "yes")),
    "an impossible measurement": lambda page: (rule(page, "abi_bands"), put(page.rules.items, "abi", "44")),
    "another rule": lambda page: (rule(page, WELLS), rule(page, "visa_a_total")),
    "large type": lambda page: tool(page, "large", large=True),
    "start again": lambda page: (case(page), tool(page, "reset")),
    "undo": lambda page: (case(page), tool(page, "undo")),
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
    assert again.store.state.change(large=page.store.state.large) == page.store.state.change(
        panel=again.store.state.panel
    )


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
