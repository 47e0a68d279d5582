"""The fields of the panel of the next weeks as plain values for the form widget."""

from __future__ import annotations

from typing import Any

from calfnb.dashboards.prevention_page.library import PreventionLibrary
from calfnb.dashboards.prevention_page.plan import (
    NO_RULE,
    NUMBERS,
    RUNNING,
    SOURCES,
    PlanPart,
    PlanState,
    shown_fields,
)
from calfnb.load.planner import PLAN_RULES
from calfnb.load.rules import FACTORS
from calfnb.markup.load_plan import rule_name

__all__ = ["Field", "rule_fields", "rule_values", "start_fields", "start_values"]

Field = dict[str, Any]
_UNITS = {"week_km": "km", "longest_km": "km", "days_off": "days", "weeks": "weeks"}
#: The rule of the load tables whose certainty stands beside each rule that a plan may follow.
_GRADED = {"single_session": "LR02", "ten_percent": "LR01"}
_USUAL = {"weeks": "8", "runs": "3", "days_off": ""}


def start_fields(state: PlanState, part: PlanPart, library: PreventionLibrary) -> list[Field]:
    """Return what the plan starts from: the log or typed numbers, the kind of plan, runs, first day, weeks."""
    text = library.tables.text
    fields: list[Field] = []
    if part.has_log:
        options = [{"id": name, "label": text(f"dash4.plan.source.{name}")} for name in SOURCES]
        fields.append({"id": "source", "kind": "radios", "label": text("dash4.plan.field.source"), "options": options})
    ways = (RUNNING, *dict.fromkeys(run.plan_id for run in library.load.walk_jog))
    options = [{"id": name, "label": text(f"load.plan.way.{name}")} for name in ways]
    fields.append({"id": "way", "kind": "radios", "label": text("dash4.plan.field.way"), "options": options})
    return fields + [_typed(name, library) for name in shown_fields(state, part.source)]


def _typed(name: str, library: PreventionLibrary) -> Field:
    text = library.tables.text
    field: Field = {"id": name, "kind": "number", "label": text(f"dash4.plan.field.{name}")}
    if name == "runs":
        low, high = NUMBERS[name]
        options = [{"id": str(count), "label": str(count)} for count in range(int(low), int(high) + 1)]
        return field | {"kind": "select", "options": options}
    if name in _UNITS:
        return field | {"unit": text(f"dash4.plan.unit.{_UNITS[name]}")}
    return field | {"kind": "date"}


def start_values(state: PlanState, part: PlanPart) -> dict[str, str]:
    """Return what is set in them, as it was typed; an empty field of a setting shows what is taken instead."""
    usual = _USUAL | {"start": part.start.isoformat()}
    if part.request is not None and not part.walk_jog:
        usual["runs"] = str(part.request.runs_a_week)
    names = shown_fields(state, part.source)
    return {"source": part.source, "way": part.way} | {
        name: state.entries.get(name, usual.get(name, "")) for name in names
    }


def rule_fields(part: PlanPart, library: PreventionLibrary) -> list[Field]:
    """Return what the plan follows: rule, rule to compare with, factors and easier weeks, or weeks to repeat."""
    text, load = library.tables.text, library.load
    if part.walk_jog:
        weeks = sorted({run.week for run in load.walk_jog if run.plan_id == part.way})
        options = [{"id": str(week), "label": text("load.plan.week", number=week)} for week in weeks]
        return [{"id": "repeats", "kind": "checks", "label": text("dash4.plan.field.repeats"), "options": options}]
    rules = [{"id": name, "label": rule_name(name, load), "more": _known(name, library)} for name in PLAN_RULES]
    others = [{"id": NO_RULE, "label": text("dash4.plan.against.none")}]
    others += [{"id": name, "label": rule_name(name, load)} for name in PLAN_RULES]
    factors = [{"id": name, "label": text(f"load.plan.factor.{name}")} for name in FACTORS]
    yes_no = [{"id": name, "label": text(f"dash4.plan.cut_backs.{name}")} for name in ("yes", "no")]
    return [
        {"id": "rule", "kind": "radios", "wide": True, "label": text("dash4.plan.field.rule"), "options": rules},
        {"id": "against", "kind": "select", "label": text("dash4.plan.field.against"), "options": others},
        {"id": "factors", "kind": "checks", "label": text("dash4.plan.field.factors"), "options": factors,
         "hint": text("dash4.plan.field.factors.hint")},
        {"id": "cut_backs", "kind": "radios", "label": text("dash4.plan.field.cut_backs"), "options": yes_no,
         "hint": text("dash4.plan.field.cut_backs.hint", grade=load.rules["LR05"].grade)},
    ]  # fmt: skip


def _known(rule: str, library: PreventionLibrary) -> str:
    row = library.load.rules.get(_GRADED.get(rule, ""))
    return library.tables.text(f"load.plan.rule.{rule}.known", grade=row.grade if row else "")


def rule_values(state: PlanState) -> dict[str, Any]:
    """Return what is set in them."""
    return {
        "rule": state.rule,
        "against": state.against,
        "factors": list(state.factors),
        "cut_backs": "yes" if state.cut_backs else "no",
        "repeats": list(state.repeats),
    }
