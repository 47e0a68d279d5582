"""The search for a patient who loses a red flag by a more alarming answer."""

import pytest

from calfnb.tables.logic import parse
from calfnb.tables.monotone import patient_who_loses

FINDINGS = {"h": ("ok", "painful", "unable"), "x": ("yes", "no"), "y": ("yes", "no")}


@pytest.mark.parametrize(
    ("flag", "others", "finding_id", "expected"),
    [
        ("h=painful AND x=yes", [], "h", {"h": "painful", "x": "yes"}),
        ("h=painful AND x=yes", ["h=unable"], "h", None),
        ("h=painful AND x=yes", ["h=unable AND y=yes"], "h", {"h": "painful", "x": "yes"}),
        ("h=painful AND x=yes AND y=yes", ["h=unable AND y=yes"], "h", None),
        ("x!=yes AND y=yes", [], "x", {"y": "yes"}),
        ("x!=yes AND y=yes", ["y=yes"], "x", None),
        ("x=no", [], "x", {"x": "no"}),
        ("rule:w>=2 AND x!=yes", ["rule:w>=1"], "x", None),
        ("rule:w>=2 AND x!=yes", ["rule:w>=3"], "x", {}),
        ("x=yes OR y=yes", [], "x", None),
    ],
)
def test_the_patient_who_loses_a_flag_is_found(flag, others, finding_id, expected):
    def read(text: str):
        return parse(text, findings=FINDINGS, rules=("w",))

    alarming = {"h": ("unable",), "x": ("yes",)}[finding_id]
    found = patient_who_loses(read(flag), [read(text) for text in others], finding_id, alarming[0], FINDINGS, alarming)
    assert found == expected
