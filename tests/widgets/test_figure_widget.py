"""The figure widget without a browser: its table, its clicks, its library."""

import gzip
import hashlib
import subprocess
import sys

import pytest

from calfnb.figures import make_figure
from calfnb.widgets import Figure
from calfnb.widgets.figure import LIBRARY, LIBRARY_FOLDER


def bars(*heights: float, ids: tuple[str, ...] = ("a", "b", "c")) -> dict:
    data = [{"type": "bar", "x": list(ids), "y": list(heights), "ids": list(ids)}]
    return make_figure(data, {"xaxis": {"title": {"text": "Letter"}}}, name="Bars")


@pytest.fixture
def figure(shipped_tables) -> Figure:
    return Figure(bars(1, 2, 3), tables=shipped_tables, clickable=True)


def test_the_table_follows_the_figure(figure, shipped_tables):
    assert figure.table["rows"] == [["a", 1], ["b", 2], ["c", 3]]
    figure.show(bars(4, 5, 6))
    assert figure.table["rows"] == [["a", 4], ["b", 5], ["c", 6]]
    anew = Figure(bars(4, 5, 6), tables=shipped_tables, clickable=True)
    assert (anew.table, anew.figure) == (figure.table, figure.figure)
    figure.show({})
    assert figure.table == {}


def test_picture_and_table_travel_together(figure):
    sent = []
    figure.send_state = lambda key=None: sent.append(set(key or ()))
    figure.show(bars(7, 8, 9))
    assert sent == [{"figure", "table"}]


def test_a_click_is_reported_with_its_point(figure):
    heard = []
    figure.on("click", heard.append)
    figure.receive({"type": "click", "id": "b", "curve": 0, "point": 1})
    figure.receive({"type": "click", "id": "c", "curve": -1, "point": -1})
    assert [message["id"] for message in heard] == ["b", "c"]
    assert figure.clicked == {"id": "c", "curve": -1, "point": -1}


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"id": "b"},
        {"id": "b", "curve": 0, "point": 2},
        {"id": "b", "curve": 0, "point": 99},
        {"id": "b", "curve": 1, "point": 0},
        {"id": "b", "curve": "0", "point": 1},
        {"id": "", "curve": -1, "point": -1},
        {"id": "nobody", "curve": -1, "point": -1},
        {"id": ["b"], "curve": 0, "point": 1},
    ],
)
def test_a_click_that_names_nothing_is_ignored(figure, message):
    figure.on("click", lambda _message: pytest.fail("was reported"))
    figure.receive({"type": "click", **message})
    assert figure.clicked == {}


def test_the_library_is_sent_when_it_is_asked_for(figure):
    sent = []
    figure.send = lambda content, buffers=None: sent.append((content, buffers))
    figure.receive({"type": "library"})
    [(content, [packed])] = sent
    assert content == {"type": "library"}
    assert gzip.decompress(packed) == LIBRARY.read_bytes()
    assert len(packed) < 400_000


def test_the_widget_itself_carries_no_library(figure):
    state = figure.get_state()
    assert sum(len(str(value)) for value in state.values()) < 120_000
    bare = Figure({}, styled=False)
    assert sum(len(str(value)) for value in bare.get_state().values()) < 20_000


def test_the_library_is_the_one_that_was_noted():
    noted = (LIBRARY_FOLDER / "VERSION.txt").read_text(encoding="utf-8")
    digest = hashlib.sha256(LIBRARY.read_bytes()).hexdigest()
    assert f"sha256 {digest} {LIBRARY.name}" in noted
    version = noted.split()[1]
    head = LIBRARY.read_text(encoding="utf-8")[:300]
    assert f"plotly.js v{version} " in head
    assert "MIT license" in head
    assert f"plotly.js {version} (MIT)" in (LIBRARY_FOLDER / "LICENSE.txt").read_text(encoding="utf-8")


def test_no_plotly_on_the_way_to_a_figure():
    code = (
        "import sys; from calfnb.widgets import Figure; Figure({'data': [{'x': [1], 'y': [2]}]});"
        "sys.exit(bool({'plotly', 'pandas', 'matplotlib'} & {name.split('.')[0] for name in sys.modules}))"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0
