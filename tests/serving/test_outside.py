"""The address of the room: what is accepted as one, what answers to it, and its QR code."""

from __future__ import annotations

import io
import json
import socket
import uuid
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
import segno
from served import Served
from test_requests import Page
from test_serve_command import NOTEBOOKS, check, refused
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from calfnb.serving.outside import checked_link, draw_code, own_address, room_link

LINK = "https://lessons.example/"


@pytest.mark.parametrize(
    ("given", "link"),
    [
        ("https://lessons.example", LINK),
        (LINK, LINK),
        ("http://192.0.2.7:8866", "http://192.0.2.7:8866/"),
        (
            "https://lessons.example/voila/render/01_causes.ipynb",
            "https://lessons.example/voila/render/01_causes.ipynb",
        ),
    ],
)
def test_a_link_may_be_a_host_or_a_lesson(given: str, link: str) -> None:
    assert checked_link(given) == link


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--link", "lessons.example"), "no address that a browser can open"),
        (("--link", "https://lessons.example:0/"), "no address that a browser can open"),
        (("--link", "https://teacher:secret@lessons.example/"), "everybody in the room reads it"),
        (("--link", "https://lessons.example/calf/"), "where no lesson is"),
        (("--ip", "my-computer"), "--ip 0.0.0.0"),
        (("--ip", "198.51.100.7"), "is no address of this computer"),
        (("--qr", "code.svg"), "--qr goes with --check"),
    ],
)
def test_what_leads_nowhere_is_refused_in_a_sentence(arguments: tuple[str, ...], said: str) -> None:
    assert said in refused("--port", "0", "--notebooks", str(NOTEBOOKS), *arguments)


def test_there_is_no_link_for_a_room_on_loopback() -> None:
    assert room_link("127.0.0.1", 8866) == ""
    assert room_link("127.0.0.1", 8866, LINK) == LINK
    assert room_link("192.0.2.7", 8866) == "http://192.0.2.7:8866/"
    assert room_link("2001:db8::7", 8866) == "http://[2001:db8::7]:8866/"
    own = own_address()
    assert room_link("0.0.0.0", 8866) == (f"http://{own}:8866/" if own else "")


def test_the_code_is_drawn_two_rows_to_a_line() -> None:
    out = io.StringIO()
    assert draw_code(LINK, out)
    rows = [list(row) for row in segno.make(LINK, error="m", micro=False).matrix_iter(border=4)]
    rows.append([1] * len(rows[0]))
    lines = out.getvalue().splitlines()
    assert len(lines) == len(rows) // 2
    for line, upper, lower in zip(lines, rows[::2], rows[1::2], strict=True):
        assert [(character in "▄ ", character in "▀ ") for character in line] == [
            (bool(top), bool(bottom)) for top, bottom in zip(upper, lower, strict=True)
        ]


def test_a_terminal_without_blocks_gets_none() -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    assert not draw_code(LINK, out)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server on loopback behind a proxy that gives it a name."""
    with Served(tmp_path_factory.mktemp("server") / "log.txt", "--port", "0", "--notebooks", str(NOTEBOOKS),
                    "--link", LINK) as served:  # fmt: skip
        yield served


def test_a_server_answers_to_the_name_of_its_link_and_to_no_other(server: Served) -> None:
    assert f"For the room: {LINK}" in server.log
    for name, status in (("lessons.example", 200), ("elsewhere.example", 403)):
        asking = HTTPConnection(urlsplit(server.url).netloc, timeout=60)
        asking.request("GET", "/voila/render/index.ipynb", headers={"Host": name})
        answer = asking.getresponse()
        answer.read()
        assert answer.status == status
        asking.close()


def test_a_proxy_may_give_the_servers_own_name(server: Served) -> None:
    page = Page(server, "01_counter")
    assert "wss://lessons.example" in page.headers["Content-Security-Policy"]
    address = f"ws://{urlsplit(server.url).netloc}/api/kernels/{page.kernel_id}/channels?session_id={uuid.uuid4().hex}"
    with connect(address, additional_headers={"Origin": LINK.rstrip("/")}) as line:
        line.ping()
    with pytest.raises(InvalidStatus, match="403"):
        connect(address, additional_headers={"Origin": "https://elsewhere.example"})
    page.end()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder of one small lesson."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    lesson = json.loads((NOTEBOOKS / "01_counter.ipynb").read_text(encoding="utf-8"))
    (folder / "small.ipynb").write_text(json.dumps(lesson), encoding="utf-8")
    return folder


def test_a_check_goes_the_way_of_the_link_and_draws_it(small: Path, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    link, picture = f"http://localhost:{port}/", tmp_path / "code.svg"
    status, said = check("--port", port, "--notebooks", str(small), "--link", link, "--qr", str(picture))
    assert status == 0, said
    assert f"ok    link      {link} leads here" in said
    assert "▄▄▄▄▄" in said
    assert said.splitlines()[-3] == link
    assert ElementTree.parse(picture).getroot().tag.endswith("svg")


def test_a_check_says_that_phones_cannot_reach_loopback(small: Path) -> None:
    status, said = check("--port", "0", "--notebooks", str(small))
    assert status == 0, said
    assert "note  link      the lessons open on this computer only: phones cannot reach them" in said
    assert "ok    store     not needed" in said
    assert "▄" not in said
