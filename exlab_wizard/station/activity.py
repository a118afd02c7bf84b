"""Owns the record of the last day: counted in memory, and one small file written every five minutes."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

from exlab_wizard.fsys import Dir
from exlab_wizard.station.activity_points import Point, Points, bucket_of, from_text, to_text, with_point

ACTIVITY_NAME = "activity.json"
_SIZE_LIMIT = 1 << 20


class ActivityRecord:
    """Thread-safe. Nothing depends on it: where it cannot be read it starts anew, where it cannot be written it waits.

    `points` is replaced and never changed.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._synced = 0  # bytes not in a point yet
        self._written = 0  # the bucket in which the file was written last
        self.points: Points = {}

    def load(self, state: Dir) -> None:
        """Take up what an earlier server wrote."""
        self.points = read_points(state)

    def synced(self, byte_count: int) -> None:
        """So many bytes got their names on a NAS."""
        with self._lock:
            self._synced += byte_count

    def note(self, state: Dir, now: float, bytes_staged: int, disk: dict[str, Any] | None) -> None:
        """How things are at `now` (seconds since 1970); a new bucket is written down."""
        space = disk or {}
        at = bucket_of(now)
        with self._lock:
            point = Point(self._synced, bytes_staged, space.get("free"), space.get("total"))
            self.points, self._synced = with_point(self.points, at, point), 0
        if at != self._written:
            self._written = at
            self.save(state)

    def save(self, state: Dir) -> None:
        """Write the file, as a whole; a disk that cannot take it now gets it with the next bucket."""
        with suppress(OSError):
            state.replace(ACTIVITY_NAME, to_text(self.points).encode())


def read_points(state: Dir) -> Points:
    """What was written last; empty when there is nothing, or nothing to be believed."""
    try:
        return from_text(state.read(ACTIVITY_NAME, _SIZE_LIMIT).decode())
    except (OSError, ValueError):
        return {}
