"""Bytes with a bound: files, uploads, gzip and members of archives, opened as often as needed, never on disk."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from calfnb.load.readers.context import MIB, Limits, RefusedError

__all__ = ["UNREADABLE", "Bounded", "Source", "head_of", "unpacked", "whole"]

#: What reading damaged or lying packed data raises.
UNREADABLE = (
    OSError,
    EOFError,
    zlib.error,
    zipfile.BadZipFile,
    ValueError,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True, slots=True)
class Source:
    """Something that can be opened: its name for people, how to open it, and its size as stored.

    ``inside`` says what it was taken out of already: ``zip`` or ``gz``.
    """

    name: str
    open: Callable[[], BinaryIO]
    size: int
    inside: tuple[str, ...] = ()

    @classmethod
    def of_bytes(cls, name: str, content: bytes) -> Source:
        """Make a source of content that is in memory already, such as an upload."""
        return cls(name, lambda: io.BytesIO(content), len(content))


class Bounded(io.RawIOBase):
    """Reads from a stream of unpacked data and refuses when it grows beyond measure.

    Parameters
    ----------
    stream
        What to read from.
    most
        The most bytes to give out.
    packed
        Size as stored; with it the limit on the ratio holds too. 0 for data that is not packed.
    below
        Another stream to close with it.
    """

    def __init__(
        self, stream: BinaryIO, limits: Limits, *, most: int, packed: int = 0, below: BinaryIO | None = None
    ) -> None:
        super().__init__()
        self._stream, self._most, self._packed, self._limits = stream, most, packed, limits
        self._below = below
        self.given = 0

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read into a buffer; raises RefusedError beyond the bounds."""
        try:
            chunk = self._stream.read(len(buffer))
        except UNREADABLE as error:
            raise RefusedError(_damaged(error)) from error
        self.given += len(chunk)
        if self.given > self._most:
            raise RefusedError(f"it is larger than {self._most // MIB} MB unpacked")
        if self._packed and self.given > max(self._limits.ratio_from, self._packed * self._limits.ratio):
            raise RefusedError(
                f"it unpacks to more than {self._limits.ratio:g} times its size, as an archive bomb does"
            )
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        """Close the streams below."""
        if not self.closed:
            self._stream.close()
            if self._below is not None:
                self._below.close()
        super().close()


def _damaged(error: BaseException) -> str:
    if isinstance(error, EOFError):
        return "the packed data end too early; the file was cut short"
    if isinstance(error, OSError) and error.strerror:
        return f"it cannot be read: {error.strerror.lower()}"
    return "the packed data are damaged"


def unpacked(source: Source, limits: Limits) -> Source:
    """Return what is in a gzip file; raises RefusedError for gzip in gzip."""
    if "gz" in source.inside:
        raise RefusedError("it is packed twice")

    def opened() -> BinaryIO:
        below = source.open()
        stream: Any = gzip.GzipFile(fileobj=below, mode="rb")
        checked = Bounded(stream, limits, most=limits.list_bytes, packed=max(1, source.size), below=below)
        return io.BufferedReader(checked, buffer_size=256 * 1024)

    return Source(source.name, opened, source.size, (*source.inside, "gz"))


def head_of(source: Source, count: int = 4096) -> bytes:
    """Return the first bytes of a source."""
    with source.open() as stream:
        return _read(stream, count)


def whole(source: Source, most: int) -> bytes:
    """Return all bytes of a source; raises RefusedError if there are more than ``most``."""
    with source.open() as stream:
        content = _read(stream, most + 1)
    if len(content) > most:
        raise RefusedError(f"it is larger than {most // MIB} MB; the record of one activity is not")
    return content


def _read(stream: BinaryIO, count: int) -> bytes:
    parts, missing = [], count
    while missing > 0:
        try:
            chunk = stream.read(min(missing, MIB))
        except UNREADABLE as error:
            raise RefusedError(_damaged(error)) from error
        if not chunk:
            break
        parts.append(chunk)
        missing -= len(chunk)
    return b"".join(parts)
