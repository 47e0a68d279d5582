"""The panel of the disputes: a switch for each, with the evidence of a side and what it changes in the plan."""

from __future__ import annotations

from typing import Any

import ipywidgets

from calfnb import markup
from calfnb.dashboards.page_view import Message
from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.dashboards.paneled.safety_view import held_back_note
from calfnb.dashboards.paneled.view import PanelView
from calfnb.dashboards.warmup_page.debate import DebatePart, Dispute, looked_at, taken_into
from calfnb.markup import tag
from calfnb.markup.care import conflict_note
from calfnb.markup.warmup_debates import article_sides, plan_comparison, side_evidence
from calfnb.warmup.plan import WarmUpPlan
from calfnb.widgets import HtmlPanel

__all__ = ["DebateView"]


class DebateView(PanelView[Any, Any, PanelLibrary]):
    """Every dispute with its sides; the evidence stands here also while a plan is held back."""

    panel = "debate"
    words = "dash5"

    def _build(self) -> None:
        self.head = HtmlPanel(styled=False)
        self.body = HtmlPanel(styled=False)
        for panel in (self.head, self.body):
            self._on(panel, "action", self._act)
        self.widget = ipywidgets.VBox([self.head, self.body])
        self.widget.add_class("cnp-step")

    def _act(self, message: Message) -> None:
        if self._to_panel(message):
            return
        kind, state, tables = str(message["action"]), self.store.state, self.library.prevention
        if kind == "side":
            self.store.change(remember=False, debate=looked_at(state.debate, str(message["id"]), tables))
        elif kind == "take":
            self.store.change(plan=taken_into(state.plan, str(message["id"]), tables))
        else:
            raise ValueError(f"There is no action {kind!r}.")

    def _draw(self) -> None:
        part: DebatePart = self.store.result.debate
        self.head.html = markup.join((self._heading("dash5.debate.title", "dash5.debate.lead"), self._about(part)))
        self.body.html = tag("div", *(self._dispute(one, part) for one in part.disputes), class_="cnp-debates")

    def _about(self, part: DebatePart) -> markup.Html:
        """Say which plan is meant, or why there is none; the evidence is shown either way."""
        plan = part.plan.plan
        if plan is not None:
            session = self.library.prevention.sessions[plan.session].name
            words = self.text("dash5.debate.about", session=session, minutes=f"{plan.total_min:g}")
            return tag("p", words, class_="cnp-note")
        held = held_back_note(self.store.result.safety, self.library)
        if held:
            return markup.join((held, tag("p", self.text("dash5.debate.held"), class_="cnp-note")))
        button = tag("button", self.text("dash5.debate.to_plan"), type="button", class_="cnw-button",
                     data_action="panel", data_id="plan")  # fmt: skip
        return tag("div", tag("p", self.text("dash5.debate.no_plan")), tag("p", button), class_="cnp-card", role="note")

    def _dispute(self, one: Dispute, part: DebatePart) -> markup.Html:
        tables, row, plan = self.library.prevention, one.shown, part.plan.plan
        names = {side.side_id: side.label for side in one.sides}
        if plan is not None and one.taken is not None:
            names[one.taken.side_id] = self.text("dash5.debate.mark", side=one.taken.label)
        settled = dict.fromkeys(name for side in one.sides for name in side.conflict_ids)
        notes = [conflict_note(name, self.tables) for name in settled if name in self.tables.conflicts]
        return tag(
            "section",
            tag("h3", one.title, class_="cnp-topic"),
            self._choices("side", names, row.side_id, one.title),
            tag(
                "div",
                side_evidence(row, tables),
                self._change(one, plan) if self.store.result.safety.passed else None,
                class_="cn-side",
            ),
            article_sides(one.sides, tables),
            self._fold(f"debate_{row.debate_id}", *notes) if notes else None,
            class_="cnp-card cnp-debate",
            data_key=f"debate-{row.debate_id}",
            data_debate=row.debate_id,
        )

    def _change(self, one: Dispute, plan: WarmUpPlan | None) -> markup.Html:
        row = one.shown
        title = "warmup.debate.changes" if plan is not None else "dash5.debate.changes"
        parts: list[object] = [tag("h4", self.text(title)), tag("p", row.changes)]
        if plan is not None and one.after is not None:
            if one.taken == row:
                parts.append(tag("p", self.text("dash5.debate.taken"), class_="cn-side__taken"))
            else:
                take = tag("button", self.text("dash5.debate.take"), type="button",
                           class_="cnw-button cnw-button-strong", data_action="take", data_id=row.side_id)  # fmt: skip
                parts += [plan_comparison(plan, one.after, self.library.prevention), tag("p", take)]
        return tag("div", *parts, class_="cn-side__plan")
