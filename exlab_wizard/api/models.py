"""Owns the wire shapes of the REST API; shared by handlers, client, CLI and the OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from exlab_wizard.api.pause_models import PauseMark as PauseMark
from exlab_wizard.api.pause_models import PauseResponse as PauseResponse
from exlab_wizard.api.pause_models import Pauses as Pauses
from exlab_wizard.api.pause_models import PausesRequest as PausesRequest
from exlab_wizard.api.pause_models import PausesResponse as PausesResponse
from exlab_wizard.api.pause_models import RetryResponse as RetryResponse
from exlab_wizard.api.wire import WireModel as _Model


class DisplayState(StrEnum):
    """The words people read (PANEL.md), the same in panel, client, CLI and log."""

    RECEIVING = "Receiving"
    WAITING = "Waiting"
    SYNCING = "Syncing"
    VERIFYING = "Verifying"
    STALLED = "Stalled"
    BLOCKED = "Blocked"
    FAILED = "Failed"
    VERIFIED = "Verified"
    PAUSED = "Paused"
    CLEARING = "Clearing"
    RESTORING = "Restoring"
    CLEARED = "Cleared"


PhaseName = Literal["queued", "copying", "verifying", "clearing", "restoring"]
LifecycleName = Literal["staging", "complete", "sync_queued", "sync_verified", "cleared"]
ActionName = Literal[
    "force_sync", "clear", "restore", "verify", "override", "acknowledge", "pause", "resume", "retry", "log"
]


class StagedRunRow(_Model):
    """One run of `GET /staging`: exactly these nine fields."""

    path: str
    current_state: LifecycleName
    equipment_id: str
    project_name: str
    run_kind: Literal["experimental", "test"]
    file_count: int = Field(description="data files now in staging")
    byte_total: int = Field(description="bytes of data now in staging")
    elapsed_seconds_since_last_activity: float
    last_activity_at: datetime = Field(description="UTC")


class StagingListResponse(_Model):
    """`GET /staging`, most recent activity first."""

    runs: list[StagedRunRow]


class ForceSyncRequest(_Model):
    """Optional body of force-sync."""

    even_if_incomplete: bool = Field(False, description="skip the completeness signal (not the settling)")


class ForceSyncResponse(_Model):
    """`POST /staging/{run_path}/force-sync`."""

    run_path: str
    state: Literal["queued", "blocked"]
    job_id: str | None


class ClearResponse(_Model):
    """`POST /staging/{run_path}/clear`; counts are what was really unlinked."""

    run_path: str
    files_freed: int
    bytes_freed: int


class RestoreResponse(_Model):
    """`POST /staging/{run_path}/restore`; asking twice is one job."""

    run_path: str
    state: Literal["queued"]
    job_id: str


class VerifyResponse(_Model):
    """`POST /staging/{run_path}/verify`: the copy on the NAS is read again by this job."""

    run_path: str
    state: Literal["queued"]
    job_id: str


class ErrorResponse(BaseModel):
    """Every refusal; further fields are evidence. `reason` repeats `message` for Jupyter front ends."""

    code: str
    message: str
    reason: str
    model_config = ConfigDict(extra="allow")


class Progress(_Model):
    """How far the live job is. 100 % only when verified: files and bytes count copy and verification as one whole."""

    phase: PhaseName
    files_done: int
    files_total: int
    bytes_done: int
    bytes_total: int
    fraction: float = Field(ge=0, le=1, description="share of the whole job, copy and verification; below 1 until done")
    bytes_per_second: float | None = Field(None, description="60 s moving rate; null when unknown")
    seconds_left: float | None = Field(None, description="null when unknown or after 30 s without bytes")
    seconds_since_bytes: float | None = None


class FindingModel(_Model):
    """One finding. `severity` hard blocks the run unless overridden."""

    problem_class: str
    severity: Literal["hard", "soft"]
    path: str = Field(description="relative to the run; empty for the run itself")
    message: str
    remedy: str
    overridden_by: str | None = Field(None, description="override id in force")


class OverviewRow(StagedRunRow):
    """One run as panel, CLI and `client.list()` see it."""

    display_state: DisplayState
    why: str = Field(description="one sentence with the evidence")
    next_step: str = Field(description="what happens next, or what to do")
    needs_attention: bool = False
    job_id: str | None = None
    progress: Progress | None = None
    proof_age_seconds: float | None = Field(None, description="since the NAS copy was last proven; null if never")
    proven_at: datetime | None = None
    nas_path: str | None = None
    local_data: bool = Field(True, description="false when nothing is left to clear")
    damage: str | None = Field(None, description="what is damaged on the NAS, until healed or acknowledged")
    actions: list[ActionName] = Field(default_factory=list, description="what may be asked now, most sensible first")
    revision: int


class DiskSpace(_Model):
    """Bytes on the staging disk."""

    total: int
    free: int


class WatcherStatus(_Model):
    """How new files are noticed."""

    mode: Literal["events", "polling"]
    detail: str
    rescan_seconds: float


class LeaderStatus(_Model):
    """Which server works on this station."""

    leads: bool
    host: str
    pid: int | None
    config_mismatch: bool = False
    message: str = ""


class TargetStatus(_Model):
    """One NAS root."""

    nas_root: str
    state: Literal["ok", "unavailable", "unknown", "full"]
    why: str
    since: datetime | None = None
    nas_id: str | None = None
    pinned: bool = False
    can_prove: list[str] = Field(default_factory=list)


class UnrecognisedEntry(_Model):
    """Something below the staging directory that is not a run of configured equipment."""

    path: str
    bytes: int
    reason: str
    remedy: str


class Overview(_Model):
    """`GET /staging/overview`. With `?since=` only changed rows, and `removed` run paths."""

    revision: int
    since: int | None = None
    version: str = Field("", description="of ExLab-Wizard in the server; empty for one too old to say")
    label: str
    staging_root: str
    runs: list[OverviewRow]
    removed: list[str] = Field(default_factory=list)
    disk: DiskSpace | None = None
    watcher: WatcherStatus
    leader: LeaderStatus
    targets: list[TargetStatus]
    unrecognised: list[UnrecognisedEntry]
    paused: Pauses = Field(default_factory=Pauses, description="what a person has paused")
    at: datetime


class HistoryEntry(BaseModel):
    """One lifecycle entry of ingest.json; unknown fields survive."""

    state: str
    at: str
    host: str
    reason: str | None = None
    by: str | None = None
    model_config = ConfigDict(extra="allow")


class Override(_Model):
    """An override record or a tombstone (`revokes`, `revoked: true`), append-only."""

    id: str
    problem_class: str
    operator: str
    recorded_at: datetime
    reason: str = Field(min_length=10, max_length=500)
    expires_at: datetime | None = None
    revoked: bool = False
    revokes: str | None = None


class OverrideRequest(_Model):
    """Body of `POST /staging/{run_path}/overrides`; the operator is the authenticated user."""

    problem_class: str
    reason: str = Field(min_length=10, max_length=500)
    expires_at: datetime | None = None


class RevokeRequest(_Model):
    """Body of `POST /staging/{run_path}/overrides/{override_id}/revoke`."""

    reason: str = Field(min_length=10, max_length=500)


class OverridesResponse(_Model):
    """`GET` and `POST /staging/{run_path}/overrides`."""

    run_path: str
    overrides: list[Override]


class JobModel(_Model):
    """A job of the queue, live or the last one."""

    id: str
    kind: Literal["sync", "recheck", "verify", "clear", "restore"]
    state: Literal["queued", "running", "waiting", "failed", "done", "superseded"]
    attempt: int
    created_at: datetime
    not_before: datetime | None = None
    error: dict[str, Any] | None = None
    requested_by: str | None = None


class DamageModel(_Model):
    """A NAS copy that is not as it was verified."""

    found_at: datetime
    sentence: str
    paths: list[str] = Field(description="the first twenty damaged or missing files")
    count: int
    acknowledged_by: str | None = None


class RunDetail(_Model):
    """`GET /staging/{run_path}/detail`."""

    row: OverviewRow
    history: list[HistoryEntry]
    job: JobModel | None
    findings: list[FindingModel]
    disagreements: list[str] = Field(
        default_factory=list, description="what creation.json says otherwise; reported, never followed"
    )
    overrides: list[Override]
    receipt: dict[str, Any] | None
    manifest_digest: str | None
    verify_passes: int
    log_path: str
    nas_path: str | None
    damage: DamageModel | None = None


class LogResponse(_Model):
    """`GET /staging/{run_path}/log?lines=500`: the last lines, oldest first."""

    run_path: str
    log_path: str
    lines: list[str]


class FileSum(_Model):
    """One verified file."""

    path: str = Field(description="relative to the run; bytes of no known letter as \\xff")
    size: int = Field(description="bytes")
    sha256: str


class ChecksumsResponse(_Model):
    """`GET /staging/{run_path}/checksums?offset=0&limit=500`: the verified files, in the order of checksums.sha256."""

    run_path: str
    manifest_digest: str = Field(description="SHA-256 of the whole list as text: what receipts and proofs are bound to")
    checksums_path: str | None = Field(description="the same list on the NAS, for `sha256sum -c`")
    file_total: int
    byte_total: int
    offset: int
    files: list[FileSum]


class AcknowledgeResponse(_Model):
    """`POST /staging/{run_path}/acknowledge`: a missing run or a damaged copy is taken off the list of alarms."""

    run_path: str
    acknowledged: bool


class AcceptNasRequest(_Model):
    """Body of `POST /staging/targets/accept`: a person says that the NAS with this id is the right one."""

    nas_root: str
    nas_id: str


class AcceptNasResponse(_Model):
    """The target after a person's decision."""

    target: TargetStatus


class HealthCheck(_Model):
    """One line of health and `doctor`."""

    name: str
    ok: bool
    severity: Literal["ok", "warning", "error"]
    message: str
    remedy: str = ""


class Health(_Model):
    """`GET /staging/health`."""

    ok: bool
    version: str
    checks: list[HealthCheck]
    leader: LeaderStatus
    watcher: WatcherStatus
    targets: list[TargetStatus]
    unrecognised: list[UnrecognisedEntry]
