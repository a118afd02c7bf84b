"""Owns healing files of ours that the NAS damaged: the damaged version set aside, one fresh copy from staging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from exlab_wizard.runs.manifest import ManifestEntry
from exlab_wizard.runs.paths import CONTROL_DIR
from exlab_wizard.runs.scan import Entry, EntryKind, Identity
from exlab_wizard.sync.failure import TaskFailedError
from exlab_wizard.sync.job import SyncJob
from exlab_wizard.sync.plan import Step
from exlab_wizard.sync.push import Push
from exlab_wizard.sync.records import GONE
from exlab_wizard.sync.tasks import ErrorClass


def repair(job: SyncJob, pool: ThreadPoolExecutor, paths: Sequence[str], expected: Mapping[str, ManifestEntry]) -> None:
    """Copy these files, all ours and in staging as recorded, once more.

    Raises TaskFailedError: as a push does, and HASH_MISMATCH when staging itself now reads differently.
    """
    data, control = Push(job, pool), Push(job, pool, steady=False)
    for path in paths:
        push = control if path.startswith(f"{CONTROL_DIR}/") else data
        push.file(Entry(path, EntryKind.FILE, _identity(job, path)), Step.REPLACE)
    data.flush()
    control.flush()
    for path, copied in {**data.local, **control.local}.items():
        if copied != expected[path]:
            _forget(job, path)
            message = (
                f"{path} in staging reads differently than when it was first copied, though nobody changed it: check "
                "the local disk and memory. Both versions are on the NAS, the first under .exlab-wizard/superseded."
            )
            raise TaskFailedError(ErrorClass.HASH_MISMATCH, message, path)


def _identity(job: SyncJob, path: str) -> Identity:
    return job.records.entries[path].identity


def _forget(job: SyncJob, path: str) -> None:
    """Make the next attempt read the file again instead of believing the record."""
    job.records.append({path: job.records.entries[path]._replace(inode=GONE)})
