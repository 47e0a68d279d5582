"""The week to take away: a page for A4 paper, and a calendar."""

from __future__ import annotations

from typing import Any

from calfnb.calendars import week_calendar
from calfnb.dashboards.prevention_page.library import PreventionLibrary
from calfnb.dashboards.prevention_page.week import WeekPart
from calfnb.markup.prevention import week_document
from calfnb.markup.words import list_words
from calfnb.prevention.programme import WeekProgramme
from calfnb.tables.problems import InputError

__all__ = ["week_documents"]


def week_documents(part: WeekPart, programme: WeekProgramme, library: PreventionLibrary) -> list[dict[str, Any]]:
    """Return what can be taken away: title, page and files, or the sentence why there is none."""
    tables = library.prevention
    text = tables.text
    who = list_words([profile.name for profile in programme.profiles], tables.tables)
    document: dict[str, Any] = {
        "id": "week",
        "title": text("dash4.week.take.week", who=who),
        "lead": text("dash4.week.take.lead", weeks=part.weeks),
        "blocked": "",
        "html": "",
        "files": [],
    }
    if part.start is None:
        return [document | {"blocked": part.problems["start"]}]
    page = week_document(programme, tables, start=part.start)
    files = [{"label": text("dash4.week.take.page"), "name": "week.html", "mime": "text/html", "text": page}]
    try:
        calendar = week_calendar(programme, tables, start=part.start, weeks=part.weeks)
    except InputError:
        # Without the package that writes calendars the page is still there.
        return [document | {"html": page, "files": files}]
    files.append(
        {
            "label": text("dash4.week.take.calendar"),
            "name": f"week-from-{part.start.isoformat()}.ics",
            "mime": "text/calendar",
            "text": calendar.decode("utf-8"),
        }
    )
    return [document | {"html": page, "files": files}]
