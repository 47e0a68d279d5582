"""Recovery times as a timeline of ranges, with the same rows as a table."""

from __future__ import annotations

import math
from collections.abc import Sequence

from calfnb.markup.care import claim_marks
from calfnb.markup.html import Html, join, table, tag
from calfnb.markup.notes import source_note
from calfnb.markup.words import short_name
from calfnb.tables.records import Tables
from calfnb.tables.records_care import CareTables, Recovery

__all__ = ["recovery_table", "recovery_timeline"]

_WIDTH, _LEFT, _RIGHT = 720, 8, 24
_ROW, _TOP, _APART = 46, 34, 58
#: Days at which the axis is marked, on a scale that gives short times room (square root of days).
_TICKS = (0, 7, 14, 28, 56, 84, 168, 365, 617)


def recovery_timeline(rows: Sequence[Recovery], care: CareTables, *, named: bool = False) -> Html:
    """Draw the ranges of recovery; rows without days stand in the table only.

    Parameters
    ----------
    rows
        Recovery rows, as `calfnb.care.recovery_of` gives them. Programmes, advice and rows on running
        injuries in general stand in the table only.
    named
        Whether each row names its condition, for several conditions in one figure.
    """
    tables = care.tables
    drawn = [row for row in rows if _is_drawn(row)]
    if not drawn:
        return tag(
            "div",
            tag("p", tables.text("care.recovery.nothing"), class_="cn-quiet"),
            recovery_table(rows, care, named=named),
            class_="cn-recovery",
        )
    longest = max(_last(row) for row in drawn)
    last_tick = next((tick for tick in _TICKS if tick >= longest), longest)
    height = _TOP + _ROW * len(drawn) + 8
    marks: list[float] = []
    for tick in _TICKS:
        if tick <= last_tick and (not marks or _x(tick, last_tick) - _x(marks[-1], last_tick) >= _APART):
            marks.append(tick)
    axis = join(_mark(tick, last_tick, height, tables) for tick in marks)
    bars = join(_bar(row, number, last_tick, tables, named) for number, row in enumerate(drawn))
    figure = tag(
        "svg",
        axis,
        bars,
        viewBox=f"0 0 {_WIDTH} {height}",
        class_="cn-timeline",
        role="img",
        aria_label=tables.text("care.recovery.figure", count=len(drawn)),
    )
    return tag(
        "figure",
        tag("figcaption", tables.text("care.recovery.caption"), class_="cn-quiet"),
        # On a phone the figure scrolls sideways, so keys must reach it.
        tag("div", figure, class_="cn-timeline__scroll", tabindex="0", role="group",
            aria_label=tables.text("care.recovery.caption")),
        tag("p", tables.text("care.recovery.legend"), class_="cn-legend"),
        tag(
            "details",
            tag("summary", tables.text("care.recovery.table")),
            recovery_table(rows, care, named=named),
            class_="cn-fold",
            data_key="recovery-table",
        ),
        class_="cn-recovery",
    )  # fmt: skip


def _is_drawn(row: Recovery) -> bool:
    days = row.display == "days" and _last(row) > 0
    return days and row.milestone_type == "recovery" and bool(row.condition_ids)


def _last(row: Recovery) -> float:
    return max((day for day in (row.min_days, row.value_days, row.max_days) if day is not None), default=0.0)


def _x(days: float, last: float) -> float:
    return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * math.sqrt(max(days, 0) / last), 1)


def _mark(days: float, last: float, height: int, tables: Tables) -> Html:
    x = _x(days, last)
    anchor = "start" if days == 0 else "end" if days == last else "middle"
    label = tables.text("care.recovery.start") if days == 0 else _axis_words(days, tables)
    return join(
        (
            tag("path", d=f"M{x} {_TOP - 8}V{height - 4}", class_="cn-timeline__grid"),
            tag("text", label, x=x, y=16, text_anchor=anchor, class_="cn-timeline__axis"),
        )
    )


def _axis_words(days: float, tables: Tables) -> str:
    if days % 7 == 0 and days < 365:
        key = "care.recovery.week" if days == 7 else "care.recovery.weeks"
        return tables.text(key, weeks=f"{days / 7:g}")
    return tables.text("care.recovery.days", days=f"{days:g}")


def _bar(row: Recovery, number: int, last: float, tables: Tables, named: bool) -> Html:
    top = _TOP + number * _ROW
    middle = top + 30
    low = row.min_days if row.min_days is not None else (0.0 if row.max_days is not None else row.value_days or 0.0)
    high = row.max_days if row.max_days is not None else _last(row)
    judged = "judged" if row.basis in ("judgement", "recalled") else "seen"
    who = f"{short_name(row.condition_ids[0], tables)}: " if named and row.condition_ids else ""
    grade = _grade(row, tables)
    label = f"{who}{row.milestone}{grade}: {row.words}"
    shapes = [tag("text", _cut(label), x=_LEFT, y=top + 16, class_="cn-timeline__label")]
    if high > low:
        shapes.append(
            tag(
                "rect", x=_x(low, last), y=middle - 5, width=round(max(_x(high, last) - _x(low, last), 3), 1),
                height=10, rx=5, class_=f"cn-timeline__range cn-timeline__range--{judged}",
            )
        )  # fmt: skip
    if row.value_days is not None:
        x = _x(row.value_days, last)
        kind = "mean" if row.statistic_type in ("mean", "added_mean") else "middle"
        shape = f"M{x} {middle - 8}l8 8l-8 8l-8 -8z" if kind == "mean" else f"M{x} {middle - 8}a8 8 0 1 1 -.1 0z"
        shapes.append(tag("path", d=shape, class_=f"cn-timeline__point cn-timeline__point--{judged}"))
    if row.open_ended:
        x = _x(high, last)
        shapes.append(tag("path", d=f"M{x + 4} {middle - 6}l8 6l-8 6", class_="cn-timeline__open"))
    return tag("g", tag("title", f"{label}. {row.population}"), *shapes, data_recovery=row.recovery_id)


def _cut(text: str, longest: int = 104) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def recovery_table(rows: Sequence[Recovery], care: CareTables, *, named: bool = False) -> Html:
    """The recovery rows as a table: what, how long, in whom, on what it rests."""
    tables = care.tables
    names = ("milestone", "words", "population", "source")
    head = [tables.text(f"care.recovery.column.{name}") for name in names]
    body = join(
        tag(
            "tr",
            tag("th", _what(row, tables, named), scope="row"),
            tag("td", _time(row, tables), data_label=tables.text("care.recovery.column.words")),
            tag(
                "td",
                row.population,
                tag("span", row.note, class_="cn-quiet cn-block") if row.note else None,
                data_label=tables.text("care.recovery.column.population"),
            ),
            tag(
                "td",
                source_note(row.basis, tables.sources.get(row.source_id), tables),
                claim_marks(row.claim_ids, tables),
            ),
            data_recovery=row.recovery_id,
        )
        for row in rows
    )
    return table(tables.text("care.recovery.caption"), head, body, class_="cn-table cn-recovery-table", seen=False)


def _what(row: Recovery, tables: Tables, named: bool) -> str:
    who = f"{short_name(row.condition_ids[0], tables)}: " if named and row.condition_ids else ""
    grade = _grade(row, tables)
    return f"{who}{row.milestone}{grade}"


def _grade(row: Recovery, tables: Tables) -> str:
    if not row.grade:
        return ""
    key = "care.recovery.grade_number" if row.grade.isdecimal() else "care.recovery.grade"
    return tables.text(key, grade=row.grade)


def _time(row: Recovery, tables: Tables) -> Html:
    sign = tables.text(f"care.recovery.sign.{row.display}") if row.display != "days" else ""
    statistic = tables.text(f"care.recovery.statistic.{row.statistic_type}") if row.statistic_type else ""
    kind = tables.text(f"care.recovery.type.{row.milestone_type}") if row.milestone_type != "recovery" else ""
    small = ", ".join(part for part in (sign, statistic, kind) if part)
    return join((row.words, tag("span", small, class_="cn-quiet cn-block") if small else None))
