"""Results as HTML and SVG strings: pure functions, and the only place that escapes."""

from calfnb.markup.asking import mind_changers_list, next_question_reason, next_questions_list
from calfnb.markup.assets import stylesheet
from calfnb.markup.explain import explanation_table, unexplained_note
from calfnb.markup.html import Html, escape, join, tag
from calfnb.markup.leg import leg_map, leg_map_data, zone_list
from calfnb.markup.notes import emergency_line, glossary_list, honesty_note, intended_use_line, source_note
from calfnb.markup.pages import answers_summary, case_card, condition_page, printable_summary
from calfnb.markup.ranking import ranking_list
from calfnb.markup.settings import settings_strip
from calfnb.markup.triage import not_cleared_list, not_judged_list, triage_banner, triage_line

__all__ = [
    "Html",
    "answers_summary",
    "case_card",
    "condition_page",
    "emergency_line",
    "escape",
    "explanation_table",
    "glossary_list",
    "honesty_note",
    "intended_use_line",
    "join",
    "leg_map",
    "leg_map_data",
    "mind_changers_list",
    "next_question_reason",
    "next_questions_list",
    "not_cleared_list",
    "not_judged_list",
    "printable_summary",
    "ranking_list",
    "settings_strip",
    "source_note",
    "stylesheet",
    "tag",
    "triage_banner",
    "triage_line",
    "unexplained_note",
    "zone_list",
]
