"""Writes small FIT files, good and bad, for the tests of the reader."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
_TABLE = (
    0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401,
    0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400,
)  # fmt: skip
SPORTS = {"generic": 0, "running": 1, "cycling": 2, "swimming": 5}
UINT32, UINT16, ENUM = 0x86, 0x84, 0x00


def crc(data: bytes) -> int:
    """Return the checksum that the format uses."""
    value = 0
    for byte in data:
        for half in (byte & 0xF, byte >> 4):
            value = ((value >> 4) & 0x0FFF) ^ _TABLE[value & 0xF] ^ _TABLE[half]
    return value


def seconds(moment: datetime) -> int:
    return int((moment - EPOCH).total_seconds())


def definition(local: int, message: int, fields: list[tuple[int, int, int]]) -> bytes:
    """Return a definition of a message: its fields as (number, size, base type)."""
    head = struct.pack("<BBBHB", 0x40 | local, 0, 0, message, len(fields))
    return head + b"".join(struct.pack("<BBB", *field) for field in fields)


def session(start: int, metres: float, duration_s: float, sport: str = "running") -> bytes:
    """Return a session message of definition 0."""
    elapsed = round(duration_s * 1000)
    return b"\x00" + struct.pack("<IIIIBI", start, elapsed, elapsed, round(metres * 100), SPORTS[sport], start)


SESSION = definition(
    0, 18, [(2, 4, UINT32), (7, 4, UINT32), (8, 4, UINT32), (9, 4, UINT32), (5, 1, ENUM), (253, 4, UINT32)]
)
RECORD = definition(1, 20, [(253, 4, UINT32), (5, 4, UINT32)])


def record(moment: int, metres: float) -> bytes:
    return b"\x01" + struct.pack("<II", moment, round(metres * 100))


def fit_file(body: bytes, *, checksum: int | None = None) -> bytes:
    """Return a whole file with header and checksum around the messages."""
    head = struct.pack("<BBHI4s", 14, 0x20, 2132, len(body), b".FIT")
    head += struct.pack("<H", crc(head))
    return head + body + struct.pack("<H", crc(head + body) if checksum is None else checksum)


def run_file(moment: datetime, kilometres: float, minutes: float, *, records: int = 20) -> bytes:
    """Return the record of one run."""
    start = seconds(moment)
    steps = [record(start + round(60 * minutes * n / records), 1000 * kilometres * n / records) for n in range(records)]
    return fit_file(RECORD + b"".join(steps) + SESSION + session(start, kilometres * 1000, minutes * 60))
