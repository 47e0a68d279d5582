"""Player, drills, self-check and routine of the day in Chromium, at the widths of a desk and of a phone."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable

import pytest
from looking import fits, no_problem, panel, small_targets, turn_to
from panel_acts import answer_no, start_again
from playwright.sync_api import Locator, Page, expect
from served import Served

LESSON = "05_warm_up"
WIDTHS = pytest.mark.parametrize("width", [1280, 390])
Opens = Callable[..., Page]


@pytest.fixture(scope="module")
def clocked(kept: Opens) -> Opens:
    """One page a width, with a clock that the tests move."""
    started: set[int] = set()

    def get(width: int) -> Page:
        page = kept(LESSON, width, reduced_motion="reduce")
        if width not in started:
            page.clock.install()
            started.add(width)
        return page

    return get


@pytest.fixture
def practice(clocked: Opens) -> Opens:
    """A page of a width on which the safety questions pass and a warm-up is planned."""

    def go(width: int = 1280, *, plan: bool = True) -> Page:
        page = start_again(clocked(width))
        answer_no(page)
        if plan:
            planned(page)
        return page

    return go


def planned(page: Page) -> None:
    turn_to(page, "plan").get_by_role("button", name="Intervals after the office").click()
    expect(panel(page, "plan").locator(".cn-planhead")).to_be_visible()


def press(page: Page, key: str) -> None:
    page.locator(f"[data-play={key}]:visible").click()


def digits(page: Page) -> Locator:
    return page.locator(".cnw-player-digits")


def name(page: Page) -> Locator:
    return page.locator(".cnw-player-name")


def accessible(page: Page, width: int) -> None:
    """Look once at each screen, at one width: each look takes seconds. Nothing is wider than the screen at any."""
    if page.viewport_size["width"] == width:
        no_problem(page)
    else:
        fits(page)


@WIDTHS
def test_the_player_counts_goes_on_and_ends(practice: Opens, width: int) -> None:
    page = practice(width)
    turn_to(page, "player")
    expect(name(page)).to_have_text("Brisk walk")
    expect(digits(page)).to_have_text("2:00")
    accessible(page, 390)
    press(page, "start")
    page.clock.fast_forward(61_000)
    expect(digits(page)).to_have_text(re.compile(r"0:5\d"))
    press(page, "start")
    expect(page.locator(".cnw-player-standing")).to_have_text("paused")
    stood = digits(page).inner_text()
    page.clock.fast_forward(600_000)
    expect(digits(page)).to_have_text(stood)
    press(page, "start")
    # The page slept for three minutes: the clock has gone on all the same.
    page.clock.fast_forward(180_000)
    expect(name(page)).to_have_text("Easy jog, building")
    expect(page.locator(".cnw-player-place")).to_contain_text("2 of ")
    page.clock.fast_forward(1_800_000)
    expect(page.locator(".cnw-player-standing")).to_have_text("done")
    expect(digits(page)).to_have_text("0:00")
    expect(page.locator("[data-play=start]")).to_have_text("Once more")


def test_the_player_by_keyboard_and_what_it_says(practice: Opens) -> None:
    page = practice()
    shown = turn_to(page, "player")
    shown.get_by_role("button", name="Start").focus()
    live = page.locator(".cnw-player > .cnw-sr[role=status]")
    page.keyboard.press("ArrowRight")
    expect(name(page)).to_have_text("Easy jog, building")
    expect(live).to_contain_text("2 of ")
    page.keyboard.press("Space")
    expect(page.locator(".cnw-player-standing")).to_have_text("running")
    page.keyboard.press("Space")
    expect(page.locator(".cnw-player-standing")).to_have_text("paused")
    page.keyboard.press("ArrowLeft")
    expect(name(page)).to_have_text("Brisk walk")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Space")
    expect(page.locator(".cnw-player-standing")).to_have_text("running")
    # Nothing is said each second, only shortly before the end.
    expect(live).to_contain_text("Brisk walk")
    said = live.inner_text()
    page.clock.run_for(5_000)
    assert live.inner_text() == said
    page.clock.fast_forward(106_000)
    expect(live).to_contain_text("seconds left. Next: Easy jog")
    while "Left side" not in page.locator(".cnw-player-side").inner_text():
        page.keyboard.press("ArrowRight")
    drill = name(page).inner_text()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".cnw-player-side")).to_have_text("Right side")
    expect(name(page)).to_have_text(drill)
    press(page, "first_right")
    expect(page.locator(".cnw-player-side")).to_have_text("Left side")
    press(page, "first_right")


def test_without_going_on_by_itself_it_waits_for_the_person(practice: Opens) -> None:
    page = practice()
    turn_to(page, "player")
    press(page, "goes_on")
    press(page, "start")
    page.clock.fast_forward(150_000)
    expect(page.locator(".cnw-player-standing")).to_have_text("waiting")
    expect(name(page)).to_have_text("Brisk walk")
    press(page, "start")
    expect(name(page)).to_have_text("Easy jog, building")
    press(page, "goes_on")


@WIDTHS
def test_something_hurts_stops_at_once_and_leads_to_the_questions(practice: Opens, width: int) -> None:
    page = practice(width)
    turn_to(page, "player")
    press(page, "start")
    press(page, "hurts")
    note = page.get_by_role("dialog", name="Something hurts")
    expect(note).to_be_visible()
    expect(note).to_contain_text("treated as a tear")
    expect(page.locator(".cnw-player-standing")).to_have_text("paused")
    accessible(page, 390)
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    expect(page.locator(".cnw-player-standing")).to_have_text("paused")
    press(page, "hurts")
    note.get_by_role("button", name="To the safety questions").click()
    expect(panel(page, "start")).to_be_visible()
    page.locator(".cnp-form-safety [data-field=sudden_sharp]").get_by_label("Yes", exact=True).check()
    shown = turn_to(page, "player")
    expect(shown.get_by_text("treated as a tear").first).to_be_visible()
    expect(page.locator(".cnw-player-stage")).to_be_hidden()


def test_a_changed_plan_waits_until_it_is_asked_for(practice: Opens) -> None:
    page = practice()
    turn_to(page, "player")
    press(page, "start")
    page.clock.fast_forward(30_000)
    turn_to(page, "plan").get_by_role("button", name="Easy run, cold morning").click()
    shown = turn_to(page, "player")
    expect(shown.get_by_text("The plan has changed. This is still the earlier one")).to_be_visible()
    expect(page.locator(".cnw-player-title")).to_have_text("Warm-up: Intervals")
    expect(page.locator(".cnw-player-standing")).to_have_text("running")
    press(page, "take")
    expect(page.locator(".cnw-player-title")).to_have_text("Warm-up: Easy run")
    expect(page.locator(".cnw-player-standing")).to_have_text("ready")
    press(page, "start")
    turn_to(page, "start")
    pain = page.locator(".cnp-form-safety [data-field=pain] input").first
    pain.fill("1")
    pain.press("Tab")
    shown = turn_to(page, "player")
    expect(shown.get_by_text("The safety answers have changed.")).to_be_visible()
    expect(page.locator(".cnw-player-standing")).to_have_text("ready")


@WIDTHS
def test_the_whole_screen_shows_all_of_a_drill_in_large_type(practice: Opens, width: int) -> None:
    page = practice(width)
    turn_to(page, "player")
    usual = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.cnw-player-name')).fontSize)")
    press(page, "full")
    expect(page.locator(".cnw-player-full")).to_be_visible()
    for key in ("ArrowRight",) * 5:
        page.keyboard.press(key)
    large = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.cnw-player-name')).fontSize)")
    assert large > usual
    for part in (".cnw-player-name", ".cnw-player-digits", "[data-play=start]", "[data-play=hurts]"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    accessible(page, 1280)
    press(page, "full")
    expect(page.locator(".cnw-player-full")).to_have_count(0)
    small = page.locator(".cnw-player .cnw-button:visible").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 55.5).map(one => one.textContent)"
    )
    assert not small


def test_a_lost_connection_stops_nothing(new_page: Opens, open_lesson: Opens, lesson_server: Served) -> None:
    others = set(lesson_server.kernels())
    page = open_lesson(new_page(390), LESSON)
    answer_no(page)
    planned(page)
    mine = set(lesson_server.kernels()) - others
    turn_to(page, "player")
    page.clock.install()
    press(page, "start")
    for pid in mine:
        os.kill(pid, signal.SIGKILL)
    expect(page.get_by_role("alert").get_by_text("Connection lost.")).to_be_visible(timeout=15_000)
    page.clock.fast_forward(130_000)
    expect(name(page)).to_have_text("Easy jog, building")
    press(page, "next")
    expect(page.locator(".cnw-player-place")).to_contain_text("3 of ")
    press(page, "hurts")
    expect(page.get_by_role("dialog", name="Something hurts")).to_contain_text("treated as a tear")


@WIDTHS
def test_the_library_is_filtered_searched_and_walked(practice: Opens, width: int) -> None:
    page = practice(width)
    shown = turn_to(page, "drills")
    expect(shown.get_by_text("92 drills fit.").first).to_be_visible()
    page.get_by_label("Where", exact=True).select_option("soleus")
    expect(shown.get_by_text("92 drills fit.")).to_have_count(0)
    find = page.get_by_label("Find a drill")
    find.press_sequentially("heel drops")
    expect(shown.locator(".cnw-finder-entry:visible")).to_have_count(2)
    find.press("Enter")
    card = shown.locator(".cn-drill")
    expect(card).to_contain_text("Heel drops off a step")
    card.get_by_role("button", name="Heavy slow calf raises").click()
    expect(card).to_have_attribute("data-exercise", "hsr_calf_raise")
    accessible(page, 1280)
    expect(page).to_have_url(re.compile(r"#s=[\w-]+~[\w-]+$"))
    page.reload()
    page.wait_for_function("document.documentElement.dataset.ready === 'true'")
    expect(card).to_have_attribute("data-exercise", "hsr_calf_raise", timeout=30_000)
    expect(page.get_by_label("Where", exact=True)).to_have_value("soleus")


@WIDTHS
def test_the_self_check_leads_to_the_routine_of_the_day(practice: Opens, width: int) -> None:
    page = practice(width, plan=False)
    shown = turn_to(page, "check")
    shown.get_by_label("Left", exact=True).fill("5")
    shown.get_by_label("Right", exact=True).fill("5")
    shown.get_by_label("Right", exact=True).press("Tab")
    expect(shown.locator(".cn-checks__state")).to_have_text("low")
    accessible(page, 390)
    shown.get_by_role("button", name="Next test").click()
    expect(shown.locator("h3.cn-check__name")).to_have_text("Heel raises on one leg")
    shown.get_by_role("button", name="Summary").click()
    expect(shown.locator(".cn-fitting > li")).not_to_have_count(0)
    accessible(page, 1280)
    shown.get_by_role("button", name="Into the routine of the day").click()
    day = panel(page, "day")
    expect(day.get_by_text("Put first because of: Knee to wall.")).to_be_visible()
    expect(day.locator(".cn-days__day")).to_have_count(3)
    accessible(page, 390)
    day.get_by_role("button", name="Step through it").click()
    expect(page.locator(".cnw-player-title")).to_contain_text("Routine of")
    assert not small_targets(page, ".cn-choice:visible, .cnw-button:visible, select:visible")
