"""The week of a programme as the page shows it: seven days side by side, then every action with its evidence.

A name in the days jumps to its card. Buttons send the actions ``leave`` and ``back`` with the id of an action.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from calfnb.markup.care import claim_marks
from calfnb.markup.html import Html, join, tag
from calfnb.markup.notes import source_note
from calfnb.markup.prevention import action_card, further_sources, item_doses, week_table
from calfnb.markup.words import list_words
from calfnb.prevention.programme import DayPlan, NotPlaced, Reason, WeekItem, WeekProgramme
from calfnb.tables.records_prevention import PreventionAction, PreventionTables, WeekProfile, WeekRule

__all__ = ["week_actions", "week_days"]

#: So many reasons stand in a day; the card has all of them.
_REASONS = 2


def week_days(programme: WeekProgramme, tables: PreventionTables) -> Html:
    """Write the seven days: the run, what is added with dose and minutes, and why; before them what could not be kept.

    The days are empty while the gate stops.
    """
    text = tables.text
    conflicts = None
    if programme.conflicts:
        sentences = join(tag("li", sentence) for sentence in programme.conflicts)
        title = tag("p", text("prevention.week.conflicts"), class_="cnk-conflicts__title")
        conflicts = tag("div", title, tag("ul", sentences), class_="cnk-conflicts", role="note", data_key="conflicts")
    days = join(_day(day, tables) for day in programme.days)
    return join((conflicts, tag("ol", days, class_="cnk-week", data_key="week")))


def week_actions(programme: WeekProgramme, left_out: Sequence[str], tables: PreventionTables) -> Html:
    """Write every action with its evidence: those of the week, those without a day, those that wait or are kept back.

    Parameters
    ----------
    left_out
        Actions that a person took out; each can be put back.
    """
    text = tables.text
    placed: dict[str, WeekItem] = {}
    for day in programme.days:
        for item in day.items:
            placed.setdefault(item.action.action_id, item)
    cards = join(_placed_card(item, programme, tables) for item in placed.values())
    parts: list[Html | None] = [
        _section("placed", tag("div", cards, class_="cnk-cards"), tables)
        if placed
        else tag("p", text("dash4.week.none")),
        _taken_out(left_out, tables),
        _section("habits", _folds([(*row, "") for row in programme.habits], tables), tables)
        if programme.habits
        else None,
        _waiting("later", programme.later, tables),
        _waiting("kept_back", programme.left_out, tables),
        _fold("kinds", join(_kind(profile, tables) for profile in programme.profiles), tables),
        _fold("rules", tag("ul", join(_rule(rule, tables) for rule in tables.week_rules), class_="cnk-rules"), tables),
        _fold("table", week_table(programme, tables), tables),
    ]
    return join(parts)


# ---- a day ----------------------------------------------------------------------------------------------------------


def _day(day: DayPlan, tables: PreventionTables) -> Html:
    text = tables.text
    minutes = text("prevention.week.min", minutes=day.minutes) if day.minutes else ""
    head = tag(
        "div",
        tag("h4", text(f"prevention.day.{day.day}")),
        tag("span", minutes, class_="cnk-day__minutes"),
        class_="cnk-day__head",
    )
    items = join(_item(item, tables) for item in day.items)
    return tag(
        "li",
        head,
        tag("p", text(f"prevention.kind.{day.kind}"), class_=f"cnk-run cnk-run--{day.kind}"),
        items or tag("p", text("prevention.week.nothing"), class_="cn-quiet"),
        tag("p", text("prevention.week.free"), class_="cnk-day__free") if day.free else None,
        class_=f"cnk-day{' cnk-day--free' if day.free else ''}",
        data_day=day.day,
        data_key=f"day-{day.day}",
    )


def _item(item: WeekItem, tables: PreventionTables) -> Html:
    text = tables.text
    minutes = tag("span", text("prevention.week.min", minutes=item.minutes), class_="cnk-item__minutes")
    place = join((text(f"dash4.week.when.{item.when}"), " · ", minutes))
    name = tag(
        "button", item.action.name, type="button", class_="cn-link cnk-item__name",
        data_jump=_anchor(item.action.action_id),
    )  # fmt: skip
    return tag(
        "div",
        name,
        tag("p", place, class_="cnk-item__place"),
        tag("p", item_doses(item, tables), class_="cnk-item__dose"),
        tag("p", _why(item.reasons, tables), class_="cnk-item__why"),
        class_=f"cnk-item cnk-item--{item.action.load}",
        data_item=item.action.action_id,
        data_key=f"item-{item.day}-{item.action.action_id}",
    )


def _why(reasons: Sequence[Reason], tables: PreventionTables) -> str:
    """Name the factors and kinds of runner for which an action is there, the first few of them."""
    names = [
        tables.factors[reason.id].name if reason.kind == "factor" else tables.profiles[reason.id].name
        for reason in reasons
    ]
    rest = len(names) - _REASONS
    if rest <= 0:
        return tables.text("dash4.week.because", names=list_words(names, tables.tables))
    return tables.text("dash4.week.because.more", names=", ".join(names[:_REASONS]), count=rest)


# ---- what stands behind the week ------------------------------------------------------------------------------------


def _kind(profile: WeekProfile, tables: PreventionTables) -> Html:
    """Write what is known of a kind of runner, with its source and the claims that it carries."""
    return tag(
        "div",
        tag("h4", profile.name),
        tag("p", profile.note),
        source_note(profile.basis, tables.tables.sources.get(profile.source_id), tables.tables),
        further_sources(profile.more_source_ids, tables),
        claim_marks(profile.claim_ids, tables.tables),
        class_="cnk-kind",
        data_profile=profile.profile_id,
    )


def _rule(rule: WeekRule, tables: PreventionTables) -> Html:
    source = tables.tables.sources.get(rule.source_id)
    return tag(
        "li",
        tag("strong", rule.sentence),
        " ",
        rule.why,
        source_note(rule.basis, source, tables.tables),
        further_sources(rule.more_source_ids, tables),
        data_week_rule=rule.rule_id,
    )


# ---- cards ----------------------------------------------------------------------------------------------------------


def _anchor(action_id: str) -> str:
    return f"cnk-{action_id}"


def _placed_card(item: WeekItem, programme: WeekProgramme, tables: PreventionTables) -> Html:
    text, action = tables.text, item.action
    days = [day.day for day in programme.days if any(row.action == action for row in day.items)]
    names = (
        text("dash4.week.every_day")
        if len(days) == len(programme.days)
        else list_words([text(f"prevention.day.{day}") for day in days], tables.tables)
    )
    placed = text("dash4.week.placed", days=names, when=text(f"prevention.when.{item.when}"), minutes=item.minutes)
    return action_card(
        action, item.reasons, tables, placed=placed, anchor=_anchor(action.action_id), button=_leave(action, tables)
    )


def _leave(action: PreventionAction, tables: PreventionTables) -> Html:
    label = tables.text("dash4.week.leave.label", name=action.name)
    return tag(
        "button", tables.text("dash4.week.leave"), type="button", class_="cnw-button cnw-button-quiet",
        aria_label=label, data_action="leave", data_id=action.action_id,
    )  # fmt: skip


def _taken_out(left_out: Sequence[str], tables: PreventionTables) -> Html | None:
    if not left_out:
        return None
    text = tables.text
    rows = join(
        tag(
            "li",
            tag("span", tables.actions[name].name),
            tag(
                "button", text("dash4.week.back"), type="button", class_="cnw-button",
                aria_label=text("dash4.week.back.label", name=tables.actions[name].name), data_action="back",
                data_id=name,
            ),
            data_key=f"out-{name}",
        )
        for name in left_out
    )  # fmt: skip
    return _section("taken_out", tag("ul", rows, class_="cnk-out"), tables)


def _waiting(name: str, rows: Sequence[NotPlaced], tables: PreventionTables) -> Html | None:
    if not rows:
        return None
    return _section(name, _folds([(row.action, row.reasons, row.sentence) for row in rows], tables), tables)


def _folds(rows: Iterable[tuple[PreventionAction, Sequence[Reason], str]], tables: PreventionTables) -> Html:
    return tag(
        "div",
        join(
            tag(
                "details",
                tag(
                    "summary",
                    tag("span", action.name, class_="cnk-fold__name"),
                    tag("span", sentence or action.how, class_="cnk-fold__more"),
                ),
                action_card(action, reasons, tables, button=_leave(action, tables)),
                class_="cnk-fold",
                data_key=f"fold-{action.action_id}",
            )
            for action, reasons, sentence in rows
        ),
        class_="cnk-folds",
    )


def _section(name: str, body: Html, tables: PreventionTables) -> Html:
    title = tag("h3", tables.text(f"dash4.week.section.{name}"), class_="cnk-title")
    lead = tables.tables.messages.get(f"dash4.week.section.{name}.lead", "")
    return tag(
        "section", title, tag("p", lead, class_="cn-quiet") if lead else None, body, class_="cnk-section",
        data_key=f"section-{name}",
    )  # fmt: skip


def _fold(name: str, body: Html, tables: PreventionTables) -> Html:
    summary = tag("summary", tables.text(f"dash4.week.section.{name}"))
    return tag(
        "details", summary, tag("div", body, class_="cnw-part__body"), class_="cnw-part", data_key=f"fold-{name}"
    )
