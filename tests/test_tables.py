# ruff: noqa: E501 - one spoilt cell a line reads better
"""Folders of tables: loading, linking, and every problem reported with its place and remedy."""

import csv
import json
import logging
import pickle
import shutil
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from calfnb.tables import TablesError, check_tables, load_tables, shipped_folder
from calfnb.tables.checking import read_folder
from calfnb.tables.coverage import basis_counts, coverage_by_topic
from calfnb.tables.descriptor import read_descriptor
from calfnb.tables.logic import parse
from calfnb.tables.monotone import patient_who_loses

# ---- the shipped tables --------------------------------------------------------------------------


def test_nothing_is_wrong_with_the_shipped_tables():
    assert [str(problem) for problem in check_tables()] == []


def test_the_shipped_tables_are_a_valid_data_package():
    """A second, independent reader of the same standard agrees with ours."""
    frictionless = pytest.importorskip("frictionless")
    logging.getLogger("frictionless").setLevel(logging.ERROR)
    report = frictionless.validate(str(shipped_folder() / "datapackage.json"))
    errors = [error.message for task in report.tasks for error in task.errors] + [e.message for e in report.errors]
    assert report.valid, errors[:20]


def test_the_schema_describes_every_column():
    resources = read_descriptor(shipped_folder() / "datapackage.json")
    tables = {resource.name: resource for resource in resources}
    for resource in resources:
        assert resource.title
        assert resource.primary_key
        for column in resource.columns:
            assert column.description, f"{resource.name}.{column.name}"
            if column.kind == "number" and resource.name not in ("tiers", "rule_items", "rule_bands"):
                assert (column.minimum, column.maximum) != (None, None), f"{resource.name}.{column.name}"
        if any(column.kind == "number" for column in resource.columns):
            named = {column.name: column for column in resource.columns}
            assert named["basis"].required
            assert named["source_id"].required
        for key in resource.foreign_keys:
            assert set(key.targets) <= set(tables[key.table].column_names)


def test_every_csv_file_is_described():
    described = {resource.path for resource in read_descriptor(shipped_folder() / "datapackage.json")}
    present = {path.relative_to(shipped_folder()).as_posix() for path in shipped_folder().rglob("*.csv")}
    assert present <= described


def test_the_shipped_tables_are_read_once(shipped_tables):
    assert load_tables() is shipped_tables


def test_every_logic_text_of_the_shipped_tables_is_at_hand(shipped_tables):
    for flag in shipped_tables.red_flags.values():
        expression = shipped_tables.expression(flag.logic)
        assert expression is shipped_tables.expression(flag.logic)
        assert expression.could_hold({})
        assert not expression.holds({})
    assert shipped_tables.expression("").holds({})


# ---- loading -------------------------------------------------------------------------------------


def test_rows_become_linked_records(tiny_tables):
    assert list(tiny_tables.conditions) == ["calf_strain", "deep_vein_thrombosis", "other_unclassified"]
    assert tiny_tables.conditions["calf_strain"].synonyms == ("pulled calf", "tennis leg")
    assert tiny_tables.conditions["deep_vein_thrombosis"].cant_miss is True
    onset = tiny_tables.findings["onset"]
    assert onset.option_ids == ("sudden", "gradual", "after_rest")
    assert onset.option("gradual").label == "Bit by bit"
    with pytest.raises(KeyError):
        onset.option("never")
    assert tiny_tables.findings["calf_swelling"].alarming == ("yes",)
    assert tiny_tables.sources["invented2020"].year == 2020
    assert tiny_tables.sources["judgement"].year is None
    assert tiny_tables.tiers["clinical_exam"].cost == 2.5
    assert tiny_tables.rule_items[2].points == -2
    assert tiny_tables.red_flags["rf_breathless"].more_source_ids == ("invented2020",)
    assert tiny_tables.thresholds[0].setting_id == ""
    assert tiny_tables.folder is not None
    assert tiny_tables.folder.name == "tiny"


def test_lookups(tiny_tables):
    assert {row.finding_id for row in tiny_tables.profiles_of("calf_strain")} == {
        "calf_swelling",
        "onset",
        "heel_raise",
    }
    assert tiny_tables.profiles_of("other_unclassified") == ()
    profile = tiny_tables.profile("deep_vein_thrombosis", "calf_swelling", "yes")
    assert profile is not None
    assert (profile.low, profile.probability, profile.high) == (0.7, 0.8, 0.9)
    assert tiny_tables.profile("calf_strain", "breathless", "yes") is None
    assert [row.option_id for row in tiny_tables.background_of("onset")] == ["sudden", "gradual", "after_rest"]
    assert tiny_tables.pretest_of("emergency_department", "deep_vein_thrombosis").probability == 0.2
    assert tiny_tables.option_ids["swelling_side"] == ("one_leg", "both_legs")


def test_records_cannot_be_changed(tiny_tables):
    with pytest.raises(FrozenInstanceError):
        tiny_tables.conditions["calf_strain"].name = "another"
    with pytest.raises(TypeError):
        tiny_tables.conditions["another"] = tiny_tables.conditions["calf_strain"]
    with pytest.raises(FrozenInstanceError):
        tiny_tables.version = "00000000"
    assert pickle.loads(pickle.dumps(tiny_tables.profiles)) == tiny_tables.profiles


def test_sentences_that_a_folder_leaves_out_are_the_shipped_ones(copy, shipped_tables):
    assert load_tables(copy.folder).messages == shipped_tables.messages
    key = next(iter(shipped_tables.messages))
    copy.write("text/en.csv", f"key,text\n{key},Something else.\n")
    messages = load_tables(copy.folder).messages
    assert messages[key] == "Something else."
    assert messages.keys() == shipped_tables.messages.keys()


def test_sentences_have_their_places_filled(copy):
    copy.write("text/en.csv", "key,text\nabout,About {count} of {out_of} runners {{sic}}.\n")
    assert load_tables(copy.folder).text("about", count=6, out_of=10) == "About 6 of 10 runners {sic}."


def test_the_version_follows_what_bears_on_reasoning(copy, tiny_tables):
    def version() -> str:
        return load_tables(copy.folder).version

    before = version()
    assert before == tiny_tables.version
    assert len(bytes.fromhex(before)) == 4
    for path in copy.folder.glob("*.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert version() == before, "line ends and a byte order mark say nothing"
    copy.replace("claims.csv", "A calf can be strained.", "A calf may be strained.")
    assert version() == before, "a claim bears on no answer"
    copy.replace("profiles.csv", "calf_strain,calf_swelling,yes,0.2", "calf_strain,calf_swelling,yes,0.21")
    assert version() != before


def test_edits_of_a_teachers_folder_are_seen(copy):
    first = load_tables(copy.folder)
    copy.replace("conditions.csv", "Calf strain", "Torn calf")
    assert first.conditions["calf_strain"].name == "Calf strain"
    assert load_tables(copy.folder).conditions["calf_strain"].name == "Torn calf"


# ---- problems ------------------------------------------------------------------------------------


class Copy:
    """A copy of the tiny folder to spoil."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text(encoding="utf-8-sig")
        assert old in text, f"{old!r} is not in {name}"
        self.write(name, text.replace(old, new, 1))


@pytest.fixture
def copy(tiny_folder, tmp_path) -> Copy:
    shutil.copytree(tiny_folder, tmp_path / "tables")
    return Copy(tmp_path / "tables")


def line_of(copy: Copy, name: str, start: str) -> int:
    lines = (copy.folder / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if line.startswith(start))


def the_problem(copy: Copy):
    problems = check_tables(copy.folder)
    assert len(problems) == 1, "\n".join(map(str, problems))
    assert problems[0].remedy
    with pytest.raises(TablesError) as caught:
        load_tables(copy.folder)
    assert caught.value.problems == tuple(problems)
    assert str(problems[0]) in str(caught.value)
    return problems[0]


# file, old text, new text, start of the line that is to blame, column, words of the message
SPOILT = [
    ("profiles.csv", "yes,0.2,0.1,0.3", "yes,1.2,0.1,0.3", "calf_strain,calf_swelling", "probability", "above 1"),
    ("profiles.csv", "yes,0.2,0.1,0.3", "yes,-0.2,0.1,0.3", "calf_strain,calf_swelling", "probability", "below 0"),
    ("profiles.csv", "yes,0.2,0.1,0.3", "yes,20 %,0.1,0.3", "calf_strain,calf_swelling", "probability", "a number"),
    ("profiles.csv", "yes,0.2,0.1,0.3", "yes,nan,0.1,0.3", "calf_strain,calf_swelling", "probability", "a number"),
    ("profiles.csv", "yes,0.2,0.1,0.3", "yes,,0.1,0.3", "calf_strain,calf_swelling", "probability", "empty"),
    ("profiles.csv", "yes,0.2,0.1,0.3", "yes,0.2,0.25,0.3", "calf_strain,calf_swelling", "low", "above the probability"),
    ("profiles.csv", "yes,0.2,0.1,0.3", "yes,0.2,0.1,0.15", "calf_strain,calf_swelling", "high", "below the probability"),
    ("profiles.csv", "0.3,judgement,judgement", "0.3,,judgement", "calf_strain,calf_swelling", "basis", "empty"),
    ("profiles.csv", "0.3,judgement,judgement", "0.3,judgement,", "calf_strain,calf_swelling", "source_id", "empty"),
    ("profiles.csv", "published,invented2020", "publised,invented2020", "deep_vein_thrombosis,calf", "basis",
     'not allowed; did you mean "published"?'),
    ("profiles.csv", "published,invented2020", "published,invented2002", "deep_vein_thrombosis,calf", "source_id",
     'no "invented2002" in sources.csv; did you mean "invented2020"?'),
    ("profiles.csv", "calf_strain,calf_swelling", "calf_stran,calf_swelling", "calf_stran,", "condition_id",
     'no "calf_stran" in conditions.csv; did you mean "calf_strain"?'),
    ("profiles.csv", "thrombosis,breathless,yes", "thrombosis,breathless,yess", "deep_vein_thrombosis,breathless",
     "option_id", 'breathless has no "yess" in options.csv; did you mean "yes"?'),
    ("profiles.csv", "thrombosis,breathless,yes", "thrombosis,breathless,no", "deep_vein_thrombosis,breathless",
     "option_id", "lists only the option yes"),
    ("profiles.csv", "onset,sudden,0.8,0.6", "onset,sudden,0.7,0.6", "calf_strain,onset,after_rest", "probability",
     "calf_strain and onset add up to 0.9, not to 1"),
    ("profiles.csv", "calf_strain,onset,gradual,0.15,0.05,0.3,judgement,judgement,,\n", "", "calf_strain,onset,after_rest",
     "option_id", "the option gradual is missing"),
    ("profiles.csv", "thrombosis,calf_swelling,yes,0.8,0.7,0.9,published,invented2020,,F003",
     "thrombosis,calf_swelling,yes,0.8,0.7,0.9,published,invented2020,,F033", "deep_vein_thrombosis,calf", "claim_ids",
     'no "F033" in claims.csv'),
    ("pretest.csv", "clinic,calf_strain,0.6", "clinic,calf_strain,0.61", "sports_clinic,other", "probability",
     "sports_clinic add up to 1.01, not to 1"),
    ("pretest.csv", "sports_clinic,calf_strain,0.6,0.5", "sports_clinic,calf_strain,0,0", "sports_clinic,calf_strain",
     "probability", "below 1e-06"),
    ("conditions.csv", "routine,false", "routine,no", "calf_strain", "cant_miss", "true or false"),
    ("conditions.csv", "same_day,true", "today,true", "deep_vein", "urgency", "not allowed"),
    ("conditions.csv", "calf_strain", "Calf strain", "Calf strain", "condition_id", "right form"),
    ("sources.csv", "Nobody N,2020", "Nobody N,20x0", "invented2020", "year", "a whole number"),
    ("sources.csv", "S0,,,", "judgement,,,x,,,,not_seen,\nS0,,,", "judgement,,", "source_id", "source_id is on line 2"),
    ("tiers.csv", "Examination,2,", "Examination,1,", "clinical_exam", "order", "same order is on line 2"),
    ("findings.csv", "yes_no,yes;no,Suddenly", "yes_no,no;yes,Suddenly", "breathless", "options", "options yes;no"),
    ("findings.csv", "sudden;gradual;after_rest", "sudden;gradual;;after_rest", "onset", "options", "empty"),
    ("findings.csv", "false,true,unable,,", "false,true,unabel,,", "heel_raise", "alarming",
     '"unabel" is no option of heel_raise; did you mean "unable"?'),
    ("findings.csv", "calf_swelling=yes,", "calf_sweling=yes,", "swelling_side", "asked_if",
     'no finding "calf_sweling"; did you mean "calf_swelling"?'),
    ("findings.csv", "calf_swelling=yes,", "swelling_side=one_leg,", "swelling_side", "asked_if",
     "a loop: swelling_side needs swelling_side"),
    ("findings.csv", "calf_swelling=yes,", "rule:clot_points>=1,", "swelling_side", "asked_if", 'no rule "clot_points"'),
    ("options.csv", "heel_raise,painful,Painful,,\n", "heel_raise,painful,,,\n", "heel_raise,painful", "label", "empty"),
    ("options.csv", "heel_raise,unable", "heel_raise,normal,X,,\nheel_raise,unable", "heel_raise,normal,X", "option_id",
     "the same finding_id and option_id is on line 13"),
    ("red_flags.csv", "breathless=yes,", "breathless=no,", "rf_breathless", "logic",
     "the alarming answer breathless=yes takes this away"),
    ("red_flags.csv", "breathless=yes,", "breathless=yes AND active_cancer!=yes,", "rf_breathless", "logic",
     "the alarming answer active_cancer=yes takes this away and nothing as urgent steps in; it holds with breathless=yes"),
    ("red_flags.csv", "breathless=yes,", "heel_raise=painful,", "rf_breathless", "logic", "heel_raise=unable takes"),
    ("red_flags.csv", "breathless=yes,", "breathles=yes,", "rf_breathless", "logic",
     'no finding "breathles"; did you mean "breathless"?, at the ^ in "^breathles=yes"'),
    ("red_flags.csv", "breathless=yes,", "breathless=maybe,", "rf_breathless", "logic", 'no option "maybe"; it has yes, no'),
    ("red_flags.csv", "breathless=yes,", "breathless=yes OR,", "rf_breathless", "logic", 'at the ^ in "breathless=yes OR^"'),
    ("red_flags.csv", "breathless=yes,", "(breathless=yes,", "rf_breathless", "logic", "never closed"),
    ("red_flags.csv", "breathless=yes,", "swelling_side=one_leg AND swelling_side=both_legs,", "rf_breathless", "logic",
     "can never hold"),
    ("red_flags.csv", "breathless=yes,", "onset!=sudden OR onset=sudden,", "rf_breathless", "logic", "before anything is answered"),
    ("red_flags.csv", "clot_points>=2", "clot_point>=2", "rf_score", "logic", 'no rule "clot_point"; did you mean'),
    ("thresholds.csv", "active_cancer=yes", "active_cancer=yess", "th_clot_cancer", "when", 'no option "yess"'),
    ("thresholds.csv", "thrombosis,,active_cancer", "thrombosis,sport_clinic,active_cancer", "th_clot_cancer", "setting_id",
     'did you mean "sports_clinic"?'),
    ("thresholds.csv", "active_cancer=yes", "calf_swelling!=yes", "th_clot_cancer", "when",
     "the alarming answer calf_swelling=yes takes this away"),
    ("rule_items.csv", "active_cancer=yes,1", "active_cancer=yes,-1", "clot_points,cancer", "logic", "lowers the score"),
    ("rule_items.csv", "active_cancer=yes,1", "active_cancer!=yes,1", "clot_points,cancer", "logic", "lowers the score"),
    ("rule_items.csv", "active_cancer=yes,1", "rule:clot_points>=1,1", "clot_points,cancer", "logic",
     "a loop: clot_points needs clot_points"),
    ("rule_items.csv", "active_cancer=yes,1", "active_cancer=yes,one", "clot_points,cancer", "points", "a number"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "start", "column", "words"), SPOILT, ids=lambda value: str(value)[:30])
def test_a_spoilt_cell_is_reported_with_its_place(copy, file, old, new, start, column, words):
    copy.replace(file, old, new)
    problem = the_problem(copy)
    assert problem.file == file
    assert problem.column == column
    assert words in problem.message
    lines = (copy.folder / file).read_text(encoding="utf-8").splitlines()
    assert lines[problem.row - 1].startswith(start)


@pytest.mark.parametrize("garbage", ["", "\u03a9 \U0001f9b5", ";;", "1e400", "true", "x" * 5000])
def test_no_cell_can_break_the_check(copy, tiny_folder, garbage):
    """Garbage in any cell gives problems, or is fine where it is text; it never raises anything else."""
    for path in tiny_folder.glob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        for column in range(len(rows[0])):
            spoilt = [row.copy() for row in rows]
            for line in {0, 1, len(rows) - 1}:
                before, spoilt[line][column] = spoilt[line][column], garbage
                with (copy.folder / path.name).open("w", newline="", encoding="utf-8") as file:
                    csv.writer(file).writerows(spoilt)
                spoilt[line][column] = before
                problems = check_tables(copy.folder)
                assert all(problem.remedy and problem.message for problem in problems)
                if line == 0:
                    assert problems
        shutil.copy(path, copy.folder / path.name)


def test_a_percentage_is_recognised(copy):
    copy.replace("profiles.csv", "yes,0.2,0.1,0.3", "yes,20,0.1,0.3")
    assert "write 0.2" in the_problem(copy).remedy


def test_all_problems_come_at_once(copy):
    copy.replace("profiles.csv", "yes,0.2,0.1,0.3", "yes,1.2,0.1,x")
    copy.replace("red_flags.csv", "breathless=yes", "breathles=yes")
    copy.replace("conditions.csv", "routine,false", "routine,no")
    problems = check_tables(copy.folder)
    assert [(problem.file, problem.column) for problem in problems] == [
        ("conditions.csv", "cant_miss"),
        ("profiles.csv", "probability"),
        ("profiles.csv", "high"),
        ("red_flags.csv", "logic"),
    ]
    with pytest.raises(TablesError, match="4 problems in the tables"):
        load_tables(copy.folder)


def test_many_problems_are_counted_in_the_message(copy):
    text = (copy.folder / "profiles.csv").read_text(encoding="utf-8")
    copy.write("profiles.csv", text + "nobody,nothing,none,2,3,4,guess,nowhere,,F999\n" * 10)
    with pytest.raises(TablesError, match=r"and \d+ more") as caught:
        load_tables(copy.folder)
    assert len(caught.value.problems) > 50


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


def test_a_setting_without_a_condition(copy):
    copy.replace("pretest.csv", "sports_clinic,other_unclassified,0.35,0.2,0.5,judgement,judgement,,\n", "")
    problem = the_problem(copy)
    assert "other_unclassified has no pretest probability in the setting sports_clinic" in problem.message


def test_a_finding_without_background(copy):
    copy.replace("background.csv", "active_cancer,yes,0.01,0.005,0.02,judgement,judgement,\n", "")
    problem = the_problem(copy)
    assert (problem.file, problem.column) == ("findings.csv", "finding_id")
    assert "active_cancer has no background" in problem.message


def test_an_option_without_its_row_and_a_row_without_its_option(copy):
    copy.replace("options.csv", "swelling_side,both_legs", "swelling_side,two_legs")
    found = {(problem.file, problem.value) for problem in check_tables(copy.folder)}
    assert {("findings.csv", "both_legs"), ("options.csv", "two_legs")} <= found


def test_a_loop_over_several_questions(copy):
    copy.replace("findings.csv", "calf_swelling,red_flags", "calf_swelling_,red_flags")
    copy.replace("findings.csv", "calf_swelling_,red_flags", "calf_swelling,red_flags")
    copy.replace("findings.csv", "true,true,yes,,F003", "true,true,yes,swelling_side=one_leg,F003")
    assert "a loop: calf_swelling needs swelling_side needs calf_swelling" in the_problem(copy).message


def test_an_alarming_answer_may_take_a_flag_away_if_another_steps_in(copy):
    copy.replace("red_flags.csv", "calf_swelling=yes AND swelling_side", "heel_raise=painful AND swelling_side")
    assert "heel_raise=unable takes this away" in the_problem(copy).message
    copy.replace(
        "red_flags.csv",
        "rf_score,A high score,rule:clot_points>=2",
        "rf_score,A high score,rule:clot_points>=2 OR heel_raise=unable AND onset!=sudden",
    )
    assert check_tables(copy.folder) == []


def test_a_zone_of_the_map_is_an_answer(copy):
    copy.replace("findings.csv", "onset,story", "main_zone,story")
    for name in ("options.csv", "background.csv", "profiles.csv", "red_flags.csv"):
        text = (copy.folder / name).read_text(encoding="utf-8")
        copy.write(name, text.replace("onset,", "main_zone,").replace("onset!", "main_zone!"))
    header = "zone_id,option_id,views,name,structures,basis,source_id,claim_ids\n"
    copy.write("body_zones.csv", header + "z_one,sudden,posterior;medial,One,,judgement,judgement,\n")
    assert check_tables(copy.folder) == []
    copy.write("body_zones.csv", header + "z_one,sudde,posterior;media,One,,judgement,judgement,\n")
    first, second = check_tables(copy.folder)
    assert 'main_zone has no option "sudde"; did you mean "sudden"?' in first.message + second.message
    assert '"media" is not allowed; did you mean "medial"?' in first.message + second.message


@pytest.mark.parametrize(
    "text", ["About {count of ten.", "About {} of ten.", "About {0} of ten.", "About {a.b}.", "A } b"]
)
def test_a_sentence_with_a_broken_place(copy, text):
    copy.write("text/en.csv", f"key,text\nabout,{text}\n")
    problem = the_problem(copy)
    assert (problem.file, problem.row, problem.column, problem.value) == ("text/en.csv", 2, "text", text)


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


# ---- what the tables cover -----------------------------------------------------------------------


def test_coverage_counts_the_claims_that_another_table_names(copy):
    copy.replace("conditions.csv", "judgement,judgement,F001", "judgement,judgement,")
    topics = {topic.topic: topic for topic in coverage_by_topic(read_folder(copy.folder))}
    assert (topics["cause"].covered, topics["cause"].of) == (1, 2)
    assert topics["cause"].uncovered == (("F001", "A calf can be strained."),)
    assert (topics["all"].covered, topics["all"].of) == (2, 3)


def test_a_disagreement_covers_both_its_claims(copy):
    copy.replace("conditions.csv", "judgement,judgement,F001", "judgement,judgement,")
    header = "conflict_id,topic,kind,claim_a,claim_b,why,kit_line,basis,source_id\n"
    copy.write("conflicts.csv", header + "c_one,cause,direct,F001,F002,They differ.,Show both.,judgement,judgement\n")
    assert coverage_by_topic(read_folder(copy.folder))[-1].uncovered == ()


def test_basis_is_counted_over_rows_with_numbers(tiny_folder):
    counts = basis_counts(read_folder(tiny_folder))
    assert counts["published"] == 1
    assert list(counts) == ["judgement", "published"]


# ---- the search for a patient who loses a flag ---------------------------------------------------

FINDINGS = {"h": ("ok", "painful", "unable"), "x": ("yes", "no"), "y": ("yes", "no")}


@pytest.mark.parametrize(
    ("flag", "others", "finding_id", "expected"),
    [
        ("h=painful AND x=yes", [], "h", {"h": "painful", "x": "yes"}),
        ("h=painful AND x=yes", ["h=unable"], "h", None),
        ("h=painful AND x=yes", ["h=unable AND y=yes"], "h", {"h": "painful", "x": "yes"}),
        ("h=painful AND x=yes AND y=yes", ["h=unable AND y=yes"], "h", None),
        ("x!=yes AND y=yes", [], "x", {"y": "yes"}),
        ("x!=yes AND y=yes", ["y=yes"], "x", None),
        ("x=no", [], "x", {"x": "no"}),
        ("rule:w>=2 AND x!=yes", ["rule:w>=1"], "x", None),
        ("rule:w>=2 AND x!=yes", ["rule:w>=3"], "x", {}),
        ("x=yes OR y=yes", [], "x", None),
    ],
)
def test_the_patient_who_loses_a_flag_is_found(flag, others, finding_id, expected):
    def read(text: str):
        return parse(text, findings=FINDINGS, rules=("w",))

    alarming = {"h": ("unable",), "x": ("yes",)}[finding_id]
    found = patient_who_loses(read(flag), [read(text) for text in others], finding_id, alarming[0], FINDINGS, alarming)
    assert found == expected
