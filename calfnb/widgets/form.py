"""The interview: all questions of a catalogue in folding steps, or one at a time."""

from __future__ import annotations

from typing import Any

from traitlets import Bool, Dict, Int, List, Unicode

from calfnb.widgets.base import PageWidget, module_text

__all__ = ["QuestionForm"]


class QuestionForm(PageWidget):
    """Asks questions with real radio buttons and sends one message an answer.

    A click shows at once; the kernel confirms it by ``answers`` and ``ack``. Messages: ``answer`` (``finding``,
    ``option`` or None, ``seq``, ``advance``), ``all_clear`` (``findings``, ``seq``), ``skip``, ``back``, ``focus``,
    ``screen_done``, ``open_step``, ``unlock``, ``view``.

    Attributes
    ----------
    questions
        Steps with groups with questions: ``[{id, label, lead, groups: [{id, label, questions: [{id, text, short, hint,
        how_to, kind, screen, options: [{id, label, explanation}]}]}]}]``.
    answers
        Chosen option by question id; what is missing is unknown.
    ack
        Number of the last message that ``answers`` takes into account.
    hidden
        Ids of questions that do not apply at present.
    locked_steps
        Why a step is closed: ``{step: {"sentence": ..., "ask": [question ids]}}``.
    mode
        ``guided`` or ``free``.
    focus
        In guided mode the question shown: its id, ``screen`` for all screening questions, "" when none is left.
    reason
        Markup, why this question is asked.
    map
        The leg map of the question ``map_finding``; see `LegMap`.
    """

    _esm = module_text("leg_map_part.js", "form_parts.js", "form_steps.js", "form_card.js", "question_form.js")
    questions: List[Any] = List().tag(sync=True)
    answers = Dict().tag(sync=True)
    ack = Int(0).tag(sync=True)
    hidden: List[Any] = List().tag(sync=True)
    locked_steps = Dict().tag(sync=True)
    open_step = Unicode("").tag(sync=True)
    filter = Unicode("").tag(sync=True)
    mode = Unicode("guided").tag(sync=True)
    focus = Unicode("").tag(sync=True)
    reason = Unicode("").tag(sync=True)
    can_go_back = Bool(False).tag(sync=True)
    view = Unicode("").tag(sync=True)
    map = Dict().tag(sync=True)
    map_finding = Unicode("").tag(sync=True)
    announcement = Unicode("").tag(sync=True)
    texts = Dict().tag(sync=True)
