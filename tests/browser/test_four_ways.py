"""One golden state, four ways to ask: Python, the command line, the notebook's own state, the page under Voilà."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import calfnb
from calfnb.case import Case, encode_case
from calfnb.dashboards.causes_page.state import CausesState, evaluate
from calfnb.markup.words import condition_name, frequency_words, level_words
from calfnb.reasoning.assessment import assessment_to_dict
from calfnb.reasoning.model import default_model
from calfnb.reasoning.outlook import open_steps

#: A runner with a sudden inner-calf pain, and a calf that swells and gets worse at rest.
GOLDEN = Case(
    "emergency_department",
    {
        "breathless_or_chest_pain": "no",
        "calf_swelling": "yes",
        "side": "one_leg",
        "main_zone": "medial_gastrocnemius",
        "onset_mode": "sudden_in_one_stride",
        "onset_pop_or_snap": "yes",
        "bruising": "yes",
        "began_in_sprint_or_hill": "yes",
        "symptom_duration": "d1_to_7",
        "age_band": "a40_54",
        "worse_calf_stretch": "yes",
        "worse_over_48h_despite_rest": "yes",
    },
)
SHOWN = 3


@pytest.fixture(scope="module")
def by_python() -> dict[str, object]:
    """What the three lines of the README give, as plain values."""
    result = calfnb.assess(dict(GOLDEN.answers), setting=GOLDEN.setting)
    return json.loads(json.dumps(assessment_to_dict(result)))


def test_the_command_line_says_the_same(by_python: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(GOLDEN.to_json(), encoding="utf-8")
    command = [sys.executable, "-m", "calfnb", "assess", str(path), "--json"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == by_python


def test_the_notebook_says_the_same(by_python: dict[str, object]) -> None:
    model = default_model()
    result = evaluate(CausesState(case=GOLDEN), model)
    assert json.loads(json.dumps(assessment_to_dict(result.assessment))) == by_python
    # Going through more of the page changes what is shown, never what is computed.
    later = replace(CausesState(case=GOLDEN), screen_done=True, mode="free", view="medial")
    assert evaluate(later, model).assessment.ranking == result.assessment.ranking
    assert open_steps(model, GOLDEN.answers) == ("red_flags", "where", "story")


def test_the_page_says_the_same(
    by_python: dict[str, object], new_page: Callable[..., Page], open_lesson: Callable[..., Page]
) -> None:
    """The page restores the golden state from its address; what it shows is what Python gave, in words."""
    tables = default_model().tables
    result = calfnb.assess(GOLDEN)
    page = open_lesson(new_page(1280), "01_causes", f"#s={encode_case(GOLDEN, tables)}")

    expect(page.locator(".cn-triage__level").first).to_have_text(level_words(result.triage.level, tables))
    cards = page.locator(".cn-cards > *")
    expect(cards).to_have_count(SHOWN)
    for place, ranked in enumerate(result.ranking[:SHOWN]):
        expect(cards.nth(place).locator(".cn-card__name")).to_have_text(condition_name(ranked.condition_id, tables))
        expect(cards.nth(place).locator(".cn-card__words")).to_have_text(frequency_words(ranked.frequency, tables))
    rest = page.locator("table.cn-rest tbody tr")
    names = [condition_name(ranked.condition_id, tables) for ranked in result.ranking[SHOWN:]]
    rows = [text.splitlines() for text in rest.all_text_contents()]
    assert len(rows) == len(names)
    assert all(name in " ".join(row) for name, row in zip(names, rows, strict=True))
    banner = page.locator(".cn-triage").first.text_content() or ""
    worst = [reason for reason in result.triage.reasons if reason.level == result.triage.level]
    assert any(reason.name in banner for reason in worst)
    assert assessment_to_dict(result)["ranking"] == by_python["ranking"]
