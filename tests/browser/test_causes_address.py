"""The address of the page of causes in Chromium: start again, reload, links, and what leaves the page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from causes_acts import CARD, clear_screen
from looking import tool
from playwright.sync_api import Page, expect

import calfnb
from calfnb.case import decode_code

WIDTHS = pytest.mark.parametrize("width", [1280, 390])
Opens = Callable[..., Page]


def leader_of(page: Page) -> str:
    """The leading cause by the plain assessment of what the address says."""
    tables = calfnb.load_tables()
    case, _ = decode_code(page.url.partition("#s=")[2], tables)
    return tables.conditions[calfnb.assess(case).ranking[0].condition_id].name


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


def test_no_request_leaves_the_page_and_nothing_fails(open_causes: Opens) -> None:
    page = open_causes(fresh=True)
    clear_screen(page)
    origin = page.url
    assert not page.record.outside(origin)
    assert not page.record.failed
    assert not page.record.console_errors
