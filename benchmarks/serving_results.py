"""What is measured of a server of lessons, and its report."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, field
from typing import Any

LESSON = "01_causes"
#: How long kernels are waited for after their readers have gone, in s; so long does Jupyter remember a connection, too.
GONE_S = 60


@dataclass
class Burst:
    """Readers who came in the same moment."""

    readers: int
    ready_s: list[float]
    reasons: list[str]
    left_over: int


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
    bursts: list[Burst] = field(default_factory=list)
    soak: dict[str, float] = field(default_factory=dict)
    not_within: list[str] = field(default_factory=list)

    @property
    def lesson(self) -> str:
        """Address of the lesson."""
        return f"{self.url}voila/render/{LESSON}.ipynb"

    def say(self, text: str) -> None:
        """Print a figure as soon as it is there."""
        print(f"  {self.name}: {text}", flush=True)

    def give_up(self, what: str, limit_s: float) -> None:
        """Note what took too long."""
        self.not_within.append(f"{what}: not within {limit_s:.0f} s")
        self.say(self.not_within[-1])


def in_words(found: Burst) -> str:
    """Tell of a burst in a sentence."""
    served = found.ready_s or [math.nan]
    return (f"{found.readers} at once: {len(found.ready_s)} served, median {statistics.median(served):.2f} s, "
            f"95th {p95(served):.2f} s {found.reasons or ''}; {found.left_over} kernels left after they have gone "
            f"(waited {GONE_S} s at most)")  # fmt: skip


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


def results(servers: list[Server]) -> dict[str, Any]:
    """Return everything that was measured, for a file."""
    found: dict[str, Any] = {}
    for _, name in ROWS:
        found[name] = {each.name: {"p50": statistics.median(values), "p95": p95(values)}
                       for each in servers if (values := getattr(each, name))}  # fmt: skip
    for server in servers:
        for each in server.bursts:
            found[f"burst of {each.readers}, {server.name}"] = {
                "p50": statistics.median(each.ready_s) if each.ready_s else None,
                "p95": p95(each.ready_s) if each.ready_s else None,
                "lost": each.readers - len(each.ready_s),
                "kernels_left": each.left_over,
            }
        if server.soak:
            found[f"soak {server.name}"] = server.soak
        found[f"not within, {server.name}"] = server.not_within
    return found


def report(servers: list[Server]) -> None:
    """Print a table of medians, 95th percentiles in brackets, with the ratio of the first to the last."""
    first = servers[0]
    print(f"\n{'median of ' + str(len(first.ready_s)):44}" + "".join(f"{each.name:>24}" for each in servers)
          + (f"{'ratio':>9}" if len(servers) > 1 else ""))  # fmt: skip
    for title, name in ROWS:
        lists = [getattr(each, name) for each in servers]
        cells = [f"{statistics.median(each):.3f} ({p95(each):.3f})" if each else "not measured" for each in lists]
        ratio = ""
        if len(servers) > 1 and all(lists):
            ratio = f"{statistics.median(lists[0]) / (statistics.median(lists[-1]) or math.nan):8.1f}x"
        if any(lists):
            print(f"{title:44}" + "".join(f"{each:>24}" for each in cells) + ratio)
    for server in servers:
        for found in server.bursts:
            print(f"{server.name}: {in_words(found)}")
        for each in server.not_within:
            print(f"{server.name}: {each}")
