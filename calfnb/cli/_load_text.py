"""What ``calfnb load`` says in words, as lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from calfnb.load.activities import TrainingLog
from calfnb.load.history import sessions, shoes, weeks
from calfnb.load.planner import Plan
from calfnb.load.replay import Replay
from calfnb.tables.records_load import LoadTables

__all__ = ["overview", "plan_lines", "refused", "replay_lines", "shoe_list", "spike_list", "week_table"]

_WEEKS, _SPIKES, _REFUSED = 8, 8, 20


def overview(log: TrainingLog, load: LoadTables) -> list[str]:
    """How much was read, from when to when."""
    text = load.tables.text
    runs = log.runs()
    lines = [text("load.text.read", activities=len(log), runs=len(runs), rejected=len(log.rejected))]
    if len(runs):
        first, last = (date.fromordinal(int(runs.day[place])) for place in (0, -1))
        lines.append(text("load.text.span", first=first, last=last, km=f"{float(runs.distance_km.sum()):.1f}"))
    return lines


def week_table(log: TrainingLog, load: LoadTables, cut_backs: Sequence[date]) -> list[str]:
    """The last weeks side by side."""
    text = load.tables.text
    rows = [[text(f"load.text.column.{name}") for name in ("week", "km", "runs", "longest", "change", "rest", "ratio")]]
    for week in weeks(log, load, cut_backs=cut_backs).rows[-_WEEKS:]:
        change = "-" if week.change.value is None else f"{week.change.value:+.0f} % {week.change.band}"
        rest = "-" if week.rest.value is None else f"{week.rest.value:.0f}"
        ratio = "-" if week.uncoupled is None else f"{week.uncoupled:.2f}"
        monday = f"{week.monday}{'' if week.complete else ' *'}"
        km, longest = f"{week.distance_km:.1f}", f"{week.longest_km:.1f}"
        rows.append([monday, km, str(week.runs), longest, change, rest, ratio])
    return ["", text("load.text.weeks"), *_columns(rows), text("load.text.incomplete"), text("load.text.ratio_caution")]


def spike_list(log: TrainingLog, load: LoadTables) -> list[str]:
    """The last runs that were much longer than the 30 days before."""
    text = load.tables.text
    found = sessions(log, load)
    spikes = np.flatnonzero((found.state > 0) & (found.state < len(found.states) - 1))
    unknown = int((found.state == len(found.states) - 1).sum())
    lines = ["", text("load.text.spikes", spikes=len(spikes), runs=len(found), unknown=unknown)]
    for place in spikes[-_SPIKES:].tolist():
        session = found[place]
        band = next(band for band in load.bands_of("LR02") if band.band == session.state)
        lines.append(
            "  "
            + text(
                "load.text.spike",
                day=session.day,
                km=f"{session.distance_km:.1f}",
                longest=f"{session.longest_30d_km:.1f}",
                ratio=f"{session.ratio:.2f}",
                state=text(f"load.state.{session.state}"),
                hazard=f"{band.hazard_ratio:g} ({band.hazard_low:g}-{band.hazard_high:g})",
            )
        )
    return lines


def shoe_list(log: TrainingLog, load: LoadTables) -> list[str]:
    """How far each shoe has run."""
    found = shoes(log, load)
    if not found:
        return []
    lines = ["", load.tables.text("load.text.shoes")]
    for shoe in found[:_WEEKS]:
        words = shoe.age.row.words if shoe.age.row else ""
        lines.append(f"  {shoe.shoe}: {shoe.distance_km:.0f} km. {words}")
    return lines


def replay_lines(replay: Replay, load: LoadTables) -> list[str]:
    """Which warning would have come in time."""
    text = load.tables.text
    lines = ["", text("load.text.replay")]
    for lead in replay.leads:
        name = load.rules[lead.rule_id].name
        if lead.lead_days is None:
            lines.append("  " + text("load.text.no_lead", injury=lead.injury, rule=name))
        else:
            lines.append(
                "  " + text("load.text.lead", injury=lead.injury, rule=name, days=lead.lead_days, first=lead.first)
            )
    for record in replay.records:
        name = load.rules[record.rule_id].name
        lines.append("  " + text("load.text.record", rule=name, warnings=record.warnings, followed=record.followed))
    return [*lines, replay.caution]


def plan_lines(plan: Plan, load: LoadTables) -> list[str]:
    """The next weeks, or what has to be answered first."""
    text = load.tables.text
    lines = ["", text("load.text.plan")]
    if not plan.gate.open:
        questions = [f"  {name}: {text(f'load.gate.question.{name}')}" for name in plan.gate.ask]
        return [*lines, plan.gate.reason, *questions]
    for week in plan.weeks:
        km = "" if week.distance_km is None else f"{week.distance_km:.1f} km"
        lines.append(f"  {week.monday} {km} {' '.join(week.why)}".replace("  ", " "))
        for run in week.runs:
            what = f"{run.distance_km:.1f} km" if run.distance_km is not None else _steps(run.steps)
            spike = "" if run.ratio.tone in ("calm", "unknown") else f" ({text(f'load.state.{run.ratio.band}')})"
            lines.append(f"    {run.day:%a %d %b}: {what}{spike}")
    return [*lines, *plan.notes]


def _steps(steps: Sequence[tuple[str, float]]) -> str:
    return ", ".join(f"{kind} {minutes:g}" for kind, minutes in steps)


def refused(log: TrainingLog, load: LoadTables) -> list[str]:
    """What could not be used, and what was assumed."""
    text = load.tables.text
    lines = ["", text("load.text.refused")] if log.rejected else []
    for entry in log.rejected[:_REFUSED]:
        place = text("load.text.row", file=entry.file, row=entry.row) if entry.row else entry.file
        lines.append(f"  {place}: {entry.reason}.")
    if len(log.rejected) > _REFUSED:
        lines.append("  " + text("load.text.more", count=len(log.rejected) - _REFUSED))
    return [*lines, *(["", *log.notes] if log.notes else [])]


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
