"""What tests do on pages of panels, and behind the safety questions of those that plan exercise."""

from __future__ import annotations

import re

from looking import at_its_beginning, tool, turn_to
from playwright.sync_api import Page, expect

__all__ = ["answer_no", "start_again"]


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
