"""What the views of a page share: they redraw from a store, and an error of theirs becomes a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from calfnb.store import Store

__all__ = ["Message", "PageView"]

Message = Mapping[str, Any]
State = TypeVar("State")
Result = TypeVar("Result")


class PageView(Generic[State, Result]):
    """A view of a store. ``_build`` makes its widgets once, ``_refresh`` redraws them; it computes nothing clinical."""

    def __init__(self, store: Store[State, Result]) -> None:
        self.store = store
        self._build()
        self._refresh()
        store.observe(lambda _change: self._safely(self._refresh), names=["revision", "problem", "notice"])

    def _build(self) -> None:
        raise NotImplementedError

    def _refresh(self) -> None:
        raise NotImplementedError

    def _safely(self, act: Callable[[], None]) -> None:
        with self.store.guarded():
            act()

    def _on(self, widget: Any, kind: str, act: Callable[[Message], None]) -> None:
        """Let messages of a widget reach ``act``; an error becomes a sentence."""
        widget.on(kind, lambda message: self._safely(lambda: act(message)))
