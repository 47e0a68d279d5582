"""Pages to take away: hand-over, care plan and ladder, each one file for A4 paper that asks nothing of the net."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from calfnb.care import CarePlan
from calfnb.care.handover import Handover
from calfnb.care.return_plan import ReturnPlan
from calfnb.care.return_to_run import stage_words
from calfnb.markup.care import care_plan, care_stylesheet, day_words
from calfnb.markup.html import Html, join, table, tag
from calfnb.markup.icons import level_shape
from calfnb.markup.notes import emergency_line, honesty_note, intended_use_line
from calfnb.markup.ranking import cause_rows
from calfnb.markup.recovery import recovery_table
from calfnb.markup.return_to_run import ladder_calendar, rules_table
from calfnb.markup.words import (
    answer_words,
    condition_name,
    finding_words,
    given_words,
    level_words,
    list_words,
)
from calfnb.tables.records import Locality, Tables
from calfnb.tables.records_care import CareTables

__all__ = ["care_document", "document", "handover_document", "handover_page", "ladder_document"]

_PAGE = (
    "@page{size:A4;margin:15mm 14mm 16mm}"
    "html{background:var(--cn-bg)}body{margin:0 auto;padding:1.5rem;max-width:52rem;background:var(--cn-surface)}"
    "@media print{:root{--cn-size:9.5pt;--cn-size-small:8.5pt;--cn-size-lead:10.5pt;--cn-size-title:14pt;"
    "--cn-space-2:.3rem;--cn-space-3:.4rem;--cn-space-4:.55rem;--cn-leading:1.35}"
    "html,body,.cn-page{background:#fff}body{padding:0;max-width:none}"
    ".cn-fold:not([open]),.cn-care__claims{display:none}.cn-return-rules{break-before:page}"
    ".cn-fold[open]>summary{display:none}.cn-care__item{padding-bottom:.4rem}"
    # Grids lose lines at the end of a page; blocks do not.
    "main,.cn-sbar,.cn-sbar__part,.cn-sbar__reasons,.cn-care,.cn-care__section,.cn-care__list,.cn-calendar,"
    ".cn-open__list{display:block}"
    ":is(main,.cn-sbar,.cn-sbar__part,.cn-sbar__reasons,.cn-care,.cn-care__section,.cn-care__list,.cn-calendar)>*+*"
    "{margin-top:.4rem!important}"
    "a{color:inherit;text-decoration:none}h2,h3,h4,h5,caption{break-after:avoid}tr,li{break-inside:avoid}}"
    ":is(.cn-diary,.cn-calendar-table) tbody th{white-space:nowrap}main{display:grid;gap:.6rem}"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_SOME_UNKNOWN = 14


def document(title: str, body: Html, tables: Tables) -> str:
    """Return a whole page: one file with its own style, in light colours, that loads nothing from elsewhere."""
    head = join(
        (
            Html('<meta charset="utf-8">'),
            tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("title", title),
            tag("style", Html(care_stylesheet() + _PAGE)),
        )
    )
    page = tag(
        "html",
        tag("head", head),
        tag("body", tag("main", body), class_="cn-page"),
        lang=tables.text("handover.language"),
        data_theme="light",
    )
    return f"<!doctype html>\n{page}\n"


def handover_document(handover: Handover, care: CareTables, *, locality: Locality | None = None) -> str:
    """Return the hand-over as a page of its own."""
    return document(care.tables.text("handover.title"), handover_page(handover, care, locality=locality), care.tables)


def care_document(plan: CarePlan, care: CareTables, *, locality: Locality | None = None) -> str:
    """Return a care plan as a page of its own, with the recovery rows and the versions of the tables."""
    tables = care.tables
    body = join(
        (
            intended_use_line(tables),
            None if plan.held_back else emergency_line(tables, locality),
            care_plan(plan, care, locality=locality),
            tag("h4", tables.text("care.recovery.caption"), class_="cn-care__heading") if plan.recovery else None,
            recovery_table(plan.recovery, care) if plan.recovery else None,
            _versions(plan.tables_version, plan.care_version, tables),
        )
    )
    return document(
        tables.text("handover.care_title", condition=condition_name(plan.condition_id, tables)), body, tables
    )


def ladder_document(plan: ReturnPlan, care: CareTables) -> str:
    """Return a dated ladder as a page of its own, with boxes for the pains and the rules of the log."""
    tables = care.tables
    title = tables.text("handover.ladder_title", condition=_cause(plan.condition_id, tables))
    body = join(
        (
            intended_use_line(tables),
            tag("h3", title, class_="cn-care__title"),
            tag("p", plan.note, class_="cn-care__summary") if plan.note else None,
            tag("p", tables.text("care.ics.rules", limit=f"{plan.pain_limit_0_10:g}"), class_="cn-care__review"),
            ladder_calendar(plan.sessions, care, table=False),
            _diary(plan, care),
            rules_table(care),
            emergency_line(tables),
            _versions(plan.tables_version, plan.care_version, tables),
        )
    )
    return document(title, body, tables)


def _cause(condition_id: str, tables: Tables) -> str:
    return condition_name(condition_id, tables) if condition_id else tables.text("handover.cause_unknown")


def _diary(plan: ReturnPlan, care: CareTables) -> Html:
    tables = care.tables
    names = ("day", "stage", "run", "during", "usual", "morning")
    head = [tables.text(f"handover.diary.{name}") for name in names]
    rows = join(
        tag(
            "tr",
            tag("th", day_words(row.day, tables), scope="row"),
            tag("td", str(row.stage.stage)),
            tag("td", stage_words(row.stage, care)),
            *(tag("td", "") for _ in range(3)),
        )
        for row in plan.sessions
    )
    return table(tables.text("handover.diary.caption"), head, rows, class_="cn-table cn-diary")


def handover_page(handover: Handover, care: CareTables, *, locality: Locality | None = None) -> Html:
    """Write the hand-over: situation, background, assessment, recommendation, with what is unknown kept apart."""
    tables = care.tables
    made = day_words(handover.made_on, tables) if handover.made_on else ""
    return tag(
        "article",
        tag("h3", tables.text("handover.title"), class_="cn-care__title"),
        intended_use_line(tables),
        tag("p", made, class_="cn-quiet") if made else None,
        _part("situation", _situation(handover, tables), tables),
        _part("background", _background(handover, tables), tables),
        _part("assessment", _assessment(handover, tables), tables),
        _part("recommendation", _recommendation(handover, care, locality), tables),
        honesty_note(tables),
        _versions(handover.tables_version, handover.care_version, tables),
        class_="cn-sbar",
    )


def _part(name: str, body: Html, tables: Tables) -> Html:
    return tag(
        "section",
        tag("h4", tables.text(f"handover.part.{name}"), class_="cn-sbar__heading"),
        body,
        class_=f"cn-sbar__part cn-sbar__part--{name}",
    )


def _situation(handover: Handover, tables: Tables) -> Html:
    setting = tables.settings.get(handover.setting)
    first = handover.first_reasons[0] if handover.first_reasons else None
    return join(
        (
            tag(
                "p",
                level_shape(handover.level, size="small"),
                tag("strong", level_words(handover.level, tables)),
                tag("span", tables.text(f"markup.level.{handover.level}.where")),
                class_=f"cn-sbar__level cn-level--{handover.level}",
            ),
            tag("p", tables.text("handover.invented", setting=setting.name if setting else handover.setting)),
            tag("p", first.reason) if first and first.reason else None,
            tag("p", tables.text("handover.provisional")) if handover.provisional else None,
        )
    )


def _background(handover: Handover, tables: Tables) -> Html:
    return join(
        (
            _answers("positives", handover.positives, tables),
            _answers("negatives", handover.negatives, tables),
            _unknown(handover, tables),
        )
    )


def _answers(kind: str, by_step: Mapping[str, Sequence[tuple[str, str]]], tables: Tables) -> Html:
    rows = join(
        tag(
            "div",
            tag("dt", tables.text(f"markup.step.{step}")),
            tag("dd", "; ".join(answer_words(finding, option, tables) for finding, option in pairs)),
        )
        for step, pairs in by_step.items()
    )
    body = tag("dl", rows, class_="cn-care__facts") if by_step else tag("p", tables.text("handover.none"))
    return join((tag("h5", tables.text(f"handover.{kind}")), body))


def _unknown(handover: Handover, tables: Tables) -> Html:
    names = [finding_words(name, tables) for name in handover.unknown]
    shown, more = names[:_SOME_UNKNOWN], len(names) - _SOME_UNKNOWN
    words = "; ".join(shown) if shown else tables.text("handover.nothing_unknown")
    rest = " " + tables.text("handover.more_unknown", count=more) if more > 0 else ""
    return join((tag("h5", tables.text("handover.unknown")), tag("p", words + rest)))


def _assessment(handover: Handover, tables: Tables) -> Html:
    rows = cause_rows(handover.leading, tables)
    unexplained = [finding_words(name, tables) for name in handover.unexplained]
    flags = [tables.red_flags[name].name for name in handover.not_judged if name in tables.red_flags]
    return join(
        (
            _reasons(handover, tables),
            tag("p", handover.enough_reason),
            tag("table", tag("caption", tables.text("handover.leading")), tag("tbody", rows), class_="cn-table"),
            tag("p", tables.text("handover.unexplained", findings=list_words(unexplained, tables)))
            if unexplained
            else None,
            tag("p", tables.text("handover.not_judged", count=len(flags), flags="; ".join(flags[:6])))
            if flags
            else None,
        )
    )


def _reasons(handover: Handover, tables: Tables) -> Html | None:
    if not handover.first_reasons:
        return None
    answers = {pair[0]: pair[1] for pairs in handover.positives.values() for pair in pairs}
    answers |= {pair[0]: pair[1] for pairs in handover.negatives.values() for pair in pairs}
    items = join(
        tag(
            "li",
            tag("strong", reason.name or condition_name(reason.condition_id, tables)),
            ": ",
            list_words([given_words(name, answers, tables) for name in reason.because], tables) or reason.reason,
        )
        for reason in handover.first_reasons
    )
    return join((tag("h5", tables.text("handover.reasons")), tag("ul", items, class_="cn-sbar__reasons")))


def _recommendation(handover: Handover, care: CareTables, locality: Locality | None) -> Html:
    tables = care.tables
    actions = list(dict.fromkeys(reason.action for reason in handover.first_reasons if reason.action))
    asks = [tables.findings[name].question for name in handover.next_questions if name in tables.findings]
    held = tables.text(f"care.held_back.{handover.level}") if handover.held_back else ""
    return join(
        (
            tag("ul", join(tag("li", action) for action in actions), class_="cn-sbar__reasons") if actions else None,
            tag("p", held, class_="cn-care__held-reason") if held else None,
            tag("h5", tables.text("handover.ask_next")) if asks else None,
            tag("ul", join(tag("li", question) for question in asks), class_="cn-sbar__reasons") if asks else None,
            _send_back(handover, tables),
            emergency_line(tables, locality),
        )
    )


def _send_back(handover: Handover, tables: Tables) -> Html:
    """List what reopens the diagnosis in short lines, each with its level in words."""
    items = join(
        tag("li", tag("strong", f"{level_words(row.level, tables)}: "), row.action) for row in handover.send_back
    )
    heading = tag("h5", tables.text("care.section.send_back"))
    return join((heading, tag("ul", items, class_="cn-sbar__reasons cn-sbar__send-back")))


def _versions(tables_version: str, care_version: str, tables: Tables) -> Html:
    from calfnb import __version__

    words = tables.text("handover.versions", tables=tables_version, care=care_version, calfnb=__version__)
    return tag("p", words, class_="cn-quiet")
