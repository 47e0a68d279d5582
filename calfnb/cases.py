"""Invented patients to read step by step: one TOML file each, in ``data/cases``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from calfnb.case import Case, CaseError
from calfnb.tables import shipped_folder
from calfnb.tables.problems import InputError, did_you_mean
from calfnb.tables.records import LEVELS, Tables

__all__ = ["AskNext", "CaseFileError", "Stage", "WorkedCase", "case_files", "load_case", "load_cases"]

_TEXTS = ("id", "title", "for_teacher", "patient_text", "setting", "diagnosis", "level")
_STEPS = ("red_flags", "where", "story", "examination", "tests")


class CaseFileError(InputError):
    """A case file cannot be used; ``problems`` says what to mend, one sentence each."""

    def __init__(self, path: Path, problems: tuple[str, ...]) -> None:
        self.path = path
        self.problems = problems
        super().__init__(f"{path.name}: {' '.join(problems)}")


@dataclass(frozen=True, slots=True)
class AskNext:
    """A question that the case asks after its beginning, why, and the answer it brings."""

    finding_id: str
    why: str
    option_id: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the story that is told at once: when, in words, and the answers that it gives."""

    when: str
    text: str
    tells: tuple[str, ...]


@dataclass(frozen=True)
class WorkedCase:
    """An invented patient: what they tell, what is known, what to ask, and the key.

    ``answers`` are what the patient tells, in ``stages`` if the case has some; ``ask_next`` come one at a time
    afterwards. ``diagnosis`` and ``level`` are the key.
    """

    case_id: str
    title: str
    setting: str
    patient_text: str
    for_teacher: str
    diagnosis: str
    level: str
    answers: Mapping[str, str]
    ask_next: tuple[AskNext, ...]
    pitfalls: tuple[str, ...]
    stages: tuple[Stage, ...] = ()

    def steps(self, tables: Tables) -> tuple[Mapping[str, str], ...]:
        """Return the answers that each step of the reading adds.

        First come the stages, or else the steps of the interview; then each further question.
        """
        if self.stages:
            told = [{name: self.answers[name] for name in stage.tells} for stage in self.stages]
        else:
            told = [
                {name: option for name, option in self.answers.items() if tables.findings[name].step == step}
                for step in _STEPS
            ]
        return (*(part for part in told if part), *({item.finding_id: item.option_id} for item in self.ask_next))


def case_files(folder: Path | None = None) -> tuple[Path, ...]:
    """List the case files of a folder, the shipped ones by default, by name."""
    place = (shipped_folder() / "cases") if folder is None else folder
    return tuple(sorted(place.glob("*.toml"))) if place.is_dir() else ()


def load_cases(tables: Tables, folder: Path | None = None) -> tuple[WorkedCase, ...]:
    """Read all cases of a folder.

    Raises
    ------
    CaseFileError
        For the first file that cannot be used.
    """
    return tuple(load_case(path, tables) for path in case_files(folder))


def load_case(path: Path, tables: Tables) -> WorkedCase:
    """Read and check one case file against the tables.

    Raises
    ------
    CaseFileError
        If the file is no TOML, lacks something, or names what the tables do not have; all problems at once.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CaseFileError(path, (f"The file cannot be read: {error}.",)) from error
    except tomllib.TOMLDecodeError as error:
        raise CaseFileError(path, (f"This is not valid TOML: {error}.",)) from error
    problems = tuple(_problems(raw, tables))
    if problems:
        raise CaseFileError(path, problems)
    return WorkedCase(
        case_id=raw["id"],
        title=raw["title"],
        setting=raw["setting"],
        patient_text=raw["patient_text"].strip(),
        for_teacher=raw["for_teacher"].strip(),
        diagnosis=raw["diagnosis"],
        level=raw["level"],
        answers=MappingProxyType(dict(raw["answers"])),
        ask_next=tuple(AskNext(item["finding"], item["why"], item["reveals"]) for item in raw["ask_next"]),
        pitfalls=tuple(raw["pitfalls"]),
        stages=tuple(Stage(item["when"], item["text"], tuple(item["tells"])) for item in raw.get("stages", ())),
    )


def _problems(raw: Mapping[str, Any], tables: Tables) -> list[str]:
    problems = [f"{key!r} is missing or is not a text." for key in _TEXTS if not isinstance(raw.get(key), str)]
    if not isinstance(raw.get("pitfalls"), list):
        problems.append("'pitfalls' is missing or is not a list of sentences.")
    problems += _ask_next_problems(raw.get("ask_next"))
    answers = raw.get("answers")
    if not isinstance(answers, dict):
        return [*problems, "'answers' is missing: a table [answers] with one line a finding."]
    if not problems:
        problems += _stage_problems(raw.get("stages", []), answers)
    if problems:
        return problems
    if raw["diagnosis"] not in tables.conditions:
        near = did_you_mean(raw["diagnosis"], tables.conditions)
        problems.append(f"The diagnosis {raw['diagnosis']!r} is no condition of the tables{near}.")
    if raw["level"] not in LEVELS:
        problems.append(f"The level {raw['level']!r} is none of {', '.join(LEVELS)}.")
    asked = {item["finding"]: item["reveals"] for item in raw["ask_next"]}
    problems += [f"{name!r} is told from the start and asked again in 'ask_next'." for name in asked if name in answers]
    try:
        Case.create(tables, {**answers, **asked}, setting=raw["setting"])
    except CaseError as error:
        problems += [str(problem) for problem in error.problems]
    return problems


def _ask_next_problems(items: object) -> list[str]:
    if not isinstance(items, list):
        return ["'ask_next' is missing: one [[ask_next]] with finding, why and reveals for each further question."]
    wanted = {"finding", "why", "reveals"}
    return [
        f"[[ask_next]] number {number} needs the texts finding, why and reveals."
        for number, item in enumerate(items, start=1)
        if not (isinstance(item, dict) and all(isinstance(item.get(key), str) for key in wanted))
    ]


def _stage_problems(stages: object, answers: Mapping[str, Any]) -> list[str]:
    """Check that the stages, if there are some, tell every answer once."""
    if not isinstance(stages, list) or not all(_is_stage(item) for item in stages):
        return ["Each [[stages]] needs the texts when and text, and tells: a list of findings of [answers]."]
    if not stages:
        return []
    told = [name for item in stages for name in item["tells"]]
    problems = [f"A stage tells {name!r}, which [answers] does not have." for name in told if name not in answers]
    problems += [f"No stage tells {name!r}; add it to one." for name in answers if name not in told]
    problems += [f"{name!r} is told twice." for name in sorted({name for name in told if told.count(name) > 1})]
    return problems


def _is_stage(item: object) -> bool:
    return (
        isinstance(item, dict)
        and all(isinstance(item.get(key), str) for key in ("when", "text"))
        and isinstance(item.get("tells"), list)
        and all(isinstance(name, str) for name in item["tells"])
    )
