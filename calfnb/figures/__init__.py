"""Figures from results, as plain dictionaries in plotly's own form; plotly itself is not needed to make them.

A figure is ``{"data": [...], "layout": {...}}``. Its colours are the kit's tokens (``var(--cn-accent)``), which the
page puts in when it draws, so that light and dark fit. ``layout.meta`` carries what a figure needs beside its picture:
``name``, ``description`` and the ``table`` that holds the same numbers. The numbers in marks and bars are those of the
table, rounded as a person reads them.
"""

from calfnb.figures.contributions import contributions_figure
from calfnb.figures.evidence import calibration_figure, tradeoff_figure
from calfnb.figures.house import FigureDict, house_axis, house_layout, make_figure, table_twin
from calfnb.figures.settings import settings_figure

__all__ = [
    "FigureDict",
    "calibration_figure",
    "contributions_figure",
    "house_axis",
    "house_layout",
    "make_figure",
    "settings_figure",
    "table_twin",
    "tradeoff_figure",
]
