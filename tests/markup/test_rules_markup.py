"""Pages of rules and tests and the pictures of what a test does: escaping, table twins, words."""

from __future__ import annotations

import dataclasses
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest

from calfnb import markup
from calfnb.case import Case
from calfnb.diagnostics import (
    Harms,
    Ratio,
    clinic_at,
    clinics,
    frequency_tree,
    nomogram,
    order_of_testing,
    ratios_of,
    side_by_side,
    thresholds,
    update,
    value_of_testing,
)
from calfnb.markup.diagnostics import (
    accuracy_table,
    condition_tests,
    method_page,
    order_scene,
    rules_stylesheet,
    side_by_side_table,
    update_table,
)
from calfnb.markup.html import Html
from calfnb.markup.numbers import hundred, probability_words, ratio_number, ratio_words
from calfnb.markup.rules import gate_reply, rate_table, rule_page, rule_result, rules_list
from calfnb.markup.scenes import clinics_scene, fagan_figure, frequency_tree_figure, thresholds_figure
from calfnb.reasoning.model import default_model
from calfnb.rules import apply_rule
from calfnb.tables import load_tests

TESTS = load_tests()
CASE = Case("sports_clinic", {"calf_swelling": "yes", "side": "one_leg"})
HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)> ' & {0} {name}"
VOID = {"br", "hr", "img", "input", "meta", "link"}


class Words(HTMLParser):
    """Collects text, elements, and what is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.open: list[str] = []

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((name, tuple(key for key, _ in attrs)))
        if name not in VOID:
            self.open.append(name)

    def handle_endtag(self, name: str) -> None:
        assert self.open.pop() == name

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(html: str) -> Words:
    parser = Words()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", " ".join(read(html).words))


def opening(rule_id: str) -> str:
    return next(gate.choice_id for gate in TESTS.rules[rule_id].gates if gate.opens)


def pictures() -> dict[str, Html]:
    model, tables = default_model(), TESTS.tables
    ratio = ratios_of(TESTS.accuracies["ddimer"]).positive
    assert ratio is not None
    result = update(0.1, ratio)
    stakes = Harms(100, 10, 1)
    found = thresholds(stakes, 0.96, 0.36)
    value = value_of_testing(0.1, stakes, 0.96, 0.36)
    return {
        "fagan": fagan_figure(nomogram(result), result, tables),
        "fagan_without_band": fagan_figure(nomogram(update(0.1, Ratio(5))), update(0.1, Ratio(5)), tables),
        "tree": frequency_tree_figure(frequency_tree(model, CASE, "t_ddimer_positive"), tables),
        "tree_of_choice": frequency_tree_figure(frequency_tree(model, CASE, "onset_mode"), tables),
        "thresholds": thresholds_figure(found, tables, probability=0.1, low=0.05, high=0.2, value=value),
        "no_thresholds": thresholds_figure(thresholds(Harms(10, 10, 9), 0.6, 0.6), tables),
        "clinics": clinics_scene(clinics(model, CASE), tables, current=clinic_at(model, CASE, 1.3)),
        "order": order_scene(order_of_testing(model, CASE, "t_ddimer_positive", "yes", "deep_vein_thrombosis"), tables),
        "side_by_side": side_by_side_table(side_by_side(0.02, 0.1, 0.3, ratio), None, tables),
        "update": update_table(result, tables),
    }


# ---- pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule_id", list(TESTS.rules))
def test_every_rule_has_a_page_open_and_locked(rule_id: str) -> None:
    sheet = TESTS.rules[rule_id]
    result = apply_rule(sheet, {}, as_published=True)
    locked = rule_page(sheet, TESTS, result=result)
    opened = rule_page(sheet, TESTS, result=result, chosen=opening(rule_id))
    assert "cn-rule__result" not in locked
    assert "cn-rule__result" in opened
    words = text_of(opened)
    for sentence in (sheet.rule.name, sheet.page.when_to_use, sheet.page.when_not, sheet.page.gate_question,
                     sheet.page.next_step, "Pearls", "Pitfalls", "Evidence", "Last reviewed"):  # fmt: skip
        assert sentence in words
    for note in sheet.notes:
        assert note.text in words


def test_a_rule_stays_locked_for_a_wrong_reason_and_says_why() -> None:
    sheet = TESTS.rules["wells_2003_two_level"]
    result = apply_rule(sheet, {}, as_published=True)
    page = rule_page(sheet, TESTS, result=result, chosen="everyone")
    assert "cn-rule__result" not in page
    assert "Stays locked." in text_of(page)
    assert "never been tested" in text_of(gate_reply(sheet, "everyone", TESTS))
    assert "Locked until" in text_of(gate_reply(sheet, "", TESTS))


def test_a_half_filled_rule_says_what_is_missing_and_what_can_come_out() -> None:
    sheet = TESTS.rules["simmonds_triad"]
    words = text_of(rule_result(apply_rule(sheet, {"gap": True}), TESTS))
    assert "1 to 3 of 3" in words
    assert "Still possible: Complete triad and Rupture suspected" in words
    assert "at least: Same day" in words
    assert "Still to be answered (2)" in words
    decided = text_of(rule_result(apply_rule(TESTS.rules["aaos_2_of_4"], {"gap": True, "thompson": True}), TESTS))
    assert "can no longer change" in decided
    assumed = text_of(rule_result(apply_rule(sheet, {}, as_published=True), TESTS))
    assert "Never read a person's answers so" in assumed


def test_outcome_rates_of_three_populations_stand_side_by_side() -> None:
    table = rate_table(TESTS.rules["wells_1997_three_level"], TESTS)
    assert table is not None
    words = text_of(table)
    for figure in ("3 of 100", "10 of 329", "53 of 100", "5.6 of 100 (3.5 to 8.7)", "47 of 100 (35 to 60)"):
        assert figure in words
    assert words.count("Musculoskeletal outpatients") == 3


def test_the_result_at_hand_is_marked_in_words() -> None:
    sheet = TESTS.rules["wells_1997_three_level"]
    table = rate_table(sheet, TESTS, result=apply_rule(sheet, {}, as_published=True))
    assert table is not None
    assert text_of(table).count("this patient's result") == 3


@pytest.mark.parametrize("method_id", list(TESTS.methods))
def test_every_test_has_a_page(method_id: str) -> None:
    method = TESTS.methods[method_id]
    words = text_of(method_page(method, TESTS))
    assert all(
        sentence in words for sentence in (method.name, method.what, method.shows, *method.steps, *method.pitfalls)
    )
    if method.no_data:
        assert "No usable figures" in words


@pytest.mark.parametrize("condition_id", list(TESTS.tables.conditions))
def test_every_suspicion_lists_its_tests(condition_id: str) -> None:
    html = condition_tests(condition_id, TESTS)
    words = text_of(html)
    for method in TESTS.methods_of_condition(condition_id):
        assert method.name in words
        assert f'data-test="{method.method_id}"' in html
    assert "no usable data" in words or "no figures" in words


def test_figures_show_interval_population_and_why_some_are_not_used() -> None:
    rows = [TESTS.accuracies[name] for name in ("ddimer", "mtss_oedema_future", "prox_cus")]
    words = text_of(accuracy_table(rows, TESTS))
    assert "96.1 of 100 (92.6 to 98)" in words
    assert "Not used to change a probability: Predicts future disease" in words
    assert "0.095, printed, not used" in words
    assert "50 (36 to 50), drawn in" in words
    assert "never multiplied across conditions" in words


def test_the_list_of_rules_groups_them_and_can_be_about_one_condition() -> None:
    words = text_of(rules_list(TESTS))
    assert all(sheet.rule.name in words for sheet in TESTS.rules.values())
    one = text_of(rules_list(TESTS, condition_id="achilles_rupture"))
    assert "Simmonds" in one
    assert "Wells" not in one
    assert "No published rule" in text_of(rules_list(TESTS, condition_id="doms"))


# ---- pictures ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(pictures()))
def test_every_picture_is_whole_hidden_and_has_a_twin(name: str) -> None:
    html = pictures()[name]
    read(html)
    drawings = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    for drawing in drawings:
        root = ET.fromstring(drawing)
        assert root.get("aria-hidden") == "true"
        width, height = (float(part) for part in root.get("viewBox", "").split()[2:])
        for element in root.iter():
            for key in ("x", "x1", "x2", "cx"):
                assert -1 <= float(element.get(key, 0)) <= width + 1, (name, element.attrib)
            for key in ("y", "y1", "y2", "cy"):
                assert -1 <= float(element.get(key, 0)) <= height + 1, (name, element.attrib)
    assert "nan" not in html.lower()
    assert "<table" in html or "<ol" in html


def test_the_tree_says_in_words_what_a_result_means() -> None:
    tree = frequency_tree(default_model(), Case("sports_clinic", {}), "t_ddimer_positive", ("deep_vein_thrombosis",))
    words = text_of(frequency_tree_figure(tree, TESTS.tables))
    clot = tree.branches[0]
    assert f"{tree.totals['yes']} of them" in words
    assert f"{clot.by_option['yes']} with Deep vein thrombosis" in words


def test_a_tree_warns_where_a_similar_question_was_answered() -> None:
    tree = frequency_tree(default_model(), CASE, "ex_calf_3cm_larger")
    assert tree.overlaps
    assert "counts less than here" in text_of(frequency_tree_figure(tree, TESTS.tables))


def test_testing_first_counts_the_false_alarms() -> None:
    words = text_of(pictures()["order"])
    assert "Test first" in words
    assert re.search(r"Of 1000 runners at the moment of the test \d+ have this result: \d+ with .* \d+ without", words)


# ---- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "words"), [(0.056, "5.6"), (0.03, "3"), (0.474, "47"), (0.007, "0.7"), (0.961, "96.1")]
)
def test_published_rates(value: float, words: str) -> None:
    assert hundred(value) == words


@pytest.mark.parametrize(("value", "words"), [(0.04, "0.04"), (1.49, "1.5"), (13.71, "13.7"), (50, "50"), (0.5, "0.5")])
def test_ratios(value: float, words: str) -> None:
    assert ratio_number(value) == words


def test_computed_probabilities_never_claim_none_or_all() -> None:
    assert probability_words(0.0001, TESTS.tables) == "fewer than 1 of 100"
    assert probability_words(0.9999, TESTS.tables) == "more than 99 of 100"
    assert ratio_words(None, TESTS.tables) == "not published"


def test_no_page_says_you_have_or_safe_to_run() -> None:
    pages = [rule_page(sheet, TESTS, result=apply_rule(sheet, {}, as_published=True), chosen=opening(rule_id))
             for rule_id, sheet in TESTS.rules.items()]  # fmt: skip
    pages += [method_page(method, TESTS) for method in TESTS.methods.values()]
    for page in pages:
        words = text_of(page).lower()
        assert "you have" not in words
        assert "safe to run" not in words
        assert not re.search(r"\d+\s*mg\b", words)


# ---- escaping ------------------------------------------------------------------------------------


def hostile(row: object) -> object:
    """Return a record whose free text tries to be markup; ids and what the program compares stay."""
    keep = re.compile(r"(_id|_ids|kind|level|result|when|formula|only_if|topic|tier|basis|code|if_missing|from_value)$")
    changes = {}
    for field in dataclasses.fields(row):  # type: ignore[arg-type]
        value = getattr(row, field.name)
        if isinstance(value, str) and value and not keep.search(field.name):
            changes[field.name] = HOSTILE
        if isinstance(value, tuple) and field.name in ("steps", "pitfalls"):
            changes[field.name] = tuple(HOSTILE for _ in value)
    return dataclasses.replace(row, **changes)  # type: ignore[type-var]


def test_data_never_becomes_markup() -> None:
    plain = TESTS.rules["wells_1997_three_level"]
    parts = {
        name: tuple(hostile(row) for row in getattr(plain, name))
        for name in ("gates", "notes", "inputs", "criteria", "values", "outcomes", "rates")
    }
    sheet = dataclasses.replace(plain, rule=hostile(plain.rule), page=hostile(plain.page), **parts)
    page = rule_page(sheet, TESTS, result=apply_rule(sheet, {}, as_published=True), chosen=opening(plain.rule_id))
    method = hostile(TESTS.methods["d_dimer"])
    tables = dataclasses.replace(
        TESTS,
        methods={"d_dimer": method},  # type: ignore[dict-item]
        accuracies={name: hostile(row) for name, row in TESTS.accuracies.items()},  # type: ignore[misc]
    )
    for html, other in (
        (page, rule_page(plain, TESTS, result=apply_rule(plain, {}, as_published=True), chosen=opening(plain.rule_id))),
        (method_page(method, tables), method_page(TESTS.methods["d_dimer"], TESTS)),  # type: ignore[arg-type]
    ):
        assert "<script" not in html
        assert [name for name, _ in read(html).elements] == [name for name, _ in read(other).elements]
        assert not any(key.startswith("on") for _, keys in read(html).elements for key in keys)


# ---- style ---------------------------------------------------------------------------------------


def test_the_style_names_no_colour_of_its_own() -> None:
    style = rules_stylesheet()
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb\(", style)
    tokens = set(re.findall(r"var\((--cn-[\w-]+)", style))
    known = set(re.findall(r"(--cn-[\w-]+)\s*:", markup.stylesheet()))
    assert tokens - known <= {"--cn-font"}
