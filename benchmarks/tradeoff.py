"""The triage trade-off as one plain SVG: serious cases caught against needless alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 720, 480
LEFT, RIGHT, TOP, BOTTOM = 70, 24, 64, 58
COLOURS = ("#0b63a5", "#b3541e", "#2e7d32", "#6a3d9a")
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #222 }
  .title { font-size: 16px; font-weight: 600 } .small { font-size: 11px }
  .grid { stroke: #ccc } .back { fill: #fff }
  @media (prefers-color-scheme: dark) { text { fill: #eee } .grid { stroke: #555 } .back { fill: #1b1e22 } }
"""


def _share(part: object, whole: object) -> float:
    return float(str(part)) / float(str(whole)) if float(str(whole)) else 0.0


def _x(alarms: float) -> float:
    return LEFT + alarms * (WIDTH - LEFT - RIGHT)


def _y(caught: float, floor: float) -> float:
    return HEIGHT - BOTTOM - (caught - floor) / (1 - floor) * (HEIGHT - TOP - BOTTOM)


def _axes(floor: float) -> list[str]:
    parts = []
    for step in range(0, 11, 2):
        x = _x(step / 10)
        parts.append(f'<line class="grid" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}"/>')
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{step * 10} %</text>')
    for step in range(5):
        caught = floor + (1 - floor) * step / 4
        y = _y(caught, floor)
        parts.append(f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{caught:.0%}</text>')
    parts.append(
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 16}" text-anchor="middle">'
        "other cases sent to same day or emergency</text>"
    )
    middle = (TOP + HEIGHT - BOTTOM) / 2
    parts.append(
        f'<text transform="translate(18 {middle}) rotate(-90)" text-anchor="middle">'
        "serious cases at same day or above</text>"
    )
    return parts


def tradeoff_svg(rows: Sequence[Mapping[str, object]]) -> str:
    """Return the SVG text: one line per setting, one dot per factor, the shipped thresholds as a large dot."""
    lowest = min(1 - _share(row["serious_below_same_day"], row["serious"]) for row in rows)
    floor = max(0.0, min(0.8, lowest - 0.05))
    floor = int(floor * 5) / 5
    body = [
        f'<rect class="back" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<text class="title" x="{LEFT}" y="24">What lower or higher can’t-miss thresholds would do</text>',
        *_axes(floor),
    ]
    settings = list(dict.fromkeys(str(row["setting_id"]) for row in rows))
    for index, setting in enumerate(settings):
        colour = COLOURS[index % len(COLOURS)]
        own = sorted((row for row in rows if row["setting_id"] == setting), key=lambda row: float(str(row["factor"])))
        points = [
            (
                _x(_share(row["others_same_day_or_above"], row["others"])),
                _y(1 - _share(row["serious_below_same_day"], row["serious"]), floor),
                float(str(row["factor"])),
            )
            for row in own
        ]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
        body.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for x, y, factor in points:
            radius = 7 if factor == 1 else 3.5
            body.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}">'
                f"<title>{escape(setting)}, thresholds x {factor:g}</title></circle>"
            )
            body.append(f'<text class="small" x="{x + 6:.1f}" y="{y + 14:.1f}">x{factor:g}</text>')
        body.append(f'<rect x="{LEFT + index * 215}" y="38" width="12" height="12" fill="{colour}"/>')
        body.append(f'<text x="{LEFT + 18 + index * 215}" y="49">{escape(setting.replace("_", " "))}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="Serious cases caught against other cases alarmed, by threshold factor"><style>{STYLE}</style>'
        + "\n".join(body)
        + "</svg>\n"
    )
