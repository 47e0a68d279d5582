"""A list of entries that typed words narrow."""

from __future__ import annotations

from typing import Any

from traitlets import Dict, List, Unicode

from calfnb.widgets.base import PageWidget, module_text

__all__ = ["Finder"]


class Finder(PageWidget):
    """Lists ``groups`` of entries under a field for typing; every word typed has to occur in an entry.

    Arrow keys walk through the list, Enter in the field takes the best match, Escape empties it. Message: ``choose``
    (``kind``, the id of the group, and ``id``).

    Attributes
    ----------
    groups
        ``[{"id", "label", "entries": [{"id", "label", "more", "words"}]}]``; ``words`` are found but not shown.
    selected
        The chosen entry as ``group:entry``, "" for none.
    related
        Entries (``group:entry``) that belong to the chosen one and are marked.
    goal
        A class of the page that comes into view after a choice on a narrow page.
    """

    _esm = module_text("finder.js")
    groups: List[Any] = List().tag(sync=True)
    selected = Unicode("").tag(sync=True)
    related: List[Any] = List().tag(sync=True)
    goal = Unicode("").tag(sync=True)
    texts = Dict().tag(sync=True)
