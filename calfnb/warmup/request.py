"""What a runner answers before a plan: read, checked, and turned into the signals that the rules name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from calfnb.tables.problems import InputError, did_you_mean, listed, shorten
from calfnb.tables.records import LEVELS, Level
from calfnb.tables.records_prevention import PreventionTables

__all__ = ["Safety", "UnansweredError", "WarmUpError", "WarmUpRequest", "read_request", "read_safety"]

_URGENT = frozenset(LEVELS[LEVELS.index("same_day") :])
_HIGHEST_STAGE = 9
_LADDER_GROUPS = frozenset({"strain", "bruise"})


class WarmUpError(InputError):
    """An answer cannot be used; ``field`` names it and the message is one sentence."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(f"{field}: {message}")


class UnansweredError(WarmUpError):
    """Safety questions are open; ``questions`` has their ids. They are asked, never assumed."""

    def __init__(self, questions: Sequence[str], tables: PreventionTables) -> None:
        self.questions: tuple[str, ...] = tuple(questions)
        asked = tables.questions.get(self.questions[0])
        words = f' "{asked.question}"' if asked else ""
        super().__init__(self.questions[0], f"this safety question is open; answer it first.{words}")


@dataclass(frozen=True, slots=True)
class Safety:
    """The answers that every plan waits for, and what else decides about exercises.

    None is "not answered". ``pain`` is 0-10 before the start; ``signs`` are warning signs that were
    ticked, and any of them is a red flag. ``level`` is a triage level, ``rtr_stage`` a rung of the
    walk-run ladder (9: finished). ``gates`` are those known to be passed.
    """

    red_flag: bool | None = None
    sudden_sharp: bool | None = None
    pain: float | None = None
    signs: tuple[str, ...] = ()
    condition: str = ""
    level: Level | None = None
    days_since_strain: float | None = None
    rtr_stage: int | None = None
    cleared: bool | None = None
    gates: tuple[str, ...] = ()
    age: float | None = None
    blood_thinner: bool | None = None
    surface_vein: bool | None = None
    broken_skin: bool | None = None
    unexplained_swelling: bool | None = None
    numb_feet: bool | None = None

    @property
    def flagged(self) -> bool | None:
        """Whether a warning sign is there; a ticked sign counts whatever the question says."""
        return True if self.signs else self.red_flag

    def care_group(self, tables: PreventionTables) -> str:
        """Return the care group of the condition, "none" without one."""
        row = tables.care.conditions.get(self.condition)
        return row.care_group if row else "none"

    def pain_limit(self, tables: PreventionTables) -> float:
        """Return the pain that the cause allows, 0-10; where its table names none, none is allowed."""
        if not self.condition:
            return tables.care.limit("unknown_pain_limit_0_10")
        row = tables.care.conditions.get(self.condition)
        return (row.pain_limit_0_10 or 0.0) if row else 0.0

    def on_ladder(self, tables: PreventionTables) -> bool:
        """Whether the cause asks for the rung of the ladder and the days since it happened."""
        return self.care_group(tables) in _LADDER_GROUPS

    def signals(self, tables: PreventionTables) -> dict[str, str]:
        """Return what is known as signals; what is not answered is left out."""
        care = tables.care.conditions.get(self.condition)
        condition = tables.tables.conditions.get(self.condition)
        urgent = self.level in _URGENT or (condition is not None and condition.urgency in _URGENT)
        found = {
            "condition": self.condition or "none",
            "care_group": care.care_group if care else "none",
            "urgent": _yes(urgent),
            "strain_ladder": _ladder(self.rtr_stage, tables),
            "age_known": _yes(self.age is not None),
            "under_18": _yes(self.age is not None and self.age < tables.limit("adult_age")),
        }
        if care:
            found["ladder"] = care.ladder
        answers = {
            "red_flag": self.flagged,
            "sudden_sharp": self.sudden_sharp,
            "clinician_cleared": self.cleared,
            "blood_thinner": self.blood_thinner,
            "surface_vein": self.surface_vein,
            "broken_skin": self.broken_skin,
            "unexplained_swelling": self.unexplained_swelling,
            "numb_feet": self.numb_feet,
        }
        found |= {name: _yes(value) for name, value in answers.items() if value is not None}
        if self.days_since_strain is not None:
            found["fresh_strain"] = _yes(self.days_since_strain < tables.limit("fresh_strain_days"))
        if self.pain is not None:
            found["pain_band"] = _band(self.pain, tables)
            found["pain_over_limit"] = _yes(self.pain > self.pain_limit(tables))
        for gate_id, gate in tables.gates.items():
            by_stage = self.rtr_stage is not None and gate.from_stage is not None and self.rtr_stage >= gate.from_stage
            if gate_id in self.gates or by_stage:
                found[gate_id] = "yes"
        return found


@dataclass(frozen=True, slots=True)
class WarmUpRequest:
    """One session to prepare. ``time_min`` None is no limit given; ``equipment`` None is everything at hand."""

    safety: Safety
    session: str
    time_min: float | None = None
    temp_c: float = 15.0
    heat_warning: bool = False
    early: bool = False
    sit: bool = False
    history: str = "none"
    surface: str = "road"
    equipment: tuple[str, ...] | None = None
    static_before: str = "none"
    hold_s: int | None = None
    cool_down: str = "usual"

    def with_wish(self, key: str, value: str) -> WarmUpRequest:
        """Return the request with one of its wishes changed: ``static_before``, ``hold_s`` or ``cool_down``."""
        changed: Any = int(value) if key == "hold_s" else value
        return replace(self, **{key: changed})


def read_safety(answers: Mapping[str, object], tables: PreventionTables) -> Safety:
    """Read the safety answers of a mapping; its other keys are left alone.

    Raises
    ------
    WarmUpError
        If an answer cannot be: its field and what to write instead.
    """
    if not tables.limits:
        raise WarmUpError("tables", "this folder of tables has none on warm-up; use the shipped ones")
    age_low, age_high = tables.limit("youngest_age"), tables.limit("oldest_age")
    stage = _number(answers, "rtr_stage", "rung", 0, _HIGHEST_STAGE)
    if stage is not None and stage != int(stage):
        raise WarmUpError("rtr_stage", f"a rung is a whole number, not {stage:g}")
    condition = _word(answers, "condition", ("none", *tables.tables.conditions)) or ""
    return Safety(
        red_flag=_flag(answers, "red_flag"),
        sudden_sharp=_flag(answers, "sudden_sharp"),
        pain=_number(answers, "pain", "points", 0, 10),
        signs=_words(answers, "signs", tuple(tables.signs)) or (),
        condition="" if condition == "none" else condition,
        level=_word(answers, "level", LEVELS),
        days_since_strain=_number(answers, "days_since_strain", "days", 0, 36500),
        rtr_stage=None if stage is None else int(stage),
        cleared=_flag(answers, "cleared"),
        gates=_words(answers, "gates", tuple(tables.gates)) or (),
        age=_number(answers, "age", "years", age_low, age_high),
        blood_thinner=_flag(answers, "blood_thinner"),
        surface_vein=_flag(answers, "surface_vein"),
        broken_skin=_flag(answers, "broken_skin"),
        unexplained_swelling=_flag(answers, "unexplained_swelling"),
        numb_feet=_flag(answers, "numb_feet"),
    )


def read_request(answers: Mapping[str, object], tables: PreventionTables) -> WarmUpRequest:
    """Read and check every answer of a mapping with the keys of the form.

    Raises
    ------
    WarmUpError
        If a key is unknown or an answer cannot be.
    """
    known = _keys()
    for name in answers:
        if name not in known:
            near = did_you_mean(str(name), known)
            raise WarmUpError(shorten(name), f"there is no such answer{near or '; see calfnb warm-up --help'}")
    safety = read_safety(answers, tables)
    session = _word(answers, "session", tuple(tables.sessions))
    if session is None:
        raise WarmUpError("session", f"say what you will do: {listed(tuple(tables.sessions))}")
    hold = _number(answers, "hold_s", "seconds", tables.limit("hold_shortest_s"), tables.limit("hold_longest_s"))
    equipment = tables.questions["equipment"].options if "equipment" in tables.questions else ()
    static, cool = (_choices(tables, name) for name in ("static_before", "cool_down"))
    return WarmUpRequest(
        safety=safety,
        session=session,
        time_min=_number(answers, "time_min", "minutes", 0, 100_000),
        temp_c=_or(_number(answers, "temp_c", "degrees C", tables.limit("coldest_c"), tables.limit("hottest_c")), 15.0),
        heat_warning=bool(_flag(answers, "heat_warning")),
        early=bool(_flag(answers, "early")),
        sit=bool(_flag(answers, "sit")),
        history=_word(answers, "history", tables.signals["history"]) or "none",
        surface=_word(answers, "surface", tables.signals["surface"]) or "road",
        equipment=_words(answers, "equipment", equipment),
        static_before=_word(answers, "static_before", static) or "none",
        hold_s=None if hold is None else int(hold),
        cool_down=_word(answers, "cool_down", cool) or "usual",
    )


def _keys() -> frozenset[str]:
    names = [field.name for record in (Safety, WarmUpRequest) for field in fields(record)]
    return frozenset(names) - {"safety"}


def _choices(tables: PreventionTables, question_id: str) -> tuple[str, ...]:
    row = tables.questions.get(question_id)
    return row.options if row else ()


def _or(value: float | None, default: float) -> float:
    return default if value is None else value


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _band(pain: float, tables: PreventionTables) -> str:
    if pain <= 0:
        return "none"
    if pain <= tables.limit("pain_mild_max_0_10"):
        return "mild"
    return "moderate" if pain <= tables.limit("pain_stop_above_0_10") else "severe"


def _ladder(stage: int | None, tables: PreventionTables) -> str:
    if stage is None:
        return "none"
    if stage < tables.limit("ladder_easy_stage"):
        return "walk_jog"
    return "easy" if stage < tables.limit("ladder_finished_stage") else "finished"


def _flag(answers: Mapping[str, object], name: str) -> bool | None:
    value = answers.get(name)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("yes", "no", "true", "false"):
        return value.lower() in ("yes", "true")
    raise WarmUpError(name, f"write true or false, not {_shown(value)}")


def _number(answers: Mapping[str, object], name: str, unit: str, low: float, high: float) -> float | None:
    value = answers.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        raise WarmUpError(name, f"write a number of {unit}, not {_shown(value)}")
    if not low <= value <= high:
        raise WarmUpError(name, f"{_shown(value)} {unit} cannot be; write {low:g} to {high:g}")
    return float(value)


def _word(answers: Mapping[str, object], name: str, allowed: Sequence[str]) -> str | None:
    value = answers.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or value not in allowed:
        near = did_you_mean(value, allowed) if isinstance(value, str) else ""
        raise WarmUpError(name, f"{_shown(value)} is none of {listed(tuple(allowed))}{near}")
    return value


def _words(answers: Mapping[str, object], name: str, allowed: Sequence[str]) -> tuple[str, ...] | None:
    value = answers.get(name)
    if value is None:
        return None
    if isinstance(value, str) or not isinstance(value, (list, tuple)):
        raise WarmUpError(name, f"write a list, not {_shown(value)}")
    for item in value:
        _word({name: item}, name, allowed)
    return tuple(dict.fromkeys(value))


def _shown(value: object) -> str:
    try:
        return shorten(repr(value))
    except ValueError:  # an integer with more digits than Python writes out
        return "such a number"
