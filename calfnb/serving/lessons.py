"""Which lessons there are: the notebooks of one folder, in order, with the names that people read."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

_HEADING = re.compile(r"^#[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_MARKS = re.compile(r"\[([^\]]*)\]\([^)]*\)|[*_`]")
INDEX = "index"


class LessonsError(Exception):
    """There is nothing to serve; the message is a sentence for the person who asked."""


@dataclass(frozen=True)
class Lesson:
    """One notebook: ``name`` without its ending, ``title`` from its first heading, the file, and its own short title.

    The short title is ``"calfnb": {"short_title": "..."}`` in the notebook's metadata, "" where there is none.
    """

    name: str
    title: str
    path: Path
    own_short_title: str = ""

    @property
    def short_title(self) -> str:
        """What stands in the row of links: the notebook's own, or the title up to its first colon or full stop."""
        return self.own_short_title or re.split(r"[:.–—] ", self.title, maxsplit=1)[0]

    @property
    def file_name(self) -> str:
        """The name of the file, the last part of the lesson's address."""
        return self.path.name


def lessons_folder(asked: Path | None = None) -> Path:
    """Find the folder of the lessons.

    Parameters
    ----------
    asked : Path, optional
        A folder of one's own. Without it: ``notebooks/`` beside the package where that is a checkout of the
        repository, else the copy inside the installed package.

    Raises
    ------
    LessonsError
        When there is no such folder or no notebook in it.
    """
    if asked is not None:
        folder = asked.expanduser()
        if not folder.is_dir():
            raise LessonsError(f"There is no folder {str(asked)!r}. Name a folder that holds notebooks (*.ipynb).")
    else:
        package = Path(str(files("calfnb")))
        places = (package.parent / "notebooks", package / "_notebooks")
        found = next((place for place in places if place.is_dir()), None)
        if found is None:
            raise LessonsError(
                "This installation holds no lessons. Install calfnb again, or name a folder with --notebooks."
            )
        folder = found
    if not find_lessons(folder):
        raise LessonsError(f"The folder {str(folder)!r} holds no notebook (*.ipynb). Name another with --notebooks.")
    return folder.resolve()


def find_lessons(folder: Path) -> tuple[Lesson, ...]:
    """List the lessons of a folder: ``index`` first, then by name; hidden files are left out."""
    paths = sorted(
        (path for path in folder.glob("*.ipynb") if not path.name.startswith(".")),
        key=lambda path: (path.stem != INDEX, path.stem),
    )
    return tuple(_lesson(path) for path in paths)


def title_of(path: Path) -> str:
    """Read a notebook's title: its first heading of the first level, else the name of the file in words.

    A file that is no notebook (half written, say) keeps its name: the page itself then tells what is wrong.
    """
    return _lesson(path).title


def _lesson(path: Path) -> Lesson:
    try:
        about = path.stat()
    except OSError:
        return _read(path, 0, 0)
    return _read(path, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=256)  # every page names every lesson; time and size tell whether a file is still the one read
def _read(path: Path, _changed_ns: int, _size: int) -> Lesson:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        sources = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
        short = str(notebook.get("metadata", {}).get("calfnb", {}).get("short_title", ""))
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        sources, short = [], ""
    heading = next(filter(None, map(_HEADING.search, sources)), None)
    if heading is not None:
        title = _MARKS.sub(lambda mark: mark.group(1) or "", heading.group(1)).strip()
    else:
        title = re.sub(r"^\d+[_-]", "", path.stem).replace("_", " ").strip().capitalize() or path.stem
    return Lesson(path.stem, title, path, short)


def watched_folders() -> tuple[str, ...]:
    """List what, beside a notebook, a page is made of: the package with its template, and the tables."""
    package = Path(str(files("calfnb")))
    tables = package.parent / "data"
    return (str(package), str(tables)) if tables.is_dir() else (str(package),)
