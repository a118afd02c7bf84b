"""Owns the cold reading of one file on the NAS: from the medium, not from this computer's memory."""

from __future__ import annotations

import errno
import hashlib
import mmap
import os
import time
from enum import StrEnum
from types import TracebackType
from typing import NamedTuple, Self

from exlab_wizard.fsys import Dir, close_quietly, drop_cached_pages
from exlab_wizard.sync.engine.mounts import is_in_memory, is_overlay
from exlab_wizard.sync.engine.page_cache import any_mapped_page, give_back
from exlab_wizard.sync.engine.page_cache import cached_pages as _cached_pages
from exlab_wizard.sync.engine.stream import BIG_FILE, SMALL_CHUNK, Digest, Tick, digest_stream

_FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_AGAIN_SECONDS = (0.005, 0.02, 0.05)
_NOT_OFFERED = frozenset({errno.EINVAL, errno.ENOTSUP, errno.ENOSYS})


class Reading(StrEnum):
    """How a file was read back, best first. MEMORY: the file system has no medium, there is nothing else to read.

    WARM: there is one, but what was read may never have been there: no proof, no pass, no licence to clear.
    """

    FADVISE = "fadvise"
    O_DIRECT = "o_direct"
    MEMORY = "memory"
    WARM = "warm"


_ORDER = tuple(Reading)


def worst(one: Reading, other: Reading) -> Reading:
    """The reading that proves less."""
    return one if one is other else max(one, other, key=_ORDER.index)


class ColdHash(NamedTuple):
    """What the medium gave back: bytes, SHA-256, and how it was read."""

    size: int
    sha256: str
    reading: Reading


class ColdFile:
    """A re-opened file whose pages the kernel was asked to forget. Opened by one thread, hashed and closed by another.

    With `prefetch` the medium is asked for the bytes at once, so that many small files are under way together. Raises
    OSError (UnsupportedEntryError when it is not a regular file).
    """

    __slots__ = ("_fd", "_overlay", "_reading", "_size")

    def __init__(self, folder: Dir, name: str, *, prefetch: bool = False) -> None:
        self._fd, info = folder.open_regular(name)
        try:
            self._size = info.st_size
            self._overlay = is_overlay(folder)
            self._reading = self._prepare(folder, name)
            if prefetch and self._reading is Reading.FADVISE and self._size < BIG_FILE:
                os.posix_fadvise(self._fd, 0, 0, os.POSIX_FADV_WILLNEED)
        except BaseException:
            self.close()
            raise

    def _prepare(self, folder: Dir, name: str) -> Reading:
        """The best reading possible here; for O_DIRECT the file is opened anew."""
        if self._size == 0 or self._forgotten():
            return Reading.FADVISE
        if is_in_memory(folder):
            return Reading.MEMORY
        direct = _open_direct(folder, name, doubted=self._overlay)
        if direct is None:
            return Reading.FADVISE if self._forgotten_at_last() else Reading.WARM
        close_quietly(self._fd)
        self._fd = direct
        return Reading.O_DIRECT

    def _forgotten(self) -> bool:
        return drop_cached_pages(self._fd) and not self._still_cached()

    def _still_cached(self) -> bool:
        """Whether pages stayed in memory all the same (dirty, mapped, or a file system that lives there)."""
        if self._overlay:
            return any_mapped_page(self._fd, self._size)
        counted = _cached_pages(self._fd)
        return counted > 0 if counted is not None else _answers_at_once(self._fd)

    def _forgotten_at_last(self) -> bool:
        """Pages just being read or written by others stay for a moment."""
        for seconds in _AGAIN_SECONDS:
            time.sleep(seconds)
            if self._forgotten():
                return True
        return False

    def hash(self, tick: Tick) -> ColdHash:
        """Read to the end; `tick` may raise and sees each chunk's bytes. Raises OSError."""
        if self._reading is Reading.O_DIRECT:
            return ColdHash(*_read_direct(self._fd, self._size, tick), Reading.O_DIRECT)
        found = ColdHash(*digest_stream(self._fd, self._size, tick, steady=True), self._reading)
        give_back(self._fd, self._size)
        return found

    def close(self) -> None:
        """Give the handle back; safe to call twice."""
        if self._fd >= 0:
            close_quietly(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def hash_cold(folder: Dir, name: str, tick: Tick = lambda size: None) -> ColdHash:
    """Open, forget, hash and close one file. Raises OSError and what `tick` raises."""
    with ColdFile(folder, name) as file:
        return file.hash(tick)


def _answers_at_once(fd: int) -> bool:
    """Whether the first byte comes without waiting. Not told here: the advice is trusted."""
    try:
        return os.preadv(fd, [bytearray(1)], 0, os.RWF_NOWAIT) > 0
    except (OSError, AttributeError):
        return False


def _open_direct(folder: Dir, name: str, *, doubted: bool) -> int | None:
    """A descriptor that reads around the cache, tried out; None where that is not offered (`doubted`: or not told)."""
    fd = -1
    try:
        fd = os.open(name, _FILE_FLAGS | os.O_DIRECT, dir_fd=folder.fd)
        with mmap.mmap(-1, mmap.PAGESIZE) as aligned, memoryview(aligned) as buffer:
            os.preadv(fd, [buffer], 0)
            if doubted and _takes_any_place(fd, buffer):
                raise OSError(errno.ENOTSUP, "direct in name only", name)
    except OSError as error:
        if fd >= 0:
            close_quietly(fd)
        if error.errno in _NOT_OFFERED:
            return None
        raise
    return fd


def _takes_any_place(fd: int, buffer: memoryview) -> bool:
    """Whether even what no disk gives is given: then direct reads are at times (btrfs) or always (tmpfs) plain ones."""
    try:
        return os.preadv(fd, [buffer[1:2]], 0) > 0
    except OSError as error:
        if error.errno == errno.EINVAL:
            return False
        raise


def _read_direct(fd: int, expected: int, tick: Tick) -> Digest:
    """To where nothing more comes: some network clients give less than was asked for before the end.

    As with `digest_stream`, a file that grows beyond what was `expected` is not followed. Reading at an unaligned place
    is refused by some file systems: the page it is in is read again, and only what is new counts.
    """
    digest, size = hashlib.sha256(), 0
    with mmap.mmap(-1, SMALL_CHUNK) as aligned, memoryview(aligned) as buffer:
        while size <= expected:
            known = size % mmap.PAGESIZE
            count = os.preadv(fd, [buffer], size - known)
            if count <= known:
                break
            tick(count - known)
            digest.update(buffer[known:count])
            size += count - known
    return Digest(size, digest.hexdigest())
