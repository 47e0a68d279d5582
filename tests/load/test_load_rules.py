"""The load rules against worked examples: 22 of the rules and 39 decided edge cases."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calfnb.load import body, rules
from calfnb.load.rules import LoadError
from calfnb.tables.loading_load import load_training

CHECKS = json.loads((Path(__file__).parent / "load_checks.json").read_text(encoding="utf-8"))
BANDS = {"small_spike": "small", "moderate_spike": "moderate", "large_spike": "large"}


# ---- the 22 worked examples -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "percent", "band"), [(30, 36, 20.0, "amber"), (30, 33, 10.0, "green"), (20, 27, 35.0, "red")]
)
def test_l01_to_l03_weekly_change(load, before, now, percent, band):
    found = rules.weekly_change(load, now, [before])
    assert found.value == pytest.approx(percent, abs=1e-9)
    assert found.band == band


@pytest.mark.parametrize(
    ("longest", "today", "ratio", "state", "hazard"),
    [
        (12, 13, 1.083, "reference", None),
        (12, 15, 1.250, "small_spike", 1.64),
        (10, 18, 1.800, "moderate_spike", 1.52),
        (8, 21.1, 2.638, "large_spike", 2.28),
        (2, 5, 2.50, "large_spike", 2.28),
    ],
)
def test_l04_to_l09_single_session(load, longest, today, ratio, state, hazard):
    found = rules.single_session(load, today, [longest])
    assert round(found.value, 3) == ratio
    assert found.band == state == rules.state_of(load, found.value)
    assert found.hazard_ratio == hazard


def test_l08_upper_end_of_the_reference(load):
    assert rules.reference_end(load, 14.5) == 15.95
    assert rules.reference_end(load, 14.5, restart_km=10.0) == 10.0
    assert rules.reference_end(load, 0) is None


def test_l10_acute_chronic_ratio(load):
    found = rules.acute_chronic_ratio(load, [30, 32, 34, 45])
    assert (round(found.uncoupled, 3), round(found.coupled, 3), found.shown) == (1.406, 1.277, True)
    assert load.rules["LR03"].use == "display_only"


def test_l11_forty_miles(load):
    mile = load.limit("mile_km")
    assert round(40 * mile, 1) == 64.4
    assert round(41 * mile, 1) == 66.0
    assert rules.weekly_volume(load, 40 * mile).band == "plain"
    assert rules.weekly_volume(load, 41 * mile).band == "over_40_miles"


def test_l12_shoe_at_612_km(load):
    found = rules.shoe_age(load, 612)
    assert found.band == "amber"
    ends = [band.up_to for band in load.bands_of("LR11")]
    assert ends == [483, 805, None]
    assert round(100 * 612 / ends[1]) == 76


def test_l13_to_l15_fluids(load):
    lost = body.body_mass_loss(load, 70.0, 68.4)
    assert (round(lost.loss_pct, 2), lost.flag) == (2.29, "over_2")
    assert round(body.sweat_rate(70.0, 69.2, drink_l=0.5, urine_l=0, hours=1.25), 2) == 1.04
    assert body.drink_before(load, 62) == (310, 434)


def test_l16_and_l17_session_load():
    assert body.session_load(50, 6) == 300
    week = body.week_of_effort([300, 0, 240, 0, 360, 0, 500])
    assert (week.mean, round(week.sd, 1), round(week.monotony, 2), week.weekly) == (200, 187.9, 1.06, 1400)
    assert round(week.strain) == 1490


def test_l18_three_factors(load):
    assert rules.factors_raised(load, ["distance", "intensity", "shoes"]).band == "red"
    assert rules.factors_raised(load, ["distance", "distance"]).band == "green"
    assert rules.factors_raised(load, []).band == "green"


def test_l19_lower_shoe(load):
    assert [rules.new_shoe_distance(load, week, 40) for week in (1, 2, 10)] == [4, 8, 40]


def test_l20_cut_back(load):
    low, high = rules.cut_back_range(load, [30, 33, 36])
    assert (round(low, 6), round(high, 6)) == (25.2, 28.8)
    assert rules.weekly_change(load, 39.6, [27, 36], cut_back=[True]).band == "green"
    assert rules.weekly_change(load, 39.7, [27, 36], cut_back=[True]).band == "amber"


def test_l21_after_a_break(load):
    found = rules.restart_after(load, 40, 21)
    assert (found.plan, found.share_pct, found.restart_km) == ("restart_at_share", 50, 20)


def test_l22_first_week_of_the_nine_weeks(load):
    row = next(run for run in load.walk_jog if (run.plan_id, run.week, run.run) == ("nine_weeks", 1, 1))
    assert (row.repeats, row.run_min, row.walk_min) == (8, 8, 12)
    assert sum(minutes for kind, minutes in row.steps if kind == "run") == 8
    assert len(row.steps) == 16
    second = next(run for run in load.walk_jog if (run.plan_id, run.week) == ("nine_weeks", 2))
    assert (second.run_min + second.walk_min, second.steps[-1][0]) == (19, "run")


def test_the_walk_jog_plan_of_the_article_begins_one_to_one(load):
    first = next(run for run in load.walk_jog if run.plan_id == "one_to_one")
    assert first.steps[:2] == (("walk", 1), ("run", 1))
    assert (first.source_id, first.run_min) == ("S1", first.walk_min)


# ---- the 39 edge cases ------------------------------------------------------------------------------


def computed(load, rule, given_):
    """Return what the rule gives for the input of a check, in the check's own words."""
    if rule == "LR01":
        before = [given_["previous_km"]]
        if "week_before_previous_km" in given_:
            before.append(given_["week_before_previous_km"])
        flags = [given_.get("previous_is_planned_cutback", False)]
        found = rules.weekly_change(load, given_["current_km"], before, cut_back=flags)
        return {"value_pct": found.value if found.value is None else round(found.value, 1), "band": found.band}
    if rule == "LR02":
        found = rules.single_session(load, given_["today_km"], given_["last_30_days_km"])
        if found.value is None:
            return {"ratio": None, "band": f"{found.band}_use_{found.instead}"}
        return {
            "ratio": round(found.value, 3),
            "band": BANDS.get(found.band, found.band),
            "hrr": found.hazard_ratio,
        }
    if rule == "LR03":
        found = rules.acute_chronic_ratio(load, given_["weeks_km"])
        return {
            "uncoupled": None if found.uncoupled is None else round(found.uncoupled, 3),
            "coupled": round(found.coupled, 3),
        }
    if rule == "LR05":
        return {"cutback_km": [round(km, 1) for km in rules.cut_back_range(load, given_["three_weeks_km"])]}
    if rule == "LR06":
        return {"band": rules.rest_days(load, given_["rest_days"]).band}
    if rule == "LR09":
        week = body.week_of_effort(given_["daily_loads"])
        return {
            "mean": round(week.mean, 1),
            "sd": round(week.sd, 1),
            "monotony": None if week.monotony is None else round(week.monotony, 2),
            "weekly": week.weekly,
            "strain": None if week.strain is None else round(week.strain),
        }
    if rule == "LR11":
        return {"band": rules.shoe_age(load, given_["shoe_km"]).band}
    if rule == "LR12":
        return {"new_shoe_km": rules.new_shoe_distance(load, given_["week"], given_["weekly_km"])}
    if rule == "LR13" and "hours" in given_:
        names = {"drink_l": given_["drink_l"], "urine_l": given_["urine_l"], "hours": given_["hours"]}
        return {"rate": body.sweat_rate(given_["pre_kg"], given_["post_kg"], **names)}
    if rule == "LR13":
        lost = body.body_mass_loss(load, given_["pre_kg"], given_["post_kg"])
        return {"loss_pct": round(lost.loss_pct, 2), "flag": lost.flag}
    assert rule == "LR15"
    found = rules.restart_after(load, given_["usual_km"], given_["days_off"])
    return {"restart_km": found.restart_km, "plan": found.plan}


def test_all_39_checks_are_there():
    assert [check["id"] for check in CHECKS] == [f"D{number:02}" for number in range(1, 40)]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check["id"])
def test_check(check, load):
    if "error" in check["expected"]:
        with pytest.raises(LoadError):
            computed(load, check["rule"], check["input"])
    else:
        assert computed(load, check["rule"], check["input"]) == check["expected"]


# ---- what else must hold ----------------------------------------------------------------------------


def test_an_exact_tenth_is_never_above_it(load):
    """Raw floats turn 462 of these 990 weeks amber."""
    for tenths in range(10, 1000):
        km = tenths / 10
        assert rules.weekly_change(load, round(km * 1.1, 2), [km]).band == "green"
        assert rules.single_session(load, round(km * 1.1, 2), [km]).band == "reference"


@given(today=st.floats(0.1, 200), longest=st.floats(0.1, 200), more=st.floats(0, 100))
def test_a_longer_run_is_never_in_a_lower_state(today, longest, more):
    load = load_training()
    order = [band.band for band in load.bands_of("LR02")]
    first, second = (rules.single_session(load, km, [longest]).band for km in (today, today + more))
    assert order.index(first) <= order.index(second)


@given(st.lists(st.floats(0, 300), max_size=5), st.floats(0, 300), st.lists(st.booleans(), max_size=5))
def test_weekly_change_compares_with_one_of_the_three_weeks_before(before, now, flags):
    load = load_training()
    found = rules.weekly_change(load, now, before, cut_back=flags)
    planned = [*flags, *([False] * 5)]
    usable = [km for km, flag in zip(before[:3], planned, strict=False) if km > 0 and not flag]
    if not usable:
        assert (found.value, found.band) == (None, "not_computable")
    else:
        assert found.value == pytest.approx(100 * (now - usable[0]) / usable[0])


@pytest.mark.parametrize("value", [-1, math.nan, math.inf, True, "ten"])
def test_what_is_no_distance_is_refused(load, value):
    for call in (
        lambda: rules.single_session(load, value, [10]),
        lambda: rules.single_session(load, 10, [value]),
        lambda: rules.weekly_change(load, value, [10]),
        lambda: rules.shoe_age(load, value),
        lambda: rules.weekly_volume(load, value),
        lambda: rules.restart_after(load, value, 3),
    ):
        with pytest.raises(LoadError, match=r"number of kilometres.*\.$"):
            call()


def test_errors_say_what_to_write(load):
    with pytest.raises(LoadError, match=r'did you mean "distance"\?'):
        rules.factors_raised(load, ["distnce"])
    with pytest.raises(LoadError, match="0 to 7 rest days"):
        rules.rest_days(load, 1.5)
    with pytest.raises(LoadError, match="needs 4 whole weeks"):
        rules.acute_chronic_ratio(load, [1, 2, 3])
    with pytest.raises(LoadError, match='did you mean "cycle"'):
        body.calf_minutes(load, "cycl", 30)


def test_small_rules(load):
    assert rules.first_week_limit(load, 31) == 3
    assert rules.first_week_limit(load, 30) is None
    assert [rules.new_ground_share(load, week) for week in (1, 2, 10, 30)] == [10, 20, 100, 100]
    assert rules.new_ground_share(load, 4, sand=True) == 5
    assert rules.usual_week(load, [10, 20, 30, 40, 50]) == 35
    assert rules.usual_week(load, [10, 20, 30]) is None
    assert body.calf_minutes(load, "swim", 60) == pytest.approx(6)
    assert body.hard_minutes_limit(load, 300) == 60


def test_every_rule_tells_both_sides_and_its_source(load):
    assert [rule.rule_id for rule in load.ordered_rules][:4] == ["LR02", "LR04", "LR06", "LR01"]
    assert load.ordered_rules[-1].rule_id == "LR03"
    assert {rule.rule_id for rule in load.ordered_rules} == {f"LR{number:02}" for number in range(1, 16)}
    for rule in load.ordered_rules:
        assert rule.evidence_for
        assert rule.evidence_against
        assert rule.source_id in load.tables.sources
