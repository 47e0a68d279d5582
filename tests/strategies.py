"""Hypothesis strategies that several test modules share."""

from hypothesis import strategies as st

from calfnb.case import Case
from calfnb.reasoning.model import Model


def cases(model: Model, *, least: int = 0, most: int = 40) -> st.SearchStrategy[Case]:
    """Any case: any setting, any findings, any of their options."""
    answers = st.lists(st.sampled_from(model.finding_ids), unique=True, min_size=least, max_size=most).flatmap(
        lambda names: st.fixed_dictionaries({name: st.sampled_from(model.options[name]) for name in names})
    )
    return st.builds(Case, st.sampled_from(model.setting_ids), answers)
