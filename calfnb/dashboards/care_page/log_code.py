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
    if len(told) != len(_TOLD) or any(answer not in (True, False, None) for answer in told):
        raise ValueError("answers")
    answers = dict(zip(_TOLD, told, strict=True))
    return Session(
        date.fromisoformat(text_of(day)), int(stage), _pain(during), _pain(morning), _pain(usual),
        sharp=answers["sharp"], limp=answers["limp"], red_flag=answers["red_flag"],
        settled_24h=answers["settled_24h"], review_done=bool(done),
    )  # fmt: skip


def _pain(value: Any) -> float | None:
    if value is None:
        return None
    if not 0 <= float(value) <= 10:
        raise ValueError("pain")
    return float(value)
