"""Dated plans as calendar files (.ics), for any calendar program; written by the `icalendar` package."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from types import ModuleType
from typing import TYPE_CHECKING

from calfnb.care import CarePlan
from calfnb.care.return_plan import ReturnPlan
from calfnb.care.return_to_run import stage_words
from calfnb.load.planner import Plan, PlannedRun
from calfnb.markup.load_plan import run_words
from calfnb.prevention.programme import WeekProgramme
from calfnb.tables.problems import InputError
from calfnb.tables.records_care import CareTables
from calfnb.tables.records_load import LoadTables
from calfnb.tables.records_prevention import DAYS, PreventionTables

if TYPE_CHECKING:
    from icalendar import Event

__all__ = ["care_calendar", "ladder_calendar", "plan_calendar", "week_calendar"]


def ladder_calendar(plan: ReturnPlan, care: CareTables) -> bytes:
    """Write the dated sessions of a return as a calendar, each a whole day with what to do and when to stop.

    Raises
    ------
    InputError
        If the package that writes calendars is not installed.
    """
    text = care.tables.text
    name = care.tables.conditions[plan.condition_id].name if plan.condition_id else ""
    rules = text("care.ics.rules", limit=f"{plan.pain_limit_0_10:g}")
    events = [
        _event(
            row.day,
            text("care.ics.session", stage=row.stage.stage, name=row.stage.name),
            " ".join((stage_words(row.stage, care), rules, text("markup.intended_use"))),
            f"{plan.condition_id}|{plan.start_day}|{row.stage.stage}|{row.number}",
            plan.start_day,
        )
        for row in plan.sessions
    ]
    return _calendar(events, text("care.ics.ladder", condition=name), care)


def care_calendar(plan: CarePlan, care: CareTables) -> bytes:
    """Write the days of a care plan as a calendar: end of the first 72 hours, and the day to look again.

    Raises
    ------
    ValueError
        If the plan has no first day.
    InputError
        If the package that writes calendars is not installed.
    """
    if plan.start_day is None or plan.review_day is None:
        raise ValueError("A plan without a first day has no dates.")
    text = care.tables.text
    name = care.tables.conditions[plan.condition_id].name
    send_back = " ".join(f"- {row.action}" for row in plan.send_back[:6])
    why = f"{plan.review_why} {text('care.section.send_back')}: {send_back} {text('markup.intended_use')}"
    key = f"{plan.condition_id}|{plan.start_day}|{plan.phase}"
    events = [_event(plan.review_day, text("care.ics.review", condition=name), why, f"{key}|review", plan.start_day)]
    if plan.phase == "first_72_hours" and not plan.held_back:
        day = plan.start_day + timedelta(days=3)
        body = f"{text('care.ics.hours_over.body')} {text('markup.intended_use')}"
        events.insert(0, _event(day, text("care.ics.hours_over"), body, f"{key}|hours", plan.start_day))
    return _calendar(events, text("care.ics.care", condition=name), care)


def week_calendar(programme: WeekProgramme, tables: PreventionTables, *, start: date, weeks: int = 4) -> bytes:
    """Write a weekly programme as a calendar: each action on its day, from a day on, for some weeks.

    Parameters
    ----------
    start
        First day; what falls on it or later is written.
    weeks
        How many weeks, 1 to 12.

    Raises
    ------
    InputError
        If the package that writes calendars is not installed, or the weeks cannot be.
    """
    if not 1 <= weeks <= 12:
        raise InputError(f"a calendar has 1 to 12 weeks, not {weeks}")
    events = []
    for number in range(7 * weeks):
        day = start + timedelta(days=number)
        for item in programme.days[day.weekday()].items if programme.days else ():
            doses = "; ".join(f"{exercise.name}: {exercise.dose}" for exercise in item.exercises)
            why = " ".join(reason.sentence for reason in item.reasons)
            harms = tables.text("prevention.ics.harms", harms=item.action.harms)
            parts = (item.action.how, f"{doses}." if doses else "", why, harms, tables.text("markup.intended_use"))
            body = " ".join(part for part in parts if part)
            key = f"week|{DAYS[day.weekday()]}|{item.action.action_id}|{day}"
            events.append(_event(day, item.action.name, body, key, start))
    return _calendar(events, tables.text("prevention.ics.name"), tables.care)


def plan_calendar(plan: Plan, load: LoadTables, care: CareTables) -> bytes:
    """Write the runs of the next weeks as a calendar, each a whole day with what to do, why, and the pain rules.

    Raises
    ------
    ValueError
        If the gate of the plan is closed: then there is nothing to take away.
    InputError
        If the package that writes calendars is not installed.
    """
    if not plan.gate.open:
        raise ValueError("A plan behind a closed gate is not written.")
    text = load.tables.text
    events = []
    for week in plan.weeks:
        heading = text("load.plan.week", number=week.number)
        why = " ".join((text("load.plan.note.pain"), text("load.plan.note.not_safe"), text("markup.intended_use")))
        for run in week.runs:
            body = " ".join((f"{heading}:", f"{run_words(run, load)}.", *week.why, why))
            key = f"plan|{plan.rule}|{plan.weeks[0].monday}|{run.day}"
            events.append(_event(run.day, _run_title(run, load), body, key, plan.weeks[0].monday))
    return _calendar(events, text("load.ics.name"), care)


def _run_title(run: PlannedRun, load: LoadTables) -> str:
    text = load.tables.text
    if run.distance_km is None:
        return text("load.ics.walk_jog", minutes=f"{run.minutes:g}")
    return text("load.ics.run", km=f"{run.distance_km:.1f}", kind=text(f"load.plan.run.{run.kind}"))


def _event(day: date, summary: str, description: str, key: str, stamp: date) -> Event:
    icalendar = _library()
    uid = hashlib.blake2b(key.encode(), digest_size=12).hexdigest()
    event: Event = icalendar.Event.new(
        uid=f"{uid}@calfnb",
        summary=summary,
        description=description,
        start=day,
        end=day + timedelta(days=1),
        stamp=datetime.combine(stamp, time(), UTC),
    )
    event.add("transp", "TRANSPARENT")
    return event


def _calendar(events: Iterable[Event], name: str, care: CareTables) -> bytes:
    calendar = _library().Calendar.new(
        prodid=f"-//calfnb//tables {care.tables.version} care {care.version}//EN",
        name=name,
        description=care.tables.text("markup.intended_use"),
        uid=hashlib.blake2b(name.encode(), digest_size=12).hexdigest() + "@calfnb",
        subcomponents=list(events),
    )
    content: bytes = calendar.to_ical()
    return content


def _library() -> ModuleType:
    try:
        import icalendar
    except ModuleNotFoundError as error:
        raise InputError(
            "calendar files need the package icalendar; install calfnb with its application: pip install calfnb[app]"
        ) from error
    return icalendar
