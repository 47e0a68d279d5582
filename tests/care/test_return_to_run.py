"""Return to running: the checks of the safety review, every cell of the decision table, calendar and refusals."""

import itertools
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calfnb.care import CareError, held_back
from calfnb.care.return_log import decision_to_dict, read_log
from calfnb.care.return_plan import plan_return, why_no_ladder
from calfnb.care.return_to_run import (
    ReturnError,
    Session,
    Situation,
    check_gate,
    decide,
    gate_tests,
    heel_raise_check,
    knee_to_wall_check,
    move_plan,
    pain_limit,
    plan_ladder,
    plan_start,
    replay,
    signals_of,
    stage_of,
)
from calfnb.tables import load_care, load_tables
from calfnb.tables.records import LEVELS
from calfnb.tables.records_care import RETURN_SIGNALS

CHECKS = json.loads((Path(__file__).parent / "return_to_run_checks.json").read_text())
DAY = date(2026, 3, 10)
CALM = {"sharp": False, "limp": False, "red_flag": False}
STRAIN, BONE, TENDON = "gastrocnemius_strain", "tibial_stress_fracture", "achilles_tendinopathy_midportion"


@pytest.fixture(scope="module")
def care():
    return load_care()


def run(stage, pain, change=0.0, day=DAY, **more):
    return Session(day, stage, pain, None if change is None else change, 0.0, **{**CALM, **more})


# ---- the checks of the safety review ----------------------------------------------------------------


@pytest.mark.parametrize(
    "check", [check for check in CHECKS if check["kind"] == "heel_raise_gate"], ids=lambda check: check["id"]
)
def test_heel_raise_checks_of_the_review(care, check):
    found = heel_raise_check(care, **check["input"])
    expected = dict(check["expected"])
    reasons = expected.pop("reason")
    assert list(found.reasons) == ([reasons] if isinstance(reasons, str) else reasons)
    assert {key: getattr(found, key) for key in expected} == expected


@pytest.mark.parametrize(
    "check", [check for check in CHECKS if check["kind"] == "session"], ids=lambda check: check["id"]
)
def test_session_checks_of_the_review(care, check):
    given_, expected = check["input"], dict(check["expected"])
    change = given_.get("morning_change", 0)
    session = run(
        given_["stage"],
        given_["pain_during"],
        change,
        sharp=given_.get("sharp", False),
        limp=given_.get("limp", False),
        red_flag=given_.get("red_flag", False),
        settled_24h=given_.get("settled_24h", True if change <= 0 else None),
        gates_passed=("speed",) if given_.get("gate2_passed") else (),
    )
    before = Situation(
        condition_id=given_["condition"] or "",
        earned_stage=given_["stage"],
        good_sessions=given_.get("good_before", 0),
        setbacks=(DAY - timedelta(days=10),) * given_.get("setbacks_before_14d", 0),
        recent_pains=tuple(given_.get("previous_pains", ())),
        last_day=DAY - timedelta(hours=given_.get("hours_since_last", 48)),
    )
    found = decide(care, session, before)
    if expected.pop("error", None) == "pain_missing":
        expected["rule"] = "MISSING"
    names = {"rule": found.rule_ids[0], "next": found.next_step, "earliest_hours": found.rest_hours}
    assert {key: names.get(key, getattr(found, key, None)) for key in expected} == expected


def test_there_are_thirty_six_checks():
    assert len(CHECKS) == 36


# ---- the decision table -----------------------------------------------------------------------------


def test_every_combination_of_signals_meets_exactly_one_first_rule(care):
    """All 3 to the power of the signals is too much; every pair of signals in every answer is not."""
    for names in itertools.combinations(RETURN_SIGNALS, 2):
        for values in itertools.product(("yes", "no", None), repeat=2):
            signals = {name: value for name, value in zip(names, values, strict=True) if value}
            holding = [rule.row_id for rule, when in care.rule_expressions if when.holds(signals)]
            assert holding
            assert holding[-1] == "good"


def _model(signals):
    """The rules written out a second time, as a reader of the page would apply them."""
    yes = {name for name, value in signals.items() if value == "yes"}
    setback = yes & {"over_limit", "morning_worse_by_2", "limp"} or (
        "above_good" in yes and yes & {"morning_worse", "not_settled"}
    )
    ladder = [
        ("red_flag", "red_flag" in yes),
        ("sharp", "sharp" in yes),
        ("bone_pain", "bone" in yes and yes & {"painful", "morning_worse", "limp", "not_settled"}),
        ("second_setback", setback and "setback_before" in yes),
        ("setback", setback),
        ("missing", "missing" in yes),
        ("review_open", "review_open" in yes),
        ("too_soon", "too_soon" in yes),
        ("ahead", "ahead" in yes),
        ("within_limit", yes & {"above_good", "morning_worse", "not_settled"}),
        ("rising", "rising" in yes),
    ]
    return next((name for name, holds in ladder if holds), "good")


@given(st.dictionaries(st.sampled_from(sorted(RETURN_SIGNALS)), st.sampled_from(["yes", "no"])))
def test_the_table_agrees_with_the_rules_written_out_a_second_time(signals):
    first = next(rule.row_id for rule, when in load_care().rule_expressions if when.holds(signals))
    assert first == _model(signals)


def test_every_row_of_the_table_can_decide(care):
    seen = set()
    conditions = ("", STRAIN, BONE, TENDON)
    pains, changes = (None, 0, 1, 2, 2.5, 4, 5, 6), (None, 0, 1, 2)
    for condition, pain, change, sharp, limp, flag, setback, review, soon, ahead in itertools.product(
        conditions, pains, changes, (False, True), (False, True), (False, True), (0, 1), (False, True), (1, 3), (2, 3)
    ):
        before = Situation(
            condition, 2, 1, (DAY - timedelta(days=5),) * setback, (0, 1), DAY - timedelta(days=soon), review
        )
        session = run(ahead, pain, change, sharp=sharp, limp=limp, red_flag=flag)
        found = decide(care, session, before)
        seen.add(found.row_id)
        _sane(care, found, session, before)
    assert seen == {rule.row_id for rule in care.rules}


def _sane(care, found, session, before):
    """What holds whatever the rules say."""
    assert 0 <= found.stage <= care.stages[-1].stage
    assert found.stage <= max(before.earned_stage, session.stage) + 1
    if session.red_flag or session.sharp:
        assert found.stage == 0
    if session.red_flag:
        assert found.review
        assert found.next_date is None
    if found.decision == "advance":
        assert session.pain_during_0_10 <= 2
        assert session.morning_change <= 0
        assert not before.review_open
        assert found.rule_ids == ("RP01",)
    if found.next_date:
        assert (found.next_date - session.day).days >= 2
    if before.condition_id == BONE and (session.pain_during_0_10 or 0) > 0:
        assert found.stage == 0


pain = st.one_of(st.none(), st.floats(0, 10, allow_nan=False))


@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(0, 8), pain, pain, pain, st.booleans()), min_size=1, max_size=12),
    st.sampled_from(["", STRAIN, BONE, TENDON]),
)
def test_any_log_can_be_replayed_and_never_climbs_faster_than_the_ladder(rows, condition):
    care = load_care()
    day, sessions = DAY, []
    for gap, stage, during, morning, usual, limp in rows:
        day += timedelta(days=gap)
        sessions.append(Session(day, stage, during, morning, usual, sharp=False, limp=limp, red_flag=False))
    decisions = replay(care, sessions, condition_id=condition)
    earned = sessions[0].stage
    for decision in decisions:
        assert decision.stage <= earned + 1
        earned = decision.stage
    assert decisions == replay(care, sessions, condition_id=condition)


@given(st.floats(0, 10), st.floats(0, 10), st.sampled_from(["", STRAIN, BONE, TENDON]), st.integers(1, 8))
def test_more_pain_never_ends_on_a_higher_stage(low, high, condition, stage):
    care = load_care()
    low, high = sorted((low, high))
    before = Situation(condition, stage, 1, (), (), DAY - timedelta(days=2), gates_passed=frozenset({"speed", "start"}))
    assert decide(care, run(stage, high), before).stage <= decide(care, run(stage, low), before).stage


# ---- worked examples --------------------------------------------------------------------------------


def test_four_on_a_strain_steps_back_and_on_an_achilles_repeats(care):
    """Contradicting pain limits were a finding of the review: the limit is that of the condition."""
    assert replay(care, [run(3, 4)], condition_id=STRAIN)[-1].stage == 2
    assert replay(care, [run(3, 4)], condition_id=TENDON)[-1].decision == "repeat"
    assert replay(care, [run(3, 4)])[-1].stage == 2


def test_second_setback_in_ten_days_goes_two_stages_back_with_a_review(care):
    log = [run(5, 6, day=DAY), run(5, 6, day=DAY + timedelta(days=10))]
    last = replay(care, log, condition_id=STRAIN)[-1]
    assert (last.stage, last.decision, last.rule_ids) == (3, "step_back_and_review", ("RP04", "RP03"))
    after = [*log, run(3, 0, day=DAY + timedelta(days=14))]
    assert replay(care, after, condition_id=STRAIN)[-1].decision == "review_first"
    seen = [*log, run(3, 0, day=DAY + timedelta(days=14), review_done=True)]
    assert replay(care, seen, condition_id=STRAIN)[-1].rule_ids == ("RP01",)


@pytest.mark.parametrize(("days", "decision"), [(14, "step_back_and_review"), (15, "step_back")])
def test_the_window_of_fourteen_days_includes_both_ends(care, days, decision):
    log = [run(5, 6, day=DAY), run(4, 6, day=DAY + timedelta(days=days))]
    assert replay(care, log, condition_id=STRAIN)[-1].decision == decision


def test_a_setback_after_too_little_rest_is_still_a_setback(care):
    log = [run(3, 0, day=DAY), run(3, 8, day=DAY + timedelta(days=1))]
    last = replay(care, log, condition_id=STRAIN)[-1]
    assert (last.stage, last.rule_ids) == (2, ("RP03", "48_h"))


def test_running_ahead_of_the_plan_earns_nothing(care):
    log = [run(2, 0, day=DAY), run(5, 0, day=DAY + timedelta(days=2)), run(5, 0, day=DAY + timedelta(days=4))]
    assert [decision.stage for decision in replay(care, log, condition_id=STRAIN)] == [2, 2, 2]


def test_what_is_not_noted_is_never_no_pain(care):
    assert replay(care, [run(3, None)])[-1].decision == "do_not_advance"
    assert replay(care, [run(3, 1, None)])[-1].decision == "do_not_advance"
    silent = Session(DAY, 3, 1, 0, 0)
    assert replay(care, [silent])[-1].not_recorded == ("sharp", "limp", "red_flag")
    assert "limp" not in signals_of(care, silent, Situation())


def test_after_a_sharp_pain_the_first_gate_counts_again(care):
    log = [run(3, 8, sharp=True, day=DAY)] + [run(0, 0, day=DAY + timedelta(days=2 * n)) for n in range(1, 4)]
    assert replay(care, log, gates_passed=frozenset({"start"}))[-1].next_step == "repeat_until_gate_1_passed"
    log[-1] = replace(log[-1], gates_passed=("start",))
    assert replay(care, log)[-1].stage == 1


def test_the_last_rung_hands_over_to_the_weekly_plan(care):
    log = [run(8, 0, day=DAY + timedelta(days=2 * n)) for n in range(2)]
    assert replay(care, log)[-1].next_step == "weekly_plan"


# ---- gates and calculators --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"left": 400, "right": 20}, "cannot be"),
        ({"left": -1, "right": 20}, "cannot be"),
        ({"left": 20.5, "right": 20}, "whole number"),
        ({"left": float("nan"), "right": 20}, "number of raises"),
        ({"left": 20, "right": 20, "age": 300}, "cannot be"),
        ({"left": 20, "right": 20, "sex": "men"}, 'did you mean "man"'),
        ({"left": 20, "right": 20, "gate": "hill"}, "no heel raises"),
    ],
)
def test_impossible_measurements_get_a_sentence(care, values, words):
    with pytest.raises(ReturnError, match=words):
        heel_raise_check(care, **{"sex": "man", "age": 40, **values})


def test_knee_to_wall(care):
    assert knee_to_wall_check(care, left_cm=10, right_cm=9).passed
    assert knee_to_wall_check(care, left_cm=10, right_cm=8.9).reasons == ("asymmetry",)
    assert knee_to_wall_check(care, left_cm=0, right_cm=0).asymmetry_pct is None
    with pytest.raises(ReturnError, match="cannot be"):
        knee_to_wall_check(care, left_cm=90, right_cm=9)


def test_the_second_gate_asks_for_the_norm_up_to_twenty_five(care):
    assert heel_raise_check(care, sex="man", age=25, left=30, right=28, gate="speed").passed
    assert heel_raise_check(care, sex="woman", age=70, left=16, right=16, gate="speed").gate == 16
    assert heel_raise_check(care, sex="man", age=25, left=24, right=24, gate="speed").reasons == ("below_gate",)


def test_a_missing_test_is_never_passed(care):
    tests = [test.gate_id for test in gate_tests(care, "start")]
    assert check_gate(care, "start", dict.fromkeys(tests, True)).passed
    partly = check_gate(care, "start", dict.fromkeys(tests[1:], True))
    assert (partly.passed, partly.missing_ids) == (False, (tests[0],))
    with pytest.raises(ReturnError, match="did you mean"):
        check_gate(care, "start", {"rg01_wlk": True})
    with pytest.raises(ReturnError, match="gates are"):
        check_gate(care, "begin", {})


def test_bone_allows_no_pain_at_any_gate(care):
    for test in care.gates.values():
        assert test.bone_pass_text
    texts = [test.bone_pass_text.lower() for test in gate_tests(care, "start") if test.kind == "tick"]
    assert all("no pain" in text or "no tender" in text or "7 of 10" in text for text in texts)


# ---- plans ------------------------------------------------------------------------------------------


def test_the_shortest_way_to_the_end_of_stage_six_is_twenty_two_days(care):
    plan = plan_ladder(care, DAY, to_stage=6)
    assert len(plan) == 12
    assert (plan[-1].day - plan[0].day).days == 22
    assert all((b.day - a.day).days >= 2 for a, b in itertools.pairwise(plan))


def test_a_log_moves_the_plan(care):
    last = replay(care, [run(2, 1)], condition_id=STRAIN)[-1]
    plan = move_plan(care, last)
    assert (plan[0].day, plan[0].stage.stage, plan[0].number) == (DAY + timedelta(days=2), 2, 2)
    assert move_plan(care, replay(care, [run(2, 1, red_flag=True)])[-1]) == ()


@pytest.mark.parametrize("start", ["2020-01-01", "2099-01-01", "tomorrow", "2026-02-30", "", None, 20260401])
def test_impossible_starts_get_a_sentence(care, start):
    with pytest.raises(ReturnError):
        plan_start(start, today=DAY, care=care)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("condition_id", sorted(load_tables().conditions))
def test_no_plan_where_the_ladder_is_held_back(care, condition_id, level):
    urgency = max(level, care.tables.conditions[condition_id].urgency, key=LEVELS.index)
    ladder = care.conditions[condition_id].ladder
    reason = why_no_ladder(care, condition_id, level)
    assert bool(reason) == (bool(held_back(urgency)) or ladder != "open")
    agreed = why_no_ladder(care, condition_id, level, clinician_agreed=True)
    assert bool(agreed) == (bool(held_back(level)) or ladder == "never_here")
    if reason:
        with pytest.raises(ReturnError):
            plan_return(care, condition_id, start=DAY, today=DAY, level=level)
    else:
        assert plan_return(care, condition_id, start=DAY, today=DAY, level=level).sessions


def test_an_unknown_condition_is_no_reason_to_guess(care):
    with pytest.raises(CareError, match="did you mean"):
        why_no_ladder(care, "soleus_strian")
    assert why_no_ladder(care, "")
    assert pain_limit(care, "") == 2


def test_a_teacher_may_change_the_ladder(care):
    shorter = replace(care, stages=care.stages[:3])
    assert stage_of(shorter, 2).stage == 2
    with pytest.raises(ReturnError, match="0 to 2"):
        replay(shorter, [run(3, 0)])
    assert len(plan_ladder(shorter, DAY)) == 4


# ---- logs from outside ------------------------------------------------------------------------------


def row(**changes):
    entry = {"date": "2026-03-01", "stage": 2, "pain_during_0_10": 1, "pain_next_morning_0_10": 0,
             "usual_morning_0_10": 0}  # fmt: skip
    return entry | changes


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("[", "not valid JSON"),
        ("[]", "no session"),
        ("3", "list of sessions"),
        ('"x"', "list of sessions"),
        ("[3]", "session 1 must be an object"),
        ([row(date="2099-01-01")], "lies in the future"),
        ([row(date="0001-01-01")], "too long ago"),
        ([row(date="1 March")], "YYYY-MM-DD"),
        ([row(), row(date="2026-02-01")], "out of order"),
        ([row(pain_during_0_10=11)], "11 cannot be"),
        ([row(pain_during_0_10=-1)], "cannot be"),
        ([row(pain_during_0_10="a lot")], "number from 0 to 10"),
        ([row(pain_during_0_10=True)], "number from 0 to 10"),
        ([row(stage=99)], "no stage 99"),
        ([row(stage=-1)], "no stage -1"),
        ([row(stage=2.5)], "whole number"),
        ([row(stage="two")], "whole number"),
        ([row(limp="yes")], "true, false or null"),
        ([row(gates_passed=["begin"])], "no gate"),
        ([row(gates_passed="speed")], "must be a list"),
        ([{"stage": 1}], "has no date"),
        ([{"date": "2026-03-01", "stge": 1}], 'did you mean "stage"'),
        ({"sessions": [row()], "condition": "calf"}, "no condition"),
        ({"session": [row()]}, 'did you mean "sessions"'),
        ({"sessions": []}, "no session"),
        ("[" * 100_000, "not valid JSON"),
    ],
)
def test_what_is_wrong_with_a_log_is_one_sentence(care, log, words):
    text = log if isinstance(log, str) else json.dumps(log)
    with pytest.raises(ReturnError, match=words) as caught:
        read_log(text, care, today=date(2026, 4, 1))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250


@given(st.text(max_size=60))
def test_any_text_gets_a_sentence(text):
    with pytest.raises(ReturnError):
        read_log(text, load_care(), today=DAY)


def test_a_log_says_what_to_do_when_and_why(care):
    log = read_log(json.dumps([row(), row(date="2026-03-03")]), care, today=DAY)
    found = decision_to_dict(replay(care, log.sessions)[-1], care)
    assert list(found) == ["stage", "decision", "rule_ids", "next_date", "why"]
    assert (found["stage"], found["decision"], found["next_date"]) == (3, "advance", "2026-03-05")
    assert "does not say" in found["why"]
