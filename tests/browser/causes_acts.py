"""What tests do on the page of causes."""

from __future__ import annotations

import re

from looking import at_its_beginning, tool
from playwright.sync_api import Locator, Page, expect

CARD = ".cnw-card"


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
    at_its_beginning(page)


def free(page: Page) -> None:
    page.locator(".cnw-modes").get_by_text("Free").click()
    expect(page.locator(".cnw-filter input")).to_be_visible()


def clear_screen(page: Page) -> None:
    page.locator(CARD).get_by_role("button", name="None of these").click()
    expect(page.locator(f"{CARD}[data-card=main_zone]")).to_be_visible()


def level(page: Page) -> Locator:
    return page.locator(".cn-triage__level")
