"""Why a condition stands where it stands: signed bars that are a table, and what is left unexplained."""

from __future__ import annotations

from collections.abc import Mapping

from calfnb.markup.html import Html, join, tag
from calfnb.markup.notes import source_note
from calfnb.markup.words import (
    answer_words,
    count_of_hundred,
    finding_words,
    given_words,
    list_words,
    odds_words,
    profiles_of,
    round_to_sum,
    short_name,
)
from calfnb.reasoning.results import Assessment, Contribution, Explanation
from calfnb.tables.records import Profile, Tables

__all__ = ["explanation_table", "for_and_against", "strongest", "unexplained_note"]

#: Contributions smaller than this (log-odds) say nothing either way and are not called for or against.
_SILENT = 0.05


def strongest(explanation: Explanation) -> tuple[Contribution | None, Contribution | None]:
    """Return the strongest contribution for and the strongest against, or None where there is none."""
    speaks_for = [item for item in explanation.contributions if item.log_odds > _SILENT]
    against = [item for item in explanation.contributions if item.log_odds < -_SILENT]
    return (
        max(speaks_for, key=lambda item: item.log_odds, default=None),
        min(against, key=lambda item: item.log_odds, default=None),
    )


def for_and_against(explanation: Explanation, tables: Tables) -> Html | None:
    """One line for and one line against; each says so when there is nothing, and None when there is neither."""
    speaks_for, against = strongest(explanation)
    if speaks_for is None and against is None:
        return None
    return tag(
        "dl",
        _side("for", speaks_for, tables),
        _side("against", against, tables),
        class_="cn-sides",
    )


def _side(side: str, item: Contribution | None, tables: Tables) -> Html:
    words = answer_words(item.finding_id, item.option_id, tables) if item else tables.text(f"markup.side.{side}.none")
    strength = tag("span", odds_words(item.log_odds, tables), class_="cn-sides__odds") if item else None
    return tag(
        "div",
        tag("dt", tag("span", "+" if side == "for" else "−", class_="cn-sign", aria_hidden="true"),
            tag("span", tables.text(f"markup.side.{side}"))),
        tag("dd", words, " ", strength, class_=None if item else "cn-quiet"),
        class_=f"cn-sides__row cn-sides__row--{side}",
    )  # fmt: skip


def explanation_table(explanation: Explanation, assessment: Assessment, tables: Tables) -> Html:
    """Signed bars from the pretest to the posttest log-odds, as one table that is its own twin.

    The shown figures are rounded together, so that they add up to the shown result.
    """
    contributions = sorted(explanation.contributions, key=lambda item: -abs(item.log_odds))
    shown = round_to_sum([explanation.pretest_log_odds, *(item.log_odds for item in contributions)])
    reach = max((abs(item.log_odds) for item in contributions), default=1.0) or 1.0
    setting = tables.settings.get(assessment.setting)
    profiles = profiles_of(explanation.condition_id, tables)
    rows = [
        tag(
            "tr",
            tag("th", tables.text("markup.explain.start"), scope="row"),
            tag("td", tables.text("markup.explain.start_why", setting=setting.name if setting else "")),
            _number(shown[0], signed=False),
            class_="cn-why__start",
        )
    ]
    rows += [
        _contribution_row(item, number, reach, _number_behind(item, explanation.condition_id, profiles, tables), tables)
        for item, number in zip(contributions, shown[1:], strict=True)
    ]
    total = tag(
        "tr",
        tag("th", tables.text("markup.explain.total"), scope="row"),
        tag("td", tables.text("markup.explain.total_why")),
        _number(sum(shown), signed=False),
        class_="cn-why__total",
    )
    caption = tables.text("markup.explain.caption", condition=short_name(explanation.condition_id, tables))
    head = tag(
        "tr",
        *(tag("th", tables.text(f"markup.explain.column.{name}"), scope="col") for name in ("answer", "effect", "log")),
    )
    return tag(
        "div",
        tag(
            "table",
            tag("caption", caption),
            tag("thead", head),
            tag("tbody", join(rows)),
            tag("tfoot", total),
            class_="cn-why",
        ),
        tag("p", tables.text("markup.explain.note"), class_="cn-quiet"),
        _expected(explanation, assessment, tables),
        class_="cn-why-block",
    )


def _contribution_row(item: Contribution, number: float, reach: float, behind: Html, tables: Tables) -> Html:
    side = "for" if item.log_odds > _SILENT else "against" if item.log_odds < -_SILENT else "silent"
    width = f"--cn-bar:{abs(item.log_odds) / reach:.3f}"
    bar = tag(
        "span",
        tag("span", class_=f"cn-bar__fill cn-bar__fill--{side}", style=width),
        class_="cn-bar",
        aria_hidden="true",
    )
    damped = tables.text("markup.explain.damped") if item.weight < 0.995 else ""
    return tag(
        "tr",
        tag(
            "th",
            tag("span", answer_words(item.finding_id, item.option_id, tables)),
            behind,
            scope="row",
        ),
        tag(
            "td",
            bar,
            tag(
                "span",
                tables.text(f"markup.side.{side}.lead"),
                " ",
                odds_words(item.log_odds, tables),
                class_="cn-why__words",
            ),
            tag("span", damped, class_="cn-why__damped") if damped else None,
        ),
        _number(number),
        class_=f"cn-why__row cn-why__row--{side}",
    )


def _number(value: float, *, signed: bool = True) -> Html:
    value = 0.0 if abs(value) < 0.05 else value
    sign = "−" if value < 0 else "+" if signed and value > 0 else ""
    return tag("td", f"{sign}{abs(value):.1f}", class_="cn-why__number")


def _number_behind(
    item: Contribution, condition_id: str, profiles: Mapping[tuple[str, str], Profile], tables: Tables
) -> Html:
    """Fold away how often this answer is given with the condition, and where that number is from."""
    # The row of "yes" stands for "no" as well.
    row = profiles.get((item.finding_id, "yes" if item.option_id == "no" else item.option_id))
    name = short_name(condition_id, tables)
    if row is None:
        body = join((tag("p", tables.text("markup.explain.background", condition=name)),))
    else:
        flip = item.option_id == "no" and row.option_id == "yes"
        middle, low, high = row.probability, row.low, row.high
        if flip:
            middle, low, high = 1 - middle, 1 - high, 1 - low
        sentence = tables.text(
            "markup.explain.behind",
            condition=name,
            count=count_of_hundred(middle),
            low=count_of_hundred(low),
            high=count_of_hundred(high),
        )
        source = tables.sources.get(row.source_id)
        body = join((tag("p", sentence), source_note(row.basis, source, tables, note=row.note)))
    return tag(
        "details",
        tag("summary", tables.text("markup.explain.where_from"), class_="cn-why__more"),
        tag("div", body, class_="cn-source__body"),
        class_="cn-source",
        data_key=f"why-{condition_id}-{item.finding_id}",
    )


def _expected(explanation: Explanation, assessment: Assessment, tables: Tables) -> Html | None:
    parts = []
    if explanation.unexplained:
        words = [given_words(name, assessment.answers, tables) for name in explanation.unexplained]
        parts.append(tag("li", tables.text("markup.unexplained.by_this", findings=list_words(words, tables))))
    if explanation.expected_absent:
        words = [finding_words(name.partition("=")[0], tables) for name in explanation.expected_absent]
        parts.append(tag("li", tables.text("markup.expected.by_this", findings=list_words(words, tables))))
    return tag("ul", join(parts), class_="cn-loose") if parts else None


def unexplained_note(assessment: Assessment, tables: Tables) -> Html:
    """What the leading condition leaves open, and what it usually shows but does not here."""
    if not assessment.ranking:
        return tag("p", tables.text("markup.unexplained.none"), class_="cn-quiet")
    leader = short_name(assessment.ranking[0].condition_id, tables)
    blocks = []
    if assessment.unexplained:
        blocks.append(tag("p", tables.text("markup.unexplained.title", condition=leader), class_="cn-loose__title"))
        words = (tag("li", given_words(name, assessment.answers, tables)) for name in assessment.unexplained)
        blocks.append(tag("ul", join(words), class_="cn-loose"))
    if assessment.expected_absent:
        blocks.append(tag("p", tables.text("markup.expected.title", condition=leader), class_="cn-loose__title"))
        words = (tag("li", finding_words(name.partition("=")[0], tables)) for name in assessment.expected_absent)
        blocks.append(tag("ul", join(words), class_="cn-loose"))
    if not blocks:
        blocks.append(tag("p", tables.text("markup.unexplained.none"), class_="cn-quiet"))
    blocks.append(tag("p", tables.text("markup.unexplained.coexist"), class_="cn-quiet"))
    return tag("div", join(blocks), class_="cn-unexplained")
