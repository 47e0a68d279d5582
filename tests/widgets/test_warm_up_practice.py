"""Player, drills, self-check and routine of the day without a browser: messages in, traits out."""

import re
import time
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from acting import act, put, tab
from hypothesis import given, settings
from hypothesis import strategies as st

from calfnb.dashboards.lesson_warm_up import WarmUpPage
from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.dashboards.paneled.safety import SafetyState, safety_part
from calfnb.dashboards.warmup_page.body import with_body
from calfnb.dashboards.warmup_page.check import SIDES, CheckState, check_part, checks_of
from calfnb.dashboards.warmup_page.drills import DrillsState, drills_part
from calfnb.dashboards.warmup_page.plan import PlanState
from calfnb.dashboards.warmup_page.today import MINUTES, TodayState, factors_of, today_part
from calfnb.reasoning.model import default_model
from calfnb.tables import load_prevention
from calfnb.warmup.drills import library_choices

TODAY = date(2026, 3, 4)
CLEAR = {"red_flag": "no", "sudden_sharp": "no", "pain": "0"}
LIBRARY = PanelLibrary(default_model(), load_prevention())
TABLES = LIBRARY.prevention
MASSAGE = ("blood_thinner", "surface_vein", "broken_skin", "unexplained_swelling")
PANELS = ("player", "check", "drills", "day")


def safety(**answers):
    return safety_part(SafetyState({**CLEAR, **answers}), None, LIBRARY)


@pytest.fixture
def fresh(model):
    return WarmUpPage(model, today=TODAY)


@pytest.fixture
def page(fresh):
    answer(fresh, **CLEAR)
    return fresh


def answer(page, **answers):
    for name, value in answers.items():
        put(page.views["start"].form, name, value)


def choose(page, session="intervals"):
    act(page.views["plan"].head, "pick", id="office_intervals")
    page.store.change(
        plan=replace(page.store.state.plan, answers={**page.store.state.plan.answers, "session": session})
    )


def program(page):
    return page.views["player"].player.program


def said(page, name):
    """All markup of a panel."""
    view = page.views[name]
    parts = [part for part in vars(view).values() if hasattr(part, "html")]
    return " ".join(part.html for part in parts)


# ---- the gate ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PANELS)
def test_before_the_safety_questions_nothing_is_shown_to_do(fresh, name):
    tab(fresh, name)
    assert not fresh.store.problem
    html = said(fresh, name)
    assert "The safety questions come first" in html
    assert "cn-drill__steps" not in html
    assert "cn-day__steps" not in html
    assert "cn-drill__figure" not in html
    assert program(fresh)["steps"] == []


def test_a_warning_sign_takes_everything_away_again(page):
    choose(page)
    assert program(page)["steps"]
    for name in PANELS:
        tab(page, name)
    tab(page, "start")
    answer(page, red_flag="yes")
    assert program(page)["steps"] == []
    for name in PANELS:
        tab(page, name)
        assert "warning sign is present" in said(page, name)
        assert "cn-drill__figure" not in said(page, name)


# ---- the player ----------------------------------------------------------------------------------------------------


def test_the_player_plays_the_plan_second_by_second_with_both_sides(page):
    tab(page, "player")
    assert "no plan to step through" in said(page, "player")
    choose(page)
    plan = page.store.result.plan.plan
    steps = program(page)["steps"]
    assert sum(step["seconds"] for step in steps) == round(60 * plan.total_min)
    assert list(dict.fromkeys(step["exercise_id"] for step in steps)) == [step.exercise_id for step in plan.steps]
    for one, other in pairwise(steps):
        if one["turn"] == 1:
            assert (other["turn"], other["exercise_id"]) == (2, one["exercise_id"])
    assert "no plan to step through" not in said(page, "player")


def test_cool_down_and_routine_are_played_with_the_same_player(page):
    choose(page)
    tab(page, "player")
    act(page.views["player"].head, "plays", id="after")
    assert program(page)["title"] == "Cool-down: Intervals"
    assert {step["phase"] for step in program(page)["steps"]} == {"Cool down"}
    tab(page, "day")
    act(page.views["day"].made, "play", id="day")
    assert page.store.state.panel == "player"
    assert program(page)["title"] == "Routine of 2026-03-04"
    routine = page.store.result.day.routine
    assert {step["exercise_id"] for step in program(page)["steps"]} == set(routine.exercise_ids)
    act(page.views["player"].head, "plays", id="everything")
    assert page.store.problem
    assert page.store.state.player.plays == "day"


def test_the_program_tells_changed_answers_from_a_changed_plan(page):
    choose(page)
    before = program(page)
    choose(page, "easy")
    assert program(page)["steps"] != before["steps"]
    assert program(page)["safety"] == before["safety"]
    answer(page, pain="1")
    assert program(page)["safety"] != before["safety"]
    assert "1" not in before["title"]


def test_something_hurts_says_what_the_tables_say(page):
    html = page.views["player"].player.hurt
    rules = {rule.row_id: rule for rule in TABLES.rules}
    for row_id in ("wr02", "wr06", "wr01_flag"):
        assert rules[row_id].sentence in html
    for sign in TABLES.signs.values():
        assert sign.sign in html
    page.views["player"].player.receive({"type": "action", "action": "panel", "id": "start"})
    assert page.store.state.panel == "start"


# ---- the drills ----------------------------------------------------------------------------------------------------


CHOICES = library_choices(TABLES)


@settings(max_examples=60, deadline=None)
@given(
    purpose=st.sampled_from(("", *CHOICES["purpose"])),
    muscle=st.sampled_from(("", *CHOICES["muscle"])),
    minutes=st.sampled_from(("", "1", "2", "3", "5", "10")),
    gear=st.sampled_from(("", "nothing", "at_hand")),
    only=st.sampled_from(("", "open")),
    things=st.sets(st.sampled_from(TABLES.questions["equipment"].options)),
)
def test_filters_leave_what_fits(purpose, muscle, minutes, gear, only, things):
    state = DrillsState(purpose, muscle, minutes, gear, only)
    part = drills_part(state, tuple(things), safety(), LIBRARY)
    for entry in part.entries:
        row = entry.exercise
        assert not purpose or purpose in row.purposes
        assert not muscle or muscle in row.muscles
        assert not minutes or row.duration_min <= float(minutes)
        assert gear != "nothing" or not row.equipment
        assert gear != "at_hand" or not entry.missing
        assert only != "open" or entry.open
    everything = drills_part(DrillsState(), (), safety(), LIBRARY)
    assert len(everything.entries) == len(TABLES.exercises)


def test_massage_waits_for_its_answers_and_an_open_one_is_never_a_no(page):
    tab(page, "drills")
    view = page.views["drills"]
    view.finder.receive({"type": "choose", "kind": "self_massage", "id": "foam_roll_calf"})
    assert [field["id"] for field in view.asked.widget.fields] == [*MASSAGE, "numb_feet"]
    assert "Kept back" in view.page.html
    for name in MASSAGE:
        assert "cn-drill__steps" not in view.page.html
        put(view.asked, name, "no")
    assert "cn-drill__steps" in view.page.html
    assert page.store.state.plan.answers["blood_thinner"] == "no"
    put(view.asked, "blood_thinner", "")
    assert "Kept back" in view.page.html
    put(view.asked, "blood_thinner", "no")
    put(view.asked, "numb_feet", "yes")
    assert "Barefoot and pressure work" in view.page.html


def test_easier_and_harder_drills_are_a_step_away(page):
    tab(page, "drills")
    view = page.views["drills"]
    view.finder.receive({"type": "choose", "kind": "strength_eccentric", "id": "heel_drop_straight"})
    assert 'data-id="hsr_calf_raise"' in view.page.html
    act(view.page, "drill", id="hsr_calf_raise")
    assert page.store.state.drills.drill == "hsr_calf_raise"
    assert view.finder.selected == "strength:hsr_calf_raise"
    act(view.page, "drill", id="nothing_of_ours")
    assert page.store.problem
    act(view.page, "drill", id="")
    assert "cn-tiles" in view.page.html


def test_a_filter_answers_within_20_ms(page):
    tab(page, "drills")
    form = page.views["drills"].filters
    took = []
    for muscle in (*CHOICES["muscle"], "-"):
        begun = time.perf_counter()
        put(form, "muscle", muscle)
        took.append(time.perf_counter() - begun)
    assert sorted(took)[len(took) // 2] < 0.02


def test_the_count_and_an_empty_choice_are_said(page):
    tab(page, "drills")
    view = page.views["drills"]
    put(view.filters, "purpose", "test")
    put(view.filters, "muscle", "heart_lungs")
    assert view.finder.groups == []
    assert "No drill fits" in view.count.announcement
    act(view.count, "clear", id="")
    assert "92 drills fit" in view.count.announcement


# ---- the self-check ------------------------------------------------------------------------------------------------


def test_one_test_a_screen_read_when_both_sides_are_there(page):
    tab(page, "check")
    view = page.views["check"]
    assert "Test 1 of 5" in view.screen.html
    put(view.form, "knee_to_wall-left", "6")
    assert "One side is still open" in view.reading.html
    assert page.store.result.check.wanted == {}
    put(view.form, "knee_to_wall-right", "9,5")
    assert 'data-state="low"' in view.reading.html
    act(view.reading, "test", id="1")
    assert "Test 2 of 5" in view.screen.html
    put(view.form, "age", "44")
    put(view.form, "calf_raises-left", "12")
    put(view.form, "calf_raises-right", "25")
    assert "Usual for this age" in view.reading.html
    act(view.head, "test", id="5")
    assert "not findings of an examination" in view.screen.html
    assert "Because of: Knee to wall" in view.reading.html
    act(view.reading, "drill", id="ankle_rocks")
    assert (page.store.state.panel, page.store.state.drills.drill) == ("drills", "ankle_rocks")


@pytest.mark.parametrize(("written", "words"), [("-3", "fewer than none"), ("400", "more cm than can be"), ("x", "x")])
def test_a_result_that_cannot_be_is_shown_again_with_a_sentence(page, written, words):
    tab(page, "check")
    view = page.views["check"]
    put(view.form, "knee_to_wall-left", written)
    put(view.form, "knee_to_wall-right", "10")
    assert words in view.form.widget.problems["knee_to_wall-left"]
    act(view.head, "test", id="1")
    put(view.form, "age", "30")
    put(view.form, "calf_raises-right", "7.5")
    assert "on the right must be a whole number" in view.form.widget.problems["calf_raises-right"]
    act(view.head, "test", id="0")
    assert view.form.widget.values["knee_to_wall-left"] == written
    assert page.store.result.check.finding("knee_to_wall").state == "not_tested"


def test_pain_and_numb_feet_hold_tests_back(page):
    tab(page, "check")
    view = page.views["check"]
    act(view.head, "test", id="2")
    put(view.form, "numb_feet", "yes")
    assert "Left out" in view.reading.html
    assert [field["id"] for field in view.form.widget.fields] == ["numb_feet"]
    tab(page, "start")
    answer(page, pain="1")
    tab(page, "check")
    assert "Not now" in view.head.html
    assert view.screen.html == ""


RESULTS = st.dictionaries(
    st.sampled_from([f"{row.check_id}.{side}" for row in checks_of(TABLES) for side in SIDES]),
    st.sampled_from(("0", "5", "9", "20", "30", "yes", "no", "-1", "999", "7,5", "?")),
)


@settings(max_examples=60, deadline=None)
@given(RESULTS, st.sampled_from(("man", "woman", "not_given")), st.sampled_from(("", "16", "30", "70")))
def test_any_results_give_a_reading_and_only_open_drills(results, sex, age):
    body = with_body(safety(), PlanState(answers={"age": age} if age else {}), LIBRARY)
    part = check_part(CheckState(results=results, sex=sex), body, LIBRARY)
    for row in part.result.findings:
        both = all(results.get(f"{row.check.check_id}.{side}") for side in SIDES)
        assert both or row.state in ("not_tested", "left_out")
    for name in part.wanted:
        assert drills_part(DrillsState(drill=name), (), body, LIBRARY).chosen.open


# ---- the routine of the day ----------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    st.sampled_from(MINUTES),
    st.sets(st.sampled_from(tuple(factors_of(TABLES)))),
    st.sampled_from(("", "at_hand")),
)
def test_the_routine_differs_from_the_days_beside_it_and_fits(day, minutes, factors, gear):
    state = TodayState(minutes=minutes, gear=gear, factors=tuple(sorted(factors)))
    check = check_part(CheckState(), safety(), LIBRARY)
    part = today_part(state, day, ("wall", "mat"), safety(), check, LIBRARY)
    drills = [frozenset(one.exercise_ids) for one in (part.before, part.routine, part.after)]
    assert drills[0] != drills[1] != drills[2]
    assert part.routine.total_min <= float(minutes)
    assert part.routine.day == day
    assert set(part.wanted) <= set(TABLES.exercises)


def test_what_the_check_found_comes_first_and_says_so(page):
    tab(page, "check")
    for side in SIDES:
        put(page.views["check"].form, f"knee_to_wall-{side}", "4")
    tab(page, "day")
    view = page.views["day"]
    first = page.store.result.day.routine.exercise_ids[0]
    assert first in page.store.result.day.wanted
    assert "Because of: Knee to wall" in view.made.html
    assert "Yesterday" in view.days.html
    assert view.documents.documents[0]["files"][0]["name"] == "routine-2026-03-04.html"
    assert "<script" not in view.documents.documents[0]["html"]


def test_another_day_and_the_readers_own_day(page):
    tab(page, "day")
    view = page.views["day"]
    put(view.form, "day", "2026-03-10")
    assert "Routine of 2026-03-10" in view.made.html
    assert "Day before" in view.days.html
    put(view.form, "day", "1066-01-01")
    assert page.store.problem
    put(view.form, "day", "")
    tomorrow = date.today() + timedelta(days=1)
    view.form.widget.receive({"type": "today", "day": tomorrow.isoformat()})
    assert page.store.state.today == tomorrow


# ---- the address ---------------------------------------------------------------------------------------------------


def filled(page):
    choose(page)
    tab(page, "drills")
    put(page.views["drills"].filters, "muscle", "soleus")
    put(page.views["drills"].filters, "gear", "at_hand")
    page.views["drills"].finder.receive({"type": "choose", "kind": "self_massage", "id": "foam_roll_calf"})
    tab(page, "check")
    put(page.views["check"].form, "knee_to_wall-left", "6,5")
    act(page.views["check"].head, "test", id="3")
    tab(page, "day")
    put(page.views["day"].form, "minutes", "20")
    put(page.views["day"].form, "factors", ["weak_hip"])
    act(page.views["player"].head, "plays", id="day")
    return page


def test_a_reload_brings_everything_back(page, model):
    code = filled(page).frame.address.code
    again = WarmUpPage(model, code=code, today=TODAY)
    assert again.store.state == page.store.state
    assert program(again) == program(page)
    for name in PANELS:
        tab(page, name)
        tab(again, name)
        assert said(page, name) == said(again, name)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("player", {"plays": "film"}), ("drills", {"muscle": "gills"}), ("drills", {"drill": "moonwalk"}),
        ("check", {"step": 77}), ("check", {"results": {"knee_to_wall.middle": "3"}}), ("check", {"step": -1}),
        ("check", {"sex": "x"}), ("day", {"minutes": "500"}), ("day", {"day": "2026-02-31"}), ("day", {"day": "soon"}),
        ("day", {"factors": ["luck"]}), ("drills", {"minutes": "1e9"}),
    ],
)  # fmt: skip
def test_a_forged_address_gives_a_sentence_and_a_page(model, part, value):
    from calfnb.case import Case, encode_case
    from calfnb.dashboards.page_code import pack_part

    first = encode_case(Case(model.setting_ids[0]), LIBRARY.tables, mode="guided")
    page = WarmUpPage(model, code=f"{first}~{pack_part({part: value}, TABLES.version)}", today=TODAY)
    assert page.store.notice == LIBRARY.tables.text("ui.problem.page_part")
    assert page.store.state.panel == "start"


def test_no_sentence_says_you_have_or_safe_to_run(page):
    filled(page)
    spoken = " ".join(said(page, name) for name in PANELS) + page.views["player"].player.hurt
    assert not re.search(r"you have|safe to run", spoken, re.IGNORECASE)
