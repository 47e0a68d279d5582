"""The one safety gate that stands before every plan of exercise: warm-up, routine, self-check and programme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from calfnb.tables.records import LEVELS, Level
from calfnb.tables.records_prevention import PreventionTables
from calfnb.tables.records_warmup import PlanSign
from calfnb.warmup.request import Safety, UnansweredError, WarmUpError, read_safety

__all__ = [
    "Gate",
    "UnansweredError",
    "WarmUpError",
    "first_answers",
    "open_questions",
    "pass_gate",
    "safety_gate",
    "sign_level",
]

#: Read in this order, each before anything else; a yes decides before the next one is asked.
_FIRST = ("red_flag", "sudden_sharp", "pain")


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate says: ``pass``, ``stop`` or ``ask``.

    On ``stop`` the sentence, its reason and the level say what to do; ``signs`` are the warning
    signs to show with it, the ticked ones first. On ``ask`` the questions are open.
    """

    decision: str
    rule_id: str = ""
    row_id: str = ""
    sentence: str = ""
    why: str = ""
    level: Level = "self_care"
    signs: tuple[tuple[PlanSign, Level], ...] = ()
    questions: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether a plan may be made."""
        return self.decision == "pass"


def safety_gate(answers: Safety | Mapping[str, object], tables: PreventionTables) -> Gate:
    """Decide whether a plan may be made: a yes stops, an open answer is asked, and only then is the rest looked at.

    Parameters
    ----------
    answers
        The safety answers, or a mapping with their keys, of which ``red_flag``, ``sudden_sharp`` and
        ``pain`` are read first, before anything else in it is even checked.

    Raises
    ------
    WarmUpError
        If an answer cannot be.
    """
    if not isinstance(answers, Safety):
        decided = first_answers(answers, tables)
        if decided is not None:
            return decided
        answers = read_safety(answers, tables)
    signals = answers.signals(tables)
    for index, name in enumerate(_FIRST):
        known = {key: value for key, value in signals.items() if key in _signals_of(_FIRST[: index + 1])}
        stopped = _stop(known | {"urgent": signals["urgent"]}, tables, answers)
        if stopped is not None:
            return stopped
        if _answer(answers, name) is None:
            return Gate("ask", questions=open_questions(answers, tables))
    stopped = _stop(signals, tables, answers)
    if stopped is not None:
        return stopped
    still_open = open_questions(answers, tables)
    return Gate("ask", questions=still_open) if still_open else Gate("pass")


def pass_gate(answers: Safety | Mapping[str, object], tables: PreventionTables) -> Gate:
    """Return the gate when it stops or passes; open questions raise `UnansweredError`."""
    gate = safety_gate(answers, tables)
    if gate.decision == "ask":
        raise UnansweredError(gate.questions, tables)
    return gate


def open_questions(answers: Safety, tables: PreventionTables) -> tuple[str, ...]:
    """Return the safety questions that still have to be answered, in the order of the form."""
    signals = answers.signals(tables)
    found = []
    for question in sorted(tables.questions.values(), key=lambda row: row.order):
        if not question.safety or not tables.expression(question.asked_if).holds(signals):
            continue
        name = question.question_id
        if _answer(answers, name) is None:
            found.append(name)
    return tuple(found)


def sign_level(sign: PlanSign, tables: PreventionTables) -> Level:
    """Return the most urgent level of the red flags behind a warning sign."""
    levels = [tables.tables.red_flags[flag_id].level for flag_id in sign.flag_ids]
    return max(levels, key=LEVELS.index)


def first_answers(answers: Mapping[str, object], tables: PreventionTables) -> Gate | None:
    """Look at the first three answers of a mapping in their order; None when none of them stops or is open."""
    seen: dict[str, object] = {"signs": answers.get("signs")}
    for name in _FIRST:
        seen[name] = answers.get(name)
        safety = read_safety(seen, tables)
        if _answer(safety, name) is None:
            return Gate("ask", questions=tuple(first for first in _FIRST if answers.get(first) is None))
        # The limit of the cause is not known here, so only the pain above every limit stops.
        wanted = _signals_of(_FIRST) - {"pain_over_limit"}
        signals = {key: value for key, value in safety.signals(tables).items() if key in wanted}
        stopped = _stop(signals, tables, safety)
        if stopped is not None:
            return stopped
    return None


def _answer(safety: Safety, name: str) -> object:
    return safety.flagged if name == "red_flag" else getattr(safety, name, None)


def _signals_of(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(names) | ({"pain_band", "pain_over_limit"} if "pain" in names else frozenset())


def _stop(signals: Mapping[str, str], tables: PreventionTables, answers: Safety) -> Gate | None:
    for rule, expression in tables.rules_of("stop"):
        if expression.holds(signals):
            shown: tuple[tuple[PlanSign, Level], ...] = ()
            level: Level = rule.level or "routine"
            if signals.get("red_flag") == "yes":
                shown = _signs(answers, tables)
                ticked = [reached for sign, reached in shown if sign.sign_id in answers.signs]
                level = max(ticked or [level], key=LEVELS.index)
            elif answers.level is not None:
                level = max(level, answers.level, key=LEVELS.index)
            return Gate("stop", rule.rule_id, rule.row_id, rule.sentence, rule.why, level, shown)
    return None


def _signs(answers: Safety, tables: PreventionTables) -> tuple[tuple[PlanSign, Level], ...]:
    rows = [(sign, sign_level(sign, tables)) for sign in tables.signs.values()]
    return tuple(
        sorted(rows, key=lambda row: (row[0].sign_id not in answers.signs, -LEVELS.index(row[1]), row[0].order))
    )
