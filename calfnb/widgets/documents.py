"""Pages and files to take away, made on this page and saved without asking any server."""

from __future__ import annotations

from typing import Any

from traitlets import Dict, List

from calfnb.widgets.base import STATIC, PageWidget, module_text

__all__ = ["Documents"]

_STYLE = (STATIC / "documents.css").read_text(encoding="utf-8")


class Documents(PageWidget):
    """Offers ``documents``: each with a preview, a print button and its files as links to data made in the browser.

    Attributes
    ----------
    documents
        ``[{"id", "title", "lead", "blocked", "html", "files": [{"label", "name", "mime", "text"}]}]``; ``html`` is a
        whole page for the preview, shown in a frame that runs no script; ``blocked`` says why there is none.
    """

    # A class has one ``_css`` on a page; this one carries only what the kit's own style has not.
    _css = ""

    _esm = module_text("documents.js")
    documents: List[Any] = List().tag(sync=True)
    texts = Dict().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(styled=False, **traits)
        self._css = _STYLE
