"""Ten thousand random plans: no constraint is ever broken, times add up, no blocked drill, always the same."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calfnb.tables import load_prevention
from calfnb.warmup.constraints import broken_constraints
from calfnb.warmup.gate import safety_gate
from calfnb.warmup.plan import plan_to_dict
from calfnb.warmup.planner import plan_warm_up
from calfnb.warmup.request import Safety, WarmUpRequest

TABLES = load_prevention()
OPEN = [name for name, row in TABLES.care.conditions.items() if row.ladder == "open"]
PLANS = 10_000


def random_request(chance: random.Random, *, safe: bool) -> WarmUpRequest:
    """Return any request at all, or one that more often passes the gate."""
    choose = chance.choice
    condition = choose(["", "", *OPEN]) if safe else choose(["", *TABLES.tables.conditions])
    limit = Safety(condition=condition).pain_limit(TABLES)
    safety = Safety(
        red_flag=not safe and choose([True, False, None]),
        sudden_sharp=not safe and choose([True, False, None]),
        pain=choose([0, 0, min(1, limit), limit]) if safe else choose([None, 0, 1, 2, 2.5, 3, 4.9, 5, 5.1, 10]),
        condition=condition,
        level=choose([None, "self_care", "routine", "within_days"] + ([] if safe else ["same_day", "emergency_now"])),
        days_since_strain=choose([3, 3.5, 60, 400]) if safe else choose([None, 0, 2.9, 3, 60]),
        rtr_stage=chance.randrange(10) if safe else choose([None, 0, 5, 7, 9]),
        cleared=choose([None, True, False]),
        gates=tuple(name for name in TABLES.gates if chance.random() < 0.3),
        age=choose([None, 13, 17, 18, 30, 39.9, 40, 54, 55, 70, 100]),
        **{
            name: choose([None, True, False])
            for name in ("blood_thinner", "surface_vein", "broken_skin", "unexplained_swelling", "numb_feet")
        },
    )
    return WarmUpRequest(
        safety=safety,
        session=choose(list(TABLES.sessions)),
        time_min=choose([None, 0, 0.4, 1, 4, 5, 6, 7, 8, 9.99, 10, 12.9, 15, 17, 21, 25, 30, 30.5, 500]),
        temp_c=choose([-40, -0.1, 0, 9.99, 10, 15, 24.9, 25, 29.9, 30, 35, 50]),
        heat_warning=chance.random() < 0.1,
        early=chance.random() < 0.3,
        sit=chance.random() < 0.3,
        history=choose(["none", "none", "past_12m", "current_mild"]),
        surface=choose(["road", "road", "track", "treadmill", "grass", "trail", "sand"]),
        equipment=choose([None, None, (), ("wall",), ("wall", "mat"), ("mini_band",), ("towel", "roller", "mat")]),
        static_before=choose(["none", "none", "short", "long"]),
        hold_s=choose([None, 10, 15, 20, 30, 45, 90]),
        cool_down=choose(["usual", "long", "short"]),
    )


def test_ten_thousand_plans_keep_every_constraint():
    chance = random.Random(20250101)
    planned = 0
    blocked_at_least_once = set()
    while planned < PLANS:
        request = random_request(chance, safe=True)
        if not safety_gate(request.safety, TABLES).passed:
            continue
        plan = plan_warm_up(request, TABLES)
        problems = broken_constraints(plan, TABLES)
        assert problems == (), (problems, request)
        planned += 1
        blocked_at_least_once.update(row.exercise_id for row in plan.left_out)
        if planned % 25 == 0:
            assert plan_to_dict(plan_warm_up(replace(request), TABLES)) == plan_to_dict(plan)
    # The walk was wide enough to meet blocked drills of every phase.
    assert {"strides", "pogo_double", "walking_lunge", "glute_bridge", "wall_calf_stretch"} <= blocked_at_least_once


@given(st.integers(min_value=0, max_value=2**32))
def test_whatever_the_answers_a_plan_is_a_plan_a_stop_or_a_question(seed):
    request = random_request(random.Random(seed), safe=False)
    gate = safety_gate(request.safety, TABLES)
    assert gate.decision in ("pass", "stop", "ask")
    if gate.decision == "ask":
        assert gate.questions
        return
    plan = plan_warm_up(request, TABLES)
    assert plan.decision == ("plan" if gate.passed else "stop")
    assert broken_constraints(plan, TABLES) == ()
    if gate.decision == "stop":
        assert gate.sentence


@given(st.integers(min_value=0, max_value=2**32))
def test_a_warning_sign_always_stops(seed):
    request = random_request(random.Random(seed), safe=True)
    flagged = replace(request, safety=replace(request.safety, red_flag=True))
    assert plan_warm_up(flagged, TABLES).decision == "stop"
    assert (
        plan_warm_up(replace(request, safety=replace(request.safety, level="emergency_now")), TABLES).decision == "stop"
    )


@given(st.integers(min_value=0, max_value=2**32), st.floats(min_value=0, max_value=10))
def test_more_pain_never_opens_a_plan(seed, more):
    """Who is stopped at a pain is stopped at every higher one."""
    request = random_request(random.Random(seed), safe=False)
    if request.safety.pain is None or safety_gate(request.safety, TABLES).decision != "stop":
        return
    worse = replace(request.safety, pain=min(10.0, request.safety.pain + more))
    assert safety_gate(worse, TABLES).decision == "stop"


def test_the_checker_sees_what_is_wrong():
    """A checker that finds nothing would prove nothing: each kind of spoilt plan is caught."""
    safety = Safety(red_flag=False, sudden_sharp=False, pain=0, age=30)
    plan = plan_warm_up(WarmUpRequest(safety, "intervals", time_min=21), TABLES)
    step = plan.steps[0]
    spoilt = [
        replace(plan, steps=plan.steps[1:]),
        replace(plan, steps=tuple(reversed(plan.steps))),
        replace(plan, phases=(9, 6, 6)),
        replace(plan, steps=(replace(step, why=""), *plan.steps[1:])),
        replace(plan, request=replace(plan.request, time_min=5)),
        replace(plan, request=replace(plan.request, safety=replace(safety, pain=4))),
        replace(plan, request=replace(plan.request, safety=replace(safety, red_flag=True))),
        replace(plan, request=replace(plan.request, history="current_mild")),
        replace(plan, request=replace(plan.request, equipment=())),
        replace(plan, request=replace(plan.request, surface="sand")),
        replace(plan, request=replace(plan.request, safety=replace(safety, condition="tibial_stress_fracture"))),
        replace(plan, steps=(replace(step, exercise_id="strides"), *plan.steps[1:])),
        replace(plan, steps=tuple(replace(row, side_s=0) for row in plan.steps)),
        replace(plan, decision="stop"),
        replace(plan, request=None),
        replace(plan, cool_down=tuple(replace(row, side_s=600) for row in plan.cool_down)),
        replace(plan, request=replace(plan.request, time_min=None), steps=()),
    ]
    for index, row in enumerate(spoilt):
        assert broken_constraints(row, TABLES), index


@pytest.mark.parametrize("session", list(TABLES.sessions))
def test_more_time_never_makes_less(session):
    """The phases grow with the time, from the floor to the full plan."""
    safety = Safety(red_flag=False, sudden_sharp=False, pain=0, age=30)
    totals = [plan_warm_up(WarmUpRequest(safety, session, time_min=minutes), TABLES).total_min for minutes in range(31)]
    full = sum(TABLES.sessions[session].minutes)
    least = sum(TABLES.sessions[session].floors)
    assert totals[least:] == [min(full, minutes) for minutes in range(least, 31)]
