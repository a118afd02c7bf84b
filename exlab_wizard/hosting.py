"""Owns a station's life inside a server: one daemon thread configures, builds, starts, watches over and stops it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Protocol

from exlab_wizard.api.access import NO_CONFIG, STARTING, STOPPING, SWITCHED_OFF, Access, StationPort, Unavailable
from exlab_wizard.config import Config
from exlab_wizard.errors import Code, StagingError

HEARTBEAT_SECONDS = 5.0
STOP_SECONDS = 3.0
_STATION_STOP_SECONDS = 2.5  # leaves the thread time to end within STOP_SECONDS


class HostedStation(StationPort, Protocol):
    """What a host asks of a station, beside what handlers ask."""

    @property
    def active_jobs(self) -> int:
        """Jobs queued or running."""

    @property
    def last_activity(self) -> datetime | None:
        """UTC; when a run last changed or moved."""

    def start(self) -> None: ...  # noqa: D102
    def stop(self, timeout: float = STOP_SECONDS) -> None: ...  # noqa: D102
    def on_change(self, callback: Callable[[int], None]) -> None: ...  # noqa: D102


Load = Callable[[], Config | None]
Build = Callable[[Config, logging.Logger], HostedStation]


class StationHost:
    """`load` reads the configuration (None: there is none), `build` makes the station; both may block or fail.

    `on_activity` gets the time of the last activity, every `HEARTBEAT_SECONDS`, from the host's thread.
    """

    def __init__(
        self, load: Load, build: Build, access: Access, log: logging.Logger, on_activity: Callable[[datetime], None]
    ) -> None:
        self._load = load
        self._build = build
        self._access = access
        self._log = log
        self._on_activity = on_activity
        self._on_change: Callable[[int], None] = lambda revision: None
        self._go = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._live, name="exlab-wizard-host", daemon=True)
        self.ended: Future[None] = Future()
        self.active_jobs = 0

    def prepare(self) -> None:
        """Read the configuration in the background; until that is decided, calls wait a little."""
        self._access.expect()
        self._thread.start()

    def start(self, on_change: Callable[[int], None]) -> None:
        """Let the station run. `on_change` gets new revisions, from a thread of the station."""
        self._on_change = on_change
        if not self.ended.done():
            self._go.set()

    def stop(self) -> None:
        """Ask everything to end; returns at once. `ended` says when it has."""
        self._stop.set()
        self._go.set()
        self._access.close()
        if not self._thread.ident and not self.ended.done():
            self.ended.set_result(None)

    def _live(self) -> None:
        try:
            config = self._configured()
            if config is not None and self._is_wanted():
                self._serve(config)
        except Exception as error:  # noqa: BLE001 - the notebook server goes on, and says why staging does not
            self._fail(error)
        finally:
            self.ended.set_result(None)

    def _configured(self) -> Config | None:
        """The configuration of a station to run, or None with `access` saying why there is none."""
        config = self._load()
        if config is None or not config.orchestrator.enabled:
            why = NO_CONFIG if config is None else SWITCHED_OFF
            self._log.info("exlab_wizard | %s", why.message)
            self._access.decide(why)
            return None
        return config

    def _is_wanted(self) -> bool:
        """Wait for `start`; whoever asks before is told that the station is starting."""
        if not self._go.is_set():
            self._access.decide(STARTING)
        self._go.wait()
        self._access.expect()
        return not self._stop.is_set()

    def _serve(self, config: Config) -> None:
        station = self._build(config, self._log)
        try:
            station.on_change(self._on_change)
            station.start()
            self._access.decide(station)
            self._watch_over(station)
        finally:
            self._access.decide(STOPPING)
            station.stop(_STATION_STOP_SECONDS)

    def _watch_over(self, station: HostedStation) -> None:
        while not self._stop.wait(HEARTBEAT_SECONDS):
            try:
                self._beat(station)
            except StagingError as error:
                self._log.warning("exlab_wizard | cannot tell how active the station is: %s", error)

    def _beat(self, station: HostedStation) -> None:
        self.active_jobs = station.active_jobs
        seen = datetime.now(UTC) if self.active_jobs else station.last_activity
        if seen is not None:
            self._on_activity(seen)

    def _fail(self, error: Exception) -> None:
        if isinstance(error, StagingError):
            self._log.error("exlab_wizard | %s", error.message)
            self._access.decide(Unavailable.because(error))
            return
        self._log.error("exlab_wizard | the station could not be started", exc_info=error)
        message = "The station could not be started. The server's log says why; `exlab-wizard doctor` looks for causes."
        self._access.decide(Unavailable(Code.STAGING_UNAVAILABLE, message))
