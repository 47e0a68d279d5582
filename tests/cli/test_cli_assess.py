"""``calfnb assess``: one case, a sheet of cases, and whatever else somebody may hand it."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from patients import draw_patient
from strategies import cases

import calfnb
from calfnb.cli import main
from calfnb.reasoning.assessment import assess_case, assessment_to_dict
from calfnb.reasoning.model import default_model

MODEL = default_model()
FINDINGS = list(MODEL.finding_ids)


@pytest.fixture
def write(tmp_path):
    def written(content, name="case.json"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return str(path)

    return written


def sheet(*rows, columns=("case_id", "setting", "calf_swelling", "side")):
    return "\n".join(",".join(row) for row in (columns, *rows)) + "\n"


def one_sentence(err):
    """Exit status 2 comes with one line that names the command, and no traceback."""
    lines = err.strip().splitlines()
    assert len(lines) == 1, err
    assert lines[0].startswith("calfnb assess: ")
    assert "Traceback" not in err
    return lines[0]


# ---- one case ------------------------------------------------------------------------------------------------------


def test_json_is_the_assessment(write, capsys):
    answers = {"calf_swelling": "yes", "side": "one_leg", "onset_mode": "sudden_in_one_stride"}
    path = write(json.dumps({"setting": "emergency_department", "answers": answers}))
    assert main(["assess", path, "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    result = json.loads(out)
    assert result == json.loads(json.dumps(assessment_to_dict(calfnb.assess(answers, setting="emergency_department"))))
    assert {"triage", "ranking", "enough_to_tell", "unexplained", "next_questions", "tables_version"} <= set(result)
    assert [c["condition_id"] for c in result["ranking"]] != list(MODEL.condition_ids)
    assert sorted(c["condition_id"] for c in result["ranking"]) == sorted(MODEL.condition_ids)
    probabilities = [c["probability"] for c in result["ranking"]]
    assert probabilities == sorted(probabilities, reverse=True)
    assert all(c["low"] <= c["probability"] <= c["high"] for c in result["ranking"])


def test_text_says_the_same(write, capsys):
    path = write('{"answers": {"calf_swelling": "yes", "side": "one_leg"}}')
    assert main(["assess", path]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    result = calfnb.assess({"calf_swelling": "yes", "side": "one_leg"})
    assert "SAME DAY" in out
    assert MODEL.tables.conditions[result.ranking[0].condition_id].name in out
    assert result.enough_reason in out.replace("\n", " ")
    assert "Not a medical device" in out
    assert all(question.finding_id in out for question in result.next_questions)
    assert max(map(len, out.splitlines())) <= 100


def test_standard_input(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b'\xef\xbb\xbf{"answers": {}}')))
    assert main(["assess", "-", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["answers"] == {}


def test_other_tables(tiny_folder, write, capsys):
    assert main(["assess", write('{"setting": "clinic", "answers": {}}'), "--json", "--tables", str(tiny_folder)]) in (
        0,
        2,
    )
    assert main(["assess", write('{"answers": {}}'), "--tables", str(tiny_folder / "nowhere")]) == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1, column 1"),
        ("{\n  'answers': {}}", "line 2, column 3"),
        ('{"answers": {"side": "one_leg", "side": "both_legs"}}', "answered twice"),
        ('{"answers": {"sid": "one_leg"}}', 'did you mean "side"?'),
        ('{"answers": {"side": "one_lag"}}', 'did you mean "one_leg"?'),
        ('{"setting": "sport_clinic", "answers": {}}', 'did you mean "sports_clinic"?'),
        ('{"setting": 3, "answers": {}}', "a number stands where a name is expected"),
        ('{"answers": {"side": true}}', "true or false stands where an option is expected"),
        ('{"answers": "side"}', "a text stands where the answers are expected"),
        ("[1, 2]", "a list stands where a case is expected"),
        ('"x"', "a text stands where a case is expected"),
        ("{}", 'there is no "answers"'),
        ('{"answers": {}, "answers": {}}', "is there twice"),
        (b'{"answers": "\xff"}', "not UTF-8"),
        ("[" * 100_000, "cannot be a case"),
        ('{"answers": {"side": ' + "9" * 6000 + "}}", "case"),
    ],
)
def test_a_wrong_case_is_named(text, words, write, capsys):
    assert main(["assess", write(text), "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words.lower() in one_sentence(err).lower()


def test_files_and_options_that_do_not_fit(write, tmp_path, capsys):
    path, table = write('{"answers": {}}'), write(sheet(("a", "sports_clinic", "yes", "one_leg")), "cases.csv")
    wrong = [
        (["assess", str(tmp_path / "none.json")], "there is no file"),
        (["assess", str(tmp_path)], "is a folder"),
        (["assess", "\0"], "cannot be read"),
        (["assess", path, "--out", "x.csv"], "--out is for a sheet"),
        (["assess", path, "--skip-bad"], "--skip-bad is for a sheet"),
        (["assess", table], "needs --out"),
        (["assess", table, "--json", "--out", "x.csv"], "--json is for one case"),
        (["assess", str(tmp_path / "none.csv"), "--out", "x.csv"], "there is no file"),
        (["assess", table, "--out", table], "replaced by its own results"),
        (["assess", table, "--out", str(tmp_path)], "is a folder"),
        (["assess", table, "--out", str(tmp_path / "no" / "x.csv")], "no such folder"),
        (["assess", table, "--out", os.devnull], "no ordinary file"),
    ]
    for words, expected in wrong:
        assert main(words) == 2, words
        assert expected in one_sentence(capsys.readouterr().err)


# ---- a sheet -------------------------------------------------------------------------------------------------------


def read_result(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_row_is_its_assessment(tmp_path, capsys):
    rng = np.random.default_rng(5)
    patients = [draw_patient(MODEL, rng, int(n)) for n in rng.integers(0, 60, 12)]
    source, target = tmp_path / "cases.csv", tmp_path / "result.csv"
    with source.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["setting", *FINDINGS, "case_id"])
        for number, case in enumerate(patients):
            writer.writerow([case.setting, *(case.answers.get(name, "") for name in FINDINGS), f"case {number}, 1"])
    assert main(["assess", str(source), "--out", str(target)]) == 0
    out, err = capsys.readouterr()
    assert out == f"12 cases written to {target}\n"
    assert err == ""
    rows = read_result(target)
    head = ["case_id", "triage_level", "first", "second", "third", "enough_to_tell"]
    assert list(rows[0]) == [*head, *(f"p_{name}" for name in MODEL.condition_ids)]
    for number, (row, case) in enumerate(zip(rows, patients, strict=True)):
        result = assess_case(MODEL, case, questions=0)
        assert row["case_id"] == f"case {number}, 1"
        assert row["triage_level"] == result.triage.level
        assert [row["first"], row["second"], row["third"]] == [c.condition_id for c in result.ranking[:3]]
        assert row["enough_to_tell"] == str(result.enough_to_tell).lower()
        for condition in result.ranking:
            assert float(row[f"p_{condition.condition_id}"]) == pytest.approx(condition.probability, rel=1e-5)


GOOD = ("a", "sports_clinic", "yes", "one_leg")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        (sheet(), "no case below"),
        (sheet(GOOD, columns=("case_id", "setting", "calf_sweling", "side")), 'did you mean "calf_swelling"?'),
        (sheet(GOOD, columns=("case_id", "setting", "side", "side")), "there twice"),
        (sheet(GOOD, columns=("case", "setting", "calf_swelling", "side")), 'no finding "case" for column 1'),
        (sheet(GOOD[:3], columns=("case_id", "calf_swelling", "side")), 'column "setting" is missing'),
        (sheet(GOOD, columns=("case_id", "setting", "", "side")), "column 3 has no name"),
        (sheet(GOOD, ("b", "sports_clinic", "yes")), "line 3: it has 3 fields, but the first line names 4"),
        (sheet(GOOD, ("b", "sports_clinic", "yes", "one_leg", "x")), "line 3: it has 5 fields"),
        (sheet(("b", "sports_clinic", "yess", "one_leg")), "line 2: "),
        (sheet(("b", "sports", "yes", "one_leg")), "there is no setting"),
        (sheet(("b", "", "yes", "one_leg")), "setting"),
        (sheet(("", "sports_clinic", "yes", "one_leg")), "case_id is empty"),
        (sheet(GOOD, ('"b', "sports_clinic", "yes", "one_leg")), "line 3: a quotation mark"),
        (sheet(GOOD, ('"b"c', "sports_clinic", "yes", "one_leg")), "line 3: after a closing quotation mark"),
        (sheet(GOOD).encode() + b"b,sports_clinic,\xff,one_leg\n", "line 3: field 3 holds bytes"),
        (sheet(GOOD).encode("utf-16"), "not UTF-8"),
        (sheet(GOOD).replace("\n", "\r"), "is no CSV"),
        ("case_id,setting\n" + "x" * 200_000 + ",sports_clinic\n", "line 2"),
    ],
)
def test_a_wrong_sheet_is_named_and_leaves_no_result(content, words, write, tmp_path, capsys):
    target = tmp_path / "result.csv"
    assert main(["assess", write(content, "cases.csv"), "--out", str(target)]) == 2
    assert words in one_sentence(capsys.readouterr().err)
    assert [path.name for path in tmp_path.iterdir()] == ["cases.csv"]


def test_an_older_result_survives_a_wrong_sheet(write, tmp_path, capsys):
    target = tmp_path / "result.csv"
    target.write_text("older", encoding="utf-8")
    assert main(["assess", write(sheet(GOOD, ("b",)), "cases.csv"), "--out", str(target)]) == 2
    assert target.read_text(encoding="utf-8") == "older"
    capsys.readouterr()


def test_bad_rows_are_skipped_only_on_request(write, tmp_path, capsys):
    rows = sheet(GOOD, ("b", "sports_clinic"), ("c", "sports_clinic", "maybe", ""), ("d", "sports_clinic", "", ""))
    content = rows.encode() + b'e,sports_clinic,\xff,\n"f"x,sports_clinic,,\n\ng,sports_clinic,no,\n'
    target = tmp_path / "result.csv"
    assert main(["assess", write(content, "cases.csv"), "--out", str(target), "--skip-bad"]) == 0
    out, err = capsys.readouterr()
    assert out == f"3 cases written to {target}, 4 rows skipped\n"
    assert [line.split(":")[1].split()[-1] for line in err.splitlines()] == ["3", "4", "6", "7"]
    assert [row["case_id"] for row in read_result(target)] == ["a", "d", "g"]


def test_progress_is_for_a_terminal(write, tmp_path, capsys, monkeypatch):
    path = write(sheet(*([GOOD] * 200)), "cases.csv")
    assert main(["assess", path, "--out", str(tmp_path / "r.csv")]) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(["assess", path, "--out", str(tmp_path / "r.csv")]) == 0
    err = capsys.readouterr().err
    assert "%" in err
    assert err.endswith("\r")


# ---- anything at all -----------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(FINDINGS),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["setting", "answers", "side", "yes", ""]), inner, max_size=4)
    ),
    max_leaves=8,
)
QUIET = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])


def assert_polite(words, capsys):
    """Exit status 0 with nothing on standard error, or 2 with one line there."""
    status = main(words)
    out, err = capsys.readouterr()
    assert status in (0, 2)
    if status == 2:
        assert out == ""
        one_sentence(err)
    return status, out


@QUIET
@given(text=JSON.map(json.dumps) | st.text() | st.binary())
@example(text=b"\xef\xbb\xbf")
@example(text='{"answers": {"side": "\ud800"}}'.encode("utf-8", "surrogatepass"))
@example(text='{"answers": {"\\ud800": "yes"}}')
@example(text='{"setting": "a\\nb", "answers": {}}')
@example(text='{"answers": {"a\\nb": "c\\nd"}}')
def test_any_json_is_taken_politely(text, write, capsys):
    assert_polite(["assess", write(text), "--json"], capsys)


CELL = st.sampled_from(["", "yes", "no", "a", "sports_clinic", "one_leg", '"', "\xff", "x\ny", " "]) | st.text(
    max_size=4
)


@QUIET
@given(
    columns=st.lists(st.sampled_from(["case_id", "setting", "side", "calf_swelling", "x", ""]), max_size=5),
    rows=st.lists(st.lists(CELL, max_size=5), max_size=4),
    encoding=st.sampled_from(["utf-8", "utf-16", "latin-1", "utf-8-sig"]),
    quoted=st.booleans(),
)
def test_any_sheet_is_taken_politely(columns, rows, encoding, quoted, write, tmp_path, capsys):
    file = io.StringIO()
    writer = csv.writer(file) if quoted else None
    for row in (columns, *rows):
        writer.writerow(row) if writer else file.write(",".join(row) + "\n")
    path = write(file.getvalue().encode(encoding, errors="replace"), "cases.csv")
    target = tmp_path / "result.csv"
    target.unlink(missing_ok=True)
    status, _ = assert_polite(["assess", path, "--out", str(target)], capsys)
    assert target.exists() == (status == 0)


@QUIET
@given(content=st.binary(max_size=300))
def test_any_bytes_are_taken_politely_as_a_sheet(content, write, tmp_path, capsys):
    assert_polite(["assess", write(content, "cases.csv"), "--out", str(tmp_path / "result.csv")], capsys)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=cases(MODEL))
def test_any_case_can_be_told_in_words(case, write, capsys):
    status, out = assert_polite(["assess", write(case.to_json())], capsys)
    assert status == 0
    assert "you have" not in out.lower()


def test_as_a_program_of_its_own(write):
    """In a process of its own, without a locale, from another folder."""
    path = write('{"answers": {"side": "one_leg"}}')
    command = [sys.executable, "-m", "calfnb", "assess", path]
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    run = subprocess.run(command, capture_output=True, env=environment, cwd=Path(path).parent, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stderr == b""
    assert b"WHICH CAUSE" in run.stdout
