"""What the tests of several pages do and look at."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

__all__ = ["at_its_beginning", "fits", "no_problem", "panel", "small_targets", "tab", "tool", "turn_to"]

SERIOUS = ("critical", "serious")


def no_problem(page: Page, impacts: tuple[str, ...] = SERIOUS, *, context: str | None = None) -> None:
    """No accessibility problem of these impacts, and nothing wider than the screen."""
    found = Axe().run(page, context=context)
    bad = [each for each in found.response["violations"] if each["impact"] in impacts]
    assert not bad, found.generate_report()
    fits(page)


def fits(page: Page) -> None:
    """Nothing is wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen"


def small_targets(page: Page, selector: str) -> list[str]:
    """Return the words of what is shown and too low for a finger."""
    return page.locator(selector).evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 43.5).map(one => one.textContent)"
    )


def tool(page: Page, name: str) -> Locator:
    """A control of the toolbar, unfolded first where the page is narrow."""
    more = page.locator(".cnw-more")
    if more.is_visible() and more.get_attribute("aria-expanded") == "false":
        more.click()
    return page.locator(f"[data-tool={name}]")


def tab(page: Page, name: str) -> Locator:
    """The tab of a panel."""
    return page.locator(f".cnw-tab[data-tab={name}]")


def panel(page: Page, name: str) -> Locator:
    """A panel of a page of panels."""
    return page.locator(f".cnw-tabpanel-{name}")


def turn_to(page: Page, name: str) -> Locator:
    """Show a panel, and return it when its heading is there."""
    tab(page, name).click()
    expect(tab(page, name)).to_have_attribute("aria-selected", "true")
    expect(panel(page, name).locator("h2").first).to_be_visible()
    return panel(page, name)


def at_its_beginning(page: Page) -> Page:
    """Leave no focus and no scrolling behind."""
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    return page
