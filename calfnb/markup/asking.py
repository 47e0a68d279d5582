"""Why a question is asked next, and which answers would change the picture."""

from __future__ import annotations

from collections.abc import Sequence

from calfnb.markup.html import Html, join, tag
from calfnb.markup.icons import level_shape
from calfnb.markup.words import (
    answer_words,
    capitalised,
    condition_name,
    level_words,
    list_words,
    question_words,
    share_words,
    short_name,
)
from calfnb.reasoning.results import Assessment, MindChanger, NextQuestion
from calfnb.tables.records import LEVELS, Tables

__all__ = ["ask_button", "mind_changers_list", "next_question_reason", "next_questions_list"]

#: So many sets of answers are listed; the rest is folded.
_CHANGERS = 4


def next_question_reason(next_question: NextQuestion, tables: Tables) -> Html:
    """Say why this question is asked now and which conditions it helps to tell apart."""
    about = [short_name(condition_id, tables) for condition_id in next_question.about]
    return tag(
        "div",
        tag("p", tag("strong", tables.text("markup.next.why")), " ", next_question.sentence),
        tag("p", tables.text("markup.next.about", conditions=list_words(about, tables)), class_="cn-quiet")
        if about
        else None,
        class_="cn-next-why",
    )


def next_questions_list(assessment: Assessment, tables: Tables, *, count: int = 3) -> Html:
    """List the questions most worth asking next, each with its reason."""
    if not assessment.next_questions:
        return tag("p", tables.text("markup.next.none"), class_="cn-quiet")
    items = join(
        tag(
            "li",
            tag("p", ask_button(item.finding_id, question_words(item.finding_id, tables)), class_="cn-next__question"),
            tag("p", item.sentence, class_="cn-next__why"),
            data_finding=item.finding_id,
        )
        for item in assessment.next_questions[:count]
    )
    return tag("ol", items, class_="cn-next")


def ask_button(finding_id: str, words: str) -> Html:
    """Words that lead to their question; a page that does not listen shows plain words."""
    return tag(
        "button",
        words,
        type="button",
        class_="cn-ask",
        data_action="ask",
        data_finding=finding_id,
        data_jump="cnw-form",
    )


def mind_changers_list(changers: Sequence[MindChanger], assessment: Assessment, tables: Tables) -> Html:
    """Smallest sets of further answers that would change the leader or the level."""
    if not changers:
        return tag("p", tables.text("markup.changers.none"), class_="cn-quiet")
    now = short_name(assessment.ranking[0].condition_id, tables) if assessment.ranking else ""
    items = [_changer(item, assessment, tables) for item in changers]
    shown, rest = items[:_CHANGERS], items[_CHANGERS:]
    folded = tag(
        "details",
        tag("summary", tables.text("markup.changers.more", count=len(rest))),
        tag("ul", join(rest), class_="cn-changers"),
        class_="cn-fold",
        data_key="changers-rest",
    )
    return tag(
        "div",
        tag("p", tables.text("markup.changers.title", condition=now), class_="cn-loose__title"),
        tag("ul", join(shown), class_="cn-changers"),
        folded if rest else None,
        class_="cn-changers-block",
    )


def _changer(item: MindChanger, assessment: Assessment, tables: Tables) -> Html:
    answers = join(
        tag("li", ask_button(finding_id, capitalised(answer_words(finding_id, option_id, tables))))
        for finding_id, option_id in item.answers
    )
    if item.becomes in LEVELS:
        rises = LEVELS.index(item.becomes) > LEVELS.index(assessment.triage.level)
        key = "markup.changers.level_up" if rises else "markup.changers.level_down"
        outcome = join(
            (
                level_shape(item.becomes, size="small"),
                tag("span", tables.text(key), " ", tag("strong", level_words(item.becomes, tables))),
            )
        )
    else:
        outcome = tag(
            "span", tables.text("markup.changers.leader"), " ", tag("strong", condition_name(item.becomes, tables))
        )
    return tag(
        "li",
        tag("ul", answers, class_="cn-changers__answers", aria_label=tables.text("markup.changers.if")),
        tag("p", outcome, class_="cn-changers__then"),
        tag("p", share_words(item.probability, tables, key="markup.changers.chance"), class_="cn-quiet"),
        class_="cn-changers__item",
    )
