"""What a step-through player shows: one entry a drill and side, and what to do when something hurts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from calfnb.markup.drills import drill_figure
from calfnb.markup.html import Html, join, tag
from calfnb.markup.icons import level_shape
from calfnb.markup.notes import emergency_line, source_note
from calfnb.markup.words import capitalised, level_words
from calfnb.tables.records_prevention import PreventionTables
from calfnb.tables.records_warmup import Exercise, WarmUpRule
from calfnb.warmup.gate import sign_level
from calfnb.warmup.plan import Step
from calfnb.warmup.routine import Routine

__all__ = ["hurt_note", "plan_entries", "player_entries", "routine_entries"]

#: The rules that say what to do when something hurts on the way: a warning sign, a sudden sharp pain, pain that grows.
_WHILE = (("stop", "WR01"), ("stop", "WR02"), ("during", "WR06"))
#: What is said of a drill that changes sides, and of one side of it.
_ONE_SIDE = (("warmup.dose.reps_each", "warmup.dose.reps"), ("warmup.dose.seconds_each", "warmup.dose.seconds"))


def player_entries(
    exercise: Exercise, tables: PreventionTables, *, name: str, phase: str, dose: str, why: str, minutes: float
) -> list[dict[str, Any]]:
    """Return one entry for a drill, or one a side where both sides follow each other; ``turn`` is 1 and 2 then.

    Parameters
    ----------
    minutes
        Time of the whole drill; the seconds of its entries add up to it.
    """
    whole = round(60 * minutes)
    turns = ((1, "first", whole - whole // 2), (2, "second", whole // 2)) if exercise.both_sides else ((0, "", whole),)
    return [
        {
            "exercise_id": exercise.exercise_id,
            "name": name,
            "phase": phase,
            "turn": turn,
            "side": tables.text(f"warmup.player.{side}") if side else "",
            "seconds": seconds,
            "dose": _of_one_side(dose, tables) if side else dose,
            "steps": exercise.steps.split(" / "),
            "cues": [capitalised(cue.strip()) for cue in exercise.cues.split(";")],
            "why": why,
            "caution": exercise.caution,
            "figure": str(drill_figure(exercise)),
        }
        for turn, side, seconds in turns
    ]


def _of_one_side(dose: str, tables: PreventionTables) -> str:
    """Return a dose without the change of sides: the player shows each side by itself."""
    for both, one in _ONE_SIDE:
        ending = tables.text(both, amount="")
        if dose.endswith(ending):
            return dose.removesuffix(ending) + tables.text(one, amount="")
    return dose


def plan_entries(steps: Iterable[Step], tables: PreventionTables) -> list[dict[str, Any]]:
    """Return what the player needs of a warm-up or a cool-down; see `player_entries`."""
    found: list[dict[str, Any]] = []
    for step in steps:
        dose = f"{step.dose} {tables.text('warmup.optional')}" if step.optional else step.dose
        found += player_entries(
            tables.exercises[step.exercise_id], tables, name=step.name, dose=dose, why=step.why,
            phase=tables.text(f"warmup.phase.{step.phase}"), minutes=step.minutes,
        )  # fmt: skip
    return found


def routine_entries(routine: Routine, tables: PreventionTables) -> list[dict[str, Any]]:
    """Return what the player needs of a routine; see `player_entries`."""
    found: list[dict[str, Any]] = []
    for step in routine.steps:
        phase = tables.text(f"warmup.group.{step.group}")
        found += player_entries(
            step.exercise, tables, name=step.exercise.name, phase=phase, dose=step.exercise.dose, why=step.why,
            minutes=step.end_min - step.start_min,
        )  # fmt: skip
    return found


def hurt_note(tables: PreventionTables, *, panel: str) -> Html:
    """Say what to do when something hurts: stop, what a sudden pain means, which signs are seen first.

    Parameters
    ----------
    panel
        The panel of the safety questions; the button sends the action ``panel`` with it.
    """
    rules = {(rule.kind, rule.rule_id): rule for rule in reversed(tables.rules)}
    cases = join(_case(rules[key], key[1], tables) for key in _WHILE if key in rules)
    button = tag(
        "button", tables.text("dash5.player.hurt.answer"), type="button", class_="cnw-button cnw-button-strong",
        data_action="panel", data_id=panel,
    )  # fmt: skip
    return tag(
        "div",
        tag("h4", tables.text("dash5.player.hurt.title"), class_="cn-hurt__title"),
        tag("p", tables.text("dash5.player.hurt.lead")),
        cases,
        emergency_line(tables.tables),
        tag("p", tables.text("dash5.player.hurt.then")),
        tag("p", button, class_="cn-hurt__go"),
        class_="cn-hurt",
    )


def _case(rule: WarmUpRule, rule_id: str, tables: PreventionTables) -> Html:
    return tag(
        "section",
        tag("h5", tables.text(f"dash5.player.hurt.{rule_id.lower()}"), class_="cn-hurt__when"),
        tag("p", rule.sentence, class_="cn-hurt__do"),
        tag("p", rule.why, class_="cn-quiet"),
        _signs(tables) if rule_id == "WR01" else None,
        source_note(rule.basis, tables.tables.sources.get(rule.source_id), tables.tables),
        class_="cn-hurt__case",
        data_rule=rule_id,
    )


def _signs(tables: PreventionTables) -> Html:
    rows = sorted(tables.signs.values(), key=lambda row: row.order)
    items = join(
        tag(
            "li",
            level_shape(level, size="small"),
            tag("span", row.sign),
            tag("span", level_words(level, tables.tables), class_="cn-gatenote__level"),
            class_=f"cn-gatenote__sign cn-level--{level}",
        )
        for row in rows
        for level in (sign_level(row, tables),)
    )
    return tag("details", tag("summary", tables.text("dash5.player.hurt.signs")),
               tag("ul", items, class_="cn-gatenote__signs"))  # fmt: skip
