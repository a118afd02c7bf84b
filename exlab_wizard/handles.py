"""Owns how many files a process may have open, and the part of them that one use may take."""

from __future__ import annotations

import resource
from contextlib import suppress

WANTED = 4096  # trees of many folders, two batches of copies, a walk with two handles a level
_OTHERS = 96  # pipes, database, locks, libraries


def raise_limit() -> None:
    """Have at least as many as are wanted, where the system allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def eighth() -> int:
    """An eighth of the files that may be open at a time."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = WANTED if soft == resource.RLIM_INFINITY else min(WANTED, soft)
    return max(1, (most - _OTHERS) // 8)
