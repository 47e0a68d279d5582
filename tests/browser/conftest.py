"""A server, a browser, and pages that fail their test when they ask another site or raise an error.

``lesson_server``  the kit's own lessons, served by ``calfnb serve`` once for all tests
``browser``        one Chromium for all tests
``page``           a page 1280 pixels wide, watched
``new_page``       further watched pages: ``new_page(width=390, color_scheme="dark")``
``open_lesson``    ``open_lesson(page, "01_causes")`` goes there and waits until the widgets are drawn
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright
from served import Served

READY = "document.documentElement.dataset.ready === 'true'"
READY_MS = 60_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test that uses a browser carries the mark."""
    for item in items:
        if {"browser", "page", "new_page"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)


@dataclass
class Record:
    """What one page has done: addresses asked for, messages of its console, uncaught errors, answers above 399."""

    requests: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Begin to record."""
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", lambda socket: self.requests.append(socket.url))
        page.on("pageerror", lambda error: self.page_errors.append(str(error)))
        page.on("console", lambda message: message.type == "error" and self.console_errors.append(message.text))
        page.on("response", lambda answer: answer.status >= 400 and self.failed.append(f"{answer.status} {answer.url}"))

    def outside(self, origin: str) -> list[str]:
        """Addresses of other sites that were asked."""
        own = urlsplit(origin).netloc
        return [url for url in self.requests if urlsplit(url).scheme in ("http", "https", "ws", "wss")
                and urlsplit(url).netloc != own]  # fmt: skip


@pytest.fixture(scope="session")
def lesson_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The kit's own lessons, served."""
    server = Served(tmp_path_factory.mktemp("server") / "log.txt", "--port", "0")
    try:
        yield server.wait_for_link()
    finally:
        server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium: the one named in CALFNB_CHROMIUM, the system's, or Playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = os.environ.get("CALFNB_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
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
    made: list[tuple[Page, Record]] = []

    def make(width: int = 1280, height: int | None = None, color_scheme: str = "light", **options: object) -> Page:
        size = {"width": width, "height": height or (844 if width < 600 else 800)}
        context = browser.new_context(viewport=size, color_scheme=color_scheme, **options)
        page = context.new_page()
        record = Record()
        record.watch(page)
        page.record = record
        made.append((page, record))
        return page

    yield make
    for page, record in made:
        page.context.close()
        assert not record.page_errors, record.page_errors
        if record.requests:
            assert not record.outside(record.requests[0]), record.outside(record.requests[0])


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
