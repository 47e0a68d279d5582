"""The way in: what there is, for whom, and how sure its numbers are."""

from __future__ import annotations

import ipywidgets

from calfnb import markup
from calfnb.dashboards.lesson import Lesson
from calfnb.dashboards.page_view import top_lines
from calfnb.tables import Tables, load_tables
from calfnb.widgets import HtmlPanel

__all__ = ["LESSON", "IndexPage", "build"]

LESSON = Lesson("index", "index")


class IndexPage(ipywidgets.VBox):
    """A card for each lesson, and what the tables hold, counted from the tables themselves."""

    def __init__(self, lessons: tuple[Lesson, ...], tables: Tables | None = None) -> None:
        tables = tables or load_tables()
        shown = [lesson for lesson in lessons if lesson.name != LESSON.name]
        cards = HtmlPanel(styled=False, html=_cards(shown, tables))
        sure = HtmlPanel(styled=False, html=_how_sure(tables), label=tables.text("ui.index.sure"))
        super().__init__([top_lines(tables, styled=True), cards, sure])
        self.add_class("cnw-page")


def build(code: str | None = None) -> IndexPage:
    """Build the index. It has no state, so ``code`` changes nothing."""
    del code
    # Imported here, because the list of the lessons comes from the package that this module belongs to.
    from calfnb.dashboards import lessons

    return IndexPage(lessons())


def _cards(lessons: list[Lesson], tables: Tables) -> markup.Html:
    return markup.tag("div", *(_card(lesson, tables) for lesson in lessons), class_="cnw-cards")


def _card(lesson: Lesson, tables: Tables) -> markup.Html:
    text, tag = tables.text, markup.tag
    start = f"ui.lesson.{lesson.name}"
    return tag(
        "article",
        tag("h2", text(f"{start}.title"), class_="cnw-card-title"),
        tag("p", text(f"{start}.purpose")),
        tag("p", text(f"{start}.time"), class_="cn-quiet"),
        tag("a", text("ui.index.open", title=text(f"{start}.title")), class_="cnw-button cnw-button-strong cnw-open",
            data_lesson=lesson.notebook),
        class_="cnw-lesson",
    )  # fmt: skip


def _how_sure(tables: Tables) -> markup.Html:
    counts = {
        "conditions": len(tables.conditions),
        "questions": len(tables.findings),
        "numbers": len(tables.profiles),
        "flags": len(tables.red_flags),
        "sources": len(tables.sources),
        "claims": len(tables.claims),
    }
    items = markup.join(
        markup.tag("div", markup.tag("dt", tables.text(f"ui.index.count.{name}")), markup.tag("dd", f"{count:,}"))
        for name, count in counts.items()
    )
    return markup.tag(
        "section",
        markup.tag("h2", tables.text("ui.index.sure"), class_="cnw-card-title"),
        markup.honesty_note(tables),
        markup.tag("dl", items, class_="cnw-counts"),
        class_="cnw-lesson",
    )
