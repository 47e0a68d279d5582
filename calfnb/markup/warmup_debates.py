"""One side of a dispute: what it says and rests on, who of the articles holds it, and what it changes in a plan."""

from __future__ import annotations

from collections.abc import Sequence

from calfnb.markup.care import claim_marks
from calfnb.markup.html import Html, tag
from calfnb.markup.notes import source_list, source_note
from calfnb.tables.records_prevention import PreventionTables
from calfnb.tables.records_warmup import Debate
from calfnb.warmup.plan import Step, WarmUpPlan

__all__ = ["article_sides", "plan_comparison", "side_evidence"]

#: The articles that the kit started from.
_ARTICLES = ("S0", "S1", "S2", "S3", "S4")


def side_evidence(row: Debate, tables: PreventionTables) -> Html:
    """Write what a side says and what is known of it, with certainty and sources."""
    text = tables.text
    return tag(
        "div",
        tag("h4", text("warmup.side.says")),
        tag("p", row.says),
        tag("h4", text("warmup.drill.known")),
        tag("p", row.evidence),
        tag("p", text("prevention.grade", grade=row.grade), class_="cn-quiet"),
        source_note(row.basis, tables.tables.sources.get(row.source_id), tables.tables),
        tag("details", tag("summary", text("warmup.side.more_sources")),
            source_list(row.more_source_ids, tables.tables), class_="cn-source")
        if row.more_source_ids
        else None,
        claim_marks(row.claim_ids, tables.tables),
        class_="cn-side__evidence",
    )  # fmt: skip


def article_sides(sides: Sequence[Debate], tables: PreventionTables) -> Html:
    """List the five articles, each with the sides that it holds."""
    rows = []
    for article in _ARTICLES:
        held = [row.label for row in sides if article in row.held_by]
        said = tag("span", "; ".join(held)) if held else tag("span", tables.text("warmup.side.silent"),
                                                             class_="cn-quiet")  # fmt: skip
        rows.append(tag("div", tag("dt", article), tag("dd", said)))
    return tag(
        "div",
        tag("h4", tables.text("warmup.side.articles")),
        tag("dl", *rows, class_="cn-side__articles"),
        class_="cn-side__who",
    )


def plan_comparison(before: WarmUpPlan, after: WarmUpPlan, tables: PreventionTables) -> Html:
    """Put two plans of one session beside each other: the drills that differ, the minutes of both, what stays."""
    text = tables.text
    one, other = _by_drill(before), _by_drill(after)
    names = dict.fromkeys((*one, *other))
    differing = [name for name in names if _told(one.get(name)) != _told(other.get(name))]
    totals = (
        ("warmup.side.total", before.total_min, after.total_min),
        ("warmup.side.total_cool", before.cool_down_min, after.cool_down_min),
    )
    rows = [_pair(one.get(name), other.get(name), tables) for name in sorted(differing, key=_phase_order)]
    rows += [
        tag("tr", tag("th", text(key), scope="row"), *(tag("td", _minutes(value, tables)) for value in (old, new)),
            class_="cn-side__total" if old == new else "cn-side__total cn-side--changed")
        for key, old, new in totals
    ]  # fmt: skip
    heads = (tag("th", text(f"warmup.side.{name}"), scope="col") for name in ("drill", "now", "then"))
    caption = text("warmup.side.caption") if differing else text("warmup.side.same")
    table = tag(
        "table", tag("caption", caption), tag("thead", tag("tr", *heads)), tag("tbody", *rows),
        class_="cn-table cn-side__table",
    )  # fmt: skip
    left = len(names) - len(differing)
    stays = tag("p", text("warmup.side.stays", count=left), class_="cn-quiet") if differing and left else None
    notes = [said for name, said in after.notes if name.startswith("static_")]
    return tag("div", table, stays, *(tag("p", said, class_="cn-quiet") for said in notes), class_="cn-side__change")


def _by_drill(plan: WarmUpPlan) -> dict[tuple[str, str], list[Step]]:
    found: dict[tuple[str, str], list[Step]] = {}
    for step in (*plan.steps, *plan.cool_down):
        found.setdefault((step.phase, step.exercise_id), []).append(step)
    return found


def _told(steps: Sequence[Step] | None) -> tuple[float, str] | None:
    return (sum(step.minutes for step in steps), steps[0].dose) if steps else None


def _phase_order(name: tuple[str, str]) -> int:
    return ("raise", "static", "mobilise", "potentiate", "cool_down").index(name[0])


def _pair(old: Sequence[Step] | None, new: Sequence[Step] | None, tables: PreventionTables) -> Html:
    step = (old or new or ())[0]
    kind = "added" if not old else "removed" if not new else "changed"
    phase = tag("span", tables.text(f"warmup.phase.{step.phase}"), class_="cn-side__phase")
    cells = (tag("td", _amount(steps, tables)) for steps in (old, new))
    return tag("tr", tag("th", step.name, phase, scope="row"), *cells, class_=f"cn-side--{kind}")


def _amount(steps: Sequence[Step] | None, tables: PreventionTables) -> str:
    if not steps:
        return tables.text("warmup.side.none")
    minutes = _minutes(sum(step.minutes for step in steps), tables)
    return minutes if steps[0].dose == minutes else f"{minutes}: {steps[0].dose}"


def _minutes(value: float, tables: PreventionTables) -> str:
    return tables.text("warmup.timeline.minute", minute=f"{value:g}")
