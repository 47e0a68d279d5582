"""Training load as SVG: weeks, sessions against the 30 days before, and shoes on one axis of time; each with its table.

Public functions
----------------
load_figures(log, load, ...)
    The three figures over the same stretch of time, with injuries and the evening that is looked at.
weekly_distance_figure, session_figure, shoe_age_figure
    The same one by one.
load_stylesheet()
    The rules for all of it.

Colour never speaks alone: each state has a shape, a word in the table and a place in the legend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from calfnb.load.activities import TrainingLog
from calfnb.load.history import Session, ShoeAge, Week, monday_of, sessions, shoes, weeks
from calfnb.load.rules import Measure
from calfnb.markup.assets import static_text, stylesheet
from calfnb.markup.html import Html, join, tag
from calfnb.tables.records_load import LoadTables

__all__ = [
    "Stretch",
    "change_words",
    "load_figures",
    "load_stylesheet",
    "session_figure",
    "shoe_age_figure",
    "table_of",
    "weekly_distance_figure",
]

_WIDTH, _LEFT, _RIGHT = 720, 44, 12
_TOP, _HEIGHT, _FOOT = 14, 150, 24
_MOST_POINTS = 1_500
_MONTH_APART_PX = 44
#: Outline of each state in a box of 10 by 10 around its middle.
_SHAPES = {
    "reference": "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z",
    "not_computable": "M-3.5 -3.5l7 7M3.5 -3.5l-7 7",
    "small_spike": "M0 -5l5 9h-10z",
    "moderate_spike": "M0 -6l6 6l-6 6l-6 -6z",
    "large_spike": "M0 -7l2 4.6l5 .5l-3.8 3.3l1.2 4.9l-4.4 -2.7l-4.4 2.7l1.2 -4.9l-3.8 -3.3l5 -.5z",
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days that a figure shows, the injuries on it, and the evening that is looked at, if any."""

    first: date
    last: date
    injuries: tuple[date, ...] = ()
    evening: date | None = None

    @property
    def days(self) -> int:
        """How many days it shows."""
        return (self.last - self.first).days + 1

    def x(self, day: date, *, half: float = 0.5) -> float:
        """Return the place of the middle of a day."""
        share = ((day - self.first).days + half) / self.days
        return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * share, 1)

    def holds(self, day: date) -> bool:
        """Tell whether a day is shown."""
        return self.first <= day <= self.last


def load_stylesheet() -> str:
    """Return the tokens, the common rules and those of training load as one style sheet."""
    return stylesheet() + static_text("load.css")


def load_figures(
    log: TrainingLog,
    load: LoadTables,
    *,
    shown_weeks: int = 26,
    injuries: Sequence[date] = (),
    cut_backs: Sequence[date] = (),
    evening: date | None = None,
) -> Html:
    """Draw weeks, sessions and shoes over the same stretch of time.

    Parameters
    ----------
    shown_weeks
        How many weeks to show, up to the end of the log or the last injury.
    injuries
        Days on which injuries began.
    evening
        The day of the replay; later runs are drawn faintly.
    """
    runs = log.runs()
    if not len(runs):
        return tag("p", load.tables.text("load.figure.nothing"), class_="cn-quiet")
    last = max([date.fromordinal(int(runs.day[-1])), *injuries, *([evening] if evening else [])])
    end = monday_of(last) + timedelta(days=6)
    start = max(monday_of(date.fromordinal(int(runs.day[0]))), end - timedelta(days=7 * shown_weeks - 1))
    stretch = Stretch(start, end, tuple(injuries), evening)
    parts = [
        weekly_distance_figure(weeks(log, load, cut_backs=cut_backs).rows, load, stretch),
        session_figure(list(_shown_sessions(log, load, stretch)), load, stretch),
    ]
    if len(log.shoes):
        parts.append(shoe_age_figure(log, shoes(log, load), load, stretch))
    return tag("div", join(parts), class_="cn-load")


def _shown_sessions(log: TrainingLog, load: LoadTables, stretch: Stretch) -> list[Session]:
    found = sessions(log, load)
    places = np.flatnonzero((found.day >= stretch.first.toordinal()) & (found.day <= stretch.last.toordinal()))
    return [found[place] for place in places[-_MOST_POINTS:].tolist()]


# ---- weeks ------------------------------------------------------------------------------------------


def weekly_distance_figure(rows: Sequence[Week], load: LoadTables, stretch: Stretch) -> Html:
    """Draw the distance of each week as a bar; weeks that grew by more than a tenth carry a sign."""
    shown = [week for week in rows if stretch.holds(week.monday)]
    top = _round_up(max((week.distance_km for week in shown), default=1.0))
    bars = join(_bar(week, load, stretch, top) for week in shown)
    return _figure("weeks", load, stretch, top, bars, _legend_of_weeks(load), _week_table(shown, load))


def _bar(week: Week, load: LoadTables, stretch: Stretch, top: float) -> Html:
    left, right = stretch.x(week.monday, half=0.1), stretch.x(week.monday, half=6.9)
    y = _y(week.distance_km, top)
    kind = "part" if not week.complete else "cut" if week.cut_back else "whole"
    faint = " cn-load__later" if stretch.evening and week.monday > stretch.evening else ""
    middle = round((left + right) / 2, 1)
    sign = ""
    if week.change.tone in ("watch", "high"):
        shape = _SHAPES["small_spike" if week.change.tone == "watch" else "large_spike"]
        path = tag("path", d=shape, class_=f"cn-load__mark cn-load__mark--{week.change.tone}")
        sign = tag("g", path, transform=f"translate({middle} {max(y - 8, 8)})")
    return tag(
        "g",
        tag("title", _week_words(week, load)),
        tag("rect", x=left, y=y, width=round(max(right - left, 1), 1), height=round(_TOP + _HEIGHT - y, 1),
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


def _legend_of_weeks(load: LoadTables) -> Html:
    text = load.tables.text
    return tag(
        "p",
        _sample("small_spike", "watch"), " ", text("load.figure.legend.amber"), " ",
        _sample("large_spike", "high"), " ", text("load.figure.legend.red"), " ",
        text("load.figure.legend.part"),
        class_="cn-legend",
    )  # fmt: skip


# ---- sessions ---------------------------------------------------------------------------------------


def session_figure(rows: Sequence[Session], load: LoadTables, stretch: Stretch) -> Html:
    """Draw each run over the longest of the 30 days before it, and a tenth more: the end of the reference."""
    top = _round_up(max((row.distance_km for row in rows), default=1.0))
    end = load.bands_of("LR02")[0].up_to or 1.0
    steps = [(row.day, row.longest_30d_km) for row in rows if row.longest_30d_km is not None]
    parts = [
        _step_line([(stretch.x(day), _y(min(km * factor, top), top)) for day, km in steps], f"cn-load__line--{name}")
        for factor, name in ((1.0, "longest"), (end, "reference"))
        if len(steps) > 1
    ]
    parts += [_point(row, load, stretch, top) for row in rows]
    return _figure("sessions", load, stretch, top, join(parts), _legend_of_states(load), _session_table(rows, load))


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
        tag("path", d=_SHAPES.get(row.state, _SHAPES["not_computable"])),
        class_=f"cn-load__point cn-load__point--{row.state}{faint}",
        transform=f"translate({stretch.x(row.day)} {_y(row.distance_km, top)})",
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


def _legend_of_states(load: LoadTables) -> Html:
    text = load.tables.text
    tones = {band.band: band.tone for band in load.bands_of("LR02")} | {"not_computable": "unknown"}
    samples = join(
        (join((_sample(state, tones.get(state, "unknown")), text(f"load.state.{state}")), " ") for state in _SHAPES),
        " ",
    )
    return tag("p", samples, " ", text("load.figure.legend.lines"), class_="cn-legend")


# ---- shoes ------------------------------------------------------------------------------------------


def shoe_age_figure(log: TrainingLog, found: Sequence[ShoeAge], load: LoadTables, stretch: Stretch) -> Html:
    """Draw how far each shoe had run, with the band of 300 to 500 miles that one article names."""
    shown = [shoe for shoe in found if shoe.last_day >= stretch.first and shoe.first_day <= stretch.last]
    ends = [band.up_to for band in load.bands_of("LR11") if band.up_to is not None]
    top = _round_up(max([shoe.distance_km for shoe in shown] + ends))
    parts = [
        tag("rect", x=_LEFT, y=_y(ends[-1], top), width=_WIDTH - _LEFT - _RIGHT,
            height=round(_y(ends[0], top) - _y(ends[-1], top), 1), class_="cn-load__zone")
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
    return _figure("shoes", load, stretch, top, join(parts), legend, table_of("shoes", names, cells, load))


def _shoe_line(number: int, shoe: ShoeAge, log: TrainingLog, stretch: Stretch, top: float) -> Html:
    runs = log.runs()
    worn = runs.shoe == runs.shoes.index(shoe.shoe)
    total = np.cumsum(runs.distance_km[worn]) + shoe.distance_km - float(runs.distance_km[worn].sum())
    inside = (runs.day[worn] >= stretch.first.toordinal()) & (runs.day[worn] <= stretch.last.toordinal())
    days = runs.day[worn][inside][-_MOST_POINTS:].tolist()
    heights = total[inside][-_MOST_POINTS:].tolist()
    if not days:
        return Html("")
    places = [(stretch.x(date.fromordinal(day)), _y(km, top)) for day, km in zip(days, heights, strict=True)]
    x, y = places[-1]
    at_the_end = x > _WIDTH * 0.8
    label = {"x": x - 4 if at_the_end else x + 4, "text_anchor": "end" if at_the_end else "start"}
    # Shoes worn in turn end at the same place: their names stand above each other.
    label_y = max(y - 4 - 12 * (number % 3), 12)
    return tag(
        "g",
        tag("title", f"{shoe.shoe}: {shoe.distance_km:.0f} km"),
        _step_line([*places, places[-1]], f"cn-load__line--shoe cn-load__line--dash{number % 4}"),
        tag("text", shoe.shoe[:24], **label, y=label_y, class_="cn-load__label"),
    )


# ---- frame ------------------------------------------------------------------------------------------


def _figure(name: str, load: LoadTables, stretch: Stretch, top: float, inside: Html, legend: Html, table: Html) -> Html:
    text = load.tables.text
    drawing = tag(
        "svg",
        _axes(stretch, top),
        inside,
        _lines_of_days(stretch, load),
        viewBox=f"0 0 {_WIDTH} {_TOP + _HEIGHT + _FOOT}",
        class_="cn-load__drawing",
        role="img",
        aria_label=text(f"load.figure.{name}.label", first=stretch.first, last=stretch.last),
    )
    return tag(
        "figure",
        tag("figcaption", text(f"load.figure.{name}.caption"), class_="cn-quiet"),
        tag(
            "div", drawing, class_="cn-load__scroll", tabindex="0", role="group", aria_label=text("load.figure.scroll")
        ),
        legend,
        tag(
            "details",
            tag("summary", text(f"load.figure.{name}.table")),
            table,
            class_="cn-fold",
            data_key=f"load-{name}",
        ),
        class_="cn-load__figure",
    )


def _axes(stretch: Stretch, top: float) -> Html:
    parts = []
    for share in (0.0, 0.5, 1.0):
        y = _y(top * share, top)
        parts.append(tag("path", d=f"M{_LEFT} {y}H{_WIDTH - _RIGHT}", class_="cn-load__grid"))
        parts.append(tag("text", f"{top * share:g}", x=_LEFT - 6, y=y + 4, text_anchor="end", class_="cn-load__axis"))
    for day, label in _marks(stretch):
        x = stretch.x(day, half=0)
        parts.append(tag("path", d=f"M{x} {_TOP + _HEIGHT}v4", class_="cn-load__grid"))
        parts.append(tag("text", label, x=x, y=_TOP + _HEIGHT + 17, text_anchor="middle", class_="cn-load__axis"))
    return join(parts)


def _marks(stretch: Stretch) -> list[tuple[date, str]]:
    """Return the firsts of months that have room, the year in place of January."""
    marks: list[tuple[date, str]] = []
    day = stretch.first.replace(day=1)
    while day <= stretch.last:
        if stretch.holds(day) and (not marks or stretch.x(day) - stretch.x(marks[-1][0]) >= _MONTH_APART_PX):
            marks.append((day, str(day.year) if day.month == 1 else f"{day:%b}"))
        day = (day + timedelta(days=32)).replace(day=1)
    return marks or [(stretch.first, stretch.first.isoformat())]


def _lines_of_days(stretch: Stretch, load: LoadTables) -> Html:
    parts = []
    for injury in stretch.injuries:
        if stretch.holds(injury):
            x = stretch.x(injury)
            words = load.tables.text("load.figure.injury", day=injury)
            line = tag(
                "path",
                d=f"M{x} {_TOP - 6}V{_TOP + _HEIGHT}M{x - 4} {_TOP - 10}l8 8m0 -8l-8 8",
                class_="cn-load__injury",
            )
            parts.append(tag("g", tag("title", words), line))
    if stretch.evening and stretch.holds(stretch.evening):
        x = stretch.x(stretch.evening, half=1.0)
        words = load.tables.text("load.figure.evening", day=stretch.evening)
        parts.append(
            tag("g", tag("title", words), tag("path", d=f"M{x} {_TOP}V{_TOP + _HEIGHT}", class_="cn-load__evening"))
        )
    return join(parts)


def _sample(state: str, tone: str) -> Html:
    kind = f"cn-load__point cn-load__point--{state}" if tone == "unknown" or state == "reference" else (
        f"cn-load__mark cn-load__mark--{tone}"
    )  # fmt: skip
    return tag(
        "svg", tag("path", d=_SHAPES[state], class_=kind), viewBox="-8 -8 16 16", class_="cn-load__sample",
        aria_hidden="true", focusable="false",
    )  # fmt: skip


def _y(value: float, top: float) -> float:
    return round(_TOP + _HEIGHT * (1 - min(max(value, 0.0), top) / top), 1)


def _round_up(value: float) -> float:
    """Return the end of an axis: 1, 2 or 5 times a power of ten, or twice such, above the value."""
    size = 1.0
    while size * 10 < value:
        size *= 10
    return next(size * step for step in (1, 2, 4, 5, 8, 10, 20) if size * step >= value)


def table_of(name: str, columns: Sequence[str], cells: Sequence[Sequence[str]], load: LoadTables) -> Html:
    """Build a table whose caption and column names are interface sentences; the first cell heads its row."""
    text = load.tables.text
    head = tag("tr", join(tag("th", text(f"load.column.{column}"), scope="col") for column in columns))
    body = join(tag("tr", tag("th", row[0], scope="row"), join(tag("td", cell) for cell in row[1:])) for row in cells)
    caption = tag("caption", text(f"load.figure.{name}.caption"), class_="cn-sr")
    table = tag("table", caption, tag("thead", head), tag("tbody", body), class_="cn-table cn-load__table")
    return tag(
        "div", table, class_="cn-load__scroll", tabindex="0", role="group", aria_label=text("load.figure.scroll")
    )
