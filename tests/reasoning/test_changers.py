"""The smallest sets of further answers, against trying every set there is."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from patients import draw_patient

from calfnb import load_tables
from calfnb.case import Case
from calfnb.reasoning.changers import mind_changers, minimal_sets
from calfnb.reasoning.model import Model, default_model
from calfnb.reasoning.scoring import weigh
from calfnb.reasoning.triage import triage

MODEL = default_model()
TINY = Model(load_tables(Path(__file__).parents[1] / "data" / "tiny"))


def result_of(model, case):
    evidence = weigh(model, case)
    return {"leader": model.condition_ids[evidence.log_scores.argmax()], "level": triage(model, evidence).level}


def by_brute_force(model, case, findings, largest=3):
    """Assess every set of answers to open questions, smallest first; keep those without a smaller one inside."""
    now = result_of(model, case)
    found = {kind: {} for kind in now}
    asked = [name for name in model.applicable(case.answers) if name not in case.answers and name in findings]
    for size in range(1, largest + 1):
        for names in itertools.combinations(asked, size):
            for options in itertools.product(*(model.options[name] for name in names)):
                answers = dict(zip(names, options, strict=True))
                longer = Case(case.setting, {**case.answers, **answers})
                if not set(names) <= set(model.applicable(longer.answers)):
                    continue
                for kind, outcome in result_of(model, longer).items():
                    answer_set = frozenset(answers.items())
                    if outcome != now[kind] and not any(smaller < answer_set for smaller in found[kind]):
                        found[kind][answer_set] = outcome
    return {(kind, outcome, answers) for kind, sets in found.items() for answers, outcome in sets.items()}


def as_set(changers):
    found = [(changer.changes, changer.becomes, frozenset(changer.answers)) for changer in changers]
    assert len(found) == len(set(found))
    return set(found)


def some_questions(model, case, rng, count):
    asked = [name for name in model.applicable(case.answers) if name not in case.answers]
    return [str(name) for name in rng.choice(asked, min(count, len(asked)), replace=False)]


@pytest.mark.parametrize("seed", range(12))
def test_minimal_and_complete_on_the_shipped_tables(seed):
    rng = np.random.default_rng(seed)
    case = draw_patient(MODEL, rng, int(rng.integers(0, 70)))
    questions = some_questions(MODEL, case, rng, 4)
    assert as_set(minimal_sets(MODEL, case, findings=questions)) == by_brute_force(MODEL, case, questions)


@pytest.mark.parametrize("seed", range(20))
def test_minimal_and_complete_on_tiny_tables(seed):
    rng = np.random.default_rng(seed)
    case = draw_patient(TINY, rng, int(rng.integers(0, 4)))
    everything = TINY.finding_ids
    assert as_set(minimal_sets(TINY, case)) == by_brute_force(TINY, case, everything)


def twisted_model():
    """Tables in which answers switch flags, thresholds and points off as well as on."""
    tables = MODEL.tables
    flag = next(iter(tables.red_flags.values()))
    rule_id = next(iter(tables.rules))
    item = replace(tables.rule_items[0], rule_id=rule_id, item_id="off", logic="side=one_leg", points=-2.0)
    plus = [replace(item, item_id=f"on_{n}", logic=f"{n}=yes", points=1.0) for n in ("calf_swelling", "long_travel")]
    odd = [
        replace(flag, flag_id="odd_1", logic="side!=both_legs AND long_travel!=yes", level="same_day"),
        replace(flag, flag_id="odd_2", logic="long_travel=yes AND NOT (fever_or_chills=no)", level="same_day"),
        replace(flag, flag_id="odd_3", logic=f"rule:{rule_id}>=2", level="emergency_now"),
    ]
    thresholds = [replace(row, when="NOT (fever_or_chills=no)") for row in tables.thresholds[:8]]
    return Model(
        replace(
            tables,
            red_flags={row.flag_id: row for row in odd},
            thresholds=(*thresholds, *tables.thresholds[8:]),
            rule_items=(item, *plus),
            rule_bands=(),
        )
    )


@pytest.mark.parametrize("seed", range(8))
def test_minimal_and_complete_where_answers_switch_things_off(seed):
    model = twisted_model()
    rng = np.random.default_rng(seed)
    case = draw_patient(model, rng, int(rng.integers(0, 25))).without("side", "long_travel", "fever_or_chills")
    questions = ["side", "long_travel", "fever_or_chills", *some_questions(model, case, rng, 2)]
    assert as_set(minimal_sets(model, case, findings=questions)) == by_brute_force(model, case, questions)


@pytest.mark.parametrize("seed", range(10))
def test_the_list_is_short_ordered_and_true(seed):
    rng = np.random.default_rng(100 + seed)
    case = draw_patient(MODEL, rng, int(rng.integers(0, 60)))
    now = result_of(MODEL, case)
    changers = mind_changers(MODEL, case)
    assert changers == mind_changers(MODEL, case)
    assert len(changers) <= 8
    order = [(len(changer.answers), -changer.probability) for changer in changers]
    assert order == sorted(order)
    for changer in changers:
        longer = Case(case.setting, {**case.answers, **dict(changer.answers)})
        assert result_of(MODEL, longer)[changer.changes] == changer.becomes != now[changer.changes]
        assert 0 < changer.probability <= 1
        assert not {name for name, _ in changer.answers} & set(case.answers)
    keys = [(c.changes, c.becomes, frozenset(name for name, _ in c.answers)) for c in changers]
    assert len(keys) == len(set(keys))


def test_tests_are_left_out_until_they_are_open():
    case = Case("sports_clinic", {"side": "one_leg"})
    steps = {MODEL.tables.findings[name].step for changer in mind_changers(MODEL, case) for name, _ in changer.answers}
    assert "tests" not in steps
    only = mind_changers(MODEL, case, steps=["tests"])
    assert {MODEL.tables.findings[name].step for changer in only for name, _ in changer.answers} == {"tests"}


def test_size_and_emptiness():
    case = draw_patient(MODEL, np.random.default_rng(3), 20)
    assert all(len(changer.answers) == 1 for changer in mind_changers(MODEL, case, largest=1))
    assert mind_changers(MODEL, case, steps=[]) == ()
    with pytest.raises(ValueError, match="1, 2 or 3"):
        mind_changers(MODEL, case, largest=4)
