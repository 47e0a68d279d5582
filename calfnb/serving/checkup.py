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
from http.client import HTTPException
from pathlib import Path
from urllib.parse import quote
from urllib.request import OpenerDirector, ProxyHandler, build_opener

from calfnb.serving.lessons import find_lessons
from calfnb.serving.outside import draw_code, is_own_computer_only, room_link, save_code
from calfnb.serving.port import DEFAULT_PORT, open_port
from calfnb.serving.room import available_mb, default_readers
from calfnb.tables.problems import InputError, TablesError

TEMPLATE = Path(__file__).with_name("jupyter") / "voila" / "templates" / "calfnb" / "index.html.j2"
_NEEDED = ("voila", "ipywidgets", "anywidget", "jupyter_server", "segno")
_START_S = 60
_PAGE_S = 60


class NotReadyError(Exception):
    """One thing is not as a class needs it; the message says what to do."""


class Note(str):
    """What stands in nobody's way, but should be known."""

    __slots__ = ()


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
        ("port", lambda: _port(args.port, args.ip)),
        ("tables", _tables),
        ("template", _template),
        ("forking", lambda: _forking(args.no_fork)),
        ("memory", lambda: _memory(args.max_readers)),
        ("store", _store),
        ("lessons", lambda: _lessons(folder, args)),
        ("link", lambda: _link(args)),
    ]
    ready = True
    for name, check in checks:
        try:
            said = check()
            print(f"{'note' if isinstance(said, Note) else 'ok':5} {name:9} {said}", flush=True)
        except NotReadyError as problem:
            ready = False
            print(f"NOT   {name:9} {problem}", flush=True)
    _show_code(args)
    print("Ready." if ready else "Not ready: see the lines that begin with NOT.")
    return 0 if ready else 2


def _packages() -> str:
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise NotReadyError(f"{', '.join(missing)} not installed. Install with: pip install 'calfnb[app]'.")
    return "everything that the lessons need is installed"


def _port(asked: int | None, ip: str) -> str:
    try:
        listener, remark = open_port(asked, ip)
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


def _store() -> str:
    return "not needed: nothing is stored, each reader's answers are in the address of the reader's own page"


def _lessons(folder: Path, args: argparse.Namespace) -> str:
    """Start the server as a class would meet it, and ask for every page."""
    times: list[float] = []
    with _served(args) as link:
        for lesson in find_lessons(folder):
            begun = time.monotonic()
            page = _page(f"{link}voila/render/{quote(lesson.file_name)}", lesson.file_name, _DIRECTLY)
            if "data-cn-cell-error" in page:
                raise NotReadyError(f"a cell of {lesson.file_name} fails. --show-tracebacks shows why.")
            times.append(time.monotonic() - begun)
    return f"{len(times)} pages at {link} answered, the slowest after {max(times):.1f} s"


#: What is on this computer is asked for without a proxy, whatever proxy there is for other sites.
_DIRECTLY = build_opener(ProxyHandler({}))


def _page(url: str, name: str, opener: OpenerDirector) -> str:
    try:
        with opener.open(url, timeout=_PAGE_S) as answer:
            return str(answer.read().decode(errors="replace"))
    except (OSError, HTTPException) as error:
        raise NotReadyError(f"{name} is not answered: {error}") from error


def _link(args: argparse.Namespace) -> str:
    """Say how the room reaches the lessons, and go that way if it is known before the server runs."""
    if is_own_computer_only(args.ip) and not args.link:
        return Note(
            "the lessons open on this computer only: phones cannot reach them. For a room, add --ip 0.0.0.0 in a "
            "network that is trusted; or put a proxy in front and name its address with --link."
        )
    if not _room_link(args):
        raise NotReadyError("this computer is in no network that a phone could join. Join one, or name --link.")
    with _served(args, port=args.port or DEFAULT_PORT) as _:
        page = _page(_room_link(args), _room_link(args), build_opener())
    if 'id="cn-main"' not in page:
        raise NotReadyError(f"{_room_link(args)} answers, but not with the lessons.")
    if args.link:
        return f"{args.link} leads here"
    return Note(
        f"{_room_link(args)} leads here, unencrypted and without a password: everybody in this network may open it"
    )


def _room_link(args: argparse.Namespace) -> str:
    return room_link(args.ip, args.port or DEFAULT_PORT, args.link)


def _show_code(args: argparse.Namespace) -> None:
    link = _room_link(args)
    if not link:
        return
    print()
    if not draw_code(link):
        print("This terminal cannot draw the QR code; --qr FILE.svg writes it.")
    if args.qr is not None:
        save_code(link, args.qr)
    print(f"{link}\n")


@contextmanager
def _served(args: argparse.Namespace, port: int = 0) -> Iterator[str]:
    """Run a server of its own, and give its link on this computer."""
    command = [sys.executable, "-m", "calfnb", "serve", "--no-browser", "--port", str(port), "--ip", args.ip]
    if args.link:
        command += ["--link", args.link]
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
