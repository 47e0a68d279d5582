"""Numbers as people type them."""

from __future__ import annotations

import re

from calfnb.tables import Tables

__all__ = ["NOT_A_NUMBER", "number_of", "read_number"]

#: Key of the sentence for text that is no number.
NOT_A_NUMBER = "ui.problem.no_number"
_NUMBER = re.compile(r"[-+\u2212]?\d{1,12}([.,]\d{1,12})?")


def number_of(text: str) -> int | float | str:
    """Return a number that was typed, with a point or a comma; other text comes back as it is."""
    plain = text.strip().removesuffix("%").strip()
    if not _NUMBER.fullmatch(plain):
        return text
    plain = plain.replace("\u2212", "-").replace(",", ".")
    return float(plain) if "." in plain else int(plain)


def read_number(name: str, written: str, tables: Tables, problems: dict[str, str]) -> int | float | None:
    """Return a number that was typed into a field; for other text None, and a sentence among the problems."""
    number = number_of(written)
    if isinstance(number, str):
        problems[name] = tables.text(NOT_A_NUMBER, value=written)
        return None
    return number
