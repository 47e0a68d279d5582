"""The fields of the page of tests and rules as plain values for the form widget, and its lists for the finder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calfnb.dashboards.tests_page.patient import OWN, PatientPart, TestChoice
from calfnb.dashboards.tests_page.rules import RulePart
from calfnb.dashboards.tests_page.state import Library
from calfnb.markup.diagnostics import clinic_names
from calfnb.markup.numbers import hundred
from calfnb.markup.words import condition_name, finding_words, short_name
from calfnb.tables.records import Tables
from calfnb.tables.records_tests import RuleInput, RuleSheet

__all__ = [
    "Field",
    "clinic_field",
    "end_fields",
    "gate_field",
    "harm_fields",
    "lookup_groups",
    "order_field",
    "patient_fields",
    "rule_fields",
    "rule_groups",
    "test_name",
]

Field = dict[str, Any]


def lookup_groups(library: Library) -> list[dict[str, Any]]:
    """Return suspicions and tests for the finder; a word of a test's purpose or of a synonym finds them too."""
    tests, tables = library.tests, library.model.tables
    conditions = [
        {
            "id": row.condition_id,
            "label": row.name,
            "words": " ".join((row.short_name, row.abbreviation, *row.synonyms)),
        }
        for row in tables.conditions.values()
        if tests.methods_of_condition(row.condition_id)
    ]
    methods = [
        {
            "id": row.method_id,
            "label": row.name,
            "words": " ".join((row.what, row.shows, *(finding_words(name, tables) for name in row.finding_ids),
                               *(one.name for one in tests.accuracies_of_method(row.method_id)))),
        }
        for row in tests.methods.values()
    ]  # fmt: skip
    by_name = [sorted(rows, key=lambda row: str(row["label"]).lower()) for rows in (conditions, methods)]
    return [
        {"id": "condition", "label": tables.text("dash2.find.conditions"), "entries": by_name[0]},
        {"id": "test", "label": tables.text("dash2.find.tests"), "entries": by_name[1]},
    ]


def rule_groups(library: Library) -> list[dict[str, Any]]:
    """Return the rules by topic for the finder."""
    tables = library.model.tables
    groups: dict[str, list[RuleSheet]] = {}
    for sheet in library.tests.rules.values():
        groups.setdefault(sheet.page.topic, []).append(sheet)
    return [
        {
            "id": topic,
            "label": tables.messages.get(f"rule.topic.{topic}", topic.replace("_", " ").capitalize()),
            "entries": [
                {
                    "id": sheet.rule_id,
                    "label": sheet.rule.name,
                    "words": " ".join(
                        (sheet.rule.purpose, *(condition_name(name, tables) for name in sheet.page.condition_ids))
                    ),
                }
                for sheet in sheets
            ],
        }
        for topic, sheets in groups.items()
    ]


# ---- the patient ---------------------------------------------------------------------------------


def test_name(choice: TestChoice, tables: Tables) -> str:
    """Name of a test that can be chosen."""
    return tables.text("dash2.test.own") if choice.key == OWN else choice.name


test_name.__test__ = False  # type: ignore[attr-defined]


def patient_fields(part: PatientPart, library: Library, order: tuple[str, ...]) -> list[Field]:
    """Return the fields for the suspicion, each chosen test, and one test more.

    Parameters
    ----------
    order
        Condition ids, the most probable first.
    """
    tables = library.model.tables
    text = tables.text
    suspects = [{"id": name, "label": short_name(name, tables)} for name in order]
    fields: list[Field] = [
        {"id": "suspect", "kind": "select", "label": text("dash2.field.suspect"), "options": suspects}
    ]
    taken = {one.choice.key for one in part.chosen}
    for one in part.chosen:
        options: list[Field] = [
            {"id": name, "label": text(f"dash2.result.{name}")} for name in ("positive", "negative")
        ]
        options.append({"id": "", "label": text("dash2.result.away"), "open": True})
        hint = text("dash2.test.implied") if one.choice.row is None and one.choice.key != OWN else ""
        if one.choice.row is not None and one.choice.row.positive_if:
            hint = text("dash2.test.positive_if", when=one.choice.row.positive_if)
        fields.append(
            {"id": f"test:{one.choice.key}", "kind": "radios", "label": test_name(one.choice, tables), "hint": hint,
             "options": options}
        )  # fmt: skip
        if one.choice.key == OWN:
            fields += [
                {"id": f"own_{name}", "kind": "number", "label": text(f"dash2.field.{name}"), "placeholder": "0.9"}
                for name in ("sensitivity", "specificity")
            ]
    options = [{"id": "", "label": text("dash2.field.add_none")}]
    for choice in part.choices:
        if choice.key not in taken:
            group = "own" if choice.key == OWN else "published" if choice.row else "implied"
            options.append(
                {"id": choice.key, "label": test_name(choice, tables), "group": text(f"dash2.test.group.{group}")}
            )
    fields.append({"id": "add", "kind": "select", "label": text("dash2.field.add"), "options": options})
    return fields


def end_fields(part: PatientPart, tables: Tables) -> list[Field]:
    """Return the fields for a low and a high pretest probability."""
    ends = {"low": part.low, "high": part.high}
    return [
        {"id": name, "kind": "number", "label": tables.text(f"dash2.field.{name}"), "placeholder": hundred(value),
         "unit": tables.text("dash2.of_hundred")}
        for name, value in ends.items()
    ]  # fmt: skip


def clinic_field(part: PatientPart, tables: Tables) -> list[Field]:
    """Return the slider of settings, each place with its name."""
    options = [{"id": str(place), "label": clinic_names(one, tables)} for place, one in enumerate(part.clinics)]
    return [{"id": "place", "kind": "steps", "label": tables.text("dash2.field.place"), "options": options}]


def harm_fields(usual: tuple[str, ...], tables: Tables) -> list[Field]:
    """Return the fields for the harms."""
    return [
        {"id": name, "kind": "number", "label": tables.text(f"dash2.field.{name}"), "placeholder": number,
         "unit": tables.text("dash2.points")}
        for name, number in zip(("missing", "overtreating", "test"), usual, strict=True)
    ]  # fmt: skip


def order_field(finding_id: str, library: Library) -> list[Field]:
    """Return the field for the result in the scene of testing first."""
    tables = library.model.tables
    options = [
        {"id": name, "label": tables.text(f"dash2.result.{word}")}
        for name, word in (("yes", "positive"), ("no", "negative"))
    ]
    method = library.tests.method_of_finding(finding_id)
    label = tables.text("dash2.field.order", test=method.name if method else finding_words(finding_id, tables))
    return [{"id": "order_result", "kind": "radios", "label": label, "options": options}]


# ---- rules ---------------------------------------------------------------------------------------


def gate_field(sheet: RuleSheet) -> list[Field]:
    """Return the question that a rule asks before it opens."""
    options = [{"id": gate.choice_id, "label": gate.sentence} for gate in sheet.gates]
    return [{"id": "reason", "kind": "radios", "wide": True, "label": sheet.page.gate_question, "options": options}]


def rule_fields(part: RulePart, tables: Tables) -> list[Field]:
    """Return the items of a rule."""
    points = {row.item_id: row.points for row in part.sheet.criteria if not row.formula}
    return [_rule_field(row, points, part, tables) for row in part.sheet.inputs]


def _rule_field(row: RuleInput, points: Mapping[str, float], part: RulePart, tables: Tables) -> Field:
    text = tables.text
    field: Field = {"id": row.input_id, "label": row.label, "hint": row.hint}
    if part.sheet.page.kind == "points" and points.get(row.input_id):
        field["badge"] = text("dash2.rule.points", points=f"{points[row.input_id]:+g}")
    unknown = {"id": "", "label": text("dash2.rule.unknown"), "open": True}
    if row.kind == "yes_no":
        options = [{"id": name, "label": text(f"dash2.rule.{name}")} for name in ("yes", "no")]
        return {**field, "kind": "radios", "options": [*options, unknown]}
    options = [{"id": option, "label": label} for option, label in zip(row.options, row.option_labels, strict=True)]
    if row.kind == "choice":
        return {**field, "kind": "radios", "options": [*options, unknown], "wide": len(options) > 3}
    if row.kind == "several":
        return {**field, "kind": "checks", "options": options}
    if row.kind == "numbers":
        return {**field, "kind": "numbers", "count": row.count, "unit": row.unit}
    return {**field, "kind": "number", "unit": row.unit, "placeholder": _between(row, tables)}


def _between(row: RuleInput, tables: Tables) -> str:
    if row.minimum is None or row.maximum is None:
        return ""
    return tables.text("dash2.rule.between", low=f"{row.minimum:g}", high=f"{row.maximum:g}")
