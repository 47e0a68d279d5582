"""A place to drop files on, which are read here block by block while the page shows how far it is."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from traitlets import Dict, Unicode

from calfnb.load.readers import Source
from calfnb.widgets.base import PageWidget, module_text
from calfnb.widgets.dropped import BLOCK, MIB, BrowserFile, Delivery, StoppedError

__all__ = ["DropLimits", "Dropped", "FileDrop"]

logger = logging.getLogger(__name__)

#: The page hears of progress so often at most.
_TELL_EVERY_S = 0.1
_LONGEST_NAME = 300
Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class DropLimits:
    """How much may be dropped: bytes of one file, of one archive, bytes that are fetched in all, and files.

    Of an archive only the parts that are read travel, so it may be larger.
    """

    file_bytes: int = 512 * MIB
    archive_bytes: int = 4096 * MIB
    fetched_bytes: int = 1024 * MIB
    files: int = 5_000


@dataclass(frozen=True, slots=True)
class Dropped:
    """What was dropped: sources for the readers of logs, and the time zone that the browser names ("" for none)."""

    sources: Sequence[Source]
    zone: str


class FileDrop(PageWidget):
    """Takes files that are dropped or chosen, and reads them in a thread of its own; the page stays answerable.

    A file is not sent as a whole. The thread asks for a block (``want``: ``drop``, ``file``, ``block``), the page
    answers with ``chunk`` and the bytes, or with ``gone`` where the file cannot be read any more. A drop begins with
    the message ``drop`` (``drop``, ``files`` of ``{"name", "size", "problem"}``, ``zone``); ``cancel`` stops it.

    Parameters
    ----------
    read
        Reads what was dropped, in the thread; it gets a function to tell its progress by (share and name), which
        raises StoppedError once the reading is stopped.
    done
        Takes what ``read`` returned, where messages of the page are heard.
    failed
        Called in place of ``done`` when ``read`` raised an error of its own, with that error.

    Attributes
    ----------
    progress
        ``{"phase", "share", "name", "bytes"}``; phases are ``idle``, ``fetching``, ``reading``, ``done``,
        ``stopped`` and ``failed``.
    enough
        ``{"block", "file", "archive", "files"}``: bytes of a block and the ceilings, which the page tells of before
        anything is sent.
    accept
        Endings that the dialog of files offers first, such as ``.csv,.zip``.
    """

    _esm = module_text("file_drop.js")
    progress = Dict({"phase": "idle", "share": 0.0, "name": "", "bytes": 0}).tag(sync=True)
    enough = Dict().tag(sync=True)
    accept = Unicode("").tag(sync=True)
    texts = Dict().tag(sync=True)

    def __init__(
        self,
        *,
        read: Callable[[Dropped, Progress], object],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
        limits: DropLimits | None = None,
        **traits: Any,
    ) -> None:
        self._read, self._done, self._failed = read, done, failed
        self._limits = limits or DropLimits()
        self._drop = -1
        self._delivery: Delivery | None = None
        self._post: Callable[..., object] = self._at_once
        self._told = 0.0
        enough = {
            "block": BLOCK,
            "file": self._limits.file_bytes,
            "archive": self._limits.archive_bytes,
            "files": self._limits.files,
        }
        super().__init__(enough=enough, **traits)
        self.on("drop", self._begin)
        self.on("cancel", lambda message: self._cancel(message.get("drop")))
        self.on("gone", self._gone)

    @property
    def busy(self) -> bool:
        """Whether something is being read."""
        return self._delivery is not None

    def stop(self) -> None:
        """Stop a reading; nothing of it is kept."""
        self._cancel(self._drop)

    def close(self) -> None:
        """Stop a reading and close the widget."""
        if self._delivery is not None:
            self._delivery.stop()
        super().close()

    # ---- from the page

    def _received(self, widget: object, content: object, buffers: object) -> None:
        if isinstance(content, Mapping) and content.get("type") == "chunk":
            if isinstance(buffers, Sequence) and len(buffers) == 1:
                self._chunk(content, buffers[0])
            return
        super()._received(widget, content, buffers)

    def _chunk(self, message: Mapping[str, Any], content: bytes | memoryview) -> None:
        file, block = message.get("file"), message.get("block")
        if self._delivery is None or message.get("drop") != self._drop:
            return
        if isinstance(file, int) and isinstance(block, int):
            self._delivery.put(file, block, content)
            self._tell_fetched(file)

    def _gone(self, message: Mapping[str, Any]) -> None:
        file = message.get("file")
        if self._delivery is not None and message.get("drop") == self._drop and isinstance(file, int):
            self._delivery.lose(file)

    def _cancel(self, drop: object) -> None:
        if self._delivery is not None and drop == self._drop:
            self._delivery.stop()

    def _begin(self, message: Mapping[str, Any]) -> None:
        """Read what was dropped; an earlier drop that is still being read is stopped."""
        drop, listed, zone = message.get("drop"), message.get("files"), message.get("zone")
        files = [_announced(one, self._limits) for one in listed] if isinstance(listed, list) else []
        if not isinstance(drop, int) or not files or len(files) > self._limits.files:
            return
        if self._delivery is not None:
            self._delivery.stop()
        loop = self._loop()
        self._post = self._at_once if loop is None else _posting(loop)
        self._drop = drop
        delivery = Delivery(
            files,
            lambda file, block: self._post(self._want, drop, file, block),
            waits=loop is not None,
            most=self._limits.fetched_bytes,
        )
        self._delivery = delivery
        self._told = 0.0
        self.progress = {"phase": "fetching", "share": 0.0, "name": files[0].name, "bytes": 0}
        dropped = Dropped(delivery.sources(), zone if isinstance(zone, str) else "")
        if loop is None:
            self._work(drop, delivery, dropped)
        else:
            threading.Thread(target=self._work, args=(drop, delivery, dropped), name="drop", daemon=True).start()

    # ---- the thread that reads

    def _work(self, drop: int, delivery: Delivery, dropped: Dropped) -> None:
        def tell(share: float, name: str) -> None:
            delivery.check()
            if self._due():
                self._post(self._show, drop, "reading", share, name)

        try:
            result = self._read(dropped, tell)
            delivery.check()
        except StoppedError:
            self._post(self._ended, drop, delivery, "stopped", None, None)
        except Exception as error:  # The thread's outermost boundary: what was not foreseen becomes a sentence.
            logger.exception("What was dropped could not be read.")
            self._post(self._ended, drop, delivery, "failed", None, error)
        else:
            self._post(self._ended, drop, delivery, "done", result, None)
        finally:
            delivery.close()

    @staticmethod
    def _loop() -> asyncio.AbstractEventLoop | None:
        """Return the loop in which messages of the page are heard; None in a script or a test."""
        try:
            return asyncio.get_running_loop()
        except RuntimeError:
            return None

    @staticmethod
    def _at_once(act: Callable[..., None], *values: Any) -> None:
        act(*values)

    def _due(self) -> bool:
        """Tell whether the page may hear of progress again."""
        now = time.monotonic()
        if now - self._told < _TELL_EVERY_S:
            return False
        self._told = now
        return True

    # ---- where messages of the page are heard

    def _want(self, drop: int, file: int, block: int) -> None:
        if drop == self._drop:
            self.send({"type": "want", "drop": drop, "file": file, "block": block})

    def _tell_fetched(self, file: int) -> None:
        delivery = self._delivery
        if delivery is None:
            return
        # What is being read already tells its own progress; a file after it is fetched anew.
        read = self.progress["phase"] == "reading" and str(self.progress["name"]).startswith(delivery.files[file].name)
        if read or not self._due():
            return
        total = sum(one.size for one in delivery.files)
        self._show(self._drop, "fetching", delivery.came / max(1, total), delivery.files[file].name)

    def _show(self, drop: int, phase: str, share: float, name: str) -> None:
        if drop == self._drop and self._delivery is not None:
            self.progress = {"phase": phase, "share": round(share, 3), "name": name[:_LONGEST_NAME],
                             "bytes": self._delivery.came}  # fmt: skip

    def _ended(self, drop: int, delivery: Delivery, phase: str, result: object, error: Exception | None) -> None:
        if drop != self._drop or self.comm is None:
            return  # another drop came after it, or the page is gone
        self._delivery = None
        if phase == "done":
            self._done(result)
        elif error is not None:
            self._failed(error)
        self.progress = {"phase": phase, "share": 1.0, "name": "", "bytes": delivery.came}
        self.send({"type": "end", "drop": drop})


def _posting(loop: asyncio.AbstractEventLoop) -> Callable[..., None]:
    def post(act: Callable[..., None], *values: Any) -> None:
        with suppress(RuntimeError):  # the loop has ended, and the page with it
            loop.call_soon_threadsafe(act, *values)

    return post


def _announced(one: object, limits: DropLimits) -> BrowserFile:
    """Return a file as the page announces it; what cannot be is a file with a problem."""
    if not isinstance(one, Mapping):
        return BrowserFile("?", 0, "the page did not say what it is")
    name, size, problem = one.get("name"), one.get("size"), one.get("problem", "")
    name = (name if isinstance(name, str) else "")[:_LONGEST_NAME] or "?"
    if isinstance(problem, str) and problem:
        return BrowserFile(name, 0, problem[:_LONGEST_NAME])
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        return BrowserFile(name, 0, "the page did not say how large it is")
    most = limits.archive_bytes if name.lower().endswith(".zip") else limits.file_bytes
    if size > most:
        return BrowserFile(name, 0, f"it has {size // MIB} MB, more than the {most // MIB} MB that are read here")
    return BrowserFile(name, size)
