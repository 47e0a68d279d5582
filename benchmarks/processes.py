"""What a server and the processes below it use: processor, memory, open files. Reads ``/proc``, so Linux only."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
START_S = 60


def tree(pid: int) -> Iterator[int]:
    """A process and everything below it."""
    yield pid
    try:
        lists = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return
    for child in (int(each) for some in lists for each in some):
        yield from tree(child)


def cpu_s(pid: int) -> float:
    """User and system time of a tree, children that have ended and been waited for included."""
    ticks = 0
    for each in tree(pid):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(map(int, fields[11:15]))
    return ticks / TICKS


def private_mb(pid: int) -> float:
    """Memory that only this process holds (USS)."""
    return _smaps_mb(pid, r"^Private_\w+")


def share_mb(pid: int) -> float:
    """Memory of this process, what it shares with others divided among them (PSS)."""
    return _smaps_mb(pid, r"^Pss")


def _smaps_mb(pid: int, what: str) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return sum(int(number) for number in re.findall(what + r":\s+(\d+) kB", text, re.MULTILINE)) / 1024


def files(pid: int) -> int:
    """How many files and sockets a process has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


@contextmanager
def started(name: str, command: list[str], folder: Path) -> Iterator[tuple[str, int]]:
    """Start a server that prints its address; yield that and its process number, and end it."""
    log = folder / f"{name}.txt"
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT, cwd=ROOT)
    try:
        until = time.monotonic() + START_S
        while not (found := re.search(r"http://[\w.]+:\d+/", log.read_text(errors="replace"))):
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"{name} did not start:\n{log.read_text(errors='replace')}")
            time.sleep(0.05)
        yield found.group(), process.pid
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
