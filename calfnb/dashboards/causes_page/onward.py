"""The way from the page of causes to the lessons that go on with the same patient."""

from __future__ import annotations

from calfnb import markup
from calfnb.case import encode_case
from calfnb.dashboards.causes_page.views import View
from calfnb.widgets import HtmlPanel

__all__ = ["OnwardView"]

#: Lessons that read the patient from the address, each with the key of its words.
_LESSONS = (
    ("02_tests_and_rules", "dash2.onward"),
    ("03_care_and_return", "dash3.onward"),
    ("04_prevention", "dash4.onward"),
    ("05_warm_up", "dash5.onward"),
)


class OnwardView(View):
    """Links that carry the patient's code."""

    def _build(self) -> None:
        self.widget = HtmlPanel(styled=False)

    def _refresh(self) -> None:
        state = self.store.state
        code = encode_case(state.case, self.tables, mode=state.mode) if state.case.answers else None
        links = (
            markup.tag("a", self.tables.text(words), class_="cnw-button cnw-onward", data_lesson=lesson, data_code=code)
            for lesson, words in _LESSONS
        )
        self.widget.html = markup.tag("p", *links, class_="cnw-onward-links")
