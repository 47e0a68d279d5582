"""The library of drills, the disputes, what each rule changes, the routine of the day and the self-check."""

from datetime import date, timedelta

import pytest

from calfnb.tables import load_prevention
from calfnb.warmup.debates import debates, what_each_rule_changes
from calfnb.warmup.drills import Availability, drill_library, library_choices
from calfnb.warmup.planner import plan_warm_up
from calfnb.warmup.request import Safety, UnansweredError, WarmUpError, read_safety
from calfnb.warmup.routine import routine_of_the_day
from calfnb.warmup.self_check import self_check

NO = {"red_flag": False, "sudden_sharp": False, "pain": 0}
MASSAGE = {"blood_thinner": False, "surface_vein": False, "broken_skin": False, "unexplained_swelling": False}


@pytest.fixture(scope="module")
def tables():
    return load_prevention()


def open_ids(tables, **answers):
    safety = read_safety({**NO, **answers}, tables)
    return {entry.exercise.exercise_id for entry in drill_library(tables, safety=safety, only_open=True)}


# ---- the library ---------------------------------------------------------------------------------------------------


def test_there_are_enough_drills_and_each_is_complete(tables):
    assert len(tables.exercises) >= 60
    for row in tables.exercises.values():
        assert row.steps
        assert row.cues
        assert row.why
        assert row.dose
        assert "seen_first" in row.block_ids
        assert row.easier or row.harder


@pytest.mark.parametrize(
    "exercise_id",
    [
        "wall_calf_stretch", "towel_stretch", "achilles_stretch", "ankle_rolls", "downward_dog", "walking_lunge",
        "calf_raise_double", "calf_raise_seated", "calf_raise_donkey", "calf_raise_incline", "heel_drop_straight",
        "toe_raise", "toe_curl_band", "short_foot", "side_plank", "foam_roll_calf", "lacrosse_ball_floor",
        "lacrosse_ball_kneeling", "self_massage_hands", "stairs_walk", "jumping_jacks", "wall_push_up",
        "easy_swim_or_cycle", "yoga_easy", "walk_jog_intervals",
    ],
)  # fmt: skip
def test_what_the_articles_name_is_there(tables, exercise_id):
    row = tables.exercises[exercise_id]
    assert row.claim_ids
    assert row.articles_say


def test_filters(tables):
    choices = library_choices(tables)
    assert set(choices) == {"purpose", "muscle", "equipment"}
    for purpose in choices["purpose"]:
        assert all(purpose in entry.exercise.purposes for entry in drill_library(tables, purpose=purpose))
    short = drill_library(tables, muscle="soleus", most_min=2)
    assert short
    assert all(entry.exercise.duration_min <= 2 for entry in short)
    assert [
        entry.exercise.exercise_id for entry in drill_library(tables, text="downward dog", purpose="cool_down")
    ] == ["downward_dog"]
    without = drill_library(tables, equipment=(), only_open=True, safety=Safety(red_flag=False))
    assert all("mat" not in entry.exercise.equipment for entry in without)
    with pytest.raises(WarmUpError, match="did you mean"):
        drill_library(tables, muscle="soleas")


@pytest.mark.parametrize(
    "answers",
    [
        {"red_flag": True},
        {"level": "same_day"},
        {"level": "emergency_now"},
        {"sudden_sharp": True},
        {"condition": "deep_vein_thrombosis"},
        {"condition": "acute_compartment_syndrome"},
        {"condition": "achilles_rupture"},
        {"condition": "cellulitis_infection"},
        {"condition": "bakers_cyst_ruptured"},
        {"condition": "superficial_vein_thrombosis"},
        {"condition": "other_unclassified"},
        {"condition": "soleus_strain", "days_since_strain": 1},
    ],
)
def test_no_exercise_at_all_beside_something_urgent(tables, answers):
    assert open_ids(tables, **MASSAGE, **answers) == set()


def test_a_fresh_strain_opens_bit_by_bit(tables):
    strain = {"condition": "gastrocnemius_strain", "days_since_strain": 10, **MASSAGE}
    early = {"ankle_rocks", "wall_calf_stretch", "foam_roll_calf"}
    calf = early | {"calf_raise_double", "calf_raise_single", "pogo_double", "easy_jog_build", "strides"}
    steps = [
        ((), set()),
        (("walking_painless",), early),
        (("walking_painless", "two_leg_raise_painless"), early | {"calf_raise_double"}),
    ]
    for gates, expected in steps:
        assert open_ids(tables, **strain, gates=gates) & calf == expected, gates
    on_the_ladder = open_ids(tables, **strain, rtr_stage=1) & calf
    assert on_the_ladder == calf - {"strides"}
    assert open_ids(tables, **strain, rtr_stage=7) & calf == calf


@pytest.mark.parametrize("condition", ["tibial_stress_fracture", "fibular_stress_fracture"])
def test_bone_is_not_loaded_before_a_clinician_agrees(tables, condition):
    before = open_ids(tables, condition=condition, rtr_stage=9)
    for name in before:
        row = tables.exercises[name]
        assert row.type not in ("plyometric", "running", "drill", "aerobic", "strength_eccentric") or name in (
            "brisk_walk", "easy_walk", "march_on_spot", "step_jacks",
        ), name  # fmt: skip
    assert {"short_foot", "glute_bridge", "side_plank"} <= before
    assert {"calf_raise_double", "heel_drop_straight", "single_leg_deadlift", "calf_isometric_hold"}.isdisjoint(before)
    assert "calf_raise_double" in open_ids(tables, condition=condition, cleared=True)


def test_particular_blocks(tables):
    insertional = open_ids(tables, condition="achilles_tendinopathy_insertional")
    assert {"ankle_rocks", "heel_drop_straight", "wall_calf_stretch", "towel_stretch", "calf_pump"}.isdisjoint(
        insertional
    )
    assert {"heel_raise_floor_level", "ankle_rolls", "calf_raise_double"} <= insertional
    nerve = open_ids(tables, condition="lumbar_radiculopathy_referred", cleared=True)
    assert {"towel_stretch", "downward_dog", "single_leg_deadlift", "leg_swing_front_back"}.isdisjoint(nerve)
    assert "legs_up_rest" not in open_ids(tables, condition="peripheral_artery_disease_claudication", cleared=True)
    assert {"pogo_single", "hsr_calf_raise"}.isdisjoint(open_ids(tables, age=15))


def test_massage_waits_for_its_preconditions(tables):
    rolling = {"foam_roll_calf", "lacrosse_ball_floor", "lacrosse_ball_kneeling", "self_massage_hands"}
    assert rolling.isdisjoint(open_ids(tables))
    assert rolling <= open_ids(tables, **MASSAGE)
    for name in MASSAGE:
        assert rolling.isdisjoint(open_ids(tables, **{**MASSAGE, name: True})), name
        assert rolling.isdisjoint(open_ids(tables, **{key: value for key, value in MASSAGE.items() if key != name}))


def test_the_reason_is_that_of_the_first_block(tables):
    available = Availability(tables, Safety(red_flag=True).signals(tables))
    assert available.reason("easy_jog_build") == tables.blocks["seen_first"].reason
    assert Availability(tables, {}).reason("easy_jog_build") == tables.blocks["seen_first"].reason
    assert Availability(tables, {"red_flag": "no"}).reason("easy_jog_build") == ""


# ---- disputes and rules --------------------------------------------------------------------------------------------


def test_each_side_of_a_dispute_shows_what_it_changes():
    views = {view.debate_id: view for view in debates({**NO, "session": "tempo", "time_min": 30, "age": 30})}
    assert set(views) == {"before", "hold", "lactic_acid"}
    before = {side.row.side_id: side for side in views["before"].sides}
    assert before["dynamic"].difference.nothing
    assert before["dynamic"].chosen
    assert before["short"].difference.total_min == 2
    assert before["long"].difference.total_min == 4
    assert all("stretch" in name for name in before["short"].difference.added)
    holds = {side.row.value: side.plan for side in views["hold"].sides}
    assert {value: {step.side_s for step in plan.cool_down if step.side_s} for value, plan in holds.items()} == {
        "15": {30}, "20": {40}, "30": {60},
    }  # fmt: skip
    cool = {side.row.side_id: side.plan.cool_down_min for side in views["lactic_acid"].sides}
    assert cool["articles"] > cool["middle"] > cool["evidence"]
    for view in views.values():
        for side in view.sides:
            assert side.row.evidence
            assert side.row.says


def test_the_limit_on_static_stretching_holds_for_every_wish():
    for wish in ("short", "long"):
        plan = plan_warm_up({**NO, "session": "easy", "age": 30, "static_before": wish})
        phases = [step.phase for step in plan.steps]
        assert phases == sorted(phases, key=("raise", "static", "mobilise", "potentiate").index)
        assert all(step.side_s < 60 for step in plan.steps if step.phase == "static")
        assert "WR18" in plan.rule_ids
    tight = plan_warm_up({**NO, "session": "easy", "age": 30, "time_min": 8, "static_before": "long"})
    assert tight.static_min == 0
    assert "static_no_time" in dict(tight.notes)


def test_no_dispute_while_the_plan_is_stopped():
    assert debates({"red_flag": True}) == ()
    with pytest.raises(UnansweredError):
        debates({"session": "easy"})


def test_what_each_rule_changes():
    plan = plan_warm_up({**NO, "session": "easy", "age": 58, "temp_c": -3, "early": True})
    effects = {effect.rule.row_id: effect.difference.minutes for effect in what_each_rule_changes(plan)}
    assert effects == {"wr08_frost": (4, 0, 0), "wr10": (2, 0, 0), "wr12_55": (2, 1, 0)}
    stopped = plan_warm_up({"red_flag": True})
    assert what_each_rule_changes(stopped) == ()


# ---- the routine ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("equipment", [None, (), ("wall", "mat")])
@pytest.mark.parametrize("minutes", [3, 4, 6, 10, 17, 30, 60])
def test_the_routine_differs_from_yesterdays(minutes, equipment):
    first = date(2024, 12, 20)
    before: frozenset[str] = frozenset()
    for number in range(60):
        routine = routine_of_the_day(first + timedelta(days=number), NO, minutes=minutes, equipment=equipment)
        today = frozenset(routine.exercise_ids)
        assert today
        assert today != before
        assert routine.note == ""
        assert routine.total_min <= minutes
        assert len(today) == len(routine.steps)
        before = today


def test_the_routine_depends_on_the_date_alone_and_stands_behind_the_gate(tables):
    day = date(2025, 6, 1)
    assert routine_of_the_day(day, NO) == routine_of_the_day(day, dict(NO))
    assert routine_of_the_day(day, {"red_flag": True}).steps == ()
    with pytest.raises(UnansweredError):
        routine_of_the_day(day, {})
    for minutes in (2, 61, float("nan"), "ten"):
        with pytest.raises(WarmUpError):
            routine_of_the_day(day, NO, minutes=minutes)
    fresh = {**NO, "condition": "soleus_strain", "days_since_strain": 8, "rtr_stage": 0}
    for number in range(20):
        routine = routine_of_the_day(day + timedelta(days=number), fresh, minutes=20)
        for step in routine.steps:
            safety = read_safety(fresh, tables)
            assert Availability(tables, safety.signals(tables)).allows(step.exercise.exercise_id)


# ---- the self-check ------------------------------------------------------------------------------------------------


def states(result):
    return {row.check.check_id: row.state for row in result.findings}


def test_the_self_check_points_to_drills():
    found = self_check(
        {
            "knee_to_wall": {"left": 11, "right": 8},
            "calf_raises": {"left": 25, "right": 17},
            "balance": {"left": 30, "right": 30},
            "hip_control": {"left": True, "right": False},
        },
        {**NO, "age": 45},
        sex="man",
    )
    assert states(found) == {
        "knee_to_wall": "low",
        "calf_raises": "low",
        "balance": "fine",
        "hip_control": "unequal",
        "side_plank": "not_tested",
    }
    assert {"ankle_rocks", "calf_raise_single", "glute_bridge"} <= {row.exercise_id for row in found.drills}
    assert set(found.factor_ids) == {"tight_calf_achilles", "weak_calf", "weak_hip"}
    assert "28" in found.findings[1].more


@pytest.mark.parametrize(
    ("left", "right", "state"),
    [(24, 22, "fine"), (24, 21, "unequal"), (22, 20, "fine"), (30, 27, "fine"), (30, 26, "unequal")],
)
def test_two_raises_of_difference_are_chance(left, right, state):
    """Ten per cent and more than two raises: the count varies by about six from day to day."""
    found = self_check({"calf_raises": {"left": left, "right": right}}, NO)
    assert states(found)["calf_raises"] == state


def test_not_tested_says_nothing_and_some_are_left_out():
    found = self_check(
        {"balance": {"left": 10}}, {**NO, "condition": "achilles_tendinopathy_insertional", "numb_feet": True}
    )
    assert states(found) == {
        "knee_to_wall": "left_out", "calf_raises": "not_tested", "balance": "left_out", "hip_control": "not_tested",
        "side_plank": "not_tested",
    }  # fmt: skip
    assert found.factor_ids == ()


@pytest.mark.parametrize(
    "answers",
    [{"pain": 1}, {"condition": "gastrocnemius_strain", "days_since_strain": 13, "rtr_stage": 8}],
)
def test_nobody_tests_a_sore_or_recent_calf(answers):
    found = self_check({"balance": {"left": 10, "right": 10}}, {**NO, **answers})
    assert found.findings == ()
    assert found.not_now


def test_the_self_check_stands_behind_the_gate():
    assert self_check({}, {"red_flag": True}).findings == ()
    with pytest.raises(UnansweredError):
        self_check({}, {})


@pytest.mark.parametrize(
    ("results", "field"),
    [
        ({"knee_to_wal": {}}, "knee_to_wal"),
        ({"knee_to_wall": {"left": -1, "right": 3}}, "knee_to_wall"),
        ({"knee_to_wall": {"left": 31, "right": 3}}, "knee_to_wall"),
        ({"balance": {"left": "long", "right": 3}}, "balance"),
        ({"balance": {"left": float("nan"), "right": 3}}, "balance"),
        ({"hip_control": {"left": 1, "right": True}}, "hip_control"),
        ({"calf_raises": {"left": 2.5, "right": 3}}, "calf_raises"),
    ],
)
def test_results_that_cannot_be(results, field):
    with pytest.raises(WarmUpError) as caught:
        self_check(results, {**NO, "age": 30})
    assert caught.value.field == field


def test_under_18_a_clinician_reads_the_raises(tables):
    found = self_check({"calf_raises": {"left": 25, "right": 25}}, {**NO, "age": 16})
    (row,) = [row for row in found.findings if row.check.check_id == "calf_raises"]
    assert row.more == tables.text("warmup.check.under_18")
