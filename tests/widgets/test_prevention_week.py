"""The panel of the week: nothing behind a closed gate, the settings reach the plan, actions go and come back."""

import re
from datetime import date

import pytest
from acting import act, everything_in, put, tab
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from calfnb.dashboards.lesson_prevention import PreventionPage
from calfnb.dashboards.paneled.safety import SafetyState, safety_part
from calfnb.dashboards.prevention_page.factors import FactorsState, answered, example, factors_part
from calfnb.dashboards.prevention_page.library import PreventionLibrary
from calfnb.dashboards.prevention_page.week import (
    STAGES,
    WEEKS,
    WeekState,
    check_week,
    equipment_of,
    next_monday,
    week_part,
    with_choice,
)
from calfnb.prevention.programme import DAY_KINDS
from calfnb.reasoning.model import default_model
from calfnb.tables import load_prevention, load_training
from calfnb.tables.records_prevention import DAYS

TODAY = date(2026, 3, 4)
TABLES = load_prevention()
LIBRARY = PreventionLibrary(default_model(), TABLES, load_training())
CLEAR = SafetyState({"red_flag": "no", "sudden_sharp": "no", "pain": "0"})


@pytest.fixture
def page(model):
    page = PreventionPage(model, today=TODAY)
    page.store.change(safety=CLEAR)
    tab(page, "week")
    return page


@pytest.fixture
def view(page):
    return page.views["week"]


def answers(**given_):
    state = FactorsState()
    for name, value in given_.items():
        state = answered(state, name, value, TABLES)
    return state


def made(state, factors):
    return week_part(state, factors_part(factors, LIBRARY), safety_part(CLEAR, None, LIBRARY), TODAY, LIBRARY)


def shown(widget):
    """Everything below a panel that is not put away."""
    if "cnw-away" in widget._dom_classes:
        return []
    return [widget, *(one for child in getattr(widget, "children", ()) for one in shown(child))]


@pytest.mark.parametrize(
    "safety",
    [
        SafetyState(),
        SafetyState({"red_flag": "no", "sudden_sharp": "no"}),
        SafetyState({"red_flag": "yes", "sudden_sharp": "no", "pain": "0"}, tuple(TABLES.signs)[:1]),
        SafetyState({"red_flag": "no", "sudden_sharp": "yes", "pain": "0"}),
    ],
)
def test_behind_the_closed_gate_there_is_nothing_but_the_note(page, view, safety):
    page.store.change(factors=example(FactorsState()))
    assert view.board.html
    page.store.change(safety=safety)
    assert page.store.result.week.programme is None
    assert [one for one in shown(view.widget) if one is not view.widget] == [view.head]
    assert 'data-id="start"' in view.head.html
    assert not re.search("calf raise|heel raise|Strengthen", view.head.html, re.IGNORECASE)


def test_without_a_kind_of_runner_one_is_asked_for(page, view):
    assert page.store.result.week.programme is None
    assert "Choose at least one" in view.who.widget.problems["profiles"]
    assert view.planned not in shown(view.widget)
    put(view.who, "profiles", ["new"])
    assert view.planned in shown(view.widget)
    assert "Warm up before each run" in view.board.html


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ({}, ()),
        ({"novice_runner": "yes"}, ("new",)),
        ({"novice_runner": "no", "older_age": "39"}, ("experienced",)),
        ({"older_age": "40", "prolonged_sitting": "yes"}, ("older", "desk_bound")),
        ({"prolonged_sitting": "no"}, ()),
    ],
)
def test_kinds_of_runner_are_suggested_by_answers_and_never_by_silence(given_, expected):
    assert made(WeekState(), answers(**given_)).profiles == expected


def test_who_unticks_all_kinds_is_asked_and_not_overruled(page, view):
    page.store.change(factors=answers(novice_runner="yes"))
    assert "suggested" in view.who.widget.notes["profiles"]
    put(view.who, "profiles", [])
    assert page.store.result.week.programme is None
    assert view.who.widget.problems


def test_seven_days_each_with_its_kind_and_every_item_with_dose_minutes_and_why(page, view):
    page.store.change(factors=example(FactorsState()))
    html = view.board.html
    assert re.findall(r'data-day="(\w+)"', html) == list(DAYS)
    items = html.split('data-item="')[1:]
    assert items
    for item in html.split('<div class="cnk-item ')[1:]:
        assert re.search(r"\d+ min", item)
        assert "For: " in item
        assert re.search(r'class="cnk-item__dose">[^<]+', item)
    cards = view.actions.html
    for action in page.store.result.week.programme.actions:
        assert f'id="cnk-{action.action_id}"' in cards
        assert action.harms in cards
        assert action.evidence_against in cards


def test_a_day_can_be_changed_and_given_back(page, view):
    put(view.who, "profiles", ["older"])
    put(view.days, "tuesday", "rest")
    assert view.days.widget.values["tuesday"] == "rest"
    assert page.store.result.week.programme.days[1].kind == "rest"
    assert "Back to the usual week" in view.board.html
    act(view.board, "usual")
    assert page.store.result.week.programme.days[1].kind == "easy"
    assert "Back to the usual week" not in view.board.html


def test_a_week_of_hard_runs_says_what_could_not_be_kept(view):
    put(view.who, "profiles", ["experienced"])
    for day in DAYS:
        put(view.days, day, "hard")
    assert "What could not be kept" in view.board.html


def test_an_action_goes_and_comes_back(page, view):
    page.store.change(factors=example(FactorsState()))
    assert "Strengthen the calf" in view.board.html
    act(view.actions, "leave", id="calf_strength")
    assert "Strengthen the calf" not in view.board.html
    assert "Put back: Strengthen the calf" in view.actions.html
    assert "Strengthen the calf" in view.board.announcement
    act(view.actions, "back", id="calf_strength")
    assert "Strengthen the calf" in view.board.html
    assert page.store.state.week.leave_out == ()


def test_few_things_first_more_later(page, view):
    page.store.change(factors=example(FactorsState()))
    first = page.store.result.week.programme
    assert "Waits for later" in view.actions.html
    put(view.who, "stage", "later")
    later = page.store.result.week.programme
    assert len(later.actions) > len(first.actions)
    assert page.store.result.week.weeks == 4


def test_what_is_not_at_hand_is_not_asked_for(page, view):
    page.store.change(factors=answers(weak_calf="12", novice_runner="no"))
    put(view.who, "stage", "later")
    put(view.things, "equipment", [])
    used = {
        thing
        for day in page.store.result.week.programme.days
        for item in day.items
        for exercise in item.exercises
        for thing in exercise.equipment
    }
    assert used.isdisjoint(equipment_of(TABLES))


def test_both_trials_of_foot_strength_stand_together(page, view):
    page.store.change(factors=answers(weak_foot_ankle="no", novice_runner="yes"))
    html = view.actions.html
    assert "2.42" in html
    assert "3.6" in html
    programme = page.store.result.week.programme
    items = {item.action.action_id for day in programme.days for item in day.items}
    assert "foot_strength" not in items or "hip_core_strength" in items


def test_movement_for_who_sits(view):
    put(view.who, "profiles", ["desk_bound"])
    assert "Move between hours of sitting" in view.board.html
    put(view.who, "profiles", ["new"])
    assert "Move between hours of sitting" not in view.board.html


def test_what_is_for_a_clinician_stands_before_the_week(page, view):
    page.store.change(factors=answers(novice_runner="no", direct_blow="yes"))
    assert "For a doctor or physiotherapist" in view.head.html
    act(view.head, "question", id="direct_blow")
    assert page.store.state.panel == "factors"
    assert page.store.state.factors.step == "personal"


def test_page_and_calendar_begin_on_the_chosen_monday(page, view):
    put(view.who, "profiles", ["experienced"])
    document = view.documents.documents[0]
    assert document["files"][1]["name"] == "week-from-2026-03-09.ics"
    put(view.take, "start", "2026-05-04")
    put(view.take, "weeks", "8")
    document = view.documents.documents[0]
    events = Calendar.from_ical(document["files"][1]["text"]).walk("VEVENT")
    days = [event.decoded("dtstart") for event in events]
    assert min(days) >= date(2026, 5, 4)
    assert max(days) < date(2026, 6, 29)
    each = sum(len(day.items) for day in page.store.result.week.programme.days)
    assert len(events) == 8 * each
    assert "Mon 4 May 2026" in document["html"]
    assert "Not a medical device" in document["html"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2026-05-06", "Choose a Monday, such as 2026-05-04"),
        ("soon", "Choose a day"),
        ("2036-05-05", "more than a year"),
    ],
)
def test_a_first_day_that_cannot_be_gets_a_sentence(view, typed, words):
    put(view.who, "profiles", ["new"])
    put(view.take, "start", typed)
    assert words in view.take.widget.problems["start"]
    assert view.take.widget.values["start"] == typed
    document = view.documents.documents[0]
    assert words in document["blocked"]
    assert document["files"] == []


def test_the_next_monday():
    assert {next_monday(date(2026, 3, day)) for day in range(2, 9)} == {date(2026, 3, 9)}


@pytest.mark.parametrize(
    "state",
    [
        WeekState(profiles=("nobody",), chosen=True),
        WeekState(days={"someday": "rest"}),
        WeekState(days={"monday": "swim"}),
        WeekState(stage="never"),
        WeekState(missing=("dragon",)),
        WeekState(leave_out=("nothing",)),
        WeekState(weeks="100"),
    ],
)
def test_a_forged_state_is_refused(state):
    with pytest.raises(ValueError, match="names what there is not"):
        check_week(state, LIBRARY)


def test_messages_that_name_what_there_is_not_leave_the_week(page, view):
    put(view.who, "profiles", ["older"])
    before = page.store.state
    for spoil in (
        lambda: put(view.who, "profiles", ["ghost"]),
        lambda: put(view.who, "profiles", "new"),
        lambda: put(view.days, "monday", "swim"),
        lambda: put(view.things, "equipment", ["dragon"]),
        lambda: put(view.who, "shoes", "blue"),
        lambda: act(view.actions, "leave", id="nothing"),
        lambda: act(view.head, "fly"),
    ):
        spoil()
        assert page.store.problem
        assert page.store.state == before


@settings(max_examples=60)
@given(
    profiles=st.sets(st.sampled_from(sorted(TABLES.profiles)), min_size=1),
    days=st.dictionaries(st.sampled_from(DAYS), st.sampled_from(DAY_KINDS)),
    stage=st.sampled_from(STAGES),
    missing=st.sets(st.sampled_from(equipment_of(TABLES))),
    leave_out=st.sets(st.sampled_from(sorted(TABLES.actions))),
    weeks=st.sampled_from(WEEKS),
)
def test_whatever_is_chosen_the_week_holds_no_action_taken_out(profiles, days, stage, missing, leave_out, weeks):
    state = WeekState(tuple(profiles), True, days, stage, tuple(missing), tuple(leave_out), "", weeks)
    check_week(state, LIBRARY)
    part = made(state, example(FactorsState()))
    placed = {item.action.action_id for day in part.programme.days for item in day.items}
    assert placed.isdisjoint(leave_out)
    assert {day.day: day.kind for day in part.programme.days} == dict(part.week)
    for day, kind in days.items():
        assert part.week[day] == kind
    things = {
        thing
        for day in part.programme.days
        for item in day.items
        for exercise in item.exercises
        for thing in exercise.equipment
    }
    assert things.isdisjoint(missing)


def test_the_address_brings_the_week_back(page, view, model):
    page.store.change(factors=example(FactorsState()))
    put(view.who, "profiles", ["older", "new"])
    put(view.days, "friday", "hard")
    put(view.things, "equipment", ["wall"])
    act(view.actions, "leave", id="warm_up")
    put(view.take, "start", "2026-05-06")
    code = page.frame.address.code
    again = PreventionPage(model, code=code, today=TODAY)
    assert again.store.state == page.store.state
    assert again.views["week"].board.html == view.board.html
    assert again.views["week"].take.widget.problems
    assert len(everything_in(view.widget)) < 20


def test_a_choice_outside_the_forms_is_refused():
    with pytest.raises(ValueError, match="There is no field"):
        with_choice(WeekState(), "leave_out", ["warm_up"], TABLES)


# ---- what waits for a clinician ------------------------------------------------------------------------------------


def test_heavy_work_waits_until_it_is_said_that_a_clinician_has_looked(page, view):
    assert "looked_at" not in {field["id"] for field in view.who.widget.fields}
    page.store.change(factors=answers(fluoroquinolone_use="yes", novice_runner="no"))
    (field,) = [field for field in view.who.widget.fields if field["id"] == "looked_at"]
    assert [option["id"] for option in field["options"]] == ["fluoroquinolone_use"]
    assert 'data-item="calf_strength"' not in view.board.html
    assert "Fluoroquinolone" in view.actions.html.split("Kept back")[1]
    put(view.who, "looked_at", ["fluoroquinolone_use"])
    assert 'data-item="calf_strength"' in view.board.html
    # The note for a clinician stays.
    assert "Fluoroquinolone" in view.head.html


@pytest.mark.parametrize("names", [("worn_shoes",), ("nobody",)])
def test_only_what_keeps_something_back_can_be_looked_at(names):
    with pytest.raises(ValueError, match="what there is not"):
        check_week(WeekState(looked_at=names), LIBRARY)


def test_what_is_at_hand_is_a_line_until_it_is_unfolded(page, view):
    assert view.things.widget.fields == []
    assert "everything" in view.at_hand.html
    act(view.at_hand, "things")
    (field,) = view.things.widget.fields
    assert len(field["options"]) == len(equipment_of(TABLES))
    put(view.things, "equipment", [name for name in equipment_of(TABLES) if name not in ("mat", "towel")])
    assert "everything but a mat and a towel" in view.at_hand.html
    act(view.at_hand, "things")
    assert view.things.widget.fields == []
    assert page.store.state.week.missing == ("mat", "towel")
    # Whether it is unfolded is no part of a link.
    folded = page.frame.address.code
    act(view.at_hand, "things")
    assert page.frame.address.code == folded
