"""One rule of the page of tests and rules: its reason, what is filled in and from where, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from calfnb.dashboards.tests_page.rule_form import CLEARED, RuleForm
from calfnb.dashboards.tests_page.state import Library, TestsState
from calfnb.dashboards.typed_numbers import NOT_A_NUMBER, number_of
from calfnb.rules import (
    RuleInputError,
    RuleResult,
    apply_rule,
    check_inputs,
    fill_from_rules,
    inputs_from_case,
    opened_by,
)
from calfnb.tables.records_tests import RuleInput, RuleSheet

__all__ = ["RulePart", "work_out"]


@dataclass(frozen=True)
class RulePart:
    """A rule as it stands.

    Attributes
    ----------
    opened
        Whether the reason opens it; without that ``result`` is None.
    shown
        What each field shows: text or list of texts.
    origins
        Where a value comes from that nobody typed: ``case``, or the id of a rule.
    problems
        A sentence for each field that holds something impossible; the rule takes such a field as open.
    """

    sheet: RuleSheet
    form: RuleForm
    opened: bool
    shown: Mapping[str, Any]
    origins: Mapping[str, str]
    problems: Mapping[str, str]
    result: RuleResult | None


def work_out(state: TestsState, library: Library) -> RulePart:
    """Work out the rule that is shown."""
    return _part(state.rule, state, library, follow=True)


def _part(rule_id: str, state: TestsState, library: Library, *, follow: bool) -> RulePart:
    sheet = library.tests.rules[rule_id]
    form = state.forms.get(rule_id, RuleForm())
    filled: dict[str, Any] = inputs_from_case(sheet, state.case.answers)
    origins = dict.fromkeys(filled, "case")
    if follow:
        others = _others(sheet, state, library)
        for name, value in fill_from_rules(sheet, others).items():
            filled[name] = value
            origins[name] = sheet.input_by_id[name].from_value.partition(".")[0]
    inputs: dict[str, Any] = dict(filled)
    shown: dict[str, Any] = {name: _as_text(value) for name, value in filled.items()}
    problems: dict[str, str] = {}
    for name, value in form.values:
        row = sheet.input_by_id[name]
        inputs.pop(name, None)
        origins.pop(name, None)
        shown[name] = "" if value == CLEARED else list(value) if isinstance(value, tuple) else value
        if value == CLEARED:
            continue
        read = _read(row, value)
        try:
            inputs.update(check_inputs(sheet, {name: read}))
        except RuleInputError as error:
            problems[name] = _sentence(str(error), row, library, value)
    opened = opened_by(sheet, form.reason) is not None
    return RulePart(
        sheet=sheet,
        form=form,
        opened=opened,
        shown=MappingProxyType(shown),
        origins=MappingProxyType(origins),
        problems=MappingProxyType(problems),
        result=apply_rule(sheet, inputs) if opened else None,
    )


def _others(sheet: RuleSheet, state: TestsState, library: Library) -> dict[str, RuleResult]:
    """Work out the rules that this one takes values from; one that was not opened gives nothing."""
    results = {}
    for row in sheet.inputs:
        name = row.from_value.partition(".")[0]
        if name in library.tests.rules and name not in results:
            part = _part(name, state, library, follow=False)
            if part.result is not None:
                results[name] = part.result
    return results


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:g}"
    return [str(one) for one in value] if isinstance(value, tuple | list) else value


def _read(row: RuleInput, value: Any) -> Any:
    """Turn what was typed into what the rule takes; what is no number stays text, which the rule refuses."""
    if row.kind == "number":
        return number_of(value)
    if row.kind == "numbers":
        # Half a list is an open list, and what was written in it is kept.
        return [number_of(one) for one in value] if all(value) else None
    return list(value) if isinstance(value, tuple) else value


def _sentence(sentence: str, row: RuleInput, library: Library, value: Any) -> str:
    """Write the rule's sentence for a place beside the field, whose name it need not say."""
    text = library.tests.tables.text
    wrong = next((one for one in (value if isinstance(value, tuple) else (value,)) if _no_number(row, one)), None)
    if wrong is not None:
        return text(NOT_A_NUMBER, value=wrong)
    words = sentence.removeprefix(f"{row.input_id} is ").removeprefix(f"{row.input_id}, ")
    return words[:1].upper() + words[1:]


def _no_number(row: RuleInput, value: Any) -> bool:
    return row.kind in ("number", "numbers") and isinstance(number_of(value), str)
