"""The page of care and return without a browser: the patient, what is held back, plans, and pages to take away."""

import re
from dataclasses import fields, replace
from html import unescape

from acting import act, put, tab
from care_acts import BONE, CLOT, STRAIN, TODAY, head, html_of, patient, running

from calfnb.care import is_held_back
from calfnb.case import Case, encode_case
from calfnb.dashboards.care_page import state as care_state
from calfnb.dashboards.care_page.returning import ReturnState
from calfnb.dashboards.care_page.state import LATER_PHASES, PANELS, CareState
from calfnb.dashboards.lesson_care import CarePage
from calfnb.dashboards.paneled.library import assessed

# ---- the patient and the condition -----------------------------------------------------------------------------------


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


# ---- what is held back -----------------------------------------------------------------------------------------------


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
        if is_held_back(assessed(library.model, state.case).triage.level):
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


# ---- plans and panels ------------------------------------------------------------------------------------------------


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


# ---- to take away ----------------------------------------------------------------------------------------------------


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
