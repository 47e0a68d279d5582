"""The index in Chromium: what it says, and that its cards lead to the lessons."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

Opens = Callable[..., Page]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_index_is_readable_and_leads_on(new_page: Opens, open_lesson: Opens, width: int, scheme: str) -> None:
    page = open_lesson(new_page(width, color_scheme=scheme), "index")
    link = page.get_by_role("link", name="Open: Causes")
    expect(link).to_be_in_viewport()
    expect(page.get_by_role("heading", name="How sure are the numbers?")).to_be_visible()
    expect(page.get_by_role("contentinfo").get_by_text("not for the care of any person")).to_be_visible()
    bad = [each for each in Axe().run(page).response["violations"] if each["impact"] in ("critical", "serious")]
    assert not bad
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    link.click()
    expect(page.locator(".cnw-card")).to_be_visible(timeout=30_000)
