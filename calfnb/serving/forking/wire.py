"""Messages between a server and the parent of its kernels: JSON with a length before it, and file descriptors."""

from __future__ import annotations

import json
import os
import socket
import struct
from typing import Any

_LENGTH = struct.Struct("<I")
LARGEST_BYTES = 16 * 1024 * 1024
MOST_DESCRIPTORS = 4


class WireError(Exception):
    """The other side has gone, or has said something that is no message."""


def send(channel: socket.socket, message: dict[str, Any], descriptors: tuple[int, ...] = ()) -> None:
    """Send one message; descriptors travel with its first byte.

    Raises
    ------
    WireError
        When the other side has gone.
    TimeoutError
        When the channel has a timeout and it has passed.
    """
    body = json.dumps(message).encode()
    try:
        socket.send_fds(channel, [_LENGTH.pack(len(body))], list(descriptors))
        channel.sendall(body)
    except (BrokenPipeError, ConnectionError) as error:
        raise WireError("the other side has gone") from error


def receive(channel: socket.socket) -> tuple[dict[str, Any], tuple[int, ...]]:
    """Receive one message and the descriptors that came with it, which the caller then owns.

    Raises
    ------
    WireError
        When the other side has gone or the message is malformed.
    TimeoutError
        When the channel has a timeout and it has passed.
    """
    descriptors: list[int] = []
    try:
        # The descriptors come with the first bytes, so the length must not be read together with anything before it.
        head, found, _, _ = socket.recv_fds(channel, _LENGTH.size, MOST_DESCRIPTORS, socket.MSG_CMSG_CLOEXEC)
        descriptors += found
        head += _exactly(channel, _LENGTH.size - len(head)) if head else b""
        if not head:
            raise WireError("the other side has gone")
        (length,) = _LENGTH.unpack(head)
        if length > LARGEST_BYTES:
            raise WireError(f"a message of {length} bytes is too long")
        message = json.loads(_exactly(channel, length))
    except (WireError, OSError, ValueError) as error:
        for descriptor in descriptors:
            os.close(descriptor)
        if isinstance(error, (WireError, TimeoutError)):
            raise
        raise WireError(str(error)) from error
    return message, tuple(descriptors)


def _exactly(channel: socket.socket, length: int) -> bytes:
    """Read so many bytes, no fewer."""
    parts = []
    while length > 0:
        part = channel.recv(min(length, 1 << 16))
        if not part:
            raise WireError("the other side has gone")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
