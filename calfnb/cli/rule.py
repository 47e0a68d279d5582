"""``calfnb rule``: list the rules, show one, or work one out."""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from calfnb.cli._files import named, read_input
from calfnb.tables.problems import InputError, did_you_mean

if TYPE_CHECKING:
    from calfnb.rules import RuleResult, ValueResult
    from calfnb.tables.records_tests import RuleInput, RuleSheet, TestTables

__all__ = ["add_parser", "run"]

_MOST_BYTES = 400_001
_WIDTH = 100


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of this command."""
    parser = subparsers.add_parser(
        "rule",
        help="list the published rules, show one, or work one out",
        description="Without words: the list of rules. With a rule: what it asks. With a rule and its inputs as JSON "
        "(a file, or - for standard input): the result. A yes/no that is left out is read as in the published "
        "examples, mostly as no, and is listed in assumed_no or assumed_yes; --strict leaves it open and gives the "
        "range that can still come out. For a real patient nothing may be taken as no.",
    )
    parser.add_argument("rule", nargs="?", metavar="RULE", help="id of the rule")
    parser.add_argument("inputs", nargs="?", metavar="INPUT.json", help="inputs of the rule, or - for standard input")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.add_argument("--strict", action="store_true", help="leave open what is not given")
    parser.add_argument("--tables", type=Path, metavar="FOLDER", help="other tables than the shipped ones")
    return parser


def run(args: argparse.Namespace) -> int:
    """List, show or work out; returns 0, or raises `InputError` for what the user got wrong."""
    from calfnb.tables import load_tests

    tests = load_tests(args.tables)
    if args.rule is None:
        _print_list(tests, as_json=args.json)
        return 0
    if args.rule not in tests.rules:
        hint = did_you_mean(args.rule, tests.rules) or "; calfnb rule lists them"
        raise InputError(f'there is no rule "{args.rule}"{hint}')
    sheet = tests.rules[args.rule]
    if args.inputs is None:
        _print_sheet(sheet, as_json=args.json)
        return 0
    result = _result(sheet, args)
    if args.json:
        from calfnb.rules import result_to_dict

        print(json.dumps(result_to_dict(result), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        print("\n".join(_lines(result, tests)))
    return 0


def _result(sheet: RuleSheet, args: argparse.Namespace) -> RuleResult:
    from calfnb.rules import RuleInputError, apply_rule, read_inputs

    try:
        given = read_inputs(read_input(args.inputs, _MOST_BYTES), sheet)
    except RuleInputError as error:
        raise InputError(f"{named(args.inputs)}: {error}") from None
    return apply_rule(sheet, given, as_published=not args.strict)


def _print_list(tests: TestTables, *, as_json: bool) -> None:
    if as_json:
        rows = [
            {"rule": rule_id, "name": sheet.rule.name, "kind": sheet.page.kind, "topic": sheet.page.topic}
            for rule_id, sheet in tests.rules.items()
        ]
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    width = max((len(rule_id) for rule_id in tests.rules), default=0)
    for rule_id, sheet in tests.rules.items():
        print(f"{rule_id.ljust(width)}  {sheet.rule.name}")


def _print_sheet(sheet: RuleSheet, *, as_json: bool) -> None:
    if as_json:
        inputs = [
            {
                "input": row.input_id,
                "label": row.label,
                "kind": row.kind,
                "unit": row.unit or None,
                "minimum": row.minimum,
                "maximum": row.maximum,
                "options": list(row.options),
                "if_missing": row.if_missing,
            }
            for row in sheet.inputs
        ]
        print(json.dumps({"rule": sheet.rule_id, "name": sheet.rule.name, "inputs": inputs}, indent=2))
        return
    page = sheet.page
    parts = [sheet.rule.name, sheet.rule.purpose, f"When: {page.when_to_use}", f"When not: {page.when_not}"]
    print("\n".join(line for part in parts for line in textwrap.wrap(part, _WIDTH)))
    print("\nInputs:")
    print("\n".join(f"  {row.input_id}: {row.label} ({_kind(row)})" for row in sheet.inputs))


def _kind(row: RuleInput) -> str:
    if row.kind == "yes_no":
        return "true or false"
    if row.options:
        return ("any of " if row.kind == "several" else "one of ") + ", ".join(row.options)
    count = f"{row.count} numbers, each " if row.kind == "numbers" else ""
    return f"{count}{row.minimum:g} to {row.maximum:g}{f' {row.unit}' if row.unit else ''}"


def _lines(result: RuleResult, tests: TestTables) -> Iterable[str]:
    sheet = result.sheet
    yield sheet.rule.name
    for value in result.values.values():
        if value.row.shown and (value.applies or value.row.primary):
            yield f"  {value.row.label}: {_words(value)}"
    outcome = result.primary.outcome
    if outcome:
        yield from textwrap.wrap(f"{outcome.meaning} {outcome.next_step}".strip(), _WIDTH)
    labels = {row.input_id: row.label for row in sheet.inputs}
    if result.missing:
        yield f"Still open: {'; '.join(labels[name] for name in result.missing)}."
    for taken, names in (("no", False), ("yes", True)):
        assumed = [labels[name] for name, value in result.assumed.items() if value is names]
        if assumed:
            text = f"Not given and taken as {taken}, as in the published examples: {'; '.join(assumed)}."
            yield from textwrap.wrap(text, _WIDTH)
    yield from textwrap.wrap(f"When not: {sheet.page.when_not}", _WIDTH)
    source = tests.tables.sources[sheet.rule.source_id]
    yield f"Source: {source.authors}{f' ({source.year})' if source.year else ''}: {source.title}."


def _words(value: ValueResult) -> str:
    unit = f" {value.row.unit}" if value.row.unit else ""
    if not value.decided:
        if value.row.kind == "number":
            return f"{_number(value.low)} to {_number(value.high)}{unit}, still open"
        if value.row.kind == "items":
            return f"{', '.join(value.value) or 'none'}, others still open"
        possible = dict.fromkeys(outcome.label for outcome in value.possible)
        return f"still open{': ' + ' or '.join(possible) if possible else ''}"
    if value.value is None:
        return "does not apply"
    if value.row.kind == "items":
        return ", ".join(value.value) or "none"
    if value.row.kind == "yes_no":
        return "yes" if value.value else "no"
    return (value.outcome.label if value.outcome else "") if value.row.kind == "result" else f"{value.value}{unit}"


def _number(value: float | None) -> str:
    return "no limit" if value is None else f"{value:g}"
