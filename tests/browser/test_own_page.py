"""Our own front end in Chromium: the same as Voilà's page, at once, and what happens when something breaks."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from own_lesson import write_own_lesson
from playwright.sync_api import Page, expect
from served import Served, wait_until

LOST = "Connection lost. Your answers are safe in this page's address. Reload to go on."
STOCK = "?stock-page"
Opens = Callable[..., Page]


def wait_for_own_pages(server: Served, lesson: str) -> None:
    """Wait until a lesson has been run before its readers."""

    def own() -> bool:
        with urlopen(server.lesson(lesson), timeout=60) as answer:
            return b"cn-states" in answer.read()

    wait_until(own, 60, lambda: server.log, every_s=0.5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lessons")
    write_own_lesson(folder)
    return folder


@pytest.fixture(scope="module")
def own_server(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    server = Served(tmp_path_factory.mktemp("server") / "log.txt", "--port", "0", "--notebooks", str(folder))
    try:
        server.wait_for_link()
        wait_for_own_pages(server, "01_own")
        yield server
    finally:
        server.stop()


def count_to(page: Page, number: int) -> None:
    page.get_by_role("button", name="Count").click()
    expect(page.locator("output")).to_have_text(re.compile(rf"^{number} in "))


def kernel_pid(page: Page) -> int:
    return int(page.locator("output").inner_text().split()[-1])


def test_both_front_ends_show_the_same_after_the_same_clicks(
    new_page: Opens, open_lesson: Opens, own_server: Served
) -> None:
    seen: list[list[object]] = []
    for query in ("", STOCK):
        page = open_lesson(new_page(), "01_own", query, server=own_server)
        story: list[object] = []
        for number in range(4):
            if number:
                count_to(page, number)
            expect(page.locator(".bytes")).to_have_text(f"heard {7 + number}" if number else "42")
            # A widget that comes later has to fetch its module first.
            expect(page.get_by_text("</script> later")).to_have_count(int(number == 2))
            story.append(re.sub(r" in \d+", "", page.locator("#cn-cells").inner_text()))
            story.append(
                page.evaluate(
                    """() => [...document.querySelectorAll('.widget-box, .widget-box *')].map((each) => {
                      const { x, y, width, height } = each.getBoundingClientRect();
                      return [each.tagName, each.className.includes('worn'), x, y, width, height].join(' ');
                    })"""
                )
            )
        assert "</script> later" in str(story)
        assert getattr(page, "record").console_errors == []  # noqa: B009
        assert page.evaluate("document.documentElement.dataset.kernel") == (None if query else "open")
        seen.append(story)
    assert seen[0] == seen[1]


def test_a_click_before_the_kernel_answers_is_kept(page: Page, own_server: Served) -> None:
    page.add_init_script(
        """window.held = true;
        const Native = WebSocket;
        window.WebSocket = class extends Native {
          constructor(url, ...more) { super(window.held ? url.replace("/channels", "/nowhere") : url, ...more); }
        };"""
    )
    page.goto(own_server.lesson("01_own"), wait_until="commit")
    page.wait_for_function("document.documentElement.dataset.ready === 'true'")
    page.get_by_role("button", name="Count").click()
    page.wait_for_function("document.documentElement.dataset.kernel === 'closed'")
    expect(page.locator("output")).to_have_text("0 in 0")
    page.evaluate("window.held = false")
    expect(page.locator("output")).to_have_text(re.compile(r"^1 in \d+"))
    expect(page.get_by_text(LOST)).to_have_count(0)


def test_leaving_ends_the_kernel(new_page: Opens, open_lesson: Opens, own_server: Served) -> None:
    page = open_lesson(new_page(), "01_own", server=own_server)
    count_to(page, 1)
    pid = kernel_pid(page)
    assert pid in own_server.kernels()
    page.goto("about:blank")
    wait_until(lambda: pid not in own_server.kernels())


def test_a_dead_kernel_is_said_and_a_reload_goes_on(page: Page, open_lesson: Opens, own_server: Served) -> None:
    open_lesson(page, "01_own", server=own_server)
    count_to(page, 1)
    os.kill(kernel_pid(page), signal.SIGKILL)
    expect(page.get_by_role("alert").get_by_text(LOST)).to_be_visible(timeout=15_000)
    page.get_by_role("alert").get_by_role("button", name="Reload").click()
    page.wait_for_function("document.documentElement.dataset.ready === 'true'")
    count_to(page, 1)


def test_the_death_of_every_parent_goes_unnoticed(new_page: Opens, open_lesson: Opens, own_server: Served) -> None:
    page = open_lesson(new_page(), "01_own", server=own_server)
    count_to(page, 1)
    mine = kernel_pid(page)
    for pid in own_server.children():
        if pid != mine:
            os.kill(pid, signal.SIGKILL)
    count_to(page, 2)
    other = open_lesson(new_page(), "01_own", server=own_server)
    count_to(other, 1)
    wait_for_own_pages(own_server, "01_own")


def test_a_dead_server_is_said_and_its_return_is_enough(
    page: Page, open_lesson: Opens, folder: Path, tmp_path: Path
) -> None:
    server = Served(tmp_path / "first.txt", "--port", "0", "--notebooks", str(folder)).wait_for_link()
    port = server.url.rstrip("/").rpartition(":")[2]
    wait_for_own_pages(server, "01_own")
    open_lesson(page, "01_own", "#s=kept", server=server)
    server.process.kill()
    server.process.wait()
    expect(page.get_by_role("alert").get_by_text(LOST)).to_be_visible(timeout=15_000)
    again = Served(tmp_path / "second.txt", "--port", port, "--notebooks", str(folder)).wait_for_link()
    try:
        page.get_by_role("alert").get_by_role("button", name="Reload").click()
        page.wait_for_function("document.documentElement.dataset.ready === 'true'")
        assert page.url.endswith("#s=kept")
        count_to(page, 1)
    finally:
        assert again.stop() == 0


def test_the_causes_lesson_is_the_same_under_both(new_page: Opens, open_lesson: Opens, lesson_server: Served) -> None:
    wait_for_own_pages(lesson_server, "01_causes")
    seen: list[str] = []
    for query in ("", STOCK):
        page = open_lesson(new_page(), "01_causes", query)
        page.get_by_label("Seen in").select_option("emergency_department")
        page.get_by_text("None of these", exact=False).first.click()
        # What is worth asking next is the last thing to come: now it is a question beyond the red flags.
        expect(page.locator("[data-part=next] li[data-finding=main_zone]")).to_have_count(1)
        expect(page).to_have_url(re.compile("#s="))
        page.wait_for_function("!document.querySelector('.cnw-busy')")
        seen.append(page.locator("#cn-cells").inner_text())
        asked = len(getattr(page, "record").requests)  # noqa: B009
        assert asked > 80 if query else asked < 30
    assert seen[0] == seen[1]
