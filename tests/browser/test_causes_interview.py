"""The interview of the page of causes in Chromium: screen, leg, guided and free mode, keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from causes_acts import CARD, clear_screen, free, level
from playwright.sync_api import Locator, Page, expect

WIDTHS = pytest.mark.parametrize("width", [1280, 390])
Opens = Callable[..., Page]


def zone(page: Page, label: str) -> Locator:
    return page.locator(".cnw-map-figure:not([hidden])").get_by_role("radio", name=label)


def click_zone(page: Page, label: str) -> None:
    """Click on the written label of a zone: the middle of its outline may lie beside it."""
    text = zone(page, label).locator("xpath=..").locator(".cn-zone__label")
    text.scroll_into_view_if_needed()
    box = text.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def press_until(page: Page, key: str, wanted: Locator, most: int = 80) -> None:
    for _ in range(most):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {wanted}")


@WIDTHS
def test_the_screen_is_cleared_in_one_click(open_causes: Opens, width: int) -> None:
    page = open_causes(width)
    expect(page.locator(".cnw-screen-rows fieldset:visible").first).to_be_visible()
    assert page.locator(".cnw-screen-rows fieldset:visible").count() >= 15
    clear_screen(page)
    count = page.locator("[data-step=red_flags] .cnw-step-count")
    found = re.fullmatch(r"(\d+) of (\d+) answered", count.inner_text())
    assert found
    assert found[1] == found[2]
    expect(page).to_have_url(re.compile(r"#s=[\w-]+$"))


@WIDTHS
def test_one_red_flag_changes_word_shape_and_colour_of_the_banner(open_causes: Opens, width: int) -> None:
    page = open_causes(width)
    banner = page.locator(".cn-triage")
    shape = banner.locator("svg").first.inner_html()
    page.locator(f"{CARD} fieldset[data-finding=breathless_or_chest_pain] label").first.click()
    expect(banner).to_have_attribute("data-level", "emergency_now")
    expect(level(page)).to_have_text("Emergency now")
    assert banner.locator("svg").first.inner_html() != shape
    if width < 600:
        expect(page.locator(".cn-line")).to_be_in_viewport()
        expect(page.locator(".cn-line")).to_contain_text("Emergency now")


@WIDTHS
def test_the_leg_answers_the_mouse(open_causes: Opens, width: int) -> None:
    page = open_causes(width)
    clear_screen(page)
    label = zone(page, "").nth(1).get_attribute("aria-label")
    assert label
    click_zone(page, label)
    expect(page.locator(f"{CARD}[data-card=main_zone]")).to_have_count(0)
    page.get_by_role("button", name="Back", exact=True).click()
    expect(zone(page, label)).to_have_attribute("aria-checked", "true")


def test_the_leg_answers_the_keyboard_and_turns(open_causes: Opens) -> None:
    page = open_causes()
    clear_screen(page)
    views = page.get_by_role("group", name="Side of the leg").get_by_role("button")
    expect(views).to_have_count(4)
    for number in (1, 2, 3, 0):
        views.nth(number).click()
        expect(views.nth(number)).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".cnw-map-figure:not([hidden])")).to_have_count(1)
    zones = page.locator(".cnw-map-figure:not([hidden]) [role=radio]")
    zones.first.focus()
    page.keyboard.press("ArrowDown")
    expect(zones.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(zones.last).to_be_focused()
    expect(page.locator(f"{CARD}[data-card=main_zone]")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(f"{CARD}[data-card=main_zone]")).to_have_count(0)


def test_the_leg_and_its_list_say_the_same(open_causes: Opens) -> None:
    page = open_causes()
    clear_screen(page)
    on_leg = page.locator(".cnw-map-figure [role=radio]").evaluate_all(
        "shapes => [...new Set(shapes.map(one => one.dataset.option))].sort()"
    )
    in_list = page.locator(f"{CARD} .cnw-options input").evaluate_all(
        "all => all.map(one => one.value).filter(Boolean).sort()"
    )
    assert on_leg == in_list


@WIDTHS
def test_guided_mode_asks_one_question_with_its_reason(open_causes: Opens, width: int) -> None:
    page = open_causes(width)
    clear_screen(page)
    page.locator(f"{CARD} .cnw-option").first.click()
    for _ in range(3):
        card = page.locator(CARD)
        expect(card).to_have_count(1)
        expect(card.locator("fieldset")).to_have_count(1)
        expect(card.get_by_text("Why this question:")).to_be_visible()
        asked = card.get_attribute("data-card")
        card.locator(".cnw-option").first.click()
        expect(page.locator(f"{CARD}[data-card={asked}]")).to_have_count(0)
    asked = page.locator(CARD).get_attribute("data-card")
    page.get_by_role("button", name="Skip this question").click()
    expect(page.locator(f"{CARD}[data-card={asked}]")).to_have_count(0)
    page.get_by_role("button", name="Back", exact=True).click()
    expect(page.locator(f"{CARD}[data-card={asked}]")).to_be_visible()
    expect(page.locator(f"{CARD} input:checked")).to_have_count(0)


def test_dont_know_leaves_a_question_unknown(open_causes: Opens) -> None:
    page = open_causes()
    free(page)
    row = page.locator("[data-step=red_flags] fieldset[data-finding=dark_urine]")
    row.get_by_text("Yes", exact=False).first.click()
    expect(page.locator("[data-step=red_flags] .cnw-step-count")).to_have_text(re.compile(r"^1 of"))
    row.get_by_text("Don't know").click()
    expect(page.locator("[data-step=red_flags] .cnw-step-count")).to_have_text(re.compile(r"^0 of"))


@WIDTHS
def test_free_mode_finds_a_question_by_a_word(open_causes: Opens, width: int) -> None:
    page = open_causes(width)
    free(page)
    page.get_by_label("Find a question").fill("urine")
    shown = page.locator(".cnw-steps fieldset:visible")
    expect(shown.first).to_be_visible()
    assert 1 <= shown.count() <= 4
    assert all("urine" in text.lower() for text in shown.all_inner_texts())
    expect(page.locator(".cnw-filter-count")).to_have_text(re.compile(r"match"))
    page.get_by_label("Find a question").fill("no such words at all")
    expect(page.locator(".cnw-filter-count")).to_have_text("0 questions match")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Find a question")).to_have_value("")
    assert page.locator(".cnw-steps fieldset:visible").count() >= 15


def test_the_examination_opens_after_the_history(open_causes: Opens) -> None:
    page = open_causes()
    free(page)
    step = page.locator("[data-step=examination]")
    step.locator(".cnw-step-button").click()
    expect(step.get_by_text("Opens after the history")).to_be_visible()
    expect(step.locator("fieldset:visible")).to_have_count(0)
    page.locator("[data-step=red_flags] .cnw-step-button").click()
    page.locator("[data-step=red_flags]").get_by_role("button", name="None of these").click()
    page.locator("[data-step=where] .cnw-step-button").click()
    page.locator("[data-step=where] .cnw-options").nth(0).locator("label").first.click()
    page.locator("[data-step=story] .cnw-step-button").click()
    for number in range(8):
        page.locator("[data-step=story] fieldset:visible").nth(number).locator("label").first.click()
    expect(step.locator(".cnw-step-count")).to_have_text(re.compile(r"^0 of \d+ answered"))
    step.locator(".cnw-step-button").click()
    expect(step.locator("fieldset:visible").first).to_be_visible()
    expect(page.locator("[data-step=tests] .cnw-step-count")).to_have_text("opens later")


def test_a_locked_step_names_what_is_missing_and_can_be_opened(open_causes: Opens) -> None:
    page = open_causes()
    free(page)
    step = page.locator("[data-step=examination]")
    step.locator(".cnw-step-button").click()
    step.locator(".cnw-lock-list button").last.click()
    expect(page.locator("[data-step=examination] .cnw-step-body")).to_be_hidden()
    expect(page.locator(":focus")).to_have_attribute("type", "radio")
    step.locator(".cnw-step-button").click()
    step.get_by_role("button", name="Open it now anyway").click()
    expect(step.locator("fieldset:visible").first).to_be_visible()
    expect(step.locator(".cnw-step-button")).to_be_focused()


def test_quick_answers_are_all_kept(open_causes: Opens) -> None:
    page = open_causes()
    free(page)
    page.evaluate(
        """() => document.querySelectorAll('[data-step=red_flags] fieldset:not(.cnw-off)')
             .forEach((row, at) => row.querySelectorAll('input')[at % 2].click())"""
    )
    expect(page.locator("[data-step=red_flags] .cnw-step-count")).to_have_text(re.compile(r"^(\d+) of \d+"))
    page.wait_for_function("location.hash.length > 5")
    chosen = "all => all.filter(one => one.checked && one.value).map(one => one.id.split('-').slice(-2).join('='))"
    radios = page.locator("[data-step=red_flags] input")
    before = radios.evaluate_all(chosen)
    expect(level(page)).to_have_text("Emergency now")
    assert len(before) >= 18
    assert radios.evaluate_all(chosen) == before


def test_focus_and_open_parts_survive_an_update(open_causes: Opens) -> None:
    page = open_causes()
    free(page)
    page.locator("[data-part=answers] > summary").click()
    chosen = page.locator("[data-step=red_flags] fieldset[data-finding=dark_urine] input").first
    chosen.focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-part=answers] .cn-answers")).to_be_visible()
    expect(chosen).to_be_focused()
    expect(chosen).to_be_checked()


def test_the_keyboard_alone_is_enough(open_causes: Opens) -> None:
    page = open_causes()
    press_until(page, "Tab", page.locator(f"{CARD} [data-all-clear]"))
    page.keyboard.press("Enter")
    zones = page.locator(".cnw-map-figure:not([hidden]) [role=radio]")
    expect(zones.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(f"{CARD}[data-card=main_zone]")).to_have_count(0)
    radios = page.locator(f"{CARD} input[type=radio]")
    expect(radios.first).to_be_focused()
    asked = page.locator(CARD).get_attribute("data-card")
    page.keyboard.press("ArrowDown")
    expect(radios.nth(1)).to_be_focused()
    expect(page.locator(f"{CARD}[data-card={asked}]")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(f"{CARD}[data-card={asked}]")).to_have_count(0)
    expect(page.locator(f"{CARD} input:focus")).to_have_count(1)
    asked = page.locator(CARD).get_attribute("data-card")
    page.keyboard.press("1")
    expect(page.locator(f"{CARD}[data-card={asked}]")).to_have_count(0)
    press_until(page, "Shift+Tab", page.locator("[data-tool=undo]"))
    page.keyboard.press("Enter")
    expect(page.locator(f"{CARD}[data-card={asked}]")).to_be_visible()
    expect(page.locator("[data-tool=undo]")).to_be_focused()
