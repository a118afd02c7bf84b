"""Owns telling a mount point from a plain entry, also where a file system is mounted on a part of itself."""

from __future__ import annotations

import ctypes
import os
import re
from functools import cache
from typing import Any

_MOUNT_ID = 0x1000  # STATX_MNT_ID, Linux 5.8
_FLAGS = 0x1000 | 0x4000  # AT_EMPTY_PATH, and AT_STATX_DONT_SYNC: no server is asked for it
_STATX_SIZE = 256
_MOUNT_ID_AT = 144
_ESCAPE = re.compile(rb"\\([0-7]{3})")


def mount_id(fd: int) -> int | None:
    """Which mount an open file or directory was reached through; None where the kernel does not tell.

    Two handles of one file system reached through different mounts differ here, though their device is the same.
    """
    call = _statx()
    if call is None:
        return None
    found = ctypes.create_string_buffer(_STATX_SIZE)
    if call(fd, b"", _FLAGS, _MOUNT_ID, found) != 0:
        return None
    known = ctypes.c_uint32.from_buffer(found).value & _MOUNT_ID
    return ctypes.c_uint64.from_buffer(found, _MOUNT_ID_AT).value if known else None


def same_mount(one: int, other: int) -> bool:
    """Whether two descriptors lie on one device and, where that can be told, were reached through one mount."""
    return os.fstat(one).st_dev == os.fstat(other).st_dev and mount_id(one) == mount_id(other)


def mounted_below(fd: int) -> frozenset[str]:
    """The paths of all mount points below an open directory, relative to it; single files can be some too.

    Empty where the system does not tell (no /proc): then another device is all that shows a mount.
    """
    try:
        place = os.readlink(f"/proc/self/fd/{fd}".encode())
        with open("/proc/self/mountinfo", "rb") as file:
            table = file.read()
    except OSError:
        return frozenset()
    return parse_mountinfo(table, place)


def parse_mountinfo(table: bytes, place: bytes) -> frozenset[str]:
    """What `mounted_below` finds in the kernel's table of mounts for the directory at `place`."""
    prefix = place.rstrip(b"/") + b"/"
    points = (line.split(b" ", 5)[4] for line in table.splitlines() if line.count(b" ") > 5)
    plain = (_ESCAPE.sub(lambda match: bytes([int(match[1], 8)]), point) for point in points)
    return frozenset(os.fsdecode(point.removeprefix(prefix)) for point in plain if point.startswith(prefix))


@cache
def _statx() -> Any:
    return getattr(ctypes.CDLL(None), "statx", None)
