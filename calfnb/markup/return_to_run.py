"""Return to running as HTML: gates as a checklist, the ladder as a calendar, the log and its rules."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from calfnb.care.return_to_run import Decision, GateResult, PlannedSession, Session, SideCheck, gate_tests, stage_words
from calfnb.markup.care import claim_marks, day_words
from calfnb.markup.html import Html, join, table, tag
from calfnb.markup.notes import source_note
from calfnb.tables.records_care import CareTables

__all__ = [
    "decision_card",
    "gate_checklist",
    "ladder_calendar",
    "ladder_list",
    "log_table",
    "rules_table",
    "side_check_note",
]

_STATES = ("yes", "no", "unknown")


def gate_checklist(care: CareTables, result: GateResult, *, bone: bool = False, interactive: bool = False) -> Html:
    """A gate as a checklist: what to do, what passes, and passed, failed or not tested in words and sign.

    Parameters
    ----------
    bone
        Whether the stricter marks after an injury of bone are shown.
    interactive
        Whether each test has buttons (``data-action="gate"``, ``data-gate``, ``data-value``).
    """
    tables = care.tables
    items = []
    for test in gate_tests(care, result.gate):
        state = "yes" if test.gate_id in result.passed_ids else "no" if test.gate_id in result.failed_ids else "unknown"
        buttons = [
            tag(
                "button", tables.text(f"care.gate.answer.{value}"), type="button", data_action="gate",
                data_gate=test.gate_id, data_value=value, aria_pressed="true" if value == state else "false",
                class_="cn-choice",
            )
            for value in _STATES
        ]  # fmt: skip
        items.append(
            tag(
                "li",
                tag("span", tables.text(f"care.gate.sign.{state}"), class_="cn-gate__sign", aria_hidden="true"),
                tag(
                    "div",
                    tag("h5", test.name, tag("span", f" {tables.text(f'care.gate.state.{state}')}", class_="cn-quiet")),
                    tag("p", test.how),
                    tag(
                        "p",
                        tag("strong", tables.text("care.gate.passes")),
                        " ",
                        test.bone_pass_text if bone else test.pass_text,
                    ),
                    tag("p", test.caution, class_="cn-gate__caution") if test.caution else None,
                    tag("div", *buttons, class_="cn-choices", role="group", aria_label=test.name)
                    if interactive
                    else None,
                    source_note(test.basis, tables.sources.get(test.source_id), tables),
                    claim_marks(test.claim_ids, tables),
                ),
                class_=f"cn-gate__item cn-gate__item--{state}",
                data_key=test.gate_id,
            )
        )
    key = "care.gate.result.passed" if result.passed else "care.gate.result.open"
    words = tables.text(key, missing=len(result.missing_ids), failed=len(result.failed_ids))
    return tag(
        "section",
        tag("h4", tables.text(f"care.gate.title.{result.gate}"), class_="cn-care__heading"),
        tag("p", words, class_="cn-gate__result", role="status"),
        tag("ol", join(items), class_="cn-gate"),
        class_="cn-care__section",
        data_gate=result.gate,
        data_passed="true" if result.passed else "false",
    )


def side_check_note(check: SideCheck, care: CareTables, *, kind: str) -> Html:
    """The answer of a calculator in words; ``kind`` is ``heel_raises`` or ``knee_to_wall``."""
    text = care.tables.text
    parts = [text("care.gate.passed") if check.passed else text("care.gate.not_yet")]
    if check.gate is not None:
        parts.append(text("care.gate.number", gate=check.gate, norm=f"{check.norm:g}"))
    if check.asymmetry_pct is not None:
        parts.append(text("care.gate.asymmetry", percent=check.asymmetry_pct))
    parts += [text(f"care.gate.reason.{reason}") for reason in check.reasons]
    if kind == "heel_raises" and check.gate is not None:
        parts.append(text("care.gate.noise", raises=f"{care.limit('raise_noise'):g}"))
    head = text(f"care.gate.kind.{kind}")
    return tag("p", tag("strong", f"{head}: {parts[0]}. "), " ".join(parts[1:]), class_="cn-gate__check", role="status")


def ladder_list(care: CareTables, *, current: int | None = None) -> Html:
    """The rungs as a list with bars of walking and running; the current one is marked in words too."""
    tables = care.tables
    items = []
    for stage in care.stages:
        share = stage.jog_min * stage.repeats / max((stage.walk_min + stage.jog_min) * stage.repeats, 1)
        here = stage.stage == current
        items.append(
            tag(
                "li",
                tag("span", str(stage.stage), class_="cn-ladder__number"),
                tag(
                    "div",
                    tag("strong", stage.name),
                    tag("span", f" {tables.text('care.stage.here')}", class_="cn-ladder__here") if here else None,
                    tag("p", stage_words(stage, care)),
                    tag("span", class_="cn-ladder__bar", style=f"--cn-share:{share:.3f}", aria_hidden="true"),
                    tag("p", tables.text(f"care.gate.before.{stage.entry_gate}"), class_="cn-quiet")
                    if stage.entry_gate
                    else None,
                    tag(
                        "p",
                        tables.text("care.stage.needs", count=stage.good_sessions, hours=stage.rest_hours),
                        class_="cn-quiet",
                    ),
                    claim_marks(stage.claim_ids, tables),
                ),
                aria_current="step" if here else None,
                class_="cn-ladder__rung" + (" cn-ladder__rung--here" if here else ""),
                data_stage=str(stage.stage),
            )
        )
    return tag("ol", join(items), class_="cn-ladder")


def ladder_calendar(
    sessions: Sequence[PlannedSession], care: CareTables, *, label: str = "", table: bool = True
) -> Html:
    """The dated sessions as month sheets, with the same days as a table unless another one stands beside it."""
    tables = care.tables
    if not sessions:
        return tag("p", tables.text("care.calendar.none"), class_="cn-quiet")
    by_day = {row.day: row for row in sessions}
    months = sorted({(day.year, day.month) for day in by_day})
    sheets = join(_month(year, month, by_day, care) for year, month in months)
    return tag(
        "div",
        tag("div", sheets, class_="cn-months", aria_hidden="true"),
        tag("p", tables.text("care.calendar.best_case"), class_="cn-legend"),
        _calendar_table(sessions, care, label) if table else None,
        class_="cn-calendar",
    )


def _calendar_table(sessions: Sequence[PlannedSession], care: CareTables, label: str) -> Html:
    tables = care.tables
    rows = join(
        tag(
            "tr",
            tag("th", day_words(row.day, tables), scope="row"),
            tag("td", tables.text("care.calendar.stage", stage=row.stage.stage, number=row.number)),
            tag("td", stage_words(row.stage, care)),
        )
        for row in sessions
    )
    head = [tables.text(f"care.calendar.column.{name}") for name in ("day", "stage", "run")]
    return table(label or tables.text("care.calendar.caption"), head, rows, class_="cn-table cn-calendar-table")


def _month(year: int, month: int, by_day: Mapping[date, PlannedSession], care: CareTables) -> Html:
    tables = care.tables
    first, length = date(year, month, 1), monthrange(year, month)[1]
    head = join(tag("span", tables.text(f"care.weekday.{day}")[:2], class_="cn-month__head") for day in range(7))
    blanks = join(tag("span") for _ in range(first.weekday()))
    days = []
    for number in range(length):
        day = first + timedelta(days=number)
        row = by_day.get(day)
        mark = tag("b", str(row.stage.stage)) if row else None
        days.append(tag("span", str(day.day), mark, class_="cn-month__day" + (" cn-month__day--run" if row else "")))
    return tag(
        "div",
        tag("p", f"{tables.text(f'care.month.{month}')} {year}", class_="cn-month__name"),
        tag("div", head, blanks, join(days), class_="cn-month__grid"),
        class_="cn-month",
    )


def log_table(sessions: Sequence[Session], decisions: Sequence[Decision], care: CareTables) -> Html:
    """The log with what each session led to, the newest last."""
    tables = care.tables
    names = ("day", "stage", "during", "morning", "decision")
    head = [tables.text(f"care.log.column.{name}") for name in names]
    rows = join(
        tag(
            "tr",
            tag("th", day_words(session.day, tables), scope="row"),
            tag("td", str(session.stage)),
            tag("td", _pain(session.pain_during_0_10, care)),
            tag("td", _morning(session, care)),
            tag(
                "td",
                tag("strong", tables.text(f"care.decision.{decision.decision}")),
                tag("span", ", ".join(decision.rule_ids), class_="cn-quiet cn-block"),
            ),
            class_=f"cn-log__row cn-log__row--{decision.decision}",
        )
        for session, decision in zip(sessions, decisions, strict=True)
    )
    return table(tables.text("care.log.caption"), head, rows, class_="cn-table cn-log")


def _pain(value: float | None, care: CareTables) -> str:
    return care.tables.text("care.log.unknown") if value is None else f"{value:g}"


def _morning(session: Session, care: CareTables) -> str:
    change = session.morning_change
    if change is None:
        return care.tables.text("care.log.unknown")
    key = "same" if change <= 0 else "worse"
    return care.tables.text(f"care.log.morning.{key}", points=f"{change:g}")


def decision_card(decision: Decision, care: CareTables) -> Html:
    """What the last session means: the stage now, what to do, when, why, by which rule."""
    tables = care.tables
    when = tables.text("cli.return.no_date") if decision.next_date is None else day_words(decision.next_date, tables)
    rule = next(row for row in care.rules if row.row_id == decision.row_id)
    missing = [tables.text(f"care.log.signal.{name}") for name in decision.not_recorded]
    return tag(
        "section",
        tag("p", tables.text(f"care.decision.{decision.decision}"), class_="cn-decision__head"),
        tag("p", decision.action),
        tag("p", decision.why, class_="cn-quiet"),
        tag("p", tables.text("cli.return.now", stage=decision.stage, next=when), class_="cn-decision__next"),
        tag("p", tables.text("care.log.review")) if decision.review else None,
        tag("p", tables.text("care.log.not_recorded", names=", ".join(missing)), class_="cn-quiet")
        if missing
        else None,
        tag("p", tables.text("care.log.rules", rules=", ".join(decision.rule_ids)), class_="cn-quiet"),
        source_note(rule.basis, tables.sources.get(rule.source_id), tables),
        class_=f"cn-decision cn-decision--{decision.decision}",
        role="status",
    )


def rules_table(care: CareTables) -> Html:
    """The decision table of the log in its order, in words."""
    tables = care.tables
    head = [tables.text(f"care.rules.column.{name}") for name in ("rule", "do", "why")]
    rows = join(
        tag(
            "tr",
            tag("th", tag("span", rule.rule_id, class_="cn-quiet cn-block"), rule.name, scope="row"),
            tag("td", rule.action),
            tag("td", rule.why, source_note(rule.basis, tables.sources.get(rule.source_id), tables),
                claim_marks(rule.claim_ids, tables)),
            data_rule=rule.row_id,
        )
        for rule, _ in care.rule_expressions
    )  # fmt: skip
    return table(tables.text("care.rules.caption"), head, rows, class_="cn-table cn-return-rules")
