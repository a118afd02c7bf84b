"""Owns when each run is looked at next: the earliest wish counts, and one busy run is not looked at without pause."""

from __future__ import annotations

import heapq
import threading
import time

_SAME_SECONDS = 0.001  # a rescan wishes for the same moment again and again: no entry each time


class Agenda:
    """Run paths by due time (monotonic seconds). Thread-safe; `take` waits."""

    def __init__(self) -> None:
        self._due: dict[str, float] = {}
        self._floor: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []
        self._changed = threading.Condition()
        self._closed = False

    def touch(self, key: str, delay_seconds: float = 0.0) -> None:
        """Look at `key` in `delay_seconds` at the latest (not before its pause is over)."""
        with self._changed:
            due = max(time.monotonic() + delay_seconds, self._floor.get(key, 0.0))
            if due < self._due.get(key, float("inf")) - _SAME_SECONDS:
                self._due[key] = due
                heapq.heappush(self._heap, (due, key))
                self._changed.notify()

    def pause(self, key: str, seconds: float) -> None:
        """Do not look at `key` again within `seconds`; a look already wished for waits as long."""
        with self._changed:
            floor = self._floor[key] = time.monotonic() + seconds
            if self._due.get(key, floor) < floor:
                self._due[key] = floor
                heapq.heappush(self._heap, (floor, key))

    def take(self, timeout: float) -> str | None:
        """The next due run path, or None after `timeout` seconds or once closed."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while not self._closed:
                now = time.monotonic()
                self._drop_stale()
                if self._heap and self._heap[0][0] <= now:
                    _, key = heapq.heappop(self._heap)
                    del self._due[key]
                    return key
                until = min(deadline, self._heap[0][0]) if self._heap else deadline
                if now >= deadline:
                    return None
                self._changed.wait(until - now)
        return None

    def forget(self, key: str) -> None:
        """No longer look at `key`."""
        with self._changed:
            self._due.pop(key, None)
            self._floor.pop(key, None)

    def close(self) -> None:
        """Wake and end every waiter."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _drop_stale(self) -> None:
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
