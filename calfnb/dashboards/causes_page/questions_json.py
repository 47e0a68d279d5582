"""The catalogue of findings as plain values for the interview widget."""

from __future__ import annotations

from typing import Any

from calfnb.tables.records import Finding, Tables

__all__ = ["STEPS", "interview_questions"]

#: The steps of the interview, in the order of a consultation.
STEPS = ("red_flags", "where", "story", "examination", "tests")


def interview_questions(tables: Tables) -> list[dict[str, Any]]:
    """Return steps, groups and questions, in the order of the tables."""
    return [
        {
            "id": step,
            "label": tables.text(f"ui.step.{step}"),
            "lead": tables.text(f"ui.step.{step}.lead"),
            "groups": _groups(step, tables),
        }
        for step in STEPS
    ]


def _groups(step: str, tables: Tables) -> list[dict[str, Any]]:
    groups: dict[str, list[Finding]] = {}
    for finding in tables.findings.values():
        if finding.step == step:
            groups.setdefault(finding.group, []).append(finding)
    # A step with one group, and the screen, which is read from top to bottom, need no headings.
    bare = len(groups) == 1 or step == "red_flags"
    return [
        {
            "id": group,
            "label": "" if bare else _group_label(group, tables),
            "questions": [_question(one) for one in found],
        }
        for group, found in groups.items()
    ]


def _group_label(group: str, tables: Tables) -> str:
    # A teacher's own tables may bring a group that the sentences do not know; its id is readable enough.
    return tables.messages.get(f"ui.group.{group}", group.replace("_", " ").capitalize())


def _question(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.finding_id,
        "text": finding.question,
        "short": finding.short_label,
        "hint": finding.hint,
        "how_to": finding.how_to,
        "kind": finding.kind,
        "screen": finding.in_screen,
        "options": [
            {"id": option.option_id, "label": option.label, "explanation": option.explanation}
            for option in finding.options
        ],
    }
