"""What the parent of the kernels does before the first fork, so that no reader's kernel has to."""

from __future__ import annotations

import logging


def warm_up() -> None:
    """Build every dashboard once and throw it away.

    What stays is what takes the time and the memory: the imports, the compiled tables, the drawn numbers behind every
    interval. Forked kernels find all of it made, and share it. A dashboard that fails is reported and left to fail in
    its own lesson; the others must not lose their fast start by it.
    """
    import ipywidgets

    from calfnb import dashboards

    for name in dashboards.names():
        try:
            getattr(dashboards, name)()
        except Exception:  # of any kind: it is not ours to judge here
            logging.getLogger(__name__).exception("The dashboard %s cannot be built.", name)
    ipywidgets.Widget.close_all()
