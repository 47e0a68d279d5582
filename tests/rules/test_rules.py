"""Rules: worked examples, what is missing, what cannot be, and the command."""

import io
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calfnb.cli import main
from calfnb.reasoning.triage import rule_scores, triage_rules
from calfnb.rules import (
    RuleInputError,
    apply_rule,
    check_inputs,
    fill_from_rules,
    inputs_from_case,
    opened_by,
    read_inputs,
    result_to_dict,
)
from calfnb.tables import load_tests, shipped_folder
from calfnb.tables.records import LEVELS

EXAMPLES = json.loads((shipped_folder() / "rule_examples.json").read_text(encoding="utf-8"))["examples"]
TESTS = load_tests()
RULES = TESTS.rules


def worked_out(rule_id, given_inputs, **options):
    sheet = RULES[rule_id]
    return result_to_dict(apply_rule(sheet, check_inputs(sheet, given_inputs), **options))


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["example_id"] for example in EXAMPLES])
def test_worked_example(example):
    result = worked_out(example["rule_id"], example["input"], as_published=example["missing"] == "false")
    assert {key: result.get(key, "no such key") for key in example["expected"]} == example["expected"]


def test_there_are_enough_examples_and_every_rule_has_some():
    assert len(EXAMPLES) >= 142
    assert {example["rule_id"] for example in EXAMPLES} == set(RULES)
    assert len(RULES) == 18


@pytest.mark.parametrize("rule_id", list(RULES))
def test_every_rule_is_written_out(rule_id):
    sheet = RULES[rule_id]
    assert sheet.page.when_to_use
    assert sheet.page.when_not
    assert sheet.page.last_reviewed
    for kind in ("pearl", "pitfall", "evidence"):
        assert sheet.notes_of(kind), kind
    assert any(gate.opens for gate in sheet.gates)
    assert any(not gate.opens for gate in sheet.gates)
    assert all(gate.reply for gate in sheet.gates)


@pytest.mark.parametrize("rule_id", list(RULES))
def test_nothing_given_is_incomplete_and_says_what_is_missing(rule_id):
    sheet = RULES[rule_id]
    result = apply_rule(sheet, {})
    assert result.status == "incomplete"
    assert not result.assumed
    needed = [row.input_id for row in sheet.inputs if row.if_missing != "not_done"]
    assert list(result.missing) == needed
    assert not result.primary.decided
    json.dumps(result_to_dict(result), allow_nan=False)


def test_the_range_that_is_still_possible():
    result = worked_out("wells_2003_two_level", {"deep_vein_tenderness": True, "calf_over_3cm": True})
    assert (result["lowest"], result["highest"]) == (0, 9)
    assert result["possible"]["score_without_alternative"] == [2, 9]
    assert result["possible"]["band"] == ["unlikely", "likely"]
    assert result["level_at_least"] == "same_day"
    decided = worked_out("wells_2003_two_level", dict.fromkeys(
        ("deep_vein_tenderness", "calf_over_3cm", "pitting_oedema", "previous_dvt"), True))  # fmt: skip
    assert decided["status"] == "decided"
    assert decided["band"] == "likely"
    assert (decided["lowest"], decided["highest"]) == (2, 9)


def test_trauma_that_was_not_asked_counts_for_the_highest_score():
    sheet = RULES["dutch_primary_care_rule"]
    asked = {row.input_id: False for row in sheet.inputs if row.kind == "yes_no" and row.input_id != "no_leg_trauma"}
    result = worked_out("dutch_primary_care_rule", {**asked, "ddimer": "negative"})
    assert (result["lowest"], result["highest"]) == (0, 1)
    assert result["status"] == "decided"


def test_a_missing_answer_is_never_no_unless_asked_for():
    strict = worked_out("acs_delta_pressure", {"diastolic": 60, "compartment": 35})
    assert strict["action"] == "incomplete"
    assert strict["level_at_least"] == "emergency_now"
    published = worked_out("acs_delta_pressure", {"diastolic": 60, "compartment": 35}, as_published=True)
    assert published["action"] == "emergency_fasciotomy_pathway"
    assert published["assumed_yes"] == ["clinical_suspicion"]


# ---- filling from a case -------------------------------------------------------------------------


def test_answers_of_a_case_fill_the_rule():
    answers = {
        "ex_calf_3cm_larger": "yes",
        "active_cancer": "no",
        "t_ddimer_positive": "no",
        "direct_blow_or_fall": "no",
    }
    wells = inputs_from_case(RULES["wells_2003_two_level"], answers)
    assert wells == {"calf_over_3cm": True, "active_cancer": False}
    dutch = inputs_from_case(RULES["dutch_primary_care_rule"], answers)
    assert dutch == {"active_cancer": False, "no_leg_trauma": True, "calf_3cm_or_more": True, "ddimer": "negative"}


def test_another_rule_fills_the_pathway():
    sheet = RULES["wells_2003_two_level"]
    every = {row.input_id: row.input_id == "previous_dvt" for row in sheet.inputs}
    results = {sheet.rule_id: apply_rule(sheet, every)}
    assert fill_from_rules(RULES["nice_ng158_pathway"], results) == {"wells_two_level": 1}
    half = {sheet.rule_id: apply_rule(sheet, {"previous_dvt": True})}
    assert fill_from_rules(RULES["nice_ng158_pathway"], half) == {}
    abi = RULES["abi_calculation"]
    pressures = {"dorsalis_pedis": 60, "posterior_tibial": 0, "arm_right": 120, "arm_left": 120}
    filled = fill_from_rules(RULES["abi_bands"], {"abi_calculation": apply_rule(abi, pressures)})
    assert (
        result_to_dict(apply_rule(RULES["abi_bands"], check_inputs(RULES["abi_bands"], filled)))["band"] == "abnormal"
    )


def test_the_item_of_another_diagnosis_is_never_filled():
    for rule_id in ("wells_1997_three_level", "wells_2003_two_level"):
        assert RULES[rule_id].input_by_id["alternative_as_likely"].finding_id == ""


def test_a_rule_opens_by_a_reason_only():
    sheet = RULES["wells_2003_two_level"]
    assert opened_by(sheet, "") is None
    assert opened_by(sheet, "everyone") is None
    assert opened_by(sheet, "exclude") is None
    assert opened_by(sheet, "no_such_choice") is None
    assert opened_by(sheet, "suspected").opens


def test_triage_counts_the_same_points_as_the_rule():
    """Triage reads rule_items.csv over findings, the page reads its formulas over inputs: both must agree."""
    from calfnb.reasoning.model import default_model

    rules = triage_rules(default_model())
    for rule_id in ("wells_2003_two_level", "simmonds_triad", "aaos_2_of_4"):
        sheet = RULES[rule_id]
        linked = [row for row in sheet.inputs if row.finding_id]
        for yes in range(len(linked) + 1):
            answers = {row.finding_id: "yes" if place < yes else "no" for place, row in enumerate(linked)}
            filled = inputs_from_case(sheet, answers)
            open_items = {row.input_id: False for row in sheet.inputs if not row.finding_id}
            result = apply_rule(sheet, {**open_items, **filled})
            score = next(value for value in result.values.values() if value.row.kind == "number").value
            assert rule_scores(rules, answers)[rule_id][0] == score
            bands = [band for band in default_model().tables.rule_bands if band.rule_id == rule_id and band.level]
            reached = [band.level for band in bands if score >= band.at_least]
            if reached:
                assert LEVELS.index(result.level) >= max(LEVELS.index(level) for level in reached)


# ---- what cannot be ------------------------------------------------------------------------------

WRONG = [
    ("acs_delta_pressure", {"diastolic": 80, "compartment": -5}, "compartment is -5 mmHg, which cannot be"),
    ("pedowitz_1990", {"pre": 4000}, "between 0 and 200 mmHg"),
    ("abi_bands", {"abi": 3.1}, "between 0 and 3"),
    ("abi_calculation", {"arm_right": 0}, "between 40 and 300 mmHg"),
    ("mtss_criteria", {"recognisable_tender_cm": 300}, "between 0 and 40 cm"),
    ("alt_70", {"age": 140}, "between 0 and 120 years"),
    ("alt_70", {"age": True}, "age is true; write a number"),
    ("alt_70", {"age": "40"}, "without quotes"),
    ("alt_70", {"age": float("nan")}, "not a finite number"),
    ("wells_2003_two_level", {"activ_cancer": True}, 'did you mean "active_cancer"'),
    ("wells_2003_two_level", {"active_cancer": 1}, "write true or false"),
    ("nice_ng158_pathway", {"ddimer": "positve"}, 'did you mean "positive"'),
    ("nice_ng158_pathway", {"wells_two_level": 2.5}, "whole number"),
    ("nice_ng158_pathway", {"wells_two_level": 12}, "between -2 and 9 points"),
    ("edinburgh_claudication", {"sites": "calf"}, "a list in square brackets"),
    ("edinburgh_claudication", {"sites": ["claf"]}, 'did you mean "calf"'),
    ("visa_a_total", {"q1_to_q6": [1, 2]}, "it takes 6"),
    ("visa_a_total", {"q1_to_q6": [1, 2, 3, 4, 5, 11]}, "number 6 is 11"),
    ("prakash_rtp", {"grade": 5}, "between 0 and 4"),
    ("simmonds_triad", [], "an object is expected"),
    ("simmonds_triad", "gap", "an object is expected"),
]


@pytest.mark.parametrize(("rule_id", "inputs", "message"), WRONG)
def test_impossible_input_gets_a_sentence(rule_id, inputs, message):
    with pytest.raises(RuleInputError) as caught:
        check_inputs(RULES[rule_id], inputs)
    assert message in str(caught.value)
    assert str(caught.value).endswith((".", "?"))


def test_all_problems_are_reported_at_once():
    with pytest.raises(RuleInputError) as caught:
        check_inputs(RULES["acs_delta_pressure"], {"diastolic": -1, "compartment": 999, "x": 1})
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"gap": true', "not valid JSON"),
        (b"\xff\xfe", "not UTF-8"),
        ('{"gap": true, "gap": false}', "given twice"),
        ("[" * 100_000, "longer than|nested too deeply"),
        ('{"gap": ' + "1" * 5000 + "}", "true or false|too long"),
    ],
)
def test_broken_json_gets_a_sentence(text, message):
    with pytest.raises(RuleInputError, match=message):
        read_inputs(text, RULES["simmonds_triad"])


@given(
    rule_id=st.sampled_from(list(RULES)),
    content=st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
        max_leaves=10,
    ),
    data=st.data(),
)
def test_whatever_comes_is_used_or_refused(rule_id, content, data):
    sheet = RULES[rule_id]
    name = data.draw(st.sampled_from(list(sheet.input_by_id)))
    for given_inputs in (content, {name: content}):
        try:
            inputs = check_inputs(sheet, given_inputs)
        except RuleInputError:
            continue
        for as_published in (True, False):
            json.dumps(result_to_dict(apply_rule(sheet, inputs, as_published=as_published)), allow_nan=False)


# ---- the command ---------------------------------------------------------------------------------


def run(capsys, *words):
    status = main(["rule", *words])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_the_command_lists_shows_and_works_out(capsys, tmp_path):
    status, out, _ = run(capsys)
    assert status == 0
    assert all(rule_id in out for rule_id in RULES)
    status, out, _ = run(capsys, "alt_70")
    assert status == 0
    assert "0 to 120 years" in out
    path = tmp_path / "input.json"
    path.write_text('{"deep_vein_tenderness": true}', encoding="utf-8")
    status, out, _ = run(capsys, "wells_2003_two_level", str(path), "--json")
    assert status == 0
    assert json.loads(out)["band"] == "unlikely"
    assert "active_cancer" in json.loads(out)["assumed_no"]
    status, out, _ = run(capsys, "wells_2003_two_level", str(path), "--json", "--strict")
    assert json.loads(out)["status"] == "incomplete"
    status, out, _ = run(capsys, "wells_2003_two_level", str(path))
    assert "Not given and taken as no" in out
    status, out, _ = run(capsys, "wells_2003_two_level", str(path), "--strict")
    assert "still open" in out


@pytest.mark.parametrize("example", EXAMPLES[::9], ids=[example["example_id"] for example in EXAMPLES[::9]])
def test_the_command_prints_the_worked_example(example, capsys, tmp_path):
    path = tmp_path / "input.json"
    path.write_text(json.dumps(example["input"]), encoding="utf-8")
    strict = [] if example["missing"] == "false" else ["--strict"]
    status, out, err = run(capsys, example["rule_id"], str(path), "--json", *strict)
    assert (status, err) == (0, "")
    result = json.loads(out)
    assert {key: result[key] for key in example["expected"]} == example["expected"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["wells_2003"], "did you mean"),
        (["no_rule_at_all"], "calfnb rule lists them"),
        (["simmonds_triad", "no/such/file.json"], "there is no file"),
        (["simmonds_triad", "."], "is a folder"),
    ],
)
def test_what_the_user_gets_wrong_is_one_line(words, message, capsys):
    status, out, err = run(capsys, *words)
    assert (status, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


def test_input_from_standard_input(capsys, monkeypatch):
    class Stdin:
        buffer = io.BytesIO(b'{"gap": "maybe"}')

    monkeypatch.setattr(sys, "stdin", Stdin)
    status, _, err = run(capsys, "simmonds_triad", "-")
    assert status == 2
    assert err == 'calfnb rule: standard input: gap is "maybe"; write true or false.\n'


def test_a_folder_without_rules_has_none(tiny_folder):
    assert load_tests(tiny_folder).rules == {}


def test_a_wrong_rule_is_reported_with_its_place(tmp_path):
    import shutil

    from calfnb.tables import check_tables

    folder = tmp_path / "tables"
    shutil.copytree(shipped_folder(), folder)
    path = Path(folder / "rule_outcomes.csv")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("score <= 1,", "scor <= 1,", 1), encoding="utf-8")
    values = Path(folder / "rule_values.csv")
    text = values.read_text(encoding="utf-8")
    values.write_text(text.replace("diastolic - compartment <= 30", "diastolic - compartment", 1), encoding="utf-8")
    problems = [str(problem) for problem in check_tables(folder)]
    assert any("rule_outcomes.csv" in line and 'did you mean "score"' in line for line in problems)
    assert any(
        "rule_values.csv" in line and "gives a value of the kind number, not yes_no" in line for line in problems
    )
