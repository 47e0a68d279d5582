"""The sentences around a lesson stand in the text table, and each has its place in the template."""

from __future__ import annotations

import re
from pathlib import Path

import calfnb
from calfnb.serving.checkup import TEMPLATE
from calfnb.serving.words import PREFIX, page_words

TEMPLATES = [path for path in TEMPLATE.parent.iterdir() if path.suffix in (".j2", ".html")]


def test_every_sentence_has_a_place_and_every_place_a_sentence() -> None:
    places = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    asked = set(re.findall(r"\b(?:page_)?words\.(\w+)", places))
    assert asked == set(page_words())


def test_they_are_the_rows_of_the_text_table() -> None:
    messages = calfnb.load_tables().messages
    assert dict(page_words()) == {
        key.removeprefix(PREFIX): text for key, text in messages.items() if key.startswith(PREFIX)
    }


def test_a_template_writes_no_sentence_of_its_own() -> None:
    for path in TEMPLATES:
        assert not prose_of(path), path.name


def prose_of(path: Path) -> str:
    """Text of a template between its tags, its own code left out."""
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<script.*?</script>", "", path.read_text(encoding="utf-8"),
                  flags=re.DOTALL)  # fmt: skip
    return re.sub(r"<[^>]*>|[·\s]", "", text)
