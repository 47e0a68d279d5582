"""The parent of forked kernels: ``python -m <this module> CHANNEL LIFELINE CONFIGURATION``.

``CHANNEL`` is the number of an inherited socket on which the server asks, ``LIFELINE`` that of the reading end of a
pipe whose writing end only the server holds: it reads as ended when the server has died, however it died.

A process may be forked safely only while it has one thread, no ZeroMQ context and no event loop, so this one never
gets any: that is checked before the first fork, and again, cheaply, before each.
"""

from __future__ import annotations

import ast
import asyncio
import gc
import importlib
import importlib.util
import io
import json
import os
import random
import selectors
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
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
    namespace : dict, optional
        The variables that each kernel starts with: those of cells that were run before the fork.
    """

    def __init__(
        self,
        channel: socket.socket,
        lifeline: int,
        kernel_arguments: Sequence[str],
        after_fork: Sequence[Callable[[], object]],
        namespace: dict[str, Any] | None = None,
    ) -> None:
        self.namespace = namespace
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
        """Fork a kernel or a branch, or say why not."""
        request, descriptors = wire.receive(self.channel)
        try:
            check_forkable(thoroughly=False)
            pid = os.fork()
        except (NotForkableError, OSError) as error:
            for descriptor in descriptors:
                os.close(descriptor)
            wire.send(self.channel, {"error": str(error)})
            return
        report, *others = descriptors
        if pid == 0:
            if "cells" in request:
                self.become(lambda: self.branch(request, others[0]), request, report)
            self.become(lambda: self.kernel(request), request, report)
        self.exits[pid] = report
        for descriptor in others:
            os.close(descriptor)
        handle = os.pidfd_open(pid)  # of our own unreaped child: cannot be a stranger with the same number
        try:
            wire.send(self.channel, {"pid": pid}, (handle,))
        finally:
            os.close(handle)

    # -- in the fork ------------------------------------------------------------------------------------------------

    def become(self, program: Callable[[], int], request: dict[str, Any], report: int) -> NoReturn:
        """Turn this fresh fork into another program; never return to the parent's."""
        code = 1
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self.selector.close()
            self.channel.close()
            for descriptor in (self.wake, self.woken, report, *self.exits.values()):
                os.close(descriptor)
            os.environ.clear()
            os.environ.update(request["env"])
            if request["cwd"]:
                os.chdir(request["cwd"])
            reseed()
            code = program()
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

    def kernel(self, request: dict[str, Any]) -> int:
        """Run a kernel until it is told to end; return its exit code."""
        # Ignored until a cell runs, when ipykernel takes it up: whoever ends a kernel interrupts it first, and one that
        # is still starting would die with a traceback in the server's log.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.environ["JPY_PARENT_PID"] = str(os.getppid())
        end_with(self.lifeline)
        return run_kernel([*request["arguments"], *self.kernel_arguments], self.after_fork, self.namespace)

    def branch(self, request: dict[str, Any], channel: int) -> int:
        """Run cells, tell what they show, and be the parent of kernels in which they have been run."""
        answering = socket.socket(fileno=channel)
        namespace: dict[str, Any] = {"__name__": "__main__"}
        try:
            shown = run_cells(request["cells"], namespace)
            states = widget_states()
            check_forkable(thoroughly=True)
        except Exception as error:  # of whatever kind: the server then does without this branch
            wire.send(answering, {"error": f"{type(error).__name__}: {error}"})
            return 1
        gc.collect()
        gc.freeze()
        wire.send(answering, {"ready": os.getpid(), "shown": shown, "states": states})
        Parent(answering, self.lifeline, self.kernel_arguments, self.after_fork, namespace).serve()
        return 0


def run_cells(cells: Sequence[str], namespace: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Run cells before there is a kernel.

    Parameters
    ----------
    cells : sequence of str
        Their sources, plain Python.
    namespace : dict
        Their variables, changed in place.

    Returns
    -------
    list of list of dict
        For each cell its outputs, as in a notebook: what it prints, then what its last expression shows.

    Raises
    ------
    NotForkableError
        When a cell calls ``display``: without a kernel nobody would see what it displays.
    """
    from IPython.core.formatters import DisplayFormatter

    formatter = DisplayFormatter()
    outputs: list[list[dict[str, Any]]] = []
    with no_display():
        for number, source in enumerate(cells, start=1):
            tree = ast.parse(source)
            last = tree.body[-1] if tree.body else None
            expression = ast.Expression(last.value) if isinstance(last, ast.Expr) else None
            if expression is not None:
                tree.body.pop()
            name = f"<cell {number}>"
            with redirect_stdout(io.StringIO()) as printed:
                exec(compile(tree, name, "exec"), namespace)
                value = eval(compile(expression, name, "eval"), namespace) if expression is not None else None
            shown: list[dict[str, Any]] = []
            if printed.getvalue():
                shown.append({"output_type": "stream", "name": "stdout", "text": printed.getvalue()})
            if value is not None and not source.rstrip().endswith(";"):
                data, metadata = formatter.format(value)
                shown.append({"output_type": "execute_result", "data": data, "metadata": metadata,
                              "execution_count": None})  # fmt: skip
            outputs.append(shown)
    return outputs


def widget_states() -> dict[str, Any]:
    """Return the state of every widget there is, by its id, as ``ipywidgets`` stores them in a notebook."""
    ipywidgets = sys.modules.get("ipywidgets")
    if ipywidgets is None:
        return {}
    states: dict[str, Any] = ipywidgets.Widget.get_manager_state()["state"]
    return states


@contextmanager
def no_display() -> Iterator[None]:
    """Make ``display`` fail, which without a shell would print a poor likeness of what it was given."""
    from IPython.core.interactiveshell import InteractiveShell

    initialized = InteractiveShell.__dict__.get("initialized")

    def refuse_display() -> bool:
        if sys._getframe(1).f_code.co_name == "display":
            raise NotForkableError("a cell calls display()")
        return False

    setattr(InteractiveShell, "initialized", staticmethod(refuse_display))  # noqa: B010 - mypy guards methods
    try:
        yield
    finally:
        if initialized is None:
            delattr(InteractiveShell, "initialized")
        else:
            setattr(InteractiveShell, "initialized", initialized)  # noqa: B010


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


def run_kernel(
    arguments: Sequence[str], after_fork: Sequence[Callable[[], object]], namespace: dict[str, Any] | None
) -> int:
    """Run an IPython kernel in this process until it is told to end; return its exit code."""
    from ipykernel.kernelapp import IPKernelApp

    app = IPKernelApp.instance()
    # Its own watch over its parent is by process number; ours is the lifeline, for the parent here may be renewed
    # while its kernels live. The number 1 means: there is a parent, do not watch it.
    app.parent_handle = 1
    if namespace is not None:
        app.user_ns = namespace
    app.initialize(list(arguments))
    for call in after_fork:
        call()
    if namespace is not None:
        _connect_comms(app.kernel)
    # All of this stays until the end: a collection that went through it would keep a reader waiting.
    gc.freeze()
    app.start()
    return 0


def _connect_comms(kernel: Any) -> None:
    """Give the comms that were opened before the fork their kernel; without one they drop every message in silence."""
    from comm import get_comm_manager

    for each in get_comm_manager().comms.values():
        each.kernel = kernel  # type: ignore[attr-defined]  # the comms of ipykernel have one


if __name__ == "__main__":
    main(sys.argv[1:])
