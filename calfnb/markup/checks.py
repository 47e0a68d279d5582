"""The self-check test by test: how it is done, what counts, and which drills fit what stands out."""

from __future__ import annotations

from calfnb.markup.assets import static_text
from calfnb.markup.drills import drill_figure
from calfnb.markup.html import Html, join, tag
from calfnb.markup.notes import source_list, source_note
from calfnb.tables.records_prevention import PreventionTables
from calfnb.tables.records_warmup import SelfCheck
from calfnb.warmup.self_check import SelfCheckResult

__all__ = ["check_screen", "fitting_drills"]


def check_screen(check: SelfCheck, tables: PreventionTables, *, place: int, count: int) -> Html:
    """Write one test: its steps, what to read off, what counts, and how far the reading can be trusted."""
    text = tables.text
    return tag(
        "article",
        tag("p", text("dash5.check.place", place=place, count=count), class_="cn-quiet"),
        tag("h3", check.name, class_="cn-check__name"),
        tag("div", _drawing(check), class_="cn-check__art"),
        tag("ol", join(tag("li", step) for step in check.how.split(" / ")), class_="cn-drill__steps cn-check__steps"),
        tag("h4", text("dash5.check.counts")),
        tag("p", _counts(check, tables)),
        tag("p", check.noise, class_="cn-quiet"),
        source_note(check.basis, tables.tables.sources.get(check.source_id), tables.tables),
        _more_sources(check, tables),
        class_="cn-check",
        data_check=check.check_id,
    )


def _more_sources(check: SelfCheck, tables: PreventionTables) -> Html | None:
    if not check.more_source_ids:
        return None
    summary = tag("summary", tables.text("dash5.check.sources"))
    return tag("details", summary, source_list(check.more_source_ids, tables.tables), class_="cn-drill__evidence")


def _drawing(check: SelfCheck) -> Html:
    """Return the drawing of a test, "" for one that has none."""
    try:
        return Html(static_text(f"checks/{check.check_id}.svg").strip())
    except FileNotFoundError:
        return Html("")


def _counts(check: SelfCheck, tables: PreventionTables) -> str:
    """Say from which result on something stands out; the numbers are those of the table."""
    if check.kind == "yes_no_each":
        return tables.text("dash5.check.counts.seen")
    parts = []
    if check.below is not None:
        key = "dash5.check.counts.raises" if check.check_id == "calf_raises" else "dash5.check.counts.below"
        parts.append(tables.text(key, value=f"{check.below:g}", unit=check.unit))
    if check.difference is not None and check.difference_pct is not None:
        parts.append(tables.text("dash5.check.counts.both", value=f"{check.difference:g}", unit=check.unit,
                                 share=f"{check.difference_pct:g}"))  # fmt: skip
    elif check.difference is not None:
        parts.append(tables.text("dash5.check.counts.difference", value=f"{check.difference:g}", unit=check.unit))
    return " ".join(parts)


def fitting_drills(result: SelfCheckResult, tables: PreventionTables) -> Html:
    """List the drills that fit, each with what points to it and what it is for; a sentence when nothing stands out.

    Each name is a button with the action ``drill``.
    """
    pointed: dict[str, list[str]] = {}
    for finding in result.findings:
        if finding.counts:
            for drill in finding.drills:
                pointed.setdefault(drill.exercise_id, []).append(finding.check.name)
    if not pointed:
        tested = any(finding.state in ("fine", "low", "unequal") for finding in result.findings)
        return tag("p", tables.text("dash5.check.nothing" if tested else "dash5.check.untested"), class_="cn-quiet")
    rows = (
        tag(
            "li",
            tag("div", drill_figure(tables.exercises[name]), class_="cn-drill__art"),
            tag(
                "div",
                tag("p", tag("button", tables.exercises[name].name, type="button", class_="cn-link",
                             data_action="drill", data_id=name)),
                tag("p", tables.exercises[name].dose),
                tag("p", tables.exercises[name].why),
                tag("p", tables.text("dash5.because", names="; ".join(names)), class_="cn-quiet"),
            ),
            data_exercise=name,
        )
        for name, names in pointed.items()
    )  # fmt: skip
    return tag("ul", join(rows), class_="cn-fitting")
