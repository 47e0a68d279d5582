"""A rule on its page: when to use it, the reason asked for, its items, the result, what it means, and the evidence."""

from __future__ import annotations

from collections.abc import Mapping

from calfnb.markup.html import Html, join, table, tag
from calfnb.markup.icons import level_shape
from calfnb.markup.notes import intended_use_line, source_list, source_note
from calfnb.markup.numbers import rate_words
from calfnb.markup.words import capitalised, level_words, list_words, short_name
from calfnb.rules import RuleResult, ValueResult, opened_by
from calfnb.tables.records import Tables
from calfnb.tables.records_tests import RuleGate, RuleOutcome, RuleRate, RuleSheet, TestTables

__all__ = [
    "gate_list",
    "gate_reply",
    "rate_table",
    "rule_header",
    "rule_notes",
    "rule_page",
    "rule_result",
    "rules_list",
    "value_words",
]


def rules_list(tests: TestTables, *, condition_id: str = "", linked: bool = False) -> Html:
    """List the rules by topic with what each is for; of one condition only, if one is named.

    With ``linked`` the names of the rules are buttons (``data-action="rule"``).
    """
    chosen = tests.rules_of_condition(condition_id) if condition_id else tuple(tests.rules.values())
    if not chosen:
        return tag("p", tests.tables.text("rule.list.none"), class_="cn-quiet")
    blocks = []
    for topic in dict.fromkeys(sheet.page.topic for sheet in chosen):
        rows = join(
            tag("div", tag("dt", _name(sheet, linked)), tag("dd", sheet.rule.purpose), data_rule=sheet.rule_id)
            for sheet in chosen
            if sheet.page.topic == topic
        )
        name = tests.tables.messages.get(f"rule.topic.{topic}", capitalised(topic.replace("_", " ")))
        blocks.append(tag("section", tag("h4", name), tag("dl", rows), class_="cn-rules__topic"))
    return tag("div", *blocks, class_="cn-rules")


def _name(sheet: RuleSheet, linked: bool) -> Html | str:
    if not linked:
        return sheet.rule.name
    return tag("button", sheet.rule.name, type="button", class_="cn-link", data_action="rule", data_id=sheet.rule_id)


def rule_header(sheet: RuleSheet, tests: TestTables) -> Html:
    """Name, purpose, when to use and when not, in whom it was worked out, when it was reviewed."""
    tables, page = tests.tables, sheet.page
    facts = [
        ("about", list_words([short_name(name, tables) for name in page.condition_ids], tables)),
        ("population", page.population),
        ("reviewed", page.last_reviewed),
    ]
    return tag(
        "header",
        tag("h3", sheet.rule.name, class_="cn-rule__name"),
        tag("p", sheet.rule.purpose, class_="cn-rule__purpose"),
        tag(
            "div",
            _side("when", page.when_to_use, tables),
            _side("when_not", page.when_not, tables),
            class_="cn-rule__sides",
        ),
        tag(
            "dl",
            join(tag("div", tag("dt", tables.text(f"rule.{key}")), tag("dd", text)) for key, text in facts if text),
            class_="cn-facts",
        ),
        class_="cn-rule__head",
    )


def _side(key: str, text: str, tables: Tables) -> Html:
    return tag("div", tag("h4", tables.text(f"rule.{key}")), tag("p", text), class_=f"cn-rule__{key}")


def gate_list(sheet: RuleSheet, tests: TestTables, *, chosen: str = "") -> Html:
    """The question that must be answered before the rule opens, with every sentence and the reply to the chosen one.

    It is the picture of the question; the controls themselves are the page's.
    """
    tables = tests.tables
    items = join(
        tag(
            "li",
            gate.sentence,
            gate_reply(sheet, chosen, tests) if gate.choice_id == chosen else None,
            class_="cn-gate__chosen" if gate.choice_id == chosen else None,
            data_choice=gate.choice_id,
        )
        for gate in sheet.gates
    )
    return tag(
        "section",
        tag("h4", sheet.page.gate_question),
        tag("p", tables.text("rule.gate.why"), class_="cn-quiet"),
        tag("ul", items, class_="cn-gate"),
    )


def gate_reply(sheet: RuleSheet, choice_id: str, tests: TestTables) -> Html:
    """Answer the chosen reason: whether it opens the rule, and why or why not."""
    tables = tests.tables
    gate: RuleGate | None = next((row for row in sheet.gates if row.choice_id == choice_id), None)
    if gate is None:
        return tag("p", tables.text("rule.gate.locked"), class_="cn-gate__reply", role="status")
    word = tables.text("rule.gate.opens" if gate.opens else "rule.gate.stays_locked")
    return tag(
        "p",
        tag("strong", word),
        " ",
        gate.reply,
        class_=f"cn-gate__reply cn-gate__reply--{'open' if gate.opens else 'locked'}",
        role="status",
    )


def rule_result(result: RuleResult, tests: TestTables) -> Html:
    """The result, its meaning and next step; for a half-filled rule what is missing and what can still come out."""
    tables = tests.tables
    primary, outcome = result.primary, result.primary.outcome
    shown = [value for value in result.values.values() if value.row.shown and (value.applies or value.row.primary)]
    rows = join(
        tag(
            "div",
            tag("dt", value.row.label),
            tag("dd", value_words(value, tables)),
            class_="cn-rule__primary" if value is primary else None,
        )
        for value in shown
    )
    return tag(
        "section",
        tag("h4", tables.text("rule.result.title")),
        tag(
            "p", tables.text(f"rule.status.{result.status}"), class_=f"cn-rule__status cn-rule__status--{result.status}"
        ),
        tag("dl", rows, class_="cn-rule__values"),
        _level(result, tables),
        tag("p", tag("strong", outcome.meaning), " ", outcome.next_step) if outcome else None,
        None if outcome else _still_possible(primary, tables),
        _missing(result, tables),
        _assumed(result, tables),
        rate_table(result.sheet, tests, result=result),
        class_="cn-rule__result",
        aria_live="polite",
    )


def _level(result: RuleResult, tables: Tables) -> Html | None:
    level = result.level or result.level_at_least
    if not level:
        return None
    key = "rule.level.sure" if result.primary.decided else "rule.level.at_least"
    return tag(
        "p",
        level_shape(level, size="small"),
        tag("span", tables.text(key, level=level_words(level, tables))),
        class_=f"cn-rule__level cn-level--{level}",
    )


def _still_possible(value: ValueResult, tables: Tables) -> Html | None:
    if value.decided or len(value.possible) < 2:
        return None
    labels = list(dict.fromkeys(outcome.label for outcome in value.possible))
    return tag("p", tables.text("rule.result.possible", results=list_words(labels, tables)))


def _missing(result: RuleResult, tables: Tables) -> Html | None:
    if not result.missing:
        return None
    labels = [result.sheet.input_by_id[name].label for name in result.missing]
    key = "rule.missing.decided" if result.status == "decided" else "rule.missing.open"
    return tag(
        "div",
        tag("p", tables.text(key, count=len(labels))),
        tag("ul", join(tag("li", label) for label in labels), class_="cn-loose"),
        class_="cn-rule__missing",
    )


def _assumed(result: RuleResult, tables: Tables) -> Html | None:
    if not result.assumed:
        return None
    labels = [result.sheet.input_by_id[name].label for name in result.assumed]
    return tag("p", tables.text("rule.assumed", items="; ".join(labels)), class_="cn-quiet")


def value_words(value: ValueResult, tables: Tables) -> str:
    """Write one value of a rule: "3 points", "0 to 9 points, still open", "yes", "Likely"."""
    row = value.row
    if row.kind == "items":
        met = list_words(list(value.value or ()), tables) or tables.text("rule.value.none")
        return met if value.decided else tables.text("rule.value.items_open", items=met)
    if not value.decided:
        if row.kind == "number":
            low, high = (
                tables.text("rule.value.no_limit") if end is None else f"{end:g}" for end in (value.low, value.high)
            )
            return tables.text("rule.value.range", low=low, high=high, unit=row.unit).strip()
        return tables.text("rule.value.open")
    if value.value is None:
        return tables.text("rule.value.not_applicable")
    if row.kind == "yes_no":
        return tables.text("rule.value.yes" if value.value else "rule.value.no")
    if row.kind == "number":
        return tables.text("rule.value.number", number=f"{value.value:g}", unit=row.unit).strip()
    return value.outcome.label if value.outcome and value.outcome.label else tables.text("rule.value.none")


def rate_table(sheet: RuleSheet, tests: TestTables, *, result: RuleResult | None = None) -> Html | None:
    """Published outcome rates by result, one block a population; the result at hand is marked.

    Each row has a dot with its interval and the same in words.
    """
    if not sheet.rates:
        return None
    tables = tests.tables
    here = _results_at_hand(result)
    labels = {(row.value_id, row.result): row.label for row in sheet.outcomes}
    rows = join(
        _rate_row(row, labels[row.value_id, row.result], (row.value_id, row.result) in here, tests)
        for row in sheet.rates
    )
    head = [tables.text(f"rule.rates.column.{name}") for name in ("result", "population", "rate")]
    return tag(
        "div",
        table(tables.text("rule.rates.caption"), head, rows, class_="cn-table cn-rates cn-stack"),
        tag("p", tables.text("rule.rates.note"), class_="cn-quiet"),
    )


def _results_at_hand(result: RuleResult | None) -> set[tuple[str, str]]:
    if result is None:
        return set()
    outcomes: list[RuleOutcome] = [value.outcome for value in result.values.values() if value.outcome]
    return {(outcome.value_id, outcome.result) for outcome in outcomes}


def _rate_row(row: RuleRate, label: str, here: bool, tests: TestTables) -> Html:
    tables = tests.tables
    words = rate_words(row.rate, row.low, row.high, tables)
    low, high = row.low if row.low is not None else row.rate, row.high if row.high is not None else row.rate
    picture = None
    if row.rate is not None and low is not None and high is not None:
        picture = tag(
            "span",
            tag("span", class_="cn-dot__interval"),
            tag("span", class_="cn-dot__point"),
            class_=f"cn-dot{' cn-dot--first' if here else ''}",
            style=f"--cn-low:{low:.3f};--cn-high:{high:.3f};--cn-dot:{row.rate:.3f}",
            aria_hidden="true",
        )
    mark = tag("span", tables.text("rule.rates.here"), class_="cn-strip__current") if here else None
    return tag(
        "tr",
        tag("th", label, mark, scope="row"),
        tag(
            "td",
            row.population,
            " ",
            source_note(row.basis, tables.sources.get(row.source_id), tables, note=row.note),
            data_label=tables.text("rule.rates.column.population"),
        ),
        tag(
            "td",
            picture,
            tag("span", words, class_="cn-strip__number"),
            " ",
            tag(
                "span",
                tables.text(
                    "rule.rates.outcome", outcome=row.outcome, counted=f", {row.counted}" if row.counted else ""
                ),
            ),
        ),
        class_="cn-rates__here" if here else None,
    )


def rule_notes(sheet: RuleSheet, tests: TestTables) -> Html:
    """Pearls, pitfalls, evidence with sources, the next step and the day of the last review."""
    tables, page = tests.tables, sheet.page
    blocks = []
    for kind in ("pearl", "pitfall", "evidence"):
        notes = join(
            tag("li", note.text, source_note(note.basis, tables.sources.get(note.source_id), tables))
            for note in sheet.notes_of(kind)
        )
        blocks.append(
            tag("section", tag("h4", tables.text(f"rule.{kind}")), tag("ul", notes), class_=f"cn-rule__{kind}")
        )
    return tag(
        "div",
        tag("section", tag("h4", tables.text("rule.next_step")), tag("p", page.next_step)),
        *blocks,
        tag(
            "details",
            tag("summary", tables.text("rule.sources")),
            source_list((page.source_id, *page.more_source_ids), tables),
            class_="cn-fold",
            data_key=f"rule-sources-{sheet.rule_id}",
        ),
        tag("p", tables.text("rule.reviewed_on", day=page.last_reviewed), class_="cn-quiet"),
        class_="cn-rule__notes",
    )


def items_table(sheet: RuleSheet, result: RuleResult | None, tests: TestTables) -> Html | None:
    """The items with their points and whether each holds; the printed twin of the form."""
    tables = tests.tables
    if not sheet.criteria:
        return None
    states: Mapping[str, bool | None] = {} if result is None else {s.item.item_id: s.holds for s in result.items}
    words = {True: "rule.value.yes", False: "rule.value.no", None: "rule.value.open"}
    rows = join(
        tag(
            "tr",
            tag("th", row.label, scope="row"),
            tag("td", f"{row.points:+g}"),
            tag("td", tables.text(words[states.get(row.item_id)])),
        )
        for row in sheet.criteria
    )
    head = [tables.text(f"rule.items.column.{name}") for name in ("item", "points", "holds")]
    return table(tables.text("rule.items.caption"), head, rows, class_="cn-table")


def rule_page(sheet: RuleSheet, tests: TestTables, *, result: RuleResult | None = None, chosen: str = "") -> Html:
    """The whole page of a rule, for print and reading; the result stands on it only once a reason opened the rule."""
    opened = opened_by(sheet, chosen) is not None
    return tag(
        "article",
        rule_header(sheet, tests),
        gate_list(sheet, tests, chosen=chosen),
        items_table(sheet, result if opened else None, tests),
        rule_result(result, tests) if opened and result is not None else None,
        None if opened and result is not None else rate_table(sheet, tests),
        rule_notes(sheet, tests),
        intended_use_line(tests.tables),
        class_="cn-rule",
    )
