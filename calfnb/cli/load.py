"""``calfnb load``: hold a training log against the load rules, play it again, or plan the next weeks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calfnb.tables.problems import InputError

if TYPE_CHECKING:
    from calfnb.load.activities import TrainingLog
    from calfnb.load.planner import Plan
    from calfnb.load.safety import SafetyAnswers
    from calfnb.tables.records_load import LoadTables

__all__ = ["add_parser", "run"]

_YES_NO = {"yes": True, "no": False}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of this command."""
    parser = subparsers.add_parser(
        "load",
        help="hold a training log against the load rules",
        description="Read training logs (a Strava or Garmin list, GPX, TCX, FIT, their .gz, or a whole export as .zip) "
        "and hold each run and each week against the load rules. Nothing is kept and nothing leaves this machine.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="training logs")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    parser.add_argument("--full", action="store_true", help="with --json: also shoes, notes and more of each week")
    parser.add_argument("--units", default="auto", choices=("auto", "km", "mi", "m"), help="unit of a list without one")
    parser.add_argument(
        "--timezone", metavar="ZONE", help="where the runner lives, such as Europe/Paris (this machine's)"
    )
    parser.add_argument("--as-of", metavar="DAY", help="look at the log as it was on the evening of this day")
    parser.add_argument(
        "--cut-back", action="append", default=[], metavar="DAY", help="a day of a planned cut-back week"
    )
    parser.add_argument(
        "--injury", action="append", default=[], metavar="DAY", help="play the log again for this injury"
    )
    parser.add_argument("--tables", type=Path, metavar="FOLDER", help="another folder of tables")
    plan = parser.add_argument_group("the next weeks")
    plan.add_argument("--plan", metavar="RULE", help="single_session, ten_percent, both or hold")
    plan.add_argument("--start", metavar="DAY", help="first day of the plan (the day after the log)")
    plan.add_argument("--weeks", type=int, default=8, metavar="N", help="number of weeks (8)")
    plan.add_argument("--runs", type=int, metavar="N", help="runs a week (as in the log)")
    plan.add_argument(
        "--factors", nargs="+", default=["distance"], metavar="WHAT", help="what grows, in turn (distance)"
    )
    plan.add_argument("--walk-jog", default="", metavar="PLAN", help="one_to_one or nine_weeks instead of distances")
    plan.add_argument(
        "--answers", nargs="+", default=[], metavar="NAME=VALUE",
        help="the safety questions: red_flag=no sudden_sharp=no pain=0 condition=ID level=LEVEL",
    )  # fmt: skip
    return parser


def run(args: argparse.Namespace) -> int:
    """Read, compare and print; returns 0, or 2 if not one file could be used."""
    from calfnb.load.readers import ReadOptions, read_files
    from calfnb.tables.loading_load import load_training

    load = load_training(args.tables)
    as_of = _day(args.as_of, "--as-of") if args.as_of else None
    injuries = [_day(text, "--injury") for text in args.injury]
    cut_backs = [_day(text, "--cut-back") for text in args.cut_back]
    options = ReadOptions(timezone=_zone(args.timezone), units=args.units)
    with _ProgressLine() as progress:
        log = read_files(args.files, load, options, progress=progress)
    if as_of is not None:
        log = log.until(as_of)
    if args.json:
        _print_json(args, log, load, injuries, cut_backs)
    else:
        _print_text(args, log, load, injuries, cut_backs)
    if not len(log) and log.rejected and all(entry.row == 0 for entry in log.rejected):
        first = log.rejected[0]
        more = f", and {len(log.rejected) - 1} more" if len(log.rejected) > 1 else ""
        raise InputError(f"nothing could be used: {_plain(first.file)}: {first.reason}{more}.")
    return 0


# ---- JSON -------------------------------------------------------------------------------------------


def _print_json(
    args: argparse.Namespace, log: TrainingLog, load: LoadTables, injuries: Sequence[date], cut_backs: Sequence[date]
) -> None:
    from calfnb.load.history import sessions, shoes, weeks
    from calfnb.load.output import log_to_json, plan_to_dict, replay_to_dict
    from calfnb.load.replay import replay_log

    more: dict[str, Any] = {}
    if injuries:
        more["replay"] = replay_to_dict(replay_log(log, load, injuries, cut_backs=cut_backs))
    if args.plan:
        more["plan"] = plan_to_dict(_plan(args, log, load))
    full = args.full or bool(more)
    pieces = log_to_json(
        log,
        sessions(log, load),
        weeks(log, load, cut_backs=cut_backs),
        shoes=shoes(log, load) if full else None,
        more=more,
    )
    batch: list[str] = []
    for piece in pieces:
        batch.append(piece)
        if len(batch) >= 10_000:
            sys.stdout.write("".join(batch))
            batch.clear()
    sys.stdout.write("".join(batch))


# ---- text -------------------------------------------------------------------------------------------


def _print_text(
    args: argparse.Namespace, log: TrainingLog, load: LoadTables, injuries: Sequence[date], cut_backs: Sequence[date]
) -> None:
    from calfnb.cli import _load_text as words
    from calfnb.load.replay import replay_log

    _say(words.overview(log, load))
    if len(log.runs()):
        _say(words.week_table(log, load, cut_backs))
        _say(words.spike_list(log, load))
        _say(words.shoe_list(log, load))
    if injuries:
        _say(words.replay_lines(replay_log(log, load, injuries, cut_backs=cut_backs), load))
    if args.plan:
        _say(words.plan_lines(_plan(args, log, load), load))
    _say(words.refused(log, load))


def _say(lines: Sequence[str]) -> None:
    """Print lines; what the terminal cannot write becomes a question mark."""
    text = "".join(f"{_plain(line)}\n" for line in lines)
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, errors="replace").decode(encoding))


def _plain(text: str) -> str:
    """Return text without what could steer a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


# ---- plan -------------------------------------------------------------------------------------------


def _plan(args: argparse.Namespace, log: TrainingLog, load: LoadTables) -> Plan:
    from dataclasses import replace
    from datetime import timedelta

    from calfnb.load.planner import plan_weeks, request_from_log
    from calfnb.tables.loading_care import load_care

    last = log.last_day or date.today()
    start = _day(args.start, "--start") if args.start else last + timedelta(days=1)
    request = request_from_log(log, load, start=start, weeks_count=args.weeks, runs_a_week=args.runs)
    request = replace(request, rule=args.plan, factors=tuple(args.factors), walk_jog=args.walk_jog or request.walk_jog)
    return plan_weeks(load, load_care(args.tables), request, _answers(args.answers))


def _answers(given: Sequence[str]) -> SafetyAnswers:
    from calfnb.load.safety import SafetyAnswers

    values: dict[str, Any] = {}
    for item in given:
        name, mark, value = item.partition("=")
        if name in ("red_flag", "sudden_sharp") and value in _YES_NO:
            values[name] = _YES_NO[value]
        elif name == "pain":
            try:
                values["pain_0_10"] = float(value)
            except ValueError:
                raise InputError(f"pain must be a number from 0 to 10, not {value!r}") from None
        elif name == "condition":
            values["condition_id"] = value
        elif name == "level":
            values["level"] = value
        else:
            raise InputError(
                f"an answer is red_flag=no, sudden_sharp=no, pain=0, condition=ID or level=LEVEL, not {item!r}"
                if mark
                else f"an answer needs an equals sign, such as red_flag=no, not {item!r}"
            )
    return SafetyAnswers(**values)


# ---- what the user wrote ----------------------------------------------------------------------------


def _day(text: str, option: str) -> date:
    try:
        if len(text) == len("2026-01-31"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise InputError(f"{option} must be a day written as YYYY-MM-DD, not {text[:40]!r}")


def _zone(name: str | None) -> tzinfo | None:
    if name is None:
        return None
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError(f"there is no time zone {name[:40]!r}; write one such as Europe/Paris or UTC") from error


class _ProgressLine:
    """A line on a terminal that says how far the reading is; nothing anywhere else."""

    _WIDTH = 30

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._last = ""

    def __enter__(self) -> _ProgressLine:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown and self._last:
            sys.stderr.write("\r" + " " * len(self._last) + "\r")
            sys.stderr.flush()

    def __call__(self, share: float, name: str) -> None:
        if not self._shown:
            return
        filled = round(share * self._WIDTH)
        line = f"[{'#' * filled}{'.' * (self._WIDTH - filled)}] {share:4.0%} {_plain(Path(name).name)[:30]}"
        if line != self._last:
            padded = line.ljust(len(self._last)).encode("ascii", "replace").decode()
            sys.stderr.write("\r" + padded)
            sys.stderr.flush()
            self._last = line
