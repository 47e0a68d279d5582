"""Files of training logs: exports of Strava and Garmin, GPX, TCX, FIT, their .gz, and archives of them.

Public functions
----------------
read_files(paths, load, ...)
    Read files from disk.
read_contents(named, load, ...)
    Read content that is in memory already, such as an upload.
read_sources(sources, load, ...)
    Read whatever can be opened; a source whose ``open`` raises `RefusedError` is refused with its reason.

All give a `calfnb.load.activities.TrainingLog`. What cannot be used is refused by name: ``rejected``
has the file, the row and the reason. Nothing is written anywhere and nothing leaves the machine. What a
file is shows in its first bytes, not in its name.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from calfnb.load.activities import LogBuilder, TrainingLog
from calfnb.load.readers.archive import members_of
from calfnb.load.readers.context import Limits, Progress, Reading, ReadOptions, RefusedError
from calfnb.load.readers.csv_log import read_list
from calfnb.load.readers.sources import Source, head_of, unpacked
from calfnb.tables.problems import InputError
from calfnb.tables.records_load import LoadTables

__all__ = ["Limits", "ReadOptions", "RefusedError", "Source", "read_contents", "read_files", "read_sources"]

_ZIP, _GZIP, _FIT = b"PK\x03\x04", b"\x1f\x8b", b".FIT"
_EMPTY_ZIP = b"PK\x05\x06"
_KINDS = "a Strava or Garmin list (csv), GPX, TCX or FIT, their .gz, or a .zip of them"


def read_files(
    paths: Iterable[Path | str],
    load: LoadTables,
    options: ReadOptions | None = None,
    *,
    progress: Progress | None = None,
) -> TrainingLog:
    """Read training logs from files.

    Parameters
    ----------
    paths
        The files; an activity that is in two of them is taken once.
    options
        Time zone and units, where the files leave them open.
    progress
        Called now and then with the share that is done (0 to 1) and the name of the file.

    Raises
    ------
    InputError
        If a file does not exist or may not be read. What is wrong *in* a file is in ``rejected``.
    """
    return read_sources([_of_path(Path(path)) for path in paths], load, options, progress=progress)


def read_contents(
    named: Iterable[tuple[str, bytes]],
    load: LoadTables,
    options: ReadOptions | None = None,
    *,
    progress: Progress | None = None,
) -> TrainingLog:
    """Read training logs from content in memory, each with its name; see `read_files`."""
    return read_sources([Source.of_bytes(name, content) for name, content in named], load, options, progress=progress)


def _of_path(path: Path) -> Source:
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder; name the files in it")
        size = path.stat().st_size
        if not path.is_file():
            raise InputError(f"{path} is no ordinary file")
        with path.open("rb"):
            pass
    except InputError:
        raise
    except OSError as error:
        raise InputError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from error
    except ValueError as error:  # a zero byte in the name
        raise InputError(f"{str(path)!r} is no name of a file") from error
    return Source(os.fspath(path), lambda: path.open("rb"), size)


def read_sources(
    sources: Iterable[Source],
    load: LoadTables,
    options: ReadOptions | None = None,
    *,
    progress: Progress | None = None,
) -> TrainingLog:
    """Read training logs from sources; see `read_files`."""
    reading = Reading(load, options or ReadOptions(), LogBuilder(), progress)
    for source in sources:
        _read_source(source, reading)
    return reading.builder.build()


def _read_source(source: Source, reading: Reading) -> None:
    """Read one source; whatever is wrong with it as a whole is refused by name."""
    try:
        _dispatch(source, reading)
    except RefusedError as refusal:
        reading.builder.reject(source.name[:300], 0, str(refusal))
    except MemoryError:
        reading.builder.reject(source.name[:300], 0, "it needs more memory than there is")


def _dispatch(source: Source, reading: Reading) -> None:
    head = head_of(source)
    if not head:
        raise RefusedError("it is empty")
    if head.startswith((_ZIP, _EMPTY_ZIP)):
        for member in members_of(source, reading):
            _read_source(member, reading)
    elif head.startswith(_GZIP):
        _dispatch(unpacked(source, reading.limits), reading)
    elif head[8:12] == _FIT:
        from calfnb.load.readers.fit import read_fit  # each parser is imported when it is needed

        read_fit(source, reading)
    elif (root := _xml_root(head)) is not None:
        _read_xml(root, source, reading)
    elif _is_text(head):
        read_list(source, reading)
    else:
        raise RefusedError(f"it is none of the kinds that are read: {_KINDS}")


def _read_xml(root: str, source: Source, reading: Reading) -> None:
    if "gpx" in root:
        from calfnb.load.readers.gpx import read_gpx

        read_gpx(source, reading)
    elif "html" in root:
        raise RefusedError(
            "it is a web page, not an export; it may be what a site shows to people who are not logged in"
        )
    else:
        from calfnb.load.readers.tcx import read_tcx

        read_tcx(source, reading)


def _xml_root(head: bytes) -> str | None:
    """Return the beginning of an XML file as text in small letters, or None if it is no XML."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
    else:
        text = head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    text = text.lstrip().lower()
    return text if text.startswith("<") else None


def _is_text(head: bytes) -> bool:
    """Tell whether the first bytes look like text; UTF-16 with its zeros does."""
    odd = sum(byte < 9 or 13 < byte < 32 for byte in head)
    zeros = head.count(0)
    few = max(3, len(head) // 100)
    return odd - zeros <= few and (zeros <= few or zeros >= len(head) // 3)
