"""Owns how fast a job goes: a moving rate, what is left, and when to stop guessing."""

from __future__ import annotations

from collections import deque

from exlab_wizard.api import models
from exlab_wizard.sync.tasks import Progress

WINDOW_SECONDS = 60.0
SILENT_SECONDS = 30.0


class Pace:
    """Samples of one job's bytes over the last minute (copy and verification counted as one way).

    `reading_only`: a job that only reads the NAS copy has half of that way.
    """

    def __init__(self, reading_only: bool = False) -> None:
        self._reading_only = reading_only
        self._samples: deque[tuple[float, int]] = deque()
        self.moved_at = 0.0

    def note(self, progress: Progress, tick: float) -> None:
        """Take one progress message at monotonic second `tick`."""
        way = self._way(progress)
        if not self._samples or way != self._samples[-1][1]:
            self.moved_at = tick
        self._samples.append((tick, way))
        while len(self._samples) > 2 and self._samples[0][0] < tick - WINDOW_SECONDS:
            self._samples.popleft()

    def rate(self) -> float | None:
        """Bytes a second over the window; None until two samples differ in time."""
        if len(self._samples) < 2:
            return None
        (start, first), (end, last) = self._samples[0], self._samples[-1]
        return max(0.0, (last - first) / (end - start)) if end > start else None

    def progress(self, message: Progress, tick: float) -> models.Progress:
        """The wire shape: below 100 % until verified, no estimate after half a minute without bytes."""
        silent = tick - self.moved_at if self.moved_at else 0.0
        whole = message.bytes_total if self._reading_only else 2 * message.bytes_total
        done = self._way(message)
        speed = self.rate() if silent < SILENT_SECONDS else None
        left = max(0, whole - done) / speed if speed else None
        return models.Progress(
            phase=_PHASES.get(message.phase, "copying"),
            files_done=message.files_done,
            files_total=message.files_total,
            bytes_done=message.bytes_done,
            bytes_total=message.bytes_total,
            fraction=min(0.999, round(done / whole, 4)) if whole else 0.0,
            bytes_per_second=round(speed, 1) if speed is not None else None,
            seconds_left=round(left, 1) if left is not None else None,
            seconds_since_bytes=round(silent, 1) if silent > 1 else None,
        )

    def _way(self, progress: Progress) -> int:
        """Bytes behind us on the way that goes over every byte twice."""
        before = progress.bytes_total if progress.phase == "verifying" and not self._reading_only else 0
        return before + progress.bytes_done


_PHASES: dict[str, models.PhaseName] = {
    "copying": "copying",
    "verifying": "verifying",
    "clearing": "clearing",
    "restoring": "restoring",
}
