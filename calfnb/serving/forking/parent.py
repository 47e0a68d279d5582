"""The parent of forked kernels: ``python -m <this module> CHANNEL LIFELINE CONFIGURATION``.

``CHANNEL`` is the number of an inherited socket on which the server asks, ``LIFELINE`` that of the reading end of a
pipe whose writing end only the server holds: it reads as ended when the server has died, however it died.

A process may be forked safely only while it has one thread, no ZeroMQ context and no event loop, so this one never
gets any: that is checked before the first fork, and again, cheaply, before each.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import os
import random
import selectors
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from . import wire

#: What every IPython kernel imports sooner or later.
KERNEL_MODULES = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "ipykernel.heartbeat", "ipykernel.iostream",
    "ipykernel.parentpoller", "IPython.core.completer", "IPython.core.completerlib", "IPython.core.debugger",
    "IPython.core.oinspect", "IPython.extensions.storemagic", "IPython.utils.wildcard", "tornado.platform.asyncio",
    "tornado.queues", "tornado.locks", "faulthandler", "pdb",
)  # fmt: skip


class NotForkableError(Exception):
    """Something in the process does not survive a fork; the message names it."""


def main(arguments: Sequence[str]) -> None:
    """Import, check, report, and serve until the server is gone."""
    channel = socket.socket(fileno=int(arguments[0]))
    lifeline = int(arguments[1])
    configuration = json.loads(arguments[2])
    # The server ends this process; a Ctrl-C in the terminal, which reaches the whole group, must not do so first.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        bar(configuration["leave_out"])
        after_fork = [function_of(each) for each in configuration["after_fork"] if module_is_wanted(each)]
        for name in (*KERNEL_MODULES, *configuration["preload"]):
            load(name)
        check_forkable(thoroughly=True)
    except Exception as error:  # whatever it is, the server must learn it, and this process ends
        with suppress(wire.WireError):
            wire.send(channel, {"error": f"{type(error).__name__}: {error}"})
        raise SystemExit(1) from error
    gc.collect()
    gc.freeze()
    wire.send(channel, {"ready": os.getpid()})
    Parent(channel, lifeline, configuration["kernel_arguments"], after_fork).serve()


def bar(modules: Sequence[str]) -> None:
    """Make the import of these modules fail at once, as if they were not installed."""
    for name in modules:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # None is the documented way to bar an import


def load(entry: str) -> None:
    """Import ``module``, or call ``module:function``; a leading ``?`` forgives a module that is not installed."""
    name, _, function = entry.lstrip("?").partition(":")
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if not entry.startswith("?") or error.name is None or not name.startswith(error.name):
            raise
        return
    if function:
        getattr(module, function)()


def module_is_wanted(entry: str) -> bool:
    """Tell whether a ``?module:function`` can be had; one without the mark must be."""
    if not entry.startswith("?"):
        return True
    try:
        return importlib.util.find_spec(entry[1:].partition(":")[0]) is not None
    except ModuleNotFoundError:
        return False


def function_of(entry: str) -> Callable[[], object]:
    """Find a ``module:function``."""
    name, _, function = entry.lstrip("?").partition(":")
    found: Callable[[], object] = getattr(importlib.import_module(name), function)
    return found


def check_forkable(*, thoroughly: bool) -> None:
    """Make sure that a fork of this process will work.

    Parameters
    ----------
    thoroughly : bool
        Whether to look through every object, too: once, after the imports.

    Raises
    ------
    NotForkableError
        When there is a second thread (of Python or of a library), an event loop or a ZeroMQ context.
    """
    if threading.active_count() != 1:
        names = ", ".join(thread.name for thread in threading.enumerate()[1:])
        raise NotForkableError(f"an import has started a thread ({names})")
    tasks = Path("/proc/self/task")
    if tasks.is_dir() and len(list(tasks.iterdir())) != 1:
        raise NotForkableError("a library has started a thread of its own")
    if not thoroughly:
        return
    import zmq

    for each in gc.get_objects():
        if isinstance(each, asyncio.AbstractEventLoop) and not each.is_closed():
            raise NotForkableError("an import has made an event loop")
        if isinstance(each, zmq.Context) and not each.closed:
            raise NotForkableError("an import has made a ZeroMQ context")


class Parent:
    """Fork on request, reap, report.

    Parameters
    ----------
    channel : socket
        Where the server asks and is answered.
    lifeline : int
        The descriptor that reads as ended when the server has died.
    kernel_arguments : sequence of str
        Further arguments of every kernel.
    after_fork : sequence of callables
        What each kernel calls once its shell exists.
    """

    def __init__(
        self,
        channel: socket.socket,
        lifeline: int,
        kernel_arguments: Sequence[str],
        after_fork: Sequence[Callable[[], object]],
    ) -> None:
        self.channel = channel
        self.lifeline = lifeline
        self.kernel_arguments = tuple(kernel_arguments)
        self.after_fork = tuple(after_fork)
        #: For each living kernel, the pipe into which its exit code is written.
        self.exits: dict[int, int] = {}
        self.wake, self.woken = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.selector = selectors.DefaultSelector()

    def serve(self) -> None:
        """Answer until the server closes the channel or dies."""
        signal.set_wakeup_fd(self.woken, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # the byte in the pipe is what counts
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        for source in (self.channel, self.wake, self.lifeline):
            self.selector.register(source, selectors.EVENT_READ)
        while True:
            sources = {key.fileobj for key, _ in self.selector.select()}
            if self.wake in sources:
                self.reap()
            if self.lifeline in sources:
                return
            if self.channel in sources:
                try:
                    self.answer()
                except wire.WireError:
                    return

    def reap(self) -> None:
        """Take the exit codes of ended kernels and hand them on."""
        with suppress(BlockingIOError):
            while os.read(self.wake, 4096):
                pass
        while self.exits:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            report = self.exits.pop(pid, None)
            if report is not None:
                with suppress(BrokenPipeError):
                    os.write(report, f"{os.waitstatus_to_exitcode(status)}\n".encode())
                os.close(report)

    def answer(self) -> None:
        """Fork one kernel, or say why not."""
        request, descriptors = wire.receive(self.channel)
        (report,) = descriptors
        try:
            check_forkable(thoroughly=False)
            pid = os.fork()
        except (NotForkableError, OSError) as error:
            os.close(report)
            wire.send(self.channel, {"error": str(error)})
            return
        if pid == 0:
            self.become_kernel(request, report)
        self.exits[pid] = report
        handle = os.pidfd_open(pid)  # of our own unreaped child: cannot be a stranger with the same number
        try:
            wire.send(self.channel, {"pid": pid}, (handle,))
        finally:
            os.close(handle)

    def become_kernel(self, request: dict[str, Any], report: int) -> NoReturn:
        """Turn this fresh fork into a kernel; never returns to the parent's program."""
        code = 1
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self.selector.close()
            self.channel.close()
            for descriptor in (self.wake, self.woken, report, *self.exits.values()):
                os.close(descriptor)
            os.environ.clear()
            os.environ.update(request["env"])
            os.environ["JPY_PARENT_PID"] = str(os.getppid())
            if request["cwd"]:
                os.chdir(request["cwd"])
            reseed()
            end_with(self.lifeline)
            code = run_kernel([*request["arguments"], *self.kernel_arguments], self.after_fork)
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else int(error.code is not None)
        except BaseException:  # nothing may fall through into the parent's loop
            sys.excepthook(*sys.exc_info())
        finally:
            # Runs no exit handlers: those of the parent's imports are the parent's.
            with suppress(OSError, ValueError):
                sys.__stdout__.flush()  # type: ignore[union-attr]
                sys.__stderr__.flush()  # type: ignore[union-attr]
            os._exit(code)


def reseed() -> None:
    """Give a fork random numbers of its own; it would repeat its siblings' otherwise."""
    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None and "numpy.random" in sys.modules:
        numpy.random.seed()


def end_with(lifeline: int) -> None:
    """End this process, with what it has started, when the server has died."""

    def watch() -> None:
        os.read(lifeline, 1)  # nobody ever writes: returns at the end of the pipe
        os.killpg(os.getpgid(0), signal.SIGKILL)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()


def run_kernel(arguments: Sequence[str], after_fork: Sequence[Callable[[], object]]) -> int:
    """Run an IPython kernel in this process until it is told to end; return its exit code."""
    from ipykernel.kernelapp import IPKernelApp

    app = IPKernelApp.instance()
    # Its own watch over its parent is by process number; ours is the lifeline, for the parent here may be renewed
    # while its kernels live. The number 1 means: there is a parent, do not watch it.
    app.parent_handle = 1
    app.initialize(list(arguments))
    for call in after_fork:
        call()
    app.start()
    return 0


if __name__ == "__main__":
    main(sys.argv[1:])
