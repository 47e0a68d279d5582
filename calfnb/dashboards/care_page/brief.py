"""A care plan and a log in a few lines of plain text, for a notebook cell."""

from __future__ import annotations

from datetime import date

from calfnb.care import plan_care
from calfnb.care.return_to_run import replay
from calfnb.dashboards.care_page.returning import ReturnState, example
from calfnb.markup.words import condition_name, level_words
from calfnb.tables import load_care
from calfnb.tables.records import Level

__all__ = ["log_in_brief", "plan_in_brief"]

_SHOWN = 3
#: Any Monday would do; a lesson whose output is compared cannot depend on the day.
_MONDAY = date(2026, 3, 2)


def plan_in_brief(condition_id: str, level: Level = "self_care") -> str:
    """Return urgency, first things to do and to leave, and when to look again, one a line.

    Raises
    ------
    CareError
        If there is no such condition or level.
    """
    care = load_care()
    plan = plan_care(condition_id, "first_72_hours", level, care=care)
    tables = care.tables
    lines = [f"{condition_name(condition_id, tables)}: {level_words(plan.level, tables).lower()}"]
    lines += [f"+ {row.action}" for row in plan.do[:_SHOWN]]
    lines += [f"- {row.action}" for row in plan.dont[:_SHOWN]]
    lines += [plan.held_back] if plan.held_back else []
    when = tables.text("care.review.after", days=plan.review_after_days)
    lines.append(when if plan.review_after_days else tables.text("care.review.today"))
    return "\n".join(lines)


def log_in_brief(condition_id: str) -> str:
    """Return an invented log of return runs, a line a session: stage, pain, decision, rule, stage after.

    Raises
    ------
    ReturnError
        If there is no such condition.
    """
    care = load_care()
    log = example(ReturnState(), care, today=_MONDAY).log
    decisions = replay(care, log, condition_id=condition_id, gates_passed=frozenset({"start"}))
    words = (care.tables.text(f"care.decision.{decision.decision}") for decision in decisions)
    return "\n".join(
        f"stage {session.stage}, pain {session.pain_during_0_10:g}: {said} ({decision.rule_ids[0]}), "
        f"now stage {decision.stage}"
        for session, decision, said in zip(log, decisions, words, strict=True)
    )
