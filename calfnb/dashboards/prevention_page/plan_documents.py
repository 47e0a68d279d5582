"""The next weeks to take away: a page for paper and a calendar file."""

from __future__ import annotations

from typing import Any

from calfnb.calendars import plan_calendar
from calfnb.dashboards.prevention_page.library import PreventionLibrary
from calfnb.dashboards.prevention_page.plan import PlanPart
from calfnb.markup.load_plan import plan_document
from calfnb.tables.problems import InputError

__all__ = ["plan_documents"]


def plan_documents(part: PlanPart, library: PreventionLibrary) -> list[dict[str, Any]]:
    """Return what can be taken away; nothing while no plan is shown."""
    plan = part.plan
    if plan is None or not plan.gate.open:
        return []
    text, load, prevention = library.tables.text, library.load, library.prevention
    page = plan_document(plan, load, prevention)
    files = [{"label": text("dash4.plan.take.page"), "name": "next-weeks.html", "mime": "text/html", "text": page}]
    try:
        content = plan_calendar(plan, load, prevention.care).decode("utf-8")
    except InputError:
        # Without the package that writes calendars the page still has its dates.
        pass
    else:
        label = text("dash4.plan.take.calendar")
        files.append({"label": label, "name": "next-weeks.ics", "mime": "text/calendar", "text": content})
    words = {"id": "plan", "title": text("dash4.plan.take"), "lead": text("dash4.plan.take.lead"), "blocked": ""}
    return [words | {"html": page, "files": files}]
