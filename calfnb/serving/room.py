"""How many readers there is room for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

#: What a reader's kernel and his share of the server take, generously (18 to 25 MB were measured), what the server and
#: the parents of the kernels need for themselves, and below what nobody else is let in.
READER_MB = 30
SERVER_MB = 600
LEAST_MB = 150
#: Sockets and pipes that one reader takes in the server (about 25 were counted), and the server's own.
READER_FILES = 40
SERVER_FILES = 300
_MEMORY_GROUP = Path("/sys/fs/cgroup")


class Room:
    """Lets readers in while there is room.

    Parameters
    ----------
    most : int
        How many readers at once, at most.
    kernel_manager
        Knows the kernels that there are.
    """

    def __init__(self, most: int, kernel_manager: Any) -> None:
        self.most = most
        self._kernel_manager = kernel_manager
        self._coming: set[str] = set()

    def is_full(self) -> bool:
        """Tell whether the next reader has to wait."""
        readers = {*self._kernel_manager.list_kernel_ids(), *self._coming}
        return len(readers) - self._in_store() >= self.most or available_mb() < LEAST_MB

    @contextmanager
    def entered(self, kernel_id: str) -> Iterator[None]:
        """Count a reader whose kernel is still to be started."""
        self._coming.add(kernel_id)
        try:
            yield
        finally:
            self._coming.discard(kernel_id)

    def _in_store(self) -> int:
        """Count the kernels of Voilà's pool, which have no reader yet."""
        return sum(map(len, getattr(self._kernel_manager, "_pools", {}).values()))


def default_readers() -> int:
    """Estimate how many readers there is room for, by free memory and by the files that a process may open."""
    by_memory = (available_mb() - SERVER_MB) // READER_MB
    by_files = (most_files() - SERVER_FILES) // READER_FILES
    return int(max(1, min(by_memory, by_files)))


def available_mb() -> float:
    """Memory that can still be had, in MB: the system's, or what the limit of a container leaves of it."""
    found = []
    with suppress(OSError, StopIteration, ValueError):
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        found.append(next(int(line.split()[1]) / 1024 for line in lines if line.startswith("MemAvailable:")))
    with suppress(OSError, ValueError):  # "max" is no number: there is no limit
        limit = int((_MEMORY_GROUP / "memory.max").read_text(encoding="ascii"))
        used = int((_MEMORY_GROUP / "memory.current").read_text(encoding="ascii"))
        found.append((limit - used) / 2**20)
    return min(found, default=4096.0)


def most_files() -> int:
    """Let this process open as many files as it may, and return how many that is."""
    if sys.platform == "win32":
        return 8192
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if hard != resource.RLIM_INFINITY else max(soft, 65536)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
