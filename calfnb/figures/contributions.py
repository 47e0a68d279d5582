"""What speaks for and against a condition: a waterfall from the pretest to the posttest log-odds, made of bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from calfnb.figures.house import FigureDict, columns, house_axis, house_layout, make_figure, margin_for, wrapped
from calfnb.markup.html import escape
from calfnb.markup.words import answer_words, condition_name, round_to_sum
from calfnb.reasoning.results import Contribution, Explanation
from calfnb.tables.records import Tables

__all__ = ["contributions_figure"]

_BARS = 12
_BAR_PX = 30
#: Of the room of one bar; left to plotly, it would be the smallest distance within each trace.
_WIDTH = 0.7


def contributions_figure(explanation: Explanation, tables: Tables, *, count: int = _BARS) -> FigureDict:
    """Show how the answers lead from the pretest to the posttest log-odds: a waterfall, made of bars.

    Parameters
    ----------
    count
        So many answers get a bar of their own, the strongest; the others share one.
    """
    ordered = sorted(explanation.contributions, key=lambda item: (-abs(item.log_odds), item.finding_id))
    own, rest = ordered[:count], ordered[count:]
    names = [answer_words(item.finding_id, item.option_id, tables) for item in own]
    ids = [item.finding_id for item in own]
    if rest:
        names.append(tables.text("figure.contributions.rest", count=len(rest)))
        ids.append("")
    start, *steps = round_to_sum([explanation.pretest_log_odds, *_effects(own, rest)])
    reached = [start]
    for effect in steps:
        reached.append(round(reached[-1] + effect, 1))
    labels = [tables.text("figure.contributions.start"), *names, tables.text("figure.contributions.end")]
    places = list(range(len(labels)))
    data = [
        _bars(tables.text("figure.contributions.total"), [(places[0], 0.0, start), (places[-1], 0.0, reached[-1])],
              ["", ""], "var(--cn-line-strong)", ""),
        *_effect_bars(list(zip(places[1:-1], reached, steps, strict=False)), ids, tables),
    ]  # fmt: skip
    lowest, highest = min(0.0, *reached), max(0.0, *reached)
    room = max(0.15 * (highest - lowest), 0.5)
    broken = [wrapped(label) for label in labels]
    layout = house_layout(
        height=_BAR_PX * len(labels) + 100,
        margin={"l": margin_for(broken), "r": 16, "t": 40, "b": 52},
        barmode="overlay",
        xaxis=house_axis(tables.text("figure.contributions.axis"), range=[lowest - room, highest + room],
                         zeroline=True),
        yaxis=house_axis(tickvals=places, ticktext=broken, range=[len(labels) - 0.5, -0.5], showgrid=False),
    )  # fmt: skip
    rows: list[list[Any]] = [[labels[0], "", start]]
    rows += [[name, effect, at] for name, effect, at in zip(names, steps, reached[1:], strict=True)]
    rows.append([labels[-1], "", reached[-1]])
    return make_figure(
        data,
        layout,
        name=tables.text("figure.contributions.name", condition=condition_name(explanation.condition_id, tables)),
        description=tables.text("figure.contributions.description", start=start, end=reached[-1]),
        table={"columns": columns("contributions", tables), "rows": rows, "ids": ["", *ids, ""]},
    )


def _effects(own: Sequence[Contribution], rest: Sequence[Contribution]) -> list[float]:
    return [*(item.log_odds for item in own), *([sum(item.log_odds for item in rest)] if rest else [])]


def _effect_bars(
    steps: Sequence[tuple[int, float, float]], ids: Sequence[str], tables: Tables
) -> Iterable[dict[str, Any]]:
    """One trace for and one against, so that the legend names both."""
    for side, color, pattern in (("for", "var(--cn-for)", ""), ("against", "var(--cn-against)", "/")):
        chosen = [number for number, (_, _, effect) in enumerate(steps) if (effect >= 0) == (side == "for")]
        yield _bars(
            tables.text(f"figure.contributions.{side}"),
            [steps[number] for number in chosen],
            [ids[number] for number in chosen],
            color,
            pattern,
        )


def _bars(
    name: str, steps: Sequence[tuple[int, float, float]], ids: Sequence[str], color: str, pattern: str
) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": escape(name),
        "y": [place for place, _, _ in steps],
        "base": [base for _, base, _ in steps],
        "x": [length for _, _, length in steps],
        # Plotly draws points of one id once.
        **({"ids": list(ids)} if any(ids) else {}),
        "width": _WIDTH,
        "marker": {"color": color, "pattern": {"shape": pattern, "size": 6, "fgcolor": "var(--cn-surface)",
                                               "fillmode": "overlay"}},
        "text": [f"{length:+.1f}".replace("-", "\N{MINUS SIGN}") for _, _, length in steps],
        "textposition": "outside",
        "cliponaxis": False,
        "hoverinfo": "none",
    }  # fmt: skip
