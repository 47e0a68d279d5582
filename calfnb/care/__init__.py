"""Care: what to do and not to do, what treatment to expect, when to look again, and what is held back.

Public functions
----------------
held_back(level)
    Why exercise, stretching, massage and running are not shown at this level of urgency, or "".
plan_care(condition_id, phase, level, ...)
    The care plan of one condition, frozen: do, do not, treatment, tests, whom to see, recovery, and
    always a day to look again with the findings that send the person back.
first_hours(condition_ids, level)
    The first 72 hours side by side for several conditions, for "which of these is it?".
recovery_of(condition_id)
    Recovery rows of a condition; timeline rows come first, unknown and doctor-decides rows have no days.
tools_for(condition_id, level), professionals_for(condition_id)
    The toolbox, and whom to see.
find_questions(text), questions_by_topic()
    The questions and answers, searched or listed.
anatomy_for(condition_id)
    The parts of the leg that this condition can hurt in.

The level is the triage level of the case, ``self_care`` to ``emergency_now``. A plan takes the
higher of that level and the urgency of its own condition, so no low level opens a clot.
"""

from calfnb.care.plan import (
    CareError,
    CarePlan,
    anatomy_for,
    first_hours,
    held_back,
    higher_level,
    is_held_back,
    plan_care,
    professionals_for,
    recovery_of,
    tools_for,
)
from calfnb.care.questions import find_questions, questions_by_topic

__all__ = [
    "CareError",
    "CarePlan",
    "anatomy_for",
    "find_questions",
    "first_hours",
    "held_back",
    "higher_level",
    "is_held_back",
    "plan_care",
    "professionals_for",
    "questions_by_topic",
    "recovery_of",
    "tools_for",
]
