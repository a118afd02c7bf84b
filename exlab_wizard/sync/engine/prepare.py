"""Owns the first half of a batch: each file compared, adopted or copied to a flushed temporary, several at a time."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import NamedTuple

from exlab_wizard.fsys import Dir
from exlab_wizard.sync.engine.copy import Source, Tally, copy_file, hash_source
from exlab_wizard.sync.engine.job import SyncJob
from exlab_wizard.sync.engine.plan import Step, when_different
from exlab_wizard.sync.engine.records import Record
from exlab_wizard.sync.engine.stream import Digest
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
    """A file ready to be published. `temporary` is empty where the NAS has equal bytes already."""

    item: Item
    digest: Digest
    temporary: str = ""
    replace: bool = False


def prepare_all(job: SyncJob, pool: ThreadPoolExecutor, items: Sequence[Item]) -> list[Prepared]:
    """Prepare a batch; when one file fails, those not begun are left and its failure is raised once all are still."""
    futures = [pool.submit(_prepare, job, item) for item in items]
    try:
        return [future.result() for future in futures]
    except BaseException:
        for future in futures:
            future.cancel()
        wait(futures)
        raise


def _prepare(job: SyncJob, item: Item) -> Prepared:
    job.fence.check()
    if item.step is Step.CONFLICT:
        raise conflict(item.source.path)
    if item.step is Step.COMPARE:
        digest = _read_source(job, item)
        if _holds(item, digest):
            job.meter.add(0, digest.size)
            return Prepared(item, digest)
        if when_different(item.record) is Step.CONFLICT:
            raise conflict(item.source.path)
        return _copy(job, item, replace=True)
    return _copy(job, item, replace=item.step is Step.REPLACE)


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


def _copy(job: SyncJob, item: Item, replace: bool) -> Prepared:
    temporary = job.temporary()
    tally = Tally(job.meter.chunk, lambda size: job.meter.add(0, -size))
    digest = copy_file(item.source, job.incoming, temporary, tally)
    check_given(job, item.source.path, digest.sha256)
    return Prepared(item, digest, temporary, replace)


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
