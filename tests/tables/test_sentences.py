"""Every sentence of the text table is used, so that nobody words, checks or translates what nobody reads."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterable
from pathlib import Path

from calfnb.tables import Tables

ROOT = Path(__file__).resolve().parents[2]
CODE = [path for path in sorted((ROOT / "calfnb").rglob("*")) if path.suffix in (".py", ".js", ".html", ".j2")]
#: Beginnings whose last part a view, a page or a widget's script names without them.
HANDED_ON = [
    "dash2.documents",
    "dash2.find",
    "dash2.form",
    "dash2.part",
    "dash2.rule_find",
    "dash2.tab",
    "dash2.tabs",
    "dash3.documents",
    "dash3.part",
    "dash3.tab",
    "dash3.tabs",
    "dash4.log.drop",
    "dash4.log.slider",
    "dash4.part",
    "dash4.tab",
    "dash4.tabs",
    "dash5.drills.find",
    "dash5.part",
    "dash5.player.play",
    "dash5.tab",
    "dash5.tabs",
    "prevention.factor",
    "reason",
    "ui.address",
    "ui.bar",
    "ui.case",
    "ui.figure",
    "ui.form",
    "ui.map",
    "ui.page",
]
#: A name in a key that is put together of two: the parts that the code joins with "_".
JOINED = re.compile(r"(screen|separates)_and_(\w+)|(far|somewhat|best|mode|with|case|debate)_(\w+)")
PLACE = "\0"


def _shape(node: ast.JoinedStr) -> str:
    return "".join(part.value if isinstance(part, ast.Constant) else PLACE for part in node.values)


def _code() -> tuple[set[str], set[str], set[str]]:
    """Return the whole texts in the code, the shapes of those with places in them, and the names of fields."""
    texts, shapes, names = set(), set(), set()
    for path in CODE:
        content = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            texts.update(re.findall(r"\w+(?:\.\w+)*", content), re.findall(r"\w+", content))
            continue
        for node in ast.walk(ast.parse(content)):
            if isinstance(node, ast.JoinedStr):
                shapes.add(_shape(node))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "split":
                texts.update(str(getattr(node.func.value, "value", "")).split())
            elif isinstance(node, ast.keyword) and node.arg:
                names.add(node.arg)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                names.add(node.target.id)
    return texts, shapes, names


def _cells() -> set[str]:
    """Return every id, choice and number of the tables, also of lists in a cell."""
    found: set[str] = set()
    for path in (ROOT / "data").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                found.update(part for cell in row for part in cell.split(";"))
    return found


def _unused(keys: Iterable[str]) -> list[str]:
    """Return the keys that no whole text names, and of whose end a place in a text or a beginning makes nothing."""
    texts, shapes, names = _code()
    known = texts | names | _cells() | {str(month) for month in range(1, 13)}
    patterns = [
        re.compile(re.escape(shape).replace(re.escape(PLACE), r"(\w+(?:\.\w+)*)"))
        for shape in shapes
        if re.match(r"[a-z]\w*\.", shape)
    ]

    def named(part: str) -> bool:
        return part in known or part.upper() in known or bool(JOINED.fullmatch(part))

    def used(key: str) -> bool:
        if key in texts or key in HANDED_ON:
            return True
        ends = [key.removeprefix(f"{start}.") for start in HANDED_ON if key.startswith(f"{start}.")]
        ends += [place for pattern in patterns if (match := pattern.fullmatch(key)) for place in match.groups()[-1:]]
        return any(all(map(named, end.split("."))) for end in ends)

    return [key for key in keys if not used(key)]


def test_every_sentence_is_used(shipped_tables: Tables) -> None:
    unused = _unused(shipped_tables.messages)
    assert not unused, "\n".join(unused)


def test_a_sentence_that_nothing_names_is_found() -> None:
    """Whole keys, ends put together of two, ends that a script names; and names that there are nowhere."""
    used = ["ui.problem.no_number", "test.zone.best_wait", "ui.page.to_dark", "markup.seen.secondary_page"]
    unused = ["ui.problem.nobody_says_so", "ui.page.nobody_says_so", "dash9.part.tools"]
    assert _unused([*used, *unused]) == unused
