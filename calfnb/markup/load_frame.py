"""What the drawings of training load share: the stretch of time, axes, injuries, the evening, legends and tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from calfnb.load.activities import TrainingLog
from calfnb.load.history import monday_of
from calfnb.markup.html import Html, join, tag
from calfnb.markup.notes import source_note
from calfnb.tables.records_load import LoadTables

__all__ = [
    "FOOT",
    "HEIGHT",
    "LEFT",
    "RIGHT",
    "SHAPES",
    "TABLES",
    "TOP",
    "WIDTH",
    "Stretch",
    "figure",
    "named_table",
    "round_up",
    "sample",
    "stretch_of",
    "table_of",
    "y_of",
]

WIDTH, LEFT, RIGHT = 720, 44, 12
TOP, HEIGHT, FOOT = 14, 150, 24
#: The figures, each with a table of its own.
TABLES = ("weeks", "sessions", "shoes")
#: The rule behind the signs of each figure.
_RULES = {"weeks": "LR01", "sessions": "LR02", "shoes": "LR11"}
_MONTH_APART_PX = 44
#: From so many days on only years are named.
_LONG_DAYS = 1_100
#: An injury so many days after the last run still belongs to the log.
_AFTER_THE_LOG_DAYS = 35
#: Outline of each state in a box of 10 by 10 around its middle.
SHAPES = {
    "reference": "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z",
    "not_computable": "M-3.5 -3.5l7 7M3.5 -3.5l-7 7",
    "small_spike": "M0 -5l5 9h-10z",
    "moderate_spike": "M0 -6l6 6l-6 6l-6 -6z",
    "large_spike": "M0 -7l2 4.6l5 .5l-3.8 3.3l1.2 4.9l-4.4 -2.7l-4.4 2.7l1.2 -4.9l-3.8 -3.3l5 -.5z",
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days that a figure shows, the injuries on it, and the evening that is looked at, if any.

    ``replayed`` lays a veil over the days after an evening that the page moves; ``tables`` are the tables that are
    written out, the others stay empty until they are asked for.
    """

    first: date
    last: date
    injuries: tuple[date, ...] = ()
    evening: date | None = None
    replayed: bool = False
    tables: Collection[str] = TABLES

    @property
    def days(self) -> int:
        """How many days it shows."""
        return (self.last - self.first).days + 1

    def x(self, day: date, *, half: float = 0.5) -> float:
        """Return the place of the middle of a day."""
        share = ((day - self.first).days + half) / self.days
        return round(LEFT + (WIDTH - LEFT - RIGHT) * share, 1)

    def holds(self, day: date) -> bool:
        """Tell whether a day is shown."""
        return self.first <= day <= self.last


def stretch_of(log: TrainingLog, shown_weeks: int | None, injuries: Sequence[date] = ()) -> Stretch | None:
    """Return the days to show, from a Monday to a Sunday; None for a log without a run.

    Parameters
    ----------
    shown_weeks
        How many weeks to show, up to the end of the log or to an injury soon after it; None for all.
    injuries
        Days on which injuries began.
    """
    runs = log.runs()
    if not len(runs):
        return None
    first, last = date.fromordinal(int(runs.day[0])), date.fromordinal(int(runs.day[-1]))
    near = [injury for injury in injuries if injury <= last + timedelta(days=_AFTER_THE_LOG_DAYS)]
    end = monday_of(max([last, *near])) + timedelta(days=6)
    start = monday_of(first)
    if shown_weeks is not None:
        start = max(start, end - timedelta(days=7 * shown_weeks - 1))
    return Stretch(start, end, tuple(injuries))


def figure(
    name: str,
    load: LoadTables,
    stretch: Stretch,
    top: float,
    inside: Html,
    legend: Html,
    table: Callable[[], Html],
) -> Html:
    """Frame a drawing: its caption, axes, injuries and evening, its legend with the rule's source, and its table."""
    text, rule = load.tables.text, load.rules[_RULES[name]]
    drawing = tag(
        "svg",
        _axes(stretch, top),
        inside,
        _lines_of_days(stretch, load),
        _veil() if stretch.replayed else None,
        viewBox=f"0 0 {WIDTH} {TOP + HEIGHT + FOOT}",
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
            "div",
            tag("span", text("load.figure.rule", rule=rule.name)),
            source_note(rule.basis, load.tables.sources.get(rule.source_id), load.tables),
            class_="cn-load__source",
        ),
        tag(
            "details",
            tag("summary", text(f"load.figure.{name}.table")),
            table() if name in stretch.tables else None,
            class_="cn-fold",
            data_key=f"load-{name}",
            data_part=f"load-{name}",
        ),
        class_="cn-load__figure",
    )


def _veil() -> Html:
    """Draw what lies over the days after the evening, and the line of the evening itself."""
    width = WIDTH - LEFT - RIGHT
    return join(
        (
            tag("rect", x=LEFT, y=TOP - 12, width=width, height=HEIGHT + 12, class_="cn-load__veil"),
            tag("path", d=f"M{LEFT} {TOP - 12}V{TOP + HEIGHT}", class_="cn-load__evening cn-load__evening--moves"),
        )
    )


def _axes(stretch: Stretch, top: float) -> Html:
    parts = []
    for share in (0.0, 0.5, 1.0):
        y = y_of(top * share, top)
        parts.append(tag("path", d=f"M{LEFT} {y}H{WIDTH - RIGHT}", class_="cn-load__grid"))
        parts.append(tag("text", f"{top * share:g}", x=LEFT - 6, y=y + 4, text_anchor="end", class_="cn-load__axis"))
    for day, label in _marks(stretch):
        x = stretch.x(day, half=0)
        parts.append(tag("path", d=f"M{x} {TOP + HEIGHT}v4", class_="cn-load__grid"))
        parts.append(tag("text", label, x=x, y=TOP + HEIGHT + 17, text_anchor="middle", class_="cn-load__axis"))
    return join(parts)


def _marks(stretch: Stretch) -> list[tuple[date, str]]:
    """Return the firsts of months that have room, the year in place of January."""
    marks: list[tuple[date, str]] = []
    day = stretch.first.replace(day=1)
    while day <= stretch.last:
        named = day.month == 1 or stretch.days < _LONG_DAYS
        if named and stretch.holds(day) and (not marks or stretch.x(day) - stretch.x(marks[-1][0]) >= _MONTH_APART_PX):
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
                d=f"M{x} {TOP - 6}V{TOP + HEIGHT}M{x - 4} {TOP - 10}l8 8m0 -8l-8 8",
                class_="cn-load__injury",
            )
            parts.append(tag("g", tag("title", words), line))
    if stretch.evening and stretch.holds(stretch.evening):
        x = stretch.x(stretch.evening, half=1.0)
        words = load.tables.text("load.figure.evening", day=stretch.evening)
        parts.append(
            tag("g", tag("title", words), tag("path", d=f"M{x} {TOP}V{TOP + HEIGHT}", class_="cn-load__evening"))
        )
    return join(parts)


def sample(state: str, tone: str) -> Html:
    """Draw the sign of a state for a legend."""
    kind = f"cn-load__point cn-load__point--{state}" if tone == "unknown" or state == "reference" else (
        f"cn-load__mark cn-load__mark--{tone}"
    )  # fmt: skip
    return tag(
        "svg", tag("path", d=SHAPES[state], class_=kind), viewBox="-8 -8 16 16", class_="cn-load__sample",
        aria_hidden="true", focusable="false",
    )  # fmt: skip


def y_of(value: float, top: float) -> float:
    """Return the place of a value on an axis that ends at ``top``."""
    return round(TOP + HEIGHT * (1 - min(max(value, 0.0), top) / top), 1)


def round_up(value: float) -> float:
    """Return the end of an axis: 1, 2 or 5 times a power of ten, or twice such, above the value."""
    size = 1.0
    while size * 10 < value:
        size *= 10
    return next(size * step for step in (1, 2, 4, 5, 8, 10, 20) if size * step >= value)


def table_of(name: str, columns: Sequence[str], cells: Sequence[Sequence[str]], load: LoadTables) -> Html:
    """Build a table whose caption and column names are interface sentences; the first cell heads its row."""
    text = load.tables.text
    return named_table(
        text(f"load.figure.{name}.caption"), [text(f"load.column.{column}") for column in columns], cells, load
    )


def named_table(caption: str, columns: Sequence[str], cells: Sequence[Sequence[str]], load: LoadTables) -> Html:
    """Build a table from words as they are."""
    head = tag("tr", join(tag("th", column, scope="col") for column in columns))
    body = join(tag("tr", tag("th", row[0], scope="row"), join(tag("td", cell) for cell in row[1:])) for row in cells)
    named = tag("caption", caption, class_="cn-sr")
    table = tag("table", named, tag("thead", head), tag("tbody", body), class_="cn-table cn-load__table")
    label = load.tables.text("load.figure.scroll")
    return tag("div", table, class_="cn-load__scroll", tabindex="0", role="group", aria_label=label)
