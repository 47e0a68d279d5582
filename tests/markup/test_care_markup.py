"""Care, recovery, return and anatomy as HTML: well formed, escaped, complete, named for screen readers."""

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest

from calfnb.care import first_hours, held_back, plan_care, questions_by_topic, recovery_of, tools_for
from calfnb.care.return_to_run import Session, check_gate, heel_raise_check, plan_ladder, replay
from calfnb.markup.anatomy import STEPS, VIEWS, anatomy_figure, anatomy_viewer, gait_table, load_table, part_card
from calfnb.markup.care import (
    care_plan,
    care_stylesheet,
    conflict_note,
    day_words,
    first_hours_table,
    held_note,
    medicine_list,
    professional_list,
    question_list,
    send_back_list,
    tool_list,
)
from calfnb.markup.recovery import recovery_table, recovery_timeline
from calfnb.markup.return_to_run import (
    decision_card,
    gate_checklist,
    ladder_calendar,
    ladder_list,
    log_table,
    rules_table,
    side_check_note,
)
from calfnb.tables import load_care, load_tables
from calfnb.tables.records_care import PHASES

DAY = date(2026, 3, 1)
CONDITIONS = sorted(load_tables().conditions)


@pytest.fixture(scope="module")
def care():
    return load_care()


def tree(markup):
    """Read markup as XML; the only attribute without a value that it writes is ``open``."""
    return ElementTree.fromstring(f"<root>{markup}</root>".replace(" open>", ' open="">'))


def _everything(care):
    log = [Session(DAY, 2, 1, 0, 0), Session(date(2026, 3, 3), 2, 4, 2, 0, limp=True)]
    decisions = replay(care, log)
    yield care_plan(plan_care("soleus_strain", start=DAY), care)
    yield care_plan(plan_care("soleus_strain", level="emergency_now"), care, open_=True)
    yield first_hours_table(first_hours(["doms", "soleus_strain"]), care)
    yield send_back_list(plan_care("doms").send_back, care)
    yield tool_list(tools_for("doms", "self_care"), care)
    yield medicine_list(care.medicines.values(), care)
    yield professional_list(care.professionals.values(), care)
    yield question_list(questions_by_topic(), care, open_topic="return")
    yield recovery_timeline(recovery_of("soleus_strain"), care)
    yield recovery_table(recovery_of("deep_vein_thrombosis"), care, named=True)
    yield gate_checklist(care, check_gate(care, "start", {"rg01_walk": True, "rg02_touch": False}), interactive=True)
    yield gate_checklist(care, check_gate(care, "speed", {}), bone=True)
    yield side_check_note(heel_raise_check(care, sex="man", age=40, left=20, right=10), care, kind="heel_raises")
    yield ladder_list(care, current=3)
    yield ladder_calendar(plan_ladder(care, DAY), care)
    yield log_table(log, decisions, care)
    yield decision_card(decisions[-1], care)
    yield rules_table(care)
    yield gait_table(care)
    yield load_table(care)
    for view in VIEWS:
        for step in STEPS:
            yield anatomy_viewer(care, view=view, step=step, selected="soleus", highlight=("plantaris",))


def test_all_of_it_is_well_formed_and_free_of_inline_code(care):
    for markup in _everything(care):
        root = tree(markup)
        for element in root.iter():
            assert not any(name.startswith("on") for name in element.attrib)
            assert element.tag != "script"
            if element.tag == "button":
                assert "".join(element.itertext()).strip()
                assert element.attrib["data-action"]
            if element.attrib.get("role") in ("button", "img", "group"):
                assert element.attrib.get("aria-label"), ElementTree.tostring(element)[:200]


def test_text_from_the_tables_is_escaped(care):
    evil = "<img src=x onerror=alert(1)>"
    questions = {"rice": replace(care.questions["rice"], question=evil, answer=evil)}
    page = question_list({"first_care": tuple(questions.values())}, care)
    assert "<img" not in page
    part = replace(care.anatomy["soleus"], name=evil, hurts=evil)
    other = replace(care, anatomy={**care.anatomy, "soleus": part})
    assert "<img" not in anatomy_figure(other, step="deep_muscle") + part_card(part, other)


@pytest.mark.parametrize("condition_id", CONDITIONS)
def test_held_back_stands_on_the_page_with_its_reason(care, condition_id):
    page = care_plan(plan_care(condition_id, level="same_day"), care)
    assert 'class="cn-held' in page
    assert "held back" in page
    assert held_note("", care.tables) == ""
    assert str(tool_list((), care, held=held_back("same_day"))).count("held back") == 1


def test_every_part_of_the_table_is_drawn_and_the_other_way_round(care):
    drawn = {view: set() for view in VIEWS}
    for view in VIEWS:
        for step in STEPS:
            root = tree(anatomy_figure(care, view=view, step=step))
            drawn[view] |= {element.attrib["data-part"] for element in root.iter() if "data-part" in element.attrib}
    for part in care.anatomy.values():
        assert {view for view in VIEWS if part.part_id in drawn[view]} == set(part.views), part.part_id
    assert set().union(*drawn.values()) == set(care.anatomy)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("step", STEPS)
def test_labels_do_not_lie_on_each_other(care, view, step):
    root = tree(anatomy_figure(care, view=view, step=step))
    boxes = [
        tuple(float(rect.attrib[name]) for name in ("x", "y", "width", "height")) for rect in root.iter("{http://www.w3.org/2000/svg}rect")
    ]  # fmt: skip
    for number, (x, y, width, height) in enumerate(boxes):
        for left, top, wide, tall in boxes[number + 1 :]:
            apart = x + width <= left or left + wide <= x or y + height - 3 <= top or top + tall - 3 <= y
            assert apart, (view, step)


def test_wrong_views_and_steps_are_refused(care):
    with pytest.raises(ValueError, match="no view"):
        anatomy_figure(care, view="front")
    with pytest.raises(ValueError, match="no step"):
        anatomy_viewer(care, step="fat")


def test_the_timeline_draws_recovery_only_and_its_table_has_every_row(care):
    for condition_id in CONDITIONS:
        rows = recovery_of(condition_id)
        root = tree(recovery_timeline(rows, care))
        drawn = {element.attrib["data-recovery"] for element in root.iter("{http://www.w3.org/2000/svg}g")
                 if "data-recovery" in element.attrib} | {element.attrib["data-recovery"] for element in root.iter("g")
                 if "data-recovery" in element.attrib}  # fmt: skip
        listed = {element.attrib["data-recovery"] for element in root.iter("tr") if "data-recovery" in element.attrib}
        assert listed == {row.recovery_id for row in rows}
        for name in drawn:
            assert care.recovery[name].milestone_type == "recovery"
            assert care.recovery[name].display == "days"


def test_disagreements_show_both_sides_and_the_line_of_the_kit(care):
    note = conflict_note("C06", care.tables)
    assert "S2" in note
    assert "S4" in note
    assert care.tables.conflicts["C06"].kit_line.split(".")[0] in note
    assert conflict_note("C999", care.tables) == ""


def test_every_claim_of_care_stands_on_a_page(care):
    shown = "".join(_everything(care))
    shown += "".join(care_plan(plan_care(name, phase), care) for name in CONDITIONS for phase in PHASES)
    shown += "".join(recovery_table(recovery_of(name), care) for name in CONDITIONS)
    shown += "".join(part_card(part, care) for part in care.anatomy.values())
    shown += tool_list(tuple(care.tools.values()), care)
    topics = {"immediate_care", "treatment", "medication", "recovery", "return_to_run", "professional_help", "faq"}
    for claim in care.tables.claims.values():
        if claim.topic in topics:
            assert f"{claim.claim_id} (" in shown


def test_two_clicks_lead_to_every_answer(care):
    root = tree(question_list(questions_by_topic(), care))
    topics = [element for element in root.iter("details") if "data-topic" in element.attrib]
    inside = [q.attrib["data-question"] for topic in topics for q in topic.findall("details")]
    assert sorted(inside) == sorted(care.questions)
    assert len(topics) <= 12


def test_days_are_written_out(care):
    assert day_words(DAY, care.tables) == "Sun 1 March 2026"


def test_the_style_sheet_is_scoped_and_loads_nothing():
    style = care_stylesheet()
    assert "url(" not in style
    assert "@import" not in style
    assert ".cn-care" in style


def test_every_sentence_of_care_can_be_found(care):
    """Keys built from values of the tables exist for every value."""
    text = care.tables.text
    for rule in care.rules:
        text(f"care.decision.{rule.decision}")
    for question in care.questions.values():
        text(f"care.topic.{question.topic}")
        text(f"care.see.{question.see}")
    for stage in care.stages:
        if stage.entry_gate:
            text(f"care.gate.before.{stage.entry_gate}")
    for gate in care.gates.values():
        text(f"care.gate.title.{gate.gate}")
    for row in care.recovery.values():
        if row.statistic_type:
            text(f"care.recovery.statistic.{row.statistic_type}")
