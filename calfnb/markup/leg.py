"""The leg map: four hand-drawn views whose zones can be clicked, walked through and read as a list.

The drawings are ``static/leg_<view>.svg``, drawn for the left leg and mirrored for the right one.
Each zone there is a ``path`` with ``data-option`` and the place of its label; names come from the tables.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from functools import cache
from xml.etree import ElementTree

from calfnb.markup.assets import static_text
from calfnb.markup.html import Html, join, tag
from calfnb.tables.records import BodyZone, Tables

__all__ = ["VIEWS", "leg_map", "leg_map_data", "zone_list"]

#: Order in which the views are shown.
VIEWS = ("posterior", "medial", "lateral", "anterior")

#: The drawing is 320 wide; labels stand in it and in a margin on both sides.
_WIDTH, _MARGIN = 320, 16
_LINE = 16
_SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True, slots=True)
class _Zone:
    option_id: str
    outline: str
    touch: str
    label_x: float
    label_y: float
    anchor: str
    wrap: int
    target: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Drawing:
    height: int
    art: str
    zones: tuple[_Zone, ...]


@cache
def _drawing(view: str) -> _Drawing:
    root = ElementTree.fromstring(static_text(f"leg_{view}.svg"))
    art = root.find(f"{_SVG}g[@class='cn-leg__art']")
    group = root.find(f"{_SVG}g[@class='cn-leg__zones']")
    if art is None or group is None:
        raise ValueError(f"leg_{view}.svg needs the groups cn-leg__art and cn-leg__zones.")
    zones = tuple(
        _Zone(
            option_id=path.attrib["data-option"],
            outline=path.attrib["d"],
            touch=path.attrib.get("data-touch", ""),
            label_x=float(path.attrib["data-label-x"]),
            label_y=float(path.attrib["data-label-y"]),
            anchor=path.attrib["data-anchor"],
            wrap=int(path.attrib["data-wrap"]),
            target=_point(path.attrib["data-target"]),
        )
        for path in group.iter(f"{_SVG}path")
    )
    text = ElementTree.tostring(art, encoding="unicode")
    text = re.sub(r' xmlns(:\w+)?="[^"]*"', "", text).replace("ns0:", "")
    return _Drawing(height=int(root.attrib["viewBox"].split()[3]), art=text, zones=zones)


def _point(text: str) -> tuple[float, float]:
    x, y = text.split()
    return float(x), float(y)


def leg_map(tables: Tables, *, selected: str | None, view: str = "posterior", side: str = "left") -> Html:
    """Draw one view of a lower leg as a group of radio buttons.

    Each zone is a ``path`` with the role ``radio``, ``data-option`` (the answer to ``main_zone``) and
    ``data-zone``. Its touch area takes in the label, so it stays large on a phone.

    Parameters
    ----------
    selected
        The chosen option, or None.
    view
        ``posterior``, ``medial``, ``lateral`` or ``anterior``.
    side
        ``left`` or ``right``: which leg; the drawing is mirrored for the right one.

    Raises
    ------
    ValueError
        If there is no such view or side.
    """
    if view not in VIEWS:
        raise ValueError(f"There is no view {view!r}; it is one of {', '.join(VIEWS)}.")
    if side not in ("left", "right"):
        raise ValueError(f"A leg is left or right, not {side!r}.")
    drawing = _drawing(view)
    names = {zone.option_id: zone for zone in tables.body_zones}
    mirror = f"matrix(-1 0 0 1 {_WIDTH} 0)" if side == "right" else None
    zones = join(
        _zone(zone, names[zone.option_id], tables, chosen=zone.option_id == selected, mirror=mirror)
        for zone in drawing.zones
        if zone.option_id in names
    )
    title = tables.text(f"markup.leg.title.{view}", side=tables.text(f"markup.leg.side.{side}"))
    return tag(
        "svg",
        tag("g", Html(drawing.art), transform=mirror, aria_hidden="true", class_="cn-leg__drawing"),
        zones,
        class_=f"cn-leg cn-leg--{view}",
        viewBox=f"{-_MARGIN} 0 {_WIDTH + 2 * _MARGIN} {drawing.height}",
        xmlns="http://www.w3.org/2000/svg",
        role="radiogroup",
        aria_label=title,
        data_view=view,
        data_side=side,
    )


def _zone(zone: _Zone, row: BodyZone, tables: Tables, *, chosen: bool, mirror: str | None) -> Html:
    anchor, x = zone.anchor, zone.label_x
    if mirror:
        anchor, x = {"start": "end", "end": "start"}.get(anchor, anchor), _WIDTH - x
    key = f"zone.{zone.option_id}.short"
    label = tables.text(key) if key in tables.messages else row.name
    lines = textwrap.wrap(label, zone.wrap)
    top = zone.label_y - 14
    spans = join(tag("tspan", line, x=f"{x:g}", dy="0" if i == 0 else f"{_LINE}") for i, line in enumerate(lines))
    pill = _pill(x, top, anchor, lines)
    leader = _leader(pill, anchor, zone.target, mirror)
    state = " cn-zone-group--selected" if chosen else ""
    # The touch area first, so that focus and hover reach the visible shape through the sibling selector.
    return tag(
        "g",
        tag(
            "path",
            tag("title", row.name),
            d=f"{zone.touch or zone.outline}{_mirrored_rect(pill, mirror)}",
            transform=mirror,
            class_="cn-zone",
            role="radio",
            tabindex="0",
            aria_checked="true" if chosen else "false",
            aria_label=row.name,
            data_option=zone.option_id,
            data_zone=row.zone_id,
        ),
        tag("path", d=zone.outline, transform=mirror, class_="cn-zone__shape", aria_hidden="true"),
        tag("path", d=leader, class_="cn-zone__leader", aria_hidden="true") if leader else None,
        tag("rect", x=f"{pill[0]:g}", y=f"{pill[1]:g}", width=f"{pill[2]:g}", height=f"{pill[3]:g}", rx="7",
            class_="cn-zone__pill", aria_hidden="true"),
        tag("text", spans, x=f"{x:g}", y=f"{zone.label_y:g}", text_anchor=anchor, class_="cn-zone__label",
            aria_hidden="true"),
        _tick(pill) if chosen else None,
        class_=f"cn-zone-group{state}",
    )  # fmt: skip


def _pill(x: float, top: float, anchor: str, lines: list[str]) -> tuple[float, float, float, float]:
    width = max(46.0, 8.4 * max(len(line) for line in lines) + 16)
    left = x - 8 if anchor == "start" else x - width + 8 if anchor == "end" else x - width / 2
    return left, top - 3, width, _LINE * len(lines) + 9


def _leader(
    pill: tuple[float, float, float, float], anchor: str, target: tuple[float, float], mirror: str | None
) -> str:
    left, top, width, height = pill
    x = left if anchor == "end" else left + width
    end = _WIDTH - target[0] if mirror else target[0]
    if (end - x if anchor == "start" else x - end) < 4:
        return ""  # the label touches its zone
    dot = "m-1.7 0a1.7 1.7 0 1 0 3.4 0a1.7 1.7 0 1 0-3.4 0"
    return f"M{x:g} {top + height / 2:g}L{end:g} {target[1]:g}{dot}"


def _mirrored_rect(pill: tuple[float, float, float, float], mirror: str | None) -> str:
    left, top, width, height = pill
    height = max(height, 50.0)  # 44 pixels on a phone 390 wide
    if mirror:
        left = _WIDTH - left - width
    return f"M{left:g} {top:g}h{width:g}v{height:g}h{-width:g}z"


def _tick(pill: tuple[float, float, float, float]) -> Html:
    x, y = pill[0] + pill[2], pill[1]
    return tag(
        "g",
        tag("circle", cx=f"{x:g}", cy=f"{y:g}", r="8.5"),
        tag("path", d=f"M{x - 4:g} {y + 0.5:g}l3 3.2l5.2 -6.4"),
        class_="cn-zone__tick",
        aria_hidden="true",
    )


def zone_list(tables: Tables, *, selected: str | None) -> Html:
    """List the zones as radio buttons with what lies beneath each."""
    items = join(
        tag(
            "label",
            tag(
                "input",
                type="radio",
                name="cn-main-zone",
                value=zone.option_id,
                checked=zone.option_id == selected,
                data_option=zone.option_id,
                data_zone=zone.zone_id,
            ),
            tag(
                "span",
                tag("span", zone.name, class_="cn-zones__name"),
                tag("span", zone.structures, class_="cn-zones__beneath"),
            ),
            class_="cn-zones__item",
        )
        for zone in tables.body_zones
    )
    return tag("fieldset", tag("legend", tables.text("markup.leg.list")), items, class_="cn-zones")


def leg_map_data(tables: Tables, *, side: str = "left") -> dict[str, list[dict[str, object]]]:
    """Return all views and zones as plain values, for a widget that turns and chooses by itself."""
    return {
        "views": [
            {
                "id": view,
                "label": tables.text(f"markup.leg.view.{view}"),
                "svg": str(leg_map(tables, selected=None, view=view, side=side)),
            }
            for view in VIEWS
        ],
        "zones": [
            {
                "id": zone.zone_id,
                "option": zone.option_id,
                "label": zone.name,
                "structures": zone.structures,
                "views": [view for view in VIEWS if view in zone.views],
            }
            for zone in tables.body_zones
        ],
    }
