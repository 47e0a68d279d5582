"""Published figures in words: rates, proportions and likelihood ratios."""

from __future__ import annotations

from calfnb.diagnostics import Ratio
from calfnb.markup.words import count_of_hundred
from calfnb.tables.records import Tables

__all__ = [
    "hundred",
    "probability_words",
    "proportion_words",
    "range_words",
    "rate_words",
    "ratio_number",
    "ratio_words",
]


def hundred(rate: float) -> str:
    """Write a published share (0-1) as a number of 100, with one decimal below 10 where it has one: "5.6", "53"."""
    value = 100 * rate
    return f"{value:.1f}".removesuffix(".0") if value < 10 or value > 90 else f"{value:.0f}"


def rate_words(rate: float | None, low: float | None, high: float | None, tables: Tables) -> str:
    """Write a published rate with its interval, such as "5.6 of 100 (3.5 to 8.7)"."""
    if rate is None:
        return tables.text("test.number.none")
    if low is None or high is None:
        return tables.text("test.number.rate", rate=hundred(rate))
    return tables.text("test.number.rate_interval", rate=hundred(rate), low=hundred(low), high=hundred(high))


def proportion_words(value: float | None, low: float | None, high: float | None, tables: Tables) -> str:
    """Write a sensitivity or specificity; a dash's worth of words where none was published."""
    return rate_words(value, low, high, tables)


def ratio_number(value: float) -> str:
    """Write a likelihood ratio with two figures, three above ten: "0.04", "1.5", "13.7"."""
    if value >= 9.95:
        return f"{value:.1f}".removesuffix(".0")
    return f"{value:.2g}"


def ratio_words(ratio: Ratio | None, tables: Tables) -> str:
    """Write a likelihood ratio with its interval; says so when the value was drawn in."""
    if ratio is None:
        return tables.text("test.number.none")
    text = ratio_number(ratio.value)
    if ratio.low is not None and ratio.high is not None:
        text = tables.text(
            "test.number.interval", value=text, low=ratio_number(ratio.low), high=ratio_number(ratio.high)
        )
    return tables.text("test.number.clamped", value=text) if ratio.clamped else text


def probability_words(probability: float, tables: Tables) -> str:
    """Write a computed probability (0-1) as people of 100, never none and never all."""
    if probability < 0.01:
        return tables.text("test.number.under_one")
    if probability > 0.99:
        return tables.text("test.number.over_99")
    return tables.text("test.number.of_hundred", count=count_of_hundred(probability))


def range_words(low: float | None, high: float | None, tables: Tables) -> str:
    """Write a range of computed probabilities, "4 to 8 of 100"; "" without a range."""
    if low is None or high is None:
        return ""
    ends = (count_of_hundred(low), count_of_hundred(high))
    if ends[0] == ends[1]:
        return tables.text("test.number.close", count=ends[0])
    return tables.text("test.number.between", low=ends[0], high=ends[1])
