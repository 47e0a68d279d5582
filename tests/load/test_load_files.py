"""Files that readers trip over: read right, or refused with the reason and the row."""

import json
from datetime import UTC, date
from pathlib import Path

import pytest
from hostile import Hostile, all_hostile

from calfnb.cli import main
from calfnb.load.readers import ReadOptions, read_files

FOLDER = Path(__file__).resolve().parent / "files"
HOSTILE = all_hostile()
OPTIONS = ReadOptions(timezone=UTC, today=date(2026, 1, 1))


def test_there_are_many_and_all_are_there():
    assert len({file.name for file in HOSTILE}) == len(HOSTILE) >= 40
    assert {path.name for path in FOLDER.iterdir()} == {file.name for file in HOSTILE}


@pytest.mark.parametrize("file", HOSTILE, ids=lambda file: file.name)
def test_file(file: Hostile, load):
    path = FOLDER / file.name
    assert path.read_bytes() == file.content, "write the files anew with make_files.py"
    log = read_files([path], load, OPTIONS)
    runs = [(run.start.date().isoformat(), run.distance_km) for run in log.runs()]
    assert [day for day, _ in runs] == [day for day, _ in file.runs], log.rejected
    assert [km for _, km in runs] == pytest.approx([km for _, km in file.runs], rel=1e-3)
    assert len(log) == (len(runs) if file.activities is None else file.activities)
    found = [(entry.row, entry.reason) for entry in log.rejected]
    assert [row for row, _ in found] == [row for row, _ in file.refused], found
    for (_, reason), (_, words) in zip(found, file.refused, strict=True):
        assert words in reason
    notes = " ".join(log.notes)
    assert file.note in notes if file.note else notes == ""
    assert all(str(path) in entry.file for entry in log.rejected)


@pytest.mark.parametrize("file", HOSTILE[::7], ids=lambda file: file.name)
def test_the_command_prints_the_same(file: Hostile, capsys):
    status = main(["load", str(FOLDER / file.name), "--json", "--timezone", "UTC"])
    out, err = capsys.readouterr()
    printed = json.loads(out)
    assert set(printed) == {"activities", "rejected", "weeks", "sessions"}
    assert [entry["row"] for entry in printed["rejected"]] == [row for row, _ in file.refused]
    assert [entry["date"] for entry in printed["sessions"]] == [day for day, _ in file.runs]
    nothing = not printed["activities"] and all(entry["row"] == 0 for entry in printed["rejected"])
    assert status == (2 if nothing else 0)
    assert err.count("\n") == (1 if nothing else 0)


def test_what_a_file_says_of_places_and_names_is_not_kept(load):
    log = read_files([FOLDER / "gpx_of_a_run.gpx", FOLDER / "strava_line_breaks_and_commas_in_text.csv"], load, OPTIONS)
    assert "Secret" not in repr(list(log))
    assert "slow" not in repr(list(log))


def test_nothing_is_written_beside_the_files(load):
    before = sorted(path.name for path in FOLDER.parent.rglob("*") if "__pycache__" not in path.parts)
    read_files([path for path in FOLDER.iterdir() if path.suffix == ".zip"], load, OPTIONS)
    assert sorted(path.name for path in FOLDER.parent.rglob("*") if "__pycache__" not in path.parts) == before
