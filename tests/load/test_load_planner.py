"""The gate, the pain rules and the next weeks: what may never happen in a plan."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calfnb.load.activities import Activity, TrainingLog
from calfnb.load.planner import PLAN_RULES, PlanRequest, plan_weeks, request_from_log
from calfnb.load.rules import FACTORS, LoadError, cut_back_range
from calfnb.load.safety import SafetyAnswers, pain_after_run, safety_gate
from calfnb.tables import load_care, load_training
from calfnb.tables.records import LEVELS

CLEAR = SafetyAnswers(red_flag=False, sudden_sharp=False, pain_0_10=0)
START = date(2024, 5, 6)


# ---- the gate ---------------------------------------------------------------------------------------


def test_an_unanswered_question_is_asked(load, care):
    gate = safety_gate(load, care, SafetyAnswers())
    assert not gate.open
    assert gate.ask == ("red_flag", "sudden_sharp", "pain_0_10")
    for name in gate.ask:
        assert load.tables.text(f"load.gate.question.{name}")
        half = safety_gate(load, care, replace(CLEAR, **{name: None}))
        assert (half.open, half.ask) == (False, (name,))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"red_flag": True}, "WR01"),
        ({"sudden_sharp": True}, "WR02"),
        ({"hours_since_strain": 71}, "WR02"),
        ({"pain_0_10": 3}, "WR03a"),
        ({"pain_0_10": 3, "condition_id": "gastrocnemius_strain"}, "WR03a"),
        ({"pain_0_10": 1, "condition_id": "tibial_stress_fracture"}, "WR03a"),
        ({"condition_id": "tibial_stress_fracture"}, "WR29"),
        ({"condition_id": "deep_vein_thrombosis"}, "WR01"),
        ({"level": "same_day"}, "WR01"),
    ],
)
def test_the_gate_stops(load, care, change, rule):
    gate = safety_gate(load, care, replace(CLEAR, **change))
    assert (gate.open, gate.rule_id) == (False, rule)
    assert gate.reason


def test_the_gate_opens(load, care):
    assert safety_gate(load, care, CLEAR).open
    assert safety_gate(load, care, replace(CLEAR, pain_0_10=5, condition_id="achilles_tendinopathy_midportion")).open
    assert safety_gate(load, care, replace(CLEAR, hours_since_strain=73)).open


@given(
    st.builds(
        SafetyAnswers,
        red_flag=st.sampled_from([None, True, False]),
        sudden_sharp=st.sampled_from([None, True, False]),
        pain_0_10=st.none() | st.floats(0, 10),
        condition_id=st.sampled_from(["", *sorted(load_care().conditions)]),
        hours_since_strain=st.none() | st.floats(0, 500),
        level=st.sampled_from(LEVELS),
    )
)
def test_the_gate_never_opens_on_an_alarm_or_a_gap(answers):
    gate = safety_gate(load_training(), load_care(), answers)
    if answers.red_flag is not False or answers.sudden_sharp is not False or answers.pain_0_10 is None:
        assert not gate.open
    if answers.level in ("same_day", "emergency_now"):
        assert not gate.open
    assert gate.open or gate.reason


def test_impossible_answers_are_refused(load, care):
    for change in ({"pain_0_10": 11}, {"pain_0_10": float("nan")}, {"condition_id": "dvt"}, {"level": "soon"}):
        with pytest.raises(LoadError):
            safety_gate(load, care, replace(CLEAR, **change))


@pytest.mark.parametrize(
    ("values", "rule", "go_on"),
    [
        ({"during_0_10": 1, "morning_change": 0}, "RP01", True),
        ({"during_0_10": 1, "morning_change": 1}, "RP02", False),
        ({"during_0_10": 4, "morning_change": 0, "condition_id": "achilles_tendinopathy_midportion"}, "RP02", False),
        ({"during_0_10": 4, "morning_change": 0, "condition_id": "gastrocnemius_strain"}, "RP03", False),
        ({"during_0_10": 3, "morning_change": 3}, "RP03", False),
        ({"during_0_10": 1, "morning_change": 0, "limp": True}, "RP03", False),
        ({"during_0_10": 8, "morning_change": 0, "sharp": True}, "RP05", False),
        ({"during_0_10": 2, "morning_change": 0, "earlier_pains": (0, 1)}, "RP06", False),
        ({"during_0_10": 0, "morning_change": 0, "red_flag": True}, "WR01", False),
        ({"during_0_10": None, "morning_change": 0}, "MISSING", False),
        ({"during_0_10": 1, "morning_change": 0, "condition_id": "tibial_stress_fracture"}, "RP03", False),
        ({"during_0_10": 0, "morning_change": -2}, "RP01", True),
    ],
)
def test_pain_rules(care, values, rule, go_on):
    verdict = pain_after_run(care, **values)
    assert (verdict.rule_ids[0], verdict.may_go_on) == (rule, go_on)
    assert verdict.action


# ---- the plan ---------------------------------------------------------------------------------------

RECENT = st.lists(st.tuples(st.integers(1, 40), st.floats(0.5, 45)), min_size=1, max_size=12)
REQUESTS = st.builds(
    lambda recent, **rest: PlanRequest(
        recent_km=tuple((START - timedelta(days=days), round(km, 2)) for days, km in recent), **rest
    ),
    recent=RECENT,
    start=st.integers(0, 6).map(lambda days: START + timedelta(days=days)),
    weeks=st.integers(1, 26),
    runs_a_week=st.integers(1, 6),
    week_km=st.floats(1, 200).map(lambda km: round(km, 2)),
    rule=st.sampled_from(PLAN_RULES),
    factors=st.lists(st.sampled_from(FACTORS), max_size=4).map(tuple),
    cut_backs=st.booleans(),
)


def ratio_of(day, km, runs):
    before = [other for when, other in runs if 1 <= (day - when).days <= 30]
    return km / max(before) if before and max(before) > 0 else None


@settings(max_examples=150)
@given(REQUESTS)
def test_limits_hold_in_every_week(request_):
    load, care = load_training(), load_care()
    try:
        plan = plan_weeks(load, care, request_, CLEAR)
    except LoadError:
        # Only where nothing was run in the 30 days before.
        assert all(km < 0.5 or (START - day).days >= 17 for day, km in request_.recent_km)
        return
    assert plan == plan_weeks(load, care, request_, CLEAR)
    assert len(plan.weeks) == request_.weeks
    ran = list(request_.recent_km)
    totals, kinds = [request_.week_km], ["usual"]
    for week in plan.weeks:
        assert week.monday.weekday() == 0
        assert week.monday >= request_.start
        days = [run.day for run in week.runs]
        assert days == sorted(set(days))
        assert all(0 <= (day - week.monday).days <= 6 for day in days)
        assert len(days) <= max(request_.runs_a_week, 5)
        assert week.rest.value == 7 - len(days)
        assert week.distance_km == pytest.approx(sum(run.distance_km for run in week.runs), abs=1e-6)
        assert max(run.distance_km for run in week.runs) == week.runs[-1].distance_km
        for run in week.runs:
            ratio = ratio_of(run.day, run.distance_km, ran)
            if request_.rule != "ten_percent":
                assert ratio is None or ratio <= (1.0 if request_.rule == "hold" else 1.1) + 1e-9
            assert (run.ratio.value is None) == (ratio is None)
            ran.append((run.day, run.distance_km))
        reference = next(km for km, kind in zip(totals[::-1], kinds[::-1], strict=True) if kind != "cut_back")
        if request_.rule in ("ten_percent", "both"):
            assert week.distance_km <= reference * 1.1 + 1e-6
        if request_.rule == "hold":
            assert week.distance_km <= request_.week_km + 1e-6
            assert week.raised == ""
        if week.kind == "cut_back":
            assert week.raised == ""
            assert week.distance_km <= cut_back_range(load, totals[-3:])[1] + 1e-6
        if week.raised not in ("distance", "frequency"):
            assert week.distance_km <= max(reference, totals[-1]) + 1e-6
        totals.append(week.distance_km)
        kinds.append(week.kind)


@settings(max_examples=150)
@given(REQUESTS)
def test_the_stricter_of_two_rules_never_gives_the_longer_week(request_):
    """Where distance grows alone, each week under both rules is at most as long as under either of them."""
    load, care = load_training(), load_care()
    alone = replace(request_, factors=("distance",))
    try:
        both, single, ten = (
            plan_weeks(load, care, replace(alone, rule=rule), CLEAR).weeks
            for rule in ("both", "single_session", "ten_percent")
        )
    except LoadError:
        return
    for strict, one, other in zip(both, single, ten, strict=True):
        assert strict.distance_km <= one.distance_km + 0.1
        assert strict.distance_km <= other.distance_km + 0.1


@settings(max_examples=150)
@given(REQUESTS)
def test_under_the_rule_of_single_runs_each_run_gains_at_most_what_the_long_run_may(request_):
    load, care = load_training(), load_care()
    try:
        plan = plan_weeks(load, care, replace(request_, rule="single_session", factors=("distance",)), CLEAR)
    except LoadError:
        return
    reference = request_.week_km
    for week in plan.weeks:
        if week.kind != "cut_back":
            share = {1: 1.0, 2: 0.6}.get(len(week.runs), max(0.35, 1 / len(week.runs)))
            assert week.distance_km <= reference * (1 + 0.1 * share * len(week.runs)) + 1e-6
            reference = week.distance_km


def test_the_rule_of_single_runs_alone_lets_the_week_grow_by_more_than_a_tenth(load, care):
    weeks = {
        rule: plan_weeks(load, care, steady(rule=rule), CLEAR).weeks
        for rule in ("single_session", "both", "ten_percent")
    }
    first, second = weeks["single_session"][:2]
    # A long run of 10 km, so each of the four runs gains one.
    assert first.distance_km == pytest.approx(34.0, abs=0.01)
    assert first.change.value == pytest.approx(13.33, abs=0.01)
    assert first.runs[-1].distance_km <= 11.0
    assert second.distance_km > first.distance_km * 1.1
    assert weeks["both"][0].distance_km == pytest.approx(33.0, abs=0.01)
    totals = {rule: sum(week.distance_km for week in rows) for rule, rows in weeks.items()}
    assert totals["both"] < totals["single_session"]
    assert totals["both"] <= totals["ten_percent"]


def steady(**changes) -> PlanRequest:
    base = PlanRequest(START, 8, 4, 30.0, ((date(2024, 5, 1), 10.0), (date(2024, 5, 4), 6.0)))
    return replace(base, **changes)


def test_a_cut_back_week_every_fourth(load, care):
    plan = plan_weeks(load, care, steady(), CLEAR)
    assert [week.number for week in plan.weeks if week.kind == "cut_back"] == [4, 8]
    low, high = cut_back_range(load, [week.distance_km for week in plan.weeks[:3]])
    assert low <= plan.weeks[3].distance_km <= high
    assert plan.weeks[4].distance_km <= plan.weeks[2].distance_km * 1.1 + 1e-6


def test_one_factor_at_a_time(load, care):
    plan = plan_weeks(load, care, steady(factors=("distance", "hills", "shoes")), CLEAR)
    raised = [week.raised for week in plan.weeks]
    assert raised == ["distance", "hills", "shoes", "", "distance", "hills", "shoes", ""]
    assert plan.weeks[5].shares_pct == {"hills": 20, "shoes": 10}


def test_no_plan_without_the_gate(load, care):
    for answers in (SafetyAnswers(), replace(CLEAR, red_flag=True), replace(CLEAR, pain_0_10=6)):
        plan = plan_weeks(load, care, steady(), answers)
        assert plan.weeks == ()
        assert not plan.gate.open


def test_the_conflict_with_the_evidence_is_named(load, care):
    plan = plan_weeks(load, care, steady(rule="ten_percent"), CLEAR)
    assert "C53" in plan.conflict_ids
    assert any("trial found no difference" in note for note in plan.notes)
    assert any(run.ratio.tone != "calm" for week in plan.weeks for run in week.runs)


def test_no_plan_follows_the_acute_chronic_ratio(load, care):
    with pytest.raises(LoadError, match="no plan follows it"):
        plan_weeks(load, care, steady(rule="acwr"), CLEAR)


@pytest.mark.parametrize(
    "change",
    [
        {"weeks": 0},
        {"weeks": 99},
        {"runs_a_week": 7},
        {"week_km": 0.0},
        {"week_km": float("nan")},
        {"recent_km": ()},
        {"factors": ("pace",)},
        {"walk_jog": "c25k"},
        {"rule": "whatever"},
    ],
)
def test_impossible_requests_are_refused(load, care, change):
    with pytest.raises(LoadError):
        plan_weeks(load, care, steady(**change), CLEAR)


def test_walk_and_jog(load, care):
    plan = plan_weeks(load, care, PlanRequest(START, 12, walk_jog="nine_weeks", repeat_weeks=frozenset({4})), CLEAR)
    assert len(plan.weeks) == 10
    assert plan.weeks[3].runs[0].steps == plan.weeks[4].runs[0].steps
    for week in plan.weeks:
        days = [run.day for run in week.runs]
        assert len(days) == 3
        assert min((b - a).days for a, b in pairwise(days)) == 2
    one = plan_weeks(load, care, PlanRequest(START, 9, walk_jog="one_to_one"), CLEAR)
    assert one.weeks[0].runs[0].steps[:2] == (("walk", 1), ("run", 1))
    walked = [sum(m for kind, m in week.runs[0].steps if kind == "walk") for week in one.weeks]
    assert walked == sorted(walked, reverse=True)


def log_until(last: date, kms: list[float], every: int = 2) -> TrainingLog:
    days = [last - timedelta(days=every * place) for place in range(len(kms))]
    return TrainingLog.of(
        Activity(datetime(day.year, day.month, day.day, 9), km) for day, km in zip(days, kms, strict=True)
    )


def test_a_request_starts_from_the_log(load, care):
    log = log_until(START - timedelta(days=1), [10.0] * 24)
    request_ = request_from_log(log, load, start=START)
    assert request_.walk_jog == ""
    assert request_.week_km == pytest.approx(35.0, abs=5)
    assert plan_weeks(load, care, request_, CLEAR).weeks


def test_after_time_off_the_start_is_lower(load):
    log = log_until(START - timedelta(days=1), [10.0] * 24)
    usual = request_from_log(log, load, start=START).week_km
    later = request_from_log(log, load, start=START + timedelta(days=14))
    assert later.days_off == 14
    assert later.week_km < usual
    assert request_from_log(log, load, start=START + timedelta(days=35)).walk_jog == "one_to_one"
    assert request_from_log(TrainingLog.of([]), load, start=START).walk_jog == "one_to_one"
