"""Numbers and durations as exports of many countries write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from calfnb.load.readers.context import RefusedError
from calfnb.tables.records_load import plain_word

__all__ = ["decimal_mark", "duration_s", "number", "number_and_unit"]

_BLANKS = str.maketrans("", "", " \t\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}'’")
_MINUS = str.maketrans({"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-"})
_DIGITS = re.compile(r"[+-]?[0-9][0-9.,]*")
_PLAIN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?")
_WITH_UNIT = re.compile(r"(?P<number>[^A-Za-z\u0370-\U0010ffff]*[0-9][0-9.,]*)[\s\u00a0\u202f]*(?P<unit>[^\W\d_]+)\.?")
_CLOCK = re.compile(r"(?:(?P<h>\d{1,3}):)?(?P<m>\d{1,3}):(?P<s>\d{1,2}(?:[.,]\d+)?)")
_SPOKEN = re.compile(
    r"(?:(?P<h>\d+)\s*(?:h|hr|hrs|std|hour|hours|u)\.?)?\s*(?:(?P<m>\d+)\s*(?:m|min|mins|minutes)\.?)?\s*"
    r"(?:(?P<s>\d+(?:[.,]\d+)?)\s*(?:s|sec|sek|seconds)\.?)?"
)
_LONGEST = 40
_NOTHING = ("", "--", "-", "—", "n/a", "na", "null", "none")


def number(text: str, mark: str = "") -> float | None:
    """Read a number; None for an empty cell.

    Parameters
    ----------
    text
        The cell.
    mark
        ``,`` or ``.``, the decimal mark of the column, for a number such as 1,234 that could be read
        in two ways; "" reads it as a decimal.

    Raises
    ------
    RefusedError
        If it is no number.
    """
    stripped = text.strip()
    if len(stripped) <= _LONGEST and _PLAIN.fullmatch(stripped) and (mark != "," or not _grouped(stripped, ".")):
        return float(stripped)
    if stripped.casefold() in _NOTHING:
        return None
    plain = stripped.translate(_MINUS).translate(_BLANKS)
    if len(plain) > _LONGEST or not plain.isascii() or not _DIGITS.fullmatch(plain):
        raise RefusedError(f"{_short(text)} is no number")
    commas, points = plain.count(","), plain.count(".")
    if commas and points:
        decimal = "," if plain.rfind(",") > plain.rfind(".") else "."
    elif commas + points > 1:
        decimal = ""  # 1.234.567
    else:
        single = "," if commas else "."
        decimal = single if not _grouped(plain, single) or mark in ("", single) else ""
    return _grouped_number(plain, decimal, text)


def _grouped_number(plain: str, decimal: str, text: str) -> float:
    head, _, tail = plain.partition(decimal) if decimal else (plain, "", "")
    groups = re.split("[.,]", head.lstrip("+-"))
    even = len(groups) == 1 or (1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]))
    if not even or (tail and not tail.isdigit()):
        raise RefusedError(f"{_short(text)} is no number that can be read in one way")
    value = float(f"{''.join(groups)}.{tail or '0'}")
    return -value if head.startswith("-") else value


def _grouped(plain: str, mark: str) -> bool:
    """Tell whether what follows the mark could be a group of thousands."""
    head, found, tail = plain.lstrip("+-").partition(mark)
    return bool(found) and len(tail) == 3 and tail.isdigit() and 1 <= len(head) <= 3 and not head.startswith("0")


def decimal_mark(cells: Iterable[str]) -> str:
    """Return the decimal mark that the cells of a column show beyond doubt, "" if none or both do."""
    seen = set()
    for cell in cells:
        plain = cell.strip().translate(_MINUS).translate(_BLANKS)
        if not _DIGITS.fullmatch(plain):
            continue
        commas, points = plain.count(","), plain.count(".")
        if commas and points:
            seen.add("," if plain.rfind(",") > plain.rfind(".") else ".")
        elif commas + points == 1 and not _grouped(plain, "," if commas else "."):
            seen.add("," if commas else ".")
    return seen.pop() if len(seen) == 1 else ""


def number_and_unit(text: str, mark: str, units: Mapping[str, str]) -> tuple[float | None, str]:
    """Read a number that may carry its unit, such as 10.5 km; the unit is "" if there is none."""
    if text and text[-1].isdigit():
        return number(text, mark), ""
    found = _WITH_UNIT.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if found and plain_word(found["unit"]) in units:
        return number(found["number"], mark), units[plain_word(found["unit"])]
    return number(text, mark), ""


def duration_s(text: str, mark: str = "") -> float | None:
    """Read a duration in seconds: 3600, 1:02:03, 52:10 (minutes and seconds) or 1h 2m 3s; None for an empty cell."""
    if text.isdecimal() and text.isascii() and len(text) < 12:
        return float(text)
    plain = text.strip().casefold()
    if len(plain) > _LONGEST:
        raise RefusedError(f"{_short(text)} is no duration")
    if clock := _CLOCK.fullmatch(plain):
        seconds = float(clock["s"].replace(",", "."))
        return int(clock["h"] or 0) * 3600.0 + int(clock["m"]) * 60.0 + seconds
    if plain and not plain[-1].isdigit() and (spoken := _SPOKEN.fullmatch(plain)) and any(spoken.groups()):
        seconds = float((spoken["s"] or "0").replace(",", "."))
        return int(spoken["h"] or 0) * 3600.0 + int(spoken["m"] or 0) * 60.0 + seconds
    try:
        return number(text, mark)
    except RefusedError:
        raise RefusedError(f"{_short(text)} is no duration") from None


def _short(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "...")
