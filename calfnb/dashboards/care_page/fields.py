"""The fields of the page of care as plain values for the form widget."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from calfnb.care.return_to_run import SEXES
from calfnb.dashboards.care_page.returning import ANSWERS, PAINS
from calfnb.dashboards.care_page.state import CareLibrary, CareResult, CareState
from calfnb.markup.words import condition_name

__all__ = ["Field", "head_fields", "head_values", "ladder_fields", "measure_fields", "search_fields", "session_fields"]

Field = dict[str, Any]
#: What stands for "what this page opened with" in a list of choices, where "" cannot be told from nothing.
SAME = "-"


def head_fields(state: CareState, result: CareResult, library: CareLibrary) -> list[Field]:
    """Return the choice of patient, of condition and of the first day."""
    text = library.care.tables.text
    nobody = "dash3.patient.link" if result.somebody and not state.patient else "dash3.patient.nobody"
    patients = [{"id": SAME, "label": text(nobody)}]
    patients += [{"id": name, "label": worked.title, "group": text("dash3.patient.invented")}
                 for name, worked in library.cases.items()]  # fmt: skip
    leading = [ranked.condition_id for ranked in result.assessment.ranking[:3]]
    others = sorted(
        (name for name in library.care.conditions if name not in leading),
        key=lambda name: condition_name(name, library.care.tables),
    )
    groups = ((leading, "dash3.condition.leading"), (others, "dash3.condition.others"))
    conditions = [
        {"id": name, "label": condition_name(name, library.care.tables), "group": text(key)}
        for names, key in groups
        for name in names
    ]
    return [
        {"id": "condition", "kind": "select", "label": text("dash3.field.condition"), "options": conditions},
        {"id": "patient", "kind": "select", "label": text("dash3.field.patient"), "options": patients},
        {"id": "start", "kind": "date", "label": text("dash3.field.start"), "today": state.today.isoformat()},
    ]


def head_values(state: CareState, result: CareResult) -> dict[str, Any]:
    """Return what is set in them."""
    return {
        "patient": state.patient or SAME,
        "condition": result.condition,
        "start": state.start or state.today.isoformat(),
    }


def measure_fields(library: CareLibrary) -> list[Field]:
    """Return the fields of the two calculators."""
    text = library.care.tables.text
    sexes = [{"id": sex, "label": text(f"dash3.sex.{sex}")} for sex in SEXES]
    numbers = (
        ("age", "years"), ("raises_left", "raises"), ("raises_right", "raises"), ("wall_left", "cm"),
        ("wall_right", "cm"),
    )  # fmt: skip
    return [
        {"id": "sex", "kind": "radios", "label": text("dash3.field.sex"), "options": sexes},
        *(_number(library, name, unit) for name, unit in numbers),
    ]


def ladder_fields(library: CareLibrary, *, logged: bool) -> list[Field]:
    """Return the first day of the ladder and the rungs to plan; a log says by itself where the plan goes on."""
    text = library.care.tables.text
    start = {"id": "ladder_start", "kind": "date", "label": text("dash3.field.ladder_start")}
    first, last = (
        {"id": name, "kind": "select", "label": text(f"dash3.field.{name}"), "options": _stages(library)}
        for name in ("from_stage", "to_stage")
    )
    return [last] if logged else [start, first, last]


def session_fields(library: CareLibrary, *, review: bool) -> list[Field]:
    """Return the fields of the session that is noted next; ``review`` asks whether an open review was done."""
    text = library.care.tables.text
    answers: list[dict[str, Any]] = [{"id": name, "label": text(f"dash3.answer.{name}")} for name in ("yes", "no")]
    answers.append({"id": "", "label": text("dash3.answer.unknown"), "open": True})
    return [
        {"id": "day", "kind": "date", "label": text("dash3.field.day")},
        {"id": "stage", "kind": "select", "label": text("dash3.field.stage"), "options": _stages(library)},
        *(_number(library, name, "points", hint=f"dash3.field.{name}.hint") for name in PAINS),
        *(
            {"id": name, "kind": "radios", "label": text(f"dash3.field.{name}"), "options": answers}
            for name in ANSWERS
            if review or name != "review_done"
        ),
    ]  # fmt: skip


def search_fields(library: CareLibrary) -> list[Field]:
    """Return the field for the words of a question."""
    text = library.care.tables.text
    return [
        {"id": "find", "kind": "text", "search": True, "label": text("dash3.field.find"),
         "placeholder": text("dash3.field.find.example")},
    ]  # fmt: skip


def _number(library: CareLibrary, name: str, unit: str, *, hint: str = "") -> Field:
    text = library.care.tables.text
    words = {"hint": text(hint)} if hint else {}
    return {
        "id": name,
        "kind": "number",
        "label": text(f"dash3.field.{name}"),
        "unit": text(f"dash3.unit.{unit}"),
        **words,
    }


def _stages(library: CareLibrary) -> list[dict[str, Any]]:
    text = library.care.tables.text
    return [
        {"id": str(stage.stage), "label": text("dash3.stage", stage=stage.stage, name=stage.name)}
        for stage in library.care.stages
    ]


def values_of(names: Iterable[str], entries: Any, defaults: dict[str, str]) -> dict[str, str]:
    """Return what was typed in fields, or what stands there until something is."""
    return {name: entries.get(name, defaults.get(name, "")) for name in names}
