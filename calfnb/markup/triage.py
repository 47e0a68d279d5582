"""The triage banner, its one-line form, and what has not been asked or cleared."""

from __future__ import annotations

from collections.abc import Mapping

from calfnb.markup.asking import ask_button
from calfnb.markup.html import Html, join, tag
from calfnb.markup.icons import level_shape
from calfnb.markup.notes import source_note
from calfnb.markup.words import (
    answer_words,
    capitalised,
    condition_name,
    finding_words,
    frequency_words,
    given_words,
    level_words,
    list_words,
    question_words,
    short_name,
)
from calfnb.reasoning.results import Assessment, ClearingQuestion, FlagNotJudged, Triage, TriageReason
from calfnb.tables.records import LEVELS, Level, Tables

__all__ = ["HELD_LEVELS", "not_cleared_list", "not_judged_list", "suspected_first", "triage_banner", "triage_line"]

#: From these levels on, exercise, stretching and return to running are held back.
HELD_LEVELS = frozenset({"same_day", "emergency_now"})

#: So many questions of one flag are named; the rest is counted.
_ASKED = 3

#: So many flags of one level are listed; the rest is folded.
_FLAGS = 5


def triage_banner(assessment: Assessment, tables: Tables, *, changed: bool = False) -> Html:
    """Show level (word, shape and colour), where and when to go, and every reason.

    Parameters
    ----------
    changed
        True when the level is not the one shown before: the banner is marked for a moment.
    """
    triage = assessment.triage
    level = triage.level
    head = tag(
        "div",
        level_shape(level),
        tag(
            "div",
            tag("p", tables.text("markup.triage.title"), class_="cn-triage__eyebrow"),
            tag("p", level_words(level, tables), class_="cn-triage__level"),
            class_="cn-triage__words",
        ),
        class_="cn-triage__head",
    )
    top = [reason for reason in triage.reasons if reason.level == level]
    rest = [reason for reason in triage.reasons if reason.level != level]
    body = tag(
        "div",
        tag("p", tables.text(f"markup.level.{level}.where"), class_="cn-triage__where"),
        tag("p", tables.text("markup.triage.provisional"), class_="cn-triage__provisional")
        if triage.provisional
        else None,
        _first_reason(top[0], assessment.answers, tables) if top else tag("p", tables.text("markup.triage.nothing")),
        _more_reasons(top[1:] + rest, assessment.answers, tables),
        tag("p", tables.text("markup.triage.held"), class_="cn-triage__held") if level in HELD_LEVELS else None,
        class_="cn-triage__body",
    )
    mark = " cn-changed" if changed else ""
    return tag(
        "div",
        head,
        body,
        class_=f"cn-triage cn-level--{level}{mark}",
        role="group",
        aria_label=tables.text("markup.triage.title"),
        data_level=level,
    )


def _first_reason(reason: TriageReason, answers: Mapping[str, str], tables: Tables) -> Html:
    return tag(
        "div",
        tag("p", _reason_title(reason, tables), class_="cn-reason__name"),
        tag("p", reason.action, class_="cn-reason__action") if reason.action else None,
        _because(reason, answers, tables),
        class_="cn-reason cn-reason--first",
    )


def _more_reasons(reasons: list[TriageReason], answers: Mapping[str, str], tables: Tables) -> Html | None:
    if not reasons:
        return None
    items = join(
        tag(
            "li",
            tag(
                "p",
                level_shape(reason.level, size="small"),
                tag("span", level_words(reason.level, tables), class_="cn-reason__level"),
                class_=f"cn-reason__mark cn-level--{reason.level}",
            ),
            tag("p", _reason_title(reason, tables), class_="cn-reason__name"),
            tag("p", reason.action, class_="cn-reason__action") if reason.action else None,
            _because(reason, answers, tables),
            class_="cn-reason",
        )
        for reason in reasons
    )
    key = "markup.triage.more_one" if len(reasons) == 1 else "markup.triage.more"
    return tag(
        "details",
        tag("summary", tables.text(key, count=len(reasons))),
        tag("ul", items, class_="cn-reasons"),
        class_="cn-fold",
        data_key="triage-reasons",
    )


def _reason_title(reason: TriageReason, tables: Tables) -> str:
    kind = tables.text(f"markup.reason.{reason.kind}")
    name = reason.name or condition_name(reason.condition_id, tables)
    return tables.text("markup.reason.title", kind=kind, name=name)


def _because(reason: TriageReason, answers: Mapping[str, str], tables: Tables) -> Html | None:
    words = [given_words(name, answers, tables) for name in reason.because]
    given = tag("p", tables.text("markup.reason.because", answers=list_words(words, tables))) if words else None
    why = tag("p", reason.reason) if reason.reason else None
    source = tables.sources.get(reason.source_id)
    # The banner must stay short enough for the list below it to be seen; the ground and its source wait for a click.
    ground = tag(
        "details",
        tag("summary", tables.text("markup.reason.ground")),
        why,
        source_note(reason.basis, source, tables),
        class_="cn-fold cn-reason__ground",
        data_key=f"ground-{reason.kind}-{reason.reason_id}",
    )
    return tag("div", given, ground, class_="cn-reason__why")


def triage_line(assessment: Assessment, tables: Tables, *, changed: bool = False) -> Html:
    """One line for phones: the level and the leading condition, to stay on top of the page."""
    level = assessment.triage.level
    suspect = suspected_first(assessment.triage, tables)
    if level == "emergency_now" and suspect:
        lead = tables.text("markup.line.rule_out", condition=suspect)
        detail = ""
    elif not assessment.ranking or not assessment.enough_to_tell:
        lead, detail = tables.text("markup.line.not_enough"), ""
    else:
        first = assessment.ranking[0]
        lead = tables.text("markup.line.leading", condition=short_name(first.condition_id, tables))
        detail = frequency_words(first.frequency, tables)
    mark = " cn-changed" if changed else ""
    return tag(
        "p",
        level_shape(level, size="small"),
        tag("strong", level_words(level, tables), class_="cn-line__level"),
        tag("span", lead, class_="cn-line__lead"),
        tag("span", detail, class_="cn-sr") if detail else None,
        class_=f"cn-line cn-level--{level}{mark}",
        data_level=level,
    )


def suspected_first(triage: Triage, tables: Tables) -> str:
    """Name of what the most urgent reason is about; empty if it names nothing."""
    for reason in triage.reasons:
        if reason.level != triage.level:
            continue
        if reason.condition_id:
            return capitalised(condition_name(reason.condition_id, tables))
        flag = tables.red_flags.get(reason.reason_id)
        if flag and flag.suspected:
            return capitalised(condition_name(flag.suspected, tables))
        if reason.name:
            return reason.name
    return ""


def not_judged_list(triage: Triage, tables: Tables) -> Html:
    """Red flags that could still be raised: "not asked yet", most urgent first, with the questions."""
    if not triage.not_judged:
        return tag("p", tables.text("markup.not_judged.none"), class_="cn-quiet")
    groups = join(
        _open_group(level, [flag for flag in triage.not_judged if flag.level == level], tables)
        for level in reversed(LEVELS)
    )
    count = len(triage.not_judged)
    key = "markup.not_judged.one" if count == 1 else "markup.not_judged.title"
    return tag(
        "div",
        tag("p", tables.text(key, count=count), class_="cn-open__title"),
        groups,
        class_="cn-open",
    )


def _open_group(level: Level, flags: list[FlagNotJudged], tables: Tables) -> Html | None:
    if not flags:
        return None
    items = [
        tag(
            "li",
            tag("span", flag.name, class_="cn-open__name"),
            tag("span", _what_to_ask(flag, tables), class_="cn-open__ask") if flag.ask else None,
        )
        for flag in flags
    ]
    shown, rest = items[:_FLAGS], items[_FLAGS:]
    folded = tag(
        "details",
        tag("summary", tables.text("markup.not_judged.more", count=len(rest))),
        tag("ul", join(rest), class_="cn-open__flags"),
        class_="cn-fold",
        data_key=f"not-judged-{level}",
    )
    return tag(
        "div",
        tag(
            "p",
            level_shape(level, size="small"),
            tag("span", level_words(level, tables)),
            class_=f"cn-open__group cn-level--{level}",
        ),
        tag("ul", join(shown), class_="cn-open__flags"),
        folded if rest else None,
    )


def _what_to_ask(flag: FlagNotJudged, tables: Tables) -> str:
    words = [finding_words(name, tables) for name in flag.ask[:_ASKED]]
    if len(flag.ask) > _ASKED:
        words.append(tables.text("markup.not_judged.more", count=len(flag.ask) - _ASKED))
    return tables.text("markup.not_judged.ask", findings=list_words(words, tables))


def not_cleared_list(triage: Triage, tables: Tables) -> Html:
    """Conditions whose threshold is passed only because little was asked, each with its questions."""
    open_reasons = [reason for reason in triage.reasons if reason.cleared_by]
    if not open_reasons:
        return tag("p", tables.text("markup.not_cleared.none"), class_="cn-quiet")
    items = join(
        tag(
            "li",
            level_shape(reason.level, size="small"),
            tag(
                "div",
                tag("p", reason.name or condition_name(reason.condition_id, tables), class_="cn-open__name"),
                tag(
                    "ul",
                    join(_clearing(question, tables) for question in reason.cleared_by),
                    class_="cn-open__questions",
                ),
            ),
            tag("span", level_words(reason.level, tables), class_="cn-open__level"),
            class_=f"cn-open__item cn-level--{reason.level}",
        )
        for reason in open_reasons
    )
    return tag(
        "div",
        tag("p", tables.text("markup.not_cleared.title"), class_="cn-open__title"),
        tag("ul", items, class_="cn-open__list"),
        class_="cn-open cn-open--clear",
    )


def _clearing(question: ClearingQuestion, tables: Tables) -> Html:
    asked = question_words(question.finding_id, tables)
    reassuring = answer_words(question.finding_id, question.option_id, tables)
    return tag(
        "li",
        ask_button(question.finding_id, asked),
        tag("span", tables.text("markup.not_cleared.reassuring", answer=reassuring), class_="cn-open__ask"),
        data_finding=question.finding_id,
    )
