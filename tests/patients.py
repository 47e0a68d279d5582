"""Plausible patients drawn from the model itself, for tests that need many ordinary cases."""

import numpy as np

from calfnb.case import Case
from calfnb.reasoning.model import Model


def draw_patient(model: Model, rng: np.random.Generator, answered: int) -> Case:
    """Draw a condition by its pretest probability, then answers as that condition gives them."""
    setting = int(rng.integers(len(model.setting_ids)))
    pretest = np.exp(model.log_pretest[setting])
    condition = rng.choice(len(pretest), p=pretest / pretest.sum())
    answers: dict[str, str] = {}
    for name in rng.permutation(model.finding_ids):
        if len(answers) >= answered:
            break
        if name in model.applicable(answers):
            columns = np.array(model.columns_of(name))
            chances = np.exp(model.log_profile[columns, condition])
            answers[str(name)] = model.columns[rng.choice(columns, p=chances / chances.sum())][1]
    return Case(model.setting_ids[setting], answers)
