"""The questionnaire on contributing factors and the week made from it, in Chromium, on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from looking import fits, no_problem, panel, small_targets, turn_to
from panel_acts import answer_no, save_page_and_calendar, start_again
from playwright.sync_api import Locator, Page, expect

from calfnb.dashboards.page_code import pack_part
from calfnb.tables import load_prevention

LESSON = "04_prevention"
WIDTHS = pytest.mark.parametrize("width", [1280, 390])
Opens = Callable[..., Page]
TARGETS = ".cnw-button:visible, .cnw-option:visible, select:visible, .cnw-number:visible, .cnf-steps__step:visible"


@pytest.fixture
def prevention(kept: Opens) -> Opens:
    """A page of a width, brought to where a new one begins; light on the desk and dark on the phone."""

    def go(width: int = 1280) -> Page:
        page = kept(LESSON, width, color_scheme="dark" if width < 600 else "light", reduced_motion="reduce",
                    accept_downloads=True)  # fmt: skip
        return start_again(page)

    return go


def invented(page: Page) -> Locator:
    shown = turn_to(page, "factors")
    shown.get_by_role("button", name="Fill in an invented runner").click()
    expect(shown.get_by_text("40 of 68 answered")).to_be_visible()
    return shown


def next_monday() -> date:
    today = date.today()
    return today + timedelta(days=7 - today.weekday())


@WIDTHS
def test_the_questionnaire_by_keyboard_from_step_to_step(prevention: Opens, width: int) -> None:
    page = prevention(width)
    shown = turn_to(page, "factors")
    expect(shown.get_by_text("0 of 68 answered")).to_be_visible()
    first = shown.locator("[data-field=training_too_much_too_soon]")
    expect(first.get_by_label("Not answered")).to_be_checked()
    expect(first.get_by_text("How it would work")).to_be_hidden()
    # The open answer is where the keys begin; Left leads past No to Yes.
    first.get_by_label("Not answered").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(first.get_by_label("Yes")).to_be_checked()
    expect(first.get_by_label("Yes")).to_be_focused()
    expect(first.get_by_text("A place to look")).to_be_visible()
    expect(first.get_by_text("How it would work")).to_be_visible()
    number = shown.locator("[data-field=weekly_mileage_spike]")
    number.locator("input").focus()
    page.keyboard.type("-500")
    page.keyboard.press("Tab")
    expect(number.locator(".cnw-field-problem")).to_have_text("-500 per cent cannot be; write -100 to 1000.")
    expect(shown.get_by_text("1 of 68 answered")).to_be_visible()
    onward = shown.get_by_role("button", name="Next: Rest and recovery")
    onward.focus()
    page.keyboard.press("Enter")
    expect(shown.get_by_role("heading", name="Rest and recovery")).to_be_focused()
    expect(shown.get_by_text("Part 2 of 10")).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(shown.locator("[data-field=insufficient_rest_days] input")).to_be_focused()
    shown.get_by_role("button", name="Back: Training").click()
    expect(first.get_by_label("Yes")).to_be_checked()
    expect(number.locator("input")).to_have_value("-500")
    fits(page)
    assert not small_targets(page, TARGETS)


@WIDTHS
def test_what_counts_leads_to_its_question_and_a_clinician_comes_first(prevention: Opens, width: int) -> None:
    page = prevention(width)
    shown = invented(page)
    summary = shown.locator(".cnf-summary")
    expect(summary.locator(".cnf-clinician")).to_contain_text("Back or buttock")
    assert "doctor" in summary.locator("strong, .cnf-clinician__title, h4").first.inner_text()
    summary.get_by_role("button", name="Worn shoes").click()
    expect(shown.locator("[data-factor=worn_shoes]")).to_be_visible()
    expect(shown.get_by_text("Part 4 of 10")).to_be_visible()
    if width < 600:
        shown.get_by_label("Parts of the questionnaire").last.select_option("medical")
    else:
        shown.get_by_role("button", name=re.compile("^Health")).click()
    expect(shown.get_by_role("heading", name="Health")).to_be_focused()
    # What is known can be read without answering.
    shown.locator("[data-field=long_travel] summary").first.click()
    expect(shown.locator("[data-field=long_travel]").get_by_text("How it would work")).to_be_visible()
    shown.get_by_role("button", name="See what counts").click()
    expect(summary).to_be_focused()
    summary.get_by_role("button", name="To the safety questions").click()
    expect(panel(page, "start")).to_be_visible()


@WIDTHS
def test_no_week_before_the_questions_and_a_week_after(prevention: Opens, width: int) -> None:
    page = prevention(width)
    shown = turn_to(page, "week")
    expect(shown.get_by_text("The safety questions come first")).to_be_visible()
    expect(shown.locator("input:visible, select:visible, .cnk-week:visible, .cnw-document:visible")).to_have_count(0)
    answer_no(page)
    shown = turn_to(page, "week")
    expect(shown.get_by_text("Choose at least one kind of runner")).to_be_visible()
    expect(shown.locator(".cnk-week:visible")).to_have_count(0)
    shown.get_by_label("New runner").focus()
    page.keyboard.press("Space")
    expect(shown.locator(".cnk-day")).to_have_count(7)
    tops = shown.locator(".cnk-day").evaluate_all(
        "all => new Set(all.map(one => one.getBoundingClientRect().top)).size"
    )
    assert tops == (1 if width > 600 else 7)
    page.get_by_label("Monday", exact=True).select_option("long")
    expect(shown.locator("[data-day=monday]")).to_contain_text("long run")
    shown.locator("[data-day=tuesday] .cn-link").first.click()
    expect(shown.locator(".cn-action:focus")).to_be_in_viewport()
    shown.get_by_role("button", name="Take out: Strengthen the calf").click()
    expect(shown.locator("[data-item=calf_strength]")).to_have_count(0)
    shown.get_by_role("button", name="Put back: Strengthen the calf").click()
    expect(shown.locator("[data-item=calf_strength]").first).to_be_attached()
    fits(page)
    assert not small_targets(page, TARGETS)


@WIDTHS
def test_heavy_work_waits_for_a_clinician_and_what_is_at_hand_is_folded(prevention: Opens, width: int) -> None:
    page = prevention(width)
    answer_no(page)
    shown = turn_to(page, "factors")
    if width < 600:
        shown.get_by_label("Parts of the questionnaire").last.select_option("medical")
    else:
        shown.get_by_role("button", name=re.compile("^Health")).click()
    shown.locator("[data-field=fluoroquinolone_use] input[value=yes]").check(force=True)
    expect(shown.locator("[data-factor=fluoroquinolone_use]")).to_be_visible()
    shown = turn_to(page, "week")
    shown.get_by_label("Experienced runner").focus()
    page.keyboard.press("Space")
    expect(shown.locator(".cnk-day")).to_have_count(7)
    expect(shown.locator("[data-item=calf_strength]")).to_have_count(0)
    expect(shown.get_by_text("Waits until a doctor or physiotherapist has looked: Fluoroquinolone")).to_be_visible()
    looked = shown.get_by_label("Fluoroquinolone antibiotic")
    looked.focus()
    page.keyboard.press("Space")
    expect(shown.locator("[data-item=calf_strength]")).to_have_count(2)
    expect(looked).to_be_focused()
    fold = shown.locator("[data-action=things]")
    expect(fold).to_have_attribute("aria-expanded", "false")
    fold.focus()
    page.keyboard.press("Enter")
    expect(fold).to_have_attribute("aria-expanded", "true")
    expect(fold).to_be_focused()
    page.keyboard.press("Tab")
    expect(shown.get_by_label("Something to hold on to")).to_be_focused()
    fits(page)
    assert not small_targets(page, TARGETS)


@WIDTHS
def test_page_and_calendar_are_saved_without_asking_a_server(
    prevention: Opens, new_page: Opens, tmp_path: Path, width: int
) -> None:
    page = prevention(width)
    answer_no(page)
    invented(page)
    shown = turn_to(page, "week")
    expect(shown.locator(".cnk-day")).to_have_count(7)
    saved = save_page_and_calendar(page, shown, tmp_path)
    events = Calendar.from_ical(saved["Save the calendar"].read_bytes()).walk("VEVENT")
    assert len(events) == 2 * shown.locator(".cnk-item").count()
    assert min(event.decoded("dtstart") for event in events) >= next_monday()
    paper = new_page(width)
    paper.goto(saved["Save the page"].as_uri())
    expect(paper.get_by_text("Strengthen the calf").first).to_be_visible()
    fits(paper)
    assert [url for url in paper.record.requests if not url.startswith("file:")] == []
    page.get_by_label("First Monday").fill((next_monday() + timedelta(days=2)).isoformat())
    expect(shown.locator("[data-field=start] .cnw-field-problem")).to_contain_text("That is a Wednesday")
    expect(shown.locator(".cnw-document-file:visible")).to_have_count(0)


def test_a_reload_restores_both_and_a_forged_address_gets_a_sentence(
    prevention: Opens, new_page: Opens, open_lesson: Opens
) -> None:
    page = prevention()
    answer_no(page)
    invented(page)
    shown = turn_to(page, "week")
    page.get_by_label("Wednesday", exact=True).select_option("rest")
    shown.get_by_role("button", name="Take out: Warm up before each run").click()
    expect(shown.get_by_text("Put back")).to_be_visible()
    expect(page).to_have_url(re.compile(r"#s=[\w-]+~[\w-]+$"))
    code = page.url.partition("#s=")[2]
    other = open_lesson(new_page(), LESSON, f"#s={code}")
    expect(panel(other, "week").get_by_text("Put back")).to_be_visible(timeout=30_000)
    expect(other.get_by_label("Wednesday", exact=True)).to_have_value("rest")
    expect(turn_to(other, "factors").get_by_text("40 of 68 answered")).to_be_visible()
    forged = pack_part({"factors": {"answers": {"novice_runner": "maybe"}}}, load_prevention().version)
    third = open_lesson(new_page(), LESSON, f"#s={code.partition('~')[0]}~{forged}")
    expect(third.get_by_text("could not be read from the address")).to_be_visible(timeout=30_000)
    expect(turn_to(third, "factors").get_by_text("0 of 68 answered")).to_be_visible()


# Each look takes seconds: on the desk the week is looked at with everything unfolded, on the phone one step.
@WIDTHS
def test_no_serious_accessibility_problem(prevention: Opens, width: int) -> None:
    page = prevention(width)
    answer_no(page)
    shown = invented(page)
    unfold = "document.querySelectorAll('.cnw-tabpanel details').forEach(one => { one.open = true; })"
    for place in range(2, 11):
        page.evaluate(unfold)
        fits(page)
        if place == (2 if width > 600 else 10):
            no_problem(page, context=".cnw-tabpanel-factors")
        shown.locator(".cnf-onward .cnw-button-strong").click()
        expect(shown.get_by_text(f"Part {place} of 10")).to_be_visible()
    turn_to(page, "week")
    page.evaluate(unfold)
    no_problem(page, context=".cnw-tabpanel-week")
