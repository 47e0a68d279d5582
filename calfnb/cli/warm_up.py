"""``calfnb warm-up``: plan the warm-up and cool-down of one session."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from calfnb.cli._files import read_input

if TYPE_CHECKING:
    from calfnb.tables.records_prevention import PreventionTables
    from calfnb.warmup.plan import Step, WarmUpPlan

__all__ = ["add_parser", "run"]

_MOST_BYTES = 200_000
_WIDTH = 100


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of this command."""
    parser = subparsers.add_parser(
        "warm-up",
        help="plan the warm-up and cool-down of one session",
        description="Plan the warm-up and cool-down of one session. A request is JSON: "
        '{"red_flag": false, "sudden_sharp": false, "pain": 0, "session": "intervals", "time_min": 20, "temp_c": 5, '
        '"early": true, "sit": false, "age": 42, "history": "past_12m"}. The first three are safety questions: they '
        "have no default, and an open one is asked instead of planned.",
    )
    parser.add_argument("request", metavar="REQUEST.json", help="the request; - reads standard input")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    parser.add_argument("--tables", type=Path, metavar="FOLDER", help="another folder of tables")
    return parser


def run(args: argparse.Namespace) -> int:
    """Plan what was asked for; returns 0, or 2 while a safety question is open."""
    content = read_input(args.request, _MOST_BYTES)
    from calfnb.tables import load_prevention
    from calfnb.warmup.plan import plan_to_dict
    from calfnb.warmup.planner import plan_warm_up
    from calfnb.warmup.reading import request_from_json
    from calfnb.warmup.request import UnansweredError

    tables = load_prevention(args.tables)
    try:
        plan = plan_warm_up(request_from_json(content), tables)
    except UnansweredError as error:
        if args.json:
            print(json.dumps(_asked(error.questions, tables), indent=2, ensure_ascii=False))
        raise
    if args.json:
        print(json.dumps(plan_to_dict(plan), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        print("\n".join(_lines(plan, tables)))
    return 0


def _asked(questions: tuple[str, ...], tables: PreventionTables) -> dict[str, object]:
    rows = [tables.questions[name] for name in questions if name in tables.questions]
    asked = [{"question_id": row.question_id, "question": row.question, "why": row.why} for row in rows]
    return {"decision": "ask", "questions": asked, "signs": [sign.sign for sign in tables.signs.values()]}


# ---- as text -------------------------------------------------------------------------------------------------------


def _lines(plan: WarmUpPlan, tables: PreventionTables) -> Iterator[str]:
    text = tables.text
    if plan.decision == "stop":
        yield from _wrapped(f"{text('warmup.stop')} {plan.gate.sentence} ({plan.gate.rule_id})")
        yield from _wrapped(plan.gate.why)
        for sign, level in plan.gate.signs:
            yield from _wrapped(f"{sign.sign}: {text(f'markup.level.{level}')}", mark="  - ")
        yield ""
        yield from _wrapped(text("markup.intended_use"))
        return
    asked, made = tables.sessions[plan.requested].name, tables.sessions[plan.session].name
    yield text("warmup.head", session=made, minutes=f"{plan.total_min:g}")
    if plan.requested != plan.session:
        yield text("warmup.changed", asked=asked, made=made)
    yield ""
    yield from _steps(plan.steps, tables)
    yield ""
    yield text("warmup.cool_down.head", minutes=f"{plan.cool_down_min:g}")
    yield from _steps(plan.cool_down, tables)
    sentences = [rule.sentence for rule in plan.rules] + [sentence for _, sentence in plan.notes] + [plan.time_note]
    sentences += [text("warmup.left_out", name=row.name, reason=row.reason) for row in plan.left_out]
    for sentence in dict.fromkeys(filter(None, sentences)):
        yield from _wrapped(sentence, mark="  * ")
    yield ""
    yield from _wrapped(text("markup.intended_use"))


def _steps(steps: tuple[Step, ...], tables: PreventionTables) -> Iterator[str]:
    phase = ""
    for step in steps:
        if step.phase != phase:
            phase = step.phase
            yield tables.text(f"warmup.phase.{phase}")
        choice = f" {tables.text('warmup.optional')}" if step.optional else ""
        yield f"  {step.start_min:>4g}-{step.end_min:<4g} {step.name}: {step.dose}{choice}"
        yield from _wrapped(step.why, mark=" " * 12)


def _wrapped(text: str, mark: str = "") -> Iterator[str]:
    yield fill(text, _WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark))
