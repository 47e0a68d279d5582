"""Lines that stand on every page: intended use, emergency line, honesty note, sources."""

from __future__ import annotations

from calfnb.markup.html import Html, join, safe_address, tag
from calfnb.markup.words import author_year, basis_words, share_words
from calfnb.tables.records import Locality, Source, Tables

__all__ = ["emergency_line", "glossary_list", "honesty_note", "intended_use_line", "source_list", "source_note"]

_JUDGED = frozenset({"judgement", "recalled"})


def intended_use_line(tables: Tables) -> Html:
    """State the intended use; it stands on every dashboard and export."""
    return tag("p", tables.text("markup.intended_use"), class_="cn-use")


def emergency_line(tables: Tables, locality: Locality | None = None) -> Html:
    """One line, not to be dismissed, for a real person with warning signs."""
    call = locality.wording if locality else tables.text("markup.emergency.call")
    return tag(
        "p",
        tag("strong", tables.text("markup.emergency.who")),
        " ",
        tables.text("markup.emergency.signs"),
        " ",
        tag("strong", call, class_="cn-emergency-line__call"),
        class_="cn-emergency-line",
        role="note",
    )


def honesty_note(tables: Tables) -> Html:
    """Say how many of the probabilities are judgement, counted from the tables that are loaded."""
    rows = tables.profiles
    share = sum(row.basis in _JUDGED for row in rows) / len(rows) if rows else 1.0
    return tag(
        "p",
        share_words(share, tables, key="markup.honesty.share"),
        " ",
        tables.text("markup.honesty.meaning"),
        class_="cn-honesty",
        role="note",
    )


def glossary_list(tables: Tables, term_ids: tuple[str, ...] = ()) -> Html:
    """List terms in plain words, by alphabet; all of them when none are named."""
    chosen = [tables.glossary[term_id] for term_id in term_ids if term_id in tables.glossary]
    entries = sorted(chosen or tables.glossary.values(), key=lambda entry: entry.term.casefold())
    rows = join(tag("div", tag("dt", entry.term), tag("dd", entry.meaning)) for entry in entries)
    return tag("dl", rows, class_="cn-glossary")


def source_note(basis: str, source: Source | None, tables: Tables, *, note: str = "") -> Html:
    """Say what a number rests on, with the source folded beside it.

    Parameters
    ----------
    basis
        One of the basis words of the tables.
    source
        The source of the row; None or the row ``judgement`` shows the basis alone.
    note
        The row's own remark, shown with the source.
    """
    word = tag("span", basis_words(basis, tables), class_=f"cn-basis cn-basis--{_plain(basis)}")
    explanation = tables.messages.get(f"markup.basis.{basis}.meaning", "")
    body = join(
        (
            tag("p", explanation) if explanation else None,
            tag("p", _citation(source, tables)) if source and source.source_id != "judgement" else None,
            tag("p", note) if note else None,
        )
    )
    if not body:
        return tag("span", word, class_="cn-source")
    return tag("details", tag("summary", word), tag("div", body, class_="cn-source__body"), class_="cn-source")


def source_list(source_ids: tuple[str, ...], tables: Tables) -> Html:
    """List sources in the order given; unknown ids are left out."""
    known = [tables.sources[source_id] for source_id in dict.fromkeys(source_ids) if source_id in tables.sources]
    return tag("ul", join(tag("li", _citation(source, tables)) for source in known), class_="cn-sources")


def _citation(source: Source, tables: Tables) -> Html:
    title = source.title or source.publisher or source.source_id
    address = safe_address(source.address)
    linked: object = tag("a", title, href=address, rel="noopener noreferrer", target="_blank") if address else title
    seen = tables.messages.get(f"markup.seen.{source.seen_level}", "")
    tail = ". ".join(part for part in (source.publisher, source.locator, seen) if part)
    return join((author_year(source), ". ", linked, f". {tail}" if tail else ""))


def _plain(word: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in word)
