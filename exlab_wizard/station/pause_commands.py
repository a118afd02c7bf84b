"""Owns the verbs of a leading station by which people pause, resume and retry."""

from __future__ import annotations

from exlab_wizard.api.models import PauseResponse, PausesResponse, RetryResponse
from exlab_wizard.observer.observer import Observer
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.states import utc_now
from exlab_wizard.station import pausing
from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import Run


class PauseCommands:
    """A part of `Commands`; each takes plain JSON values and gives a wire model, and raises `StagingError`."""

    _core: Core
    _observer: Observer

    def _found(self, path: RunPath) -> Run:
        raise NotImplementedError

    def pause(self, run: str, by: str) -> PauseResponse:
        """Hold one run until it is resumed, over restarts too."""
        path = RunPath.parse(run)
        with self._core.lock:
            hold = pausing.pause_run(self._core, self._found(path), by)
            self._core.rows.flush()
        return PauseResponse(run_path=str(path), paused=True, by=hold.by, at=hold.at)

    def resume(self, run: str, by: str) -> PauseResponse:
        """Let one run go on from where it was stopped."""
        path = RunPath.parse(run)
        with self._core.lock:
            if not pausing.resume_gone(self._core, path, by):
                pausing.resume_run(self._core, self._found(path), by)
            self._core.rows.flush()
        return PauseResponse(run_path=str(path), paused=False, by=by, at=utc_now())

    def pause_wide(self, by: str, equipment_id: str | None = None) -> PausesResponse:
        """Hold one instrument's runs, or everything."""
        with self._core.lock:
            pausing.pause_wide(self._core, equipment_id, by)
            self._core.rows.flush()
            return PausesResponse(paused=self._core.pauses.model())

    def resume_wide(self, by: str, equipment_id: str | None = None) -> PausesResponse:
        """End the pause of one instrument, or of everything; what was paused by itself stays paused."""
        with self._core.lock:
            pausing.resume_wide(self._core, equipment_id, by)
            self._core.rows.flush()
            return PausesResponse(paused=self._core.pauses.model())

    def retry(self, run: str, by: str) -> RetryResponse:
        """Have a failed or waiting job go now."""
        path = RunPath.parse(run)
        self._observer.look_now(path)
        with self._core.lock:
            job = pausing.retry(self._core, self._found(path), by)
            self._core.rows.flush()
        return RetryResponse.model_validate({"run_path": str(path), "job_id": job.id, "kind": job.kind})
