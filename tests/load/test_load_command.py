"""``calfnb load``: the contract, sentences instead of tracebacks, and no harm by any input."""

import gzip
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hostile import GOOD, NINE, STRAVA, all_hostile, strava, strava_row, zipped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calfnb.cli import main

HOSTILE = [file.content for file in all_hostile() if len(file.content) < 20_000]


def load_json(capsys, *words):
    assert main(["load", *map(str, words), "--json", "--timezone", "UTC"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def spikes(tmp_path):
    """Four runs: nothing before, within a tenth, a quarter more, more than twice."""
    path = tmp_path / "activities.csv"
    rows = [(1, 12.0), (3, 13.0), (5, 16.25), (8, 33.0)]
    path.write_bytes(strava(*(strava_row(n, day, km) for n, (day, km) in enumerate(rows))).replace(b"3600", b"12000"))
    return path


def test_the_contract(spikes, capsys):
    printed = load_json(capsys, spikes)
    assert list(printed) == ["activities", "rejected", "weeks", "sessions"]
    assert (printed["activities"], printed["rejected"]) == (4, [])
    assert printed["weeks"] == [
        {"week_start": "2024-01-01", "distance_km": 41.25},
        {"week_start": "2024-01-08", "distance_km": 33.0},
    ]
    assert [row["state"] for row in printed["sessions"]] == [
        "not_computable", "reference", "small_spike", "large_spike",
    ]  # fmt: skip
    assert printed["sessions"][0] == {
        "date": "2024-01-01", "distance_km": 12.0, "longest_30d_km": None, "ratio": None, "state": "not_computable",
    }  # fmt: skip
    assert printed["sessions"][1]["ratio"] == pytest.approx(13 / 12, abs=1e-6)


def test_what_is_refused_has_file_row_and_reason(tmp_path, capsys):
    path = tmp_path / "log.csv"
    path.write_bytes(strava(GOOD[0], strava_row(7, 6, -5.0), GOOD[1]))
    printed = load_json(capsys, path)
    (entry,) = printed["rejected"]
    assert entry == {"file": str(path), "row": 3, "reason": "the distance of the run is negative (-5 km)"}


def test_one_run_from_two_files_counts_once(tmp_path, capsys):
    from fit_maker import run_file

    table, record = tmp_path / "activities.csv", tmp_path / "run.fit"
    table.write_bytes(strava(*GOOD))
    record.write_bytes(run_file(NINE, 10.0, 55))
    printed = load_json(capsys, table, record, table)
    assert printed["activities"] == 2
    assert sum("already" in entry["reason"] for entry in printed["rejected"]) == 3


def test_the_week_is_local(tmp_path, capsys):
    """Strava writes UTC: half past eleven on Sunday evening is Monday in Paris and Sunday afternoon in New York."""
    path = tmp_path / "activities.csv"
    path.write_bytes(strava(strava_row(1, 7, 10.0, date="Jan 7, 2024, 11:30:00 PM")))
    for zone, day, monday in (
        ("UTC", "2024-01-07", "2024-01-01"),
        ("Europe/Paris", "2024-01-08", "2024-01-08"),
        ("America/New_York", "2024-01-07", "2024-01-01"),
    ):
        assert main(["load", str(path), "--json", "--timezone", zone]) == 0
        printed = json.loads(capsys.readouterr().out)
        assert printed["sessions"][0]["date"] == day
        assert printed["weeks"][0]["week_start"] == monday


def test_summer_time_is_kept(tmp_path, capsys):
    path = tmp_path / "activities.csv"
    path.write_bytes(strava(strava_row(1, 7, 10.0, date="Jul 7, 2024, 10:30:00 PM")))
    main(["load", str(path), "--json", "--timezone", "Europe/London"])
    assert json.loads(capsys.readouterr().out)["sessions"][0]["date"] == "2024-07-07"
    main(["load", str(path), "--json", "--timezone", "Europe/Paris"])
    assert json.loads(capsys.readouterr().out)["sessions"][0]["date"] == "2024-07-08"


def test_units_for_a_list_that_names_none(tmp_path, capsys):
    path = tmp_path / "log.csv"
    path.write_text("date,distance\n2024-01-04,6.2137\n", encoding="utf-8")
    assert load_json(capsys, path)["sessions"][0]["distance_km"] == 6.2137
    assert load_json(capsys, path, "--units", "mi")["sessions"][0]["distance_km"] == pytest.approx(10, abs=1e-3)


def test_text(spikes, capsys):
    assert main(["load", str(spikes), "--injury", "2024-01-10", "--timezone", "UTC"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    for words in (
        "4 activities read",
        "a large spike",
        "2.28 (1.5-3.48)",
        "Blue: 74 km",
        "proves nothing",
        "5 days before",
    ):
        assert words in out


def test_full_json_has_shoes_replay_and_plan(spikes, capsys):
    answers = ["--answers", "red_flag=no", "sudden_sharp=no", "pain=0"]
    printed = load_json(
        capsys, spikes, "--full", "--injury", "2024-01-10", "--plan", "both", "--walk-jog", "one_to_one", *answers
    )
    assert printed["shoes"][0]["shoe"] == "Blue"
    assert printed["plan"]["open"]
    assert printed["plan"]["weeks"][0]["runs"][0]["steps"][:2] == [["walk", 1.0], ["run", 1.0]]
    assert printed["replay"]["leads"][0]["rule"] == "LR02"


def test_a_plan_asks_first(spikes, capsys):
    assert main(["load", str(spikes), "--plan", "both"]) == 0
    out = capsys.readouterr().out
    assert "Answer these questions first" in out
    assert "red_flag:" in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nowhere.csv"], "cannot be read: no such file"),
        (["."], "is a folder"),
        (["GOOD", "--timezone", "Middle/Earth"], "no time zone"),
        (["GOOD", "--as-of", "2024-13-01"], "YYYY-MM-DD"),
        (["GOOD", "--injury", "soon"], "YYYY-MM-DD"),
        (["GOOD", "--units", "furlong"], "invalid choice"),
        (["GOOD", "--plan", "acwr", "--answers", "red_flag=no"], "no plan follows it"),
        (["GOOD", "--plan", "both", "--answers", "red_flag"], "equals sign"),
        (["GOOD", "--plan", "both", "--answers", "red_flag=maybe"], "an answer is"),
        (["GOOD", "--plan", "both", "--answers", "pain=much"], "pain must be a number"),
        (["GOOD", "--tables", "nowhere"], "no such folder"),
        ([], "required"),
        (["\0"], "no name of a file"),
    ],
)
def test_what_the_user_got_wrong_is_one_sentence(words, sentence, tmp_path, capsys):
    good = tmp_path / "good.csv"
    good.write_bytes(strava(*GOOD))
    assert main(["load", *(str(good) if word == "GOOD" else word for word in words)]) == 2
    out, err = capsys.readouterr()
    assert sentence in err
    assert "Traceback" not in err
    assert out == "" or "activities read" in out


def test_nothing_usable_is_exit_2_with_the_reason(tmp_path, capsys):
    path = tmp_path / "bomb.gpx"
    path.write_text('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><gpx></gpx>', encoding="utf-8")
    assert main(["load", str(path), "--json"]) == 2
    out, err = capsys.readouterr()
    assert json.loads(out)["rejected"][0]["row"] == 0
    assert "XML bomb" in err
    assert err.count("\n") == 1


def test_names_that_steer_a_terminal_do_not(tmp_path, capsys):
    path = tmp_path / "a\x1b[31mb\udcff.csv"
    try:
        path.write_bytes(b"")
    except (OSError, UnicodeError):
        pytest.skip("this file system takes no such name")
    assert main(["load", str(path)]) == 2
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err


def test_output_in_a_narrow_encoding(tmp_path):
    path = tmp_path / "läufe.csv"
    path.write_bytes(strava(*(row.replace("Blue", "Größe") for row in GOOD)))
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "TZ": "UTC"}
    for extra in ([], ["--json", "--full"]):
        command = [sys.executable, "-m", "calfnb", "load", str(path), *extra]
        finished = subprocess.run(command, capture_output=True, env=environment, timeout=120, check=False)
        assert (finished.returncode, finished.stderr) == (0, b"")


def test_progress_is_shown_on_a_terminal_only(tmp_path, capsys, monkeypatch):
    path = tmp_path / "many.csv"
    path.write_bytes(strava(*(strava_row(n, 4, 10.0) for n in range(12_000))))

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert main(["load", str(path), "--json"]) == 0
    shown = terminal.getvalue()
    assert "%" in shown
    assert shown.endswith("\r")
    capsys.readouterr()


# ---- any input at all -------------------------------------------------------------------------------

STARTS = st.sampled_from(
    [
        b"",
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"\x1f\x8b\x08\x00",
        b"\x0e\x20\x54\x08\x40\0\0\0.FIT",
        b"<?xml version='1.0'?><gpx>",
        b"<TrainingCenterDatabase>",
        STRAVA.encode() + b"\n",
        b"date,distance\n",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
    ]
)


@st.composite
def mutated(draw):
    """Draw one of the hostile files with a few bytes changed, taken out, put in, or its end cut off."""
    content = bytearray(draw(st.sampled_from(HOSTILE)))
    for _ in range(draw(st.integers(0, 6))):
        place = draw(st.integers(0, max(0, len(content) - 1)))
        kind = draw(st.sampled_from(["flip", "drop", "put", "cut", "double"]))
        if kind == "flip" and content:
            content[place] ^= draw(st.integers(1, 255))
        elif kind == "drop":
            del content[place : place + draw(st.integers(1, 40))]
        elif kind == "put":
            content[place:place] = draw(st.binary(max_size=40))
        elif kind == "cut":
            del content[place:]
        else:
            content[place:place] = content[place : place + 200]
    return bytes(content)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.builds(bytes.__add__, STARTS, st.binary(max_size=400)) | mutated(),
    name=st.sampled_from(["a.csv", "b.zip"]),
)
def test_no_input_gives_a_traceback(content, name, tmp_path, capsys):
    path = Path(tmp_path) / name
    path.write_bytes(content)
    status = main(["load", str(path), "--json", "--timezone", "UTC"])
    out, err = capsys.readouterr()
    assert status in (0, 2)
    printed = json.loads(out, parse_constant=lambda name: pytest.fail(name))
    assert all(set(entry) == {"file", "row", "reason"} for entry in printed["rejected"])
    assert all(row["distance_km"] > 0 for row in printed["sessions"])
    assert printed["activities"] or printed["rejected"]
    assert status == 0 or err.count("\n") == 1


@settings(max_examples=100)
@given(st.lists(st.lists(st.text(max_size=12), max_size=13), max_size=12))
def test_no_cells_give_a_traceback(rows):
    import csv

    from calfnb.load.readers import read_contents
    from calfnb.tables import load_training

    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(STRAVA.split(","))
    writer.writerows(rows)
    log = read_contents([("a.csv", text.getvalue().encode("utf-8", "replace"))], load_training())
    assert len(log) + len(log.rejected) <= len(rows) + 20


# ---- bombs and large files, made on the fly ---------------------------------------------------------


needs_linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the memory from /proc")


def peak_mb_of(code: str) -> float:
    """Run code in a fresh interpreter and return its peak memory in MB; what it prints is JSON."""
    # The usual counter keeps what the process had before it became an interpreter: the memory of these tests.
    code += (
        "\nfor line in open('/proc/self/status'):\n    if line.startswith('VmHWM'): print(int(line.split()[1]) / 1024)"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False)
    assert finished.returncode == 0, finished.stderr
    return float(finished.stdout.splitlines()[-1])


READ = """
import sys
from calfnb.load.readers import read_files
from calfnb.tables import load_training
log = read_files([{path!r}], load_training())
print(len(log), log.rejected[:3])
"""


@needs_linux
def test_a_zip_bomb_is_refused_in_little_memory(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("activities.csv", "w") as member:
        for _ in range(300):
            member.write(bytes(1_000_000))
    assert path.stat().st_size < 1_000_000
    assert peak_mb_of(READ.format(path=str(path))) < 250


def test_a_bomb_that_lies_about_its_size_is_stopped_while_it_unpacks(tmp_path, load):
    from calfnb.load.readers import read_files

    content = bytearray(zipped({"activities.csv": b"date,distance\n" + b"," * 60_000_000}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.find(mark) + offset
        content[at : at + 4] = (1000).to_bytes(4, "little")
    path = tmp_path / "liar.zip"
    path.write_bytes(bytes(content))
    (refused,) = read_files([path], load).rejected
    assert "damaged" in refused.reason or "bomb" in refused.reason


@needs_linux
def test_a_gzip_bomb_is_refused_in_little_memory(tmp_path):
    path = tmp_path / "bomb.gpx.gz"
    path.write_bytes(gzip.compress(b"<?xml version='1.0'?><gpx>" + bytes(200_000_000), mtime=0))
    assert peak_mb_of(READ.format(path=str(path))) < 250


@needs_linux
def test_a_line_without_end_is_refused_in_little_memory(tmp_path):
    path = tmp_path / "line.csv"
    path.write_bytes(b"date,distance\n" + b"x" * 100_000_000)
    assert peak_mb_of(READ.format(path=str(path))) < 250


def test_quotes_opened_in_every_row_end_soon(tmp_path, load):
    from calfnb.load.readers import read_files

    path = tmp_path / "quotes.csv"
    path.write_text("date,distance\n" + '2024-01-04,"10\n' * 20_000, encoding="utf-8")
    log = read_files([path], load)
    assert len(log.rejected) <= 103


@needs_linux
@pytest.mark.slow
def test_a_long_list_and_a_large_archive_stay_within_a_gigabyte(tmp_path):
    """A tenth of a million rows here and a tenth of the memory; the whole million is in benchmarks/training_log.py."""
    rows = (
        f'{n},"Jan {1 + n % 28}, {2000 + n % 24}, {1 + n % 12}:{n % 60:02}:{n // 60 % 60:02} AM",Morning,Run,,3900,'
        f"{5 + n % 90 / 10},Blue,x.gpx,3900,3600,{5000 + n % 90 * 100}"
        for n in range(100_000)
    )
    path = tmp_path / "long.csv"
    path.write_bytes(strava(*rows))
    small = peak_mb_of(READ.format(path=str(path)))
    assert small < 300
    packed = tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, "activities.csv")
        for number in range(10):
            archive.writestr(zipfile.ZipInfo(f"media/{number}.jpg"), os.urandom(10_000_000))
    assert packed.stat().st_size > 100_000_000
    assert peak_mb_of(READ.format(path=str(packed))) < small + 150


def test_more_points_than_any_run_has_are_refused(load):
    from dataclasses import replace

    from hostile import gpx, points, track

    from calfnb.load.readers import ReadOptions, read_contents
    from calfnb.load.readers.context import Limits

    content = gpx(track(points(50, 10))).encode()
    options = replace(ReadOptions(), limits=Limits(points=9))
    (refused,) = read_contents([("a.gpx", content)], load, options).rejected
    assert "more than 9 points" in refused.reason
