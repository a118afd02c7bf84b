"""Owns bringing a run's data to the NAS: one walk, folders made, files planned, batched, prepared, published."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from exlab_wizard.fsys import Dir
from exlab_wizard.runs.manifest import ManifestEntry
from exlab_wizard.runs.scan import Entry, EntryKind
from exlab_wizard.sync.engine.copy import Source, changed
from exlab_wizard.sync.engine.folders import split
from exlab_wizard.sync.engine.job import SyncJob
from exlab_wizard.sync.engine.plan import Step, decide
from exlab_wizard.sync.engine.prepare import Item, check_given, conflict, make_durable, prepare_all
from exlab_wizard.sync.engine.publish import publish_all, sync_folders
from exlab_wizard.sync.failure import on_source, on_target

BATCH_FILES = 512
BATCH_BYTES = 64 << 20
THREADS = 4


class Push:
    """Brings entries to the NAS. `local` collects every file's size and hash, `folders` every directory.

    `steady` false: files that may change while they are read (unknown ones in `.exlab-wizard`).
    """

    def __init__(self, job: SyncJob, pool: ThreadPoolExecutor, *, steady: bool = True) -> None:
        self._job = job
        self._pool = pool
        self._steady = steady
        self._batch: list[Item] = []
        self._bytes = 0
        self._unsynced: dict[str, None] = {"": None}
        self._fresh: set[str] = set()  # folders that this attempt made
        self.local: dict[str, ManifestEntry] = {}
        self.folders: set[str] = set()

    def run(self, entries: Iterable[Entry]) -> None:
        """Push files and directories (parents first); on return every name is durable on the NAS.

        Directories met are flushed even when they were there: an earlier attempt may have died before it could.
        Raises TaskFailedError.
        """
        with on_source("the run's folder"):
            for entry in entries:
                if entry.kind is EntryKind.DIRECTORY:
                    self._make(entry.path)
                elif entry.kind is EntryKind.FILE:
                    self._file(entry)
                else:  # put there since the tree was found whole
                    raise changed(entry.path)
        self.flush()

    def file(self, entry: Entry, step: Step | None = None) -> None:
        """Push one file, by `step` where that is settled already; `flush` makes it durable."""
        self._file(entry, step)

    def flush(self) -> None:
        """Prepare and publish what is gathered, make the names durable."""
        batch, self._batch, self._bytes = self._batch, [], 0
        if batch:
            prepared = make_durable(self._job, prepare_all(self._job, self._pool, batch))
            publish_all(self._job, prepared)
            self.local.update((one.item.source.path, ManifestEntry(*one.digest)) for one in prepared)
        sync_folders(self._job, self._unsynced)
        self._unsynced.clear()
        self._job.source.trim()
        self._job.target.trim()

    def _make(self, path: str) -> None:
        self._job.fence.check_stop()
        parent, name = split(path)
        with on_target(path):
            folder = self._job.target.get(parent)
            try:
                os.mkdir(name, dir_fd=folder.fd)
            except FileExistsError:
                self._check_folder(path)
            else:
                self._fresh.add(path)
        self._unsynced.update(((parent, None), (path, None)))
        self.folders.add(path)
        if len(self._unsynced) > BATCH_FILES:
            self.flush()

    def _check_folder(self, path: str) -> None:
        try:
            self._job.target.get(path)
        except OSError as error:
            if error.errno not in (errno.ENOTDIR, errno.ELOOP, errno.ENOENT):
                raise
            raise conflict(path) from error

    def _file(self, entry: Entry, step: Step | None = None) -> None:
        item = self._plan(entry, step)
        if item.step is Step.KEEP and item.record is not None:
            self._keep(entry, ManifestEntry(entry.identity.size, item.record.sha256))
            return
        self._batch.append(item)
        self._bytes += entry.identity.size
        self._unsynced[split(entry.path)[0]] = None
        if len(self._batch) >= BATCH_FILES or self._bytes >= BATCH_BYTES:
            self.flush()

    def _plan(self, entry: Entry, step: Step | None) -> Item:
        job = self._job
        with on_source(entry.path):
            home, name = job.source.parent(entry.path)
        record = job.records.entries.get(entry.path)
        with on_target(entry.path):
            folder, _ = job.target.parent(entry.path)
            if step is None:
                step = decide(entry.identity, record, self._there(folder, entry.path, name))
        source = Source(home, name, entry.path, entry.identity, self._steady, job.source.mount)
        return Item(source, folder, name, step, record)

    def _there(self, folder: Dir, path: str, name: str) -> os.stat_result | None:
        """What has this name on the NAS. Nothing in a folder we made just now; and no name is ever given over one."""
        if split(path)[0] in self._fresh:
            return None
        try:
            return folder.stat(name)
        except FileNotFoundError:
            return None

    def _keep(self, entry: Entry, known: ManifestEntry) -> None:
        check_given(self._job, entry.path, known.sha256)
        self.local[entry.path] = known
        self._job.meter.add(1, known.size)
