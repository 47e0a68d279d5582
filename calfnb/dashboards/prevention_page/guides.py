"""The panel of guides as values: a topic, what the articles and newer sources say of it, and its small calculators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from calfnb.dashboards.prevention_page.guides_numbers import FIELDS, Answer, answers_of, read_numbers
from calfnb.dashboards.prevention_page.library import PreventionLibrary
from calfnb.tables.records_prevention import PreventionGuide

__all__ = [
    "ALL_ACTIONS",
    "LOAD_RULES",
    "USUAL_MINUTES",
    "GuidesPart",
    "GuidesState",
    "check_guides",
    "guides_part",
    "topics",
    "with_number",
]

#: Load rules that stand with a topic.
LOAD_RULES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "how_common": ("LR07",),
        "shoes": ("LR11", "LR12"),
        "ground": ("LR10",),
        "fluids": ("LR13",),
        "other_sport": ("LR14",),
    }
)
#: The topic that holds every action, also those that no answer of this runner asks for.
ALL_ACTIONS = "actions"
#: Minutes of other sport that the table is written for until some are typed.
USUAL_MINUTES = 60.0
_LONGEST_TYPED = 24


@dataclass(frozen=True)
class GuidesState:
    """The topic, "" for the first, and typed numbers of its calculator by field, as they were typed."""

    topic: str = ""
    entries: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class GuidesPart:
    """What follows: the guides of the topic, the fields of its calculator, its answers, and sentences on fields.

    ``sport_min`` are the minutes that the table of other sports is written for.
    """

    topic: str
    guides: tuple[PreventionGuide, ...]
    rule_ids: tuple[str, ...]
    fields: tuple[str, ...]
    answers: tuple[Answer, ...]
    problems: Mapping[str, str]
    sport_min: float


def topics(library: PreventionLibrary) -> tuple[str, ...]:
    """Return the topics in the order of the table, and that of all actions."""
    rows = sorted(library.prevention.guides.values(), key=lambda row: row.order)
    return (*dict.fromkeys(row.topic for row in rows), ALL_ACTIONS)


def guides_part(state: GuidesState, library: PreventionLibrary) -> GuidesPart:
    """Find the guides of the topic and work out its calculator."""
    topic = state.topic or topics(library)[0]
    rows = sorted(library.prevention.guides.values(), key=lambda row: row.order)
    fields = FIELDS.get(topic, ())
    written = {name: state.entries.get(name, "") for name in fields}
    numbers, problems = read_numbers(written, library)
    return GuidesPart(
        topic=topic,
        guides=tuple(row for row in rows if row.topic == topic),
        rule_ids=LOAD_RULES.get(topic, ()),
        fields=fields,
        answers=answers_of(topic, numbers, library),
        problems=MappingProxyType(problems),
        sport_min=numbers.get("sport_min", USUAL_MINUTES),
    )


def with_number(state: GuidesState, name: str, written: str) -> GuidesState:
    """Return the state with one number typed.

    Raises
    ------
    ValueError
        If there is no such field.
    """
    if not any(name in names for names in FIELDS.values()):
        raise ValueError(f"There is no field {name!r}.")
    entries = {key: old for key, old in state.entries.items() if key != name}
    written = written.strip()[:_LONGEST_TYPED]
    return replace(state, entries=MappingProxyType({**entries, name: written} if written else entries))


def check_guides(state: GuidesState, library: PreventionLibrary) -> None:
    """Raise ValueError if a state names a topic or a field that there is not."""
    names = {name for fields in FIELDS.values() for name in fields}
    if state.topic not in ("", *topics(library)) or not set(state.entries) <= names:
        raise ValueError("The guides name what there is not.")
    if any(len(written) > _LONGEST_TYPED for written in state.entries.values()):
        raise ValueError("A number is too long.")
