"""A server, a browser, and pages that fail their test when they ask another site or raise an error.

``lesson_server``  the kit's own lessons, served by ``calfnb serve`` once for all tests
``browser``        one Chromium for all tests
``page``           a page 1280 pixels wide, watched
``new_page``       further watched pages: ``new_page(width=390, color_scheme="dark")``
``kept``           ``kept("01_causes", 390)`` is one page for all tests of a module
``open_lesson``    ``open_lesson(page, "01_causes")`` goes there and waits until the widgets are drawn
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from causes_acts import CARD, start_afresh
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright
from served import Served
from watched import close_checked, watched_page

READY = "document.documentElement.dataset.ready === 'true'"
READY_MS = 60_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test that uses a browser carries the mark."""
    for item in items:
        if {"browser", "page", "new_page"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def lesson_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The kit's own lessons, served."""
    with Served(tmp_path_factory.mktemp("server") / "log.txt", "--port", "0") as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium: the one named in CALFNB_BROWSER, the system's, or Playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = os.environ.get("CALFNB_BROWSER") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        except Error as error:
            pytest.fail(f"There is no Chromium for the tests; python3 dev.py test gets one. ({error.message})")
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Make watched pages, each in a browser context of its own; check them all when the test ends."""
    made: list[Page] = []

    def make(width: int = 1280, height: int | None = None, color_scheme: str = "light", **options: object) -> Page:
        made.append(watched_page(browser, width, height, color_scheme, **options))
        return made[-1]

    yield make
    close_checked(made)


@pytest.fixture(scope="module")
def kept(browser: Browser, open_lesson: Callable[..., Page]) -> Iterator[Callable[..., Page]]:
    """Keep one watched page a lesson and width for all tests of a module: a kernel for each test would take minutes.

    Whoever takes it brings it to where a new one begins.
    """
    made: dict[tuple[str, int], Page] = {}

    def get(lesson: str, width: int = 1280, **options: object) -> Page:
        if (lesson, width) not in made:
            made[lesson, width] = open_lesson(watched_page(browser, width, **options), lesson)
        return made[lesson, width]

    yield get
    close_checked(made.values())


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One watched page; ``page.record`` holds what it did."""
    return new_page()


@pytest.fixture(scope="session")
def open_lesson(request: pytest.FixtureRequest) -> Callable[..., Page]:
    """Go to a lesson and wait until its widgets are drawn."""

    def go(page: Page, name: str, fragment: str = "", server: Served | None = None) -> Page:
        served = server or request.getfixturevalue("lesson_server")
        page.goto(served.lesson(name) + fragment, wait_until="commit")
        page.wait_for_function(READY, timeout=READY_MS)
        return page

    return go


@pytest.fixture
def open_causes(
    kept: Callable[..., Page], new_page: Callable[..., Page], open_lesson: Callable[..., Page]
) -> Callable[..., Page]:
    """Open the page at a width; with anything else asked for, or ``fresh``, it is a new one."""

    def go(width: int = 1280, fragment: str = "", *, fresh: bool = False, **options: object) -> Page:
        if not (fresh or fragment or options):
            page = kept("01_causes", width)
            start_afresh(page)
            return page
        page = open_lesson(new_page(width, **options), "01_causes", fragment)
        expect(page.locator(CARD)).to_be_visible()
        return page

    return go
