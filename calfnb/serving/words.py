"""The sentences of the page around a lesson: rows ``ui.page.*`` of the interface's text table."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from nbconvert.preprocessors import Preprocessor

from calfnb.tables import shipped_folder

PREFIX = "ui.page."
TEXT = Path("text") / "en.csv"


def page_words() -> Mapping[str, str]:
    """Return the sentences by the last part of their keys, as they are in the table now."""
    file = shipped_folder() / TEXT
    return _read(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=4)  # every page asks; the time tells whether the file is still the one read
def _read(file: Path, _changed_ns: int) -> Mapping[str, str]:
    with file.open(encoding="utf-8", newline="") as lines:
        rows = {row["key"]: row["text"] for row in csv.DictReader(lines)}
    return MappingProxyType({key.removeprefix(PREFIX): text for key, text in rows.items() if key.startswith(PREFIX)})


class PageWords(Preprocessor):
    """Hand the sentences to the template of a lesson; its ``conf.json`` names this class.

    So they are there under plain Voilà, too, which knows nothing of our server.
    """

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Leave the notebook as it is, and add ``page_words`` to what the template gets."""
        resources["page_words"] = dict(page_words())
        return nb, resources
