"""The page of care and return in Chromium, through the kit's own server, at the widths of a desk and of a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from looking import fits, no_problem, panel, small_targets, tab, turn_to
from panel_acts import start_again
from playwright.sync_api import Page, expect

import calfnb
from calfnb.case import Case, encode_case
from calfnb.cases import load_cases

LESSON = "03_care_and_return"
PANELS = ("hours", "treatment", "recovery", "return", "anatomy", "questions", "take")
WIDTHS = pytest.mark.parametrize("width", [1280, 390])
Opens = Callable[..., Page]


@pytest.fixture
def care(kept: Opens) -> Opens:
    """A page of a width, brought to where a new one begins; light on the desk and dark on the phone."""

    def go(width: int = 1280) -> Page:
        scheme = "dark" if width < 600 else "light"
        page = start_again(kept(LESSON, width, color_scheme=scheme, reduced_motion="reduce"), "hours")
        expect(page.get_by_text("No patient came along", exact=True)).to_be_attached()
        return page

    return go


def choose(page: Page, label: str, value: str) -> None:
    page.get_by_label(label, exact=True).select_option(value)
    expect(page.get_by_label(label, exact=True)).to_have_value(value)


def code_of(case_id: str) -> str:
    tables = calfnb.load_tables()
    worked = next(one for one in load_cases(tables) if one.case_id == case_id)
    return encode_case(Case.create(tables, worked.answers, setting=worked.setting), tables)


@WIDTHS
def test_tabs_by_mouse_and_keys_and_the_address_remembers(
    care: Opens, new_page: Opens, open_lesson: Opens, width: int
) -> None:
    page = care(width)
    for name in PANELS:
        shown = turn_to(page, name)
        expect(shown).to_have_attribute("role", "tabpanel")
        expect(page.locator(".cnw-tabpanel:visible")).to_have_count(1)
    tab(page, "take").focus()
    page.keyboard.press("Home")
    expect(tab(page, "hours")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(panel(page, "recovery")).to_be_visible()
    choose(page, "Care for", "tibial_stress_fracture")
    expect(panel(page, "recovery").locator("h2").first).to_contain_text("Tibial stress fracture")
    expect(page).to_have_url(re.compile(r"#s=[\w-]+~[\w-]+$"))
    other = open_lesson(new_page(width), LESSON, "#s=" + page.url.partition("#s=")[2])
    expect(panel(other, "recovery").locator("h2").first).to_contain_text("Tibial stress fracture", timeout=30_000)
    expect(other.get_by_label("Care for")).to_have_value("tibial_stress_fracture")


def test_a_patient_of_the_causes_page_comes_along_and_is_held_back(new_page: Opens, open_lesson: Opens) -> None:
    page = open_lesson(new_page(), LESSON, f"#s={code_of('achilles_rupture_walking')}")
    banner = page.locator(".cnp-summary .cn-triage")
    expect(banner).to_have_attribute("data-level", re.compile("same_day|emergency_now"), timeout=30_000)
    expect(page.get_by_label("Care for")).to_have_value("achilles_rupture")
    shown = turn_to(page, "return")
    expect(shown.get_by_text("Held back", exact=True)).to_be_visible()
    expect(shown.locator(".cn-gate__item:visible, .cn-ladder:visible, .cn-months:visible")).to_have_count(0)
    back = page.get_by_role("link", name="Back to this patient's causes")
    assert f"#s={code_of('achilles_rupture_walking')}" in (back.get_attribute("href") or "")
    assert not page.record.failed
    assert not page.record.console_errors


@WIDTHS
def test_gates_ladder_and_log(care: Opens, width: int) -> None:
    page = care(width)
    shown = turn_to(page, "return")
    page.get_by_label("Heel raises, left").fill("-3")
    page.get_by_label("Heel raises, left").blur()
    expect(shown.get_by_text("must lie between 0 and 100")).to_be_visible()
    for label, value in (("Age", "30"), ("Heel raises, left", "14"), ("Heel raises, right", "20")):
        page.get_by_label(label, exact=True).fill(value)
    page.keyboard.press("Tab")
    expect(shown.locator(".cn-gate__check")).to_contain_text("The sides differ by 30.0 %")
    expect(shown.locator("[data-key=rg03_raises]")).to_have_class(re.compile("cn-gate__item--no"))
    walk = shown.locator("[data-key=rg01_walk]")
    walk.get_by_role("button", name="Passed", exact=True).click()
    expect(walk).to_have_class(re.compile("cn-gate__item--yes"))
    expect(walk.get_by_role("button", name="Passed", exact=True)).to_be_focused()
    shown.get_by_role("button", name="Fill in an invented runner").click()
    expect(shown.get_by_text("All tests are passed.")).to_be_visible()
    shown.get_by_role("button", name="3 Log of sessions").click()
    expect(shown.locator(".cn-log tbody tr")).to_have_count(6)
    page.get_by_label("Pain in the run", exact=True).fill("5")
    page.get_by_label("Pain next morning", exact=True).fill("4")
    page.get_by_label("Usual morning pain", exact=True).fill("0")
    shown.get_by_role("button", name="Note this session").click()
    expect(shown.locator(".cn-log tbody tr")).to_have_count(7)
    expect(shown.locator(".cn-decision")).to_contain_text("RP04")
    shown.get_by_role("button", name="Take the last one back").click()
    expect(shown.locator(".cn-log tbody tr")).to_have_count(6)
    shown.get_by_role("button", name="2 Ladder and calendar").click()
    expect(shown.locator(".cn-calendar-table tbody tr").first).to_be_visible()
    expect(shown.get_by_text("From the log of 6 sessions")).to_be_visible()


@WIDTHS
def test_an_answer_is_two_clicks_away_or_typed(care: Opens, width: int) -> None:
    page = care(width)
    shown = turn_to(page, "questions")
    shown.get_by_text("How long should I ice?", exact=True).click()
    expect(shown.get_by_text("with an hour between so that skin and muscle warm up")).to_be_visible()
    page.get_by_label("Your question").press_sequentially("when can I run again")
    first = shown.locator(".cn-faq details").first
    expect(first).to_have_attribute("data-question", "when_run_again")
    expect(first.locator(".cn-faq__answer")).to_be_visible()
    expect(page.get_by_label("Your question")).to_have_value("when can I run again")
    expect(page.get_by_label("Your question")).to_be_focused()


def test_the_leg_answers_the_keyboard(care: Opens) -> None:
    page = care()
    shown = turn_to(page, "anatomy")
    shown.get_by_role("button", name="Vessels").click()
    expect(shown.locator("svg[data-step=vessels]")).to_be_visible()
    part = shown.locator("svg [data-part]").first
    name = part.get_attribute("aria-label")
    assert name
    part.focus()
    page.keyboard.press("Enter")
    expect(shown.locator(".cn-anatomy__card h4").first).to_have_text(name)
    expect(part).to_have_attribute("aria-pressed", "true")
    expect(part).to_be_focused()


@WIDTHS
def test_pages_are_previewed_and_saved_without_asking_a_server(
    care: Opens, new_page: Opens, tmp_path: Path, width: int
) -> None:
    page = care(width)
    choose(page, "Invented patient", "tennis_leg")
    shown = turn_to(page, "take")
    document = shown.locator("[data-document-id=handover]")
    expect(document.locator(".cnw-document-file")).to_have_count(1)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    document.get_by_role("button", name="Preview").click()
    expect(document.frame_locator("iframe").get_by_text("S: Situation")).to_be_visible()
    ladder = shown.locator("[data-document-id=ladder]")
    saved = {}
    for name in ("Save the page", "Save the calendar"):
        with page.expect_download() as waiting:
            ladder.get_by_role("link", name=name).click()
        saved[name] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(saved[name])
    assert not [url for url in asked if url.startswith("http")]
    assert saved["Save the calendar"].read_text(encoding="utf-8").startswith("BEGIN:VCALENDAR")
    paper = new_page()
    paper.goto(saved["Save the page"].as_uri())
    expect(paper.locator(".cn-diary tbody tr").first).to_be_visible()
    assert [url for url in paper.record.requests if not url.startswith("file:")] == []


# Each look takes seconds, so no panel is looked at twice that has nothing of its own at the other width.
@pytest.mark.parametrize(
    ("width", "looked_at"),
    [(1280, ("hours", "return", "anatomy", "questions", "take")), (390, ("treatment", "recovery"))],
)
def test_no_serious_accessibility_problem(care: Opens, width: int, looked_at: tuple[str, ...]) -> None:
    page = care(width)
    for name in PANELS:
        turn_to(page, name)
        page.evaluate("document.querySelectorAll('.cnw-tabpanel .cnw-part').forEach(one => { one.open = true; })")
        fits(page)
        if name in looked_at:
            no_problem(page)
    shown = turn_to(page, "return")
    shown.get_by_role("button", name="Fill in an invented runner").click()
    shown.get_by_role("button", name="2 Ladder and calendar").click()
    expect(shown.locator(".cn-calendar-table")).to_be_visible()
    fits(page)
    shown.get_by_role("button", name="3 Log of sessions").click()
    expect(shown.locator(".cn-log")).to_be_visible()
    fits(page)
    if width < 600:
        no_problem(page)
    choose(page, "Invented patient", "worked_case")
    expect(shown.get_by_text("Held back", exact=True)).to_be_visible()
    if width > 600:
        no_problem(page)
    assert not small_targets(page, ".cn-choice:visible, .cnw-button:visible, .cnw-tab:visible, select:visible")
