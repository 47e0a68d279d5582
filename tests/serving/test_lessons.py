"""Which lessons there are and what they are called."""

import json
from pathlib import Path

import pytest

from calfnb.serving.lessons import LessonsError, find_lessons, lessons_folder, title_of


def write(path: Path, *sources: str) -> Path:
    cells = [{"cell_type": "markdown", "source": source} for source in sources]
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return path


def test_the_index_comes_first_and_hidden_files_do_not_count(tmp_path: Path) -> None:
    for name in ("02_b", "index", "01_a", ".hidden"):
        write(tmp_path / f"{name}.ipynb", f"# {name}")
    (tmp_path / "notes.txt").write_text("no notebook")
    assert [lesson.name for lesson in find_lessons(tmp_path)] == ["index", "01_a", "02_b"]


@pytest.mark.parametrize(
    ("sources", "title"),
    [
        (("# Calf pain: *what* could it be?\n\ntext",), "Calf pain: what could it be?"),
        (("no heading", "## second level\n# First `level` #"), "First level"),
        (("# See [the guide](guide.ipynb)",), "See the guide"),
        (("no heading at all",), "Causes and more"),
        ((), "Causes and more"),
    ],
)
def test_the_title_is_the_first_heading_or_the_name_in_words(
    tmp_path: Path, sources: tuple[str, ...], title: str
) -> None:
    assert title_of(write(tmp_path / "01_causes_and_more.ipynb", *sources)) == title


def test_a_title_is_shortened_for_the_row_of_links(tmp_path: Path) -> None:
    write(tmp_path / "01.ipynb", "# Causes: from the first question to a ranked list")
    assert find_lessons(tmp_path)[0].short_title == "Causes"
    notebook = json.loads((tmp_path / "01.ipynb").read_text(encoding="utf-8"))
    notebook["metadata"] = {"calfnb": {"short_title": "Why"}}
    (tmp_path / "01.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    assert find_lessons(tmp_path)[0].short_title == "Why"


def test_a_file_that_is_no_notebook_keeps_its_name(tmp_path: Path) -> None:
    (tmp_path / "half_written.ipynb").write_text('{"cells": [')
    assert title_of(tmp_path / "half_written.ipynb") == "Half written"


def test_a_folder_that_is_missing_or_empty_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LessonsError, match="There is no folder"):
        lessons_folder(tmp_path / "nowhere")
    with pytest.raises(LessonsError, match="holds no notebook"):
        lessons_folder(tmp_path)
