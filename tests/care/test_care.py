"""Care plans over all conditions and levels, and what the care tables may and may not say."""

import re
import shutil
import sys
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from subprocess import run

import pytest

from calfnb.care import (
    CareError,
    anatomy_for,
    find_questions,
    first_hours,
    held_back,
    plan_care,
    professionals_for,
    questions_by_topic,
    recovery_of,
    tools_for,
)
from calfnb.tables import TablesError, check_tables, load_care, load_tables, shipped_folder
from calfnb.tables.checking import read_folder
from calfnb.tables.coverage import coverage_by_topic
from calfnb.tables.records import LEVELS
from calfnb.tables.records_care import PHASES

CONDITIONS = sorted(load_tables().conditions)
URGENT = ("same_day", "emergency_now")
#: Care carries every claim of these topics; the lesson shows it.
TOPICS = (
    "immediate_care", "treatment", "medication", "recovery", "return_to_run", "professional_help", "faq",
    "condition", "symptom", "anatomy",
)  # fmt: skip
MOVES = re.compile(r"\b(stretch|massage|rub|roll|exercise|jog|run|heel raise|hop|swim|cycle|strengthen)", re.IGNORECASE)


@pytest.fixture(scope="module")
def care():
    return load_care()


# ---- plans over all conditions, phases and levels ---------------------------------------------------


@pytest.mark.parametrize("condition_id", CONDITIONS)
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("phase", PHASES)
def test_every_plan_is_safe_and_ends_with_a_date_and_the_way_back(care, condition_id, level, phase):
    start = date(2026, 3, 1)
    plan = plan_care(condition_id, phase, level, start=start)
    assert LEVELS.index(plan.level) >= LEVELS.index(level)
    assert LEVELS.index(plan.level) >= LEVELS.index(care.tables.conditions[condition_id].urgency)
    assert plan.send_back
    assert plan.send_back[0].level == "emergency_now"
    assert plan.review_day == start + timedelta(days=plan.review_after_days)
    assert plan.review_why
    assert plan.who
    assert plan.dont
    if plan.level in URGENT:
        assert plan.held_back
        assert not any(action.exercise for action in plan.actions)
        assert not plan.tools
        assert not plan.recovery
        assert plan.ladder == "never_here"
        assert plan.pain_limit_0_10 is None
        assert plan.review_after_days == 0
        for action in plan.do:
            assert action.while_waiting
            assert not MOVES.search(action.action.replace("Stop running", "").replace("running down", ""))
    else:
        assert not plan.held_back
        assert plan.do or phase != "first_72_hours"
        assert plan.summary
    assert all(action.concerns(condition_id) for action in plan.actions)


@pytest.mark.parametrize("condition_id", CONDITIONS)
def test_a_higher_level_never_shows_more_exercise(condition_id):
    for phase in PHASES:
        before = None
        for level in LEVELS:
            plan = plan_care(condition_id, phase, level)
            count = sum(action.exercise for action in plan.actions) + len(plan.tools)
            assert before is None or count <= before
            before = count


@pytest.mark.parametrize("condition_id", CONDITIONS)
def test_every_condition_has_a_way_out_and_something_not_to_do(care, condition_id):
    own = [action for action in care.actions.values() if condition_id in action.condition_ids]
    kinds = {action.kind for action in own}
    assert {"do", "dont", "escalate"} <= kinds
    assert recovery_of(condition_id)
    assert professionals_for(condition_id)


def test_first_hours_side_by_side():
    strain, cramp, soreness = first_hours(
        ["gastrocnemius_strain", "exercise_associated_muscle_cramp", "doms"], "self_care"
    )
    assert any("stretch" in row.action.lower() for row in strain.dont)
    assert any("stretch the calf gently" in row.action for row in cramp.do)
    assert any("stretching to shorten" in row.action for row in plan_care("doms", "early").dont)
    assert soreness.do


def test_doses_of_the_articles_stand_beside_the_newer_view(care):
    rows = care.actions
    assert "15 to 20 minutes" in rows["strain_ice"].articles_say
    assert "an hour between" in rows["strain_ice"].articles_say
    assert "24 to 48 hours" in rows["strain_rest"].articles_say
    assert "PEACE" in rows["strain_rest"].newer_view
    assert rows["strain_no_stretch"].conflict_ids == ("C06",)
    assert "S2" in rows["strain_no_stretch"].articles_say
    assert "S4" in rows["strain_no_stretch"].articles_say


def test_held_back_gives_a_reason_from_same_day_on():
    assert [bool(held_back(level)) for level in LEVELS] == [False, False, False, True, True]
    with pytest.raises(CareError, match="level must be one of"):
        held_back("urgent")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: plan_care("soleus_strian"), 'did you mean "soleus_strain"'),
        (lambda: plan_care("doms", "rehabilitation"), "phase must be one of"),
        (lambda: plan_care("doms", "early", "same day"), "level must be one of"),
        (lambda: recovery_of("calf"), "no condition"),
        (lambda: tools_for("doms", "now"), "level must be one of"),
        (lambda: anatomy_for("leg"), "no condition"),
    ],
)
def test_unknown_names_get_a_sentence(call, words):
    with pytest.raises(CareError, match=words):
        call()


def test_records_are_frozen():
    plan = plan_care("doms")
    with pytest.raises(AttributeError):
        plan.level = "self_care"
    assert is_dataclass(plan)
    assert {field.name for field in fields(plan)} >= {"send_back", "review_day", "held_back"}


# ---- what the tables may say ------------------------------------------------------------------------


def test_nothing_for_every_condition_could_reach_a_clot(care):
    for row in care.actions.values():
        if not row.condition_ids and row.kind != "dont":
            assert not row.exercise
            assert row.kind in ("do", "escalate")
    clot = plan_care("deep_vein_thrombosis")
    for row in (*clot.do, *clot.treatments):
        assert not row.exercise
        assert "compress" not in row.action.lower()
        assert " ice" not in row.action.lower()


def test_an_acute_compartment_is_never_raised_wrapped_or_cooled(care):
    plan = plan_care("acute_compartment_syndrome")
    assert "heart level" in plan.do[0].action
    assert any("No ice, no compression, no raising above the heart" in row.action for row in plan.dont)
    assert tools_for("acute_compartment_syndrome", "self_care") == ()
    never = {tool.tool_id for tool in care.tools.values() if "acute_compartment_syndrome" in tool.never_with}
    assert {"elevation", "ice", "compression", "massage_hands", "foam_roller", "gentle_stretch"} <= never


@pytest.mark.parametrize(
    "condition_id", ["deep_vein_thrombosis", "acute_compartment_syndrome", "achilles_rupture", "cellulitis_infection"]
)
def test_no_day_is_shown_where_a_doctor_decides(condition_id):
    rows = recovery_of(condition_id)
    assert rows
    assert all(row.display != "days" for row in rows)
    assert all(row.min_days is row.value_days is row.max_days is None for row in rows)


def test_the_worst_tears_and_the_front_of_the_shin_have_no_days():
    grades = {(row.grade, row.display) for row in recovery_of("soleus_strain", grade="3") if row.grade == "3"}
    assert grades == {("3", "doctor_decides")}
    shin = [row for row in recovery_of("tibial_stress_fracture") if "front edge" in row.grade]
    assert [row.display for row in shin] == ["doctor_decides"]


_DOSE = re.compile(r"\b\d+(\.\d+)?\s*(mg|g|micrograms|ml|tablets?|units)\b", re.IGNORECASE)


def test_drugs_are_names_with_ask_first_and_never_doses(care):
    for medicine in care.medicines.values():
        words = " ".join((medicine.articles_say, medicine.newer_view, medicine.ask_first))
        assert not _DOSE.search(words)
        assert "sk a professional" in words or "doctors only" in words or "speak" in words or "spoken" in words
    everything = " ".join(
        " ".join((row.action, row.why, row.how_long, row.caution, row.articles_say, row.newer_view))
        for row in care.actions.values()
    )
    assert not _DOSE.search(everything)
    for row in care.questions.values():
        assert not _DOSE.search(row.answer)


def test_wording_never_diagnoses_or_clears(care):
    texts = [row.answer for row in care.questions.values()] + [row.action for row in care.actions.values()]
    for text in texts:
        assert not re.search(r"\byou have (a|an)\b|\bsafe to run\b", text, re.IGNORECASE)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_claim_of_the_topic_is_carried(topic):
    found = {row.topic: row for row in coverage_by_topic(read_folder(shipped_folder()))}[topic]
    assert found.uncovered == ()


def test_claims_are_carried_by_rows_that_care_shows(care):
    """The topics that care answers for are carried by its own tables, not only by a neighbour."""
    carried = set()
    for table in (care.actions, care.conditions, care.recovery, care.gates, care.professionals, care.tools,
                  care.medicines, care.questions, care.anatomy, care.loads):  # fmt: skip
        carried |= {name for row in table.values() for name in row.claim_ids}
    for rows in (care.stages, care.rules, care.gait):
        carried |= {name for row in rows for name in row.claim_ids}
    wanted = {claim.claim_id for claim in care.tables.claims.values() if claim.topic in TOPICS[:7]}
    assert wanted - carried == set()


# ---- questions --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("How long should I ice?", "an hour between"),
        ("How many minutes of ice", "15 to 20 minutes"),
        ("When can I run again?", "first gate"),
        ("Who treats this?", "physiotherapist"),
        ("ibuprofen or paracetamol?", "ask a pharmacist"),
        ("How long to rest a strained calf", "24 to 48 hours"),
        ("should I massage a fresh tear", "safe side"),
        ("how tight must the bandage be", "never so tight"),
        ("How high do I put my leg?", "higher than the heart"),
        ("when should I see a doctor", "seven to ten days"),
        ("what is DOMS", "one to three days after"),
        ("how long does mild pain last", "up to a week"),
        ("what happens at the first physio appointment", "plan made for you"),
        ("can a trainer diagnose me", "clinicians"),
        ("how do I stop a cramp", "gently and steadily"),
        ("foam roller how", "just above the ankle"),
        ("which muscles make up the calf", "soleus"),
        ("do I need surgery", "compartment syndrome"),
        ("ice or heat", "first two to three days heat"),
        ("what is RICE", "elevation"),
    ],
)
def test_a_plain_question_finds_its_answer_among_the_first(asked, answer):
    assert any(answer.lower() in question.answer.lower() for question in find_questions(asked, count=3))


def test_a_search_survives_anything():
    assert find_questions("") == ()
    assert find_questions("the of and") == ()
    assert find_questions("qqqq zzzz") == ()
    assert len(find_questions("calf " * 10_000)) <= 8


def test_answers_that_invite_exercise_are_held_back(care):
    for level in URGENT:
        rows = [row for rows in questions_by_topic(level).values() for row in rows]
        assert rows
        assert not any(row.exercise for row in rows)
        assert not any(row.exercise for row in find_questions("foam roll stretch run again", level))
    assert sum(map(len, questions_by_topic().values())) == len(care.questions)


# ---- tables ------------------------------------------------------------------------------------------


def test_loading_the_condition_tables_does_not_load_care():
    code = (
        "import sys, calfnb.tables; calfnb.tables.load_tables();"
        "print([name for name in sys.modules if 'care' in name and name.startswith('calfnb')])"
    )
    assert run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_the_shipped_care_tables_are_read_once(care):
    assert load_care() is care
    assert re.fullmatch("[0-9a-f]{8}", care.version)


def test_an_older_folder_without_care_tables_still_loads(tiny_folder):
    empty = load_care(tiny_folder)
    assert not empty.actions
    assert not empty.stages


def _edit(tmp_path, name, before, after):
    folder = tmp_path / "data"
    shutil.copytree(shipped_folder(), folder)
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "before", "after", "words"),
    [
        ("management.csv", "all_stop,,first_72_hours,do,false", "all_stop,,first_72_hours,do,true", "every condition"),
        ("management.csv", "cramp_stretch,exercise_associated_muscle_cramp,", "cramp_stretch,deep_vein_thrombosis,",
         "may not be advised for deep_vein_thrombosis"),
        ("management.csv", ",emergency_department,emergency_now,breathless", ",emergency_department,,breathless",
         "needs a level"),
        ("care_conditions.csv", "deep_vein_thrombosis,emergency", "deep_vein_trombosis,emergency", "there is no"),
        ("recovery.csv", "doctor_decides,,,,", "doctor_decides,,42,,", "no number of days"),
        ("return_stages.csv", "1,Mostly walking,4,1,6,30", "1,Mostly walking,4,2,6,30", "come to 36 minutes"),
        ("return_stages.csv", "3,Two to three", "9,Two to three", "without a gap"),
        ("return_rules.csv", "red_flag=yes", "red_flagg=yes", "red_flagg"),
        ("return_rules.csv", "sharp=yes", "", "the last rule, and only the last"),
        ("care_heel_raise_norms.csv", "man_18,man,18,29,37,20", "man_18,man,18,28,37,20", "gap or an overlap"),
        ("care_heel_raise_norms.csv", "man_18,man,18,29,37,20", "man_18,man,18,29,37,25", "eight tenths"),
        ("care_loads.csv", "8.2,10.1", "10.2,10.1", "low is above high"),
        ("faq.csv", "F195;F196;F398", "F195;F999", "F999"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_care_table_is_reported(tmp_path, name, before, after, words):
    folder = _edit(tmp_path, name, before, after)
    problems = [problem for problem in check_tables(folder) if problem.file == name]
    assert any(words in str(problem) for problem in problems), [str(problem) for problem in problems]
    assert all(problem.remedy for problem in problems)
    with pytest.raises(TablesError):
        load_care(folder)


def test_a_teacher_may_change_the_ladder_in_the_tables(tmp_path):
    folder = _edit(tmp_path, "return_stages.csv", "1,Mostly walking,4,1,6,30", "1,Mostly walking,4,1,5,25")
    changed = load_care(folder)
    assert changed.stages[1].total_min == 25
    assert changed.version != load_care().version
    assert changed.tables.version == load_care().tables.version
