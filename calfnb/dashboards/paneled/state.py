"""What every page of panels holds, and how it is written into the page's address.

A page's state is a frozen dataclass below `PanelState`. Each of its panels may keep a part of its own: a field that
holds a frozen dataclass of texts, switches, whole numbers, lists of texts and texts by name. Only what differs from a
fresh page is written; a field with ``metadata={"kept": False}`` never is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar

from calfnb.case import Case, decode_code, encode_case
from calfnb.dashboards.page_code import pack_part, text_of, unpack_part
from calfnb.tables import Tables

__all__ = ["FRESH", "PanelState", "page_code", "restored"]

#: Metadata of a field that a link does not carry.
FRESH = MappingProxyType({"kept": False})
_PANEL = "panel"
#: Entries of one list or mapping in an address.
_MOST = 200
_LARGEST = 1_000_000


@dataclass(frozen=True)
class PanelState:
    """What every page of panels holds.

    Attributes
    ----------
    case
        The patient who came along from the page of causes; without answers for nobody. ``mode`` is how that page
        leads its interview.
    today
        The reader's day.
    panel
        The panel that is shown.
    large
        Large type, for a projector.
    """

    case: Case
    today: date
    mode: str = "guided"
    panel: str = ""
    large: bool = False


S = TypeVar("S", bound=PanelState)


def page_code(state: PanelState, blank: PanelState, tables: Tables, version: str) -> str:
    """Return the code of a page, "" for one in its first state.

    Parameters
    ----------
    blank
        A page in its first state.
    version
        Of the tables that the page shows (hexadecimal): with other tables the page's part is refused.
    """
    content: dict[str, Any] = {}
    if state.panel != blank.panel:
        content[_PANEL] = state.panel
    for name in _parts(state):
        part = _written(getattr(state, name), getattr(blank, name))
        if part:
            content[name] = part
    case_code = encode_case(state.case, tables, mode=state.mode)
    written = pack_part(content, version)
    if written:
        return f"{case_code}~{written}"
    fresh = not content and (state.case, state.mode) == (blank.case, blank.mode)
    return "" if fresh else case_code


def restored(
    code: str, blank: S, tables: Tables, version: str, *, panels: tuple[str, ...], check: Callable[[S], None]
) -> tuple[S, str]:
    """Return the state that a code holds, and a sentence if only the patient's part of it could be used.

    Parameters
    ----------
    check
        Raises ValueError or KeyError for a state that names what there is not; it may have been made by hand.

    Raises
    ------
    CodeError
        If the patient's part cannot be used; the message is one sentence.
    """
    first, _, second = code.partition("~")
    case, mode = decode_code(first, tables)
    state = replace(blank, case=case, mode=mode)
    if not second:
        return state, ""
    try:
        content = unpack_part(second, version)
        changed: dict[str, Any] = {
            name: _read(content[name], getattr(blank, name)) for name in _parts(blank) if name in content
        }
        if _PANEL in content:
            changed[_PANEL] = text_of(content[_PANEL])
            if changed[_PANEL] not in panels:
                raise ValueError(_PANEL)
        found = replace(state, **changed)
        check(found)
    except (AttributeError, KeyError, TypeError, ValueError):
        return state, tables.text("ui.problem.page_part")
    return found, ""


def _parts(state: PanelState) -> list[str]:
    """Name the fields that hold the part of a panel."""
    return [field.name for field in fields(state) if is_dataclass(getattr(state, field.name)) and field.name != "case"]


def _kept(part: Any) -> list[str]:
    return [field.name for field in fields(part) if field.metadata.get("kept", True)]


def _written(part: Any, fresh: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in _kept(part):
        value = getattr(part, name)
        if value != getattr(fresh, name):
            found[name] = dict(value) if isinstance(value, Mapping) else value
    return found


def _read(content: Mapping[str, Any], fresh: Any) -> Any:
    known = _kept(fresh)
    if not set(content) <= set(known):
        raise ValueError("field")
    return replace(fresh, **{name: _value(value, getattr(fresh, name)) for name, value in content.items()})


def _value(value: Any, fresh: Any) -> Any:
    """Return a value of the kind that a field has; whether it names something that there is, the page checks."""
    if isinstance(fresh, bool) or isinstance(value, bool):
        if not (isinstance(fresh, bool) and isinstance(value, bool)):
            raise ValueError("switch")
        return value
    if isinstance(fresh, int):
        if not isinstance(value, int) or abs(value) > _LARGEST:
            raise ValueError("number")
        return value
    if isinstance(fresh, str):
        return text_of(value)
    if len(value) > _MOST:
        raise ValueError("length")
    if isinstance(fresh, tuple):
        if not isinstance(value, list):
            raise ValueError("list")
        return tuple(text_of(one) for one in value)
    if isinstance(fresh, Mapping):
        return {text_of(name): text_of(one) for name, one in value.items()}
    raise TypeError(type(fresh).__name__)
