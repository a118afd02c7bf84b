"""Owns the second half of a batch: its copies made durable, then named, then the names made durable."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from exlab_wizard.runs.manifest import ManifestEntry
from exlab_wizard.sync.engine.doubts import Doubts
from exlab_wizard.sync.engine.flush import SHARED_FROM, refusals
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
    """Finishes batches, one after the other; `local` gets each file's size and hash. Used by one thread at a time.

    `unproven` are the names given and the folders made (by whoever makes them) that no flush has covered yet.
    """

    def __init__(self, job: SyncJob, local: dict[str, ManifestEntry]) -> None:
        self._job = job
        self._local = local
        self._unsettled: dict[str, None] = {"": None}
        self.unproven: dict[str, None] = {}
        self.doubts = Doubts(job)

    def finish(self, batch: Batch) -> None:
        """Make durable, publish. Raises TaskFailedError as a copy and as publishing do.

        One flush for many makes the names given before it durable too; where there is none, `settle` follows at once.
        """
        self._unsettled.update(dict.fromkeys(batch.folders))
        covered = list(self.unproven)
        with self.doubts.about(covered):
            files, together = make_durable(self._job, batch.files)
        if together:
            self._unsettled.clear()
            self._prove(covered)
        publish_all(self._job, files)
        self._local.update((one.item.source.path, ManifestEntry(*one.digest)) for one in files)
        self._unsettled.update((split(one.item.source.path)[0], None) for one in files)
        self.unproven.update((one.item.source.path, None) for one in files if one.temporary)
        if not together:
            self.settle()

    def settle(self) -> None:
        """Make every name given so far durable. Raises FlushRefusedError, or TaskFailedError(TARGET)."""
        folders, self._unsettled = self._unsettled, {}
        covered = list(self.unproven)
        with self.doubts.about(covered):
            together = self._flush(folders)
        if not together:
            covered = [path for path in covered if split(path)[0] in folders]
        self._prove(covered)

    def _flush(self, folders: Collection[str]) -> bool:
        """Whether all names were flushed, and not those in these folders only."""
        if self._job.shares_flush and len(folders) >= SHARED_FROM:
            with refusals():
                self._job.incoming.sync_filesystem()
            return True
        self._each(folders)
        return False

    def _prove(self, paths: Iterable[str]) -> None:
        for path in paths:
            del self.unproven[path]

    def _each(self, folders: Iterable[str]) -> None:
        with Folders(self._job.target.get("")) as handles:
            for path in folders:
                with on_target(path):
                    folder = handles.get(path)
                with refusals(path):
                    self._job.sync_folder(folder)
                handles.trim()
