"""A place on the page for markup that was made by the markup module."""

from __future__ import annotations

from traitlets import Bool, Unicode

from calfnb.widgets.base import PageWidget, module_text

__all__ = ["HtmlPanel"]


class HtmlPanel(PageWidget):
    """Shows ``html`` and patches the page in place, so scroll, focus and open parts stay.

    Messages: ``action`` with the dataset of a clicked ``[data-action]`` element; ``open`` with ``part`` and
    ``open`` when a ``<details data-part>`` is opened or closed; ``visible`` if ``report_visible`` is set.

    Attributes
    ----------
    html
        Markup made by ``calfnb.markup``, which escapes. Never put text of other origin here.
    label
        Name of the region for a screen reader; "" makes it no region.
    announcement
        Said once, politely, when it changes.
    busy
        A newer content is being computed.
    height_key
        While it stays the same, the area never gets lower, so that nothing below it jumps; "" lets it shrink.
    """

    _esm = module_text("html_panel.js")
    html = Unicode("").tag(sync=True)
    label = Unicode("").tag(sync=True)
    announcement = Unicode("").tag(sync=True)
    busy = Bool(False).tag(sync=True)
    height_key = Unicode("").tag(sync=True)
    report_visible = Bool(False).tag(sync=True)
