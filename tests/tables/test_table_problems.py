# ruff: noqa: E501 - one spoilt cell a line reads better
"""Rows that cannot be: every problem is reported with its place and remedy, all at once."""

import csv
import shutil

import pytest
from spoilt import the_problem

from calfnb.tables import TablesError, check_tables, load_tables

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
