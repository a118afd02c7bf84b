"""Owns the first half of a batch: each file compared, adopted or copied to a temporary, several at a time."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import NamedTuple

from exlab_wizard.fsys import Dir, close_quietly
from exlab_wizard.sync.engine.copy import Source, Tally, copy_file, copy_unflushed, hash_source, remove
from exlab_wizard.sync.engine.flush import SHARED_FROM, flush_together, refusals
from exlab_wizard.sync.engine.job import SyncJob
from exlab_wizard.sync.engine.plan import Step, when_different
from exlab_wizard.sync.engine.portions import portions
from exlab_wizard.sync.engine.records import Record
from exlab_wizard.sync.engine.stream import BIG_FILE, Digest
from exlab_wizard.sync.engine.verify import hash_cold
from exlab_wizard.sync.failure import TaskFailedError, on_target
from exlab_wizard.sync.tasks import ErrorClass


class Item(NamedTuple):
    """One file of a batch: where it is, where it goes (folder handle and name), and what was decided."""

    source: Source
    folder: Dir
    name: str
    step: Step
    record: Record | None


class Prepared(NamedTuple):
    """A file to be published. `temporary` is empty where the NAS has equal bytes already.

    `fd` is the copy's descriptor while it is not durable yet, else -1.
    """

    item: Item
    digest: Digest
    temporary: str = ""
    replace: bool = False
    fd: int = -1


def prepare_all(
    job: SyncJob, pool: ThreadPoolExecutor, items: Sequence[Item], shared: bool | None = None
) -> list[Prepared]:
    """Prepare a batch; when one file fails, those not begun are left and its failure is raised once all are still.

    Copies that can share a flush are left open (`make_durable`): where there are enough, or as `shared` says.
    """
    if shared is None:
        shared = job.shares_flush and sum(_shares(item) for item in items) >= SHARED_FROM
    parts = portions(items, _size, job.shares_flush)
    if len(parts) == 1:  # nothing to do beside it: a second thread would only be handed the work and waited for
        return _prepare_some(job, items, shared)
    futures = [pool.submit(_prepare_some, job, some, shared) for some in parts]
    try:
        return [one for future in futures for one in future.result()]
    except BaseException:
        for future in futures:
            future.cancel()
        wait(futures)
        for future in futures:
            if not future.cancelled() and future.exception() is None:
                close_open(future.result())
        raise


def _size(item: Item) -> int:
    return item.source.identity.size


def _shares(item: Item) -> bool:
    """A big file is flushed by itself, while it is written."""
    return _size(item) < BIG_FILE


def _prepare_some(job: SyncJob, items: Sequence[Item], shared: bool) -> list[Prepared]:
    done: list[Prepared] = []
    try:
        job.fence.check()
        for item in items:
            done.append(_prepare(job, item, shared and _shares(item)))
    except BaseException:
        close_open(done)
        raise
    return done


def close_open(batch: Iterable[Prepared]) -> None:
    """Give up the descriptors of copies that will not be published; the files are swept as temporaries."""
    for one in batch:
        if one.fd >= 0:
            close_quietly(one.fd)


def make_durable(job: SyncJob, batch: Sequence[Prepared]) -> tuple[list[Prepared], bool]:
    """Flush the copies of a batch that are still open, together, and close them; whether there was such a flush.

    Raises FlushRefusedError when any was refused, and TaskFailedError as a copy does.
    """
    pending = [one for one in batch if one.fd >= 0]
    if not pending:
        return list(batch), False
    try:
        with refusals():
            flush_together(job.incoming, {one.fd: one.digest.size for one in pending})
    except BaseException:
        close_open(pending)
        raise
    refused = {one.temporary for one in pending if not _closed(one.fd)}
    return [_again(job, one) if one.temporary in refused else _unopened(one) for one in batch], True


def _unopened(one: Prepared) -> Prepared:
    return Prepared(one.item, one.digest, one.temporary, one.replace)


def _closed(fd: int) -> bool:
    """Close a copy; False where that tells of bytes that were refused."""
    try:
        os.close(fd)
    except OSError:
        return False
    return True


def _again(job: SyncJob, one: Prepared) -> Prepared:
    """A copy that was refused, made once more and flushed by itself."""
    remove(job.incoming, one.temporary)
    job.meter.add(0, -one.digest.size)
    return _copy(job, one.item, one.replace)


def _prepare(job: SyncJob, item: Item, shared: bool) -> Prepared:
    job.fence.check_stop()
    if item.step is Step.CONFLICT:
        raise conflict(item.source.path)
    if item.step is Step.COMPARE:
        digest = _read_source(job, item)
        if _holds(item, digest):
            job.meter.add(0, digest.size)
            return Prepared(item, digest)
        if when_different(item.record) is Step.CONFLICT:
            raise conflict(item.source.path)
        return _copy(job, item, True, shared)
    return _copy(job, item, item.step is Step.REPLACE, shared)


def _holds(item: Item, digest: Digest) -> bool:
    """Whether the NAS has these bytes: as we recorded them (verification reads them anyway), else by a cold look."""
    if item.record is not None and item.record.published and item.record.sha256 == digest.sha256:
        return True
    with on_target(item.source.path):
        return hash_cold(item.folder, item.name).sha256 == digest.sha256


def _read_source(job: SyncJob, item: Item) -> Digest:
    digest = hash_source(item.source, job.meter.pace)
    check_given(job, item.source.path, digest.sha256)
    return digest


def _copy(job: SyncJob, item: Item, replace: bool, shared: bool = False) -> Prepared:
    """A temporary copy, held against the instrument's hash: flushed, or (`shared`) left open to be."""
    one = _made(job, item, replace, shared)
    try:
        check_given(job, item.source.path, one.digest.sha256)
    except BaseException:
        close_open([one])
        raise
    return one


def _made(job: SyncJob, item: Item, replace: bool, shared: bool) -> Prepared:
    temporary = job.temporary()
    tally = Tally(job.meter.chunk, lambda size: job.meter.add(0, -size))
    if shared:
        made = copy_unflushed(item.source, job.incoming, temporary, tally)
        if made is not None:
            return Prepared(item, made.digest, temporary, replace, made.fd)
    return Prepared(item, copy_file(item.source, job.incoming, temporary, tally), temporary, replace)


def check_given(job: SyncJob, path: str, sha256: str) -> None:
    """Raise GIVEN_HASH when the instrument gave another hash for this file."""
    given = job.given.get(path)
    if given is not None and given != sha256:
        message = (
            f"{path} differs from the hash in the instrument's own manifest: it arrived damaged or incomplete. "
            "Nothing of it was published; push the file again from the instrument."
        )
        raise TaskFailedError(ErrorClass.GIVEN_HASH, message, path)


def conflict(path: str) -> TaskFailedError:
    """The failure of a name on the NAS taken by something that is not ours."""
    message = (
        f"The NAS already has a different {path} that this station did not write. Nothing was overwritten: "
        "look at both, and move the one on the NAS out of the way."
    )
    return TaskFailedError(ErrorClass.CONFLICT, message, path)
