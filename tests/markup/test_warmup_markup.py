"""Warm-up and prevention as HTML: nothing from data becomes markup, every picture has its table, drawings are plain."""

import re
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import cache
from html import unescape
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from calfnb.markup import guides as guides_markup
from calfnb.markup import prevention as prevention_markup
from calfnb.markup import warmup as markup
from calfnb.markup import warmup_debates as debate_markup
from calfnb.markup import warmup_plan as plan_markup
from calfnb.markup.assets import static_text
from calfnb.markup.drills import drill_card, drill_figure, drill_list
from calfnb.markup.html import Html
from calfnb.markup.player import plan_entries
from calfnb.markup.routine import routine_list
from calfnb.prevention.factors import check_factors
from calfnb.prevention.programme import WeekRequest, plan_week
from calfnb.tables import load_prevention
from calfnb.warmup.debates import debates, what_each_rule_changes
from calfnb.warmup.drills import drill_library
from calfnb.warmup.planner import plan_warm_up
from calfnb.warmup.request import Safety
from calfnb.warmup.routine import routine_of_the_day
from calfnb.warmup.self_check import self_check

NO = {"red_flag": False, "sudden_sharp": False, "pain": 0}
REQUEST = {
    **NO,
    "session": "intervals",
    "time_min": 30,
    "age": 58,
    "history": "past_12m",
    "temp_c": 3,
    "equipment": ["wall"],
}
HOSTILE = """<script>alert(1)</script>"'><img src=x onerror=alert(2)>{0}%s"""
#: Words that other cells refer to, or that decide: they stay.
KEPT = re.compile(
    r"_id|_ids|_status|_outcome|_to|_list|day$|^(kind|type|place|load|grade|basis|modifiable|strength|state|figure|slot|sides"
    r"|category|topic|direction|key|value|when|asked_if|not_if|level|group|safety|claim|seed|held_by|options|labels|default"
    r"|unit|version|address)"
)


@pytest.fixture(scope="module")
def tables():
    return load_prevention()


def spoilt(row):
    """Return a record in which every sentence is hostile."""
    if not is_dataclass(row):
        return row
    words = {
        field.name: HOSTILE
        for field in fields(row)
        if isinstance(getattr(row, field.name), str) and getattr(row, field.name) and not KEPT.search(field.name)
    }
    return replace(row, **words)


@cache
def hostile_tables():
    tables = load_prevention()
    changed = {}
    for name in (
        "exercises",
        "blocks",
        "sessions",
        "signs",
        "self_checks",
        "examples",
        "factors",
        "actions",
        "guides",
        "profiles",
    ):
        changed[name] = {key: spoilt(row) for key, row in getattr(tables, name).items()}
    for name in ("rules", "slots", "debates", "week_rules"):
        changed[name] = tuple(spoilt(row) for row in getattr(tables, name))
    sources = {
        key: replace(row, title=HOSTILE, authors=HOSTILE, publisher=HOSTILE)
        for key, row in tables.tables.sources.items()
    }
    return replace(tables, tables=replace(tables.tables, sources=sources), **changed)


def every_part(tables):
    plan = plan_warm_up(REQUEST, tables)
    stop = plan_warm_up({"signs": ["four_steps"]}, tables)
    answered = {"weak_calf": 12, "worn_shoes": 900, "heel_strike": "yes", "long_travel": "yes", "dehydration": "yes"}
    report = check_factors(answered, tables)
    asked = WeekRequest(NO, ("new", "desk_bound"), report.factor_ids, stage="later", equipment=("mat",))
    week = plan_week(asked, tables)
    measured = {"knee_to_wall": {"left": 11, "right": 8}, "hip_control": {"left": True, "right": False}}
    checks = self_check(measured, NO, tables=tables)
    sides = [side for view in debates({**REQUEST, "static_before": "long"}, tables) for side in view.sides]
    return {
        "head": plan_markup.plan_head(plan, tables),
        "sessions": plan_markup.session_choices(tables),
        "timeline": plan_markup.steps_timeline(plan.steps, tables, title="Minute by minute"),
        "after": plan_markup.steps_timeline(plan.cool_down, tables, title="Afterwards"),
        "table": markup.plan_table(plan.cool_down, tables, caption="Cool-down"),
        "notes": markup.plan_notes(plan, tables),
        "effects": markup.rule_effects(what_each_rule_changes(plan, tables), tables),
        "card": markup.runner_card(plan, tables),
        "stop": markup.gate_note(stop.gate, tables),
        "stop_card": markup.runner_card(stop, tables),
        "drills": drill_list(drill_library(tables, safety=Safety(red_flag=False)), tables),
        "no_drills": drill_list((), tables),
        "debates": Html("".join(debate_markup.side_evidence(row, tables) for row in tables.debates)),
        "articles": debate_markup.article_sides(tables.debates, tables),
        "compared": Html("".join(debate_markup.plan_comparison(plan, side.plan, tables) for side in sides)),
        "routine": routine_list(routine_of_the_day(date(2025, 3, 1), NO, minutes=20, tables=tables), {}, tables),
        "checks": markup.self_check_list(checks, tables),
        "factors": prevention_markup.factor_report(report, tables),
        "guides": guides_markup.guide_list(tables.guides.values(), tables),
        "actions": Html("".join(prevention_markup.action_card(row, (), tables) for row in tables.actions.values())),
        "week": prevention_markup.week_grid(week, tables),
        "advice": markup.advice_list(plan, tables),
    }  # fmt: skip


class Structure(HTMLParser):
    def __init__(self):
        super().__init__()
        self.elements, self.words, self.open = [], [], []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in ("br", "hr", "img", "input", "meta", "path", "circle", "rect"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag in self.open:
            self.open.reverse()
            self.open.remove(tag)
            self.open.reverse()

    def handle_data(self, data):
        self.words.append(data)


def structure(html):
    parser = Structure()
    parser.feed(html)
    parser.close()
    return parser


PARTS = (
    "timeline", "table", "notes", "effects", "card", "stop", "stop_card", "drills", "no_drills", "debates",
    "routine", "checks", "factors", "guides", "actions", "week", "advice",
)  # fmt: skip


def test_no_word_of_the_tables_becomes_markup():
    for name, html in every_part(hostile_tables()).items():
        found = structure(html)
        assert not {tag for tag, _ in found.elements} & {"script", "img", "iframe", "object"}, name
        assert not [keys for _, keys in found.elements if any(key.startswith("on") for key in keys)], name


@pytest.mark.parametrize("name", PARTS)
def test_parts_are_well_formed_and_promise_nothing(tables, name):
    html = every_part(tables)[name]
    assert isinstance(html, str)
    assert html
    found = structure(html)
    assert not found.open, found.open
    words = " ".join(found.words)
    assert not re.search(r"you have\b|safe to run|\{\w+\}", words, re.IGNORECASE)
    assert ">None<" not in html
    for tag, keys in found.elements:
        if tag == "th":
            assert keys["scope"] in ("row", "col")
        if tag == "svg":
            assert keys["aria-hidden"] == "true"
    if "table" in {tag for tag, _ in found.elements}:
        assert "caption" in {tag for tag, _ in found.elements}


def test_the_timeline_has_a_row_and_a_reason_for_each_drill_as_the_table_has(tables):
    plan = plan_warm_up(REQUEST, tables)
    timeline = plan_markup.steps_timeline(plan.steps, tables, title="Minute by minute")
    table = markup.plan_table(plan.steps, tables, caption="Minute by minute")
    assert timeline.count('<details class="cn-plan__row"') == len(plan.steps)
    assert table.count("<tr") == len(plan.steps) + 1
    for step in plan.steps:
        for html in (timeline, table):
            assert unescape(step.why) in unescape(html)
    stopped = plan_warm_up({"red_flag": True}, tables)
    assert plan_markup.steps_timeline(stopped.steps, tables, title="Minute by minute") == ""


def test_what_the_cool_down_leaves_out_is_said_with_its_reason(tables):
    plan = plan_warm_up({**REQUEST, "equipment": ["wall", "mat", "roller"]}, tables)
    (left,) = (row for row in plan.cool_left_out if row.exercise_id == "foam_roll_calf")
    said = unescape(markup.plan_notes(plan, tables))
    assert tables.text("warmup.left_out.cool_down", name=left.name, reason=left.reason) in said
    named = {row.exercise_id for row in plan.cool_left_out}
    assert not named & {step.exercise_id for step in plan.cool_down}


def test_the_player_says_of_one_side_only_what_belongs_to_it(tables):
    entries = plan_entries(plan_warm_up(REQUEST, tables).steps, tables)
    assert any(entry["side"] for entry in entries)
    assert not [entry["dose"] for entry in entries if "other side" in entry["dose"]]


def test_nothing_of_an_exercise_is_shown_while_the_plan_is_stopped(tables):
    stop = plan_warm_up({"signs": ["four_steps"]}, tables)
    shown = markup.runner_card(stop, tables)
    assert "cn-runcard" not in shown
    assert "Emergency" in shown
    assert "Same day" in shown
    assert tables.text("markup.emergency.signs") in shown
    urgent = drill_library(tables, safety=Safety(red_flag=True))
    cards = drill_list(urgent, tables)
    assert "cn-drill__steps" not in cards
    assert cards.count("cn-drill--blocked") == len(tables.exercises)
    assert markup.gate_note(plan_warm_up(REQUEST, tables).gate, tables) == ""


def test_the_document_loads_nothing(tables):
    page = markup.runner_card_document(plan_warm_up(REQUEST, tables), tables)
    assert page.startswith("<!doctype html>")
    assert "default-src 'none'" in page.replace("&#x27;", "'")
    assert not re.search(r"(src|href)=\"(?!https?://)", page)
    assert "Not a medical device" in page
    assert "@page" in page


def test_the_week_has_a_page_of_its_own(tables):
    week = plan_week(WeekRequest(NO, ("older",), ("weak_calf",)), tables)
    page = prevention_markup.week_document(week, tables)
    assert page.count("<html") == 1
    for action in week.actions:
        assert f'data-action-id="{action.action_id}"' in page
    assert "Not a medical device" in page


def test_every_claim_is_shown_with_its_article(tables):
    parts = every_part(tables)
    shown = " ".join(parts.values()) + prevention_markup.factor_report(check_factors(every_answer(tables)), tables)
    rows = (*tables.factors.values(), *tables.actions.values(), *tables.guides.values(), *tables.debates)
    for claim_id in {name for row in rows for name in row.claim_ids}:
        seeds = ", ".join(tables.tables.claims[claim_id].seeds)
        assert f"{claim_id} ({seeds})" in shown, claim_id


def every_answer(tables):
    """Answer every question so that its factor counts, or is explained."""
    answers = {}
    for row in tables.factors.values():
        if row.kind != "number":
            answers[row.factor_id] = (row.counts_options or row.options)[0]
        elif row.counts_below is not None:
            answers[row.factor_id] = row.minimum
        else:
            answers[row.factor_id] = row.maximum
    return answers


def test_a_published_size_is_always_shown_with_what_it_is_about(tables):
    note = tables.text("prevention.effect.about", outcome="").split("About ")[1].split(";")[1]
    for row in (*tables.factors.values(), *tables.actions.values()):
        shown = prevention_markup.effect_note(row, tables)
        assert (shown is None) == (row.effect == "")
        if shown:
            assert "not a risk of calf pain" in shown
            assert note.strip() in shown


def test_the_player_has_every_second_and_every_side(tables):
    plan = plan_warm_up(REQUEST, tables)
    entries = plan_entries(plan.steps, tables)
    assert sum(entry["seconds"] for entry in entries) == 60 * plan.total_min
    sided = [step for step in plan.steps if tables.exercises[step.exercise_id].both_sides]
    assert sum(bool(entry["side"]) for entry in entries) == 2 * len(sided)
    assert all(entry["why"] and entry["steps"] and entry["dose"] for entry in entries)
    assert plan_entries(plan_warm_up({"red_flag": True}, tables).steps, tables) == []


def test_drawings_are_plain_shapes(tables):
    names = {row.figure for row in tables.exercises.values() if row.figure}
    assert len(names) >= 24
    for name in names:
        text = static_text(f"drills/{name}.svg")
        root = ElementTree.fromstring(text)
        assert root.attrib["aria-hidden"] == "true"
        allowed = {"svg", "path", "polyline", "circle"}
        assert {element.tag.rpartition("}")[2] for element in root.iter()} <= allowed
        assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert drill_figure(tables.exercises["clamshell"]) == ""


def test_a_drill_says_what_it_needs_and_what_is_known(tables):
    entries = drill_library(tables, safety=Safety(red_flag=False))
    (entry,) = [row for row in entries if row.exercise.exercise_id == "heel_drop_straight"]
    html = drill_card(entry, tables, open_=True)
    for words in ("step or kerb", "heel cord", "Easier", "Kept back with", "certainty B"):
        assert words in html
