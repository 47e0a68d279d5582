"""Safety questions, warm-up plan and debate in Chromium, light on the desk and dark on the phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from looking import no_problem, small_targets, tab, turn_to
from panel_acts import answer_no, start_again
from playwright.sync_api import Locator, Page, expect

LESSON = "05_warm_up"
WIDTHS = pytest.mark.parametrize("width", [1280, 390])
Opens = Callable[..., Page]


@pytest.fixture
def warm_up(kept: Opens) -> Opens:
    """A page of a width, brought to where a new one begins."""

    def go(width: int = 1280) -> Page:
        page = kept(LESSON, width, color_scheme="dark" if width < 600 else "light", reduced_motion="reduce")
        return start_again(page)

    return go


def pick(page: Page, name: str) -> Locator:
    """Start from an example on the panel of the plan."""
    shown = turn_to(page, "plan")
    shown.locator(f"[data-action=pick][data-id={name}]").click()
    expect(shown.locator(".cn-plan").first).to_be_visible()
    return shown


@WIDTHS
def test_the_questions_come_first_and_a_yes_stops_everything(warm_up: Opens, width: int) -> None:
    page = warm_up(width)
    start = turn_to(page, "start")
    expect(start.locator(".cnp-signs > li")).to_have_count(11)
    expect(start.locator(".cnp-safety__outcome")).to_contain_text("3 questions are open")
    assert not small_targets(page, ".cnw-tabpanel-start :is(button, .cnw-option):visible")
    no_problem(page)
    for name in ("plan", "player", "check", "day"):
        shown = turn_to(page, name)
        expect(shown.get_by_role("button", name="To the safety questions")).to_be_visible()
        expect(shown.locator("[data-exercise]:visible")).to_have_count(0)
    answer_no(page)
    start.locator("[data-field=red_flag] .cnw-option").filter(has_text=re.compile("^Yes$")).click()
    expect(start.locator(".cnp-signs")).to_have_count(0)
    start.get_by_label("A foot that slaps or drags").check(force=True)
    expect(start.locator(".cn-gatenote__sign").first).to_contain_text("A foot that slaps or drags")
    if width < 600:
        start.get_by_role("button", name="Nothing is planned: see why").click()
        expect(start.locator(".cn-gatenote__sentence")).to_be_in_viewport()
    no_problem(page)
    expect(turn_to(page, "plan").locator(".cnp-picks")).to_have_count(0)


@WIDTHS
def test_an_example_a_reason_and_the_way_to_the_player(warm_up: Opens, width: int) -> None:
    page = warm_up(width)
    answer_no(page)
    shown = pick(page, "cold_easy")
    expect(shown.locator(".cn-planhead__session")).to_have_text("Easy run")
    row = shown.locator(".cn-plan__row[data-exercise=easy_jog_build]")
    row.locator(".cn-plan__summary").click()
    expect(row.get_by_text("What would change without it")).to_be_visible()
    expect(row.get_by_text("The drills would begin on a muscle that is only half warm.")).to_be_visible()
    assert not small_targets(page, ".cnw-tabpanel-plan :is(button, .cnw-option, .cn-plan__summary):visible")
    no_problem(page)
    # Another answer leaves the opened drill open.
    if width < 600:
        expect(shown.locator(".cnp-plan__form")).to_be_hidden()
        shown.get_by_role("button", name="Change the answers").click()
    shown.locator("[data-field=sit] .cnw-option").filter(has_text="Yes").click()
    expect(
        shown.get_by_text("After more than two hours of sitting: one more minute of mobility.").first
    ).to_be_visible()
    expect(row.get_by_text("What would change without it")).to_be_visible()
    if width < 600:
        shown.get_by_role("button", name=re.compile("^See the plan")).click()
        expect(shown.locator(".cnp-plan__form")).to_be_hidden()
        expect(shown.locator(".cn-planhead__session")).to_be_in_viewport()
    for name in ("table", "effects", "advice"):
        shown.locator(f"[data-key=part-plan_{name}] > summary").click()
    no_problem(page)
    shown.get_by_role("button", name="Step through it").click()
    expect(tab(page, "player")).to_have_attribute("aria-selected", "true")


def test_by_keyboard_alone(warm_up: Opens) -> None:
    page = warm_up()
    answer_no(page)
    tab(page, "start").focus()
    page.keyboard.press("ArrowRight")
    shown = page.locator(".cnw-tabpanel-plan")
    expect(shown.locator(".cnp-picks")).to_be_visible()
    page.keyboard.press("Tab")
    expect(shown.get_by_role("button", name="Easy run, cold morning")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(shown.locator(".cn-planhead__session")).to_have_text("Intervals")
    expect(shown.get_by_role("button", name="Intervals after the office")).to_be_focused()
    shown.locator("[data-field=session] input[value=intervals]").focus()
    page.keyboard.press("ArrowLeft")
    expect(shown.locator(".cn-planhead__session")).to_have_text("Tempo run")
    first = shown.locator(".cn-plan__summary").first
    first.focus()
    page.keyboard.press("Enter")
    expect(shown.locator(".cn-plan__body").first).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(shown.locator(".cn-plan__summary").nth(1)).to_be_focused()


@WIDTHS
def test_a_wrong_number_has_its_sentence_and_no_plan(warm_up: Opens, width: int) -> None:
    page = warm_up(width)
    answer_no(page)
    shown = pick(page, "race")
    if width < 600:
        shown.get_by_role("button", name="Change the answers").click()
    field = shown.locator("[data-field=temp_c]")
    field.locator("input").fill("200")
    field.locator("input").blur()
    expect(field.locator(".cnw-field-problem")).to_contain_text("-40 to 50")
    expect(field.locator("input")).to_have_value("200")
    expect(shown.locator(".cn-plan, .cnw-document:visible")).to_have_count(0)
    field.locator("input").fill("-3")
    field.locator("input").blur()
    expect(shown.get_by_text("Below freezing: four more minutes to get warm.").first).to_be_attached()


@WIDTHS
def test_the_debate_changes_the_plan_at_hand(warm_up: Opens, width: int) -> None:
    page = warm_up(width)
    shown = turn_to(page, "debate")
    expect(shown.locator(".cn-side__evidence")).to_have_count(3)
    expect(shown.locator(".cn-side__plan")).to_have_count(0)
    answer_no(page)
    pick(page, "office_intervals")
    shown = turn_to(page, "debate")
    block = shown.locator("[data-debate=before]")
    expect(block.get_by_text("The plan takes this side now.")).to_be_visible()
    block.get_by_role("button", name="Short: under a minute a muscle").click()
    expect(block.locator(".cn-side--added")).to_have_count(2)
    expect(block.locator(".cn-side__total.cn-side--changed")).to_contain_text("24 min")
    no_problem(page)
    assert not small_targets(page, ".cnw-tabpanel-debate button:visible")
    block.get_by_role("button", name="Put it into the plan").click()
    expect(block.get_by_role("button", name="Short: under a minute a muscle (in the plan)")).to_be_visible()
    expect(turn_to(page, "plan").locator("[data-exercise=wall_calf_stretch]").first).to_be_visible()


def test_the_address_brings_the_plan_back_and_the_card_prints(
    warm_up: Opens, new_page: Opens, open_lesson: Opens
) -> None:
    page = warm_up()
    answer_no(page)
    pick(page, "race")
    expect(page).to_have_url(re.compile(r"#s=[\w-]+~[\w-]+$"))
    other = open_lesson(new_page(390), LESSON, "#s=" + page.url.partition("#s=")[2])
    shown = other.locator(".cnw-tabpanel-plan")
    expect(shown.locator(".cn-planhead__session")).to_have_text("Race up to 10 km", timeout=30_000)
    shown.get_by_role("button", name="Preview").click()
    card = shown.frame_locator(".cnw-document-frame")
    expect(card.locator(".cn-runcard__step").first).to_contain_text("Brisk walk")
    other.reload(wait_until="commit")
    expect(shown.locator(".cn-planhead__session")).to_have_text("Race up to 10 km", timeout=60_000)


def test_an_address_that_was_cut_says_so(new_page: Opens, open_lesson: Opens, warm_up: Opens) -> None:
    page = warm_up()
    answer_no(page)
    pick(page, "race")
    expect(page).to_have_url(re.compile(r"#s=[\w-]+~[\w-]+$"))
    other = open_lesson(new_page(), LESSON, "#s=" + page.url.partition("#s=")[2][:-3])
    expect(other.get_by_role("status").filter(has_text=re.compile(r"\w")).first).to_be_visible(timeout=30_000)
    expect(other.locator(".cn-plan:visible")).to_have_count(0)
