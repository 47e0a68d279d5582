"""What commands read and write; a file that cannot be had is told in one sentence."""

from __future__ import annotations

import sys
from pathlib import Path

from calfnb.tables.problems import InputError

__all__ = ["named", "read_input", "write_output"]


def read_input(name: str, most: int) -> bytes:
    """Read a file, or standard input for ``-``, up to a number of bytes; of a larger one the rest is not even read.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    try:
        if name == "-":
            return sys.stdin.buffer.read(most)
        with Path(name).open("rb") as file:
            return file.read(most)
    except FileNotFoundError:
        raise InputError(f"there is no file {name}.") from None
    except IsADirectoryError:
        raise InputError(f"{name} is a folder; give the name of a file.") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{name} cannot be read: {_reason(error)}.") from None


def write_output(path: Path, content: bytes) -> None:
    """Write a file.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    try:
        path.write_bytes(content)
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be written: {_reason(error)}.") from None


def named(name: str) -> str:
    """Return how a message calls an input."""
    return "standard input" if name == "-" else name


def _reason(error: OSError | ValueError) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
