"""An assessment in four lines of plain text, for a notebook cell."""

from __future__ import annotations

from calfnb.case import Case
from calfnb.cases import case_files, load_case
from calfnb.markup.words import condition_name, level_words
from calfnb.reasoning.assessment import assess_case
from calfnb.reasoning.model import Model, default_model

__all__ = ["in_brief", "told_so_far"]

_SHOWN = 3


def told_so_far(case_id: str, steps: int, *, model: Model | None = None) -> Case:
    """Return what a worked case has told after so many of its steps.

    Raises
    ------
    KeyError
        If there is no case of that name; the message lists those that there are.
    """
    model = model or default_model()
    paths = {path.stem: path for path in case_files()}
    if case_id not in paths:
        raise KeyError(f"There is no case {case_id!r}; there are {', '.join(paths)}.")
    worked = load_case(paths[case_id], model.tables)
    answers: dict[str, str] = {}
    for added in worked.steps(model.tables)[:steps]:
        answers.update(added)
    return Case.create(model.tables, answers, setting=worked.setting)


def in_brief(case: Case, *, model: Model | None = None) -> str:
    """Return the urgency and the three leading causes, one line each."""
    model = model or default_model()
    assessment = assess_case(model, case, questions=0)
    names = (condition_name(ranked.condition_id, model.tables) for ranked in assessment.ranking[:_SHOWN])
    lines = [f"{place}. {name}" for place, name in enumerate(names, start=1)]
    return "\n".join([f"Urgency: {level_words(assessment.triage.level, model.tables)}", *lines])
