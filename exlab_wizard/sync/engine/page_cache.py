"""Owns how much of a file is in memory: asked of the kernel, and given back where that is worth a call."""

from __future__ import annotations

import ctypes
import mmap
import os
from functools import cache
from typing import Any

from exlab_wizard.fsys import drop_cached_pages

_WORTH_DROPPING = 256 << 10  # bytes; dropping a smaller file early costs more than the memory
_WINDOW = 64 << 20  # bytes looked at with one call
_CACHESTAT = 451  # the same number on every architecture Python runs on here
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TwoNumbers = ctypes.c_uint64 * 2
_FiveNumbers = ctypes.c_uint64 * 5


def cached_pages(fd: int, start: int = 0, size: int = 0) -> int | None:
    """How many pages of a file (or a part of it) are in memory; None where that is not told (before Linux 6.5)."""
    counts = _FiveNumbers()
    if _syscall()(_CACHESTAT, fd, _TwoNumbers(start, size), counts, 0) != 0:
        return None
    return counts[0]


def any_mapped_page(fd: int, size: int) -> bool:
    """Whether any page that a mapping of this file would show is in memory; also where that is not told.

    An overlay maps the file it reads from, while `cached_pages` asks about its own one, which never has any. It takes
    far longer, and is told only to the owner and to who may write.
    """
    try:
        return any(_resident(fd, at, min(_WINDOW, size - at)) for at in range(0, size, _WINDOW))
    except (OSError, ValueError):  # it cannot be mapped, or became shorter
        return True


def _resident(fd: int, start: int, size: int) -> bool:
    pages = ctypes.create_string_buffer(-(-size // _PAGE))
    # private and writable: the address of one that is only read is not given away; nothing is touched
    with mmap.mmap(fd, size, access=mmap.ACCESS_COPY, offset=start) as mapped:
        first = ctypes.c_char.from_buffer(mapped)
        failed = _mincore()(ctypes.byref(first), ctypes.c_size_t(size), pages)
        del first  # else it cannot be unmapped
    return failed != 0 or any(page & 1 for page in pages.raw)


def mostly_cached(fd: int, size: int) -> bool:
    """Whether at least half of a file of this size is in memory: somebody works with it, and it should stay."""
    pages = cached_pages(fd)
    return pages is not None and 2 * pages * _PAGE >= size


def give_back(fd: int, size: int) -> None:
    """Forget a big file that was written or read for the proof alone: the same memory then serves the next one."""
    if size >= _WORTH_DROPPING:
        drop_cached_pages(fd)


@cache
def _mincore() -> Any:
    return ctypes.CDLL(None).mincore


@cache
def _syscall() -> Any:
    return ctypes.CDLL(None).syscall
