"""Training load as SVG: weeks, sessions against the 30 days before, and shoes on one axis of time; each with its table.

Public functions
----------------
load_figures(log, load, ...)
    The three figures over the same stretch of time, with injuries and the evening that is looked at.
weekly_distance_figure, session_figure, shoe_age_figure
    The same one by one.
stretch_of(log, shown_weeks, injuries)
    The days that the figures show.
load_stylesheet()
    The rules for all of it.

With ``replayed`` a veil lies over the days after the evening that is looked at. Its place is the style property
``--cn-evening`` of any element around the figures, from 0 (before their first day) to 1 (after their last).

Colour never speaks alone: each state has a shape, a word in the table and a place in the legend.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from calfnb.load.activities import TrainingLog, Whole
from calfnb.load.history import Session, Sessions, ShoeAge, Week, sessions, shoes, weeks
from calfnb.load.rules import Measure
from calfnb.markup.assets import static_text, stylesheet
from calfnb.markup.html import Html, join, tag
from calfnb.markup.load_frame import (
    HEIGHT,
    LEFT,
    RIGHT,
    SHAPES,
    TABLES,
    TOP,
    WIDTH,
    Stretch,
    figure,
    round_up,
    sample,
    stretch_of,
    table_of,
    y_of,
)
from calfnb.tables.records_load import LoadTables

__all__ = [
    "Stretch",
    "change_words",
    "load_figures",
    "load_stylesheet",
    "session_figure",
    "shoe_age_figure",
    "stretch_of",
    "table_of",
    "weekly_distance_figure",
]

_MOST_POINTS = 1_500
#: With more runs than this those that are no spikes become dots, all of them one path.
_MOST_SHAPES = 500
#: A bar that is narrower has no room for a sign above it.
_SIGN_FROM_PX = 4.5
#: States that are no spike.
_CALM = ("reference", "not_computable")
#: Longer tables are of no use to anybody, and slow.
_MOST_ROWS = 6_000


def load_stylesheet() -> str:
    """Return the tokens, the common rules and those of training load as one style sheet."""
    return stylesheet() + static_text("load.css")


def load_figures(
    log: TrainingLog,
    load: LoadTables,
    *,
    shown_weeks: int | None = 26,
    injuries: Sequence[date] = (),
    cut_backs: Sequence[date] = (),
    evening: date | None = None,
    replayed: bool = False,
    tables: Collection[str] = TABLES,
) -> Html:
    """Draw weeks, sessions and shoes over the same stretch of time.

    Parameters
    ----------
    shown_weeks
        How many weeks to show, see `stretch_of`.
    injuries
        Days on which injuries began.
    evening
        The day of the replay; later runs are drawn faintly.
    replayed
        Lay a veil over later days instead, at a place that the page sets.
    tables
        The tables to write out: ``weeks``, ``sessions``, ``shoes``. The parts for the others are there and empty, and
        report when they are opened.
    """
    shown = stretch_of(log, shown_weeks, [*injuries, *([evening] if evening else [])])
    if shown is None:
        return tag("p", load.tables.text("load.figure.nothing"), class_="cn-quiet")
    stretch = replace(shown, injuries=tuple(injuries), evening=evening, replayed=replayed, tables=tables)
    parts = [
        weekly_distance_figure(weeks(log, load, cut_backs=cut_backs).rows, load, stretch),
        session_figure(sessions(log, load), load, stretch),
    ]
    if len(log.shoes):
        parts.append(shoe_age_figure(log, shoes(log, load), load, stretch))
    return tag("div", join(parts), class_="cn-load")


# ---- weeks ------------------------------------------------------------------------------------------


def weekly_distance_figure(rows: Sequence[Week], load: LoadTables, stretch: Stretch) -> Html:
    """Draw the distance of each week as a bar; weeks that grew by more than a tenth carry a sign."""
    shown = [week for week in rows if stretch.holds(week.monday)]
    top = round_up(max((week.distance_km for week in shown), default=1.0))
    bars = join(_bar(week, load, stretch, top) for week in shown)
    legend = _legend_of_weeks(load, signs=_bar_width(stretch) >= _SIGN_FROM_PX)
    return figure("weeks", load, stretch, top, bars, legend, lambda: _week_table(shown, load))


def _bar_width(stretch: Stretch) -> float:
    return stretch.x(stretch.first, half=6.9) - stretch.x(stretch.first, half=0.1)


def _bar(week: Week, load: LoadTables, stretch: Stretch, top: float) -> Html:
    left, right = stretch.x(week.monday, half=0.1), stretch.x(week.monday, half=6.9)
    y = y_of(week.distance_km, top)
    kind = "part" if not week.complete else "cut" if week.cut_back else "whole"
    faint = " cn-load__later" if stretch.evening and week.monday > stretch.evening else ""
    middle = round((left + right) / 2, 1)
    sign = ""
    if week.change.tone in ("watch", "high") and right - left >= _SIGN_FROM_PX:
        shape = SHAPES["small_spike" if week.change.tone == "watch" else "large_spike"]
        path = tag("path", d=shape, class_=f"cn-load__mark cn-load__mark--{week.change.tone}")
        sign = tag("g", path, transform=f"translate({middle} {max(y - 8, 8)})")
    return tag(
        "g",
        tag("title", _week_words(week, load)),
        tag("rect", x=left, y=y, width=round(max(right - left, 1), 1), height=round(TOP + HEIGHT - y, 1),
            class_=f"cn-load__bar cn-load__bar--{kind}"),
        sign,
        class_=f"cn-load__week{faint}",
    )  # fmt: skip


def _week_words(week: Week, load: LoadTables) -> str:
    text = load.tables.text
    return text(
        "load.figure.week", monday=week.monday, km=f"{week.distance_km:.1f}", change=change_words(week.change, load)
    )


def change_words(change: Measure, load: LoadTables) -> str:
    """Write a weekly change, or that there is none."""
    if change.value is None:
        return load.tables.text("load.state.not_computable")
    return f"{change.value:+.0f} %"


def _week_table(rows: Sequence[Week], load: LoadTables) -> Html:
    names = ("week", "km", "runs", "longest", "change", "rest", "ratio")
    cells = [
        (
            f"{week.monday}{' *' if not week.complete else ''}",
            f"{week.distance_km:.1f}",
            str(week.runs),
            f"{week.longest_km:.1f}",
            change_words(week.change, load),
            "-" if week.rest.value is None else f"{week.rest.value:.0f}",
            "-" if week.uncoupled is None else f"{week.uncoupled:.2f}",
        )
        for week in reversed(rows)
    ]
    text = load.tables.text
    below = tag("p", text("load.text.incomplete"), " ", text("load.text.ratio_caution"), class_="cn-quiet")
    return join((table_of("weeks", names, cells, load), below))


def _legend_of_weeks(load: LoadTables, *, signs: bool) -> Html:
    text = load.tables.text
    if not signs:
        return tag("p", text("load.figure.legend.no_signs"), " ", text("load.figure.legend.part"), class_="cn-legend")
    return tag(
        "p",
        _key("small_spike", "watch", text("load.figure.legend.amber")), " ",
        _key("large_spike", "high", text("load.figure.legend.red")), " ",
        tag("span", text("load.figure.legend.part"), class_="cn-load__aside"),
        class_="cn-legend",
    )  # fmt: skip


def _key(state: str, tone: str, words: str) -> Html:
    """A sign of a legend with its words on one line."""
    return tag("span", sample(state, tone), " ", words, class_="cn-load__key")


# ---- sessions ---------------------------------------------------------------------------------------


def session_figure(found: Sessions, load: LoadTables, stretch: Stretch) -> Html:
    """Draw each run over the longest of the 30 days before it, and a tenth more: the end of the reference."""
    inside = (found.day >= stretch.first.toordinal()) & (found.day <= stretch.last.toordinal())
    shown = np.flatnonzero(inside)
    top = round_up(max(1.0, float(found.distance_km[shown].max(initial=0.0))))
    calm = np.isin(found.state, [found.states.index(state) for state in _CALM])
    many = len(shown) > _MOST_SHAPES
    parts = _reference_lines(found, shown, load, stretch, top)
    if many:
        parts.append(_dots(found, shown[calm[shown]], stretch, top))
    shaped = shown[~calm[shown]] if many else shown
    parts += [_point(found[place], load, stretch, top) for place in shaped[-_MOST_POINTS:].tolist()]

    def table() -> Html:
        return _session_table([found[place] for place in shown[-_MOST_ROWS:].tolist()], load)

    return figure("sessions", load, stretch, top, join(parts), _legend_of_states(load, many=many), table)


def _reference_lines(found: Sessions, shown: Whole, load: LoadTables, stretch: Stretch, top: float) -> list[Html]:
    """Draw the longest of the 30 days before each day with a run, and the end of the reference above it."""
    known = shown[~np.isnan(found.longest_30d_km[shown])]
    days, first = np.unique(found.day[known], return_index=True)
    longest = found.longest_30d_km[known][first].tolist()
    if len(days) < 2:
        return []
    end = load.bands_of("LR02")[0].up_to or 1.0
    across = [stretch.x(date.fromordinal(day)) for day in days.tolist()]
    return [
        _step_line(
            [(x, y_of(min(km * factor, top), top)) for x, km in zip(across, longest, strict=True)],
            f"cn-load__line--{name}",
        )
        for factor, name in ((1.0, "longest"), (end, "reference"))
    ]


def _dots(found: Sessions, places: Whole, stretch: Stretch, top: float) -> Html:
    """Draw many runs as one path, so that ten years are no thousands of elements; what falls together is one dot."""
    across = LEFT + (WIDTH - LEFT - RIGHT) * (found.day[places] - stretch.first.toordinal() + 0.5) / stretch.days
    down = TOP + HEIGHT * (1 - found.distance_km[places] / top)
    dots = np.unique(np.column_stack((across, down)).round(0).astype(int), axis=0).tolist()
    return tag("path", d="".join(f"M{x} {y}h0" for x, y in dots), class_="cn-load__dots")


def _step_line(places: Sequence[tuple[float, float]], kind: str) -> Html:
    """Draw steps through places from left to right."""
    path = f"M{places[0][0]} {places[0][1]}" + "".join(f"H{x}V{y}" for x, y in places[1:])
    return tag("path", d=path, class_=f"cn-load__line {kind}")


def _point(row: Session, load: LoadTables, stretch: Stretch, top: float) -> Html:
    faint = " cn-load__later" if stretch.evening and row.day > stretch.evening else ""
    longest = "-" if row.longest_30d_km is None else f"{row.longest_30d_km:.1f}"
    words = load.tables.text(
        "load.figure.session", day=row.day, km=f"{row.distance_km:.1f}", longest=longest,
        state=load.tables.text(f"load.state.{row.state}"),
    )  # fmt: skip
    return tag(
        "g",
        tag("title", words),
        tag("path", d=SHAPES.get(row.state, SHAPES["not_computable"])),
        class_=f"cn-load__point cn-load__point--{row.state}{faint}",
        transform=f"translate({stretch.x(row.day)} {y_of(row.distance_km, top)})",
    )


def _session_table(rows: Sequence[Session], load: LoadTables) -> Html:
    text = load.tables.text
    names = ("day", "km", "longest_30d", "times", "state", "covered")
    cells = [
        (
            row.day.isoformat(),
            f"{row.distance_km:.1f}",
            "-" if row.longest_30d_km is None else f"{row.longest_30d_km:.1f}",
            _ratio_words(row, load),
            text(f"load.state.{row.state}"),
            text("load.figure.covered", days=row.covered_days),
        )
        for row in reversed(rows)
    ]
    return table_of("sessions", names, cells, load)


def _ratio_words(row: Session, load: LoadTables) -> str:
    """Write the ratio, and the one without earlier spikes where it differs."""
    if row.ratio is None:
        return "-"
    plain = row.ratio_without_spikes
    if plain is None or abs(plain - row.ratio) < 0.005:
        return f"{row.ratio:.2f}"
    return load.tables.text("load.figure.both_ratios", ratio=f"{row.ratio:.2f}", plain=f"{plain:.2f}")


def _legend_of_states(load: LoadTables, *, many: bool) -> Html:
    text = load.tables.text
    tones = {band.band: band.tone for band in load.bands_of("LR02")} | {"not_computable": "unknown"}
    samples = join(
        (
            _key(state, tones.get(state, "unknown"), text(f"load.state.{state}"))
            for state in SHAPES
            if not many or state not in _CALM
        ),
        " ",
    )
    dots = f"{text('load.figure.legend.dots')} " if many else ""
    return tag(
        "p", samples, tag("span", dots, text("load.figure.legend.lines"), class_="cn-load__aside"), class_="cn-legend"
    )


# ---- shoes ------------------------------------------------------------------------------------------


def shoe_age_figure(log: TrainingLog, found: Sequence[ShoeAge], load: LoadTables, stretch: Stretch) -> Html:
    """Draw how far each shoe had run, with the band of 300 to 500 miles that one article names."""
    shown = [shoe for shoe in found if shoe.last_day >= stretch.first and shoe.first_day <= stretch.last]
    ends = [band.up_to for band in load.bands_of("LR11") if band.up_to is not None]
    top = round_up(max([shoe.distance_km for shoe in shown] + ends))
    parts = [
        tag("rect", x=LEFT, y=y_of(ends[-1], top), width=WIDTH - LEFT - RIGHT,
            height=round(y_of(ends[0], top) - y_of(ends[-1], top), 1), class_="cn-load__zone")
    ]  # fmt: skip
    parts += [_shoe_line(number, shoe, log, stretch, top) for number, shoe in enumerate(shown)]
    names = ("shoe", "km", "runs", "first", "last", "words")
    cells = [
        (
            shoe.shoe, f"{shoe.distance_km:.0f}", str(shoe.runs), shoe.first_day.isoformat(),
            shoe.last_day.isoformat(), shoe.age.row.words if shoe.age.row else "",
        )
        for shoe in found
    ]  # fmt: skip
    legend = tag("p", load.tables.text("load.figure.legend.shoes"), class_="cn-legend")
    return figure("shoes", load, stretch, top, join(parts), legend, lambda: table_of("shoes", names, cells, load))


def _shoe_line(number: int, shoe: ShoeAge, log: TrainingLog, stretch: Stretch, top: float) -> Html:
    runs = log.runs()
    worn = runs.shoe == runs.shoes.index(shoe.shoe)
    total = np.cumsum(runs.distance_km[worn]) + shoe.distance_km - float(runs.distance_km[worn].sum())
    inside = (runs.day[worn] >= stretch.first.toordinal()) & (runs.day[worn] <= stretch.last.toordinal())
    days = runs.day[worn][inside][-_MOST_POINTS:].tolist()
    heights = total[inside][-_MOST_POINTS:].tolist()
    if not days:
        return Html("")
    places = [(stretch.x(date.fromordinal(day)), y_of(km, top)) for day, km in zip(days, heights, strict=True)]
    x, y = places[-1]
    at_the_end = x > WIDTH * 0.8
    label = {"x": x - 4 if at_the_end else x + 4, "text_anchor": "end" if at_the_end else "start"}
    # Shoes worn in turn end at the same place: their names stand above each other.
    label_y = max(y - 4 - 12 * (number % 3), 12)
    return tag(
        "g",
        tag("title", f"{shoe.shoe}: {shoe.distance_km:.0f} km"),
        _step_line([*places, places[-1]], f"cn-load__line--shoe cn-load__line--dash{number % 4}"),
        tag("text", shoe.shoe[:24], **label, y=label_y, class_="cn-load__label"),
    )
