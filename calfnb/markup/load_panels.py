"""Load rules with both sides of their evidence, side by side on one evening, and a log played again."""

from __future__ import annotations

from collections.abc import Collection

from calfnb.load.replay import Replay, Standing
from calfnb.markup.html import Html, join, tag
from calfnb.markup.load import change_words, table_of
from calfnb.markup.notes import source_note
from calfnb.tables.records_load import LoadTables

__all__ = ["replay_table", "rule_cards", "standing_table"]


def rule_cards(load: LoadTables, only: Collection[str] = ()) -> Html:
    """The rules with what speaks for and against each, the best supported first; all of them if none is named."""
    text = load.tables.text
    cards = [
        tag(
            "details",
            tag("summary", tag("strong", rule.name), " ", tag("span", rule.question)),
            tag(
                "dl",
                tag("dt", text("load.rule.formula")), tag("dd", rule.formula),
                tag("dt", text("load.rule.for")), tag("dd", rule.evidence_for),
                tag("dt", text("load.rule.against")), tag("dd", rule.evidence_against),
                tag("dt", text("load.rule.in_whom")), tag("dd", rule.population),
                tag("dt", text("load.rule.use")), tag("dd", text(f"load.rule.use.{rule.use}")),
                tag("dt", text("load.rule.grade")), tag("dd", rule.grade),
            ),
            source_note(rule.basis, load.tables.sources.get(rule.source_id), load.tables),
            class_="cn-fold cn-load__rule",
            data_key=f"load-rule-{rule.rule_id}",
            data_rule=rule.rule_id,
        )
        for rule in load.ordered_rules
        if not only or rule.rule_id in only
    ]  # fmt: skip
    return tag("div", join(cards), class_="cn-load__rules")


def standing_table(standing: Standing, load: LoadTables) -> Html:
    """The rules side by side on the evening of a day, each with its value, its band and what it lacks."""
    rows = (
        ("LR02", "-" if standing.session.value is None else f"{standing.session.value:.2f}", standing.session),
        ("LR01", change_words(standing.change, load), standing.change),
        ("LR06", "-" if standing.rest.value is None else f"{standing.rest.value:.0f}", standing.rest),
    )
    cells = [
        (load.rules[rule_id].name, value, found.row.words if found.row else load.rules[rule_id].needs)
        for rule_id, value, found in rows
    ]
    ratio = "-" if standing.uncoupled is None else f"{standing.uncoupled:.2f}"
    last = load.rules["LR03"]
    cells.append(
        (last.name, ratio, last.needs if standing.uncoupled is None else load.tables.text("load.text.ratio_caution"))
    )
    return table_of("standing", ("rule", "value", "words"), cells, load)


def replay_table(replay: Replay, load: LoadTables) -> Html:
    """For each injury and rule the first warning in time, and for each rule how often it cried wolf."""
    text = load.tables.text
    leads = [
        (
            lead.injury.isoformat(),
            load.rules[lead.rule_id].name,
            text("load.replay.days_before", days=lead.lead_days) if lead.lead_days is not None
            else text("load.replay.none" if lead.covered else "load.replay.not_covered"),
        )
        for lead in replay.leads
    ]  # fmt: skip
    records = [
        (load.rules[row.rule_id].name, str(row.warnings), str(row.followed), f"{row.injuries_warned}/{row.injuries}")
        for row in replay.records
    ]
    return join(
        (
            table_of("leads", ("injury", "rule", "lead"), leads, load),
            table_of("records", ("rule", "warnings", "followed", "warned"), records, load),
            tag("p", replay.caution, class_="cn-quiet"),
        )
    )
