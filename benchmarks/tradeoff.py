"""The triage trade-off as one plain SVG: serious cases caught against needless alarms, one panel a setting."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

PANEL, GAP, HEIGHT = 250, 44, 380
LEFT, RIGHT, TOP, BOTTOM = 74, 24, 84, 62
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #222 }
  .title { font-size: 16px; font-weight: 600 } .small { font-size: 12px } .now { font-weight: 600 }
  .grid { stroke: #ccc } .back { fill: #fff }
  .line { fill: none; stroke: #0b63a5; stroke-width: 2 } .dot { fill: #0b63a5 }
  .ring { fill: none; stroke: #0b63a5; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #eee } .grid { stroke: #555 } .back { fill: #1b1e22 }
    .line, .ring { stroke: #7cc0ff } .dot { fill: #7cc0ff }
  }
"""
#: Factors that are written beside their dot; a dot that hides under another gets no words.
LABELLED = (1.0, 0.25, 8.0)


def _share(part: object, whole: object) -> float:
    return float(str(part)) / float(str(whole)) if float(str(whole)) else 0.0


def _point(row: Mapping[str, object]) -> tuple[float, float, float]:
    """(share of the others alarmed, share of the serious caught, factor)."""
    return (
        _share(row["others_same_day_or_above"], row["others"]),
        1 - _share(row["serious_below_same_day"], row["serious"]),
        float(str(row["factor"])),
    )


class _Panel:
    """One setting; ``widest`` and ``lowest`` are the ends of the axes (0-1)."""

    def __init__(self, number: int, widest: float, lowest: float) -> None:
        self.left = LEFT + number * (PANEL + GAP)
        self.widest, self.lowest = widest, lowest

    def x(self, alarmed: float) -> float:
        return self.left + alarmed / self.widest * PANEL

    def y(self, caught: float) -> float:
        return HEIGHT - BOTTOM - (caught - self.lowest) / (1 - self.lowest) * (HEIGHT - TOP - BOTTOM)

    def axes(self, *, words: bool) -> list[str]:
        parts = []
        for step in range(5):
            alarmed, caught = self.widest * step / 4, self.lowest + (1 - self.lowest) * step / 4
            x, y = self.x(alarmed), self.y(caught)
            parts.append(f'<line class="grid" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}"/>')
            parts.append(f'<line class="grid" x1="{self.left}" y1="{y:.1f}" x2="{self.left + PANEL}" y2="{y:.1f}"/>')
            parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{alarmed:.0%}</text>')
            if words:
                parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{caught:.0%}</text>')
        return parts

    def curve(self, setting: str, points: Sequence[tuple[float, float, float]]) -> list[str]:
        name = escape(setting.replace("_", " ").capitalize())
        parts = [f'<text class="now" x="{self.left}" y="{TOP - 14}">{name}</text>']
        line = " ".join(f"{self.x(a):.1f},{self.y(c):.1f}" for a, c, _ in points)
        parts.append(f'<polyline class="line" points="{line}"/>')
        for alarmed, caught, factor in points:
            x, y = self.x(alarmed), self.y(caught)
            parts.append(
                f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3.5"><title>thresholds times {factor:g}: '
                f"{caught:.0%} of serious cases caught, {alarmed:.0%} of the others alarmed</title></circle>"
            )
            if factor == 1:
                parts.append(f'<circle class="ring" cx="{x:.1f}" cy="{y:.1f}" r="8"/>')
        return parts + self._labels(points)

    def _labels(self, points: Sequence[tuple[float, float, float]]) -> list[str]:
        parts: list[str] = []
        taken: list[tuple[float, float]] = []
        for wanted in LABELLED:
            for alarmed, caught, factor in points:
                x, y = self.x(alarmed) + 10, self.y(caught) + (36 if factor == 1 else 18)
                if factor == wanted and all(abs(x - u) > 40 or abs(y - v) > 14 for u, v in taken):
                    taken.append((x, y))
                    words = "as shipped" if factor == 1 else f"times {factor:g}"
                    kind = "small now" if factor == 1 else "small"
                    parts.append(f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{words}</text>')
        return parts


def tradeoff_svg(rows: Sequence[Mapping[str, object]]) -> str:
    """Return the SVG text: one panel per setting, one dot per factor, the shipped thresholds ringed."""
    settings = list(dict.fromkeys(str(row["setting_id"]) for row in rows))
    points = {s: sorted((_point(row) for row in rows if row["setting_id"] == s), key=lambda p: p[2]) for s in settings}
    every = [point for own in points.values() for point in own]
    widest = min(1.0, math.ceil(max(alarmed for alarmed, _, _ in every) * 5 + 0.25) / 5)
    lowest = max(0.0, math.floor(min(caught for _, caught, _ in every) * 5 - 0.1) / 5)
    width = LEFT + len(settings) * PANEL + (len(settings) - 1) * GAP + RIGHT
    body = [
        f'<rect class="back" width="{width}" height="{HEIGHT}"/>',
        f'<text class="title" x="{LEFT}" y="26">What lower or higher can’t-miss thresholds would do</text>',
        f'<text x="{LEFT}" y="46">Every threshold times one factor, 0.25 to 8; cases of benchmarks/cases</text>',
        f'<text x="{(LEFT + width - RIGHT) / 2}" y="{HEIGHT - 16}" text-anchor="middle">'
        "other cases sent to same day or emergency</text>",
        f'<text transform="translate(20 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">'
        "serious cases caught</text>",
    ]
    for number, setting in enumerate(settings):
        panel = _Panel(number, widest, lowest)
        body += [*panel.axes(words=number == 0), *panel.curve(setting, points[setting])]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" role="img" '
        f'aria-label="Serious cases caught against other cases alarmed, by threshold factor, for each setting">'
        f"<style>{STYLE}</style>" + "\n".join(body) + "</svg>\n"
    )
