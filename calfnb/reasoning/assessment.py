"""The whole assessment of one patient: one call from answers to an explained, ranked list of causes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from calfnb.case import Case
from calfnb.reasoning.model import Model, default_model
from calfnb.reasoning.questions import QuestionsOnDemand, next_questions
from calfnb.reasoning.results import Assessment, RankedCondition
from calfnb.reasoning.scoring import explain, ranking, weigh
from calfnb.reasoning.triage import triage
from calfnb.tables.records import Tables

__all__ = ["Enough", "assess", "assess_case", "assessment_to_dict", "enough_to_tell"]

#: Answers needed before the list is said to be worth reading as an answer.
_FEW = 5
#: The leader must hold this probability (0-1) and come first in this share (0-1) of the draws.
_LEADS, _STABLE = 0.45, 0.80


@dataclass(frozen=True, slots=True)
class Enough:
    """Whether the answers are enough to tell, and why or why not, as a key of the sentences."""

    enough: bool
    reason: str


def assess(
    answers: Mapping[str, str] | Case, *, setting: str = "sports_clinic", tables: Tables | None = None
) -> Assessment:
    """Assess one invented patient.

    Parameters
    ----------
    answers
        Finding ids and the chosen option of each, for yes/no findings ``yes`` or ``no``. What is not known is left
        out: an unknown answer is never an absent finding. A `Case` brings its own setting.
    setting
        Where the patient is seen; decides the pretest probabilities.
    tables
        Other condition tables than the shipped ones.

    Returns
    -------
    Assessment
        Triage, all conditions ranked with their probabilities (0-1), what is unexplained, what to ask next.

    Raises
    ------
    CaseError
        If a setting, a finding or an option does not exist; it lists all problems with the nearest names.

    Examples
    --------
    >>> import calfnb
    >>> calfnb.assess({"breathless_or_chest_pain": "yes"}).triage.level
    'emergency_now'
    """
    model = default_model() if tables is None else Model(tables)
    case = answers if isinstance(answers, Case) else Case.create(model.tables, answers, setting=setting)
    return assess_case(model, case)


def assess_case(model: Model, case: Case, *, questions: int = 5) -> Assessment:
    """Assess a checked case with a model that is already there; ``questions`` is how many to suggest at most.

    The questions are worked out when they are first read.
    """
    evidence = weigh(model, case)
    ranked = ranking(model, evidence)
    urgency = triage(model, evidence)
    leader = explain(model, evidence, ranked[0].condition_id)
    enough = enough_to_tell(len(case.answers), ranked)
    return Assessment(
        setting=case.setting,
        answers=case.answers,
        tables_version=model.tables.version,
        triage=urgency,
        ranking=ranked,
        enough_to_tell=enough.enough,
        enough_reason=model.tables.text(f"engine.{enough.reason}"),
        unexplained=leader.unexplained,
        expected_absent=leader.expected_absent,
        next_questions=QuestionsOnDemand(
            lambda: next_questions(model, case, count=questions, evidence=evidence, urgency=urgency)
        ),
    )


def enough_to_tell(answered: int, ranked: tuple[RankedCondition, ...]) -> Enough:
    """Say whether the list may be read as an answer: enough was asked, one condition leads, and it leads stably."""
    first = ranked[0]
    if answered < _FEW:
        return Enough(False, "few_answers")
    if first.probability < _LEADS:
        return Enough(False, "no_leader")
    if first.first_share < _STABLE:
        return Enough(False, "unstable")
    return Enough(True, "enough")


def assessment_to_dict(assessment: Assessment) -> dict[str, Any]:
    """Return an assessment as plain values, in the documented order, ready for JSON."""
    return {
        "setting": assessment.setting,
        "answers": dict(assessment.answers),
        "triage": {
            "level": assessment.triage.level,
            "provisional": assessment.triage.provisional,
            "reasons": [asdict(reason) for reason in assessment.triage.reasons],
            "not_judged": [asdict(flag) for flag in assessment.triage.not_judged],
        },
        "ranking": [asdict(condition) for condition in assessment.ranking],
        "enough_to_tell": assessment.enough_to_tell,
        "enough_reason": assessment.enough_reason,
        "unexplained": list(assessment.unexplained),
        "expected_absent": list(assessment.expected_absent),
        "next_questions": [asdict(question) for question in assessment.next_questions],
        "tables_version": assessment.tables_version,
    }
