"""``calfnb check``: find what is wrong in a folder of tables, and show what they cover."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from calfnb.tables.checking import CheckedFolder, read_folder, shipped_folder
from calfnb.tables.coverage import TopicCoverage, basis_counts, coverage_by_topic, row_counts

__all__ = ["add_parser", "run"]


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of this command."""
    parser = subparsers.add_parser(
        "check",
        help="check a folder of tables and show what they cover",
        description="Check a folder of tables. Everything that is wrong is listed with file, line, column and "
        "remedy; if nothing is, the size of the tables, the basis of their numbers, and how many of the claims "
        "of the five articles they carry are shown.",
    )
    parser.add_argument(
        "folder", nargs="?", type=Path, metavar="FOLDER", help="folder of tables (the shipped ones if left out)"
    )
    parser.add_argument("--uncovered", action="store_true", help="also list the claims that no table carries")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    return parser


def run(args: argparse.Namespace) -> int:
    """Check the folder; returns 0, or 2 if anything is wrong with it."""
    checked = read_folder(args.folder if args.folder is not None else shipped_folder())
    if args.json:
        print(json.dumps(_as_dict(checked, uncovered=args.uncovered), indent=2, ensure_ascii=False))
    else:
        print("\n".join(_report(checked, uncovered=args.uncovered)))
    if checked.problems:
        count = len(checked.problems)
        what = "1 problem was" if count == 1 else f"{count} problems were"
        print(
            f"calfnb check: {what} found in {checked.folder}; correct what is listed and check again.", file=sys.stderr
        )
        return 2
    return 0


def _as_dict(checked: CheckedFolder, *, uncovered: bool) -> dict[str, object]:
    result: dict[str, object] = {
        "folder": str(checked.folder),
        "tables_version": checked.version,
        "problems": [asdict(problem) for problem in checked.problems],
    }
    if not checked.problems:
        topics = []
        for topic in coverage_by_topic(checked):
            entry: dict[str, object] = {"topic": topic.topic, "covered": topic.covered, "of": topic.of}
            if uncovered:
                entry["uncovered"] = [claim_id for claim_id, _ in topic.uncovered]
            topics.append(entry)
        result |= {"rows": row_counts(checked), "numbers_by_basis": basis_counts(checked), "coverage": topics}
    return result


def _report(checked: CheckedFolder, *, uncovered: bool) -> Iterable[str]:
    if checked.problems:
        file = ""
        for problem in checked.problems:
            if problem.file != file:
                file = problem.file
                yield file
            yield f"  {problem.without_file()}"
        return
    yield f"Tables in {checked.folder}, version {checked.version}: nothing is wrong."
    yield ""
    yield from _aligned([("table", "rows"), *((name, str(count)) for name, count in row_counts(checked).items())])
    counts = basis_counts(checked)
    total = sum(counts.values()) or 1
    yield ""
    shares = [(basis, str(count), _percent(count, total)) for basis, count in counts.items()]
    yield from _aligned([("basis of the numbers", "rows", "percent"), *shares])
    yield ""
    topics = coverage_by_topic(checked)
    yield from _aligned([("topic", "covered", "of", "percent"), *(_coverage_row(topic) for topic in topics)])
    if uncovered:
        for topic in topics:
            if topic.uncovered:
                yield ""
                yield f"{topic.topic}: not covered"
                yield from (f"  {claim_id}  {statement}" for claim_id, statement in topic.uncovered)


def _coverage_row(topic: TopicCoverage) -> tuple[str, str, str, str]:
    return topic.topic, str(topic.covered), str(topic.of), _percent(topic.covered, topic.of)


def _percent(part: int, whole: int) -> str:
    """Return whole percent; 0 and 100 only when it is none and all."""
    percent = 100 * part / whole
    if 0 < percent < 1:
        return "<1"
    return str(99 if 99 < percent < 100 else round(percent))


def _aligned(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Return the rows as lines, the first column to the left, the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        yield "  ".join(cells).rstrip()
