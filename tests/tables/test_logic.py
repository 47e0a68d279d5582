"""The logic language: reading, errors with their place, and exact answers to "does it hold" and "could it hold"."""

import itertools
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calfnb.tables.logic import ALWAYS, AllOf, AnyOf, AtLeast, Expression, Is, LogicError, Not, find_loops, parse

FINDINGS = {
    "swelling": ("yes", "no"),
    "fever": ("yes", "no"),
    "side": ("left", "right", "both"),
    "age": ("under_18", "18_to_39"),
}
RULES = ("wells", "ottawa")


def read(text: str) -> Expression:
    return parse(text, findings=FINDINGS, rules=RULES)


def atoms() -> st.SearchStrategy:
    pairs = [Is(finding_id, option) for finding_id, options in FINDINGS.items() for option in options]
    return st.sampled_from([*pairs, AtLeast("wells", 2), AtLeast("wells", 1), AtLeast("ottawa", 0.5)])


def trees() -> st.SearchStrategy:
    def grow(children: st.SearchStrategy) -> st.SearchStrategy:
        several = st.lists(children, min_size=2, max_size=3).map(tuple)
        return st.one_of(several.map(AllOf), several.map(AnyOf), children.map(Not))

    return st.recursive(atoms(), grow, max_leaves=7)


expressions = trees().map(lambda root: read(str(Expression(root))))
partial_answers = st.fixed_dictionaries({}, optional={f: st.sampled_from(o) for f, o in FINDINGS.items()})
score_values = st.sampled_from([0.0, 0.5, 1.0, 1.5, 2.0])
some_scores = st.fixed_dictionaries({}, optional=dict.fromkeys(RULES, score_values))


def holds_by_hand(node, answers, scores) -> bool:
    """The meaning of the language, written as plainly as possible."""
    match node:
        case Is():
            return answers.get(node.finding_id) == node.option_id
        case AtLeast():
            return node.rule_id in scores and scores[node.rule_id] >= node.number
        case Not():
            return not holds_by_hand(node.operand, answers, scores)
        case AllOf():
            return all(holds_by_hand(operand, answers, scores) for operand in node.operands)
        case AnyOf():
            return any(holds_by_hand(operand, answers, scores) for operand in node.operands)


def completions(answers):
    free = [finding_id for finding_id in FINDINGS if finding_id not in answers]
    for chosen in itertools.product(*(FINDINGS[finding_id] for finding_id in free)):
        yield {**answers, **dict(zip(free, chosen, strict=True))}


@given(trees())
def test_text_and_tree_are_two_forms_of_one_thing(root):
    assert read(str(Expression(root))).root == root


@given(expressions, partial_answers, some_scores)
def test_holds_means_what_the_language_says(expression, answers, scores):
    expected = holds_by_hand(expression.root, answers, scores)
    assert expression.holds(answers, scores) is expected


@given(expressions, partial_answers, some_scores)
def test_could_hold_is_exact_over_all_completions(expression, answers, scores):
    scores = {rule: scores.get(rule, 1.0) for rule in RULES}
    ranges = {rule: (value, value) for rule, value in scores.items()}
    expected = any(holds_by_hand(expression.root, full, scores) for full in completions(answers))
    assert expression.could_hold(answers, ranges) is expected


@given(expressions, partial_answers)
def test_could_hold_with_open_scores_is_exact_too(expression, answers):
    values = (0.0, 0.5, 1.0, 2.0)
    expected = any(
        holds_by_hand(expression.root, full, {"wells": wells, "ottawa": ottawa})
        for full in completions(answers)
        for wells in values
        for ottawa in values
    )
    assert expression.could_hold(answers) is expected


@given(expressions, partial_answers, some_scores)
def test_what_supports_an_expression_is_enough_to_make_it_hold(expression, answers, scores):
    support = expression.supports(answers, scores)
    if not expression.holds(answers, scores):
        assert support == ()
        return
    assert set(support) <= set(answers)
    assert expression.holds({finding_id: answers[finding_id] for finding_id in support}, scores)


@given(expressions, partial_answers)
def test_missing_findings_are_open_and_can_help(expression, answers):
    scores = dict.fromkeys(RULES, 1.0)
    ranges = dict.fromkeys(RULES, (1.0, 1.0))
    missing = expression.missing(answers, ranges)
    assert not set(missing) & set(answers)
    assert len(set(missing)) == len(missing)
    if missing:
        assert expression.could_hold(answers, ranges)
        assert not expression.holds(answers, scores)
        assert any(expression.holds({**answers, **full}, scores) for full in completions(answers))


def test_missing_names_the_shortest_way_first():
    expression = read("(swelling=yes AND side=left AND fever=no) OR age=under_18")
    assert expression.missing({}) == ("age", "swelling", "side", "fever")
    assert expression.missing({"age": "18_to_39", "swelling": "yes"}) == ("side", "fever")
    assert expression.missing({"age": "under_18"}) == ()


@pytest.mark.parametrize(
    ("text", "possible"),
    [
        ("side=left AND side=right", False),
        ("NOT (side!=left OR side!=right)", False),
        ("side=left AND side!=left", False),
        ("side!=left AND side!=right", True),
        ("side!=left AND side!=right AND side!=both", False),
        ("rule:wells>=2 AND NOT rule:wells>=1", False),
        ("rule:wells>=1 AND NOT rule:wells>=2", True),
    ],
)
def test_options_of_one_finding_exclude_each_other(text, possible):
    assert read(text).could_hold({}) is possible


def test_an_unknown_answer_satisfies_only_unequal():
    assert not read("fever=yes").holds({})
    assert read("fever!=yes").holds({})
    assert read("NOT fever=yes").holds({})
    assert not read("rule:wells>=0").holds({})


def test_scores_in_a_range():
    expression = read("rule:wells>=2")
    assert expression.could_hold({}, {"wells": (0, 2)})
    assert not expression.could_hold({}, {"wells": (0, 1.5)})
    assert expression.rules() == {"wells"}
    assert expression.names() == frozenset()


def test_an_empty_cell_that_means_always():
    assert ALWAYS.holds({})
    assert ALWAYS.could_hold({"fever": "no"})
    assert ALWAYS.missing({}) == ()
    assert ALWAYS.supports({"fever": "no"}) == ()


def test_expressions_are_values():
    expression = read("swelling=yes AND side!=both")
    assert pickle.loads(pickle.dumps(expression)) == expression
    assert hash(read("swelling=yes  AND  side!=both")) == hash(expression)


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("", 0, "empty"),
        ("  ", 2, "empty"),
        ("swelling", 8, "after swelling comes = or !="),
        ("swelling=", 9, "option of swelling is missing"),
        ("sweling=yes", 0, 'no finding "sweling"; did you mean "swelling"?'),
        ("swelling=yes AND", 16, "still to come"),
        ("swelling=yess", 9, 'no option "yess"; did you mean "yes"?'),
        ("side=up", 5, "it has left, right, both"),
        ("(swelling=yes", 0, "never closed"),
        ("swelling=yes)", 12, "never opened"),
        ("(swelling=yes fever=no)", 14, "missing before this"),
        ("swelling=yes fever=no", 13, "AND or OR is missing"),
        ("swelling=yes and fever=no", 13, "write AND in capitals"),
        ("not swelling=yes", 0, "write NOT in capitals"),
        ("swelling==yes", 8, "after swelling comes = or !="),
        ("swelling=yes & fever=no", 13, '"&" does not fit'),
        ("AND swelling=yes", 0, '"AND" stands where'),
        ("rule:wels>=2", 5, 'no rule "wels"; did you mean "wells"?'),
        ("rule:wells=2", 10, "compared with >="),
        ("rule:wells>=two", 12, "expected a number"),
        ("rule:wells>=", 12, "number is missing"),
        ("rule:", 5, "id of a rule is missing"),
        ("(" * 60 + "swelling=yes" + ")" * 60, 40, "nested at most"),
        ("swelling=yes OR " * 400 + "fever=yes", 0, "longer than"),
        (" AND ".join(["(swelling=yes OR fever=yes)"] * 20), 0, "too many alternatives"),
    ],
)
def test_an_error_says_where_and_what_to_write(text, position, words):
    with pytest.raises(LogicError) as caught:
        read(text)
    assert caught.value.position == position
    assert words in str(caught.value)
    assert caught.value.pointer().splitlines()[-1] == " " * position + "^"


@given(st.text(alphabet="swelling=yes!()ANDORT:>2 é", max_size=60))
def test_no_text_breaks_the_reader(text):
    try:
        expression = read(text)
    except LogicError as error:
        position = error.position
    else:
        position = 0
        assert read(str(expression)) == expression
    assert 0 <= position <= len(text)


def test_loops_are_found_with_the_way_round():
    assert find_loops({"a": {"b"}, "b": {"c"}, "c": set()}) == []
    assert find_loops({"a": {"a"}}) == [("a",)]
    (loop,) = find_loops({"x": ["a"], "a": ["b"], "b": ["c"], "c": ["a", "x2"]})
    assert set(loop) == {"a", "b", "c"}
    start = loop[0]
    assert loop == {"a": ("a", "b", "c"), "b": ("b", "c", "a"), "c": ("c", "a", "b")}[start]
