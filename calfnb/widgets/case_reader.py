"""A written case that is read out step by step."""

from __future__ import annotations

from typing import Any

from traitlets import Dict, Int, List

from calfnb.widgets.base import PageWidget, module_text

__all__ = ["CaseReader"]


class CaseReader(PageWidget):
    """Shows the first ``shown`` steps of ``case``; the reader asks for the next one.

    Messages: ``reveal`` (``shown``), ``other`` (``case``) and ``close``.

    Attributes
    ----------
    case
        ``{"title", "intro", "intro_open", "steps": [{"title", "text", "answers", "think"}], "closing": [...]}``;
        empty for none.
    others
        ``[{"id", "title"}]``: all cases that may be read instead.
    """

    _esm = module_text("case_reader.js")
    case = Dict().tag(sync=True)
    others: List[Any] = List().tag(sync=True)
    shown = Int(0).tag(sync=True)
    texts = Dict().tag(sync=True)
