"""Owns writing down runs that are seen for the first time: many in one commit, then each its ingest.json."""

from __future__ import annotations

import time
from collections import deque
from itertools import islice

from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import Run

_COMMIT_RUNS = 200
_AGAIN_SECONDS = 5.0


class Newcomers:
    """Runs known in memory only, and then to the database only. Callers hold the station's lock.

    Thousands at the first start would be a flush of the disk each, three times over, before anybody sees a listing. A
    run that a crash finds here is a new one at the next start, or has its ingest.json written then; whatever takes a
    step of its lifecycle before its turn comes is written down with that step.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._unsaved: deque[Run] = deque()
        self._unwritten: deque[Run] = deque()
        self._not_before = 0.0

    @property
    def waiting(self) -> bool:
        """Whether there is something to write down, and nothing went wrong a moment ago."""
        return bool(self._unsaved or self._unwritten) and time.monotonic() >= self._not_before

    def add(self, run: Run) -> None:
        """Write this run down soon."""
        self._unsaved.append(run)

    def write_some(self) -> None:
        """One commit of many runs, or one ingest.json. Raises sqlite3.Error, and then tries again after a while."""
        if self._unsaved:
            some = list(islice(self._unsaved, _COMMIT_RUNS))
            here = [run for run in some if self._core.registry.get(run.path) is run]
            self._not_before = time.monotonic() + _AGAIN_SECONDS
            self._core.registry.save_all(here)
            self._not_before = 0.0
            for _ in some:
                self._unsaved.popleft()
            self._unwritten.extend(here)
        elif self._unwritten:
            run = self._unwritten.popleft()
            # one that has taken a step of its lifecycle has its file already
            if self._core.registry.get(run.path) is run and len(run.durable.history) == 1:
                self._core.transitions.write_first_ingest(run)
