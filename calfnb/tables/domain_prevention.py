"""What the schema alone cannot say about the tables on exercises, warm-up and prevention."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from calfnb.tables.logic import Expression, LogicError, parse
from calfnb.tables.problems import did_you_mean, listed
from calfnb.tables.records_warmup import MEASURED, signal_options
from calfnb.tables.sheets import UNREADABLE, Sheet

__all__ = ["check_prevention"]

#: Lists of drills and limits that the planner reads by name.
_LISTS = (
    "raise_run",
    "raise_walk",
    "mobilise_usual",
    "mobilise_calf",
    "mobilise_fallback",
    "potentiate_1",
    "potentiate_fallback",
    "balance",
    "static_before",
    "cool_stretch",
)
_LIMITS = (
    "longest_plan_min",
    "coldest_c",
    "hottest_c",
    "youngest_age",
    "adult_age",
    "oldest_age",
    "pain_mild_max_0_10",
    "pain_stop_above_0_10",
    "fresh_strain_days",
    "ladder_easy_stage",
    "ladder_finished_stage",
    "walk_min",
    "walk_longer_min",
    "hold_shortest_s",
    "hold_longest_s",
    "hold_usual_s",
    "static_per_muscle_max_s",
    "tolerance_min",
    "rest_days_week",
    "hard_gap_hours",
    "most_new_actions",
    "most_actions",
)
#: The groups of questions that an example may answer.
_FORM = ("session", "wishes")
_HARD_TYPES = ("plyometric", "running")
_ROUNDING_MIN = 0.0501


def check_prevention(sheets: Mapping[str, Sheet]) -> None:
    """Report in each sheet of this part what is wrong with it; the sheets of this part were read."""
    if not sheets["warmup_sessions"].rows and not sheets["exercises"].rows:
        return  # a folder made for an older version
    signals = _signals(sheets)
    expressions = _check_logic(sheets, signals)
    _check_exercises(sheets["exercises"], expressions)
    _check_sessions(sheets)
    _check_rules(sheets)
    _check_slots(sheets["warmup_slots"], sheets["exercises"])
    _check_names(sheets["warmup_slots"], "list_id", _LISTS)
    _check_names(sheets["warmup_limits"], "limit_id", _LIMITS)
    _check_questions(sheets["warmup_questions"])
    _check_examples(sheets["warmup_examples"], sheets["warmup_questions"])
    _check_factors(sheets["risk_factors"])
    _check_actions(sheets["prevention_actions"])
    if "care_limits" in sheets:
        _check_names(sheets["care_limits"], "limit_id", ("unknown_pain_limit_0_10",))


def _signals(sheets: Mapping[str, Sheet]) -> Mapping[str, tuple[str, ...]]:
    conditions = [row["condition_id"] for row in sheets["conditions"].rows]
    groups = (
        [row["care_group"] for row in sheets["care_conditions"].rows]
        if "care_conditions" in sheets
        else _named_groups(sheets)
    )
    return signal_options(
        conditions=conditions,
        care_groups=groups,
        sessions=[row["session_id"] for row in sheets["warmup_sessions"].rows],
        gates=[row["gate_id"] for row in sheets["warmup_gates"].rows],
    )


def _named_groups(sheets: Mapping[str, Sheet]) -> list[str]:
    """Return the groups of conditions that the logic names; the care tables, which define them, were not read."""
    words = " ".join(str(row["when"]) for row in (*sheets["warmup_blocks"].rows, *sheets["warmup_rules"].rows))
    texts = words.replace("(", " ").replace(")", " ").split()
    asked = " ".join(str(row["asked_if"]) for row in sheets["warmup_questions"].rows).split()
    return [word.partition("=")[2] for word in (*texts, *asked) if word.startswith("care_group=")]


def _check_logic(sheets: Mapping[str, Sheet], signals: Mapping[str, tuple[str, ...]]) -> dict[str, Expression]:
    """Parse every logic text; returns the expressions of the blocks that could be read."""
    blocks: dict[str, Expression] = {}
    for name, column, key in (
        ("warmup_blocks", "when", "block_id"),
        ("warmup_rules", "when", "row_id"),
        ("warmup_questions", "asked_if", "question_id"),
        ("warmup_self_checks", "not_if", "check_id"),
    ):
        for line, row in sheets[name].items():
            text = row[column]
            if text is UNREADABLE or text == "":
                continue
            try:
                expression = parse(text, findings=signals, rules=MEASURED)
            except LogicError as error:
                remedy = "Signals and their options are listed in docs/tables.md; numbers are age, temp_c and time_min."
                sheets[name].report(line, column, text, str(error).rstrip("."), remedy)
                continue
            if name == "warmup_blocks":
                blocks[row[key]] = expression
    return blocks


def _check_exercises(sheet: Sheet, blocks: Mapping[str, Expression]) -> None:
    for line, row in sheet.items():
        if any(value is UNREADABLE for value in row.values()):
            continue
        ways = [row["time_s"] is not None, row["hold_s"] is not None, row["seconds_per_rep"] is not None]
        if sum(ways) != 1 or (row["seconds_per_rep"] is not None and row["reps"] is None):
            message = "a dose goes by time, by holds, or by repetitions with their seconds: exactly one of the three"
            sheet.report(line, "dose", row["dose"], message, "Fill time_s, or hold_s, or reps and seconds_per_rep.")
        else:
            minutes = _minutes(row)
            if abs(minutes - row["duration_min"]) > _ROUNDING_MIN:
                message = f"the dose comes to {minutes:.2f} minutes"
                sheet.report(line, "duration_min", row["duration_min"], message, "Correct the minutes or the dose.")
        own = [blocks[block_id] for block_id in row["block_ids"] if block_id in blocks]
        for signals in ({"red_flag": "yes"}, {"red_flag": "no", "urgent": "yes"}):
            if blocks and not any(block.holds(signals) for block in own):
                name = list(signals)[-1]
                message = f"nothing keeps it back when {name}=yes"
                remedy = "Add a block that holds then; no exercise is shown beside a warning sign."
                sheet.report(line, "block_ids", ";".join(row["block_ids"]), message, remedy)
        if row["type"] == "self_massage" and blocks and not any(block.holds({"red_flag": "no"}) for block in own):
            message = "pressure on the calf is allowed while its preconditions are not answered"
            remedy = "Add a block with != that holds until they are answered, such as blood_thinner!=no."
            sheet.report(line, "block_ids", ";".join(row["block_ids"]), message, remedy)


def _minutes(row: Mapping[str, Any]) -> float:
    if row["time_s"] is not None:
        work = row["sets"] * row["time_s"]
    else:
        each = row["hold_s"] if row["hold_s"] is not None else row["seconds_per_rep"]
        work = row["sets"] * (row["reps"] or 1) * each
    return float((work * (2 if row["sides"] == "each" else 1) + (row["sets"] - 1) * row["rest_s"]) / 60)


def _check_sessions(sheets: Mapping[str, Sheet]) -> None:
    sheet = sheets["warmup_sessions"]
    lists = {row["list_id"] for row in sheets["warmup_slots"].rows}
    known = [row["session_id"] for row in sheet.rows]
    for line, row in sheet.items():
        for phase in ("raise", "mobilise", "potentiate"):
            least, usual = row[f"{phase}_floor_min"], row[f"{phase}_min"]
            if UNREADABLE not in (least, usual) and least > usual:
                message = f"the least minutes of {phase} are above the usual {usual}"
                sheet.report(line, f"{phase}_floor_min", least, message, "Lower it or raise the other.")
        if row["plan_as"] and row["plan_as"] not in known:
            message = f'there is no session "{row["plan_as"]}"{did_you_mean(row["plan_as"], known)}'
            sheet.report(line, "plan_as", row["plan_as"], message, "Name a session of this table or empty the cell.")
        if row["quality"] is True and not row["plan_as"]:
            message = "a hard session needs one that is prepared instead when the time is too short"
            sheet.report(line, "plan_as", "", message, "Name a session that is not hard.")
        if lists and row["cool_list"] is not UNREADABLE and row["cool_list"] not in lists:
            message = f'there is no list "{row["cool_list"]}" in warmup_slots.csv'
            sheet.report(line, "cool_list", row["cool_list"], message, "Name one of its lists.")


def _check_rules(sheets: Mapping[str, Sheet]) -> None:
    sheet = sheets["warmup_rules"]
    sessions = [row["session_id"] for row in sheets["warmup_sessions"].rows]
    lists = {row["list_id"] for row in sheets["warmup_slots"].rows}
    by_planner = {"trim", "short_quality", "short_other", "constraint", "during", "debate", "see_somebody", "cool_down"}
    for line, row in sheet.items():
        kind = row["kind"]
        if kind not in by_planner and row["when"] == "":
            sheet.report(line, "when", "", f"a rule of the kind {kind} needs a condition", "Write when it applies.")
        if kind == "change" and row["session_to"] not in sessions:
            message = f'there is no session "{row["session_to"]}"{did_you_mean(str(row["session_to"]), sessions)}'
            sheet.report(line, "session_to", row["session_to"], message, "Name a session of warmup_sessions.csv.")
        if kind == "derive" and not row["history_to"]:
            message = "a rule that derives the history needs what it becomes"
            sheet.report(line, "history_to", "", message, "Write past_12m or current_mild.")
        if row["mobilise_list"] and row["mobilise_list"] not in lists:
            message = f'there is no list "{row["mobilise_list"]}" in warmup_slots.csv'
            sheet.report(line, "mobilise_list", row["mobilise_list"], message, "Name one of its lists.")
    if sheet.complete("kind"):
        for kind in ("trim", "short_quality", "short_other"):
            found = [row for row in sheet.rows if row["kind"] == kind]
            if len(found) != 1:
                message = f"there must be exactly one rule of the kind {kind}, and there are {len(found)}"
                sheet.report(0, "kind", kind, message, "Add or remove rows.")


def _check_slots(sheet: Sheet, exercises: Sheet) -> None:
    """Quick drills come last: hops and fast running stand only in lists of the third phase."""
    types = {row["exercise_id"]: row["type"] for row in exercises.rows}
    for line, row in sheet.items():
        list_id, exercise_id = row["list_id"], row["exercise_id"]
        if list_id is UNREADABLE:
            continue
        if types.get(exercise_id) in _HARD_TYPES and not list_id.startswith("potentiate"):
            quick = types[exercise_id]
            if exercise_id.startswith("easy_") or list_id.startswith("cool"):
                continue
            message = f"a {quick} drill may stand only in a list of the third phase"
            sheet.report(line, "exercise_id", exercise_id, message, "Move it to a list named potentiate_*.")


def _check_names(sheet: Sheet, column: str, names: tuple[str, ...]) -> None:
    if not sheet.complete(column):
        return
    present = {row[column] for row in sheet.rows}
    for name in names:
        if name not in present:
            sheet.report(0, column, name, f"the planner needs {name}", "Add it; the shipped table shows how.")


def _check_questions(sheet: Sheet) -> None:
    for line, row in sheet.items():
        options, labels = row["options"], row["labels"]
        if UNREADABLE in (options, labels):
            continue
        _check_labels(sheet, line, options, labels)
        if row["safety"] is True and row["default"]:
            message = "a safety question may have no default: an open answer is asked, never assumed"
            sheet.report(line, "default", row["default"], message, "Empty the cell.")
        if row["kind"] in ("yes_no", "choice") and row["default"] and row["default"] not in options:
            message = f"the default is none of the answers{did_you_mean(row['default'], options)}"
            sheet.report(line, "default", row["default"], message, f"Write one of {listed(options)} or empty the cell.")


def _check_examples(sheet: Sheet, questions: Sheet) -> None:
    """An example answers questions of the form with answers that they have, names a session, and no safety answer."""
    asked = {row["question_id"]: row for row in questions.rows if row["group"] in _FORM and row["kind"] != "list"}
    for line, row in sheet.items():
        if row["answers"] is UNREADABLE:
            continue
        pairs = [answer.partition("=") for answer in row["answers"]]
        if asked and "session" not in (name for name, _, _ in pairs):
            sheet.report(line, "answers", ";".join(row["answers"]), "an example needs a session", "Add session=...")
        for name, _, value in pairs if asked else ():
            question = asked.get(name)
            if question is None:
                message = f'there is no question "{name}" in the form{did_you_mean(name, asked)}'
                remedy = "Name a question of the groups session and wishes; safety is asked of the runner each time."
            elif question["kind"] == "number" and not _is_number(value):
                message, remedy = f'{name} needs a number, not "{value}"', f"Write {name}=20 or the like."
            elif question["kind"] != "number" and value not in question["options"]:
                message = f'{name} has no answer "{value}"{did_you_mean(value, question["options"])}'
                remedy = f"Write one of {listed(question['options'])}."
            else:
                continue
            sheet.report(line, "answers", f"{name}={value}", message, remedy)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _check_labels(sheet: Sheet, line: int, options: tuple[str, ...], labels: tuple[str, ...]) -> None:
    if len(options) != len(labels):
        message = f"{len(options)} answers have {len(labels)} labels"
        sheet.report(line, "labels", ";".join(labels), message, "Write one label for each answer, in the same order.")


def _check_factors(sheet: Sheet) -> None:
    for line, row in sheet.items():
        options, labels, counts = row["options"], row["labels"], row["counts_options"]
        if UNREADABLE in (options, labels, counts):
            continue
        _check_labels(sheet, line, options, labels)
        for option in counts:
            if option not in options:
                message = f'"{option}" is none of the answers{did_you_mean(option, options)}'
                sheet.report(line, "counts_options", option, message, f"Write one of {listed(options)}.")
        if row["kind"] == "number" and (options or row["minimum"] is None or row["maximum"] is None):
            message = "a number needs its lowest and highest value, and no options"
            sheet.report(line, "minimum", row["minimum"], message, "Fill minimum and maximum, empty options.")
        if row["kind"] != "number" and not options:
            sheet.report(line, "options", "", "a choice needs its answers", "Write them with semicolons between.")
        if row["holds_back"] and row["safety"] is False:
            message = "only what is a matter for a clinician waits for one"
            sheet.report(line, "holds_back", "", message, "Set safety to true, or leave holds_back empty.")
        _check_outcome(sheet, line, row)


def _check_actions(sheet: Sheet) -> None:
    for line, row in sheet.items():
        low, high, minutes = row["per_week_min"], row["per_week_max"], row["minutes"]
        _check_outcome(sheet, line, row)
        if UNREADABLE in (low, high, minutes):
            continue
        if low > high:
            sheet.report(line, "per_week_min", low, f"more than the most, {high}", "Swap the two.")
        placed = row["place"] not in ("plan", "gear")
        if placed != (high > 0 and minutes > 0):
            message = "what has a day in the week needs times and minutes, and what has none needs zeros"
            sheet.report(line, "place", row["place"], message, "Correct place, per_week_max or minutes.")


def _check_outcome(sheet: Sheet, line: int, row: Mapping[str, Any]) -> None:
    """A published size never stands without what it is about, and is never about calf pain in runners."""
    if any(letter.isdigit() for letter in str(row["effect"])) and row["effect_outcome"] == "none":
        message = "a published size needs what it is about"
        sheet.report(line, "effect_outcome", "none", message, "Name the outcome, such as any_running_injury.")
