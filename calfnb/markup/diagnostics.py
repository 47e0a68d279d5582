"""Tests in words and tables: the page of a test, its published figures, and what a result does to a probability."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from calfnb.diagnostics import Clinic, Order, Ratio, SideBySide, Update, ratios_of
from calfnb.markup.assets import static_text
from calfnb.markup.html import Html, join, table, tag
from calfnb.markup.notes import source_note
from calfnb.markup.numbers import probability_words, proportion_words, range_words, ratio_number, ratio_words
from calfnb.markup.words import answer_words, capitalised, condition_name, finding_words, list_words, short_name
from calfnb.tables.records import Tables
from calfnb.tables.records_tests import Accuracy, TestMethod, TestTables

__all__ = [
    "accuracy_table",
    "clinic_names",
    "condition_tests",
    "conditions_of_test",
    "method_page",
    "order_scene",
    "rules_stylesheet",
    "side_by_side_table",
    "update_table",
]


def rules_stylesheet() -> str:
    """Return the style rules of the pages on tests and rules; they build on `calfnb.markup.stylesheet`."""
    return static_text("rules.css")


def method_page(method: TestMethod, tests: TestTables, *, linked: bool = False) -> Html:
    """What is done, what it shows, how step by step, pitfalls, published figures, and which suspicions it serves.

    With ``linked`` the suspicions are buttons (``data-action="condition"``).
    """
    tables = tests.tables
    steps = join(tag("li", step) for step in method.steps)
    pitfalls = join(tag("li", text) for text in method.pitfalls)
    rows = tests.accuracies_of_method(method.method_id)
    tier = tables.tiers.get(method.tier)
    return tag(
        "article",
        tag("h3", method.name, class_="cn-rule__name"),
        tag("p", tables.text(f"test.kind.{method.kind}"), f", {tier.name.lower()}" if tier else "", class_="cn-quiet"),
        _part("test.what", tag("p", method.what), tables),
        _part("test.shows", tag("p", method.shows), tables),
        _part("test.steps", tag("ol", steps), tables) if method.steps else None,
        _part("test.pitfalls", tag("ul", pitfalls, class_="cn-loose"), tables) if method.pitfalls else None,
        _part("test.serves", conditions_of_test(method, tests, linked=linked), tables),
        _part("test.figures", _figures(method, rows, tests), tables),
        source_note(method.basis, tables.sources.get(method.source_id), tables),
        class_="cn-test",
        data_test=method.method_id,
    )


def _part(key: str, body: Html, tables: Tables) -> Html:
    return tag("section", tag("h4", tables.text(key)), body)


def _figures(method: TestMethod, rows: Sequence[Accuracy], tests: TestTables) -> Html:
    note = tag("p", tests.tables.text("test.no_data", why=method.no_data)) if method.no_data else None
    return tag("div", note, accuracy_table(rows, tests) if rows else None)


def conditions_of_test(method: TestMethod, tests: TestTables, *, linked: bool = False) -> Html:
    """The suspicions that a test serves, each marked with its id; with ``linked`` as buttons."""
    tables = tests.tables
    if len(method.condition_ids) == len(tables.conditions):
        return tag("p", tables.text("test.serves_all"))
    items = join(
        tag("li", _linked("condition", name, short_name(name, tables), linked), data_condition=name)
        for name in method.condition_ids
    )
    return tag("ul", items, class_="cn-chips")


def _linked(kind: str, ident: str, words: str, linked: bool) -> Html | str:
    """Words, or a button with them that names what it is about."""
    if not linked:
        return words
    return tag("button", words, type="button", class_="cn-link", data_action=kind, data_id=ident)


def clinic_names(clinic: Clinic, tables: Tables) -> str:
    """Name a place on the slider: a setting, or half way between two."""
    names = [tables.settings[name].name if name in tables.settings else name for name in clinic.between]
    if clinic.fraction in (0.0, 1.0):
        return names[round(clinic.fraction)]
    return tables.text("test.clinics.between", first=names[0], second=names[1])


def condition_tests(condition_id: str, tests: TestTables, *, linked: bool = False) -> Html:
    """From a suspicion to its tests: what each shows, and its best published ratios or that there are none.

    With ``linked`` the names of the tests are buttons (``data-action="test"``).

    Raises
    ------
    KeyError
        If there is no such condition.
    """
    tables = tests.tables
    name = tables.conditions[condition_id].name
    methods = tests.methods_of_condition(condition_id)
    rows = join(
        tag(
            "tr",
            tag("th", _linked("test", method.method_id, method.name, linked), scope="row", data_test=method.method_id),
            tag("td", method.shows, data_label=tables.text("test.column.shows")),
            tag("td", _short_figures(method, condition_id, tests), data_label=tables.text("test.column.figures")),
        )
        for method in sorted(methods, key=lambda method: _tier_order(method, tables))
    )
    return _table(
        tables.text("test.of_condition", condition=name),
        ("test", "shows", "figures"),
        rows,
        tables,
        "cn-table cn-stack",
    )


def _tier_order(method: TestMethod, tables: Tables) -> tuple[bool, int]:
    tier = tables.tiers.get(method.tier)
    return method.kind != "investigation", tier.order if tier else 0


def _short_figures(method: TestMethod, condition_id: str, tests: TestTables) -> Html:
    tables = tests.tables
    for row in tests.accuracies_of_method(method.method_id):
        if row.usable and row.condition_id == condition_id:
            ratios = ratios_of(row)
            text = tables.text(
                "test.short_figures",
                positive=ratio_words(ratios.positive, tables),
                negative=ratio_words(ratios.negative, tables),
            )
            return join(
                (text, source_note(row.basis, tables.sources.get(row.source_id), tables, note=row.population)), " "
            )
    key = (
        "test.no_data_short" if method.no_data or tests.accuracies_of_method(method.method_id) else "test.no_data_here"
    )
    return tag("span", tables.text(key), class_="cn-quiet")


def accuracy_table(rows: Iterable[Accuracy], tests: TestTables) -> Html:
    """Published figures with interval, population, caveat and source; what may not be used says why."""
    tables = tests.tables
    body = join(_accuracy_row(row, tests) for row in rows)
    note = tag("p", tables.text("test.one_against_rest"), class_="cn-quiet")
    columns = ("row", "sensitivity", "specificity", "lr_positive", "lr_negative")
    figures = _table(tables.text("test.figures_caption"), columns, body, tables, "cn-table cn-stack", heading=False)
    return tag("div", figures, note)


def _accuracy_row(row: Accuracy, tests: TestTables) -> Html:
    tables = tests.tables
    ratios = ratios_of(row)
    remarks = [row.population, row.range_note, row.caveat]
    if not row.usable:
        remarks.append(tables.text("test.not_usable", why=row.why_not))
    cells = (
        ("sensitivity", proportion_words(row.sensitivity, row.sensitivity_low, row.sensitivity_high, tables)),
        ("specificity", proportion_words(row.specificity, row.specificity_low, row.specificity_high, tables)),
        ("lr_positive", _ratio_cell(ratios.positive, row.lr_positive, tables)),
        ("lr_negative", _ratio_cell(ratios.negative, row.lr_negative, tables)),
    )
    return tag(
        "tr",
        tag(
            "th",
            tag("span", row.name),
            tag("span", f" ({short_name(row.condition_id, tables)})"),
            tag("p", ". ".join(text.rstrip(".") for text in remarks if text) + ".", class_="cn-quiet"),
            source_note(row.basis, tables.sources.get(row.source_id), tables, note=row.lr_basis),
            scope="row",
        ),
        join(tag("td", text, data_label=tables.text(f"test.column.{key}")) for key, text in cells),
        class_=None if row.usable else "cn-unusable",
    )


def _ratio_cell(ratio: Ratio | None, printed: float | None, tables: Tables) -> str:
    """Write the ratio that is used; where the row must not be used, what was printed."""
    if ratio is None and printed is not None:
        return tables.text("test.number.printed", value=ratio_number(printed))
    return ratio_words(ratio, tables)


def _table(
    caption: str, columns: Sequence[str], rows: Html, tables: Tables, class_: str, *, heading: bool = True
) -> Html:
    head = [tables.text(f"test.column.{name}") for name in columns]
    return table(caption, head, rows, class_=class_, seen=heading)


def update_table(result: Update, tables: Tables) -> Html:
    """The twin of the nomogram: pretest, ratio and posttest in words."""
    band = range_words(result.low, result.high, tables)
    posttest = probability_words(result.posttest, tables)
    rows = join(
        tag("tr", tag("th", tables.text(f"test.update.{key}"), scope="row"), tag("td", text))
        for key, text in (
            ("pretest", probability_words(result.pretest, tables)),
            ("ratio", ratio_words(result.ratio, tables)),
            ("posttest", f"{posttest}; {band}" if band else posttest),
        )
    )
    return tag(
        "table",
        tag("caption", tables.text("test.update.caption")),
        tag("tbody", rows),
        class_="cn-table",
    )


def side_by_side_table(positive: SideBySide | None, negative: SideBySide | None, tables: Tables) -> Html:
    """The same test at a low, a middle and a high pretest probability, after a positive and after a negative result."""
    rows = []
    for place in ("low", "middle", "high"):
        updates = [getattr(side, place) if side else None for side in (positive, negative)]
        pretest = next((update.pretest for update in updates if update), None)
        cells = join(
            tag("td", _after(update, tables), data_label=tables.text(f"test.column.{column}"))
            for update, column in zip(updates, ("after_positive", "after_negative"), strict=True)
        )
        start = "" if pretest is None else probability_words(pretest, tables)
        label = tables.text(f"test.pretest.{place}")
        rows.append(tag("tr", tag("th", f"{label}: {start}" if start else label, scope="row"), cells))
    columns = ("pretest", "after_positive", "after_negative")
    return _table(tables.text("test.side_by_side"), columns, join(rows), tables, "cn-table cn-stack")


def _after(update: Update | None, tables: Tables) -> str:
    if update is None:
        return tables.text("test.number.none")
    band = range_words(update.low, update.high, tables)
    words = probability_words(update.posttest, tables)
    return f"{words}; {band}" if band else words


def order_scene(order: Order, tables: Tables) -> Html:
    """The same patient tested first and examined first, with the false alarms of testing first as people."""
    name = condition_name(order.condition_id, tables)
    result = answer_words(order.finding_id, order.result, tables)
    columns = []
    for key, steps, tree in (
        ("tested_first", order.tested_first, order.tree_first),
        ("examined_first", order.examined_first, order.tree_after),
    ):
        ways = ("start", "result", "examined") if key == "tested_first" else ("start", "examined", "result")
        lines = join(
            tag(
                "li",
                tag("span", tables.text(f"test.order.{way}", result=result), class_="cn-order__what"),
                tag("span", probability_words(step.probability, tables), class_="cn-order__number"),
                tag("span", range_words(step.low, step.high, tables), class_="cn-quiet"),
            )
            for way, step in zip(ways, steps, strict=True)
        )
        branch = tree.branches[0]
        alarms = tree.totals[order.result] - branch.by_option[order.result]
        words = tables.text(
            "test.order.alarms",
            of=tree.of,
            positive=tree.totals[order.result],
            true=branch.by_option[order.result],
            false=alarms,
            condition=name,
        )
        columns.append(
            tag(
                "section",
                tag("h4", tables.text(f"test.order.{key}")),
                tag("ol", lines),
                tag("p", words),
                class_="cn-order__way",
            )
        )
    learnt = order.examined_first[1].learnt
    known = list_words([answer_words(finding, option, tables) for finding, option in learnt[:6]], tables)
    return tag(
        "div",
        tag(
            "p",
            capitalised(tables.text("test.order.intro", test=finding_words(order.finding_id, tables), condition=name)),
        ),
        tag("p", tables.text("test.order.known", answers=known), class_="cn-quiet") if known else None,
        tag("div", *columns, class_="cn-order"),
        tag("p", tables.text("test.order.lesson")),
        class_="cn-order-block",
    )
