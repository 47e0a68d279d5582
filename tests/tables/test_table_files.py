"""Folders, files, headers and the schema that cannot be read, or only just."""

import csv
import json

import pytest
from spoilt import the_problem

from calfnb.tables import TablesError, check_tables, load_tables
from calfnb.tables.descriptor import read_descriptor


def test_no_folder(tmp_path):
    (problem,) = check_tables(tmp_path / "nowhere")
    assert problem.message == "there is no such folder"


def test_a_file_in_place_of_a_folder(tiny_folder):
    (problem,) = check_tables(tiny_folder / "findings.csv")
    assert problem.message == "this is a file, not a folder"


def test_an_empty_folder(tmp_path):
    (problem,) = check_tables(tmp_path)
    assert problem.message == "the folder holds none of the tables"
    with pytest.raises(TablesError, match="holds none of the tables"):
        load_tables(tmp_path)


def test_a_missing_file(copy):
    (copy.folder / "red_flags.csv").unlink()
    problem = the_problem(copy)
    assert (problem.file, problem.row) == ("red_flags.csv", 0)
    assert "flag_id,name,logic" in problem.remedy


def test_a_missing_optional_file_is_no_problem(copy):
    for name in ("thresholds.csv", "rule_bands.csv"):
        (copy.folder / name).unlink()
    assert check_tables(copy.folder) == []


def test_a_missing_column(copy):
    copy.replace("tiers.csv", "tier_id,name,order,cost,", "tier_id,name,order,price,")
    problems = check_tables(copy.folder)
    assert [(p.file, p.row, p.column) for p in problems] == [("tiers.csv", 1, "price"), ("tiers.csv", 1, "cost")]
    assert "no such column" in problems[0].message
    assert problems[1].message == "the column is missing"
    assert "units of one question" in problems[1].remedy


def test_a_misspelt_column(copy):
    copy.replace("tiers.csv", "tier_id,name,order,cost,", "tier_id,name,order,cots,")
    assert 'did you mean "cost"?' in check_tables(copy.folder)[0].message


def test_a_column_that_is_there_twice(copy):
    copy.replace("tiers.csv", "tier_id,name,order,", "tier_id,name,name,")
    assert any(p.message == "the column is there twice" for p in check_tables(copy.folder))


def test_columns_may_stand_in_any_order(copy, tiny_tables):
    with (copy.folder / "tiers.csv").open(newline="", encoding="utf-8") as file:
        rows = [list(reversed(row)) for row in csv.reader(file)]
    copy.write("tiers.csv", "\n".join(",".join(row) for row in rows))
    assert load_tables(copy.folder).tiers == tiny_tables.tiers


TIERS = "history,History,1,1,judgement,judgement\nclinical_exam,Examination,2,2,judgement,judgement\n"


@pytest.mark.parametrize(
    ("text", "row", "words"),
    [
        ("", 0, "the file is empty"),
        ("tier_id;name;order;cost;basis;source_id\n", 1, "not separated by commas"),
        ("tier_id,name,order,cost,basis,source_id\nhistory,History,1,1,judgement\n", 2, "5 cells instead of 6"),
        ("tier_id,name,order,cost,basis,source_id\n\n" + TIERS, 2, "the line is empty"),
        ('tier_id,name,order,cost,basis,source_id\nhistory,"History,1,1,judgement,judgement\n', 2, "cannot be read"),
        ('tier_id,name,order,cost,basis,source_id\nhistory,"History"x,1,1,judgement,judgement\n', 2, "cannot be read"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_proper_csv(copy, text, row, words):
    copy.write("tiers.csv", text)
    problem = the_problem(copy)
    assert (problem.file, problem.row) == ("tiers.csv", row)
    assert words in problem.message


def test_a_file_that_is_not_utf8(copy):
    path = copy.folder / "tiers.csv"
    path.write_bytes(path.read_bytes().replace(b"Examination", b"K\xf6rper"))
    problem = the_problem(copy)
    assert (problem.row, problem.message) == (3, "a character is not UTF-8")


def test_the_line_counts_line_breaks_inside_cells(copy):
    copy.replace("tiers.csv", "History,1,1", '"Two\nlines",1,1')
    copy.replace("tiers.csv", "Examination,2,2.5", "Examination,2,-2.5")
    assert the_problem(copy).row == 4


def test_a_broken_schema_is_reported_too(tmp_path):
    path = tmp_path / "datapackage.json"
    with pytest.raises(TablesError, match="missing"):
        read_descriptor(path)
    path.write_text('{"resources": [\n  {"name": }]}', encoding="utf-8")
    with pytest.raises(TablesError) as caught:
        read_descriptor(path)
    assert caught.value.problems[0].row == 2
    path.write_text(json.dumps({"resources": [{"name": "sources"}]}), encoding="utf-8")
    with pytest.raises(TablesError, match="incomplete or wrong"):
        read_descriptor(path)
