"""Patients in a few answers: none too late, few too early.

The scenarios are data (``scenarios.json``); each names the least and the most urgent level that will do, and why.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import calfnb
from calfnb.tables.logic import AllOf, AnyOf, AtLeast, Expression, Is, Node, Not, parse
from calfnb.tables.records import LEVELS, RedFlag

Scenario = dict[str, Any]
SCENARIOS: list[Scenario] = json.loads((Path(__file__).parent / "scenarios.json").read_text("utf-8"))["scenarios"]
DANGEROUS = [scenario for scenario in SCENARIOS if LEVELS.index(scenario["min_level"]) >= LEVELS.index("same_day")]
FROM_REVIEW = [scenario for scenario in SCENARIOS if scenario["from_review"]]


def named(scenario: Scenario) -> str:
    return str(scenario["scenario_id"])


def answers_of(scenario: Scenario) -> dict[str, str]:
    return dict(scenario["findings"])


@cache
def parsed_flags() -> tuple[tuple[RedFlag, Expression], ...]:
    tables = calfnb.load_tables()
    findings = {finding_id: finding.option_ids for finding_id, finding in tables.findings.items()}
    return tuple((flag, parse(flag.logic, findings=findings, rules=tables.rules)) for flag in tables.red_flags.values())


@cache
def score_items() -> tuple[tuple[str, Expression, float], ...]:
    tables = calfnb.load_tables()
    findings = {finding_id: finding.option_ids for finding_id, finding in tables.findings.items()}
    return tuple(
        (item.rule_id, parse(item.logic, findings=findings), item.points) for item in tables.rule_items if item.logic
    )


def lowest_scores(answers: dict[str, str]) -> dict[str, float]:
    """Return the points that each score has for sure."""
    scores: dict[str, float] = {}
    for rule_id, logic, points in score_items():
        scores[rule_id] = scores.get(rule_id, 0.0) + (points if logic.holds(answers) else 0.0)
    return scores


def flags_of(answers: dict[str, str]) -> dict[str, str]:
    """Return the level of every flag that is raised."""
    scores = lowest_scores(answers)
    return {flag.flag_id: flag.level for flag, logic in parsed_flags() if logic.holds(answers, scores)}


def urgency(level: str) -> int:
    return LEVELS.index(level)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=named)
def test_level_is_neither_too_low_nor_too_high(scenario: Scenario) -> None:
    triage = calfnb.assess(answers_of(scenario), setting="sports_clinic").triage
    told = [(reason.level, reason.reason_id) for reason in triage.reasons]
    assert urgency(triage.level) >= urgency(scenario["min_level"]), f"too low: {scenario['reason']} {told}"
    assert urgency(triage.level) <= urgency(scenario["max_level"]), f"too high: {scenario['reason']} {told}"


@pytest.mark.parametrize("setting", ["emergency_department", "primary_care_community"])
@pytest.mark.parametrize("scenario", DANGEROUS, ids=named)
def test_dangerous_scenarios_are_caught_in_every_setting(scenario: Scenario, setting: str) -> None:
    triage = calfnb.assess(answers_of(scenario), setting=setting).triage
    assert urgency(triage.level) >= urgency(scenario["min_level"]), scenario["reason"]


@pytest.mark.parametrize("scenario", FROM_REVIEW, ids=named)
def test_flags_alone_reach_the_level_of_the_review(scenario: Scenario) -> None:
    """The scenario checks of the safety review must not depend on any probability."""
    raised = flags_of(answers_of(scenario))
    level = max(map(urgency, raised.values()), default=0)
    assert urgency(scenario["min_level"]) <= level <= urgency(scenario["max_level"]), f"{scenario['reason']} {raised}"


def test_nothing_answered_raises_no_flag() -> None:
    assert flags_of({}) == {}


@pytest.mark.parametrize(("flag", "logic"), parsed_flags(), ids=lambda value: getattr(value, "flag_id", ""))
def test_every_flag_can_be_raised(flag: RedFlag, logic: Expression) -> None:
    assert logic.could_hold({}), f"{flag.flag_id} can never be raised"
    assert set(logic.names()) <= set(calfnb.load_tables().findings)


def calming_uses(node: Node, wanted: bool = True) -> list[tuple[str, str]]:
    """Return the options whose choice could take a flag back: those that stand under a negation."""
    if isinstance(node, Is):
        return [] if wanted else [(node.finding_id, node.option_id)]
    if isinstance(node, Not):
        return calming_uses(node.operand, not wanted)
    if isinstance(node, AtLeast):
        return []
    assert isinstance(node, AllOf | AnyOf)
    return [use for operand in node.operands for use in calming_uses(operand, wanted)]


@pytest.mark.parametrize(("flag", "logic"), parsed_flags(), ids=lambda value: getattr(value, "flag_id", ""))
def test_no_alarming_answer_takes_a_flag_back(flag: RedFlag, logic: Expression) -> None:
    findings = calfnb.load_tables().findings
    wrong = [(name, option) for name, option in calming_uses(logic.root) if option in findings[name].alarming]
    assert not wrong, f"{flag.flag_id} is cancelled by {wrong}"


def test_more_alarming_answers_never_lower_the_flags() -> None:
    """Replace one answer or one unknown by an alarming option, in every scenario, for every finding."""
    findings = calfnb.load_tables().findings
    for scenario in SCENARIOS:
        answers = answers_of(scenario)
        before = max(map(urgency, flags_of(answers).values()), default=0)
        for finding_id, finding in findings.items():
            for option in finding.alarming:
                after = max(map(urgency, flags_of({**answers, finding_id: option}).values()), default=0)
                assert after >= before, f"{scenario['scenario_id']}: {finding_id}={option}"


def test_every_same_day_or_emergency_flag_is_reached_by_a_scenario() -> None:
    reached = {flag_id for scenario in SCENARIOS for flag_id in flags_of(answers_of(scenario))}
    urgent = {flag.flag_id for flag, _ in parsed_flags() if urgency(flag.level) >= urgency("same_day")}
    assert not urgent - reached, f"no scenario raises {sorted(urgent - reached)}"


def test_every_condition_has_a_leading_threshold() -> None:
    tables = calfnb.load_tables()
    leading = {row.condition_id for row in tables.thresholds if row.threshold_id.startswith("lead_")}
    assert leading == set(tables.conditions)


def test_every_condition_not_to_miss_has_a_threshold_in_every_setting() -> None:
    tables = calfnb.load_tables()
    for condition in tables.conditions.values():
        rows = [
            row
            for row in tables.thresholds
            if row.condition_id == condition.condition_id and row.threshold_id.startswith("miss_") and not row.when
        ]
        covered = {row.setting_id for row in rows}
        if condition.cant_miss:
            assert "" in covered or covered == set(tables.settings), condition.condition_id


@pytest.mark.parametrize(
    ("answers", "lowest"),
    [
        ({}, 0.0),
        ({"ex_calf_3cm_larger": "yes"}, 1.0),
        ({"ex_calf_3cm_larger": "yes", "ex_deep_vein_tenderness": "yes", "active_cancer": "no"}, 2.0),
    ],
)
def test_clot_score_counts_only_what_is_sure_and_never_the_clinicians_item(
    answers: dict[str, str], lowest: float
) -> None:
    assert lowest_scores(answers)["wells_2003_two_level"] == lowest
    items = {item.item_id: item for item in calfnb.load_tables().rule_items if item.rule_id == "wells_2003_two_level"}
    assert items["alternative_as_likely"].points == -2
    assert items["alternative_as_likely"].logic == ""
