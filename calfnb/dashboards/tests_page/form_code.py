"""What was chosen and filled in on the page of tests and rules, as it stands in the page's address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calfnb.dashboards.page_code import text_of
from calfnb.dashboards.tests_page.rules import RuleForm

__all__ = ["read_forms", "read_pairs", "written_forms"]


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
