"""A rule, worked out, as plain values for JSON."""

from __future__ import annotations

from typing import Any

from calfnb.rules.engine import RuleResult, ValueResult

__all__ = ["result_to_dict"]

INCOMPLETE = "incomplete"


def result_to_dict(result: RuleResult) -> dict[str, Any]:
    """Return the result as plain values.

    Every value that is shown stands under its own name: None where it does not apply (or, for a number or a yes/no,
    while it is open), ``"incomplete"`` for a result that is open. Beside them ``lowest`` and ``highest`` are the range
    of the score, ``possible`` what can still come out, ``missing`` what is open, ``assumed_no`` and ``assumed_yes``
    what was taken as such without being given.
    """
    shown = [value for value in result.values.values() if value.row.shown]
    score = next((value for value in shown if value.row.kind == "number"), None)
    outcome = result.primary.outcome
    return {
        "rule": result.sheet.rule_id,
        "name": result.sheet.rule.name,
        "status": result.status,
        **{value.row.value_id: _value(value) for value in shown},
        "lowest": score.low if score else None,
        "highest": score.high if score else None,
        "possible": {value.row.value_id: _possible(value) for value in shown if not value.decided},
        "missing": list(result.missing),
        "assumed_no": [name for name, value in result.assumed.items() if not value],
        "assumed_yes": [name for name, value in result.assumed.items() if value],
        "level": result.level or None,
        "level_at_least": result.level_at_least or None,
        "meaning": outcome.meaning if outcome else None,
        "next_step": outcome.next_step if outcome else None,
        "source_id": result.sheet.rule.source_id,
    }


def _value(value: ValueResult) -> Any:
    if value.row.kind == "items":
        return list(value.value or ())
    if value.row.kind == "result" and not value.decided:
        return INCOMPLETE
    return value.value


def _possible(value: ValueResult) -> Any:
    if value.row.kind == "number":
        return [value.low, value.high]
    if value.row.kind == "yes_no":
        return [True, False] if value.value is None else [value.value]
    return list(dict.fromkeys(outcome.result for outcome in value.possible))
