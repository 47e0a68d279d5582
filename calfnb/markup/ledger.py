"""The claims of the five articles, which rows carry them, and where they disagree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from calfnb.markup.html import Html, join, tag
from calfnb.markup.notes import source_note
from calfnb.tables.records import Claim, Conflict, Tables

__all__ = ["claim_list", "claims_about", "claims_by_topic", "disagreements"]


def claims_about(condition_id: str, tables: Tables) -> tuple[Claim, ...]:
    """Return what the articles claim of a condition: of the condition, its findings and its warning signs."""
    condition = tables.conditions[condition_id]
    ids = list(condition.claim_ids)
    ids += [claim_id for row in tables.profiles_of(condition_id) for claim_id in row.claim_ids]
    ids += [c for flag in tables.red_flags.values() if flag.suspected == condition_id for c in flag.claim_ids]
    return tuple(tables.claims[claim_id] for claim_id in sorted(set(ids)) if claim_id in tables.claims)


def claim_list(claims: Iterable[Claim]) -> Html:
    """List claims, each with its number, the articles that make it and the place in them."""
    items = join(
        tag(
            "li",
            tag("span", claim.statement),
            " ",
            tag("span", f"{', '.join(claim.seeds)} · {claim.claim_id}", class_="cn-quiet", title=claim.places),
        )
        for claim in claims
    )
    return tag("ul", items, class_="cn-claims")


def claims_by_topic(tables: Tables) -> Html:
    """All claims, folded by topic."""
    ordered = sorted(tables.claims.values(), key=lambda claim: (claim.topic, claim.claim_id))
    folds = []
    for topic, group in groupby(ordered, key=lambda claim: claim.topic):
        claims: Sequence[Claim] = tuple(group)
        folds.append(
            tag(
                "details",
                tag("summary", tables.text("markup.claims.topic", topic=topic.replace("_", " "), count=len(claims))),
                claim_list(claims),
                class_="cn-fold",
                data_key=f"claims-{topic}",
            )
        )
    return tag("div", join(folds), class_="cn-columns")


def disagreements(tables: Tables) -> Html:
    """Where the articles contradict each other or the evidence, and what the kit says instead."""
    ordered = sorted(tables.conflicts.values(), key=lambda conflict: (conflict.topic, conflict.conflict_id))
    folds = (
        tag(
            "details",
            tag(
                "summary",
                tables.text("markup.claims.topic", topic=topic.replace("_", " "), count=len(conflicts)),
            ),
            tag("ul", join(_disagreement(item, tables) for item in conflicts), class_="cn-conflicts"),
            class_="cn-fold",
            data_key=f"conflicts-{topic}",
        )
        for topic, conflicts in ((topic, tuple(group)) for topic, group in groupby(ordered, key=lambda c: c.topic))
    )
    return tag("div", join(folds), class_="cn-columns")


def _disagreement(conflict: Conflict, tables: Tables) -> Html:
    return tag(
        "li",
        tag("p", conflict.why),
        tag("p", tag("strong", tables.text("markup.claims.kit")), " ", conflict.kit_line),
        source_note(conflict.basis, tables.sources.get(conflict.source_id), tables),
    )
