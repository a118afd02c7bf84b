"""Owns a task's progress: counted from any thread, told at most four times a second, slowed down where a test asks."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from exlab_wizard.sync.tasks import Progress

PACE_VARIABLE = "EXLAB_WIZARD_PACE_MIB_S"  # for tests: copy and verify together at most this fast
_TELL_SECONDS = 0.25
_NAP_SECONDS = 0.1

Report = Callable[[Progress], None]
Check = Callable[[], None]


def pace_from_environment() -> float | None:
    """Bytes a second from `EXLAB_WIZARD_PACE_MIB_S`; None (no limit) when unset or not a positive number."""
    try:
        rate = float(os.environ.get(PACE_VARIABLE, "")) * 2**20
    except ValueError:
        return None
    return rate if rate > 0 else None


class Pacer:
    """Keeps the bytes of all threads together below a rate (bytes a second; None: never waits)."""

    def __init__(self, rate: float | None) -> None:
        self._rate = rate
        self._lock = threading.Lock()
        self._free_at = 0.0

    def take(self, size: int, check: Check) -> None:
        """Wait for `size` bytes' turn; `check` is called while waiting and may raise."""
        if self._rate is None:
            return
        with self._lock:
            self._free_at = max(time.monotonic(), self._free_at) + size / self._rate
            turn = self._free_at
        while (left := turn - time.monotonic()) > 0:
            check()
            time.sleep(min(left, _NAP_SECONDS))


class Meter:
    """One task's progress. `check` (may raise) runs at every chunk, so that a stop is heeded inside a big file."""

    def __init__(self, report: Report, check: Check, rate: float | None = None) -> None:
        self._report = report
        self._check = check
        self._pacer = Pacer(rate)
        self._lock = threading.Lock()
        self._now = Progress()
        self._told_at = 0.0

    def start(self, phase: str, files_total: int, bytes_total: int) -> None:
        """Begin a phase, told at once."""
        with self._lock:
            self._now = Progress(phase, 0, files_total, 0, bytes_total, self._now.bytes_published)
            self._tell()

    def pace(self, size: int) -> None:
        """`size` bytes are about to be handled: check, and wait for their turn."""
        self._check()
        self._pacer.take(size, self._check)

    def chunk(self, size: int) -> None:
        """As `pace`, and count them."""
        self.pace(size)
        self.add(0, size)

    def add(self, files: int, size: int, published: int = 0) -> None:
        """Count files and bytes (negative to take back what has to be done again), and bytes that got their name."""
        with self._lock:
            self._now.files_done += files
            self._now.bytes_done += size
            self._now.bytes_published += published
            if time.monotonic() - self._told_at >= _TELL_SECONDS:
                self._tell()

    @property
    def counted(self) -> tuple[int, int]:
        """Files and bytes counted in this phase."""
        with self._lock:
            return self._now.files_done, self._now.bytes_done

    def _tell(self) -> None:
        self._told_at = time.monotonic()
        self._report(replace(self._now))
