"""A folder of tables to spoil, and what the check says of it."""

from pathlib import Path

import pytest

from calfnb.tables import TablesError, check_tables, load_tables


class Copy:
    """A copy of the tiny folder to spoil."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text(encoding="utf-8-sig")
        assert old in text, f"{old!r} is not in {name}"
        self.write(name, text.replace(old, new, 1))


def the_problem(copy: Copy):
    problems = check_tables(copy.folder)
    assert len(problems) == 1, "\n".join(map(str, problems))
    assert problems[0].remedy
    with pytest.raises(TablesError) as caught:
        load_tables(copy.folder)
    assert caught.value.problems == tuple(problems)
    assert str(problems[0]) in str(caught.value)
    return problems[0]
