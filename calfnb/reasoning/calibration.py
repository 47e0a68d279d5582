"""How well the probabilities hold on simulated patients whose answers depend on each other.

No patient-level data of runners with calf pain exist, so this shows the inner logic of the tables, not the truth:
patients are drawn from the tables' own numbers, but the answers of a dependence group rise and fall together, as the
same swelling is seen, measured and pressed. The damping of such groups is chosen where the probabilities fit best.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from calfnb.reasoning.batch import posterior_batch
from calfnb.reasoning.model import Model

__all__ = ["Calibration", "SimulatedPatients", "calibrate_damping", "simulate_patients"]


@dataclass(frozen=True, slots=True)
class SimulatedPatients:
    """``codes`` (patients, findings): 0 unknown, k the k-th option; ``conditions`` (patients,): the true index."""

    codes: NDArray[np.int8]
    conditions: NDArray[np.int64]
    setting: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """How one damping exponent does on simulated patients.

    ``log_loss`` is the mean in nats (smaller is better), ``right_first`` the share (0-1) with the right condition
    first, ``mean_confidence`` the mean probability (0-1) given to the first, near that share when well calibrated.
    """

    damping: float
    log_loss: float
    right_first: float
    mean_confidence: float


def simulate_patients(
    model: Model, *, setting: str, count: int, correlation: float, answered: float = 0.4, seed: int = 1
) -> SimulatedPatients:
    """Draw patients from the tables with answers that correlate within each dependence group.

    Parameters
    ----------
    setting
        Whose pretest probabilities the conditions are drawn from.
    count
        Number of patients.
    correlation
        Correlation (0-1) of the hidden tendencies behind the answers of one group, within a condition.
    answered
        Share (0-1) of the findings that are known of a patient.

    Raises
    ------
    ValueError
        If ``correlation`` or ``answered`` is not within 0-1.
    """
    if not (0 <= correlation <= 1 and 0 <= answered <= 1):
        raise ValueError(f"correlation and answered must be within 0-1, not {correlation} and {answered}")
    rng = np.random.default_rng(seed)
    index = model.setting_index[setting]
    pretest = np.exp(model.log_pretest[index])
    conditions = rng.choice(len(pretest), size=count, p=pretest / pretest.sum())
    shared = rng.standard_normal((count, int(model.groups.max()) + 1))[:, model.groups]
    own = rng.standard_normal((count, len(model.finding_ids)))
    hidden = np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own
    codes = np.zeros((count, len(model.finding_ids)), dtype=np.int8)
    normal = NormalDist()
    for position, finding_id in enumerate(model.finding_ids):
        columns = model.columns_of(finding_id)
        share = np.exp(model.log_profile[columns.start : columns.stop, conditions])
        limits = np.cumsum(share / share.sum(axis=0), axis=0)[:-1]
        cuts = np.vectorize(normal.inv_cdf)(np.clip(limits, 1e-6, 1 - 1e-6))
        codes[:, position] = 1 + (hidden[:, position] > cuts).sum(axis=0)
    codes[rng.random(codes.shape) >= answered] = 0
    return SimulatedPatients(codes, conditions.astype(np.int64), index)


def calibrate_damping(
    model: Model, patients: SimulatedPatients, exponents: tuple[float, ...] = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
) -> tuple[Calibration, ...]:
    """Return for each damping exponent how well the probabilities fit the simulated patients."""
    results = []
    rows = np.arange(len(patients.conditions))
    for exponent in exponents:
        variant = Model(model.tables, replace(model.assumptions, damping=exponent))
        probabilities = posterior_batch(variant, patients.codes, patients.setting)
        truth = probabilities[rows, patients.conditions]
        results.append(
            Calibration(
                damping=exponent,
                log_loss=float(-np.log(np.maximum(truth, 1e-12)).mean()),
                right_first=float((probabilities.argmax(axis=1) == patients.conditions).mean()),
                mean_confidence=float(probabilities.max(axis=1).mean()),
            )
        )
    return tuple(results)
