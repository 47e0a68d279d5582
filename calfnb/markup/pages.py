"""Longer pieces: the page of a condition, the summary of answers, a case, the handout."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol

from calfnb.markup.explain import unexplained_note
from calfnb.markup.html import Html, join, table, tag
from calfnb.markup.icons import level_shape
from calfnb.markup.ledger import claim_list, claims_about
from calfnb.markup.notes import emergency_line, honesty_note, intended_use_line, source_list, source_note
from calfnb.markup.ranking import cause_rows
from calfnb.markup.triage import suspected_first, triage_banner
from calfnb.markup.words import (
    answer_words,
    condition_name,
    count_of_hundred,
    finding_words,
    level_words,
    list_words,
)
from calfnb.reasoning.results import Assessment
from calfnb.tables.records import Locality, Profile, Tables

__all__ = ["answers_summary", "case_card", "condition_page", "printable_summary"]

_STEPS = ("red_flags", "where", "story", "examination", "tests")
_SIGNS = 6


class Answered(Protocol):
    """Anything with a setting and answers: a case or an assessment."""

    @property
    def setting(self) -> str:
        """Id of the setting."""

    @property
    def answers(self) -> Mapping[str, str]:
        """Option by finding."""


def answers_summary(case: Answered, tables: Tables) -> Html:
    """List the answers by step of the interview; the absent ones stay apart from the present ones."""
    if not case.answers:
        return tag("p", tables.text("markup.answers.none"), class_="cn-quiet")
    blocks = []
    for step in _STEPS:
        findings = [finding for finding in tables.findings.values() if finding.step == step]
        given = [(finding, case.answers[finding.finding_id]) for finding in findings
                 if finding.finding_id in case.answers]  # fmt: skip
        if not given:
            continue
        present = [pair for pair in given if pair[1] != "no"]
        absent = [pair for pair in given if pair[1] == "no"]
        items = join(
            tag("li", answer_words(finding.finding_id, option, tables), class_=f"cn-answers__{kind}")
            for kind, pairs in (("present", present), ("absent", absent))
            for finding, option in pairs
        )
        blocks.append(tag("div", tag("dt", tables.text(f"markup.step.{step}")), tag("dd", tag("ul", items))))
    setting = tables.settings.get(case.setting)
    return tag(
        "div",
        tag("p", tables.text("markup.answers.setting", setting=setting.name if setting else case.setting)),
        tag("dl", join(blocks), class_="cn-answers"),
        class_="cn-answers-block",
    )


def condition_page(condition_id: str, tables: Tables) -> Html:
    """Definition, urgency, the signs that tell most, and sources of one condition.

    Raises
    ------
    KeyError
        If there is no such condition.
    """
    condition = tables.conditions[condition_id]
    rows = [row for row in tables.profiles if row.condition_id == condition_id]
    telling = _most_telling(condition_id, tables)
    code = f"{condition.icd10} ({condition.icd10_edition})" if condition.icd10_edition else condition.icd10
    facts = join(
        tag("div", tag("dt", tables.text(f"markup.condition.{key}")), tag("dd", value))
        for key, value in (
            ("also", ", ".join(condition.synonyms)),
            ("tissue", condition.tissue),
            ("code", code),
        )
        if value
    )
    urgency = tables.text("markup.condition.urgency", level=level_words(condition.urgency, tables))
    return tag(
        "article",
        tag("h3", condition.name, class_="cn-condition__name"),
        tag("p", condition.description, class_="cn-condition__definition"),
        tag(
            "p",
            level_shape(condition.urgency, size="small"),
            tag("span", urgency),
            tag("span", tables.text("markup.condition.cant_miss")) if condition.cant_miss else None,
            class_=f"cn-condition__urgency cn-level--{condition.urgency}",
        ),
        tag("dl", facts, class_="cn-facts") if facts else None,
        _signs_table(telling, tables) if telling else tag("p", tables.text("markup.condition.no_signs")),
        _claims_fold(condition_id, tables),
        tag(
            "details",
            tag("summary", tables.text("markup.condition.sources")),
            source_list(tuple(row.source_id for row in rows), tables),
            class_="cn-fold",
            data_key=f"sources-{condition_id}",
        ),
        honesty_note(tables),
        class_="cn-condition",
    )


def _claims_fold(condition_id: str, tables: Tables) -> Html | None:
    claims = claims_about(condition_id, tables)
    if not claims:
        return None
    return tag(
        "details",
        tag("summary", tables.text("markup.claims.of_condition", count=len(claims))),
        claim_list(claims),
        class_="cn-fold",
        data_key=f"claims-{condition_id}",
    )


def _most_telling(condition_id: str, tables: Tables) -> list[tuple[Profile, float]]:
    """Return rows that differ most from the background, with the background's probability."""
    background = {(row.finding_id, row.option_id): row.probability for row in tables.background}
    telling = []
    for row in tables.profiles:
        other = background.get((row.finding_id, row.option_id))
        if row.condition_id != condition_id or not other or row.probability < 0.2:
            continue
        telling.append((row, other))
    telling.sort(key=lambda pair: -math.log(pair[0].probability / pair[1]))
    return telling[:_SIGNS]


def _signs_table(telling: list[tuple[Profile, float]], tables: Tables) -> Html:
    rows = join(
        tag(
            "tr",
            tag(
                "th",
                answer_words(row.finding_id, row.option_id, tables),
                source_note(row.basis, tables.sources.get(row.source_id), tables, note=row.note),
                scope="row",
            ),
            tag("td", tables.text("markup.condition.of_hundred", count=count_of_hundred(row.probability))),
            tag("td", tables.text("markup.condition.of_hundred", count=count_of_hundred(other))),
        )
        for row, other in telling
    )
    head = [tables.text(f"markup.condition.column.{name}") for name in ("sign", "here", "else")]
    return table(tables.text("markup.condition.signs"), head, rows, class_="cn-table cn-signs")


def case_card(
    tables: Tables, *, title: str, story: str, setting: str = "", teaches: str = "", case_id: str = "",
) -> Html:  # fmt: skip
    """An invented patient in a few lines."""
    known = tables.settings.get(setting)
    return tag(
        "article",
        tag("p", tables.text("markup.case.invented"), class_="cn-case__eyebrow"),
        tag("h3", title, class_="cn-case__title"),
        tag("p", story, class_="cn-case__story"),
        tag("p", tables.text("markup.case.setting", setting=known.name), class_="cn-quiet") if known else None,
        tag("p", tables.text("markup.case.teaches", lesson=teaches), class_="cn-quiet") if teaches else None,
        class_="cn-case",
        data_case=case_id or None,
    )


def printable_summary(assessment: Assessment, tables: Tables, *, locality: Locality | None = None) -> Html:
    """Write a handout of one page: level, three leading conditions, answers, what is open, intended use."""
    held = assessment.triage.level == "emergency_now"
    suspect = suspected_first(assessment.triage, tables)
    open_sketch = tag("p", tables.text("markup.not_enough.title"), class_="cn-not-enough__title")
    return tag(
        "article",
        tag("h3", tables.text("markup.print.title"), class_="cn-print__title"),
        intended_use_line(tables),
        triage_banner(assessment, tables),
        tag("h4", tables.text("markup.ranking.title")),
        tag("p", tables.text("markup.print.held", condition=suspect), class_="cn-held") if held and suspect else None,
        None if assessment.enough_to_tell else open_sketch,
        _printed_ranking(assessment, tables),
        unexplained_note(assessment, tables),
        tag("h4", tables.text("markup.print.answers")),
        answers_summary(assessment, tables),
        tag("h4", tables.text("markup.print.open")),
        tag("ul", join(_still_open(assessment, tables)), class_="cn-loose"),
        honesty_note(tables),
        emergency_line(tables, locality),
        tag("p", tables.text("markup.print.version", version=assessment.tables_version), class_="cn-quiet"),
        class_="cn-print",
    )


def _printed_ranking(assessment: Assessment, tables: Tables) -> Html:
    rows = cause_rows(assessment.ranking[:3], tables)
    head = [tables.text(f"markup.rest.column.{name}") for name in ("condition", "frequency", "note")]
    return table(tables.text("markup.print.caption"), head, rows, class_="cn-table", seen=False)


def _still_open(assessment: Assessment, tables: Tables) -> list[Html]:
    """Few lines, so that the handout stays one page: what is not cleared, what to ask, flags not asked."""
    triage = assessment.triage
    lines = [
        tables.text(
            "markup.print.not_cleared",
            condition=reason.name or condition_name(reason.condition_id, tables),
            questions=list_words([finding_words(item.finding_id, tables) for item in reason.cleared_by], tables),
        )
        for reason in triage.reasons
        if reason.cleared_by and reason.level == triage.level
    ]
    asked = [finding_words(item.finding_id, tables) for item in assessment.next_questions[:3]]
    if asked:
        lines.append(tables.text("markup.print.next", questions=list_words(asked, tables)))
    if triage.not_judged:
        names = [flag.name for flag in triage.not_judged[:3]]
        rest = len(triage.not_judged) - len(names)
        if rest:
            names.append(tables.text("markup.not_judged.more", count=rest))
        lines.append(tables.text("markup.print.not_judged", flags="; ".join(names)))
    return [tag("li", line) for line in lines]
