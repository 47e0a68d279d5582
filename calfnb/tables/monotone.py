"""Could an alarming answer take a red flag away? An exact search for such a patient.

A red flag that asks ``heel_raise=painful`` is lost when the answer becomes ``unable``, though that
is worse. It does no harm while another flag of at least the same level is raised then. So all flags
of a level and above are looked at together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from calfnb.tables.logic import Expression, Term

__all__ = ["patient_who_loses"]

Allowed = frozenset[str | None]
_PATIENCE = 20_000


def patient_who_loses(
    flag: Expression,
    others: Sequence[Expression],
    finding_id: str,
    option_id: str,
    options: Mapping[str, tuple[str, ...]],
    alarming: Iterable[str],
) -> dict[str, str] | None:
    """Return answers that raise ``flag``, though nothing is raised once ``finding_id`` is ``option_id``.

    Parameters
    ----------
    flag
        The flag that could be lost.
    others
        The flags that would do instead; ``flag`` itself may be one of them.
    finding_id, option_id
        The alarming answer.
    options
        The options of every finding that ``flag`` or ``others`` name.
    alarming
        All alarming options of the finding; from one to another nothing is demanded.

    Returns
    -------
    dict or None
        Finding id to option id before the change, for findings that matter; None if there is no such
        patient, or none that a search of bounded length finds.
    """
    calm: Allowed = frozenset({None, *options[finding_id]}) - frozenset(alarming)
    lost = [
        (term, dict(term.allowed)[finding_id] & calm)
        for term in flag.terms()
        if not _admits(term, finding_id, option_id) and dict(term.allowed)[finding_id] & calm
    ]
    if not lost:
        return None
    still_raised = [
        _without(term, finding_id)
        for expression in [flag, *(other for other in others if other is not flag)]
        for term in expression.terms()
        if _admits(term, finding_id, option_id)
    ]
    for term, before in lost:
        start = _Patient(dict(term.allowed), {rule: (low, high) for rule, low, high in term.bounds}, options)
        start.allowed.pop(finding_id)
        found = _avoid(start, still_raised, [_PATIENCE])
        if found is not None:
            return {**found.answers(), **_Patient({finding_id: before}, {}, options).answers()}
    return None


def _admits(term: Term, finding_id: str, option_id: str) -> bool:
    return all(option_id in allowed for named, allowed in term.allowed if named == finding_id)


class _Patient:
    """What is still allowed for every finding and score; what is not listed is free."""

    def __init__(
        self,
        allowed: dict[str, Allowed],
        scores: dict[str, tuple[float, float]],
        options: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.allowed = allowed
        self.scores = scores
        self.options = options

    def of(self, finding_id: str) -> Allowed:
        return self.allowed.get(finding_id) or frozenset({None, *self.options[finding_id]})

    def with_answers(self, finding_id: str, allowed: Allowed) -> _Patient:
        return _Patient({**self.allowed, finding_id: allowed}, self.scores, self.options)

    def with_score(self, rule_id: str, low: float, high: float) -> _Patient:
        return _Patient(self.allowed, {**self.scores, rule_id: (low, high)}, self.options)

    def answers(self) -> dict[str, str]:
        """Return one choice; unknown wherever it is allowed."""
        chosen = {
            finding_id: next(option for option in self.options[finding_id] if option in allowed)
            for finding_id, allowed in self.allowed.items()
            if None not in allowed
        }
        return dict(sorted(chosen.items()))


def _without(term: Term, finding_id: str) -> Term:
    return Term(tuple(part for part in term.allowed if part[0] != finding_id), term.bounds)


def _avoid(patient: _Patient, terms: Sequence[Term], patience: list[int]) -> _Patient | None:
    """Narrow the patient down until no term can hold; None if that is impossible."""
    patience[0] -= 1
    if patience[0] < 0:
        return None
    open_terms: list[Term] = []
    ways_out: list[_Patient] | None = None
    for term in terms:
        ways = _ways_out(patient, term)
        if ways is None:
            continue
        if not ways:
            return None
        open_terms.append(term)
        if ways_out is None or len(ways) < len(ways_out):
            ways_out = ways
    if ways_out is None:
        return patient
    for way in ways_out:
        found = _avoid(way, open_terms, patience)
        if found is not None:
            return found
    return None


def _ways_out(patient: _Patient, term: Term) -> list[_Patient] | None:
    """Return the patient narrowed down so that the term fails, in each possible way; None if it fails anyway."""
    ways = []
    for finding_id, wanted in term.allowed:
        allowed = patient.of(finding_id)
        if not allowed & wanted:
            return None
        if allowed - wanted:
            ways.append(patient.with_answers(finding_id, allowed - wanted))
    for rule_id, low, high in term.bounds:
        lowest, highest = patient.scores.get(rule_id, (-math.inf, math.inf))
        if highest <= low or lowest >= high:
            return None
        if lowest < low:
            ways.append(patient.with_score(rule_id, lowest, low))
        if high < highest:
            ways.append(patient.with_score(rule_id, high, highest))
    return ways
