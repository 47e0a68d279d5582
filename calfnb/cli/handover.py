"""``calfnb handover``: a hand-over page of one case, or a care plan, as a file to print."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

from calfnb.cli._files import named, read_input, write_output
from calfnb.tables.problems import InputError

__all__ = ["add_parser", "run"]

_MOST_BYTES = 4_000_001


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of this command."""
    parser = subparsers.add_parser(
        "handover",
        help="write the hand-over page of one case, or a care plan",
        description="Write the hand-over of one invented patient (situation, background, assessment, recommendation) "
        "as one HTML file for A4 paper; or, with --plan, the care plan of a condition.",
    )
    parser.add_argument("case", nargs="?", metavar="CASE.json", help="the case; - reads standard input")
    parser.add_argument("--out", type=Path, metavar="FILE.html", help="where the page goes")
    parser.add_argument("--json", action="store_true", help="print the hand-over as one JSON object")
    parser.add_argument("--locality", metavar="ID", help="region of the emergency number, as in locality.csv")
    parser.add_argument("--tables", type=Path, metavar="FOLDER", help="another folder of tables")
    plan = parser.add_argument_group("a care plan instead")
    plan.add_argument("--plan", metavar="CONDITION", help="condition of the care plan")
    plan.add_argument("--phase", default="first_72_hours", help="first_72_hours, early, rehab or return")
    plan.add_argument("--level", default="self_care", help="triage level of the case (self_care)")
    plan.add_argument("--start", metavar="DAY", help="first day, YYYY-MM-DD (today if left out)")
    plan.add_argument("--ics", type=Path, metavar="FILE", help="write the dates of the plan as a calendar file")
    return parser


def run(args: argparse.Namespace) -> int:
    """Write what was asked for; returns 0."""
    if (args.case is None) == (args.plan is None):
        raise InputError("name a case, or --plan with a condition; one of them.")
    if args.plan is None and args.ics is not None:
        raise InputError("--ics is for a care plan; a hand-over has no dates.")
    if args.out is None and not args.json and args.ics is None:
        raise InputError("say where the page goes: --out FILE.html, or --json.")
    return _care_plan(args) if args.plan is not None else _handover(args)


def _handover(args: argparse.Namespace) -> int:
    from calfnb.care.handover import build_handover
    from calfnb.case import Case, CaseError
    from calfnb.markup.handover import handover_document
    from calfnb.reasoning.assessment import assess_case
    from calfnb.reasoning.model import Model, default_model
    from calfnb.tables import load_care

    care = load_care(args.tables)
    model = default_model() if args.tables is None else Model(care.tables)
    try:
        case = Case.from_json(read_input(args.case, _MOST_BYTES), model.tables)
    except CaseError as error:
        raise InputError(f"{named(args.case)}: {error}") from None
    handover = build_handover(case, assess_case(model, case), care, made_on=date.today())
    if args.json:
        print(json.dumps(handover.as_dict(), indent=2, ensure_ascii=False))
    if args.out is not None:
        write_output(args.out, handover_document(handover, care, locality=_locality(args, care)).encode())
    return 0


def _care_plan(args: argparse.Namespace) -> int:
    from calfnb.calendars import care_calendar
    from calfnb.care import plan_care
    from calfnb.care.return_to_run import plan_start
    from calfnb.markup.handover import care_document
    from calfnb.tables import load_care

    care = load_care(args.tables)
    start = plan_start(args.start or date.today(), today=date.today(), care=care)
    plan = plan_care(args.plan, args.phase, args.level, start=start, care=care)
    if args.json:
        shown = {
            "condition_id": plan.condition_id,
            "phase": plan.phase,
            "level": plan.level,
            "held_back": plan.held_back,
            "do": [row.action for row in plan.do],
            "dont": [row.action for row in plan.dont],
            "review_day": None if plan.review_day is None else plan.review_day.isoformat(),
            "send_back": [{"level": row.level, "action": row.action} for row in plan.send_back],
            "tables_version": plan.tables_version,
            "care_version": plan.care_version,
        }
        print(json.dumps(shown, indent=2, ensure_ascii=False))
    if args.ics is not None:
        write_output(args.ics, care_calendar(plan, care))
    if args.out is not None:
        write_output(args.out, care_document(plan, care, locality=_locality(args, care)).encode())
    return 0


def _locality(args: argparse.Namespace, care):  # type: ignore[no-untyped-def]
    from calfnb.tables.problems import did_you_mean

    if args.locality is None:
        return None
    if args.locality not in care.tables.localities:
        near = did_you_mean(args.locality, care.tables.localities)
        raise InputError(f'there is no locality "{args.locality}"{near}')
    return care.tables.localities[args.locality]
