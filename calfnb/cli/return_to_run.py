"""``calfnb return-to-run``: replay a log of return runs, date a plan, or compare both legs."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from calfnb.cli._files import read_input, write_output
from calfnb.tables.problems import InputError

__all__ = ["add_parser", "run"]

_MOST_BYTES = 4_000_001


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of this command."""
    parser = subparsers.add_parser(
        "return-to-run",
        help="replay a log of return runs, or date the run-walk plan",
        description="Replay a log of return runs (a JSON list of sessions with date, stage and pains) and say what "
        "comes next; or, with --plan, date the run-walk ladder; or compare both legs for the gates.",
    )
    parser.add_argument("log", nargs="?", metavar="LOG.json", help="the log; - reads standard input")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    parser.add_argument("--condition", metavar="ID", default="", help="condition, for the pain that it allows")
    parser.add_argument("--gates-passed", nargs="*", metavar="GATE", default=[], help="gates passed: start, speed")
    parser.add_argument("--tables", type=Path, metavar="FOLDER", help="another folder of tables")
    plan = parser.add_argument_group("a dated plan")
    plan.add_argument("--plan", metavar="CONDITION", help="date the ladder for this condition")
    plan.add_argument("--start", metavar="DAY", help="first day, YYYY-MM-DD (today if left out)")
    plan.add_argument("--from-stage", type=int, default=1, metavar="N", help="first rung (1)")
    plan.add_argument("--level", default="self_care", metavar="LEVEL", help="triage level of the case (self_care)")
    plan.add_argument("--clinician-agreed", action="store_true", help="a clinician has agreed to the return")
    plan.add_argument("--ics", type=Path, metavar="FILE", help="write the plan as a calendar file")
    plan.add_argument("--out", type=Path, metavar="FILE.html", help="write the plan as a page to print")
    legs = parser.add_argument_group("both legs compared")
    legs.add_argument("--raises", nargs=2, type=float, metavar=("LEFT", "RIGHT"), help="single-leg heel raises")
    legs.add_argument("--knee-to-wall", nargs=2, type=float, metavar=("LEFT", "RIGHT"), help="in centimetres")
    legs.add_argument("--sex", default="not_given", metavar="SEX", help="man, woman or not_given")
    legs.add_argument("--age", type=float, metavar="YEARS", help="age in years, for the heel raises")
    legs.add_argument("--gate", default="start", metavar="GATE", help="start or speed (start)")
    return parser


def run(args: argparse.Namespace) -> int:
    """Do what was asked for; returns 0."""
    chosen = [args.log is not None, args.plan is not None, args.raises is not None or args.knee_to_wall is not None]
    if sum(chosen) != 1:
        raise InputError("name a log, or --plan with a condition, or --raises or --knee-to-wall; one of them")
    if args.log is not None:
        return _replay(args)
    return _plan(args) if args.plan is not None else _legs(args)


def _replay(args: argparse.Namespace) -> int:
    from calfnb.care.return_log import decision_to_dict, read_log
    from calfnb.care.return_to_run import ReturnError, replay
    from calfnb.tables import load_care

    care = load_care(args.tables)
    log = read_log(_text(args.log), care, today=date.today())
    condition = args.condition or log.condition_id
    if condition in care.conditions and care.conditions[condition].ladder == "never_here":
        raise ReturnError(f"no log is kept for {condition}: {care.conditions[condition].ladder_note}")
    gates = log.gates_passed | frozenset(args.gates_passed)
    decisions = replay(care, log.sessions, condition_id=condition, gates_passed=gates)
    printed = decision_to_dict(decisions[-1], care)
    if args.json:
        print(json.dumps(printed, ensure_ascii=False))
        return 0
    text = care.tables.text
    for session, decision in zip(log.sessions, decisions, strict=True):
        word = text(f"care.decision.{decision.decision}")
        rules = ", ".join(decision.rule_ids)
        print(text("cli.return.session", day=session.day, stage=session.stage, decision=word, rules=rules))
    when = printed["next_date"] or text("cli.return.no_date")
    print("\n" + text("cli.return.now", stage=decisions[-1].stage, next=when))
    print(printed["why"])
    return 0


def _plan(args: argparse.Namespace) -> int:
    from calfnb.care.return_plan import plan_return
    from calfnb.markup.handover import ladder_document
    from calfnb.tables import load_care

    care = load_care(args.tables)
    today = date.today()
    plan = plan_return(
        care, args.plan, start=args.start or today, today=today, level=args.level, from_stage=args.from_stage,
        clinician_agreed=args.clinician_agreed,
    )  # fmt: skip
    if args.ics is not None:
        from calfnb.calendars import ladder_calendar

        _write(args.ics, ladder_calendar(plan, care))
    if args.out is not None:
        _write(args.out, ladder_document(plan, care).encode())
    if args.json:
        rows = [{"date": row.day.isoformat(), "stage": row.stage.stage, "number": row.number} for row in plan.sessions]
        print(json.dumps({"condition": plan.condition_id, "sessions": rows}, ensure_ascii=False))
    elif args.ics is None and args.out is None:
        for row in plan.sessions:
            print(care.tables.text("cli.return.planned", day=row.day, stage=row.stage.stage, name=row.stage.name))
    return 0


def _legs(args: argparse.Namespace) -> int:
    from calfnb.care.return_to_run import ReturnError, heel_raise_check, knee_to_wall_check
    from calfnb.tables import load_care

    care = load_care(args.tables)
    found: dict[str, object] = {}
    if args.raises is not None:
        if args.age is None:
            raise ReturnError("the age is missing: give --age in years, because the number of raises depends on it")
        left, right = args.raises
        check = heel_raise_check(care, sex=args.sex, age=args.age, left=left, right=right, gate=args.gate)
        found["heel_raises"] = {
            "gate": check.gate, "norm": check.norm, "asymmetry_pct": check.asymmetry_pct, "passed": check.passed,
            "reasons": list(check.reasons),
        }  # fmt: skip
    if args.knee_to_wall is not None:
        check = knee_to_wall_check(care, left_cm=args.knee_to_wall[0], right_cm=args.knee_to_wall[1])
        found["knee_to_wall"] = {
            "asymmetry_pct": check.asymmetry_pct, "passed": check.passed, "reasons": list(check.reasons)
        }  # fmt: skip
    if args.json:
        print(json.dumps(found, ensure_ascii=False))
        return 0
    for name, values in found.items():
        assert isinstance(values, dict)
        passed = care.tables.text("care.gate.passed" if values["passed"] else "care.gate.not_yet")
        share = values["asymmetry_pct"]
        words = care.tables.text("care.gate.asymmetry", percent=share) if share is not None else ""
        reasons = " ".join(care.tables.text(f"care.gate.reason.{reason}") for reason in values["reasons"])
        print(f"{care.tables.text(f'care.gate.kind.{name}')}: {passed}. {words} {reasons}".rstrip())
    return 0


def _text(name: str) -> str:
    try:
        return read_input(name, _MOST_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not text in UTF-8; it must be a JSON file") from error


def _write(path: Path, content: bytes) -> None:
    write_output(path, content)
    print(f"{path}", file=sys.stderr)
