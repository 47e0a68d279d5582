"""Simulated patients whose answers depend on each other, and the damping that fits them."""

import numpy as np
import pytest

from calfnb.reasoning.calibration import calibrate_damping, simulate_patients
from calfnb.reasoning.model import default_model

MODEL = default_model()


def test_simulated_answers_have_the_shares_of_the_tables():
    patients = simulate_patients(MODEL, setting="sports_clinic", count=20_000, correlation=0.5, answered=1.0)
    strain = patients.conditions == MODEL.condition_index["gastrocnemius_strain"]
    bruised = patients.codes[strain, MODEL.finding_index["bruising"]] == 1 + MODEL.options["bruising"].index("yes")
    assert abs(bruised.mean() - MODEL.probability("bruising", "yes", "gastrocnemius_strain")) < 0.03
    shares = np.bincount(patients.conditions, minlength=len(MODEL.condition_ids)) / len(patients.conditions)
    assert np.abs(shares - np.exp(MODEL.log_pretest[patients.setting])).max() < 0.02


def test_answers_of_a_group_go_together_only_when_correlated():
    def agreement(correlation):
        patients = simulate_patients(
            MODEL, setting="sports_clinic", count=20_000, correlation=correlation, answered=1.0
        )
        one, other = (patients.codes[:, MODEL.finding_index[f]] for f in ("ex_pitting_oedema", "ex_calf_3cm_larger"))
        strain = patients.conditions == MODEL.condition_index["gastrocnemius_strain"]
        return np.corrcoef(one[strain], other[strain])[0, 1]

    assert abs(agreement(0.0)) < 0.05
    assert agreement(0.7) > 0.2


def test_damping_in_use_fits_correlated_patients_better_than_none_and_than_full():
    patients = simulate_patients(MODEL, setting="sports_clinic", count=6_000, correlation=0.5, answered=0.5)
    by_exponent = {c.damping: c for c in calibrate_damping(MODEL, patients, (0.0, MODEL.assumptions.damping, 2.0))}
    used = by_exponent[MODEL.assumptions.damping]
    assert used.log_loss < by_exponent[0.0].log_loss
    assert used.log_loss < by_exponent[2.0].log_loss
    assert abs(used.mean_confidence - used.right_first) < abs(
        by_exponent[0.0].mean_confidence - by_exponent[0.0].right_first
    )


def test_impossible_shares_are_refused():
    with pytest.raises(ValueError, match="within 0-1"):
        simulate_patients(MODEL, setting="sports_clinic", count=1, correlation=1.5)
