"""The page of tests and rules as a code in its address: the patient's code, and behind ``~`` what was set here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calfnb.case import Case, CodeError, decode_code, encode_case
from calfnb.dashboards.page_code import pack_part, text_of, unpack_part
from calfnb.dashboards.tests_page.patient import OWN, candidates
from calfnb.dashboards.tests_page.rules import RuleForm

if TYPE_CHECKING:
    from calfnb.dashboards.tests_page.state import Library, TestsState

__all__ = ["page_code", "restored"]

#: The fields that are plain text, with the letter that stands for each.
_TEXTS = {
    "t": "tab", "c": "condition", "m": "method", "q": "suspect", "a": "own_sensitivity", "b": "own_specificity",
    "l": "low", "h": "high", "o": "order_result", "r": "rule",
}  # fmt: skip


def page_code(state: TestsState, library: Library) -> tuple[str, str]:
    """Return the code of the patient ("" for nobody), and the code of the page ("" for a page in its first state)."""
    blank = type(state)(Case(library.model.setting_ids[0]))
    case_code = encode_case(state.case, library.model.tables, mode=state.mode)
    nobody = state.case == blank.case and state.mode == blank.mode
    content = _content(state, blank)
    written = pack_part(content, library.tests.version)
    if not written:
        return "" if nobody else case_code, "" if nobody and not content else case_code
    return "" if nobody else case_code, f"{case_code}~{written}"


def _content(state: TestsState, blank: TestsState) -> dict[str, Any]:
    content: dict[str, Any] = {
        letter: getattr(state, name) for letter, name in _TEXTS.items() if getattr(state, name) != getattr(blank, name)
    }
    if state.results is not None:
        content["x"] = state.results
    if state.place is not None:
        content["p"] = state.place
    if any(state.harms):
        content["k"] = state.harms
    forms = {name: [form.reason, *form.values] for name, form in state.forms.items() if form != RuleForm()}
    if forms:
        content["f"] = forms
    return content


def restored(code: str, library: Library, blank: TestsState) -> tuple[TestsState, str]:
    """Return the state that a code holds, and a sentence if only the patient's part of it could be used.

    Parameters
    ----------
    blank
        A page in its first state.

    Raises
    ------
    CodeError
        If the patient's part cannot be used; the message is one sentence.
    """
    first, _, second = code.partition("~")
    case, mode = decode_code(first, library.model.tables)
    state = blank.change(case=case, mode=mode)
    if not second:
        return state, ""
    try:
        return state.change(**_read(unpack_part(second, library.tests.version), library)), ""
    except (KeyError, TypeError, ValueError, CodeError):
        return state, library.model.tables.text("dash2.problem.code")


def _read(content: dict[str, Any], library: Library) -> dict[str, Any]:
    """Check everything that a code says; it may have been made by hand."""
    model, tests = library.model, library.tests
    allowed = {
        "tab": ("tests", "patient", "rules"), "condition": model.condition_index, "method": tests.methods,
        "suspect": model.condition_index, "order_result": ("yes", "no"), "rule": tests.rules,
    }  # fmt: skip
    fields: dict[str, Any] = {}
    for letter, name in _TEXTS.items():
        if letter in content:
            fields[name] = text_of(content[letter])
            if name in allowed and fields[name] not in allowed[name]:
                raise ValueError(name)
    if "x" in content:
        known = {choice.key for choice in candidates(fields.get("suspect", ""), library)} | {OWN}
        fields["results"] = tuple((text_of(key), text_of(result)) for key, result in content["x"])
        if any(key not in known or result not in ("positive", "negative") for key, result in fields["results"]):
            raise ValueError("results")
    if "p" in content:
        fields["place"] = int(content["p"])
        if not 0 <= fields["place"] <= 4:
            raise ValueError("place")
    if "k" in content:
        fields["harms"] = tuple(text_of(one) for one in content["k"])
        if len(fields["harms"]) != 3:
            raise ValueError("harms")
    if "f" in content:
        fields["forms"] = {
            text_of(name): _form(text_of(name), written, library) for name, written in content["f"].items()
        }
    return fields


def _form(rule_id: str, written: list[Any], library: Library) -> RuleForm:
    sheet = library.tests.rules[rule_id]
    reason = text_of(written[0])
    if reason and reason not in {gate.choice_id for gate in sheet.gates}:
        raise ValueError("reason")
    values = []
    for name, value in written[1:]:
        row = sheet.input_by_id[text_of(name)]
        several = row.kind in ("numbers", "several")
        if several is not isinstance(value, list) and value != "?":
            raise ValueError("value")
        values.append(
            (row.input_id, tuple(text_of(one) for one in value) if isinstance(value, list) else text_of(value))
        )
    return RuleForm(reason, tuple(values))
