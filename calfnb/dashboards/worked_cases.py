"""The invented patients that pages offer."""

from __future__ import annotations

import logging

from calfnb.cases import CaseFileError, WorkedCase, load_cases
from calfnb.tables import Tables

__all__ = ["worked_cases"]

logger = logging.getLogger(__name__)


def worked_cases(tables: Tables) -> dict[str, WorkedCase]:
    """Return the worked cases by id; a broken file is logged and must not take the page down."""
    try:
        return {worked.case_id: worked for worked in load_cases(tables)}
    except CaseFileError as error:
        logger.warning("%s", error)
        return {}
