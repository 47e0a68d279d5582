"""``calfnb serve``: the lessons in a browser."""

from __future__ import annotations

import argparse
from pathlib import Path

from calfnb.serving.outside import LOOPBACK, checked_ip, checked_link
from calfnb.serving.port import DEFAULT_PORT, open_port
from calfnb.tables.problems import InputError


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add ``serve`` to the command line."""
    parser = subparsers.add_parser(
        "serve",
        help="open the lessons in a browser",
        description="Serve the lessons to this computer's browsers, or with --ip to a room, until Ctrl-C.",
    )
    parser.add_argument(
        "--port", type=int, default=None, metavar="N",
        help=f"port to listen on, 0 for any free one (default: {DEFAULT_PORT}, or a free one if that is taken)",
    )  # fmt: skip
    parser.add_argument(
        "--ip", default=LOOPBACK, metavar="ADDRESS",
        help="address to listen on: 0.0.0.0 lets everybody in this computer's networks in, without a password and "
        "unencrypted (default: this computer only)",
    )  # fmt: skip
    parser.add_argument(
        "--link", default="", metavar="URL",
        help="address by which the room reaches the lessons, through a proxy for example",
    )  # fmt: skip
    parser.add_argument("--no-browser", action="store_true", help="print the link, open no browser")
    parser.add_argument("--notebooks", type=Path, metavar="DIR", help="serve the notebooks of another folder")
    parser.add_argument("--no-fork", action="store_true", help="start every kernel from nothing (slower)")
    parser.add_argument(
        "--max-readers", type=int, default=None, metavar="N",
        help="let in at most N readers at once (default: as many as the free memory has room for)",
    )  # fmt: skip
    parser.add_argument(
        "--check", action="store_true",
        help="say whether everything is ready for a class, draw the QR code of the room's link, and end",
    )  # fmt: skip
    parser.add_argument("--qr", type=Path, metavar="FILE", help="with --check: write the QR code to an SVG file, too")
    parser.add_argument("--stock-page", action="store_true", help="use Voilà's own front end for every page (slower)")
    parser.add_argument("--show-tracebacks", action="store_true", help="show why a cell fails: for authors")
    return parser


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted.

    Returns
    -------
    int
        0 after a clean end; after ``--check`` 0 if a class may come, else 2.

    Raises
    ------
    InputError
        When port or address cannot be had, the link is none, the folder holds no lessons, or what the lessons need is
        not installed.
    """
    from calfnb.serving.lean import leave_out
    from calfnb.serving.lessons import LessonsError, lessons_folder

    if args.max_readers is not None and args.max_readers < 1:
        raise InputError(f"There is no room for {args.max_readers} readers. Give --max-readers a number from 1 on.")
    args.ip = checked_ip(args.ip)
    args.link = checked_link(args.link) if args.link else ""
    if args.qr is not None and not args.check:
        raise InputError("--qr goes with --check, which draws the code.")
    try:
        folder = lessons_folder(args.notebooks)
    except LessonsError as error:
        raise InputError(str(error)) from error
    if args.check:
        from calfnb.serving.checkup import check_up

        return check_up(folder, args)
    listener, remark = open_port(args.port, args.ip)
    with listener:
        leave_out()
        try:
            from calfnb.serving.server import serve
            from calfnb.serving.settings import Settings
        except ModuleNotFoundError as error:
            raise InputError(
                f"{error.name} is not installed, and the lessons need it. Install it with: pip install 'calfnb[app]'."
            ) from error
        if remark:
            print(remark, flush=True)
        serve(
            Settings(
                folder=folder,
                own_lessons=args.notebooks is None,
                open_browser=not args.no_browser,
                fork=not args.no_fork,
                most_readers=args.max_readers or 0,
                stock_pages=args.stock_page,
                show_tracebacks=args.show_tracebacks,
                link=args.link,
            ),
            listener,
        )
    return 0
