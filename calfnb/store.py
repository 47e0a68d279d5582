"""One frozen state per page, the pure function that evaluates it, and the way back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Generic, TypeVar

from traitlets import HasTraits, Int, Unicode

__all__ = ["Store"]

logger = logging.getLogger(__name__)

State = TypeVar("State")
Result = TypeVar("Result")

#: So many earlier states can be brought back.
_DEPTH = 100


class Store(HasTraits, Generic[State, Result]):
    """Holds the state of one page and the result of evaluating it.

    A change is evaluated first and stored after: when ``evaluate`` raises, state and result stay as
    they were. Views observe ``revision``; it grows by one with each change of state.

    Parameters
    ----------
    state
        A frozen dataclass instance.
    evaluate
        A pure function of the state.
    failed
        What to tell a person when a step fails.

    Attributes
    ----------
    state, result
        The current pair; they always belong together.
    problem
        A sentence, or "": that the last step failed.
    notice
        A sentence, or "": something that the page has to say about the last step.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Count:
    ...     n: int = 0
    >>> store = Store(Count(), lambda state: state.n * 2)
    >>> store.change(n=4)
    >>> store.result
    8
    >>> store.undo()
    >>> store.result
    0
    """

    revision = Int(0)
    problem = Unicode("")
    notice = Unicode("")

    def __init__(self, state: State, evaluate: Callable[[State], Result], *, failed: str = "This step failed.") -> None:
        super().__init__()
        self._evaluate = evaluate
        self._failed = failed
        self._past: list[State] = []
        self.state: State = state
        self.result: Result = evaluate(state)

    @property
    def can_undo(self) -> bool:
        """Whether there is an earlier state to go back to."""
        return bool(self._past)

    def change(self, *, remember: bool = True, **fields: Any) -> None:
        """Replace fields of the state; ``remember`` makes the present state one that undo brings back."""
        self.put(replace(self.state, **fields), remember=remember)  # type: ignore[type-var]

    def put(self, state: State, *, remember: bool = True) -> None:
        """Make ``state`` the current one. An equal state changes nothing."""
        if state == self.state:
            return
        result = self._evaluate(state)
        if remember:
            self._past = [*self._past[1 - _DEPTH :], self.state]
        self._show(state, result)

    def undo(self, *, keep: tuple[str, ...] = ()) -> None:
        """Bring back the state before the last remembered change; without one nothing happens.

        Fields named in ``keep`` stay as they are now, e.g. the size of the type.
        """
        if not self._past:
            return
        earlier = replace(self._past[-1], **{name: getattr(self.state, name) for name in keep})  # type: ignore[type-var]
        result = self._evaluate(earlier)
        self._past = self._past[:-1]
        self._show(earlier, result)

    def _show(self, state: State, result: Result) -> None:
        self.state = state
        self.result = result
        self.problem = ""
        self.notice = ""
        self.revision += 1

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Keep an error of a callback away from the page: it becomes a sentence, the answers stay.

        This is the outermost boundary between a person's click and the code, so every kind of error
        is caught here, and only here; it goes to the log with its traceback.
        """
        try:
            yield
        except Exception:
            logger.exception("A step of the page failed; its state was kept.")
            self.problem = self._failed
