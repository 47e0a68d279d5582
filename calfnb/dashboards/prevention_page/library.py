"""What the page of prevention knows beside the tables of prevention and warm-up: those on training load."""

from __future__ import annotations

from dataclasses import dataclass

from calfnb.dashboards.paneled.library import PanelLibrary
from calfnb.tables.records_load import LoadTables

__all__ = ["PreventionLibrary"]


@dataclass(frozen=True)
class PreventionLibrary(PanelLibrary):
    """The tables of the page, found by its views."""

    load: LoadTables
