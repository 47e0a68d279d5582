"""A running ``calfnb serve`` for tests, and what a test may want to know about it."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

CALFNB = Path(sys.executable).with_name("calfnb")
START_S = 60.0


class Served:
    """One server process. ``url`` ends with a slash; ``log`` holds what it has said on both streams."""

    def __init__(self, log: Path, *arguments: str, env: dict[str, str] | None = None) -> None:
        self.log_path = log
        with log.open("wb") as stream:
            self.process = subprocess.Popen(
                [str(CALFNB), "serve", "--no-browser", *arguments],
                stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})}, start_new_session=True,
            )  # fmt: skip
        self.url = ""

    @property
    def log(self) -> str:
        """Everything the server has said so far."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def __enter__(self) -> Served:
        try:
            return self.wait_for_link()
        except AssertionError:
            self.stop()
            raise

    def __exit__(self, *_raised: object) -> None:
        self.stop()

    def wait_for_link(self) -> Served:
        """Wait until the server has printed its link."""
        wait_until(lambda: "http://" in self.log or self.process.poll() is not None, START_S, lambda: self.log)
        found = re.search(r"http://\S+", self.log)
        if found is None:
            raise AssertionError(f"calfnb serve ended without a link:\n{self.log}")
        self.url = found.group()
        return self

    def lesson(self, name: str) -> str:
        """Address of a lesson."""
        return f"{self.url}voila/render/{name}.ipynb"

    def children(self) -> dict[int, str]:
        """Every living process under the server, with its command line."""
        return dict(descendants(self.process.pid))

    def kernels(self) -> list[int]:
        """The processes of the kernels: forked (grandchildren of the server) or started from nothing."""
        under = self.children()
        forked = [pid for pid in under if parent_of(pid) != self.process.pid]
        return forked + [pid for pid, command in under.items() if "ipykernel_launcher" in command]

    def stop(self, number: int = signal.SIGINT, timeout_s: float = 30.0) -> int:
        """Signal the server and return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"calfnb serve did not end:\n{self.log}") from None


def descendants(pid: int) -> Iterator[tuple[int, str]]:
    """Every process below one, zombies left out."""
    try:
        children = [
            int(each) for path in Path(f"/proc/{pid}/task").glob("*/children") for each in path.read_text().split()
        ]
    except OSError:
        return
    for child in children:
        try:
            if Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                yield child, Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        yield from descendants(child)


def parent_of(pid: int) -> int:
    """The parent of a process, 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def wait_until(
    condition: Callable[[], object],
    timeout_s: float = 20.0,
    explain: Callable[[], str] = lambda: "",
    *,
    every_s: float = 0.05,
) -> None:
    """Wait for a condition; fail with an explanation when the time is up."""
    until = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(f"still not so after {timeout_s:g} s. {explain()}")
        select.select([], [], [], every_s)
