"""How fast and how frugal the import of a training log is, against plain pandas in the same run.

    python benchmarks/training_log.py              a table; exit status 1 if a target is missed
    python benchmarks/training_log.py --json       the same as JSON
    python benchmarks/training_log.py --million    also a list of a million rows (a minute or two)

The log is made here: ten years of 5,000 activities as an export writes them. Ours reads it with every check (two
distances, dates, sports, row numbers, local days), compares each run with the 30 days before, adds up the weeks and
shoes, and draws the figures; then the same through the panel of the lesson. The baseline is `pandas.read_csv` on the
same file, the same sums and no check at all.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from result_line import Line

from calfnb.load.history import sessions, shoes, weeks
from calfnb.load.readers import ReadOptions, read_files
from calfnb.markup.load import load_figures
from calfnb.tables.loading_load import load_training

ACTIVITIES, YEARS = 5_000, 10
LONG, MILLION = 100_000, 1_000_000
GIGABYTE_MB, TARGET_S, STEP_MS = 1_000, 2.0, 50.0
HEADER = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Max Heart Rate,"
    "Relative Effort,Commute,Activity Gear,Filename,Athlete Weight,Bike Weight,Elapsed Time,Moving Time,Distance"
)
#: What a fresh interpreter does with a file: read it, say how many, how long and how much memory it took at most.
CHILD = """
import json, sys, time
from datetime import UTC
from calfnb.load.history import sessions, weeks
from calfnb.load.readers import ReadOptions, read_files
from calfnb.tables.loading_load import load_training
load = load_training()
began = time.perf_counter()
log = read_files([sys.argv[1]], load, ReadOptions(timezone=UTC))
sessions(log, load), weeks(log, load)
took = time.perf_counter() - began
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024
print(json.dumps([len(log), took, peak]))
"""


def write_log(path: Path, count: int, seed: int = 1) -> None:
    """Write a log as Strava exports it: four runs of five activities, now and then a long one."""
    rng = random.Random(seed)
    step = timedelta(days=365.25 * YEARS) / count
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER + "\n")
        for number in range(count):
            when = datetime(2014, 1, 1, 7, 30) + step * number
            km = round(max(2.0, rng.gauss(9, 3)) * (1.8 if rng.random() < 0.02 else 1.0), 2)
            sport = rng.choices(["Run", "Ride", "Swim"], [8, 1, 1])[0]
            seconds = round(km * rng.uniform(290, 380))
            clock = f"{when.hour % 12 or 12}:{when:%M:%S}\N{NARROW NO-BREAK SPACE}{when:%p}"
            first = (
                f'{number},"{when:%b} {when.day}, {when.year}, {clock}","{sport}, easy",{sport},,{seconds + 60},{km}'
            )
            gear = f"150,30,false,Shoe {number // 200},activities/{number}.fit.gz,70,"
            file.write(f"{first},{gear},{seconds + 60},{seconds},{km * 1000:.1f}\n")


def quickest_s(function: Callable[[], object], repeats: int = 5) -> float:
    """Return the quickest of some calls after one to warm up: whatever else the machine does only adds to it."""
    function()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        function()
        times.append(time.perf_counter() - began)
    return min(times)


def ours(path: Path) -> tuple[float, float]:
    """Read, compare and draw; returns the sum of the last weeks and the number of spikes, to compare with pandas."""
    load = load_training()
    log = read_files([path], load, ReadOptions(timezone=UTC))
    found, by_week = sessions(log, load), weeks(log, load)
    shoes(log, load)
    load_figures(log, load, shown_weeks=104)
    return sum(week.distance_km for week in by_week), float(((found.state > 0) & (found.state < 4)).sum())


def with_pandas(path: Path) -> tuple[float, float]:
    """Do the same sums with plain pandas: weeks, and each run against the longest of the 30 days before."""
    import pandas as pd

    table = pd.read_csv(path)
    runs = table[table["Activity Type"] == "Run"].copy()
    when = runs["Activity Date"].str.replace("\N{NARROW NO-BREAK SPACE}", " ")
    runs["when"] = pd.to_datetime(when, format="%b %d, %Y, %I:%M:%S %p")
    runs["km"] = runs["Distance.1"] / 1000
    by_week = runs.set_index("when")["km"].resample("W-SUN").sum()
    daily = runs.set_index("when")["km"].resample("D").max()
    longest = daily.rolling("30D", closed="left").max()
    ratio = runs["km"] / runs["when"].dt.floor("D").map(longest)
    runs.groupby("Activity Gear")["km"].sum()
    return float(by_week.sum()), float((ratio > 1.1 + 1e-9).sum())


def ten_years(folder: Path) -> list[Line]:
    path = folder / "ten_years.csv"
    write_log(path, ACTIVITIES)
    mine = quickest_s(lambda: ours(path))
    target = f"< {TARGET_S:g}"
    try:
        import pandas  # noqa: F401
    except ImportError:
        line = Line("ten years, 5,000 activities, drawn", mine, "s", target, mine < TARGET_S, note="no pandas here")
        return [line, *on_the_page(path)]
    agree = all(abs(a - b) < 1e-6 * max(1, abs(a)) for a, b in zip(ours(path), with_pandas(path), strict=True))
    theirs = quickest_s(lambda: with_pandas(path))
    return [
        Line(
            "ten years, 5,000 activities, drawn", mine, "s", target, mine < TARGET_S, theirs, "plain pandas, no checks"
        ),
        Line("times plain pandas", mine / theirs, "x", "-", True),
        Line("same weeks and spikes as pandas", float(agree), "", "1", agree),
        *on_the_page(path),
    ]


def on_the_page(path: Path) -> list[Line]:
    """Drop the log on the panel of the lesson, without a browser: to the figures, and one step of its slider."""
    try:
        from calfnb.dashboards.lesson_prevention import PreventionPage
    except ImportError:
        return []
    from calfnb.load.readers import Source
    from calfnb.widgets.file_drop import Dropped

    page = PreventionPage()
    page.frame.show("log")
    view = page.views["log"]
    dropped = Dropped([Source.of_bytes(path.name, path.read_bytes())], "UTC")
    whole = quickest_s(lambda: view._take(view._read(dropped, lambda _share, _name: None)))
    days = iter(range(10_000))

    def step() -> None:
        day = datetime(2023, 12, 30) - timedelta(days=next(days))
        view.slider.receive({"type": "day", "day": f"{day:%Y-%m-%d}"})

    one = quickest_s(step, repeats=20) * 1000
    page.close_all()
    return [
        Line("the same, dropped on the page", whole, "s", f"< {TARGET_S:g}", whole < TARGET_S),
        Line("one step of the replay slider", one, "ms", f"< {STEP_MS:g}", one < STEP_MS),
    ]


def in_a_fresh_interpreter(path: Path) -> tuple[int, float, float]:
    """Read a file in a process of its own; returns activities, seconds and peak memory in MB."""
    finished = subprocess.run([sys.executable, "-c", CHILD, str(path)], capture_output=True, text=True, check=True)
    count, took, peak = json.loads(finished.stdout)
    return int(count), float(took), float(peak)


def long_lists(folder: Path, million: bool) -> list[Line]:
    if not Path("/proc/self/status").exists():
        return []
    lines = []
    path = folder / "activities.csv"
    for count in (LONG, MILLION) if million else (LONG,):
        write_log(path, count)
        read, took, peak = in_a_fresh_interpreter(path)
        assert read == count
        # What every row adds counts ten times here, so that the short list speaks for the long one.
        whole = peak if count == MILLION else peak + 9 * max(0.0, peak - empty_peak(folder))
        note = f"{took:.1f} s, {count / took:,.0f} rows/s"
        name = "a million rows" if count == MILLION else "a million rows, from 100,000"
        lines.append(Line(name, whole, "MB", f"< {GIGABYTE_MB}", whole < GIGABYTE_MB, note=note))
    packed = folder / "export.zip"
    write_log(path, ACTIVITIES)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, "activities.csv")
        for number in range(11):
            archive.writestr(zipfile.ZipInfo(f"media/{number}.jpg"), os.urandom(10_000_000))
    _, took, peak = in_a_fresh_interpreter(packed)
    size = packed.stat().st_size / 1e6
    lines.append(
        Line(
            f"an export of {size:.0f} MB as zip",
            peak,
            "MB",
            f"< {GIGABYTE_MB}",
            peak < GIGABYTE_MB,
            note=f"{took:.1f} s",
        )
    )
    return lines


def empty_peak(folder: Path) -> float:
    """Return the memory of an interpreter that reads next to nothing."""
    path = folder / "one.csv"
    write_log(path, 1)
    return in_a_fresh_interpreter(path)[2]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="JSON instead of a table")
    parser.add_argument("--million", action="store_true", help="also read a list of a million rows")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as name:
        lines = [*ten_years(Path(name)), *long_lists(Path(name), options.million)]
    if options.json:
        print(json.dumps([asdict(line) for line in lines], indent=1))
    else:
        table = io.StringIO()
        for line in lines:
            mark = "  " if line.met else "! "
            baseline = "" if line.baseline is None else f"{line.baseline:.3f}"
            print(
                f"{mark}{line.name:36}{line.value:>10.3f} {line.unit:3} {line.target:>8}{baseline:>10}   {line.note}",
                file=table,
            )
        print(f"{'':38}{'measured':>10} {'':3} {'target':>8}{'baseline':>10}   note\n{table.getvalue()}", end="")
    return 0 if all(line.met for line in lines) else 1


if __name__ == "__main__":
    raise SystemExit(main())
