"""Zip archives, such as a whole export: looked into, never unpacked to disk."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from calfnb.load.readers.context import MIB, Limits, Reading, RefusedError
from calfnb.load.readers.sources import UNREADABLE, Bounded, Source

__all__ = ["LIST_NAME", "members_of"]

#: The list of all activities in a whole export.
LIST_NAME = "activities.csv"
_READ = (".csv", ".gpx", ".tcx", ".fit", ".txt")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_END, _END_64, _LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_END_SIZE, _LOCATOR_SIZE, _LONGEST_COMMENT = 22, 20, 65_535


def members_of(source: Source, reading: Reading) -> Iterator[Source]:
    """Go through what can be read in an archive; what is suspicious is refused by name.

    With a list of all activities only the list is read: it says the same as the single files.

    Raises
    ------
    RefusedError
        If the archive itself cannot be used.
    """
    if source.inside:
        raise RefusedError("it is an archive within an archive; take it out first")
    _check_directory(source, reading.limits)
    with source.open() as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except UNREADABLE as error:
            raise RefusedError("the archive is damaged or cut short") from error
        with archive:
            infos = [info for info in archive.infolist() if _wanted(info)]
            if sum(info.compress_size for info in infos) > source.size:
                raise RefusedError("its parts lie over each other, as in an archive bomb")
            chosen = [info for info in infos if _usable(info, source, reading)]
            lists = [info for info in chosen if PurePosixPath(info.filename).name.lower() == LIST_NAME]
            if lists and len(chosen) > len(lists):
                more = len(chosen) - len(lists)
                reading.builder.note(
                    f"{source.name}: the list of all activities was read; its {more} single files say the same."
                )
            if not chosen and not infos:
                raise RefusedError("the archive holds no training log")
            yield from _opened(lists or chosen, archive, source, reading)


def _opened(
    chosen: list[zipfile.ZipInfo], archive: zipfile.ZipFile, source: Source, reading: Reading
) -> Iterator[Source]:
    budget = reading.limits.archive_bytes
    for number, info in enumerate(chosen):
        budget -= info.file_size
        if budget < 0:
            raise RefusedError(
                f"it holds more than {reading.limits.archive_bytes // MIB} MB unpacked; the rest was not read"
            )
        reading.tell(number / len(chosen), source.name)
        yield _member(archive, info, source, reading.limits)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, source: Source, limits: Limits) -> Source:
    def opened() -> BinaryIO:
        try:
            stream: Any = archive.open(info)
        except UNREADABLE as error:
            raise RefusedError("this part of the archive is damaged") from error
        checked = Bounded(stream, limits, most=limits.list_bytes, packed=max(1, info.compress_size))
        return io.BufferedReader(checked, buffer_size=256 * 1024)

    return Source(f"{source.name}/{info.filename}", opened, info.file_size, ("zip",))


def _wanted(info: zipfile.ZipInfo) -> bool:
    """Tell whether a member looks like a log; pictures, settings and hidden files are passed over."""
    path = PurePosixPath(info.filename.replace("\\", "/"))
    name = path.name.lower().removesuffix(".gz")
    if info.is_dir() or "__MACOSX" in path.parts or path.name.startswith("."):
        return False
    return name.endswith((*_READ, ".zip"))


def _usable(info: zipfile.ZipInfo, source: Source, reading: Reading) -> bool:
    """Refuse a member that is dangerous or cannot be read; tells whether it can."""
    limits = reading.limits
    reason = ""
    if _climbs(info.filename):
        reason = "its path climbs out of the archive; it was not read"
    elif info.filename.lower().endswith(".zip"):
        reason = "it is an archive within an archive; take it out first"
    elif info.flag_bits & _ENCRYPTED:
        reason = "it is locked with a password"
    elif info.compress_type not in _METHODS:
        reason = "it is packed in a way that is not read; pack it again as a plain zip"
    elif info.file_size > limits.ratio_from and info.file_size > limits.ratio * max(1, info.compress_size):
        times = info.file_size // max(1, info.compress_size)
        reason = f"it would unpack to {times} times its size, as an archive bomb does"
    elif info.file_size > limits.list_bytes:
        reason = f"it is larger than {limits.list_bytes // MIB} MB unpacked"
    if reason:
        reading.builder.reject(f"{source.name}/{info.filename}"[:300], 0, reason)
    return not reason


def _climbs(name: str) -> bool:
    path = name.replace("\\", "/")
    return path.startswith("/") or ":" in path.split("/")[0] or ".." in path.split("/") or "\0" in path


def _check_directory(source: Source, limits: Limits) -> None:
    """Refuse an archive whose list of members alone would fill the memory."""
    with source.open() as stream:
        stream.seek(0, os.SEEK_END)
        size = stream.tell()
        stream.seek(max(0, size - _END_SIZE - _LONGEST_COMMENT - _LOCATOR_SIZE))
        tail = stream.read()
        place = tail.rfind(_END)
        if place < 0 or len(tail) < place + _END_SIZE:
            raise RefusedError("the archive is damaged or cut short")
        count, length = struct.unpack_from("<HI", tail, place + 10)
        locator = place - _LOCATOR_SIZE
        if locator >= 0 and tail[locator : locator + 4] == _LOCATOR_64:
            stream.seek(min(size, struct.unpack_from("<Q", tail, locator + 8)[0]))
            record = stream.read(56)
            if len(record) < 56 or record[:4] != _END_64:
                raise RefusedError("the archive is damaged or cut short")
            count, length = struct.unpack_from("<QQ", record, 32)
    if count > limits.members or length > limits.directory_bytes:
        raise RefusedError(f"the archive lists more than {limits.members} files")
