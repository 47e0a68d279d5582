"""What every page of panels holds, and how it is written into the page's address.

A page's state is a frozen dataclass below `PanelState`. Its further fields hold texts, switches, whole numbers, lists
of texts, texts by name, or a frozen dataclass of these: the part of one panel. Only what differs from a fresh page is
written; a field with ``metadata=FRESH`` never is, and one of another kind says by `written_as` how.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, fields, is_dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar

from calfnb.case import Case, decode_code, encode_case
from calfnb.dashboards.page_code import pack_part, text_of, unpack_part
from calfnb.tables import Tables

__all__ = ["FRESH", "PanelState", "page_code", "patient_code", "restored", "written_as"]

#: Metadata of a field that a link does not carry.
FRESH = MappingProxyType({"kept": False})
_WRITE, _READ = "write", "read"
#: Entries of one list or mapping in an address.
_MOST = 200
_LARGEST = 1_000_000


def written_as(write: Callable[[Any], Any], read: Callable[[Any], Any]) -> Mapping[str, Any]:
    """Return the metadata of a field of another kind.

    Parameters
    ----------
    write
        Makes plain JSON of a value.
    read
        Makes a value of such JSON, which may have been made by hand: raises TypeError, KeyError or ValueError.
    """
    return MappingProxyType({_WRITE: write, _READ: read})


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

    @property
    def shown(self) -> str:
        """The panel that is shown; a page may let the patient choose while ``panel`` is empty."""
        return self.panel


S = TypeVar("S", bound=PanelState)
#: What a link does not carry, or carries as the patient's code.
_OF_EVERY_PAGE = {field.name for field in fields(PanelState)} - {"panel"}


def patient_code(state: PanelState, blank: PanelState, tables: Tables) -> str:
    """Return the code of the patient alone, which every lesson reads; "" for nobody."""
    nobody = (state.case, state.mode) == (blank.case, blank.mode)
    return "" if nobody else encode_case(state.case, tables, mode=state.mode)


def page_code(state: PanelState, blank: PanelState, tables: Tables, version: str) -> str:
    """Return the code of a page, "" for one in its first state.

    Parameters
    ----------
    blank
        A page in its first state.
    version
        Of the tables that the page shows (hexadecimal): with other tables the page's part is refused.
    """
    content = _written(state, blank)
    written = pack_part(content, version)
    if not content:
        return patient_code(state, blank, tables)
    case_code = encode_case(state.case, tables, mode=state.mode)
    return f"{case_code}~{written}" if written else case_code


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
        found: S = _read(unpack_part(second, version), state)
        if found.panel not in (blank.panel, *panels):
            raise ValueError("panel")
        check(found)
    except (AttributeError, KeyError, TypeError, ValueError):
        return state, tables.text("ui.problem.page_part")
    return found, ""


def _kept(part: Any) -> list[Field[Any]]:
    """Return the fields of a state or of a part of it that a link carries."""
    left_out = _OF_EVERY_PAGE if isinstance(part, PanelState) else ()
    return [one for one in fields(part) if one.name not in left_out and one.metadata.get("kept", True)]


def _written(part: Any, fresh: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in _kept(part):
        value, first = getattr(part, one.name), getattr(fresh, one.name)
        if value == first:
            continue
        if _WRITE in one.metadata:
            found[one.name] = one.metadata[_WRITE](value)
        elif is_dataclass(value):
            inner = _written(value, first)
            # A part may differ in nothing but what is not kept.
            found.update({one.name: inner} if inner else {})
        else:
            found[one.name] = dict(value) if isinstance(value, Mapping) else value
    return found


def _read(content: Mapping[str, Any], fresh: Any) -> Any:
    known = {one.name: one for one in _kept(fresh)}
    if not set(content) <= set(known):
        raise ValueError("field")
    return replace(fresh, **{name: _value(value, getattr(fresh, name), known[name]) for name, value in content.items()})


def _value(value: Any, fresh: Any, field: Field[Any]) -> Any:
    """Return a value of the kind that a field has; whether it names something that there is, the page checks."""
    if _READ in field.metadata:
        return field.metadata[_READ](value)
    if is_dataclass(fresh):
        return _read(value, fresh)
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
