"""What all figures share: look, the table that holds the same numbers, labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from calfnb.markup.html import escape
from calfnb.tables.records import Tables

FigureDict = dict[str, Any]
Table = dict[str, Any]

#: One series after the other: told apart by shape and dash as well as by colour.
SERIES = (
    {"color": "var(--cn-accent)", "symbol": "circle", "dash": "solid"},
    {"color": "var(--cn-same-day)", "symbol": "square", "dash": "dash"},
    {"color": "var(--cn-self-care)", "symbol": "diamond", "dash": "dot"},
    {"color": "var(--cn-within-days)", "symbol": "triangle-up", "dash": "dashdot"},
)
_WRAP = 22
_LETTER_PX = 7.2


def house_layout(**own: Any) -> dict[str, Any]:
    """Return the layout that all figures share, with ``own`` entries put over it.

    Nothing can be dragged or zoomed: a finger that scrolls the page must not change the figure.
    """
    return {
        "font": {"family": "var(--cn-font)", "size": 13, "color": "var(--cn-text)"},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "height": 320,
        "margin": {"l": 60, "r": 16, "t": 36, "b": 48},
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": "var(--cn-surface)",
            "bordercolor": "var(--cn-line-strong)",
            "font": {"color": "var(--cn-text)"},
        },
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "itemclick": False,
                   "itemdoubleclick": False},
        **own,
    }  # fmt: skip


def house_axis(title: str = "", **own: Any) -> dict[str, Any]:
    """Return an axis in the style of all figures, with ``own`` entries put over it."""
    return {
        "title": {"text": escape(title), "standoff": 8},
        "fixedrange": True,
        "gridcolor": "var(--cn-line)",
        "linecolor": "var(--cn-line-strong)",
        "tickcolor": "var(--cn-line-strong)",
        "zerolinecolor": "var(--cn-line-strong)",
        "zeroline": False,
        **own,
    }


def make_figure(
    data: Sequence[Mapping[str, Any]],
    layout: Mapping[str, Any],
    *,
    name: str,
    description: str = "",
    table: Mapping[str, Any] | None = None,
) -> FigureDict:
    """Put a figure together.

    Parameters
    ----------
    data
        Traces in plotly's form: ``bar``, ``scatter`` or ``heatmap``; others are not drawn.
    layout
        Layout in plotly's form, e.g. from :func:`house_layout`.
    name
        What the figure is called, for everybody; plain text.
    description
        What it shows, for those who do not see it; plain text.
    table
        ``{"columns": [...], "rows": [[...]], "ids": [...]}``; left out, :func:`table_twin` reads it from the traces.
    """
    meta = {"name": name, "description": description, **({"table": dict(table)} if table else {})}
    return {"data": [dict(trace) for trace in data], "layout": {**layout, "meta": meta}}


def table_twin(figure: Mapping[str, Any], words: Mapping[str, str]) -> Table:
    """Return the numbers of a figure as a table.

    Parameters
    ----------
    figure
        A figure in plotly's form. If it carries a table of its own, that is returned.
    words
        Words for columns that the figure does not name: ``series``, ``low``, ``high``, ``value``.

    Returns
    -------
    dict
        ``columns``, ``rows`` (as many cells as columns) and ``ids`` (one per row, ``""`` for none).
    """
    layout = figure.get("layout", {})
    own = (layout.get("meta") or {}).get("table")
    if own:
        return {"columns": list(own["columns"]), "rows": [list(row) for row in own["rows"]],
                "ids": list(own.get("ids") or [""] * len(own["rows"]))}  # fmt: skip
    traces = list(figure.get("data", ()))
    several = len(traces) > 1
    spread = [_spread(trace) for trace in traces]
    values = any("z" in trace for trace in traces)
    columns = [
        *([words["series"]] if several else []),
        _axis_title(layout, "x"),
        _axis_title(layout, "y"),
        *([words["value"]] if values else []),
        *([words["low"], words["high"]] if any(spread) else []),
    ]
    rows: list[list[Any]] = []
    ids: list[str] = []
    for trace, ends in zip(traces, spread, strict=True):
        for number, cells in enumerate(_points(trace, values=values)):
            low_high = list(ends[number]) if ends else [""] * (2 if any(spread) else 0)
            rows.append([*([trace.get("name", "")] if several else []), *cells, *low_high])
            ids.append(str(trace["ids"][number]) if number < len(trace.get("ids", ())) else "")
    return {"columns": columns, "rows": rows, "ids": ids}


def _axis_title(layout: Mapping[str, Any], axis: str) -> str:
    title = (layout.get(f"{axis}axis") or {}).get("title") or axis
    return str(title if isinstance(title, str) else title.get("text") or axis)


def _points(trace: Mapping[str, Any], *, values: bool) -> Iterable[list[Any]]:
    if "z" in trace:
        for row, y in zip(trace["z"], trace["y"], strict=True):
            for value, x in zip(row, trace["x"], strict=True):
                yield [x, y, value]
    else:
        for x, y in zip(trace["x"], trace["y"], strict=True):
            yield [x, y, *([""] if values else [])]


def _spread(trace: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Ends of the error bars of each point, if the trace has some."""
    for axis in ("x", "y"):
        error = trace.get(f"error_{axis}")
        if error and "array" in error:
            minus = error.get("arrayminus", error["array"])
            return [(at - less, at + more) for at, more, less in zip(trace[axis], error["array"], minus, strict=True)]
    return []


def columns(figure: str, tables: Tables) -> list[str]:
    """Headings of a figure's table."""
    return tables.text(f"figure.{figure}.columns").split(";")


def setting_name(setting: str, tables: Tables) -> str:
    """Name of a setting; free text that is no id is returned as it is."""
    known = tables.settings.get(setting)
    return known.name if known else setting.replace("_", " ")


def wrapped(label: str) -> str:
    """Break a label into lines for an axis. Plotly reads a little markup in labels, hence the escaping."""
    lines = [""]
    for word in label.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > _WRAP:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > 2:
        lines = [lines[0], f"{lines[1]}…"]
    return "<br>".join(escape(line) for line in lines)


def margin_for(labels: Sequence[str]) -> int:
    """Room for the longest line of some labels, in px; plotly's own way to find it lays everything out twice."""
    longest = max((len(line) for label in labels for line in label.split("<br>")), default=0)
    return round(18 + _LETTER_PX * longest)
