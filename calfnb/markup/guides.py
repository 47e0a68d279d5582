"""Guides of prevention as HTML: both sides of what the articles say, what is known, what to do, and what follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from calfnb.load.body import calf_minutes
from calfnb.markup.care import claim_marks
from calfnb.markup.html import Html, join, tag
from calfnb.markup.load import table_of
from calfnb.markup.notes import source_list, source_note
from calfnb.markup.prevention import effect_note
from calfnb.markup.words import list_words
from calfnb.tables.records import Claim, Tables, grouped
from calfnb.tables.records_load import LoadRule, LoadTables
from calfnb.tables.records_prevention import PreventionAction, PreventionGuide, PreventionTables

__all__ = ["action_list", "dispute", "guide_list", "load_rule_cards", "sport_table"]


def guide_list(guides: Iterable[PreventionGuide], tables: PreventionTables, *, open_disputes: bool = False) -> Html:
    """Write guides: what the articles say, what is known and how surely, what to do, and the disagreements.

    Parameters
    ----------
    open_disputes
        Whether the disagreements are unfolded.
    """
    return tag("section", join(_guide(guide, tables, open_disputes) for guide in guides), class_="cn-guides")


def _guide(guide: PreventionGuide, tables: PreventionTables, open_disputes: bool) -> Html:
    text = tables.text
    disputes = join(dispute(name, tables.tables) for name in guide.conflict_ids)
    actions = [tables.actions[name] for name in guide.action_ids if name in tables.actions]
    grade = tag("span", text("prevention.grade", grade=guide.grade), class_="cn-guide__grade")
    return tag(
        "article",
        tag("header", tag("h3", guide.title), grade, class_="cn-guide__head"),
        tag(
            "div",
            _column("articles", guide.articles_say, claim_marks(guide.claim_ids, tables.tables), tables),
            _column("evidence", guide.evidence, _sources(guide, tables), tables),
            class_="cn-guide__sides",
        ),
        tag("p", tag("strong", f"{text('prevention.guide.advice')}: "), guide.advice, class_="cn-guide__advice"),
        tag("p", tag("strong", f"{text('prevention.guide.harms')}: "), guide.harms, class_="cn-guide__harms")
        if guide.harms
        else None,
        _disputes(disputes, guide, tables, open_disputes) if disputes else None,
        _actions(actions, guide.guide_id, tables) if actions else None,
        class_="cn-guide",
        data_guide=guide.guide_id,
    )


def _column(name: str, words: str, more: Html, tables: PreventionTables) -> Html:
    return tag(
        "div",
        tag("h4", tables.text(f"prevention.guide.{name}")),
        tag("p", words),
        more,
        class_=f"cn-guide__side cn-guide__side--{name}",
    )


def _sources(row: PreventionGuide | PreventionAction | LoadRule, tables: PreventionTables) -> Html:
    """Return what a row rests on: its basis with the first source, and the further ones on demand."""
    first = source_note(row.basis, tables.tables.sources.get(row.source_id), tables.tables)
    more = row.more_source_ids
    if not more:
        return first
    summary = tag("summary", tables.text("prevention.more_sources", count=len(more)))
    return join((first, tag("details", summary, source_list(tuple(more), tables.tables), class_="cn-source")))


def _disputes(body: Html, guide: PreventionGuide, tables: PreventionTables, open_: bool) -> Html:
    count = len(guide.conflict_ids)
    key = "prevention.guide.disputes.one" if count == 1 else "prevention.guide.disputes"
    return tag(
        "details",
        tag("summary", tables.text(key, count=count)),
        tag("div", body, class_="cn-guide__disputes"),
        class_="cn-fold",
        data_key=f"disputes-{guide.guide_id}",
        open=open_,
    )


def dispute(conflict_id: str, tables: Tables) -> Html:
    """Show both sides of a disagreement beside each other, each with who says it, and what the kit makes of it.

    Where only one claim is at issue the other side is why it is doubted. An unknown id gives "".
    """
    row = tables.conflicts.get(conflict_id)
    if row is None:
        return Html("")
    sides = [_side(tables.claims[name], tables) for name in (row.claim_a, row.claim_b) if name in tables.claims]
    if len(sides) < 2:
        heading = tag("h5", tables.text("prevention.dispute.doubt"))
        sides.append(tag("div", heading, tag("p", row.why), class_="cn-dispute__side"))
        why = None
    else:
        why = tag("p", row.why, class_="cn-quiet")
    kit = tag("p", tables.text("care.conflict.kit", line=row.kit_line), class_="cn-dispute__kit")
    return tag(
        "div",
        tag("div", *sides, class_="cn-dispute__sides"),
        why,
        kit,
        source_note(row.basis, tables.sources.get(row.source_id), tables),
        class_="cn-dispute",
        data_conflict=conflict_id,
    )


def _side(claim: Claim, tables: Tables) -> Html:
    heading = tag("h5", tables.text("prevention.dispute.says", seeds=", ".join(claim.seeds)))
    return tag("div", heading, tag("p", claim.statement), class_="cn-dispute__side", data_claim=claim.claim_id)


def _actions(actions: Sequence[PreventionAction], name: str, tables: PreventionTables) -> Html:
    cards = join(_action(action, tables) for action in actions)
    return tag(
        "details",
        tag("summary", tables.text("prevention.guide.actions", count=len(actions))),
        tag("div", cards, class_="cn-guide__actions"),
        class_="cn-fold",
        data_key=f"actions-{name}",
    )


def action_list(actions: Iterable[PreventionAction], tables: PreventionTables) -> Html:
    """Write every action folded, by what it is about and what is to begin first; with what it answers."""
    groups = grouped(sorted(actions, key=lambda row: row.first), lambda row: row.kind)
    sections = (
        tag(
            "section",
            tag("h3", tables.text(f"prevention.action_kind.{kind}")),
            tag("div", join(_folded_action(row, tables) for row in rows), class_="cn-load__rules"),
            class_="cn-actions",
        )
        for kind, rows in groups.items()
    )
    return join(sections)


def _folded_action(action: PreventionAction, tables: PreventionTables) -> Html:
    text = tables.text
    known = f"{text(f'prevention.direction.{action.direction}')}, {text('prevention.grade', grade=action.grade)}"
    grade = tag("span", known, class_="cn-guide__grade")
    answers = list_words([tables.factors[name].name for name in action.factor_ids], tables.tables)
    return tag(
        "details",
        tag("summary", tag("span", tag("strong", action.name), " ", grade)),
        tag("p", text("prevention.action.answers", names=answers), class_="cn-quiet") if answers else None,
        _action_body(action, tables),
        tag("p", action.note, class_="cn-quiet") if action.note else None,
        class_="cn-fold cn-load__rule",
        data_key=f"every-action-{action.action_id}",
        data_action_id=action.action_id,
    )


def _action(action: PreventionAction, tables: PreventionTables) -> Html:
    return tag(
        "article",
        tag("h5", action.name),
        _action_body(action, tables),
        class_="cn-guide__action",
        data_action_id=action.action_id,
    )


def _action_body(action: PreventionAction, tables: PreventionTables) -> Html:
    """Write an action briefly: how, dose, for, against, harms; its days are the matter of the weekly programme."""
    text = tables.text
    known = f"{text(f'prevention.direction.{action.direction}')}, {text('prevention.grade', grade=action.grade)}"
    facts: tuple[tuple[str, object], ...] = (
        ("how", action.how),
        ("dose", action.dose),
        ("evidence", known),
        ("for", action.evidence_for),
        ("against", action.evidence_against),
        ("harms", action.harms),
        ("articles", action.seeds_say),
    )
    rows = join(
        tag("div", tag("dt", text(f"prevention.action.{key}")), tag("dd", value)) for key, value in facts if value
    )
    return join((
        tag("dl", rows, class_="cn-factor__facts"),
        tag("p", effect_note(action, tables), class_="cn-quiet") if action.effect else None,
        _sources(action, tables),
        claim_marks(action.claim_ids, tables.tables),
    ))  # fmt: skip


def load_rule_cards(
    rule_ids: Iterable[str], load: LoadTables, tables: PreventionTables, *, open_: bool = False
) -> Html:
    """Write load rules with what speaks for and against each, in whom, how it is used and its claims.

    Parameters
    ----------
    open_
        Whether the cards are unfolded.
    """
    text = load.tables.text
    cards = []
    for rule in (load.rules[name] for name in rule_ids if name in load.rules):
        facts = (
            ("for", rule.evidence_for),
            ("against", rule.evidence_against),
            ("in_whom", rule.population),
            ("formula", rule.formula),
            ("use", text(f"load.rule.use.{rule.use}")),
        )
        grade = tag("span", text("prevention.grade", grade=rule.grade), class_="cn-guide__grade")
        rows = join(tag("div", tag("dt", text(f"load.rule.{key}")), tag("dd", value)) for key, value in facts if value)
        cards.append(
            tag(
                "details",
                tag("summary", tag("span", tag("strong", rule.name), " ", grade, " ", rule.question)),
                tag("dl", rows, class_="cn-factor__facts"),
                _sources(rule, tables),
                claim_marks(rule.claim_ids, load.tables),
                class_="cn-fold cn-load__rule",
                data_key=f"guide-rule-{rule.rule_id}",
                data_rule=rule.rule_id,
                open=open_,
            )
        )
    return tag("div", join(cards), class_="cn-load__rules")


def sport_table(minutes: float, load: LoadTables) -> Html:
    """Write how many minutes of running load the calf as much as these minutes of each sport."""
    cells = [
        (row.name, f"{calf_minutes(load, row.activity_id, minutes):.0f}", f"{row.calf_share:g}", row.note)
        for row in load.cross_training.values()
    ]
    return table_of("sports", ("sport", "calf_minutes", "calf_share", "note"), cells, load)
