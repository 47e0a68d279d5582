"""``calfnb serve`` as a program: its sentences, its link, its end."""

from __future__ import annotations

import signal
import socket
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from served import CALFNB, Served, alive, wait_until

NOTEBOOKS = Path(__file__).with_name("notebooks")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Start servers; kill those that a failing test leaves behind."""
    made: list[Served] = []

    def go(*arguments: str, **options: object) -> Served:
        server = Served(tmp_path / f"log{len(made)}.txt", *arguments, **options)  # type: ignore[arg-type]
        made.append(server)
        return server

    yield go
    for server in made:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()


def refused(*arguments: str) -> str:
    """Run the command, which must end with status 2; return what it said on standard error."""
    done = subprocess.run(
        [str(CALFNB), "serve", "--no-browser", *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2, done
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_that_is_taken_is_refused_in_a_sentence(taken: int) -> None:
    said = refused("--port", str(taken), "--notebooks", str(NOTEBOOKS))
    assert f"Port {taken} is taken" in said
    assert "--port 0" in said


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_a_number_that_is_no_port_is_refused_in_a_sentence(port: str) -> None:
    assert "is no port" in refused("--port", port, "--notebooks", str(NOTEBOOKS))


def test_a_missing_folder_is_refused_in_a_sentence(tmp_path: Path) -> None:
    assert "There is no folder" in refused("--port", "0", "--notebooks", str(tmp_path / "nowhere"))
    assert "holds no notebook" in refused("--port", "0", "--notebooks", str(tmp_path))


def test_the_usual_port_is_exchanged_for_a_free_one_and_that_is_said(start: Callable[..., Served]) -> None:
    with socket.socket() as other:
        try:
            other.bind(("127.0.0.1", 8866))
            other.listen()
        except OSError:
            pass  # somebody has it already: just as well
        server = start("--notebooks", str(NOTEBOOKS)).wait_for_link()
    assert "Port 8866 is taken; using" in server.log
    assert ":8866/" not in server.url
    assert server.stop() == 0, server.log


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_link_is_printed_and_the_end_is_clean(start: Callable[..., Served], number: signal.Signals) -> None:
    server = start("--port", "0", "--notebooks", str(NOTEBOOKS)).wait_for_link()
    with urllib.request.urlopen(server.url, timeout=60) as answer:
        assert answer.url == server.lesson("index")
        assert answer.read()
    assert server.kernels()
    under = list(server.children())
    assert server.stop(number) == 0
    assert not [pid for pid in under if alive(pid)]
    assert server.log.count("http://") == 1
    assert "Traceback" not in server.log


def test_a_reader_who_leaves_before_the_page_is_there_leaves_no_kernel(start: Callable[..., Served]) -> None:
    server = start("--port", "0", "--notebooks", str(NOTEBOOKS)).wait_for_link()
    urllib.request.urlopen(server.lesson("01_counter"), timeout=60).close()
    wait_until(lambda: not server.kernels())
    assert server.stop() == 0, server.log


def test_a_killed_server_takes_its_kernels_along(start: Callable[..., Served]) -> None:
    server = start("--port", "0", "--notebooks", str(NOTEBOOKS)).wait_for_link()
    assert urllib.request.urlopen(server.lesson("01_counter"), timeout=60).read()
    under = list(server.children())
    assert server.kernels()
    server.process.kill()
    server.process.wait()
    wait_until(lambda: not [pid for pid in under if alive(pid)], 10)


@pytest.mark.slow
def test_without_forking_the_pool_serves_the_same_page(start: Callable[..., Served]) -> None:
    server = start("--port", "0", "--no-fork", "--notebooks", str(NOTEBOOKS)).wait_for_link()
    with urllib.request.urlopen(server.lesson("01_counter"), timeout=120) as answer:
        page = answer.read().decode()
    assert "vnd.jupyter.widget-view" in page
    assert 'id="cn-cells"' in page
    assert "pre-heated" in server.log
    assert server.stop() == 0, server.log


def check(*arguments: str) -> tuple[int, str]:
    """Run ``calfnb serve --check``; return its status and what it said."""
    done = subprocess.run([str(CALFNB), "serve", "--check", *arguments], capture_output=True, text=True, timeout=120,
                          check=False)  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


def test_a_check_says_what_is_ready(tmp_path: Path) -> None:
    (tmp_path / "small.ipynb").write_text((NOTEBOOKS / "01_counter.ipynb").read_text(encoding="utf-8"), "utf-8")
    status, said = check("--port", "0", "--notebooks", str(tmp_path))
    assert status == 0, said
    assert said.splitlines()[-1] == "Ready."
    for name in ("packages", "port", "tables", "template", "forking", "memory", "lessons"):
        assert f"ok    {name}" in said


def test_a_check_finds_a_taken_port_a_failing_lesson_and_too_many_readers(taken: int) -> None:
    status, said = check("--port", str(taken), "--notebooks", str(NOTEBOOKS), "--max-readers", "1000000")
    assert status == 2
    assert "NOT   port" in said
    assert "NOT   memory" in said
    assert "NOT   lessons   a cell of 02_broken.ipynb fails" in said


def test_no_room_at_all_is_refused_in_a_sentence() -> None:
    assert "no room for 0 readers" in refused("--max-readers", "0")
