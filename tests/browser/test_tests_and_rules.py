"""The page of tests and rules in Chromium, through the kit's own server, at the widths of a desk and of a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from looking import SERIOUS, at_its_beginning, fits, no_problem, tab, tool
from playwright.sync_api import Locator, Page, expect

LESSON = "02_tests_and_rules"
WIDTHS = pytest.mark.parametrize("width", [1280, 390])
WELLS = "wells_2003_two_level"
Opens = Callable[..., Page]


@pytest.fixture
def open_tests(kept: Opens) -> Opens:
    """The page at a width, as it is at its beginning: light on the desk, dark on the phone."""

    def go(width: int = 1280) -> Page:
        page = kept(LESSON, width, color_scheme="dark" if width < 600 else "light")
        expect(page.locator(".cnw-finder-entry").first).to_be_attached()
        tab(page, "tests").click()
        page.get_by_label("Seen in").select_option("sports_clinic", force=True)
        tool(page, "reset").click()
        expect(page).not_to_have_url(re.compile("#s="))
        expect(page.get_by_role("heading", name="Nothing chosen yet")).to_be_visible()
        return at_its_beginning(page)

    return go


def entry(page: Page, name: str) -> Locator:
    """An entry of the list that is shown, unfolded first where the page is narrow."""
    found = page.locator(f".cnw-finder-entry[data-id={name}]")
    more = page.locator(".cnw-finder-more:visible[aria-expanded=false]")
    if more.count():
        more.click()
    return found


def worked_case(page: Page) -> None:
    tool(page, "case").click()
    expect(page.get_by_role("tab", name="On this patient")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".cnw-sum")).to_be_visible()


def open_rule(page: Page, name: str) -> Locator:
    tab(page, "rules").click()
    entry(page, name).click()
    gate = page.locator(".cnw-rule-gate")
    expect(gate.locator(".cnw-option").first).to_be_visible()
    return gate


def field(page: Page, name: str) -> Locator:
    return page.locator(f"[data-field='{name}']")


@WIDTHS
def test_from_a_suspicion_to_a_test_and_back_in_two_clicks(open_tests: Opens, width: int) -> None:
    page = open_tests(width)
    entry(page, "achilles_rupture").click()
    detail = page.locator(".cnw-lookup")
    expect(detail.get_by_role("heading", name="Achilles tendon rupture", exact=True)).to_be_in_viewport()
    detail.get_by_role("button", name="Calf squeeze (Thompson, Simmonds)").click()
    heading = detail.get_by_role("heading", name="Calf squeeze (Thompson, Simmonds)")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()
    for part in ("What is done", "What it shows", "How to do it", "Pitfalls", "Published figures"):
        expect(detail.get_by_role("heading", name=part)).to_be_attached()
    expect(detail.locator(".cn-test ol li").first).to_be_attached()
    detail.get_by_role("button", name="Achilles rupture").click()
    expect(detail.get_by_role("heading", name="Achilles tendon rupture", exact=True)).to_be_focused()
    fits(page)


def test_words_and_arrows_find_an_entry(open_tests: Opens) -> None:
    page = open_tests()
    page.get_by_label("Find a suspicion or a test").focus()
    page.keyboard.type("squeeze")
    shown = page.locator(".cnw-tabpanel-tests .cnw-finder-entry:visible")
    expect(page.locator(".cnw-tabpanel-tests .cnw-finder-count")).to_have_text(re.compile(r"match"))
    assert 1 <= shown.count() <= 8
    page.keyboard.press("ArrowDown")
    expect(shown.first).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.type("dvt")
    page.keyboard.press("Enter")
    expect(page.locator(".cnw-lookup h3")).to_have_text("Deep vein thrombosis")


def test_the_tabs_answer_the_arrows_and_a_reload_brings_everything_back(open_tests: Opens) -> None:
    page = open_tests()
    tabs = page.get_by_role("tab")
    expect(tabs).to_have_count(3)
    tabs.first.focus()
    page.keyboard.press("ArrowLeft")
    expect(tabs.last).to_be_focused()
    expect(tabs.last).to_have_attribute("aria-selected", "true")
    panel = page.get_by_role("tabpanel")
    expect(panel).to_have_count(1)
    expect(panel).to_have_attribute("aria-labelledby", tabs.last.get_attribute("id") or "")
    gate = open_rule(page, "abi_bands")
    gate.locator(".cnw-option").first.click()
    field(page, "abi").locator("input").fill("0.85")
    primary = page.locator(".cnw-rule-result .cn-rule__primary")
    expect(primary).to_contain_text("Abnormal")
    page.reload()
    expect(primary).to_contain_text("Abnormal", timeout=60_000)
    expect(field(page, "abi").locator("input")).to_have_value("0.85")


def test_a_patient_comes_from_the_page_of_causes_and_goes_back(new_page: Opens, open_lesson: Opens) -> None:
    page = open_lesson(new_page(390), "01_causes")
    page.locator(".cnw-card fieldset[data-finding=calf_swelling] label").first.click()
    expect(page).to_have_url(re.compile("#s="))
    code = page.url.partition("#s=")[2]
    link = page.get_by_role("link", name="Tests and rules for this patient")
    expect(link).to_have_attribute("href", re.compile(f"#s={code}$"))
    link.click()
    expect(page.locator(".cnw-patient")).to_contain_text("1 answers", timeout=60_000)
    assert page.url.partition("#s=")[2] == code
    back = page.get_by_role("link", name="Answer or change on the page of causes")
    expect(back).to_have_attribute("href", re.compile(f"01_causes.ipynb#s={code}$"))


@WIDTHS
def test_a_result_moves_the_patient_and_bad_numbers_are_told(open_tests: Opens, width: int) -> None:
    page = open_tests(width)
    worked_case(page)
    expect(page.locator(".cn-fagan")).to_be_visible()
    before = page.locator(".cnw-sum").inner_text()
    field(page, "test:ddimer").get_by_text("Negative").click()
    expect(page.locator(".cnw-sum")).to_contain_text("negative")
    assert page.locator(".cnw-sum").inner_text() != before
    page.get_by_label("One test more").select_option("own")
    field(page, "own_sensitivity").locator("input").fill("1")
    expect(field(page, "own_sensitivity").locator(".cnw-field-problem")).to_contain_text("no study can show that")
    field(page, "own_sensitivity").locator("input").fill("0.9")
    field(page, "own_specificity").locator("input").fill("0,8")
    expect(page.locator(".cnw-sum")).to_contain_text("ratio 4.5")
    slider = page.get_by_role("slider", name="Where the leg is seen")
    slider.focus()
    page.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "Emergency department")
    expect(page.locator(".cnw-scene-clinics .cn-clinic__name")).to_have_text("Emergency department")
    page.get_by_label("Harm of missing it").fill("-5")
    expect(field(page, "missing").locator(".cnw-field-problem")).to_contain_text("above 0")
    expect(page.locator(".cnw-scene-harms .cn-thresholds")).to_be_visible()
    field(page, "test:own").get_by_text("Take away").click()
    expect(field(page, "test:own")).to_have_count(0)
    fits(page)


@WIDTHS
def test_a_rule_asks_why_first_and_then_counts_as_it_is_answered(open_tests: Opens, width: int) -> None:
    page = open_tests(width)
    worked_case(page)
    worked_case(page)
    gate = open_rule(page, WELLS)
    items = page.locator(".cnw-rule-items .cnw-field-part")
    expect(items).to_have_count(0)
    gate.get_by_text("Every runner with a sore calf").click()
    expect(page.locator(".cnw-rule-reply")).to_contain_text("Stays locked.")
    expect(items).to_have_count(0)
    gate.locator("input").first.check()
    expect(items).to_have_count(10)
    expect(field(page, "calf_over_3cm").locator("input[value=yes]")).to_be_checked()
    expect(field(page, "calf_over_3cm")).to_contain_text("from the patient's answers")
    result = page.locator(".cnw-rule-result")
    expect(result).to_contain_text("Incomplete")
    expect(result).to_contain_text("0 to 8 points")
    field(page, "active_cancer").get_by_text("Yes").click()
    expect(result).to_contain_text("1 to 8 points")
    field(page, "calf_over_3cm").get_by_text("Not known").click()
    expect(result).to_contain_text("0 to 8 points")
    expect(field(page, "calf_over_3cm")).not_to_contain_text("from the patient's answers")
    expect(page.locator(".cnw-rule-line__words")).to_contain_text("still open")


def test_an_impossible_measurement_is_told_and_can_be_emptied(open_tests: Opens) -> None:
    page = open_tests()
    open_rule(page, "abi_bands").locator("input").first.check()
    entry_field = field(page, "abi").locator("input")
    entry_field.fill("4.2")
    problem = field(page, "abi").locator(".cnw-field-problem")
    expect(problem).to_contain_text("between 0 and 3")
    expect(entry_field).to_have_attribute("aria-invalid", "true")
    entry_field.fill("")
    expect(problem).to_be_empty()
    expect(entry_field).to_have_value("")
    entry_field.fill("0,85")
    expect(page.locator(".cnw-rule-result .cn-rule__primary")).to_contain_text("Abnormal")
    expect(entry_field).to_have_value("0,85")


@WIDTHS
def test_no_serious_accessibility_problem(open_tests: Opens, width: int) -> None:
    page = open_tests(width)

    def check() -> None:  # the frame has a test of its own
        no_problem(page, (*SERIOUS, "moderate"), context=".cnw-page-tests")

    entry(page, "d_dimer").click()
    expect(page.locator(".cn-test[data-test=d_dimer]")).to_be_visible()
    check()
    worked_case(page)
    check()
    open_rule(page, WELLS).locator("input").first.check()
    expect(page.locator(".cnw-rule-items .cnw-field-part")).to_have_count(10)
    check()
