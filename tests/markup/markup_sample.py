"""A hand-made assessment and tables whose every word from data is the same given text."""

from __future__ import annotations

from collections.abc import Mapping

from calfnb.reasoning.results import (
    Assessment,
    ClearingQuestion,
    Contribution,
    Explanation,
    FlagNotJudged,
    MindChanger,
    NaturalFrequency,
    NextQuestion,
    RankedCondition,
    Triage,
    TriageReason,
)
from calfnb.tables.records import (
    Background,
    BodyZone,
    Condition,
    Finding,
    Option,
    Profile,
    RedFlag,
    Setting,
    Source,
    Tables,
)

ZONES = (
    "medial_gastrocnemius",
    "lateral_gastrocnemius",
    "deep_lower_calf",
    "achilles_midportion",
    "achilles_insertion",
    "posteromedial_shin",
    "anterolateral_leg",
    "fibula_line",
    "behind_knee",
    "whole_calf",
    "anterior_shin_crest",
)


def sample_tables(text: str, messages: Mapping[str, str]) -> Tables:
    """Two settings, five conditions and three findings, all described by ``text``."""
    conditions = {
        f"c{number}{text}": Condition(
            f"c{number}{text}", text, text, text, (text,), text, text, text, text, "same_day", True, ()
        )
        for number in range(5)
    }
    findings = {}
    for number, (kind, options) in enumerate((("yes_no", ("yes", "no")), ("single_choice", ("a", "b")))):
        finding_id = f"f{number}{text}"
        findings[finding_id] = Finding(
            finding_id, "story", text, "history", kind, text, text, text, text, text, False, True, (), "",
            tuple(Option(finding_id, option, text, text, ()) for option in options), (),
        )  # fmt: skip
    source = Source("s", text, 2020, text, text, text, "https://example.org/", "secondary_page", text)
    profiles = tuple(
        Profile(
            condition, finding, "yes" if finding.startswith("f0") else "a", 0.7, 0.5, 0.9, "published", "s", text, ()
        )
        for condition in conditions
        for finding in findings
    )
    background = tuple(
        Background(finding, "yes" if finding.startswith("f0") else "a", 0.2, 0.1, 0.3, "judgement", "s", text)
        for finding in findings
    )
    return Tables(
        version=text,
        sources={"s": source},
        claims={},
        conditions=conditions,
        settings={name: Setting(name, text, text) for name in ("here", "there")},
        pretest=(),
        tiers={},
        findings=findings,
        profiles=profiles,
        background=background,
        red_flags={"r": RedFlag("r", text, "", "emergency_now", text, text, text, "judgement", "s", (), ())},
        thresholds=(),
        rules={},
        rule_items=(),
        rule_bands=(),
        body_zones=tuple(BodyZone(zone, zone, ("posterior",), text, text, ()) for zone in ZONES),
        messages={key: value for key, value in messages.items() if not key.startswith("zone.")},
    )


def sample_assessment(text: str, *, level: str = "same_day", enough: bool = True) -> Assessment:
    """An assessment with something in every field."""
    yes_no, choice = f"f0{text}", f"f1{text}"
    reasons = tuple(
        TriageReason(
            kind, "r", f"c1{text}", level, text, text, text, (yes_no, text, f"{choice}=a"),
            (ClearingQuestion(yes_no, "no"), ClearingQuestion(choice, "b")), "judgement", "s",
        )
        for kind in ("red_flag", "rule", "threshold", "leading")
    )  # fmt: skip
    counts = (
        NaturalFrequency(6, 4, 8, 10, False),
        NaturalFrequency(1, 0, 3, 10, False),
        NaturalFrequency(0, 0, 1, 100, True),
        NaturalFrequency(10, 9, 10, 10, False),
        NaturalFrequency(4, 1, 9, 100, False),
    )
    shares = (0.83, 0.0, 0.001, 1.0, 0.16)
    ranking = tuple(
        RankedCondition(
            f"c{number}{text}", (0.6, 0.1, 0.001, 0.999, 0.04)[number], 0.0, 1.0, band, counts[number], share
        )
        for number, (band, share) in enumerate(
            zip(("leading", "possible", "less_likely", "not_excluded", "not_excluded"), shares, strict=True)
        )
    )
    flags = tuple(FlagNotJudged(f"n{number}", "emergency_now", text, (yes_no, choice) * 3) for number in range(8))
    return Assessment(
        setting="here",
        answers={yes_no: "yes", choice: "a"},
        tables_version=text,
        triage=Triage(level, reasons, flags, provisional=True),
        ranking=ranking,
        enough_to_tell=enough,
        enough_reason=text,
        unexplained=(yes_no,),
        expected_absent=(choice,),
        next_questions=(NextQuestion(yes_no, 0.4, 0.1, 0.5, text, (f"c0{text}", f"c1{text}")),),
    )


def sample_explanation(text: str) -> Explanation:
    """Contributions for and against and one that is silent; they add up."""
    contributions = (
        Contribution(f"f0{text}", "yes", 1.26, 1.0),
        Contribution(f"f1{text}", "a", -0.44, 0.7),
        Contribution(f"f0{text}", "no", 0.01, 1.0),
    )
    total = -1.9 + sum(item.log_odds for item in contributions)
    return Explanation(f"c0{text}", -1.9, total, contributions, (f"f0{text}",), (f"f1{text}",))


def sample_changers(text: str) -> tuple[MindChanger, ...]:
    """One set that changes the leader, one that changes the level; enough of them to be folded."""
    return (
        MindChanger(((f"f0{text}", "yes"), (f"f1{text}", "b")), "leader", f"c1{text}", 0.08),
        *(MindChanger(((f"f0{text}", "no"),), "triage", "emergency_now", 0.0),) * 5,
    )
