"""Hand-over, documents, calendars and their commands."""

import json
import re
import subprocess
import sys
from datetime import date
from html import unescape
from xml.etree import ElementTree

import pytest
from icalendar import Calendar

from calfnb import Case, assess
from calfnb.calendars import care_calendar, ladder_calendar
from calfnb.care import plan_care
from calfnb.care.handover import build_handover
from calfnb.care.return_plan import plan_return
from calfnb.cli import main
from calfnb.markup.handover import care_document, handover_document, ladder_document
from calfnb.tables import load_care

START = date(2026, 12, 1)
ANSWERS = {
    "onset_mode": "sudden_in_one_stride",
    "had_to_stop_at_once": "yes",
    "bruising": "yes",
    "calf_swelling": "no",
    "breathless_or_chest_pain": "no",
    "main_zone": "medial_gastrocnemius",
}


@pytest.fixture(scope="module")
def care():
    return load_care()


def _handover(care, answers, **more):
    case = Case.create(care.tables, answers)
    return build_handover(case, assess(case), care, **more)


# ---- what is in it ----------------------------------------------------------------------------------


def test_present_absent_and_unknown_stay_apart(care):
    handover = _handover(care, ANSWERS)
    positives = {name for pairs in handover.positives.values() for name, _ in pairs}
    negatives = {name for pairs in handover.negatives.values() for name, _ in pairs}
    assert positives == {"onset_mode", "had_to_stop_at_once", "bruising", "main_zone"}
    assert negatives == {"calf_swelling", "breathless_or_chest_pain"}
    assert not (positives | negatives) & set(handover.unknown)
    assert "takes_anticoagulant" in handover.unknown
    assert handover.not_judged


def test_an_emergency_holds_exercise_back_and_names_the_reason(care):
    handover = _handover(care, {"breathless_or_chest_pain": "yes", "calf_swelling": "yes"}, made_on=START)
    assert (handover.level, handover.held_back) == ("emergency_now", True)
    assert handover.first_reasons
    page = handover_document(handover, care)
    assert "held back" in page
    assert "Emergency now" in page
    assert "1 December 2026" in page


def test_an_assessment_of_another_case_is_refused(care):
    case = Case.create(care.tables, ANSWERS)
    with pytest.raises(ValueError, match="not one of this case"):
        build_handover(case, assess({"bruising": "yes"}), care)


def test_nothing_asked_is_all_unknown(care):
    handover = _handover(care, {})
    assert not handover.positives
    assert not handover.negatives
    assert len(handover.unknown) > 20
    assert "None." in handover_document(handover, care)


# ---- documents --------------------------------------------------------------------------------------


def _documents(care):
    yield handover_document(_handover(care, ANSWERS), care, locality=next(iter(care.tables.localities.values())))
    for condition_id in ("gastrocnemius_strain", "deep_vein_thrombosis", "doms"):
        yield care_document(plan_care(condition_id, start=START), care)
    yield ladder_document(plan_return(care, "soleus_strain", start=START, today=START), care)


def test_documents_stand_alone_and_say_what_they_are_for(care):
    for page in _documents(care):
        assert page.startswith("<!doctype html>")
        assert "default-src 'none'" in unescape(page)
        assert "@page{size:A4" in page
        assert not re.search(r"<(script|link|img|iframe)\b|url\(|@import", page)
        assert "Not a medical device" in page
        assert "emergency" in page
        assert care.version in page
        assert care.tables.version in page
        body = re.sub(r"<meta[^>]*>", "", page.removeprefix("<!doctype html>")).replace("<br>", "")
        ElementTree.fromstring(body)


def test_text_of_the_tables_is_escaped(care):
    from dataclasses import replace

    rows = {**care.actions}
    rows["all_stop"] = replace(rows["all_stop"], action="<script>alert(1)</script>")
    page = care_document(plan_care("doms", care=replace(care, actions=rows)), replace(care, actions=rows))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


# ---- calendars --------------------------------------------------------------------------------------


def test_a_ladder_as_a_calendar(care):
    plan = plan_return(care, "gastrocnemius_strain", start=START, today=START)
    content = ladder_calendar(plan, care)
    assert content == ladder_calendar(plan, care)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    events = Calendar.from_ical(content).events
    assert [event.start for event in events] == [row.day for row in plan.sessions]
    assert len({event.uid for event in events}) == len(events)
    assert all("Not a medical device" in str(event["description"]) for event in events)
    assert all("2 of 10" in str(event["description"]) for event in events)


def test_a_care_plan_as_a_calendar(care):
    events = Calendar.from_ical(care_calendar(plan_care("doms", start=START), care)).events
    assert [event.start for event in events] == [date(2026, 12, 4), date(2026, 12, 6)]
    urgent = Calendar.from_ical(care_calendar(plan_care("deep_vein_thrombosis", start=START), care)).events
    assert [event.start for event in urgent] == [START]
    with pytest.raises(ValueError, match="no dates"):
        care_calendar(plan_care("doms"), care)


# ---- commands ---------------------------------------------------------------------------------------


def _log(tmp_path, rows):
    path = tmp_path / "log.json"
    path.write_text(rows if isinstance(rows, str) else json.dumps(rows))
    return str(path)


def _session(day, stage, pain, morning=0):
    return {"date": day, "stage": stage, "pain_during_0_10": pain, "pain_next_morning_0_10": morning,
            "usual_morning_0_10": 0}  # fmt: skip


def test_the_log_command_prints_one_object(tmp_path, capsys):
    log = _log(tmp_path, [_session("2026-03-01", 3, 1), _session("2026-03-03", 3, 2)])
    assert main(["return-to-run", log, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"stage", "decision", "rule_ids", "next_date", "why"}
    assert (found["stage"], found["rule_ids"], found["next_date"]) == (4, ["RP01"], "2026-03-05")
    assert main(["return-to-run", log]) == 0
    assert "Stage 4" in capsys.readouterr().out


def test_the_condition_decides_about_the_pain(tmp_path, capsys):
    log = _log(tmp_path, [_session("2026-03-01", 3, 4)])
    for condition, stage in (("", 2), ("gastrocnemius_strain", 2), ("achilles_tendinopathy_midportion", 3)):
        assert main(["return-to-run", log, "--json", "--condition", condition]) == 0
        assert json.loads(capsys.readouterr().out)["stage"] == stage


@pytest.mark.parametrize(
    "arguments",
    [
        ["return-to-run"],
        ["return-to-run", "no_such_file.json"],
        ["return-to-run", "LOG", "--plan", "doms"],
        ["return-to-run", "LOG", "--condition", "calf"],
        ["return-to-run", "LOG", "--gates-passed", "begin"],
        ["return-to-run", "LOG", "--condition", "deep_vein_thrombosis"],
        ["return-to-run", "--plan", "deep_vein_thrombosis"],
        ["return-to-run", "--plan", "tibial_stress_fracture"],
        ["return-to-run", "--plan", "doms", "--level", "same_day"],
        ["return-to-run", "--plan", "doms", "--start", "2099-01-01"],
        ["return-to-run", "--plan", "doms", "--start", "2001-01-01"],
        ["return-to-run", "--plan", "doms", "--from-stage", "12"],
        ["return-to-run", "--raises", "500", "20", "--age", "40"],
        ["return-to-run", "--raises", "20", "20"],
        ["return-to-run", "--knee-to-wall", "-1", "5"],
        ["handover"],
        ["handover", "no_such_file.json", "--out", "x.html"],
        ["handover", "LOG"],
        ["handover", "LOG", "--out", "x.html"],
        ["handover", "--plan", "calf", "--out", "x.html"],
        ["handover", "--plan", "doms", "--phase", "later", "--out", "x.html"],
        ["handover", "--plan", "doms", "--out", "/no/such/folder/x.html"],
        ["handover", "--plan", "doms", "--json", "--locality", "moon", "--out", "x.html"],
    ],
)
def test_mistakes_are_one_sentence_and_status_two(arguments, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    log = _log(tmp_path, [_session("2026-03-01", 3, 4)])
    assert main([log if word == "LOG" else word for word in arguments]) == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith(f"calfnb {arguments[0]}: ")
    assert "\n" not in said
    assert "Traceback" not in said


def test_files_to_take_away(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "case.json").write_text(json.dumps({"answers": ANSWERS}))
    assert main(["handover", "case.json", "--out", "hand.html", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unknown"]
    assert main(["handover", "--plan", "soleus_strain", "--out", "care.html", "--ics", "care.ics"]) == 0
    today = date.today().isoformat()
    assert main(["return-to-run", "--plan", "doms", "--start", today, "--ics", "run.ics", "--out", "run.html"]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        "case.json", "hand.html", "care.html", "care.ics", "run.ics", "run.html",
    }  # fmt: skip
    assert Calendar.from_ical((tmp_path / "run.ics").read_bytes()).events
    assert main(["return-to-run", "--raises", "24", "22", "--age", "45", "--sex", "man", "--json"]) == 0
    capsys.readouterr()


def test_the_command_is_quick_to_refuse():
    done = subprocess.run(
        [sys.executable, "-m", "calfnb", "return-to-run", "-", "--json"], input="[", capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
