"""The guides on the page of prevention: each row, claim and dispute is shown; calculators say only what is known."""

import re
from datetime import date

import pytest
from acting import act, put, tab

from calfnb.dashboards.lesson_prevention import PreventionPage
from calfnb.dashboards.prevention_page.guides import (
    ALL_ACTIONS,
    GuidesState,
    check_guides,
    guides_part,
    topics,
    with_number,
)
from calfnb.dashboards.prevention_page.library import PreventionLibrary
from calfnb.reasoning.model import default_model
from calfnb.tables import load_prevention, load_training

LIBRARY = PreventionLibrary(default_model(), load_prevention(), load_training())
TOPICS = topics(LIBRARY)


@pytest.fixture
def page(model):
    page = PreventionPage(model, today=date(2026, 3, 4))
    tab(page, "guides")
    return page


def turn(page, topic):
    act(page.views["guides"].head, "topic", id=topic)
    assert not page.store.problem
    view = page.views["guides"]
    return view.head.html + view.outcome.html + view.list.html


def said(**numbers):
    state = GuidesState("fluids")
    for name, written in numbers.items():
        state = with_number(state, name, written)
    part = guides_part(state, LIBRARY)
    return {answer.words for answer in part.answers}, part.problems


def holds(sentences, words):
    return any(words in sentence for sentence in sentences)


def test_every_guide_is_shown_with_its_claims_their_articles_grade_and_disputes(page):
    tables = LIBRARY.prevention
    assert {row.topic for row in tables.guides.values()} == set(TOPICS) - {ALL_ACTIONS}
    for topic in TOPICS:
        shown = turn(page, topic)
        for row in (row for row in tables.guides.values() if row.topic == topic):
            card = shown.split(f'data-guide="{row.guide_id}"')[1].split("data-guide=")[0]
            assert f"certainty {row.grade}" in card
            for claim_id in row.claim_ids:
                claim = tables.tables.claims[claim_id]
                assert f"{claim_id} ({', '.join(claim.seeds)})" in card, claim_id
            for conflict_id in row.conflict_ids:
                assert f'data-conflict="{conflict_id}"' in card, conflict_id
            for action_id in row.action_ids:
                assert f'data-action-id="{action_id}"' in card, action_id


def test_both_sides_of_a_dispute_stand_beside_each_other_with_who_says_them(page):
    shown = turn(page, "form")
    dispute = shown.split('data-conflict="C01"')[1].split("data-conflict=")[0]
    assert dispute.count('class="cn-dispute__side"') == 2
    assert "Said by S0, S4" in dispute
    assert "Said by S2" in dispute
    assert 'data-key="disputes-foot_strike" open' in shown
    # Where one claim stands against research the other side is the reason.
    assert "Against it" in turn(page, "fluids")


def test_load_rules_and_sports_stand_with_their_topics(page):
    for topic, rules in (("shoes", ("LR11", "LR12")), ("ground", ("LR10",)), ("fluids", ("LR13",)),
                         ("other_sport", ("LR14",)), ("how_common", ("LR07",))):  # fmt: skip
        shown = turn(page, topic)
        for name in rules:
            assert f'data-rule="{name}"' in shown
    shown = turn(page, "other_sport")
    for row in LIBRARY.load.cross_training.values():
        assert row.name in shown
    put(page.views["guides"].form, "sport_min", "90")
    cells = re.search(r">Cycling</th><td>(\d+)</td>", page.views["guides"].outcome.html)
    assert cells
    assert cells[1] == "18"


def test_drinking_by_duration_and_heat():
    short, _ = said(minutes="60", temp_c="15")
    assert holds(short, "Up to 60 minutes: thirst decides")
    assert holds(short, "No rule of the kit speaks of heat")
    long, _ = said(minutes="61", temp_c="25")
    assert holds(long, "Over 60 minutes")
    assert holds(long, "In heat stop in the shade")
    assert not holds(long, "35 degrees")
    assert holds(said(temp_c="35")[0], "35 degrees or an official heat warning")
    # The one danger that can kill is said whatever was typed.
    assert holds(said()[0], "emergency")


def test_weights_before_and_after():
    sentences, problems = said(minutes="90", body_kg="70", after_kg="68", drunk_l="0,5")
    assert not problems
    assert holds(sentences, "350 to 490 mL")
    assert holds(sentences, "2.9 % lighter")
    assert holds(sentences, "1.7 litres")
    gained, _ = said(body_kg="70", after_kg="70.5")
    assert holds(gained, "more was drunk than sweated out")
    assert not holds(gained, "lighter after")
    # Nothing is said of what nobody typed.
    assert not holds(said(after_kg="68")[0], "lighter")
    assert not holds(said(body_kg="70", after_kg="68")[0], "litres")


@pytest.mark.parametrize(
    ("name", "written"), [("minutes", "long"), ("minutes", "0"), ("temp_c", "80"), ("body_kg", "7"), ("drunk_l", "-1")]
)
def test_numbers_that_cannot_be_get_a_sentence(name, written):
    sentences, problems = said(**{name: written})
    assert set(problems) == {name}
    assert sentences == said()[0]


def test_how_far_a_shoe_has_run(page):
    turn(page, "shoes")
    view = page.views["guides"]
    for km, words in (("400", "Under 300 miles"), ("483", "Between 300 and 500"), ("900", "Over 500 miles")):
        put(view.form, "shoe_km", km)
        assert words in view.outcome.html


def test_the_topic_and_its_numbers_are_in_the_address(page, model):
    turn(page, "fluids")
    put(page.views["guides"].form, "minutes", "90")
    put(page.views["guides"].form, "temp_c", "hot")
    assert "is no number" in page.views["guides"].form.widget.problems["temp_c"]
    other = PreventionPage(model, code=page.frame.address.code, today=date(2026, 3, 4))
    assert other.store.state.guides == page.store.state.guides
    assert other.store.state.panel == "guides"
    assert other.views["guides"].form.widget.values["temp_c"] == "hot"


def test_what_there_is_not_is_refused(page):
    for state in (GuidesState("magic"), GuidesState(entries={"bmi": "3"}), GuidesState(entries={"minutes": "9" * 40})):
        with pytest.raises(ValueError):  # noqa: PT011
            check_guides(state, LIBRARY)
    view = page.views["guides"]
    act(view.head, "topic", id="magic")
    assert page.store.problem
    put(view.form, "bmi", "3")
    assert page.store.problem
    assert page.store.state.guides == GuidesState()
