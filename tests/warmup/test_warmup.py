"""The warm-up planner: worked examples and checks, order of the gate, refusals, and the command."""

import json
from pathlib import Path

import pytest
from warmup_tables import CopiedTables

from calfnb.cli import main
from calfnb.tables import load_prevention
from calfnb.warmup.gate import open_questions, pass_gate, safety_gate
from calfnb.warmup.plan import plan_to_dict
from calfnb.warmup.planner import plan_warm_up
from calfnb.warmup.reading import request_from_json
from calfnb.warmup.request import Safety, UnansweredError, WarmUpError, read_request, read_safety

EXAMPLES = json.loads((Path(__file__).parent / "warmup_examples.json").read_text(encoding="utf-8"))["examples"]
NO = {"red_flag": False, "sudden_sharp": False, "pain": 0}
#: A worked example that the review of the rules has overruled: pain 4 without a known cause is no run today (check W29
#: has the same input). As printed it comes out only without the rows that the review added.
OVERRULED = "E11"


@pytest.fixture
def copied_tables(tmp_path):
    return CopiedTables(tmp_path)


@pytest.fixture(scope="module")
def warm_tables():
    return load_prevention()


def drill(step):
    return f"strides x{step['count']}" if step["exercise_id"] == "strides" else step["exercise_id"]


def found(plan):
    """Return what a plan says in the shape of the examples."""
    if plan["decision"] == "stop":
        return {"stop": plan["rule_ids"][0]}
    rows = [[step["start_min"], step["end_min"], drill(step)] for step in plan["sequence"]]
    minutes = plan["phases"]
    result = {
        "session": plan["session"],
        "raise_min": minutes["raise"],
        "mobilise_min": minutes["mobilise"],
        "potentiate_min": minutes["potentiate"],
        "total_min": plan["total_min"],
        "rules": plan["rule_ids"],
        "sequence": rows,
    }
    notes = [name for name in plan["note"] if name in ("age_unknown", "under_18")]
    return result | ({"note": notes} if notes else {})


def request_of(example):
    """Worked examples are silent on the safety questions: answered no. The checks say all that they mean."""
    return {**NO, **example["input"]} if example["id"].startswith("E") else example["input"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_examples_and_checks(example):
    expected = dict(example["expected"])
    if "error" in expected:
        with pytest.raises(WarmUpError) as caught:
            plan_warm_up(request_of(example))
        assert caught.value.field == expected["error"]
        return
    plan = plan_to_dict(plan_warm_up(request_of(example)))
    if example["id"] == OVERRULED:
        assert found(plan) == {"stop": "WR03a"}
        return
    actual = found(plan)
    if "note" not in expected:
        actual.pop("note", None)
    assert actual == expected


def test_the_overruled_example_comes_out_as_printed_without_the_rows_of_the_review(copied_tables):
    """Rules are rows: without the pain limit of the cause, and without pain counting as trouble, it is as before."""
    copied_tables.drop("warmup_rules.csv", "row_id", ["wr03a", "wr05_pain"])
    tables = load_prevention(copied_tables.folder)
    (example,) = [row for row in EXAMPLES if row["id"] == OVERRULED]
    actual = found(plan_to_dict(plan_warm_up(request_of(example), tables)))
    assert actual == example["expected"] | {"note": ["age_unknown"]}


# ---- the gate ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", NO)
def test_an_open_safety_question_is_asked_and_nothing_is_planned(missing):
    request = {name: value for name, value in NO.items() if name != missing} | {"session": "intervals", "age": 30}
    with pytest.raises(UnansweredError) as caught:
        plan_warm_up(request)
    assert caught.value.questions == (missing,)
    assert caught.value.field == missing


def test_an_empty_form_asks_all_three():
    with pytest.raises(UnansweredError) as caught:
        plan_warm_up({})
    assert caught.value.questions == ("red_flag", "sudden_sharp", "pain")


@pytest.mark.parametrize(
    ("request_", "rule"),
    [
        ({"red_flag": True}, "WR01"),
        ({"red_flag": True, "session": "fartlek", "time_min": -5, "nonsense": 1}, "WR01"),
        ({"red_flag": False, "sudden_sharp": True, "pain": "much"}, "WR02"),
        ({"red_flag": False, "sudden_sharp": False, "pain": 5.1, "age": 3}, "WR03"),
        ({"signs": ["dark_urine"]}, "WR01"),
        ({"red_flag": False, "signs": ["dark_urine"]}, "WR01"),
    ],
)
def test_what_stops_is_read_before_anything_else_is_checked(request_, rule):
    plan = plan_warm_up(request_)
    assert (plan.decision, plan.gate.rule_id, plan.steps, plan.cool_down) == ("stop", rule, (), ())


def test_a_ticked_sign_decides_how_soon():
    tables = load_prevention()
    assert pass_gate({"signs": ["four_steps"]}, tables).level == "same_day"
    assert pass_gate({"signs": ["four_steps", "breath_chest"]}, tables).level == "emergency_now"
    first = pass_gate({"signs": ["fever"]}, tables).signs[0]
    assert (first[0].sign_id, first[1]) == ("fever", "same_day")


@pytest.mark.parametrize(
    ("answers", "rule"),
    [
        ({"level": "same_day"}, "WR01"),
        ({"level": "emergency_now"}, "WR01"),
        ({"condition": "deep_vein_thrombosis", "cleared": True}, "WR01"),
        ({"condition": "gastrocnemius_strain", "days_since_strain": 2.9, "rtr_stage": 9}, "WR02"),
        ({"pain": 2.5}, "WR03a"),
        ({"condition": "achilles_tendinopathy_insertional", "pain": 3.5}, "WR03a"),
        ({"condition": "medial_tibial_stress_syndrome", "pain": 2.5}, "WR03a"),
        ({"condition": "tibial_stress_fracture"}, "WR03b"),
        ({"condition": "other_unclassified"}, "WR03b"),
        ({"condition": "popliteal_artery_entrapment_functional", "cleared": False}, "WR03b"),
    ],
)
def test_what_stops_a_session(answers, rule):
    plan = plan_warm_up({**NO, "session": "easy", "age": 30, **answers})
    assert (plan.decision, plan.gate.rule_id) == ("stop", rule)
    assert plan.gate.sentence
    assert plan.gate.why


@pytest.mark.parametrize("level", [None, "self_care", "routine", "within_days"])
def test_what_passes(level):
    assert pass_gate({**NO, "level": level}, load_prevention()).passed


def test_a_strain_asks_for_its_day_and_its_rung():
    tables = load_prevention()
    gate = safety_gate({**NO, "condition": "soleus_strain"}, tables)
    assert (gate.decision, gate.questions) == ("ask", ("days_since_strain", "rtr_stage"))
    safety = read_safety({**NO, "condition": "soleus_strain", "days_since_strain": 20}, tables)
    assert open_questions(safety, tables) == ("rtr_stage",)


@pytest.mark.parametrize(
    ("stage", "session", "planned"),
    [
        (0, "race_short", "rtr_walk_jog"),
        (6, "easy", "rtr_walk_jog"),
        (7, "intervals", "easy"),
        (7, "easy", "easy"),
        (8, "hills", "hills"),
        (9, "long", "long"),
    ],
)
def test_a_warm_up_does_not_overtake_the_ladder(stage, session, planned):
    answers = {"condition": "gastrocnemius_strain", "days_since_strain": 40, "rtr_stage": stage, "session": session}
    plan = plan_warm_up({**NO, **answers, "age": 30})
    assert plan.session == planned
    if planned == "rtr_walk_jog":
        assert {step.exercise_id for step in plan.steps if step.phase == "raise"} == {"brisk_walk"}
    assert ("WR05a" in plan.rule_ids) == (planned != session)


def test_a_level_that_is_no_level_is_refused():
    with pytest.raises(WarmUpError, match="did you mean"):
        plan_warm_up({**NO, "session": "easy", "level": "sameday"})


# ---- what is said --------------------------------------------------------------------------------------------------


def test_insertional_pain_gets_another_ankle_drill_and_no_deep_stretch():
    """The first drill of the calf list presses the tendon against the heel."""
    plan = plan_warm_up({**NO, "session": "easy", "age": 30, "condition": "achilles_tendinopathy_insertional"})
    ids = [step.exercise_id for step in plan.steps]
    assert "ankle_rocks" not in ids
    (stand_in,) = [step for step in plan.steps if step.instead_of == "ankle_rocks"]
    assert stand_in.exercise_id == "ankle_rolls"
    assert stand_in.instead_why
    assert {"wall_calf_stretch", "achilles_stretch", "downward_dog"}.isdisjoint(
        step.exercise_id for step in plan.cool_down
    )


def test_drills_that_need_what_is_not_there_are_left_out_with_the_reason():
    plan = plan_warm_up(
        {**NO, "session": "race_short", "age": 60, "history": "past_12m", "sit": True, "equipment": ["wall"]}
    )
    assert {"glute_bridge", "band_side_walk"}.isdisjoint(step.exercise_id for step in plan.steps)
    assert {row.exercise_id for row in plan.left_out} >= {"glute_bridge", "band_side_walk"}
    assert all(row.reason for row in plan.left_out)
    assert plan.phases[1] == sum(step.minutes for step in plan.steps if step.phase == "mobilise")


@pytest.mark.parametrize(("surface", "hops"), [("road", True), ("trail", False), ("sand", False)])
def test_soft_ground_takes_balance_and_leaves_out_hops_and_strides(surface, hops):
    plan = plan_warm_up({**NO, "session": "intervals", "age": 30, "surface": surface})
    ids = {step.exercise_id for step in plan.steps}
    assert ("pogo_double" in ids, "strides" in ids, "single_leg_balance" in ids) == (hops, hops, not hops)
    assert plan.phases == (10, 5, 6)


@pytest.mark.parametrize(
    ("time_min", "said"), [(15, "enough"), (12.9, "Whole minutes"), (500, "enough"), (8, ""), (None, ""), (0, "")]
)
def test_a_plan_that_does_not_fill_the_time_says_why(time_min, said):
    request = {**NO, "session": "easy" if time_min != 12.9 else "tempo", "age": 30}
    plan = plan_warm_up(request if time_min is None else request | {"time_min": time_min})
    assert said in plan.time_note
    assert bool(said) == bool(plan.time_note)


def test_every_step_says_why_and_what_would_be_missing():
    plan = plan_warm_up({**NO, "session": "intervals", "age": 55, "history": "past_12m", "time_min": 30})
    assert all(step.why and step.without and step.dose for step in (*plan.steps, *plan.cool_down))
    assert plan.steps[0].next_id == "easy_jog_build"
    assert {row.rule_id for row in plan.advice} >= {"WR06", "WR07", "WR19", "WR22", "WR23"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("time_min", -1), ("time_min", "ten"), ("time_min", True), ("time_min", float("nan")), ("time_min", 10**400),
        ("age", 12), ("age", 101), ("temp_c", -41), ("temp_c", 51), ("history", "yes"), ("early", "perhaps"),
        ("surface", "moon"), ("equipment", "wall"), ("equipment", ["hammock"]), ("static_before", "very"),
        ("hold_s", 5), ("hold_s", 91), ("rtr_stage", 2.5), ("rtr_stage", 10), ("condition", "dvt"), ("sessoin", "easy"),
        ("pain", 11), ("pain", -1), ("pain", None), ("gates", ["none"]), ("session", None), ("session", ["easy"]),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_one_sentence(name, value):
    with pytest.raises(WarmUpError) as caught:
        plan_warm_up({**NO, "session": "easy", "age": 30, name: value})
    assert caught.value.field == name
    assert "\n" not in str(caught.value)


def test_a_request_is_a_value(warm_tables):
    request = read_request({**NO, "session": "easy"}, warm_tables)
    assert plan_warm_up(request) == plan_warm_up({**NO, "session": "easy"})
    assert hash(request) == hash(read_request({**NO, "session": "easy"}, warm_tables))
    assert Safety().signals(warm_tables)["urgent"] == "no"


# ---- the command ---------------------------------------------------------------------------------------------------


def run(capsys, *words):
    status = main(["warm-up", *words])
    out = capsys.readouterr()
    return status, out.out, out.err


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_examples_through_the_command(example, tmp_path, capsys):
    path = tmp_path / "request.json"
    path.write_text(json.dumps(request_of(example)), encoding="utf-8")
    status, out, err = run(capsys, str(path), "--json")
    expected = dict(example["expected"])
    if "error" in expected:
        assert (status, err.count("\n")) == (2, 1)
        assert err.startswith(f"calfnb warm-up: {expected['error']}: ")
        return
    assert (status, err) == (0, "")
    actual = found(json.loads(out))
    if "note" not in expected:
        actual.pop("note", None)
    assert actual == ({"stop": "WR03a"} if example["id"] == OVERRULED else expected)
    assert set(json.loads(out)) >= {"decision", "session", "phases", "sequence", "rule_ids"}


def test_an_open_question_through_the_command(tmp_path, capsys):
    path = tmp_path / "request.json"
    path.write_text('{"session": "easy", "red_flag": false, "sudden_sharp": false}', encoding="utf-8")
    status, out, err = run(capsys, str(path), "--json")
    assert status == 2
    assert "pain" in err
    asked = json.loads(out)
    assert asked["decision"] == "ask"
    assert [row["question_id"] for row in asked["questions"]] == ["pain"]


def test_as_text(tmp_path, capsys):
    path = tmp_path / "request.json"
    path.write_text(
        json.dumps({**NO, "session": "intervals", "age": 42, "time_min": 20, "temp_c": 3}), encoding="utf-8"
    )
    status, out, _ = run(capsys, str(path))
    assert status == 0
    for words in ("Warm-up for: Intervals", "Brisk walk", "Strides", "Cool down", "Not a medical device"):
        assert words in out
    path.write_text(json.dumps({"red_flag": True}), encoding="utf-8")
    status, out, _ = run(capsys, str(path))
    assert status == 0
    assert "No session today" in out
    assert "Emergency" in out
    assert "Brisk walk" not in out


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b"7", b"\xff\xfe", b'{"red_flag": false, "red_flag": true}', b'{"pain": NaN}',
        b'{"pain": Infinity}', b"[" * 5000, b'{"red_flag": {"a": 1}}', b'{"red_flag": 1}', b"{" + b" " * 200_000 + b"}",
        b'{"red_flag": false, "sudden_sharp": false, "pain": 0, "session": "easy", "time_min": ' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
def test_hostile_requests_are_refused_in_one_sentence(content, tmp_path, capsys):
    path = tmp_path / "request.json"
    path.write_bytes(content)
    status, _, err = run(capsys, str(path))
    assert status == 2
    assert err.count("\n") == 1


def test_files_that_cannot_be_read(tmp_path, capsys):
    assert run(capsys, str(tmp_path / "nothing.json"))[0] == 2
    assert run(capsys, str(tmp_path))[0] == 2


def test_reading_leaves_values_to_the_planner():
    assert request_from_json(b'\xef\xbb\xbf{"session": "easy", "pain": 0}') == {"session": "easy", "pain": 0}


def test_a_folder_without_these_tables_says_so(tiny_folder, tmp_path, capsys):
    with pytest.raises(WarmUpError, match="none on warm-up"):
        plan_warm_up({**NO, "session": "easy"}, load_prevention(tiny_folder))
    path = tmp_path / "request.json"
    path.write_text(json.dumps({**NO, "session": "easy"}), encoding="utf-8")
    status, _, err = run(capsys, str(path), "--tables", str(tiny_folder))
    assert status == 2
    assert err.count("\n") == 1
