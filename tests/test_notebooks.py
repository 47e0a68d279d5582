"""The lessons as files: short cells, no widget state, checked outputs that still come out the same."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LONGEST = 4


def cells(path: Path, kind: str) -> list[dict]:
    return [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == kind]


def source(cell: dict) -> str:
    return "".join(cell["source"])


def named(path: Path) -> str:
    return path.stem


def test_there_are_lessons():
    assert {"index", "01_causes"} <= {path.stem for path in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=named)
def test_a_code_cell_imports_and_shows(path):
    for cell in cells(path, "code"):
        lines = [line for line in source(cell).splitlines() if line and not line.startswith("#")]
        assert 1 <= len(lines) <= LONGEST, source(cell)
        for node in ast.walk(ast.parse(source(cell))):
            assert not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda | ast.For | ast.While), source(cell)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=named)
def test_every_code_cell_says_whether_its_output_is_checked(path):
    for cell in cells(path, "code"):
        assert re.search(r"# NBVAL_(CHECK|IGNORE)_OUTPUT", source(cell))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=named)
def test_no_widget_is_stored(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert "widgets" not in notebook["metadata"]
    for cell in cells(path, "code"):
        if "NBVAL_IGNORE_OUTPUT" in source(cell):
            assert cell["outputs"] == []
            assert cell["execution_count"] is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=named)
def test_a_lesson_begins_with_its_one_title(path):
    headings = [line for cell in cells(path, "markdown") for line in source(cell).splitlines() if line.startswith("# ")]
    assert len(headings) == 1
    assert source(cells(path, "markdown")[0]).startswith(headings[0])


@pytest.mark.parametrize("path", [path for path in NOTEBOOKS if path.stem != "index"], ids=named)
def test_a_lesson_has_goals_directions_and_tasks_with_folded_answers(path):
    text = "\n".join(source(cell) for cell in cells(path, "markdown"))
    assert "## What you can do afterwards" in text
    assert "## How to use this page" in text
    assert text.count("**Task ") == text.count("<details>") == text.count("</details>") > 0


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=named)
def test_the_checked_outputs_come_out_the_same(path, tmp_path):
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "-q", "-p", "no:cacheprovider", "-o", "addopts=",
               "-W", "default", f"--rootdir={path.parent}", "-c", str(tmp_path / "none.ini"), str(path)]  # fmt: skip
    (tmp_path / "none.ini").write_text("[pytest]\n", encoding="utf-8")
    done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
