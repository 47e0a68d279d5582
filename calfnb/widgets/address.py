"""The state of a page in its address, so that a reload, a link and a dead kernel lose nothing."""

from __future__ import annotations

from traitlets import Dict, Unicode

from calfnb.widgets.base import PageWidget, module_text

__all__ = ["AddressState"]


class AddressState(PageWidget):
    """Keeps ``code`` in the fragment of a Voilà page's address (``#s=...``) and offers to copy the link.

    The fragment never reaches the server, and nothing is stored in the browser. Inside JupyterLab the address is
    left alone and the bare code is copied. Message: ``restore`` (``code``) when the page opens with a code in its
    address, or when someone pastes another one.
    """

    _esm = module_text("address_state.js")
    code = Unicode("").tag(sync=True)
    texts = Dict().tag(sync=True)
