"""Inline pictures: five triage shapes, the runner of the icon array, and small signs.

Every picture is decoration beside words (``aria-hidden``); nothing is said by colour or shape alone.
"""

from __future__ import annotations

from functools import lru_cache

from calfnb.markup.html import Html, join, tag
from calfnb.reasoning.results import NaturalFrequency
from calfnb.tables.records import Level

__all__ = ["filled_runners", "level_shape", "runner_array"]

_SHAPES: dict[Level, tuple[str, str]] = {
    "emergency_now": (
        "M14.5 3h19L47 16.5v19L33.5 49h-19L1 35.5v-19z",
        "M24 13v17M24 37.5v.5",
    ),
    "same_day": (
        "M24 3.5a4 4 0 0 1 3.5 2L47 41.5a4 4 0 0 1-3.5 6H4.5a4 4 0 0 1-3.5-6L20.5 5.5a4 4 0 0 1 3.5-2z",
        "M24 19v12.5M24 39v.5",
    ),
    "within_days": (
        "M21.2 2.7a4 4 0 0 1 5.6 0l19 20.5a4 4 0 0 1 0 5.6l-19 20.5a4 4 0 0 1-5.6 0l-19-20.5a4 4 0 0 1 0-5.6z",
        "M24 16v10.5l6.5 5",
    ),
    "routine": (
        "M24 3a23 23 0 1 1 0 46a23 23 0 1 1 0-46z",
        "M14.5 21h19M14.5 31h12",
    ),
    "self_care": (
        "M44.5 4.5C20 3.5 5 13.5 5 30.5c0 3.7.9 6.7 2.3 9.2L3 46.5l3.5 2.5l4.3-5.5c3.2 2.4 7 3.5 11.2 3.5"
        "C38 47 45.5 30 44.5 4.5z",
        "M11 43C17 31.5 24.5 23.5 34 17",
    ),
}
"""Outline and inner sign of each level in a box of 48 by 52."""

_BODY = (
    "M16.3 11.3l-4.3 8.2M12 19.5l4.7 4.2l-1.9 7.3M12 19.5l-2.6 5.3l-6.4.9"
    "M15.5 12l-5.5.6l-3.2 4.2M15.8 12.5l3.4 4.3l4.3-1.3"
)
"""Limbs and trunk of the runner as strokes in a box of 26 by 34."""


@lru_cache(maxsize=32)
def level_shape(level: Level, *, size: str = "large") -> Html:
    """Draw the shape of a triage level: octagon, triangle, diamond, circle or leaf."""
    outline, sign = _SHAPES[level]
    return tag(
        "svg",
        tag("path", d=outline, class_="cn-shape__body"),
        tag("path", d=sign, class_="cn-shape__sign"),
        class_=f"cn-shape cn-shape--{size} cn-level--{level}",
        viewBox="0 0 48 52",
        aria_hidden="true",
        focusable="false",
    )


def filled_runners(frequency: NaturalFrequency) -> tuple[float, float, float]:
    """How many of ten runners to fill for low, about and high, in halves.

    A count that is not none shows at least half a figure, and one that is not all leaves half a figure.
    """
    out_of = frequency.out_of
    return _halves(frequency.low, out_of), _halves(frequency.about, out_of), _halves(frequency.high, out_of)


def _halves(count: int, out_of: int) -> float:
    if count <= 0:
        return 0.0
    return min(9.5, max(0.5, round(20 * count / out_of) / 2))


# Of some thousand possible frequencies a page shows a few dozen, each again and again.
@lru_cache(maxsize=256)
def runner_array(frequency: NaturalFrequency) -> Html:
    """Ten runners: full tone up to low, middle up to about, light up to high, outline beyond."""
    low, about, high = filled_runners(frequency)
    about = max(about, 0.5)
    low, high = min(low, about), max(high, about)
    return tag(
        "div",
        join(_runner(place, low, about, high) for place in range(10)),
        class_="cn-runners",
        aria_hidden="true",
    )


def _runner(place: int, low: float, about: float, high: float) -> Html:
    layers = [_figure("off", 1.0)]
    for tone, upto in (("maybe", high), ("about", about), ("sure", low)):
        part = min(1.0, max(0.0, upto - place))
        if part > 0:
            layers.append(_figure(tone, part))
    return tag("svg", *layers, class_="cn-runner", viewBox="0 0 26 34", focusable="false")


@lru_cache(maxsize=128)
def _figure(tone: str, part: float) -> Html:
    figure = join((tag("circle", cx="18.5", cy="5.5", r="3.4"), tag("path", d=_BODY)))
    # A nested svg cuts at its own edge, so half a figure needs no clip path and no id.
    return tag("svg", figure, class_=f"cn-runner__{tone}", width=f"{26 * part:g}", height="34")
