"""The page of tests and rules as a code in its address: the patient's code, and behind ``~`` what was set here.

Bytes of the second part: format, version of the tables on tests (2), deflated JSON, CRC-32 of all before (4).
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from typing import TYPE_CHECKING, Any

from calfnb.case import Case, CodeError, decode_code, encode_case
from calfnb.dashboards.tests_patient import OWN, candidates
from calfnb.dashboards.tests_rules import RuleForm

if TYPE_CHECKING:
    from calfnb.dashboards.tests_state import Library, TestsState

__all__ = ["page_code", "restored"]

_FORMAT = 1
_CHECKSUM = 4
_HEADER = 3
_LONGEST = 3000
_LONGEST_JSON = 20_000
_ALPHABET = re.compile(r"[A-Za-z0-9_-]+")
#: The fields that are plain text, with the letter that stands for each.
_TEXTS = {
    "t": "tab", "c": "condition", "m": "method", "q": "suspect", "a": "own_sensitivity", "b": "own_specificity",
    "l": "low", "h": "high", "o": "order_result", "r": "rule",
}  # fmt: skip
_LONGEST_TEXT = 60


def page_code(state: TestsState, library: Library) -> tuple[str, str]:
    """Return the code of the patient ("" for nobody), and the code of the page ("" for a page in its first state)."""
    blank = type(state)(Case(library.model.setting_ids[0]))
    case_code = encode_case(state.case, library.model.tables, mode=state.mode)
    nobody = state.case == blank.case and state.mode == blank.mode
    content = _content(state, blank)
    if not content:
        return ("", "") if nobody else (case_code, case_code)
    packed = zlib.compress(json.dumps(content, separators=(",", ":")).encode("utf-8"), 9)
    body = bytes([_FORMAT]) + bytes.fromhex(library.tests.version)[:2] + packed
    body += zlib.crc32(body).to_bytes(_CHECKSUM, "big")
    written = base64.urlsafe_b64encode(body).decode("ascii").rstrip("=")
    if len(written) > _LONGEST:
        return "" if nobody else case_code, case_code
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
        return state.change(**_read(_unpacked(second, library), library)), ""
    except (KeyError, TypeError, ValueError, CodeError):
        return state, library.model.tables.text("dash2.problem.code")


def _unpacked(written: str, library: Library) -> dict[str, Any]:
    if len(written) > _LONGEST or not _ALPHABET.fullmatch(written) or len(written) % 4 == 1:
        raise ValueError("no code of ours")
    body = base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))
    if len(body) < _HEADER + _CHECKSUM or zlib.crc32(body[:-_CHECKSUM]) != int.from_bytes(body[-_CHECKSUM:], "big"):
        raise ValueError("damaged")
    if body[0] != _FORMAT or body[1:_HEADER] != bytes.fromhex(library.tests.version)[:2]:
        raise ValueError("another version")
    try:
        plain = zlib.decompressobj().decompress(body[_HEADER:-_CHECKSUM], _LONGEST_JSON)
    except zlib.error:
        raise ValueError("damaged") from None
    content = json.loads(plain)
    if not isinstance(content, dict):
        raise ValueError("no object")
    return content


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
            fields[name] = _text(content[letter])
            if name in allowed and fields[name] not in allowed[name]:
                raise ValueError(name)
    if "x" in content:
        known = {choice.key for choice in candidates(fields.get("suspect", ""), library)} | {OWN}
        fields["results"] = tuple((_text(key), _text(result)) for key, result in content["x"])
        if any(key not in known or result not in ("positive", "negative") for key, result in fields["results"]):
            raise ValueError("results")
    if "p" in content:
        fields["place"] = int(content["p"])
        if not 0 <= fields["place"] <= 4:
            raise ValueError("place")
    if "k" in content:
        fields["harms"] = tuple(_text(one) for one in content["k"])
        if len(fields["harms"]) != 3:
            raise ValueError("harms")
    if "f" in content:
        fields["forms"] = {_text(name): _form(_text(name), written, library) for name, written in content["f"].items()}
    return fields


def _form(rule_id: str, written: list[Any], library: Library) -> RuleForm:
    sheet = library.tests.rules[rule_id]
    reason = _text(written[0])
    if reason and reason not in {gate.choice_id for gate in sheet.gates}:
        raise ValueError("reason")
    values = []
    for name, value in written[1:]:
        row = sheet.input_by_id[_text(name)]
        several = row.kind in ("numbers", "several")
        if several is not isinstance(value, list) and value != "?":
            raise ValueError("value")
        values.append((row.input_id, tuple(_text(one) for one in value) if isinstance(value, list) else _text(value)))
    return RuleForm(reason, tuple(values))


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise ValueError("no text")
    return value
