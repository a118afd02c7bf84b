"""Owns the second half of a batch: its copies made durable, then named, then the names made durable."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from exlab_wizard.runs.manifest import ManifestEntry
from exlab_wizard.sync.engine.flush import SHARED_FROM
from exlab_wizard.sync.engine.folders import Folders, split
from exlab_wizard.sync.engine.job import SyncJob
from exlab_wizard.sync.engine.prepare import Prepared, close_open, make_durable
from exlab_wizard.sync.engine.publish import publish_all
from exlab_wizard.sync.failure import on_target


class Batch(NamedTuple):
    """Files that are copied, and the folders met on the way to them."""

    files: list[Prepared]
    folders: list[str]

    def give_up(self) -> None:
        """Nothing of it will be published."""
        close_open(self.files)


class Finisher:
    """Finishes batches, one after the other; `local` gets each file's size and hash. Used by one thread at a time."""

    def __init__(self, job: SyncJob, local: dict[str, ManifestEntry]) -> None:
        self._job = job
        self._local = local
        self._unsettled: dict[str, None] = {"": None}

    def finish(self, batch: Batch) -> None:
        """Make durable, publish. Raises TaskFailedError as a copy and as publishing do.

        One flush for many makes the names given before it durable too; where there is none, `settle` follows at once.
        """
        self._unsettled.update(dict.fromkeys(batch.folders))
        files, together = make_durable(self._job, batch.files)
        if together:
            self._unsettled.clear()
        publish_all(self._job, files)
        self._local.update((one.item.source.path, ManifestEntry(*one.digest)) for one in files)
        self._unsettled.update((split(one.item.source.path)[0], None) for one in files)
        if not together:
            self.settle()

    def settle(self) -> None:
        """Make every name given so far durable. Raises TaskFailedError(TARGET)."""
        folders, self._unsettled = self._unsettled, {}
        if self._job.shares_flush and len(folders) >= SHARED_FROM:
            with on_target("the run's folder"):
                self._job.incoming.sync_filesystem()
        else:
            self._each(folders)

    def _each(self, folders: Iterable[str]) -> None:
        with Folders(self._job.target.get("")) as handles:
            for path in folders:
                with on_target(path or "the run's folder"):
                    self._job.sync_folder(handles.get(path))
                handles.trim()
