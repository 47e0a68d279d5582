"""Pages that remember what they did, and are checked when they are closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

__all__ = ["Record", "close_checked", "watched_page"]


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


def watched_page(
    browser: Browser, width: int = 1280, height: int | None = None, color_scheme: str = "light", **options: object
) -> Page:
    """Return a page in a browser context of its own; ``page.record`` holds what it does."""
    size = {"width": width, "height": height or (844 if width < 600 else 800)}
    page = browser.new_context(viewport=size, color_scheme=color_scheme, **options).new_page()
    page.record = Record()
    page.record.watch(page)
    return page


def close_checked(pages: Iterable[Page]) -> None:
    """Close pages; none of them may have raised an error or asked another site."""
    for page in pages:
        record: Record = page.record
        page.context.close()
        assert not record.page_errors, record.page_errors
        if record.requests:
            assert not record.outside(record.requests[0]), record.outside(record.requests[0])
