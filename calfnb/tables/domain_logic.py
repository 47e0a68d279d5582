"""Checks of the logic texts in the tables: names, loops, what can never hold, what alarming answers take away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from calfnb.tables.logic import ALWAYS, AllOf, AnyOf, AtLeast, Expression, Is, LogicError, Node, find_loops, parse
from calfnb.tables.monotone import patient_who_loses
from calfnb.tables.records import LEVELS
from calfnb.tables.sheets import UNREADABLE, Sheet

__all__ = ["check_logic"]

_EXCERPT = 40


class _Written(NamedTuple):
    """A logic text of the tables, parsed."""

    sheet: Sheet
    line: int
    column: str
    row: dict[str, Any]
    expression: Expression

    def report(self, message: str, remedy: str) -> None:
        self.sheet.report(self.line, self.column, self.expression.text, message, remedy)


def check_logic(sheets: Mapping[str, Sheet]) -> None:
    """Report in each sheet what is wrong with its logic texts."""
    findings = sheets["findings"]
    options = _by_finding(findings, "options")
    alarming = _by_finding(findings, "alarming")
    known = findings.complete("finding_id", "options") and sheets["rules"].complete("rule_id")
    rules = {row["rule_id"] for row in sheets["rules"].rows if row["rule_id"] is not UNREADABLE}
    written = [item for sheet in sheets.values() for item in _parse_all(sheet, options, rules, known)]
    for item in written:
        if not item.expression.could_hold({}):
            item.report("this can never hold", "Look for two different options of one finding joined by AND.")
    _check_asked_if([item for item in written if item.column == "asked_if"])
    _check_rules([item for item in written if item.sheet is sheets["rule_items"]], alarming)
    flags = [item for item in written if item.sheet is sheets["red_flags"]]
    for flag in flags:
        if flag.expression.holds({}):
            flag.report("the flag is raised before anything is answered", "Add at least one finding=option.")
    if known:
        thresholds = [item for item in written if item.sheet is sheets["thresholds"]]
        thresholds += [
            _Written(sheets["thresholds"], line, "when", row, ALWAYS)
            for line, row in sheets["thresholds"].items()
            if row["when"] == ""
        ]
        _check_losses(flags, options, alarming, _outranks)
        _check_losses(thresholds, options, alarming, _covers)


def _by_finding(findings: Sheet, column: str) -> dict[str, tuple[str, ...]]:
    """Return a column of lists by finding, without what is empty or unreadable."""
    return {
        row["finding_id"]: row[column]
        for row in findings.rows
        if row[column] and UNREADABLE not in (row["finding_id"], row[column])
    }


def _parse_all(sheet: Sheet, options: Mapping[str, tuple[str, ...]], rules: set[str], known: bool) -> list[_Written]:
    written = []
    for column in sheet.resource.columns:
        if column.logic is None:
            continue
        for line, row in sheet.items():
            text = row[column.name]
            if not text or text is UNREADABLE:
                continue
            try:
                expression = parse(text, findings=options, rules=rules if column.logic else ())
            except LogicError as error:
                # With findings or rules missing, unknown names would only be echoes of what is reported there.
                if known or "there is no" not in error.message:
                    message = f'{error.message}, at the ^ in "{_marked(error)}"'
                    sheet.report(line, column.name, text, message, "Correct it there.")
            else:
                written.append(_Written(sheet, line, column.name, row, expression))
    return written


def _marked(error: LogicError) -> str:
    """Return the surroundings of the error with a caret before the character that is wrong."""
    start, end = max(0, error.position - _EXCERPT), error.position + _EXCERPT
    before = ("..." if start else "") + error.text[start : error.position]
    return before + "^" + error.text[error.position : end] + ("..." if end < len(error.text) else "")


def _check_asked_if(written: list[_Written]) -> None:
    """No question waits for its own answer."""
    by_finding = {item.row["finding_id"]: item for item in written}
    for loop in find_loops({finding_id: item.expression.names() for finding_id, item in by_finding.items()}):
        way = " needs ".join([*loop, loop[0]])
        by_finding[loop[0]].report(f"a loop: {way}", "Break it, so that one of these questions can be asked first.")


def _check_rules(written: list[_Written], alarming: Mapping[str, tuple[str, ...]]) -> None:
    """No score needs itself, and no alarming answer lowers one."""
    needs: dict[str, set[str]] = {}
    for item in written:
        needs.setdefault(item.row["rule_id"], set()).update(item.expression.rules())
    for loop in find_loops(needs):
        way = " needs ".join([*loop, loop[0]])
        first = next(item for item in written if item.row["rule_id"] == loop[0] and item.expression.rules() & set(loop))
        first.report(f"a loop: {way}", "Break it, so that one of these scores can be worked out first.")
    for item in written:
        points = item.row["points"]
        if points is UNREADABLE or points == 0:
            continue
        for atom, positive in _atoms(item.expression.root, True):
            if atom.option_id in alarming.get(atom.finding_id, ()) and positive is (points < 0):
                message = f"the alarming answer {atom.finding_id}={atom.option_id} lowers the score"
                item.report(message, "Turn the item round, or take the option out of alarming in findings.csv.")


def _atoms(node: Node, positive: bool) -> list[tuple[Is, bool]]:
    """Return every ``finding=option`` with whether it counts for the whole or against it."""
    if isinstance(node, Is):
        return [(node, positive)]
    if isinstance(node, AtLeast):
        return []
    if isinstance(node, AllOf | AnyOf):
        return [atom for operand in node.operands for atom in _atoms(operand, positive)]
    return _atoms(node.operand, not positive)


def _check_losses(
    written: list[_Written],
    options: Mapping[str, tuple[str, ...]],
    alarming: Mapping[str, tuple[str, ...]],
    outranks: Callable[[Mapping[str, Any], Mapping[str, Any]], bool],
) -> None:
    """No alarming answer takes a flag or a threshold away without another one stepping in."""
    for item in written:
        others = [other.expression for other in written if outranks(other.row, item.row)]
        for finding_id in sorted(item.expression.names() & alarming.keys()):
            for option_id in alarming[finding_id]:
                patient = patient_who_loses(
                    item.expression, others, finding_id, option_id, options, alarming[finding_id]
                )
                if patient is None:
                    continue
                before = " ".join(f"{key}={value}" for key, value in patient.items())
                message = (
                    f"the alarming answer {finding_id}={option_id} takes this away and nothing as urgent steps in; "
                    f"it holds with {before or 'nothing answered'}"
                )
                remedy = (
                    f"Let {finding_id}={option_id} raise it too, or take that option out of alarming in findings.csv."
                )
                item.report(message, remedy)


def _outranks(other: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    levels = other["level"], row["level"]
    return UNREADABLE not in levels and LEVELS.index(levels[0]) >= LEVELS.index(levels[1])


def _covers(other: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Tell whether a threshold counts at least as soon and at least as much as another one."""
    same = all(other[name] == row[name] for name in ("condition_id", "setting_id"))
    values = other["probability"], row["probability"]
    return same and _outranks(other, row) and UNREADABLE not in values and bool(values[0] <= values[1])
