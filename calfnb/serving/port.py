"""The port that the server listens on."""

from __future__ import annotations

import errno
import socket

from calfnb.serving.outside import LOOPBACK
from calfnb.tables.problems import InputError

__all__ = ["DEFAULT_PORT", "open_port"]

DEFAULT_PORT = 8866


def open_port(asked: int | None, ip: str = LOOPBACK) -> tuple[socket.socket, str]:
    """Open the port to listen on.

    Parameters
    ----------
    asked : int or None
        What the user asked for: 0 for any free port, None for the usual one.
    ip : str
        The address to listen on.

    Returns
    -------
    tuple of socket and str
        The bound socket, and what to tell the user about it (empty when there is nothing to tell).

    Raises
    ------
    InputError
        When the port that was asked for is none, is taken or may not be used, or the address is another computer's.
    """
    if asked is None:
        try:
            return _bind(DEFAULT_PORT, ip), ""
        except OSError as error:
            _refuse_address(error, ip)
            listener = _bind(0, ip)
            return listener, f"Port {DEFAULT_PORT} is taken; using {listener.getsockname()[1]}."
    if not 0 <= asked <= 65535:
        raise InputError(f"{asked} is no port. Choose one from 1024 to 65535, or 0 for any free one.")
    try:
        return _bind(asked, ip), ""
    except OSError as error:
        _refuse_address(error, ip)
        reason = "is taken by another program" if error.errno == errno.EADDRINUSE else "may not be used here"
        raise InputError(f"Port {asked} {reason}. Choose another, or --port 0 for any free one.") from error


def _refuse_address(error: OSError, ip: str) -> None:
    """Say that an address is not this computer's, if that is what went wrong.

    Raises
    ------
    InputError
        When it is.
    """
    if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
        raise InputError(f"{ip} is no address of this computer. Give --ip 0.0.0.0 for all that it has.") from error


def _bind(port: int, ip: str) -> socket.socket:
    """Bind a port; the socket stays ours from now on, so nobody can come between."""
    listener = socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET)
    try:
        # Lets a server start again at once on the port that it had, and nothing more.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((ip, port))
        listener.listen(1024)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener
