"""What a rule is given: checked values, with a sentence for everything that cannot be."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from calfnb.tables.problems import InputError, did_you_mean, listed, shorten
from calfnb.tables.records_tests import RuleInput, RuleSheet

__all__ = ["Inputs", "RuleInputError", "check_inputs", "read_inputs"]

#: Input id to bool (yes_no), int or float (number), option (choice), tuple of options or numbers (lists).
Inputs = Mapping[str, Any]

_LONGEST = 100_000


class RuleInputError(InputError):
    """Inputs that a rule cannot use; ``problems`` has one sentence for each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems: tuple[str, ...] = tuple(problems)
        super().__init__(" ".join(self.problems[:10]))


def read_inputs(text: str | bytes, sheet: RuleSheet) -> dict[str, Any]:
    """Read the inputs of a rule from JSON: one object of input id and value.

    Raises
    ------
    RuleInputError
        If the JSON is broken, with line and column, or an input is wrong.
    """
    try:
        written = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise RuleInputError(["The input is not UTF-8 text. Save it as UTF-8."]) from None
    if len(written) > _LONGEST:
        raise RuleInputError([f"The input is longer than {_LONGEST} characters, far more than any rule asks."])
    repeated: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in items]
        repeated.extend(dict.fromkeys(name for name in names if names.count(name) > 1))
        return dict(items)

    try:
        content = json.loads(written, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise RuleInputError([f"The input is not valid JSON: {error.msg.lower()} ({place})."]) from None
    except (ValueError, RecursionError):
        raise RuleInputError(["The input is nested too deeply, or has a number that is too long."]) from None
    if repeated:
        raise RuleInputError([f"{name} is given twice. Keep one of the two." for name in repeated])
    return check_inputs(sheet, content)


def check_inputs(sheet: RuleSheet, given: object) -> dict[str, Any]:
    """Return the inputs of a rule, checked; None stands for not given and is left out.

    Parameters
    ----------
    sheet
        The rule.
    given
        A mapping of input id to value: true or false (also "yes" or "no"), numbers, option ids, lists of them.

    Raises
    ------
    RuleInputError
        If there is no such input, a value has the wrong type, or a measurement is impossible; it lists all of them.
    """
    if not isinstance(given, Mapping):
        what = _kind_of(given)
        example = next(iter(sheet.input_by_id), "name")
        raise RuleInputError([f'{what} stands where an object is expected. Write it as {{"{example}": value}}.'])
    checked: dict[str, Any] = {}
    problems: list[str] = []
    for name, value in given.items():
        row = sheet.input_by_id.get(name) if isinstance(name, str) else None
        if row is None:
            near = did_you_mean(str(name), sheet.input_by_id)
            hint = "" if near else f" It has {listed(tuple(sheet.input_by_id), 20)}."
            problems.append(f'{sheet.rule_id} has no input "{shorten(name)}"{near or "."}{hint}')
            continue
        if value is None:
            continue
        result = _read(row, value)
        if isinstance(result, _Problem):
            problems.append(result)
        else:
            checked[row.input_id] = result
    if problems:
        raise RuleInputError(problems)
    return checked


class _Problem(str):
    """A sentence that says what is wrong with a value."""

    __slots__ = ()


def _read(row: RuleInput, value: Any) -> Any:
    if row.kind == "yes_no":
        if isinstance(value, bool):
            return value
        if value in ("yes", "no"):
            return value == "yes"
        return _Problem(f"{row.input_id} is {_shown(value)}; write true or false.")
    if row.kind == "number":
        return _number(row, row.input_id, value)
    if row.kind == "choice":
        if isinstance(value, str) and value in row.options:
            return value
        near = did_you_mean(value, row.options) if isinstance(value, str) else ""
        return _Problem(f"{row.input_id} is {_shown(value)}{near or ';'} write one of {listed(row.options)}.")
    return _list(row, value)


def _number(row: RuleInput, name: str, value: Any) -> Any:
    unit = f" {row.unit}" if row.unit else ""
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
        extra = " without quotes" if isinstance(value, str) else ""
        return _Problem(f"{name} is {_shown(value)}; write a number{extra}.")
    if not math.isfinite(value):
        return _Problem(f"{name} is not a finite number; write what was measured.")
    if row.whole and value != int(value):
        return _Problem(f"{name} is {value:g}; write a whole number.")
    assert row.minimum is not None  # the tables are checked: a number has a range
    assert row.maximum is not None
    if not row.minimum <= value <= row.maximum:
        ends = f"{_plain(row.minimum)} and {_plain(row.maximum)}{unit}"
        return _Problem(f"{name} is {_plain(value)}{unit}, which cannot be; it lies between {ends}.")
    return int(value) if row.whole else value


def _list(row: RuleInput, value: Any) -> Any:
    if isinstance(value, str) or not isinstance(value, list | tuple | set | frozenset):
        return _Problem(f"{row.input_id} is {_shown(value)}; write a list in square brackets.")
    if row.kind == "numbers":
        if len(value) != row.count:
            return _Problem(f"{row.input_id} has {len(value)} numbers; it takes {row.count}.")
        numbers = [_number(row, f"{row.input_id}, number {place}", one) for place, one in enumerate(value, start=1)]
        return next((one for one in numbers if isinstance(one, _Problem)), tuple(numbers))
    for one in value:
        if not isinstance(one, str) or one not in row.options:
            near = did_you_mean(one, row.options) if isinstance(one, str) else ""
            return _Problem(f"{row.input_id} holds {_shown(one)}{near or ';'} the options are {listed(row.options)}.")
    return tuple(option for option in row.options if option in value)


def _plain(value: Any) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{float(value):g}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{shorten(value)}"' if isinstance(value, str) else _kind_of(value, value)


def _kind_of(value: object, shown: object = "") -> str:
    kinds: tuple[tuple[Any, str], ...] = (
        (Mapping, "an object"),
        ((list, tuple, set, frozenset), "a list"),
        (bool, "true or false"),
        ((int, float), f"the number {shorten(shown)}" if shown != "" else "a number"),
        (str, "text"),
    )
    return next((words for kind, words in kinds if isinstance(value, kind)), "nothing" if value is None else "a value")
