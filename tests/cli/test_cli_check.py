"""``calfnb check`` and what all commands share."""

import json
import os
import pkgutil
import shutil
import subprocess
import sys

import pytest

import calfnb.cli
from calfnb.cli import main


@pytest.fixture
def broken_folder(tiny_folder, tmp_path):
    folder = tmp_path / "broken"
    shutil.copytree(tiny_folder, folder)
    flags = folder / "red_flags.csv"
    flags.write_text(flags.read_text(encoding="utf-8").replace("breathless=yes", "breathles=yes"), encoding="utf-8")
    profiles = folder / "profiles.csv"
    profiles.write_text(profiles.read_text(encoding="utf-8").replace("yes,0.2,", "yes,1.2,"), encoding="utf-8")
    return folder


def test_good_tables_give_a_summary(tiny_folder, capsys):
    assert main(["check", str(tiny_folder)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    lines = [line.split() for line in out.splitlines()]
    assert "nothing is wrong" in out
    assert ["findings.csv", "6"] in lines
    assert ["published", "1", "2"] in lines
    assert ["topic", "covered", "of", "percent"] in lines
    assert ["cause", "2", "2", "100"] in lines
    assert ["all", "3", "3", "100"] in lines


def test_the_shipped_tables_are_the_default(capsys):
    assert main(["check"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    total = next(line.split() for line in out.splitlines() if line.startswith("all "))
    assert total[2] == "400"


def test_uncovered_claims_are_listed(tiny_folder, tmp_path, capsys):
    folder = tmp_path / "tables"
    shutil.copytree(tiny_folder, folder)
    conditions = folder / "conditions.csv"
    conditions.write_text(conditions.read_text(encoding="utf-8").replace("F002", ""), encoding="utf-8")
    assert main(["check", str(folder), "--uncovered"]) == 0
    out = capsys.readouterr().out
    assert ["cause", "1", "2", "50"] in [line.split() for line in out.splitlines()]
    assert "F002  A clot can hurt in the calf." in out
    assert main(["check", str(folder), "--uncovered", "--json"]) == 0
    coverage = json.loads(capsys.readouterr().out)["coverage"]
    assert {"topic": "cause", "covered": 1, "of": 2, "uncovered": ["F002"]} in coverage


def test_problems_are_listed_and_the_status_is_2(broken_folder, capsys):
    assert main(["check", str(broken_folder)]) == 2
    out, err = capsys.readouterr()
    assert "profiles.csv\n  line 2, column probability: the number is above 1" in out
    assert 'red_flags.csv\n  line 2, column logic: there is no finding "breathles"; did you mean "breathless"?' in out
    assert err.count("\n") == 1
    assert "2 problems were found" in err


def test_problems_as_json(broken_folder, capsys):
    assert main(["check", str(broken_folder), "--json"]) == 2
    out, err = capsys.readouterr()
    problems = json.loads(out)["problems"]
    assert [(problem["file"], problem["row"], problem["column"]) for problem in problems] == [
        ("profiles.csv", 2, "probability"),
        ("red_flags.csv", 2, "logic"),
    ]
    assert all(problem["remedy"] for problem in problems)
    assert err.count("\n") == 1


def test_summary_as_json(tiny_folder, capsys):
    assert main(["check", str(tiny_folder), "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["problems"] == []
    assert summary["rows"]["findings.csv"] == 6
    assert summary["numbers_by_basis"]["published"] == 1
    assert summary["coverage"][-1] == {"topic": "all", "covered": 3, "of": 3}


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_a_folder_that_holds_no_tables(tmp_path, name, capsys):
    (tmp_path / "empty").mkdir()
    assert main(["check", str(tmp_path / name)]) == 2
    out, err = capsys.readouterr()
    assert "folder" in out
    assert err.count("\n") == 1


# ---- what all commands share ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["chek"], 'there is no command "chek"; did you mean "check"?'),
        (["check", "--unknown"], "unrecognized arguments: --unknown"),
        ([], "arguments are required"),
        (["check", "one", "two"], "unrecognized arguments: two"),
    ],
)
def test_a_mistake_gets_one_sentence(words, sentence, capsys):
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err
    assert err.count("\n") == 1


def test_help_names_every_command_and_the_intended_use(capsys):
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    modules = [module.name for module in pkgutil.iter_modules(calfnb.cli.__path__)]
    commands = [name.replace("_", "-") for name in modules if not name.startswith("_")]
    assert {"check", "serve"} <= set(commands)
    for command in commands:
        assert f"\n    {command} " in out
    assert "Not a medical device" in " ".join(out.split())
    assert main(["check", "--help"]) == 0
    assert "--uncovered" in capsys.readouterr().out


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("calfnb ")


def test_a_reader_that_has_enough_is_no_error(tiny_folder):
    """As in ``calfnb check | head -1``: no traceback, no failure."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    command = [sys.executable, "-m", "calfnb", "check", str(tiny_folder)]
    finished = subprocess.run(command, stdout=write_end, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(write_end)
    assert (finished.returncode, finished.stderr) == (0, b"")
