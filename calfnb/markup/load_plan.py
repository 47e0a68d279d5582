"""The next weeks as HTML: the table of a plan, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from calfnb.load.planner import Plan
from calfnb.load.rules import Measure
from calfnb.markup.html import Html, join, tag
from calfnb.markup.load import table_of
from calfnb.tables.records_load import LoadTables

__all__ = ["plan_table"]


def plan_table(plan: Plan, load: LoadTables) -> Html:
    """The next weeks as a table, or why there is none; what grows and every run beyond the reference are named."""
    text = load.tables.text
    if not plan.gate.open:
        questions = join(tag("li", text(f"load.gate.question.{name}")) for name in plan.gate.ask)
        asked = tag("ul", questions) if plan.gate.ask else None
        return tag("div", tag("p", plan.gate.reason), asked, class_="cn-load__held", role="note")
    cells = []
    for week in plan.weeks:
        runs = "; ".join(_run_words(run.day, run.distance_km, run.steps, run.ratio, load) for run in week.runs)
        km = "-" if week.distance_km is None else f"{week.distance_km:.1f}"
        change = "-" if week.change.value is None else f"{week.change.value:+.0f} %"
        ratio = "-" if week.uncoupled is None else f"{week.uncoupled:.2f}"
        cells.append((week.monday.isoformat(), km, runs, " ".join(week.why), change, ratio))
    notes = join(tag("p", note, class_="cn-quiet") for note in plan.notes)
    return join((table_of("plan", ("week", "km", "runs_of_week", "why", "change", "ratio"), cells, load), notes))


def _run_words(
    day: date, km: float | None, steps: Sequence[tuple[str, float]], ratio: Measure, load: LoadTables
) -> str:
    what = f"{km:.1f} km" if km is not None else ", ".join(f"{kind} {minutes:g}" for kind, minutes in steps)
    beyond = "" if ratio.tone in ("calm", "unknown") else f" ({load.tables.text(f'load.state.{ratio.band}')})"
    return f"{day:%a} {what}{beyond}"
