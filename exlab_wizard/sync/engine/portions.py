"""Owns cutting a list of files into what is worked on together, and that into what one thread takes at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TypeVar

from exlab_wizard.sync.engine.stream import BIG_FILE

LOAD_BYTES = 64 << 20
_BIG_FILES = min(4, len(os.sched_getaffinity(0)))  # each is hashed by one core: one by one they leave the rest idle
_BIG_BYTES = 1 << 30  # what a sync that ends before they are whole has copied in vain
_BYTES = 8 << 20
_WAITING_FILES = 4  # where every file is waited for, on a network, many are under way at once

File = TypeVar("File")


class Load:
    """The bytes of files that will be worked on together; on a `local` disk more of them where files are big."""

    def __init__(self, local: bool) -> None:
        self._local = local
        self._bytes = self._big = self._big_bytes = 0

    def takes(self, size: int) -> bool:
        """Whether a file of this size should come to those there are: a very big one waits for no others."""
        return not self._big or size < BIG_FILE or self._big_bytes + size <= _BIG_BYTES

    def add(self, size: int) -> None:
        """One more file."""
        if not self._local or size < BIG_FILE:
            self._bytes += size
        else:
            self._big += 1
            self._big_bytes += size

    @property
    def heavy(self) -> bool:
        """Whether finishing them takes long enough to do something beside it."""
        return self.full or self._big > 0

    @property
    def full(self) -> bool:
        """Whether it is enough."""
        return self._bytes >= LOAD_BYTES or self._big >= _BIG_FILES or self._big_bytes >= _BIG_BYTES


def portions(files: Sequence[File], size_of: Callable[[File], int], local: bool) -> list[Sequence[File]]:
    """Parts of some 8 MiB, in order.

    On a `local` disk small files go to one thread together: Python's threads are in each other's way there (handing a
    small file over, and every system call of a second thread, costs more than the file itself).
    """
    parts: list[Sequence[File]] = []
    start, size = 0, 0
    for number, file in enumerate(files, 1):
        size += size_of(file)
        if size >= _BYTES or (not local and number - start >= _WAITING_FILES):
            parts.append(files[start:number])
            start, size = number, 0
    return [*parts, files[start:]] if start < len(files) else parts
