"""Reading a logic text: tokens, then recursive descent into a tree whose names are checked on the way."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from calfnb.tables.logic_nodes import AllOf, AnyOf, AtLeast, Is, LogicError, Node, Not
from calfnb.tables.problems import did_you_mean, listed

__all__ = ["read_tree"]

_LONGEST_TEXT = 4000
_DEEPEST = 40

_TOKEN = re.compile(r"(?P<operator>!=|>=|<=|==|<>|[=<>()!])|(?P<rule>rule:)|(?P<word>\w+)")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_KEYWORDS = ("AND", "OR", "NOT")


class _Token(NamedTuple):
    kind: str
    text: str
    position: int


class _Parser:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str, findings: Mapping[str, tuple[str, ...]], rules: Collection[str]) -> None:
        self.text = text
        self.findings = findings
        self.rules = rules
        self.tokens = list(self._tokens())
        self.index = 0
        self.depth = 0

    def _tokens(self) -> Iterator[_Token]:
        position, before = 0, ""
        while True:
            while position < len(self.text) and self.text[position].isspace():
                position += 1
            if position == len(self.text):
                yield _Token("end", "", position)
                return
            match = (_NUMBER if before == ">=" else _TOKEN).match(self.text, position)
            if match is None:
                expected = "a number" if before == ">=" else "a name, =, !=, AND, OR, NOT or a bracket"
                raise LogicError(f'"{self.text[position]}" does not fit; expected {expected}', position, self.text)
            kind = "number" if before == ">=" else str(match.lastgroup)
            before = match.group()
            yield _Token("keyword" if kind == "word" and before in _KEYWORDS else kind, before, position)
            position = match.end()

    def fail(self, message: str, token: _Token | None = None) -> LogicError:
        return LogicError(message, (token or self.tokens[self.index]).position, self.text)

    def take(self) -> _Token:
        token = self.tokens[self.index]
        self.index += token.kind != "end"
        return token

    def take_if(self, *texts: str) -> bool:
        token = self.tokens[self.index]
        if token.kind in ("operator", "keyword") and token.text in texts:
            self.index += 1
            return True
        return False

    def whole(self) -> Node:
        if self.tokens[0].kind == "end":
            raise self.fail("the logic is empty; write at least one finding=option")
        root = self.any_of()
        token = self.tokens[self.index]
        if token.kind == "end":
            return root
        if token.text == ")":
            raise self.fail("this bracket was never opened; remove it, or open one before")
        if token.text.upper() in _KEYWORDS:
            raise self.fail(f"write {token.text.upper()} in capitals")
        raise self.fail("AND or OR is missing before this")

    def any_of(self) -> Node:
        operands = [self.all_of()]
        while self.take_if("OR"):
            operands.append(self.all_of())
        return operands[0] if len(operands) == 1 else AnyOf(tuple(operands))

    def all_of(self) -> Node:
        operands = [self.factor()]
        while self.take_if("AND"):
            operands.append(self.factor())
        return operands[0] if len(operands) == 1 else AllOf(tuple(operands))

    def factor(self) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.fail(f"brackets and NOT may be nested at most {_DEEPEST} deep")
        try:
            if self.take_if("NOT"):
                return Not(self.factor())
            opening = self.tokens[self.index]
            if self.take_if("("):
                inner = self.any_of()
                if not self.take_if(")"):
                    if self.tokens[self.index].kind == "end":
                        raise self.fail("this bracket is never closed; add a )", opening)
                    raise self.fail("AND, OR or a closing bracket is missing before this")
                return inner
            return self.at_least() if opening.kind == "rule" else self.is_option()
        finally:
            self.depth -= 1

    def at_least(self) -> Node:
        self.take()
        rule = self.take()
        if rule.kind != "word":
            raise self.fail("the id of a rule is missing after rule:", rule)
        if rule.text not in self.rules:
            raise self.fail(f'there is no rule "{rule.text}"{did_you_mean(rule.text, self.rules)}', rule)
        if not self.take_if(">="):
            raise self.fail("a rule is compared with >= and a number, as in rule:name>=2")
        number = self.take()
        if number.kind != "number":
            raise self.fail("a number is missing after >=", number)
        return AtLeast(rule.text, float(number.text), rule.position)

    def is_option(self) -> Node:
        finding = self.take()
        if finding.kind == "end":
            raise self.fail("the logic stops here, but a finding=option is still to come", finding)
        if finding.kind != "word":
            raise self.fail(f'"{finding.text}" stands where a finding=option is expected', finding)
        if finding.text not in self.findings:
            if finding.text.upper() in _KEYWORDS:
                raise self.fail(f"write {finding.text.upper()} in capitals", finding)
            raise self.fail(f'there is no finding "{finding.text}"{did_you_mean(finding.text, self.findings)}', finding)
        operator = self.take()
        if operator.text not in ("=", "!=") or operator.kind != "operator":
            raise self.fail(f"after {finding.text} comes = or != and an option", operator)
        option = self.take()
        if option.kind != "word":
            raise self.fail(f"an option of {finding.text} is missing after {operator.text}", option)
        options = self.findings[finding.text]
        if option.text not in options:
            near = did_you_mean(option.text, options) or f"; it has {listed(options)}"
            raise self.fail(f'{finding.text} has no option "{option.text}"{near}', option)
        found = Is(finding.text, option.text, finding.position)
        return found if operator.text == "=" else Not(found)


def read_tree(text: str, findings: Mapping[str, tuple[str, ...]], rules: Collection[str]) -> Node:
    """Read a text into a tree.

    Parameters
    ----------
    text
        The logic text.
    findings
        Finding id to its option ids.
    rules
        The ids of the rules of points that may be named.

    Raises
    ------
    LogicError
        If the text cannot be read, or names a finding, option or rule that is not there.
    """
    if len(text) > _LONGEST_TEXT:
        raise LogicError(f"the logic is longer than {_LONGEST_TEXT} characters; split it into rows", 0, text)
    return _Parser(text, findings, rules).whole()
