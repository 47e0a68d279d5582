"""The page of care and return as values: its state, and the pure function that says what follows from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType

from calfnb.care import CarePlan, anatomy_for, find_questions, first_hours, held_back, plan_care, questions_by_topic
from calfnb.care.return_plan import why_no_ladder
from calfnb.care.return_to_run import ReturnError, plan_start
from calfnb.case import Case
from calfnb.cases import WorkedCase
from calfnb.dashboards.care_page.returning import ReturnPart, ReturnState, check_return, return_part
from calfnb.dashboards.paneled.library import PageLibrary, assessed
from calfnb.dashboards.paneled.state import FRESH, PanelState
from calfnb.markup.anatomy import STEPS as LAYERS
from calfnb.markup.anatomy import VIEWS
from calfnb.reasoning.results import Assessment
from calfnb.tables.records import Level
from calfnb.tables.records_care import PHASES, CareTables, Question

__all__ = [
    "LATER_PHASES",
    "PANELS",
    "CareLibrary",
    "CareResult",
    "CareState",
    "check",
    "choose_patient",
    "evaluate",
]

PANELS = ("hours", "treatment", "recovery", "return", "anatomy", "questions", "take")
#: The phases of the panel of treatment; the first of all has a panel of its own.
LATER_PHASES = tuple(phase for phase in PHASES if phase != "first_72_hours")
_COMPARED = 3
_FOUND = 12


@dataclass(frozen=True)
class CareLibrary(PageLibrary):
    """What the page knows: the compiled tables of causes, the tables on care, the invented patients."""

    care: CareTables
    cases: Mapping[str, WorkedCase] = field(default_factory=dict)


@dataclass(frozen=True)
class CareState(PanelState):
    """Everything a person has said or set on the page of care.

    Attributes
    ----------
    patient
        Id of the invented patient that was chosen here, "" for one from a link or nobody.
    condition
        The condition that was chosen, "" for the one that leads.
    phase
        One of `LATER_PHASES`.
    start
        First day of the plan as typed, "" for today.
    find
        The words of a question.
    view, layer, part
        What the drawing of the leg shows, and the part chosen in it; a layer "" is the one where the condition hurts.
    running
        Gates, ladder and log.
    """

    panel: str = PANELS[0]
    patient: str = ""
    condition: str = ""
    phase: str = LATER_PHASES[0]
    start: str = ""
    find: str = field(default="", metadata=FRESH)
    view: str = "posterior"
    layer: str = ""
    part: str = ""
    running: ReturnState = field(default_factory=ReturnState)


@dataclass(frozen=True)
class CareResult:
    """What follows from a state.

    ``held`` is the reason why exercise and running are held back, "" if they are not; ``no_ladder`` why there is no
    return to running, which may have other reasons. ``hours`` and ``plan`` are the plans of the first 72 hours and
    of the phase chosen; ``compared`` the first hours of the leading causes. ``found`` answers the words typed.
    """

    assessment: Assessment
    somebody: bool
    leader: str
    condition: str
    level: Level
    held: str
    no_ladder: str
    hours: CarePlan
    plan: CarePlan
    compared: tuple[CarePlan, ...]
    questions: Mapping[str, tuple[Question, ...]]
    left_out: int
    found: tuple[Question, ...]
    layer: str
    running: ReturnPart
    problems: Mapping[str, str]


def evaluate(state: CareState, library: CareLibrary) -> CareResult:
    """Plan the care of the condition in view, and say what is held back. A pure function."""
    care = library.care
    assessment = assessed(library.model, state.case)
    leader = assessment.ranking[0].condition_id
    condition = state.condition or leader
    problems: dict[str, str] = {}
    start = _start(state, care, problems)
    level = assessment.triage.level
    hours = plan_care(condition, "first_72_hours", level, start=start, care=care)
    reason = why_no_ladder(care, condition, level, clinician_agreed=state.running.agreed) or hours.held_back
    first_day = (start or state.today) + timedelta(days=hours.review_after_days)
    running = return_part(
        state.running, care, condition, hours.level, today=state.today, first_day=first_day, reason=reason
    )
    questions = questions_by_topic(hours.level, care=care)
    return CareResult(
        assessment=assessment,
        somebody=bool(state.case.answers),
        leader=leader,
        condition=condition,
        level=hours.level,
        held=held_back(hours.level, care=care),
        no_ladder=reason,
        hours=hours,
        plan=plan_care(condition, state.phase, level, start=start, care=care),
        compared=first_hours(_compared(assessment, condition), hours.level, care=care),
        questions=MappingProxyType(questions),
        left_out=len(care.questions) - sum(map(len, questions.values())),
        found=find_questions(state.find, hours.level, count=_FOUND, care=care) if state.find else (),
        layer=state.layer or _layer(condition, care),
        running=running,
        problems=MappingProxyType({**problems, **running.problems}),
    )


def check(state: CareState, library: CareLibrary) -> None:
    """Raise ValueError for a state that names what there is not; it may have been made by hand."""
    care = library.care
    allowed: dict[str, Collection[str]] = {
        "patient": ("", *library.cases), "condition": ("", *care.conditions), "phase": LATER_PHASES, "view": VIEWS,
        "layer": ("", *LAYERS), "part": ("", *care.anatomy),
    }  # fmt: skip
    for name, known in allowed.items():
        if getattr(state, name) not in known:
            raise ValueError(f"There is no {name} {getattr(state, name)!r}.")
    check_return(state.running, care)


def _start(state: CareState, care: CareTables, problems: dict[str, str]) -> date | None:
    if not state.start:
        return state.today
    try:
        return plan_start(state.start, today=state.today, care=care)
    except ReturnError as error:
        problems["start"] = str(error)
        return None


def _layer(condition: str, care: CareTables) -> str:
    """Return the layer of the drawing where most of the condition hurts, the outer muscles for one without a place."""
    hurting = [part.layer for part in anatomy_for(condition, care=care)]
    counts = {step: sum(layer in layers for layer in hurting) for step, layers in LAYERS.items()}
    # Of two layers the deeper one: a vein that lies under a muscle is the point, not the muscle over it.
    return max(reversed(counts), key=counts.__getitem__) if any(counts.values()) else "outer_muscle"


def _compared(assessment: Assessment, condition: str) -> tuple[str, ...]:
    leading = [ranked.condition_id for ranked in assessment.ranking[:_COMPARED]]
    return tuple(dict.fromkeys((condition, *leading)))


# ---- changes of the state: each returns a new one --------------------------------------------------------------------


def choose_patient(state: CareState, patient: str, library: CareLibrary) -> CareState:
    """Put an invented patient, told to the end, in place of the present one; "" for nobody."""
    tables = library.model.tables
    if patient:
        worked = library.cases[patient]
        answers: dict[str, str] = {}
        for added in worked.steps(tables):
            answers.update(added)
        case = Case.create(tables, answers, setting=worked.setting)
    else:
        case = Case(state.case.setting)
    return replace(state, case=case, patient=patient, condition="", running=ReturnState(step=state.running.step))
