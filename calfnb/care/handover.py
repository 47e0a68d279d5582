"""The hand-over of one patient to a colleague: situation, background, assessment, recommendation (SBAR).

Built from a `Case` and its `Assessment`; nothing is added that the assessment does not say. What was
found, what was asked and is absent, and what nobody asked stay apart: unknown is never absent.
The page is written by `calfnb.markup.handover`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from calfnb.care import is_held_back
from calfnb.case import Case
from calfnb.reasoning.results import Assessment, RankedCondition, TriageReason
from calfnb.tables.records import LEVELS, Finding, Level, Tables
from calfnb.tables.records_care import CareAction, CareTables

__all__ = ["Handover", "build_handover"]

_FEW = 3


@dataclass(frozen=True, slots=True)
class Handover:
    """What a colleague needs.

    ``positives`` and ``negatives`` map a step of the interview to (finding, option) pairs in the order of
    the questions; ``unknown`` names findings of the screen and the core that apply and were not answered.
    ``first_reasons`` are the triage reasons at the level reached, ``leading`` the first conditions,
    ``send_back`` what reopens the diagnosis.
    """

    setting: str
    made_on: date | None
    level: Level
    provisional: bool
    first_reasons: tuple[TriageReason, ...]
    positives: Mapping[str, tuple[tuple[str, str], ...]]
    negatives: Mapping[str, tuple[tuple[str, str], ...]]
    unknown: tuple[str, ...]
    not_judged: tuple[str, ...]
    leading: tuple[RankedCondition, ...]
    enough_to_tell: bool
    enough_reason: str
    unexplained: tuple[str, ...]
    next_questions: tuple[str, ...]
    held_back: bool
    send_back: tuple[CareAction, ...]
    tables_version: str
    care_version: str

    def as_dict(self) -> dict[str, object]:
        """Return the hand-over as plain values, ready for JSON."""
        return {
            "setting": self.setting,
            "made_on": None if self.made_on is None else self.made_on.isoformat(),
            "level": self.level,
            "provisional": self.provisional,
            "reasons": [{"name": reason.name, "action": reason.action} for reason in self.first_reasons],
            "positives": {step: dict(pairs) for step, pairs in self.positives.items()},
            "negatives": {step: dict(pairs) for step, pairs in self.negatives.items()},
            "unknown": list(self.unknown),
            "not_judged": list(self.not_judged),
            "leading": [item.condition_id for item in self.leading],
            "enough_to_tell": self.enough_to_tell,
            "unexplained": list(self.unexplained),
            "next_questions": list(self.next_questions),
            "held_back": self.held_back,
            "tables_version": self.tables_version,
            "care_version": self.care_version,
        }


def build_handover(case: Case, assessment: Assessment, care: CareTables, *, made_on: date | None = None) -> Handover:
    """Put together the hand-over of one assessed case.

    Parameters
    ----------
    case
        The answers.
    assessment
        What `calfnb.assess` made of them, with the same tables.
    care
        Care tables, for what reopens the diagnosis.
    made_on
        The day that stands on the page; None leaves it out.

    Raises
    ------
    ValueError
        If the assessment is not one of this case.
    """
    if dict(case.answers) != dict(assessment.answers) or case.setting != assessment.setting:
        raise ValueError("The assessment is not one of this case.")
    tables = care.tables
    level = assessment.triage.level
    reasons = tuple(reason for reason in assessment.triage.reasons if reason.level == level)
    leader = assessment.ranking[0].condition_id if assessment.ranking else ""
    rows = [row for row in care.actions.values() if row.kind == "escalate" and row.concerns(leader)]
    return Handover(
        setting=case.setting,
        made_on=made_on,
        level=level,
        provisional=assessment.triage.provisional,
        first_reasons=reasons,
        positives=_by_step(case, tables, absent=False),
        negatives=_by_step(case, tables, absent=True),
        unknown=_unknown(case, tables),
        not_judged=tuple(flag.flag_id for flag in assessment.triage.not_judged),
        leading=assessment.ranking[:_FEW],
        enough_to_tell=assessment.enough_to_tell,
        enough_reason=assessment.enough_reason,
        unexplained=assessment.unexplained,
        next_questions=tuple(question.finding_id for question in assessment.next_questions[:_FEW]),
        held_back=is_held_back(level),
        send_back=tuple(sorted(rows, key=_urgency_first)),
        tables_version=assessment.tables_version,
        care_version=care.version,
    )


def _by_step(case: Case, tables: Tables, *, absent: bool) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for finding in tables.findings.values():
        option = case.answers.get(finding.finding_id)
        if option is not None and _is_absent(finding, option) == absent:
            found.setdefault(finding.step, []).append((finding.finding_id, option))
    return {step: tuple(pairs) for step, pairs in found.items()}


def _is_absent(finding: Finding, option: str) -> bool:
    return finding.kind == "yes_no" and option == "no"


def _unknown(case: Case, tables: Tables) -> tuple[str, ...]:
    """Return the questions of the screen and the core that apply and have no answer, in their order."""
    return tuple(
        finding.finding_id
        for finding in tables.findings.values()
        if (finding.in_screen or finding.core)
        and finding.finding_id not in case.answers
        and tables.expression(finding.asked_if).could_hold(case.answers)
    )


def _urgency_first(row: CareAction) -> tuple[int, bool]:
    return -LEVELS.index(row.level), not row.condition_ids
