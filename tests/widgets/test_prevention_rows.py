"""Every row of the tables of prevention is shown somewhere on the page, with the claims that it carries."""

from datetime import date

import pytest
from acting import act, tab

from calfnb.dashboards.lesson_prevention import PreventionPage
from calfnb.dashboards.paneled.safety import SafetyState
from calfnb.dashboards.prevention_page.factors import STEPS
from calfnb.dashboards.prevention_page.guides import topics
from calfnb.dashboards.prevention_page.plan import example
from calfnb.dashboards.prevention_page.week import WeekState
from calfnb.tables import load_training

TODAY = date(2026, 3, 4)


@pytest.fixture(scope="module")
def shown(model):
    """What each panel can show, all of its steps and topics together."""
    page = PreventionPage(model, today=TODAY)
    page.store.change(safety=SafetyState({"red_flag": "no", "sudden_sharp": "no", "pain": "0"}))
    found = {}
    tab(page, "factors")
    view, parts = page.views["factors"], []
    for step in STEPS:
        act(view.steps, "step", id=step)
        parts += view.form.widget.details.values()
    found["factors"] = "".join(parts)
    tab(page, "guides")
    view, parts = page.views["guides"], []
    for topic in topics(page.views["guides"].library):
        act(view.head, "topic", id=topic)
        parts.append(view.list.html)
    found["guides"] = "".join(parts)
    tab(page, "week")
    page.store.change(week=WeekState(profiles=tuple(view.library.prevention.profiles), chosen=True))
    found["week"] = page.views["week"].actions.html
    tab(page, "plan")
    page.store.change(plan=example(page.store.state.plan, TODAY))
    found["plan"] = page.views["plan"].behind.html
    return found, view.library.prevention


def marks(row, tables):
    claims = [tables.tables.claims[name] for name in row.claim_ids]
    return [f"{claim.claim_id} ({', '.join(claim.seeds)})" for claim in claims]


@pytest.mark.parametrize(
    ("panel", "rows", "mark"),
    [
        ("factors", lambda tables: tables.factors, 'id="cnf-{}"'),
        ("guides", lambda tables: tables.actions, 'data-key="every-action-{}"'),
        ("guides", lambda tables: tables.guides, 'data-guide="{}"'),
        ("week", lambda tables: tables.profiles, 'data-profile="{}"'),
        ("plan", lambda _: load_training().rules, 'data-rule="{}"'),
    ],
)
def test_each_row_is_shown_with_its_claims(shown, panel, rows, mark):
    html, tables = shown[0][panel], shown[1]
    marked = {name: mark.format(name) for name in rows(tables)}
    for name, row in rows(tables).items():
        assert html.count(marked[name]) == 1, name
        after = html.split(marked[name])[1]
        card = min((after.split(other)[0] for other in marked.values()), key=len)
        for claim in marks(row, tables):
            assert claim in card, (name, claim)


def test_the_rules_of_a_week_are_shown_with_their_reasons(shown):
    html, tables = shown[0]["week"], shown[1]
    for rule in tables.week_rules:
        assert f'data-week-rule="{rule.rule_id}"' in html
        assert rule.sentence in html
