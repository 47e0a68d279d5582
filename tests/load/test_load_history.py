"""Sessions, weeks and shoes of a log against doing it the long way; and the log played again."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calfnb.load import replay as playing
from calfnb.load.activities import Activity, TrainingLog
from calfnb.load.history import sessions, shoes, weeks
from calfnb.load.rules import LoadError, acute_chronic_ratio, single_session
from calfnb.tables.loading_load import load_training

MONDAY = date(2024, 1, 1)


def log_of(*runs: tuple[int, float], shoe: str = "", first: date = MONDAY) -> TrainingLog:
    """Make a log of (days after Monday 1 January 2024, kilometres)."""
    nine = datetime(first.year, first.month, first.day, 9)
    return TrainingLog.of(
        Activity(nine + timedelta(days=day, minutes=5 * place), km, shoe=shoe) for place, (day, km) in enumerate(runs)
    )


RUNS = st.lists(
    st.tuples(st.integers(0, 150), st.integers(1, 420).map(lambda tenths: tenths / 10)), min_size=1, max_size=60
)


@given(RUNS)
def test_sessions_are_what_a_loop_finds(runs):
    load = load_training()
    log = log_of(*runs)
    rows = list(log)
    for run, found in zip(rows, sessions(log, load), strict=True):
        before = [other.distance_km for other in rows if 1 <= (run.start.date() - other.start.date()).days <= 30]
        expected = single_session(load, run.distance_km, before)
        assert found.longest_30d_km == max(before, default=None)
        assert (found.ratio is None) == (expected.value is None)
        assert found.state == expected.band
        assert found.ratio is None or found.ratio == pytest.approx(expected.value)
        if found.ratio_without_spikes is not None:
            assert found.ratio_without_spikes >= found.ratio - 1e-9


@given(RUNS)
def test_weeks_add_up_and_compare_like_single_numbers(runs):
    load = load_training()
    log = log_of(*runs)
    found = weeks(log, load)
    assert sum(week.distance_km for week in found) == pytest.approx(sum(km for _, km in runs))
    assert sum(week.runs for week in found) == len(runs)
    assert all(week.monday.weekday() == 0 for week in found)
    assert all((b.monday - a.monday).days == 7 for a, b in zip(found.rows, found.rows[1:], strict=False))
    for place, week in enumerate(found):
        assert week.run_days + (week.rest.value or 0) in (7, week.run_days)
        if week.uncoupled is not None:
            four = [row.distance_km for row in found.rows[place - 3 : place + 1]]
            expected = acute_chronic_ratio(load, four)
            assert (week.uncoupled, week.coupled) == pytest.approx((expected.uncoupled, expected.coupled))
        if not week.complete:
            assert week.change.tone != "calm"
            assert week.rest.value is None


@given(RUNS, st.integers(0, 150))
def test_what_was_known_on_an_evening_needs_nothing_that_came_later(runs, after):
    load = load_training()
    log, day = log_of(*runs), MONDAY + timedelta(days=after)
    early = log_of(*(run for run in runs if run[0] <= after))
    assert playing.standing(log, load, day) == playing.standing(early, load, day)


@given(RUNS, st.integers(0, 150))
def test_warnings_known_on_an_evening_stay(runs, after):
    """No warning is taken back by what comes later, and none is dated before it could be known."""
    load = load_training()
    log, day = log_of(*runs), MONDAY + timedelta(days=after)
    whole = {
        (item.day, item.rule_id, item.measure.band, item.about)
        for item in playing.warnings(log, load)
        if item.day <= day
    }
    early = {(item.day, item.rule_id, item.measure.band, item.about) for item in playing.warnings(log.until(day), load)}
    assert early <= whole
    assert {item for item in whole - early if item[1] not in ("LR03", "LR06")} == set()


@given(RUNS, st.integers(1, 5), st.integers(0, 170))
def test_the_newest_weeks_are_the_end_of_all_weeks(runs, newest, day):
    load, log = load_training(), log_of(*runs)
    every = weeks(log, load)
    assert weeks(log, load, newest=newest).rows == every.rows[-newest:]
    evening = MONDAY + timedelta(days=day)
    known = weeks(log.until(evening), load, as_of=evening)
    whole = next((week for week in reversed(known.rows) if week.complete), None)
    shown = playing.standing(log, load, evening)
    assert shown.uncoupled == (whole.uncoupled if whole else None)
    assert shown.rest.value == (whole.rest.value if whole else None)


def test_the_window_has_its_ends(load):
    log = log_of((0, 20.0), (1, 10.0), (30, 21.0), (31, 15.0))
    found = list(sessions(log, load))
    assert found[2].longest_30d_km == 20.0  # day 30 looks back to day 0
    assert found[3].longest_30d_km == 21.0
    assert [row.longest_30d_km for row in sessions(log_of((0, 20.0), (1, 10.0), (31, 15.0)), load)] == [
        None,
        20.0,
        10.0,
    ]


def test_runs_of_the_same_day_are_not_compared_with_each_other_but_add_up(load):
    log = log_of((0, 5.0), (3, 10.0), (3, 12.0))
    assert [row.ratio for row in sessions(log, load)] == [None, 2.0, 2.4]
    assert [week.distance_km for week in weeks(log, load)] == [27.0]


def test_a_spike_does_not_hide_the_next_one(load):
    found = list(sessions(log_of((0, 10.0), (5, 20.0), (10, 21.0)), load))
    assert [row.state for row in found] == ["not_computable", "moderate_spike", "reference"]
    assert found[2].ratio_without_spikes == 2.1


def test_coverage_counts_from_the_first_activity_of_any_sport(load):
    ride = Activity(datetime(2024, 1, 1, 9), None, "other")
    log = TrainingLog.of([ride, *log_of((10, 5.0), (50, 6.0))])
    assert [row.covered_days for row in sessions(log, load)] == [10, 30]


def test_a_week_off_through_injury_does_not_hide_the_jump(load):
    log = log_of((0, 10.0), (7, 10.0), (21, 20.0), (27, 1.0))
    change = [week.change.value for week in weeks(log, load, as_of=MONDAY + timedelta(days=27))]
    assert change == [None, 0.0, -100.0, 110.0]
    planned = weeks(log_of((0, 10.0), (7, 7.5), (14, 11.0), (20, 0.1)), load, cut_backs=[MONDAY + timedelta(days=9)])
    assert planned[1].cut_back
    assert planned[2].change.value == pytest.approx(11.0)


def test_a_partial_first_week_is_nothing_to_compare_with(load):
    found = weeks(log_of((3, 5.0), (7, 10.0), (13, 10.0), (14, 30.0), (20, 1.0)), load)
    assert [week.complete for week in found] == [False, True, True]
    assert [week.change.band for week in found] == ["not_computable", "not_computable", "red"]


def test_no_ratio_without_four_whole_weeks_with_running(load):
    four = weeks(log_of(*((day, 10.0) for day in range(0, 28))), load)
    assert [week.uncoupled for week in four] == [None, None, None, 1.0]
    gap = weeks(log_of((0, 10.0), (35, 10.0), (41, 1.0)), load)
    assert gap[5].uncoupled is None


def test_shoes_leave_their_bands_on_a_day(load):
    log = log_of(*((day, 48.3) for day in range(17)), shoe="Blue")
    (shoe,) = shoes(log, load)
    assert (shoe.distance_km, shoe.runs, shoe.age.band) == (pytest.approx(821.1), 17, "red")
    assert shoe.left == (("green", MONDAY + timedelta(days=9)), ("amber", MONDAY + timedelta(days=16)))
    (older,) = shoes(log, load, start_km={"Blue": 483.0})
    assert older.left[0][1] == MONDAY
    assert shoes(log_of((0, 5.0)), load) == ()


def test_replay_says_which_warning_came_in_time(load):
    steady = [(day, 10.0) for day in range(0, 56, 2)]
    log = log_of(*steady, (57, 25.0), (70, 10.0))
    injury = MONDAY + timedelta(days=60)
    found = playing.replay_log(log, load, [injury])
    by_rule = {lead.rule_id: lead for lead in found.leads}
    assert by_rule["LR02"].lead_days == 3
    assert by_rule["LR02"].covered
    assert by_rule["LR11"].lead_days is None
    record = next(row for row in found.records if row.rule_id == "LR02")
    assert (record.warnings, record.followed, record.injuries_warned, record.injuries) == (1, 1, 1, 1)
    assert "proves nothing" in found.caution
    same_day = playing.replay_log(log, load, [MONDAY + timedelta(days=57)])
    assert next(lead for lead in same_day.leads if lead.rule_id == "LR02").lead_days is None
    with pytest.raises(LoadError):
        playing.replay_log(log, load, [injury], window_days=0)


def test_weekly_growth_warns_on_the_day_it_happens(load):
    log = log_of(*((day, 10.0) for day in (0, 2, 4, 6)), *((day, 15.0) for day in (7, 9, 11, 13)))
    growth = [item for item in playing.warnings(log, load) if item.rule_id == "LR01"]
    assert [(item.day - MONDAY, item.measure.band) for item in growth] == [
        (timedelta(days=11), "amber"),
        (timedelta(days=13), "red"),
    ]


def test_empty_and_one_run_logs(load):
    empty = TrainingLog.of([])
    assert (len(sessions(empty, load)), len(weeks(empty, load)), shoes(empty, load)) == (0, 0, ())
    assert playing.warnings(empty, load) == ()
    assert playing.standing(empty, load, MONDAY).week is None
    assert playing.replay_log(empty, load, [MONDAY]).leads[0].lead_days is None
    assert [row.state for row in sessions(log_of((0, 5.0)), load)] == ["not_computable"]


def test_a_log_is_a_value(load):
    log = log_of((0, 5.0), (1, 6.0))
    assert [run.distance_km for run in TrainingLog.of(log)] == [5.0, 6.0]
    assert isinstance(sessions(log, load).ratio, np.ndarray)
    assert log.first_day == MONDAY
    assert log.last_day == MONDAY + timedelta(days=1)
