"""The page of care as a code in its address: the patient's code, and behind ``~`` what was set here.

Only what differs from a fresh page is written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

from calfnb.care.return_to_run import Session, stage_of
from calfnb.case import Case, decode_code, encode_case
from calfnb.dashboards.care_page.returning import ANSWERS, DRAFT, GATES, MOST_SESSIONS, STEPS, ReturnState
from calfnb.dashboards.care_page.state import LATER_PHASES, PANELS, CareLibrary, CareState
from calfnb.dashboards.page_code import pack_part, text_of, unpack_part
from calfnb.markup.anatomy import STEPS as LAYERS
from calfnb.markup.anatomy import VIEWS

__all__ = ["page_code", "restored"]

_LONGEST_TEXT = 40
#: Plain texts of the page and of its return part, with the letter that stands for each.
_TEXTS = {"p": "panel", "w": "patient", "c": "condition", "h": "phase", "d": "start", "v": "view", "y": "layer",
          "k": "part"}  # fmt: skip
_RETURN_TEXTS = {"r": "step", "g": "gate"}
_FIELDS = ("sex", "age", "raises_left", "raises_right", "wall_left", "wall_right", "ladder_start", "from_stage",
           "to_stage", *DRAFT)  # fmt: skip
_LOGGED = ("sharp", "limp", "red_flag", "settled_24h")


def page_code(state: CareState, library: CareLibrary) -> str:
    """Return the code of the page, "" for a page in its first state."""
    blank = CareState(Case(library.model.setting_ids[0]), state.today)
    case_code = encode_case(state.case, library.model.tables, mode=state.mode)
    content = _content(state, blank)
    written = pack_part(content, library.care.version)
    if written:
        return f"{case_code}~{written}"
    fresh = not content and (state.case, state.mode) == (blank.case, blank.mode)
    return "" if fresh else case_code


def _content(state: CareState, blank: CareState) -> dict[str, Any]:
    content: dict[str, Any] = {}
    pairs = ((_TEXTS, state, blank), (_RETURN_TEXTS, state.running, blank.running))
    for letters, now, fresh in pairs:
        for letter, name in letters.items():
            if getattr(now, name) != getattr(fresh, name):
                content[letter] = getattr(now, name)
    running = state.running
    if running.agreed:
        content["a"] = 1
    if running.entries:
        content["e"] = {name: value[:_LONGEST_TEXT] for name, value in running.entries.items()}
    if running.ticks:
        content["t"] = dict(running.ticks)
    if running.log:
        content["l"] = [_written(session) for session in running.log]
    return content


def _written(session: Session) -> list[Any]:
    """A session as a short list: day, stage, three pains, four answers, review done."""
    return [
        session.day.isoformat(), session.stage, session.pain_during_0_10, session.pain_next_morning_0_10,
        session.usual_morning_0_10, *(getattr(session, name) for name in _LOGGED), int(session.review_done),
    ]  # fmt: skip


def restored(code: str, library: CareLibrary, blank: CareState) -> tuple[CareState, str]:
    """Return the state that a code holds, and a sentence if only the patient's part of it could be used.

    Raises
    ------
    CodeError
        If the patient's part cannot be used; the message is one sentence.
    """
    first, _, second = code.partition("~")
    case, mode = decode_code(first, library.model.tables)
    state = replace(blank, case=case, mode=mode)
    if not second:
        return state, ""
    try:
        return _read(unpack_part(second, library.care.version), state, library), ""
    except (KeyError, TypeError, ValueError):
        return state, library.model.tables.text("dash3.problem.code")


def _read(content: dict[str, Any], state: CareState, library: CareLibrary) -> CareState:
    """Check everything that a code says; it may have been made by hand."""
    care = library.care
    allowed: dict[str, Collection[str]] = {
        "panel": PANELS, "patient": library.cases, "condition": care.conditions, "phase": LATER_PHASES, "view": VIEWS,
        "layer": tuple(LAYERS), "part": care.anatomy, "step": STEPS, "gate": GATES,
    }  # fmt: skip

    def texts(letters: dict[str, str]) -> dict[str, Any]:
        found = {name: text_of(content[letter], _LONGEST_TEXT) for letter, name in letters.items() if letter in content}
        for name, value in found.items():
            if name in allowed and value not in allowed[name]:
                raise ValueError(name)
        return found

    ticks = _dict(content, "t", lambda name: name in care.gates)
    if not set(ticks.values()) <= {"yes", "no"}:
        raise ValueError("ticks")
    log = content.get("l", [])
    if len(log) > MOST_SESSIONS:
        raise ValueError("log")
    sessions = tuple(_session(row, library) for row in log)
    if any(later.day < earlier.day for earlier, later in pairwise(sessions)):
        raise ValueError("order")
    running = ReturnState(
        agreed=bool(content.get("a")), entries=_dict(content, "e", lambda name: name in _FIELDS), ticks=ticks,
        log=sessions, **texts(_RETURN_TEXTS),
    )  # fmt: skip
    return replace(state, running=running, **texts(_TEXTS))


def _dict(content: dict[str, Any], letter: str, known: Callable[[str], bool]) -> dict[str, str]:
    found = {
        text_of(name, _LONGEST_TEXT): text_of(value, _LONGEST_TEXT) for name, value in content.get(letter, {}).items()
    }
    if not all(map(known, found)):
        raise ValueError(letter)
    return found


def _session(row: list[Any], library: CareLibrary) -> Session:
    day, stage, *pains = row[:5]
    answers, done = row[5:9], row[9]
    if len(answers) != len(ANSWERS) - 1 or any(value not in (True, False, None) for value in answers):
        raise ValueError("answers")
    if any(pain is not None and not 0 <= float(pain) <= 10 for pain in pains):
        raise ValueError("pains")
    # ReturnError of an unknown rung is a ValueError, as everything else that is wrong here.
    stage_of(library.care, int(stage))
    during, morning, usual = (None if pain is None else float(pain) for pain in pains)
    told = dict(zip(_LOGGED, answers, strict=True))
    return Session(
        date.fromisoformat(text_of(day, _LONGEST_TEXT)),
        int(stage),
        during,
        morning,
        usual,
        review_done=bool(done),
        **told,
    )
