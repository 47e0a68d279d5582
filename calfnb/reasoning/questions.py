"""What to ask next: the questions that tell most and protect most for the least effort.

Every unanswered finding that may be asked is tried with each of its options. Two things count: how much the answer is
expected to lower the uncertainty over the conditions, and how likely it is to move the level of urgency or to clear a
can't-miss condition that stands open only because little was asked. Both are divided by what the finding costs to
obtain. Questions of the red-flag screen that were not judged yet come before all others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from calfnb.case import Case
from calfnb.reasoning.model import Model
from calfnb.reasoning.outlook import LogicState, Outlook, open_steps
from calfnb.reasoning.results import NextQuestion, Triage
from calfnb.reasoning.scoring import Evidence, weigh
from calfnb.reasoning.triage import triage
from calfnb.tables.records import LEVELS

__all__ = ["HARM_OF_LEVEL", "QuestionsOnDemand", "next_questions"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: How much harm it may do to miss a level, 0-1; a judgement, used only to order questions.
HARM_OF_LEVEL = {"self_care": 0.0, "routine": 0.1, "within_days": 0.35, "same_day": 0.7, "emergency_now": 1.0}
#: Bits of information that are worth as much as avoiding the whole harm of an emergency.
_HARM_IN_BITS = 3.0
#: Clearing one of several open warnings counts this share of moving the level itself.
_CLEARING_SHARE = 0.5
#: Divergence between two conditions, weighted by how likely both are, from which a question is said to separate them.
_SEPARATES = 0.02
#: Conditions looked at when saying what a question separates.
_PLAUSIBLE = 6


@dataclass(frozen=True, slots=True)
class _Effect:
    """What the answers to one question may do: probability-weighted harm, and which conditions are concerned."""

    harm: float
    clears: str
    raises: str
    level: int


@dataclass(frozen=True, slots=True)
class _OptionEffect:
    """What one answer would lead to."""

    chance: float
    level: int
    state: LogicState
    standing: NDArray[np.bool_]
    cautious: Floats


class QuestionsOnDemand(Sequence[NextQuestion]):
    """The next questions of a case, worked out when they are first read; equal to the tuple of them."""

    def __init__(self, work_out: Callable[[], tuple[NextQuestion, ...]]) -> None:
        self._work_out = work_out

    @cached_property
    def _questions(self) -> tuple[NextQuestion, ...]:
        return self._work_out()

    @overload
    def __getitem__(self, index: int) -> NextQuestion: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[NextQuestion, ...]: ...
    def __getitem__(self, index: int | slice) -> NextQuestion | tuple[NextQuestion, ...]:
        return self._questions[index]

    def __len__(self) -> int:
        return len(self._questions)

    def __eq__(self, other: object) -> bool:
        return self._questions == (other._questions if isinstance(other, QuestionsOnDemand) else other)

    def __hash__(self) -> int:
        return hash(self._questions)

    def __repr__(self) -> str:
        return repr(self._questions)

    def __reduce__(self) -> tuple[type[tuple[NextQuestion, ...]], tuple[tuple[NextQuestion, ...]]]:
        return tuple, (self._questions,)


def next_questions(
    model: Model,
    case: Case,
    *,
    count: int = 5,
    steps: Sequence[str] | None = None,
    leave_out: Collection[str] = (),
    evidence: Evidence | None = None,
    urgency: Triage | None = None,
) -> tuple[NextQuestion, ...]:
    """Return the questions most worth asking next, the best first.

    Parameters
    ----------
    model, case
        The compiled tables and the answers so far.
    count
        How many questions to return at most.
    steps
        Only findings of these steps (``red_flags``, ``where``, ``story``, ``examination``, ``tests``); by default the
        steps that are open: examination and tests open only after the history.
    leave_out
        Findings that are not to be suggested.
    evidence, urgency
        What `scoring.weigh` and `triage.triage` said about this case, if it is at hand.

    Returns
    -------
    tuple of NextQuestion
        Ordered by: not yet judged questions of the red-flag screen first, then ``value``, then the order of the
        tables. ``information_bits`` 0 means that no answer is expected to lower the uncertainty.
    """
    evidence = weigh(model, case) if evidence is None else evidence
    urgency = triage(model, evidence) if urgency is None else urgency
    allowed = frozenset(open_steps(model, case.answers) if steps is None else steps)
    asked = [
        name
        for name in model.applicable(case.answers)
        if name not in leave_out and _may_ask(model, case, name, allowed)
    ]
    if not asked or count <= 0:
        return ()
    outlook = Outlook(model, evidence)
    columns = np.concatenate([np.arange(*_span(model, name)) for name in asked])
    owner = np.repeat(np.arange(len(asked)), [len(model.columns_of(name)) for name in asked])
    chance = _chances(model, evidence, columns, owner)
    after = _softmax(evidence.log_scores + outlook.score_changes(columns))
    information = _information(evidence.probabilities, after, chance, owner)
    effects = _effects(outlook, urgency, asked, columns, after, chance)
    costs = np.array([model.tables.tiers[model.tables.findings[name].tier].cost for name in asked])
    value = (information + _HARM_IN_BITS * np.array([effect.harm for effect in effects])) / costs
    screen = np.array([model.tables.findings[name].in_screen for name in asked])
    # Rounded, so that the last bit of a sum cannot decide between equal questions.
    order = np.lexsort((np.arange(len(asked)), -np.round(value, 9), ~screen))[:count]
    return tuple(
        _question(model, evidence, asked[i], float(information[i]), effects[i], float(value[i])) for i in order
    )


def _may_ask(model: Model, case: Case, finding_id: str, steps: Collection[str]) -> bool:
    return finding_id not in case.answers and model.tables.findings[finding_id].step in steps


def _span(model: Model, finding_id: str) -> tuple[int, int]:
    columns = model.columns_of(finding_id)
    return columns.start, columns.stop


def _chances(model: Model, evidence: Evidence, columns: Integers, owner: Integers) -> Floats:
    """Return how likely each answer is for this patient, 0-1, summing to 1 over the options of a question."""
    chance: Floats = np.exp(model.log_profile[columns]) @ evidence.probabilities
    totals = np.zeros(int(owner.max()) + 1)
    np.add.at(totals, owner, chance)
    chance /= totals[owner]
    return chance


def _information(before: Floats, after: Floats, chance: Floats, owner: Integers) -> Floats:
    """Return the expected drop of uncertainty over the conditions, in bits, at least 0, one number a question."""
    expected = np.zeros(int(owner.max()) + 1)
    np.add.at(expected, owner, chance * _entropy(after))
    gained: Floats = np.maximum(_entropy(before[None, :])[0] - expected, 0.0)
    return gained


def _entropy(probabilities: Floats) -> Floats:
    logs = np.log2(np.maximum(probabilities, 1e-300))
    result: Floats = -(probabilities * logs).sum(axis=1)
    return result


def _softmax(scores: Floats) -> Floats:
    result: Floats = np.exp(scores - scores.max(axis=1, keepdims=True))
    result /= result.sum(axis=1, keepdims=True)
    return result


def _effects(
    outlook: Outlook, urgency: Triage, asked: Sequence[str], columns: Integers, after: Floats, chance: Floats
) -> list[_Effect]:
    """Work out for every question how its answers would move the level or clear an open warning."""
    single = outlook.single_answers(columns, after)
    warnings = _open_warnings(outlook, urgency)
    level = LEVELS.index(urgency.level)
    telling = single.level != level
    for rows in warnings.values():
        telling |= ~single.standing[:, rows].any(axis=1)
    nothing = _Effect(0.0, "", "", level)
    effects, start = [], 0
    for finding_id in asked:
        span = slice(start, start + len(outlook.model.columns_of(finding_id)))
        start = span.stop
        if not telling[span].any():
            effects.append(nothing)
            continue
        parts = zip(
            chance[span].tolist(), single.level[span].tolist(), single.state[span],
            single.standing[span], single.cautious[span], strict=True,
        )  # fmt: skip
        effects.append(_combined(outlook, level, warnings, [_OptionEffect(*part) for part in parts]))
    return effects


def _open_warnings(outlook: Outlook, urgency: Triage) -> dict[tuple[str, str], NDArray[np.bool_]]:
    """Return the can't-miss warnings that stand only because little was asked, each with the rows that carry it."""
    rows = [row for row, _ in outlook.index.rules.thresholds]
    warnings = [
        (reason.condition_id, reason.level)
        for reason in urgency.reasons
        if reason.kind == "threshold" and reason.cleared_by
    ]
    return {key: np.array([(row.condition_id, row.level) == key for row in rows]) for key in warnings}


def _combined(
    outlook: Outlook, level: int, warnings: dict[tuple[str, str], NDArray[np.bool_]], options: Sequence[_OptionEffect]
) -> _Effect:
    """Put the effects of all answers to one question together."""
    harm, clears, raises, highest, likeliest = 0.0, "", "", level, 0.0
    for option in options:
        cleared = [key for key, rows in warnings.items() if not (option.standing & rows).any()]
        if option.level != level:
            harm += option.chance * HARM_OF_LEVEL[LEVELS[max(option.level, level)]]
        elif cleared:
            harm += option.chance * _CLEARING_SHARE * max(HARM_OF_LEVEL[key[1]] for key in cleared)
        if option.level <= level and cleared and option.chance > likeliest:
            clears, likeliest = cleared[0][0], option.chance
        if option.level > highest:
            raises, highest = _raised_by(outlook, option), option.level
    return _Effect(harm, clears, raises, highest)


def _raised_by(outlook: Outlook, option: _OptionEffect) -> str:
    """Return the condition suspected by what raises the level, or "" when nothing names one."""
    rules, conditions = outlook.index.rules, outlook.model.condition_index
    for number in sorted(option.state.flags - outlook.now.flags):
        suspected = rules.flags[number][0].suspected
        if outlook.index.flag_levels[number] == option.level and suspected in conditions:
            return suspected
    places = {int(index): place for place, index in enumerate(outlook.threshold_conditions)}
    raised = []
    for row_number in np.flatnonzero(option.standing):
        row = rules.thresholds[row_number][0]
        if LEVELS.index(row.level) == option.level:
            raised.append((option.cautious[places[conditions[row.condition_id]]] / row.probability, row.condition_id))
    return max(raised)[1] if raised else ""


def _question(
    model: Model, evidence: Evidence, finding_id: str, information: float, effect: _Effect, value: float
) -> NextQuestion:
    pair = _separated(model, evidence, finding_id)
    concerned = [name for name in (*pair, effect.clears, effect.raises) if name]
    return NextQuestion(
        finding_id=finding_id,
        information_bits=information,
        harm_avoided=min(effect.harm, 1.0),
        value=value,
        sentence=_sentence(model, finding_id, pair, effect),
        about=tuple(dict.fromkeys(concerned)),
    )


def _separated(model: Model, evidence: Evidence, finding_id: str) -> tuple[str, ...]:
    """Return the two plausible conditions that this question tells apart best, the likelier one first, or nothing."""
    likely = np.argsort(-evidence.probabilities, kind="stable")[:_PLAUSIBLE]
    logs = model.log_profile[slice(*_span(model, finding_id))][:, likely]
    gap = logs[:, :, None] - logs[:, None, :]
    divergence = ((np.exp(logs)[:, :, None] - np.exp(logs)[:, None, :]) * gap).sum(axis=0)
    share = np.sqrt(evidence.probabilities[likely])
    weighted = np.triu(divergence * share[:, None] * share[None, :], 1)
    first, second = np.unravel_index(int(weighted.argmax()), weighted.shape)
    if weighted[first, second] < _SEPARATES:
        return ()
    return model.condition_ids[likely[first]], model.condition_ids[likely[second]]


def _sentence(model: Model, finding_id: str, pair: Sequence[str], effect: _Effect) -> str:
    """Say in plain words why the question is asked; the sentences stand in the text table under ``reason.``."""
    tables = model.tables
    places: dict[str, object] = {}
    parts = []
    if tables.findings[finding_id].in_screen:
        parts.append("screen")
    elif pair:
        parts.append("separates")
    if pair:
        first, second = (tables.conditions[name].short_name for name in pair)
        places |= {"first": first, "second": second}
    if effect.clears:
        parts.append("clears")
        places["condition"] = tables.conditions[effect.clears].short_name
    elif effect.raises:
        parts.append("raises")
        places |= {
            "condition": tables.conditions[effect.raises].short_name,
            "level": tables.text(f"reason.level.{LEVELS[effect.level]}"),
        }
    elif effect.harm > 0 and effect.level > 0 and "screen" not in parts:
        parts.append("level")
    return tables.text("reason." + "_and_".join(parts or ["context"]), **places)
