"""What the schema alone cannot say about the tables: sums, options, logic, completeness."""

from __future__ import annotations

from collections.abc import Mapping

from calfnb.tables.sheets import Sheet

__all__ = ["check_domain"]


def check_domain(sheets: Mapping[str, Sheet]) -> None:
    """Report in each sheet what is wrong with it in the light of all."""
