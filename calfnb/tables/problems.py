"""What is wrong with something a person wrote: problems, the errors that carry them, and suggestions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["InputError", "Problem", "TablesError", "did_you_mean", "listed", "sentence", "shorten"]

_LONGEST_QUOTE = 60


class InputError(ValueError):
    """Something the user wrote is wrong; the message says what, where, and what to write instead."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a folder of tables.

    ``row`` is the line in the file as an editor counts it (the header is line 1), 0 when the
    problem is about the whole file; ``column`` and ``value`` are "" when they do not apply.
    """

    file: str
    row: int
    column: str
    value: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return (
            f"{self.file}, {self.without_file()}" if self.row or self.column else f"{self.file}: {self.without_file()}"
        )

    def without_file(self) -> str:
        """Return the problem in words, for a list under the name of the file."""
        place = ", ".join([f"line {self.row}"] * (self.row > 0) + [f"column {self.column}"] * (self.column != ""))
        found = f' (found "{shorten(self.value)}")' if self.value else ""
        return f"{place}{': ' if place else ''}{sentence(self.message + found)} {self.remedy}"


class TablesError(InputError):
    """A folder of tables cannot be used; ``problems`` lists everything that is wrong with it.

    Parameters
    ----------
    problems
        At least one problem.
    folder
        The folder as the user named it, for the message; "" leaves it out.
    """

    #: So many problems are spelt out in the message; the attribute has all of them.
    SHOWN = 20

    def __init__(self, problems: Iterable[Problem], folder: str = "") -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        self.folder = folder
        count = len(self.problems)
        head = f"{count} problem{'s' if count != 1 else ''} in the tables{f' in {folder}' if folder else ''}:"
        lines = [f"  {problem}" for problem in self.problems[: self.SHOWN]]
        if count > self.SHOWN:
            lines.append(f"  ... and {count - self.SHOWN} more")
        super().__init__("\n".join([head, *lines]))


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return ``; did you mean "..."?`` with the nearest of ``choices``, or "" if none is near."""
    import difflib  # only when something is wrong already, so that importing calfnb stays quick

    lower = {choice.lower(): choice for choice in choices}
    near = difflib.get_close_matches(word[:200].lower(), lower, n=1, cutoff=0.6)
    return f'; did you mean "{lower[near[0]]}"?' if near else ""


def sentence(message: str) -> str:
    """Return the message with a full stop, unless it ends in a question."""
    return message if message.endswith("?") else f"{message}."


def shorten(value: object, longest: int = _LONGEST_QUOTE) -> str:
    """Return ``value`` as one line of at most ``longest`` characters, to quote in a message."""
    text = " ".join(str(value).split())
    return text if len(text) <= longest else text[: longest - 3] + "..."


def listed(words: Sequence[str], most: int = 12) -> str:
    """Return the words with commas between, the rest counted when there are more than ``most``."""
    head = ", ".join(words[:most])
    return head if len(words) <= most else f"{head} and {len(words) - most} more"
