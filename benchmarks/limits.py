"""Owns the machine's own limits for one piece of work: reading it cold, hashing it, writing it durably, each alone."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.work import files_below, forget
from exlab_wizard.fsys import Dir, begin_writing

_CHUNK = 1 << 20
_AHEAD = 16 << 20
Share = tuple[str, int, int]  # a file, or a part of it: name, start, size


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for each part by itself, with every core at work."""

    cold_read: float
    sha256: float
    durable_write: float

    @property
    def machine(self) -> float:
        """The longest of them: no program that does all three can be faster."""
        return max(self.cold_read, self.sha256, self.durable_write)

    @property
    def disk(self) -> float:
        """The bytes written durably and then read back, all that one disk has to do when the source is in memory.

        In this order a proof cannot come sooner, however many cores there are.
        """
        return self.durable_write + self.cold_read


def measure(tree: Path, scratch: Path, disk_read: bool) -> Limits:
    """Time each part with as many processes as cores; `scratch` is made and keeps the bytes that were written.

    Without `disk_read` nothing has to come from a disk (memory to memory). SHA-256 is that of every byte twice: as it
    is read, and as it was read back.
    """
    files = [(str(path), path.stat().st_size) for path in files_below(tree)]
    os.sync()
    for name, _ in files:
        forget(Path(name))
    cold_read = _timed(_read, _shares(files)) if disk_read else 0.0
    sha256 = 2 * _timed(_hash, _shares(files))
    scratch.mkdir()
    places = [(str(scratch / f"{number:06d}"), size) for number, (_, size) in enumerate(files)]
    writing = _timed(_write, _shares(places))
    began = time.perf_counter()
    with Dir.open(scratch) as folder:
        folder.sync_filesystem()
    return Limits(cold_read, sha256, writing + time.perf_counter() - began)


def _shares(files: Sequence[tuple[str, int]]) -> list[list[Share]]:
    """The work for each core. One big file is shared out by its parts."""
    cores = os.cpu_count() or 1
    if len(files) >= 8 * cores:
        whole = [(name, 0, size) for name, size in files]
        return [whole[core::cores] for core in range(cores)]
    shares: list[list[Share]] = [[] for _ in range(cores)]
    for name, size in files:
        step = -(-size // cores)
        for core in range(cores):
            if (length := min(step, size - core * step)) > 0:
                shares[core].append((name, core * step, length))
    return shares


def _timed(part: Callable[[list[Share]], None], shares: list[list[Share]]) -> float:
    """Seconds from the first start to the last end; making the processes is not counted."""
    with multiprocessing.get_context("fork").Pool(len(shares)) as pool:
        pool.map(abs, range(len(shares)))  # all of them are there
        began = time.perf_counter()
        pool.map(part, shares, 1)
        seconds = time.perf_counter() - began
        pool.close()
        pool.join()  # they end by themselves: our own answer to SIGTERM, which they have too, would get in the way
        return seconds


def _read(shares: list[Share]) -> None:
    buffer = memoryview(bytearray(_CHUNK))
    for name, start, size in shares:
        fd = os.open(name, os.O_RDONLY)
        while size > 0 and (count := os.preadv(fd, [buffer[: min(size, _CHUNK)]], start)):
            start, size = start + count, size - count
        os.close(fd)


def _hash(shares: list[Share]) -> None:
    block = memoryview(os.urandom(_CHUNK))
    for _, _, size in shares:
        digest = hashlib.sha256()
        for start in range(0, size, _CHUNK):
            digest.update(block[: min(_CHUNK, size - start)])
        digest.digest()


def _write(shares: list[Share]) -> None:
    """Written through the cache; the disk is set to work every 16 MiB, so that little is left for the flush."""
    block = memoryview(os.urandom(_CHUNK))
    for name, start, size in shares:
        fd = os.open(name, os.O_WRONLY | os.O_CREAT)
        while size > 0:
            count = os.pwrite(fd, block[: min(size, _CHUNK)], start)
            start, size = start + count, size - count
            if start % _AHEAD == 0:
                begin_writing(fd)
        os.close(fd)
