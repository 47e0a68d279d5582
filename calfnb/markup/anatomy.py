"""The lower leg layer by layer: two drawings, a list of parts, and a card for each.

The drawings are ``static/anatomy_<view>.svg``, drawn for the left leg: from behind, and cut across the
middle of the calf as looked at from above. Each part is a group with ``data-part`` (an id of
``anatomy.csv``), its layer, and the place of its label; names come from the tables.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from xml.etree import ElementTree

from calfnb.markup.assets import static_text
from calfnb.markup.care import claim_marks
from calfnb.markup.html import Html, join, table, tag
from calfnb.markup.notes import source_note
from calfnb.markup.words import short_name
from calfnb.tables.records_care import AnatomyPart, CareTables

__all__ = ["STEPS", "VIEWS", "anatomy_figure", "anatomy_viewer", "gait_table", "load_table", "part_card", "part_list"]

VIEWS = ("posterior", "section")
#: Steps of peeling, in the order of going deeper: which layers each names.
STEPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "skin": ("skin",),
        "outer_muscle": ("outer_muscle", "tendon"),
        "deep_muscle": ("deep_muscle", "tendon"),
        "compartment": ("compartment",),
        "vessels": ("artery", "vein"),
        "nerve": ("nerve",),
        "bone": ("bone",),
    }
)
#: Layers that each step shows faintly behind its own, to tell where one is.
_BEHIND: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "skin": (),
        "outer_muscle": ("skin", "bone", "deep_muscle"),
        "deep_muscle": ("skin", "bone"),
        "compartment": ("skin", "bone", "outer_muscle", "deep_muscle"),
        "vessels": ("skin", "bone", "deep_muscle"),
        "nerve": ("skin", "bone", "deep_muscle"),
        "bone": ("skin", "tendon"),
    }
)

_WIDTH = 320
#: Room for labels on both sides, and their size: the section is wide, the leg from behind is narrow.
_MARGIN = MappingProxyType({"posterior": 34.0, "section": 110.0})
_FONT = MappingProxyType({"posterior": 13.0, "section": 16.0})
_WRAP = 12
_SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True, slots=True)
class _Shape:
    part_id: str
    layer: str
    side: str
    label_y: float
    target: tuple[float, float]
    art: str


@dataclass(frozen=True, slots=True)
class _Drawing:
    height: int
    frame: str
    outline: str
    shapes: tuple[_Shape, ...]


@cache
def _drawing(view: str) -> _Drawing:
    root = ElementTree.fromstring(static_text(f"anatomy_{view}.svg"))
    groups = {group.attrib["data-role"]: group for group in root.findall(f"{_SVG}g")}
    shapes = []
    for group in groups["parts"]:
        x, y = group.attrib["data-target"].split()
        shapes.append(
            _Shape(
                part_id=group.attrib["data-part"],
                layer=group.attrib["data-layer"],
                side=group.attrib["data-side"],
                label_y=float(group.attrib["data-label-y"]),
                target=(float(x), float(y)),
                art="".join(_plain(child) for child in group),
            )
        )
    return _Drawing(
        height=int(root.attrib["viewBox"].split()[3]),
        frame="".join(_plain(child) for child in groups["frame"]),
        outline="".join(_plain(child) for child in groups["outline"]),
        shapes=tuple(shapes),
    )


def _plain(element: ElementTree.Element) -> str:
    text = ElementTree.tostring(element, encoding="unicode").strip()
    return re.sub(r' xmlns(:\w+)?="[^"]*"', "", text).replace("ns0:", "")


def anatomy_figure(
    care: CareTables, *, view: str = "posterior", step: str = "outer_muscle", selected: str = "",
    highlight: Collection[str] = (),
) -> Html:  # fmt: skip
    """Draw one view; each named part is a button (``data-action="part"``, ``data-part``) with its label.

    Parameters
    ----------
    view
        ``posterior`` or ``section``.
    step
        How deep: one of `STEPS`; deeper layers stand faintly behind.
    selected
        Id of the chosen part, or "".
    highlight
        Parts marked as well, for instance those that hurt in a condition.

    Raises
    ------
    ValueError
        If there is no such view or step.
    """
    if view not in VIEWS:
        raise ValueError(f"There is no view {view!r}; it is one of {', '.join(VIEWS)}.")
    if step not in STEPS:
        raise ValueError(f"There is no step {step!r}; it is one of {', '.join(STEPS)}.")
    drawing, tables = _drawing(view), care.tables
    named = [shape for shape in drawing.shapes if shape.part_id in care.anatomy and shape.layer in STEPS[step]]
    behind = [shape for shape in drawing.shapes if shape.layer in _BEHIND[step]]
    labels = _label_places(named, drawing.height, _FONT[view], care)
    back = join(
        tag("g", Html(shape.art), class_=f"cn-part cn-part--behind cn-part--behind-{shape.layer.replace('_', '-')}")
        for shape in behind
    )
    marked = {selected, *highlight}
    front = join(_part(shape, care.anatomy[shape.part_id], labels, view, shape.part_id in marked) for shape in named)
    sides = join(
        tag("text", tables.text(f"anatomy.side.{side}"), x=x, y=y, text_anchor="middle", class_="cn-anatomy__side")
        for side, x, y in _sides(view, drawing.height)
    )
    outline = tag("g", Html(drawing.outline), aria_hidden="true", class_="cn-part--behind")
    return tag(
        "svg",
        Html(drawing.frame),
        tag("g", back, aria_hidden="true"),
        *((front, outline) if step == "skin" else (outline, front)),
        tag("g", sides, aria_hidden="true"),
        class_=f"cn-anatomy__drawing cn-anatomy__drawing--{view}",
        viewBox=f"{-_MARGIN[view]:g} -16 {_WIDTH + 2 * _MARGIN[view]:g} {drawing.height + 36}",
        xmlns="http://www.w3.org/2000/svg",
        role="group",
        aria_label=tables.text(f"anatomy.view.{view}.label"),
        data_view=view,
        data_step=step,
    )


def _label_places(
    shown: list[_Shape], height: int, font: float, care: CareTables
) -> dict[str, tuple[float, list[str]]]:
    """Place the labels of each side under each other without overlap, as near to their height as can be."""
    places: dict[str, tuple[float, list[str]]] = {}
    line = _line(font)
    for side in ("L", "R"):
        lowest = -4.0
        for shape in sorted((s for s in shown if s.side == side), key=lambda s: s.label_y):
            lines = textwrap.wrap(care.anatomy[shape.part_id].name, _WRAP, break_long_words=False)
            tall = line * len(lines)
            top = max(min(shape.label_y - tall / 2, height - tall), lowest)
            places[shape.part_id] = (top, lines)
            lowest = top + tall + 6
    return places


def _line(font: float) -> float:
    return round(font * 1.15, 1)


def _part(
    shape: _Shape, row: AnatomyPart, labels: Mapping[str, tuple[float, list[str]]], view: str, marked: bool
) -> Html:
    top, lines = labels[shape.part_id]
    font, line = _FONT[view], _line(_FONT[view])
    left = shape.side == "L"
    x = -_MARGIN[view] + 2 if left else _WIDTH + _MARGIN[view] - 2
    spans = join(tag("tspan", text, x=f"{x:g}", dy="0" if i == 0 else f"{line:g}") for i, text in enumerate(lines))
    width = max(len(text) for text in lines) * font * 0.63
    start = x + width + 4 if left else x - width - 4
    tall, middle = line * len(lines), top + line * len(lines) / 2
    box = {"x": f"{x - 2 if left else x - width - 2:g}", "y": f"{top - 4:g}", "width": f"{width + 6:g}"}
    return tag(
        "g",
        tag("title", row.name),
        Html(shape.art),
        tag("rect", **box, height=f"{tall + 8:g}", fill="transparent"),
        tag("path", d=f"M{start:g} {middle:g}L{shape.target[0]:g} {shape.target[1]:g}", class_="cn-part__leader"),
        tag("text", spans, x=f"{x:g}", y=f"{top + font * 0.85:g}", text_anchor="start" if left else "end",
            class_="cn-part__name"),
        class_="cn-part" + (" cn-part--selected" if marked else ""),
        role="button",
        tabindex="0",
        aria_pressed="true" if marked else "false",
        aria_label=row.name,
        data_action="part",
        data_part=shape.part_id,
    )  # fmt: skip


def _sides(view: str, height: int) -> tuple[tuple[str, int, int], ...]:
    """Return where the words for the sides stand; in the section the front is at the top."""
    if view == "section":
        return ("front", 160, 2), ("back", 160, height + 2), ("outer", 60, height + 2), ("inner", 260, height + 2)
    return ("outer", 70, height + 12), ("inner", 250, height + 12)


def anatomy_viewer(
    care: CareTables, *, view: str = "posterior", step: str = "outer_muscle", selected: str = "",
    highlight: Collection[str] = (),
) -> Html:  # fmt: skip
    """The drawing with buttons for view and layer, the list of its parts, and the card of the chosen one.

    Buttons carry ``data-action`` ``view``, ``layer`` or ``part`` and ``data-view``, ``data-layer``, ``data-part``.

    Raises
    ------
    ValueError
        If there is no such view or step.
    """
    tables = care.tables
    views = join(_button("view", name, name == view, tables.text(f"anatomy.view.{name}")) for name in VIEWS)
    steps = join(
        _button("layer", name, name == step, tables.text(f"anatomy.step.{name}"))
        for name in STEPS
        if view == "section" or name != "compartment"
    )
    figure = anatomy_figure(care, view=view, step=step, selected=selected, highlight=highlight)
    shown = [shape.part_id for shape in _drawing(view).shapes if shape.layer in STEPS[step]]
    here = [care.anatomy[name] for name in shown if name in care.anatomy]
    chosen = care.anatomy.get(selected)
    return tag(
        "div",
        tag("div", views, class_="cn-anatomy__layers", role="group", aria_label=tables.text("anatomy.views")),
        tag("div", steps, class_="cn-anatomy__layers", role="group", aria_label=tables.text("anatomy.steps")),
        tag(
            "div",
            figure,
            tag("p", tables.text(f"anatomy.view.{view}.note"), class_="cn-quiet"),
            class_="cn-anatomy__figure",
        ),
        part_card(chosen, care) if chosen else tag("p", tables.text("anatomy.choose"), class_="cn-quiet"),
        part_list(here, care, selected=selected),
        class_="cn-anatomy",
    )


def _button(action: str, name: str, pressed: bool, label: str) -> Html:
    return tag(
        "button", label, type="button", class_="cn-choice", aria_pressed="true" if pressed else "false",
        data_action=action, **{f"data_{action}": name},
    )  # fmt: skip


def part_card(part: AnatomyPart, care: CareTables) -> Html:
    """One part: from where to where, its work, its work in the stride, what hurts there, nerve, sources."""
    tables = care.tables
    facts = (
        ("from_to", part.from_to),
        ("work", part.work),
        ("stride", part.stride),
        ("hurts", part.hurts),
        ("nerve", part.nerve),
        ("note", part.note),
        ("conditions", ", ".join(short_name(name, tables) for name in part.condition_ids)),
    )
    rows = join(
        tag("div", tag("dt", tables.text(f"anatomy.fact.{name}")), tag("dd", value)) for name, value in facts if value
    )
    return tag(
        "article",
        tag("h4", part.name, class_="cn-care__heading"),
        tag("dl", rows, class_="cn-care__facts"),
        source_note(part.basis, tables.sources.get(part.source_id), tables),
        claim_marks(part.claim_ids, tables),
        class_="cn-anatomy__card",
        data_part=part.part_id,
    )


def part_list(parts: Collection[AnatomyPart], care: CareTables, *, selected: str = "") -> Html:
    """The parts as folded cards: the drawing read as a list."""
    items = join(
        tag(
            "details",
            tag("summary", part.name),
            part_card(part, care),
            class_="cn-fold",
            data_key=f"part-{part.part_id}",
            data_part=part.part_id,
        )
        for part in parts
        if part.part_id != selected
    )
    return tag("div", items, class_="cn-anatomy__parts")


def gait_table(care: CareTables) -> Html:
    """The phases of a running step: what the calf does and what hurts."""
    tables = care.tables
    head = [tables.text(f"anatomy.gait.{name}") for name in ("phase", "work", "hurts")]
    rows = join(
        tag(
            "tr",
            tag("th", row.name, scope="row"),
            tag("td", row.calf_work, claim_marks(row.claim_ids, tables)),
            tag("td", row.hurts_here),
        )
        for row in care.gait
    )
    return table(tables.text("anatomy.gait.caption"), head, rows, class_="cn-table cn-gait")


def load_table(care: CareTables) -> Html:
    """Loads with their methods; the caption says that methods do not compare."""
    tables = care.tables
    names = ("part", "activity", "load", "method", "source")
    head = [tables.text(f"anatomy.load.{name}") for name in names]
    rows = join(
        tag(
            "tr",
            tag("th", care.anatomy[row.part_id].name, scope="row"),
            tag("td", row.activity),
            tag("td", f"{_range(row.low, row.high)} {row.unit}"),
            tag("td", row.method),
            tag("td", source_note(row.basis, tables.sources.get(row.source_id), tables),
                claim_marks(row.claim_ids, tables)),
        )
        for row in care.loads.values()
    )  # fmt: skip
    return table(tables.text("anatomy.load.caption"), head, rows, class_="cn-table cn-loads")


def _range(low: float, high: float) -> str:
    return f"{high:g}" if low == high else f"{low:g} to {high:g}"
