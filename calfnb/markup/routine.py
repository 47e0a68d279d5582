"""The routine of a day with its reasons, the days beside it, and a page to print."""

from __future__ import annotations

from collections.abc import Mapping

from calfnb.markup.drills import drill_figure
from calfnb.markup.html import Html, join, tag
from calfnb.markup.notes import intended_use_line
from calfnb.tables.records_prevention import PreventionTables
from calfnb.warmup.routine import Routine, RoutineStep

__all__ = ["routine_days", "routine_list", "routine_sheet"]


def routine_list(routine: Routine, wanted: Mapping[str, str], tables: PreventionTables, *, linked: bool = True) -> Html:
    """Write the drills of a day with dose, steps and why each is there.

    Parameters
    ----------
    wanted
        What points to a drill, by its id.
    linked
        Whether names are buttons with the action ``drill``.
    """
    note = tag("p", routine.note, class_="cn-quiet") if routine.note else None
    if not routine.steps:
        return join((note,))
    rows = join(_step(step, wanted, tables, linked=linked) for step in routine.steps)
    return tag("div", tag("ol", rows, class_="cn-day__steps"), note, class_="cn-day")


def _step(step: RoutineStep, wanted: Mapping[str, str], tables: PreventionTables, *, linked: bool) -> Html:
    exercise = step.exercise
    name: object = exercise.name
    if linked:
        name = tag("button", exercise.name, type="button", class_="cn-link", data_action="drill",
                   data_id=exercise.exercise_id)  # fmt: skip
    pointed = wanted.get(exercise.exercise_id)
    return tag(
        "li",
        tag("div", drill_figure(exercise), class_="cn-drill__art"),
        tag(
            "div",
            tag("h4", name, class_="cn-day__name"),
            tag("p", f"{exercise.dose} · {tables.text('warmup.drill.minutes', minutes=f'{exercise.duration_min:g}')}",
                class_="cn-day__dose"),
            tag("p", exercise.steps.replace(" / ", ". ") + "."),
            tag("p", step.why, class_="cn-quiet"),
            tag("p", tables.text("dash5.because", names=pointed), class_="cn-day__because") if pointed else None,
            tag("p", f"{tables.text('warmup.drill.caution')}: {exercise.caution}") if exercise.caution else None,
        ),
        data_exercise=exercise.exercise_id,
    )  # fmt: skip


def routine_days(days: Mapping[str, Routine], tables: PreventionTables) -> Html:
    """Write the routines of several days side by side, small; what the day before did not have is marked.

    Parameters
    ----------
    days
        Routines by the name of their day, in order.
    """
    cards = []
    before: frozenset[str] | None = None
    for label, routine in days.items():
        names = join(_name(step, before, tables) for step in routine.steps)
        body = tag("ul", names) if routine.steps else tag("p", routine.note, class_="cn-quiet")
        head = tag("h4", label, " ", tag("span", routine.day.isoformat(), class_="cn-quiet"))
        cards.append(tag("section", head, body, class_="cn-days__day"))
        before = frozenset(routine.exercise_ids)
    return tag("div", *cards, class_="cn-days")


def _name(step: RoutineStep, before: frozenset[str] | None, tables: PreventionTables) -> Html:
    fresh = before is not None and step.exercise.exercise_id not in before
    mark = tag("span", tables.text("dash5.day.new"), class_="cn-days__new") if fresh else None
    return tag("li", step.exercise.name, " ", mark)


def routine_sheet(routine: Routine, wanted: Mapping[str, str], tables: PreventionTables) -> Html:
    """Write the routine for paper, with when to stop and what the kit is for."""
    stop = [rule.sentence for rule in tables.rules if rule.kind == "during"]
    return tag(
        "article",
        tag("h3", tables.text("warmup.routine.title", day=routine.day.isoformat())),
        tag("p", tables.text("warmup.card.total", minutes=f"{routine.total_min:g}")),
        tag("p", tables.text("warmup.card.ready")),
        routine_list(routine, wanted, tables, linked=False),
        tag("p", tag("strong", f"{tables.text('warmup.card.stop')}: "), join(stop, " ")),
        intended_use_line(tables.tables),
        class_="cn-daysheet",
    )
