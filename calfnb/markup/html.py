"""The one place where text becomes HTML: everything is escaped unless it was built here."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

__all__ = ["Html", "attribute_name", "escape", "join", "safe_address", "table", "tag"]

_VOID = frozenset({"br", "hr", "img", "input", "meta", "link"})
_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*")
#: Characters that HTML does not allow at all, whatever escaping is done.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
#: Texts without any of these, nearly all, are as they are: looking once is quicker than replacing six times.
_SPECIAL = re.compile("[&<>\"'\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Html(str):
    """Markup that was built by :func:`tag`, :func:`escape` or :func:`join`, so it is not escaped again.

    Adding a plain string to it gives a plain string, which the next call escapes: the mistake
    shows as visible angle brackets and never as markup from data.
    """

    __slots__ = ()


def escape(value: object) -> Html:
    """Return ``value`` as text for HTML; :class:`Html` passes unchanged.

    Quotes are escaped too, so the same text is fit for an attribute.
    """
    if isinstance(value, Html):
        return value
    text = str(value)
    if _SPECIAL.search(text) is None:
        return Html(text)
    return Html(html.escape(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text), quote=True))


def join(parts: Iterable[object], separator: str = "") -> Html:
    """Join parts, each escaped unless it is :class:`Html`; None and empty parts are left out."""
    return Html(escape(separator).join([escape(part) for part in parts if part is not None and part != ""]))


@lru_cache(maxsize=256)
def attribute_name(name: str) -> str:
    """Turn a Python keyword into an attribute: ``class_`` to ``class``, ``aria_label`` to ``aria-label``.

    A name with capitals (``viewBox``) is kept, as SVG asks for.
    """
    plain = name.rstrip("_").replace("_", "-")
    if not _NAME.fullmatch(plain):
        raise ValueError(f"{name!r} is no attribute name.")
    return plain


def tag(name: str, /, *children: object, **attributes: object) -> Html:
    """Build one element.

    Parameters
    ----------
    name
        The element, e.g. ``"section"``; written in code, never taken from data.
    *children
        Text or :class:`Html`; text is escaped, None is left out.
    **attributes
        None and False leave the attribute out, True writes it without a value.

    Raises
    ------
    ValueError
        If the element or an attribute has no valid name, or a void element is given children.
    """
    _check_element(name)
    written = "".join([_attribute(key, value) for key, value in attributes.items()]) if attributes else ""
    if name in _VOID:
        if children:
            raise ValueError(f"<{name}> takes no content.")
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(children)}</{name}>")


def table(caption: object, columns: Iterable[object], *rows: object, class_: str, seen: bool = True) -> Html:
    """Build a table.

    Parameters
    ----------
    columns
        What stands over each column.
    *rows
        Its rows, each a ``tr``, or several of them joined.
    seen
        Whether the caption is there for everybody or for screen readers only.
    """
    return tag(
        "table",
        tag("caption", caption, class_=None if seen else "cn-sr"),
        tag("thead", tag("tr", *(tag("th", name, scope="col") for name in columns))),
        tag("tbody", *rows),
        class_=class_,
    )


@lru_cache(maxsize=256)
def _check_element(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no element name.")


def _attribute(key: str, value: object) -> str:
    if value is None or value is False:
        return ""
    name = attribute_name(key)
    if value is True:
        return f" {name}"
    text = str(value)
    if _SPECIAL.search(text) is not None:
        text = html.escape(_FORBIDDEN.sub("", text), quote=True)
    return f' {name}="{text}"'


def safe_address(address: str) -> str | None:
    """Return a web address that may become a link, or None.

    Only http and https with a host: ``javascript:`` and the like from a table stay text.
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    return address.strip() if parts.scheme in {"http", "https"} and parts.netloc else None
