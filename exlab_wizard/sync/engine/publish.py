"""Owns giving names on the NAS: records first, the fence just before, never over anything, old versions set aside."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from contextlib import suppress

from exlab_wizard.fsys import Dir, close_quietly, rename_noreplace
from exlab_wizard.sync.engine.control import SUPERSEDED
from exlab_wizard.sync.engine.folders import split
from exlab_wizard.sync.engine.job import SyncJob
from exlab_wizard.sync.engine.prepare import Prepared, conflict
from exlab_wizard.sync.engine.records import GONE, Record
from exlab_wizard.sync.failure import TaskFailedError, on_target, target_failure
from exlab_wizard.sync.tasks import ErrorClass


def publish_all(job: SyncJob, batch: Sequence[Prepared]) -> None:
    """Publish a prepared batch. The names are durable only once the folders concerned are flushed.

    Raises TaskFailedError: FENCED, CONFLICT, TARGET, TARGET_FULL, CONFIGURATION.
    """
    job.records.append({one.item.source.path: _intent(one) for one in batch})
    for one in batch:
        if one.temporary:
            _publish(job, one)
            job.done.files_copied += 1
            job.done.bytes_copied += one.digest.size
        else:
            _adopt(job, one)
        job.meter.add(1, 0, one.digest.size if one.temporary else 0)


def _intent(one: Prepared) -> Record:
    """Written before the name is given: after a crash in between, the file is known as ours."""
    before = one.item.record
    ours = bool(one.temporary) or (before is not None and before.published)
    size, sha256 = one.digest
    _, mtime_ns, ctime_ns, inode = one.item.source.identity
    return Record(size, sha256, mtime_ns, ctime_ns, inode, ours)


def _publish(job: SyncJob, one: Prepared) -> None:
    path = one.item.source.path
    job.fence.check()
    if one.replace:
        set_aside(job, one.item.folder, one.item.name, path)
    try:
        rename_noreplace(job.incoming, one.temporary, one.item.folder, one.item.name)
    except FileExistsError as error:
        # Somebody else took the name just now: it must not count as ours.
        job.records.append({path: _intent(one)._replace(inode=GONE, published=False)})
        raise conflict(path) from error
    except OSError as error:
        raise publish_failure(error, path) from error


def _adopt(job: SyncJob, one: Prepared) -> None:
    """Equal bytes somebody put there: flushed, because nobody promised that they are on the medium."""
    if one.item.record is None or not one.item.record.published:
        job.done.files_adopted += 1
        flush_file(one.item.folder, one.item.name, one.item.source.path)


def flush_file(folder: Dir, name: str, path: str) -> None:
    """fsync a file of somebody else's on the NAS. Raises TaskFailedError(TARGET)."""
    with on_target(path):
        fd = folder.open_file(name)
        try:
            os.fsync(fd)
        finally:
            close_quietly(fd)


def publish_failure(error: OSError, path: str) -> TaskFailedError:
    """The failure of an exclusive rename; where the NAS offers none, a person has to choose another target."""
    if error.errno != errno.ENOTSUP:
        return target_failure(error, path)
    message = "The NAS offers neither an exclusive rename nor hard links, so nothing can be published there safely."
    return TaskFailedError(ErrorClass.CONFIGURATION, message, path, error.errno)


def set_aside(job: SyncJob, folder: Dir, name: str, path: str, *, durable: bool = True) -> None:
    """Move a version of ours, `durable` or not, to `superseded/<UTC>/<path>` (or `<UTC>-2/...` when that is taken)."""
    parent, _ = split(path)
    with on_target(path):
        for turn in range(1, 1000):
            stamp = job.stamp if turn == 1 else f"{job.stamp}-{turn}"
            parts = [SUPERSEDED, stamp, *(parent.split("/") if parent else [])]
            with job.control.ensure(*parts, durable=durable) as kept, suppress(FileExistsError):
                rename_noreplace(folder, name, kept, name)
                if durable:
                    job.sync_folder(kept)
                    job.sync_folder(folder)
                job.done.set_aside(path)
                return
