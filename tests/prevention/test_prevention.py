"""Contributing factors without a score, the weekly programme, its calendar, and what the tables must hold."""

import re
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warmup_tables import CopiedTables

from calfnb.calendars import week_calendar
from calfnb.prevention.factors import FactorError, check_factors, read_factors
from calfnb.prevention.programme import DAY_KINDS, WeekRequest, plan_week
from calfnb.tables import check_tables, load_prevention, load_tables
from calfnb.tables.checking import read_folder, shipped_folder
from calfnb.tables.coverage import coverage_by_topic
from calfnb.tables.problems import InputError
from calfnb.tables.records_prevention import DAYS
from calfnb.warmup.request import UnansweredError

NO = {"red_flag": False, "sudden_sharp": False, "pain": 0}
TABLES = load_prevention()
TOPICS = (
    "cause", "prevention", "warm_up", "cool_down", "stretch", "strengthening", "footwear", "form", "surface",
    "hydration", "cross_training", "statistic",
)  # fmt: skip


# ---- factors -------------------------------------------------------------------------------------------------------


def states(**answers):
    return {row.factor.factor_id: row.state for row in check_factors(answers).findings}


def test_every_factor_says_how_it_works_and_whether_it_holds():
    assert len(TABLES.factors) >= 66
    for row in TABLES.factors.values():
        assert row.mechanism
        assert row.holds
        assert row.condition_ids
        if row.seeds:
            assert row.seeds_say, row.factor_id
            assert row.seed_status != "not_named", row.factor_id
        else:
            assert row.seed_status == "not_named", row.factor_id


def test_a_size_never_stands_without_what_it_is_about_and_is_never_calf_pain():
    outcomes = {row.effect_outcome for row in (*TABLES.factors.values(), *TABLES.actions.values())}
    assert not any("calf" in outcome and "other_sport" not in outcome for outcome in outcomes)
    for row in (*TABLES.factors.values(), *TABLES.actions.values()):
        if re.search(r"\d", row.effect):
            assert row.effect_outcome != "none"


def test_nothing_counts_before_anything_is_answered():
    report = check_factors({})
    assert report.counting == ()
    assert len(report.open) == len(TABLES.factors)


def test_what_counts_and_what_is_only_explained():
    found = states(
        weak_calf=12, worn_shoes=482, older_age=40, insufficient_rest_days=2, single_session_spike=1.1,
        weak_foot_ankle="yes", previous_calf_injury="m2_to_12", heel_strike=True, no_pre_run_stretching=True,
        no_cool_down=True, sex="woman", weekly_mileage_spike=10.1,
    )  # fmt: skip
    assert found["weak_calf"] == "counts"
    assert found["worn_shoes"] == "does_not_count"
    assert found["older_age"] == "counts"
    assert found["insufficient_rest_days"] == "does_not_count"
    assert found["single_session_spike"] == "does_not_count"
    assert found["weak_foot_ankle"] == "does_not_count"
    assert found["previous_calf_injury"] == "counts"
    assert found["weekly_mileage_spike"] == "counts"
    for name in ("heel_strike", "no_pre_run_stretching", "no_cool_down", "sex"):
        assert found[name] == "explained", name
    assert found["dehydration"] == "open"


def test_contradicted_claims_never_count():
    for row in TABLES.factors.values():
        if row.seed_status == "contradicted" and row.strength in ("null", "contradicted"):
            assert not row.counts_options


def test_what_can_be_changed_comes_first_and_clinicians_hear_of_the_rest():
    report = check_factors(
        {"older_age": 60, "weak_calf": 5, "long_travel": "yes", "diabetes": "yes", "no_warm_up": "yes"}
    )
    ids = [row.factor.factor_id for row in report.counting]
    assert ids == ["weak_calf", "no_warm_up", "diabetes", "older_age", "long_travel"]
    assert [row.factor.factor_id for row in report.for_a_clinician] == ["diabetes", "long_travel"]
    assert report.factor_ids == tuple(ids)
    assert report.counting[0].actions[0].action_id == "calf_strength"


def test_no_number_of_the_report_is_a_score():
    """The report holds findings and nothing that adds them up."""
    report = check_factors({"weak_calf": 5})
    numbers = [name for name in dir(report) if isinstance(getattr(report, name), (int, float))]
    assert numbers == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("weak_calv", 3), ("weak_calf", "few"), ("weak_calf", -1), ("weak_calf", 101), ("weak_calf", True),
        ("weak_calf", float("nan")), ("worn_shoes", 10**400), ("no_warm_up", "sometimes"), ("no_warm_up", 3),
        ("previous_calf_injury", True), ("sex", []),
    ],
)  # fmt: skip
def test_answers_that_cannot_be(name, value):
    with pytest.raises(FactorError) as caught:
        read_factors({name: value})
    assert caught.value.field == name
    assert "\n" not in str(caught.value)


def test_what_may_hurt_is_guarded_and_what_alarms_says_so():
    for name in ("weak_calf", "weak_hip", "weak_core", "weak_foot_ankle", "tight_calf_achilles"):
        assert "not test" in TABLES.factors[name].guard
    assert "emergency" in TABLES.factors["dehydration"].guard
    assert "dark urine" not in TABLES.factors["dehydration"].question
    assert "before the next dose" in TABLES.factors["fluoroquinolone_use"].guard


# ---- the week ------------------------------------------------------------------------------------------------------


def gaps(days):
    places = sorted(DAYS.index(day) for day in days)
    return [(b - a) % 7 or 7 for a, b in zip(places, [*places[1:], places[0]], strict=True)] if places else []


@pytest.mark.parametrize("stage", ["first", "later"])
@pytest.mark.parametrize("profile", list(TABLES.profiles))
def test_each_runner_gets_a_week(profile, stage):
    programme = plan_week(WeekRequest(NO, (profile,), ("weak_calf", "worn_shoes", "older_age"), stage=stage))
    assert [day.day for day in programme.days] == list(DAYS)
    assert programme.conflicts == ()
    assert sum(day.free for day in programme.days) >= 2
    heavy = {item.day for day in programme.days for item in day.items if item.action.load == "heavy"}
    assert heavy
    assert all(gap >= 2 for gap in gaps(heavy))
    assert len(programme.actions) <= (3 if stage == "first" else 6)
    assert "replace_shoes" in {action.action_id for action, _ in programme.habits}
    for day in programme.days:
        for item in day.items:
            assert item.reasons
            assert item.exercises
            assert item.action.harms
            assert item.action.evidence_for
    assert not {row.action for row in programme.later} & set(programme.actions)


def test_what_speaks_for_an_action_is_said():
    programme = plan_week(WeekRequest(NO, ("older",), ("weak_calf", "older_age")))
    (item,) = [item for day in programme.days[:1] for item in day.items if item.action.action_id == "calf_strength"]
    assert {(row.kind, row.id) for row in item.reasons} == {
        ("factor", "weak_calf"), ("factor", "older_age"), ("profile", "older"),
    }  # fmt: skip


def test_new_runners_do_not_train_the_foot_alone():
    """A trial of a foot programme alone in new runners was followed by more sudden injuries."""
    asked = WeekRequest(NO, ("new",), ("weak_foot_ankle",), stage="later", leave_out=("hip_core_strength",))
    programme = plan_week(asked)
    (row,) = [row for row in programme.left_out if row.action.action_id == "foot_strength"]
    assert "sudden injuries" in row.sentence
    beside = plan_week(WeekRequest(NO, ("new",), ("weak_foot_ankle",), stage="later"))
    ids = {action.action_id for action in beside.actions}
    assert {"foot_strength", "hip_core_strength"} <= ids
    experienced = plan_week(WeekRequest(NO, ("experienced",), ("weak_foot_ankle",), stage="later"))
    assert "foot_strength" in {action.action_id for action in experienced.actions}


def test_a_desk_worker_moves_on_working_days():
    programme = plan_week(WeekRequest(NO, ("desk_bound",)))
    snacks = [item for day in programme.days for item in day.items if item.action.action_id == "movement_snacks"]
    assert [item.day for item in snacks] == list(DAYS[:5])
    assert len({item.exercises for item in snacks}) > 1
    assert all("movement_snack" in row.purposes for item in snacks for row in item.exercises)


def test_harder_raises_for_the_experienced_than_for_the_new():
    def rpe(profile):
        programme = plan_week(WeekRequest(NO, (profile,)))
        items = [item for day in programme.days for item in day.items if item.action.action_id == "calf_strength"]
        return max(row.rpe_0_10 for row in items[0].exercises)

    assert rpe("new") < rpe("experienced")


def test_too_full_a_week_is_said():
    full = dict.fromkeys(DAYS, "easy")
    programme = plan_week(WeekRequest(NO, ("experienced",), week=full))
    assert any("0 days are free" in sentence for sentence in programme.conflicts)
    none = plan_week(WeekRequest(NO, ("new",), week=dict.fromkeys(DAYS, "rest")))
    assert any("no day with a run" in sentence for sentence in none.conflicts)


def test_the_gate_stands_before_the_week():
    assert plan_week(WeekRequest({"red_flag": True}, ("new",))).days == ()
    stopped = plan_week(WeekRequest({**NO, "condition": "tibial_stress_fracture"}, ("new",)))
    assert (stopped.gate.rule_id, stopped.days, stopped.habits) == ("WR03b", (), ())
    with pytest.raises(UnansweredError):
        plan_week(WeekRequest({}, ("new",)))


def test_what_is_kept_back_is_not_in_the_week():
    bone = {**NO, "condition": "achilles_tendinopathy_insertional"}
    programme = plan_week(WeekRequest(bone, ("experienced",), ("weak_calf",), stage="later"))
    ids = {row.exercise_id for day in programme.days for item in day.items for row in item.exercises}
    assert {"heel_drop_straight", "heel_drop_bent", "wall_calf_stretch", "ankle_rocks"}.isdisjoint(ids)


# What a clinician hears of first, and what waits until then.
HOLDS = {
    "fluoroquinolone_use": {"heavy"},
    "dvt_risk_recent": {"heavy", "massage"},
    "cancer_or_previous_dvt": {"heavy", "massage"},
    "pregnancy_postpartum_oestrogen": {"heavy", "massage"},
    "long_travel": {"massage"},
}
PRESSURE = {"blood_thinner": False, "surface_vein": False, "broken_skin": False, "unexplained_swelling": False}


def test_what_keeps_something_back_is_a_matter_for_a_clinician():
    assert {row.factor_id: set(row.holds_back) for row in TABLES.factors.values() if row.holds_back} == HOLDS
    for row in TABLES.factors.values():
        assert row.safety or not row.holds_back
        # A guard that speaks of load or of a clot is never only words.
        assert row.holds_back or not row.safety or not row.guard


def kinds_of(programme):
    items = [item for day in programme.days for item in day.items]
    bounces = ("jumping_jacks", "pogo_double")
    hops = any(exercise.exercise_id in bounces for item in items for exercise in item.exercises)
    heavy = hops or any(item.action.load == "heavy" for item in items)
    massage = any(exercise.type == "self_massage" for item in items for exercise in item.exercises)
    return {name for name, there in (("heavy", heavy), ("massage", massage)) if there}


@pytest.mark.parametrize("stage", ["first", "later"])
@pytest.mark.parametrize("profile", list(TABLES.profiles))
@pytest.mark.parametrize("factor", list(HOLDS))
def test_heavy_work_and_massage_wait_until_a_clinician_has_looked(factor, profile, stage):
    factors = (factor, "tight_calf_achilles", "weak_calf")
    asked = WeekRequest({**NO, **PRESSURE}, (profile,), factors, stage=stage, looked_at=())
    programme = plan_week(asked)
    assert kinds_of(programme).isdisjoint(HOLDS[factor])
    held = {row.action.action_id: row.sentence for row in programme.left_out}
    wanted = {"heavy": "calf_strength", "massage": "foam_roll"}
    for kind in HOLDS[factor]:
        assert TABLES.factors[factor].name in held[wanted[kind]]
        assert TABLES.factors[factor].guard in held[wanted[kind]]
    looked = plan_week(WeekRequest({**NO, **PRESSURE}, (profile,), factors, stage=stage, looked_at=(factor,)))
    assert not any(TABLES.factors[factor].name in row.sentence for row in looked.left_out)
    assert "heavy" in kinds_of(looked)
    assert all(item.exercises for day in programme.days for item in day.items)


@given(
    st.lists(st.sampled_from(list(TABLES.profiles)), min_size=1, max_size=3, unique=True),
    st.lists(st.sampled_from(list(TABLES.factors)), max_size=20, unique=True),
    st.lists(st.sampled_from(list(HOLDS)), unique=True),
    st.sampled_from(["first", "later"]),
)
def test_nothing_that_waits_is_ever_in_a_week(profiles, factors, looked_at, stage):
    programme = plan_week(
        WeekRequest({**NO, **PRESSURE}, tuple(profiles), tuple(factors), stage=stage, looked_at=tuple(looked_at))
    )
    held = {kind for name in set(factors) - set(looked_at) for kind in HOLDS.get(name, ())}
    assert kinds_of(programme).isdisjoint(held)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"profile_ids": ()}, "profile_ids"),
        ({"profile_ids": ("old",)}, "profile_ids"),
        ({"factor_ids": ("weak_calfs",)}, "factor_ids"),
        ({"week": {"mon": "easy"}}, "week"),
        ({"week": {"monday": "fast"}}, "week"),
        ({"stage": "second"}, "stage"),
        ({"leave_out": ("hip_strength",)}, "leave_out"),
        ({"looked_at": ("dvt",)}, "looked_at"),
    ],
)
def test_requests_that_cannot_be(change, field):
    with pytest.raises(FactorError) as caught:
        plan_week(WeekRequest(**{"safety": NO, "profile_ids": ("new",), **change}))
    assert caught.value.field == field


@given(
    st.lists(st.sampled_from(list(TABLES.profiles)), min_size=1, max_size=3, unique=True),
    st.lists(st.sampled_from(list(TABLES.factors)), max_size=12, unique=True),
    st.tuples(*(st.sampled_from(DAY_KINDS) for _ in DAYS)),
    st.sampled_from(["first", "later"]),
)
def test_any_week_keeps_its_rules_or_says_that_it_cannot(profiles, factors, kinds, stage):
    week = dict(zip(DAYS, kinds, strict=True))
    request = WeekRequest(NO, tuple(profiles), tuple(factors), week, stage)
    programme = plan_week(request)
    assert programme == plan_week(request)
    heavy = {item.day for day in programme.days for item in day.items if item.action.load == "heavy"}
    assert all(gap >= 2 for gap in gaps(heavy))
    free = sum(day.free for day in programme.days)
    assert free >= min(2, sum(kind == "rest" for kind in kinds))
    assert free >= 2 or programme.conflicts
    for day in programme.days:
        ids = [item.action.action_id for item in day.items]
        assert len(ids) == len(set(ids))
        calf = [item for item in day.items if item.action.load == "heavy" and item.action.action_id != "thigh_strength"]
        assert len(calf) <= 1
        for item in day.items:
            if item.when in ("before", "within", "after"):
                assert day.kind != "rest"
    placed = set(programme.actions)
    assert not placed & {row.action for row in (*programme.later, *programme.left_out)}


def test_the_calendar_has_each_action_on_its_day():
    icalendar = pytest.importorskip("icalendar")
    programme = plan_week(WeekRequest(NO, ("experienced",)))
    content = week_calendar(programme, TABLES, start=date(2025, 3, 3), weeks=2)
    events = list(icalendar.Calendar.from_ical(content).walk("VEVENT"))
    assert len(events) == 2 * sum(len(day.items) for day in programme.days)
    assert len({str(event["UID"]) for event in events}) == len(events)
    strength = [event.decoded("DTSTART") for event in events if str(event["SUMMARY"]) == "Strengthen the calf"]
    assert all(programme.days[day.weekday()].kind == "hard" for day in strength)
    assert "Not a medical device" in str(events[0]["DESCRIPTION"])
    assert content == week_calendar(programme, TABLES, start=date(2025, 3, 3), weeks=2)
    with pytest.raises(InputError):
        week_calendar(programme, TABLES, start=date(2025, 3, 3), weeks=0)


# ---- the tables ----------------------------------------------------------------------------------------------------


@pytest.fixture
def copied(tmp_path):
    return CopiedTables(tmp_path)


def test_every_claim_of_these_topics_is_carried():
    covered = {row.topic: row for row in coverage_by_topic(read_folder(shipped_folder()))}
    for topic in TOPICS:
        assert covered[topic].uncovered == (), topic


def test_every_claim_of_these_topics_is_carried_by_a_row_that_these_lessons_show():
    rows = (
        *TABLES.exercises.values(), *TABLES.rules, *TABLES.slots, *TABLES.sessions.values(), *TABLES.debates,
        *TABLES.factors.values(), *TABLES.actions.values(), *TABLES.guides.values(), *TABLES.profiles.values(),
    )  # fmt: skip
    carried = {claim_id for row in rows for claim_id in row.claim_ids}
    missing = [
        row.claim_id for row in load_tables().claims.values() if row.topic in TOPICS and row.claim_id not in carried
    ]
    assert missing == []


def test_disagreements_of_these_topics_are_shown():
    shown = {name for row in (*TABLES.debates, *TABLES.guides.values()) for name in row.conflict_ids}
    topics = {"form", "warm_up", "stretch", "strengthening", "hydration", "surface", "footwear"}
    conflicts = load_tables().conflicts.values()
    assert [row.conflict_id for row in conflicts if row.topic in topics and row.conflict_id not in shown] == []


def test_causes_do_not_read_these_tables():
    assert "exercises" not in read_folder(shipped_folder(), parts=()).sheets


def test_a_folder_of_an_older_version_gives_empty_tables(tiny_folder):
    tables = load_prevention(tiny_folder)
    assert (len(tables.exercises), len(tables.factors), tables.rules) == (0, 0, ())
    assert check_tables(tiny_folder) == []


def test_the_shipped_tables_are_read_once():
    assert load_prevention() is TABLES


SPOILT = [
    ("exercises.csv", "exercise_id", "brisk_walk", {"block_ids": "bone"}, "block_ids", "red_flag=yes"),
    ("exercises.csv", "exercise_id", "foam_roll_calf", {"block_ids": "seen_first"}, "block_ids", "preconditions"),
    ("exercises.csv", "exercise_id", "brisk_walk", {"duration_min": "9"}, "duration_min", "comes to"),
    ("exercises.csv", "exercise_id", "brisk_walk", {"time_s": ""}, "dose", "exactly one"),
    ("exercises.csv", "exercise_id", "brisk_walk", {"harder_ids": "easy_jogg"}, "harder_ids", "did you mean"),
    ("exercises.csv", "exercise_id", "brisk_walk", {"source_id": "nobody"}, "source_id", "no"),
    ("warmup_blocks.csv", "block_id", "bone", {"when": "care_group=bones"}, "when", "no option"),
    ("warmup_rules.csv", "row_id", "wr08_cold", {"when": "rule:temp>=10"}, "when", "temp"),
    ("warmup_rules.csv", "row_id", "wr04", {"session_to": "eazy"}, "session_to", "did you mean"),
    ("warmup_rules.csv", "row_id", "wr05_pain", {"history_to": ""}, "history_to", "becomes"),
    ("warmup_rules.csv", "row_id", "wr13", {"mobilise_list": "mobilise"}, "mobilise_list", "no list"),
    ("warmup_rules.csv", "row_id", "wr14", {"kind": "note", "when": ""}, "when", "condition"),
    ("warmup_sessions.csv", "session_id", "easy", {"raise_floor_min": "9"}, "raise_floor_min", "above"),
    ("warmup_sessions.csv", "session_id", "tempo", {"plan_as": ""}, "plan_as", "instead"),
    ("warmup_sessions.csv", "session_id", "tempo", {"plan_as": "eazy"}, "plan_as", "did you mean"),
    ("warmup_sessions.csv", "session_id", "tempo", {"cool_list": "cool"}, "cool_list", "no list"),
    ("warmup_slots.csv", "list_id", "mobilise_usual", {"exercise_id": "pogo_double"}, "exercise_id", "third phase"),
    ("warmup_limits.csv", "limit_id", "walk_min", {"limit_id": "walk_minimum"}, "limit_id", "needs walk_min"),
    ("warmup_questions.csv", "question_id", "pain", {"default": "0"}, "default", "never assumed"),
    ("warmup_questions.csv", "question_id", "early", {"labels": "Yes"}, "labels", "labels"),
    ("warmup_questions.csv", "question_id", "early", {"default": "maybe"}, "default", "none of the answers"),
    ("warmup_examples.csv", "example_id", "race", {"answers": "time_min=40"}, "answers", "needs a session"),
    ("warmup_examples.csv", "example_id", "race", {"answers": "session=race_short;pain=0"}, "answers", "no question"),
    ("warmup_examples.csv", "example_id", "race", {"answers": "session=race_shrt"}, "answers", "race_short"),
    ("warmup_examples.csv", "example_id", "race", {"answers": "session=easy;temp_c=cold"}, "answers", "needs a number"),
    ("risk_factors.csv", "factor_id", "worn_shoes", {"minimum": ""}, "minimum", "lowest"),
    ("risk_factors.csv", "factor_id", "no_warm_up", {"counts_options": "yess"}, "counts_options", "did you mean"),
    ("risk_factors.csv", "factor_id", "no_warm_up", {"holds_back": "heavy"}, "holds_back", "for a clinician"),
    ("risk_factors.csv", "factor_id", "no_warm_up", {"options": ""}, "options", "answers"),
    ("risk_factors.csv", "factor_id", "single_session_spike", {"effect_outcome": "none"}, "effect_outcome", "about"),
    ("prevention_actions.csv", "action_id", "warm_up", {"per_week_min": "9"}, "per_week_min", "more than"),
    ("prevention_actions.csv", "action_id", "warm_up", {"minutes": "0"}, "place", "minutes"),
    ("prevention_actions.csv", "action_id", "softer_shoe", {"effect_outcome": "none"}, "effect_outcome", "about"),
]


@pytest.mark.parametrize(("file", "key", "value", "change", "column", "said"), SPOILT)
def test_what_is_wrong_is_reported_with_its_place(copied, file, key, value, change, column, said):
    copied.change(file, lambda row: row[key] == value, **change)
    problems = [problem for problem in check_tables(copied.folder) if problem.file == file and problem.column == column]
    assert any(said in problem.message for problem in problems), [str(row) for row in check_tables(copied.folder)]
    assert all(problem.remedy for problem in problems)


def test_one_rule_each_of_what_the_planner_needs(copied):
    copied.drop("warmup_rules.csv", "row_id", ["wr15"])
    assert any("short_quality" in problem.message for problem in check_tables(copied.folder))


def test_the_wording_promises_nothing():
    """Never "you have", never "safe to run", no dose of a drug."""
    folder = shipped_folder()
    names = ["exercises", "risk_factors", "prevention_actions", "prevention_guides", "weekly_profiles", "weekly_rules"]
    names += [path.stem for path in folder.glob("warmup_*.csv")]
    forbidden = re.compile(r"\b(you have|safe to run|guarantee|cures?)\b|\d+\s?mg\b", re.IGNORECASE)
    for name in names:
        text = (folder / f"{name}.csv").read_text(encoding="utf-8")
        found = [match.group() for match in forbidden.finditer(text)]
        assert [word for word in found if word != "cure"] == [], name


def test_questions_of_the_form_and_signs_are_complete():
    safety = [row for row in TABLES.questions.values() if row.safety]
    assert [row.question_id for row in sorted(safety, key=lambda row: row.order)][:3] == [
        "red_flag",
        "sudden_sharp",
        "pain",
    ]
    assert all(not row.default for row in safety)
    levels = {TABLES.tables.red_flags[name].level for sign in TABLES.signs.values() for name in sign.flag_ids}
    assert levels == {"emergency_now", "same_day"}
    assert not [pair for pair in combinations(TABLES.signs.values(), 2) if pair[0].sign == pair[1].sign]
