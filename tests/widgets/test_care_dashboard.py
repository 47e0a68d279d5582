"""The page of care and return without a browser: messages in, traits out."""

import re
from dataclasses import fields, replace
from datetime import date, timedelta
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calfnb import dashboards
from calfnb.care import is_held_back
from calfnb.case import Case, encode_case
from calfnb.dashboards.care_page import state as care_state
from calfnb.dashboards.care_page.code import page_code, restored
from calfnb.dashboards.care_page.returning import MOST_SESSIONS, ReturnState, note_session
from calfnb.dashboards.care_page.state import LATER_PHASES, PANELS, CareLibrary, CareState
from calfnb.dashboards.lesson_care import CarePage
from calfnb.tables import load_care
from calfnb.widgets import HtmlPanel

TODAY = date(2026, 3, 4)
CLOT = "deep_vein_thrombosis"
STRAIN = "soleus_strain"
BONE = "tibial_stress_fracture"


@pytest.fixture
def make_care(model):
    return lambda code=None: CarePage(model, code=code, today=TODAY)


@pytest.fixture
def care(make_care):
    return make_care()


def tab(page, name):
    page.frame.tabs.receive({"type": "tab", "tab": name})


def put(form, field, value, seq=1):
    form.widget.receive({"type": "set", "field": field, "value": value, "seq": seq})


def head(page, field, value):
    put(page.frame.form, field, value)


def act(panel, action, **more):
    panel.receive({"type": "action", "action": action, **more})


def patient(page, case_id):
    head(page, "patient", case_id)


def everything_in(widget):
    return [widget, *(inner for child in getattr(widget, "children", ()) for inner in everything_in(child))]


def html_of(page):
    """All markup of the panel that is shown."""
    box = page.frame.panels[page.store.state.panel]
    return "".join(one.html for one in everything_in(box) if isinstance(one, HtmlPanel) and shown(one, page))


def shown(widget, page):
    """Whether a widget is on the page: a box that is away takes its children with it."""
    away = [box for box in page.running.steps.values() if "cnw-away" in box._dom_classes]
    return not any(widget in everything_in(box) for box in away)


def picture(page):
    """Everything that a person would see of the shown panel, without the marks of a change."""
    forms = [page.frame.form, page.running.measures, page.running.ladder, page.running.session, page.questions.form]
    seen = [part.widget for part in forms if shown(part.widget, page)]
    here = {id(widget) for widget in everything_in(page.frame.panels[page.store.state.panel])}
    return (
        html_of(page).replace(" cn-changed", ""),
        (page.summary.banner.html.replace(" cn-changed", ""), page.summary.plan.html, page.line.widget.html),
        [(w.fields, w.values, w.problems) for w in seen if id(w) in here or w is page.frame.form.widget],
        page.take.documents.documents if page.store.state.panel == "take" else [],
        (page.frame.tabs.selected, page.frame.address.code, page.frame.toolbar.large, page._dom_classes),
        {name: "cnw-away" in box._dom_classes for name, box in page.frame.panels.items()},
    )


def running(page, condition=STRAIN, step="gates"):
    tab(page, "return")
    head(page, "condition", condition)
    act(page.running.head, "step", id=step)


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
    "large type": lambda page: page.frame.toolbar.receive({"type": "large", "large": True}),
    "start again": lambda page: (patient(page, "tennis_leg"), page.frame.toolbar.receive({"type": "reset"})),
    "undo": lambda page: (patient(page, "tennis_leg"), page.frame.toolbar.receive({"type": "undo"})),
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


# ---- the patient and the condition ---------------------------------------------------------------------------------


def test_a_case_of_the_causes_page_comes_along_and_sets_the_condition(make_care, model):
    worked = CarePage(model, today=TODAY).library.cases["achilles_rupture_walking"]
    case = Case.create(model.tables, worked.answers, setting=worked.setting)
    page = make_care(encode_case(case, model.tables, mode="free"))
    assert page.store.state.case == case
    assert page.store.state.mode == "free"
    assert page.store.result.condition == page.store.result.assessment.ranking[0].condition_id
    assert page.frame.form.widget.values["condition"] == page.store.result.condition
    assert encode_case(case, model.tables, mode="free") in page.summary.plan.html


def test_the_condition_can_be_changed_and_the_page_says_what_fits_more(care):
    patient(care, "tennis_leg")
    leader = care.store.result.leader
    head(care, "condition", CLOT)
    assert care.store.result.condition == CLOT
    named = care.library.care.tables.conditions[leader].name
    assert f"Chosen by hand. What fits this patient most is: {named}." in care.summary.plan.html
    head(care, "condition", leader)
    assert care.store.state.condition == ""


def test_nobody_came_along_is_said(care):
    assert "No patient came along" in care.summary.banner.html
    tab(care, "take")
    assert "nobody to hand over" in care.take.documents.documents[0]["blocked"]


# ---- what is held back ---------------------------------------------------------------------------------------------


def exercise_words(care):
    """Texts that belong to exercise, stretching, massage and running."""
    tables = care.library.care
    rows = [row.action for row in tables.actions.values() if row.exercise and row.kind not in ("dont", "escalate")]
    return [*rows, *(tool.name for tool in tables.tools.values() if tool.exercise),
            *(gate.how for gate in tables.gates.values()), *(stage.name for stage in tables.stages)]  # fmt: skip


def urgent_states(library):
    base = CareState(Case(library.model.setting_ids[0]), TODAY)
    for name, condition in library.model.tables.conditions.items():
        if is_held_back(condition.urgency):
            yield replace(base, condition=name)
    for name in library.cases:
        state = care_state.choose_patient(base, name, library)
        if is_held_back(care_state.assessed(library.model, state.case).triage.level):
            yield state
            yield replace(state, condition=STRAIN, running=ReturnState(agreed=True))


def test_exercise_is_held_back_in_every_panel_while_somebody_should_be_seen_today(care):
    forbidden = exercise_words(care)
    states = list(urgent_states(care.library))
    assert len(states) >= 10
    for state in states:
        care.store.put(state)
        for panel in PANELS:
            tab(care, panel)
            html = html_of(care)
            found = [text for text in forbidden if f">{text}<" in html]
            assert not found, (state.condition, state.patient, panel, found)
        assert care.store.result.held
        assert care.store.result.held in care.running.head.html
        assert not any(part in html_of(care) for part in ("cn-gate", "cn-ladder", "cn-months"))
        documents = {one["id"]: one for one in care.take.documents.documents}
        assert documents["ladder"]["blocked"] == care.store.result.no_ladder
        assert "later" not in documents
        questions = {row.question_id for rows in care.store.result.questions.values() for row in rows}
        assert not [
            row for row in care.library.care.questions.values() if row.exercise and row.question_id in questions
        ]


def test_what_is_held_back_cannot_be_had_by_a_message(care):
    head(care, "condition", CLOT)
    tab(care, "return")
    act(care.running.log, "example")
    assert care.store.problem
    assert care.store.state.running == ReturnState()
    assert "Traceback" not in care.frame.message.html
    assert "Reload the page" in care.frame.message.html


def test_a_clinician_comes_first_where_bone_is_hurt(care):
    running(care, BONE)
    assert "cn-gate__item" not in html_of(care)
    act(care.running.head, "agreed")
    assert "cn-gate__item" in html_of(care)
    head(care, "condition", STRAIN)
    head(care, "condition", BONE)
    assert not care.store.state.running.agreed, "the agreement was about the plan before"


# ---- plans and panels ----------------------------------------------------------------------------------------------


def test_every_plan_ends_with_a_date_and_with_what_sends_the_person_back(care):
    for condition in care.library.care.conditions:
        head(care, "condition", condition)
        for panel, phases in (("hours", ("",)), ("treatment", LATER_PHASES)):
            tab(care, panel)
            for phase in phases:
                if phase and not care.store.result.held:
                    act(care.treatment.widget, "phase", id=phase)
                html = html_of(care)
                assert "cn-care__review" in html
                assert "cn-care__section--send_back" in html
                assert "Look again on" in html or "See somebody today" in html


def test_doses_stand_beside_the_newer_view_and_the_disagreement_is_settled_on_the_safe_side(care):
    head(care, "condition", "gastrocnemius_strain")
    html = html_of(care)
    assert "15 to 20 minutes, several times a day" in html
    assert "PEACE and LOVE" in html
    assert "24 to 48 hours" in html
    assert "No massage, roller or ball on a fresh tear." in html
    assert html.count('class="cn-care__conflict"') >= 2


def test_all_claims_of_the_care_tables_are_shown_somewhere(care):
    tables = care.library.care
    mappings = [getattr(tables, each.name) for each in fields(tables) if each.name not in ("version", "tables")]
    rows = [row for found in mappings for row in (found.values() if hasattr(found, "values") else found)]
    carried = {name for row in rows for name in getattr(row, "claim_ids", ())}
    seen = set()
    for condition in tables.conditions:
        head(care, "condition", condition)
        for panel in ("hours", "recovery"):
            tab(care, panel)
            seen |= set(re.findall(r"\bF\d{3}\b", html_of(care)))
        tab(care, "treatment")
        for phase in LATER_PHASES:
            care.store.change(phase=phase)
            seen |= set(re.findall(r"\bF\d{3}\b", html_of(care)))
    running(care)
    for step in ("ladder", "log"):
        act(care.running.head, "step", id=step)
        seen |= set(re.findall(r"\bF\d{3}\b", html_of(care)))
    act(care.running.head, "step", id="gates")
    for gate in ("start", "speed", "hills"):
        act(care.running.gates, "which", id=gate)
        seen |= set(re.findall(r"\bF\d{3}\b", html_of(care)))
    tab(care, "questions")
    seen |= set(re.findall(r"\bF\d{3}\b", html_of(care)))
    tab(care, "anatomy")
    for view, layer in (
        ("posterior", name) for name in ("skin", "outer_muscle", "deep_muscle", "vessels", "nerve", "bone")
    ):
        care.store.change(view=view, layer=layer, part="")
        seen |= set(re.findall(r"\bF\d{3}\b", html_of(care)))
    care.store.change(view="section", layer="compartment")
    seen |= set(re.findall(r"\bF\d{3}\b", html_of(care)))
    assert carried - seen == set()


def test_plain_questions_are_all_listed_and_typed_words_find_them(care):
    tab(care, "questions")
    html = html_of(care)
    assert all(f'data-question="{name}"' in html for name in care.library.care.questions)
    put(care.questions.form, "find", "how long should I ice?")
    first = re.search(r'data-question="(\w+)"( open)?', html_of(care))
    assert first
    assert (first[1], first[2]) == ("ice_how_long", " open")
    put(care.questions.form, "find", "zzzz")
    assert "No answer has these words" in html_of(care)


def test_an_answer_leads_to_the_panel_that_says_more(care):
    tab(care, "questions")
    care.questions.list.receive({"type": "action", "action": "see", "see": "recovery"})
    assert care.store.state.panel == "recovery"


def test_the_leg_opens_at_the_layer_where_the_condition_hurts(care):
    tab(care, "anatomy")
    head(care, "condition", BONE)
    assert 'data-step="bone"' in html_of(care)
    head(care, "condition", CLOT)
    assert 'data-step="vessels"' in html_of(care)


# ---- return to running ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("age", "-4", "between 0 and 110"),
        ("age", "old", "must be a number, not old"),
        ("raises_left", "500", "between 0 and 100"),
        ("raises_left", "12.5", "whole number"),
        ("raises_right", "nan", "must be a number"),
        ("wall_right", "-2", "between 0 and 30"),
        ("wall_left", "1e9", "between 0 and 30"),
        ("ladder_start", "2020-01-01", "lies in the past"),
        ("ladder_start", "2099-01-01", "too far away"),
        ("ladder_start", "soon", "YYYY-MM-DD"),
        ("to_stage", "0", "comes before the first"),
        ("from_stage", "40", "no stage 40"),
        ("day", "2099-01-01", "lies in the future"),
        ("day", "1812-01-01", "too long ago"),
        ("pain_during", "11", "between 0 and 10"),
        ("pain_morning", "-1", "between 0 and 10"),
        ("pain_usual", "much", "must be a number"),
        ("stage", "99", "no stage 99"),
        ("stage", "5", "first gate is not passed"),
    ],
)
def test_what_cannot_be_gets_a_sentence_beside_its_field(care, field, value, words):
    step = {"age": "gates", "ladder_start": "ladder", "to_stage": "ladder", "from_stage": "ladder"}.get(field, "")
    step = step or ("gates" if field.startswith(("raises", "wall")) else "log")
    running(care, step=step)
    form = {"gates": care.running.measures, "ladder": care.running.ladder, "log": care.running.session}[step]
    put(form, field, value)
    assert care.store.problem == ""
    assert words in form.widget.problems[field]
    assert form.widget.values[field] == value, "what was typed stays"


@pytest.mark.parametrize(("day", "words"), [("2020-01-01", "past"), ("2099-01-01", "too far"), ("x", "YYYY-MM-DD")])
def test_a_first_day_that_cannot_be_gets_a_sentence_and_no_date(care, day, words):
    head(care, "start", day)
    assert words in care.frame.form.widget.problems["start"]
    assert "Look again after 7 days" in html_of(care)
    tab(care, "take")
    assert all(not file["name"].endswith(".ics") for file in care.take.documents.documents[1]["files"])


def test_the_calculators_decide_their_tests_of_the_gate(care):
    running(care)
    for field, value in (("age", "30"), ("sex", "man"), ("raises_left", "14"), ("raises_right", "20")):
        put(care.running.measures, field, value)
    assert "differ by 30.0 %" in care.running.checks.html
    assert "rg03_raises" in care.store.result.running.gates["start"].failed_ids
    put(care.running.measures, "raises_left", "21")
    assert "rg03_raises" in care.store.result.running.gates["start"].passed_ids
    put(care.running.measures, "wall_left", "10")
    put(care.running.measures, "wall_right", "9,5")
    assert "rg13_wall" in care.store.result.running.gates["speed"].passed_ids


def test_after_a_bone_injury_the_count_alone_passes_nothing(care):
    running(care, BONE)
    act(care.running.head, "agreed")
    for field, value in (("age", "30"), ("raises_left", "30"), ("raises_right", "30")):
        put(care.running.measures, field, value)
    assert "rg03_raises" in care.store.result.running.gates["start"].missing_ids


def note(page, **values):
    for field, value in values.items():
        put(page.running.session, field, value)
    act(page.running.buttons, "note")


def ready_to_log(page):
    running(page, step="log")
    act(page.running.log, "example")
    act(page.running.buttons, "clear")


def test_a_log_moves_up_repeats_and_steps_back_by_named_rules(care):
    ready_to_log(care)
    days = [TODAY - timedelta(days=ago) for ago in (12, 10, 8, 4)]
    pains = [("0", "0"), ("1", "0"), ("1", "0"), ("6", "5")]
    for day, (during, morning) in zip(days, pains, strict=True):
        note(care, day=day.isoformat(), pain_during=during, pain_morning=morning, pain_usual="0")
    said = [decision.decision for decision in care.store.result.running.decisions]
    assert said == ["repeat", "advance", "repeat", "step_back"]
    assert care.store.result.running.stage == 1
    html = html_of(care)
    assert "Two rest days" in html
    assert all(rule in html for rule in ("RP01", "RP03"))
    note(care, day=TODAY.isoformat(), pain_during="7", pain_morning="3", pain_usual="0")
    last = care.store.result.running.decisions[-1]
    assert last.review
    assert "review_done" in {field["id"] for field in care.running.session.widget.fields}
    act(care.running.head, "step", id="ladder")
    assert "somebody looks first" in html_of(care), "no dates while somebody has to look first"
    tab(care, "take")
    assert care.take.documents.documents[-1]["blocked"]


def test_a_red_flag_in_the_log_stops_everything_and_asks_for_help(care):
    ready_to_log(care)
    note(care, pain_during="0", pain_morning="0", pain_usual="0", red_flag="yes")
    assert care.store.result.running.decisions[-1].decision == "stop_urgent"
    assert "cn-emergency-line" in html_of(care)


def test_a_session_without_its_pain_is_not_noted_and_says_what_is_missing(care):
    ready_to_log(care)
    note(care, pain_morning="0")
    assert care.store.state.running.log == ()
    assert "Note the pain" in care.running.session.widget.problems["pain_during"]
    note(care, pain_during="1")
    assert len(care.store.state.running.log) == 1
    assert care.store.result.running.decisions[0].decision == "do_not_advance", "the usual morning is not known"


def test_days_of_a_log_go_forward_and_the_log_has_an_end(care):
    ready_to_log(care)
    note(care, pain_during="0")
    note(care, day=(TODAY - timedelta(days=3)).isoformat(), pain_during="0")
    assert "oldest first" in care.running.session.widget.problems["day"]
    full = replace(
        care.store.state.running, log=care.store.state.running.log * MOST_SESSIONS, entries={"pain_during": "0"}
    )
    state = note_session(full, care.library.care, today=TODAY, passed=frozenset({"start"}), stage=1)
    assert len(state.log) == MOST_SESSIONS


def test_the_calendar_follows_the_log(care):
    running(care, step="ladder")
    assert "A preview" in html_of(care)
    planned = care.store.result.running.upcoming
    assert planned[0].day == TODAY + timedelta(days=care.store.result.hours.review_after_days)
    act(care.running.gates, "example")
    assert "From the log of 6 sessions" in html_of(care)
    assert {field["id"] for field in care.running.ladder.widget.fields} == {"to_stage"}
    put(care.running.ladder, "to_stage", "5")
    assert {row.stage.stage for row in care.store.result.running.upcoming} == {2, 3, 4, 5}


# ---- to take away --------------------------------------------------------------------------------------------------


def test_pages_to_take_away_stand_alone_and_calendars_hold_the_days(care):
    patient(care, "tennis_leg")
    tab(care, "take")
    documents = {one["id"]: one for one in care.take.documents.documents}
    assert set(documents) == {"handover", "care", "later", "ladder"}
    for one in documents.values():
        page = one["files"][0]
        assert page["text"] == one["html"]
        assert one["html"].startswith("<!doctype html>")
        assert "default-src 'none'" in unescape(one["html"])
        assert not re.search(r"<(script|link|img|iframe|base)\b|@import|url\(", one["html"])
        assert "not for the care of any person" in one["html"]
    assert all(part in documents["handover"]["html"] for part in ("S: Situation", "B: Background", "A: Ass", "R: Rec"))
    calendar = documents["ladder"]["files"][1]["text"]
    assert calendar.count("BEGIN:VEVENT") == len(care.store.result.running.upcoming)
    assert "Look again" in documents["care"]["files"][1]["text"]


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
    again, sentence = restored(page_code(state, library), library, CareState(state.case, TODAY))
    assert (again, sentence) == (state, "")


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
