"""How fast the reasoning is, each part against its own plain baseline in the same run.

    python benchmarks/reasoning.py             a table; exit status 1 if a target is missed
    python benchmarks/reasoning.py --json      the same as JSON

One core only. The baselines do the same work the obvious way: loops instead of arrays, every answer assessed anew
instead of worked out as a difference, scikit-learn's BernoulliNB for yes/no answers.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from itertools import combinations

import numpy as np
from result_line import Line
from sklearn.naive_bayes import BernoulliNB

from calfnb.case import Case
from calfnb.reasoning.assessment import assess_case
from calfnb.reasoning.batch import BatchScorer
from calfnb.reasoning.changers import mind_changers
from calfnb.reasoning.model import Assumptions, Model, default_model
from calfnb.reasoning.questions import next_questions
from calfnb.reasoning.scoring import posterior, ranking, weigh
from calfnb.reasoning.triage import triage

STEPS = ("red_flags", "where", "story", "examination", "tests")
BATCH = 100_000


def patients(model: Model, count: int, seed: int = 1) -> list[Case]:
    """Draw patients from the model itself, with 0 to 80 answers."""
    rng = random.Random(seed)
    cases = []
    for _ in range(count):
        setting = rng.randrange(len(model.setting_ids))
        condition = rng.choices(range(len(model.condition_ids)), np.exp(model.log_pretest[setting]))[0]
        answers: dict[str, str] = {}
        wanted = rng.randrange(0, 80)
        for name in rng.sample(model.finding_ids, len(model.finding_ids)):
            if len(answers) < wanted and name in model.applicable(answers):
                columns = model.columns_of(name)
                chances = [math.exp(model.log_profile[k, condition]) for k in columns]
                answers[name] = model.columns[rng.choices(columns, chances)[0]][1]
        cases.append(Case(model.setting_ids[setting], answers))
    return cases


def median_ms(function: Callable[[Case], object], cases: Iterable[Case], repeats: int = 3) -> tuple[float, float]:
    """Return median and longest time of one call in ms, after one call to warm up.

    Each case is timed ``repeats`` times and its quickest time counts: whatever else the machine does only adds to it.
    """
    cases = list(cases)
    function(cases[0])
    times = []
    for case in cases:
        runs = []
        for _ in range(repeats):
            start = time.perf_counter()
            function(case)
            runs.append((time.perf_counter() - start) * 1e3)
        times.append(min(runs))
    return statistics.median(times), max(times)


# ---- baselines -----------------------------------------------------------------------------------------------------


def plain_draws(model: Model, tables: tuple[list[object], list[object]], case: Case) -> list[list[float]]:
    """The posterior in every draw of the tables' numbers, with loops over lists instead of arrays."""
    pretest, profile = tables
    evidence = weigh(model, case)
    weights = evidence.weights.tolist()
    columns = evidence.columns.tolist()
    result = []
    for draw in range(model.assumptions.draws):
        scores = list(pretest[evidence.setting][draw])  # type: ignore[index, call-overload]
        for weight, column in zip(weights, columns, strict=True):
            row = profile[column][draw]  # type: ignore[index]
            scores = [score + weight * value for score, value in zip(scores, row, strict=True)]
        top = max(scores)
        likelihoods = [math.exp(score - top) for score in scores]
        total = sum(likelihoods)
        result.append([value / total for value in likelihoods])
    return result


def questions_anew(model: Model, case: Case) -> None:
    """Assess the longer case for every option of every open question."""
    for name in model.applicable(case.answers):
        if name not in case.answers:
            for option in model.options[name]:
                triage(model, weigh(model, case.with_answer(name, option)))


def changers_anew_s(model: Model, case: Case, tried: int = 150) -> float:
    """Estimate how long assessing every set of up to three answers anew would take, from a few of them."""
    asked = [n for n in model.applicable(case.answers) if n not in case.answers]
    asked = [n for n in asked if model.tables.findings[n].step != "tests"]
    counts = [len(model.options[name]) for name in asked]
    sets = (
        sum(counts)
        + sum(a * b for a, b in combinations(counts, 2))
        + sum(math.prod(c) for c in combinations(counts, 3))
    )
    rng = random.Random(2)
    start = time.perf_counter()
    for _ in range(tried):
        more = {name: rng.choice(model.options[name]) for name in rng.sample(asked, 3)}
        triage(model, weigh(model, Case(case.setting, {**case.answers, **more})))
    return (time.perf_counter() - start) / tried * sets


# ---- the parts -----------------------------------------------------------------------------------------------------


def single_case(model: Model) -> list[Line]:
    cases = patients(model, 60)
    lists = model.draws.log_pretest.tolist(), model.draws.log_profile.tolist()
    whole, longest = median_ms(lambda case: assess_case(model, case), cases)
    draws, _ = median_ms(lambda case: ranking(model, weigh(model, case)), cases)
    loops, _ = median_ms(lambda case: plain_draws(model, lists, case), cases[:5], 1)
    asking, asking_longest = median_ms(lambda case: next_questions(model, case), cases)
    asking_all, _ = median_ms(lambda case: next_questions(model, case, steps=STEPS), cases)
    anew, _ = median_ms(lambda case: questions_anew(model, case), cases[:5], 1)
    changing, changing_longest = median_ms(lambda case: mind_changers(model, case), cases)
    every_set_ms = statistics.median(changers_anew_s(model, case) for case in cases[:3]) * 1e3
    together, _ = median_ms(lambda case: len(assess_case(model, case).next_questions), cases)
    return [
        Line("assess with intervals", whole, "ms", "< 5 ms", whole < 5, note=f"longest {longest:.1f} ms"),
        Line("  of it ranking with intervals", draws, "ms", "", True, loops, "baseline: loops over lists"),
        Line("next question", asking, "ms", "< 20 ms", asking < 20, anew,
             f"longest {asking_longest:.1f} ms; baseline: every option assessed anew"),
        Line("next question, every step open", asking_all, "ms", "< 20 ms", asking_all < 20),
        Line("assess, its next questions read", together, "ms", "", True),
        Line(
            "what would change my mind", changing, "ms", "< 1000 ms", changing_longest < 1000, every_set_ms,
            f"longest {changing_longest:.0f} ms; baseline: every set anew, estimated",
        ),
    ]  # fmt: skip


def random_codes(model: Model, count: int) -> np.ndarray[tuple[int, int], np.dtype[np.int8]]:
    """Draw answers at random, four in ten of them unknown."""
    rng = np.random.default_rng(3)
    options = np.array([len(model.columns_of(name)) for name in model.finding_ids])
    codes = (rng.random((count, len(options))) * options).astype(np.int8) + 1
    codes[rng.random(codes.shape) < 0.4] = 0
    return codes.astype(np.int8)


def best_rate(function: Callable[[], object], count: int, repeats: int = 5) -> float:
    """Return cases a second, the best of a few runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return count / min(times)


def batch(model: Model) -> list[Line]:
    codes = random_codes(model, BATCH)
    scorer = BatchScorer(model)
    rate = best_rate(lambda: scorer.posterior(codes, 0), BATCH)
    cases = patients(model, 300)
    single = best_rate(lambda: [posterior(model, case) for case in cases], len(cases), 2)
    peaks = []
    for count in (BATCH // 10, BATCH):
        tracemalloc.start()
        result = scorer.posterior(codes[:count], 0)
        peaks.append((tracemalloc.get_traced_memory()[1] - result.nbytes) / 2**20)
        tracemalloc.stop()
    growth = peaks[1] / peaks[0]
    return [
        Line("batch, posterior alone", rate, "cases/s", ">= 200000", rate >= 200_000, single, "baseline: one by one"),
        Line(
            "memory beside the result", peaks[1], "MB", "flat", growth < 1.2, peaks[0], f"baseline: {BATCH // 10} cases"
        ),
    ]


def yes_no_model(model: Model) -> Model:
    """The yes/no findings alone, each independent of the others, "no" exactly the rest of "yes"."""
    findings = {n: replace(f, asked_if="") for n, f in model.tables.findings.items() if f.kind == "yes_no"}
    tables = replace(
        model.tables,
        findings=findings,
        profiles=tuple(row for row in model.tables.profiles if row.finding_id in findings),
        background=tuple(row for row in model.tables.background if row.finding_id in findings),
        red_flags={}, thresholds=(), rules={}, rule_items=(), rule_bands=(),
    )  # fmt: skip
    plain = Model(tables, Assumptions(damping=0.0))
    for name in findings:
        yes, no = (plain.column_index[name, option] for option in ("yes", "no"))
        plain.log_profile[no] = np.log1p(-np.exp(plain.log_profile[yes]))
    return plain


def against_bernoulli(model: Model) -> list[Line]:
    plain = yes_no_model(model)
    yes = np.random.default_rng(4).random((BATCH, len(plain.finding_ids))) < 0.3
    other = BernoulliNB()
    other.classes_ = np.arange(len(plain.condition_ids))
    other.class_log_prior_ = plain.log_pretest[0]
    other.feature_log_prob_ = np.array([plain.log_profile[plain.column_index[n, "yes"]] for n in plain.finding_ids]).T
    other.feature_count_ = np.exp(other.feature_log_prob_)
    other.n_features_in_ = len(plain.finding_ids)
    first = np.array([plain.options[name][0] == "yes" for name in plain.finding_ids])
    codes = np.where(yes == first, 1, 2).astype(np.int8)
    scorer = BatchScorer(plain)
    ours = scorer.posterior(codes, 0)
    theirs = np.exp(other.predict_log_proba(yes))
    gap = float(np.abs(ours - theirs).max())
    # scikit-learn gets the matrix in the form that it works on fastest.
    forms = [yes, yes.astype(np.int8), yes.astype(np.float64)]
    their_rate = max(best_rate(lambda form=form: other.predict_log_proba(form), BATCH, 3) for form in forms)
    rate = best_rate(lambda: scorer.posterior(codes, 0), BATCH)
    return [
        Line("batch, yes/no work of BernoulliNB", rate, "cases/s", ">= baseline", rate >= their_rate, their_rate,
             f"{rate / their_rate:.1f} times; baseline: BernoulliNB.predict_log_proba"),
        Line("  largest difference of a probability", gap, "", "< 1e-9", gap < 1e-9),
    ]  # fmt: skip


def imports() -> list[Line]:
    def import_ms(statement: str) -> float:
        program = f"import time; t = time.perf_counter(); {statement}; print((time.perf_counter() - t) * 1e3)"
        runs = [
            float(subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout)
            for _ in range(5)
        ]
        return statistics.median(runs)

    numpy_ms = import_ms("import numpy")
    front_ms, assess_ms = import_ms("import calfnb"), import_ms("from calfnb import assess")
    return [
        Line(
            "import calfnb", front_ms, "ms", "<= 2 numpy", front_ms <= 2 * numpy_ms, numpy_ms, "baseline: import numpy"
        ),
        Line("from calfnb import assess", assess_ms, "ms", "", True, numpy_ms, "baseline: import numpy"),
    ]


def keep_to_one_core() -> None:
    """Start this program again with numerical libraries on one core, unless it is so already."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    if any(os.environ.get(name) != "1" for name in names):
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **dict.fromkeys(names, "1")})


def shown(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="JSON instead of a table")
    options = parser.parse_args(argv)
    model = default_model()
    lines = [*single_case(model), *batch(model), *against_bernoulli(model), *imports()]
    if options.json:
        print(json.dumps([asdict(line) for line in lines], indent=1))
    else:
        print(f"{'':38}{'measured':>16}  {'target':<12}{'baseline':>14}   note")
        for line in lines:
            mark = "  " if line.met else "! "
            measured = f"{shown(line.value)} {line.unit}"
            print(f"{mark}{line.name:36}{measured:>17}  {line.target:<12}{shown(line.baseline):>14}   {line.note}")
    return 0 if all(line.met for line in lines) else 1


if __name__ == "__main__":
    keep_to_one_core()
    raise SystemExit(main())
