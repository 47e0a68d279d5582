"""What pages of panels know: the compiled tables of causes, and what each has beside them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from calfnb.case import Case
from calfnb.reasoning.assessment import assess_case
from calfnb.reasoning.model import Model
from calfnb.reasoning.results import Assessment
from calfnb.tables import Tables
from calfnb.tables.records_prevention import PreventionTables

__all__ = ["PageLibrary", "PanelLibrary", "assessed"]


@dataclass(frozen=True)
class PageLibrary:
    """The tables of a page, found by its views."""

    model: Model

    @property
    def tables(self) -> Tables:
        """The tables of causes, which also hold every sentence."""
        return self.model.tables


@dataclass(frozen=True)
class PanelLibrary(PageLibrary):
    """What the pages on prevention and warm-up know."""

    prevention: PreventionTables


# A person turns to other panels far more often than the patient changes.
@lru_cache(maxsize=32)
def assessed(model: Model, case: Case, questions: int = 0) -> Assessment:
    """Assess a case, with so many questions that could come next; the same one is assessed once."""
    return assess_case(model, case, questions=questions)
