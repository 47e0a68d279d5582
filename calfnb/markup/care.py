"""Care as HTML: the plan of a condition, what is held back, toolbox, medicines, whom to see, questions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from calfnb.care import CarePlan
from calfnb.markup.assets import static_text, stylesheet
from calfnb.markup.html import Html, join, table, tag
from calfnb.markup.icons import level_shape
from calfnb.markup.notes import emergency_line, source_note
from calfnb.markup.words import condition_name, level_words
from calfnb.tables.records import Locality, Tables
from calfnb.tables.records_care import CareAction, CareTables, CareTool, Medicine, Professional, Question

__all__ = [
    "care_plan",
    "care_stylesheet",
    "claim_marks",
    "conflict_note",
    "day_words",
    "doses_table",
    "first_hours_table",
    "held_note",
    "medicine_list",
    "professional_list",
    "question_list",
    "send_back_list",
    "tool_list",
]


def care_stylesheet() -> str:
    """Return the tokens, the common rules and those of care, recovery, return and anatomy as one style sheet."""
    return stylesheet() + static_text("care.css")


def day_words(day: date, tables: Tables) -> str:
    """Write a day as in a diary, e.g. ``Tue 3 March 2026``."""
    return tables.text(
        "care.day",
        weekday=tables.text(f"care.weekday.{day.weekday()}"),
        day=day.day,
        month=tables.text(f"care.month.{day.month}"),
        year=day.year,
    )


def held_note(reason: str, tables: Tables, *, locality: Locality | None = None) -> Html:
    """Say why exercise content is not shown; nothing if the reason is empty."""
    if not reason:
        return Html("")
    return tag(
        "div",
        tag("p", tables.text("care.held.title"), class_="cn-held__title"),
        tag("p", reason, class_="cn-care__held-reason"),
        emergency_line(tables, locality),
        class_="cn-held cn-care__held",
        role="note",
    )


def care_plan(plan: CarePlan, care: CareTables, *, locality: Locality | None = None, open_: bool = False) -> Html:
    """Write a whole care plan: held-back reason, do and do not, treatment, tests, whom to see, date and way back.

    Parameters
    ----------
    open_
        Whether the reasons and sources stand open, as on paper.
    """
    tables = care.tables
    title = tables.text(
        "care.plan.title",
        condition=condition_name(plan.condition_id, tables),
        phase=tables.text(f"care.phase.{plan.phase}"),
    )
    return tag(
        "article",
        tag("h3", title, class_="cn-care__title"),
        tag(
            "p",
            level_shape(plan.level, size="small"),
            tag("span", level_words(plan.level, tables)),
            class_=f"cn-care__level cn-level--{plan.level}",
        ),
        held_note(plan.held_back, tables, locality=locality),
        tag("p", plan.summary, class_="cn-care__summary") if plan.summary else None,
        _actions("do", plan.do, care, open_),
        _actions("dont", plan.dont, care, open_),
        _actions("treatments", plan.treatments, care, open_),
        _actions("investigations", plan.investigations, care, open_),
        tag("p", plan.surgery, class_="cn-care__surgery") if plan.surgery and plan.treatments else None,
        _who(plan, tables),
        review_note(plan, tables),
        send_back_list(plan.send_back, care, open_=open_),
        _rests_on(plan.condition_id, care),
        class_="cn-care",
        data_condition=plan.condition_id,
    )


def _rests_on(condition_id: str, care: CareTables) -> Html:
    row, tables = care.conditions[condition_id], care.tables
    return tag(
        "div",
        source_note(row.basis, tables.sources.get(row.source_id), tables),
        claim_marks(row.claim_ids, tables),
        class_="cn-care__backing",
    )


def _actions(kind: str, rows: Sequence[CareAction], care: CareTables, open_: bool) -> Html | None:
    if not rows:
        return None
    items = join(_action(row, care, open_) for row in rows)
    return tag(
        "section",
        tag("h4", care.tables.text(f"care.section.{kind}"), class_="cn-care__heading"),
        tag("ul", items, class_=f"cn-care__list cn-care__list--{kind}"),
        class_=f"cn-care__section cn-care__section--{kind}",
    )


def _action(row: CareAction, care: CareTables, open_: bool) -> Html:
    tables = care.tables
    facts = [
        tag("div", tag("dt", tables.text(f"care.fact.{name}")), tag("dd", value))
        for name, value in (("why", row.why), ("how_long", row.how_long), ("caution", row.caution))
        if value
    ]
    views = [
        tag("div", tag("dt", tables.text(f"care.fact.{name}")), tag("dd", value))
        for name, value in (("articles_say", row.articles_say), ("newer_view", row.newer_view))
        if value
    ]
    more = join((tag("dl", join(views), class_="cn-care__facts") if views else None, _backing(row, care)))
    folded = tag(
        "details",
        tag("summary", tables.text("care.more")),
        more,
        class_="cn-fold",
        data_key=f"care-{row.action_id}",
        open=open_,
    )
    return tag(
        "li",
        tag("p", row.action, class_="cn-care__action"),
        tag("dl", join(facts), class_="cn-care__facts") if facts else None,
        folded,
        class_="cn-care__item",
        data_action_id=row.action_id,
    )


def _backing(row: CareAction | CareTool | Medicine | Question, care: CareTables) -> Html:
    """Basis, sources, grade, settled disagreements and claims of a row."""
    tables = care.tables
    names = (row.source_id, *row.more_source_ids)
    others = [tables.sources[name] for name in names[1:] if name in tables.sources and name != "judgement"]
    further = tag("p", tables.text("care.further", sources="; ".join(s.title for s in others))) if others else None
    grade = getattr(row, "grade", "")
    return tag(
        "div",
        tag("p", tables.text(f"care.grade.{grade.lower()}")) if grade else None,
        source_note(row.basis, tables.sources.get(row.source_id), tables),
        further,
        join(conflict_note(name, tables) for name in getattr(row, "conflict_ids", ())),
        claim_marks(row.claim_ids, tables),
        class_="cn-care__backing",
    )


def conflict_note(conflict_id: str, tables: Tables) -> Html:
    """Show a disagreement of the articles and what the kit says instead."""
    row = tables.conflicts.get(conflict_id)
    if row is None:
        return Html("")
    claims = [tables.claims[name] for name in (row.claim_a, row.claim_b) if name in tables.claims]
    sides = join(
        tag("li", tables.text("care.conflict.claim", seeds=", ".join(claim.seeds), statement=claim.statement))
        for claim in claims
    )
    return tag(
        "div",
        tag("p", tables.text("care.conflict.title"), class_="cn-care__conflict-title"),
        tag("ul", sides),
        tag("p", tables.text("care.conflict.kit", line=row.kit_line), class_="cn-care__conflict-kit"),
        class_="cn-care__conflict",
    )


def claim_marks(claim_ids: Iterable[str], tables: Tables) -> Html:
    """Name the articles that a row carries claims of, each claim on demand."""
    claims = [tables.claims[name] for name in claim_ids if name in tables.claims]
    if not claims:
        return Html("")
    seeds = sorted({seed for claim in claims for seed in claim.seeds})
    key = "care.claims_one" if len(claims) == 1 else "care.claims"
    items = join(tag("li", f"{claim.claim_id} ({', '.join(claim.seeds)}): {claim.statement}") for claim in claims)
    return tag(
        "details",
        tag("summary", tables.text(key, seeds=", ".join(seeds), count=len(claims))),
        tag("ul", items),
        class_="cn-source cn-care__claims",
    )


def _who(plan: CarePlan, tables: Tables) -> Html | None:
    if not plan.who:
        return None
    items = join(
        tag("li", tag("strong", person.name), ": ", person.first_visit, data_professional=person.professional_id)
        for person in plan.who
    )
    return tag(
        "section",
        tag("h4", tables.text("care.section.who"), class_="cn-care__heading"),
        tag("p", plan.expect, class_="cn-care__expect") if plan.expect else None,
        tag("ul", items, class_="cn-care__who"),
        class_="cn-care__section",
    )


def review_note(plan: CarePlan, tables: Tables) -> Html:
    """Say when to look again: a day if the plan has a first one, else after how many days."""
    if plan.review_after_days == 0:
        when = tables.text("care.review.today")
    elif plan.review_day is not None:
        when = tables.text("care.review.day", day=day_words(plan.review_day, tables))
    else:
        when = tables.text("care.review.after", days=plan.review_after_days)
    return tag(
        "p",
        tag("strong", when),
        " ",
        "" if plan.held_back and plan.review_why == plan.held_back else plan.review_why,
        class_="cn-care__review",
    )


def send_back_list(rows: Sequence[CareAction], care: CareTables, *, open_: bool = False) -> Html:
    """List what reopens the diagnosis, most urgent first, each with its level in words and shape."""
    tables = care.tables
    items = join(
        tag(
            "li",
            level_shape(row.level, size="small"),
            tag("div", tag("p", row.action, class_="cn-care__action"), tag("p", row.why, class_="cn-quiet")),
            tag("span", level_words(row.level, tables), class_="cn-open__level"),
            class_=f"cn-open__item cn-level--{row.level}",
            data_action_id=row.action_id,
        )
        for row in rows
    )
    urgent = [row for row in rows if row.level in ("emergency_now", "same_day")]
    return tag(
        "section",
        tag("h4", tables.text("care.section.send_back"), class_="cn-care__heading"),
        tag("ul", items, class_="cn-open__list"),
        class_="cn-care__section cn-care__section--send_back",
        data_urgent=str(len(urgent)),
        data_open="true" if open_ else None,
    )


def first_hours_table(plans: Sequence[CarePlan], care: CareTables) -> Html:
    """The first 72 hours of several conditions side by side: first aid, what not to do, when to look again."""
    tables = care.tables
    head = [tables.text(f"care.hours.{name}") for name in ("cause", "do", "dont", "again")]
    rows = join(
        tag(
            "tr",
            tag("th", condition_name(plan.condition_id, tables), scope="row"),
            tag("td", _short(plan.do), data_label=tables.text("care.hours.do")),
            tag("td", _short(plan.dont), data_label=tables.text("care.hours.dont")),
            tag("td", review_note(plan, tables), data_label=tables.text("care.hours.again")),
        )
        for plan in plans
    )
    return table(tables.text("care.hours.caption"), head, rows, class_="cn-table cn-care-hours")


def doses_table(rows: Sequence[CareAction], tables: Tables) -> Html:
    """What the articles say how much of, the newer view, and what the kit says."""
    text = tables.text
    head = [text(f"care.doses.{name}") for name in ("what", "articles", "newer", "kit")]
    body = join(
        tag(
            "tr",
            tag("th", row.action, scope="row"),
            tag("td", row.articles_say, data_label=text("care.doses.articles")),
            tag("td", row.newer_view or text("care.doses.none"), data_label=text("care.doses.newer")),
            tag("td", row.how_long or row.why, data_label=text("care.doses.kit")),
        )
        for row in rows
    )
    return table(text("care.doses.caption"), head, body, class_="cn-table cn-care-hours cnp-doses")


def _short(rows: Sequence[CareAction]) -> Html:
    own = [row for row in rows if row.condition_ids] or list(rows)
    return tag("ul", join(tag("li", row.action) for row in own), class_="cn-care__short")


def tool_list(tools: Sequence[CareTool], care: CareTables, *, held: str = "") -> Html:
    """The self-care toolbox: what must be true first, steps, how long, what the articles say. Held back if asked."""
    if held:
        return held_note(held, care.tables)
    tables = care.tables
    items = join(
        tag(
            "details",
            tag("summary", tool.name),
            tag("p", tag("strong", tables.text("care.tool.first")), " ", tool.first_make_sure),
            tag("ol", join(tag("li", step.strip()) for step in tool.steps.split(" / ")), class_="cn-care__steps"),
            tag("p", tag("strong", tables.text("care.fact.how_long")), " ", tool.how_long),
            _views(tool.articles_say, tool.newer_view, tables),
            _backing(tool, care),
            class_="cn-fold cn-care-tool",
            data_key=f"tool-{tool.tool_id}",
            data_tool=tool.tool_id,
        )
        for tool in tools
    )
    return tag("div", items, class_="cn-care-tools")


def _views(articles_say: str, newer_view: str, tables: Tables) -> Html | None:
    rows = [
        tag("div", tag("dt", tables.text(f"care.fact.{name}")), tag("dd", value))
        for name, value in (("articles_say", articles_say), ("newer_view", newer_view))
        if value
    ]
    return tag("dl", join(rows), class_="cn-care__facts") if rows else None


def medicine_list(medicines: Iterable[Medicine], care: CareTables) -> Html:
    """Drugs by name, each with "ask a professional" in its first line, never a dose."""
    tables = care.tables
    items = join(
        tag(
            "article",
            tag("h4", row.name, class_="cn-care__heading"),
            tag("p", tag("strong", tables.text("care.medicine.ask")), " ", row.ask_first, class_="cn-care__ask"),
            _views(row.articles_say, row.newer_view, tables),
            _backing(row, care),
            class_="cn-care__medicine",
            data_medicine=row.medicine_id,
        )
        for row in medicines
    )
    return tag("div", items, class_="cn-care-medicines")


def professional_list(people: Iterable[Professional], care: CareTables) -> Html:
    """Whom to see: with what they help, when, what the first visit is like, what is not theirs."""
    tables = care.tables
    items = join(
        tag(
            "article",
            tag("h4", row.name, class_="cn-care__heading"),
            tag(
                "dl",
                join(
                    tag("div", tag("dt", tables.text(f"care.person.{name}")), tag("dd", value))
                    for name, value in (
                        ("helps_with", row.helps_with),
                        ("see_when", row.see_when),
                        ("first_visit", row.first_visit),
                        ("limits", row.limits),
                    )
                    if value
                ),
                class_="cn-care__facts",
            ),
            source_note(row.basis, tables.sources.get(row.source_id), tables),
            claim_marks(row.claim_ids, tables),
            class_="cn-care__person",
            data_professional=row.professional_id,
        )
        for row in people
    )
    return tag("div", items, class_="cn-care-people")


def question_list(topics: Mapping[str, Sequence[Question]], care: CareTables, *, open_topic: str = "") -> Html:
    """Questions by topic: one fold a topic (first click), one a question (second click)."""
    tables = care.tables
    blocks = join(
        tag(
            "details",
            tag("summary", tables.text(f"care.topic.{topic}"), tag("span", f" ({len(rows)})", class_="cn-quiet")),
            join(question(row, care) for row in rows),
            class_="cn-fold cn-faq__topic",
            data_key=f"faq-{topic}",
            data_topic=topic,
            open=topic == open_topic,
        )
        for topic, rows in topics.items()
    )
    return tag("div", blocks, class_="cn-faq")


def question(row: Question, care: CareTables, *, open_: bool = False, linked: Collection[str] = ()) -> Html:
    """One question that unfolds to its answer, with what stands behind it.

    Where more stands is a button (``data-action="see"``) if it is one of ``linked``.
    """
    tables = care.tables
    return tag(
        "details",
        tag("summary", row.question),
        tag("p", row.answer, class_="cn-faq__answer"),
        tag("p", _see(row, tables, linked=row.see in linked), class_="cn-quiet", data_see=row.see),
        _backing(row, care),
        class_="cn-fold cn-faq__question",
        data_key=f"q-{row.question_id}",
        data_question=row.question_id,
        open=open_,
    )


def _see(row: Question, tables: Tables, *, linked: bool) -> Html | str:
    words = tables.text("care.see", section=tables.text(f"care.see.{row.see}"))
    if not linked:
        return words
    return tag("button", words, type="button", class_="cn-link", data_action="see", data_see=row.see)
