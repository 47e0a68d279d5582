"""A training log dropped in a real browser: by mouse, dialog and keys; stopped, vanished, large; then replayed."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from looking import no_problem, tool, turn_to
from playwright.sync_api import Locator, Page, expect
from served import Served

LESSON = "04_prevention"
FILES = Path(__file__).resolve().parents[1] / "load" / "files"
WIDTHS = pytest.mark.parametrize("width", [1280, 390])
Opens = Callable[..., Page]
LIST = "date,distance_km,sport,shoe\n2024-01-04,10.0,Run,Blue\n2024-01-08,15.0,Run,Blue\n2024-01-09,-3,Run,Blue\n"
#: Lets files go over the page, as a hand with a mouse does.
LET_GO = """(files) => {
  const carried = new DataTransfer();
  for (const [name, text] of files) carried.items.add(new File([text], name));
  for (const type of ["dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
  }
}"""
#: No page may make a folder by script, so a stand-in is let go.
LET_GO_A_FOLDER = """() => {
  const event = new Event("drop", { bubbles: true, cancelable: true });
  const folder = { isDirectory: true, name: "activities" };
  const item = { kind: "file", webkitGetAsEntry: () => folder, getAsFile: () => null };
  Object.defineProperty(event, "dataTransfer", { value: { types: ["Files"], items: [item], files: [] } });
  document.body.dispatchEvent(event);
}"""


@pytest.fixture
def log(kept: Opens) -> Opens:
    """The panel of a page of a width, without a log."""

    def go(width: int = 1280) -> Page:
        page = kept(LESSON, width, color_scheme="dark" if width < 600 else "light")
        turn_to(page, "log")
        expect(page.locator(".cnw-drop-zone")).to_be_visible()
        forget = page.get_by_role("button", name="Forget this log now")
        if forget.is_visible():
            forget.click()
        tool(page, "reset").click()
        expect(drawings(page)).to_have_count(0)
        expect(page.get_by_role("button", name="Load an invented log")).to_be_visible()
        return page

    return go


def drawings(page: Page) -> Locator:
    return page.locator(".cnl-figures .cn-load__drawing")


def chosen(page: Page, *files: Path | dict[str, object]) -> None:
    page.locator(".cnw-drop input[type=file]").set_input_files(list(files))


def made(name: str, text: str) -> dict[str, object]:
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode()}


def summary(page: Page) -> Locator:
    return page.get_by_role("region", name="What was read and what was refused")


@WIDTHS
def test_files_that_are_let_go_become_figures_and_refusals(log: Opens, width: int) -> None:
    page = log(width)
    page.evaluate(LET_GO, [["activities.csv", LIST], ["poem.txt", "The quick brown fox\njumps"]])
    expect(drawings(page)).to_have_count(3)
    expect(summary(page)).to_contain_text("2 activities read, 2 of them runs; 2 refused.")
    summary(page).locator("summary").click()
    expect(summary(page).locator("tbody tr")).to_have_count(2)
    expect(summary(page).locator("tbody")).to_contain_text("negative")
    page.locator(".cn-fold[data-key=load-sessions] > summary").click()
    expect(page.locator(".cn-fold[data-key=load-sessions] tbody tr")).to_have_count(2)
    expect(page.locator(".cnl-log")).to_contain_text("1 of the 2 runs shown were more than a tenth longer")
    no_problem(page)


def test_by_the_dialog_and_by_keys(log: Opens) -> None:
    page = log()
    button = page.get_by_role("button", name="Choose files")
    button.focus()
    expect(button).to_be_focused()
    with page.expect_file_chooser() as chooser:
        button.press("Enter")
    assert chooser.value.is_multiple()
    chooser.value.set_files([FILES / "gpx_of_a_run.gpx", FILES / "fit_of_a_run.fit", FILES / "gz_of_a_fit.fit.gz"])
    expect(summary(page)).to_contain_text("activities read")
    expect(button).to_be_focused()


def test_hostile_files_end_in_sentences(log: Opens) -> None:
    page = log()
    names = (
        "zip_bomb",
        "zip_climbs",
        "fit_cut_short",
        "gpx_entity_bomb.gpx",
        "list_that_is_empty",
        "list_that_is_a_picture",
    )
    files = [path for path in sorted(FILES.iterdir()) if path.name.startswith(names)]
    assert len(files) >= 4
    chosen(page, *files)
    alert = summary(page).get_by_role("alert")
    expect(alert).to_contain_text("Nothing of this could be used.")
    for path in files:
        expect(alert.locator("tbody")).to_contain_text(path.name)
    page.evaluate(LET_GO_A_FOLDER)
    expect(page.locator(".cnw-drop-problem")).to_contain_text("activities: it is a folder; drop the files in it.")
    expect(page.locator(".cnw-problem")).to_have_count(0)


def test_a_reading_is_stopped_by_keys_and_a_file_that_vanishes_is_named(log: Opens) -> None:
    page = log()
    page.evaluate(
        "() => { window.real = Blob.prototype.arrayBuffer; Blob.prototype.arrayBuffer = () => new Promise(() => {}); }"
    )
    chosen(page, made("slow.csv", LIST))
    stop = page.get_by_role("button", name="Stop reading")
    expect(stop).to_be_focused()
    expect(page.locator(".cnw-drop-words")).to_contain_text("Fetching slow.csv")
    assert page.locator(".cnw-drop progress").get_attribute("aria-valuetext") == "0 %"
    page.keyboard.press("Enter")
    expect(page.locator(".cnw-drop-problem")).to_contain_text("The reading was stopped")
    expect(page.get_by_role("button", name="Choose files")).to_be_focused()
    page.evaluate(
        "() => { Blob.prototype.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotFoundError')); }"
    )
    chosen(page, made("gone.csv", LIST))
    expect(summary(page)).to_contain_text("gone.csv: the browser could not read it")
    page.evaluate("() => { Blob.prototype.arrayBuffer = window.real; }")
    chosen(page, made("back.csv", LIST))
    expect(drawings(page)).to_have_count(3)


def test_an_export_of_a_hundred_megabytes_is_read_in_its_list_only(
    log: Opens, lesson_server: Served, tmp_path: Path
) -> None:
    packed = tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("activities.csv", LIST)
        for number in range(10):
            archive.writestr(zipfile.ZipInfo(f"media/{number}.jpg"), os.urandom(1_000_000) * 10)
    page = log()
    page.set_default_timeout(60_000)
    chosen(page, packed)
    expect(drawings(page)).to_have_count(3, timeout=60_000)
    expect(summary(page)).to_contain_text("2 activities read")
    peaks = [peak_mb(pid) for pid in lesson_server.kernels()]
    assert max(peaks, default=0) < 1_000


def peak_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024


def test_progress_is_shown_while_a_long_list_is_read(log: Opens) -> None:
    page = log()
    page.evaluate(
        """() => { window.seen = []; const words = document.querySelector(".cnw-drop-words");
        new MutationObserver(() => window.seen.push(words.textContent)).observe(words, { childList: true }); }"""
    )
    rows = "".join(
        f"20{10 + n // 4000:02}-{n // 330 % 12 + 1:02}-{n % 28 + 1:02},{5 + n % 7},Run,Blue\n" for n in range(40_000)
    )
    chosen(page, made("long.csv", LIST + rows + " " * 2_000_000))
    expect(drawings(page)).to_have_count(3, timeout=60_000)
    seen = page.evaluate("window.seen")
    shares = [int(each) for words in seen if words.startswith("Reading") for each in re.findall(r"(\d+) %", words)]
    assert any(words.startswith("Fetching long.csv") for words in seen)
    assert len(set(shares)) >= 3
    assert shares == sorted(shares)
    page.locator("[data-action=period][data-id=all]").click()
    expect(page.locator(".cn-load__dots")).to_have_count(1)


@WIDTHS
def test_the_invented_log_is_played_again(log: Opens, width: int) -> None:
    page = log(width)
    page.get_by_role("button", name="Load an invented log").click()
    expect(summary(page)).to_contain_text("this runner does not exist")
    expect(page.locator(".cn-load__injury")).to_have_count(6)
    slider = page.get_by_role("slider", name="Evening")
    slider.focus()
    page.keyboard.press("Home")
    evening = page.locator(".cnl-side h4")
    expect(evening).to_have_text("The evening of 1 January 2024")
    veil = page.locator(".cn-load__veil").first
    wide = veil.bounding_box()["width"]
    page.keyboard.press("ArrowRight")
    expect(evening).to_have_text("The evening of 8 January 2024")
    page.get_by_text("by day", exact=True).click()
    slider.focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(evening).to_have_text("The evening of 14 January 2024")
    assert veil.bounding_box()["width"] < wide
    page.get_by_role("button", name="Play").click()
    expect(evening).not_to_have_text("The evening of 14 January 2024")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.get_by_text("For and against (certainty B)").first.click()
    expect(page.locator(".cn-standing__sides").first).to_contain_text("5,205 runners")
    expect(page.locator(".cn-load__caution")).to_contain_text("One log proves nothing")
    no_problem(page)


def test_injuries_come_back_after_a_reload_and_the_log_does_not(new_page: Opens, open_lesson: Opens) -> None:
    page = open_lesson(new_page(), LESSON)
    page.locator(".cnw-tab[data-tab=log]").click()
    chosen(page, made("a.csv", LIST))
    expect(drawings(page)).to_have_count(3)
    page.get_by_label("Day on which it began").fill("2024-01-10")
    page.get_by_label("What it was").fill("calf strain <b>")
    page.get_by_role("button", name="Add this injury").click()
    expect(page.locator(".cnl-injuries li")).to_contain_text("calf strain <b>")
    expect(page.locator(".cn-load__injury")).to_have_count(3)
    expect(page).to_have_url(re.compile("#s="))
    page.reload()
    expect(page.locator(".cnl-note")).to_contain_text("nothing of it was stored. Drop it again", timeout=60_000)
    expect(page.locator(".cnl-injuries li")).to_contain_text("calf strain <b>")
    expect(drawings(page)).to_have_count(0)
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Load an invented log").click()
    expect(drawings(page)).to_have_count(3)
    other = open_lesson(new_page(390), LESSON, "#s=" + page.url.partition("#s=")[2])
    expect(drawings(other)).to_have_count(3, timeout=60_000)
    assert not page.record.failed
