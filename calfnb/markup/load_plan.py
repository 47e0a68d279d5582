"""The next weeks as HTML: week by week, as a table, two rules over the same weeks, and a page to print.

Public functions
----------------
plan_list(plan, load)
    A line for each week: what is run, what grows, why.
plan_table(plan, load)
    The same as a table, or why there is no plan.
gate_words(gate, load)
    Why there is none, and what to answer first.
compare_figure(plan, other, load)
    Weekly distance and the longest single run under two rules, as drawings and as a table.
plan_document(plan, load, tables)
    A page of its own for A4 paper.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from calfnb.load.planner import Plan, PlannedRun, PlannedWeek
from calfnb.load.safety import Gate
from calfnb.markup.assets import static_text
from calfnb.markup.care import claim_marks, day_words
from calfnb.markup.guides import dispute
from calfnb.markup.html import Html, join, tag
from calfnb.markup.load import table_of
from calfnb.markup.notes import intended_use_line, source_note
from calfnb.markup.warmup import page_document
from calfnb.tables.records_load import LoadTables
from calfnb.tables.records_prevention import PreventionTables

__all__ = [
    "compare_figure",
    "gate_words",
    "plan_document",
    "plan_list",
    "plan_table",
    "rule_name",
    "run_words",
    "walk_jog_origin",
]

_WIDTH, _LEFT, _RIGHT = 360, 34, 10
_TOP, _HEIGHT, _FOOT = 12, 130, 34
_MOST_LABELS = 13
_DOT, _SQUARE = "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", "M-4 -4h8v8h-8z"
_LETTERS = ("A", "B")
_PAGE = (
    "@page{size:A4;margin:14mm}body{margin:0 auto;padding:1.2rem;max-width:48rem;background:var(--cn-surface)}"
    "@media print{body{padding:0;max-width:none}html,body{background:#fff}"
    ":root{--cn-size:9.5pt;--cn-size-small:8.5pt;--cn-size-lead:10.5pt;--cn-size-title:13pt}}"
)


def rule_name(rule: str, load: LoadTables) -> str:
    """Name of a rule that a plan may follow."""
    return load.tables.text(f"load.plan.rule.{rule}")


# ---- one run and one week ---------------------------------------------------------------------------


def day_short(day: date) -> str:
    """A day as weekday, day and month, such as Tue 3 Mar."""
    return f"{day:%a} {day.day} {day:%b}"


def run_words(run: PlannedRun, load: LoadTables) -> str:
    """What a run is: its distance, or the steps of walking and jogging in turn."""
    text = load.tables.text
    if run.distance_km is not None:
        return text("load.plan.run.km", km=f"{run.distance_km:.1f}")
    times, once, left = run.rounds
    words = text("load.plan.run.rounds", times=times, steps=_steps(once, load)) if times > 1 else _steps(once, load)
    if left:
        words = text("load.plan.run.then", rounds=words, steps=_steps(left, load))
    return words


def _steps(steps: Sequence[tuple[str, float]], load: LoadTables) -> str:
    return ", ".join(load.tables.text(f"load.plan.step.{kind}", minutes=f"{minutes:g}") for kind, minutes in steps)


def _beyond(run: PlannedRun, load: LoadTables) -> str:
    """Name a run beyond the reference; "" for the others."""
    calm = run.ratio.tone in ("calm", "unknown")
    return "" if calm else load.tables.text(f"load.state.{run.ratio.band}")


def _largest(week: PlannedWeek) -> PlannedRun | None:
    """Return the run of a week that is longest against the 30 days before it."""
    known = [run for run in week.runs if run.ratio.value is not None]
    return max(known, key=lambda run: run.ratio.value or 0.0) if known else None


def plan_list(plan: Plan, load: LoadTables) -> Html:
    """Write a plan week by week; of a closed gate it says why instead."""
    if not plan.gate.open:
        return gate_words(plan.gate, load)
    weeks = join(_week(week, load) for week in plan.weeks)
    notes = tag("ul", join(tag("li", note) for note in plan.notes), class_="cn-weeks__notes")
    return tag("div", notes, tag("ol", weeks, class_="cn-weeks__weeks"), class_="cn-weeks")


def gate_words(gate: Gate, load: LoadTables) -> Html:
    """Say why no plan is shown, and which questions are open."""
    questions = join(tag("li", load.tables.text(f"load.gate.question.{name}")) for name in gate.ask)
    asked = tag("ul", questions) if gate.ask else None
    return tag("div", tag("p", gate.reason), asked, class_="cn-load__held", role="note", data_rule=gate.rule_id)


def _week(week: PlannedWeek, load: LoadTables) -> Html:
    text = load.tables.text
    kind = tag("span", text(f"load.plan.kind.{week.kind}"), class_="cn-weeks__kind")
    heading = tag("h4", text("load.plan.week", number=week.number), " ", kind)
    when = tag("p", text("load.plan.from", day=day_short(week.monday)), class_="cn-quiet")
    if week.distance_km is None:
        total = text("load.plan.minutes", minutes=f"{sum(run.minutes for run in week.runs):g}")
    else:
        total = text("load.plan.run.km", km=f"{week.distance_km:.1f}")
    runs = tag("ul", join(_run(run, load) for run in week.runs), class_="cn-weeks__runs")
    why = " ".join((*week.why, *_shares(week, load)))
    return tag(
        "li",
        tag("div", heading, when, class_="cn-weeks__head"),
        tag("p", total, class_="cn-weeks__total"),
        tag("div", runs, tag("p", why, class_="cn-weeks__why"), _measures(week, load), class_="cn-weeks__body"),
        class_=f"cn-weeks__week cn-weeks__week--{week.kind}",
        data_week=week.number,
    )  # fmt: skip


def _run(run: PlannedRun, load: LoadTables) -> Html:
    beyond = _beyond(run, load)
    return tag(
        "li",
        tag("span", day_short(run.day), class_="cn-weeks__day"),
        " ",
        tag("strong", run_words(run, load)),
        " ",
        tag("span", load.tables.text(f"load.plan.run.{run.kind}"), class_="cn-quiet") if run.kind == "long" else None,
        tag("span", beyond, class_=f"cn-weeks__beyond cn-weeks__beyond--{run.ratio.tone}") if beyond else None,
        class_="cn-weeks__run",
        data_day=run.day.isoformat(),
    )


def _shares(week: PlannedWeek, load: LoadTables) -> list[str]:
    return [
        load.tables.text(f"load.plan.share.{name}", share=f"{share:.0f}") for name, share in week.shares_pct.items()
    ]


def _signed(percent: float) -> str:
    """Write a rise or fall in whole per cent; what rounds to nothing carries no sign."""
    rounded = round(percent)
    return f"{rounded:+d}".replace("-", "\N{MINUS SIGN}") if rounded else "0"


def _measures(week: PlannedWeek, load: LoadTables) -> Html:
    """Write what the rules measure of this week; the last one is shown only."""
    text = load.tables.text
    found = [text("load.plan.measure.rest", days=f"{week.rest.value:.0f}")] if week.rest.value is not None else []
    largest = _largest(week)
    if largest is not None:
        found.insert(0, text("load.plan.measure.longest", ratio=f"{largest.ratio.value:.2f}"))
    if week.change.value is not None:
        found.insert(0, text("load.plan.measure.change", change=_signed(week.change.value)))
    if week.uncoupled is not None:
        found.append(text("load.plan.measure.ratio", ratio=f"{week.uncoupled:.2f}"))
    return tag("p", "; ".join(found), class_="cn-quiet cn-weeks__measures")


def plan_table(plan: Plan, load: LoadTables) -> Html:
    """The next weeks as a table, or why there is none; what grows and every run beyond the reference are named."""
    if not plan.gate.open:
        return gate_words(plan.gate, load)
    cells = []
    for week in plan.weeks:
        runs = "; ".join(_run_cell(run, load) for run in week.runs)
        km = "-" if week.distance_km is None else f"{week.distance_km:.1f}"
        change = "-" if week.change.value is None else f"{_signed(week.change.value)} %"
        ratio = "-" if week.uncoupled is None else f"{week.uncoupled:.2f}"
        cells.append((week.monday.isoformat(), km, runs, " ".join(week.why), change, ratio))
    notes = join(tag("p", note, class_="cn-quiet") for note in plan.notes)
    return join((table_of("plan", ("week", "km", "runs_of_week", "why", "change", "ratio"), cells, load), notes))


def _run_cell(run: PlannedRun, load: LoadTables) -> str:
    beyond = _beyond(run, load)
    return f"{run.day:%a} {run_words(run, load)}{f' ({beyond})' if beyond else ''}"


def walk_jog_origin(plan_id: str, load: LoadTables) -> Html:
    """Write where the steps of a plan of walking and jogging come from, with the claims that they carry."""
    rows = [run for run in load.walk_jog if run.plan_id == plan_id]
    origins = dict.fromkeys((run.basis, run.source_id) for run in rows)
    claims = tuple(dict.fromkeys(claim_id for run in rows for claim_id in run.claim_ids))
    notes = join(source_note(basis, load.tables.sources.get(name), load.tables) for basis, name in origins)
    return tag("div", notes, claim_marks(claims, load.tables), class_="cn-weeks__origin")


# ---- two rules over the same weeks ------------------------------------------------------------------


def compare_figure(plan: Plan, other: Plan | None, load: LoadTables) -> Html:
    """Draw the weekly distance and the largest step of a single run, under one rule or two, and write the table."""
    text = load.tables.text
    plans = [plan] if other is None else [plan, other]
    same = other is not None and all(one.runs == two.runs for one, two in zip(plan.weeks, other.weeks, strict=True))
    end = load.bands_of("LR02")[0].up_to or 1.0
    top_ratio = max(1.5, *(value for one in plans for week in one.weeks for value in [_ratio(week)]))
    charts = (
        _chart("km", plans, lambda week: week.distance_km or 0.0, load, None, 0.0, _top(plans)),
        _chart("ratio", plans, _ratio, load, end, 0.5, top_ratio * 1.05),
    )
    key = join(_key(place, one, load) for place, one in enumerate(plans))
    table = _compare_table(plans, load)
    caption = "load.figure.compare.caption" if other is not None else "load.figure.plan.caption"
    return tag(
        "figure",
        tag("figcaption", text(caption), ". ", _span(plan, load), class_="cn-quiet"),
        tag("p", text("load.plan.same")) if same else None,
        tag("ul", key, class_="cn-weeks__key"),
        tag("div", *charts, class_="cn-weeks__charts"),
        tag(
            "details",
            tag("summary", text("load.plan.compare.table")),
            table,
            class_="cn-fold",
            data_key="plan-compare",
        ),
        class_="cn-load__figure cn-weeks__figure",
    )


def _span(plan: Plan, load: LoadTables) -> str:
    first, last = (day_words(week.monday, load.tables) for week in (plan.weeks[0], plan.weeks[-1]))
    return load.tables.text("load.plan.span", first=first, last=last)


def _ratio(week: PlannedWeek) -> float:
    largest = _largest(week)
    return largest.ratio.value or 0.0 if largest is not None else 0.0


def _top(plans: Sequence[Plan]) -> float:
    return 1.15 * max((week.distance_km or 0.0 for plan in plans for week in plan.weeks), default=1.0)


def _chart(
    name: str,
    plans: Sequence[Plan],
    value: Callable[[PlannedWeek], float],
    load: LoadTables,
    reference: float | None,
    low: float,
    high: float,
) -> Html:
    text = load.tables.text
    count = len(plans[0].weeks)

    def x(place: int) -> float:
        return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * (place + 0.5) / count, 1)

    def y(amount: float) -> float:
        return round(_TOP + _HEIGHT * (1 - (min(max(amount, low), high) - low) / (high - low)), 1)

    parts = []
    if reference is not None:
        bottom = _TOP + _HEIGHT
        zone = tag("path", d=f"M{_LEFT} {y(reference)}H{_WIDTH - _RIGHT}V{bottom}H{_LEFT}z", class_="cn-weeks__zone")
        parts.append(tag("g", tag("title", text("load.plan.zone", end=f"{reference:g}")), zone))
    parts += _axes(count, low, high, x, y)
    parts.append(
        tag("text", text("load.plan.axis"), x=(_LEFT + _WIDTH - _RIGHT) / 2, y=_TOP + _HEIGHT + _FOOT - 3,
            text_anchor="middle", class_="cn-load__axis")
    )  # fmt: skip
    for place, plan in enumerate(plans):
        points = [(x(week), y(value(row))) for week, row in enumerate(plan.weeks)]
        line = "M" + "L".join(f"{left} {top}" for left, top in points)
        parts.append(tag("path", d=line, class_=f"cn-weeks__line cn-weeks__line--{place}"))
        parts += [
            tag("path", d=(_DOT, _SQUARE)[place], transform=f"translate({left} {top})",
                class_=f"cn-weeks__point cn-weeks__point--{place}")
            for left, top in points
        ]  # fmt: skip
    label = text(f"load.plan.chart.{name}.label", rules=" / ".join(rule_name(plan.rule, load) for plan in plans))
    drawing = tag(
        "svg", *parts, viewBox=f"0 0 {_WIDTH} {_TOP + _HEIGHT + _FOOT}", class_="cn-weeks__drawing", role="img",
        aria_label=label,
    )  # fmt: skip
    return tag("div", tag("p", text(f"load.plan.chart.{name}"), class_="cn-weeks__chart-title"), drawing)


def _axes(count: int, low: float, high: float, x: Callable[[int], float], y: Callable[[float], float]) -> list[Html]:
    step = next(size for size in (0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100) if (high - low) / size <= 5)
    parts = []
    amount = low - low % step
    while amount <= high + 1e-9:
        if amount >= low - 1e-9:
            height = y(amount)
            parts.append(tag("path", d=f"M{_LEFT} {height}H{_WIDTH - _RIGHT}", class_="cn-load__grid"))
            label = f"{round(amount, 2):g}"
            parts.append(tag("text", label, x=_LEFT - 6, y=height + 4, text_anchor="end", class_="cn-load__axis"))
        amount += step
    every = -(-count // _MOST_LABELS)
    for place in range(0, count, every):
        parts.append(
            tag("text", place + 1, x=x(place), y=_TOP + _HEIGHT + 16, text_anchor="middle", class_="cn-load__axis")
        )
    return parts


def _key(place: int, plan: Plan, load: LoadTables) -> Html:
    sample = tag(
        "svg",
        tag("path", d="M-14 0H14", class_=f"cn-weeks__line cn-weeks__line--{place}"),
        tag("path", d=(_DOT, _SQUARE)[place], class_=f"cn-weeks__point cn-weeks__point--{place}"),
        viewBox="-16 -8 32 16", class_="cn-weeks__sample", aria_hidden="true", focusable="false",
    )  # fmt: skip
    return tag("li", sample, tag("strong", f"{_LETTERS[place]} "), rule_name(plan.rule, load))


def _compare_table(plans: Sequence[Plan], load: LoadTables) -> Html:
    letters = _LETTERS if len(plans) > 1 else ("",)
    text = load.tables.text
    head = [text("load.column.week")]
    for plan, letter in zip(plans, letters, strict=False):
        name = f"{letter} {rule_name(plan.rule, load)}".strip()
        head += [text("load.plan.column.km", rule=name), text("load.plan.column.times", rule=name)]
    rows = []
    for weeks in zip(*(plan.weeks for plan in plans), strict=True):
        cells = [weeks[0].monday.isoformat()]
        for week in weeks:
            largest = _largest(week)
            km = "-" if week.distance_km is None else f"{week.distance_km:.1f}"
            beyond = _beyond(largest, load) if largest else ""
            ratio = f"{largest.ratio.value:.2f}" if largest else "-"
            cells += [km, f"{ratio} ({beyond})" if beyond else ratio]
        rows.append(cells)
    body = join(tag("tr", tag("th", row[0], scope="row"), *(tag("td", cell) for cell in row[1:])) for row in rows)
    table = tag(
        "table",
        tag("caption", text("load.figure.compare.caption"), class_="cn-sr"),
        tag("thead", tag("tr", *(tag("th", name, scope="col") for name in head))),
        tag("tbody", body),
        class_="cn-table cn-load__table",
    )
    return tag(
        "div", table, class_="cn-load__scroll", tabindex="0", role="group", aria_label=text("load.figure.scroll")
    )


# ---- to print ---------------------------------------------------------------------------------------


def plan_document(plan: Plan, load: LoadTables, tables: PreventionTables) -> str:
    """Return the next weeks as a page of its own for A4 paper.

    Raises
    ------
    ValueError
        If the gate of the plan is closed: then there is nothing to take away.
    """
    if not plan.gate.open:
        raise ValueError("A plan behind a closed gate is not written.")
    text = load.tables.text
    title = text("load.plan.document.title")
    named = not any(week.kind == "walk_jog" for week in plan.weeks)
    rule = tag("p", text("load.plan.document.rule", rule=rule_name(plan.rule, load))) if named else None
    conflicts = join(dispute(name, load.tables) for name in plan.conflict_ids)
    body = join(
        (
            tag("h1", title),
            intended_use_line(load.tables),
            rule,
            tag("p", _span(plan, load)),
            plan_list(plan, load),
            tag("section", tag("h2", text("load.plan.disputes")), conflicts) if conflicts else None,
        )
    )
    style = static_text("load.css") + static_text("prevention_page.css") + _PAGE
    return page_document(title, body, tables, style=style)
