"""Pages that are left in mid-connection: nothing stays behind in the server, and nobody is miscounted."""

from __future__ import annotations

import json
import os
import signal
import socket
import urllib.request
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from served import Served, wait_until
from test_requests import Page
from websockets.exceptions import InvalidStatus

NOTEBOOKS = Path(__file__).with_name("notebooks")
READERS = 16
AT_ONCE = 4


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of its own: every handle that it holds is counted."""
    with Served(tmp_path_factory.mktemp("server") / "log.txt", "--port", "0", "--notebooks", str(NOTEBOOKS)) as served:
        yield served


def knock(page: Page) -> socket.socket:
    """Ask for the kernel's socket, wait for nothing."""
    address = urlsplit(page.server.url).netloc
    host, port = address.split(":")
    line = socket.create_connection((host, int(port)), timeout=30)
    line.sendall(
        f"GET /api/kernels/{page.kernel_id}/channels?session_id={uuid.uuid4().hex} HTTP/1.1\r\nHost: {address}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    return line


def visit(server: Served, moment: str) -> None:
    """Load a page and leave it: before its socket is open, in the moment it is, or after it has been lost once."""
    page = Page(server, "01_counter")
    with knock(page) as line, ThreadPoolExecutor(1) as farewell:
        if moment != "before it is open":
            assert line.recv(4096).startswith(b"HTTP/1.1 101")
        if moment == "after a gap":
            line.close()
            with knock(page) as again:
                again.recv(4096)
                farewell.submit(page.end)
        else:
            farewell.submit(page.end)


def handles(server: Served) -> int:
    """How many files and sockets the server has open."""
    return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))


def lines_to_kernels(server: Served) -> int:
    """How many ZeroMQ sockets the server has open: each has an eventfd."""
    count = 0
    for link in Path(f"/proc/{server.process.pid}/fd").iterdir():
        with suppress(OSError):
            count += "eventfd" in str(link.readlink())
    return count


@pytest.mark.parametrize("moment", ["before it is open", "as it opens", "after a gap"])
def test_a_page_left_in_mid_connection_leaves_no_handle(server: Served, moment: str) -> None:
    visit(server, "as it opens")  # whatever the server opens once and for all
    wait_until(lambda: not server.kernels())
    before = handles(server)
    with ThreadPoolExecutor(AT_ONCE) as readers:
        for done in [readers.submit(visit, server, moment) for _ in range(READERS)]:
            done.result()
    wait_until(lambda: not server.kernels() and handles(server) <= before, 20,
               lambda: f"{handles(server)} handles, {before} before; kernels {server.kernels()}")  # fmt: skip
    assert "Uncaught exception" not in server.log, server.log


@pytest.fixture
def page(server: Served) -> Iterator[Page]:
    """The only page there is."""
    page = Page(server, "01_counter")
    yield page
    page.end()
    wait_until(lambda: not server.kernels())


def test_a_socket_lost_before_it_was_open_is_not_counted_off(server: Served, page: Page) -> None:
    def connections() -> int:
        url = f"{server.url}api/kernels/{page.kernel_id}"
        with urllib.request.urlopen(urllib.request.Request(url, headers={"Referer": server.url}), timeout=60) as answer:
            return int(json.load(answer)["connections"])

    (kernel,) = server.kernels()
    os.kill(kernel, signal.SIGSTOP)  # so that the socket cannot open before it is lost
    try:
        before = lines_to_kernels(server)
        with knock(page):
            wait_until(lambda: lines_to_kernels(server) > before)
        wait_until(lambda: lines_to_kernels(server) <= before)
    finally:
        os.kill(kernel, signal.SIGCONT)
    with page.socket() as line:
        line.ping()
        wait_until(lambda: connections() == 1, explain=lambda: f"{connections()} connections")


def test_a_page_whose_kernel_has_died_is_not_kept_waiting(server: Served, page: Page) -> None:
    (kernel,) = server.kernels()
    os.kill(kernel, signal.SIGKILL)
    wait_until(lambda: not server.kernels())
    with pytest.raises(InvalidStatus, match="404"):
        page.socket()
