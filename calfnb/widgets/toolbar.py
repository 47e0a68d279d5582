"""The row of controls on top of a page."""

from __future__ import annotations

from typing import Any

from traitlets import Bool, Dict, List, Unicode

from calfnb.widgets.base import PageWidget, module_text

__all__ = ["Toolbar"]


class Toolbar(PageWidget):
    """Mode, setting, worked case, start again, undo and large type.

    Messages: ``mode`` (``mode``), ``setting`` (``setting``), ``case``, ``reset``, ``undo``, ``large``
    (``large``). The key L switches large type unless someone is typing. ``parts`` says which of ``mode`` and
    ``setting`` a page has use for.
    """

    _esm = module_text("toolbar.js")
    mode = Unicode("guided").tag(sync=True)
    setting = Unicode("").tag(sync=True)
    settings: List[Any] = List().tag(sync=True)
    parts: List[Any] = List(["mode", "setting"]).tag(sync=True)
    has_cases = Bool(False).tag(sync=True)
    can_undo = Bool(False).tag(sync=True)
    large = Bool(False).tag(sync=True)
    notice = Unicode("").tag(sync=True)
    texts = Dict().tag(sync=True)
