"""Serving the lesson 01_causes: stock Voilà against ``calfnb serve``, side by side in one run.

    python benchmarks/serving.py [--loads 3] [--burst 10] [--browser] [--soak 300] [--only-ours] [--json FILE]

For each server: the time from asking for the page until every widget's state has arrived (a light client: page,
socket, ``request_states``), the processor time of the whole server for one load, the memory that one reader adds, and
with ``--browser`` the time until the first widget is drawn in a cold Chromium, the bytes that travel, and the time from
a click on an answer until list and urgency are painted. Loads alternate between the servers, so that a busy machine
treats both alike: read the ratios first. ``--burst`` lets readers come in the same moment and says how many were
served and how many kernels are left after they have gone; ``--soak`` loads and leaves again and again, and says whether
memory and file handles of the server stay where they were. ``--only-ours`` leaves out stock Voilà, which takes minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LESSON = "01_causes"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """A server under measurement."""

    name: str
    url: str
    pid: int
    ready_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)
    browser_s: list[float] = field(default_factory=list)
    wire_mb: list[float] = field(default_factory=list)
    again_mb: list[float] = field(default_factory=list)
    click_ms: list[float] = field(default_factory=list)
    burst_s: list[float] = field(default_factory=list)
    lost: int = 0
    reasons: list[str] = field(default_factory=list)
    left_over: int = 0
    soak: dict[str, float] = field(default_factory=dict)

    @property
    def lesson(self) -> str:
        """Address of the lesson."""
        return f"{self.url}voila/render/{LESSON}.ipynb"


# -- processes ------------------------------------------------------------------------------------------------------


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
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return sum(int(number) for number in re.findall(r"^Private_\w+:\s+(\d+) kB", text, re.MULTILINE)) / 1024


@contextmanager
def started(name: str, command: list[str], folder: Path) -> Iterator[Server]:
    """Start a server that prints its address, and end it."""
    log = folder / f"{name}.txt"
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT, cwd=ROOT)
    try:
        until = time.monotonic() + 60
        while not (found := re.search(r"http://[\w.]+:\d+/", log.read_text(errors="replace"))):
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"{name} did not start:\n{log.read_text(errors='replace')}")
            time.sleep(0.05)
        yield Server(name, found.group(), process.pid)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


# -- a light client -------------------------------------------------------------------------------------------------


def message(kind: str, content: dict[str, Any], session: str, version: str = "") -> str:
    """A message to a kernel, in the older JSON form."""
    metadata = {"version": version} if version else {}
    header = {"msg_id": uuid.uuid4().hex, "username": "", "session": session, "msg_type": kind, "version": "5.3",
              "date": "2026-01-01T00:00:00Z"}  # fmt: skip
    return json.dumps({"header": header, "parent_header": {}, "metadata": metadata, "content": content,
                       "channel": "shell", "buffers": []})  # fmt: skip


@dataclass
class Visit:
    """One reader: the page asked for, its kernel, its cookie."""

    server: Server
    kernel_id: str = ""
    token: str = ""

    async def load(self) -> float:
        """Load the page until every widget's state is there; return the seconds that took."""
        begun = time.perf_counter()
        client = AsyncHTTPClient(max_clients=500)
        page = await client.fetch(self.server.lesson, request_timeout=300, connect_timeout=60)
        text = page.body.decode()
        self.kernel_id = re.search(r'"kernelId":\s*"([^"]+)"', text).group(1)  # type: ignore[union-attr]
        cookie = re.search(r"_xsrf=([^;]+)", " ".join(page.headers.get_list("Set-Cookie")))
        self.token = cookie.group(1) if cookie else ""
        await self.states(set(re.findall(r'"model_id": "(\w+)"', text)))
        return time.perf_counter() - begun

    async def states(self, wanted: set[str]) -> None:
        """Ask for the state of every widget; wait until it has come."""
        session = uuid.uuid4().hex
        address = f"ws://{urlsplit(self.server.url).netloc}/api/kernels/{self.kernel_id}/channels?session_id={session}"
        socket = await websocket_connect(address, max_message_size=1 << 28)
        comm = uuid.uuid4().hex
        await socket.write_message(message("comm_open", {"comm_id": comm, "target_name": "jupyter.widget.control",
                                                         "data": {}}, session, "1.0.0"))  # fmt: skip
        await socket.write_message(
            message("comm_msg", {"comm_id": comm, "data": {"method": "request_states"}}, session)
        )
        while True:
            answer = await socket.read_message()
            if answer is None:
                raise ConnectionError("the socket was closed")
            if isinstance(answer, bytes) and b"update_states" in answer:
                break
            if isinstance(answer, str) and "update_states" in answer:
                break
        body = answer if isinstance(answer, bytes) else answer.encode()
        assert all(each.encode() in body for each in wanted), "a widget of the page is missing"
        socket.close()

    async def leave(self) -> None:
        """End the kernel by its own address: stock Voilà refuses a first visitor the way that a page takes."""
        client = AsyncHTTPClient(max_clients=500)
        headers = {"Cookie": f"_xsrf={self.token or TOKEN}", "X-XSRFToken": self.token or TOKEN,
                   "Referer": self.server.url}  # fmt: skip
        request = HTTPRequest(f"{self.server.url}api/kernels/{self.kernel_id}", "DELETE", headers, request_timeout=60)
        await client.fetch(request, raise_error=False)


#: A well-formed token of one's own making is as good as one from the server: cookie and header only have to agree.
TOKEN = "2|00000000|00000000000000000000000000000000|1700000000"


async def one_load(server: Server) -> None:
    """Measure one load: time, processor, memory."""
    before, used = set(tree(server.pid)), cpu_s(server.pid)
    visit = Visit(server)
    server.ready_s.append(await visit.load())
    await asyncio.sleep(0.5)  # lets the server finish what it does after the page is ready; both get the same
    server.cpu_s.append(cpu_s(server.pid) - used)
    server.memory_mb.append(sum(map(private_mb, set(tree(server.pid)) - before)))
    await visit.leave()
    await asyncio.sleep(0.5)


async def burst(server: Server, readers: int) -> None:
    """Let many readers come in the same moment."""
    before = set(tree(server.pid))
    visits = [Visit(server) for _ in range(readers)]
    results = await asyncio.gather(*(visit.load() for visit in visits), return_exceptions=True)
    server.burst_s = sorted(each for each in results if isinstance(each, float))
    failed = [each for each in results if not isinstance(each, float)]
    server.lost = len(failed)
    server.reasons = sorted({f"{type(each).__name__}: {each}" for each in failed})
    await asyncio.gather(*(visit.leave() for visit in visits if visit.kernel_id), return_exceptions=True)
    until = time.monotonic() + 60
    while (count := len(set(tree(server.pid)) - before)) and time.monotonic() < until:
        await asyncio.sleep(0.5)
    server.left_over = count


async def soak(server: Server, loads: int, at_once: int = 4, most_s: float = 180.0) -> None:
    """Load and leave many times; compare the server's memory and files after the first tenth with those at the end."""
    begun, done, before = time.monotonic(), 0, set(tree(server.pid))

    async def one() -> None:
        visit = Visit(server)
        await visit.load()
        await visit.leave()

    while done < loads and time.monotonic() - begun < most_s:
        await asyncio.gather(*(one() for _ in range(at_once)))
        done += at_once
        if "early_mb" not in server.soak and done >= loads / 10:
            server.soak.update(early_mb=private_mb(server.pid), early_files=files(server.pid))
    await asyncio.sleep(2)
    server.soak.update(loads=done, seconds=time.monotonic() - begun, late_mb=private_mb(server.pid),
                       late_files=files(server.pid), kernels=len(set(tree(server.pid)) - before))  # fmt: skip


def files(pid: int) -> int:
    """How many files and sockets a process has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


# -- a browser ------------------------------------------------------------------------------------------------------

DRAWN = """() => !document.querySelector('script[type="application/vnd.voila.cell-output+json"]')
  && [...document.querySelectorAll('.jupyter-widgets button')].some(each => each.checkVisibility())"""


#: Clicks an answer and resolves when what it changed (list or urgency) has been painted, with the milliseconds.
CLICK = """(at) => new Promise((done) => {
  const inputs = [...document.querySelectorAll('.cnw-form input[type=radio]')]
    .filter((each) => each.labels[0]?.checkVisibility());
  const input = inputs[(at * 2 + Math.floor(at / inputs.length)) % inputs.length];
  const from = performance.now();
  const watch = new MutationObserver(() => {
    watch.disconnect();
    requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => done(performance.now() - from);
      after.port2.postMessage(0);
    });
  });
  for (const each of document.querySelectorAll('.cnw-page > .cnw-panel, .cnw-results > .cnw-panel'))
    watch.observe(each, { childList: true, subtree: true, characterData: true, attributes: true });
  setTimeout(() => { watch.disconnect(); done(-1); }, 3000);
  input.labels[0].click();
})"""


def clicks(page: Any, count: int = 24, warm: int = 3) -> list[float]:
    """Click answers one after the other, with a pause between; clicks that changed nothing do not count."""
    found = []
    for at in range(count):
        found.append(page.evaluate(CLICK, at))
        page.wait_for_timeout(600)
    return [each for each in found[warm:] if each >= 0]


def in_browser(servers: list[Server], loads: int) -> None:
    """Measure the first widget in a cold browser, and what travels at the first and at a second load."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        program = os.environ.get("CALFNB_CHROMIUM", "/usr/bin/chromium")
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for _ in range(loads):
            for server in servers:
                context = chromium.new_context()
                for sizes in (server.wire_mb, server.again_mb):
                    page = context.new_page()
                    network = context.new_cdp_session(page)
                    network.send("Network.enable")
                    sizes.append(0.0)
                    network.on(
                        "Network.loadingFinished", lambda part, sizes=sizes: add(sizes, part["encodedDataLength"])
                    )
                    network.on("Network.webSocketFrameReceived",
                               lambda part, sizes=sizes: add(sizes, payload(part["response"])))  # fmt: skip
                    begun = time.perf_counter()
                    page.goto(server.lesson, wait_until="commit", timeout=120_000)
                    page.wait_for_function(DRAWN, timeout=120_000)
                    if sizes is server.wire_mb:
                        server.browser_s.append(time.perf_counter() - begun)
                    page.wait_for_timeout(500)
                    if sizes is server.wire_mb:
                        arrived = sizes[-1]
                        server.click_ms += clicks(page)
                        sizes[-1] = arrived  # what answers bring is no part of a load
                    page.close(run_before_unload=True)
                context.close()
        chromium.close()


def payload(frame: dict[str, Any]) -> int:
    """Size of what came over a socket; the browser hands out bytes as base64."""
    return len(frame["payloadData"]) * (3 if frame["opcode"] == 2 else 4) // 4


def add(sizes: list[float], size: int) -> None:
    """Add to the last of a list, in megabytes."""
    sizes[-1] += size / 1e6


# -- the report -----------------------------------------------------------------------------------------------------

ROWS = (
    ("page and all states, light client, s", "ready_s"),
    ("processor time a load, s", "cpu_s"),
    ("own memory a reader, MB", "memory_mb"),
    ("first widget, cold browser, s", "browser_s"),
    ("over the wire, first load, MB", "wire_mb"),
    ("over the wire, next load, MB", "again_mb"),
    ("click to painted, ms", "click_ms"),
)


def p95(values: list[float]) -> float:
    """The value that 95 of 100 stay under."""
    return sorted(values)[max(0, math.ceil(0.95 * len(values)) - 1)]


def report(servers: list[Server]) -> dict[str, Any]:
    """Print a table of medians with the ratio of the first to the last; return it for a file."""
    result: dict[str, Any] = {}
    first = servers[0]
    print(f"{'median of ' + str(len(first.ready_s)):44}" + "".join(f"{each.name:>24}" for each in servers) + "   ratio")
    for title, name in ROWS:
        lists = [getattr(each, name) for each in servers]
        if not all(lists):
            continue
        medians = [statistics.median(each) for each in lists]
        result[name] = {each.name: {"p50": median, "p95": p95(values)}
                        for each, median, values in zip(servers, medians, lists, strict=True)}  # fmt: skip
        cells = [f"{median:.3f} ({p95(values):.3f})" for median, values in zip(medians, lists, strict=True)]
        print(f"{title:44}" + "".join(f"{each:>24}" for each in cells) + f"{medians[0] / (medians[-1] or 1):8.1f}x")
    for server in servers:
        if server.burst_s or server.lost:
            served = server.burst_s or [float("nan")]
            result[f"burst {server.name}"] = {"p50": statistics.median(served), "p95": p95(served),
                                              "lost": server.lost, "kernels_left": server.left_over}  # fmt: skip
            readers = len(server.burst_s) + server.lost
            print(f"{readers} at once, {server.name}: median {statistics.median(served):.2f} s, "
                  f"95th {p95(served):.2f} s, lost {server.lost} {server.reasons or ''}; kernels left after they have "
                  f"gone (waited 60 s at most): {server.left_over}")  # fmt: skip
        if server.soak:
            result[f"soak {server.name}"] = server.soak
            print("{loads:.0f} loads, {name}, in {seconds:.0f} s: memory {early_mb:.0f} MB -> {late_mb:.0f} MB, files "
                  "{early_files:.0f} -> {late_files:.0f}, kernels left {kernels:.0f}"
                  .format(name=server.name, **server.soak))  # fmt: skip
    return result


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--loads", type=int, default=3)
    parser.add_argument("--burst", type=int, default=0, help="readers at once (0: no burst)")
    parser.add_argument("--soak", type=int, default=0, help="loads one after the other, three minutes at most")
    parser.add_argument("--browser", action="store_true")
    parser.add_argument("--only-ours", action="store_true", help="leave out stock Voilà")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = [] if args.only_ours else [stack.enter_context(
            started("stock Voila", [str(BIN / "voila"), "notebooks", "--no-browser", "--Voila.port=18866",
                                    "--Voila.ip=127.0.0.1"], folder)
        )]  # fmt: skip
        ours = stack.enter_context(
            started("calfnb serve", [str(BIN / "calfnb"), "serve", "--no-browser", "--port", "0"], folder)
        )
        servers.append(ours)
        wait_for_own_page(ours)
        for _ in range(args.loads):
            for server in servers:
                asyncio.run(one_load(server))
        if args.browser:
            in_browser(servers, args.loads)
        for server in servers if args.burst else ():
            asyncio.run(burst(server, args.burst))
        if args.soak:
            asyncio.run(soak(ours, args.soak))
        result = report(servers)
    if args.json:
        args.json.write_text(json.dumps(result, indent=1))


def wait_for_own_page(server: Server) -> None:
    """Wait until the lesson has been run before its readers: a server that has just started is not measured."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        visit = Visit(server)
        asyncio.run(visit.load())
        asyncio.run(visit.leave())
        with urlopen(server.lesson, timeout=60) as answer:
            if b"cn-states" in answer.read():
                return
        time.sleep(0.5)
    print("The lesson is served by Voila's front end: its own page was not made.", file=sys.stderr)


if __name__ == "__main__":
    main()
