"""What the server answers, asked without a browser."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest
from served import Served, wait_until
from websockets.sync.client import ClientConnection, connect

NOTEBOOKS = Path(__file__).with_name("notebooks")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served(tmp_path_factory.mktemp("server") / "log.txt", "--port", "0", "--notebooks", str(NOTEBOOKS)) as served:
        yield served


def ask(url: str, *, data: dict[str, str] | None = None, **headers: str) -> HTTPResponse:
    """Ask; an error is an answer too."""
    body = urlencode(data).encode() if data is not None else None
    request = Request(url, body, {name.replace("_", "-"): value for name, value in headers.items()})
    try:
        return urlopen(request, timeout=60)
    except HTTPError as answer:
        return answer  # type: ignore[return-value]


class Page:
    """A lesson as it was sent: its text, its kernel and the cookie it came with."""

    def __init__(self, server: Served, name: str) -> None:
        self.server = server
        answer = ask(server.lesson(name))
        assert answer.status == 200
        self.headers = answer.headers
        self.text = answer.read().decode()
        found = re.search(r'id="jupyter-config-data" type="application/json">(.*?)</script>', self.text, re.DOTALL)
        assert found is not None
        self.config = json.loads(found.group(1))
        self.kernel_id: str = self.config["kernelId"]
        cookie = re.search(r"_xsrf=([^;]+)", " ".join(answer.headers.get_all("Set-Cookie", [])))
        assert cookie is not None
        self.token = cookie.group(1)

    def end(self, **headers: str) -> int:
        """Ask for the end of the kernel, as the page does when it is left."""
        data = {"_xsrf": self.token}
        return ask(f"{self.server.url}voila/api/shutdown/{self.kernel_id}", data=data,
                   Cookie=f"_xsrf={self.token}", **headers).status  # fmt: skip

    @property
    def alive(self) -> bool:
        url = f"{self.server.url}api/kernels/{self.kernel_id}"
        return ask(url, Referer=self.server.lesson("01_counter")).status == 200

    def socket(self, **headers: str) -> ClientConnection:
        """Open the kernel's socket."""
        address = urlsplit(self.server.url).netloc
        return connect(
            f"ws://{address}/api/kernels/{self.kernel_id}/channels?session_id={uuid.uuid4().hex}",
            additional_headers=headers,
        )


@pytest.fixture
def lesson(server: Served) -> Iterator[Page]:
    page = Page(server, "01_counter")
    yield page
    page.end()


def test_a_page_has_a_frame_and_names_no_other_site(lesson: Page) -> None:
    assert lesson.text.startswith("<!DOCTYPE html>")
    assert '<html lang="en">' in lesson.text
    assert "<title>Counting: a small lesson" in lesson.text
    assert lesson.text.count("<main") == 1
    assert "get emergency help now" in lesson.text
    assert "Not a medical device; not for the care of any person" in lesson.text
    addresses = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+", lesson.text)) - {"//www.w3.org"}
    assert not addresses, addresses


def test_sources_stay_on_the_server(lesson: Page) -> None:
    assert "SECRET_SOURCE" not in lesson.text
    assert ask(f"{lesson.server.url}voila/files/01_counter.ipynb").status == 403


def test_only_allowed_extensions_are_loaded(lesson: Page) -> None:
    names = {each["name"] for each in lesson.config["federated_extensions"]}
    assert names <= {"@jupyter-widgets/jupyterlab-manager", "anywidget", "@voila-dashboards/widgets-manager8"}
    assert "@voila-dashboards/widgets-manager8" in names


def test_prose_before_the_first_panel_is_folded(lesson: Page) -> None:
    before = lesson.text.index("<summary>")
    assert lesson.text.index("Press the button") < before < lesson.text.index("To have a page whose kernel answers")
    assert lesson.text.index("vnd.jupyter.widget-view") < lesson.text.index("Count to three")


def test_a_failing_cell_shows_a_sentence_and_no_traceback(server: Served) -> None:
    page = Page(server, "02_broken")
    assert "could not be shown" in page.text
    assert "RuntimeError" not in page.text
    assert "a secret of the server" not in page.text
    page.end()


@pytest.mark.parametrize("path", ["nothing.ipynb", "../test_requests.py", "%2e%2e/conftest.py", "01_counter"])
def test_what_is_no_lesson_gets_a_page_that_leads_back(server: Served, path: str) -> None:
    answer = ask(f"{server.url}voila/render/{path}")
    assert answer.status == 404
    text = answer.read().decode()
    assert "There is no such lesson" in text
    assert "Traceback" not in text


def test_any_other_address_gets_that_page_too(server: Served) -> None:
    answer = ask(f"{server.url}no/such/thing")
    assert answer.status == 404
    assert b"There is no such lesson" in answer.read()


def test_the_way_in_keeps_its_query(server: Served) -> None:
    assert ask(f"{server.url}?from=poster").url == f"{server.lesson('index')}?from=poster"


def test_the_page_can_end_its_kernel_and_asking_twice_is_no_error(lesson: Page) -> None:
    assert lesson.alive
    assert lesson.end() == 204
    assert lesson.end() == 204
    wait_until(lambda: not lesson.alive)


def test_another_site_cannot_end_a_kernel(lesson: Page) -> None:
    url = f"{lesson.server.url}voila/api/shutdown/{lesson.kernel_id}"
    assert ask(url, data={}).status == 403
    assert ask(url, data={"_xsrf": lesson.token}).status == 403  # the token without the cookie
    assert ask(url, data={}, Cookie=f"_xsrf={lesson.token}").status == 403  # the cookie without the token
    assert lesson.end(Origin="https://other.example") in (403, 404)
    assert lesson.alive


def test_another_site_cannot_open_the_kernels_socket(lesson: Page) -> None:
    with pytest.raises(Exception, match="403"):
        lesson.socket(Origin="https://other.example")


def test_a_name_that_points_here_by_trick_is_refused(server: Served) -> None:
    assert ask(server.lesson("index"), Host="evil.example").status == 403


def test_code_cannot_be_run_from_the_browser(lesson: Page, tmp_path: Path) -> None:
    proof = tmp_path / "proof"

    def message(kind: str, content: dict[str, object]) -> str:
        header = {"msg_id": uuid.uuid4().hex, "username": "", "session": uuid.uuid4().hex, "msg_type": kind,
                  "version": "5.3", "date": "2026-01-01T00:00:00Z"}  # fmt: skip
        return json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content,
                           "channel": "shell", "buffers": []})  # fmt: skip

    code = f"open({str(proof)!r}, 'w').close()"
    with lesson.socket(Origin=lesson.server.url.rstrip("/")) as socket:
        socket.send(message("execute_request", {"code": code, "silent": False}))
        socket.send(message("kernel_info_request", {}))
        while json.loads(socket.recv(timeout=30))["msg_type"] != "kernel_info_reply":
            pass
    assert not proof.exists()


def test_a_kernel_without_a_page_is_ended(lesson: Page) -> None:
    with lesson.socket() as socket:
        socket.ping()
    # The culler looks every ten seconds and grants a page sixty to come back; here it is enough that it counts from
    # the moment the socket has closed.
    url = f"{lesson.server.url}api/kernels/{lesson.kernel_id}"
    wait_until(lambda: json.load(ask(url, Referer=lesson.server.url))["connections"] == 0)


def test_no_reader_is_told_again_by_a_cookie(lesson: Page) -> None:
    names = [each.split("=")[0] for each in lesson.headers.get_all("Set-Cookie", [])]
    assert names == ["_xsrf"]


def test_headers_keep_a_page_to_this_server(lesson: Page) -> None:
    policy = lesson.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "object-src 'none'" in policy
    assert lesson.headers["Cache-Control"] == "no-store"


def test_a_page_travels_compressed(server: Served) -> None:
    answer = ask(server.lesson("index"), Accept_Encoding="gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    answer.read()


def test_static_files_are_compressed_and_kept_for_good(lesson: Page) -> None:
    url = f"{lesson.server.url}{lesson.config['fullStaticUrl'].lstrip('/')}/voila.js"
    answer = ask(url, Accept_Encoding="gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert len(answer.read()) < 15_000
    assert ask(url, If_None_Match=answer.headers["ETag"]).status == 304


def test_a_static_file_without_its_version_is_asked_for_again(server: Served) -> None:
    answer = ask(f"{server.url}voila/static/voila.js")
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Content-Encoding"] in (None, "identity")
    assert answer.read().startswith(b"var _JUPYTERLAB")
    assert ask(f"{server.url}voila/static/../handler.py").status == 404
    assert ask(f"{server.url}voila/static/%2e%2e/handler.py").status == 404
