"""Case files: read into records, and every fault said in a sentence."""

from pathlib import Path

import pytest

from calfnb.cases import CaseFileError, case_files, load_case, load_cases

CASE = """
id = "mine"
title = "A title"
for_teacher = "A word."
patient_text = "My calf hurts."
setting = "sports_clinic"
diagnosis = "deep_vein_thrombosis"
level = "same_day"
pitfalls = ["One."]

[answers]
side = "one_leg"
calf_swelling = "yes"

[[ask_next]]
finding = "long_travel"
why = "Because."
reveals = "yes"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_shipped_cases_can_be_read(model):
    cases = load_cases(model.tables)
    assert len(cases) == len(case_files()) > 0
    assert "worked_case" in {case.case_id for case in cases}


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.stem)
def test_the_steps_tell_every_answer_once(path, model):
    case = load_case(path, model.tables)
    told = [name for step in case.steps(model.tables) for name in step]
    assert sorted(told) == sorted([*case.answers, *(item.finding_id for item in case.ask_next)])


def test_without_stages_the_steps_follow_the_interview(tmp_path, model):
    case = load_case(written(tmp_path, CASE), model.tables)
    assert [tuple(step) for step in case.steps(model.tables)] == [("calf_swelling",), ("side",), ("long_travel",)]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('title = "A title"', "", "'title' is missing"),
        ('title = "A title"', "title = 3", "'title' is missing or is not a text"),
        ('id = "mine"', 'id = "mine', "not valid TOML"),
        ("[answers]", "[answer]", "'answers' is missing"),
        ('side = "one_leg"', 'sidee = "one_leg"', "side"),
        ('side = "one_leg"', 'side = "third_leg"', "third_leg"),
        ("deep_vein_thrombosis", "deep_vein_trombosis", "deep_vein_thrombosis"),
        ('level = "same_day"', 'level = "soon"', "same_day"),
        ('setting = "sports_clinic"', 'setting = "sport_clinic"', "sports_clinic"),
        ('why = "Because."', "", "finding, why and reveals"),
        ('finding = "long_travel"', 'finding = "side"', "asked again"),
        ("[[ask_next]]", '[[stages]]\nwhen = "Now"\ntext = "So."\ntells = ["side"]\n\n[[ask_next]]', "No stage tells"),
        ("[[ask_next]]", '[[stages]]\nwhen = "Now"\n\n[[ask_next]]', "Each [[stages]] needs"),
    ],
)
def test_a_fault_is_said_with_the_place_and_the_remedy(tmp_path, model, old, new, says):
    assert old in CASE
    with pytest.raises(CaseFileError) as caught:
        load_case(written(tmp_path, CASE.replace(old, new)), model.tables)
    assert says in str(caught.value)
    assert str(caught.value).startswith("mine.toml: ")


def test_all_faults_are_said_at_once(tmp_path, model):
    text = CASE.replace('title = "A title"', "").replace('why = "Because."', "")
    with pytest.raises(CaseFileError) as caught:
        load_case(written(tmp_path, text), model.tables)
    assert len(caught.value.problems) == 2


def test_a_broken_case_does_not_take_the_page_down(make_page, monkeypatch, tmp_path, caplog):
    path = written(tmp_path, CASE.replace("same_day", "soon"))
    monkeypatch.setattr("calfnb.cases.case_files", lambda _folder=None: (path,))
    page = make_page()
    assert not page.bar.toolbar.has_cases
    assert "mine.toml" in caplog.text
