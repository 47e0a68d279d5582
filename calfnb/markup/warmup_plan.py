"""A warm-up on its page: what it became, and a timeline whose every drill unfolds why it is there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from math import ceil

from calfnb.markup.care import claim_marks
from calfnb.markup.drills import drill_figure
from calfnb.markup.html import Html, tag
from calfnb.markup.notes import source_note
from calfnb.tables.records_prevention import PreventionTables
from calfnb.tables.records_warmup import PHASES
from calfnb.warmup.plan import FiredRule, Step, WarmUpPlan

__all__ = ["plan_head", "session_choices", "steps_timeline"]

#: Rules that make another session of the one that was asked for.
_CHANGES = frozenset({"change", "short_quality"})
#: Minutes between two marks of the axis, and the longest plan that they are for.
_MARKS = ((6, 1), (12, 2), (30, 5), (1000, 10))


def session_choices(tables: PreventionTables) -> Html:
    """Show each session as a large choice with what it is and the usual minutes; they send the action ``session``."""
    text = tables.text
    rows = (
        tag(
            "li",
            tag(
                "button",
                tag("span", session.name, class_="cn-session__name"),
                tag("span", session.what, class_="cn-session__what"),
                tag("span", text("warmup.card.total", minutes=sum(session.minutes)), class_="cn-session__minutes"),
                _strip(
                    ((phase, minutes) for phase, minutes in zip(PHASES, session.minutes, strict=True) if minutes),
                    tables,
                ),
                type="button",
                class_="cn-session",
                data_action="session",
                data_id=session.session_id,
            ),
        )
        for session in tables.sessions.values()
    )
    legend = (
        tag("li", tag("span", class_=f"cn-warm__key cn-warm--{phase}", aria_hidden="true"),
            text(f"warmup.phase.{phase}"))
        for phase in PHASES
    )  # fmt: skip
    return tag(
        "section",
        tag("h3", text("warmup.choose.title"), class_="cn-sessions__title"),
        tag("p", text("warmup.choose.lead"), class_="cn-quiet"),
        tag("ul", *legend, class_="cn-warm__legend"),
        tag("ul", *rows, class_="cn-sessions"),
    )


def plan_head(plan: WarmUpPlan, tables: PreventionTables) -> Html:
    """Say what is prepared and how long it takes; why, if it is not what was asked for; why the time is not filled."""
    text = tables.text
    prepared = tables.sessions[plan.session].name
    minutes = f"{plan.total_min:g}"
    return tag(
        "header",
        tag("h3", prepared, class_="cn-planhead__session"),
        tag("p", text("warmup.card.total", minutes=minutes), class_="cn-planhead__minutes"),
        _changed(plan, tables),
        tag("p", plan.time_note, class_="cn-planhead__time") if plan.time_note else None,
        class_="cn-planhead",
    )


def _changed(plan: WarmUpPlan, tables: PreventionTables) -> Html | None:
    if plan.session == plan.requested:
        return None
    asked, made = (tables.sessions[name].name for name in (plan.requested, plan.session))
    reasons = [_reason(rule, tables) for rule in plan.rules if rule.kind in _CHANGES]
    return tag(
        "div",
        tag("p", tag("strong", tables.text("warmup.changed", asked=asked, made=made))),
        *reasons,
        class_="cn-planhead__changed",
        role="note",
    )


def _reason(rule: FiredRule, tables: PreventionTables) -> Html:
    return tag(
        "div",
        tag("p", f"{rule.sentence} {rule.why}"),
        source_note(rule.basis, tables.tables.sources.get(rule.source_id), tables.tables),
        claim_marks(rule.claim_ids, tables.tables),
    )


def steps_timeline(steps: Sequence[Step], tables: PreventionTables, *, title: str) -> Html:
    """Draw steps as bars over the minutes, phase by phase; each row is a button that unfolds why the drill is there.

    The rows are disclosures of the page itself, so they open by mouse, touch and keyboard without the kernel.
    """
    if not steps:
        return Html("")
    total = max(steps[-1].end_min, 1)
    between = next(step for longest, step in _MARKS if total <= longest)
    phases = [(phase, list(rows)) for phase, rows in groupby(steps, key=lambda step: step.phase)]
    marks = (
        tag("span", tables.text("warmup.timeline.minute", minute=minute), style=f"--cn-at:{minute / total:.4f}")
        for minute in range(0, ceil(total), between)
    )
    return tag(
        "figure",
        tag("figcaption", title, class_="cn-warm__title"),
        _strip(((phase, sum(step.minutes for step in rows)) for phase, rows in phases), tables)
        if len(phases) > 1
        else None,
        tag("div", tag("span", *marks, class_="cn-plan__marks"), class_="cn-plan__axis", aria_hidden="true"),
        *(_phase(phase, rows, total, tables) for phase, rows in phases),
        class_="cn-plan",
        style=f"--cn-grid:{between / total:.4f}",
    )


def _strip(phases: Iterable[tuple[str, float]], tables: PreventionTables) -> Html:
    """Show the phases as one line, each as wide as it is long."""
    lengths = list(phases)
    said = ", ".join(
        f"{tables.text(f'warmup.phase.{phase}')} {tables.text('warmup.timeline.minute', minute=f'{minutes:g}')}"
        for phase, minutes in lengths
    )
    parts = (
        tag("span", f"{minutes:g}", class_=f"cn-plan__part cn-warm--{phase}", style=f"--cn-min:{minutes:g}")
        for phase, minutes in lengths
    )
    return tag("span", *parts, class_="cn-plan__strip", role="img", aria_label=said)


def _phase(phase: str, rows: Sequence[Step], total: float, tables: PreventionTables) -> Html:
    minutes = tables.text("warmup.timeline.minute", minute=f"{sum(step.minutes for step in rows):g}")
    return tag(
        "section",
        tag(
            "h4",
            tag("span", class_=f"cn-warm__key cn-warm--{phase}", aria_hidden="true"),
            f"{tables.text(f'warmup.phase.{phase}')} ",
            tag("span", minutes, class_="cn-quiet"),
            class_="cn-plan__phase",
        ),
        tag("ol", *(tag("li", _row(step, total, tables)) for step in rows), class_="cn-plan__rows"),
    )


def _row(step: Step, total: float, tables: PreventionTables) -> Html:
    bar = tag(
        "span",
        class_=f"cn-plan__bar cn-warm--{step.phase}",
        style=f"--cn-from:{step.start_min / total:.4f};--cn-share:{step.minutes / total:.4f}",
    )
    optional = tag("span", f" {tables.text('warmup.optional')}", class_="cn-quiet") if step.optional else None
    summary = tag(
        "summary",
        tag("span", f"{step.start_min:g}–{step.end_min:g}", class_="cn-plan__time"),
        tag("span", tag("span", tag("strong", step.name), optional), tag("span", step.dose, class_="cn-plan__dose"),
            class_="cn-plan__what"),
        tag("span", bar, class_="cn-plan__track", aria_hidden="true"),
        class_="cn-plan__summary",
    )  # fmt: skip
    return tag(
        "details", summary, _body(step, tables),
        class_="cn-plan__row", data_key=f"{step.phase}-{step.exercise_id}-{step.start_min:g}",
        data_exercise=step.exercise_id,
    )  # fmt: skip


def _body(step: Step, tables: PreventionTables) -> Html:
    text, exercise = tables.text, tables.exercises[step.exercise_id]
    goes_to = text("warmup.step.next", name=tables.exercises[step.next_id].name) if step.next_id else ""
    stands_for = ""
    if step.instead_of:
        name = tables.exercises[step.instead_of].name
        stands_for = text("warmup.step.instead", name=name, reason=step.instead_why)
    facts = (
        ("table.why", f"{step.why} {stands_for}".strip()),
        ("table.without", f"{step.without} {goes_to}".strip()),
        ("drill.steps", exercise.steps.replace(" / ", ". ") + "."),
        ("drill.cues", exercise.cues),
    )
    rows = (tag("div", tag("dt", text(f"warmup.{key}")), tag("dd", words)) for key, words in facts if words)
    figure = drill_figure(exercise)
    return tag(
        "div",
        tag("div", figure, class_="cn-drill__art") if figure else None,
        tag("dl", *rows),
        source_note(step.basis, tables.tables.sources.get(step.source_id), tables.tables),
        class_="cn-plan__body",
    )
