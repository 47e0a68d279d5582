"""``calfnb assess``: assess one case from JSON, or a sheet of cases from CSV."""

from __future__ import annotations

import argparse
import io
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from calfnb.cli._files import named, read_input
from calfnb.tables.problems import InputError

if TYPE_CHECKING:
    from calfnb.reasoning.model import Model

__all__ = ["add_parser", "run"]

#: More than any case; the rest of a larger input is not even read.
_MOST_BYTES = 4_000_001
_BAR = 30


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of this command."""
    parser = subparsers.add_parser(
        "assess",
        help="assess one case (JSON) or a sheet of cases (CSV)",
        description="Assess one invented patient, or a sheet of them. A case is JSON: "
        '{"setting": "emergency_department", "answers": {"calf_swelling": "yes"}}; what is not known is left out. '
        "A sheet is CSV with the columns case_id, setting and one a finding id; an empty cell is unknown.",
    )
    parser.add_argument(
        "cases", metavar="CASE.json|CASES.csv", help="the case, the sheet, or - for JSON from standard input"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    parser.add_argument("--out", type=Path, metavar="RESULT.csv", help="where the results of a sheet go")
    parser.add_argument("--skip-bad", action="store_true", help="leave out rows of a sheet that cannot be used")
    parser.add_argument("--tables", type=Path, metavar="FOLDER", help="other tables than the shipped ones")
    return parser


def run(args: argparse.Namespace) -> int:
    """Assess what was given; returns 0, or raises `InputError` for what the user got wrong."""
    is_sheet = args.cases != "-" and Path(args.cases).suffix.lower() == ".csv"
    if is_sheet and args.out is None:
        raise InputError("a sheet of cases needs --out RESULT.csv for its results.")
    if is_sheet and args.json:
        raise InputError("--json is for one case; the results of a sheet are CSV.")
    if not is_sheet and (args.out is not None or args.skip_bad):
        option = "--out" if args.out is not None else "--skip-bad"
        raise InputError(f"{option} is for a sheet, whose name ends in .csv; {args.cases} is taken as one case.")
    return _run_sheet(args) if is_sheet else _run_case(args)


# ---- one case ------------------------------------------------------------------------------------------------------


def _run_case(args: argparse.Namespace) -> int:
    text = read_input(args.cases, _MOST_BYTES)
    from calfnb.case import Case, CaseError
    from calfnb.reasoning.assessment import assess_case, assessment_to_dict

    model = _model(args.tables)
    try:
        case = Case.from_json(text, model.tables)
    except CaseError as error:
        raise InputError(f"{named(args.cases)}: {error}") from None
    assessment = assess_case(model, case)
    if args.json:
        print(json.dumps(assessment_to_dict(assessment), indent=2, allow_nan=False))
        return 0
    from calfnb.cli._assess_text import assessment_lines

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    print("\n".join(assessment_lines(assessment, model.tables)))
    return 0


def _model(folder: Path | None) -> Model:
    from calfnb.reasoning.model import Model, default_model
    from calfnb.tables import load_tables

    return default_model() if folder is None else Model(load_tables(folder))


# ---- a sheet -------------------------------------------------------------------------------------------------------


def _run_sheet(args: argparse.Namespace) -> int:
    from calfnb.reasoning.sheet import assess_sheet

    if not Path(args.cases).exists():
        raise InputError(f"there is no file {args.cases}.")
    bar = _Bar() if sys.stderr.isatty() else None
    skipped = 0

    def left_out(problem: str) -> None:
        nonlocal skipped
        skipped += 1
        if bar:
            bar.clear()
        print(f"calfnb assess: skipped {problem}", file=sys.stderr)

    try:
        assessed = assess_sheet(
            _model(args.tables),
            Path(args.cases),
            args.out,
            on_bad=left_out if args.skip_bad else None,
            on_progress=bar.show if bar else None,
        )
    finally:
        if bar:
            bar.clear()
    print(
        f"{_counted(assessed, 'case')} written to {args.out}"
        + (f", {_counted(skipped, 'row')} skipped" if skipped else "")
    )
    return 0


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


class _Bar:
    """One line of progress on a terminal."""

    def __init__(self) -> None:
        self._last = -1.0

    def show(self, share: float) -> None:
        now = time.monotonic()
        if now - self._last < 0.1:
            return
        self._last = now
        full = round(_BAR * min(share, 1.0))
        sys.stderr.write(f"\r[{'#' * full}{'.' * (_BAR - full)}] {share:4.0%}")
        sys.stderr.flush()

    def clear(self) -> None:
        if self._last >= 0:
            sys.stderr.write("\r" + " " * (_BAR + 8) + "\r")
            sys.stderr.flush()
