"""Works a rule out, with whatever is known.

What is missing is open: numbers become ranges, conditions true, false or open, results the set of those still possible.
So a half-filled rule tells what it needs and what can still come out, and nothing is ever taken as no unless the
reading of the published examples is asked for.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from calfnb.rules.inputs import Inputs
from calfnb.tables.formula import NOTHING, Environment
from calfnb.tables.records import LEVELS, Level
from calfnb.tables.records_tests import RuleCriterion, RuleInput, RuleOutcome, RuleSheet, RuleValue

__all__ = ["ItemState", "RuleResult", "ValueResult", "apply_rule"]


@dataclass(frozen=True, slots=True)
class ItemState:
    """Whether an item of a rule holds; None while it is open."""

    item: RuleCriterion
    holds: bool | None


@dataclass(frozen=True, slots=True)
class ValueResult:
    """What a value of a rule came to.

    ``decided`` is true when what is missing cannot change it any more; then ``value`` is the number, the yes or no, the
    result or the tuple of item codes, and None if the value does not apply. ``low`` and ``high`` are the range that a
    number can still take, ``possible`` the outcomes that can still come out (one, if decided; empty without outcomes).
    """

    row: RuleValue
    decided: bool
    value: Any
    low: float | None
    high: float | None
    possible: tuple[RuleOutcome, ...]

    @property
    def applies(self) -> bool:
        """Whether the value means anything for these inputs."""
        return not self.decided or self.value is not None

    @property
    def outcome(self) -> RuleOutcome | None:
        """The outcome, once it is decided."""
        return self.possible[0] if self.decided and len(self.possible) == 1 else None


@dataclass(frozen=True)
class RuleResult:
    """A rule, worked out.

    Attributes
    ----------
    status
        ``complete``: all is given; ``decided``: something is missing that cannot change the primary value any more;
        ``incomplete``: it still can.
    missing
        The inputs that are open, in the order in which they are asked.
    assumed
        What was taken as yes or no although it was not given; empty unless asked for.
    level, level_at_least
        The most urgent triage level of the outcomes, "" for none: of those that are decided, and the one that even the
        mildest of those still possible asks for. The level speaks about someone in whom the condition is suspected.
    """

    sheet: RuleSheet
    inputs: Inputs
    status: str
    missing: tuple[str, ...]
    assumed: Mapping[str, bool]
    items: tuple[ItemState, ...]
    values: Mapping[str, ValueResult]
    level: Level
    level_at_least: Level

    @property
    def primary(self) -> ValueResult:
        """The value that the rule is for."""
        return self.values[self.sheet.primary.value_id]


def apply_rule(sheet: RuleSheet, inputs: Inputs, *, as_published: bool = False, exact: bool = True) -> RuleResult:
    """Work a rule out.

    Parameters
    ----------
    sheet
        The rule.
    inputs
        Checked inputs, see `calfnb.rules.check_inputs`; those that are absent are open.
    as_published
        Read a missing yes/no as the table says (mostly no), as the worked examples of the publications do. What was
        taken so is in ``assumed``. Never do that for a person of whom it was not asked.
    exact
        Where yes/no, choices and whole numbers are open, try the ways of filling them in (up to a limit), so that no
        result is named that cannot come out. Without it the answer is quicker and may name one too many, never too few.
    """
    missing, assumed = _gaps(sheet, inputs, as_published)
    known = {**inputs, **assumed}
    items, values = _worked_out(sheet, known)
    if exact and missing and any(not value.decided for value in values.values()):
        ways = _ways(sheet, missing)
        if ways is not None:
            items, values = _merged(sheet, items, values, [_worked_out(sheet, {**known, **way}) for way in ways])
    status = "incomplete" if missing else "complete"
    if missing and values[sheet.primary.value_id].decided:
        status = "decided"
    return RuleResult(
        sheet=sheet,
        inputs=dict(inputs),
        status=status,
        missing=tuple(missing),
        assumed=assumed,
        items=tuple(ItemState(row, items[row.item_id]) for row in sheet.criteria),
        values=values,
        level=_highest(value.outcome.level for value in values.values() if value.outcome),
        level_at_least=_highest(_mildest(value) for value in values.values()),
    )


def _gaps(sheet: RuleSheet, inputs: Inputs, as_published: bool) -> tuple[list[str], dict[str, bool]]:
    """Return the inputs that are open, and what is taken as yes or no instead."""
    missing: list[str] = []
    assumed: dict[str, bool] = {}
    for row in sheet.inputs:
        if row.input_id in inputs or row.if_missing == "not_done":
            continue
        if as_published and row.if_missing in ("no", "yes"):
            assumed[row.input_id] = row.if_missing == "yes"
        else:
            missing.append(row.input_id)
    return missing, assumed


def _worked_out(sheet: RuleSheet, known: Inputs) -> tuple[dict[str, bool | None], dict[str, ValueResult]]:
    env = Environment({})
    for row in sheet.inputs:
        name = row.input_id
        if name in known:
            env.values[name] = _known(row, known[name])
        elif row.if_missing == "not_done":
            env.values[name] = NOTHING if row.kind == "number" else frozenset()
        else:
            env.values[name] = _open(row)
    env.items = {row.item_id: sheet.formulas["item", row.item_id].evaluate(env) for row in sheet.criteria}
    env.points = {row.item_id: _exact(row.points) for row in sheet.criteria}
    return env.items, {row.value_id: _value(sheet, row, env) for row in sheet.values}


def _ways(sheet: RuleSheet, missing: Sequence[str]) -> list[dict[str, Any]] | None:
    """Return every way of filling in the open inputs that have few values; None where there are too many.

    Other numbers get both sides of every limit that an item sets them, or stay open.
    """
    options: dict[str, Sequence[Any]] = {}
    for name in missing:
        row = sheet.input_by_id[name]
        if row.kind == "yes_no":
            options[name] = (False, True)
        elif row.kind == "choice":
            options[name] = row.options
        elif row.kind == "number" and row.whole and row.minimum is not None and row.maximum is not None:
            options[name] = range(int(row.minimum), int(row.maximum) + 1)
        elif row.kind == "number" and _only_in_items(sheet, name):
            options[name] = (row.minimum, row.maximum)
    if math.prod(len(values) for values in options.values()) > _MOST_WAYS or not options:
        return None
    return [dict(zip(options, values, strict=True)) for values in itertools.product(*options.values())]


def _only_in_items(sheet: RuleSheet, name: str) -> bool:
    """Tell whether a number matters only to items, each of which looks at one input: then both its ends tell all."""
    used = [formula for key, formula in sheet.formulas.items() if name in formula.names]
    items = [formula for (part, _), formula in sheet.formulas.items() if part == "item" and name in formula.names]
    return len(used) == len(items) == 1 and len(items[0].names) == 1


def _merged(
    sheet: RuleSheet,
    items: dict[str, bool | None],
    values: dict[str, ValueResult],
    found: Sequence[tuple[dict[str, bool | None], dict[str, ValueResult]]],
) -> tuple[dict[str, bool | None], dict[str, ValueResult]]:
    """Return what all ways of filling in the open inputs together leave possible."""
    together = {
        name: states[0] if len(states) == 1 else None
        for name, states in ((name, tuple({way[0][name] for way in found})) for name in items)
    }
    merged = {}
    for row in sheet.values:
        name = row.value_id
        merged[name] = values[name] if values[name].decided else _union(row, [way[1][name] for way in found])
    return together, merged


def _union(row: RuleValue, found: Sequence[ValueResult]) -> ValueResult:
    if row.kind == "items":
        surely = tuple(code for code in found[0].value if all(code in other.value for other in found))
        return ValueResult(row, all(other.decided and other.value == surely for other in found), surely, None, None, ())
    lows = [value.low for value in found if value.applies]
    highs = [value.high for value in found if value.applies]
    low = None if None in lows else min((end for end in lows if end is not None), default=None)
    high = None if None in highs else max((end for end in highs if end is not None), default=None)
    lines = {(outcome.line, outcome.result): outcome for value in found for outcome in value.possible}
    possible = tuple(lines[key] for key in sorted(lines))
    decided = all(value.decided and value.value == found[0].value for value in found)
    value = found[0].value if decided else None
    return ValueResult(row, decided, value, low, high, possible[:1] if decided else possible)


#: So many ways of filling in what is open are tried at most.
_MOST_WAYS = 256


def _value(sheet: RuleSheet, row: RuleValue, env: Environment) -> ValueResult:
    only_if = sheet.formulas.get(("only_if", row.value_id))
    applies = True if only_if is None else only_if.evaluate(env)
    outcomes = sheet.outcomes_of.get(row.value_id, ())
    if applies is False:
        env.values[row.value_id] = _NONE[row.kind]
        return ValueResult(row, True, None, None, None, ())
    if row.kind == "result":
        return _result(sheet, row, outcomes, env, applies is True)
    if row.kind == "items":
        met = tuple(item.code or item.item_id for item in sheet.criteria if env.items[item.item_id])
        decided = all(holds is not None for holds in env.items.values())
        return ValueResult(row, decided and applies is True, met, None, None, ())
    found = sheet.formulas["value", row.value_id].evaluate(env)
    if row.kind == "yes_no":
        env.values[row.value_id] = found
        possible = tuple(
            outcome for outcome in outcomes if found is None or outcome.result == ("yes" if found else "no")
        )
        return ValueResult(row, found is not None and applies is True, found, None, None, possible)
    return _number(row, found, env, applies is True)


#: What a value that does not apply is for later formulas.
_NONE: Mapping[str, Any] = {"number": NOTHING, "yes_no": False, "result": frozenset(), "items": ()}


def _number(row: RuleValue, found: Any, env: Environment, applies: bool) -> ValueResult:
    if found is not NOTHING and row.decimals is not None:
        found = _rounded(found[0], row.decimals), _rounded(found[1], row.decimals)
    env.values[row.value_id] = found
    if found is NOTHING:
        return ValueResult(row, applies, None, None, None, ())
    low, high = _plain(found[0], row.decimals), _plain(found[1], row.decimals)
    decided = applies and found[0] == found[1]
    return ValueResult(row, decided, low if decided else None, low, high, ())


def _result(
    sheet: RuleSheet, row: RuleValue, outcomes: tuple[RuleOutcome, ...], env: Environment, applies: bool
) -> ValueResult:
    possible: list[RuleOutcome] = []
    for outcome in outcomes:
        when = sheet.formulas.get(("outcome", f"{row.value_id}:{outcome.line}"))
        holds = True if when is None else when.evaluate(env)
        if holds is not False:
            possible.append(outcome)
        if holds:
            break
    results = frozenset(outcome.result for outcome in possible)
    env.values[row.value_id] = results
    decided = applies and len(results) == 1
    # Two rows with the same result may differ in their words; the first stands for both.
    return ValueResult(
        row, decided, possible[0].result if decided else None, None, None, tuple(possible[:1] if decided else possible)
    )


def _known(row: RuleInput, value: Any) -> Any:
    if row.kind == "number":
        return (_exact(value), _exact(value))
    if row.kind == "numbers":
        return tuple((_exact(one), _exact(one)) for one in value)
    return frozenset((value,)) if row.kind == "choice" else frozenset(value) if row.kind == "several" else value


def _open(row: RuleInput) -> Any:
    if row.kind == "number":
        return (_exact(row.minimum), _exact(row.maximum))
    if row.kind == "numbers":
        return ((_exact(row.minimum), _exact(row.maximum)),) * (row.count or 0)
    return frozenset(row.options) if row.kind == "choice" else None


def _exact(value: Any) -> int | Fraction:
    """Return a number exactly as it was written: 0.1 is one tenth."""
    if isinstance(value, int | Fraction):
        return value
    return int(value) if value == int(value) else Fraction(repr(float(value)))


def _rounded(value: Any, decimals: int) -> Any:
    """Round half up; floats would sometimes round a half down."""
    if isinstance(value, int) or (isinstance(value, float) and not math.isfinite(value)):
        return value
    scaled = value * 10**decimals
    whole = math.floor(scaled + Fraction(1, 2))
    return whole if decimals == 0 else Fraction(whole, 10**decimals)


def _plain(value: Any, decimals: int | None) -> float | None:
    """Return a number for output: int without decimals, None where it has no bound."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if decimals is None:
        return int(value) if value == int(value) else float(value)
    return int(value) if decimals == 0 else float(value)


def _highest(levels: Any) -> Level:
    return max((level for level in levels if level), key=LEVELS.index, default="")


def _mildest(value: ValueResult) -> Level:
    if not value.possible or any(not outcome.level for outcome in value.possible):
        return ""
    return min((outcome.level for outcome in value.possible), key=LEVELS.index)
