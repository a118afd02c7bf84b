"""Owns healing files of ours that the NAS damaged: the damaged version set aside, one fresh copy from staging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from exlab_wizard.runs.manifest import ManifestEntry
from exlab_wizard.runs.paths import CONTROL_DIR
from exlab_wizard.runs.scan import Entry, EntryKind
from exlab_wizard.sync.engine.job import SyncJob
from exlab_wizard.sync.engine.push import Push
from exlab_wizard.sync.failure import TaskFailedError
from exlab_wizard.sync.tasks import ErrorClass


def repair(job: SyncJob, pool: ThreadPoolExecutor, paths: Sequence[str], expected: Mapping[str, ManifestEntry]) -> None:
    """Copy these files, all ours and in staging as recorded, once more.

    Raises TaskFailedError: as a push does, and HASH_MISMATCH when staging itself now reads differently.
    """
    before = {path: job.records.entries[path] for path in paths}
    damaged = [Entry(path, EntryKind.FILE, record.identity) for path, record in before.items()]
    data, control = Push(job, pool), Push(job, pool, steady=False)
    data.copy_again(entry for entry in damaged if not _in_control(entry))
    control.copy_again(entry for entry in damaged if _in_control(entry))
    for path, copied in {**data.local, **control.local}.items():
        if copied != expected[path]:
            # The record stays as it was: the next attempt must not take what came now for the truth.
            job.records.append({path: before[path]})
            raise TaskFailedError(ErrorClass.HASH_MISMATCH, _two_readings(path), path)


def _in_control(entry: Entry) -> bool:
    return entry.path.startswith(f"{CONTROL_DIR}/")


def _two_readings(path: str) -> str:
    return (
        f"{path} in staging reads differently than when it was first copied, though nobody changed it: check the local "
        "disk and memory. Every version is on the NAS, older ones under .exlab-wizard/superseded. If the file is right "
        "as it is now, touch it and sync again."
    )
