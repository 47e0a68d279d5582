"""The figures of training load: escaped, each with its table, nothing by colour alone."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from html.parser import HTMLParser

import pytest

from calfnb.load.activities import Activity, TrainingLog
from calfnb.load.history import sessions, weeks
from calfnb.load.planner import PlanRequest, plan_weeks
from calfnb.load.replay import replay_log, standing
from calfnb.load.safety import SafetyAnswers
from calfnb.markup import load as figures
from calfnb.markup import load_panels as panels
from calfnb.markup import load_plan
from calfnb.markup.html import Html
from calfnb.markup.load_frame import SHAPES

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)> ' & {0} {name} </td>"
CLEAR = SafetyAnswers(red_flag=False, sudden_sharp=False, pain_0_10=0)


class Structure(HTMLParser):
    """Collects elements in order, and what is open at the end."""

    VOID = frozenset({"br", "hr", "img", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def structure(html: Html) -> Structure:
    assert isinstance(html, Html)
    parser = Structure()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser


@pytest.fixture(scope="module")
def log() -> TrainingLog:
    """A year with a spike of every state, two shoes and a gap."""
    first = datetime(2024, 1, 1, 9)
    runs = [Activity(first + timedelta(days=3 * n), 8 + n % 3, shoe=("Blue", HOSTILE)[n % 2]) for n in range(100)]
    extra = [
        Activity(first + timedelta(days=301, hours=1), 12.5),
        Activity(first + timedelta(days=310), 20.0),
        Activity(first + timedelta(days=320), 50.0),
    ]
    return TrainingLog.of([*runs, *extra, Activity(first + timedelta(days=400), 5.0)])


def test_figures_are_whole_and_escaped(log, load):
    html = figures.load_figures(log, load, shown_weeks=80, injuries=[date(2024, 12, 5)], evening=date(2024, 11, 1))
    found = structure(html)
    names = [name for name, _ in found.elements]
    assert names.count("figure") == names.count("figcaption") == 3
    assert {"script", "img"}.isdisjoint(names)
    assert not any(key.startswith("on") for _, attributes in found.elements for key in attributes)
    drawings = [attributes for name, attributes in found.elements if attributes.get("role") == "img"]
    assert len(drawings) == 3
    assert all(attributes["aria-label"] for attributes in drawings)
    assert html == figures.load_figures(
        log, load, shown_weeks=80, injuries=[date(2024, 12, 5)], evening=date(2024, 11, 1)
    )


def test_every_point_is_a_row_of_the_table_and_every_state_a_word(log, load):
    html = figures.load_figures(log, load, shown_weeks=80)
    rows = list(sessions(log, load))
    assert {row.state for row in rows} >= {"reference", "not_computable", "moderate_spike", "large_spike"}
    assert len(re.findall(r'<g class="cn-load__point', html)) == len(rows)
    table = html[html.index("load-sessions") :]
    table = table[: table.index("</table>")]
    assert table.count("<tr>") == len(rows) + 1
    for state in {row.state for row in rows}:
        assert load.tables.text(f"load.state.{state}") in table
    assert html.count('class="cn-load__week') == len(weeks(log, load))


def test_each_state_has_a_shape_of_its_own():
    assert len(set(SHAPES.values())) == len(SHAPES)


def test_no_colour_stands_in_the_markup_and_every_class_in_the_style(log, load):
    html = figures.load_figures(log, load, injuries=[date(2024, 12, 5)])
    assert not re.search(r"#[0-9a-f]{3,6}\b|rgb\(|style=", html)
    style = figures.load_stylesheet()
    used = {name for names in re.findall(r'class="([^"]+)"', html) for name in names.split()}
    plain = {
        "cn-load__week",
        "cn-load__point--reference",
        "cn-load__bar--whole",
        "cn-load__line--longest",
        "cn-load__line--dash0",
    }
    assert {name for name in used if name.startswith("cn-load") and f".{name}" not in style} <= plain


def test_short_and_empty_logs(load):
    assert "no run" in figures.load_figures(TrainingLog.of([]), load)
    structure(figures.load_figures(TrainingLog.of([Activity(datetime(2024, 1, 1, 9), 5.0)]), load))


def test_a_million_runs_do_not_make_a_million_points(load):
    first = datetime(2024, 1, 1)
    many = TrainingLog.of(Activity(first + timedelta(minutes=5 * n), 5.0, file="a", row=n) for n in range(6_000))
    html = figures.load_figures(many, load, tables=())
    assert html.count('<g class="cn-load__point') == 0
    assert len(html) < 30_000


def test_over_ten_years_spikes_keep_their_shapes_and_the_axis_names_years(load):
    first = datetime(2014, 1, 1, 9)
    runs = [Activity(first + timedelta(days=n), 16.0 if n % 97 == 0 else 8.0) for n in range(0, 3_650, 2)]
    log = TrainingLog.of(runs)
    html = figures.load_figures(log, load, shown_weeks=None, tables=("sessions",))
    spikes = sum(row.state.endswith("spike") for row in sessions(log, load))
    assert spikes > 10
    assert html.count('<g class="cn-load__point') == spikes
    assert html.count('class="cn-load__dots"') == 1
    assert ">2015</text>" in html
    assert ">Mar</text>" not in html
    assert "cn-load__mark" not in html[: html.index("load-sessions")].split("</svg>")[0]
    assert html.count("<tr>") == len(runs) + 1  # the only table that was asked for


def test_a_stretch_ends_with_the_log_or_an_injury_soon_after_it(load):
    log = TrainingLog.of([Activity(datetime(2024, 1, 3, 9), 5.0), Activity(datetime(2024, 6, 5, 9), 5.0)])
    whole = figures.stretch_of(log, None)
    assert whole is not None
    assert (whole.first, whole.last) == (date(2024, 1, 1), date(2024, 6, 9))
    assert figures.stretch_of(log, 2, [date(2024, 6, 20)]).last == date(2024, 6, 23)
    assert figures.stretch_of(log, 2, [date(2026, 6, 20)]).last == date(2024, 6, 9)
    assert figures.stretch_of(TrainingLog.of([]), None) is None
    html = figures.load_figures(log, load, shown_weeks=None, replayed=True)
    assert html.count("cn-load__veil") == 2


def test_panels(log, load, care):
    assert log.last_day is not None
    found = replay_log(log, load, [date(2024, 12, 5)])
    recent = ((log.last_day - timedelta(days=2), 10.0),)
    request = PlanRequest(log.last_day + timedelta(days=1), 4, 3, 30.0, recent, "ten_percent")
    parts = {
        "standing": panels.standing_list(standing(log, load, date(2024, 12, 1)), load),
        "replay": panels.replay_table(found, load, {date(2024, 12, 5): HOSTILE}),
        "plan": load_plan.plan_table(plan_weeks(load, care, request, CLEAR), load),
        "walk": load_plan.plan_table(plan_weeks(load, care, replace(request, walk_jog="one_to_one"), CLEAR), load),
        "asked": load_plan.plan_table(plan_weeks(load, care, request, SafetyAnswers()), load),
    }
    for html in parts.values():
        structure(html)
    order = [parts["standing"].index(f'data-rule="{name}"') for name in ("LR02", "LR01", "LR06", "LR03")]
    assert order == sorted(order)
    assert parts["standing"].count("<details") >= 4
    assert "proves nothing" in parts["replay"]
    assert "10 × (walk 1 min, jog 1 min)" in parts["walk"]
    assert "<table" not in parts["asked"]
    assert parts["asked"].count("<li>") == 3
