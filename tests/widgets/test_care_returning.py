"""Return to running on the page of care, without a browser: calculators, gates, ladder and log."""

from dataclasses import replace
from datetime import timedelta

import pytest
from acting import act, put, tab
from care_acts import BONE, TODAY, head, html_of, running

from calfnb.dashboards.care_page.returning import MOST_SESSIONS, note_session


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("age", "-4", "between 0 and 110"),
        ("age", "old", "must be a number, not old"),
        ("raises_left", "500", "between 0 and 100"),
        ("raises_left", "12.5", "whole number"),
        ("raises_right", "nan", "must be a number"),
        ("wall_right", "-2", "between 0 and 30"),
        ("wall_left", "1e9", "must be a number"),
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
