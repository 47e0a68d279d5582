"""Load rules side by side on one evening, each with both sides of its evidence, and a log played again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from calfnb.load.replay import Lead, Replay, Standing
from calfnb.load.rules import Measure
from calfnb.markup.html import Html, join, tag
from calfnb.markup.load import change_words
from calfnb.markup.load_frame import SHAPES, named_table, sample
from calfnb.markup.notes import source_note
from calfnb.tables.records_load import LoadRule, LoadTables

__all__ = ["replay_table", "standing_list"]

#: The sign of each tone; what cannot be worked out is never shown as good news.
_SIGNS = {"calm": "reference", "watch": "small_spike", "high": "large_spike", "unknown": "not_computable"}


def standing_list(standing: Standing, load: LoadTables) -> Html:
    """The rules on one evening, each with its value, what it means or lacks, and both sides of its evidence."""
    text = load.tables.text
    values = {
        "LR02": "" if standing.session.value is None else f"{standing.session.value:.2f}",
        "LR01": "" if standing.change.value is None else change_words(standing.change, load),
        "LR06": "" if standing.rest.value is None else f"{standing.rest.value:.0f}",
        "LR03": "" if standing.uncoupled is None else f"{standing.uncoupled:.2f}",
    }
    measures = {"LR02": standing.session, "LR01": standing.change, "LR06": standing.rest}
    items = []
    for rule_id, value in values.items():
        rule, measure = load.rules[rule_id], measures.get(rule_id)
        tone = measure.tone if measure else "unknown"
        items.append(
            tag(
                "li",
                tag(
                    "p",
                    sample(_sign(measure), tone) if value and measure else None,
                    tag("strong", rule.name),
                    tag("span", value or text("load.state.not_computable"), class_="cn-standing__value"),
                    class_="cn-standing__head",
                ),
                tag("p", _meaning(rule, measure, value, load)),
                _both_sides(rule, load),
                class_=f"cn-standing__rule cn-standing__rule--{tone if value else 'unknown'}",
                data_rule=rule_id,
            )
        )
    return tag("ul", *items, class_="cn-standing")


def _sign(measure: Measure) -> str:
    """Return the sign of a value: that of its state in the figure of the runs, or that of its tone."""
    return measure.band if measure.band in SHAPES else _SIGNS[measure.tone]


def _meaning(rule: LoadRule, measure: Measure | None, value: str, load: LoadTables) -> str:
    """Say what a value means, or what is missing for one."""
    if not value:
        return load.tables.text("load.standing.needs", what=rule.needs)
    if measure is None or measure.row is None:
        return load.tables.text("load.text.ratio_caution")
    return measure.row.words


def _both_sides(rule: LoadRule, load: LoadTables) -> Html:
    text = load.tables.text
    return tag(
        "details",
        tag("summary", text("load.standing.sides", grade=rule.grade)),
        tag(
            "dl",
            tag("dt", text("load.rule.for")), tag("dd", rule.evidence_for),
            tag("dt", text("load.rule.against")), tag("dd", rule.evidence_against),
            tag("dt", text("load.rule.in_whom")), tag("dd", rule.population),
        ),
        source_note(rule.basis, load.tables.sources.get(rule.source_id), load.tables),
        class_="cn-standing__sides",
        data_key=f"standing-{rule.rule_id}",
    )  # fmt: skip


def replay_table(replay: Replay, load: LoadTables, names: Mapping[date, str] | None = None) -> Html:
    """For each rule the first warning before each injury, and how often it warned at all.

    Parameters
    ----------
    names
        Words for the injuries, by the day on which each began.
    """
    text = load.tables.text
    days = sorted({lead.injury for lead in replay.leads})
    leads = {(lead.rule_id, lead.injury): lead for lead in replay.leads}
    columns = [text("load.column.rule")]
    columns += [text("load.replay.injury", day=day, words=(names or {}).get(day, "")).rstrip(" ,") for day in days]
    columns += [text("load.column.warnings"), text("load.column.followed")]
    rows = [
        (
            load.rules[record.rule_id].name,
            *(_lead_words(leads[record.rule_id, day], load) for day in days),
            str(record.warnings),
            str(record.followed),
        )
        for record in replay.records
    ]
    caution = tag("p", replay.caution, class_="cn-load__caution", role="note")
    return join((caution, named_table(text("load.figure.leads.caption"), columns, rows, load)))


def _lead_words(lead: Lead, load: LoadTables) -> str:
    text = load.tables.text
    if lead.lead_days is not None:
        return text("load.replay.days_before", days=lead.lead_days)
    return text("load.replay.none" if lead.covered else "load.replay.not_covered")
