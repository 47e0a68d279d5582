"""Imports that cost seconds in every process and serve nobody here."""

from __future__ import annotations

import sys

#: ``rfc3987_syntax`` builds 38 Lark grammars at import, three seconds of processor time, whenever ``jsonschema`` is
#: imported. It checks the formats of internationalised addresses, which no schema of Jupyter uses, and ``jsonschema``
#: itself treats it as optional. ``debugpy`` serves JupyterLab's debugger, which a lesson's page does not have.
UNUSED_IN_SERVER = ("rfc3987_syntax",)
UNUSED_IN_KERNEL = ("rfc3987_syntax", "debugpy")


def leave_out(modules: tuple[str, ...] = UNUSED_IN_SERVER) -> None:
    """Make the import of these optional modules fail at once, as if they were not installed.

    Parameters
    ----------
    modules : tuple of str
        Top-level names. One that is imported already stays as it is.
    """
    for name in modules:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # None is the documented way to bar an import
