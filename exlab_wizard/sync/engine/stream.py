"""Owns reading a file's bytes once while hashing them, and handing each chunk on; hashing runs beside it when big."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from exlab_wizard.sync.engine.page_cache import mostly_cached

SMALL_CHUNK = 1 << 20
BIG_CHUNK = 4 << 20
BIG_FILE = 32 << 20  # from here on a second thread hashing pays for itself
_FORGET = 32 << 20

Sink = Callable[[memoryview], None]
Tick = Callable[[int], None]
_local = threading.local()


class Digest(NamedTuple):
    """What was read: bytes and lower-case hex SHA-256."""

    size: int
    sha256: str


def digest_stream(fd: int, size: int, tick: Tick, sink: Sink | None = None, *, steady: bool = False) -> Digest:
    """Read `fd` to its end, but at most one byte more than its `size`: a file that goes on growing is not followed.

    At the end of a small `steady` file it is not read once more. `tick` (may raise) is told each chunk's bytes before
    `sink` gets them. Raises OSError.
    """
    if size >= BIG_FILE:
        return _big(fd, size + 1, tick, sink)
    return _small(fd, size + 1, tick, sink, steady)


def _small(fd: int, limit: int, tick: Tick, sink: Sink | None, steady: bool) -> Digest:
    buffer = _buffer()
    digest, size = hashlib.sha256(), 0
    while count := os.readv(fd, [asked := buffer[: limit - size]]):
        chunk = buffer[:count]
        tick(count)
        digest.update(chunk)
        if sink is not None:
            sink(chunk)
        size += count
        if steady and size == limit - 1 and count < len(asked):
            break  # less than was asked for, and all there had to be: both say that it ends here
    return Digest(size, digest.hexdigest())


def _buffer() -> memoryview:
    """This thread's own buffer: a fresh one a file costs more than a small file."""
    buffer: memoryview | None = getattr(_local, "buffer", None)
    if buffer is None:
        buffer = _local.buffer = memoryview(bytearray(SMALL_CHUNK))
    return buffer


def _big(fd: int, limit: int, tick: Tick, sink: Sink | None) -> Digest:
    """Two buffers: one is hashed in a second thread while it is written and while the other is read into.

    A big file must not push all else out of memory: what was not there before is forgotten again.
    """
    stays = mostly_cached(fd, limit)
    buffers = [memoryview(bytearray(BIG_CHUNK)) for _ in range(2)]
    hashing: list[Future[None] | None] = [None, None]
    digest, size, turn = hashlib.sha256(), 0, 0
    with ThreadPoolExecutor(1, "hash") as hasher:
        while count := os.readv(fd, [buffers[turn][: limit - size]]):
            chunk = buffers[turn][:count]
            tick(count)
            hashing[turn] = hasher.submit(digest.update, chunk)
            if sink is not None:
                sink(chunk)
            size += count
            if not stays and size % _FORGET < count:
                os.posix_fadvise(fd, 0, size, os.POSIX_FADV_DONTNEED)
            turn = 1 - turn
            waiting = hashing[turn]
            if waiting is not None:
                waiting.result()
    return Digest(size, digest.hexdigest())
