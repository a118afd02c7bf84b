"""Owns the attacker: a process that swaps two names, back and forth as fast as it can, until it is told to stop."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_EXCHANGE = 2
_AT_FDCWD = -100


class Flipper:
    """Its process; `flips` is known once it has ended."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.flips = 0

    def stop(self) -> int:
        """End it; how often it swapped."""
        self.flips = int(self._process.communicate("stop")[0])
        return self.flips


@contextmanager
def flipping(one: Path, other: Path) -> Iterator[Flipper]:
    """Swap `one` and `other` all the while; they need not exist yet."""
    process = subprocess.Popen(
        [sys.executable, __file__, str(one), str(other)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    flipper = Flipper(process)
    try:
        yield flipper
    finally:
        if process.poll() is None:
            flipper.stop()


def _main(one: bytes, other: bytes) -> None:
    call = ctypes.CDLL(None).renameat2
    os.set_blocking(0, False)
    flips = tries = 0
    while True:
        flips += call(_AT_FDCWD, one, _AT_FDCWD, other, _EXCHANGE) == 0
        tries += 1
        if tries % 64 == 0 and _told_to_stop():
            break
    print(flips)


def _told_to_stop() -> bool:
    try:
        return os.read(0, 16) is not None
    except BlockingIOError:
        return False


if __name__ == "__main__":
    _main(os.fsencode(sys.argv[1]), os.fsencode(sys.argv[2]))
