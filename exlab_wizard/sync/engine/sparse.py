"""Owns writing a file so that its holes stay holes: runs of zeros are stepped over where nothing was written yet."""

from __future__ import annotations

import errno
import os

HOLE = 64 << 10  # bytes; a shorter run of zeros is written
_ZEROS = bytes(HOLE)
_NOT_OFFERED = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM})


def has_holes(info: os.stat_result) -> bool:
    """Whether a file takes less room than its bytes do; it is only a matter of room, never of bytes."""
    return info.st_blocks * 512 < info.st_size and info.st_size >= HOLE


def room_for(fd: int) -> int:
    """How many bytes a copy of an open file by `write_sparse` takes at most; all where its holes are not told.

    Not by its blocks: a NAS that compresses takes few of them for bytes that are no zeros. Raises OSError.
    """
    size, room, at = os.fstat(fd).st_size, 0, 0
    while at < size:
        try:
            start = os.lseek(fd, at, os.SEEK_DATA)
            end = os.lseek(fd, start, os.SEEK_HOLE)
        except OSError as error:
            if error.errno == errno.ENXIO:  # nothing but a hole to the end
                return room
            if error.errno in _NOT_OFFERED:
                return size
            raise
        before, at = start // HOLE * HOLE, -(-end // HOLE) * HOLE  # it writes whole pieces
        room += min(at, size) - before
    return room


def write_all(fd: int, chunk: memoryview) -> None:
    """Write every byte. Raises OSError."""
    done = 0
    while done < len(chunk):
        done += os.write(fd, chunk[done:])


def write_sparse(fd: int, chunk: memoryview) -> None:
    """As `write_all`, but step over pieces of nothing but zeros; `end_sparse` must follow. Raises OSError."""
    start = 0  # of what is to be written together
    for at in range(0, len(chunk), HOLE):
        piece = chunk[at : at + HOLE]
        if piece.tobytes() == _ZEROS[: len(piece)]:
            write_all(fd, chunk[start:at])
            os.lseek(fd, len(piece), os.SEEK_CUR)
            start = at + len(piece)
    write_all(fd, chunk[start:])


def end_sparse(fd: int, size: int) -> None:
    """Give a new file its full size, also where it ends in a hole. Raises OSError."""
    try:
        os.ftruncate(fd, size)
    except OSError as error:
        if error.errno not in _NOT_OFFERED:
            raise
        if size:  # a file cannot be lengthened here without a byte at its end, which is zero or was just written
            _write_last_zero(fd, size)


def _write_last_zero(fd: int, size: int) -> None:
    if os.fstat(fd).st_size < size:
        os.pwrite(fd, b"\0", size - 1)
