"""A case: checked creation, JSON in and out, and the short code for a page's address."""

import dataclasses
import json
import pickle
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

import calfnb
from calfnb.case import MODES, Case, CaseError, CodeError, decode_code, encode_case
from calfnb.tables import load_tables

TABLES = load_tables()
CODE_LETTERS = string.ascii_letters + string.digits + "-_"


def answer_sets(most: int = 60) -> st.SearchStrategy[dict[str, str]]:
    names = st.lists(st.sampled_from(sorted(TABLES.findings)), unique=True, max_size=most)
    return names.flatmap(lambda n: st.fixed_dictionaries({f: st.sampled_from(TABLES.option_ids[f]) for f in n}))


cases = st.builds(Case, st.sampled_from(sorted(TABLES.settings)), answer_sets())


# ---- a value -------------------------------------------------------------------------------------


def test_a_case_cannot_be_changed():
    answers = {"calf_swelling": "yes"}
    case = Case("sports_clinic", answers)
    answers["calf_swelling"] = "no"
    assert case.answers["calf_swelling"] == "yes"
    with pytest.raises(TypeError):
        case.answers["calf_swelling"] = "no"
    with pytest.raises(dataclasses.FrozenInstanceError):
        case.setting = "emergency_department"


def test_the_order_of_answers_makes_no_difference():
    one = Case(answers={"calf_swelling": "yes", "side": "one_leg"})
    other = Case(answers={"side": "one_leg", "calf_swelling": "yes"})
    assert one == other
    assert hash(one) == hash(other)
    assert one != Case("emergency_department", one.answers)
    assert pickle.loads(pickle.dumps(one)) == one


def test_answers_are_changed_by_making_a_new_case():
    case = Case(answers={"calf_swelling": "yes", "side": "one_leg"})
    assert case.with_answer("side", "both_legs").answers == {"calf_swelling": "yes", "side": "both_legs"}
    assert case.with_answer("side", None) == case.without("side") == Case(answers={"calf_swelling": "yes"})
    assert case.with_answer("dark_urine", None) == case
    assert case.with_setting("emergency_department").setting == "emergency_department"
    assert case.without("side", "calf_swelling") == Case()
    assert case.answers == {"calf_swelling": "yes", "side": "one_leg"}


# ---- from outside --------------------------------------------------------------------------------


def problems_of(call, *args, **keywords):
    with pytest.raises(CaseError) as caught:
        call(*args, **keywords)
    assert all(problem.place and problem.message and problem.remedy for problem in caught.value.problems)
    return caught.value.problems


def test_right_answers_make_a_case():
    case = Case.create(TABLES, {"calf_swelling": "yes", "side": None}, setting="emergency_department")
    assert case == Case("emergency_department", {"calf_swelling": "yes"})
    assert Case.create(TABLES, [("calf_swelling", "yes")]) == Case("sports_clinic", {"calf_swelling": "yes"})


def test_all_problems_come_at_once():
    answers = {"calf_sweling": "yes", "side": "one_leggg", "fever_or_chills": True, "dark_urine": ["no"], 7: "yes"}
    problems = problems_of(Case.create, TABLES, answers, setting="emergency_deparment")
    text = " ".join(str(problem) for problem in problems)
    assert len(problems) == 6
    assert 'no setting "emergency_deparment"; did you mean "emergency_department"?' in text
    assert 'no finding "calf_sweling"; did you mean "calf_swelling"?' in text
    assert 'side: there is no option "one_leggg"; did you mean "one_leg"?' in text
    assert "fever_or_chills: true or false stands where an option is expected" in text
    assert "dark_urine: a list stands where" in text
    assert "a number stands where the name of a finding is expected" in text


def test_an_option_far_from_any_other_lists_them():
    (problem,) = problems_of(Case.create, TABLES, {"calf_swelling": "12345"})
    assert problem.remedy == "Write one of yes, no, or leave it out."


@pytest.mark.parametrize("answers", ["calf_swelling", 3, None, b"x"])
def test_answers_of_a_wrong_type(answers):
    (problem,) = problems_of(Case.create, TABLES, answers)
    assert problem.place == "answers"


@pytest.mark.parametrize("setting", [None, 3, ["sports_clinic"], {"a": 1}])
def test_a_setting_of_a_wrong_type(setting):
    (problem,) = problems_of(Case.create, TABLES, {}, setting=setting)
    assert problem.place == "setting"


def test_two_answers_to_one_question_in_a_list():
    (problem,) = problems_of(Case.create, TABLES, [("side", "one_leg"), ("side", "both_legs")])
    assert problem.message == "the question is answered twice: one_leg and both_legs"


def test_long_words_are_shortened_in_messages():
    (problem,) = problems_of(Case.create, TABLES, {"x" * 100_000: "yes"})
    assert len(str(problem)) < 400


def test_the_error_shows_ten_problems_and_counts_the_rest():
    with pytest.raises(CaseError, match="and 20 more") as caught:
        Case.create(TABLES, {f"nothing_{number}": "yes" for number in range(30)})
    assert len(caught.value.problems) == 30


def test_the_same_error_comes_from_the_short_way():
    with pytest.raises(calfnb.CaseError, match='did you mean "calf_swelling"'):
        calfnb.assess({"calf_sweling": "yes"})


# ---- JSON ----------------------------------------------------------------------------------------


@given(cases)
def test_json_there_and_back(case):
    assert Case.from_json(case.to_json(), TABLES) == case
    assert Case.from_json(case.to_json().encode(), TABLES) == case


def test_json_without_setting_and_with_unknown_answers():
    assert Case.from_json('{"answers": {"side": null}}', TABLES) == Case()
    assert Case.from_json('\ufeff{"note": "mine", "answers": {}}', TABLES) == Case()
    assert Case.from_json('{"answers": [["side", "one_leg"]]}', TABLES) == Case(answers={"side": "one_leg"})


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ('{"answers": {"side": "one_leg", "side": "both_legs"}}', "answers, side", "twice: one_leg and both_legs"),
        ('{"answers": {"side": "one_leg", "side": "one_leg"}}', "answers, side", "answered twice"),
        ('{"answers": [["side", "one_leg"], ["side", "one_leg"]]}', "answers, side", "answered twice"),
        ('{"answers": {}, "answers": {}}', "answers", "there twice"),
        ('{"setting": "sports_clinic", "setting": "sports_clinic", "answers": {}}', "setting", "there twice"),
        ('{\n  "answers": {"side": "one_leg",}\n}', "line 2, column 33", "the JSON is broken"),
        ('{"answers": {"side": "one_leg"', "line 1, column 31", "the JSON is broken"),
        ("", "line 1, column 1", "the JSON is broken"),
        ("[]", "the whole text", "a list stands where a case is expected"),
        ("null", "the whole text", "null stands where"),
        ('"case"', "the whole text", "a text stands where"),
        ("{}", "the whole text", 'there is no "answers"'),
        ('{"answer": {}, "answers": {}}', "answer", '"answer" is not read; did you mean "answers"?'),
        ('{"seting": "sports_clinic", "answers": {}}', "seting", 'did you mean "setting"?'),
        ('{"answers": "side=one_leg"}', "answers", "a text stands where the answers are expected"),
        ('{"answers": ["side"]}', "answers, entry 1", "a text stands where a pair"),
        ('{"answers": [{"side": "one_leg"}]}', "answers, entry 1", "an object stands where a pair"),
        ('{"answers": {"side": {"one_leg": true}}}', "answers, side", "an object stands where an option"),
        ('{"answers": {"side": 1}}', "answers, side", "a number stands where an option"),
        ("[" * 100_000, "the whole text", "cannot be a case"),
        ('{"answers": {"side": ' + "9" * 10_000 + "}}", "the whole text", "cannot be a case"),
        (" " * 2_000_000, "the whole text", "longer than"),
        (b'{"answers": {"side": "\xff"}}', "byte 23", "not UTF-8"),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_json_that_cannot_be_used(text, place, words):
    (problem,) = problems_of(Case.from_json, text, TABLES)
    assert problem.place == place
    assert words in problem.message


simple_values = st.none() | st.booleans() | st.floats() | st.text(max_size=8)
json_values = st.recursive(
    simple_values, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)


@given(json_values)
def test_any_json_value_is_a_case_or_a_case_error(value):
    for content in (value, {"answers": value}, {"setting": value, "answers": {}}, {"answers": {"side": value}}):
        try:
            case = Case.from_json(json.dumps(content), TABLES)
        except CaseError:
            continue
        assert case.answers == {}


# ---- the short code ------------------------------------------------------------------------------


@given(cases, st.sampled_from(MODES))
def test_code_there_and_back(case, mode):
    code = encode_case(case, TABLES, mode=mode)
    assert set(code) <= set(CODE_LETTERS)
    decoded = decode_code(code, TABLES)
    assert decoded == (case, mode)
    assert decoded.case.setting == case.setting


@given(answer_sets(40))
def test_a_code_is_short(answers):
    assert len(encode_case(Case(answers=answers), TABLES)) <= 90


def test_a_full_case_still_fits_an_address():
    everything = {finding_id: options[-1] for finding_id, options in TABLES.option_ids.items()}
    assert len(encode_case(Case(answers=everything), TABLES)) <= 120
    assert len(encode_case(Case(), TABLES)) <= 16


@given(cases, st.data())
def test_a_cut_code_is_refused(case, data):
    code = encode_case(case, TABLES)
    length = data.draw(st.integers(0, len(code) - 1))
    for cut in (code[:length], code[length + 1 :]):
        with pytest.raises(CodeError):
            decode_code(cut, TABLES)


@given(cases, st.data())
def test_a_code_with_one_character_changed_is_refused(case, data):
    code = encode_case(case, TABLES)
    position = data.draw(st.integers(0, len(code) - 1))
    letter = data.draw(st.sampled_from([c for c in CODE_LETTERS if c != code[position]]))
    with pytest.raises(CodeError):
        decode_code(code[:position] + letter + code[position + 1 :], TABLES)


def test_every_cut_and_every_single_change_of_one_code_is_refused():
    answers = {finding_id: options[0] for finding_id, options in list(TABLES.option_ids.items())[::5]}
    code = encode_case(Case(answers=answers), TABLES)
    spoilt = [code[:length] for length in range(len(code))]
    spoilt += [code[:i] + c + code[i + 1 :] for i in range(len(code)) for c in CODE_LETTERS if c != code[i]]
    spoilt += [code + c for c in CODE_LETTERS] + [c + code for c in CODE_LETTERS]
    for text in spoilt:
        with pytest.raises(CodeError):
            decode_code(text, TABLES)


@given(st.text(max_size=120) | st.text(alphabet=CODE_LETTERS, max_size=120))
def test_no_text_breaks_the_decoder(text):
    try:
        case = decode_code(text, TABLES).case
    except CodeError:
        return
    assert case == Case.create(TABLES, case.answers, setting=case.setting)


def test_a_code_of_other_tables_says_so(tiny_tables):
    code = encode_case(Case(answers={"calf_swelling": "yes"}), tiny_tables)
    with pytest.raises(CodeError, match="another version of the tables") as caught:
        decode_code(code, TABLES)
    assert tiny_tables.version in str(caught.value)
    assert TABLES.version in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "do not belong"),
        ("AAAA AAAA", "do not belong"),
        ("<script>", "do not belong"),
        ("A" * 401, "too long"),
        ("A" * 10_000_000, "too long"),
        ("AAAA", "cut short"),
        ("AUNZ", "cut short"),
    ],
    ids=lambda value: value[:12],
)
def test_what_is_no_code_gets_one_sentence(text, words):
    with pytest.raises(CodeError) as caught:
        decode_code(text, TABLES)
    message = str(caught.value)
    assert words in message
    assert message.endswith(".")
    assert len(message) < 200


def test_a_cut_code_is_told_from_a_changed_one():
    code = encode_case(Case(answers={"calf_swelling": "yes"}), TABLES)
    with pytest.raises(CodeError, match="cut short"):
        decode_code(code[:-4], TABLES)
    with pytest.raises(CodeError, match="changed by hand"):
        decode_code(code[:-1] + ("A" if code[-1] != "A" else "B"), TABLES)


def test_only_a_case_of_these_tables_has_a_code(tiny_tables):
    with pytest.raises(ValueError, match="not in these tables: side"):
        encode_case(Case(answers={"side": "one_leg"}), tiny_tables)
    with pytest.raises(ValueError, match="not in"):
        encode_case(Case(), tiny_tables, mode="neither")
