"""The answers of one patient: an immutable value, its JSON, and its short code for a page's address."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from calfnb.tables.problems import InputError, did_you_mean, listed, sentence, shorten
from calfnb.tables.records import Tables

__all__ = [
    "DEFAULT_SETTING",
    "MODES",
    "Case",
    "CaseError",
    "CaseProblem",
    "CodeError",
    "DecodedCase",
    "decode_code",
    "encode_case",
]

DEFAULT_SETTING = "sports_clinic"
#: How the interview is led: one next best question at a time, or any question in any order.
MODES: tuple[str, ...] = ("guided", "free")

_LONGEST_JSON = 1_000_000
_SHOWN = 10
_NO_ANSWERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CaseProblem:
    """One thing that is wrong with a case.

    ``place`` is where it stands, such as ``answers, calf_swelling`` or ``line 3, column 14``.
    """

    place: str
    value: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {sentence(self.message)} {self.remedy}"


class CaseError(InputError):
    """A case cannot be used; ``problems`` lists everything that is wrong with it."""

    def __init__(self, problems: Iterable[CaseProblem]) -> None:
        self.problems: tuple[CaseProblem, ...] = tuple(problems)
        shown = [str(problem) for problem in self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            shown.append(f"... and {len(self.problems) - _SHOWN} more")
        super().__init__(" ".join(shown))


class CodeError(InputError):
    """A code from a page's address cannot be used; the message is one sentence for the page."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is known about one patient and where the patient is seen.

    ``answers`` maps finding ids to option ids; a finding that is not in it is unknown, which is
    never the same as absent. Two cases are equal when setting and answers are, in whatever order.

    The constructor takes answers that were checked before; `Case.create` checks those from outside.
    """

    setting: str = DEFAULT_SETTING
    answers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "answers", MappingProxyType(dict(self.answers)))

    def __hash__(self) -> int:
        return hash((self.setting, frozenset(self.answers.items())))

    def __reduce__(self) -> tuple[type[Case], tuple[str, dict[str, str]]]:
        return Case, (self.setting, dict(self.answers))

    @classmethod
    def create(
        cls,
        tables: Tables,
        answers: Mapping[str, str | None] | Iterable[tuple[str, str | None]] = _NO_ANSWERS,
        setting: str = DEFAULT_SETTING,
    ) -> Case:
        """Make a case from answers that may be wrong.

        Parameters
        ----------
        tables
            The tables that know the findings, options and settings.
        answers
            Finding id to option id, as a mapping or as pairs; None stands for unknown.
        setting
            Id of the setting.

        Raises
        ------
        CaseError
            If a setting, finding or option is unknown, a question is answered twice, or a type is
            wrong; it lists everything that is wrong.
        """
        problems = list(_setting_problems(tables, setting))
        checked: dict[str, str] = {}
        for finding_id, option_id in _pairs(answers, problems):
            problem = _answer_problem(tables, finding_id, option_id, checked)
            if problem:
                problems.append(problem)
            elif option_id is not None:
                checked[finding_id] = option_id
        if problems:
            raise CaseError(problems)
        return cls(setting, checked)

    @classmethod
    def from_json(cls, text: str | bytes, tables: Tables) -> Case:
        """Read a case from JSON: ``{"setting": "...", "answers": {"finding_id": "option_id"}}``.

        ``setting`` may be left out; an answer ``null`` is unknown.

        Raises
        ------
        CaseError
            If the JSON is broken, with line and column, or the case it holds is wrong.
        """
        content = _parse_json(text)
        problems: list[CaseProblem] = []
        parts = _top_level(content, problems)
        try:
            case = cls.create(tables, parts.get("answers", ()), parts.get("setting", DEFAULT_SETTING))
        except CaseError as error:
            raise CaseError([*problems, *error.problems]) from None
        if problems:
            raise CaseError(problems)
        return case

    def to_json(self) -> str:
        """Return the case as JSON that `from_json` reads."""
        return json.dumps({"setting": self.setting, "answers": dict(self.answers)}, indent=2)

    def with_answer(self, finding_id: str, option_id: str | None) -> Case:
        """Return the case with one answer changed; None makes it unknown. Nothing is checked."""
        answers = {key: value for key, value in self.answers.items() if key != finding_id}
        if option_id is not None:
            answers[finding_id] = option_id
        return Case(self.setting, answers)

    def with_setting(self, setting: str) -> Case:
        """Return the case as seen in another setting."""
        return Case(setting, self.answers)

    def without(self, *finding_ids: str) -> Case:
        """Return the case with these findings unknown."""
        return Case(self.setting, {key: value for key, value in self.answers.items() if key not in finding_ids})


# ---- checking ------------------------------------------------------------------------------------


class _Object(list[tuple[str, Any]]):
    """A JSON object as its pairs, so that a key that is there twice is not lost."""


def _setting_problems(tables: Tables, setting: object) -> Iterable[CaseProblem]:
    if not isinstance(setting, str):
        remedy = f"Write one of {listed(tuple(tables.settings))} in quotes."
        yield CaseProblem("setting", shorten(setting), f"{_kind(setting)} stands where a name is expected", remedy)
    elif setting not in tables.settings:
        near = did_you_mean(setting, tables.settings)
        remedy = f"Write one of {listed(tuple(tables.settings))}."
        yield CaseProblem("setting", shorten(setting), f'there is no setting "{shorten(setting)}"{near}', remedy)


def _pairs(answers: Any, problems: list[CaseProblem]) -> list[tuple[Any, Any]]:
    """Return answers in any accepted form as pairs; report what is no pair."""
    remedy = 'Write the answers as {"finding_id": "option_id"}.'
    if isinstance(answers, Mapping):
        return list(answers.items())
    if isinstance(answers, str | bytes) or not isinstance(answers, Iterable):
        message = f"{_kind(answers)} stands where the answers are expected"
        problems.append(CaseProblem("answers", shorten(answers), message, remedy))
        return []
    pairs = []
    for number, item in enumerate(answers, start=1):
        if isinstance(item, _Object) or not isinstance(item, tuple | list) or len(item) != 2:
            message = f"{_kind(item)} stands where a pair of finding and option is expected"
            problems.append(CaseProblem(f"answers, entry {number}", shorten(item), message, remedy))
        else:
            pairs.append((item[0], item[1]))
    return pairs


def _answer_problem(
    tables: Tables, finding_id: object, option_id: object, before: Mapping[str, str]
) -> CaseProblem | None:
    if not isinstance(finding_id, str):
        message = f"{_kind(finding_id)} stands where the name of a finding is expected"
        return CaseProblem("answers", shorten(finding_id), message, "Write the finding id in quotes.")
    place = f"answers, {shorten(finding_id)}"
    finding = tables.findings.get(finding_id)
    if finding is None:
        near = did_you_mean(finding_id, tables.findings)
        message = f'there is no finding "{shorten(finding_id)}"{near}'
        return CaseProblem(place, shorten(option_id), message, "The table of findings (findings.csv) lists them all.")
    if option_id is None:
        return None
    if not isinstance(option_id, str):
        remedy = f"Write one of {listed(finding.option_ids)} in quotes."
        return CaseProblem(place, shorten(option_id), f"{_kind(option_id)} stands where an option is expected", remedy)
    if option_id not in finding.option_ids:
        message = f'there is no option "{shorten(option_id)}"{did_you_mean(option_id, finding.option_ids)}'
        return CaseProblem(
            place, shorten(option_id), message, f"Write one of {listed(finding.option_ids)}, or leave it out."
        )
    if finding_id in before:
        message = f"the question is answered twice: {before[finding_id]} and {option_id}"
        return CaseProblem(place, option_id, message, "Keep one of the two.")
    return None


def _kind(value: object) -> str:
    """Return what a value is, in words for somebody who writes JSON."""
    names: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "true or false"),
        ((int, float), "a number"),
        (str, "a text"),
        ((_Object, Mapping), "an object"),
        ((list, tuple), "a list"),
        (type(None), "null"),
    )
    return next((name for kinds, name in names if isinstance(value, kinds)), f"a {type(value).__name__}")


def _parse_json(text: str | bytes) -> Any:
    def fail(place: str, message: str, remedy: str) -> CaseError:
        return CaseError([CaseProblem(place, "", message, remedy)])

    if len(text) > _LONGEST_JSON:
        raise fail("the whole text", f"it is longer than {_LONGEST_JSON} characters", "Give one case at a time.")
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
        return json.loads(decoded, object_pairs_hook=_Object)
    except UnicodeDecodeError as error:
        raise fail(f"byte {error.start + 1}", "a character is not UTF-8", "Save the text as UTF-8.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise fail(place, f"the JSON is broken ({error.msg.lower()})", "Correct it there or just before.") from None
    except (RecursionError, ValueError):
        # Nested thousands deep, or a number of thousands of digits; neither is a case.
        raise fail("the whole text", "it cannot be a case", 'Write {"setting": "...", "answers": {...}}.') from None


def _top_level(content: Any, problems: list[CaseProblem]) -> dict[str, Any]:
    """Return setting and answers of a parsed JSON text; report what is wrong around them."""
    form = 'Write {"setting": "...", "answers": {"finding_id": "option_id"}}.'
    if not isinstance(content, _Object):
        problems.append(CaseProblem("the whole text", "", f"{_kind(content)} stands where a case is expected", form))
        return {}
    parts: dict[str, Any] = {}
    for key, value in content:
        if key in parts:
            problems.append(CaseProblem(key, "", f'"{key}" is there twice', "Keep one of the two."))
        elif key not in ("setting", "answers"):
            near = did_you_mean(key, ("setting", "answers"))
            if near:  # other keys, such as a note, are somebody's own
                problems.append(CaseProblem(shorten(key), "", f'"{shorten(key)}" is not read{near}', "Rename it."))
        parts.setdefault(key, value)
    if "answers" not in parts:
        problems.append(CaseProblem("the whole text", "", 'there is no "answers"', form))
    elif not isinstance(parts["answers"], list):
        message = f"{_kind(parts['answers'])} stands where the answers are expected"
        problems.append(CaseProblem("answers", shorten(parts["answers"]), message, form))
        parts["answers"] = ()
    return parts


# ---- the short code ------------------------------------------------------------------------------

# Bytes: format, version of the tables (4), length of the body, body, CRC-32 of all before (4).
# The body is one whole number in mixed radix: mode, setting, then one digit a finding, 0 for unknown.
# A CRC-32 notices every change of a single character; a shortened code contradicts its length.
_FORMAT = 1
_HEADER = 6
_CHECKSUM = 4
_LONGEST_CODE = 400
_ALPHABET = re.compile(r"[A-Za-z0-9_-]+")


class DecodedCase(NamedTuple):
    """What a code holds: the case and how the interview is led (one of `MODES`)."""

    case: Case
    mode: str


def encode_case(case: Case, tables: Tables, *, mode: str = "guided") -> str:
    """Return a case as a short code for a page's address.

    The code holds nothing but the setting, the options chosen and the mode; it is checksummed,
    uses only letters, digits, ``-`` and ``_``, and names the version of the tables it was made with.

    Raises
    ------
    ValueError
        If the case does not belong to these tables, or the mode is not one of `MODES`.
    """
    number = 0
    unknown = set(case.answers) - set(tables.findings)
    if unknown:
        raise ValueError(f"not in these tables: {', '.join(sorted(unknown))}")
    for finding_id, options in reversed(tuple(tables.option_ids.items())):
        answer = case.answers.get(finding_id)
        number = number * (len(options) + 1) + (0 if answer is None else options.index(answer) + 1)
    number = number * len(tables.settings) + tuple(tables.settings).index(case.setting)
    number = number * len(MODES) + MODES.index(mode)
    body = number.to_bytes((number.bit_length() + 7) // 8, "big")
    content = bytes([_FORMAT]) + bytes.fromhex(tables.version) + bytes([len(body)]) + body
    content += zlib.crc32(content).to_bytes(_CHECKSUM, "big")
    return base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")


def decode_code(code: str, tables: Tables) -> DecodedCase:
    """Return the case and the mode that a code holds.

    Raises
    ------
    CodeError
        If the code is cut, changed, made with another version of the tables, or no code at all;
        the message is one plain sentence.
    """
    if len(code) > _LONGEST_CODE:
        raise CodeError("The code in the address is too long to be one of ours, so the page starts afresh.")
    if not _ALPHABET.fullmatch(code):
        raise CodeError("The code in the address has characters that do not belong there, so the page starts afresh.")
    content = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)) if len(code) % 4 != 1 else b""
    expected = _HEADER + content[_HEADER - 1] + _CHECKSUM if len(content) >= _HEADER else _HEADER + _CHECKSUM
    if len(content) < expected:
        raise CodeError("The code in the address is cut short or damaged, so the page starts afresh.")
    if len(content) > expected or zlib.crc32(content[:-_CHECKSUM]) != int.from_bytes(content[-_CHECKSUM:], "big"):
        raise CodeError("The code in the address is damaged or was changed by hand, so the page starts afresh.")
    if content[0] != _FORMAT:
        raise CodeError(
            "The code in the address was made by another version of this program, so the page starts afresh."
        )
    version = content[1:5].hex()
    if version != tables.version:
        raise CodeError(
            "The code in the address was made with another version of the tables "
            f"({version}; these are {tables.version}), so the page starts afresh."
        )
    decoded = _decode_body(int.from_bytes(content[_HEADER:-_CHECKSUM], "big"), tables)
    # One case has one code: anything else, such as set spare bits in the last character, was not made by us.
    if decoded is None or encode_case(decoded.case, tables, mode=decoded.mode) != code:
        raise CodeError("The code in the address is damaged or was changed by hand, so the page starts afresh.")
    return decoded


def _decode_body(number: int, tables: Tables) -> DecodedCase | None:
    number, mode = divmod(number, len(MODES))
    number, setting = divmod(number, len(tables.settings))
    answers: dict[str, str] = {}
    for finding_id, options in tables.option_ids.items():
        number, answer = divmod(number, len(options) + 1)
        if answer:
            answers[finding_id] = options[answer - 1]
    if number:
        return None
    return DecodedCase(Case(tuple(tables.settings)[setting], answers), MODES[mode])
