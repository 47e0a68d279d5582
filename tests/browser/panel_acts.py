"""What tests do on pages of panels, and behind the safety questions of those that plan exercise."""

from __future__ import annotations

import re
from pathlib import Path

from looking import at_its_beginning, tool, turn_to
from playwright.sync_api import Locator, Page, expect

__all__ = ["answer_no", "save_page_and_calendar", "start_again"]


def start_again(page: Page, first: str = "start") -> Page:
    """Bring a page that was used before to where a new one begins: its first panel, nothing answered."""
    turn_to(page, first)
    tool(page, "reset").click()
    expect(page).not_to_have_url(re.compile("#s="))
    return at_its_beginning(page)


def answer_no(page: Page) -> None:
    """Answer the safety questions so that nothing holds a plan back."""
    start = turn_to(page, "start")
    for name in ("red_flag", "sudden_sharp"):
        start.locator(f"[data-field={name}] input[value=no]").check(force=True)
    start.locator("[data-field=pain] input").fill("0")
    start.locator("[data-field=pain] input").blur()
    expect(start.locator(".cnp-safety__passed")).to_be_visible()


def save_page_and_calendar(page: Page, shown: Locator, folder: Path) -> dict[str, Path]:
    """Save both files of a panel, by the name of their link; no server may be asked for them."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    saved = {}
    for name in ("Save the page", "Save the calendar"):
        with page.expect_download() as waiting:
            shown.get_by_role("link", name=name).click()
        saved[name] = folder / waiting.value.suggested_filename
        waiting.value.save_as(saved[name])
    assert not [url for url in asked if url.startswith("http")]
    return saved
