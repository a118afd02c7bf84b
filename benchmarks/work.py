"""Owns the work that is measured: trees of files that nothing can shorten, and what must arrive of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from exlab_wizard.sync.engine.page_cache import cached_pages

KIB, MIB = 1 << 10, 1 << 20
_BLOCK = MIB


@dataclass(frozen=True, slots=True)
class Part:
    """`count` files of `size` bytes in `folders` directories."""

    count: int
    size: int
    folders: int = 1

    def scaled(self, scale: float) -> Part:
        """Fewer files; a single file, or a few, become smaller."""
        if self.count <= 8:
            return Part(self.count, max(1, round(self.size * scale)), self.folders)
        return Part(max(1, round(self.count * scale)), self.size, max(1, round(self.folders * scale)))


@dataclass(frozen=True, slots=True)
class Work:
    """One tree to bring over: its name in the tables, what it stands for, and its files."""

    name: str
    title: str
    parts: tuple[Part, ...]

    def scaled(self, scale: float) -> Work:
        """The same shape, smaller."""
        return Work(self.name, self.title, tuple(part.scaled(scale) for part in self.parts))

    @property
    def file_count(self) -> int:
        """Files in all."""
        return sum(part.count for part in self.parts)

    @property
    def byte_total(self) -> int:
        """Bytes in all."""
        return sum(part.count * part.size for part in self.parts)


WORKS = (
    Work("W1", "one file of 2 GiB", (Part(1, 2048 * MIB),)),
    Work("W2", "10,000 files of 16 KiB in 100 directories", (Part(10_000, 16 * KIB, 100),)),
    Work("W3", "500 files of 4 MiB", (Part(500, 4 * MIB, 10),)),
    Work("W4", "3 files of 512 MiB and 2,000 of 64 KiB", (Part(3, 512 * MIB), Part(2000, 64 * KIB, 20))),
)


def generate(work: Work, folder: Path) -> dict[str, str]:
    """Write the tree below `folder`, which is made; each file's SHA-256 by its path relative to it."""
    seed = os.urandom(16)
    written: dict[str, str] = {}
    for number, part in enumerate(work.parts):
        for index in range(part.count):
            path = f"part{number}/d{index * part.folders // part.count:03d}/file_{index:05d}.dat"
            target = folder / path
            if not target.parent.exists():
                target.parent.mkdir(parents=True)
            written[path] = _write(target, part.size, seed, f"{number}/{index}")
    return written


def _write(target: Path, size: int, seed: bytes, name: str) -> str:
    digest = hashlib.sha256()
    with target.open("wb") as file:
        for block in _blocks(size, seed, name):
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def _blocks(size: int, seed: bytes, name: str) -> Iterator[bytes]:
    """Bytes that are in no other block of any file: nothing can be saved by compressing or sharing them."""
    for start in range(0, size, _BLOCK):
        yield hashlib.shake_128(seed + f"{name}/{start}".encode()).digest(min(_BLOCK, size - start))


def hash_all(folder: Path, paths: Iterable[str]) -> dict[str, str]:
    """SHA-256 of these files below `folder`, on all cores."""
    names = list(paths)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(names, pool.map(lambda name: _hash(folder / name), names), strict=True))


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_below(folder: Path) -> list[Path]:
    """Every file, in the order of the walk."""
    return [Path(where, name) for where, _, names in os.walk(folder) for name in names]


def warm(folder: Path) -> None:
    """Have every byte in memory."""
    for path in files_below(folder):
        with path.open("rb", buffering=0) as file:
            while file.read(_BLOCK):
                pass


def cool(folder: Path) -> None:
    """Have no byte in memory, as after a restart; where we may say so (as root) names, inodes and all else goes too.

    Else whoever comes later finds memory full of the copies of those before, and has to wait until it is free.
    """
    os.sync()
    for path in files_below(folder):
        forget(path)
    with suppress(OSError):  # not root, or in a container
        Path("/proc/sys/vm/drop_caches").write_text("3\n")


def forget(path: Path) -> None:
    """One file out of memory."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(fd)


def in_memory(folder: Path) -> float | None:
    """The part of the tree's bytes that is in memory, 0 to 1; None where the kernel does not tell."""
    pages = size = 0
    for path in files_below(folder):
        with path.open("rb") as file:
            found = cached_pages(file.fileno())
            if found is None:
                return None
            pages += found
            size += os.fstat(file.fileno()).st_size
    return min(1.0, pages * os.sysconf("SC_PAGE_SIZE") / size) if size else 0.0
