"""The dashboards: each is one module ``lesson_<name>`` here and one notebook, found by themselves.

``calfnb.dashboards.<name>(code=None)`` builds a dashboard; ``code`` is what a copied link carries after ``#s=``.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from importlib import import_module
from typing import Any

from calfnb.dashboards.lesson import Lesson

__all__ = ["lessons", "names"]

_PREFIX = "lesson_"


def names() -> tuple[str, ...]:
    """List the dashboards that there are."""
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name.removeprefix(_PREFIX) for name in found if name.startswith(_PREFIX)))


def lessons() -> tuple[Lesson, ...]:
    """Describe all dashboards, in the order of their notebooks."""
    found = (import_module(f"{__name__}.{_PREFIX}{name}").LESSON for name in names())
    return tuple(sorted(found, key=lambda lesson: lesson.notebook))


def __getattr__(name: str) -> Callable[..., Any]:
    if name.startswith("_") or name not in names():
        raise AttributeError(f"There is no dashboard {name!r}; there are {', '.join(names())}.")
    builder: Callable[..., Any] = import_module(f"{__name__}.{_PREFIX}{name}").build
    return builder


def __dir__() -> list[str]:
    return sorted((*globals(), *names()))
