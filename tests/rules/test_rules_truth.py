"""Every rule at every combination of its items, at every boundary, and with every set of items missing.

The expected values are worked out here from the published text, apart from the engine and its tables.
"""

import itertools
import math
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from calfnb.rules import apply_rule, check_inputs, result_to_dict
from calfnb.tables import load_tests

RULES = load_tests().rules
YES_NO = (False, True)
#: Stands in a grid for a measurement or test that was not done, where the rule has a place for that.
NOT_DONE = "not done"

Row = Mapping[str, Any]


def wells(points_without: float, row: Row) -> tuple[float, float]:
    return points_without - 2 * row["alternative_as_likely"], points_without


def wells_1997(row: Row) -> Row:
    score, without = wells(sum(value for name, value in row.items() if name != "alternative_as_likely"), row)
    band = "low" if score <= 0 else "moderate" if score <= 2 else "high"
    return {"score": score, "score_without_alternative": without, "band": band}


def wells_2003(row: Row) -> Row:
    score, without = wells(sum(value for name, value in row.items() if name != "alternative_as_likely"), row)
    return {"score": score, "score_without_alternative": without, "band": "likely" if score >= 2 else "unlikely"}


def nice(row: Row) -> Row:
    likely, ddimer, scan = row["wells_two_level"] >= 2, row["ddimer"], row["scan"]
    stop = "dvt_unlikely_consider_alternatives_stop_interim_anticoagulation"
    if "positive" in (scan, row["repeat_scan"]):
        return {"step": "diagnose_and_treat_dvt"}
    if not likely and ddimer == "negative":
        return {"step": stop}
    if not likely and ddimer == NOT_DONE:
        return {"step": "ddimer_within_4h_else_interim_anticoagulation"}
    if scan == NOT_DONE:
        if row["scan_within_4h"]:
            return {"step": "proximal_scan_within_4h"}
        later = "interim_anticoagulation_then_scan_within_24h"
        return {"step": later if ddimer != NOT_DONE else f"ddimer_then_{later}"}
    if not likely:
        return {"step": stop}
    if ddimer == NOT_DONE:
        return {"step": "do_ddimer"}
    if ddimer == "negative":
        return {"step": stop}
    again = row["repeat_scan"] == NOT_DONE
    return {"step": "stop_interim_anticoagulation_and_repeat_scan_6_to_8_days" if again else stop.removesuffix(
        "_stop_interim_anticoagulation")}  # fmt: skip


DUTCH = {"male": 1, "oral_contraceptive": 1, "active_cancer": 1, "surgery_or_bedridden": 1, "no_leg_trauma": 1,
         "collateral_veins": 1, "calf_3cm_or_more": 2}  # fmt: skip


def dutch(row: Row) -> Row:
    clinical = sum(points * row[name] for name, points in DUTCH.items())
    total = None if row["ddimer"] == NOT_DONE else clinical + 6 * (row["ddimer"] == "positive")
    if clinical >= 4:
        step = "refer_for_ultrasound_without_ddimer"
    elif total is None:
        step = "do_ddimer"
    else:
        step = "low_risk_no_ultrasound" if total <= 3 else "refer_for_ultrasound"
    return {"clinical_points": clinical, "total": total, "step": step}


def pedowitz(row: Row) -> Row:
    limits = (("pre", 15, "pre>=15"), ("min1", 30, "1min>=30"), ("min5", 20, "5min>=20"))
    met = [code for name, limit, code in limits if row[name] >= limit]
    return {"criteria_met": met, "positive": bool(met)}


def aaos(row: Row) -> Row:
    return {"count": sum(row.values()), "rupture_established": sum(row.values()) >= 2}


def simmonds(row: Row) -> Row:
    signs = sum(row.values())
    words = ("no_sign", *["suspect_rupture_urgent_imaging_or_specialist"] * 2, "complete_triad")
    return {"signs": signs, "result": words[signs]}


def abi_bands(row: Row) -> Row:
    abi = row["abi"]
    band = "abnormal" if abi <= 0.9 else "borderline" if abi < 1 else "normal" if abi <= 1.4 else "noncompressible"
    following = {"abnormal": "pad_diagnosed", "borderline": "exercise_abi_if_suspicion",
                 "normal": "exercise_abi_if_exertional_symptoms", "noncompressible": "toe_brachial_index"}  # fmt: skip
    post, fall = row["post_abi"], row["ankle_pressure_fall_mmhg"]
    percent = (
        None if post == NOT_DONE or not abi else round((round(100 * abi) - round(100 * post)) / (100 * abi) * 100, 1)
    )
    positive: bool | None = None
    if post != NOT_DONE or fall != NOT_DONE:
        # In hundredths, so that a fall of exactly 20 % is not more than 20 %.
        by_index = post != NOT_DONE and abi and 100 * (round(100 * abi) - round(100 * post)) > 20 * round(100 * abi)
        positive = bool(by_index or (fall != NOT_DONE and fall > 30))
    return {"abi": abi, "band": band, "next": following[band], "fall_percent": percent, "exercise_positive": positive}


def abi_calculation(row: Row) -> Row:
    ankle, arm = max(row["dorsalis_pedis"], row["posterior_tibial"]), max(row["arm_right"], row["arm_left"])
    return {"abi": math.floor(100 * ankle / arm + 0.5 + 1e-9) / 100}


def edinburgh(row: Row) -> Row:
    fits = (
        row["q1_pain_walking"] and not row["q2_starts_at_rest"] and row["q3_uphill_or_hurry"]
        and row["q5_gone_in_10_min_standing"]
    )  # fmt: skip
    result = "not_claudication"
    if fits and "calf" in row["sites"]:
        result = "definite_claudication"
    elif fits and {"thigh", "buttock"} & set(row["sites"]):
        result = "atypical_claudication"
    grade = None if result == "not_claudication" else 1 + row["q4_level_ordinary_pace"]
    return {"result": result, "grade": grade}


def bamic(row: Row) -> Row:
    csa, length, site = row["csa_percent"], row["length_cm"], row["site"]
    if not row["mri_abnormal"]:
        return {"grade": "0"}
    if row["complete"]:
        return {"grade": "4c" if site == "tendon" else "4"}
    if site == "tendon":
        return {"grade": "3c" if csa >= 50 or length >= 5 else "2c"}
    size = 3 if csa > 50 or length > 15 else 2 if csa >= 10 or length >= 5 else 1
    return {"grade": f"{size}{'a' if site == 'myofascial' else 'b'}"}


def prakash(row: Row) -> Row:
    known = row["grade"] <= 3
    days = (8, 17, 25, 48)[row["grade"]] if known else None
    return {"mean_days": days, "error": None if known else "grade_must_be_0_to_3"}


def visa(row: Row) -> Row:
    return {"score": sum(row["q1_to_q6"]) + row["q7"] + row["q8"]}


def delta(row: Row) -> Row:
    difference = row["diastolic"] - row["compartment"]
    action = "monitor_and_repeat"
    if difference <= 30:
        fits = row["clinical_suspicion"]
        action = "emergency_fasciotomy_pathway" if fits else "urgent_review_do_not_rely_on_pressure_alone"
    return {"delta_mmhg": difference, "at_or_below_30": difference <= 30, "action": action}


def signs(row: Row) -> Row:
    present = {name for name, value in row.items() if value}
    published = {
        frozenset({"pain", "stretch_pain"}): "about 0.68",
        frozenset({"pain", "stretch_pain", "paresis"}): "about 0.93",
        frozenset({"pain", "stretch_pain", "paresis", "paraesthesia"}): "about 0.98",
    }.get(frozenset(present), "not reported for this combination")
    few = ("no_sign", "not_applicable_one_sign_tibial_trauma_population_only")
    return {
        "signs": len(present),
        "published_probability": published if len(present) >= 2 else None,
        "result": few[len(present)] if len(present) < 2 else "trauma_series_only",
    }


def rhabdo(row: Row) -> Row:
    times = row["ck"] / row["uln"]
    if row["dark_urine"] or row["creatinine_raised"] or row["ck"] > 50 * row["uln"]:
        result = "rhabdomyolysis_pathway_same_day_hospital"
    elif row["ck"] <= 5 * row["uln"]:
        result = "below_5x_repeat_in_24_h_if_symptoms_or_early"
    elif row["symptoms"]:
        result = "probable_rhabdomyolysis_check_creatinine_potassium_urine_today"
    else:
        result = "expected_after_hard_exercise_repeat_in_48_to_72_h"
    return {
        "ratio": math.floor(10 * times + 0.5 + 1e-9) / 10,
        "over_5x": row["ck"] > 5 * row["uln"],
        "over_50x": row["ck"] > 50 * row["uln"],
        "result": result,
    }


def alt_70(row: Row) -> Row:
    score = 3 * row["unilateral"] + (row["wbc"] >= 10) + (row["hr"] >= 90) + 2 * (row["age"] >= 70)
    band = "pseudocellulitis_likely" if score <= 2 else "uncertain_seek_opinion" if score <= 4 else "cellulitis_likely"
    return {"score": score, "band": band}


def mtss(row: Row) -> Row:
    met = (
        row["exercise_induced"] and row["posteromedial_border"] and row["recognisable_tender_cm"] >= 5
        and not row["paraesthesia"] and not row["other_atypical_features"]
    )  # fmt: skip
    short = 0 < row["recognisable_tender_cm"] < 5
    return {"mtss_criteria_met": met, "note": "fingertip_or_short_tenderness_consider_bone_stress" if short else ""}


def yes_no_grid(rule_id: str) -> dict[str, tuple[Any, ...]]:
    return {row.input_id: YES_NO for row in RULES[rule_id].inputs if row.kind == "yes_no"}


RESULTS = ("positive", "negative", NOT_DONE)
GRIDS: dict[str, tuple[Callable[[Row], Row], dict[str, tuple[Any, ...]]]] = {
    "wells_1997_three_level": (wells_1997, {}),
    "wells_2003_two_level": (wells_2003, {}),
    "nice_ng158_pathway": (nice, {"wells_two_level": (-2, 1, 2, 9), "ddimer": RESULTS, "scan": RESULTS,
                                  "repeat_scan": RESULTS}),
    "dutch_primary_care_rule": (dutch, {"ddimer": RESULTS}),
    "pedowitz_1990": (pedowitz, {"pre": (0, 14, 14.9, 15, 200), "min1": (0, 29, 29.9, 30, 200),
                                 "min5": (0, 19, 19.9, 20, 200)}),
    "aaos_2_of_4": (aaos, {}),
    "simmonds_triad": (simmonds, {}),
    "abi_bands": (abi_bands, {"abi": (0, 0.5, 0.9, 0.91, 0.99, 1.0, 1.1, 1.4, 1.41, 3),
                              "post_abi": (NOT_DONE, 0, 0.4, 0.8, 0.81, 0.88, 1.5, 3),
                              "ankle_pressure_fall_mmhg": (NOT_DONE, 0, 30, 30.5, 31, 300)}),
    "abi_calculation": (abi_calculation, {"dorsalis_pedis": (0, 60, 113, 300), "posterior_tibial": (0, 61, 300),
                                          "arm_right": (40, 120, 300), "arm_left": (40, 125, 300)}),
    "edinburgh_claudication": (edinburgh, {"sites": ((), ("calf",), ("thigh",), ("buttock",), ("shin", "foot"),
                                                     ("calf", "thigh"), ("thigh", "other"))}),
    "bamic_grade": (bamic, {"csa_percent": (0, 9.9, 10, 49.9, 50, 50.1, 100),
                            "length_cm": (0, 4.9, 5, 15, 15.1, 50),
                            "site": ("myofascial", "musculotendinous", "tendon")}),
    "prakash_rtp": (prakash, {"grade": (0, 1, 2, 3, 4)}),
    "visa_a_total": (visa, {"q1_to_q6": ((0,) * 6, (10,) * 6, (7, 6, 7, 6, 7, 6)), "q7": (0, 4, 10),
                            "q8": (0, 14, 30)}),
    "acs_delta_pressure": (delta, {"diastolic": (20, 60, 80, 200), "compartment": (0, 30, 49, 50, 51, 200)}),
    "acs_sign_combinations": (signs, {}),
    "rhabdo_ck": (rhabdo, {"ck": (0, 999, 1000, 1001, 10000, 10001, 2000000), "uln": (20, 200, 1000)}),
    "alt_70": (alt_70, {"wbc": (0.1, 9.9, 10, 200), "hr": (20, 89, 90, 250), "age": (0, 69, 70, 120)}),
    "mtss_criteria": (mtss, {"recognisable_tender_cm": (0, 0.5, 4.9, 5, 40)}),
}  # fmt: skip

#: Values of which not every number between two that are possible is possible, or that depend on two open numbers at
#: once: there the range is wider than the grid shows, and only what is decided is compared.
WIDE = {"abi_calculation": {"abi"}, "abi_bands": {"abi", "fall_percent", "exercise_positive"}, "rhabdo_ck": {"ratio"},
        "acs_delta_pressure": {"delta_mmhg"}, "visa_a_total": {"score"}}  # fmt: skip


def grid_of(rule_id: str) -> dict[str, tuple[Any, ...]]:
    return {**yes_no_grid(rule_id), **GRIDS[rule_id][1]}


def given(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value != NOT_DONE}


def engine(rule_id: str, row: Row) -> Any:
    sheet = RULES[rule_id]
    return apply_rule(sheet, check_inputs(sheet, given(row)))


def test_every_rule_has_its_grid():
    assert set(GRIDS) == set(RULES)
    for rule_id, sheet in RULES.items():
        assert set(grid_of(rule_id)) == set(sheet.input_by_id), rule_id


@pytest.mark.parametrize("rule_id", list(GRIDS))
def test_every_combination(rule_id):
    grid, reference = grid_of(rule_id), GRIDS[rule_id][0]
    for values in itertools.product(*grid.values()):
        row = dict(zip(grid, values, strict=True))
        result = engine(rule_id, row)
        assert result.status == "complete"
        found = result_to_dict(result)
        expected = reference(row)
        assert {name: found[name] for name in expected} == expected, row


def combined(
    full: Mapping[tuple[Any, ...], Row], grid: Mapping[str, tuple[Any, ...]], chosen: tuple[Any, ...]
) -> list[Row]:
    """Return what the rule gives for every way of filling in what is missing (None)."""
    ways = [options if value is None else (value,) for options, value in zip(grid.values(), chosen, strict=True)]
    return [full[values] for values in itertools.product(*ways)]


@pytest.mark.parametrize(
    "rule_id", [rule for rule in GRIDS if rule not in ("wells_1997_three_level", "wells_2003_two_level")]
)
def test_every_set_of_missing_items(rule_id):
    """With items missing the rule names exactly what can still come out: no more, and never less."""
    reference = GRIDS[rule_id][0]
    # An input with a state "not done" is never missing: leaving it out is that state.
    sheet = RULES[rule_id]
    full_grid = grid_of(rule_id)
    grid = {name: thinned(options) for name, options in full_grid.items()}
    full = {values: reference(dict(zip(grid, values, strict=True))) for values in itertools.product(*grid.values())}
    with_gaps = [
        options if sheet.input_by_id[name].if_missing == "not_done" else (None, *options)
        for name, options in grid.items()
    ]
    for chosen in itertools.product(*with_gaps):
        row = {name: value for name, value in zip(grid, chosen, strict=True) if value is not None}
        possible = combined(full, grid, chosen)
        compare(rule_id, engine(rule_id, row), possible, row)


def thinned(options: tuple[Any, ...]) -> tuple[Any, ...]:
    """Keep at most six values of a grid, ends and boundaries among them, so that all gaps can be tried."""
    return options if len(options) <= 6 else options[:: max(1, len(options) // 5)] + options[-1:]


def compare(rule_id: str, result: Any, possible: list[Row], row: Row) -> None:
    for name in possible[0]:
        value = result.values[name]
        outcomes = [other[name] for other in possible]
        if value.row.kind == "items":
            surely = set(outcomes[0]).intersection(*outcomes)
            assert set(value.value) == surely, (row, name)
            continue
        if value.decided:
            assert outcomes.count(outcomes[0]) == len(outcomes), (row, name, outcomes)
            assert value.value == outcomes[0], (row, name)
            continue
        wide = name in WIDE.get(rule_id, ())
        assert wide or outcomes.count(outcomes[0]) < len(outcomes), (row, name, value.possible)
        numbers = [
            outcome for outcome in outcomes if isinstance(outcome, int | float) and not isinstance(outcome, bool)
        ]
        if value.row.kind == "number" and numbers:
            low = -math.inf if value.low is None else value.low
            high = math.inf if value.high is None else value.high
            assert low <= min(numbers), (row, name)
            assert high >= max(numbers), (row, name)
            assert wide or (low, high) == (min(numbers), max(numbers)), (row, name)
        elif value.row.kind == "result":
            named = {outcome.result for outcome in value.possible}
            assert named == {outcome for outcome in outcomes if outcome is not None}, (row, name)


@pytest.mark.parametrize(
    ("rule_id", "bounds"),
    [("wells_1997_three_level", (0, 2)), ("wells_2003_two_level", (1,))],
)
def test_every_set_of_missing_items_of_the_clot_scores(rule_id, bounds):
    """3**9 and 3**10 patients; the range is the sum of what each open item can still add or take away."""
    sheet = RULES[rule_id]
    names = list(sheet.input_by_id)
    bands = [outcome.result for outcome in sheet.outcomes]
    for chosen in itertools.product((None, False, True), repeat=len(names)):
        row = {name: value for name, value in zip(names, chosen, strict=True) if value is not None}
        points = [-2 if name == "alternative_as_likely" else 1 for name in names]
        low = sum(min(p, 0) if v is None else p * v for p, v in zip(points, chosen, strict=True))
        high = sum(max(p, 0) if v is None else p * v for p, v in zip(points, chosen, strict=True))
        result = apply_rule(sheet, row, exact=False)
        score, band = result.values["score"], result.values["band"]
        assert (score.low, score.high) == (low, high)
        first, last = (sum(value > bound for bound in bounds) for value in (low, high))
        assert [outcome.result for outcome in band.possible] == bands[first : last + 1]
        assert band.decided is (first == last)
        assert result.status == ("complete" if None not in chosen else "decided" if first == last else "incomplete")
        assert set(result.missing) == set(names) - set(row)
