"""Owns cutting a list of files into what one thread takes at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

_BYTES = 8 << 20
_WAITING_FILES = 4  # where every file is waited for, on a network, many are under way at once

File = TypeVar("File")


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
