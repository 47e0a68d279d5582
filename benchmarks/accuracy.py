"""How often the engine is right on the cases in ``benchmarks/cases``, and what that costs in alarms.

    python benchmarks/accuracy.py                     every setting, history / + examination / + tests, with misses
    python benchmarks/accuracy.py --setting emergency_department --until examination
    python benchmarks/accuracy.py --json              the same as JSON
    python benchmarks/accuracy.py --write             also docs/accuracy.md and the curve in docs/figures

A case counts as found when its diagnosis, or one of ``also_accept``, is among the first one or three.
"Serious" cases are those whose file says ``serious = true``; the others are all the rest.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from report import accuracy_page
from tradeoff import tradeoff_svg

import calfnb
from calfnb.case import Case, CaseError
from calfnb.reasoning.model import Model
from calfnb.reasoning.scoring import weigh
from calfnb.reasoning.triage import triage
from calfnb.tables.records import LEVELS, Tables, Threshold

HERE = Path(__file__).resolve().parent
FIGURES = HERE.parent / "docs" / "figures"
PARTS = ("history", "examination", "tests")
UNTIL = {"history": "history only", "examination": "history and examination", "tests": "with tests"}
FACTORS = (0.25, 0.5, 0.71, 1.0, 1.41, 2.0, 4.0, 8.0)
SAME_DAY = LEVELS.index("same_day")


@dataclass(frozen=True)
class BenchmarkCase:
    """One case file: what was found, and what it turned out to be."""

    case_id: str
    accepted: tuple[str, ...]
    presentation: str
    serious: bool
    true_level: str
    setting: str
    answers: Mapping[str, Mapping[str, str]]

    def until(self, part: str) -> dict[str, str]:
        """All answers up to and with this part of the work-up."""
        chosen = PARTS[: PARTS.index(part) + 1]
        return {finding: option for name in chosen for finding, option in self.answers[name].items()}


@dataclass(frozen=True)
class Outcome:
    """What the engine said about one case."""

    case_id: str
    presentation: str
    serious: bool
    diagnosis: str
    rank: int
    probability: float
    leader: str
    leader_probability: float
    level: str
    true_level: str
    provisional: bool
    reasons: tuple[str, ...]

    @property
    def alarmed(self) -> bool:
        return LEVELS.index(self.level) >= SAME_DAY


def load_cases(folder: Path, tables: Tables) -> tuple[list[BenchmarkCase], list[str]]:
    """Read every case file; problems come back as sentences, one a problem."""
    cases: list[BenchmarkCase] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            raw = tomllib.loads(path.read_text(encoding="utf-8"))
            accepted = (raw["diagnosis"], *raw.get("also_accept", ()))
            case = BenchmarkCase(
                case_id=raw.get("id", path.stem),
                accepted=accepted,
                presentation=raw["presentation"],
                serious=bool(raw["serious"]),
                true_level=raw["true_level"],
                setting=raw["setting"],
                answers={part: dict(raw.get(part, {})) for part in PARTS},
            )
            Case.create(tables, case.until("tests"), setting=case.setting)
        except (tomllib.TOMLDecodeError, KeyError, UnicodeDecodeError) as error:
            problems.append(f"{path.name}: {error!r}")
            continue
        except CaseError as error:
            problems.append(f"{path.name}: {error}")
            continue
        unknown = [name for name in accepted if name not in tables.conditions]
        if unknown or case.true_level not in LEVELS:
            problems.append(f"{path.name}: unknown condition {unknown} or level {case.true_level!r}")
            continue
        cases.append(case)
    return cases, problems


def judge(model: Model, case: BenchmarkCase, setting: str, part: str) -> Outcome:
    """Let the engine judge one case with what is known up to this part."""
    tables = model.tables
    patient = Case.create(tables, case.until(part), setting=setting)
    evidence = weigh(model, patient)
    probabilities = evidence.probabilities
    names = tuple(tables.conditions)
    order = np.argsort(-probabilities, kind="stable")
    places = {names[index]: place for place, index in enumerate(order, start=1)}
    best = min(case.accepted, key=places.__getitem__)
    result = triage(model, evidence)
    return Outcome(
        case_id=case.case_id,
        presentation=case.presentation,
        serious=case.serious,
        diagnosis=best,
        rank=places[best],
        probability=float(probabilities[names.index(best)]),
        leader=names[order[0]],
        leader_probability=float(probabilities[order[0]]),
        level=result.level,
        true_level=case.true_level,
        provisional=result.provisional,
        reasons=tuple(f"{r.kind}:{r.reason_id}" for r in result.reasons if LEVELS.index(r.level) >= SAME_DAY),
    )


def share(flags: Iterable[bool]) -> tuple[int, int]:
    """(how many are true, of how many)."""
    listed = list(flags)
    return sum(listed), len(listed)


def summary(outcomes: Sequence[Outcome]) -> dict[str, tuple[int, int]]:
    """The counts that the targets speak of, each as (how many, of how many)."""
    serious = [o for o in outcomes if o.serious]
    others = [o for o in outcomes if not o.serious]
    typical = [o for o in outcomes if o.presentation == "typical"]
    return {
        "first, all": share(o.rank == 1 for o in outcomes),
        "first three, all": share(o.rank <= 3 for o in outcomes),
        "first, typical": share(o.rank == 1 for o in typical),
        "first three, typical": share(o.rank <= 3 for o in typical),
        "first, serious": share(o.rank == 1 for o in serious),
        "first three, serious": share(o.rank <= 3 for o in serious),
        "serious below same day": share(not o.alarmed for o in serious),
        "below the true level": share(LEVELS.index(o.level) < LEVELS.index(o.true_level) for o in outcomes),
        "others same day or above": share(o.alarmed for o in others),
        "others alarmed, not cleared yet only": share(o.alarmed and o.provisional for o in others),
    }


def _scaled(row: Threshold, factor: float) -> Threshold:
    """Multiply a can't-miss threshold; the row for a leading condition keeps its own."""
    if row.threshold_id.startswith("lead_"):
        return row
    return replace(row, probability=min(0.999, row.probability * factor))


def tradeoff(
    tables: Tables, cases: Sequence[BenchmarkCase], settings: Sequence[str], part: str
) -> list[dict[str, object]]:
    """One row per setting and factor: what happens when every can't-miss threshold is multiplied by it."""
    rows: list[dict[str, object]] = []
    for factor in FACTORS:
        scaled = tuple(_scaled(row, factor) for row in tables.thresholds)
        model = Model(replace(tables, thresholds=scaled))
        for setting in settings:
            outcomes = [judge(model, case, setting, part) for case in cases]
            missed, serious = share(not o.alarmed for o in outcomes if o.serious)
            alarms, others = share(o.alarmed for o in outcomes if not o.serious)
            rows.append(
                {
                    "setting_id": setting,
                    "factor": factor,
                    "serious": serious,
                    "serious_below_same_day": missed,
                    "others": others,
                    "others_same_day_or_above": alarms,
                }
            )
    return rows


def percent(count: tuple[int, int]) -> str:
    part, whole = count
    return f"{part}/{whole} = {part / whole:4.0%}" if whole else "none"


def print_table(results: Mapping[str, Mapping[str, Sequence[Outcome]]]) -> None:
    for part, by_setting in results.items():
        print(f"\n{UNTIL[part]}")
        summaries = {setting: summary(outcomes) for setting, outcomes in by_setting.items()}
        print(f"  {'':38}" + "".join(f"{setting:>24}" for setting in summaries))
        for line in next(iter(summaries.values())):
            print(f"  {line:38}" + "".join(f"{percent(counts[line]):>24}" for counts in summaries.values()))


def print_misses(outcomes: Sequence[Outcome]) -> None:
    missed = sorted((o for o in outcomes if o.rank > 3), key=lambda o: (o.diagnosis, o.case_id))
    print(f"\n  not among the first three ({len(missed)}):")
    for o in missed:
        print(
            f"    {o.diagnosis:38} {o.case_id:34} place {o.rank:2} ({o.probability:.3f}); "
            f"first {o.leader} ({o.leader_probability:.2f})"
        )
    second = sorted((o for o in outcomes if 1 < o.rank <= 3), key=lambda o: (o.diagnosis, o.case_id))
    print(f"  second or third ({len(second)}):")
    for o in second:
        print(f"    {o.diagnosis:38} {o.case_id:34} place {o.rank} ({o.probability:.2f}); first {o.leader}")
    low = [o for o in outcomes if o.serious and not o.alarmed]
    print(f"  serious, below same day ({len(low)}):")
    for o in low:
        print(f"    {o.diagnosis:38} {o.case_id:34} {o.level}; true {o.true_level}; p {o.probability:.3f}")
    high = [o for o in outcomes if not o.serious and o.alarmed]
    print(f"  not serious, same day or above ({len(high)}):")
    for o in high:
        mark = " (not cleared yet)" if o.provisional else ""
        print(f"    {o.diagnosis:38} {o.case_id:34} {o.level}{mark}: {', '.join(o.reasons)}")


def print_by_condition(outcomes: Sequence[Outcome]) -> None:
    print("\n  per condition: cases, first, first three; ids of those beyond three")
    for condition in sorted({o.diagnosis for o in outcomes}):
        own = [o for o in outcomes if o.diagnosis == condition]
        beyond = " ".join(o.case_id for o in own if o.rank > 3)
        first, three = sum(o.rank == 1 for o in own), sum(o.rank <= 3 for o in own)
        print(f"    {condition:38} {len(own):3} {first:3} {three:3}  {beyond}")


def print_tradeoff(rows: Sequence[Mapping[str, object]]) -> None:
    print("\nall can't-miss thresholds multiplied (history and examination): serious below same day / others alarmed")
    settings = list(dict.fromkeys(str(row["setting_id"]) for row in rows))
    print(f"  {'factor':>7}" + "".join(f"{setting:>28}" for setting in settings))
    for factor in FACTORS:
        cells = []
        for setting in settings:
            row = next(r for r in rows if r["setting_id"] == setting and r["factor"] == factor)
            cells.append(
                f"{row['serious_below_same_day']}/{row['serious']}   {row['others_same_day_or_above']}/{row['others']}"
            )
        print(f"  {factor:7.2f}" + "".join(f"{cell:>28}" for cell in cells))


def write_tradeoff(rows: Sequence[Mapping[str, object]], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    columns = list(rows[0])
    lines = [",".join(columns), *(",".join(str(row[name]) for name in columns) for row in rows)]
    (folder / "triage-tradeoff.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "triage-tradeoff.svg").write_text(tradeoff_svg(rows), encoding="utf-8")
    print(f"\nwritten: {folder / 'triage-tradeoff.csv'} and .svg")


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, default=HERE / "cases", help="folder of case files")
    parser.add_argument("--tables", type=Path, default=None, help="folder of tables (default: the shipped ones)")
    parser.add_argument("--setting", action="append", help="only this setting (repeatable); 'own': each case's own")
    parser.add_argument("--until", action="append", choices=PARTS, help="only with answers up to this part")
    parser.add_argument("--json", action="store_true", help="JSON instead of text")
    parser.add_argument("--no-curve", action="store_true", help="leave out the trade-off curve")
    parser.add_argument("--brief", action="store_true", help="leave out the lists of misses")
    parser.add_argument(
        "--write", action="store_true", help="write docs/accuracy.md and the trade-off curve in docs/figures"
    )
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    options = parse_arguments(argv)
    tables = calfnb.load_tables(options.tables)
    cases, problems = load_cases(options.cases, tables)
    for problem in problems:
        print(problem, file=sys.stderr)
    if not cases:
        print(f"No usable case file in {options.cases}.", file=sys.stderr)
        return 2
    settings = options.setting or list(tables.settings)
    parts = options.until or list(PARTS)
    model = Model(tables)
    results = {
        part: {
            setting: [judge(model, case, case.setting if setting == "own" else setting, part) for case in cases]
            for setting in settings
        }
        for part in parts
    }
    curve = [] if options.no_curve else tradeoff(tables, cases, [s for s in settings if s != "own"], "examination")
    if options.json:
        plain = {
            part: {setting: {"summary": summary(o), "cases": [asdict(x) for x in o]} for setting, o in by.items()}
            for part, by in results.items()
        }
        print(json.dumps({"results": plain, "tradeoff": curve, "problems": problems}, indent=1))
    else:
        print(f"{len(cases)} cases, {sum(case.serious for case in cases)} serious; tables {tables.version}")
        print_table(results)
        shown = "examination" if "examination" in results else parts[-1]
        for setting, outcomes in {} if options.brief else results[shown].items():
            print(f"\n{setting}, {UNTIL[shown]}")
            print_by_condition(outcomes)
            print_misses(outcomes)
        if curve:
            print_tradeoff(curve)
    if options.write and curve:
        write_tradeoff(curve, FIGURES)
        page = accuracy_page(
            tables.version,
            sum(case.case_id.startswith("invented") for case in cases),
            {UNTIL[part]: {setting: summary(o) for setting, o in by.items()} for part, by in results.items()},
            results["examination"],
        )
        (FIGURES.parent / "accuracy.md").write_text(page, encoding="utf-8")
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
