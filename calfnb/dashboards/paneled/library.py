"""What the pages on prevention and warm-up know: all tables, and the compiled tables of causes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from calfnb.case import Case
from calfnb.reasoning.assessment import assess_case
from calfnb.reasoning.model import Model
from calfnb.reasoning.results import Assessment
from calfnb.tables import Tables
from calfnb.tables.records_prevention import PreventionTables

__all__ = ["PanelLibrary", "assessed"]


@dataclass(frozen=True)
class PanelLibrary:
    """The tables of a page, found by its views."""

    model: Model
    prevention: PreventionTables

    @property
    def tables(self) -> Tables:
        """The tables of causes, which also hold every sentence."""
        return self.model.tables


# A person turns to other panels far more often than the patient changes.
@lru_cache(maxsize=32)
def assessed(model: Model, case: Case) -> Assessment:
    """Assess a case without asking what comes next; the same case is assessed once."""
    return assess_case(model, case, questions=0)
