"""An assessment as plain text for a terminal; the sentences stand in the text table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import fill

from calfnb.markup.words import answer_words, band_words, condition_name, finding_words, frequency_words, level_words
from calfnb.reasoning.results import Assessment, TriageReason
from calfnb.tables.records import Tables

__all__ = ["assessment_lines"]

_WIDTH = 100
#: Conditions that are spelt out; the others are named in one line.
_SPELT_OUT = 5


def assessment_lines(assessment: Assessment, tables: Tables) -> Iterator[str]:
    """Yield the lines of an assessment: level first, then causes, then what to ask."""
    setting = tables.settings[assessment.setting].name
    yield tables.text(
        "cli.assess.head", setting=setting, count=len(assessment.answers), version=assessment.tables_version
    )
    yield ""
    yield from _level(assessment, tables)
    yield ""
    yield from _causes(assessment, tables)
    if assessment.next_questions:
        yield ""
        yield tables.text("cli.assess.next")
        for question in assessment.next_questions:
            finding = tables.findings[question.finding_id]
            yield from _item(f"{finding.question} ({question.finding_id})")
            yield from _item(question.sentence, mark="    ")
    yield ""
    yield from _wrapped(tables.text("markup.intended_use"))


def _level(assessment: Assessment, tables: Tables) -> Iterator[str]:
    triage = assessment.triage
    yield tables.text("cli.assess.level", level=level_words(triage.level, tables).upper())
    yield from _wrapped(tables.text(f"markup.level.{triage.level}.where"))
    for reason in triage.reasons:
        yield from _reason(reason, tables)
    if triage.not_judged:
        yield ""
        names = list(dict.fromkeys(flag.name for flag in triage.not_judged))
        yield from _wrapped(tables.text("cli.assess.not_judged", count=len(names), names="; ".join(names[:_SPELT_OUT])))


def _reason(reason: TriageReason, tables: Tables) -> Iterator[str]:
    yield from _item(f"{level_words(reason.level, tables)}: {reason.name}. {reason.reason}")
    if reason.because:
        names = ", ".join(finding_words(name, tables) for name in reason.because)
        yield from _item(tables.text("cli.assess.because", names=names), mark="    ")
    if reason.cleared_by and reason.kind == "threshold":
        asked = "; ".join(answer_words(item.finding_id, item.option_id, tables) for item in reason.cleared_by)
        yield from _item(tables.text("cli.assess.clear", names=asked), mark="    ")


def _causes(assessment: Assessment, tables: Tables) -> Iterator[str]:
    yield tables.text("cli.assess.causes")
    yield from _wrapped(assessment.enough_reason)
    for place, condition in enumerate(assessment.ranking[:_SPELT_OUT], start=1):
        name, band = condition_name(condition.condition_id, tables), band_words(condition.band, tables)
        yield from _item(f"{place}. {name} ({band}): {frequency_words(condition.frequency, tables)}")
    rest = ", ".join(condition_name(c.condition_id, tables) for c in assessment.ranking[_SPELT_OUT:])
    if rest:
        yield from _item(tables.text("cli.assess.rest", names=rest))
    for key, findings in (("unexplained", assessment.unexplained), ("absent", assessment.expected_absent)):
        if findings:
            names = ", ".join(finding_words(name, tables) for name in findings)
            yield from _wrapped(tables.text(f"cli.assess.{key}", names=names))


def _item(text: str, mark: str = "  - ") -> Iterable[str]:
    return fill(text, _WIDTH, initial_indent=mark, subsequent_indent="    ").splitlines()


def _wrapped(text: str) -> Iterable[str]:
    return fill(text, _WIDTH).splitlines()
