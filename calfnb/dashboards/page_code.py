"""What a page adds to the patient's code in its address: a short, checksummed text behind ``~``.

Bytes: format, version of the tables (2), deflated JSON, CRC-32 of all before (4); written as base64url.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Mapping
from typing import Any

__all__ = ["LONGEST_TEXT", "pack_part", "text_of", "unpack_part"]

_FORMAT = 1
_CHECKSUM = 4
_HEADER = 3
_LONGEST = 3000
_LONGEST_JSON = 20_000
_ALPHABET = re.compile(r"[A-Za-z0-9_-]+")
#: Characters that one text of a page may have.
LONGEST_TEXT = 60


def pack_part(content: Mapping[str, Any], version: str) -> str:
    """Write what a page holds; "" if there is nothing to write or too much for an address.

    Parameters
    ----------
    version
        Of the tables (hexadecimal): with other tables the text will be refused.
    """
    if not content:
        return ""
    packed = zlib.compress(json.dumps(content, separators=(",", ":")).encode("utf-8"), 9)
    body = bytes([_FORMAT]) + bytes.fromhex(version)[:2] + packed
    body += zlib.crc32(body).to_bytes(_CHECKSUM, "big")
    written = base64.urlsafe_b64encode(body).decode("ascii").rstrip("=")
    return written if len(written) <= _LONGEST else ""


def unpack_part(written: str, version: str) -> dict[str, Any]:
    """Read what `pack_part` wrote. What it says must still be checked: it may have been made by hand.

    Raises
    ------
    ValueError
        If it is cut, damaged, of another version of the tables, or no text of ours.
    """
    if len(written) > _LONGEST or not _ALPHABET.fullmatch(written) or len(written) % 4 == 1:
        raise ValueError("no code of ours")
    body = base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))
    if len(body) < _HEADER + _CHECKSUM or zlib.crc32(body[:-_CHECKSUM]) != int.from_bytes(body[-_CHECKSUM:], "big"):
        raise ValueError("damaged")
    if body[0] != _FORMAT or body[1:_HEADER] != bytes.fromhex(version)[:2]:
        raise ValueError("another version")
    try:
        plain = zlib.decompressobj().decompress(body[_HEADER:-_CHECKSUM], _LONGEST_JSON)
    except zlib.error:
        raise ValueError("damaged") from None
    content = json.loads(plain)
    if not isinstance(content, dict):
        raise ValueError("no object")
    return content


def text_of(value: object, longest: int = LONGEST_TEXT) -> str:
    """Return a value that must be a short text.

    Raises
    ------
    ValueError
        If it is none.
    """
    if not isinstance(value, str) or len(value) > longest:
        raise ValueError("no text")
    return value
