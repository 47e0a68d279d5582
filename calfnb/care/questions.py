"""Plain questions about care with their answers, listed by topic or searched by the words of a reader."""

from __future__ import annotations

import math

from calfnb.care.plan import care_tables, is_held_back, known
from calfnb.tables.records import LEVELS, Level
from calfnb.tables.records_care import CareTables, Question

__all__ = ["find_questions", "questions_by_topic"]


def questions_by_topic(
    level: Level = "self_care", *, care: CareTables | None = None
) -> dict[str, tuple[Question, ...]]:
    """Return the questions by topic in the order of the table; answers that invite exercise are left out while held."""
    known(level, LEVELS, "level")
    topics: dict[str, list[Question]] = {}
    for question in care_tables(care).questions.values():
        if not (question.exercise and is_held_back(level)):
            topics.setdefault(question.topic, []).append(question)
    return {topic: tuple(questions) for topic, questions in topics.items()}


def find_questions(
    text: str, level: Level = "self_care", *, count: int = 8, care: CareTables | None = None
) -> tuple[Question, ...]:
    """Search the questions for the words of a reader, the best match first.

    A word counts most in the question, then among its other words, then in the answer, and a word that
    few questions have counts more than one that is in many; endings do not matter. No match gives an
    empty tuple.
    """
    common = frozenset(map(_stem, care_tables(care).tables.text("care.faq.common_words").split()))
    wanted = _words(text) - common
    rows = [question for questions in questions_by_topic(level, care=care).values() for question in questions]
    indexed = [(question, _weights(question)) for question in rows]
    rarity = {word: _rarity(sum(word in weights for _, weights in indexed), len(rows)) for word in wanted}
    scored = [
        (sum(weights.get(word, 0.0) * rarity[word] for word in wanted), place, question)
        for place, (question, weights) in enumerate(indexed)
    ]
    found = sorted((item for item in scored if item[0] > 0), key=lambda item: (-item[0], item[1]))
    return tuple(question for _, _, question in found[:count])


def _weights(question: Question) -> dict[str, float]:
    """Return what a match with each word of a question counts."""
    weights = dict.fromkeys(_words(question.answer), 0.5)
    weights |= dict.fromkeys(_words(" ".join(question.other_words)), 2.5)
    return weights | dict.fromkeys(_words(question.question), 3.0)


def _rarity(having: int, of: int) -> float:
    return math.log((of + 1) / having) + 0.1 if having else 0.0


def _words(text: str) -> frozenset[str]:
    """Return the words of a text without their endings."""
    words = "".join(letter if letter.isalnum() else " " for letter in text.lower()[:500]).split()
    return frozenset(map(_stem, words))


def _stem(word: str) -> str:
    for ending in ("ing", "ies", "es", "ed", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word
