"""Owns how handlers reach the station, which may come later, or never: who answers, and on which threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from exlab_wizard.api.activity_models import ActivityResponse
from exlab_wizard.api.bulk_models import BulkClearRequest, BulkClearResponse
from exlab_wizard.api.models import (
    AcceptNasRequest,
    AcceptNasResponse,
    AcknowledgeResponse,
    ChecksumsResponse,
    ClearResponse,
    ForceSyncResponse,
    Health,
    LogResponse,
    OverrideRequest,
    OverridesResponse,
    PauseResponse,
    PausesResponse,
    RestoreResponse,
    RetryResponse,
    RunDetail,
    VerifyResponse,
)
from exlab_wizard.api.threads import Lane
from exlab_wizard.errors import Code, StagingError
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.threads import DaemonThreads

T = TypeVar("T")
THREADS_PER_LANE = 4
PATIENCE_SECONDS = 5.0
READING_SECONDS = 30.0
_READS = (Lane.INDEX, Lane.FILES)
_INIT = "`exlab-wizard init` asks three questions and writes one that works"
_RESTART = "Then restart the Jupyter server."


class StationPort(Protocol):
    """What the handlers ask of a station. Every method may block and raises `StagingError` only."""

    @property
    def revision(self) -> int:
        """Read without a lock: safe on the event loop."""

    @property
    def unavailable(self) -> StagingError | None:
        """Why reads are refused now, or None; as safe to read."""

    def listing_json(self) -> Sequence[bytes]:
        """The body of `GET /staging`, a `StagingListResponse`: ready, and in parts, as it may be megabytes."""

    def overview_json(self, since: int | None = None) -> Sequence[bytes]:
        """The body of `GET /staging/overview`, an `Overview`; likewise."""

    def health(self) -> Health: ...  # noqa: D102
    def activity(self) -> ActivityResponse: ...  # noqa: D102
    def parse_run(self, text: str) -> RunPath: ...  # noqa: D102
    def detail(self, run: RunPath) -> RunDetail: ...  # noqa: D102
    def log(self, run: RunPath, lines: int = 500) -> LogResponse: ...  # noqa: D102
    def checksums(self, run: RunPath, offset: int = 0, limit: int = 500) -> ChecksumsResponse: ...  # noqa: D102
    def overrides(self, run: RunPath) -> OverridesResponse: ...  # noqa: D102
    def force_sync(self, run: RunPath, by: str, even_if_incomplete: bool = False) -> ForceSyncResponse: ...  # noqa: D102
    def clear(self, run: RunPath, by: str) -> ClearResponse: ...  # noqa: D102
    def clear_verified(self, by: str, request: BulkClearRequest) -> BulkClearResponse: ...  # noqa: D102
    def restore(self, run: RunPath, by: str) -> RestoreResponse: ...  # noqa: D102
    def verify(self, run: RunPath, by: str) -> VerifyResponse: ...  # noqa: D102
    def add_override(self, run: RunPath, by: str, request: OverrideRequest) -> OverridesResponse: ...  # noqa: D102
    def revoke_override(self, run: RunPath, by: str, override_id: str, reason: str) -> OverridesResponse: ...  # noqa: D102
    def pause(self, run: RunPath, by: str) -> PauseResponse: ...  # noqa: D102
    def resume(self, run: RunPath, by: str) -> PauseResponse: ...  # noqa: D102
    def pause_wide(self, by: str, equipment_id: str | None = None) -> PausesResponse: ...  # noqa: D102
    def resume_wide(self, by: str, equipment_id: str | None = None) -> PausesResponse: ...  # noqa: D102
    def retry(self, run: RunPath, by: str) -> RetryResponse: ...  # noqa: D102
    def acknowledge(self, run: RunPath, by: str) -> AcknowledgeResponse: ...  # noqa: D102
    def accept_nas(self, by: str, request: AcceptNasRequest) -> AcceptNasResponse: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Why there is no station to ask: what every call is answered instead."""

    code: Code
    message: str
    details: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def error(self) -> StagingError:
        """A fresh exception each time: one shared by threads would collect their tracebacks."""
        return StagingError(self.code, self.message, **self.details)

    @classmethod
    def because(cls, error: StagingError) -> Unavailable:
        """The station cannot be built, for the reason `error` gives."""
        details, message = dict(error.details), error.message
        if error.code is Code.CONFIG_INVALID:  # the file is read once: mending it is not enough
            message = f"{message} {_RESTART}"
            details |= {"remedy": f"{remedy} {_RESTART}"} if (remedy := details.get("remedy")) else {}
        return cls(error.code, message, details)


NO_CONFIG = Unavailable(
    Code.ORCHESTRATOR_DISABLED,
    f"ExLab-Wizard is installed but has no configuration: {_INIT}; then restart this Jupyter server.",
)
SWITCHED_OFF = Unavailable(
    Code.ORCHESTRATOR_DISABLED,
    "Staging is switched off here: set orchestrator.enabled: true in the ExLab-Wizard configuration "
    f"({_INIT}), then restart this Jupyter server.",
)
STARTING = Unavailable(
    Code.STATION_STARTING, "The station is starting. Ask again in a few seconds.", {"retry_after": 2}
)
HANGING = Unavailable(
    Code.STAGING_UNAVAILABLE,
    f"The station did not answer within {READING_SECONDS:.0f} s. Its disk, or a mount below the staging directory, may "
    "hang: `exlab-wizard doctor` checks them.",
)
STOPPING = Unavailable(
    Code.STATION_STARTING, "This Jupyter server is shutting down. Syncing goes on when it is started again."
)


class Access:
    """The one place handlers get the station from. Thread-safe."""

    def __init__(self, answerer: StationPort | Unavailable) -> None:
        self._answerer = answerer
        self._decided = threading.Event()
        self._decided.set()
        self._lanes = {lane: DaemonThreads(lane, THREADS_PER_LANE) for lane in Lane}

    def expect(self) -> None:
        """A station may be here in a moment: calls wait for `decide`, at most `PATIENCE_SECONDS`."""
        self._answerer = STARTING
        self._decided.clear()

    def decide(self, answerer: StationPort | Unavailable) -> None:
        """From now on `answerer` answers."""
        self._answerer = answerer
        self._decided.set()

    def station(self) -> StationPort:
        """The station; raises the `StagingError` that says why there is none. Never blocks."""
        answerer = self._answerer
        if isinstance(answerer, Unavailable):
            raise answerer.error()
        return answerer

    async def call(self, lane: Lane, use: Callable[[StationPort], T]) -> T:
        """`use(station)` on a thread of `lane`. Once accepted it runs to its end, whatever becomes of the caller.

        Only reading is given up, after `READING_SECONDS`: what a change came to must never be guessed.
        """
        answer = asyncio.wrap_future(self._lanes[lane].submit(lambda: use(self._awaited())))
        try:
            async with asyncio.timeout(READING_SECONDS if lane in _READS else None):
                return await asyncio.shield(answer)
        except TimeoutError:
            raise HANGING.error() from None

    def close(self) -> None:
        """Let the threads end; waits for none."""
        for lane in self._lanes.values():
            lane.close()

    def _awaited(self) -> StationPort:
        self._decided.wait(PATIENCE_SECONDS)
        return self.station()
