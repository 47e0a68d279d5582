"""What would change my mind: the smallest sets of further answers that turn the result over.

A set of up to three answers to questions that are open changes the result when with it another condition comes first,
or the level of urgency is another one. It is minimal when no part of it does the same. The search is complete: bounds
leave out only sets that cannot reach the goal, and everything else is computed in full.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from calfnb.case import Case
from calfnb.reasoning.combinations import Banned, Change, Space
from calfnb.reasoning.level_search import LevelSearch
from calfnb.reasoning.model import Model
from calfnb.reasoning.outlook import Outlook, open_steps
from calfnb.reasoning.results import MindChanger
from calfnb.reasoning.scoring import weigh

__all__ = ["mind_changers", "minimal_sets"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
#: From sorted candidates to (those that do change the result, what it becomes).
Check = Callable[[Integers], tuple[Integers, list[str]]]

_CHUNK = 512
#: How often one question may appear in the list for one kind of change, and how often one outcome.
_SAME_FINDING, _SAME_OUTCOME = 2, 3


def mind_changers(
    model: Model, case: Case, *, largest: int = 3, limit: int = 8, steps: Sequence[str] | None = None
) -> tuple[MindChanger, ...]:
    """Return the smallest sets of further answers that change the leading condition or the level.

    Parameters
    ----------
    model, case
        The compiled tables and the answers so far.
    largest
        Size of the largest sets looked for (1 to 3). Larger sets are looked for only while fewer than half of
        ``limit`` smaller ones are known.
    limit
        How many sets to return at most, half of them for each kind of change as far as there are so many.
    steps
        Only answers of these steps; by default history and examination, and tests once they are open: the result of
        a scan nearly always changes something, and would crowd out what can be asked now.

    Returns
    -------
    tuple of MindChanger
        ``changes`` is ``leader`` or ``level`` and ``becomes`` the new condition or level; ``probability`` (0-1) is how
        likely these answers are together for this patient. Smaller sets first, then the likelier. Of the sets that
        differ only in options the likeliest is shown, and no question comes up more than twice for one kind.

    Raises
    ------
    ValueError
        If ``largest`` is not 1, 2 or 3.
    """
    if steps is None:
        steps = tuple(dict.fromkeys((*open_steps(model, case.answers), "examination")))
    searches = _searches(model, case, largest, steps, None)
    chosen = {kind: _useful(_until_enough(stages, limit), limit) for kind, stages in searches.items()}
    half = (limit + 1) // 2
    spare = {kind: max(0, half - len(found)) for kind, found in chosen.items()}
    kept = [*chosen["leader"][: half + spare["level"]], *chosen["level"][: half + spare["leader"]]]
    return tuple(sorted(kept, key=_rank)[:limit])


def minimal_sets(
    model: Model,
    case: Case,
    *,
    largest: int = 3,
    steps: Sequence[str] | None = None,
    findings: Collection[str] | None = None,
) -> tuple[MindChanger, ...]:
    """Return every minimal set, nothing left out; meant for few ``findings``, as there can be very many."""
    searches = _searches(model, case, largest, steps, findings)
    found = [changer for stages in searches.values() for stage in stages for changer in stage]
    return tuple(sorted(found, key=_rank))


def _rank(changer: MindChanger) -> tuple[object, ...]:
    return len(changer.answers), -round(changer.probability, 12), changer.changes, changer.answers


def _searches(
    model: Model, case: Case, largest: int, steps: Sequence[str] | None, findings: Collection[str] | None
) -> dict[str, Iterator[Iterator[MindChanger]]]:
    """Return for each kind of change its sets, size after size."""
    if largest not in (1, 2, 3):
        raise ValueError(f"largest must be 1, 2 or 3, not {largest}")
    asked = [
        name
        for name in model.applicable(case.answers)
        if name not in case.answers
        and (steps is None or model.tables.findings[name].step in steps)
        and (findings is None or name in findings)
    ]
    columns = np.array([column for name in asked for column in model.columns_of(name)], dtype=np.int64)
    space = Space(Outlook(model, weigh(model, case)), columns)
    scores = space.score_change(largest)
    leader = _LeaderSearch(space, scores)
    level = LevelSearch(space, scores)
    return {
        "leader": _stages("leader", space, leader.candidates, leader.check, largest),
        "level": _stages("level", space, level.candidates, level.check, largest),
    }


class _LeaderSearch:
    """Sets of answers with which another condition comes first."""

    def __init__(self, space: Space, scores: Change) -> None:
        self.space = space
        self.scores = scores
        self.now: Floats = space.outlook.evidence.log_scores
        self.leader = int(self.now.argmax())

    def candidates(self, size: int, banned: Banned) -> Integers:
        found = []
        for other in range(len(self.now)):
            if other != self.leader:
                gain = self.scores.mapped(lambda part, other=other: part[:, other] - part[:, self.leader])  # type: ignore[misc]
                need = float(self.now[self.leader] - self.now[other])
                found.append(self.space.reaching(gain, need, size, banned))
        return self.space.unique(np.concatenate(found)) if found else np.empty((0, size), dtype=np.int64)

    def check(self, sets: Integers) -> tuple[Integers, list[str]]:
        first = (self.now + self.space.total(self.scores, sets)).argmax(axis=1)
        names = self.space.outlook.model.condition_ids
        changed = first != self.leader
        return sets[changed], [names[i] for i in first[changed]]


def _stages(
    kind: str, space: Space, candidates: Callable[[int, Banned], Integers], check: Check, largest: int
) -> Iterator[Iterator[MindChanger]]:
    """Yield the minimal sets of each size; a size must be used up before the next one is asked for."""
    banned = Banned(np.zeros(space.count, dtype=bool), np.zeros((space.count, space.count), dtype=bool))
    for size in range(1, largest + 1):
        if space.count < size:
            return
        yield _stage(kind, space, candidates(size, banned), check, banned)


def _stage(kind: str, space: Space, candidates: Integers, check: Check, banned: Banned) -> Iterator[MindChanger]:
    """Yield the sets among the candidates that change the result, the likeliest first; ban what was found."""
    candidates = candidates[_allowed(space, candidates)]
    probability = space.plausibility(candidates) if len(candidates) else np.empty(0)
    order = np.argsort(-np.round(probability, 12), kind="stable")
    candidates, probability = candidates[order], probability[order]
    for start in range(0, len(candidates), _CHUNK):
        part = candidates[start : start + _CHUNK]
        chances = dict(zip(map(tuple, part.tolist()), probability[start : start + _CHUNK].tolist(), strict=True))
        sets, becomes = check(part)
        if sets.shape[1] == 1:
            banned.single[sets[:, 0]] = True
        elif sets.shape[1] == 2:
            banned.pair[sets[:, 0], sets[:, 1]] = True
            banned.pair[sets[:, 1], sets[:, 0]] = True
        for row, outcome in zip(sets.tolist(), becomes, strict=True):
            answers = tuple(space.outlook.model.columns[space.columns[place]] for place in row)
            yield MindChanger(answers, kind, outcome, chances[tuple(row)])


def _allowed(space: Space, sets: Integers) -> NDArray[np.bool_]:
    """Tell which sets hold only questions that are still asked once the other answers of the set are there."""
    allowed = np.ones(len(sets), dtype=bool)
    outlook = space.outlook
    model = outlook.model
    conditional = {model.finding_index[name]: logic for name, logic in model.asked_if.items()}
    findings = space.finding[sets]
    for place in np.flatnonzero(np.isin(findings, list(conditional)).any(axis=1)):
        added: dict[str, str] = dict(model.columns[space.columns[column]] for column in sets[place])
        answers: Mapping[str, str] = {**outlook.evidence.case.answers, **added}
        logics = (conditional[finding] for finding in findings[place].tolist() if finding in conditional)
        allowed[place] = all(logic.holds(answers) for logic in logics)
    return allowed


def _until_enough(stages: Iterator[Iterator[MindChanger]], limit: int) -> list[MindChanger]:
    """Collect sets, one for each choice of questions and outcome, until there are enough to choose from."""
    found: list[MindChanger] = []
    seen: set[tuple[object, ...]] = set()
    for stage in stages:
        for changer in stage:
            key = (changer.becomes, *(finding for finding, _ in changer.answers))
            if key not in seen:
                seen.add(key)
                found.append(changer)
            if len(found) >= 4 * limit:
                return found
        if len(found) >= (limit + 1) // 2:
            return found
    return found


def _useful(found: Sequence[MindChanger], limit: int) -> list[MindChanger]:
    """Choose sets that differ from one another; fill up with the others while there is room."""
    chosen: list[MindChanger] = []
    for changer in found:
        names = [finding for finding, _ in changer.answers]
        same_outcome = sum(other.becomes == changer.becomes for other in chosen)
        often = max(sum(name in dict(other.answers) for other in chosen) for name in names)
        if often < _SAME_FINDING and same_outcome < _SAME_OUTCOME:
            chosen.append(changer)
    rest = [changer for changer in found if changer not in chosen]
    for changer in rest:
        names = [finding for finding, _ in changer.answers]
        if len(chosen) < limit and all(sum(n in dict(o.answers) for o in chosen) < _SAME_FINDING for n in names):
            chosen.append(changer)
    return sorted(chosen[:limit], key=_rank)
