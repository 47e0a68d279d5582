"""The command line: ``calfnb <command>``.

Every module of this package whose name has no underscore in front is a command of that name (with
``-`` for each ``_`` inside it). It has
``add_parser(subparsers)``, which adds its own parser and returns it, and ``run(args)``, which returns
the exit status. What the user got wrong is raised as `calfnb.tables.problems.InputError`: one
sentence on standard error and exit status 2.
"""

from __future__ import annotations

import argparse
import os
import pkgutil
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

import calfnb
from calfnb.tables.problems import InputError, did_you_mean, shorten

__all__ = ["main"]

INTENDED_USE = (
    "For teaching clinical reasoning with invented patients under a teacher. "
    "Not a medical device; not for the care of any person."
)


class _Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one sentence, without the usage around it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0, or 2 for what the user got wrong.

    Parameters
    ----------
    argv
        The words after ``calfnb``; None for those of this process.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    names = _command_names()
    if words and not words[0].startswith("-") and words[0] not in names:
        unknown = shorten(words[0])
        print(f'calfnb: there is no command "{unknown}"{did_you_mean(unknown, names)}', file=sys.stderr)
        return 2
    # Only the command that is wanted is imported; help lists them all.
    wanted = [words[0]] if words and words[0] in names else names
    parser = _parser(wanted, names)
    try:
        args = parser.parse_args(words)
    except SystemExit as stop:  # argparse ends the process for --help and for mistakes
        return int(stop.code or 0)
    return _run(args)


def _command_names() -> list[str]:
    modules = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name.replace("_", "-") for name in modules if not name.startswith("_"))


def _parser(wanted: Sequence[str], names: Sequence[str]) -> argparse.ArgumentParser:
    parser = _Parser(prog="calfnb", description=calfnb.__doc__.splitlines()[0], epilog=INTENDED_USE)
    parser.add_argument("--version", action="version", version=f"calfnb {calfnb.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="{" + ",".join(names) + "}")
    for name in wanted:
        module = import_module(f"{__name__}.{name.replace('-', '_')}")
        module.add_parser(commands)
        commands.choices[name].set_defaults(run=module.run)
    return parser


def _run(args: argparse.Namespace) -> int:
    try:
        status: int = args.run(args)
        sys.stdout.flush()
    except InputError as error:
        # A name or a text may hold half a character, which no stream takes.
        words = str(error).encode("utf-8", "backslashreplace").decode("utf-8")
        print(f"calfnb {args.command}: {words}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader, such as `head`, has enough; keep Python from complaining while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    return status
