"""What was read of a log and what was refused, its spikes in words, and what was known on one evening."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import numpy as np

from calfnb.load.activities import Rejected, TrainingLog
from calfnb.load.history import Session, sessions
from calfnb.load.replay import Standing, Warned
from calfnb.markup.html import Html, join, tag
from calfnb.markup.load import change_words
from calfnb.markup.load_frame import Stretch, table_of
from calfnb.markup.notes import source_note
from calfnb.tables.records_load import LoadTables

__all__ = ["read_summary", "recent_warnings", "refused_part", "spike_part", "warning_words"]

_MOST_SPIKES, _MOST_REFUSED, _MOST_GROUPS = 8, 300, 6
_RATIO_RULES = ("LR02", "LR03")


def read_summary(log: TrainingLog, load: LoadTables) -> Html:
    """How much was read, from when to when, and what was assumed in reading it."""
    text, runs = load.tables.text, log.runs()
    lines = [tag("p", text("load.text.read", activities=len(log), runs=len(runs), rejected=len(log.rejected)))]
    if len(runs):
        first, last = (date.fromordinal(int(runs.day[place])) for place in (0, -1))
        lines.append(
            tag("p", text("load.text.span", first=first, last=last, km=f"{float(runs.distance_km.sum()):.1f}"))
        )
    if log.notes:
        lines.append(tag("ul", *(tag("li", note) for note in log.notes), class_="cn-load__notes"))
    return join(lines)


def refused_part(rejected: Sequence[Rejected], load: LoadTables, *, unfolded: bool = False) -> Html:
    """Everything that was refused: how much of which file on top, then file, row and reason; "" if nothing was."""
    if not rejected:
        return Html("")
    text = load.tables.text
    counts = Counter(entry.file for entry in rejected if entry.row)
    whole = [entry for entry in rejected if not entry.row]
    groups = [text("load.refused.rows", file=file, count=count) for file, count in counts.most_common(_MOST_GROUPS)]
    groups += [text("load.refused.file", file=entry.file, reason=entry.reason) for entry in whole[:_MOST_GROUPS]]
    left_out = max(0, len(counts) - _MOST_GROUPS) + max(0, len(whole) - _MOST_GROUPS)
    if left_out:
        groups.append(text("load.refused.more_files", count=left_out))
    cells = [
        (entry.file, str(entry.row) if entry.row else text("load.refused.whole"), f"{entry.reason}.")
        for entry in rejected[:_MOST_REFUSED]
    ]
    more = len(rejected) - _MOST_REFUSED
    return tag(
        "details",
        tag("summary", text("load.refused.title", count=len(rejected))),
        tag("ul", *(tag("li", group) for group in groups), class_="cn-load__notes"),
        table_of("refused", ("file", "row", "reason"), cells, load),
        tag("p", text("load.text.more", count=more), class_="cn-quiet") if more > 0 else None,
        class_="cn-fold",
        data_key="load-refused",
        open=unfolded,
    )


def spike_part(log: TrainingLog, load: LoadTables, stretch: Stretch) -> Html:
    """Say how many of the shown runs were spikes, what the cohort saw after such, and the last ones one by one."""
    text, found = load.tables.text, sessions(log, load)
    inside = (found.day >= stretch.first.toordinal()) & (found.day <= stretch.last.toordinal())
    unknown = len(found.states) - 1
    spikes = np.flatnonzero(inside & (found.state > 0) & (found.state < unknown))
    head = text(
        "load.spikes.count",
        spikes=len(spikes),
        runs=int(inside.sum()),
        unknown=int((inside & (found.state == unknown)).sum()),
    )
    if not len(spikes):
        return tag("p", head)
    rule = load.rules["LR02"]
    last = [found[place] for place in spikes[-_MOST_SPIKES:].tolist()][::-1]
    cells = [
        (
            one.day.isoformat(),
            f"{one.distance_km:.1f}",
            f"{one.longest_30d_km:.1f}",
            f"{one.ratio:.2f}",
            text(f"load.state.{one.state}"),
            _rate_words(one, load),
        )
        for one in last
    ]
    return join(
        (
            tag("p", head),
            table_of("spikes", ("day", "km", "longest_30d", "times", "state", "rate"), cells, load),
            tag("p", rule.evidence_against, class_="cn-quiet"),
            source_note(rule.basis, load.tables.sources.get(rule.source_id), load.tables),
        )
    )


def _rate_words(session: Session, load: LoadTables) -> str:
    """Write the published ratio of injury rates of a spike's band with its interval."""
    band = next(band for band in load.bands_of("LR02") if band.band == session.state)
    return f"{band.hazard_ratio:g} ({band.hazard_low:g}-{band.hazard_high:g})"


def recent_warnings(standing: Standing, load: LoadTables) -> Html:
    """The warnings of the seven days up to an evening, or that there was none."""
    text = load.tables.text
    if not standing.recent:
        return tag("p", text("load.standing.calm"), class_="cn-quiet")
    entries = (tag("li", warning_words(item, load)) for item in reversed(standing.recent))
    return join((tag("p", text("load.standing.recent")), tag("ul", *entries, class_="cn-load__notes")))


def warning_words(item: Warned, load: LoadTables) -> str:
    """Write one warning: the day, the rule, and its value."""
    value = item.measure.value
    if item.rule_id == "LR01":
        shown = change_words(item.measure, load)
    elif value is None:
        shown = ""
    elif item.rule_id in _RATIO_RULES:
        shown = f"{value:.2f}"
    else:
        shown = load.tables.text(f"load.standing.value.{item.rule_id.lower()}", value=f"{value:.0f}", about=item.about)
    return load.tables.text("load.standing.warning", day=item.day, rule=load.rules[item.rule_id].name, value=shown)
