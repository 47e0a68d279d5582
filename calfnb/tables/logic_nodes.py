"""The tree that a logic text becomes, and the error of a text that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from calfnb.tables.problems import InputError

__all__ = ["AllOf", "AnyOf", "AtLeast", "Is", "LogicError", "Node", "Not", "atoms", "written"]


class LogicError(InputError):
    """A logic text that cannot be read.

    Attributes
    ----------
    message
        What is wrong and what to write instead, without the place.
    position
        The index of the character where it is wrong (0 is the first).
    text
        The whole logic text.
    """

    def __init__(self, message: str, position: int, text: str = "") -> None:
        self.message = message
        self.position = position
        self.text = text
        super().__init__(f"{message} (character {position + 1})")

    def pointer(self) -> str:
        """Return the text and, under it, a caret at the place of the error."""
        return f"{self.text}\n{' ' * self.position}^"


@dataclass(frozen=True, slots=True)
class Is:
    """``finding=option``; true when that option is the answer."""

    finding_id: str
    option_id: str
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """``rule:rule_id>=number``; true when the score is known and at least ``number`` points."""

    rule_id: str
    number: float
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """True when ``operand`` is not; ``finding!=option`` is ``Not(Is(...))``."""

    operand: Node


@dataclass(frozen=True, slots=True)
class AllOf:
    """True when every operand is; with no operand always true."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when at least one operand is."""

    operands: tuple[Node, ...]


Node = Is | AtLeast | Not | AllOf | AnyOf


def atoms(node: Node) -> Iterator[Is | AtLeast]:
    """Go through the ``finding=option`` and ``rule:id>=number`` of a tree, in the order of the text."""
    if isinstance(node, Is | AtLeast):
        yield node
    else:
        for operand in (node.operand,) if isinstance(node, Not) else node.operands:
            yield from atoms(operand)


def written(node: Node, parent: type[Node] | None = None) -> str:
    """Return the node as text that parses to the same tree."""
    match node:
        case Is():
            return f"{node.finding_id}={node.option_id}"
        case AtLeast():
            return f"rule:{node.rule_id}>={node.number:.12g}"
        case Not(Is(finding_id, option_id)):
            return f"{finding_id}!={option_id}"
        case Not(operand):
            return f"NOT {written(operand, Not)}"
        case AllOf(operands):
            text = " AND ".join(written(operand, AllOf) for operand in operands)
            return text if parent in (None, AnyOf) else f"({text})"
        case AnyOf(operands):
            text = " OR ".join(written(operand, AnyOf) for operand in operands)
            return text if parent is None else f"({text})"
