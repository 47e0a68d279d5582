"""Our own front end: which lessons get it, what their page then asks for, and when the room is full."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest
from own_lesson import write_own_lesson
from served import Served, wait_until

from calfnb.serving.front import Parts, own_front, why_not
from calfnb.serving.room import Room, available_mb, default_readers

VIEW = "application/vnd.jupyter.widget-view+json"


def model(name: str, module: str, **state: object) -> dict[str, object]:
    return {"model_name": name, "model_module": module, "model_module_version": "2.0.0", "state": state}


LAYOUT = model("LayoutModel", "@jupyter-widgets/base", width=None, _model_name="LayoutModel")
WORD = model("AnyModel", "anywidget", _esm="export default {}", _css="b {}", word="</script>", _dom_classes=["x"])
BOX = model("VBoxModel", "@jupyter-widgets/controls", children=["IPY_MODEL_w"], layout="IPY_MODEL_l", box_style="")
STATES = {"l": LAYOUT, "w": WORD, "b": BOX}
SHOWN = [[{"output_type": "execute_result", "data": {VIEW: {"model_id": "b"}, "text/plain": "VBox()"}}]]


def test_a_lesson_of_boxes_and_anywidgets_gets_it() -> None:
    parts = Parts("/parts/")
    front = own_front(STATES, SHOWN, ["# Title"], parts)
    assert front is not None
    page = front.applied('<head></head><body><script data-cn-front-end src="voila.js"></script></body>')
    assert "voila.js" not in page
    states = re.search(r'id="cn-states"[^>]*href="/parts/([^"]+)"', page)
    assert states is not None
    asset = parts.find(states.group(1))
    assert asset is not None
    stored = json.loads(asset.plain())
    assert stored["w"]["state"] == {"word": "</script>", "_dom_classes": ["x"]}
    assert stored["b"]["kind"] == "vbox"
    assert parts.find(stored["w"]["module"].removeprefix("/parts/")) is not None


@pytest.mark.parametrize(
    ("states", "shown", "prose", "why"),
    [
        ({**STATES, "s": model("IntSliderModel", "@jupyter-widgets/controls")}, SHOWN, [], "IntSliderModel"),
        ({**STATES, "w": model("AnyModel", "anywidget", _esm="experimental.invoke()")}, SHOWN, [], "asks for more"),
        ({**STATES, "b": model("VBoxModel", "@jupyter-widgets/controls", box_style="info")}, SHOWN, [], "style"),
        (STATES, [[{"data": {"image/png": ""}}]], [], "image/png"),
        (STATES, [[{"data": {"text/html": "<script>1</script>"}}]], [], "script"),
        (STATES, [[{"data": {VIEW: {"model_id": "gone"}}}]], [], "without a state"),
        (STATES, SHOWN, ["costs $k$"], "formulas"),
    ],
)
def test_a_lesson_that_needs_more_keeps_the_stock_page(
    states: dict[str, dict[str, object]], shown: list[list[dict[str, object]]], prose: list[str], why: str
) -> None:
    assert why in why_not(states, shown, prose)
    assert own_front(states, shown, prose, Parts("/")) is None


class Kernels:
    """Stands in for the kernel manager."""

    def __init__(self, *ids: str) -> None:
        self.ids = ids

    def list_kernel_ids(self) -> tuple[str, ...]:
        return self.ids


def test_readers_on_their_way_are_counted_once() -> None:
    room = Room(3, Kernels("a"))
    with room.entered("a"), room.entered("b"):
        assert not room.is_full()
        with room.entered("c"):
            assert room.is_full()
    assert not room.is_full()


def test_room_is_estimated_from_what_is_free() -> None:
    assert available_mb() > 0
    assert default_readers() >= 1


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    folder = tmp_path / "lessons"
    folder.mkdir()
    write_own_lesson(folder)
    made: list[Served] = []

    def go(*arguments: str) -> Served:
        server = Served(tmp_path / "log.txt", "--port", "0", "--notebooks", str(folder), *arguments)
        made.append(server)
        return server.wait_for_link()

    yield go
    for server in made:
        assert server.stop() == 0, server.log


def load(server: Served, query: str = "") -> str:
    with urllib.request.urlopen(server.lesson("01_own") + query, timeout=60) as answer:
        return str(answer.read().decode())


def test_the_stock_page_is_there_on_demand_and_parts_are_kept_for_good(start: Callable[..., Served]) -> None:
    server = start()
    wait_until(lambda: "cn-states" in load(server), 60, lambda: server.log)
    page = load(server)
    assert "data-cn-front-end" not in page
    assert "data-cn-front-end" in load(server, "?stock-page")
    addresses = re.findall(r'href="(/voila/parts/[^"]+)"', page)
    assert len(addresses) == len(set(addresses)) > 3
    for each in addresses:
        with urllib.request.urlopen(server.url.rstrip("/") + each, timeout=10) as answer:
            assert "immutable" in answer.headers["Cache-Control"]
    with pytest.raises(HTTPError, match="404"):
        urllib.request.urlopen(f"{server.url}voila/parts/none.js", timeout=10)


def test_a_full_room_is_said_and_empties(start: Callable[..., Served]) -> None:
    server = start("--max-readers", "1", "--stock-page")
    page = load(server)
    assert "data-cn-front-end" in page
    with pytest.raises(HTTPError) as refused:
        load(server)
    assert refused.value.code == 503
    assert refused.value.headers["Retry-After"] == "10"
    assert "The room is full" in refused.value.read().decode()
    kernel = re.search(r'"kernelId": "([^"]+)"', page)
    assert kernel is not None
    token = "2|00000000|00000000000000000000000000000000|1700000000"
    urllib.request.urlopen(
        urllib.request.Request(
            f"{server.url}api/kernels/{kernel.group(1)}",
            method="DELETE",
            headers={"Cookie": f"_xsrf={token}", "X-XSRFToken": token, "Referer": server.url},
        ),
        timeout=30,
    )
    assert "kernelId" in load(server)
