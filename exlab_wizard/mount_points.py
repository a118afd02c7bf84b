"""Owns telling a mount point from a plain entry, also where a file system is mounted on a part of itself."""

from __future__ import annotations

import ctypes
import os
import re
import select
import threading
from collections.abc import Iterable
from functools import cache
from typing import Any

_MOUNT_ID = 0x1000  # STATX_MNT_ID, Linux 5.8
_FLAGS = 0x1000 | 0x4000  # AT_EMPTY_PATH, and AT_STATX_DONT_SYNC: no server is asked for it
_Statx = ctypes.c_uint64 * 32  # 256 bytes; `stx_mask` is the first 4, `stx_mnt_id` the 8 from 144 on
_MOUNT_ID_AT = 144 // 8
_ESCAPE = re.compile(rb"\\([0-7]{3})")


def mount_id(fd: int) -> int | None:
    """Which mount an open file or directory was reached through; None where the kernel does not tell.

    Two handles of one file system reached through different mounts differ here, though their device is the same.
    """
    call = _statx()
    if call is None:
        return None
    found = _Statx()
    if call(fd, b"", _FLAGS, _MOUNT_ID, found) != 0:
        return None
    known = ctypes.c_uint32.from_buffer(found).value & _MOUNT_ID
    number: int = found[_MOUNT_ID_AT]
    return number if known else None


def same_mount(one: int, other: int) -> bool:
    """Whether two descriptors lie on one device and, where that can be told, were reached through one mount."""
    return os.fstat(one).st_dev == os.fstat(other).st_dev and mount_id(one) == mount_id(other)


def mounted_below(fd: int) -> frozenset[str]:
    """The paths of all mount points below an open directory, relative to it; single files can be some too.

    Empty where the system does not tell (no /proc): then another device is all that shows a mount.
    """
    try:
        place = os.readlink(f"/proc/self/fd/{fd}".encode())
        points = _table.points(fd)
    except OSError:
        return frozenset()
    return points_below(points, place)


def parse_mountinfo(table: bytes) -> tuple[bytes, ...]:
    """Where something is mounted, by the kernel's table of mounts."""
    points = (line.split(b" ", 5)[4] for line in table.splitlines() if line.count(b" ") > 5)
    return tuple(_ESCAPE.sub(lambda match: bytes([int(match[1], 8)]), point) for point in points)


def mounted_on_itself(table: bytes) -> frozenset[int]:
    """The mounts on which a part of the same file system is mounted once more: no device shows it there."""
    lines = [line.split(b" ", 3)[:3] for line in table.splitlines() if line.count(b" ") > 5]
    devices = {number: device for number, _, device in lines}
    return frozenset([int(parent) for _, parent, device in lines if devices.get(parent) == device])


def points_below(points: Iterable[bytes], place: bytes) -> frozenset[str]:
    """The mount points below the directory at `place`, relative to it."""
    prefix = place.rstrip(b"/") + b"/"
    return frozenset([os.fsdecode(point.removeprefix(prefix)) for point in points if point.startswith(prefix)])


class _MountTable:
    """The kernel's table of mounts, read again when the kernel says that it changed: small runs are walked quickly."""

    def __init__(self, path: str = "/proc/self/mountinfo") -> None:
        self._path = path
        self._lock = threading.Lock()
        self._pid, self._fd, self._poll = 0, -1, select.poll()
        self._points: tuple[bytes, ...] = ()
        self._on_itself: frozenset[int] = frozenset()

    def points(self, fd: int = -1) -> tuple[bytes, ...]:
        """All mount points now; of other devices than this directory's some may be named as before. Raises OSError."""
        with self._lock:
            if self._pid != os.getpid():  # of a handle shared with a parent only one of the two would hear
                self._open()
            elif not self._poll.poll(0) and not self._may_have_moved(fd):
                return self._points
            self._pid = 0  # until it is read
            table = self._read()
            self._points, self._on_itself = parse_mountinfo(table), mounted_on_itself(table)
            self._pid = os.getpid()
            return self._points

    def _may_have_moved(self, fd: int) -> bool:
        """The kernel does not say when a folder above a mount point gets another name."""
        return bool(self._on_itself) and mount_id(fd) in (None, *self._on_itself)

    def _open(self) -> None:
        fd = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        if self._fd >= 0:
            os.close(self._fd)
        self._fd, self._poll = fd, select.poll()
        # an error or priority event: something was mounted or unmounted since this was last asked; "ready to be
        # written": a plain file, which tells nobody of changes and is read each time
        self._poll.register(fd, select.POLLPRI | select.POLLOUT)

    def _read(self) -> bytes:
        parts, at = [], 0
        while part := os.pread(self._fd, 1 << 16, at):
            parts.append(part)
            at += len(part)
        return b"".join(parts)


_table = _MountTable()


@cache
def _statx() -> Any:
    return getattr(ctypes.CDLL(None), "statx", None)
