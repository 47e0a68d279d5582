"""What the parent of the kernels does before the first fork, so that no reader's kernel has to."""

from __future__ import annotations


def warm_up() -> None:
    """Build every dashboard once and throw it away.

    What stays is what takes the time and the memory: the imports, the compiled tables, the drawn numbers behind every
    interval. Forked kernels find all of it made, and share it.
    """
    import ipywidgets

    from calfnb import dashboards

    for name in dashboards.names():
        getattr(dashboards, name)()
    ipywidgets.Widget.close_all()
