"""The causes page as values: its state, and the pure function that says what follows from it.

Nothing here knows of widgets. The interface's own decisions (which question is shown, which step is open, what is
hidden) are made here too, so that they can be tested without a browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from calfnb.case import Case, encode_case
from calfnb.cases import WorkedCase
from calfnb.markup.triage import HELD_LEVELS
from calfnb.reasoning.assessment import assess_case
from calfnb.reasoning.changers import mind_changers
from calfnb.reasoning.model import Model
from calfnb.reasoning.outlook import open_steps
from calfnb.reasoning.questions import QuestionsOnDemand, next_questions
from calfnb.reasoning.results import Assessment, Explanation, MindChanger, NextQuestion
from calfnb.reasoning.scoring import Evidence, explain, weigh

__all__ = [
    "DONE",
    "MAP_FINDING",
    "SCREEN",
    "CausesResult",
    "CausesState",
    "Lock",
    "advance",
    "compare_settings",
    "evaluate",
    "finish_screen",
    "go_back",
    "restored",
    "screen_ids",
    "show_case",
    "what_would_change",
]

#: What the guided mode shows when it is not one question: the red-flag screen, or nothing more to ask.
SCREEN, DONE = "screen", ""
#: The question that the leg map answers.
MAP_FINDING = "main_zone"
_EXPLAINED = 3
_SUGGESTED = 5
#: The history questions that the lock of the examination names first, because most of the rest hangs on them.
_FIRST_OF_HISTORY = (MAP_FINDING, "onset_mode", "symptom_duration", "run_pattern", "side", "pain_quality")
_NAMED_IN_LOCK = 4


@dataclass(frozen=True)
class CausesState:
    """Everything a person has said or set on the causes page.

    ``skipped`` are questions passed over in guided mode (unknown, not absent); ``trail`` those passed, for the way
    back; ``focus`` a question asked for by hand, "" to let the page choose; ``unlocked`` steps opened early.
    """

    case: Case
    mode: str = "guided"
    open_step: str = ""
    view: str = "posterior"
    large: bool = False
    screen_done: bool = False
    skipped: tuple[str, ...] = ()
    trail: tuple[str, ...] = ()
    focus: str = ""
    unlocked: tuple[str, ...] = ()
    case_id: str = ""
    shown: int = 0


@dataclass(frozen=True, slots=True)
class Lock:
    """Why a step is closed: a key of the sentences with its values, and questions that would open it."""

    key: str
    values: Mapping[str, int]
    ask: tuple[str, ...]


@dataclass(frozen=True)
class CausesResult:
    """What follows from a state.

    What is most worth asking next, and with it ``focus`` and ``question``, is worked out when it is first looked at:
    the urgency and the list need not wait for it.

    Attributes
    ----------
    settled
        The focus where it does not hang on what is most worth asking, else None.
    held
        True while content for self-care must not be shown.
    """

    assessment: Assessment
    explanations: Mapping[str, Explanation]
    settled: str | None
    hidden: tuple[str, ...]
    locked: Mapping[str, Lock]
    code: str
    held: bool

    @property
    def focus(self) -> str:
        """What guided mode shows: a question, `SCREEN` or `DONE`."""
        if self.settled is not None:
            return self.settled
        asked = self.assessment.next_questions
        return asked[0].finding_id if asked else DONE

    @property
    def question(self) -> NextQuestion | None:
        """Why the focus is asked, if it is among what is most worth asking."""
        if self.settled == SCREEN:
            return None
        return next((item for item in self.assessment.next_questions if item.finding_id == self.focus), None)


def evaluate(state: CausesState, model: Model) -> CausesResult:
    """Assess the answers and decide what the page asks next. A pure function."""
    case = state.case
    applicable = model.applicable(case.answers)
    opened = _opened(state, model)
    assessment, explanations, _ = _assessed(model, case)
    asked = QuestionsOnDemand(lambda: _asked(model, case, opened, state.skipped))
    return CausesResult(
        assessment=replace(assessment, next_questions=asked),
        explanations=explanations,
        settled=_settled_focus(state, model, applicable),
        hidden=tuple(name for name in model.finding_ids if name not in applicable and name not in case.answers),
        locked=_locks(state, model, applicable, opened),
        code=_code(state, model),
        held=assessment.triage.level in HELD_LEVELS,
    )


# A person opens steps, turns the leg and goes back far more often than answers change.
@lru_cache(maxsize=64)
def _assessed(model: Model, case: Case) -> tuple[Assessment, Mapping[str, Explanation], Evidence]:
    assessment = assess_case(model, case, questions=0)
    evidence = weigh(model, case)
    first = (ranked.condition_id for ranked in assessment.ranking[:_EXPLAINED])
    return assessment, MappingProxyType({name: explain(model, evidence, name) for name in first}), evidence


@lru_cache(maxsize=64)
def _asked(model: Model, case: Case, steps: tuple[str, ...], skipped: tuple[str, ...]) -> tuple[NextQuestion, ...]:
    assessment, _, evidence = _assessed(model, case)
    return next_questions(
        model, case, count=_SUGGESTED, steps=steps, leave_out=skipped, evidence=evidence, urgency=assessment.triage
    )


def screen_ids(state: CausesState, model: Model) -> tuple[str, ...]:
    """Return the questions of the red-flag screen that apply at present."""
    findings = model.tables.findings
    return tuple(name for name in model.applicable(state.case.answers) if findings[name].in_screen)


def _gone_through(state: CausesState) -> Mapping[str, str]:
    """Answers, and what was passed over: a question that was put has been put, whatever came of it."""
    return {**dict.fromkeys(state.skipped, ""), **state.case.answers}


def _opened(state: CausesState, model: Model) -> tuple[str, ...]:
    # A dictionary keeps the order and drops doubles.
    return tuple(dict.fromkeys((*open_steps(model, _gone_through(state)), *state.unlocked)))


def _locks(
    state: CausesState, model: Model, applicable: tuple[str, ...], opened: tuple[str, ...]
) -> Mapping[str, Lock]:
    locks = {}
    gone = _gone_through(state)
    if "examination" not in opened:
        screen = [name for name in screen_ids(state, model) if name not in gone]
        first = [name for name in _FIRST_OF_HISTORY if name in applicable and name not in gone]
        told = sum(not model.tables.findings[name].in_screen for name in gone)
        locks["examination"] = Lock(
            "ui.lock.examination", {"screen": len(screen), "told": told}, tuple((screen[:2] + first)[:_NAMED_IN_LOCK])
        )
    if "tests" not in opened:
        locks["tests"] = Lock("ui.lock.tests", {}, ())
    return locks


def _settled_focus(state: CausesState, model: Model, applicable: tuple[str, ...]) -> str | None:
    """Choose what guided mode shows: the screen, a question asked for, a follow-up, the leg map; else None."""
    if not state.screen_done and not state.focus:
        return SCREEN
    if state.focus == SCREEN or state.focus in applicable:
        return state.focus
    gone = _gone_through(state)
    follow_up = _follow_up(state, model, applicable, gone)
    if follow_up:
        return follow_up
    if MAP_FINDING in applicable and MAP_FINDING not in gone:
        return MAP_FINDING
    return None


def _follow_up(state: CausesState, model: Model, applicable: tuple[str, ...], gone: Mapping[str, str]) -> str:
    """Return a question that only the last answer made sensible, e.g. when the blow was."""
    last = state.trail[-1] if state.trail else ""
    for name, logic in model.asked_if.items():
        if last in logic.names() and name in applicable and name not in gone and not logic.holds({}):
            return name
    return ""


def _code(state: CausesState, model: Model) -> str:
    """Return the code for the address; a page in its first state keeps a clean address."""
    if not state.case.answers and state.case.setting == model.setting_ids[0] and state.mode == "guided":
        return ""
    return encode_case(state.case, model.tables, mode=state.mode)


# ---- changes of the state: each returns a new one ----


def advance(state: CausesState, finding_id: str, *, skip: bool = False) -> CausesState:
    """Go on from a question in guided mode; ``skip`` leaves it unknown."""
    skipped = tuple(name for name in state.skipped if name != finding_id)
    trail = tuple(name for name in state.trail if name != finding_id)
    return replace(state, focus="", trail=(*trail, finding_id), skipped=(*skipped, finding_id) if skip else skipped)


def finish_screen(state: CausesState, model: Model) -> CausesState:
    """Leave the red-flag screen; what is still open there stays unknown and is not asked again."""
    open_ones = [name for name in screen_ids(state, model) if name not in state.case.answers]
    trail = tuple(name for name in state.trail if name != SCREEN)
    skipped = tuple(dict.fromkeys((*state.skipped, *open_ones)))
    return replace(state, screen_done=True, focus="", trail=(*trail, SCREEN), skipped=skipped)


def go_back(state: CausesState) -> CausesState:
    """Show the question before this one again; its answer stays until another is given."""
    if not state.trail:
        return state
    return replace(state, focus=state.trail[-1], trail=state.trail[:-1])


def restored(case: Case, model: Model, *, mode: str = "guided") -> CausesState:
    """Build the state of a page that opens with a code in its address."""
    fresh = CausesState(case=case, mode=mode)
    screen = screen_ids(fresh, model)
    beyond = any(not model.tables.findings[name].in_screen for name in case.answers)
    done = beyond or all(name in case.answers for name in screen)
    if not done:
        return fresh
    return replace(finish_screen(fresh, model), trail=())


def show_case(state: CausesState, worked: WorkedCase, shown: int, model: Model) -> CausesState:
    """Put the first ``shown`` steps of a worked case in place of the answers."""
    steps = worked.steps(model.tables)
    shown = min(max(shown, 1), len(steps))
    answers: dict[str, str] = {}
    for added in steps[:shown]:
        answers.update(added)
    case = Case.create(model.tables, answers, setting=worked.setting)
    opened = restored(case, model, mode=state.mode)
    # Free mode shows what the case has just told; guided mode keeps the steps folded below its question.
    open_step = model.tables.findings[list(steps[shown - 1])[-1]].step if state.mode == "free" else ""
    return replace(opened, open_step=open_step, view=state.view, large=state.large, case_id=worked.case_id, shown=shown)


# ---- what is worked out only when it is looked at ----


def compare_settings(case: Case, model: Model) -> Mapping[str, Assessment]:
    """Assess the same answers in every setting."""
    return MappingProxyType(
        {name: assess_case(model, case.with_setting(name), questions=0) for name in model.setting_ids}
    )


def what_would_change(case: Case, model: Model) -> tuple[MindChanger, ...]:
    """Return the smallest sets of further answers that would change the leader or the level."""
    return mind_changers(model, case)
