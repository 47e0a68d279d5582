"""The same answers in several settings, side by side: one table whose cells hold dot and interval."""

from __future__ import annotations

from collections.abc import Mapping

from calfnb.markup.html import Html, join, tag
from calfnb.markup.icons import level_shape
from calfnb.markup.words import frequency_words, level_words, short_name
from calfnb.reasoning.results import Assessment, RankedCondition
from calfnb.tables.records import Tables

__all__ = ["settings_strip"]

_ROWS = 5


def settings_strip(assessments_by_setting: Mapping[str, Assessment], tables: Tables, *, current: str = "") -> Html:
    """Compare the five strongest conditions over the settings, on one common scale.

    Parameters
    ----------
    current
        The setting that the page is in; its column is marked.
    """
    settings = list(assessments_by_setting)
    by_condition = {
        setting: {item.condition_id: item for item in assessment.ranking}
        for setting, assessment in assessments_by_setting.items()
    }
    head = join(
        tag(
            "th",
            tag("span", _setting_name(setting, tables), class_="cn-strip__setting"),
            _current_mark(tables) if setting == current else None,
            tag(
                "span",
                level_shape(assessment.triage.level, size="tiny"),
                level_words(assessment.triage.level, tables),
                class_=f"cn-strip__level cn-level--{assessment.triage.level}",
            ),
            scope="col",
        )
        for setting, assessment in assessments_by_setting.items()
    )
    rows = join(
        tag(
            "tr",
            tag("th", short_name(condition_id, tables), scope="row"),
            join(
                _cell(by_condition[setting].get(condition_id), place_of(assessments_by_setting[setting], condition_id),
                      _setting_name(setting, tables), tables)
                for setting in settings
            ),
            data_condition=condition_id,
        )
        for condition_id in _strongest(assessments_by_setting)
    )  # fmt: skip
    return tag(
        "div",
        tag(
            "table",
            tag("caption", tables.text("markup.strip.caption")),
            tag("thead", tag("tr", tag("th", tables.text("markup.strip.condition"), scope="col"), head)),
            tag("tbody", rows),
            class_="cn-strip",
        ),
        tag("p", tables.text("markup.strip.note"), class_="cn-quiet"),
        class_="cn-strip-block",
    )


def _current_mark(tables: Tables) -> Html:
    return tag("span", tables.text("markup.strip.current"), class_="cn-strip__current")


def place_of(assessment: Assessment, condition_id: str) -> int:
    """Place in the ranking, from 1; 0 if it is not listed."""
    ids = [item.condition_id for item in assessment.ranking]
    return ids.index(condition_id) + 1 if condition_id in ids else 0


def _setting_name(setting: str, tables: Tables) -> str:
    known = tables.settings.get(setting)
    return known.name if known else setting.replace("_", " ")


def _strongest(assessments: Mapping[str, Assessment]) -> list[str]:
    best: dict[str, float] = {}
    for assessment in assessments.values():
        for item in assessment.ranking:
            best[item.condition_id] = max(best.get(item.condition_id, 0.0), item.probability)
    return sorted(best, key=lambda condition_id: (-best[condition_id], condition_id))[:_ROWS]


def _cell(item: RankedCondition | None, place: int, setting: str, tables: Tables) -> Html:
    if item is None:
        return tag("td", tables.text("markup.strip.absent"), data_label=setting)
    style = f"--cn-low:{item.low:.3f};--cn-high:{item.high:.3f};--cn-dot:{item.probability:.3f}"
    picture = tag(
        "span",
        tag("span", class_="cn-dot__interval"),
        tag("span", class_="cn-dot__point"),
        class_=f"cn-dot{' cn-dot--first' if place == 1 else ''}",
        style=style,
        aria_hidden="true",
    )
    return tag(
        "td",
        picture,
        tag("span", _short_frequency(item, tables), class_="cn-strip__number", aria_hidden="true"),
        tag("span", frequency_words(item.frequency, tables), class_="cn-sr"),
        class_="cn-strip__first" if place == 1 else None,
        data_label=setting,
    )


def _short_frequency(item: RankedCondition, tables: Tables) -> str:
    frequency = item.frequency
    if frequency.fewer_than or frequency.about < 1:
        return tables.text("markup.strip.fewer", out_of=frequency.out_of)
    return tables.text("markup.strip.number", count=min(frequency.about, frequency.out_of - 1), out_of=frequency.out_of)
