"""A cold browser on a lesson: its first widget, what travels, and clicks until they are painted."""

from __future__ import annotations

import os
import shutil
import statistics
import time
from collections.abc import Callable
from typing import Any

from serving_results import Server

#: Limit of one load with its clicks, in s.
BROWSER_S = 90

DRAWN = """() => !document.querySelector('script[type="application/vnd.voila.cell-output+json"]')
  && [...document.querySelectorAll('.jupyter-widgets button')].some(each => each.checkVisibility())"""


#: Clicks an answer and resolves when the ranked list that it changed has been painted, with the milliseconds. The
#: urgency comes with the list or before it. The phone's line, hidden here, would be an earlier and easier mark.
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
  const list = document.querySelector('.cn-ranking')?.closest('.cnw-panel');
  if (!list) { done(-1); return; }
  watch.observe(list, { childList: true, subtree: true, characterData: true, attributes: true });
  setTimeout(() => { watch.disconnect(); done(-1); }, 3000);
  input.labels[0].click();
})"""


def clicks(page: Any, until: float, count: int = 24, warm: int = 3) -> list[float]:
    """Click answers one after the other, with a pause between; clicks that changed nothing do not count."""
    found = []
    for at in range(count):
        if time.monotonic() > until:
            break
        found.append(page.evaluate(CLICK, at))
        page.wait_for_timeout(600)
    return [each for each in found[warm:] if each >= 0]


def in_browser(servers: list[Server], loads: int, time_is_up: Callable[[], bool]) -> None:
    """Measure the first widget in a cold browser, and what travels at the first and at a second load."""
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
        program = os.environ.get("CALFNB_BROWSER") or next(filter(None, map(shutil.which, names)), None)
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for _ in range(loads):
            for server in servers:
                if time_is_up():
                    break
                context = chromium.new_context()
                try:
                    one_browser(server, context, time.monotonic() + BROWSER_S)
                except Error:
                    server.give_up("a load and its clicks in the browser", BROWSER_S)
                context.close()
        chromium.close()


def one_browser(server: Server, context: Any, until: float) -> None:
    """Load twice in one browser, click in between, and note the measurements.

    Raises
    ------
    playwright.sync_api.Error
        When the time is up before the page is drawn.
    """
    for sizes in (server.wire_mb, server.again_mb):
        page = context.new_page()
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        received = [0.0]
        network.on("Network.loadingFinished", lambda part, to=received: add(to, part["encodedDataLength"]))
        network.on("Network.webSocketFrameReceived",
                   lambda part, to=received: add(to, payload(part["response"])))  # fmt: skip
        begun = time.perf_counter()
        page.goto(server.lesson, wait_until="commit", timeout=left_ms(until))
        page.wait_for_function(DRAWN, timeout=left_ms(until))
        drawn = time.perf_counter() - begun
        page.wait_for_timeout(500)
        sizes.append(received[0])  # what answers bring is no part of a load
        if sizes is server.wire_mb:
            server.browser_s.append(drawn)
            found = clicks(page, until)
            server.click_ms += found
            typical = f"{statistics.median(found):.0f} ms" if found else "not measured"
            server.say(f"first widget {drawn:.2f} s, {sizes[-1]:.3f} MB, click to painted {typical}")
        else:
            server.say(f"second load {sizes[-1]:.3f} MB")
        page.close(run_before_unload=True)


def left_ms(until: float) -> float:
    """What is left of the time, in ms; a moment at least, for 0 would mean for ever."""
    return max(1.0, 1000 * (until - time.monotonic()))


def payload(frame: dict[str, Any]) -> int:
    """Size of what came over a socket; the browser hands out bytes as base64."""
    return len(frame["payloadData"]) * (3 if frame["opcode"] == 2 else 4) // 4


def add(sizes: list[float], size: int) -> None:
    """Add to the last of a list, in megabytes."""
    sizes[-1] += size / 1e6
