"""Whether everything is ready for a class: ``calfnb serve --check``."""

from __future__ import annotations

import argparse
import importlib.util
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

from calfnb.serving.lessons import find_lessons
from calfnb.serving.room import available_mb, default_readers
from calfnb.tables.problems import InputError, TablesError

TEMPLATE = Path(__file__).with_name("jupyter") / "voila" / "templates" / "calfnb" / "index.html.j2"
_NEEDED = ("voila", "ipywidgets", "anywidget", "jupyter_server")
_START_S = 60
_PAGE_S = 60


class NotReadyError(Exception):
    """One thing is not as a class needs it; the message says what to do."""


def check_up(folder: Path, args: argparse.Namespace) -> int:
    """Look at everything that a class needs, print a line for each, and say whether it may come.

    Parameters
    ----------
    folder : Path
        The folder of the lessons.
    args : Namespace
        The arguments of ``calfnb serve``.

    Returns
    -------
    int
        0 if everything is ready, else 2.
    """
    checks: list[tuple[str, Callable[[], str]]] = [
        ("packages", _packages),
        ("port", lambda: _port(args.port)),
        ("tables", _tables),
        ("template", _template),
        ("forking", lambda: _forking(args.no_fork)),
        ("memory", lambda: _memory(args.max_readers)),
        ("lessons", lambda: _lessons(folder, args)),
    ]
    ready = True
    for name, check in checks:
        try:
            print(f"ok    {name:9} {check()}", flush=True)
        except NotReadyError as problem:
            ready = False
            print(f"NOT   {name:9} {problem}", flush=True)
    print("Ready." if ready else "Not ready: see the lines that begin with NOT.")
    return 0 if ready else 2


def _packages() -> str:
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise NotReadyError(f"{', '.join(missing)} not installed. Install with: pip install 'calfnb[app]'.")
    return "everything that the lessons need is installed"


def _port(asked: int | None) -> str:
    from calfnb.cli.serve import open_port

    try:
        listener, remark = open_port(asked)
    except InputError as error:
        raise NotReadyError(str(error)) from error
    with listener:
        return remark or f"{listener.getsockname()[1]} is free"


def _tables() -> str:
    from calfnb.tables import load_tables

    try:
        tables = load_tables()
    except (TablesError, OSError) as error:
        raise NotReadyError(f"cannot be loaded; calfnb check tells more. {error}") from error
    return f"{len(tables.conditions)} causes, {len(tables.findings)} findings"


def _template() -> str:
    if not TEMPLATE.is_file():
        raise NotReadyError("the page around the lessons is missing. Install calfnb again.")
    return "the page around the lessons is there"


def _forking(unwanted: bool) -> str:
    from calfnb.serving.forking.client import ForkServer

    if unwanted or not ForkServer.available():
        return "not used here: pages start in seconds rather than at once, one after the other"
    return "this system can fork kernels"


def _memory(asked: int | None) -> str:
    room = default_readers()
    if asked is not None and asked > room:
        raise NotReadyError(f"{asked} readers asked for, but {available_mb():.0f} MB are free: enough for {room}.")
    return f"{available_mb():.0f} MB are free, enough for {room} readers at once; {asked or room} are let in"


def _lessons(folder: Path, args: argparse.Namespace) -> str:
    """Start the server as a class would meet it, and ask for every page."""
    times: list[float] = []
    with _served(args) as link:
        for lesson in find_lessons(folder):
            url = f"{link}voila/render/{quote(lesson.file_name)}"
            begun = time.monotonic()
            try:
                with urlopen(url, timeout=_PAGE_S) as answer:
                    page = answer.read().decode()
            except (URLError, TimeoutError) as error:
                raise NotReadyError(f"{lesson.file_name} is not answered: {error}") from error
            if "data-cn-cell-error" in page:
                raise NotReadyError(f"a cell of {lesson.file_name} fails. --show-tracebacks shows why.")
            times.append(time.monotonic() - begun)
    return f"{len(times)} pages at {link} (this computer only) answered, the slowest after {max(times):.1f} s"


@contextmanager
def _served(args: argparse.Namespace) -> Iterator[str]:
    """Run a server of its own, and give its link."""
    command = [sys.executable, "-m", "calfnb", "serve", "--no-browser", "--port", "0"]
    if args.notebooks is not None:
        command += ["--notebooks", str(args.notebooks)]
    if args.no_fork:
        command.append("--no-fork")
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True)
        assert process.stdout is not None
        try:
            found = re.search(r"http://\S+", process.stdout.readline())  # the first line, or the end
            if found is None:
                log.seek(0)
                said = log.read().decode(errors="replace").strip().splitlines()
                raise NotReadyError(f"the server does not start: {said[-1] if said else 'it says nothing'}")
            yield found.group()
        finally:
            process.terminate()
            try:
                process.wait(_START_S)
            except subprocess.TimeoutExpired:
                process.kill()
            process.stdout.close()
