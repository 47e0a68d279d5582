"""The address by which other computers and phones reach the server, and its QR code."""

from __future__ import annotations

import io
import ipaddress
import re
import socket
import sys
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

from calfnb.tables.problems import InputError

LOOPBACK = "127.0.0.1"
LESSON_PATH = "/voila/render/"
#: White on black, whatever the colours of the terminal are: some cameras do not read a code in the reverse.
_COLOURS = ("\033[97;40m", "\033[0m")
#: An address for documentation. Nothing is sent there: only the way that it would go is asked.
_FAR_AWAY = ("192.0.2.1", 9)


def checked_link(text: str) -> str:
    """Return an address that was given as the one of the room, with its closing slash.

    Raises
    ------
    InputError
        When it is none, or leads to another place than the lessons.
    """
    parts = urlsplit(text)
    try:
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        port_is_one = False
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_one or re.search(r"\s", text):
        raise InputError(
            f"{text!r} is no address that a browser can open. Give --link one such as https://host.example/."
        )
    if parts.username is not None:
        raise InputError("--link must hold no name or password: everybody in the room reads it.")
    if parts.path not in ("", "/") and not parts.path.startswith(LESSON_PATH):
        raise InputError(
            f"--link leads to {parts.path}, where no lesson is. Give the host alone, or a lesson ({LESSON_PATH}…)."
        )
    return text if parts.path else f"{text}/"


def checked_ip(text: str) -> str:
    """Return an address to listen on.

    Raises
    ------
    InputError
        When it is none.
    """
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as error:
        raise InputError(
            f"{text!r} is no address to listen on. Give --ip 0.0.0.0 for every network that this computer is in."
        ) from error


def is_own_computer_only(ip: str) -> bool:
    """Tell whether what listens on this address can be reached from this computer alone."""
    return ipaddress.ip_address(ip).is_loopback


def is_address(host: str) -> bool:
    """Tell whether a host is given by its number rather than by its name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def host_in_link(ip: str) -> str:
    """Return an address as it stands in a link."""
    return f"[{ip}]" if ":" in ip else ip


def room_link(ip: str, port: int, given: str = "") -> str:
    """Find the address by which a room reaches the server.

    Parameters
    ----------
    ip : str
        What the server listens on.
    port : int
        Its port.
    given : str, optional
        The address that was given, as `checked_link` returns it: through a proxy, for example.

    Returns
    -------
    str
        The address, or "" if there is none.
    """
    if given or is_own_computer_only(ip):
        return given
    host = own_address(6 if ":" in ip else 4) if ipaddress.ip_address(ip).is_unspecified else ip
    return f"http://{host_in_link(host)}:{port}/" if host else ""


def own_address(version: int = 4) -> str:
    """Return the address of this computer in its network, or "" if it is in none."""
    if version == 6:
        return ""  # which of several is the right one nobody can tell from here
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(_FAR_AWAY)
        except OSError:
            return ""
        found = str(asking.getsockname()[0])
    return "" if is_own_computer_only(found) else found


def draw_code(link: str, out: TextIO | None = None) -> bool:
    """Draw the QR code of a link with half blocks; return whether the terminal has such characters."""
    import segno

    out = sys.stdout if out is None else out
    drawn = io.StringIO()
    segno.make(link, error="m", micro=False).terminal(drawn, compact=True)
    begin, end = _COLOURS if out.isatty() else ("", "")
    try:
        "\u2580\u2584\u2588".encode(out.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    out.writelines(f"{begin}{line}{end}\n" for line in drawn.getvalue().splitlines())
    return True


def save_code(link: str, file: Path) -> None:
    """Write the QR code of a link to an SVG file, black on white.

    Raises
    ------
    InputError
        When the file cannot be written.
    """
    import segno

    try:
        segno.make(link, error="m", micro=False).save(str(file), kind="svg", scale=10, light="#fff", title=link)
    except OSError as error:
        raise InputError(f"The QR code cannot be written to {str(file)!r}: {error.strerror}.") from error
