"""One small dashboard of equal work in stock Voilà, ``calfnb serve``, Streamlit, Panel, Solara and Dash, in one run.

    python benchmarks/serving_peers.py [PEER ...] [--rounds 3] [--clicks 8] [--bursts 10 30] [--json FILE]

PEER is one of calfnb, streamlit, panel, solara, dash, stock; all of them if none is named. The dashboards are in
``peers/``: 20 controls, naive Bayes over 24 x 90 numbers, three plotly figures and a table redrawn at every change. The
peers get an environment of their own under ``.calfnb/`` (made at the first run, versions in
``peers/requirements.txt``); stock Voilà and calfnb run in this one.

A real Chromium measures, each load in a context of its own with an empty cache: the first control that is shown, all
figures drawn, click to painted (all three figures and the table show the new state), what travels, and the processor
time of the whole server. Loads and clicks alternate between the servers, so that a busy machine treats all alike.
Bursts are of light clients (``peers/light_client.py``). Everything is bounded: loads, clicks, bursts and the whole run.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

from processes import cpu_s, private_mb, tree

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HERE = Path(__file__).resolve().parent
PEERS = HERE / "peers"
ROOT = HERE.parent
BIN = Path(sys.executable).parent
ENVIRONMENT = ROOT / ".calfnb" / "peers"
PEER_BIN = ENVIRONMENT / "bin"
START_S, LOAD_S, CLICK_S, SETTLE_S = 60, 60, 10, 0.7
#: Between finding a free port and taking it, another program may be quicker.
ATTEMPTS = 3
#: Of the time there is; the rest is kept for bursts.
ROUNDS_SHARE = 0.6
#: What lies open must be the same for all: everything that is drawn can be seen.
WINDOW = {"width": 1280, "height": 1600}


@dataclass(frozen=True)
class Peer:
    """How one dashboard is served. ``{port}`` is filled in; ``path`` is the page, ``client`` its light client."""

    name: str
    title: str
    command: tuple[str, ...]
    path: str
    client: str


def peers(folder: Path) -> dict[str, Peer]:
    """List the peers; ``folder`` holds the two notebooks."""
    lesson = "voila/render/dashboard.ipynb"
    listed = (
        Peer("calfnb", "calfnb serve", (f"{BIN}/calfnb", "serve", "--no-browser", "--port", "{port}", "--notebooks",
                                        str(folder / "calfnb")), lesson, "voila"),
        Peer("streamlit", "Streamlit", (f"{PEER_BIN}/streamlit", "run", str(PEERS / "streamlit_app.py"),
                                        "--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true",
                                        "--browser.gatherUsageStats=false", "--server.fileWatcherType=none"),
             "", "streamlit"),
        Peer("panel", "Panel", (f"{PEER_BIN}/panel", "serve", str(PEERS / "panel_app.py"), "--port", "{port}",
                                "--address", "127.0.0.1", "--allow-websocket-origin", "127.0.0.1:{port}"),
             "panel_app", "panel"),
        Peer("solara", "Solara", (f"{PEER_BIN}/solara", "run", str(PEERS / "solara_app.py"), "--host", "127.0.0.1",
                                  "--port", "{port}", "--no-open", "--production"), "", "solara"),
        Peer("dash", "Dash", (f"{PEER_BIN}/python", str(PEERS / "dash_app.py"), "{port}"), "", "dash"),
        Peer("stock", "stock Voilà", (f"{BIN}/voila", str(folder / "stock"), "--no-browser", "--Voila.port={port}",
                                      "--Voila.ip=127.0.0.1"), lesson, "voila"),
    )  # fmt: skip
    return {peer.name: peer for peer in listed}


@dataclass
class Measured:
    """A running server and what was measured of it. Times are in s, latencies in ms, sizes in MB."""

    peer: Peer
    url: str
    pid: int
    control_s: list[float] = field(default_factory=list)
    figures_s: list[float] = field(default_factory=list)
    click_ms: list[float] = field(default_factory=list)
    wire_mb: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    memory_mb: float = 0.0
    bursts: dict[int, dict[str, Any]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


# -- environment and servers ----------------------------------------------------------------------------------------


def make_environment() -> None:
    """Make the environment of the peers, or bring it up to what is asked for."""
    wanted = (PEERS / "requirements.txt").read_text(encoding="utf-8")
    noted = ENVIRONMENT / "requirements.txt"
    if noted.is_file() and noted.read_text(encoding="utf-8") == wanted:
        return
    print(f"Making the environment of the peers in {ENVIRONMENT.relative_to(ROOT)} ...", flush=True)
    subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
    command = [f"{PEER_BIN}/python", "-m", "pip", "install", "--quiet", "-r", str(PEERS / "requirements.txt")]
    subprocess.run(command, check=True)
    noted.write_text(wanted, encoding="utf-8")


def write_notebooks(folder: Path) -> None:
    """Write the two notebooks: they import a dashboard and show it."""
    for name, module in (("stock", "voila_stock"), ("calfnb", "voila_calfnb")):
        cell = {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None, "outputs": [],
                "source": f"from {module} import dashboard\n\ndashboard()"}  # fmt: skip
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        metadata = {"kernelspec": kernel, "title": "Equal work", "calfnb": {"snapshot": True}}
        (folder / name).mkdir()
        text = json.dumps({"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})
        (folder / name / "dashboard.ipynb").write_text(text, encoding="utf-8")


def free_port() -> int:
    """Find a free port on loopback."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def started(peer: Peer, folder: Path) -> Iterator[Measured]:
    """Start one server; end it and everything below it, by number."""
    path = os.pathsep.join(filter(None, (str(PEERS), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    log = folder / f"{peer.name}.txt"
    for _ in range(ATTEMPTS):
        port = free_port()
        command = [part.format(port=port) for part in peer.command]
        with log.open("wb") as stream:
            process = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT, env=environment
            )
        url = f"http://127.0.0.1:{port}/"
        try:
            if answers(url, process):
                yield Measured(peer, url + peer.path, process.pid)
                return
        finally:
            end(process)
    raise SystemExit(f"{peer.title} did not start:\n{log.read_text(errors='replace')[-2000:]}")


def answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    """Wait until a server answers at all; say whether it did."""
    until = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < until:
        try:
            with urlopen(url, timeout=10):
                return process.poll() is None
        except (URLError, OSError):
            time.sleep(0.1)
    return False


def end(process: subprocess.Popen[bytes]) -> None:
    """End a server politely; what it has started and left behind goes too."""
    if process.poll() is not None:
        return
    below = {pid: began(pid) for pid in tree(process.pid) if pid != process.pid}
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pid, since in below.items():
        if since and began(pid) == since:  # still the same process, not another with its number
            os.kill(pid, 9)


def began(pid: int) -> str:
    """When a process began, "" if there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""


# -- a browser ------------------------------------------------------------------------------------------------------


class Wire:
    """Counts what a page receives: HTTP as it travels (compressed), sockets as their messages are."""

    def __init__(self, page: Page) -> None:
        self.received = 0.0
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.loadingFinished", lambda event: self._add(event["encodedDataLength"]))
        network.on("Network.webSocketFrameReceived", self._frame)

    def _add(self, size: float) -> None:
        self.received += size

    def _frame(self, event: dict[str, Any]) -> None:
        # Binary messages are reported in base64.
        size = len(event["response"]["payloadData"])
        self._add(size * 0.75 if event["response"]["opcode"] == 2 else size)


def one_load(browser: Browser, server: Measured, clicks: int, *, counted: bool) -> None:
    """Load a page with an empty cache, click, and leave; note the measurements if they count."""
    context = browser.new_context(viewport=WINDOW)
    try:
        page = context.new_page()
        page.add_init_script(path=PEERS / "page_probe.js")
        wire = Wire(page)
        before, used = set(tree(server.pid)), cpu_s(server.pid)
        page.goto(server.url, wait_until="commit", timeout=LOAD_S * 1000)
        page.wait_for_function("window.__bench?.figures_ms > 0", timeout=LOAD_S * 1000)
        page.wait_for_timeout(SETTLE_S * 1000)
        noted = page.evaluate("window.__bench")
        if counted:
            server.control_s.append(noted["control_ms"] / 1000)
            server.figures_s.append(noted["figures_ms"] / 1000)
            server.wire_mb.append(wire.received / 1e6)
            server.cpu_s.append(cpu_s(server.pid) - used)
            server.memory_mb = sum(map(private_mb, set(tree(server.pid)) - before))
        for number in range(clicks):
            latency = click(page, number)
            if latency is None:  # the codes of all further clicks build upon it
                server.problems.append(f"click {number + 1} of a load had no effect within {CLICK_S} s")
                break
            if counted:
                server.click_ms.append(latency)
        page.close(run_before_unload=True)
    finally:
        context.close()


def click(page: Page, number: int) -> float | None:
    """Set one toggle after the other, then unset them; return how long it took until all was painted, in ms."""
    place = number % 10
    on = sum(2**each for each in range(10) if (each <= place) == (number // 10 % 2 == 0))
    page.evaluate("([code, limit]) => { window.__result = window.__answer(code, limit); }",
                  [f"[{on:04d}.0]", CLICK_S * 1000])  # fmt: skip
    page.get_by_text(f"Finding {place + 1}", exact=True).click(timeout=CLICK_S * 1000)
    return page.evaluate("window.__result")


def in_browser(servers: Sequence[Measured], rounds: int, clicks: int, deadline: float) -> None:
    """Load every dashboard in turn.

    A first load is not counted, for what a server does only once; stock Voilà does everything for each reader anew.
    """
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        program = os.environ.get("CALFNB_BROWSER", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for number in range(rounds + 1):
            if time.monotonic() > deadline:
                print(f"Only {max(0, number - 1)} of {rounds} rounds: the time was up.")
                break
            for server in servers:
                if number == 0 and server.peer.name == "stock":
                    continue
                try:
                    one_load(browser, server, clicks if number else 1, counted=number > 0)
                except Error as error:
                    server.problems.append(f"load {number}: {error.message.splitlines()[0]}")
        browser.close()


# -- bursts ---------------------------------------------------------------------------------------------------------


def burst(server: Measured, readers: int, limit_s: float) -> None:
    """Let readers come at once; a server that could not serve fewer is spared."""
    if any(found["errors"] for found in server.bursts.values()):
        server.problems.append(f"no burst of {readers}: fewer were too many")
        return
    command = [f"{PEER_BIN}/python", str(PEERS / "light_client.py"), server.peer.client, server.url, str(readers),
               str(limit_s)]  # fmt: skip
    finished = subprocess.run(command, capture_output=True, text=True, timeout=limit_s + 60, check=False)
    if finished.returncode:
        server.problems.append(f"burst of {readers}: {finished.stderr.strip().splitlines()[-1]}")
        return
    server.bursts[readers] = json.loads(finished.stdout)


# -- the report -----------------------------------------------------------------------------------------------------


def middle(values: Sequence[float]) -> float | None:
    """Return the median, None of nothing."""
    return statistics.median(values) if values else None


def late(values: Sequence[float]) -> float | None:
    """95th percentile, None of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))] if ordered else None


def results(server: Measured, bursts: Sequence[int]) -> dict[str, float | None]:
    """Return one column of the table."""
    rows: dict[str, float | None] = {
        "first control shown, s": middle(server.control_s),
        "all figures drawn, s": middle(server.figures_s),
        "click to painted, median, ms": middle(server.click_ms),
        "click to painted, 95th, ms": late(server.click_ms),
        "received by the page, MB": middle(server.wire_mb),
        "processor time a load, s": middle(server.cpu_s),
        "own process a reader, MB": server.memory_mb or None,
    }
    for readers in bursts:
        found = server.bursts.get(readers)
        rows[f"{readers} at once, median, s"] = middle(found["ready_s"]) if found else None
        whole = found and not found["errors"]
        rows[f"{readers} at once, 95th, s"] = late(found["ready_s"]) if found and whole else None
        rows[f"{readers} at once, served"] = len(found["ready_s"]) if found else None
    return rows


NOT_COMPARABLE = """\
Not comparable, or only with care:
* Streamlit, Panel, Solara and Dash serve all readers in one process, on one core, without isolation; stock Voilà and
  calfnb give each reader a process. Memory a reader is only shown where a reader has a process.
* Dash keeps no state on the server and runs on its own development server here; its burst is three small requests.
* Light clients do what each front end must; none draws. What a page does in the browser after that differs. Solara's
  stops when the app has run, before the states of its widgets are fetched.
* Sockets are counted by their messages, before any compression of their own. Nothing is cached before a load.
* All draw with plotly.js; calfnb also writes the table twin of each figure. Client and servers share the machine.
* Medians of a few loads on a machine that may be busy: read the ratios first, and small differences not at all."""


def report(servers: Sequence[Measured], bursts: Sequence[int]) -> dict[str, Any]:
    """Print the table and what is to be said about it; return all of it for a file."""
    columns = {server.peer.name: results(server, bursts) for server in servers}
    print(f"\n{'':30}" + "".join(f"{server.peer.title:>14}" for server in servers))
    for row in next(iter(columns.values())):
        cells = [columns[server.peer.name][row] for server in servers]
        print(f"{row:30}" + "".join(f"{'—' if cell is None else f'{cell:.3g}':>14}" for cell in cells))
    ours = columns.get("calfnb")
    if ours and len(columns) > 1:
        print("\nTimes as much as calfnb serve")
        for row, own in ours.items():
            if own and "served" not in row:
                cells = [columns[server.peer.name][row] for server in servers]
                print(f"{row:30}" + "".join(f"{'—' if cell is None else f'{cell / own:.2f}':>14}" for cell in cells))
    for server in servers:
        for problem in dict.fromkeys(server.problems):
            print(f"{server.peer.title}: {problem}")
        for readers, found in server.bursts.items():
            if found["errors"]:
                print(f"{server.peer.title}: of {readers} at once {len(found['errors'])} were not served: "
                      f"{found['errors'][0]}")  # fmt: skip
    print(f"\n{NOT_COMPARABLE}")
    return {
        server.peer.name: {
            "results": columns[server.peer.name],
            "clicks": len(server.click_ms),
            "loads": len(server.figures_s),
            "problems": server.problems,
        }
        for server in servers
    }


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peers", nargs="*", metavar="PEER", help="calfnb, streamlit, panel, solara, dash, stock")
    parser.add_argument("--rounds", type=int, default=3, help="counted loads of each")
    parser.add_argument("--clicks", type=int, default=8, help="clicks a load")
    parser.add_argument("--bursts", type=int, nargs="*", default=[10, 30], metavar="N", help="readers at once")
    parser.add_argument("--burst-limit", type=float, default=40, help="s after which the rest of a burst is given up")
    parser.add_argument("--limit", type=float, default=330, help="s after which nothing new is begun")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        known = peers(folder)
        if unknown := set(args.peers) - known.keys():
            parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(known)}")
        make_environment()
        write_notebooks(folder)
        deadline = time.monotonic() + args.limit
        chosen = [known[name] for name in args.peers or known]
        servers = [stack.enter_context(started(peer, folder)) for peer in chosen]
        print(f"{len(servers)} servers; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
        in_browser(servers, args.rounds, args.clicks, deadline - (1 - ROUNDS_SHARE) * args.limit)
        for readers in args.bursts:
            for server in servers:
                if time.monotonic() < deadline:
                    burst(server, readers, args.burst_limit)
                else:
                    server.problems.append(f"no burst of {readers}: the time was up")
        print(f"load average at the end {os.getloadavg()[0]:.1f}")
        found = report(servers, args.bursts)
    if args.json:
        args.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
