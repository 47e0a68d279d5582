"""Work that may wait until the page is idle."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

__all__ = ["Later"]


class Later:
    """Runs ``act`` once, a moment after the last `ask`, so that quick clicks are never kept waiting.

    Without a running event loop (a script, a test) it runs at once.
    """

    def __init__(self, act: Callable[[], None], *, delay_s: float = 0.3) -> None:
        self._act = act
        self._delay_s = delay_s
        self._handle: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> bool:
        """Whether the work is still to come."""
        return self._handle is not None

    def ask(self) -> None:
        """Ask for the work; an earlier request that waits is taken back."""
        self.cancel()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._act()
            return
        self._handle = loop.call_later(self._delay_s, self._run)

    def cancel(self) -> None:
        """Take back a request that waits."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _run(self) -> None:
        self._handle = None
        self._act()
