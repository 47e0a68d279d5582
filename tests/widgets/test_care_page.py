"""The page of care and return without a browser: each change, the address, and messages that make no sense."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from acting import act, everything_in, put, tab, tool
from care_acts import BONE, STRAIN, TODAY, head, html_of, patient, running, shown
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calfnb import dashboards
from calfnb.case import Case
from calfnb.dashboards.care_page import state as care_state
from calfnb.dashboards.care_page.state import PANELS, CareLibrary, CareState
from calfnb.dashboards.paneled.state import page_code, restored
from calfnb.tables import load_care


def picture(page):
    """Everything that a person would see of the shown panel, without the marks of a change."""
    forms = [page.frame.form, page.running.measures, page.running.ladder, page.running.session, page.questions.form]
    seen = [part.widget for part in forms if shown(part.widget, page)]
    here = {id(widget) for widget in everything_in(page.frame.boxes[page.store.state.panel])}
    return (
        html_of(page).replace(" cn-changed", ""),
        (page.summary.banner.html.replace(" cn-changed", ""), page.summary.plan.html, page.line.widget.html),
        [(w.fields, w.values, w.problems) for w in seen if id(w) in here or w is page.frame.form.widget],
        page.take.documents.documents if page.store.state.panel == "take" else [],
        (page.frame.tabs.selected, page.frame.address.code, page.frame.toolbar.large, page._dom_classes),
        {name: "cnw-away" in box._dom_classes for name, box in page.frame.boxes.items()},
    )


STEPS = {
    **{f"the panel {name}": lambda page, name=name: tab(page, name) for name in PANELS},
    "a condition": lambda page: head(page, "condition", BONE),
    "a patient": lambda page: patient(page, "worked_case"),
    "a patient to take away": lambda page: (patient(page, "tennis_leg"), tab(page, "take")),
    "a first day": lambda page: head(page, "start", "2026-03-09"),
    "a phase": lambda page: (tab(page, "treatment"), act(page.treatment.widget, "phase", id="rehab")),
    "a layer and a part": lambda page: (
        tab(page, "anatomy"),
        act(page.anatomy.widget, "layer", layer="vessels"),
        act(page.anatomy.widget, "part", part=next(iter(page.library.care.anatomy))),
    ),
    "a section": lambda page: (tab(page, "anatomy"), act(page.anatomy.widget, "view", view="section")),
    "a question": lambda page: (tab(page, "questions"), put(page.questions.form, "find", "ice")),
    "the runner of the example": lambda page: (running(page), act(page.running.gates, "example")),
    "a log": lambda page: (running(page, step="log"), act(page.running.log, "example")),
    "a session taken back": lambda page: (
        running(page, step="log"),
        act(page.running.log, "example"),
        act(page.running.buttons, "drop"),
    ),
    "a calendar": lambda page: (running(page, step="ladder"), put(page.running.ladder, "to_stage", "6")),
    "a tick": lambda page: (running(page), act(page.running.gates, "gate", gate="rg01_walk", value="yes")),
    "another gate": lambda page: (running(page), act(page.running.gates, "which", id="speed")),
    "a number that cannot be": lambda page: (running(page), put(page.running.measures, "age", "-4")),
    "a clinician agreed": lambda page: (running(page, BONE), act(page.running.head, "agreed")),
    "large type": lambda page: tool(page, "large", large=True),
    "start again": lambda page: (patient(page, "tennis_leg"), tool(page, "reset")),
    "undo": lambda page: (patient(page, "tennis_leg"), tool(page, "undo")),
}


@pytest.mark.parametrize("step", STEPS)
def test_updating_equals_creating_anew(care, make_care, count_widgets, step):
    before = count_widgets()
    STEPS[step](care)
    assert care.store.problem == ""
    assert count_widgets() == before, "an update may not make widgets"
    fresh = make_care()
    fresh.store.put(care.store.state)
    assert picture(care) == picture(fresh)


@pytest.mark.parametrize("step", STEPS)
def test_the_address_brings_the_page_back(care, make_care, step):
    STEPS[step](care)
    again = make_care(care.frame.address.code)
    assert again.store.notice == ""
    kept = replace(again.store.state, find=care.store.state.find, large=care.store.state.large)
    assert kept == care.store.state


# ---- codes and messages --------------------------------------------------------------------------------------------


def test_a_page_in_its_first_state_has_a_clean_address(care):
    assert care.frame.address.code == ""


@pytest.mark.parametrize("code", ["AAAA", "<script>", "Q" * 900, "~", "~AAAA", ""])
def test_a_forged_code_gives_a_sentence_and_a_fresh_page(care, code):
    patient(care, "tennis_leg")
    care.frame.address.receive({"type": "restore", "code": code})
    assert care.store.state.case.answers == {}
    assert "address" in care.frame.message.html


def test_a_damaged_second_part_keeps_the_patient(care, make_care):
    patient(care, "tennis_leg")
    tab(care, "take")
    first, _, second = care.frame.address.code.partition("~")
    for written in (second[:-3], second[::-1], "AAAA", "A" * 4000, "%"):
        page = make_care(f"{first}~{written}")
        assert page.store.state.case == care.store.state.case
        assert page.store.state.panel == "hours"
        assert "could not be read" in page.frame.message.html


TEXTS = st.text(max_size=12)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(field=st.sampled_from(["age", "raises_left", "wall_left", "ladder_start", "from_stage", "day", "stage", "sex"]),
       value=TEXTS)  # fmt: skip
def test_whatever_is_typed_the_page_stays_and_its_address_brings_it_back(model, field, value):
    library = CareLibrary(model, load_care())
    state = CareState(Case(model.setting_ids[0]), TODAY, condition=STRAIN)
    state = replace(state, running=replace(state.running, entries={field: value} if value else {}))
    care_state.evaluate(state, library)
    blank, version = CareState(state.case, TODAY), library.care.version
    code = page_code(state, blank, model.tables, version)
    again = restored(
        code, blank, model.tables, version, panels=PANELS, check=lambda found: care_state.check(found, library)
    )
    assert again == (state, "")


@pytest.mark.parametrize(
    "message",
    [
        ("frame", {"type": "set", "field": "condition", "value": "no_such", "seq": 3}),
        ("frame", {"type": "set", "field": "patient", "value": "no_such", "seq": 3}),
        ("frame", {"type": "set", "field": "no_such", "value": "x", "seq": 3}),
        ("running", {"type": "set", "field": "age", "value": {"a": 1}, "seq": 3}),
    ],
)
def test_a_wrong_message_gives_a_sentence_and_keeps_the_state(care, message):
    running(care)
    before = care.store.state
    where, content = message
    form = care.frame.form.widget if where == "frame" else care.running.measures.widget
    form.receive(content)
    assert care.store.state == before
    assert "Something went wrong" in care.frame.message.html
    assert form.ack == 3, "the form takes back what it showed too early"


def test_the_readers_own_day_is_taken_if_it_can_be(care):
    real = date.today()
    care.frame.form.widget.receive({"type": "today", "day": (real + timedelta(days=1)).isoformat()})
    assert care.store.state.today == real + timedelta(days=1)
    care.frame.form.widget.receive({"type": "today", "day": "2031-01-01"})
    assert care.store.state.today == real + timedelta(days=1)


def test_the_lesson_is_found_by_its_name():
    assert "care" in dashboards.names()
    assert [lesson.notebook for lesson in dashboards.lessons() if lesson.name == "care"] == ["03_care_and_return"]
