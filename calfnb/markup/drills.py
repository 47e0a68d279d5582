"""Drills as cards with their figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from calfnb.markup.assets import static_text
from calfnb.markup.care import claim_marks
from calfnb.markup.html import Html, join, tag
from calfnb.markup.notes import source_list, source_note
from calfnb.markup.words import list_words
from calfnb.tables.records_prevention import PreventionTables
from calfnb.tables.records_warmup import Exercise
from calfnb.warmup.drills import LibraryEntry

__all__ = ["drill_card", "drill_figure", "drill_list", "drill_tiles"]


def drill_figure(exercise: Exercise) -> Html:
    """Return the drawing of an exercise; decoration beside its steps, "" where there is none."""
    return Html(static_text(f"drills/{exercise.figure}.svg").strip()) if exercise.figure else Html("")


def drill_card(entry: LibraryEntry, tables: PreventionTables, *, open_: bool = False, linked: bool = False) -> Html:
    """Write one exercise with figure, dose, steps, cues and evidence; of one that is kept back only name and reason.

    Parameters
    ----------
    open_
        Whether evidence and source stand open, as on paper.
    linked
        Whether easier and harder drills are buttons with the action ``drill``; what keeps it back stands with them.
    """
    exercise = entry.exercise
    if entry.blocks:
        return tag(
            "article",
            tag("h4", exercise.name, class_="cn-drill__name"),
            tag("p", tag("strong", f"{tables.text('warmup.drill.blocked')}: "), entry.blocks[0].reason),
            class_="cn-drill cn-drill--blocked",
            data_exercise=exercise.exercise_id,
        )
    text = tables.text
    minutes = text("warmup.drill.minutes", minutes=f"{exercise.duration_min:g}")
    facts = " · ".join(dict.fromkeys((exercise.dose, minutes, text("warmup.drill.effort", rpe=exercise.rpe_0_10))))
    return tag(
        "article",
        tag("div", drill_figure(exercise), class_="cn-drill__art"),
        tag("h4", exercise.name, class_="cn-drill__name"),
        tag("p", facts, class_="cn-drill__facts"),
        tag("p", exercise.why, class_="cn-drill__why"),
        tag("ol", join(tag("li", step) for step in exercise.steps.split(" / ")), class_="cn-drill__steps"),
        _definitions(
            (
                ("cues", exercise.cues),
                ("often", exercise.frequency),
                ("easier", _others(exercise.easier, exercise.easier_ids, tables, linked=linked)),
                ("harder", _others(exercise.harder, exercise.harder_ids, tables, linked=linked)),
                ("caution", exercise.caution),
                ("not_with", _not_with(exercise, tables) if linked else ""),
            ),
            tables,
        ),
        tag("p", _needs(entry, tables), class_="cn-quiet"),
        tag("p", text("warmup.drill.works", muscles=_muscles(exercise, tables)), class_="cn-quiet"),
        _drill_evidence(exercise, tables, open_=open_, kept_back=not linked),
        class_="cn-drill",
        data_exercise=exercise.exercise_id,
    )


def drill_list(entries: Iterable[LibraryEntry], tables: PreventionTables) -> Html:
    """Write the exercises of a filter as cards; a sentence when none fits."""
    cards = [drill_card(entry, tables) for entry in entries]
    if not cards:
        return tag("p", tables.text("warmup.library.none"), class_="cn-quiet")
    return tag("div", join(cards), class_="cn-drills")


def _needs(entry: LibraryEntry, tables: PreventionTables) -> str:
    things = [tables.text(f"warmup.equipment.{name}") for name in entry.exercise.equipment]
    if not things:
        return tables.text("warmup.drill.needs_nothing")
    return tables.text("warmup.drill.needs", things=list_words(things, tables.tables))


def _muscles(exercise: Exercise, tables: PreventionTables) -> str:
    return list_words([tables.text(f"warmup.muscle.{name}") for name in exercise.muscles], tables.tables)


def _others(words: str, ids: Sequence[str], tables: PreventionTables, *, linked: bool) -> Html:
    """The way to an easier or harder form: a few words, and the drills that are it."""
    if linked:
        same = {tables.exercises[name].name.lower() for name in ids}
        parts: list[object] = [] if words.lower() in same else [words]
        parts += [
            tag("button", tables.exercises[name].name, type="button", class_="cn-link", data_action="drill",
                data_id=name)
            for name in ids
        ]  # fmt: skip
        return join((part for part in parts if part), "; ")
    names = [tables.exercises[name].name for name in ids if tables.exercises[name].name.lower() != words.lower()]
    return join((part for part in (words, *names) if part), "; ")


def drill_tiles(entries: Iterable[LibraryEntry], tables: PreventionTables) -> Html:
    """Write drills as tiles with figure, name and time; each is a button with the action ``drill``."""
    tiles = (
        tag(
            "button",
            tag("span", drill_figure(entry.exercise), class_="cn-tile__art"),
            tag("span", entry.exercise.name, class_="cn-tile__name"),
            tag("span", tables.text("warmup.drill.blocked"), class_="cn-tile__blocked")
            if entry.blocks
            else tag("span", entry.exercise.dose, class_="cn-tile__dose"),
            type="button",
            class_=f"cn-tile{' cn-tile--blocked' if entry.blocks else ''}",
            data_action="drill",
            data_id=entry.exercise.exercise_id,
        )
        for entry in entries
    )
    return tag("ul", join(tag("li", tile) for tile in tiles), class_="cn-tiles")


def _definitions(rows: Iterable[tuple[str, object]], tables: PreventionTables) -> Html:
    found = join(
        tag("div", tag("dt", tables.text(f"warmup.drill.{name}")), tag("dd", value)) for name, value in rows if value
    )
    return tag("dl", found, class_="cn-drill__more")


def _not_with(exercise: Exercise, tables: PreventionTables) -> str:
    return "; ".join(tables.blocks[name].name for name in exercise.block_ids)


def _drill_evidence(exercise: Exercise, tables: PreventionTables, *, open_: bool, kept_back: bool) -> Html:
    body = join(
        (
            _definitions(
                (
                    ("articles", exercise.articles_say),
                    ("known", exercise.evidence),
                    ("not_with", _not_with(exercise, tables) if kept_back else ""),
                ),
                tables,
            ),
            source_note(
                exercise.basis, tables.tables.sources.get(exercise.source_id), tables.tables, note=exercise.note
            ),
            source_list(exercise.more_source_ids, tables.tables) if exercise.more_source_ids else None,
            claim_marks(exercise.claim_ids, tables.tables),
        )
    )
    summary = f"{tables.text('warmup.drill.known')} · {tables.text('prevention.grade', grade=exercise.grade)}"
    return tag("details", tag("summary", summary), body, class_="cn-drill__evidence", open=open_)
