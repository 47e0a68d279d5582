"""The views of the causes page: each builds its widgets once and redraws from the result in one ``_refresh``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import ipywidgets

from calfnb import markup
from calfnb.case import Case, CodeError, decode_code
from calfnb.cases import WorkedCase
from calfnb.dashboards.causes_page import state as page
from calfnb.dashboards.causes_page.questions_json import STEPS, interview_questions
from calfnb.dashboards.causes_page.state import CausesResult, CausesState
from calfnb.dashboards.page_view import Message, PageView, message_html, texts_of
from calfnb.markup.words import answer_words, condition_name, level_words
from calfnb.reasoning.model import Model
from calfnb.store import Store
from calfnb.widgets import AddressState, CaseReader, HtmlPanel, QuestionForm, Toolbar
from calfnb.widgets.later import Later

__all__ = ["BarView", "CaseView", "DetailsView", "InterviewView", "LineView", "ResultsView", "View"]

CausesStore = Store[CausesState, CausesResult]

_KEPT_ON_UNDO = ("large", "view")
#: Nobody waits for what comes so much later as for the urgency and the list: meanwhile these go out.
_SOON_S = 0.002
#: What the parts begin with that hold one condition each.
_LOOKUP = "condition-"
#: The case that the button of the toolbar opens; another folder of cases may not have it.
_WORKED = "worked_case"


class View(PageView[CausesState, CausesResult]):
    """A view of the page of causes, which knows the model and its tables."""

    def __init__(self, store: CausesStore, model: Model) -> None:
        self.model = model
        self.tables = model.tables
        super().__init__(store)


class BarView(View):
    """Mode, setting, worked cases, start again, undo, large type; the address; what went wrong."""

    def __init__(self, store: CausesStore, model: Model, cases: Mapping[str, WorkedCase]) -> None:
        self.cases = cases
        super().__init__(store, model)

    def _build(self) -> None:
        self.toolbar = Toolbar(
            styled=True,
            texts=texts_of(self.tables, "bar"),
            settings=[{"id": one.setting_id, "name": one.name} for one in self.tables.settings.values()],
            has_cases=bool(self.cases),
        )
        self.address = AddressState(styled=False, texts=texts_of(self.tables, "address"))
        self.message = HtmlPanel(styled=False)
        self.widget = ipywidgets.HBox([self.toolbar, self.address])
        self.widget.add_class("cnw-topbar")
        acts: dict[str, Callable[[Message], None]] = {
            "mode": lambda message: self._mode(str(message["mode"])),
            "setting": lambda message: self._setting(str(message["setting"])),
            "case": lambda _message: self._case(),
            "reset": lambda _message: self._reset(),
            "undo": lambda _message: self.store.undo(keep=_KEPT_ON_UNDO),
            "large": lambda message: self.store.change(remember=False, large=bool(message["large"])),
        }
        for kind, act in acts.items():
            self._on(self.toolbar, kind, act)
        self._on(self.address, "restore", lambda message: self.restore(str(message["code"])))
        self._on(self.message, "action", lambda _message: self.store.undo(keep=_KEPT_ON_UNDO))

    def _mode(self, mode: str) -> None:
        if mode not in ("guided", "free"):
            raise ValueError(f"There is no mode {mode!r}.")
        state = self.store.state
        # Free mode shows the steps: the first one that is open stands open.
        step = state.open_step or (STEPS[0] if mode == "free" else "")
        self.store.change(remember=False, mode=mode, open_step=step)

    def _setting(self, setting: str) -> None:
        case = Case.create(self.tables, self.store.state.case.answers, setting=setting)
        self.store.change(case=case)

    def _case(self) -> None:
        worked = self.cases.get(_WORKED) or next(iter(self.cases.values()))
        self.store.put(page.show_case(self.store.state, worked, 1, self.model))

    def _reset(self) -> None:
        state = self.store.state
        fresh = CausesState(Case(state.case.setting), mode=state.mode, large=state.large, view=state.view)
        self.store.put(fresh)
        self.store.notice = self.tables.text("ui.bar.reset_done")

    def restore(self, code: str) -> None:
        """Bring back the page that a code stands for; a code that cannot be used gives a sentence and a fresh page."""
        state = self.store.state
        try:
            case, mode = decode_code(code, self.tables)
        except CodeError as error:
            self.store.put(CausesState(Case(self.model.setting_ids[0]), large=state.large))
            self.store.notice = str(error)
            self.address.send({"type": "write"})
            return
        self.store.put(replace(page.restored(case, self.model, mode=mode), large=state.large), remember=False)

    def _refresh(self) -> None:
        state, store = self.store.state, self.store
        with self.toolbar.hold_sync():
            self.toolbar.mode = state.mode
            self.toolbar.setting = state.case.setting
            self.toolbar.can_undo = store.can_undo
            self.toolbar.large = state.large
        self.address.code = store.result.code
        self.message.html = message_html(self.store, self.tables)


class InterviewView(View):
    """The interview; it turns each message of the form into a new state."""

    def _build(self) -> None:
        self._ack = 0
        self._built = False
        self.soon = Later(lambda: self._safely(self._show_question), delay_s=_SOON_S)
        self.form = QuestionForm(
            styled=False,
            questions=interview_questions(self.tables),
            map=markup.leg_map_data(self.tables),
            map_finding=page.MAP_FINDING,
            texts={**texts_of(self.tables, "form"), **texts_of(self.tables, "map")},
        )
        self.widget = self.form
        acts: dict[str, Callable[[Message], None]] = {
            "answer": self._answer,
            "all_clear": self._all_clear,
            "skip": self._skip,
            "back": lambda _message: self.store.put(page.go_back(self.store.state), remember=False),
            "focus": lambda message: self.store.change(remember=False, focus=self._known(message["finding"])),
            "screen_done": lambda _message: self.store.put(page.finish_screen(self.store.state, self.model)),
            "open_step": lambda message: self.store.change(remember=False, open_step=str(message["step"])),
            "unlock": self._unlock,
            "view": lambda message: self.store.change(remember=False, view=str(message["view"])),
        }
        for kind, act in acts.items():
            self._on(self.form, kind, act)

    def _safely(self, act: Callable[[], None]) -> None:
        super()._safely(act)
        # Also after an error: the form then takes back what it showed too early.
        self.form.ack = self._ack

    def _known(self, finding_id: object) -> str:
        if finding_id not in self.tables.findings:
            raise ValueError(f"There is no finding {finding_id!r}.")
        return str(finding_id)

    def _with(self, answers: Mapping[str, str | None]) -> Case:
        case = self.store.state.case
        return Case.create(self.tables, {**case.answers, **answers}, setting=case.setting)

    def _answer(self, message: Message) -> None:
        self._ack = max(self._ack, int(message.get("seq", 0)))
        finding_id = self._known(message["finding"])
        state = replace(self.store.state, case=self._with({finding_id: message["option"]}))
        if message.get("advance"):
            state = page.advance(state, finding_id)
        self.store.put(state)

    def _all_clear(self, message: Message) -> None:
        self._ack = max(self._ack, int(message.get("seq", 0)))
        absent = {self._known(name): "no" for name in message["findings"]}
        state = replace(self.store.state, case=self._with(absent))
        if state.mode == "guided" and not state.screen_done:
            state = page.finish_screen(state, self.model)
        self.store.put(state)

    def _skip(self, message: Message) -> None:
        finding_id = self._known(message["finding"])
        state = self.store.state
        if message.get("clear"):
            state = replace(state, case=self._with({finding_id: None}))
        self.store.put(page.advance(state, finding_id, skip=finding_id not in state.case.answers))

    def _unlock(self, message: Message) -> None:
        steps = (*self.store.state.unlocked, str(message["step"]))
        self.store.change(remember=False, unlocked=tuple(dict.fromkeys(steps)))

    def _refresh(self) -> None:
        """Show what the answers are now; the next question comes a moment later unless it is settled."""
        state, result = self.store.state, self.store.result
        locked = {
            step: {"sentence": self.tables.text(lock.key, **lock.values), "ask": list(lock.ask)}
            for step, lock in result.locked.items()
        }
        with self.form.hold_sync():
            self.form.answers = dict(state.case.answers)
            self.form.ack = self._ack
            self.form.hidden = list(result.hidden)
            self.form.locked_steps = locked
            self.form.open_step = state.open_step
            self.form.mode = state.mode
            self.form.can_go_back = bool(state.trail)
            self.form.view = state.view
            if result.settled == page.SCREEN or not self._built:
                self.soon.cancel()
                self._show_question()
            else:
                self.soon.ask()
        self._built = True

    def _show_question(self) -> None:
        with self.form.hold_sync():
            self.form.focus = self.store.result.focus
            self.form.reason = self._reason(self.store.result)

    def _reason(self, result: CausesResult) -> str:
        if result.question is not None:
            # The sentence names the conditions already; naming them twice helps nobody.
            return markup.next_question_reason(replace(result.question, about=()), self.tables)
        key = f"ui.form.why.{result.focus}"
        return markup.tag("p", self.tables.text(key)) if key in self.tables.messages else ""


class CaseView(View):
    """The worked case, if one is open."""

    def __init__(self, store: CausesStore, model: Model, cases: Mapping[str, WorkedCase]) -> None:
        self.cases = cases
        super().__init__(store, model)

    def _build(self) -> None:
        others = [{"id": name, "title": worked.title} for name, worked in self.cases.items()]
        self.reader = CaseReader(styled=False, texts=texts_of(self.tables, "case"), others=others)
        self.widget = self.reader
        self._on(self.reader, "reveal", lambda message: self._reveal(self.store.state.case_id, int(message["shown"])))
        self._on(self.reader, "other", lambda message: self._reveal(str(message["case"]), 1))
        self._on(self.reader, "close", lambda _message: self.store.change(remember=False, case_id="", shown=0))

    def _reveal(self, case_id: str, shown: int) -> None:
        worked = self.cases[case_id]
        self.store.put(page.show_case(self.store.state, worked, shown, self.model))

    def _refresh(self) -> None:
        state = self.store.state
        worked = self.cases.get(state.case_id)
        with self.reader.hold_sync():
            self.reader.case = self._as_json(worked) if worked else {}
            self.reader.shown = state.shown

    def _as_json(self, worked: WorkedCase) -> dict[str, Any]:
        text = self.tables.text
        whys = {item.finding_id: item.why for item in worked.ask_next}
        steps = []
        for number, answers in enumerate(worked.steps(self.tables)):
            first = next(iter(answers))
            step = {"title": text(f"ui.step.{self.tables.findings[first].step}"), "text": "", "think": ""}
            if first in whys:
                step |= {"title": self.tables.findings[first].question, "think": whys[first]}
            elif worked.stages:
                step |= {"title": worked.stages[number].when, "text": worked.stages[number].text}
            steps.append({**step, "answers": [answer_words(*pair, self.tables) for pair in answers.items()]})
        key = text(
            "ui.case.key",
            condition=condition_name(worked.diagnosis, self.tables),
            level=level_words(worked.level, self.tables),
        )
        closing = [key, worked.for_teacher, *worked.pitfalls]
        return {
            "title": worked.title,
            "intro": worked.patient_text,
            # Where the story is told in stages, the whole of it would give them away.
            "intro_open": not worked.stages,
            "steps": steps,
            "closing": closing,
        }


class LineView(View):
    """The one line that stays on top of a phone's page."""

    def _build(self) -> None:
        self._level = ""
        self.widget = HtmlPanel(styled=False, label=self.tables.text("ui.line.label"))
        self.widget.add_class("cnw-oneline")

    def _refresh(self) -> None:
        assessment = self.store.result.assessment
        changed = self._level not in ("", assessment.triage.level)
        self._level = assessment.triage.level
        line = markup.triage_line(assessment, self.tables, changed=changed)
        why = markup.tag(
            "button", self.tables.text("ui.line.why"), type="button", class_="cnw-button", data_jump="cnw-results"
        )
        self.widget.html = markup.tag("div", line, why, class_=f"cnw-oneline__bar cn-level--{assessment.triage.level}")


class ResultsView(View):
    """Urgency and the ranked list."""

    def _build(self) -> None:
        self._level = ""
        self._shown: dict[str, tuple[int, int]] = {}
        self._opened: frozenset[str] = frozenset()
        self.banner = HtmlPanel(styled=False)
        self.ranking = HtmlPanel(styled=False)
        self._on(self.ranking, "open", self._open)
        self.widgets = (self.banner, self.ranking)

    def _open(self, message: Message) -> None:
        """Fill the table of a card when it is opened: three tables with every answer are most of the page's bytes."""
        condition_id = str(message["part"]).removeprefix("card-")
        if message["open"] and condition_id not in self._opened and condition_id in self.tables.conditions:
            self._opened |= {condition_id}
            self._refresh()

    def _refresh(self) -> None:
        result = self.store.result
        assessment = result.assessment
        level = assessment.triage.level
        leader = assessment.ranking[0].condition_id
        shown = {
            ranked.condition_id: (place, ranked.frequency.about) for place, ranked in enumerate(assessment.ranking)
        }
        changed = frozenset(name for name, value in shown.items() if self._shown and self._shown.get(name) != value)
        with self.banner.hold_sync():
            self.banner.height_key = level
            self.banner.html = markup.triage_banner(assessment, self.tables, changed=self._level not in ("", level))
            self.banner.announcement = self.tables.text("ui.announce.level", level=level_words(level, self.tables))
        with self.ranking.hold_sync():
            self.ranking.height_key = f"{level == 'emergency_now'} {assessment.enough_to_tell}"
            self.ranking.html = markup.ranking_list(
                assessment,
                self.tables,
                changed=changed,
                explanations=result.explanations,
                opened=self._opened,
            )
            key = "ui.announce.leader" if assessment.enough_to_tell else "ui.announce.open"
            self.ranking.announcement = self.tables.text(key, condition=condition_name(leader, self.tables))
        self._level, self._shown = level, shown


class DetailsView(View):
    """What is unexplained, not cleared, worth asking; and, worked out only when opened, what would change."""

    _PARTS = ("unexplained", "open", "next", "changers", "settings", "answers", "lookup")
    _HEAVY = ("changers", "settings")

    def _build(self) -> None:
        self._opened = {"unexplained"}
        self._heavy: dict[str, tuple[Case, markup.Html]] = {}
        self.later = Later(lambda: self._safely(self._work))
        self.soon = Later(lambda: self._safely(self._show), delay_s=_SOON_S)
        self.widget = HtmlPanel(styled=False)
        self._on(self.widget, "open", self._open)
        self._on(self.widget, "action", self._ask)

    def _ask(self, message: Message) -> None:
        """Bring up the question that was pointed at among the results."""
        finding = self.tables.findings[str(message["finding"])]
        unlocked = tuple(dict.fromkeys((*self.store.state.unlocked, finding.step)))
        self.store.change(
            remember=False, focus=finding.finding_id, open_step=finding.step, unlocked=unlocked, screen_done=True
        )

    def _open(self, message: Message) -> None:
        part = str(message["part"])
        (self._opened.add if message["open"] else self._opened.discard)(part)
        if message["open"] and (part in self._HEAVY or part.startswith(_LOOKUP)):
            self._refresh()

    def _stale(self) -> list[str]:
        case = self.store.state.case
        fresh = {part for part, (made_for, _) in self._heavy.items() if made_for == case}
        return [part for part in self._HEAVY if part in self._opened and part not in fresh]

    def _work(self) -> None:
        case = self.store.state.case
        for part in self._stale():
            self._heavy[part] = (case, self._make_heavy(part))
        self._show()

    def _make_heavy(self, part: str) -> markup.Html:
        state, assessment = self.store.state, self.store.result.assessment
        if part == "settings":
            compared = page.compare_settings(state.case, self.model)
            return markup.settings_strip(compared, self.tables, current=state.case.setting)
        return markup.mind_changers_list(page.what_would_change(state.case, self.model), assessment, self.tables)

    def _refresh(self) -> None:
        if self.widget.html:
            self.soon.ask()
        else:
            self._show()
        if self._stale():
            self.later.ask()

    def _show(self) -> None:
        with self.widget.hold_sync():
            self.widget.busy = bool(self._stale())
            self.widget.html = markup.join(self._part(part) for part in self._PARTS)

    def _part(self, part: str) -> markup.Html:
        tag = markup.tag
        return tag(
            "details",
            tag("summary", self.tables.text(f"ui.part.{part}")),
            tag("div", self._body(part), class_="cnw-part__body"),
            class_="cnw-part",
            data_part=part,
            data_key=f"part-{part}",
            open=part in self._opened,
        )

    def _condition(self, condition_id: str) -> markup.Html:
        """One condition to look up; its page is written when it is opened."""
        part = f"{_LOOKUP}{condition_id}"
        page_ = markup.condition_page(condition_id, self.tables) if part in self._opened else None
        return markup.tag(
            "details",
            markup.tag("summary", condition_name(condition_id, self.tables)),
            page_,
            class_="cn-fold",
            data_part=part,
            data_key=part,
        )

    def _body(self, part: str) -> object:
        assessment, tables = self.store.result.assessment, self.tables
        if part == "unexplained":
            return markup.unexplained_note(assessment, tables)
        if part == "open":
            cleared = any(reason.cleared_by for reason in assessment.triage.reasons)
            first = markup.not_cleared_list(assessment.triage, tables) if cleared else None
            return markup.join((first, markup.not_judged_list(assessment.triage, tables)))
        if part == "next":
            return markup.next_questions_list(assessment, tables)
        if part == "lookup":
            return markup.join(self._condition(name) for name in tables.conditions)
        if part == "answers":
            return markup.answers_summary(self.store.state.case, tables)
        waiting = markup.tag("p", tables.text("ui.part.working"), class_="cn-quiet")
        return self._heavy[part][1] if part in self._heavy else waiting
