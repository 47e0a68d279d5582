"""The server's side: starting the parent of the kernels, asking it for one, renewing and ending it."""

from __future__ import annotations

import importlib.util
import json
import math
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from traitlets import Float, List, Unicode
from traitlets.config import SingletonConfigurable
from traitlets.config.configurable import LoggingConfigurable

from . import parent, wire


class ForkServerError(Exception):
    """No kernel can be forked just now; the message says why."""


def _readable(file: int, timeout_s: float | None) -> bool:
    """Tell whether a file can be read or has ended; wait for it, None for ever.

    Not ``select``: that refuses files with numbers above 1023, which a server of a hundred readers reaches.
    """
    poll = select.poll()
    poll.register(file, select.POLLIN)
    return bool(poll.poll(None if timeout_s is None else math.ceil(1000 * timeout_s)))


class ForkedProcess:
    """The handle of one forked kernel, in the manner of ``subprocess.Popen`` as far as ``jupyter_client`` needs it.

    Parameters
    ----------
    pid : int
        The number of the process.
    handle : int
        Its pidfd: refers to this very process even when its number is used again.
    report : int
        The reading end of the pipe into which the parent writes the exit code.
    """

    stdin = stdout = stderr = None

    #: What is reported when the parent died before it could report: the process has ended, nobody knows how.
    UNKNOWN = 255

    def __init__(self, pid: int, handle: int, report: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._handle = handle
        self._report = report
        os.set_blocking(report, False)

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal as ``Popen`` has it, or None while the process lives."""
        if self.returncode is None and self._ended():
            self.returncode = self._code()
            if self.returncode is not None:
                self._close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end.

        Raises
        ------
        subprocess.TimeoutExpired
            When ``timeout`` seconds have passed.
        """
        until = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            left = None if until is None else max(0.0, until - time.monotonic())
            # The pidfd tells of the end, the pipe of the code, which comes a moment later.
            watched = self._report if self._ended() else self._handle
            if not _readable(watched, left) and left == 0.0:
                raise subprocess.TimeoutExpired(f"kernel {self.pid}", timeout or 0.0)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, signum: int) -> None:
        """Signal the kernel and what it has started; one that has ended is left alone."""
        if self.poll() is not None:
            return
        with suppress(ProcessLookupError):
            # While the leader can be signalled, the number of its group cannot belong to anybody else.
            signal.pidfd_send_signal(self._handle, signum)
            os.killpg(self.pid, signum)

    def kill(self) -> None:
        """Kill the kernel and what it has started."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel and what it has started to end."""
        self.send_signal(signal.SIGTERM)

    def _ended(self) -> bool:
        return _readable(self._handle, 0.0)

    def _code(self) -> int | None:
        try:
            text = os.read(self._report, 64)
        except BlockingIOError:
            return None
        return int(text) if text.strip() else self.UNKNOWN

    def _close(self) -> None:
        os.close(self._handle)
        os.close(self._report)

    def __del__(self) -> None:
        if self.returncode is None:
            self._close()


class Line:
    """A conversation with a parent of kernels.

    Parameters
    ----------
    channel : socket
        Connected to the parent.
    patience_s : float
        Seconds that its first answer may take.
    """

    def __init__(self, channel: socket.socket, patience_s: float) -> None:
        self._channel = channel
        self._channel.settimeout(patience_s)

    def greeting(self, timeout_s: float) -> dict[str, Any]:
        """Wait for the message that tells of the end of the imports; from then on answers may take ``timeout_s``."""
        answer, _ = self._answer()
        self._channel.settimeout(timeout_s)
        return answer

    def fork(self, request: dict[str, Any], *descriptors: int) -> ForkedProcess:
        """Ask for a fork; the descriptors go to it."""
        report, told = os.pipe2(os.O_CLOEXEC)
        try:
            wire.send(self._channel, request, (told, *descriptors))
            answer, (handle,) = self._answer()
        except BaseException:
            os.close(report)
            raise
        finally:
            os.close(told)
        return ForkedProcess(answer["pid"], handle, report)

    def close(self) -> None:
        """Hang up, which ends the parent."""
        self._channel.close()

    def _answer(self) -> tuple[dict[str, Any], tuple[int, ...]]:
        answer, descriptors = wire.receive(self._channel)
        if "error" in answer:
            raise ForkServerError(answer["error"])
        return answer, descriptors


class Branch:
    """A parent that has run some cells already: its kernels start with their variables and widgets.

    Parameters
    ----------
    process : ForkedProcess
        The process of this parent.
    line : Line
        The conversation with it.
    shown : list
        What each cell shows, as ``parent.run_cells`` returns it.
    states : dict
        The state of every widget, as ``parent.widget_states`` returns it.
    """

    def __init__(
        self, process: ForkedProcess, line: Line, shown: list[list[dict[str, Any]]], states: dict[str, Any]
    ) -> None:
        self.shown = shown
        self.states = states
        self._process = process
        self._line = line
        self._lock = threading.Lock()

    def fork(self, request: dict[str, Any]) -> ForkedProcess:
        """Fork one kernel.

        Raises
        ------
        ForkServerError
            When this parent is gone.
        """
        with self._lock:
            try:
                return self._line.fork(request)
            except (wire.WireError, OSError) as error:
                raise ForkServerError(f"the parent of this lesson's kernels has gone: {error}") from error

    def close(self) -> None:
        """End this parent; its kernels live on."""
        with self._lock:
            self._line.close()
            self._process.terminate()


class ForkServer(SingletonConfigurable, LoggingConfigurable):
    """The process that kernels are forked from.

    It is started when first needed, started again when it has died or when what it has imported has changed, and
    ended with the server.
    """

    preload = List(
        Unicode(),
        help="What to import before the first fork: 'module', or 'module:function' to call the function as well. "
        "A leading '?' forgives a module that is not installed.",
    ).tag(config=True)
    leave_out = List(
        Unicode(), help="Optional modules whose import is to fail at once, because it is slow and serves nobody."
    ).tag(config=True)
    after_fork = List(
        Unicode(),
        ["?ipywidgets:register_comm_target"],
        help="'module:function's that each kernel calls once its shell exists. ipywidgets registers itself when it is "
        "imported into a kernel; imported before the fork, it has to be told.",
    ).tag(config=True)
    kernel_arguments = List(
        Unicode(),
        ["--HistoryManager.enabled=False", "--IPKernelApp.log_level=40"],
        help="Further arguments of every kernel.",
    ).tag(config=True)
    watch = List(
        Unicode(),
        help="Modules and folders whose files, when they change, make the next kernel come from a fresh parent.",
    ).tag(config=True)
    start_timeout_s = Float(60.0, help="Seconds that the imports may take.").tag(config=True)
    request_timeout_s = Float(10.0, help="Seconds that one fork may take.").tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Line | None = None
        self._ready = False
        self._branches: dict[str, Branch] = {}
        #: Why the imports failed; they are not tried again before a watched file has changed.
        self._refused = ""
        self._seen: Stamp = ()
        self._looked_s = 0.0
        # Read by every kernel, held open by this process alone: its end is the end of this process.
        self._lifeline: tuple[int, int] | None = None

    @staticmethod
    def available() -> bool:
        """Tell whether this system can fork kernels safely: Linux with pidfds (5.3 or newer)."""
        if not sys.platform.startswith("linux") or not hasattr(os, "fork"):
            return False
        try:
            os.close(os.pidfd_open(os.getpid()))
        except (AttributeError, OSError):
            return False
        return True

    @property
    def pid(self) -> int | None:
        """The number of the parent process, or None while there is none."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def begin(self) -> None:
        """Start the parent without waiting for it, so that its imports run while the server starts."""
        with self._lock:
            self._spawn()

    def fork(
        self, arguments: list[str], *, env: dict[str, str], cwd: str | None, branch: str | None = None
    ) -> ForkedProcess:
        """Fork one kernel.

        Parameters
        ----------
        arguments : list of str
            The arguments of the kernel, ``-f CONNECTION_FILE`` among them.
        env : dict
            Its whole environment.
        cwd : str or None
            Its working folder.
        branch : str, optional
            The branch to fork it from, rather than from the first parent.

        Raises
        ------
        ForkServerError
            When the parent cannot be started or does not answer in time, or when there is no such branch (any more).
        """
        request = {"arguments": arguments, "env": env, "cwd": cwd}
        with self._lock:
            self._renew_if_changed()
            if branch is None:
                return self._ask(request)
            found = self._branches.get(branch)
        if found is None:
            raise ForkServerError(f"there is no branch {branch!r}")
        return found.fork(request)

    def grow(self, name: str, cells: list[str], *, env: dict[str, str], cwd: str | None) -> Branch:
        """Make a branch: a parent in which these cells have been run. One of the same name is replaced.

        Parameters
        ----------
        name : str
            What ``fork`` is to call it.
        cells : list of str
            Their sources, plain Python.
        env, cwd
            As for ``fork``.

        Raises
        ------
        ForkServerError
            When a cell fails, prints, or makes something that does not survive a fork.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        line = Line(ours, self.start_timeout_s)
        try:
            with self._lock:
                process = self._ask({"cells": cells, "env": env, "cwd": cwd}, theirs.fileno())
        except BaseException:
            line.close()
            raise
        finally:
            theirs.close()
        try:
            told = line.greeting(self.request_timeout_s)
            branch = Branch(process, line, told["shown"], told["states"])
        except (ForkServerError, wire.WireError, OSError) as error:
            line.close()
            process.kill()
            raise ForkServerError(f"the cells of {name!r} cannot be run before the fork: {error}") from error
        with self._lock:
            if (replaced := self._branches.pop(name, None)) is not None:
                replaced.close()
            self._branches[name] = branch
        return branch

    def has_branch(self, name: str) -> bool:
        """Tell whether there is a branch of this name just now; waits for nothing."""
        return name in self._branches

    def close(self) -> None:
        """End the parent, and with it every kernel that still lives."""
        with self._lock:
            self._end()
            if self._lifeline is not None:
                for descriptor in self._lifeline:
                    os.close(descriptor)
                self._lifeline = None

    # -- with the lock held -----------------------------------------------------------------------------------------

    def _spawn(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        self._end()
        if self._lifeline is None:
            self._lifeline = os.pipe2(os.O_CLOEXEC)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        configuration = {
            "preload": list(self.preload),
            "leave_out": list(self.leave_out),
            "after_fork": list(self.after_fork),
            "kernel_arguments": list(self.kernel_arguments),
        }
        threads = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
        self._process = subprocess.Popen(
            # -P: what lies about in the folder where the server was started must not stand in for a module.
            [sys.executable, "-P", "-m", parent.__name__, str(theirs.fileno()), str(self._lifeline[0]),
             json.dumps(configuration)],
            env={**os.environ, **dict.fromkeys(threads, "1")},
            stdin=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(), self._lifeline[0]),
        )  # fmt: skip
        theirs.close()
        self._line = Line(ours, self.start_timeout_s)
        self._ready = False
        self._seen = stamp(self.watch)

    def _ask(self, request: dict[str, Any], *descriptors: int) -> ForkedProcess:
        """Ask the first parent; start it when there is none, and once more when it has died unnoticed."""
        try:
            return self._ask_once(request, descriptors)
        except (wire.WireError, ConnectionError) as error:
            self.log.warning("The parent of the kernels has gone (%s); starting another.", error)
            self._end()
        try:
            return self._ask_once(request, descriptors)
        except (wire.WireError, OSError) as error:
            self._end()
            raise ForkServerError(f"the parent of the kernels does not answer: {error}") from error

    def _ask_once(self, request: dict[str, Any], descriptors: tuple[int, ...]) -> ForkedProcess:
        if self._refused:
            raise ForkServerError(self._refused)
        self._spawn()
        assert self._line is not None
        try:
            if not self._ready:
                self._greet(self._line)
            return self._line.fork(request, *descriptors)
        except TimeoutError as error:
            self._end()
            raise ForkServerError("the parent of the kernels does not answer in time") from error

    def _greet(self, line: Line) -> None:
        """Wait until the parent has imported everything."""
        try:
            line.greeting(self.request_timeout_s)
        except ForkServerError as error:
            self._refused = f"kernels cannot be forked: {error}"
            raise ForkServerError(self._refused) from error
        self._ready = True

    def _renew_if_changed(self) -> None:
        """End the parent when a file that it has imported is another now; at most one look a second."""
        if not self.watch or not self._seen or time.monotonic() - self._looked_s < 1.0:
            return
        self._looked_s = time.monotonic()
        if stamp(self.watch) != self._seen:
            self.log.info("A watched file has changed: kernels come from a fresh parent from now on.")
            self._refused = ""
            self._end()

    def _end(self) -> None:
        """End the parent; its kernels live on."""
        for branch in self._branches.values():
            branch.close()
        self._branches.clear()
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._process is not None:
            if not self._ready:
                self._process.kill()  # it is busy with imports and would not notice
            try:
                self._process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        self._ready = False


Stamp = tuple[tuple[str, int, int], ...]


def stamp(watched: Iterable[str]) -> Stamp:
    """List every file under these folders and modules with its time and size."""
    found = []
    for entry in watched:
        for folder in folders_of(entry):
            for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
                if "__pycache__" in path.parts or not path.is_file():
                    continue
                about = path.stat()
                found.append((str(path), about.st_mtime_ns, about.st_size))
    return tuple(found)


def folders_of(entry: str) -> list[Path]:
    """Find the folder of a path, or the folders and the file of a module."""
    if os.sep in entry or entry.startswith("."):
        return [Path(entry)]
    spec = importlib.util.find_spec(entry)
    if spec is None:
        return []
    return [Path(each) for each in spec.submodule_search_locations or [spec.origin or ""] if each]
