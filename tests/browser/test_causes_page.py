"""The page of causes in Chromium: the worked case, setting, large type, what would change, and who can use it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from causes_acts import clear_screen, free
from looking import no_problem, small_targets, tool
from playwright.sync_api import Page, expect

WIDTHS = pytest.mark.parametrize("width", [1280, 390])
Opens = Callable[..., Page]


@WIDTHS
def test_the_worked_case_is_told_step_by_step(open_causes: Opens, width: int) -> None:
    page = open_causes(width)
    tool(page, "case").click()
    steps = page.locator(".cnw-case-step")
    expect(steps).to_have_count(1)
    before = page.url
    page.locator("[data-case=next]").click()
    expect(steps).to_have_count(2)
    expect(page).not_to_have_url(before)
    page.locator("[data-case=previous]").click()
    expect(steps).to_have_count(1)
    expect(page).to_have_url(before)
    while page.locator("[data-case=next]").get_attribute("aria-disabled") != "true":
        shown = steps.count()
        page.locator("[data-case=next]").click()
        expect(steps).to_have_count(shown + 1)
    page.get_by_text("The key, and what is easily missed").click()
    expect(page.get_by_text("Written as Deep vein thrombosis")).to_be_visible()
    page.locator("[data-case=close]").click()
    expect(page.locator(".cnw-case-title")).to_have_count(0)


def test_the_setting_changes_the_list_and_not_the_answers(open_causes: Opens) -> None:
    page = open_causes()
    clear_screen(page)
    counts = page.locator(".cn-card__words").all_inner_texts()
    page.get_by_label("Seen in").select_option("emergency_department")
    expect(page.locator(".cn-card__words").first).not_to_have_text(counts[0])
    expect(page.locator("[data-step=red_flags] .cnw-step-count")).to_have_text(re.compile(r"^(\d+) of \1 "))


def test_what_would_change_my_mind_comes_when_it_is_opened(open_causes: Opens) -> None:
    page = open_causes()
    clear_screen(page)
    page.locator("[data-part=changers] > summary").click()
    expect(page.locator("[data-part=changers] :is(.cn-changers__item, .cn-quiet)").first).to_be_visible(timeout=15_000)
    expect(page.locator("[data-part=changers]").get_by_text("Working it out")).to_have_count(0, timeout=15_000)
    page.locator("[data-part=settings] > summary").click()
    expect(page.locator("[data-part=settings] table")).to_be_visible()
    assert page.locator("[data-part=changers]").get_attribute("open") is not None


def test_the_key_l_makes_the_type_large_but_not_while_typing(open_causes: Opens) -> None:
    page = open_causes()
    page.locator("h1").click()
    page.keyboard.press("l")
    expect(page.locator(".cnw-page")).to_have_class(re.compile("cnw-large"))
    expect(tool(page, "large")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("l")
    expect(page.locator(".cnw-page")).not_to_have_class(re.compile("cnw-large"))
    free(page)
    page.get_by_label("Find a question").press_sequentially("calf")
    expect(page.get_by_label("Find a question")).to_have_value("calf")
    expect(page.locator(".cnw-page")).not_to_have_class(re.compile("cnw-large"))


@WIDTHS
def test_every_control_has_a_name_and_room_for_a_finger(open_causes: Opens, width: int) -> None:
    page = open_causes(width)
    clear_screen(page)
    nameless = page.locator("button:visible, select:visible, input:visible").evaluate_all(
        "all => all.filter(one => !(one.textContent.trim() || one.labels?.length || one.ariaLabel))"
        ".map(one => one.outerHTML)"
    )
    assert not nameless
    assert not small_targets(page, "label.cnw-option:visible, .cnw-button:visible, .cnw-step-button:visible")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@WIDTHS
def test_no_serious_accessibility_problem(open_causes: Opens, width: int, scheme: str) -> None:
    page = open_causes(width, color_scheme=scheme, reduced_motion="reduce")
    no_problem(page)
    clear_screen(page)
    no_problem(page)
    tool(page, "case").click()
    expect(page.locator(".cnw-case-step")).to_have_count(1)
    for part in ("open", "next", "settings", "answers"):
        page.locator(f"[data-part={part}] > summary").click()
    expect(page.locator("[data-part=settings] table")).to_be_visible()
    no_problem(page)
    free(page)
    page.locator("[data-step=story] .cnw-step-button").click()
    no_problem(page)
