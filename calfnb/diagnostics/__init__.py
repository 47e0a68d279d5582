"""What a test does to a probability.

One condition against everything else, from published figures (`calfnb.tables.load_tests().accuracies`):

* `likelihood_ratios`, `ratios_of` (a row of the table, clamped, with interval), `posttest_probability`, `update` (with
  the band of the interval), `side_by_side` (low, middle and high pretest), `chain` (several tests), `two_by_two`.
* `nomogram`: the geometry of the Fagan nomogram of an `Update`.
* `thresholds` and `value_of_testing`: where testing starts and stops, for harms that the learner edits (`Harms`).

All conditions at once, from the model of the tables (these are never multiplied across conditions):

* `frequency_tree`: a thousand runners like this one, sorted by condition and by the answer to one more question.
* `clinic_at`, `clinics`: the same leg along the settings; `order_of_testing`: a test before or after the examination.
* `derived_ratios`, `deviations`: what the tables imply, held against what was published.

Impossible numbers raise `DiagnosticError` with one sentence. A ratio of 1 changes nothing; an unknown result is
skipped.
"""

from calfnb.diagnostics.fagan import FaganLine, Nomogram, Tick, nomogram
from calfnb.diagnostics.ratios import (
    CLAMP,
    DiagnosticError,
    Ratio,
    SideBySide,
    TestRatios,
    TwoByTwo,
    Update,
    chain,
    checked_probability,
    checked_proportion,
    likelihood_ratios,
    posttest_probability,
    ratios_of,
    side_by_side,
    two_by_two,
    update,
)
from calfnb.diagnostics.scenes import Clinic, Order, Step, clinic_at, clinics, order_of_testing, settings_in_order
from calfnb.diagnostics.thresholds import Harms, Losses, Thresholds, thresholds, value_of_testing
from calfnb.diagnostics.trees import Branch, Deviation, FrequencyTree, derived_ratios, deviations, frequency_tree

__all__ = [
    "CLAMP",
    "Branch",
    "Clinic",
    "Deviation",
    "DiagnosticError",
    "FaganLine",
    "FrequencyTree",
    "Harms",
    "Losses",
    "Nomogram",
    "Order",
    "Ratio",
    "SideBySide",
    "Step",
    "TestRatios",
    "Thresholds",
    "Tick",
    "TwoByTwo",
    "Update",
    "chain",
    "checked_probability",
    "checked_proportion",
    "clinic_at",
    "clinics",
    "derived_ratios",
    "deviations",
    "frequency_tree",
    "likelihood_ratios",
    "nomogram",
    "order_of_testing",
    "posttest_probability",
    "ratios_of",
    "settings_in_order",
    "side_by_side",
    "thresholds",
    "two_by_two",
    "update",
    "value_of_testing",
]
