"""Figures in Chromium: drawn from one copy of the library, with their numbers beside them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect
from served import Served

Opens = Callable[..., Page]
LIBRARY = "plotly-partial"

FIGURES = """
import ipywidgets

from calfnb.figures import house_axis, house_layout, make_figure
from calfnb.widgets import Figure


def bars(*lengths):
    data = [{"type": "bar", "orientation": "h", "x": list(lengths), "y": ["a", "b", "c"], "ids": ["a", "b", "c"],
             "marker": {"color": "var(--cn-accent)"}}]
    layout = house_layout(xaxis=house_axis("Length", range=[0, 10]), yaxis=house_axis("Letter"))
    return make_figure(data, layout, name="Three bars", description="Bars of three letters.")


def heat(*rows):
    data = [{"type": "heatmap", "x": ["u", "v"], "y": ["r", "s"], "z": list(rows)}]
    return make_figure(data, house_layout(), name="Four squares", description="Two by two.")


chosen = ipywidgets.Label("nothing")
figure = Figure(bars(2, 4, 8), clickable=True)
figure.on("click", lambda message: setattr(chosen, "value", f"{message['id']} {message['curve']}"))
other = Figure(heat([1, 2], [3, 4]), styled=False)
button = ipywidgets.Button(description="Change")
button.on_click(lambda _: figure.show(bars(6, 3, 1)))
ipywidgets.VBox([button, chosen, figure, other])
"""
PLAIN = "import ipywidgets\nipywidgets.Button(description='Nothing to draw')"


def notebook(title: str, code: str) -> str:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": f"# {title}", "id": "title"},
        {"cell_type": "code", "metadata": {}, "source": code, "id": "code", "execution_count": None, "outputs": []},
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return json.dumps({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture(scope="module")
def figure_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A lesson with two figures and one without."""
    folder = tmp_path_factory.mktemp("lessons")
    (folder / "01_figures.ipynb").write_text(notebook("Figures", FIGURES), encoding="utf-8")
    (folder / "02_plain.ipynb").write_text(notebook("No figure", PLAIN), encoding="utf-8")
    with Served(tmp_path_factory.mktemp("server") / "log.txt", "--port", "0", "--notebooks", str(folder)) as server:
        yield server


def drawn(page: Page, times: int = 1) -> Page:
    """Wait until both figures are drawn, the first of them so often."""
    page.locator(".cnw-figure").last.scroll_into_view_if_needed()
    page.wait_for_function(
        "n => { const all = [...document.querySelectorAll('.cnw-figure-plot')];"
        " return all.length === 2 && all.every(one => one.dataset.drawn) && Number(all[0].dataset.drawn) >= n }",
        arg=times,
        timeout=30_000,
    )
    return page


def lengths(page: Page) -> list[float]:
    """How long the drawn bars are, in units of the axis (0-10)."""
    return page.locator(".cnw-figure-plot").first.evaluate(
        """plot => {
            const room = plot.querySelector(".nsewdrag").getBoundingClientRect().width;
            return [...plot.querySelectorAll(".barlayer .point path")].map(
              bar => Math.round(100 * bar.getBoundingClientRect().width / room) / 10);
        }"""
    )


def numbers(figure: Locator, first: str) -> list[list[str]]:
    """The cells of the table, once its first cell says ``first``."""
    expect(figure.locator("tbody th").first).to_have_text(first)
    return figure.locator("tbody tr").evaluate_all("rows => rows.map(row => [...row.cells].map(c => c.textContent))")


@pytest.fixture
def figures(page: Page, open_lesson: Opens, figure_server: Served) -> Page:
    return drawn(open_lesson(page, "01_figures", server=figure_server))


def test_bars_are_as_long_as_the_table_says_and_change_with_it(figures: Page) -> None:
    table = figures.locator(".cnw-figure").first
    assert lengths(figures) == pytest.approx([2, 4, 8], abs=0.1)
    assert numbers(table, "2") == [["2", "a"], ["4", "b"], ["8", "c"]]
    figures.get_by_role("button", name="Change").click()
    drawn(figures, times=2)
    assert lengths(figures) == pytest.approx([6, 3, 1], abs=0.1)
    assert numbers(table, "6") == [["6", "a"], ["3", "b"], ["1", "c"]]
    assert [row[2] for row in numbers(figures.locator(".cnw-figure").last, "u")] == ["1", "2", "3", "4"]


def test_one_copy_of_the_library_from_this_server_for_good(figures: Page, figure_server: Served) -> None:
    asked = [url for url in figures.record.requests if LIBRARY in url]
    assert len(asked) == 1
    assert asked[0].startswith(figure_server.url)
    answer = figures.request.get(asked[0], headers={"Accept-Encoding": "gzip"})
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < 400_000
    assert not figures.record.failed
    assert not [url for url in figures.record.requests if "plotly" in url and LIBRARY not in url]


def test_a_page_without_a_figure_loads_no_plot_code(page: Page, open_lesson: Opens, figure_server: Served) -> None:
    open_lesson(page, "02_plain", server=figure_server)
    expect(page.get_by_role("button", name="Nothing to draw")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert not [url for url in page.record.requests if "plotly" in url or "libraries" in url]
    assert page.evaluate("globalThis[Symbol.for('calfnb.plotly')] === undefined && typeof Plotly === 'undefined'")


def test_without_a_server_that_has_it_the_kernel_sends_the_library(
    page: Page, open_lesson: Opens, figure_server: Served
) -> None:
    page.route("**/voila/libraries/**", lambda route: route.abort())
    drawn(open_lesson(page, "01_figures", server=figure_server))
    assert lengths(page) == pytest.approx([2, 4, 8], abs=0.1)


def test_a_library_that_does_not_come_leaves_the_table(page: Page, open_lesson: Opens, figure_server: Served) -> None:
    page.route("**/voila/libraries/**", lambda route: route.abort())
    page.add_init_script("delete globalThis.DecompressionStream")  # a browser that cannot unpack it
    open_lesson(page, "01_figures", server=figure_server)
    expect(page.get_by_text("The figure could not be drawn").first).to_be_visible()
    expect(page.get_by_role("table", name="Three bars")).to_be_visible()


def test_clicks_on_bars_and_in_the_table_are_reported(figures: Page) -> None:
    bar = figures.locator(".cnw-figure-plot").first.locator(".barlayer .point path").nth(1).bounding_box()
    assert bar is not None
    figures.mouse.click(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
    expect(figures.get_by_text("b 0", exact=True)).to_be_visible()
    figures.get_by_text("The numbers as a table").first.click()
    figures.get_by_role("table", name="Three bars").get_by_role("button").last.click()
    expect(figures.get_by_text("c -1", exact=True)).to_be_visible()


def test_name_description_and_no_clutter(figures: Page) -> None:
    image = figures.get_by_role("img", name="Three bars")
    expect(image).to_have_accessible_description("Bars of three letters.")
    expect(figures.get_by_role("img", name="Four squares")).to_be_visible()
    assert figures.locator(".modebar-container .modebar-btn").count() == 0
    found = Axe().run(figures, options={"rules": {"region": {"enabled": False}}})
    bad = [each for each in found.response["violations"] if each["impact"] in ("critical", "serious", "moderate")]
    assert not bad, found.generate_report()


def test_it_takes_the_colours_of_the_theme_and_changes_with_it(figures: Page) -> None:
    bar = figures.locator(".cnw-figure-plot").first.locator(".barlayer .point path").first
    light = bar.evaluate("bar => getComputedStyle(bar).fill")
    assert light == "rgb(15, 95, 125)"
    figures.get_by_role("button", name="Dark").click()
    drawn(figures, times=2)
    assert bar.evaluate("bar => getComputedStyle(bar).fill") == "rgb(121, 198, 229)"


def test_it_keeps_to_the_width_of_the_page(new_page: Opens, open_lesson: Opens, figure_server: Served) -> None:
    page = drawn(open_lesson(new_page(390, reduced_motion="reduce"), "01_figures", server=figure_server))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    before = page.locator(".main-svg").first.bounding_box()
    page.set_viewport_size({"width": 700, "height": 844})
    drawn(page, times=2)
    after = page.locator(".main-svg").first.bounding_box()
    assert before is not None
    assert after is not None
    assert before["width"] < 390 < after["width"] <= 700
    assert lengths(page) == pytest.approx([2, 4, 8], abs=0.1)


def test_a_figure_in_a_folded_part_waits(page: Page, open_lesson: Opens, tmp_path: Path) -> None:
    """The library is asked for only when the figure can be seen."""
    shown = "ipywidgets.VBox([button, chosen, figure, other])"
    code = FIGURES.replace(
        shown,
        "fold = ipywidgets.VBox([figure], layout={'display': 'none'})\n"
        "button.on_click(lambda _: setattr(fold.layout, 'display', None))\n"
        "ipywidgets.VBox([button, fold])",
    )
    (tmp_path / "01_figures.ipynb").write_text(notebook("Figures", code), encoding="utf-8")
    server = Served(tmp_path / "log.txt", "--port", "0", "--notebooks", str(tmp_path))
    try:
        open_lesson(page, "01_figures", server=server.wait_for_link())
        page.wait_for_load_state("networkidle")
        assert not [url for url in page.record.requests if LIBRARY in url]
        page.get_by_role("button", name="Change").click()
        page.wait_for_selector(".cnw-figure-plot[data-drawn]")
        assert lengths(page) == pytest.approx([6, 3, 1], abs=0.1)
    finally:
        server.stop()
