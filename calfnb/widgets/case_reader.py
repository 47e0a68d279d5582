"""A written case that is read out step by step."""

from __future__ import annotations

from traitlets import Dict, Int

from calfnb.widgets.base import PageWidget, module_text

__all__ = ["CaseReader"]


class CaseReader(PageWidget):
    """Shows the first ``shown`` steps of ``case``; the reader asks for the next one.

    Messages: ``reveal`` (``shown``) and ``close``.

    Attributes
    ----------
    case
        ``{"title", "intro", "steps": [{"title", "text", "think"}], "closing"}``, or empty for none.
    """

    _esm = module_text("case_reader.js")
    case = Dict().tag(sync=True)
    shown = Int(0).tag(sync=True)
    texts = Dict().tag(sync=True)
