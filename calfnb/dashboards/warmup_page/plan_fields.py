"""The form of the warm-up plan as plain values for the form widget."""

from __future__ import annotations

from typing import Any

from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.dashboards.warmup_page.plan import EQUIPMENT, PlanPart, PlanState
from calfnb.tables.records_warmup import PlanQuestion

__all__ = ["FORMS", "form_fields", "form_notes", "form_values"]

#: Which groups of questions stand in which of the two forms.
FORMS: dict[str, tuple[str, ...]] = {"session": ("session",), "wishes": ("wishes", "massage")}
#: Choices with few and short words stand open, the others unfold.
_OPEN = frozenset({"session", "static_before", "cool_down"})


def form_fields(name: str, part: PlanPart, library: PanelLibrary) -> list[dict[str, Any]]:
    """Return the fields of a form, in the order of the table."""
    return [_field(row, library) for row in part.questions if row.group in FORMS[name]]


def _field(row: PlanQuestion, library: PanelLibrary) -> dict[str, Any]:
    field: dict[str, Any] = {"id": row.question_id, "label": row.question, "hint": row.why}
    if row.kind == "number":
        return field | {"kind": "number", "unit": row.unit, "placeholder": row.default}
    options: list[dict[str, Any]] = [
        {"id": name, "label": label} for name, label in zip(row.options, row.labels, strict=True)
    ]
    if row.kind == "list":
        return field | {"kind": "checks", "options": options}
    if row.kind == "choice" and row.question_id not in _OPEN:
        return field | {"kind": "select", "options": options}
    if row.group == "massage":
        options.append({"id": "", "label": library.tables.text("ui.safety.open_answer"), "open": True})
    return field | {"kind": "radios", "options": options}


def form_values(state: PlanState, part: PlanPart) -> dict[str, Any]:
    """Return what is set: what was typed, and what is assumed where a choice stands for it."""
    values: dict[str, Any] = {EQUIPMENT: list(state.equipment)}
    for row in part.questions:
        if row.kind == "list":
            continue
        assumed = row.default if row.question_id in part.assumed and row.kind != "number" else ""
        values[row.question_id] = state.answers.get(row.question_id, "") or assumed
    return values


def form_notes(part: PlanPart, library: PanelLibrary) -> dict[str, str]:
    """Return the word beside each question whose answer is assumed."""
    text = library.tables.text
    return {
        row.question_id: text("dash5.plan.assumed_number", value=row.default)
        if row.kind == "number"
        else text("dash5.plan.assumed")
        for row in part.questions
        if row.question_id in part.assumed
    }
