"""The measuring programs run, and say what they are meant to say."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from tradeoff import tradeoff_svg  # noqa: E402 - it is no package


def test_accuracy_counts_every_case():
    words = ["--json", "--no-curve", "--setting", "emergency_department", "--until", "examination"]
    command = [sys.executable, str(ROOT / "benchmarks" / "accuracy.py"), *words]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.stderr == ""
    assert run.returncode == 0
    result = json.loads(run.stdout)["results"]["examination"]["emergency_department"]
    cases = len(list((ROOT / "benchmarks" / "cases").glob("*.toml")))
    assert result["summary"]["first, all"][1] == len(result["cases"]) == cases
    for case in result["cases"]:
        assert case["rank"] >= 1
        assert 0 < case["probability"] <= case["leader_probability"] < 1


def test_the_curve_is_a_picture():
    rows = [
        {"setting_id": setting, "factor": factor, "serious": 10, "serious_below_same_day": missed, "others": 20,
         "others_same_day_or_above": 5 - missed}
        for setting in ("a<b", "c") for factor, missed in ((0.25, 0), (1.0, 1), (8.0, 3))
    ]  # fmt: skip
    picture = ElementTree.fromstring(tradeoff_svg(rows))
    circles = [node for node in picture.iter() if node.tag.endswith("circle") and node.get("class") == "dot"]
    assert len(circles) == len(rows)
    assert all(0 < float(circle.get("cx")) < 900 for circle in circles)
