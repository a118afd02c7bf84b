"""Owns the Python client: `connect()` and what a script may ask of the staging service."""

from __future__ import annotations

import builtins
import os
import pathlib
from collections.abc import Callable, Iterable
from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from exlab_wizard.api.activity_models import ActivityResponse
from exlab_wizard.api.bulk_models import BulkClearRequest, BulkClearResponse
from exlab_wizard.api.models import (
    AcceptNasRequest,
    AcceptNasResponse,
    AcknowledgeResponse,
    ChecksumsResponse,
    ClearResponse,
    DisplayState,
    ForceSyncRequest,
    ForceSyncResponse,
    Health,
    LogResponse,
    OverrideRequest,
    OverridesResponse,
    Overview,
    OverviewRow,
    PauseResponse,
    PausesRequest,
    PausesResponse,
    RestoreResponse,
    RetryResponse,
    RevokeRequest,
    RunDetail,
    VerifyResponse,
)
from exlab_wizard.client import probing, reading, waiting
from exlab_wizard.client.connection import Connection
from exlab_wizard.client.naming import choose
from exlab_wizard.client.run_list import RunList
from exlab_wizard.errors import Code, StagingError

_Body = TypeVar("_Body", bound=BaseModel)
__all__ = ["DataNotHere", "StagingClient", "connect"]

Run = str | os.PathLike[str] | OverviewRow
"""A run path, its unique end (`Run_2026-04-17T14-32`), an absolute path inside staging, or a row of a list."""


def connect(url: str | None = None, token: str | None = None, timeout: float = 30.0) -> StagingClient:
    """The staging service: at `url`, else `$EXLAB_WIZARD_URL`, else under this kernel, else of a running server.

    `url` may be copied from the browser, token and all. `timeout` (seconds) bounds each answer, except that of
    `clear`, which lasts as long as deleting does. Raises `ConnectionProblem`, whose text says what to do.
    """
    return StagingClient(*probing.find(url, token, timeout))


class DataNotHere(FileNotFoundError):  # noqa: N818 - the data exist, elsewhere
    """This computer can read the run neither in staging nor on the NAS; `looked_at` says where it looked."""

    def __init__(self, run_path: str, looked_at: builtins.list[str]) -> None:
        self.code = "data_not_here"
        self.message = f"{run_path} cannot be read from this computer; looked at {' and '.join(looked_at)}."
        self.next_step = "Mount the NAS here, or run this on the station."
        self.looked_at = looked_at
        super().__init__(f"{self.message} {self.next_step}")

    def to_dict(self) -> dict[str, Any]:
        """The shape of every error in `--json`."""
        return {
            "code": self.code,
            "message": self.message,
            "next_step": self.next_step,
            "looked_at": self.looked_at,
        }


class StagingClient:
    """One conversation with the staging service; usable as a context manager.

    Every call raises `StagingError` when the service refuses (its `code` and `message` say why and what to do) and
    `ConnectionProblem` when there is no service to talk to.
    """

    def __init__(self, connection: Connection, found: str) -> None:
        self._connection = connection
        self.found = found
        self._staging_root = ""

    @property
    def url(self) -> str:
        """The base URL of the Jupyter server, with its closing slash."""
        return self._connection.address.url

    def close(self) -> None:
        """Close the connections; the client is of no use afterwards."""
        self._connection.close()

    def __enter__(self) -> StagingClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<StagingClient {self.url} ({self.found})>"

    def list(
        self,
        equipment: str | Iterable[str] | None = None,
        states: str | Iterable[str] | None = None,
        project: str | None = None,
        kind: str | None = None,
        attention: bool | None = None,
    ) -> RunList:
        """All runs, most recent activity first, or those that match (see `RunList.filter`)."""
        return RunList(self.overview()).filter(equipment, states, project, kind, attention)

    def overview(self, since: int | None = None) -> Overview:
        """Everything in one answer; with `since` (a revision) only changed rows, and the paths of removed ones."""
        query = {} if since is None else {"since": since}
        overview = self._connection.get(Overview, "overview", **query)
        self._staging_root = overview.staging_root
        return overview

    def health(self) -> Health:
        """Checks of the service, its NAS targets and its watcher."""
        return self._connection.get(Health, "health")

    def activity(self) -> ActivityResponse:
        """Bytes synced, bytes in staging and disk space over the last 24 h, five minutes a point, oldest first."""
        return self._connection.get(ActivityResponse, "activity")

    def detail(self, run: Run) -> RunDetail:
        """History, job, findings, overrides and receipt of one run."""
        return self._connection.get(RunDetail, self._place(run, "detail"))

    def log(self, run: Run, lines: int = 500) -> LogResponse:
        """The last `lines` lines of the run's log, oldest first."""
        return self._connection.get(LogResponse, self._place(run, "log"), lines=lines)

    def checksums(self, run: Run, offset: int = 0, limit: int = 500) -> ChecksumsResponse:
        """`limit` (at most 10,000) of the run's verified files from `offset` on, with size and SHA-256."""
        return self._connection.get(ChecksumsResponse, self._place(run, "checksums"), offset=offset, limit=limit)

    def force_sync(self, run: Run, even_if_incomplete: bool = False) -> ForceSyncResponse:
        """Sync the run now; asking twice is one job. `even_if_incomplete` skips the completeness signal only."""
        body = ForceSyncRequest(even_if_incomplete=even_if_incomplete)
        return self._connection.post(ForceSyncResponse, self._place(run, "force-sync"), body)

    def verify(self, run: Run) -> VerifyResponse:
        """Have the run's copy on the NAS read again, whether its data are still here or not; asking twice is one job.

        The answer comes at once; `verified` waits for the end of it.
        """
        return self._connection.post(VerifyResponse, self._place(run, "verify"))

    def verified(
        self,
        asked: VerifyResponse,
        timeout: float | None = None,
        on_update: Callable[[OverviewRow], None] | None = None,
    ) -> OverviewRow:
        """Block until the reading asked for by `verify` has ended, and return the run's row.

        `timeout` in seconds. Raises `WaitFailed` (`copy_damaged`, `run_failed`) when the copy could not be proven, and
        `WaitTimeout`.
        """
        return reading.verified(lambda: self.detail(asked.run_path), asked, timeout, on_update)

    def clear(self, run: Run) -> ClearResponse:
        """Delete the local data of a run whose NAS copy is proven; waits until it is done, however long.

        Should the connection break, clearing goes on in the server: ask again for its numbers.
        """
        patient = httpx.Timeout(self._connection.timeout, read=None)
        return self._connection.post(ClearResponse, self._place(run, "clear"), timeout=patient)

    def clear_verified(
        self,
        runs: Iterable[Run] | None = None,
        equipment: str | None = None,
        older_than_days: float | None = None,
        keep_newest: int | None = None,
        dry_run: bool = False,
    ) -> BulkClearResponse:
        """Clear many verified runs, each under the same proof as `clear`; waits until all is done, however long.

        Every condition must hold: the `runs` named (None: every verified run), of one instrument, verified at least
        `older_than_days` ago, and not among the `keep_newest` newest verified ones of its instrument. With none of them
        it is refused, but for a dry run: `keep_newest=0` asks for every verified run. A run that cannot be cleared is
        `kept`, with `code` and `message`, and stops no other. `dry_run` says what would be cleared.
        """
        found = None if runs is None else [self.resolve(run) for run in runs]
        patient = httpx.Timeout(self._connection.timeout, read=None)
        body = _request(
            BulkClearRequest,
            runs=found,
            equipment_id=equipment,
            older_than_days=older_than_days,
            keep_newest=keep_newest,
            dry_run=dry_run,
        )
        return self._connection.post(BulkClearResponse, "clear-verified", body, timeout=patient)

    def restore(self, run: Run) -> RestoreResponse:
        """Queue bringing a cleared run's data back from the NAS; asking twice is one job.

        `wait(run, "restored")` blocks until they are here.
        """
        return self._connection.post(RestoreResponse, self._place(run, "restore"))

    def pause(self, run: Run | None = None, equipment: str | None = None) -> PauseResponse | PausesResponse:
        """Hold one run, one instrument's runs, or (with neither) everything, until resumed; over restarts too.

        What is under way stops at its next safe point and goes on from there. Clearing and watching are not held.
        `PauseResponse` for a run, else `PausesResponse`. Raises `ValueError` for both at once.
        """
        return self._pausing("pause", run, equipment)

    def resume(self, run: Run | None = None, equipment: str | None = None) -> PauseResponse | PausesResponse:
        """The inverse of `pause`, with the same choice; what was paused by itself stays paused."""
        return self._pausing("resume", run, equipment)

    def _pausing(self, verb: str, run: Run | None, equipment: str | None) -> PauseResponse | PausesResponse:
        if run is not None and equipment is not None:
            raise ValueError(f"{verb}: give a run or an equipment, not both.")
        if run is not None:
            return self._connection.post(PauseResponse, self._place(run, verb))
        return self._connection.post(PausesResponse, verb, PausesRequest(equipment_id=equipment))

    def retry(self, run: Run) -> RetryResponse:
        """Have the run's job that failed, or waits for its next attempt, go now; it keeps its id."""
        return self._connection.post(RetryResponse, self._place(run, "retry"))

    def wait(
        self,
        run: Run,
        until: str = "sync_verified",
        timeout: float | None = None,
        on_update: Callable[[OverviewRow], None] | None = None,
    ) -> OverviewRow:
        """Block until the run is `until` (a lifecycle state) or beyond, and return its row.

        `until="restored"` means: verified, with its data back in staging.

        `timeout` in seconds; `on_update(row)` is called at each change. Raises `WaitFailed` when the run is blocked,
        failed or gone, and `WaitTimeout`. A restart of the server is sat out.
        """
        return waiting.Wait(self.overview, self.resolve(run), until, timeout, on_update).result()

    def path(self, run: Run) -> pathlib.Path:
        """Where the run's data can be read now: in staging while it is there, on the NAS after clearing.

        Raises `DataNotHere` (a `FileNotFoundError`) when this computer sees neither.
        """
        path = self.resolve(run)
        row = self.row(path)
        local = pathlib.Path(self._staging_root, path)
        if row.local_data and row.display_state is not DisplayState.CLEARING and local.is_dir():
            return local
        if row.nas_path and pathlib.Path(row.nas_path).is_dir():
            return pathlib.Path(row.nas_path)
        raise DataNotHere(path, [str(local)] + ([row.nas_path] if row.nas_path else []))

    def row(self, run: Run) -> OverviewRow:
        """The run's row; raises `StagingError(run_not_found)`."""
        overview = self.overview()
        path = choose(run, overview.staging_root, lambda: overview)
        found = next((row for row in overview.runs if row.path == path), None)
        if found is None:
            raise StagingError(Code.RUN_NOT_FOUND, f"{path} is not in staging. `exlab-wizard list` shows what is.")
        return found

    def overrides(self, run: Run) -> OverridesResponse:
        """The overrides of the run, tombstones included, oldest first."""
        return self._connection.get(OverridesResponse, self._place(run, "overrides"))

    def add_override(
        self, run: Run, problem_class: str, reason: str, expires_at: datetime | None = None
    ) -> OverridesResponse:
        """Let the run pass in spite of one class of finding. `reason` has 10 to 500 characters; you are recorded."""
        body = _request(OverrideRequest, problem_class=problem_class, reason=reason, expires_at=expires_at)
        return self._connection.post(OverridesResponse, self._place(run, "overrides"), body)

    def revoke_override(self, run: Run, override_id: str, reason: str) -> OverridesResponse:
        """End an override from now on; the record of it stays."""
        place = self._place(run, "overrides", override_id, "revoke")
        return self._connection.post(OverridesResponse, place, _request(RevokeRequest, reason=reason))

    def acknowledge(self, run: Run) -> AcknowledgeResponse:
        """Take a run off the list of alarms whose folder vanished before it was verified, or whose copy is damaged."""
        return self._connection.post(AcknowledgeResponse, self._place(run, "acknowledge"))

    def accept_nas(self, nas_root: str, nas_id: str) -> AcceptNasResponse:
        """Say that the NAS with this id is the right one at `nas_root`; a change of NAS needs a person."""
        body = _request(AcceptNasRequest, nas_root=nas_root, nas_id=nas_id)
        return self._connection.post(AcceptNasResponse, "targets/accept", body)

    def relay(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        """A call for a front end that speaks the REST API itself: `staging/<path>` as it is answered, status and JSON.

        Refusals are answers here; `ConnectionProblem` is raised. A POST may take as long as it does.
        """
        patience = httpx.Timeout(self._connection.timeout, read=None if method == "POST" else self._connection.timeout)
        return self._connection.relay(method, path, body, patience)

    def serves(self, path: str) -> bool:
        """Whether the Jupyter server has a file or page at `path`, below its base URL."""
        return self._connection.serves(path)

    def resolve(self, run: Run) -> str:
        """The run path of `run`; asks the service only for an end of a path or an absolute one."""
        return choose(run, self._staging_root, self.overview)

    def _place(self, run: Run, *verb: str) -> str:
        return "/".join(quote(segment, safe="") for segment in (*self.resolve(run).split("/"), *verb))


def _request(model: type[_Body], **fields: Any) -> _Body:
    """A checked request body; what is wrong in it is refused here as the service would refuse it."""
    try:
        return model(**fields)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        where = ".".join(map(str, problem["loc"]))
        raise StagingError(Code.INVALID_REQUEST, f"{where}: {problem['msg']}.", field=where) from error
