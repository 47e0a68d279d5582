"""The next weeks and the guides of the page of prevention in Chromium, at the widths of a desk and of a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from icalendar import Calendar
from looking import fits, no_problem, panel, small_targets, turn_to
from panel_acts import answer_no, save_page_and_calendar, start_again
from playwright.sync_api import Locator, Page, expect

LESSON = "04_prevention"
#: What a finger must meet.
TOUCHED = ".cn-choice:visible, .cnw-button:visible, .cnw-option:visible, select:visible, .cnw-number:visible"
WIDTHS = pytest.mark.parametrize("width", [1280, 390])
Opens = Callable[..., Page]


@pytest.fixture
def prevention(kept: Opens) -> Opens:
    """A kept page of a width, brought to where a new one begins."""

    def go(width: int = 1280) -> Page:
        return start_again(kept(LESSON, width))

    return go


def example(page: Page) -> Locator:
    answer_no(page)
    shown = turn_to(page, "plan")
    shown.get_by_role("button", name="Fill in an invented runner").click()
    expect(shown.locator(".cn-weeks__week")).to_have_count(8)
    return shown


@WIDTHS
def test_questions_first_then_a_plan_from_typed_numbers(prevention: Opens, width: int) -> None:
    page = prevention(width)
    shown = turn_to(page, "plan")
    expect(shown.get_by_text("The safety questions come first")).to_be_visible()
    expect(shown.locator("input:visible")).to_have_count(0)
    shown.locator("[data-action=panel]").first.click()
    expect(panel(page, "start")).to_be_visible()
    answer_no(page)
    shown = turn_to(page, "plan")
    expect(shown.get_by_text("Fill in first:")).to_be_visible()
    for label, value in (("Usual week", "30"), ("Longest run of the last 30 days", "-8")):
        page.get_by_label(label, exact=True).fill(value)
    page.keyboard.press("Tab")
    expect(shown.get_by_text("-8 cannot be; write 0.5 to 300.")).to_be_visible()
    expect(page.get_by_label("Longest run of the last 30 days", exact=True)).to_have_value("-8")
    page.get_by_label("Longest run of the last 30 days", exact=True).fill("8")
    page.keyboard.press("Tab")
    # The sentence goes, and what stands below moves up.
    expect(shown.get_by_text("-8 cannot be")).to_be_hidden()
    shown.get_by_role("button", name="Fill in an invented runner").click()
    expect(shown.locator(".cn-weeks__week")).to_have_count(8)
    expect(shown.locator(".cn-weeks__drawing")).to_have_count(2)
    fits(page)
    assert not small_targets(page, TOUCHED)
    # A yes takes it all away again.
    turn_to(page, "start").locator("[data-field=sudden_sharp] input[value=yes]").check(force=True)
    shown = turn_to(page, "plan")
    expect(shown.locator(".cn-gatenote")).to_be_visible()
    expect(shown.locator(".cn-weeks__week")).to_have_count(0)
    expect(shown.locator(".cnw-document:visible")).to_have_count(0)


@WIDTHS
def test_another_rule_by_keyboard_and_the_address_brings_it_back(
    prevention: Opens, new_page: Opens, open_lesson: Opens, width: int
) -> None:
    page = prevention(width)
    shown = example(page)
    expect(shown.locator(".cn-weeks__beyond")).to_have_count(0)
    shown.locator("[data-field=rule] input[value=single_session]").focus()
    page.keyboard.press("ArrowDown")
    beyond = shown.locator(".cn-weeks__beyond").first
    expect(beyond).to_have_text("a moderate spike")
    expect(shown.locator("[data-field=rule] input[value=ten_percent]")).to_be_focused()
    shown.locator("[data-field=factors] input[value=hills]").focus()
    page.keyboard.press("Space")
    expect(shown.get_by_text("Hills grow by a step, the distance stays.").first).to_be_visible()
    shown.locator("[data-field=way] input[value=one_to_one]").check(force=True)
    expect(shown.get_by_text("10 × (walk 1 min, jog 1 min)").first).to_be_visible()
    fits(page)
    shown.locator("[data-field=way] input[value=running]").check(force=True)
    expect(shown.locator(".cn-weeks__beyond").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"#s=[\w-]+~[\w-]+$"))
    if width > 600:
        other = open_lesson(new_page(width), LESSON, "#s=" + page.url.partition("#s=")[2])
        expect(panel(other, "plan").locator(".cn-weeks__beyond").first).to_have_text("a moderate spike", timeout=30_000)
        expect(panel(other, "plan").locator("[data-field=factors] input[value=hills]")).to_be_checked()


@WIDTHS
def test_page_and_calendar_are_saved_without_asking_a_server(prevention: Opens, tmp_path: Path, width: int) -> None:
    page = prevention(width)
    shown = example(page)
    saved = save_page_and_calendar(page, shown, tmp_path)
    events = Calendar.from_ical(saved["Save the calendar"].read_bytes()).walk("VEVENT")
    assert len(events) == shown.locator(".cn-weeks__run").count()
    assert {str(event.decoded("dtstart")) for event in events} == set(
        shown.locator(".cn-weeks__run").evaluate_all("all => all.map(one => one.dataset.day)")
    )
    assert "Week 8" in saved["Save the page"].read_text(encoding="utf-8")


@WIDTHS
def test_guides_by_keyboard_with_both_sides_and_a_calculator(prevention: Opens, width: int) -> None:
    page = prevention(width)
    shown = turn_to(page, "guides")
    form = shown.get_by_role("button", name="Form", exact=True)
    form.focus()
    page.keyboard.press("Enter")
    expect(form).to_have_attribute("aria-pressed", "true")
    expect(form).to_be_focused()
    dispute = shown.locator("[data-conflict=C01]")
    expect(dispute.locator(".cn-dispute__side")).to_have_count(2)
    expect(dispute.locator(".cn-dispute__side").first).to_be_visible()
    fits(page)
    shown.get_by_role("button", name="Drinking and eating").click()
    for label, value in (("Duration of the run", "90"), ("Temperature", "36"), ("Weight before", "heavy")):
        page.get_by_label(label, exact=True).fill(value)
    page.keyboard.press("Tab")
    answers = shown.locator(".cnp-answers")
    expect(answers.get_by_text("Over 60 minutes: to thirst")).to_be_visible()
    expect(answers.get_by_text("35 degrees or an official heat warning")).to_be_visible()
    expect(shown.locator("[data-field=body_kg] .cnw-field-problem")).not_to_be_empty()
    expect(page.get_by_label("Weight before", exact=True)).to_have_value("heavy")
    for name in ("How common", "Causes", "Shoes", "Ground", "Other sports", "Stretching", "Strength"):
        shown.get_by_role("button", name=name, exact=True).click()
        expect(shown.get_by_role("button", name=name, exact=True)).to_have_attribute("aria-pressed", "true")
        expect(shown.locator(".cn-guide").first).to_be_visible()
        page.evaluate("document.querySelectorAll('.cnw-tabpanel details').forEach(one => { one.open = true; })")
        fits(page)
    assert not small_targets(page, TOUCHED)


# Each look takes seconds: the weeks are looked at with everything unfolded on the desk, the guides on the phone.
@WIDTHS
def test_no_serious_accessibility_problem(prevention: Opens, width: int) -> None:
    page = prevention(width)
    example(page)
    unfold = "document.querySelectorAll('.cnw-tabpanel details').forEach(one => { one.open = true; })"
    if width > 600:
        page.evaluate(unfold)
        no_problem(page)
        return
    no_problem(page)
    page.evaluate(unfold)
    fits(page)
    shown = turn_to(page, "guides")
    shown.get_by_role("button", name="Form", exact=True).click()
    expect(shown.locator("[data-conflict=C01]")).to_be_attached()
    page.evaluate(unfold)
    no_problem(page)
