"""The warm-up plan and the stretching debate without a browser: messages in, traits out."""

import base64
import json
import re
import zlib
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from acting import act, everything_in, put, tab, tool
from hypothesis import given, settings
from hypothesis import strategies as st

from calfnb.case import Case, encode_case
from calfnb.dashboards.lesson_warm_up import WarmUpPage
from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.dashboards.paneled.safety import SafetyState, safety_part
from calfnb.dashboards.warmup_page.brief import promises_in_brief, side_in_brief, warm_up_in_brief
from calfnb.dashboards.warmup_page.debate import DebateState, check_debate, debate_part
from calfnb.dashboards.warmup_page.plan import (
    EQUIPMENT,
    GROUPS,
    PlanState,
    check_plan,
    examples,
    massage_in_question,
    picked,
    plan_part,
)
from calfnb.dashboards.warmup_page.state import PANELS
from calfnb.reasoning.model import default_model
from calfnb.tables import load_prevention
from calfnb.warmup.drills import Availability

TODAY = date(2026, 3, 4)
LIBRARY = PanelLibrary(default_model(), load_prevention())
TABLES = LIBRARY.prevention
CLEAR = {"red_flag": "no", "sudden_sharp": "no", "pain": "0"}
ROWS = {row.question_id: row for row in TABLES.questions.values() if row.group in GROUPS}
THINGS = TABLES.questions[EQUIPMENT].options
NUMBERS = ("0", "3", "8", "12,5", "15", "30", "45", "70", "-50", "1e9", "soon", "")
SIDES = {row.side_id: row.debate_id for row in TABLES.debates}


def safety(**answers):
    return safety_part(SafetyState({**CLEAR, **answers}), None, LIBRARY)


def planned(name="", *, equipment=("wall",), safety_=None, **answers):
    state = picked(PlanState(equipment=equipment), name, TABLES) if name else PlanState(equipment=equipment)
    return plan_part(replace(state, answers={**state.answers, **answers}), safety_ or safety(), LIBRARY)


def plan_states():
    def choice(row):
        return st.sampled_from(NUMBERS) if row.kind == "number" else st.sampled_from(["", *row.options])

    filled = st.fixed_dictionaries({name: choice(row) for name, row in ROWS.items() if row.kind != "list"})
    return st.builds(
        lambda chosen, things: PlanState({name: value for name, value in chosen.items() if value}, tuple(things)),
        filled,
        st.lists(st.sampled_from(THINGS), unique=True),
    )


def safety_states():
    """Mostly answers that let a plan pass, with at most one of them changed or taken away."""
    other = st.sampled_from([
        ("red_flag", "yes"), ("sudden_sharp", "yes"), ("pain", "2"), ("pain", "6"), ("pain", "x"),
        *((name, "") for name in CLEAR), *(("condition", name) for name in TABLES.care.conditions),
    ])  # fmt: skip
    changed = st.one_of(st.just({}), st.builds(lambda pair: dict([pair]), other))
    whole = changed.map(lambda one: {name: value for name, value in {**CLEAR, **one}.items() if value})
    return st.builds(SafetyState, whole, st.sampled_from([(), (), (), tuple(TABLES.signs)[:1]]))


@pytest.fixture
def fresh(model):
    return WarmUpPage(model, today=TODAY)


@pytest.fixture
def page(fresh):
    for name, value in CLEAR.items():
        put(fresh.views["start"].form, name, value)
    tab(fresh, "plan")
    return fresh


def markup_of(page, name):
    """All markup of a panel and the pages that can be taken from it."""
    widgets = everything_in(page.views[name].widget)
    parts = [one.html for one in widgets if hasattr(one, "html")]
    parts += [each["html"] for one in widgets for each in getattr(one, "documents", [])]
    return " ".join(parts)


def words(html):
    return unescape(re.sub(r"<[^>]+>", " ", html))


# ---- the gate ------------------------------------------------------------------------------------------------------


def test_no_state_of_the_page_shows_a_plan_while_the_gate_is_not_passed(fresh):
    page, seen = fresh, {"passed": 0, "held": 0}

    @settings(max_examples=200, deadline=None)
    @given(safety_states(), plan_states(), st.sampled_from(["plan", "debate"]))
    def holds(answers, form, name):
        page.store.put(replace(page.store.state, safety=answers, plan=form, panel=name))
        result = page.store.result
        assert page.store.problem == ""
        shown = markup_of(page, name)
        if not result.safety.passed:
            seen["held"] += 1
            assert result.plan.plan is None
            assert all(dispute.after is None for dispute in result.debate.disputes)
            assert "data-exercise" not in shown
            assert "<table" not in shown
            assert "cn-runcard" not in shown
            assert "cn-gatenote" in shown or 'data-id="start"' in shown
        else:
            seen["passed"] += 1
        if result.plan.problems or not form.answers.get("session"):
            assert result.plan.plan is None

    holds()
    assert min(seen.values()) > 20, seen


def test_an_urgent_patient_of_the_causes_page_holds_every_plan_back(model):
    answers = {"calf_swelling": "yes", "breathless_or_chest_pain": "yes"}
    page = WarmUpPage(model, code=encode_case(Case.create(LIBRARY.tables, answers), LIBRARY.tables), today=TODAY)
    for name, value in CLEAR.items():
        put(page.views["start"].form, name, value)
    act(page.views["plan"].head, "pick", id="race")
    assert page.store.result.level == "emergency_now"
    assert page.store.result.plan.plan is None
    assert "cn-gatenote" in page.views["start"].outcome.html


@settings(max_examples=200, deadline=None)
@given(plan_states())
def test_a_plan_keeps_to_the_time_and_to_what_is_open(form):
    part = plan_part(form, safety(), LIBRARY)
    plan = part.plan
    if plan is None:
        stops = "yes" in (form.answers.get("unexplained_swelling"), form.answers.get("surface_vein"))
        assert part.problems or stops or not form.answers.get("session")
        return
    assert plan.request.time_min == pytest.approx(float(form.answers.get("time_min", "30").replace(",", ".")))
    assert plan.total_min <= plan.request.time_min
    assert plan.request.time_min - plan.total_min <= 0.5 or plan.time_note
    available = Availability(TABLES, plan.request.safety.signals(TABLES), plan.request.equipment)
    assert all(available.allows(step.exercise_id) for step in (*plan.steps, *plan.cool_down))
    assert all(step.why and step.without for step in (*plan.steps, *plan.cool_down))


# ---- the form ------------------------------------------------------------------------------------------------------


def test_defaults_are_taken_and_marked(page):
    view = page.views["plan"]
    assert "One choice makes the plan" in view.made.html
    put(view.forms["session"], "session", "intervals")
    form = view.forms["session"].widget
    assert form.notes["temp_c"] == "assumed: 15"
    assert form.notes["early"] == "assumed"
    assert (form.values["temp_c"], form.values["early"]) == ("", "no")
    put(view.forms["session"], "temp_c", "2", 2)
    assert "temp_c" not in form.notes
    assert "Below 10 degrees" in view.made.html
    assert page.store.result.plan.request.temp_c == 2


def test_without_a_session_nothing_is_planned():
    assert planned().plan is None
    assert planned(temp_c="3", age="40").request is None


def test_an_answer_that_cannot_be_stays_with_a_sentence_and_no_plan(page):
    view = page.views["plan"]
    act(view.head, "pick", id="race")
    for seq, (name, value, said) in enumerate(
        [("temp_c", "99", "-40 to 50"), ("temp_c", "warm", "warm"), ("age", "7", "13 to 100")], 1
    ):
        put(view.forms["session"], name, value, seq)
        assert said in view.forms["session"].widget.problems[name]
        assert view.forms["session"].widget.values[name] == value
        assert page.store.result.plan.plan is None
        assert said in words(view.made.html)
        assert view.documents.documents == []
        put(view.forms["session"], name, "", 10 + seq)
    assert page.store.result.plan.plan is not None


@pytest.mark.parametrize("name", [row.example_id for row in examples(TABLES)])
def test_one_tap_fills_the_form_and_leaves_the_runner_alone(page, name):
    view = page.views["plan"]
    put(view.forms["session"], "age", "61")
    put(view.forms["session"], "heat_warning", "yes", 2)
    act(view.head, "pick", id=name)
    answers = page.store.state.plan.answers
    given = TABLES.examples[name].given
    assert answers == {"age": "61", **given}
    assert page.store.result.plan.plan.requested == given["session"]
    assert re.search(rf'aria-pressed="true"[^>]*data-id="{name}"', view.head.html)
    assert not page.store.state.plan.unfolded
    tool(page, "undo")
    assert page.store.state.plan.answers["heat_warning"] == "yes"


def test_what_comes_before_a_massage_is_asked_when_it_is_in_question(page):
    assert [name for name in THINGS if massage_in_question([name], TABLES)] == ["roller", "ball"]
    view = page.views["plan"]
    asked = [field["id"] for field in view.forms["wishes"].widget.fields]
    assert "blood_thinner" not in asked
    assert "numb_feet" in asked
    put(view.forms["session"], "session", "easy")
    put(view.forms["session"], "equipment", ["wall", "mat", "roller"], 2)
    fields = {field["id"]: field for field in view.forms["wishes"].widget.fields}
    before = ("blood_thinner", "surface_vein", "broken_skin", "unexplained_swelling")
    for name in before:
        assert fields[name]["options"][-1] == {"id": "", "label": "Not answered", "open": True}
        assert view.forms["wishes"].widget.values[name] == ""
    rolled = [step.exercise_id for step in page.store.result.plan.plan.cool_down]
    assert "foam_roll_calf" not in rolled
    for seq, name in enumerate(before, 1):
        put(view.forms["wishes"], name, "no", seq)
    assert "foam_roll_calf" in [step.exercise_id for step in page.store.result.plan.plan.cool_down]


@pytest.mark.parametrize("name", ["unexplained_swelling", "surface_vein"])
def test_a_swollen_calf_or_a_sore_vein_stops_every_panel(page, name):
    view = page.views["plan"]
    put(view.forms["session"], "session", "intervals")
    put(view.forms["session"], "equipment", ["wall", "mat", "roller"], 2)
    put(view.forms["wishes"], name, "yes")
    assert page.store.result.plan.plan is None
    assert "seen the same day" in words(view.made.html)
    assert "seen the same day" in view.made.announcement
    # What was said can be changed here, also when nothing for a massage is at hand any more.
    put(view.forms["session"], "equipment", ["wall"], 3)
    assert name in [field["id"] for field in view.forms["wishes"].widget.fields]
    assert page.store.result.plan.plan is None
    for panel in PANELS:
        if panel == "plan":
            continue
        tab(page, panel)
        shown = markup_of(page, panel)
        assert "seen the same day" in words(shown), panel
        assert 'data-id="plan"' in shown, panel
    assert page.store.result.player.program["steps"] == []
    tab(page, "plan")
    put(view.forms["wishes"], name, "no", 2)
    assert page.store.result.plan.plan is not None
    assert page.store.result.safety.passed


def test_without_a_session_one_tap_leads_to_a_plan(page):
    view = page.views["plan"]
    assert view.made.html.count('data-action="session"') == len(TABLES.sessions)
    act(view.made, "session", id="hills")
    assert page.store.result.plan.plan.session == "hills"
    assert not page.store.state.plan.unfolded


def test_numb_feet_are_never_assumed_away(page):
    view = page.views["plan"]
    act(view.head, "pick", id="coming_back")
    assert page.store.result.plan.plan.request.safety.numb_feet is None
    assert "numb_feet" not in view.forms["wishes"].widget.notes
    assert "Not answered" in view.made.html
    put(view.forms["wishes"], "numb_feet", "yes")
    assert "Not answered" not in view.made.html
    blocked = {name for name, row in TABLES.exercises.items() if "foot_feeling" in row.block_ids}
    plan = page.store.result.plan.plan
    assert not blocked & {step.exercise_id for step in (*plan.steps, *plan.cool_down)}


# ---- the plan ------------------------------------------------------------------------------------------------------


def test_every_drill_unfolds_its_reason_and_what_would_change(page):
    view = page.views["plan"]
    act(view.head, "pick", id="office_intervals")
    plan = page.store.result.plan.plan
    steps = (*plan.steps, *plan.cool_down)
    assert view.made.html.count('class="cn-plan__row"') == len(steps)
    said = words(view.made.html)
    for step in steps:
        assert step.why in said
        assert step.without in said
    keys = re.findall(r'data-key="([^"]+)"', view.made.html)
    assert len(set(keys)) == len(keys)


def test_a_session_that_was_changed_says_why():
    part = planned("office_intervals", time_min="8")
    assert (part.plan.requested, part.plan.session) == ("intervals", "easy")


def test_the_page_says_why_on_top(page):
    view = page.views["plan"]
    act(view.head, "pick", id="office_intervals")
    put(view.forms["session"], "time_min", "8")
    head = view.made.html.partition("cn-plan__strip")[0]
    assert "Asked for: Intervals. Prepared: Easy run." in head
    assert "Too little time" in head


def test_the_button_leads_to_the_player_which_plays_this_plan(page):
    view = page.views["plan"]
    act(view.head, "pick", id="race")
    act(view.made, "panel", id="player")
    assert page.store.state.panel == "player"
    assert page.store.result.plan.plan.session == "race_short"


def test_the_card_is_a_page_of_its_own(page):
    view = page.views["plan"]
    act(view.head, "pick", id="cold_easy")
    (card,) = view.documents.documents
    plan = page.store.result.plan.plan
    assert card["html"].startswith("<!doctype html>")
    assert all(step.name in unescape(card["html"]) for step in plan.steps)
    assert "default-src 'none'" in unescape(card["html"])
    assert "<script" not in card["html"]
    assert not re.search(r'(?:src|href)="(?!#)', card["html"])
    assert card["files"][0]["name"] == "warm-up-easy.html"


def test_the_form_of_a_phone_folds_when_asked_and_not_by_itself(page):
    view = page.views["plan"]
    put(view.forms["session"], "session", "tempo")
    assert "cnp-plan--folded" not in view.columns._dom_classes
    assert "minutes" in view.see.html
    act(view.see, "form", id="close")
    assert "cnp-plan--folded" in view.columns._dom_classes
    act(view.made, "form", id="open")
    assert "cnp-plan--folded" not in view.columns._dom_classes


# ---- the debate ----------------------------------------------------------------------------------------------------


def test_the_evidence_stands_without_a_plan_and_changes_only_with_one(fresh):
    tab(fresh, "debate")
    view = fresh.views["debate"]
    assert "cn-side__evidence" in view.body.html
    assert "cn-side__plan" not in view.body.html
    for name, value in CLEAR.items():
        put(fresh.views["start"].form, name, value)
    tab(fresh, "debate")
    assert "cn-side__plan" in view.body.html
    assert "<table" not in view.body.html
    assert 'data-id="plan"' in view.head.html


@pytest.mark.parametrize("side_id", SIDES)
def test_each_side_shows_its_evidence_holders_and_difference(page, side_id):
    act(page.views["plan"].head, "pick", id="office_intervals")
    tab(page, "debate")
    view, row = page.views["debate"], next(row for row in TABLES.debates if row.side_id == side_id)
    act(view.body, "side", id=side_id)
    said = words(view.body.html)
    assert row.says in said
    assert row.evidence in said
    dispute = next(one for one in page.store.result.debate.disputes if one.shown == row)
    assert getattr(dispute.after.request, row.key) == (int(row.value) if row.key == "hold_s" else row.value)
    block = re.search(rf'data-debate="{row.debate_id}".*?</section>', view.body.html, re.DOTALL).group()
    if dispute.taken == row:
        assert "The plan takes this side now." in block
        return
    assert "With this side" in block
    act(view.body, "take", id=side_id)
    plan = page.store.result.plan.plan
    assert (plan.steps, plan.cool_down) == (dispute.after.steps, dispute.after.cool_down)
    tool(page, "undo")
    assert page.store.result.plan.plan != plan


def test_a_hold_that_no_article_names_is_no_side():
    part = debate_part(DebateState(), planned("race", hold_s="45"), LIBRARY)
    hold = next(one for one in part.disputes if one.shown.key == "hold_s")
    assert hold.taken is None


# ---- the address ---------------------------------------------------------------------------------------------------


def test_the_address_brings_plan_and_sides_back(page, model):
    act(page.views["plan"].head, "pick", id="office_intervals")
    put(page.views["plan"].forms["session"], "equipment", ["wall", "mat"])
    tab(page, "debate")
    act(page.views["debate"].body, "side", id="long")
    other = WarmUpPage(model, code=page.frame.address.code, today=TODAY)
    assert other.store.state == replace(page.store.state, plan=replace(page.store.state.plan, unfolded=False))
    assert other.store.result.plan.plan == page.store.result.plan.plan


@pytest.mark.parametrize("content", [
    {"plan": {"answers": {"session": "ghost"}}}, {"plan": {"answers": {"ghost": "1"}}},
    {"plan": {"answers": {"red_flag": "no"}}}, {"plan": {"equipment": ["ghost"]}},
    {"plan": {"answers": {"equipment": "wall"}}}, {"debate": {"sides": {"before": "hold_15"}}},
    {"debate": {"sides": {"ghost": "short"}}}, {"plan": {"unfolded": True}},
])  # fmt: skip
def test_a_forged_address_gives_a_sentence_and_a_fresh_page(page, model, content):
    code = page.frame.address.code
    first, _, _second = code.partition("~")
    packed = zlib.compress(json.dumps(content).encode())
    body = bytes([1]) + bytes.fromhex(TABLES.version)[:2] + packed
    body += zlib.crc32(body).to_bytes(4, "big")
    forged = f"{first}~{base64.urlsafe_b64encode(body).decode().rstrip('=')}"
    other = WarmUpPage(model, code=forged, today=TODAY)
    assert other.store.notice
    assert other.store.state.plan == PlanState()
    assert other.store.state.debate == DebateState()


def test_states_that_name_what_there_is_not_are_refused():
    with pytest.raises(ValueError, match="no question"):
        check_plan(PlanState({"ghost": "1"}), LIBRARY)
    with pytest.raises(ValueError, match="no choice"):
        check_plan(PlanState({"surface": "moon"}), LIBRARY)
    with pytest.raises(ValueError, match="equipment"):
        check_plan(PlanState(equipment=("ghost",)), LIBRARY)
    with pytest.raises(ValueError, match="side"):
        check_debate(DebateState({"before": "ghost"}), LIBRARY)
    assert "plan" in PANELS


@pytest.mark.parametrize(("panel", "action", "id_"), [
    ("head", "pick", "ghost"), ("head", "ghost", "x"), ("made", "panel", "ghost"),
])  # fmt: skip
def test_a_message_that_cannot_be_changes_nothing(page, panel, action, id_):
    before = page.store.state
    act(getattr(page.views["plan"], panel), action, id=id_)
    assert page.store.problem
    assert page.store.state == before


# ---- in brief ------------------------------------------------------------------------------------------------------


def test_plans_in_brief():
    assert warm_up_in_brief("intervals", time_min=30).startswith("Warm-up for: Intervals, 21 minutes")
    assert "Still open" in warm_up_in_brief("easy", red_flag=None)
    assert "WR01" in warm_up_in_brief("easy", red_flag=True)
    assert len(side_in_brief("easy", "hold").splitlines()) == 3
    assert promises_in_brief().count(": 0") == 2
