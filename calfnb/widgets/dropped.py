"""Files that lie in the reader's browser, opened here: blocks of them come when they are read, and only those.

A file is read in a thread of its own. It asks the page for the blocks that it needs and waits for them; the page
sends nothing unasked, so nothing piles up anywhere, and of a large archive only the parts that hold a log travel.
What has come is kept until the reading ends, so that no block travels twice: the first megabytes in memory, more in
a temporary file without a name.
"""

from __future__ import annotations

import io
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from calfnb.load.readers import RefusedError, Source

__all__ = ["BLOCK", "BrowserFile", "Delivery", "StoppedError"]

MIB = 1024 * 1024
#: One message carries so much; a connection takes at most ten times as much.
BLOCK = MIB
#: So many blocks are asked for ahead when a file is read from front to back.
_AHEAD = 3
_IN_MEMORY = 64 * MIB
#: A page that is silent for so long is gone.
_SILENCE_S = 60.0
_LOST = "the browser could not read it; it may have been moved, changed or deleted meanwhile"
_SILENT = "the page stopped answering"


class StoppedError(Exception):
    """The reader of the page stopped the reading."""


@dataclass(frozen=True, slots=True)
class BrowserFile:
    """A file as the page announces it: its name, its size in bytes, and why it cannot be read at all, if so."""

    name: str
    size: int
    problem: str = ""


class Delivery:
    """The blocks of one drop: asked for in the thread that reads, put in by the one that hears the page.

    Parameters
    ----------
    files
        What was dropped.
    ask
        Asks the page for a block, ``(file, block)``. Called in the thread that reads.
    waits
        Whether an answer can come later; False where the page answers within ``ask``, as in a test.
    most
        So many bytes are fetched at most, in all.
    """

    def __init__(
        self,
        files: Sequence[BrowserFile],
        ask: Callable[[int, int], object],
        *,
        waits: bool = True,
        most: int = 1024 * MIB,
    ) -> None:
        self.files = tuple(files)
        self._ask = ask
        self._silence_s = _SILENCE_S if waits else 0.0
        self._most = most
        self._changed = threading.Condition()
        # Held until the end of the reading, then closed by `close`.
        self._kept = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115
        self._places: dict[tuple[int, int], tuple[int, int]] = {}
        self._asked: set[tuple[int, int]] = set()
        self._lost: set[int] = set()
        self._last = (-1, -1)
        self._end = self._due = 0
        self._stopped = False

    @property
    def came(self) -> int:
        """How many bytes have come."""
        return self._end

    @property
    def stopped(self) -> bool:
        """Whether the reading was stopped."""
        return self._stopped

    def sources(self) -> list[Source]:
        """Return the files as what the readers of logs read."""
        return [self._source(number, file) for number, file in enumerate(self.files)]

    def _source(self, number: int, file: BrowserFile) -> Source:
        def opened() -> BinaryIO:
            if file.problem:
                raise RefusedError(file.problem)
            return io.BufferedReader(_Paged(self, number, file.size), buffer_size=64 * 1024)

        return Source(file.name, opened, file.size)

    # ---- the thread that hears the page

    def put(self, file: int, block: int, content: bytes | memoryview) -> None:
        """Take a block that has come; one that nobody asked for, or of another length, counts as a lost file."""
        with self._changed:
            key = (file, block)
            if self._stopped or key not in self._asked or key in self._places:
                return
            if len(content) != self._length(*key):
                self._lost.add(file)
            else:
                self._kept.seek(self._end)
                self._kept.write(content)
                self._places[key] = (self._end, len(content))
                self._end += len(content)
            self._changed.notify_all()

    def lose(self, file: int) -> None:
        """Take note that the browser can no longer read a file."""
        with self._changed:
            self._lost.add(file)
            self._changed.notify_all()

    def stop(self) -> None:
        """Stop the reading: whoever waits for a block, or asks for one, gets a `StoppedError`."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    # ---- the thread that reads

    def check(self) -> None:
        """Raise StoppedError if the reading was stopped."""
        if self._stopped:
            raise StoppedError

    def block(self, file: int, block: int) -> bytes:
        """Return a block, asking for it first if need be.

        Raises
        ------
        RefusedError
            If the browser cannot read the file any more, does not answer, or too much would have to travel.
        StoppedError
            If the reading was stopped.
        """
        for key in self._wanted(file, block):
            self._ask(*key)
        key = (file, block)
        with self._changed:
            came = self._end
            while not (self._stopped or file in self._lost or key in self._places):
                if not self._changed.wait(self._silence_s) and self._end == came:
                    raise RefusedError(_SILENT)
                came = self._end
            self.check()
            if key not in self._places:
                raise RefusedError(_LOST)
            self._last = key
            start, length = self._places[key]
            self._kept.seek(start)
            return self._kept.read(length)

    def close(self) -> None:
        """Forget all that has come; the temporary file is gone with it."""
        with self._changed:
            self._stopped = True
            self._kept.close()
            self._changed.notify_all()

    def _wanted(self, file: int, block: int) -> list[tuple[int, int]]:
        """Return what to ask for: the block, and the next ones if the file is read from front to back."""
        with self._changed:
            self.check()
            in_turn = block == 0 or self._last in ((file, block - 1), (file, block))
            blocks = -(-self.files[file].size // BLOCK)
            last = min(block + (_AHEAD if in_turn else 0), blocks - 1)
            keys = [(file, number) for number in range(block, last + 1)]
            # Many small files in a row would else cost a round trip each.
            if last == blocks - 1 and in_turn:
                keys += [(number, 0) for number in range(file + 1, min(file + 1 + _AHEAD, len(self.files)))
                         if not self.files[number].problem and 0 < self.files[number].size <= BLOCK]  # fmt: skip
            keys = [key for key in keys if key not in self._asked]
            self._due += sum(self._length(*key) for key in keys)
            if self._due > self._most:
                raise RefusedError(f"more than {self._most // MIB} MB would have to be read in all")
            self._asked.update(keys)
            return keys

    def _length(self, file: int, block: int) -> int:
        return min(BLOCK, self.files[file].size - block * BLOCK)


class _Paged(io.RawIOBase):
    """A file in the browser as a stream that can be read from anywhere."""

    def __init__(self, delivery: Delivery, number: int, size: int) -> None:
        super().__init__()
        self._delivery, self._number, self._size = delivery, number, size
        self._place = 0
        self._held = -1
        self._content = b""

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be read from anywhere."""
        return True

    def tell(self) -> int:
        """Return the place."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def readinto(self, buffer: Any) -> int:
        """Read what lies at the place, at most to the end of a block."""
        if self._place >= self._size:
            return 0
        block, start = divmod(self._place, BLOCK)
        if block != self._held:
            self._content = self._delivery.block(self._number, block)
            self._held = block
        part = self._content[start : start + len(buffer)]
        buffer[: len(part)] = part
        self._place += len(part)
        return len(part)
