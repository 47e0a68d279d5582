"""The accuracy measurement as a page: docs/accuracy.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

__all__ = ["accuracy_page"]

_INTRO = """# How often is it right, and what does that cost?

Written by `python benchmarks/accuracy.py --write`; tables version {version}. {count} case files in `benchmarks/cases`:
{published} coded from published reports, {invented} invented to fill in ordinary conditions that nobody publishes;
{serious} serious (emergency or same day in truth). How they were coded, and by whom, stands in the README beside them.

**Read this first.** Some red flags and one threshold were written after looking at misses among these very cases
(`docs/evidence-review.md` names them), so the alarm figures flatter the kit. Thirteen profile numbers (their notes say
what they were before) were revised after looking at what kept the right cause down in misses, and two assumptions of
the model (how far pretest numbers are trusted, how many answers are misread) were chosen with these cases in view.
Nothing was fitted by search. The cases are reports from the literature, which prefers the odd and the severe: rates for
everyday patients will differ.
"""
_CURVE = """## The trade-off

Every can't-miss threshold multiplied by one factor; history and examination known.

![Serious cases below same day against needless alarms, by factor](figures/triage-tradeoff.svg)

The numbers behind it are in `figures/triage-tradeoff.csv`.
"""


class Judged(Protocol):
    """What the page needs of one judged case."""

    case_id: str
    diagnosis: str
    rank: int
    leader: str
    level: str
    serious: bool
    true_level: str

    @property
    def alarmed(self) -> bool: ...


def accuracy_page(
    version: str,
    invented: int,
    summaries: Mapping[str, Mapping[str, Mapping[str, tuple[int, int]]]],
    outcomes: Mapping[str, Sequence[Judged]],
) -> str:
    """Write the page.

    Parameters
    ----------
    version
        Of the tables that were measured.
    invented
        How many of the cases are invented.
    summaries
        Counts (how many, of how many) by line, by setting, by what was known.
    outcomes
        The judged cases by setting, history and examination known; their misses are listed.
    """
    any_setting = next(iter(outcomes.values()))
    parts = [
        _INTRO.format(
            version=version,
            count=len(any_setting),
            published=len(any_setting) - invented,
            invented=invented,
            serious=sum(one.serious for one in any_setting),
        )
    ]
    parts += [_table(known, by_setting) for known, by_setting in summaries.items()]
    parts.append(_CURVE)
    parts += [_misses(setting, judged) for setting, judged in outcomes.items()]
    return "\n".join(parts)


def _table(known: str, by_setting: Mapping[str, Mapping[str, tuple[int, int]]]) -> str:
    settings = list(by_setting)
    lines = [f"## Known: {known}", "", "| | " + " | ".join(s.replace("_", " ") for s in settings) + " |"]
    lines.append("|---|" + "---|" * len(settings))
    for name in next(iter(by_setting.values())):
        cells = [by_setting[s][name] for s in settings]
        lines.append(
            f"| {name} | " + " | ".join(f"{part} of {whole} ({part / whole:.0%})" for part, whole in cells) + " |"
        )
    return "\n".join([*lines, ""])


def _misses(setting: str, judged: Sequence[Judged]) -> str:
    beyond = sorted((one for one in judged if one.rank > 3), key=lambda one: (one.diagnosis, one.case_id))
    low = [one for one in judged if one.serious and not one.alarmed]
    high = [one for one in judged if not one.serious and one.alarmed]
    lines = [f"## Misses, {setting.replace('_', ' ')}, history and examination", ""]
    lines.append(f"Not among the first three ({len(beyond)}):")
    lines += ["", *(f"* `{one.case_id}`: {one.diagnosis}, place {one.rank}; first {one.leader}" for one in beyond), ""]
    lines.append(
        f"Serious, below same day ({len(low)}): " + (", ".join(f"`{one.case_id}`" for one in low) or "none") + "."
    )
    lines += [
        "",
        f"Not serious, same day or above ({len(high)}): " + ", ".join(f"`{one.case_id}`" for one in high) + ".",
        "",
    ]
    return "\n".join(lines)
