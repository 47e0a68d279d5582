"""The log of return runs as it stands in the page's address: each session as a short list."""

from __future__ import annotations

from datetime import date
from typing import Any

from calfnb.care.return_to_run import Session
from calfnb.dashboards.page_code import text_of

__all__ = ["read_log", "written_log"]

_TOLD = ("sharp", "limp", "red_flag", "settled_24h")
_PAINS = ("pain_during_0_10", "pain_next_morning_0_10", "usual_morning_0_10")


def written_log(log: tuple[Session, ...]) -> list[list[Any]]:
    """Write each session as day, stage, three pains, four answers, review done."""
    return [
        [session.day.isoformat(), session.stage, *(getattr(session, name) for name in (*_PAINS, *_TOLD)),
         int(session.review_done)]
        for session in log
    ]  # fmt: skip


def read_log(rows: list[list[Any]]) -> tuple[Session, ...]:
    """Read what `written_log` wrote. Whether there is such a stage, the page checks.

    Raises
    ------
    ValueError, TypeError
        If a row is no session.
    """
    return tuple(_session(*row) for row in rows)


def _session(day: Any, stage: Any, during: Any, morning: Any, usual: Any, *more: Any) -> Session:
    *told, done = more
    if any(answer not in (True, False, None) for answer in told):
        raise ValueError("answers")
    pains = [None if pain is None else float(pain) for pain in (during, morning, usual)]
    if any(pain is not None and not 0 <= pain <= 10 for pain in pains):
        raise ValueError("pains")
    answers: dict[str, bool | None] = dict(zip(_TOLD, told, strict=True))
    return Session(date.fromisoformat(text_of(day)), int(stage), *pains, review_done=bool(done), **answers)
