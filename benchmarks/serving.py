"""Serving the lesson 01_causes: stock Voilà against ``calfnb serve``, side by side in one run.

    python benchmarks/serving.py [--loads 3] [--burst 30 100] [--stock-burst 6] [--no-browser] [--soak 0]
                                 [--only-ours] [--limit 720] [--json FILE]

For each server: the time from asking for the page until every widget's state has arrived (a light client: page,
socket, ``request_states``), the processor time of the whole server for one load, and the memory that one reader adds;
in a cold Chromium the time until the first widget is drawn, the bytes that travel, and the time from a click on an
answer until list and urgency are painted. Loads alternate between the servers, so that a busy machine treats both
alike: read the ratios first. Bursts let readers come in the same moment and say how many were served and how many
kernels are left after they have gone; stock Voilà gets a smaller one, because thirty take it two minutes. ``--soak``
loads and leaves again and again, and says whether memory and file handles stay where they were. ``--only-ours`` leaves
out stock Voilà, which takes most of the time.

Each figure is printed as soon as it is measured. Each part has a limit after which it is given up and reported as
"not within N s", and nothing is begun once ``--limit`` seconds have passed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
import time
import uuid
from collections.abc import Coroutine
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

from processes import cpu_s, files, private_mb, share_mb, started, tree
from serving_browser import in_browser
from serving_results import GONE_S, Burst, Server, in_words, report, results
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

BIN = Path(sys.executable).parent
#: Limits of the parts, in s: one load of a light client, one burst.
LOAD_S, BURST_S = 60, 120


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

    async def say_farewell(self) -> None:
        """End the kernel as a page does that is left."""
        client = AsyncHTTPClient(max_clients=500)
        request = HTTPRequest(f"{self.server.url}voila/api/shutdown/{self.kernel_id}", "POST",
                              {"Cookie": f"_xsrf={self.token}"}, urlencode({"_xsrf": self.token}),
                              request_timeout=60)  # fmt: skip
        await client.fetch(request)


#: A well-formed token of one's own making is as good as one from the server: cookie and header only have to agree.
TOKEN = "2|00000000|00000000000000000000000000000000|1700000000"


def within(server: Server, what: str, limit_s: float, work: Coroutine[Any, Any, None]) -> None:
    """Do a part of the work; give it up when its time has passed."""

    async def limited() -> None:
        async with asyncio.timeout(limit_s):
            await work

    try:
        asyncio.run(limited())
    except TimeoutError:
        server.give_up(what, limit_s)


async def one_load(server: Server) -> None:
    """Measure one load: time, processor, memory."""
    before, used = set(tree(server.pid)), cpu_s(server.pid)
    visit = Visit(server)
    ready = await visit.load()
    await asyncio.sleep(0.5)  # lets the server finish what it does after the page is ready; both get the same
    server.ready_s.append(ready)
    server.cpu_s.append(cpu_s(server.pid) - used)
    server.memory_mb.append(sum(map(private_mb, set(tree(server.pid)) - before)))
    server.say(f"ready {ready:.2f} s, processor {server.cpu_s[-1]:.2f} s, own memory {server.memory_mb[-1]:.0f} MB")
    await visit.leave()
    await asyncio.sleep(0.5)


async def burst(server: Server, readers: int) -> None:
    """Let many readers come in the same moment."""
    before = set(tree(server.pid))
    visits = [Visit(server) for _ in range(readers)]
    results = await asyncio.gather(*(visit.load() for visit in visits), return_exceptions=True)
    failed = [each for each in results if not isinstance(each, float)]
    await asyncio.gather(*(visit.leave() for visit in visits if visit.kernel_id), return_exceptions=True)
    until = time.monotonic() + GONE_S
    while (count := len(set(tree(server.pid)) - before)) and time.monotonic() < until:
        await asyncio.sleep(0.5)
    found = Burst(readers, sorted(each for each in results if isinstance(each, float)),
                  sorted({f"{type(each).__name__}: {each}" for each in failed}), count)  # fmt: skip
    server.bursts.append(found)
    server.say(in_words(found))


async def soak(server: Server, loads: int, limit_s: float, at_once: int = 4) -> None:
    """Load and leave many times; compare memory and files after a tenth, and a minute, with those at the end."""
    begun, done, before = time.monotonic(), 0, set(tree(server.pid))

    async def one() -> None:
        visit = Visit(server)
        await visit.load()
        await visit.say_farewell()

    async def look(when: str) -> None:
        while set(tree(server.pid)) - before and time.monotonic() - begun < limit_s + GONE_S:
            await asyncio.sleep(0.2)  # the last kernels are still ending
        await asyncio.sleep(1)
        server.soak.update({
            f"{when}_mb": private_mb(server.pid),
            f"{when}_files": files(server.pid),
            f"{when}_parents_mb": sum(map(share_mb, before - {server.pid})),
        })  # fmt: skip

    while done < loads and time.monotonic() - begun < limit_s:
        await asyncio.gather(*(one() for _ in range(at_once)))
        done += at_once
        if "early_mb" not in server.soak and done >= loads / 10 and time.monotonic() - begun > GONE_S + 10:
            await look("early")
        if done % 100 == 0:
            server.say(f"{done} loads, {time.monotonic() - begun:.0f} s, memory {private_mb(server.pid):.0f} MB, "
                       f"files {files(server.pid)}")  # fmt: skip
    if "early_mb" not in server.soak:
        server.give_up(f"a tenth of {loads} loads (over {GONE_S + 10} s at least)", time.monotonic() - begun)
        return
    await look("late")
    server.soak.update(loads=done, seconds=time.monotonic() - begun, kernels=len(set(tree(server.pid)) - before))
    server.say("{loads:.0f} loads in {seconds:.0f} s: memory of the server {early_mb:.1f} MB -> {late_mb:.1f} MB, of "
               "the kernels' parents {early_parents_mb:.1f} MB -> {late_parents_mb:.1f} MB, files {early_files:.0f} -> "
               "{late_files:.0f}, kernels left {kernels:.0f}".format(**server.soak))  # fmt: skip
    if done < loads:
        server.give_up(f"all {loads} loads", limit_s)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--loads", type=int, default=3)
    parser.add_argument(
        "--burst", type=int, nargs="*", default=[30, 100], metavar="N", help="readers at once, for ours"
    )
    parser.add_argument("--stock-burst", type=int, default=6, metavar="N", help="readers at once, for stock Voilà")
    parser.add_argument("--soak", type=int, default=0, metavar="N", help="loads one after the other, ours only")
    parser.add_argument("--soak-limit", type=float, default=240, metavar="S", help="s after which the soak ends")
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--only-ours", action="store_true", help="leave out stock Voilà")
    parser.add_argument("--limit", type=float, default=720, metavar="S", help="s after which nothing new is begun")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def main() -> None:
    """Run the comparison."""
    args = arguments()
    begun = time.monotonic()

    def time_is_up() -> bool:
        return time.monotonic() - begun > args.limit

    def done(part: str) -> None:
        print(f"-- {part}: {time.monotonic() - begun:.0f} s since the start, load average {os.getloadavg()[0]:.1f}",
              flush=True)  # fmt: skip
        if args.json:
            args.json.write_text(json.dumps(results(servers), indent=1))

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = [] if args.only_ours else [Server("stock Voila", *stack.enter_context(
            started("stock Voila", [str(BIN / "voila"), "notebooks", "--no-browser", "--Voila.port=18866",
                                    "--Voila.ip=127.0.0.1"], folder)
        ))]  # fmt: skip
        ours = Server("calfnb serve", *stack.enter_context(
            started("calfnb serve", [str(BIN / "calfnb"), "serve", "--no-browser", "--port", "0"], folder)
        ))  # fmt: skip
        servers.append(ours)
        wait_for_own_page(ours)
        done("both started")
        for _ in range(args.loads):
            for server in servers:
                if not time_is_up():
                    within(server, "a load of the light client", LOAD_S, one_load(server))
        done("light clients")
        if not args.no_browser:
            in_browser(servers, args.loads, time_is_up)
            done("browser")
        for server in servers:
            for readers in args.burst if server is ours else filter(None, [args.stock_burst]):
                if not time_is_up():
                    within(server, f"{readers} at once", BURST_S, burst(server, readers))
        done("bursts")
        if args.soak and not time_is_up():
            within(ours, "the soak", args.soak_limit + 2 * GONE_S, soak(ours, args.soak, args.soak_limit))
            done("soak")
        report(servers)


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
