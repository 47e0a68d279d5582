"""The causes page in Chromium, through the kit's own server, at the widths of a desk and of a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

import calfnb
from calfnb.case import decode_code

LESSON = "01_causes"
CARD = ".cnw-card"
WIDTHS = pytest.mark.parametrize("width", [1280, 390])
Opens = Callable[..., Page]


@pytest.fixture(scope="module")
def kept_pages(browser: Browser, open_lesson: Opens) -> Iterator[Callable[[int], Page]]:
    """One page a width for all tests of this module: starting a kernel for each would take minutes."""
    pages: dict[int, Page] = {}
    errors: list[str] = []

    def get(width: int) -> Page:
        if width not in pages:
            context = browser.new_context(viewport={"width": width, "height": 844 if width < 600 else 800})
            page = context.new_page()
            page.on("pageerror", lambda error: errors.append(str(error)))
            pages[width] = open_lesson(page, LESSON)
        return pages[width]

    yield get
    for page in pages.values():
        page.context.close()
    assert not errors, errors


def start_afresh(page: Page) -> None:
    """Bring a page that was used before to where a new one begins."""
    tool(page, "reset")
    page.get_by_label("Seen in").select_option("sports_clinic")
    if tool(page, "large").get_attribute("aria-pressed") == "true":
        tool(page, "large").click()
    page.locator(".cnw-modes").get_by_text("Guided").click()
    tool(page, "reset").click()
    expect(page.locator(f"{CARD}[data-card=screen]")).to_be_visible()
    expect(page).not_to_have_url(re.compile("#s="))
    expect(page.locator(".cn-triage")).to_have_attribute("data-level", "routine")
    expect(page.locator(".cnw-screen-rows input:checked:not([value=''])")).to_have_count(0)
    page.evaluate("document.querySelectorAll('details[open]').forEach(one => { one.open = false; })")
    more = page.locator(".cnw-more")
    if more.is_visible():
        more.click()
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


@pytest.fixture
def open_causes(kept_pages: Callable[[int], Page], new_page: Opens, open_lesson: Opens) -> Opens:
    """Open the page at a width; with anything else asked for, or ``fresh``, it is a new one."""

    def go(width: int = 1280, fragment: str = "", *, fresh: bool = False, **options: object) -> Page:
        if not (fresh or fragment or options):
            page = kept_pages(width)
            start_afresh(page)
            return page
        page = open_lesson(new_page(width, **options), LESSON, fragment)
        expect(page.locator(CARD)).to_be_visible()
        return page

    return go


def tool(page: Page, name: str) -> Locator:
    """A control of the toolbar, unfolded first where the page is narrow."""
    more = page.locator(".cnw-more")
    if more.is_visible() and more.get_attribute("aria-expanded") == "false":
        more.click()
    return page.locator(f"[data-tool={name}]")


def free(page: Page) -> None:
    page.locator(".cnw-modes").get_by_text("Free").click()
    expect(page.locator(".cnw-filter input")).to_be_visible()


def clear_screen(page: Page) -> None:
    page.locator(CARD).get_by_role("button", name="None of these").click()
    expect(page.locator(f"{CARD}[data-card=main_zone]")).to_be_visible()


def zone(page: Page, label: str) -> Locator:
    return page.locator(".cnw-map-figure:not([hidden])").get_by_role("radio", name=label)


def click_zone(page: Page, label: str) -> None:
    """Click on the written label of a zone: the middle of its outline may lie beside it."""
    text = zone(page, label).locator("xpath=..").locator(".cn-zone__label")
    text.scroll_into_view_if_needed()
    box = text.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def level(page: Page) -> Locator:
    return page.locator(".cn-triage__level")


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


@WIDTHS
def test_start_again_asks_nothing_and_can_be_undone(open_causes: Opens, width: int) -> None:
    page = open_causes(width)
    clear_screen(page)
    code = page.url
    tool(page, "reset").click()
    expect(page.locator(f"{CARD}[data-card=screen]")).to_be_visible()
    expect(page).not_to_have_url(re.compile("#s="))
    expect(page.get_by_text("Undo brings the answers back")).to_be_visible()
    tool(page, "undo").click()
    expect(page.locator(f"{CARD}[data-card=main_zone]")).to_be_visible()
    expect(page).to_have_url(code)


def leader_of(page: Page) -> str:
    """The leading cause by the plain assessment of what the address says."""
    tables = calfnb.load_tables()
    case, _ = decode_code(page.url.partition("#s=")[2], tables)
    return tables.conditions[calfnb.assess(case).ranking[0].condition_id].name


@WIDTHS
def test_a_reload_and_a_shared_link_bring_everything_back(open_causes: Opens, new_page: Opens, width: int) -> None:
    page = open_causes(width, fresh=True)
    clear_screen(page)
    page.locator(f"{CARD} .cnw-option").first.click()
    expect(page.locator(f"{CARD}[data-card=main_zone]")).to_have_count(0)
    asked = page.locator(CARD).get_attribute("data-card")
    leading = page.locator(".cn-card__name").first
    expect(leading).to_have_text(leader_of(page))
    address = page.url
    page.reload(wait_until="commit")
    expect(page.locator(f"{CARD}[data-card={asked}]")).to_be_visible(timeout=30_000)
    expect(leading).to_have_text(leader_of(page))
    assert page.url == address
    other = new_page(width)
    other.goto(address)
    expect(other.locator(f"{CARD}[data-card={asked}]")).to_be_visible(timeout=30_000)


def test_a_link_pasted_into_an_open_page_is_followed(open_causes: Opens) -> None:
    page = open_causes()
    clear_screen(page)
    cleared = page.url.partition("#")[2]
    tool(page, "reset").click()
    expect(page.locator(f"{CARD}[data-card=screen]")).to_be_visible()
    page.evaluate("code => { location.hash = code; }", cleared)
    expect(page.locator(f"{CARD}[data-card=main_zone]")).to_be_visible()


@pytest.mark.parametrize("fragment", ["#s=AAAAAAAA", "#s=<img src=x onerror=alert(1)>", "#s=" + "Q" * 900])
def test_a_forged_code_gives_a_sentence_and_a_fresh_page(open_causes: Opens, fragment: str) -> None:
    page = open_causes(fragment=fragment)
    expect(page.get_by_text("The code in the address")).to_be_visible()
    expect(page.locator(f"{CARD}[data-card=screen]")).to_be_visible()
    expect(page).not_to_have_url(re.compile("#s="))
    assert page.locator("img[src=x]").count() == 0
    clear_screen(page)
    expect(page.get_by_text("The code in the address")).to_have_count(0)


def test_the_link_is_copied_and_said(open_causes: Opens) -> None:
    page = open_causes(permissions=["clipboard-read", "clipboard-write"])
    clear_screen(page)
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("status").get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_nothing_is_stored_in_the_browser(open_causes: Opens) -> None:
    page = open_causes()
    clear_screen(page)
    stored = page.evaluate("[...Object.values(localStorage), ...Object.values(sessionStorage)].join()")
    assert page.url.partition("#s=")[2] not in stored


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


def press_until(page: Page, key: str, wanted: Locator, most: int = 80) -> None:
    for _ in range(most):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {wanted}")


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@WIDTHS
def test_no_serious_accessibility_problem(open_causes: Opens, width: int, scheme: str) -> None:
    page = open_causes(width, color_scheme=scheme, reduced_motion="reduce")
    check(page)
    clear_screen(page)
    check(page)
    tool(page, "case").click()
    expect(page.locator(".cnw-case-step")).to_have_count(1)
    for part in ("open", "next", "settings", "answers"):
        page.locator(f"[data-part={part}] > summary").click()
    expect(page.locator("[data-part=settings] table")).to_be_visible()
    check(page)
    free(page)
    page.locator("[data-step=story] .cnw-step-button").click()
    check(page)


def check(page: Page) -> None:
    found = Axe().run(page)
    bad = [each for each in found.response["violations"] if each["impact"] in ("critical", "serious")]
    assert not bad, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen"


@WIDTHS
def test_every_control_has_a_name_and_room_for_a_finger(open_causes: Opens, width: int) -> None:
    page = open_causes(width)
    clear_screen(page)
    nameless = page.locator("button:visible, select:visible, input:visible").evaluate_all(
        "all => all.filter(one => !(one.textContent.trim() || one.labels?.length || one.ariaLabel))"
        ".map(one => one.outerHTML)"
    )
    assert not nameless
    small = page.locator("label.cnw-option:visible, .cnw-button:visible, .cnw-step-button:visible").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 43.5).map(one => one.textContent)"
    )
    assert not small


def test_no_request_leaves_the_page_and_nothing_fails(open_causes: Opens) -> None:
    page = open_causes(fresh=True)
    clear_screen(page)
    origin = page.url
    assert not page.record.outside(origin)
    assert not page.record.failed
    assert not page.record.console_errors
