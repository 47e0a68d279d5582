"""How the thresholds and the damping were chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from calfnb.figures.house import SERIES, FigureDict, columns, house_axis, house_layout, make_figure, setting_name
from calfnb.markup.html import escape
from calfnb.reasoning.calibration import Calibration
from calfnb.tables.records import Tables

__all__ = ["calibration_figure", "tradeoff_figure"]


def tradeoff_figure(curve: Sequence[Mapping[str, object]], tables: Tables) -> FigureDict:
    """Show serious cases caught against needless alarms, by the factor on all thresholds.

    Parameters
    ----------
    curve
        Rows with ``setting_id``, ``factor``, ``serious``, ``serious_below_same_day``, ``others`` and
        ``others_same_day_or_above`` (counts), as ``benchmarks/accuracy.py`` writes them; text is read as numbers.

    Raises
    ------
    ValueError
        If there are no rows, or a row has no cases.
    """
    if not curve:
        raise ValueError("A trade-off needs at least one row.")
    by_setting: dict[str, list[tuple[float, float, float]]] = {}
    for row in curve:
        by_setting.setdefault(str(row["setting_id"]), []).append(_tradeoff_point(row))
    data, rows, shipped = [], [], []
    for number, (setting, unordered) in enumerate(by_setting.items()):
        points = sorted(unordered)
        name = setting_name(setting, tables)
        data.append(_tradeoff_trace(name, setting, points, SERIES[number % len(SERIES)]))
        rows += [[name, f"{factor:g}", caught, alarmed] for factor, caught, alarmed in points]
        shipped += [
            tables.text("figure.tradeoff.shipped", setting=name, caught=f"{caught:g}", alarmed=f"{alarmed:g}")
            for factor, caught, alarmed in points
            if factor == 1
        ]
    factors = [factor for points in by_setting.values() for factor, _, _ in points]
    layout = house_layout(
        height=380,
        xaxis=house_axis(tables.text("figure.tradeoff.x")),
        yaxis=house_axis(tables.text("figure.tradeoff.y")),
    )
    return make_figure(
        data,
        layout,
        name=tables.text("figure.tradeoff.name"),
        description=tables.text("figure.tradeoff.description", low=f"{min(factors):g}", high=f"{max(factors):g}",
                                shipped=" ".join(shipped)),
        table={"columns": columns("tradeoff", tables), "rows": rows},
    )  # fmt: skip


def _tradeoff_point(row: Mapping[str, object]) -> tuple[float, float, float]:
    """Factor, serious cases caught of 100, others alarmed of 100."""
    serious, missed, others, alarmed, factor = (
        float(str(row[name]))
        for name in ("serious", "serious_below_same_day", "others", "others_same_day_or_above", "factor")
    )
    if serious <= 0 or others <= 0:
        raise ValueError(f"A trade-off needs cases of both kinds; {row['setting_id']} has {serious:g} and {others:g}.")
    return factor, round(100 * (1 - missed / serious), 1), round(100 * alarmed / others, 1)


def _tradeoff_trace(
    name: str, setting: str, points: Sequence[tuple[float, float, float]], look: Mapping[str, str]
) -> dict[str, Any]:
    as_shipped = [factor == 1 for factor, _, _ in points]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": escape(name),
        "x": [alarmed for _, _, alarmed in points],
        "y": [caught for _, caught, _ in points],
        "ids": [f"{setting}:{factor:g}" for factor, _, _ in points],
        "line": {"color": look["color"], "dash": look["dash"], "width": 2},
        # The thresholds as shipped stand out by size and ring.
        "marker": {"color": look["color"], "symbol": look["symbol"], "opacity": 1,
                   "size": [13 if this else 7 for this in as_shipped],
                   "line": {"color": "var(--cn-text)", "width": [2 if this else 0 for this in as_shipped]}},
        "customdata": [f"{factor:g}" for factor, _, _ in points],
        "hovertemplate": "×%{customdata}: %{y} / %{x}<extra>%{fullData.name}</extra>",
    }  # fmt: skip


def calibration_figure(
    calibrations: Sequence[Calibration], tables: Tables, *, chosen: float | None = None
) -> FigureDict:
    """Show how sure and how right the engine is on simulated patients, by damping exponent.

    Parameters
    ----------
    calibrations
        From :func:`calfnb.reasoning.calibration.calibrate_damping`.
    chosen
        The exponent that the kit uses; marked.

    Raises
    ------
    ValueError
        If there is nothing to show.
    """
    if not calibrations:
        raise ValueError("A calibration needs at least one exponent.")
    points = sorted(calibrations, key=lambda item: item.damping)
    data = [
        {"type": "scatter", "mode": "lines+markers", "name": tables.text(f"figure.calibration.{word}"),
         "x": [item.damping for item in points], "y": [round(100 * getattr(item, name), 1) for item in points],
         "line": {"color": look["color"], "dash": look["dash"], "width": 2},
         "marker": {"color": look["color"], "symbol": look["symbol"], "size": 8},
         "hovertemplate": "%{x}: %{y}<extra>%{fullData.name}</extra>"}
        for (word, name), look in zip((("right", "right_first"), ("confident", "mean_confidence")), SERIES,
                                      strict=False)
    ]  # fmt: skip
    mark: dict[str, Any] = {}
    if chosen is not None:
        mark["shapes"] = [{"type": "line", "x0": chosen, "x1": chosen, "y0": 0, "y1": 1, "yref": "paper",
                           "line": {"color": "var(--cn-line-strong)", "dash": "dot", "width": 1}}]  # fmt: skip
        mark["annotations"] = [{"x": chosen, "y": 0, "yref": "paper", "yanchor": "bottom", "xanchor": "left",
                                "showarrow": False, "text": tables.text("figure.calibration.chosen")}]  # fmt: skip
    layout = house_layout(
        xaxis=house_axis(tables.text("figure.calibration.x")),
        yaxis=house_axis(tables.text("figure.calibration.y")),
        **mark,
    )
    rows = [
        [item.damping, round(100 * item.right_first, 1), round(100 * item.mean_confidence, 1), round(item.log_loss, 3)]
        for item in points
    ]
    best = min(points, key=lambda item: item.log_loss).damping
    return make_figure(
        data,
        layout,
        name=tables.text("figure.calibration.name"),
        description=tables.text("figure.calibration.description", best=f"{best:g}"),
        table={"columns": columns("calibration", tables), "rows": rows},
    )
