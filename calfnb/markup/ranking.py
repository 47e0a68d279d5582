"""The ranked list: three cards with ten runners each, the rest folded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from calfnb.markup.explain import explanation_table, for_and_against
from calfnb.markup.html import Html, join, table, tag
from calfnb.markup.icons import level_shape, runner_array
from calfnb.markup.triage import suspected_first
from calfnb.markup.words import band_words, condition_name, frequency_words, level_words, share_words, short_name
from calfnb.reasoning.results import Assessment, Explanation, RankedCondition
from calfnb.tables.records import Tables

__all__ = ["cause_rows", "ranking_list"]

_CARDS = 3


def ranking_list(
    assessment: Assessment,
    tables: Tables,
    *,
    changed: frozenset[str] = frozenset(),
    explanations: Mapping[str, Explanation] | None = None,
    opened: frozenset[str] | None = None,
) -> Html:
    """Three leading conditions as cards, the others folded under "less likely, not excluded".

    Parameters
    ----------
    changed
        Ids of conditions whose place or count differs from what was shown before; they carry
        the class ``cn-changed`` for a moment.
    explanations
        What speaks for and against, by condition; a card without one shows no such lines.
    opened
        Ids of conditions whose whole table is wanted; a card of another one holds its place until it is opened.
        None for all: the right choice where nobody answers, such as on paper.
    """
    held = assessment.triage.level == "emergency_now"
    cards = tag(
        "ol",
        join(
            _card(place, ranked, assessment, tables, changed, (explanations or {}).get(ranked.condition_id), opened)
            for place, ranked in enumerate(assessment.ranking[:_CARDS], start=1)
        ),
        class_="cn-cards",
    )
    body = join(
        (
            None if assessment.enough_to_tell else _not_enough(assessment, tables),
            cards,
            tag("p", tables.text("markup.ranking.legend"), class_="cn-legend"),
            _rest(assessment.ranking[_CARDS:], tables, changed),
        )
    )
    if held:
        body = _held(body, assessment, tables)
    state = " cn-ranking--held" if held else "" if assessment.enough_to_tell else " cn-ranking--open"
    return tag("div", body, class_=f"cn-ranking{state}", role="group", aria_label=tables.text("markup.ranking.title"))


def _held(body: Html, assessment: Assessment, tables: Tables) -> Html:
    suspect = suspected_first(assessment.triage, tables)
    return join(
        (
            tag(
                "div",
                tag("p", tables.text("markup.held.title"), class_="cn-held__title"),
                tag("p", level_shape("emergency_now", size="small"), tag("strong", suspect), class_="cn-held__suspect")
                if suspect
                else None,
                tag("p", tables.text("markup.held.why")),
                class_="cn-held cn-level--emergency_now",
            ),
            tag(
                "details",
                tag("summary", tables.text("markup.held.show")),
                tag("div", body, class_="cn-held__list"),
                class_="cn-fold",
                data_key="ranking-held",
            ),
        )
    )


def _not_enough(assessment: Assessment, tables: Tables) -> Html:
    reason = assessment.enough_reason
    words = tables.text(reason) if reason in tables.messages else reason
    return tag(
        "div",
        tag("p", tables.text("markup.not_enough.title"), class_="cn-not-enough__title"),
        tag("p", words) if words else None,
        tag("p", tables.text("markup.not_enough.reading"), class_="cn-quiet"),
        class_="cn-not-enough",
    )


def _card(
    place: int,
    ranked: RankedCondition,
    assessment: Assessment,
    tables: Tables,
    changed: frozenset[str],
    explanation: Explanation | None,
    opened: frozenset[str] | None,
) -> Html:
    condition_id = ranked.condition_id
    mark = " cn-changed" if condition_id in changed else ""
    return tag(
        "li",
        tag(
            "div",
            tag("span", str(place), class_="cn-card__place", aria_hidden="true"),
            tag("p", condition_name(condition_id, tables), class_="cn-card__name"),
            tag("span", band_words(ranked.band, tables), class_=f"cn-band cn-band--{ranked.band}"),
            class_="cn-card__head",
        ),
        runner_array(ranked.frequency),
        tag("p", frequency_words(ranked.frequency, tables), class_="cn-card__words"),
        tag(
            "p",
            share_words(ranked.first_share, tables, key="markup.ranking.first"),
            _urgent_mark(condition_id, tables),
            class_="cn-card__stable",
        ),
        for_and_against(explanation, tables) if explanation else None,
        _whole_table(explanation, assessment, tables, shown=opened is None or condition_id in opened)
        if explanation
        else None,
        class_=f"cn-card{mark}",
        data_condition=condition_id,
    )


def _whole_table(explanation: Explanation, assessment: Assessment, tables: Tables, *, shown: bool) -> Html:
    condition_id = explanation.condition_id
    waiting = tag("p", tables.text("markup.ranking.opening"), class_="cn-quiet")
    return tag(
        "details",
        tag("summary", tables.text("markup.ranking.all", condition=short_name(condition_id, tables))),
        explanation_table(explanation, assessment, tables) if shown else waiting,
        class_="cn-fold",
        data_key=f"card-{condition_id}",
        data_part=f"card-{condition_id}",
    )


def _urgent_mark(condition_id: str, tables: Tables) -> Html | None:
    condition = tables.conditions.get(condition_id)
    if condition is None or not condition.cant_miss:
        return None
    words = tables.text("markup.ranking.cant_miss", level=level_words(condition.urgency, tables))
    return tag("span", level_shape(condition.urgency, size="tiny"), tag("span", words), class_="cn-cant-miss")


def _rest(ranking: Sequence[RankedCondition], tables: Tables, changed: frozenset[str]) -> Html | None:
    if not ranking:
        return None
    rows = join(
        tag(
            "tr",
            tag("th", condition_name(item.condition_id, tables), scope="row"),
            tag("td", frequency_words(item.frequency, tables)),
            tag("td", _urgent_mark(item.condition_id, tables) or band_words(item.band, tables)),
            class_="cn-changed" if item.condition_id in changed else None,
            data_condition=item.condition_id,
        )
        for item in ranking
    )
    head = [tables.text(f"markup.rest.column.{name}") for name in ("condition", "frequency", "note")]
    return tag(
        "details",
        tag("summary", tables.text("markup.rest.title", count=len(ranking))),
        table(tables.text("markup.rest.caption"), head, rows, class_="cn-table cn-rest", seen=False),
        class_="cn-fold",
        data_key="ranking-rest",
    )


def cause_rows(causes: Sequence[RankedCondition], tables: Tables) -> Html:
    """Return the rows of a printed table: each cause, how often it fits, and its band."""
    return join(
        tag(
            "tr",
            tag("th", condition_name(cause.condition_id, tables), scope="row"),
            tag("td", frequency_words(cause.frequency, tables)),
            tag("td", band_words(cause.band, tables)),
        )
        for cause in causes
    )
