"""Style sheets and drawings that ship with the package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

__all__ = ["static_text", "stylesheet"]


@cache
def static_text(name: str) -> str:
    """Return the text of a file in ``calfnb/markup/static``."""
    return (files("calfnb.markup") / "static" / name).read_text(encoding="utf-8")


def stylesheet() -> str:
    """Return the tokens and all rules as one style sheet."""
    return static_text("tokens.css") + static_text("markup.css")
