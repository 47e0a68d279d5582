"""The small language of red flags, thresholds, score items and follow-up questions.

A logic text combines answers with ``AND``, ``OR``, ``NOT`` and brackets::

    calf_swelling=yes AND (side=one_leg OR rule:wells_2003_two_level>=2) AND direct_blow_or_fall!=yes

``NOT`` binds tightest, then ``AND``, then ``OR``. An unknown answer never satisfies ``=`` and
always satisfies ``!=``; a score that could not be worked out never satisfies ``>=``. Texts are
parsed into a frozen tree and checked against the findings; nothing is ever evaluated as code.

Two questions are asked of an expression: does it hold with what is known (`Expression.holds`), and
could it still come to hold (`Expression.could_hold`), that is: does some choice of an option for
every unanswered finding make it true. The options of one finding exclude each other, so
``x=a AND x=b`` can never hold.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from calfnb.tables.logic_nodes import AllOf, AnyOf, AtLeast, Is, LogicError, Node, Not, atoms, written
from calfnb.tables.logic_parser import read_tree

__all__ = [
    "ALWAYS",
    "AllOf",
    "AnyOf",
    "AtLeast",
    "Expression",
    "Is",
    "LogicError",
    "Node",
    "Not",
    "Term",
    "find_loops",
    "parse",
]

_MOST_TERMS = 4000
_NOTHING: Mapping[str, float] = MappingProxyType({})
_NO_RANGES: Mapping[str, tuple[float, float]] = MappingProxyType({})

Holds = Callable[[Mapping[str, str], Mapping[str, float]], bool]


class Term(NamedTuple):
    """One way for an expression to hold: all of its parts together.

    ``allowed`` gives for each finding the answers that do, with None for unanswered;
    ``bounds`` gives for each score the range low <= score < high (low is -inf if an unknown score will do).
    """

    allowed: tuple[tuple[str, frozenset[str | None]], ...]
    bounds: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True)
class Expression:
    """A parsed logic text.

    Attributes
    ----------
    root
        The tree, made of `Is`, `AtLeast`, `Not`, `AllOf` and `AnyOf`.
    options
        For each finding named in it, all options of that finding.
    text
        The text as it was written; it plays no part in comparisons.
    """

    root: Node
    options: tuple[tuple[str, tuple[str, ...]], ...] = ()
    text: str = field(default="", compare=False)

    def __str__(self) -> str:
        return written(self.root)

    def __reduce__(self) -> tuple[type[Expression], tuple[object, ...]]:
        return Expression, (self.root, self.options, self.text)

    def names(self) -> frozenset[str]:
        """Return the ids of the findings that the expression names."""
        return frozenset(self._order)

    def rules(self) -> frozenset[str]:
        """Return the ids of the rules of points that the expression names."""
        return frozenset(node.rule_id for node in atoms(self.root) if isinstance(node, AtLeast))

    def holds(self, answers: Mapping[str, str], scores: Mapping[str, float] = _NOTHING) -> bool:
        """Tell whether the expression is true with what is known.

        Parameters
        ----------
        answers
            Finding id to option id; a finding that is absent is unknown.
        scores
            Rule id to points; a rule that is absent could not be worked out.
        """
        return self._compiled(answers, scores)

    def could_hold(
        self, answers: Mapping[str, str], score_ranges: Mapping[str, tuple[float, float]] = _NO_RANGES
    ) -> bool:
        """Tell whether some choice of an option for every unknown finding makes the expression true.

        Parameters
        ----------
        answers
            Finding id to option id; a finding that is absent is unknown.
        score_ranges
            Rule id to the lowest and highest number of points that can still come out; a rule that
            is absent may come out at any number. Scores are taken as independent of the findings
            that the expression itself names.
        """
        return any(_open_part(term, answers, score_ranges) is not None for term in self._completable)

    def supports(self, answers: Mapping[str, str], scores: Mapping[str, float] = _NOTHING) -> tuple[str, ...]:
        """Return the answered findings that make the expression hold, in the order of the text.

        A finding counts when the expression needs its answer: one that would do as well
        unanswered (``!=``) is left out. Empty when the expression does not hold.
        """
        if not self._compiled(answers, scores):
            return ()
        needed = {
            finding_id
            for term in self._terms
            if _satisfied(term, answers, scores)
            for finding_id, allowed in term.allowed
            if None not in allowed
        }
        return tuple([finding_id for finding_id in self._order if finding_id in needed])

    def missing(
        self, answers: Mapping[str, str], score_ranges: Mapping[str, tuple[float, float]] = _NO_RANGES
    ) -> tuple[str, ...]:
        """Return the unanswered findings that could make the expression true.

        Findings that need the fewest further answers beside them come first. Empty when the
        expression holds already whatever the scores are, or cannot come to hold.
        """
        fewest: dict[str, int] = {}
        for term in self._completable:
            still_open = _open_part(term, answers, score_ranges)
            if still_open is None:
                continue
            open_ids, open_scores = still_open
            cost = len(open_ids) + open_scores
            if not cost:
                return ()
            for finding_id in open_ids:
                if cost < fewest.get(finding_id, math.inf):
                    fewest[finding_id] = cost
        in_order = [finding_id for finding_id in self._order if finding_id in fewest]
        return tuple(sorted(in_order, key=fewest.__getitem__))

    def terms(self) -> tuple[Term, ...]:
        """Return the alternative ways for the expression to hold; it holds when at least one does."""
        return self._terms

    @cached_property
    def _order(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(node.finding_id for node in atoms(self.root) if isinstance(node, Is)))

    @cached_property
    def _compiled(self) -> Holds:
        return _compile(self.root)

    @cached_property
    def _terms(self) -> tuple[Term, ...]:
        return tuple(dict.fromkeys(_terms_of(self.root, True, dict(self.options))))

    @cached_property
    def _completable(self) -> tuple[Term, ...]:
        """The terms that some answer to every question satisfies."""
        return tuple(term for term in self._terms if all(allowed != _ONLY_UNKNOWN for _, allowed in term.allowed))


#: The expression of an empty cell where "always" is meant.
ALWAYS = Expression(AllOf(()))


def parse(text: str, *, findings: Mapping[str, tuple[str, ...]], rules: Collection[str] = ()) -> Expression:
    """Parse a logic text and check its names.

    Parameters
    ----------
    text
        The text; blank is an error (use `ALWAYS` where blank means "always").
    findings
        Finding id to its option ids.
    rules
        The ids of the rules of points that may be named.

    Raises
    ------
    LogicError
        If the text cannot be read, or names a finding, option or rule that is not there.
    """
    root = read_tree(text, findings, rules)
    if _term_count(root, True) > _MOST_TERMS:
        raise LogicError("the logic combines too many alternatives; split it into several rows", 0, text)
    named = dict.fromkeys(node.finding_id for node in atoms(root) if isinstance(node, Is))
    return Expression(root, tuple((finding_id, tuple(findings[finding_id])) for finding_id in named), text)


def find_loops(depends_on: Mapping[str, Collection[str]]) -> list[tuple[str, ...]]:
    """Return the loops of a graph, each as the ids on the way round, its first id once.

    Every id that lies on a loop is part of at least one loop that is returned.
    """
    loops: list[tuple[str, ...]] = []
    looped: set[str] = set()
    for start in depends_on:
        if start in looped:
            continue
        way = _way_back(start, depends_on)
        if way:
            loops.append(way)
            looped.update(way)
    return loops


def _way_back(start: str, depends_on: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Return a shortest way from ``start`` back to itself, or () if there is none."""
    came_from: dict[str, str] = {}
    front = [start]
    while front:
        following: list[str] = []
        for node in front:
            for target in depends_on.get(node, ()):
                if target == start:
                    way = [node]
                    while way[-1] != start:
                        way.append(came_from[way[-1]])
                    return tuple(reversed(way))
                if target not in came_from:
                    came_from[target] = node
                    following.append(target)
        front = following
    return ()


# ---- evaluating ----------------------------------------------------------------------------------


def _compile(node: Node) -> Holds:
    """Turn a tree into closures; runs of plain ``finding=option`` become one loop."""
    if isinstance(node, Is):
        finding_id, option_id = node.finding_id, node.option_id
        return lambda answers, _scores: answers.get(finding_id) == option_id
    if isinstance(node, AtLeast):
        rule_id, number = node.rule_id, node.number
        return lambda _answers, scores: scores.get(rule_id, -math.inf) >= number
    if isinstance(node, Not):
        if isinstance(node.operand, Is):
            finding_id, option_id = node.operand.finding_id, node.operand.option_id
            return lambda answers, _scores: answers.get(finding_id) != option_id
        inner = _compile(node.operand)
        return lambda answers, scores: not inner(answers, scores)
    wanted = isinstance(node, AnyOf)  # the operand's value that decides the whole
    pairs = tuple((operand.finding_id, operand.option_id) for operand in node.operands if isinstance(operand, Is))
    others = tuple(_compile(operand) for operand in node.operands if not isinstance(operand, Is))

    def any_of(answers: Mapping[str, str], scores: Mapping[str, float]) -> bool:
        get = answers.get
        for finding_id, option_id in pairs:
            if get(finding_id) == option_id:
                return True
        for other in others:  # noqa: SIM110 - any() with a generator takes twice as long
            if other(answers, scores):
                return True
        return False

    def all_of(answers: Mapping[str, str], scores: Mapping[str, float]) -> bool:
        get = answers.get
        for finding_id, option_id in pairs:
            if get(finding_id) != option_id:
                return False
        for other in others:  # noqa: SIM110
            if not other(answers, scores):
                return False
        return True

    return any_of if wanted else all_of


def _term_count(node: Node, positive: bool) -> int:
    """Return how many alternatives the node spreads into, an upper bound."""
    if isinstance(node, Is | AtLeast):
        return 1
    if isinstance(node, Not):
        return _term_count(node.operand, not positive)
    counts = [_term_count(operand, positive) for operand in node.operands]
    return math.prod(counts) if isinstance(node, AllOf) is positive else sum(counts)


def _terms_of(node: Node, positive: bool, options: Mapping[str, tuple[str, ...]]) -> list[Term]:
    """Spread the node (its opposite if not ``positive``) into alternatives that do not contradict themselves."""
    if isinstance(node, Is):
        chosen: frozenset[str | None] = frozenset({node.option_id})
        rest: frozenset[str | None] = frozenset({None, *options[node.finding_id]}) - chosen
        return [Term(((node.finding_id, chosen if positive else rest),), ())]
    if isinstance(node, AtLeast):
        low, high = (node.number, math.inf) if positive else (-math.inf, node.number)
        return [Term((), ((node.rule_id, low, high),))]
    if isinstance(node, Not):
        return _terms_of(node.operand, not positive, options)
    parts = [_terms_of(operand, positive, options) for operand in node.operands]
    if isinstance(node, AllOf) is not positive:
        return [term for part in parts for term in part]
    terms = [Term((), ())]
    for part in parts:
        joined = (_join(one, other) for one in terms for other in part)
        terms = [term for term in joined if term is not None]
    return terms


def _join(one: Term, other: Term) -> Term | None:
    """Return both terms together, or None if they exclude each other."""
    allowed = dict(one.allowed)
    for finding_id, answers in other.allowed:
        both = allowed[finding_id] & answers if finding_id in allowed else answers
        if not both:
            return None
        allowed[finding_id] = both
    bounds = {rule_id: (low, high) for rule_id, low, high in one.bounds}
    for rule_id, low, high in other.bounds:
        before = bounds.get(rule_id, (-math.inf, math.inf))
        bounds[rule_id] = max(low, before[0]), min(high, before[1])
        if bounds[rule_id][0] >= bounds[rule_id][1]:
            return None
    return Term(tuple(allowed.items()), tuple((rule_id, *bound) for rule_id, bound in bounds.items()))


def _satisfied(term: Term, answers: Mapping[str, str], scores: Mapping[str, float]) -> bool:
    return all(answers.get(finding_id) in allowed for finding_id, allowed in term.allowed) and all(
        low <= scores.get(rule_id, -math.inf) < high for rule_id, low, high in term.bounds
    )


def _open_part(
    term: Term, answers: Mapping[str, str], score_ranges: Mapping[str, tuple[float, float]]
) -> tuple[list[str], int] | None:
    """Return the findings whose answer the term still needs and the number of undecided scores.

    None when the answers or the ranges of the scores contradict the term.
    """
    open_ids = []
    for finding_id, allowed in term.allowed:
        answer = answers.get(finding_id)
        if answer not in allowed:
            if answer is not None:
                return None
            open_ids.append(finding_id)
    open_scores = 0
    for rule_id, low, high in term.bounds:
        lowest, highest = score_ranges.get(rule_id, (-math.inf, math.inf))
        if highest < low or lowest >= high:
            return None
        open_scores += not (low <= lowest and highest < high)
    return open_ids, open_scores


_ONLY_UNKNOWN: frozenset[str | None] = frozenset({None})
