"""Lessons that are run once for all readers: the same page, a kernel of one's own, and what makes them old."""

from __future__ import annotations

import json
import os
import re
import signal
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from served import Served, wait_until

from calfnb.serving.forking import parent

COUNTER = Path(__file__).parent / "notebooks" / "01_counter.ipynb"
Notebook = dict[str, object]


def write(folder: Path, name: str, *code: str, snapshot: bool | None = True) -> None:
    """Write a notebook: a title, code cells, and whether it wants to be run before its readers come."""
    notebook = json.loads(COUNTER.read_text(encoding="utf-8"))
    title = {"cell_type": "markdown", "id": "t", "metadata": {}, "source": "# A lesson"}
    notebook["cells"] = [title] + [
        {"cell_type": "code", "id": f"c{at}", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
        for at, source in enumerate(code)
    ]
    if snapshot is not None:
        notebook["metadata"]["calfnb"] = {"snapshot": snapshot}
    (folder / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


WIDGET = "import ipywidgets\nlabel = ipywidgets.Label('first')\nlabel"
PRINTS = "print('as it was')\n6 * 7"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lessons").mkdir()
    return tmp_path / "lessons"


@pytest.fixture
def start(folder: Path, tmp_path: Path) -> Iterator[Callable[[], Served]]:
    """Start the server when the notebooks are written."""
    made: list[Served] = []

    def go() -> Served:
        server = Served(tmp_path / "log.txt", "--port", "0", "--notebooks", str(folder))
        made.append(server)
        return server.wait_for_link()

    yield go
    for server in made:
        assert server.stop() == 0, server.log


def load(server: Served, name: str) -> str:
    """Load a page; the kernel stays."""
    with urllib.request.urlopen(server.lesson(name), timeout=60) as answer:
        return str(answer.read().decode())


def kernel_id(page: str) -> str:
    return re.search(r'"kernelId": "([^"]+)"', page).group(1)  # type: ignore[union-attr]


def models(page: str) -> list[str]:
    return re.findall(r'"model_id": "(\w+)"', page)


def one_page_for_all(server: Served, name: str) -> bool:
    """Whether two readers get the same widgets."""
    return models(load(server, name)) == models(load(server, name))


def test_readers_share_the_page_and_have_a_kernel_each(folder: Path, start: Callable[[], Served]) -> None:
    write(folder, "shared", WIDGET, PRINTS)
    server = start()
    wait_until(lambda: one_page_for_all(server, "shared"), 60, lambda: server.log)
    first, second = load(server, "shared"), load(server, "shared")
    assert kernel_id(first) != kernel_id(second)
    assert first.replace(kernel_id(first), "") == second.replace(kernel_id(second), "")
    assert "as it was" in first
    assert "42" in first


def test_a_notebook_that_does_not_ask_for_it_is_run_for_each_reader(folder: Path, start: Callable[[], Served]) -> None:
    write(folder, "own", WIDGET, snapshot=None)
    server = start()
    load(server, "own")
    assert not one_page_for_all(server, "own")


def test_the_page_is_the_one_that_a_kernel_would_have_shown(folder: Path, start: Callable[[], Served]) -> None:
    for name, snapshot in (("same", True), ("twin", False)):
        write(folder, name, WIDGET, PRINTS, "label.value", snapshot=snapshot)
    server = start()
    wait_until(lambda: one_page_for_all(server, "same"), 60, lambda: server.log)

    def neutral(name: str) -> str:
        page = load(server, name)
        for each in (kernel_id(page), *models(page)):
            page = page.replace(each, "ID")
        page = re.sub(r'"execution_count": \w+', "", page)
        return re.sub(r' aria-current="page"', "", page)

    assert neutral("same") == neutral("twin")


def test_a_changed_notebook_makes_the_page_old(folder: Path, start: Callable[[], Served]) -> None:
    write(folder, "changing", "print('first edition')")
    server = start()
    wait_until(lambda: "first edition" in load(server, "changing"))
    write(folder, "changing", "print('second edition')")
    assert "second edition" in load(server, "changing")
    assert "first edition" not in load(server, "changing")


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("from IPython.display import display\ndisplay('x')", "calls display"),
        ("%matplotlib inline", "SyntaxError"),
        ("raise ValueError('no')", "ValueError"),
        ("import threading, time\nthreading.Thread(target=time.sleep, args=(9,), daemon=True).start()", "thread"),
    ],
)
def test_what_cannot_be_run_before_the_fork_is_served_in_the_ordinary_way(
    folder: Path, start: Callable[[], Served], source: str, why: str
) -> None:
    write(folder, "special", source, "print('still here')")
    server = start()
    wait_until(lambda: why in server.log, explain=lambda: server.log)
    assert "special.ipynb is served without a snapshot" in server.log
    page = load(server, "special")
    assert "still here" in page or "could not be shown" in page


def test_a_page_whose_branch_was_killed_is_rendered_anew(folder: Path, start: Callable[[], Served]) -> None:
    write(folder, "robust", WIDGET)
    server = start()
    wait_until(lambda: one_page_for_all(server, "robust"), 60, lambda: server.log)
    for pid in server.children():
        os.kill(pid, signal.SIGKILL)
    before = kernel_id(load(server, "robust"))
    assert kernel_id(load(server, "robust")) != before
    wait_until(lambda: one_page_for_all(server, "robust"), 60, lambda: server.log)


def test_cells_are_run_and_what_they_show_is_kept() -> None:
    namespace: dict[str, object] = {"__name__": "__main__"}
    outputs = parent.run_cells(["x = 2", "print('two')\nx", "x;", "", "# only a remark"], namespace)
    assert namespace["x"] == 2
    assert [len(each) for each in outputs] == [0, 2, 0, 0, 0]
    assert outputs[1][0]["text"] == "two\n"
    assert outputs[1][1]["data"] == {"text/plain": "2"}
