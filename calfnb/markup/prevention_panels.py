"""The questionnaire on contributing factors as HTML: its steps, what is known of a factor, and what counts.

Nothing here is added up, and no published size stands without what it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from calfnb.markup.care import claim_marks
from calfnb.markup.html import Html, join, tag
from calfnb.markup.notes import source_note
from calfnb.markup.prevention import effect_note, facts_list, further_sources
from calfnb.markup.words import list_words, short_name
from calfnb.prevention.factors import FactorFinding, FactorReport
from calfnb.tables.records_prevention import PreventionTables

__all__ = ["clinician_note", "factor_known", "factor_steps", "factor_summary"]

_CHANGEABLE = ("yes", "partly", "no")


def factor_known(finding: FactorFinding, tables: PreventionTables) -> Html:
    """Write what stands under a question: what an answer means and what is known; folded while it is open."""
    body = join((_facts(finding, tables), _more(finding, tables)))
    key = f"known-{finding.factor.factor_id}"
    goal = f"cnf-{finding.factor.factor_id}"
    if finding.state == "open":
        summary = tag("summary", tables.text("dash4.factors.known"))
        return tag("details", summary, body, class_="cnf-known cnf-known--open", id=goal, data_key=f"{key}-open")
    return tag(
        "div", _verdict(finding, tables), body, class_=f"cnf-known cnf-known--{finding.state}", data_key=key,
        id=goal, data_factor=finding.factor.factor_id, data_state=finding.state,
    )  # fmt: skip


def factor_steps(
    steps: Sequence[tuple[str, str, int, int]], chosen: str, tables: PreventionTables, *, label: str
) -> Html:
    """Write the steps of the questionnaire as buttons that send the action ``step``.

    Parameters
    ----------
    steps
        Id, name, number of answers, number of questions.
    """
    buttons = join(
        tag(
            "li",
            tag(
                "button",
                tag("span", name),
                tag(
                    "span",
                    tables.text("dash4.factors.count", answered=answered, count=count),
                    class_="cnf-steps__count",
                ),
                type="button",
                class_=f"cnf-steps__step{' cnf-steps__step--all' if answered == count else ''}",
                aria_current="step" if step_id == chosen else None,
                data_action="step",
                data_id=step_id,
            ),
        )
        for step_id, name, answered, count in steps
    )
    return tag("nav", tag("ol", buttons), class_="cnf-steps", aria_label=label)


def factor_summary(report: FactorReport, tables: PreventionTables) -> Html:
    """Write what counts, first what is for a clinician, then what can be changed; and what is open.

    A name sends the action ``question`` with the factor's id.
    """
    text = tables.text
    clinician = {row.factor.factor_id for row in report.for_a_clinician}
    own = [row for row in report.counting if row.factor.factor_id not in clinician]
    parts: list[Html | None] = [clinician_note(report, tables)]
    for kind in _CHANGEABLE:
        rows = [row for row in own if row.factor.modifiable == kind]
        if rows:
            title = tag("h4", text(f"dash4.factors.changeable.{kind}"), class_="cnf-sum__title")
            parts.append(join((title, _names(rows, tables))))
    if not report.counting:
        key = "dash4.factors.nothing" if len(report.open) == len(report.findings) else "prevention.report.none"
        parts.append(tag("p", text(key)))
    parts.append(tag("p", text("prevention.report.no_score"), class_="cn-quiet"))
    parts.append(_open(report, tables))
    return join(parts)


def clinician_note(report: FactorReport, tables: PreventionTables) -> Html | None:
    """Name what counts and is a matter for a clinician, with the ways on; None if nothing is.

    Its names send the action ``question``, its button the action ``panel``.
    """
    rows = report.for_a_clinician
    if not rows:
        return None
    text = tables.text
    items = join(
        tag("li", _name_button(row), tag("span", row.factor.guard) if row.factor.guard else None) for row in rows
    )
    safety = tag(
        "button", text("dash4.factors.safety"), type="button", class_="cnw-button cnw-button-strong",
        data_action="panel", data_id="start",
    )  # fmt: skip
    causes = tag("a", text("dash4.factors.causes"), class_="cnw-link-out", data_lesson="01_causes")
    return tag(
        "div",
        tag("p", text("prevention.report.clinician"), class_="cnf-clinician__title"),
        tag("p", text("dash4.factors.clinician")),
        tag("ul", items),
        tag("p", safety, " ", causes, class_="cnf-clinician__ways"),
        class_="cnf-clinician",
        role="note",
        data_key="clinician",
    )


# ---- small parts ----------------------------------------------------------------------------------------------------


def _verdict(finding: FactorFinding, tables: PreventionTables) -> Html:
    """Say what the answer means, and whether the factor can be changed."""
    text, factor = tables.text, finding.factor
    state = "clinician" if finding.counts and factor.safety else finding.state
    return tag(
        "p",
        tag("strong", text(f"dash4.factors.verdict.{state}"), class_="cnf-verdict"),
        " ",
        tag("span", text(f"prevention.modifiable.{factor.modifiable}"), class_="cn-factor__mark"),
        class_="cnf-known__verdict",
    )


def _facts(finding: FactorFinding, tables: PreventionTables) -> Html:
    factor, text = finding.factor, tables.text
    status = tag("span", text(f"prevention.status.{factor.seed_status}"), class_="cn-factor__mark")
    articles = join((factor.seeds_say, " ", status)) if factor.seeds_say else text("dash4.factors.not_named")
    modifiable = text(f"prevention.modifiable.{factor.modifiable}") if finding.state == "open" else ""
    return facts_list(
        (
            ("mechanism", factor.mechanism),
            ("modifiable", modifiable),
            ("strength", text(f"prevention.strength.{factor.strength}")),
            ("articles", articles),
            ("holds", factor.holds),
        ),
        "prevention.factor",
        tables,
    )


def _more(finding: FactorFinding, tables: PreventionTables) -> Html:
    factor = finding.factor
    conditions = list_words([short_name(name, tables.tables) for name in factor.condition_ids], tables.tables)
    facts = facts_list(
        (
            ("threshold", factor.threshold),
            ("effect", effect_note(factor, tables)),
            ("conditions", conditions),
            ("actions", list_words([action.name for action in finding.actions], tables.tables)),
            ("note", factor.note),
        ),
        "prevention.factor",
        tables,
    )
    return tag(
        "details",
        tag("summary", tables.text("dash4.factors.more")),
        facts,
        source_note(factor.basis, tables.tables.sources.get(factor.source_id), tables.tables),
        further_sources(factor.more_source_ids, tables),
        claim_marks(factor.claim_ids, tables.tables),
        class_="cnf-more",
        data_key=f"more-{factor.factor_id}",
    )


def _names(rows: Iterable[FactorFinding], tables: PreventionTables) -> Html:
    items = join(
        tag("li", _name_button(row), tag("span", _about(row, tables), class_="cnf-sum__about")) for row in rows
    )
    return tag("ul", items, class_="cnf-sum__list")


def _about(row: FactorFinding, tables: PreventionTables) -> str:
    """Say how sure it is that a factor contributes, with the answer where it is more than a yes."""
    strength = tables.text(f"prevention.strength.{row.factor.strength}")
    evidence = tables.text("dash4.factors.evidence", strength=strength)
    return evidence if row.factor.kind == "yes_no" else f"{row.words} · {evidence}"


def _name_button(row: FactorFinding) -> Html:
    return tag(
        "button", row.factor.name, type="button", class_="cn-link", data_action="question",
        data_id=row.factor.factor_id, data_jump=f"cnf-{row.factor.factor_id}",
    )  # fmt: skip


def _open(report: FactorReport, tables: PreventionTables) -> Html | None:
    if not report.open:
        return None
    text, count = tables.text, len(report.open)
    medical = sum(row.factor.safety for row in report.open)
    first = text("dash4.factors.open.one") if count == 1 else text("prevention.report.open", count=count)
    second = text("dash4.factors.open.clinician", count=medical) if medical else ""
    return tag("p", first, " ", second, class_="cnf-sum__open", data_key="open")
