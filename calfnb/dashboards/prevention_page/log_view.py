"""The panel of the training log: a place to drop it, its figures with injuries, and the log played again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import ipywidgets

from calfnb import markup
from calfnb.dashboards.page_view import FormPart, Message, texts_of
from calfnb.dashboards.paneled.view import PanelView
from calfnb.dashboards.prevention_page.library import PreventionLibrary
from calfnb.dashboards.prevention_page.log import (
    PERIODS,
    UNITS,
    LogPart,
    LogState,
    with_draft,
    with_injury,
    with_log,
    with_sample,
    without_injury,
    without_log,
)
from calfnb.dashboards.prevention_page.log_held import HeldLog
from calfnb.dashboards.prevention_page.log_reading import DROP_LIMITS, read_dropped
from calfnb.load.activities import TrainingLog
from calfnb.markup import tag
from calfnb.markup.guides import load_rule_cards
from calfnb.markup.load import load_figures
from calfnb.markup.load_log import read_summary, recent_warnings, refused_part, spike_part
from calfnb.markup.load_panels import replay_table, standing_list
from calfnb.widgets import HtmlPanel
from calfnb.widgets.file_drop import Dropped, FileDrop, Progress
from calfnb.widgets.time_slider import TimeSlider

__all__ = ["LogView"]

_ACCEPT = ".csv,.zip,.gpx,.tcx,.fit,.gz"
_FIGURES = "cnl-figures"
#: Endings of the keys of the sentences on what is read.
_FILES = "abcdef"
#: The rules that the log is held against.
_RULES = ("LR02", "LR01", "LR06", "LR03", "LR11")
#: A larger log is not kept for undo: there would be several of them in memory.
_LARGE = 100_000


class LogView(PanelView[Any, Any, PreventionLibrary]):
    """Drop, figures, injuries and replay. The log goes from the drop into the state, and nowhere else."""

    panel = "log"
    words = "dash4"

    def _build(self) -> None:
        load = self.library.load
        self.head = HtmlPanel(styled=False)
        self.drop = FileDrop(
            styled=False,
            read=self._read,
            done=self._take,
            failed=self._read_failed,
            limits=DROP_LIMITS,
            accept=_ACCEPT,
            texts=texts_of(self.tables, "log.drop", self.words),
        )
        self.options = FormPart(self, self.text("dash4.log.options"), self._set_option)
        self.options.widget.add_class("cnl-options")
        self.around = HtmlPanel(styled=False)
        self.summary = HtmlPanel(styled=False, label=self.text("dash4.log.summary.label"))
        self.figures = HtmlPanel(styled=False)
        self.figures.add_class(_FIGURES)
        self.spikes = HtmlPanel(styled=False)
        self.injury = FormPart(self, self.text("dash4.log.injury.form"), self._set_draft)
        self.injury.widget.add_class("cnl-injury-form")
        self.injuries = HtmlPanel(styled=False)
        self.injury_add = HtmlPanel(styled=False)
        self.slider = TimeSlider(styled=False, target=_FIGURES, texts=texts_of(self.tables, "log.slider", self.words))
        self.evening = HtmlPanel(styled=False)
        self.replay = HtmlPanel(styled=False)
        self.replay_head = HtmlPanel(styled=False)
        rules = load_rule_cards(_RULES, load, self.library.prevention)
        self.rules = HtmlPanel(styled=False, html=self._fold("log_rules", rules))
        self._open_tables: frozenset[str] = frozenset()
        self._drawn: tuple[object, markup.Html, markup.Html] = ((), markup.Html(""), markup.Html(""))
        for panel in (self.head, self.around, self.figures, self.injuries, self.injury_add):
            self._on(panel, "action", self._act)
        self._on(self.figures, "open", self._unfold)
        self._on(self.slider, "day", lambda message: self._put(remember=False, evening=str(message["day"])))
        side = ipywidgets.VBox([self.replay_head, self.slider, self.evening])
        side.add_class("cnl-side")
        self.again = ipywidgets.VBox([self.figures, side])
        self.again.add_class("cnl-again")
        self.start = ipywidgets.VBox([self.drop, self.around, self.options.widget])
        self.start.add_class("cnl-start")
        injuries = ipywidgets.VBox([self.injuries, self.injury.widget, self.injury_add])
        injuries.add_class("cnl-injured")
        self.widget = ipywidgets.VBox(
            [self.head, self.start, self.summary, self.again, self.spikes, injuries, self.replay, self.rules]
        )
        self.widget.add_class("cnl-log")

    @property
    def _state(self) -> LogState:
        state: LogState = self.store.state.log
        return state

    @property
    def _part(self) -> LogPart:
        part: LogPart = self.store.result.log
        return part

    # ---- what is done

    def _read(self, dropped: Dropped, progress: Progress) -> TrainingLog:
        """Read what was dropped; called in the thread of the drop."""
        state = self.store.state
        held = self._part.held if state.log.adding and not self._part.is_sample else None
        return read_dropped(
            dropped,
            self.library.load,
            units=state.log.units,
            today=state.today,
            before=held.log if held else None,
            progress=progress,
        )

    def _take(self, log: TrainingLog) -> None:
        self._safely(lambda: self._show_log(log))

    def _show_log(self, log: TrainingLog) -> None:
        """Show a log that was read; one of which nothing could be used leaves an earlier one where it was."""
        if not len(log):
            self._put(remember=False, attempt=HeldLog(log))
            return
        before = self._state.held
        state = self._state if not self._part.is_sample else without_log(self._state, self.library)
        large = len(log) > _LARGE
        if before is not None and before.log is not None and (large or len(before.log) > _LARGE):
            before.forget()
        self.store.change(remember=not large, log=with_log(state, log))

    def _read_failed(self, _error: Exception) -> None:
        self.store.problem = self.text("dash4.log.failed")

    def _put(self, *, remember: bool = True, **fields: Any) -> None:
        self.store.change(remember=remember, log=replace(self._state, **fields))

    def _set_option(self, name: str, value: Any) -> None:
        if name == "units" and value in UNITS:
            self._put(remember=False, units=value)
        elif name == "adding":
            self._put(remember=False, adding=value == "add")
        else:
            raise ValueError(f"There is no option {name!r}.")

    def _set_draft(self, name: str, value: Any) -> None:
        self.store.change(remember=False, log=with_draft(self._state, name, value))

    def _act(self, message: Message) -> None:
        if self._to_panel(message):
            return
        action, state = str(message["action"]), self._state
        if action == "period" and message["id"] in PERIODS:
            self._put(remember=False, period=message["id"])
        elif action == "sample":
            self.store.change(log=with_sample(state, self.library))
        elif action == "forget":
            self._forget()
        elif action == "injury-add":
            self.store.change(log=with_injury(state, self.store.state.today))
        elif action == "injury-remove":
            self.store.change(log=without_injury(state, str(message["id"])))

    def _forget(self) -> None:
        """Take the log out of the page, and out of what undo would bring back."""
        state = self._state
        self.drop.stop()
        for held in (state.held, state.attempt):
            if held is not None:
                held.forget()
        self.store.change(remember=False, log=without_log(state, self.library))
        self.store.notice = self.text("dash4.log.forgotten")

    def _unfold(self, message: Message) -> None:
        """Write a table out when its part is opened; a table of ten years is long."""
        name = str(message["part"]).removeprefix("load-")
        changed = self._open_tables | {name} if message["open"] else self._open_tables - {name}
        if changed != self._open_tables:
            self._open_tables = changed
            self._draw_figures(self._part)

    # ---- what is shown

    def _draw(self) -> None:
        part, state = self._part, self._state
        self.head.html = self._head(part)
        (self.start.add_class if part.held else self.start.remove_class)("cnl-start--full")
        self.around.html = self._around(part)
        self._draw_options(part, state)
        self.summary.html = self._summary(part)
        self._draw_figures(part)
        self._draw_injuries(part, state)
        self._draw_replay(part)

    def _head(self, part: LogPart) -> markup.Html:
        lost = ""
        if part.lost:
            key = "dash4.log.lost.injuries" if part.injuries else "dash4.log.lost"
            lost = tag("p", self.text(key), class_="cnl-note", role="note")
        return markup.join((self._heading("dash4.log.title", "dash4.log.lead"), lost))

    def _around(self, part: LogPart) -> markup.Html:
        """What becomes of a file, and the invented log for those who have none."""
        sample = tag("button", self.text("dash4.log.sample"), type="button", class_="cnw-button", data_action="sample")
        forget = tag("button", self.text("dash4.log.forget"), type="button", class_="cnw-button", data_action="forget")
        buttons = tag(
            "div", sample if not part.is_sample else None, forget if part.held else None, class_="cnp-buttons"
        )
        privacy = tag("p", self.text("dash4.log.privacy"), class_="cn-quiet")
        files = tag(
            "ul", *(tag("li", self.text(f"dash4.log.files.{name}")) for name in _FILES), class_="cn-load__notes"
        )
        if part.held:
            return markup.join((buttons, self._fold("log_files", files, privacy)))
        return markup.join((buttons, privacy, self._fold("log_files", files)))

    def _draw_options(self, part: LogPart, state: LogState) -> None:
        units = [{"id": name, "label": self.text(f"dash4.log.units.{name}")} for name in UNITS]
        fields: list[dict[str, Any]] = [
            {"id": "units", "kind": "select", "label": self.text("dash4.log.units"),
             "hint": self.text("dash4.log.units.hint"), "options": units},
        ]  # fmt: skip
        if part.held and not part.is_sample:
            ways = [{"id": name, "label": self.text(f"dash4.log.adding.{name}")} for name in ("replace", "add")]
            fields.append({"id": "adding", "kind": "radios", "label": self.text("dash4.log.adding"), "options": ways})
        self.options.show(fields, {"units": state.units, "adding": "add" if state.adding else "replace"})

    def _summary(self, part: LogPart) -> markup.Html:
        load, attempt = self.library.load, part.state.attempt
        parts: list[object] = []
        if attempt is not None and attempt.log is not None:
            kept = "dash4.log.nothing.kept" if part.held else "dash4.log.nothing"
            parts.append(
                tag(
                    "div", tag("p", tag("strong", self.text(kept))),
                    refused_part(attempt.log.rejected, load, unfolded=True), class_="cnl-note", role="alert",
                )
            )  # fmt: skip
        if part.log is not None:
            invented = tag("p", tag("strong", self.text("dash4.log.sample.mark")), class_="cnl-invented")
            parts += [
                tag("h3", self.text("dash4.log.read.title")),
                invented if part.is_sample else None,
                read_summary(part.log, load),
                refused_part(part.log.rejected, load),
            ]
        return markup.join(parts)

    def _draw_figures(self, part: LogPart) -> None:
        log, stretch = part.log, part.stretch
        if log is None:
            self.figures.html = self.spikes.html = ""
            return
        if stretch is None:
            self.figures.html = tag("p", self.text("load.figure.nothing"), class_="cnl-note")
            self.spikes.html = ""
            return
        key = (part.held, part.state.period, part.injury_days, self._open_tables)
        if key != self._drawn[0]:
            periods = {name: self.text(f"dash4.log.period.{name}") for name in PERIODS}
            drawn = load_figures(
                log,
                self.library.load,
                shown_weeks=PERIODS[part.state.period],
                injuries=part.injury_days,
                replayed=True,
                tables=self._open_tables,
            )
            html = markup.join(
                (
                    tag("h3", self.text("dash4.log.figures.title")),
                    self._choices("period", periods, part.state.period, self.text("dash4.log.period")),
                    tag("p", self.text("dash4.log.figures.injuries"), class_="cn-quiet") if part.injuries else None,
                    drawn,
                )
            )
            spikes = (tag("h3", self.text("dash4.log.spikes.title")), spike_part(log, self.library.load, stretch))
            self._drawn = (key, html, markup.join(spikes))
        _key, self.figures.html, self.spikes.html = self._drawn

    def _draw_injuries(self, part: LogPart, state: LogState) -> None:
        if part.held is None and not part.injuries:
            self.injuries.html = self.injury_add.html = ""
            self.injury.show([], {})
            return
        self.injury_add.html = tag(
            "button", self.text("dash4.log.injury.add"), type="button", class_="cnw-button", data_action="injury-add"
        )
        fields: list[dict[str, Any]] = [
            {"id": "day", "kind": "date", "label": self.text("dash4.log.injury.day")},
            {"id": "words", "kind": "text", "label": self.text("dash4.log.injury.words"),
             "placeholder": self.text("dash4.log.injury.example")},
        ]  # fmt: skip
        problems = {"day": self.text(state.refused)} if state.refused else {}
        self.injury.show(fields, {"day": state.draft.get("day", ""), "words": state.draft.get("words", "")}, problems)
        remove = self.text("dash4.log.injury.remove")
        entries = [
            tag(
                "li",
                tag("span", tag("strong", _day_words(injury.day)), " ", injury.words),
                tag("button", remove, type="button", class_="cnw-button", data_action="injury-remove",
                    data_id=injury.day.isoformat(), aria_label=f"{remove}: {_day_words(injury.day)}"),
                data_key=f"injury-{injury.day.isoformat()}",
            )
            for injury in part.injuries
        ]  # fmt: skip
        nothing = tag("p", self.text("dash4.log.injury.none"), class_="cn-quiet")
        listed = tag("ul", *entries, class_="cnl-injuries") if entries else nothing
        self.injuries.html = markup.join((tag("h3", self.text("dash4.log.injury.title")), listed))

    def _draw_replay(self, part: LogPart) -> None:
        standing, stretch, last = part.standing, part.stretch, part.last_evening
        if standing is None or stretch is None or last is None or part.evening is None:
            for panel in (self.replay_head, self.evening, self.replay):
                panel.html = ""
            self.slider.range = {}
            return
        self.replay_head.html = markup.join(
            (tag("h3", self.text("dash4.log.replay.title")), tag("p", self.text("dash4.log.replay.lead")))
        )
        with self.slider.hold_sync():
            self.slider.range = {
                "first": stretch.first.isoformat(), "last": last.isoformat(), "end": stretch.last.isoformat(),
            }  # fmt: skip
            self.slider.day = part.evening.isoformat()
        self.evening.html = self._evening(part)
        self.replay.html = self._leads(part)

    def _evening(self, part: LogPart) -> markup.Html:
        standing, load, coming = part.standing, self.library.load, part.next_injury
        assert standing is not None
        after = self.text("dash4.log.after.none")
        if coming is not None:
            days = (coming.day - standing.day).days
            after = self.text("dash4.log.after.injury", days=days, day=_day_words(coming.day), words=coming.words)
        return tag(
            "div",
            tag("h4", self.text("dash4.log.evening", day=_day_words(standing.day))),
            recent_warnings(standing, load),
            standing_list(standing, load),
            self._fold("log_after", tag("p", after)),
            class_="cnp-card",
        )

    def _leads(self, part: LogPart) -> markup.Html:
        title = tag("h3", self.text("dash4.log.leads.title"))
        if part.replay is None:
            return markup.join((title, tag("p", self.text("dash4.log.leads.no_injury"), class_="cn-quiet")))
        names: Mapping[date, str] = {injury.day: injury.words for injury in part.injuries}
        return markup.join(
            (
                title,
                tag("p", self.text("dash4.log.leads.lead")),
                replay_table(part.replay, self.library.load, names),
            )
        )


def _day_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
