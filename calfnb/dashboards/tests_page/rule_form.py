"""What a person says on the page of a rule, and what is chosen and filled in as the page's address holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calfnb.dashboards.page_code import text_of
from calfnb.tables.records_tests import RuleInput

__all__ = ["CLEARED", "RuleForm", "given", "read_forms", "read_pairs", "written_forms"]

#: What stands for "not known" where the patient's answers would fill the field.
CLEARED = "?"


@dataclass(frozen=True)
class RuleForm:
    """What a person said on a rule's page: the reason (id of a sentence), and what was typed or chosen, by input.

    A value is text, or a tuple of texts for lists; ``CLEARED`` takes back what the patient's answers filled in.
    """

    reason: str = ""
    values: tuple[tuple[str, Any], ...] = ()


def given(form: RuleForm, row: RuleInput, value: Any) -> RuleForm:
    """Return the form with one value set; what is emptied stays so even where the patient's answers would fill it."""
    kept = tuple((name, old) for name, old in form.values if name != row.input_id)
    value = tuple(str(one) for one in value) if isinstance(value, list) else str(value)
    if not (any(value) if isinstance(value, tuple) else value):
        if not (row.finding_id or row.from_value):
            return RuleForm(form.reason, kept)
        value = CLEARED
    return RuleForm(form.reason, (*kept, (row.input_id, value)))


def read_pairs(pairs: list[list[Any]]) -> tuple[tuple[str, str], ...]:
    """Read (key, result) of each test that was done.

    Raises
    ------
    ValueError
        If it is none.
    """
    return tuple((text_of(key), text_of(result)) for key, result in pairs)


def written_forms(forms: Mapping[str, RuleForm]) -> dict[str, list[Any]]:
    """Write each rule's reason and values."""
    return {name: [form.reason, *form.values] for name, form in forms.items() if form != RuleForm()}


def read_forms(content: Mapping[str, list[Any]]) -> dict[str, RuleForm]:
    """Read what `written_forms` wrote. Whether there is such a rule and item, the page checks.

    Raises
    ------
    ValueError, TypeError
        If it is no form.
    """
    return {text_of(name): _form(*written) for name, written in content.items()}


def _form(reason: Any, *values: list[Any]) -> RuleForm:
    return RuleForm(text_of(reason), tuple((text_of(name), _value(value)) for name, value in values))


def _value(value: Any) -> str | tuple[str, ...]:
    return tuple(text_of(one) for one in value) if isinstance(value, list) else text_of(value)
