"""What the markup says and how: escaping, wording of counts, table twins, reachable zones."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markup_sample import ZONES, sample_assessment, sample_changers, sample_explanation, sample_tables

from calfnb import markup
from calfnb.markup.html import Html, escape, join, safe_address, tag
from calfnb.markup.icons import filled_runners
from calfnb.markup.leg import VIEWS
from calfnb.markup.words import frequency_words, round_to_sum, share_words
from calfnb.reasoning.results import NaturalFrequency
from calfnb.tables import Tables

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)> ' & {0} {name} </td>"


class Structure(HTMLParser):
    """Collects elements with their attribute names, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.words: list[str] = []

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((name, tuple(key for key, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def structure(html: str) -> Structure:
    parser = Structure()
    parser.feed(html)
    parser.close()
    return parser


def every_part(text: str, tables: Tables, *, level: str = "same_day", enough: bool = True) -> dict[str, Html]:
    assessment = sample_assessment(text, level=level, enough=enough)
    explanation = sample_explanation(text)
    condition_id = explanation.condition_id
    return {
        "triage_banner": markup.triage_banner(assessment, tables, changed=True),
        "triage_line": markup.triage_line(assessment, tables),
        "ranking_list": markup.ranking_list(
            assessment, tables, changed=frozenset({condition_id}), explanations={condition_id: explanation}
        ),
        "explanation_table": markup.explanation_table(explanation, assessment, tables),
        "unexplained_note": markup.unexplained_note(assessment, tables),
        "not_judged_list": markup.not_judged_list(assessment.triage, tables),
        "not_cleared_list": markup.not_cleared_list(assessment.triage, tables),
        "next_question_reason": markup.next_question_reason(assessment.next_questions[0], tables),
        "next_questions_list": markup.next_questions_list(assessment, tables),
        "mind_changers_list": markup.mind_changers_list(sample_changers(text), assessment, tables),
        "settings_strip": markup.settings_strip({"here": assessment, "there": assessment}, tables, current="here"),
        "answers_summary": markup.answers_summary(assessment, tables),
        "condition_page": markup.condition_page(condition_id, tables),
        "source_note": markup.source_note("published", tables.sources["s"], tables, note=text),
        "honesty_note": markup.honesty_note(tables),
        "intended_use_line": markup.intended_use_line(tables),
        "emergency_line": markup.emergency_line(tables),
        "case_card": markup.case_card(tables, title=text, story=text, setting="here", teaches=text, case_id=text),
        "printable_summary": markup.printable_summary(assessment, tables),
        "zone_list": markup.zone_list(tables, selected="whole_calf"),
        **{f"leg_{view}": markup.leg_map(tables, selected="whole_calf", view=view) for view in VIEWS},
    }


# ---------------------------------------------------------------- escaping


@given(
    text=st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1).map(
        lambda t: f"x{t}x"
    )
)
def test_data_never_becomes_markup(text: str, shipped_tables: Tables) -> None:
    """The elements and attributes are the same whatever the data says."""
    hostile = every_part(text, sample_tables(text, shipped_tables.messages))
    plain = every_part("x", sample_tables("x", shipped_tables.messages))
    for name, html in hostile.items():
        if name.startswith("leg_"):  # there the number of label lines follows the length of the text
            assert {element for element, _ in structure(html).elements} == {
                e for e, _ in structure(plain[name]).elements
            }
        else:
            assert structure(html).elements == structure(plain[name]).elements, name


@pytest.mark.parametrize("level", ["emergency_now", "routine"])
def test_a_hostile_table_stays_text(level: str, shipped_tables: Tables) -> None:
    parts = every_part(HOSTILE, sample_tables(HOSTILE, shipped_tables.messages), level=level, enough=False)
    for name, html in parts.items():
        assert "<script" not in html, name
        found = structure(html).elements
        assert not any(key.startswith("on") for _, keys in found for key in keys), name
    assert HOSTILE in "".join(structure(parts["triage_banner"]).words)


@given(text=st.text())
def test_escaping_leaves_no_raw_bracket_or_quote(text: str) -> None:
    assert not re.search("[<>\"']", escape(text))
    element = tag("p", text, title=text)
    assert element.count("<") == 2
    assert element.count('"') == 2


def test_built_markup_is_kept_and_a_sum_with_text_is_not() -> None:
    assert tag("p", tag("b", "x")) == "<p><b>x</b></p>"
    assert tag("p", tag("b", "x") + "<i>") == "<p>&lt;b&gt;x&lt;/b&gt;&lt;i&gt;</p>"
    assert join(("a", None, "", Html("<br>"), "<"), ", ") == "a, <br>, &lt;"


def test_attributes_are_left_out_or_bare() -> None:
    assert tag("input", checked=True, disabled=False, value=None, data_x="1") == '<input checked data-x="1">'
    with pytest.raises(ValueError, match="no element name"):
        tag("p onclick")
    with pytest.raises(ValueError, match="no attribute name"):
        tag("p", **{'x"y': "1"})
    with pytest.raises(ValueError, match="takes no content"):
        tag("br", "x")


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "//example.org", "ftp://example.org", "", "http://", "http://[x"],
)
def test_only_web_addresses_become_links(address: str) -> None:
    assert safe_address(address) is None


# ---------------------------------------------------------------- counts in words


@pytest.mark.parametrize(
    ("frequency", "words"),
    [
        ((6, 4, 8, 10, False), "about 6 of 10 runners like this, in this setting; plausibly 4 to 8"),
        ((0, 0, 2, 100, True), "fewer than 1 of 100 runners like this, in this setting; plausibly up to 2"),
        ((1, 0, 3, 10, False), "about 1 of 10 runners like this, in this setting; plausibly up to 3"),
        ((10, 8, 10, 10, False), "more than 9 of 10 runners like this, in this setting; plausibly 8 or more"),
        ((9, 10, 10, 10, False), "about 9 of 10 runners like this, in this setting; plausibly 9 or more"),
        ((5, 0, 10, 10, False), "about 5 of 10 runners like this, in this setting; the range is too wide to say more"),
        ((5, 5, 5, 10, False), "about 5 of 10 runners like this, in this setting; plausibly close to 5"),
    ],
)
def test_natural_frequency_words(
    frequency: tuple[int, int, int, int, bool], words: str, shipped_tables: Tables
) -> None:
    assert frequency_words(NaturalFrequency(*frequency), shipped_tables) == words


@given(
    counts=st.lists(st.integers(0, 100), min_size=3, max_size=3).map(sorted),
    out_of=st.sampled_from([10, 100]),
    fewer=st.booleans(),
)
def test_a_count_never_says_none_or_all(counts: list[int], out_of: int, fewer: bool, shipped_tables: Tables) -> None:
    low, about, high = (min(count, out_of) for count in counts)
    words = frequency_words(NaturalFrequency(about, low, high, out_of, fewer), shipped_tables)
    assert not re.search(
        rf"\b(about|than) (0|{out_of}) of|\bto {out_of}\b|\b0 to\b|up to 0|close to (0|{out_of})\b", words
    )


@given(share=st.floats(0, 1))
def test_a_share_never_says_none_or_all(share: float, shipped_tables: Tables) -> None:
    words = share_words(share, shipped_tables, key="markup.ranking.first")
    assert not re.search(r"First in (0|100) of", words)


@pytest.mark.parametrize("level", ["emergency_now", "same_day", "within_days", "routine", "self_care"])
def test_no_page_says_none_or_all_in_percent_or_gives_orders(level: str, shipped_tables: Tables) -> None:
    parts = every_part("word", sample_tables("word", shipped_tables.messages), level=level)
    for name, html in parts.items():
        words = " ".join(structure(html).words)
        assert not re.search(r"\b(0|100)\s*%", words), name
        assert not re.search(r"\d[.,]\d+\s*(%|of)", words), name
        assert not re.search(r"\b(0 of 1|10 of 10\b|100 of 100)", words), name
        assert not re.search("you have|safe to run", words, re.IGNORECASE), name


def test_half_a_runner_is_the_least_and_the_most() -> None:
    assert filled_runners(NaturalFrequency(6, 4, 8, 10, False)) == (4, 6, 8)
    assert filled_runners(NaturalFrequency(4, 1, 9, 100, False)) == (0.5, 0.5, 1.0)
    assert filled_runners(NaturalFrequency(10, 9, 10, 10, False)) == (9, 9.5, 9.5)
    assert filled_runners(NaturalFrequency(0, 0, 1, 100, True)) == (0, 0, 0.5)


@given(st.lists(st.floats(-20, 20), min_size=1, max_size=30))
def test_rounded_contributions_add_up(values: list[float]) -> None:
    shown = round_to_sum(values)
    assert round(sum(shown), 1) == pytest.approx(round(sum(values) * 10) / 10)
    assert all(abs(one - other) < 0.1 + 1e-9 for one, other in zip(shown, values, strict=True))


# ---------------------------------------------------------------- what is there


def test_the_explanation_adds_up_on_the_page(shipped_tables: Tables) -> None:
    tables = sample_tables("x", shipped_tables.messages)
    html = markup.explanation_table(sample_explanation("x"), sample_assessment("x"), tables)
    numbers = [float(text.replace("−", "-")) for text in re.findall(r'cn-why__number">([^<]+)<', html)]
    assert len(numbers) == 5
    assert sum(numbers[:-1]) == pytest.approx(numbers[-1])


@pytest.mark.parametrize(
    "name", ["explanation_table", "ranking_list", "settings_strip", "condition_page", "printable_summary"]
)
def test_bars_and_pictures_have_a_table(name: str, shipped_tables: Tables) -> None:
    html = every_part("x", sample_tables("x", shipped_tables.messages))[name]
    found = structure(html).elements
    assert ("table", ("class",)) in found
    assert any(element == "caption" for element, _ in found)
    heads = [keys for element, keys in found if element == "th"]
    assert heads
    assert all("scope" in keys for keys in heads)


def test_every_picture_is_hidden_from_screen_readers(shipped_tables: Tables) -> None:
    for name, html in every_part("x", sample_tables("x", shipped_tables.messages)).items():
        if not name.startswith("leg_"):
            for element in re.findall(r"<svg[^>]*class=\"cn-(?:shape|tick)[^>]*>", html):
                assert 'aria-hidden="true"' in element, name


def test_an_emergency_names_what_to_rule_out_before_the_list(shipped_tables: Tables) -> None:
    tables = sample_tables("x", shipped_tables.messages)
    html = markup.ranking_list(sample_assessment("x", level="emergency_now"), tables)
    assert html.index("cn-held__suspect") < html.index("<details") < html.index("cn-cards")
    assert tables.text("markup.held.why") in html


def test_not_enough_to_tell_is_said_before_the_cards(shipped_tables: Tables) -> None:
    tables = sample_tables("x", shipped_tables.messages)
    html = markup.ranking_list(sample_assessment("x", enough=False), tables)
    assert html.index(tables.text("markup.not_enough.title")) < html.index("cn-cards")


def test_three_cards_and_the_rest_is_folded(shipped_tables: Tables) -> None:
    tables = sample_tables("x", shipped_tables.messages)
    html = markup.ranking_list(sample_assessment("x"), tables, changed=frozenset({"c1x"}))
    assert html.count('class="cn-card"') + html.count('class="cn-card cn-changed"') == 3
    assert 'class="cn-card cn-changed" data-condition="c1x"' in html
    assert "Less likely, not excluded (2)" in html


def test_the_honesty_note_counts_the_loaded_rows(shipped_tables: Tables) -> None:
    rows = shipped_tables.profiles
    judged = round(100 * sum(row.basis in {"judgement", "recalled"} for row in rows) / len(rows))
    assert f"About {judged} of 100" in markup.honesty_note(shipped_tables)


def test_every_condition_has_a_page(shipped_tables: Tables) -> None:
    for condition_id in shipped_tables.conditions:
        assert markup.condition_page(condition_id, shipped_tables).startswith("<article")


# ---------------------------------------------------------------- leg map


def zones_of(html: str) -> list[str]:
    return re.findall(r'role="radio"[^>]*data-option="(\w+)"', html)


@pytest.mark.parametrize("side", ["left", "right"])
def test_every_zone_is_reached_in_its_views(side: str, shipped_tables: Tables) -> None:
    seen = {view: zones_of(markup.leg_map(shipped_tables, selected=None, view=view, side=side)) for view in VIEWS}
    rows = {zone.option_id: zone for zone in shipped_tables.body_zones}
    options = set(shipped_tables.findings["main_zone"].option_ids)
    assert set(rows) == options == set(ZONES)
    assert set().union(*seen.values()) == options
    for view, found in seen.items():
        assert len(found) == len(set(found))
        assert set(found) == {option for option, row in rows.items() if view in row.views}, view


def test_zones_are_named_radio_buttons_that_take_the_keyboard(shipped_tables: Tables) -> None:
    html = markup.leg_map(shipped_tables, selected="deep_lower_calf")
    zones = re.findall(r'<path[^>]*role="radio"[^>]*>', html)
    assert zones
    assert all('tabindex="0"' in zone and "aria-label=" in zone and "data-zone=" in zone for zone in zones)
    checked = [zone for zone in zones if 'aria-checked="true"' in zone]
    assert len(checked) == 1
    assert 'data-option="deep_lower_calf"' in checked[0]
    assert html.count("cn-zone__tick") == 1
    assert html.count("<title>") == len(zones)


def test_the_list_holds_the_same_zones(shipped_tables: Tables) -> None:
    html = markup.zone_list(shipped_tables, selected="whole_calf")
    assert re.findall(r'type="radio"[^>]*value="(\w+)"', html) == [zone.option_id for zone in shipped_tables.body_zones]
    assert html.count(" checked") == 1


def test_a_wrong_view_or_side_is_refused(shipped_tables: Tables) -> None:
    with pytest.raises(ValueError, match="no view"):
        markup.leg_map(shipped_tables, selected=None, view="inside")
    with pytest.raises(ValueError, match="left or right"):
        markup.leg_map(shipped_tables, selected=None, side="both")


# ---------------------------------------------------------------- tokens


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def palettes() -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {"light": [], "dark": []}
    for name, block in re.findall(r"color-scheme: (light|dark);(.*?)\}", markup.stylesheet(), re.DOTALL):
        found[name].append(dict(re.findall(r"--cn-([\w-]+): ([^;]+);", block)))
    return found


def test_copies_of_a_palette_agree() -> None:
    for copies in palettes().values():
        assert len(copies) == 2
        assert copies[0] == copies[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_reaches_the_contrast_of_wcag_aa(scheme: str) -> None:
    colours = palettes()[scheme][0]
    levels = ("emergency", "same-day", "within-days", "routine", "self-care")
    for text in ("text", "muted", "accent", *levels):
        for ground in ("bg", "surface", "surface-2"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for level in levels:
        assert contrast(colours[level], colours["on-level"]) >= 4.5
        for text in (level, "text", "muted"):
            assert contrast(colours[text], colours[f"{level}-soft"]) >= 4.5, (text, level)
    assert contrast(colours["accent"], colours["on-accent"]) >= 4.5
    for line in ("line-strong", "focus", "accent"):
        assert contrast(colours[line], colours["surface"]) >= 3, line
