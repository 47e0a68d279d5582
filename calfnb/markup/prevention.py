"""Prevention as HTML: contributing factors with what is known of each, actions and the weekly programme."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from calfnb.markup.care import claim_marks, day_words
from calfnb.markup.html import Html, join, tag
from calfnb.markup.notes import intended_use_line, source_list, source_note
from calfnb.markup.warmup import gate_note, page_document
from calfnb.markup.words import list_words, short_name
from calfnb.prevention.factors import FactorFinding, FactorReport
from calfnb.prevention.programme import DayPlan, NotPlaced, Reason, WeekItem, WeekProgramme
from calfnb.tables.records_prevention import (
    ContributingFactor,
    PreventionAction,
    PreventionTables,
)

__all__ = [
    "action_card",
    "effect_note",
    "factor_card",
    "factor_report",
    "facts_list",
    "further_sources",
    "item_doses",
    "reasons_text",
    "week_document",
    "week_grid",
    "week_table",
]

#: On paper the days stand four in a row and the cards two, which halves the sheets; why an action is there stands in
#: its card only.
_WEEK_PAGE = (
    "@page{size:A4;margin:12mm}body{margin:0 auto;padding:1.2rem;max-width:56rem;background:var(--cn-surface)}"
    "@media print{body{padding:0;max-width:none}html,body{background:#fff}"
    ":root{--cn-size:9pt;--cn-size-small:8pt;--cn-size-lead:9.5pt;--cn-size-title:12pt;--cn-leading:1.3}"
    ".cn-week,.cn-week__list{gap:.4rem}.cn-week__days{grid-template-columns:repeat(4,minmax(0,1fr));gap:.4rem}"
    ".cn-week__day{padding:.4rem .5rem;gap:.2rem}.cn-week__item{padding-top:.25rem}"
    ".cn-week__item>.cn-quiet:last-child{display:none}"
    ".cn-factors{display:block;columns:2;column-gap:.6rem;max-width:none}"
    ".cn-action{margin-bottom:.5rem;padding:.4rem .6rem;gap:.2rem}.cn-action .cn-care__claims{display:none}"
    ".cn-factor__facts{gap:.1rem}.cn-factor__facts>div{grid-template-columns:5.6rem 1fr}}"
)

# ---- factors --------------------------------------------------------------------------------------------------------


def effect_note(row: ContributingFactor | PreventionAction, tables: PreventionTables) -> Html | None:
    """Show a published size together with what it is about; never without, and never as a risk of calf pain."""
    if not row.effect:
        return None
    outcome = tables.text(f"prevention.outcome.{row.effect_outcome}")
    about = tables.text("prevention.effect.about", outcome=outcome)
    return join((row.effect, " ", tag("span", about, class_="cn-factor__about")))


def factor_card(finding: FactorFinding, tables: PreventionTables) -> Html:
    """Write one factor: answer, how it would work, what the articles say, whether it holds, what answers it."""
    factor, text = finding.factor, tables.text
    marks = (
        text(f"prevention.state.{finding.state}"),
        text(f"prevention.modifiable.{factor.modifiable}"),
        text(f"prevention.status.{factor.seed_status}"),
    )
    conditions = list_words([short_name(name, tables.tables) for name in factor.condition_ids], tables.tables)
    facts: tuple[tuple[str, object], ...] = (
        ("answer", finding.words),
        ("mechanism", factor.mechanism),
        ("articles", factor.seeds_say),
        ("holds", factor.holds),
        ("strength", text(f"prevention.strength.{factor.strength}")),
        ("effect", effect_note(factor, tables)),
        ("conditions", conditions),
        ("actions", list_words([action.name for action in finding.actions], tables.tables)),
        ("note", factor.note),
    )
    return tag(
        "article",
        tag("h4", factor.name),
        tag("p", factor.question, class_="cn-quiet"),
        tag("p", tag("strong", f"{text('prevention.factor.guard')}: "), factor.guard, class_="cn-factor__guard")
        if factor.guard
        else None,
        tag("p", join(tag("span", mark, class_="cn-factor__mark") for mark in marks), class_="cn-factor__marks"),
        facts_list(facts, "prevention.factor", tables),
        source_note(factor.basis, tables.tables.sources.get(factor.source_id), tables.tables),
        further_sources(factor.more_source_ids, tables),
        claim_marks(factor.claim_ids, tables.tables),
        class_=f"cn-factor cn-factor--{finding.state}",
        data_factor=factor.factor_id,
    )


def factor_report(report: FactorReport, tables: PreventionTables) -> Html:
    """Write what counts, what a clinician should hear of, and how many questions are open; nothing is added up."""
    text = tables.text
    clinician = {row.factor.factor_id for row in report.for_a_clinician}
    own = [row for row in report.counting if row.factor.factor_id not in clinician]
    body: list[Html] = [tag("p", text("prevention.report.no_score"), class_="cn-quiet")]
    if report.for_a_clinician:
        body.append(tag("h4", text("prevention.report.clinician")))
        body += [factor_card(row, tables) for row in report.for_a_clinician]
    body += [factor_card(row, tables) for row in own] or [tag("p", text("prevention.report.none"))]
    explained = [row for row in report.findings if row.state == "explained"]
    body += [factor_card(row, tables) for row in explained]
    if report.open:
        body.append(tag("p", text("prevention.report.open", count=len(report.open)), class_="cn-quiet"))
    return tag("section", join(body), class_="cn-factors")


# ---- actions --------------------------------------------------------------------------------------------------------


def action_card(
    action: PreventionAction,
    reasons: Sequence[Reason],
    tables: PreventionTables,
    *,
    placed: str = "",
    anchor: str = "",
    button: Html | None = None,
) -> Html:
    """Write one action with dose, evidence for and against, harms, and why it is there.

    Parameters
    ----------
    placed
        On which days it is, and how long it takes.
    anchor
        The card's id on its page, so that another element can jump to it.
    button
        What can be done with it.
    """
    text = tables.text
    evidence = f"{text(f'prevention.direction.{action.direction}')}, {text('prevention.grade', grade=action.grade)}"
    facts: tuple[tuple[str, object], ...] = (
        ("how", action.how),
        ("dose", action.dose),
        ("evidence", evidence),
        ("for", action.evidence_for),
        ("against", action.evidence_against),
        ("harms", action.harms),
        ("articles", action.seeds_say),
    )
    effect = effect_note(action, tables)
    return tag(
        "article",
        tag("div", tag("h4", action.name), button, class_="cn-action__head"),
        tag("p", placed, class_="cn-action__placed") if placed else None,
        tag("p", text("prevention.week.why", reasons=reasons_text(reasons, tables)), class_="cn-quiet")
        if reasons
        else None,
        facts_list(facts, "prevention.action", tables),
        tag("p", effect, class_="cn-quiet") if effect else None,
        source_note(action.basis, tables.tables.sources.get(action.source_id), tables.tables),
        further_sources(action.more_source_ids, tables),
        claim_marks(action.claim_ids, tables.tables),
        class_="cn-action",
        id=anchor or None,
        data_action_id=action.action_id,
        data_key=f"action-{action.action_id}",
    )


# ---- the week -------------------------------------------------------------------------------------------------------


def week_grid(programme: WeekProgramme, tables: PreventionTables) -> Html:
    """Write the week day by day, then habits, what waits, what is kept back, what could not be kept, and a table."""
    if not programme.gate.passed:
        return gate_note(programme.gate, tables)
    text = tables.text
    parts = [
        tag("h3", text("prevention.week.title")),
        tag("div", join(_day(day, tables) for day in programme.days), class_="cn-week__days"),
        _sentences("conflicts", programme.conflicts, tables),
        _named("habits", programme.habits, tables),
        _waiting("later", programme.later, tables),
        _waiting("left_out", programme.left_out, tables),
        week_table(programme, tables),
    ]
    return tag("section", join(parts), class_="cn-week")


def week_table(programme: WeekProgramme, tables: PreventionTables) -> Html:
    """Write the week as a table: day, run, what is added, minutes."""
    text = tables.text
    heads = tag(
        "tr",
        join(tag("th", text(f"prevention.week.{name}"), scope="col") for name in ("day", "run", "extra", "minutes")),
    )
    rows = join(
        tag(
            "tr",
            tag("th", text(f"prevention.day.{day.day}"), scope="row"),
            tag("td", text(f"prevention.kind.{day.kind}")),
            tag(
                "td",
                list_words([item.action.name for item in day.items], tables.tables) or text("prevention.week.nothing"),
            ),
            tag("td", day.minutes),
        )
        for day in programme.days
    )
    caption = tag("caption", text("prevention.week.caption"))
    return tag("table", caption, tag("thead", heads), tag("tbody", rows), class_="cn-table")


def week_document(programme: WeekProgramme, tables: PreventionTables, *, start: date | None = None) -> str:
    """Return the week, with a card for every action, as a page of its own for A4 paper.

    Parameters
    ----------
    start
        The day from which it is done; None leaves it out.
    """
    cards: dict[str, Html] = {}
    for day in programme.days:
        for item in day.items:
            cards.setdefault(item.action.action_id, action_card(item.action, item.reasons, tables))
    for action, reasons in programme.habits:
        cards.setdefault(action.action_id, action_card(action, reasons, tables))
    who = list_words([profile.name for profile in programme.profiles], tables.tables)
    since = tables.text("prevention.week.from", day=day_words(start, tables.tables)) if start else ""
    body = join(
        (
            intended_use_line(tables.tables),
            tag("p", tables.text("prevention.week.for", who=who), " ", since, class_="cn-week__for"),
            week_grid(programme, tables),
            tag("div", join(cards.values()), class_="cn-factors"),
        )
    )
    return page_document(tables.text("prevention.week.title"), body, tables, style=_WEEK_PAGE)


def _day(day: DayPlan, tables: PreventionTables) -> Html:
    text = tables.text
    items = join(_item(item, tables) for item in day.items)
    return tag(
        "div",
        tag("h4", text(f"prevention.day.{day.day}")),
        tag("p", text(f"prevention.kind.{day.kind}"), class_="cn-quiet"),
        tag("p", text("prevention.week.free"), class_="cn-quiet") if day.free else None,
        items or tag("p", text("prevention.week.nothing"), class_="cn-quiet"),
        class_=f"cn-week__day{' cn-week__day--free' if day.free else ''}",
        data_day=day.day,
    )


def _item(item: WeekItem, tables: PreventionTables) -> Html:
    text = tables.text
    doses = item_doses(item, tables)
    place = f"{text(f'prevention.when.{item.when}')}, {text('prevention.week.min', minutes=item.minutes)}"
    return tag(
        "div",
        tag("p", tag("strong", item.action.name)),
        tag("p", place, class_="cn-quiet"),
        tag("p", doses) if doses else None,
        tag("p", text("prevention.week.why", reasons=reasons_text(item.reasons, tables)), class_="cn-quiet"),
        class_="cn-week__item",
    )


def item_doses(item: WeekItem, tables: PreventionTables) -> str:
    """Return what is done; the warm-up is planned elsewhere, and of other sports one is enough."""
    if item.action.place == "run_before":
        return tables.text("prevention.week.planner")
    doses = "; ".join(f"{exercise.name} ({exercise.dose})" for exercise in item.exercises)
    return tables.text("prevention.week.one_of", names=doses) if item.action.kind == "other_sport" else doses


def reasons_text(reasons: Sequence[Reason], tables: PreventionTables) -> str:
    """Name the factors and kinds of runner for which an action is in a programme."""
    found = []
    for kind, rows in (("factor", tables.factors), ("profile", tables.profiles)):
        names = [rows[reason.id].name for reason in reasons if reason.kind == kind]
        if names:
            found.append(tables.text(f"prevention.why.{kind}s", names=list_words(names, tables.tables)))
    return "; ".join(found)


def _sentences(name: str, sentences: Sequence[str], tables: PreventionTables) -> Html | None:
    if not sentences:
        return None
    items = join(tag("li", sentence) for sentence in sentences)
    return join((tag("h4", tables.text(f"prevention.week.{name}")), tag("ul", items, class_="cn-week__list")))


def _named(
    name: str, rows: Sequence[tuple[PreventionAction, Sequence[Reason]]], tables: PreventionTables
) -> Html | None:
    if not rows:
        return None
    items = join(
        tag(
            "li",
            tag("strong", action.name),
            f": {action.how} ",
            tag("span", tables.text("prevention.week.why", reasons=reasons_text(reasons, tables)), class_="cn-quiet"),
        )
        for action, reasons in rows
    )
    return join((tag("h4", tables.text(f"prevention.week.{name}")), tag("ul", items, class_="cn-week__list")))


def _waiting(name: str, rows: Sequence[NotPlaced], tables: PreventionTables) -> Html | None:
    return _sentences(name, [f"{row.action.name}: {row.sentence}" for row in rows], tables)


# ---- small parts ----------------------------------------------------------------------------------------------------


def facts_list(rows: Iterable[tuple[str, object]], prefix: str, tables: PreventionTables) -> Html:
    """Write names with what is said of them; what is empty is left out. A name's key is ``<prefix>.<name>``."""
    found = join(
        tag("div", tag("dt", tables.text(f"{prefix}.{name}")), tag("dd", value)) for name, value in rows if value
    )
    return tag("dl", found, class_="cn-factor__facts")


def further_sources(source_ids: Sequence[str], tables: PreventionTables) -> Html | None:
    """Fold up the sources beyond the first; None if there are none."""
    if not source_ids:
        return None
    summary = tag("summary", tables.text("prevention.more_sources", count=len(source_ids)))
    return tag("details", summary, source_list(tuple(source_ids), tables.tables), class_="cn-drill__evidence")
