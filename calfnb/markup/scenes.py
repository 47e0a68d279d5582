"""Pictures of what a test does, each with its table: nomogram, frequency tree, thresholds, settings as a slider.

The drawings use the width of a phone (360 units) so that their words stay readable there. They are hidden from
screen readers; the table beside each says the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from calfnb.diagnostics import Clinic, FaganLine, FrequencyTree, Losses, Nomogram, Thresholds, Tick, Update
from calfnb.markup.diagnostics import clinic_names, update_table
from calfnb.markup.html import Html, join, table, tag
from calfnb.markup.numbers import hundred, probability_words, range_words, ratio_number
from calfnb.markup.words import answer_words, finding_words, list_words, short_name
from calfnb.tables.records import Tables

__all__ = ["clinics_scene", "fagan_figure", "frequency_tree_figure", "thresholds_figure"]

_WIDTH = 360
_OTHERS = "others"


def _svg(width: int, height: float, *parts: object, class_: str) -> Html:
    return tag(
        "svg",
        *parts,
        class_=f"cn-drawing {class_}",
        viewBox=f"0 0 {width} {height:g}",
        aria_hidden="true",
        focusable="false",
    )


def _text(x: float, y: float, words: object, class_: str = "", anchor: str = "start") -> Html:
    return tag("text", words, x=f"{x:g}", y=f"{y:g}", text_anchor=anchor, class_=class_ or None)


def _line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Html:
    return tag("line", x1=f"{x1:.4g}", y1=f"{y1:.4g}", x2=f"{x2:.4g}", y2=f"{y2:.4g}", class_=class_)


# ---- nomogram ------------------------------------------------------------------------------------

_TOP, _TALL = 34, 380
_AXES = (64, 180, 296)
_SHOWN_PROBABILITIES = frozenset(
    {0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999}
)
_SHOWN_RATIOS = frozenset({0.001, 0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 100, 1000})


def fagan_figure(drawing: Nomogram, result: Update, tables: Tables) -> Html:
    """Draw the Fagan nomogram with the line of this test and the band of its interval, and its table."""
    parts: list[object] = []
    for place, key in enumerate(("pretest", "ratio", "posttest")):
        parts.append(_text(_AXES[place], 16, tables.text(f"test.fagan.{key}"), "cn-drawing__title", "middle"))
        parts.append(_line(_AXES[place], _TOP, _AXES[place], _TOP + _TALL, "cn-drawing__axis"))
    parts += _ticks(drawing.pretest_axis, _AXES[0], "end", percent=True)
    parts += _ticks(drawing.ratio_axis, _AXES[1], "end", percent=False)
    parts += _ticks(drawing.posttest_axis, _AXES[2], "start", percent=True)
    if len(drawing.band) == 2:
        low, high = drawing.band
        points = [
            (_AXES[0], low.pretest), (_AXES[1], low.ratio), (_AXES[2], low.posttest),
            (_AXES[2], high.posttest), (_AXES[1], high.ratio),
        ]  # fmt: skip
        shape = " ".join(f"{x:g},{_height(y):.1f}" for x, y in points)
        parts.append(tag("polygon", points=shape, class_="cn-drawing__band"))
    parts.append(_fagan_line(drawing.line))
    for x, y in zip(_AXES, (drawing.line.pretest, drawing.line.ratio, drawing.line.posttest), strict=True):
        parts.append(tag("circle", cx=x, cy=f"{_height(y):.1f}", r=5, class_="cn-drawing__point"))
    return tag(
        "figure",
        _svg(_WIDTH, _TOP + _TALL + 14, *parts, class_="cn-fagan"),
        update_table(result, tables),
        class_="cn-figure",
    )


def _height(share: float) -> float:
    return _TOP + _TALL * share


def _fagan_line(line: FaganLine) -> Html:
    points = " ".join(
        f"{x:g},{_height(y):.1f}" for x, y in zip(_AXES, (line.pretest, line.ratio, line.posttest), strict=True)
    )
    return tag("polyline", points=points, class_="cn-drawing__line")


def _ticks(ticks: Sequence[Tick], x: float, side: str, *, percent: bool) -> list[Html]:
    shown = _SHOWN_PROBABILITIES if percent else _SHOWN_RATIOS
    direction = -1 if side == "end" else 1
    marks = []
    for tick in ticks:
        y = _height(tick.height)
        marks.append(_line(x, y, x + direction * 6, y, "cn-drawing__axis"))
        if tick.value in shown:
            label = hundred(tick.value) if percent else ratio_number(tick.value)
            marks.append(_text(x + direction * 10, y + 4, label, "cn-drawing__tick", side))
    return marks


# ---- frequency tree ------------------------------------------------------------------------------

_ROW = 21
_MOST_LETTERS = 21


def frequency_tree_figure(tree: FrequencyTree, tables: Tables) -> Html:
    """Draw runners sorted by condition and answer, say what each answer then means, and give the table."""
    options = [option for option in tree.totals if tree.totals[option] or len(tree.totals) <= 3]
    return tag(
        "figure",
        _tree_drawing(tree, options, tables),
        tag("ul", join(tag("li", _meaning(tree, option, tables)) for option in options), class_="cn-loose"),
        tag("p", tables.text("test.tree.overlaps"), class_="cn-quiet") if tree.overlaps else None,
        _tree_table(tree, options, tables),
        class_="cn-figure",
    )


def _branch_name(condition_id: str, tables: Tables) -> str:
    return tables.text("test.tree.others") if condition_id == _OTHERS else short_name(condition_id, tables)


def _option_label(finding_id: str, option: str, tables: Tables) -> str:
    finding = tables.findings.get(finding_id)
    if finding is None:
        return option
    if finding.kind == "yes_no":
        return tables.text(f"test.tree.{option}") if option in ("yes", "no") else option
    return next((item.label for item in finding.options if item.option_id == option), option)


def _tree_drawing(tree: FrequencyTree, options: Sequence[str], tables: Tables) -> Html:
    parts: list[object] = []
    y = 24.0
    middles = []
    for branch in tree.branches:
        rows = max(len(options), 2)
        middle = y + rows * _ROW / 2 - 4
        middles.append(middle)
        words = _wrapped(_branch_name(branch.condition_id, tables))
        start = middle - 7 * len(words) + 4
        parts.append(_text(96, start, branch.people, "cn-drawing__strong"))
        parts += [_text(96, start + 14 * (row + 1), word) for row, word in enumerate(words)]
        for row, option in enumerate(options):
            leaf = y + row * _ROW + _ROW / 2
            strong = "cn-drawing__line" if row == 0 else "cn-drawing__thin"
            parts.append(_line(238, middle, 270, leaf, strong))
            label = f"{branch.by_option[option]}  {_cut(_option_label(tree.finding_id, option, tables), 12)}"
            parts.append(_text(275, leaf + 4, label, "cn-drawing__strong" if row == 0 else ""))
        y += rows * _ROW + 12
    root = (middles[0] + middles[-1]) / 2
    lines = [_line(58, root, 90, middle, "cn-drawing__thin") for middle in middles]
    trunk = _text(4, root + 5, tree.of, "cn-drawing__strong")
    return _svg(_WIDTH, y, *lines, trunk, *parts, class_="cn-tree")


def _meaning(tree: FrequencyTree, option: str, tables: Tables) -> str:
    answer = answer_words(tree.finding_id, option, tables)
    total = tree.totals[option]
    if not total:
        return tables.text("test.tree.none", answer=answer)
    named = [branch for branch in tree.branches if branch.condition_id != _OTHERS and branch.by_option[option]]
    named.sort(key=lambda branch: -branch.by_option[option])
    counts = [
        tables.text(
            "test.tree.count", count=branch.by_option[option], condition=short_name(branch.condition_id, tables)
        )
        for branch in named
    ]
    rest = sum(branch.by_option[option] for branch in tree.branches if branch.condition_id == _OTHERS)
    counts.append(tables.text("test.tree.rest", count=rest))
    return tables.text("test.tree.meaning", answer=answer, total=total, counts=list_words(counts, tables))


def _tree_table(tree: FrequencyTree, options: Sequence[str], tables: Tables) -> Html:
    head = [
        tables.text("test.tree.condition"),
        tables.text("test.tree.people"),
        *(_option_label(tree.finding_id, option, tables) for option in options),
    ]
    rows = join(
        tag(
            "tr",
            tag("th", _branch_name(branch.condition_id, tables), scope="row"),
            tag("td", branch.people),
            *(tag("td", branch.by_option[option]) for option in options),
        )
        for branch in tree.branches
    )
    total = tag(
        "tr",
        tag("th", tables.text("test.tree.all"), scope="row"),
        tag("td", tree.of),
        *(tag("td", tree.totals[option]) for option in options),
    )
    caption = tables.text("test.tree.caption", of=tree.of, test=finding_words(tree.finding_id, tables))
    return table(caption, head, rows, total, class_="cn-table cn-numbers")


def _wrapped(words: str) -> list[str]:
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + len(word) >= _MOST_LETTERS:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [_cut(line, _MOST_LETTERS + 3) for line in lines[:3]]


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


# ---- thresholds ----------------------------------------------------------------------------------

_LEAST, _LEFT, _LONG = 0.001, 14, 332
_SCALE = (0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99)


def thresholds_figure(
    found: Thresholds,
    tables: Tables,
    *,
    probability: float | None = None,
    low: float | None = None,
    high: float | None = None,
    value: Losses | None = None,
) -> Html:
    """Draw where waiting, testing and acting lose least, with this patient's probability on the scale, and its table.

    Parameters
    ----------
    probability, low, high
        The patient's probability of the condition (0-1) and its interval; None leaves the mark out.
    value
        What each choice loses at that probability, for the sentence under the picture.
    """
    ends = [0.0, found.test, found.treat, 1.0]
    zones = ["wait", "test", "act"] if found.worthwhile else ["wait", "act"]
    bounds = ends if found.worthwhile else [0.0, found.act, 1.0]
    parts: list[object] = []
    for zone, start, stop in zip(zones, bounds[:-1], bounds[1:], strict=True):
        x1, x2 = _across(start), _across(stop)
        parts.append(
            tag("rect", x=f"{x1:.1f}", y=34, width=f"{max(x2 - x1, 0.5):.1f}", height=34, class_=f"cn-zone--{zone}")
        )
        if x2 - x1 > 26:
            parts.append(_text((x1 + x2) / 2, 55, tables.text(f"test.zone.{zone}"), "cn-drawing__strong", "middle"))
    for tick in _SCALE:
        x = _across(tick)
        parts += [_line(x, 68, x, 74, "cn-drawing__axis"), _text(x, 88, hundred(tick), "cn-drawing__tick", "middle")]
    parts.append(_text(_WIDTH / 2, 104, tables.text("test.zone.scale"), "cn-drawing__tick", "middle"))
    if probability is not None:
        x = _across(probability)
        if low is not None and high is not None:
            parts.append(_line(_across(low), 24, _across(high), 24, "cn-drawing__range"))
        shape = f"{x - 7:.1f},14 {x + 7:.1f},14 {x:.1f},32"
        parts.append(tag("polygon", points=shape, class_="cn-drawing__marker"))
    return tag(
        "figure",
        _svg(_WIDTH, 110, *parts, class_="cn-thresholds"),
        tag("p", _advice(found, tables, probability, value)),
        _threshold_table(found, tables),
        class_="cn-figure",
    )


def _across(probability: float) -> float:
    """Place of a probability on a scale of log odds from one in a thousand to all but one."""
    reach = math.log((1 - _LEAST) / _LEAST)
    kept = min(max(probability, _LEAST), 1 - _LEAST)
    return _LEFT + _LONG * (math.log(kept / (1 - kept)) + reach) / (2 * reach)


def _advice(found: Thresholds, tables: Tables, probability: float | None, value: Losses | None) -> str:
    if probability is None or value is None:
        return tables.text("test.zone.worthwhile" if found.worthwhile else "test.zone.not_worthwhile")
    here = probability_words(probability, tables)
    losses = {name: f"{getattr(value, name):.2g}" for name in ("wait", "test", "act")}
    return tables.text(f"test.zone.best_{value.best}", probability=here, **losses)


def _threshold_table(found: Thresholds, tables: Tables) -> Html:
    lines = [("test", found.test), ("treat", found.treat)] if found.worthwhile else [("act", found.act)]
    rows = join(
        tag(
            "tr",
            tag("th", tables.text(f"test.threshold.{key}"), scope="row"),
            tag("td", tables.text("test.number.rate", rate=hundred(number))),
        )
        for key, number in lines
    )
    return tag(
        "table",
        tag("caption", tables.text("test.threshold.caption")),
        tag("tbody", rows),
        class_="cn-table",
    )


# ---- settings ------------------------------------------------------------------------------------

_DASHES = ("", "7 4", "2 4", "10 3 2 3", "1 6")


def clinics_scene(
    clinics: Sequence[Clinic],
    tables: Tables,
    *,
    current: Clinic | None = None,
    condition_ids: Sequence[str] = (),
    count: int = 4,
) -> Html:
    """The same leg in several clinics: one line a condition, the current place marked, and the table.

    Parameters
    ----------
    clinics
        Places along the slider, in order.
    current
        The place that the slider stands at; it need not be one of ``clinics``.
    condition_ids
        The conditions to show; without any, the ``count`` that come highest anywhere.
    """
    chosen = list(condition_ids) or _highest(clinics, count)
    return tag(
        "figure",
        _clinics_drawing(clinics, chosen, tables, current),
        tag("p", clinic_names(current, tables), class_="cn-clinic__name") if current else None,
        tag("p", tables.text("test.clinics.note"), class_="cn-quiet"),
        tag(
            "details",
            tag("summary", tables.text("test.clinics.table")),
            _clinics_table(clinics, chosen, tables, current),
            class_="cn-fold",
            data_key="clinics-table",
        ),
        class_="cn-figure",
    )


def _highest(clinics: Sequence[Clinic], count: int) -> list[str]:
    best: dict[str, float] = {}
    for clinic in clinics:
        for name, value in clinic.posttest.items():
            best[name] = max(best.get(name, 0.0), value)
    return sorted(best, key=lambda name: (-best[name], name))[:count]


def _clinics_drawing(clinics: Sequence[Clinic], chosen: Sequence[str], tables: Tables, current: Clinic | None) -> Html:
    first, last = clinics[0].position, clinics[-1].position
    ceiling = max(0.1, math.ceil(10 * max(clinic.posttest[name] for clinic in clinics for name in chosen)) / 10)

    def x(position: float) -> float:
        return 44 + 296 * (position - first) / max(last - first, 1e-9)

    def y(share: float) -> float:
        return 190 - 170 * min(share, ceiling) / ceiling

    parts: list[object] = []
    for step in range(6):
        share = ceiling * step / 5
        parts += [
            _line(44, y(share), 340, y(share), "cn-drawing__grid"),
            _text(38, y(share) + 4, hundred(share), "cn-drawing__tick", "end"),
        ]
    for clinic in clinics:
        parts.append(_line(x(clinic.position), 190, x(clinic.position), 195, "cn-drawing__axis"))
    for number, name in enumerate(chosen):
        points = " ".join(f"{x(clinic.position):.1f},{y(clinic.posttest[name]):.1f}" for clinic in clinics)
        dashes = _DASHES[number % len(_DASHES)]
        parts.append(tag("polyline", points=points, class_="cn-drawing__line", stroke_dasharray=dashes or None))
        key = 212 + 16 * number
        parts.append(
            tag(
                "polyline",
                points=f"44,{key - 4} 84,{key - 4}",
                class_="cn-drawing__line",
                stroke_dasharray=dashes or None,
            )
        )
        parts.append(_text(92, key, short_name(name, tables)))
    if current is not None:
        parts.append(_line(x(current.position), 12, x(current.position), 195, "cn-drawing__here"))
        parts += [
            tag(
                "circle",
                cx=f"{x(current.position):.1f}",
                cy=f"{y(current.posttest[name]):.1f}",
                r=4.5,
                class_="cn-drawing__point",
            )
            for name in chosen
        ]
    return _svg(_WIDTH, 212 + 16 * len(chosen), *parts, class_="cn-clinics")


def _clinics_table(clinics: Sequence[Clinic], chosen: Sequence[str], tables: Tables, current: Clinic | None) -> Html:
    head = join(
        tag(
            "th",
            clinic_names(clinic, tables),
            tag("span", tables.text("test.clinics.here"), class_="cn-strip__current")
            if current is not None and clinic.position == current.position
            else None,
            scope="col",
        )
        for clinic in clinics
    )
    rows = join(
        tag(
            "tr",
            tag("th", short_name(name, tables), scope="row"),
            join(
                tag(
                    "td",
                    join(
                        (
                            probability_words(clinic.posttest[name], tables),
                            tag("span", range_words(clinic.low[name], clinic.high[name], tables), class_="cn-quiet"),
                        ),
                        "; ",
                    ),
                    data_label=clinic_names(clinic, tables),
                )
                for clinic in clinics
            ),
        )
        for name in chosen
    )
    return tag(
        "table",
        tag("caption", tables.text("test.clinics.caption")),
        tag("thead", tag("tr", tag("th", tables.text("test.tree.condition"), scope="col"), head)),
        tag("tbody", rows),
        class_="cn-table cn-stack",
    )
