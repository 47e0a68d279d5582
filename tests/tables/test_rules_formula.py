"""The language of formulas: reading, kinds, and values that are only partly known."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calfnb.tables.formula import NOTHING, Environment, FormulaError, Name, parse_formula

SCOPE = {
    "a": Name("yes_no"),
    "b": Name("yes_no"),
    "c": Name("yes_no"),
    "n": Name("number"),
    "m": Name("number"),
    "result": Name("choice", ("positive", "negative")),
    "sites": Name("several", ("calf", "foot")),
    "list": Name("numbers"),
}
ITEMS = ("one", "two", "minus")


def evaluate(text, items=None, points=None, **values):
    formula = parse_formula(text, SCOPE, ITEMS)
    return formula.evaluate(Environment(values, items or {}, points or {}))


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("n <= 30 AND NOT a", {"n": (30, 30), "a": False}, True),
        ("n < 30", {"n": (30, 30)}, False),
        ("n / 3 * 3 = 1", {"n": (1, 1)}, True),
        ("0.1 + 0.2 = 0.3", {}, True),
        ("(n - m) / n * 100 > 20", {"n": (Fraction("1.1"),) * 2, "m": (Fraction("0.88"),) * 2}, False),
        ("result = positive", {"result": frozenset({"positive"})}, True),
        ("result != positive", {"result": frozenset({"positive"})}, False),
        ("sites HAS calf", {"sites": frozenset({"foot"})}, False),
        ("a OR b AND c", {"a": True, "b": False, "c": False}, True),
        ("NOT (a AND b)", {"a": True, "b": True}, False),
        ("-n < 0", {"n": (2, 2)}, True),
        ("given(m)", {"m": NOTHING}, False),
        ("given(result)", {"result": frozenset()}, False),
    ],
)
def test_known_values(text, values, expected):
    assert evaluate(text, **values) is expected


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("a AND b", {"a": None, "b": False}, False),
        ("a AND b", {"a": None, "b": True}, None),
        ("a OR b", {"a": None, "b": True}, True),
        ("NOT a", {"a": None}, None),
        ("n >= 10", {"n": (0, 200)}, None),
        ("n >= 10", {"n": (10, 200)}, True),
        ("n + m <= 20", {"n": (0, 10), "m": (0, 10)}, True),
        ("n = m", {"n": (1, 2), "m": (3, 4)}, False),
        ("result = positive", {"result": frozenset({"positive", "negative"})}, None),
        ("sites HAS calf", {"sites": None}, None),
        ("n / m > 1", {"n": (1, 1), "m": (0, 5)}, None),
    ],
)
def test_open_values(text, values, expected):
    assert evaluate(text, **values) is expected


@pytest.mark.parametrize("text", ["n > 3", "n < 3", "n = 3", "n + 1 >= 0", "n / 0 > 1"])
def test_what_was_not_done_satisfies_no_comparison(text):
    assert evaluate(text, n=NOTHING) is False
    assert evaluate("n != 3", n=NOTHING) is True
    assert evaluate("result = positive", result=frozenset()) is False
    assert evaluate("result != positive", result=frozenset()) is True


def test_points_and_counts_of_items():
    points = {"one": 1, "two": 2, "minus": -2}
    items = {"one": True, "two": None, "minus": None}
    assert evaluate("points()", items, points) == (-1, 3)
    assert evaluate("points_without(minus)", items, points) == (1, 3)
    assert evaluate("points(one)", items, points) == (1, 1)
    assert evaluate("met()", items, points) == (1, 3)
    assert evaluate("met(one, two)", items, points) == (1, 2)


def test_functions():
    assert evaluate("sum(list)", list=((1, 1), (2, 3))) == (3, 4)
    assert evaluate("max(n, m)", n=(1, 4), m=(2, 3)) == (2, 4)
    assert evaluate("min(n, m)", n=NOTHING, m=(2, 3)) == (2, 3)
    assert evaluate("max(n, m)", n=NOTHING, m=NOTHING) is NOTHING
    assert evaluate("if(a, 2, 1)", a=None) == (1, 2)
    assert evaluate("if(a, n, 1)", a=None, n=NOTHING) == (1, 1)


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ("", "empty", 0),
        ("a AND", "missing", 5),
        ("a b", "AND or OR", 2),
        ("x > 1", 'no "x"', 0),
        ("aa", 'no "aa"', 0),
        ("a > 1", "a number is expected", 0),
        ("n AND a", "a condition is expected", 0),
        ("result = positiv", 'did you mean "positive"', 9),
        ("result > 1", "a number is expected", 0),
        ("sites = calf", "a number is expected", 0),
        ("n HAS calf", "a list of choices", 0),
        ("max(a, n)", "a number is expected", 4),
        ("if(n, 1, 2)", "a condition is expected", 3),
        ("points(three)", 'no item "three"', 7),
        ("given(a, b)", "one input", 0),
        ("minn(n, m)", 'did you mean "min"', 0),
        ("(a", "closing bracket", 2),
        ("n >= 3 $", "does not fit", 7),
        ("a and b", "AND or OR", 2),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text, message, position):
    with pytest.raises(FormulaError, match=message.replace("(", r"\(")) as caught:
        parse_formula(text, SCOPE, ITEMS)
    assert caught.value.position == position


def test_depth_and_length_are_limited():
    with pytest.raises(FormulaError, match="nested"):
        parse_formula("(" * 60 + "a" + ")" * 60, SCOPE, ITEMS)
    with pytest.raises(FormulaError, match="longer"):
        parse_formula("a OR " * 400 + "a", SCOPE, ITEMS)


conditions = st.recursive(
    st.sampled_from(["a", "b", "c", "n >= 3", "n + m < 6", "result = positive", "n * 2 > m"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda text: f"NOT {text}"),
    ),
    max_leaves=6,
)


@given(text=conditions, data=st.data())
def test_an_open_value_never_claims_what_a_completion_denies(text, data):
    """Soundness: whatever is decided with open inputs holds for every way of filling them in."""
    formula = parse_formula(text, SCOPE, ITEMS)
    full = {"a": (True, False), "b": (True, False), "c": (True, False), "n": range(7), "m": range(7),
            "result": ("positive", "negative")}  # fmt: skip
    fixed = {name: data.draw(st.none() | st.sampled_from(sorted(options, key=str))) for name, options in full.items()}

    def known(name, value):
        if name in "nm":
            return (0, 6) if value is None else (value, value)
        if name == "result":
            return frozenset(full["result"]) if value is None else frozenset({value})
        return value

    answer = formula.evaluate(Environment({name: known(name, value) for name, value in fixed.items()}))
    if answer is None:
        return
    ways = [full[name] if value is None else (value,) for name, value in fixed.items()]
    for filled in itertools.islice(itertools.product(*ways), 400):
        values = {name: known(name, value) for name, value in zip(fixed, filled, strict=True)}
        assert formula.evaluate(Environment(values)) is answer
