"""Pages and calendars to take away from the page of care: hand-over, care plan, ladder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from calfnb.calendars import care_calendar, ladder_calendar
from calfnb.care.handover import build_handover
from calfnb.dashboards.care_page.state import CareLibrary, CareResult, CareState
from calfnb.dashboards.paneled.library import assessed
from calfnb.markup.handover import care_document, handover_document, ladder_document
from calfnb.markup.words import condition_name
from calfnb.tables.problems import InputError

__all__ = ["documents"]

_ASKED = 3


def documents(state: CareState, result: CareResult, library: CareLibrary) -> list[dict[str, Any]]:
    """Return what can be taken away, each as title, page, files, or the sentence why there is none."""
    return [
        _handover(state, result, library),
        _care("care", result, library),
        *([] if result.held else [_care("later", result, library)]),
        _ladder(result, library),
    ]


def _handover(state: CareState, result: CareResult, library: CareLibrary) -> dict[str, Any]:
    text = library.care.tables.text
    if not result.somebody:
        return _document("handover", library, blocked=text("dash3.take.nobody"))
    assessment = assessed(library.model, state.case, _ASKED)
    handover = build_handover(state.case, assessment, library.care, made_on=state.today)
    page = handover_document(handover, library.care)
    return _document("handover", library, html=page, files=[_page("hand-over.html", page, library)])


def _care(name: str, result: CareResult, library: CareLibrary) -> dict[str, Any]:
    plan = result.hours if name == "care" else result.plan
    page = care_document(plan, library.care)
    file_name = f"care-plan-{plan.condition_id.replace('_', '-')}-{plan.phase.replace('_', '-')}"
    files = [_page(f"{file_name}.html", page, library)]
    if plan.start_day is not None:
        files += _calendar(f"{file_name}.ics", lambda: care_calendar(plan, library.care), library)
    phase = library.care.tables.text(f"care.phase.{plan.phase}")
    return _document(name, library, html=page, files=files, phase=phase, condition=_name(result, library))


def _ladder(result: CareResult, library: CareLibrary) -> dict[str, Any]:
    text = library.care.tables.text
    running = result.running
    if running.no_plan or running.plan is None:
        return _document("ladder", library, blocked=running.no_plan or text("dash3.take.no_dates"))
    if not running.upcoming:
        return _document("ladder", library, blocked=text("care.calendar.none"))
    plan = replace(running.plan, sessions=running.upcoming, start_day=running.upcoming[0].day)
    page = ladder_document(plan, library.care)
    name = f"return-to-running-{plan.condition_id.replace('_', '-')}"
    files = [
        _page(f"{name}.html", page, library),
        *_calendar(f"{name}.ics", lambda: ladder_calendar(plan, library.care), library),
    ]
    return _document("ladder", library, html=page, files=files, condition=_name(result, library))


def _name(result: CareResult, library: CareLibrary) -> str:
    return condition_name(result.condition, library.care.tables)


def _document(
    name: str, library: CareLibrary, *, html: str = "", files: list[dict[str, str]] | None = None, blocked: str = "",
    **words: str,
) -> dict[str, Any]:  # fmt: skip
    text = library.care.tables.text
    return {
        "id": name,
        "title": text(f"dash3.take.{name}", **words) if words else text(f"dash3.take.{name}.none"),
        "lead": text(f"dash3.take.{name}.lead"),
        "blocked": blocked,
        "html": html,
        "files": files or [],
    }


def _page(name: str, page: str, library: CareLibrary) -> dict[str, str]:
    return {"label": library.care.tables.text("dash3.take.page"), "name": name, "mime": "text/html", "text": page}


def _calendar(name: str, write: Callable[[], bytes], library: CareLibrary) -> list[dict[str, str]]:
    try:
        content = write()
    except InputError:
        # Without the package that writes calendars the page still has its dates.
        return []
    label = library.care.tables.text("dash3.take.calendar")
    return [{"label": label, "name": name, "mime": "text/calendar", "text": content.decode("utf-8")}]
