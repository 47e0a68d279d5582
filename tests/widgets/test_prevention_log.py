"""The panel of the training log without a browser: a log comes and goes, injuries stay, every evening is honest."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from acting import act, put, tab, tool
from dropping import Hand

from calfnb.dashboards.lesson_prevention import PreventionPage
from calfnb.dashboards.prevention_page.log import LogState, check_log, with_injury, with_sample
from calfnb.dashboards.prevention_page.log_held import HeldLog, merged, sample_held
from calfnb.dashboards.prevention_page.log_reading import read_dropped
from calfnb.dashboards.prevention_page.log_sample import SAMPLE_INJURIES, sample_log
from calfnb.load.activities import Activity, TrainingLog
from calfnb.load.history import sessions
from calfnb.load.readers import ReadOptions, Source, read_contents
from calfnb.load.replay import replay_log, standing
from calfnb.tables import load_training
from calfnb.widgets.file_drop import Dropped

TODAY = date(2026, 3, 4)
LOAD = load_training()
HOSTILE = sorted((Path(__file__).resolve().parents[1] / "load" / "files").iterdir())
SCRIPT = '"><script>alert(1)</script>'
LIST = b"date,distance_km,sport,shoe\n2024-01-04,10.0,Run,Blue\n2024-01-08,15.0,Run,Blue\n2024-01-09,-3,Run,Blue\n"
LATER = b"date,distance_km,sport,shoe\n2024-01-08,15.0,Run,Blue\n2024-01-20,9.0,Run,Red\n"


@pytest.fixture
def page(model):
    made = PreventionPage(model, today=TODAY)
    tab(made, "log")
    return made


@pytest.fixture
def view(page):
    return page.views["log"]


@pytest.fixture
def hand(view):
    return Hand(view.drop)


def state(page):
    return page.store.state.log


def part(page):
    return page.store.result.log


# ---- a log comes


def test_before_a_log_the_page_says_what_becomes_of_it_and_shows_nothing_else(view):
    assert "memory on the machine that serves this page" in view.around.html
    assert "their server" in view.around.html
    assert view.figures.html == view.summary.html == view.injuries.html == view.evening.html == ""
    assert view.slider.range == {}
    assert view.injury.widget.fields == []


def test_a_list_becomes_figures_and_a_refused_row_is_named(page, view, hand):
    hand.let_go({"activities.csv": LIST})
    assert not page.store.problem
    assert "3 activities read" not in view.summary.html
    assert "2 activities read, 2 of them runs; 1 refused" in view.summary.html
    assert "activities.csv" in view.summary.html
    assert "negative" in view.summary.html
    assert view.figures.html.count("<svg") >= 3
    assert "2024-01-08" in view.spikes.html
    assert view.slider.day == "2024-01-08"
    assert view.slider.range == {"first": "2024-01-01", "last": "2024-01-08", "end": "2024-01-14"}


def test_a_second_drop_replaces_or_adds_and_nothing_counts_twice(page, view, hand):
    hand.let_go({"a.csv": LIST})
    hand.let_go({"b.csv": LATER})
    assert [run.distance_km for run in part(page).log.runs()] == [15.0, 9.0]
    put(view.options, "adding", "add")
    hand.let_go({"a.csv": LIST})
    log = part(page).log
    assert [run.distance_km for run in log.runs()] == [10.0, 15.0, 9.0]
    assert sorted(entry.reason.split(" (")[0] for entry in log.rejected) == [
        "the distance of the run is negative",
        "the same activity is in the log already",
    ]


def test_what_cannot_be_used_at_all_leaves_the_earlier_log(page, view, hand):
    hand.let_go({"picture.jpg": b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x02\x03\x04\x05\x06\x0e\x0f"})
    assert "Nothing of this could be used." in view.summary.html
    assert "none of the kinds" in view.summary.html
    assert part(page).log is None
    hand.let_go({"a.csv": LIST})
    assert "Nothing of this" not in view.summary.html
    before = part(page).log
    hand.let_go({"empty.csv": b""})
    assert part(page).log is before
    assert "still the one from before" in view.summary.html
    assert "it is empty" in view.summary.html


def test_names_of_files_are_text(view, hand):
    hand.let_go({f"{SCRIPT}.csv": LIST, f"{SCRIPT}.gpx": b"<gpx>"})
    assert "<script" not in view.summary.html
    assert "&lt;script" in view.summary.html


def test_dropped_files_are_read_as_files_on_disk_are(page, view, hand):
    assert len(HOSTILE) >= 40
    for file in HOSTILE:
        content = file.read_bytes()
        plain = read_contents([(file.name, content)], LOAD, ReadOptions(timezone=UTC, today=TODAY))
        hand.let_go({file.name: content})
        assert not page.store.problem, file.name
        assert view.drop.progress["phase"] == "done", file.name
        log = part(page).log
        if len(plain):
            assert list(log) == list(plain), file.name
            assert log.rejected == plain.rejected, file.name
        else:
            assert log is None, file.name
            told = unescape(view.summary.html)
            assert all(entry.reason in told for entry in plain.rejected), file.name
        act(view.around, "forget")


def test_the_zone_of_the_browser_decides_the_day_and_an_unknown_one_is_said():
    row = b'Activity ID,Activity Date,Activity Type,Distance,Filename\n1,"Jan 4, 2024, 11:30:00 PM",Run,10.0,x\n'
    sources = [Source.of_bytes("a.csv", row)]

    def read(zone):
        return read_dropped(
            Dropped(sources, zone), LOAD, units="km", today=TODAY, before=None, progress=lambda *_: None
        )

    assert read("UTC").last_day == date(2024, 1, 4)
    assert read("Asia/Tokyo").last_day == date(2024, 1, 5)
    for zone in ("Mars/Olympus", "../../etc/passwd", "\0", ""):
        assert "time zone" in read(zone).notes[0]


def test_units_are_taken_for_lists_that_name_none(page, view, hand):
    plain = b"Activity ID,Activity Date,Activity Type,Distance,Filename\n1,2024-01-04 09:00:00,Run,10.0,x\n"
    put(view.options, "units", "mi")
    hand.let_go({"a.csv": plain})
    assert part(page).log.distance_km[0] == pytest.approx(16.09344)


def test_logs_put_together_keep_every_refusal_and_note():
    one = read_contents([("a.csv", LIST)], LOAD)
    two = replace(read_contents([("b.csv", LATER)], LOAD), notes=("A note.",))
    both = merged([one, two])
    assert len(both) == 3
    assert both.notes == (*one.notes, "A note.")
    assert len(both.rejected) == 2


# ---- a log goes


def test_no_address_carries_the_log_and_a_reload_says_so_and_keeps_the_injuries(page, view, hand, model):
    many = b"date,distance_km\n" + b"".join(
        b"%s,10.0\n" % (date(2024, 1, 1) + timedelta(days=n)).isoformat().encode() for n in range(300)
    )
    hand.let_go({"a.csv": many})
    put(view.injury, "day", "2024-05-05")
    put(view.injury, "words", "a strain", seq=2)
    act(view.injury_add, "injury-add")
    code = page.frame.address.code
    assert len(code) < 250
    again = PreventionPage(model, code=code, today=TODAY)
    other = again.views["log"]
    assert part(again).log is None
    assert "Drop it again" in other.head.html
    assert "still here" in other.head.html
    assert "a strain" in other.injuries.html
    Hand(other.drop).let_go({"a.csv": many})
    assert "Drop it again" not in other.head.html
    assert 'class="cn-load__injury"' in other.figures.html


def test_forgetting_is_final(page, view, hand):
    hand.let_go({"a.csv": LIST})
    held = state(page).held
    act(view.around, "forget")
    assert held.log is None
    assert part(page).log is None
    tool(page, "undo")
    assert part(page).log is None
    assert not page.store.problem
    assert view.figures.html == ""


def test_undo_brings_back_the_log_of_before(page, hand):
    hand.let_go({"a.csv": LIST})
    first = part(page).log
    hand.let_go({"b.csv": LATER})
    tool(page, "undo")
    assert part(page).log is first


# ---- the invented log


def test_the_invented_log_comes_by_one_click_and_by_an_address(page, view, model):
    act(view.around, "sample")
    assert part(page).is_sample
    assert "Invented" in view.summary.html
    assert view.figures.html.count("cn-load__injury") == 2 * 3
    again = PreventionPage(model, code=page.frame.address.code, today=TODAY)
    assert part(again).log is sample_log()
    assert again.views["log"].figures.html == view.figures.html
    act(view.around, "forget")
    assert part(page).log is None
    assert state(page).injuries == {}


def test_the_invented_log_is_what_it_claims():
    log = sample_log()
    found = replay_log(log, LOAD, list(SAMPLE_INJURIES))
    assert len(log.shoes) == 3
    assert {lead.injury for lead in found.leads if lead.rule_id == "LR02" and lead.lead_days} == set(SAMPLE_INJURIES)
    followed = {record.rule_id: (record.warnings, record.followed) for record in found.records}
    assert all(followed[name][0] > followed[name][1] > 0 for name in ("LR02", "LR01", "LR03"))
    assert any(lead.lead_days is None for lead in found.leads)
    assert {"small_spike", "moderate_spike"} <= {session.state for session in sessions(log, LOAD)}


def test_a_dropped_log_takes_the_invented_injuries_away(page, view, hand):
    act(view.around, "sample")
    put(view.injury, "day", "2024-01-08")
    act(view.injury_add, "injury-add")
    hand.let_go({"a.csv": LIST})
    assert dict(state(page).injuries) == {"2024-01-08": ""}
    assert not part(page).is_sample


# ---- injuries


def test_injuries_are_added_refused_and_removed(page, view, hand):
    hand.let_go({"a.csv": LIST})
    act(view.injury_add, "injury-add")
    assert "Choose the day" in view.injury.widget.problems["day"]
    put(view.injury, "day", (TODAY + timedelta(days=1)).isoformat())
    assert view.injury.widget.problems == {}
    act(view.injury_add, "injury-add")
    assert "future" in view.injury.widget.problems["day"]
    put(view.injury, "day", "2024-01-09", seq=2)
    put(view.injury, "words", f"{SCRIPT} {'long ' * 40}", seq=3)
    act(view.injury_add, "injury-add")
    assert view.injury.widget.values == {"day": "", "words": ""}
    assert "<script" not in view.injuries.html + view.replay.html + view.evening.html
    assert len(state(page).injuries["2024-01-09"]) <= 60
    assert "proves nothing" in view.replay.html
    assert "does not cover the weeks before" in view.replay.html
    act(view.injuries, "injury-remove", id="2024-01-09")
    assert state(page).injuries == {}
    assert "Add the day of an injury" in view.replay.html


def test_there_is_room_for_twenty_injuries():
    full = LogState(injuries={(date(2024, 1, 1) + timedelta(days=n)).isoformat(): "" for n in range(20)})
    assert with_injury(replace(full, draft={"day": "2025-01-01"}), TODAY).refused
    assert len(with_injury(replace(full, draft={"day": "2024-01-03", "words": "x"}), TODAY).injuries) == 20


@pytest.mark.parametrize(
    "forged",
    [
        {"units": "ell"},
        {"period": "century"},
        {"evening": "tomorrow"},
        {"evening": "20240101"},
        {"injuries": {"yesterday": ""}},
        {"injuries": {"1066-10-14": ""}},
        {"injuries": {"2024-01-01": "x" * 61}},
        {"injuries": {(date(2024, 1, 1) + timedelta(days=n)).isoformat(): "" for n in range(21)}},
    ],
)
def test_a_forged_address_is_refused(page, forged):
    with pytest.raises(ValueError, match=r"."):
        check_log(replace(LogState(), **forged), page.library)
    check_log(with_sample(LogState(), page.library), page.library)


# ---- periods and evenings


def test_a_period_and_an_open_table_change_the_figures_only(page, view):
    act(view.around, "sample")
    whole = view.figures.html
    act(view.figures, "period", id="quarter")
    assert len(view.figures.html) < len(whole) / 2
    assert view.slider.range["last"] == "2025-04-27"
    assert "<tr>" not in view.figures.html
    view.figures.receive({"type": "open", "part": "load-weeks", "open": True})
    assert view.figures.html.count("<tr>") == 13 + 1
    view.figures.receive({"type": "open", "part": "load-weeks", "open": False})
    assert "<tr>" not in view.figures.html
    before = state(page)
    act(view.figures, "period", id="century")
    assert state(page) == before


def test_the_evening_moves_the_words_and_not_the_figures(page, view):
    act(view.around, "sample")
    drawn = view.figures.html
    view.slider.receive({"type": "day", "day": "2024-06-09", "seq": 1})
    assert view.figures.html is drawn
    assert "The evening of 9 June 2024" in view.evening.html
    assert "One long run: 1.72" in view.evening.html
    assert "9 days later, on 18 June 2024" in view.evening.html
    tool(page, "undo")
    assert not part(page).is_sample
    view.slider.receive({"type": "day", "day": "2024-06-09"})
    assert not page.store.problem


def test_an_evening_outside_the_period_is_brought_into_it(view):
    act(view.around, "sample")
    view.slider.receive({"type": "day", "day": "2024-02-01"})
    act(view.figures, "period", id="quarter")
    assert view.slider.day == view.slider.range["first"]


def test_no_evening_knows_what_came_later():
    log, again = sample_log(), sample_held().replay(LOAD)
    for n in range(0, 480, 3):
        day = date(2024, 1, 1) + timedelta(days=n)
        known, alone = again.evening(day), standing(log.until(day), LOAD, day)
        assert replace(known, recent=()) == replace(alone, recent=())
        # A week that ends on a free day is known to be over on its evening, not only at the next run.
        assert set(alone.recent) <= set(known.recent)
        assert all(item.day <= day for item in known.recent)


def test_a_step_of_the_slider_over_ten_years_feels_instant(view):
    first = datetime(2014, 1, 1, 9)
    log = TrainingLog.of(
        Activity(first + timedelta(hours=17.5 * n), 5.0 + n % 9, shoe=f"S{n // 300}") for n in range(5_000)
    )
    view._take(log)
    act(view.figures, "period", id="all")
    took = []
    for n in range(12):
        began = time.perf_counter()
        view.slider.receive({"type": "day", "day": (date(2023, 1, 1) - timedelta(days=31 * n)).isoformat()})
        took.append(time.perf_counter() - began)
    assert min(took) < 0.05
    assert len(view.figures.html) < 400_000


def test_a_log_without_a_run_says_so(view, hand):
    hand.let_go({"a.csv": b"date,distance_km,sport\n2024-01-04,10.0,Ride\n"})
    assert "holds no run" in view.figures.html
    assert view.slider.range == {}
    assert view.evening.html == ""


def test_a_large_log_is_not_kept_for_undo(page, view, monkeypatch):
    monkeypatch.setattr("calfnb.dashboards.prevention_page.log_view._LARGE", 1)
    log = read_contents([("a.csv", LIST)], LOAD)
    view._take(log)
    first = state(page).held
    assert not page.store.can_undo
    view._take(log)
    assert first.log is None
    assert part(page).log is log
    assert HeldLog(log) != HeldLog(log)
