"""The frame around a lesson, in Chromium: what every page has, and what happens when something breaks."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from served import Served, alive, wait_until

import calfnb

NOTEBOOKS = Path(__file__).parent.parent / "serving" / "notebooks"
LOST = "Connection lost. Your answers are safe in this page's address. Reload to go on."
Opens = Callable[..., Page]


@pytest.fixture(scope="module")
def small_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Two small lessons, served."""
    with Served(tmp_path_factory.mktemp("server") / "log.txt", "--port", "0", "--notebooks", str(NOTEBOOKS)) as server:
        yield server


@pytest.fixture
def counter(page: Page, open_lesson: Opens, small_server: Served) -> Page:
    """The counting lesson, drawn."""
    return open_lesson(page, "01_counter", server=small_server)


def kernel_pid(page: Page) -> int:
    """The process of a page's kernel, which the lesson shows."""
    return int(page.locator(".widget-label").last.inner_text())


def test_the_lesson_answers_and_nothing_is_asked_of_another_site(counter: Page, small_server: Served) -> None:
    counter.get_by_role("button", name="Count").click()
    expect(counter.locator(".widget-label").first).to_have_text("1")
    record = counter.record
    assert not record.outside(small_server.url)
    assert not record.failed
    assert not [text for text in record.console_errors if "Content Security Policy" in text]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_accessibility_problem(
    new_page: Opens, open_lesson: Opens, small_server: Served, width: int, scheme: str
) -> None:
    page = open_lesson(new_page(width, color_scheme=scheme), "01_counter", server=small_server)
    found = Axe().run(page)
    bad = [each for each in found.response["violations"] if each["impact"] in ("critical", "serious", "moderate")]
    assert not bad, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_landmarks_title_language_and_links_between_lessons(counter: Page) -> None:
    assert counter.title().startswith("Counting: a small lesson")
    assert counter.locator("html").get_attribute("lang") == "en"
    for role in ("main", "navigation", "banner", "contentinfo"):
        expect(counter.get_by_role(role)).to_have_count(1)  # type: ignore[arg-type]
    expect(counter.get_by_role("heading", level=1)).to_have_count(1)
    here = counter.get_by_role("navigation").locator("[aria-current=page]")
    expect(here).to_have_text("Counting")
    expect(counter.get_by_text("get emergency help now")).to_be_visible()
    expect(counter.get_by_text("not for the care of any person")).to_be_visible()
    counter.get_by_role("link", name="A broken lesson").click()
    expect(counter).to_have_title("A broken lesson · Calf pain in runners")
    expect(counter.get_by_text("could not be shown")).to_be_visible()


def test_on_a_phone_the_present_lesson_stands_in_the_row_and_the_page_stays_at_its_top(
    new_page: Opens, open_lesson: Opens
) -> None:
    page = new_page(390)
    for name in ("index", "03_care_and_return", "08_evidence"):
        open_lesson(page, name)
        expect(page.locator(".cn-nav [aria-current=page]")).to_be_in_viewport(ratio=1)
        assert page.evaluate("scrollY") == 0
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_first_key_offers_the_way_past_the_frame(counter: Page) -> None:
    counter.keyboard.press("Tab")
    expect(counter.get_by_role("link", name="Skip to the lesson")).to_be_focused()
    counter.keyboard.press("Enter")
    expect(counter.locator("main")).to_be_focused()


def test_the_button_changes_the_colours_and_the_choice_is_kept(
    counter: Page, open_lesson: Opens, small_server: Served
) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    light = counter.evaluate(background)
    counter.get_by_role("button", name="Colours of the page: Dark").click()
    dark = counter.evaluate(background)
    assert dark != light
    open_lesson(counter, "01_counter", server=small_server)
    assert counter.evaluate(background) == dark
    counter.get_by_role("button", name="Colours of the page: Light").click()
    assert counter.evaluate(background) == light


def test_the_system_chooses_the_colours_at_first(new_page: Opens, open_lesson: Opens, small_server: Served) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    shades = {
        scheme: open_lesson(new_page(color_scheme=scheme), "01_counter", server=small_server).evaluate(background)
        for scheme in ("light", "dark")
    }
    assert shades["light"] != shades["dark"]


def test_paper_shows_the_lesson_and_both_warnings_but_no_controls_of_the_frame(counter: Page) -> None:
    counter.emulate_media(media="print")
    expect(counter.get_by_role("navigation")).to_be_hidden()
    expect(counter.locator("#cn-theme")).to_be_hidden()
    expect(counter.get_by_text("get emergency help now")).to_be_visible()
    expect(counter.get_by_text("not for the care of any person")).to_be_visible()


def test_the_frame_is_painted_before_the_kernel_answers(page: Page, small_server: Served) -> None:
    page.goto(small_server.lesson("01_counter"), wait_until="commit")
    page.wait_for_function("document.documentElement.dataset.ready === 'true'")
    first, shown, ready = page.evaluate(
        """() => [performance.getEntriesByName('first-contentful-paint')[0].startTime,
                  performance.getEntriesByName('lesson-shown')[0].startTime,
                  performance.getEntriesByName('lesson-ready')[0].startTime]"""
    )
    assert first < shown < ready


def test_leaving_the_page_ends_its_kernel(counter: Page, small_server: Served) -> None:
    pid = kernel_pid(counter)
    assert pid in small_server.kernels()
    counter.goto("about:blank")
    wait_until(lambda: pid not in small_server.kernels())


def test_closing_and_reloading_end_kernels_too(new_page: Opens, open_lesson: Opens, small_server: Served) -> None:
    page = open_lesson(new_page(), "01_counter", server=small_server)
    first = kernel_pid(page)
    page.reload(wait_until="commit")
    page.wait_for_function("document.documentElement.dataset.ready === 'true'")
    second = kernel_pid(page)
    assert first != second
    page.close(run_before_unload=True)
    wait_until(lambda: not {first, second} & set(small_server.kernels()))


def test_a_dead_kernel_is_said_and_a_reload_goes_on(counter: Page) -> None:
    os.kill(kernel_pid(counter), signal.SIGKILL)
    expect(counter.get_by_role("alert").get_by_text(LOST)).to_be_visible(timeout=15_000)
    counter.get_by_role("alert").get_by_role("button", name="Reload").click()
    counter.wait_for_function("document.documentElement.dataset.ready === 'true'")
    expect(counter.get_by_text(LOST)).to_have_count(0)
    counter.get_by_role("button", name="Count").click()
    expect(counter.locator(".widget-label").first).to_have_text("1")


def test_the_death_of_the_kernels_parent_goes_unnoticed(
    new_page: Opens, open_lesson: Opens, small_server: Served
) -> None:
    page = open_lesson(new_page(), "01_counter", server=small_server)
    parents = [pid for pid in small_server.children() if pid not in small_server.kernels()]
    for pid in parents:
        os.kill(pid, signal.SIGKILL)
    page.get_by_role("button", name="Count").click()
    expect(page.locator(".widget-label").first).to_have_text("1")
    other = open_lesson(new_page(), "01_counter", server=small_server)
    other.get_by_role("button", name="Count").click()
    expect(other.locator(".widget-label").first).to_have_text("1")


def test_a_dead_server_is_said_and_its_return_is_enough(page: Page, open_lesson: Opens, tmp_path: Path) -> None:
    server = Served(tmp_path / "first.txt", "--port", "0", "--notebooks", str(NOTEBOOKS)).wait_for_link()
    port = server.url.rstrip("/").rpartition(":")[2]
    open_lesson(page, "01_counter", "#s=kept", server=server)
    server.process.kill()
    server.process.wait()
    expect(page.get_by_role("alert").get_by_text(LOST)).to_be_visible(timeout=15_000)
    again = Served(tmp_path / "second.txt", "--port", port, "--notebooks", str(NOTEBOOKS)).wait_for_link()
    try:
        page.get_by_role("alert").get_by_role("button", name="Reload").click()
        page.wait_for_function("document.documentElement.dataset.ready === 'true'")
        assert page.url.endswith("#s=kept")
        page.get_by_role("button", name="Count").click()
        expect(page.locator(".widget-label").first).to_have_text("1")
    finally:
        assert again.stop() == 0


def test_readers_of_a_lesson_that_was_run_before_they_came_have_answers_of_their_own(
    new_page: Opens, open_lesson: Opens, tmp_path: Path
) -> None:
    notebook = json.loads((NOTEBOOKS / "01_counter.ipynb").read_text(encoding="utf-8"))
    notebook["metadata"]["calfnb"] = {"snapshot": True}
    folder = tmp_path / "lessons"
    folder.mkdir()
    (folder / "01_counter.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    server = Served(tmp_path / "log.txt", "--port", "0", "--notebooks", str(folder)).wait_for_link()

    def widgets() -> list[str]:
        with urlopen(server.lesson("01_counter"), timeout=60) as answer:
            return re.findall(r'"model_id": "(\w+)"', answer.read().decode())

    try:
        wait_until(lambda: widgets() == widgets(), 60, lambda: server.log)
        readers = [open_lesson(new_page(), "01_counter", server=server) for _ in range(2)]
        for reader, clicks in zip(readers, (3, 1), strict=True):
            for _ in range(clicks):
                reader.get_by_role("button", name="Count").click()
        for reader, clicks in zip(readers, ("3", "1"), strict=True):
            expect(reader.locator(".widget-label").first).to_have_text(clicks)
    finally:
        assert server.stop() == 0, server.log


class Plain:
    """Another Jupyter server with our template: plain Voilà, or the one that Binder starts."""

    def __init__(self, log: Path, command: list[str], env: dict[str, str]) -> None:
        self.log_path = log
        with log.open("wb") as stream:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT, cwd=NOTEBOOKS.parent,
                env={**os.environ, **env},
            )  # fmt: skip

    def wait_for(self, url: str) -> None:
        """Wait until an address is answered."""

        def answered() -> bool:
            with suppress(URLError), urlopen(url, timeout=5):
                return True
            return self.process.poll() is not None

        wait_until(answered, 60, lambda: self.log_path.read_text())

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_plain_voila_with_our_template_shows_the_same_and_ends_its_kernels(
    page: Page, free_port: int, tmp_path: Path
) -> None:
    program = str(Path(sys.executable).with_name("voila"))
    data = str(Path(calfnb.__file__).parent / "serving" / "jupyter")
    plain = Plain(
        tmp_path / "log.txt",
        [program, "notebooks", "--no-browser", "--template=calfnb", "--Voila.ip=127.0.0.1", f"--port={free_port}"],
        {"JUPYTER_PATH": data},
    )
    try:
        url = f"http://127.0.0.1:{free_port}/voila/render/01_counter.ipynb"
        plain.wait_for(f"http://127.0.0.1:{free_port}/voila/static/voila.js")
        page.goto(url, wait_until="commit")
        page.wait_for_function("document.documentElement.dataset.ready === 'true'", timeout=60_000)
        page.get_by_role("button", name="Count").click()
        expect(page.locator(".widget-label").first).to_have_text("1")
        expect(page.get_by_text("get emergency help now")).to_be_visible()
        pid = kernel_pid(page)
        page.goto("about:blank")
        wait_until(lambda: not alive(pid))
    finally:
        plain.stop()


@pytest.mark.slow
def test_the_server_that_binder_starts_serves_lessons_under_its_prefix(
    page: Page, free_port: int, tmp_path: Path
) -> None:
    start = Path(calfnb.__file__).parents[1] / "binder" / "start"
    python = Path(sys.executable)
    binder = Plain(
        tmp_path / "log.txt",
        [str(start), str(python), "-m", "jupyter_server", "--no-browser", "--allow-root", "--ip=127.0.0.1",
         f"--port={free_port}", "--ServerApp.base_url=/user/xyz/", "--IdentityProvider.token=abc",
         "--ServerApp.jpserver_extensions={'voila.server_extension': True}"],
        {"JUPYTER_PATH": str(Path(calfnb.__file__).parent / "serving" / "jupyter")},
    )  # fmt: skip
    try:
        binder.wait_for(f"http://127.0.0.1:{free_port}/user/xyz/api")
        base = f"http://127.0.0.1:{free_port}/user/xyz/voila/render/notebooks"
        page.goto(f"{base}/01_counter.ipynb?token=abc", wait_until="commit")
        page.wait_for_function("document.documentElement.dataset.ready === 'true'", timeout=60_000)
        page.get_by_role("button", name="Count").click()
        expect(page.locator(".widget-label").first).to_have_text("1")
        pid = kernel_pid(page)
        assert Path(f"/proc/{pid}/cmdline").read_bytes().count(b"forking"), "the kernel was not forked"
        page.goto("about:blank")
        wait_until(lambda: not alive(pid))
    finally:
        binder.stop()
