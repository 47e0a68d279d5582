"""The leg as a picture that one can click, walk through with keys, and read as a list."""

from __future__ import annotations

from traitlets import Dict, Unicode

from calfnb.widgets.base import PageWidget, module_text

__all__ = ["LegMap"]


class LegMap(PageWidget):
    """Shows the drawings of ``map`` and lets a person choose one zone.

    Messages: ``choose`` (``option``, or None to clear) and ``turn`` (``view``). Arrow keys walk through the zones of
    a view, Enter or Space chooses.

    Attributes
    ----------
    map
        ``{"views": [{"id", "label", "svg"}], "zones": [{"id", "option", "label", "structures", "views"}]}``;
        in the drawings each zone is an element with ``data-zone``.
    selected
        The chosen option, "" for none.
    view
        Which side of the leg is shown.
    """

    _esm = module_text("leg_map_part.js", "leg_map.js")
    map = Dict().tag(sync=True)
    selected = Unicode("").tag(sync=True)
    view = Unicode("").tag(sync=True)
    texts = Dict().tag(sync=True)
