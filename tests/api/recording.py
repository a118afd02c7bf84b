"""Owns a station that notes what handlers ask of it and can hold its answer back: for tests of the HTTP edge alone."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

from exlab_wizard.api import activity_models, bulk_models, models
from exlab_wizard.api.wire import to_json
from exlab_wizard.errors import StagingError
from exlab_wizard.runs.paths import RunPath

WHEN = datetime(2026, 4, 17, 14, 35, tzinfo=UTC)
RUN = "CONFOCAL_01/PROJ-0042/Runs/Run_2026-04-17T14-32"


def row(path: str = RUN) -> models.StagedRunRow:
    return models.StagedRunRow(
        path=path,
        current_state="staging",
        equipment_id="CONFOCAL_01",
        project_name="PROJ-0042",
        run_kind="experimental",
        file_count=3,
        byte_total=4096,
        elapsed_seconds_since_last_activity=1.5,
        last_activity_at=WHEN,
    )


def target() -> models.TargetStatus:
    return models.TargetStatus(nas_root="/nas", state="ok", why="")


LEADER = models.LeaderStatus(leads=True, host="labpc", pid=1)
WATCHER = models.WatcherStatus(mode="events", detail="", rescan_seconds=60)


class RecordingStation:
    """Answers every call with the smallest valid answer; `calls` are `(name, *arguments)`.

    `hold` (an Event) keeps the call of that name waiting until it is set; `fail` is raised instead of an answer.
    """

    def __init__(self, root: str = "/srv/staging") -> None:
        self.root = root
        self.calls: list[tuple[Any, ...]] = []
        self.threads: set[str] = set()
        self.revision = 1
        self.unavailable: StagingError | None = None
        self.rows = [row()]
        self.hold: dict[str, threading.Event] = {}
        self.entered = threading.Semaphore(0)
        self.fail: Exception | None = None
        self.active_jobs = 0
        self.last_activity: datetime | None = None
        self.stopped = threading.Event()
        self.on_stop = lambda: None
        self.callbacks: list[Any] = []

    def _note(self, name: str, *arguments: Any) -> None:
        self.calls.append((name, *arguments))
        self.threads.add(threading.current_thread().name)
        self.entered.release()
        if name in self.hold:
            assert self.hold[name].wait(20), f"{name} was never let go"
        if self.fail is not None:
            raise self.fail

    def start(self) -> None:
        self._note("start")

    def stop(self, timeout: float = 3.0) -> None:
        self.on_stop()
        self.stopped.set()

    def on_change(self, callback: Any) -> None:
        self.callbacks.append(callback)

    def parse_run(self, text: str) -> RunPath:
        return RunPath.parse(text, self.root)

    def listing(self) -> models.StagingListResponse:
        self._note("listing")
        return models.StagingListResponse(runs=self.rows)

    def overview(self, since: int | None = None) -> models.Overview:
        self._note("overview", since)
        return models.Overview(
            revision=self.revision,
            since=since,
            label="Test",
            staging_root=self.root,
            runs=[],
            watcher=WATCHER,
            leader=LEADER,
            targets=[target()],
            unrecognised=[],
            at=WHEN,
        )

    def listing_json(self) -> list[bytes]:
        return [to_json(self.listing())]

    def overview_json(self, since: int | None = None) -> list[bytes]:
        return [to_json(self.overview(since))]

    def health(self) -> models.Health:
        self._note("health")
        return models.Health(
            ok=True, version="0", checks=[], leader=LEADER, watcher=WATCHER, targets=[], unrecognised=[]
        )

    def activity(self) -> activity_models.ActivityResponse:
        self._note("activity")
        return activity_models.ActivityResponse(at=WHEN, points=[])

    def detail(self, run: RunPath) -> models.RunDetail:
        self._note("detail", str(run))
        shown = models.OverviewRow(
            **row(str(run)).model_dump(),
            display_state=models.DisplayState.RECEIVING,
            why="A file arrived 2 s ago.",
            next_step="It syncs when the instrument is done.",
            revision=1,
        )
        return models.RunDetail(
            row=shown,
            history=[],
            job=None,
            findings=[],
            overrides=[],
            receipt=None,
            manifest_digest=None,
            verify_passes=0,
            log_path="",
            nas_path=None,
        )

    def log(self, run: RunPath, lines: int = 500) -> models.LogResponse:
        self._note("log", str(run), lines)
        return models.LogResponse(run_path=str(run), log_path="", lines=[])

    def checksums(self, run: RunPath, offset: int = 0, limit: int = 500) -> models.ChecksumsResponse:
        self._note("checksums", str(run), offset, limit)
        return models.ChecksumsResponse(
            run_path=str(run),
            manifest_digest="0" * 64,
            checksums_path=None,
            file_total=0,
            byte_total=0,
            offset=offset,
            files=[],
        )

    def overrides(self, run: RunPath) -> models.OverridesResponse:
        self._note("overrides", str(run))
        return models.OverridesResponse(run_path=str(run), overrides=[])

    def force_sync(self, run: RunPath, by: str, even_if_incomplete: bool = False) -> models.ForceSyncResponse:
        self._note("force_sync", str(run), by, even_if_incomplete)
        return models.ForceSyncResponse(run_path=str(run), state="queued", job_id="7")

    def clear(self, run: RunPath, by: str) -> models.ClearResponse:
        self._note("clear", str(run), by)
        return models.ClearResponse(run_path=str(run), files_freed=3, bytes_freed=4096)

    def clear_verified(self, by: str, request: bulk_models.BulkClearRequest) -> bulk_models.BulkClearResponse:
        self._note("clear_verified", by, request)
        return bulk_models.BulkClearResponse(
            dry_run=request.dry_run, runs=[], runs_freed=0, files_freed=0, bytes_freed=0
        )

    def restore(self, run: RunPath, by: str) -> models.RestoreResponse:
        self._note("restore", str(run), by)
        return models.RestoreResponse(run_path=str(run), state="queued", job_id="8")

    def verify(self, run: RunPath, by: str) -> models.VerifyResponse:
        self._note("verify", str(run), by)
        return models.VerifyResponse(run_path=str(run), state="queued", job_id="job-2")

    def pause(self, run: RunPath, by: str) -> models.PauseResponse:
        self._note("pause", str(run), by)
        return models.PauseResponse(run_path=str(run), paused=True, by=by, at=WHEN)

    def resume(self, run: RunPath, by: str) -> models.PauseResponse:
        self._note("resume", str(run), by)
        return models.PauseResponse(run_path=str(run), paused=False, by=by, at=WHEN)

    def pause_wide(self, by: str, equipment_id: str | None = None) -> models.PausesResponse:
        self._note("pause_wide", by, equipment_id)
        return models.PausesResponse(paused=models.Pauses())

    def resume_wide(self, by: str, equipment_id: str | None = None) -> models.PausesResponse:
        self._note("resume_wide", by, equipment_id)
        return models.PausesResponse(paused=models.Pauses())

    def retry(self, run: RunPath, by: str) -> models.RetryResponse:
        self._note("retry", str(run), by)
        return models.RetryResponse(run_path=str(run), job_id="9", kind="sync")

    def add_override(self, run: RunPath, by: str, request: models.OverrideRequest) -> models.OverridesResponse:
        self._note("add_override", str(run), by, request)
        return models.OverridesResponse(run_path=str(run), overrides=[])

    def revoke_override(self, run: RunPath, by: str, override_id: str, reason: str) -> models.OverridesResponse:
        self._note("revoke_override", str(run), by, override_id, reason)
        return models.OverridesResponse(run_path=str(run), overrides=[])

    def acknowledge(self, run: RunPath, by: str) -> models.AcknowledgeResponse:
        self._note("acknowledge", str(run), by)
        return models.AcknowledgeResponse(run_path=str(run), acknowledged=True)

    def accept_nas(self, by: str, request: models.AcceptNasRequest) -> models.AcceptNasResponse:
        self._note("accept_nas", by, request)
        return models.AcceptNasResponse(target=target())
