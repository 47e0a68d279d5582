"""What the index needs to know of a lesson."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Lesson"]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A dashboard and its notebook.

    Its sentences in the text table are ``ui.lesson.<name>.title``, ``.purpose`` and ``.time``.
    """

    name: str
    notebook: str
