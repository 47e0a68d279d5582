"""What no tracked file may hold: hosts of package registries, paths of one machine, stored widget state."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Put together from parts, so that this file does not hold what it forbids.
REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "registry.npm" + "js.org",
    "npm" + "mirror.com",
    "cdn.js" + "delivr.net",
    "un" + "pkg.com",
    "cdn" + "js.cloudflare.com",
    "esm" + ".sh",
    "conda" + ".anaconda.org",
    "fonts.google" + "apis.com",
    "fonts.g" + "static.com",
    "cdn.plot" + ".ly",
]
MACHINE_PATHS = re.compile(
    r"(?<![\w./-])/(?:work|root|home/\w+|Users/\w+|tmp/plan)/[\w.]|(?<!\w)\.\./shared\b|\b[A-Z]:\\Users\\"
)


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    found = []
    for path in tracked_files():
        try:
            found.append((path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue  # pictures
    return found


@pytest.fixture(scope="module")
def tracked() -> list[tuple[str, str]]:
    return texts()


def test_no_registry_is_named(tracked):
    found = [(name, host) for name, text in tracked for host in REGISTRIES if host in text]
    assert found == []


def test_no_path_of_one_machine(tracked):
    found = [
        (name, match.group())
        for name, text in tracked
        if name != "tests/test_no_outside_addresses.py"
        for match in MACHINE_PATHS.finditer(text)
    ]
    assert found == []


def test_constraints_name_versions_not_addresses(tracked):
    found = [(name, line) for name, text in tracked if "constraints" in Path(name).name and name.endswith(".txt")
             for line in text.splitlines() if "://" in line or line.startswith(("-", "/"))]  # fmt: skip
    assert found == []


def test_notebooks_are_stored_without_widget_state_and_with_text_outputs_only(tracked):
    for name, text in tracked:
        if not name.endswith(".ipynb"):
            continue
        notebook = json.loads(text)
        assert "widgets" not in notebook["metadata"], name
        for cell in notebook["cells"]:
            # Only what the notebook tests compare is kept: printed text.
            assert {output["output_type"] for output in cell.get("outputs", [])} <= {"stream"}, name


def test_no_lock_file_or_link_points_outside(tracked):
    assert not [path for path in tracked_files() if path.is_symlink()]
    assert not [
        name for name, _ in tracked if Path(name).name in ("uv.lock", "package-lock.json", "pip.conf", ".npmrc")
    ]
