"""Everything the markup draws on one page, from real results: accessible, and within its width."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from calfnb import markup
from calfnb.case import Case
from calfnb.markup.leg import VIEWS
from calfnb.reasoning.assessment import assess_case
from calfnb.reasoning.model import default_model
from calfnb.reasoning.results import MindChanger
from calfnb.reasoning.scoring import explain, weigh
from calfnb.tables import Tables

STRAIN = {
    "onset_mode": "sudden_in_one_stride",
    "main_zone": "medial_gastrocnemius",
    "side": "one_leg",
    "bruising": "yes",
    "calf_swelling": "no",
    "breathless_or_chest_pain": "no",
}
PICTURES = {"strain": STRAIN, "emergency": {**STRAIN, "breathless_or_chest_pain": "yes"}, "open": {"side": "one_leg"}}


def gallery(tables: Tables, theme: str) -> str:
    model = default_model()
    parts = [markup.intended_use_line(tables), markup.emergency_line(tables), markup.honesty_note(tables)]
    for name, answers in PICTURES.items():
        case = Case.create(tables, answers, setting="sports_clinic")
        assessment, evidence = assess_case(model, case), weigh(model, case)
        explanations = {
            item.condition_id: explain(model, evidence, item.condition_id) for item in assessment.ranking[:3]
        }
        settings = {
            setting: assess_case(model, Case.create(tables, answers, setting=setting)) for setting in tables.settings
        }
        changers = (MindChanger((("calf_swelling", "yes"),), "triage", "same_day", 0.1),)
        parts += [
            markup.tag("h2", name),
            markup.triage_line(assessment, tables),
            markup.triage_banner(assessment, tables),
            markup.ranking_list(assessment, tables, explanations=explanations),
            markup.unexplained_note(assessment, tables),
            markup.not_judged_list(assessment.triage, tables),
            markup.not_cleared_list(assessment.triage, tables),
            *(markup.next_question_reason(question, tables) for question in assessment.next_questions[:1]),
            markup.next_questions_list(assessment, tables),
            markup.mind_changers_list(changers, assessment, tables),
            markup.settings_strip(settings, tables, current="sports_clinic"),
            markup.answers_summary(case, tables),
        ]
    parts += [markup.leg_map(tables, selected="deep_lower_calf", view=view) for view in VIEWS]
    parts += [markup.zone_list(tables, selected=None), markup.glossary_list(tables)]
    parts += [markup.condition_page("deep_vein_thrombosis", tables), markup.printable_summary(assessment, tables)]
    parts += [markup.case_card(tables, title="Kicked from behind", story="A sprint, a pop.", setting="sports_clinic")]
    return (
        f'<!doctype html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Gallery</title>'
        f"<style>{markup.stylesheet()} body {{ margin: 0; padding: 12px }}</style></head>"
        f'<body class="cn-page"><main><h1>Gallery</h1>{markup.join(parts)}</main></body></html>'
    )


@pytest.fixture
def shown(new_page: Callable[..., Page], shipped_tables: Tables) -> Callable[[int, str], Page]:
    def show(width: int, theme: str) -> Page:
        page = new_page(width=width)
        page.set_content(gallery(shipped_tables, theme))
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
        return page

    return show


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_gallery_has_no_violation_and_keeps_its_width(
    width: int, theme: str, shown: Callable[[int, str], Page]
) -> None:
    page = shown(width, theme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_touch_areas_of_the_leg_are_large_on_a_phone(shown: Callable[[int, str], Page]) -> None:
    sizes = shown(390, "light").evaluate(
        "[...document.querySelectorAll('.cn-zone')].map(zone => {"
        " const box = zone.getBoundingClientRect(); return [zone.dataset.option, box.width, box.height]; })"
    )
    assert sizes
    assert all(width >= 44 and height >= 44 for _, width, height in sizes), sizes


def test_each_zone_takes_a_click_and_the_focus(shown: Callable[[int, str], Page]) -> None:
    page = shown(390, "light")
    reached = page.evaluate(
        "[...document.querySelectorAll('.cn-zone')].map(zone => {"
        " zone.focus(); return document.activeElement === zone; })"
    )
    assert reached
    assert all(reached)
    hit = page.evaluate(
        "[...document.querySelectorAll('.cn-zone-group')].map(group => {"
        " group.scrollIntoView({block: 'center'});"
        " const box = group.querySelector('.cn-zone__label').getBoundingClientRect();"
        " const under = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);"
        " return under?.dataset?.option === group.querySelector('.cn-zone').dataset.option; })"
    )
    assert all(hit), hit
