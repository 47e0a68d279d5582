"""The small language of rules: what counts as an item, how a value is worked out, when an outcome applies.

A formula combines the inputs of a rule, its items and the values worked out before::

    score >= 2
    compartment <= 30 AND NOT clinical_suspicion
    max(dorsalis_pedis, posterior_tibial) / max(arm_right, arm_left)
    ddimer = positive AND sites HAS calf

``NOT`` binds tighter than ``AND``, ``AND`` tighter than ``OR``; ``=`` and ``!=`` compare numbers, or a choice with one
of its options; ``HAS`` asks a list of choices. Functions: ``points()`` (sum over all items, or over those named),
``points_without(item, ...)``, ``met()`` (how many items hold), ``given(input)``, ``sum(list)``, ``max``, ``min`` and
``if(condition, then, else)``. Nothing is ever evaluated as code.

Values may be partly known. A number is a pair (low, high), a yes or no is True, False or None for open, a choice is the
set of options that are still possible. What was *not done* is `NOTHING` or an empty set: it satisfies no comparison but
``!=``, and arithmetic with it gives nothing. Arithmetic is exact (fractions), so that a boundary is a boundary.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from calfnb.tables.problems import InputError, did_you_mean, listed

__all__ = ["NOTHING", "Environment", "Formula", "FormulaError", "Kind", "Name", "parse_formula"]

#: Kinds of values: ``number``, ``yes_no``, ``choice``, ``several`` (a list of options), ``numbers`` (a list).
Kind = str
Number = tuple[Any, Any]
_INFINITE = (-math.inf, math.inf)
_LONGEST = 1000
_DEEPEST = 30


class _Nothing:
    def __repr__(self) -> str:
        return "NOTHING"


#: A number that was not measured, where that is a state of its own.
NOTHING: Any = _Nothing()


class FormulaError(InputError):
    """A formula that cannot be read; ``position`` is the index of the character where it is wrong."""

    def __init__(self, message: str, position: int) -> None:
        self.message = message
        self.position = position
        super().__init__(f"{message} (character {position + 1})")


class Name(NamedTuple):
    """What a name in a formula stands for; ``options`` are those of a choice or a list of choices."""

    kind: Kind
    options: tuple[str, ...] = ()


@dataclass(slots=True)
class Environment:
    """What is known when a formula is worked out.

    ``values`` has the inputs and the values worked out before, ``items`` whether each item holds (None for open),
    ``points`` the points of each item.
    """

    values: dict[str, Any]
    items: dict[str, bool | None] = field(default_factory=dict)
    points: Mapping[str, Any] = field(default_factory=dict)


Evaluate = Callable[[Environment], Any]


@dataclass(frozen=True)
class Formula:
    """A parsed formula: its kind and a function of an `Environment`. Two formulas are equal when their texts are."""

    text: str
    kind: Kind
    names: frozenset[str] = field(compare=False)
    evaluate: Evaluate = field(compare=False, repr=False)


def parse_formula(text: str, scope: Mapping[str, Name], items: Sequence[str] = ()) -> Formula:
    """Parse a formula and check its names and kinds.

    Parameters
    ----------
    text
        The formula.
    scope
        What each name that may occur stands for.
    items
        The ids of the items that ``points`` and ``met`` may name.

    Raises
    ------
    FormulaError
        If it cannot be read, names what is not there, or mixes kinds.
    """
    if len(text) > _LONGEST:
        raise FormulaError(f"the formula is longer than {_LONGEST} characters", 0)
    parser = _Parser(text, scope, items)
    kind, evaluate = parser.whole()
    return Formula(text, kind, frozenset(parser.used), evaluate)


# ---- reading -------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<word>[A-Za-z_]\w*)|(?P<operator><=|>=|!=|[-+*/<>=(),])|(?P<bad>\S))"
)
_KEYWORDS = ("AND", "OR", "NOT", "HAS")


class _Token(NamedTuple):
    kind: str
    text: str
    position: int


def _tokens(text: str) -> list[_Token]:
    found = []
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        token = _Token("keyword" if match[kind] in _KEYWORDS else kind, match[kind], match.start(kind))
        if kind == "bad":
            raise FormulaError(f'"{token.text}" does not fit here', token.position)
        found.append(token)
    return [*found, _Token("end", "", len(text))]


class _Parser:
    """Recursive descent; each method returns the kind of a part and the function that works it out."""

    def __init__(self, text: str, scope: Mapping[str, Name], items: Sequence[str]) -> None:
        self.tokens = _tokens(text)
        self.scope = scope
        self.item_ids = tuple(items)
        self.index = 0
        self.depth = 0
        self.used: set[str] = set()

    @property
    def token(self) -> _Token:
        return self.tokens[self.index]

    def fail(self, message: str, token: _Token | None = None) -> FormulaError:
        return FormulaError(message, (token or self.token).position)

    def take_if(self, *texts: str) -> str:
        if self.token.kind in ("operator", "keyword") and self.token.text in texts:
            self.index += 1
            return self.tokens[self.index - 1].text
        return ""

    def whole(self) -> tuple[Kind, Evaluate]:
        if self.token.kind == "end":
            raise self.fail("the formula is empty")
        result = self.any_of()
        if self.token.kind != "end":
            raise self.fail(f'"{self.token.text}" stands where the formula should end; is AND or OR missing?')
        return result

    def any_of(self) -> tuple[Kind, Evaluate]:
        return self._chain("OR", self.all_of, True)

    def all_of(self) -> tuple[Kind, Evaluate]:
        return self._chain("AND", self.negation, False)

    def _chain(self, word: str, part: Callable[[], tuple[Kind, Evaluate]], decides: bool) -> tuple[Kind, Evaluate]:
        start = self.token
        first = part()
        if self.token.text != word:
            return first
        parts = [self.as_truth(first, start)]
        while self.take_if(word):
            start = self.token
            parts.append(self.as_truth(part(), start))
        return "yes_no", _junction(tuple(parts), decides)

    def negation(self) -> tuple[Kind, Evaluate]:
        if not self.take_if("NOT"):
            return self.comparison()
        start = self.token
        inner = self.as_truth(self.deeper(self.negation), start)

        def negated(env: Environment) -> bool | None:
            value = inner(env)
            return None if value is None else not value

        return "yes_no", negated

    def deeper(self, part: Callable[[], tuple[Kind, Evaluate]]) -> tuple[Kind, Evaluate]:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.fail(f"the formula is nested more than {_DEEPEST} deep")
        result = part()
        self.depth -= 1
        return result

    def as_truth(self, part: tuple[Kind, Evaluate], token: _Token) -> Evaluate:
        if part[0] != "yes_no":
            raise self.fail("a condition is expected here, such as score >= 2", token)
        return part[1]

    def as_number(self, part: tuple[Kind, Evaluate], token: _Token) -> Evaluate:
        if part[0] != "number":
            raise self.fail("a number is expected here", token)
        return part[1]

    def comparison(self) -> tuple[Kind, Evaluate]:
        start = self.token
        left = self.sum_of()
        if self.take_if("HAS"):
            return "yes_no", self.has(left, start)
        operator = self.take_if("<", "<=", ">", ">=", "=", "!=")
        if not operator:
            return left
        if left[0] == "choice" and operator in ("=", "!="):
            return "yes_no", self.is_option(left, start, operator)
        one = self.as_number(left, start)
        start = self.token
        other = self.as_number(self.sum_of(), start)
        return "yes_no", _compare(one, other, operator)

    def option(self, name: _Token) -> str:
        options = self.scope[name.text].options
        word = self.token
        if word.kind not in ("word", "number") or word.text not in options:
            near = did_you_mean(word.text, options) or f"; it has {listed(options)}"
            raise self.fail(f'{name.text} has no option "{word.text}"{near}')
        self.index += 1
        return word.text

    def has(self, left: tuple[Kind, Evaluate], start: _Token) -> Evaluate:
        if left[0] != "several":
            raise self.fail("HAS asks a list of choices", start)
        option, read = self.option(start), left[1]

        def holds(env: Environment) -> bool | None:
            value = read(env)
            return None if value is None else option in value

        return holds

    def is_option(self, left: tuple[Kind, Evaluate], start: _Token, operator: str) -> Evaluate:
        option, read, same = self.option(start), left[1], operator == "="

        def holds(env: Environment) -> bool | None:
            possible = read(env)
            if option not in possible:
                return not same
            return same if len(possible) == 1 else None

        return holds

    def sum_of(self) -> tuple[Kind, Evaluate]:
        return self._arithmetic(("+", "-"), self.product)

    def product(self) -> tuple[Kind, Evaluate]:
        return self._arithmetic(("*", "/"), self.factor)

    def _arithmetic(
        self, operators: tuple[str, ...], part: Callable[[], tuple[Kind, Evaluate]]
    ) -> tuple[Kind, Evaluate]:
        start = self.token
        result = part()
        while operator := self.take_if(*operators):
            one = self.as_number(result, start)
            start = self.token
            other = self.as_number(part(), start)
            result = "number", _calculate(one, other, operator)
        return result

    def factor(self) -> tuple[Kind, Evaluate]:
        start = self.token
        if self.take_if("-"):
            inner = self.as_number(self.deeper(self.factor), start)
            return "number", _calculate(_constant((0, 0)), inner, "-")
        if self.take_if("("):
            result = self.deeper(self.any_of)
            if not self.take_if(")"):
                raise self.fail("a closing bracket is missing here")
            return result
        self.index += 1
        if start.kind == "number":
            value = Fraction(start.text)
            plain = value.numerator if value.denominator == 1 else value
            return "number", _constant((plain, plain))
        if start.kind != "word":
            raise self.fail("a name or a number is missing here", start)
        if self.take_if("("):
            return self.call(start)
        return self.name(start)

    def name(self, token: _Token) -> tuple[Kind, Evaluate]:
        if token.text not in self.scope:
            raise self.fail(f'there is no "{token.text}" in this rule{did_you_mean(token.text, self.scope)}', token)
        self.used.add(token.text)
        name = token.text
        return self.scope[name].kind, lambda env: env.values[name]

    def call(self, token: _Token) -> tuple[Kind, Evaluate]:
        if token.text in ("points", "points_without", "met", "given"):
            return self._about_items(token)
        arguments: list[tuple[tuple[Kind, Evaluate], _Token]] = []
        while True:
            start = self.token
            arguments.append((self.deeper(self.any_of), start))
            if not self.take_if(","):
                break
        if not self.take_if(")"):
            raise self.fail("a comma or a closing bracket is missing here")
        if token.text == "if" and len(arguments) == 3:
            condition = self.as_truth(*arguments[0])
            if arguments[1][0][0] != "number":
                raise self.fail("if() chooses between numbers", arguments[1][1])
            return "number", _choose(condition, self.as_number(*arguments[1]), self.as_number(*arguments[2]))
        if token.text == "sum" and len(arguments) == 1 and arguments[0][0][0] == "numbers":
            return "number", _total(arguments[0][0][1])
        if token.text in ("max", "min"):
            return "number", _extreme([self.as_number(*one) for one in arguments], max if token.text == "max" else min)
        known = ("points", "points_without", "met", "given", "if", "sum", "max", "min")
        raise self.fail(f'there is no "{token.text}" of this form{did_you_mean(token.text, known)}', token)

    def _about_items(self, token: _Token) -> tuple[Kind, Evaluate]:
        names: list[_Token] = []
        while self.token.kind == "word":
            names.append(self.token)
            self.index += 1
            if not self.take_if(","):
                break
        if not self.take_if(")"):
            raise self.fail("a name or a closing bracket is missing here")
        known: Sequence[str] = tuple(self.scope) if token.text == "given" else self.item_ids
        for name in names:
            if name.text not in known:
                what = "input" if token.text == "given" else "item"
                raise self.fail(f'this rule has no {what} "{name.text}"{did_you_mean(name.text, known)}', name)
        if token.text == "given":
            if len(names) != 1:
                raise self.fail("given() takes one input", token)
            self.used.add(names[0].text)
            return "yes_no", _given(names[0].text)
        chosen = tuple(name.text for name in names) or self.item_ids
        if token.text == "points_without":
            chosen = tuple(item for item in self.item_ids if item not in chosen)
        return "number", _met(chosen) if token.text == "met" else _points(chosen)


# ---- working out ---------------------------------------------------------------------------------


def _constant(value: Number) -> Evaluate:
    return lambda _env: value


def _junction(parts: tuple[Evaluate, ...], decides: bool) -> Evaluate:
    """Return OR (``decides`` True) or AND (False) of conditions that may be open."""

    def joined(env: Environment) -> bool | None:
        result: bool | None = not decides
        for part in parts:
            value = part(env)
            if value is decides:
                return bool(value)
            if value is None:
                result = None
        return result

    return joined


def _compare(one: Evaluate, other: Evaluate, operator: str) -> Evaluate:
    if operator in (">", ">="):
        one, other, operator = other, one, "<" if operator == ">" else "<="
    strict = operator == "<"

    def ordered(env: Environment) -> bool | None:
        a, b = one(env), other(env)
        if a is NOTHING or b is NOTHING:
            return False
        if a[1] < b[0] or (not strict and a[1] == b[0]):
            return True
        never = a[0] > b[1] or (strict and a[0] == b[1])
        return False if never else None

    def same(env: Environment) -> bool | None:
        a, b = one(env), other(env)
        if a is NOTHING or b is NOTHING or a[1] < b[0] or b[1] < a[0]:
            return operator == "!="
        single = a[0] == a[1] and b[0] == b[1]
        return operator == "=" if single else None

    return same if operator in ("=", "!=") else ordered


def _calculate(one: Evaluate, other: Evaluate, operator: str) -> Evaluate:
    def result(env: Environment) -> Any:
        a, b = one(env), other(env)
        if a is NOTHING or b is NOTHING:
            return NOTHING
        if operator == "+":
            return a[0] + b[0], a[1] + b[1]
        if operator == "-":
            return a[0] - b[1], a[1] - b[0]
        if operator == "/":
            if b[0] <= 0 <= b[1]:
                return NOTHING if b == (0, 0) else _INFINITE
            b = Fraction(1) / b[1], Fraction(1) / b[0]
        corners = [x * y for x in a for y in b]
        return min(corners), max(corners)

    return result


def _extreme(parts: Sequence[Evaluate], pick: Callable[..., Any]) -> Evaluate:
    def result(env: Environment) -> Any:
        values = [value for value in (part(env) for part in parts) if value is not NOTHING]
        if not values:
            return NOTHING
        return pick(low for low, _ in values), pick(high for _, high in values)

    return result


def _total(read: Evaluate) -> Evaluate:
    def result(env: Environment) -> Any:
        values = read(env)
        return sum(low for low, _ in values), sum(high for _, high in values)

    return result


def _choose(condition: Evaluate, then: Evaluate, otherwise: Evaluate) -> Evaluate:
    def result(env: Environment) -> Any:
        which = condition(env)
        if which is not None:
            return then(env) if which else otherwise(env)
        both = [value for value in (then(env), otherwise(env)) if value is not NOTHING]
        return (min(low for low, _ in both), max(high for _, high in both)) if both else NOTHING

    return result


def _points(items: tuple[str, ...]) -> Evaluate:
    def result(env: Environment) -> Number:
        low = high = 0
        for item in items:
            holds, points = env.items[item], env.points[item]
            if holds:
                low, high = low + points, high + points
            elif holds is None:
                low, high = low + min(points, 0), high + max(points, 0)
        return low, high

    return result


def _met(items: tuple[str, ...]) -> Evaluate:
    def result(env: Environment) -> Number:
        low = sum(env.items[item] is True for item in items)
        return low, low + sum(env.items[item] is None for item in items)

    return result


def _given(name: str) -> Evaluate:
    def result(env: Environment) -> bool:
        value = env.values[name]
        return value is not NOTHING and value != frozenset()

    return result
