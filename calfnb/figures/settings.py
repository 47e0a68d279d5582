"""The same answers in several settings: a dot and its interval for each condition and setting."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from calfnb.figures.house import (
    SERIES,
    FigureDict,
    columns,
    house_axis,
    house_layout,
    make_figure,
    margin_for,
    setting_name,
    wrapped,
)
from calfnb.markup.html import escape
from calfnb.markup.words import count_of_hundred, short_name
from calfnb.reasoning.results import Assessment, RankedCondition
from calfnb.tables.records import Tables

__all__ = ["settings_figure"]

_CONDITIONS = 6
_ROW_PX = 52


def settings_figure(
    assessments_by_setting: Mapping[str, Assessment], tables: Tables, *, count: int = _CONDITIONS
) -> FigureDict:
    """Show the strongest conditions in each setting, with their intervals (80 %).

    Parameters
    ----------
    assessments_by_setting
        The same answers, assessed in some settings; the order is that of the marks.
    count
        How many conditions are shown.
    """
    ranked = {
        setting: {item.condition_id: item for item in assessment.ranking}
        for setting, assessment in assessments_by_setting.items()
    }
    shown = _strongest(ranked, count)
    labels = [wrapped(short_name(condition_id, tables)) for condition_id in shown]
    step = 0.24
    first = -step * (len(ranked) - 1) / 2
    data = [
        _setting_trace(
            setting_name(setting, tables),
            [(row + first + step * number, items[each]) for row, each in enumerate(shown) if each in items],
            SERIES[number % len(SERIES)],
        )
        for number, (setting, items) in enumerate(ranked.items())
    ]
    layout = house_layout(
        height=_ROW_PX * len(shown) + 100,
        margin={"l": margin_for(labels), "r": 16, "t": 40, "b": 52},
        xaxis=house_axis(tables.text("figure.settings.axis"), range=[0, _top(data)], dtick=_top(data) // 5),
        yaxis=house_axis(tickvals=list(range(len(shown))), ticktext=labels, range=[len(shown) - 0.5, -0.5],
                         showgrid=False),
    )  # fmt: skip
    rows = [
        [short_name(each, tables), setting_name(setting, tables), *_counts(ranked[setting][each])]
        for each in shown
        for setting in ranked
        if each in ranked[setting]
    ]
    leaders = (
        tables.text(
            "figure.settings.leader",
            setting=setting_name(setting, tables),
            condition=short_name(assessment.ranking[0].condition_id, tables),
            about=count_of_hundred(assessment.ranking[0].probability),
        )
        for setting, assessment in assessments_by_setting.items()
        if assessment.ranking
    )
    ids = [each for each in shown for setting in ranked if each in ranked[setting]]
    return make_figure(
        data,
        layout,
        name=tables.text("figure.settings.name"),
        description=tables.text("figure.settings.description", leaders=" ".join(leaders)),
        table={"columns": columns("settings", tables), "rows": rows, "ids": ids},
    )


def _setting_trace(
    name: str, points: Sequence[tuple[float, RankedCondition]], look: Mapping[str, str]
) -> dict[str, Any]:
    counts = [_counts(item) for _, item in points]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": escape(name),
        "x": [about for about, _, _ in counts],
        "y": [y for y, _ in points],
        "ids": [item.condition_id for _, item in points],
        "error_x": {"type": "data", "symmetric": False, "array": [high - about for about, _, high in counts],
                    "arrayminus": [about - low for about, low, _ in counts], "thickness": 1.5, "width": 0,
                    "color": look["color"]},
        "marker": {"size": 10, "color": look["color"], "symbol": look["symbol"]},
        "customdata": [[low, high] for _, low, high in counts],
        "hovertemplate": "%{x} (%{customdata[0]}-%{customdata[1]})<extra>%{fullData.name}</extra>",
    }  # fmt: skip


def _top(data: Sequence[Mapping[str, Any]]) -> int:
    """End of the axis: the next multiple of ten that holds every interval; a change of the answers may move it."""
    ends = (about + more for trace in data for about, more in zip(trace["x"], trace["error_x"]["array"], strict=True))
    return min(100, 10 * math.ceil(max(ends, default=90) / 10))


def _counts(item: RankedCondition) -> tuple[int, int, int]:
    """About, low and high of 100; the middle stays between the ends however they are rounded."""
    about, low, high = (count_of_hundred(value) for value in (item.probability, item.low, item.high))
    return about, min(low, about), max(high, about)


def _strongest(ranked: Mapping[str, Mapping[str, RankedCondition]], count: int) -> list[str]:
    best: dict[str, float] = {}
    for items in ranked.values():
        for condition_id, item in items.items():
            best[condition_id] = max(best.get(condition_id, 0.0), item.probability)
    return sorted(best, key=lambda condition_id: (-best[condition_id], condition_id))[:count]
