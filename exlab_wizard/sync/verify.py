"""Owns the cold reading of one file on the NAS: from the medium, not from this computer's memory."""

from __future__ import annotations

import errno
import hashlib
import mmap
import os
from enum import StrEnum
from typing import NamedTuple

from exlab_wizard.fsys import Dir, drop_cached_pages
from exlab_wizard.sync.mounts import is_in_memory
from exlab_wizard.sync.stream import SMALL_CHUNK, Digest, Tick, digest_stream

_FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NOT_OFFERED = frozenset({errno.EINVAL, errno.ENOTSUP, errno.ENOSYS})


class Reading(StrEnum):
    """How a file was read back, best first. WARM proves memory only."""

    FADVISE = "fadvise"
    O_DIRECT = "o_direct"
    WARM = "warm"


_ORDER = (Reading.FADVISE, Reading.O_DIRECT, Reading.WARM)


def worst(one: Reading, other: Reading) -> Reading:
    """The reading that proves less."""
    return max(one, other, key=_ORDER.index)


class ColdHash(NamedTuple):
    """What the medium gave back: bytes, SHA-256, and how it was read."""

    size: int
    sha256: str
    reading: Reading


def hash_cold(folder: Dir, name: str, tick: Tick = lambda size: None) -> ColdHash:
    """Re-open a file, make the kernel forget its pages, and hash it.

    Raises OSError (UnsupportedEntryError when it is not a regular file); `tick` may raise and sees each chunk's bytes.
    """
    fd = folder.open_file(name)
    try:
        size = os.fstat(fd).st_size
        dropped = drop_cached_pages(fd) and not _still_cached(fd, size)
        if dropped or size == 0:
            return ColdHash(*digest_stream(fd, size, tick), Reading.FADVISE)
        digest = None if is_in_memory(folder) else _hash_direct(folder, name, tick)
        if digest is not None:
            return ColdHash(*digest, Reading.O_DIRECT)
        return ColdHash(*digest_stream(fd, size, tick), Reading.WARM)
    finally:
        os.close(fd)


def _still_cached(fd: int, size: int) -> bool:
    """Whether pages stayed in memory all the same (dirty, mapped, or a file system that lives there)."""
    last = max(0, (size - 1) // mmap.PAGESIZE * mmap.PAGESIZE)
    return any(_answers_at_once(fd, offset) for offset in {0, last} if size > SMALL_CHUNK or offset == 0)


def _answers_at_once(fd: int, offset: int) -> bool:
    try:
        return os.preadv(fd, [bytearray(1)], offset, os.RWF_NOWAIT) > 0
    except (OSError, AttributeError):  # not in memory, or the question is not offered here: the advice is trusted
        return False


def _hash_direct(folder: Dir, name: str, tick: Tick) -> Digest | None:
    """Read around the cache; None where that is not offered."""
    try:
        fd = os.open(name, _FILE_FLAGS | os.O_DIRECT, dir_fd=folder.fd)
    except OSError as error:
        if error.errno in _NOT_OFFERED:
            return None
        raise
    try:
        return _read_direct(fd, tick)
    except OSError as error:
        if error.errno in _NOT_OFFERED:
            return None
        raise
    finally:
        os.close(fd)


def _read_direct(fd: int, tick: Tick) -> Digest:
    digest, size = hashlib.sha256(), 0
    with mmap.mmap(-1, SMALL_CHUNK) as aligned, memoryview(aligned) as buffer:
        while count := os.readv(fd, [buffer]):
            tick(count)
            digest.update(aligned[:count])
            size += count
    return Digest(size, digest.hexdigest())
