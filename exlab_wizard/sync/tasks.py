"""Owns the messages between the sync thread and its worker processes: JSON lines, plain data, nothing shared."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any, ClassVar


class ErrorClass(StrEnum):
    """What kind of failure a task met; it decides what is tried next (see `sync.retry`)."""

    TARGET = "target"  # the NAS did something wrong; a probe decides whether the target pauses or the attempt counts
    TARGET_FULL = "target_full"
    CONFIGURATION = "configuration"  # wrong marker, same storage, no exclusive publish: a person has to act
    CONFLICT = "destination_conflict"  # something that is not ours stands where our file belongs
    HASH_MISMATCH = "hash_mismatch"  # the NAS copy differs from what was read from staging
    GIVEN_HASH = "given_hash"  # a file differs from the hash in the instrument's own manifest
    SOURCE_IO = "source_io"  # the local disk cannot be read
    CHANGED = "changed"  # staging changed under the job
    FENCED = "fenced"  # a newer attempt owns the run, or the job was told to stop
    BUSY = "busy"  # another process holds the run's lock
    REFUSED = "refused"  # a clearing condition does not hold; `code` says which
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class TaskError:
    """Why a task ended without its result: class, sentence, the file it concerns, errno, API code for refusals."""

    error_class: ErrorClass
    message: str
    path: str = ""
    number: int | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run's data are, and which markers must be met before a byte is written."""

    staging_root: str
    station_id: str
    nas_root: str
    nas_id: str | None  # None: none configured or pinned yet; the id met is reported for pinning
    state_dir: str
    allow_same_storage: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One order to a worker. `token` fences: a worker whose token is not the run's current one publishes nothing."""

    kind: ClassVar[str] = ""
    job_id: str
    token: int
    run_path: str
    place: Place


@dataclass(frozen=True, slots=True)
class SyncTask(Task):
    """Copy what differs, publish checksums, verify cold. `fingerprint` is the tree as frozen at completion."""

    kind: ClassVar[str] = "sync"
    fingerprint: str = ""
    instrument_manifest: str | None = None  # file name whose given hashes are compared during the copy's read
    skip: tuple[str, ...] = ()  # odd entries a person overrode: never followed, never copied
    previous_digest: str | None = None  # of the last verified manifest (its entries stay in the union)


@dataclass(frozen=True, slots=True)
class RecheckTask(Task):
    """Re-hash local files whose times or inode changed; equal bytes refresh the record, others are `changed`."""

    kind: ClassVar[str] = "recheck"
    fingerprint: str = ""
    previous_digest: str | None = None


@dataclass(frozen=True, slots=True)
class VerifyTask(Task):
    """Read a run's NAS copy back cold against its verified manifest; writes nothing, neither in staging nor there."""

    kind: ClassVar[str] = "verify"
    manifest_digest: str = ""


@dataclass(frozen=True, slots=True)
class ProbeTask(Task):
    """Read the NAS marker and say what the target can do. `run_path` is empty."""

    kind: ClassVar[str] = "probe"


@dataclass(frozen=True, slots=True)
class PublishTask(Task):
    """Bring control files (ingest.json, creation.json, log) to the NAS copy of a run: `files` name to text."""

    kind: ClassVar[str] = "publish"
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClearTask(Task):
    """Make a proof and clear a run's local data under it; `clearing_id` names the holding folder.

    With `recover` the task finishes or undoes a clearing that a crash cut short; with `reread` the whole NAS copy is
    read back before anything is deleted.
    """

    kind: ClassVar[str] = "clear"
    clearing_id: str = ""
    manifest_digest: str = ""
    by: str = ""
    recover: bool = False
    proven_at: str = ""
    reverify_after_hours: float = 168
    reread: bool = True


@dataclass(frozen=True, slots=True)
class RestoreTask(Task):
    """Bring a run's data back from the NAS: every file of the manifest with this digest, compared with it.

    `ingest` is the text of ingest.json, written where the run's folder is gone altogether.
    """

    kind: ClassVar[str] = "restore"
    manifest_digest: str = ""
    ingest: str = ""


@dataclass(slots=True)
class Progress:
    """How far a task is; sent at most four times a second and at each change of phase.

    `bytes_published` are those that got their names on the NAS since the task began, whatever the phase.
    """

    phase: str = "copying"
    files_done: int = 0
    files_total: int = 0
    bytes_done: int = 0
    bytes_total: int = 0
    bytes_published: int = 0


@dataclass(slots=True)
class Outcome:
    """A task's end: `error` or the kind's own result in `data` (plain JSON), never both half."""

    job_id: str
    error: TaskError | None = None
    data: dict[str, Any] = field(default_factory=dict)


_KINDS = (SyncTask, RecheckTask, VerifyTask, ProbeTask, PublishTask, ClearTask, RestoreTask)
_TASKS: dict[str, type[Task]] = {kind.kind: kind for kind in _KINDS}


def encode_task(task: Task) -> bytes:
    """One line for a worker's standard input."""
    return json.dumps({"kind": task.kind, **asdict(task)}).encode() + b"\n"


def decode_task(line: bytes) -> Task:
    """The inverse of `encode_task`; raises ValueError, KeyError or TypeError for anything else."""
    raw = _object(line)
    task_type = _TASKS[raw.pop("kind")]
    raw["place"] = Place(**raw["place"])
    if "skip" in raw:
        raw["skip"] = tuple(raw["skip"])
    return task_type(**raw)


def encode_message(message: Progress | Outcome) -> bytes:
    """One line of a worker's standard output."""
    name = "progress" if isinstance(message, Progress) else "outcome"
    return json.dumps({"message": name, **asdict(message)}).encode() + b"\n"


def decode_message(line: bytes) -> Progress | Outcome:
    """The inverse of `encode_message`; raises ValueError, KeyError or TypeError for anything else."""
    raw = _object(line)
    if raw.pop("message") == "progress":
        return Progress(**_known(Progress, raw))
    if raw["error"] is not None:
        error = raw["error"]
        raw["error"] = TaskError(**{**error, "error_class": ErrorClass(error["error_class"])})
    return Outcome(**raw)


def _object(line: bytes) -> dict[str, Any]:
    raw = json.loads(line)
    if not isinstance(raw, dict):
        raise ValueError("not a JSON object")
    return raw


def _known(kind: type[Any], raw: dict[str, Any]) -> dict[str, Any]:
    names = {item.name for item in fields(kind)}
    return {key: value for key, value in raw.items() if key in names}
