"""Figures are plotly's own form, hold the numbers of their tables, and need no plotly."""

import json
import subprocess
import sys
import warnings

import plotly.graph_objects as go
import pytest

import calfnb
from calfnb import figures
from calfnb.case import Case
from calfnb.markup.words import count_of_hundred
from calfnb.reasoning.calibration import Calibration
from calfnb.reasoning.model import default_model
from calfnb.reasoning.results import Contribution, Explanation
from calfnb.reasoning.scoring import explain, weigh

ANSWERS = {"calf_swelling": "yes", "onset_pop_or_snap": "yes", "one_calf_larger": "no"}
WORDS = {"series": "Series", "low": "From", "high": "To", "value": "Value"}
CURVE = [
    {"setting_id": setting, "factor": str(factor), "serious": "50", "serious_below_same_day": str(missed),
     "others": "80", "others_same_day_or_above": str(alarmed)}
    for setting in ("sports_clinic", "emergency_department")
    for factor, missed, alarmed in ((2.0, 4, 20), (0.5, 0, 40), (1.0, 1, 30))
]  # fmt: skip
CALIBRATIONS = [Calibration(1.0, 0.9, 0.62, 0.55), Calibration(0.0, 1.0, 0.6, 0.8), Calibration(0.5, 0.8, 0.61, 0.63)]


@pytest.fixture(scope="module")
def assessments(shipped_tables):
    answers = {name: option for name, option in ANSWERS.items() if name in shipped_tables.findings}
    return {setting: calfnb.assess(answers, setting=setting) for setting in shipped_tables.settings}


@pytest.fixture(scope="module")
def explanation():
    model = default_model()
    answers = {name: option for name, option in ANSWERS.items() if name in model.tables.findings}
    return explain(model, weigh(model, Case.create(model.tables, answers)), "gastrocnemius_strain")


@pytest.fixture(scope="module")
def every_figure(assessments, explanation, shipped_tables):
    return {
        "settings": figures.settings_figure(assessments, shipped_tables),
        "contributions": figures.contributions_figure(explanation, shipped_tables),
        "tradeoff": figures.tradeoff_figure(CURVE, shipped_tables),
        "calibration": figures.calibration_figure(CALIBRATIONS, shipped_tables, chosen=0.5),
    }


NAMES = ("settings", "contributions", "tradeoff", "calibration")


@pytest.mark.parametrize("name", NAMES)
def test_plotly_accepts_it(every_figure, name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # plotly's own, about pandas and numpy
        made = go.Figure(every_figure[name])
    assert len(made.data) == len(every_figure[name]["data"])


@pytest.mark.parametrize("name", NAMES)
def test_it_is_plain_json_with_a_name_a_description_and_a_table(every_figure, name):
    figure = json.loads(json.dumps(every_figure[name], allow_nan=False))
    assert figure == every_figure[name]
    meta = figure["layout"]["meta"]
    assert meta["name"]
    assert meta["description"]
    assert "{" not in meta["description"]
    table = figures.table_twin(figure, WORDS)
    assert {len(row) for row in table["rows"]} == {len(table["columns"])}
    assert len(table["ids"]) == len(table["rows"])
    assert {trace["type"] for trace in figure["data"]} <= {"scatter", "bar", "heatmap"}


@pytest.mark.parametrize("name", NAMES)
def test_colours_are_tokens(every_figure, name):
    def colours(value, key=""):
        if isinstance(value, dict):
            for inner, one in value.items():
                yield from colours(one, inner)
        elif isinstance(value, list):
            for one in value:
                yield from colours(one, key)
        elif "color" in key:
            yield value

    found = set(colours(every_figure[name]))
    assert found
    assert {colour for colour in found if not colour.startswith("var(--cn-")} <= {"rgba(0,0,0,0)"}


def test_settings_marks_are_the_table_and_the_results(every_figure, assessments, shipped_tables):
    figure = every_figure["settings"]
    drawn = sorted(
        (trace["name"], each, x, x - less, x + more)
        for trace in figure["data"]
        for each, x, less, more in zip(
            trace["ids"], trace["x"], trace["error_x"]["arrayminus"], trace["error_x"]["array"], strict=True
        )
    )
    table = figures.table_twin(figure, WORDS)
    assert drawn == sorted(
        (row[1], each, *row[2:]) for row, each in zip(table["rows"], table["ids"], strict=True)
    )  # fmt: skip
    for setting, assessment in assessments.items():
        by_id = {item.condition_id: item for item in assessment.ranking}
        for name, each, about, low, high in drawn:
            if name == shipped_tables.settings[setting].name:
                assert about == count_of_hundred(by_id[each].probability)
                assert 1 <= low <= about <= high <= 99
    assert {each for _, each, *_ in drawn} >= {
        assessment.ranking[0].condition_id for assessment in assessments.values()
    }


def test_contributions_lead_from_start_to_end(every_figure, explanation):
    figure = every_figure["contributions"]
    table = figures.table_twin(figure, WORDS)
    start, *steps, end = table["rows"]
    assert start[2] == pytest.approx(explanation.pretest_log_odds, abs=0.1)
    assert end[2] == pytest.approx(explanation.posttest_log_odds, abs=0.06)
    at = start[2]
    for _, effect, stands in steps:
        at = round(at + effect, 1)
        assert stands == at
    assert at == end[2]
    bars = sorted(
        (y, base, x)
        for trace in figure["data"]
        for y, base, x in zip(trace["y"], trace["base"], trace["x"], strict=True)
    )
    assert [x for _, _, x in bars[1:-1]] == [effect for _, effect, _ in steps]
    assert [base for _, base, _ in bars[1:-1]] == [row[2] for row in table["rows"][:-2]]


def test_a_long_explanation_puts_the_weakest_together(shipped_tables):
    ids = list(shipped_tables.findings)[:20]
    contributions = tuple(Contribution(each, "yes", 0.1 + 0.01 * number, 1.0) for number, each in enumerate(ids))
    total = sum(item.log_odds for item in contributions)
    explanation = Explanation("soleus_strain", -1.0, -1.0 + total, contributions, (), ())
    figure = figures.contributions_figure(explanation, shipped_tables, count=5)
    rows = figures.table_twin(figure, WORDS)["rows"]
    assert len(rows) == 1 + 5 + 1 + 1
    assert rows[6][0].startswith("15 ")
    assert rows[-1][2] == pytest.approx(-1.0 + total, abs=0.06)


def test_points_of_one_trace_never_share_an_id(every_figure):
    """Plotly draws only one of them."""
    for figure in every_figure.values():
        for trace in figure["data"]:
            assert len(set(trace.get("ids", ()))) == len(trace.get("ids", ()))


def test_tradeoff_reads_text_and_sorts_by_factor(every_figure):
    figure = every_figure["tradeoff"]
    first = figure["data"][0]
    assert first["y"] == [100.0, 98.0, 92.0]
    assert first["x"] == [50.0, 37.5, 25.0]
    rows = figures.table_twin(figure, WORDS)["rows"]
    assert [row[2:] for row in rows[:3]] == [[100.0, 50.0], [98.0, 37.5], [92.0, 25.0]]


@pytest.mark.parametrize("rows", [[], [{**CURVE[0], "serious": "0"}]])
def test_a_tradeoff_without_cases_is_refused(rows, shipped_tables):
    with pytest.raises(ValueError, match="trade-off needs"):
        figures.tradeoff_figure(rows, shipped_tables)


def test_calibration_lines_are_the_table(every_figure, shipped_tables):
    figure = every_figure["calibration"]
    rows = figures.table_twin(figure, WORDS)["rows"]
    for column, trace in enumerate(figure["data"], start=1):
        assert trace["x"] == [row[0] for row in rows] == [0.0, 0.5, 1.0]
        assert trace["y"] == [row[column] for row in rows]
    assert figure["layout"]["shapes"][0]["x0"] == 0.5
    with pytest.raises(ValueError, match="at least one"):
        figures.calibration_figure([], shipped_tables)


def test_a_table_is_read_from_the_traces_of_any_figure():
    figure = figures.make_figure(
        [
            {"type": "bar", "name": "a", "x": [1, 2], "y": [3, 4], "ids": ["p", "q"]},
            {"type": "scatter", "name": "b", "x": [5], "y": [6], "error_y": {"array": [2], "arrayminus": [1]}},
        ],
        {"xaxis": {"title": {"text": "Week"}}, "yaxis": {"title": "Kilometres"}},
        name="Load",
    )
    assert figures.table_twin(figure, WORDS) == {
        "columns": ["Series", "Week", "Kilometres", "From", "To"],
        "rows": [["a", 1, 3, "", ""], ["a", 2, 4, "", ""], ["b", 5, 6, 5, 8]],
        "ids": ["p", "q", ""],
    }


def test_a_heatmap_is_read_row_by_row():
    figure = {"data": [{"type": "heatmap", "x": ["u", "v"], "y": ["r", "s"], "z": [[1, 2], [3, 4]]}]}
    assert figures.table_twin(figure, WORDS) == {
        "columns": ["x", "y", "Value"],
        "rows": [["u", "r", 1], ["v", "r", 2], ["u", "s", 3], ["v", "s", 4]],
        "ids": [""] * 4,
    }


def test_words_of_tables_are_no_markup_in_labels(assessments, shipped_tables):
    """Plotly reads a little markup; the table beside the figure is plain text."""
    from dataclasses import replace

    conditions = {key: replace(one, short_name="<b>a</b> & b") for key, one in shipped_tables.conditions.items()}
    figure = figures.settings_figure(assessments, replace(shipped_tables, conditions=conditions))
    assert figure["layout"]["yaxis"]["ticktext"][0] == "&lt;b&gt;a&lt;/b&gt; &amp; b"
    assert figures.table_twin(figure, WORDS)["rows"][0][0] == "<b>a</b> & b"


def test_making_figures_imports_nothing_heavy():
    code = "import calfnb.figures, sys; print(sorted({name.split('.')[0] for name in sys.modules}))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True).stdout
    assert not {"plotly", "pandas", "ipywidgets", "anywidget", "traitlets", "IPython"} & set(
        json.loads(out.replace("'", '"'))
    )
