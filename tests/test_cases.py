"""The shape of the case files: published cases for evaluation and invented cases for teaching.

Every finding and option named in a case must exist in ``data/findings.csv``, and every condition in
``data/conditions.csv``. A case file with a key that nobody reads is as wrong as one with a key missing.
"""

from __future__ import annotations

import csv
import functools
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
PUBLISHED = sorted((ROOT / "benchmarks" / "cases").glob("*.toml"))
TEACHING = sorted((DATA / "cases").glob("*.toml"))

LEVELS = ("emergency_now", "same_day", "within_days", "routine", "self_care")
SERIOUS_LEVELS = ("emergency_now", "same_day")
SETTINGS = ("sports_clinic", "emergency_department", "primary_care_community")
CODED_FROM = ("abstract", "report_excerpt", "full_case", "case_page", "invented")
STEPS_OF_SECTION = {
    "history": {"red_flags", "where", "story"},
    "examination": {"examination"},
    "tests": {"tests"},
}
PUBLISHED_KEYS = {
    "id", "title", "diagnosis", "also_accept", "presentation", "serious", "true_level", "setting",
    "coded_from", "summary", "source", "history", "examination", "tests",
}  # fmt: skip
TEACHING_KEYS = {
    "id", "title", "for_teacher", "patient_text", "setting", "diagnosis", "level", "ask_next", "pitfalls",
    "answers",
}  # fmt: skip
MIN_CODED_FINDINGS = 4


def read_case(path: Path) -> dict[str, Any]:
    """Return one case file as a dictionary."""
    with path.open("rb") as handle:
        return tomllib.load(handle)


@functools.lru_cache(maxsize=1)
def catalogue() -> dict[str, tuple[str, frozenset[str]]]:
    """Return finding id -> (step, options)."""
    with (DATA / "findings.csv").open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    return {row["finding_id"]: (row["step"], frozenset(row["options"].split(";"))) for row in rows}


@functools.lru_cache(maxsize=1)
def condition_ids() -> frozenset[str]:
    """Return the known condition ids."""
    with (DATA / "conditions.csv").open(newline="", encoding="utf-8") as handle:
        return frozenset(row["condition_id"] for row in csv.DictReader(handle))


def problems_with_answers(answers: dict[str, str], section: str | None) -> list[str]:
    """Return one sentence for each unknown finding, unknown option or finding in the wrong section."""
    known = catalogue()
    found = []
    for finding, option in answers.items():
        if finding not in known:
            found.append(f"unknown finding {finding}")
            continue
        step, options = known[finding]
        if option not in options:
            found.append(f"{finding} has no option {option}; it has {sorted(options)}")
        if section and step not in STEPS_OF_SECTION[section]:
            found.append(f"{finding} belongs to step {step}, not under [{section}]")
    return found


def test_there_are_cases() -> None:
    assert PUBLISHED, "no evaluation cases found"
    assert (DATA / "cases" / "worked_case.toml") in TEACHING, "the case the first page opens with is missing"


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
class TestEvaluationCase:
    """One case of ``benchmarks/cases``."""

    def test_has_the_keys_of_a_case_and_no_others(self, path: Path) -> None:
        keys = set(read_case(path)) - {"coding_note"}
        assert keys == PUBLISHED_KEYS

    def test_words_come_from_the_known_lists(self, path: Path) -> None:
        case = read_case(path)
        assert case["id"] == path.stem
        assert case["presentation"] in ("typical", "atypical")
        assert case["setting"] in SETTINGS
        assert case["coded_from"] in CODED_FROM
        assert case["title"].strip()
        assert case["summary"].strip()

    def test_serious_follows_from_the_level(self, path: Path) -> None:
        case = read_case(path)
        assert case["true_level"] in LEVELS
        assert case["serious"] == (case["true_level"] in SERIOUS_LEVELS)

    def test_source_says_where_it_was_seen(self, path: Path) -> None:
        case = read_case(path)
        source = case["source"]
        if source["kind"] == "invented":
            assert set(source) == {"kind"}
            assert case["coded_from"] == "invented"
            return
        assert source["kind"] == "published"
        assert set(source) - {"year"} == {"kind", "authors", "title", "publication", "address"}
        assert source["address"].startswith("http")

    def test_enough_findings_are_coded(self, path: Path) -> None:
        case = read_case(path)
        assert sum(len(case[section]) for section in STEPS_OF_SECTION) >= MIN_CODED_FINDINGS

    def test_findings_and_options_exist(self, path: Path) -> None:
        case = read_case(path)
        found = [line for section in STEPS_OF_SECTION for line in problems_with_answers(case[section], section)]
        assert not found, "; ".join(found)

    def test_conditions_exist(self, path: Path) -> None:
        case = read_case(path)
        named = {case["diagnosis"], *case["also_accept"]}
        assert named <= condition_ids()
        assert case["diagnosis"] not in case["also_accept"]


@pytest.mark.parametrize("path", TEACHING, ids=lambda path: path.stem)
class TestTeachingCase:
    """One invented case of ``data/cases``."""

    def test_has_the_keys_of_a_case_and_no_others(self, path: Path) -> None:
        assert set(read_case(path)) - {"also_accept", "stages"} == TEACHING_KEYS

    def test_words_come_from_the_known_lists(self, path: Path) -> None:
        case = read_case(path)
        assert case["id"] == path.stem
        assert case["setting"] in SETTINGS
        assert case["level"] in LEVELS
        for key in ("title", "for_teacher", "patient_text"):
            assert case[key].strip()
        assert case["pitfalls"]
        assert all(line.strip() for line in case["pitfalls"])

    def test_next_questions_have_a_reason_and_are_not_answered_yet(self, path: Path) -> None:
        case = read_case(path)
        assert case["ask_next"]
        for item in case["ask_next"]:
            assert set(item) == {"finding", "why", "reveals"}
            assert item["why"].strip()
            assert item["finding"] not in case["answers"]

    def test_findings_and_options_exist(self, path: Path) -> None:
        case = read_case(path)
        revealed = {item["finding"]: item["reveals"] for item in case["ask_next"]}
        found = problems_with_answers(case["answers"], None) + problems_with_answers(revealed, None)
        assert not found, "; ".join(found)

    def test_stages_tell_each_answer_once(self, path: Path) -> None:
        case = read_case(path)
        if "stages" not in case:
            return
        told = [finding for stage in case["stages"] for finding in stage["tells"]]
        assert sorted(told) == sorted(case["answers"])
        for stage in case["stages"]:
            assert set(stage) == {"when", "text", "tells"}

    def test_condition_exists(self, path: Path) -> None:
        case = read_case(path)
        assert {case["diagnosis"], *case.get("also_accept", [])} <= condition_ids()

    def test_never_tells_the_reader_what_they_have(self, path: Path) -> None:
        assert "you have" not in path.read_text(encoding="utf-8").lower()
