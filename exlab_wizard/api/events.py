"""Owns telling the server's event bus that something changed: from any thread, at most four times a second."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import as_file, files

from jupyter_events import EventLogger

CHANGED = "https://schema.exlab-wizard.org/staging/changed/v1"
INTERVAL_SECONDS = 0.25


def register(events: EventLogger | None) -> None:
    """Make the schema of `CHANGED` known to the server's event logger, if it has one; twice is once."""
    if events is None or CHANGED in events.schemas:
        return
    with as_file(files("exlab_wizard.api").joinpath("staging_changed.yaml")) as schema:
        events.register_event_schema(schema)


class ChangeEmitter:
    """Emits the newest revision. Several within `INTERVAL_SECONDS` become one; the last is never lost."""

    def __init__(
        self,
        events: EventLogger | None,
        loop: asyncio.AbstractEventLoop,
        log: logging.Logger,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._events = events
        self._loop = loop
        self._log = log
        self._now = now
        self._revision = 0
        self._waking = False
        self._next = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def changed(self, revision: int) -> None:
        """Callable from any thread; returns at once, and does nothing once the loop is closed."""
        self._revision = revision
        if self._waking:
            return
        self._waking = True
        try:
            self._loop.call_soon_threadsafe(self._wake)
        except RuntimeError:
            self._log.debug("the event loop is closed: revision %d is not announced", revision)

    def _wake(self) -> None:
        self._waking = False  # before the revision is read: a change after this wakes the loop again
        if self._timer is None:
            self._timer = self._loop.call_at(max(self._next, self._loop.time()), self._emit)

    def _emit(self) -> None:
        self._timer = None
        self._next = self._loop.time() + INTERVAL_SECONDS
        if self._events is None:
            return
        data = {"revision": self._revision, "at": self._now().isoformat()}
        try:
            self._events.emit(schema_id=CHANGED, data=data)
        except Exception:  # noqa: BLE001 - a listener of somebody else's must not end our announcements
            self._log.exception("announcing a change failed")
