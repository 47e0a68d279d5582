"""What an assessment of one patient returns: frozen records, no reasoning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calfnb.tables.records import Level

__all__ = [
    "Assessment",
    "ClearingQuestion",
    "Contribution",
    "Explanation",
    "FlagNotJudged",
    "MindChanger",
    "NaturalFrequency",
    "NextQuestion",
    "RankedCondition",
    "Triage",
    "TriageReason",
]


@dataclass(frozen=True, slots=True)
class NaturalFrequency:
    """``about`` of ``out_of`` runners like this one; plausibly ``low`` to ``high``.

    ``fewer_than`` is set when the honest count is below one of ``out_of``.
    """

    about: int
    low: int
    high: int
    out_of: int
    fewer_than: bool


@dataclass(frozen=True, slots=True)
class RankedCondition:
    """A condition with its posttest probability (0-1), its 80 % interval and its stability.

    ``band`` is one of ``leading``, ``possible``, ``less_likely``, ``not_excluded``;
    ``first_share`` is the share of draws in which this condition comes first (0-1).
    """

    condition_id: str
    probability: float
    low: float
    high: float
    band: str
    frequency: NaturalFrequency
    first_share: float


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one answer does to the log-odds of a condition against all others together.

    Positive speaks for, negative against; ``weight`` (0-1) is what damping left of it.
    """

    finding_id: str
    option_id: str
    log_odds: float
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a condition stands where it stands.

    ``pretest_log_odds`` plus the sum of ``contributions`` is ``posttest_log_odds``.
    ``unexplained``: answers that this condition leaves unexplained.
    ``expected_absent``: findings that it usually shows and that were answered otherwise.
    """

    condition_id: str
    pretest_log_odds: float
    posttest_log_odds: float
    contributions: tuple[Contribution, ...]
    unexplained: tuple[str, ...]
    expected_absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClearingQuestion:
    """A question whose reassuring answer would bring a condition nearer to its threshold or below."""

    finding_id: str
    option_id: str


@dataclass(frozen=True, slots=True)
class TriageReason:
    """One thing that asks for a level.

    ``kind`` is ``red_flag``, ``rule``, ``threshold`` or ``leading``; ``because`` names the answers
    behind it. ``cleared_by`` is not empty when a threshold is passed only because little was
    asked: the questions that could still clear it.
    """

    kind: str
    reason_id: str
    condition_id: str
    level: Level
    name: str
    action: str
    reason: str
    because: tuple[str, ...]
    cleared_by: tuple[ClearingQuestion, ...]
    basis: str
    source_id: str


@dataclass(frozen=True, slots=True)
class FlagNotJudged:
    """A red flag that the answers so far can neither raise nor rule out."""

    flag_id: str
    level: Level
    name: str
    ask: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Triage:
    """The level, every reason for it (most urgent first) and the flags that could not be judged.

    ``provisional`` is true when every reason at this level is a threshold not cleared yet.
    """

    level: Level
    reasons: tuple[TriageReason, ...]
    not_judged: tuple[FlagNotJudged, ...]
    provisional: bool


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """A question worth asking next.

    ``information_bits`` is the expected drop of uncertainty over the conditions, ``harm_avoided``
    the expected change at the triage thresholds (0-1), ``value`` what ranks the questions,
    ``sentence`` why it is asked, in plain words.
    """

    finding_id: str
    information_bits: float
    harm_avoided: float
    value: float
    sentence: str
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MindChanger:
    """A smallest set of further answers that changes the leader or the triage level."""

    answers: tuple[tuple[str, str], ...]
    changes: str
    becomes: str
    probability: float


@dataclass(frozen=True)
class Assessment:
    """Everything the kit says about one patient."""

    setting: str
    answers: Mapping[str, str]
    tables_version: str
    triage: Triage
    ranking: tuple[RankedCondition, ...]
    enough_to_tell: bool
    enough_reason: str
    unexplained: tuple[str, ...]
    expected_absent: tuple[str, ...]
    next_questions: Sequence[NextQuestion]
