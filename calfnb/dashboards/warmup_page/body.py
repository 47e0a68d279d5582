"""What is asked about the body where it matters: before massage and barefoot work, and for the strength of an age.

These answers belong to the plan's part of the page, so that each is given once and counts on every panel.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.dashboards.paneled.safety import SafetyPart
from calfnb.dashboards.typed_numbers import number_of
from calfnb.dashboards.warmup_page.plan import PlanState
from calfnb.tables.records_prevention import PreventionTables
from calfnb.tables.records_warmup import PlanQuestion
from calfnb.warmup.gate import safety_gate
from calfnb.warmup.request import WarmUpError, read_safety

__all__ = ["AGE", "body_fields", "body_questions", "with_body"]

AGE = "age"
#: The panel with the questions about the body.
ASKED_ON = "plan"
_MASSAGE = "massage"


def body_questions(block_ids: Iterable[str], tables: PreventionTables) -> tuple[PlanQuestion, ...]:
    """Return the questions behind some blocks, in the order of the form."""
    words = " ".join(tables.blocks[name].when for name in block_ids)
    rows = sorted(tables.questions.values(), key=lambda row: row.order)
    return tuple(row for row in rows if row.group == _MASSAGE and row.question_id in words)


def body_fields(questions: Iterable[PlanQuestion], library: PanelLibrary) -> list[dict[str, Any]]:
    """Return the questions as fields of a form; each can stay open."""
    still_open = library.tables.text("ui.safety.open_answer")
    found: list[dict[str, Any]] = []
    for row in questions:
        field: dict[str, Any] = {"id": row.question_id, "label": row.question, "hint": row.why}
        if row.kind == "number":
            found.append(field | {"kind": "number", "unit": row.unit})
            continue
        pairs = zip(row.options, row.labels, strict=True)
        options: list[dict[str, Any]] = [{"id": name, "label": label} for name, label in pairs]
        options.append({"id": "", "label": still_open, "open": True})
        found.append(field | {"kind": "radios", "options": options})
    return found


def with_body(part: SafetyPart, plan: PlanState, library: PanelLibrary) -> SafetyPart:
    """Return the safety answers with those about the body, and what the gate says to all of them.

    What is open or cannot be stays open: it is never a no. A swollen calf or a sore vein stops every plan, wherever
    it was said.
    """
    read: dict[str, Any] = {}
    for name, value in _written(plan, library.prevention).items():
        try:
            read[name] = getattr(read_safety({name: value}, library.prevention), name)
        except WarmUpError:
            continue
    if not read:
        return part
    safety = replace(part.safety, **read)
    if not part.passed:
        return replace(part, safety=safety)
    gate = safety_gate(safety, library.prevention)
    return replace(part, safety=safety, gate=gate, asked_on="" if gate.passed else ASKED_ON)


def _written(plan: PlanState, tables: PreventionTables) -> dict[str, Any]:
    names = [row.question_id for row in tables.questions.values() if row.group == _MASSAGE]
    written: dict[str, Any] = {name: plan.answers[name] for name in names if plan.answers.get(name)}
    age = plan.answers.get(AGE, "")
    return written | ({AGE: number_of(age)} if age else {})
