"""Owns what follows a refused flush: what may be lost on the NAS is set aside, so that it is made anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from exlab_wizard.sync.engine.folders import split
from exlab_wizard.sync.engine.job import SyncJob
from exlab_wizard.sync.engine.publish import set_aside
from exlab_wizard.sync.failure import TaskFailedError, on_target


def distrust(job: SyncJob, paths: Iterable[str]) -> None:
    """Set names of ours aside, folders with all that is in them. Memory shows them, whatever the medium has.

    One that cannot be moved stops no other, and nor does a stop: what is doubtful is known to this attempt alone.
    Raises the first failure (TaskFailedError: FENCED, TARGET, ...).
    """
    aside: set[str] = set()
    failure: TaskFailedError | None = None
    job.target.close()  # handles of folders that move
    for path in sorted(paths):  # a folder comes before what is in it
        job.fence.check_token()
        if aside.isdisjoint(_above(path)):
            try:
                _set_aside(job, path)
                aside.add(path)
            except TaskFailedError as error:
                failure = failure or error
    job.target.close()
    if failure is not None:
        raise failure


def _set_aside(job: SyncJob, path: str) -> None:
    with on_target(path):
        folder, name = job.target.parent(path)
        if folder.exists(name):
            # not flushed: that would tell once more of what was refused before, and stop the move
            set_aside(job, folder, name, path, durable=False)


def _above(path: str) -> Iterator[str]:
    while path := split(path)[0]:
        yield path
