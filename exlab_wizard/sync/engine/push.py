"""Owns bringing a run's data to the NAS: one walk, folders made, files planned and batched, each batch handed on."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from exlab_wizard.fsys import Dir
from exlab_wizard.handles import eighth
from exlab_wizard.runs.manifest import ManifestEntry
from exlab_wizard.runs.scan import Entry, EntryKind
from exlab_wizard.sync.engine.copy import Source, changed
from exlab_wizard.sync.engine.distrust import distrust
from exlab_wizard.sync.engine.finish import Batch, Finisher
from exlab_wizard.sync.engine.flush import FlushRefusedError
from exlab_wizard.sync.engine.folders import split
from exlab_wizard.sync.engine.job import SyncJob
from exlab_wizard.sync.engine.plan import Step, decide
from exlab_wizard.sync.engine.prepare import Item, check_given, conflict
from exlab_wizard.sync.engine.spread import Spread
from exlab_wizard.sync.engine.stages import Stages
from exlab_wizard.sync.failure import on_source, on_target

BATCH_FILES = 512
THREADS = 4


def push(
    job: SyncJob, pool: ThreadPoolExecutor, entries: Callable[[], Iterable[Entry]], *, steady: bool = True
) -> Push:
    """Push files and directories (parents first); on return every name is durable on the NAS.

    Where flushes are shared and one was refused, it is done once more, each copy and folder with a flush of its own;
    what was flushed before that stays. Raises TaskFailedError.
    """
    one = Push(job, pool, steady=steady)
    counted = job.meter.counted
    try:
        one.run(entries())
    except FlushRefusedError:
        if not job.shares_flush:
            raise
        job.shares_flush = False
        job.meter.add(*(before - now for before, now in zip(counted, job.meter.counted, strict=True)))
        one = Push(job, pool, steady=steady)
        one.run(entries())
    return one


class Push:
    """Brings entries to the NAS. `local` collects every file's size and hash, `folders` every directory.

    A full batch is finished beside the copying of the next one, by a thread or while the helper copies; the last one,
    a small run's only one, by itself.
    `steady` false: files that may change while they are read (unknown ones in `.exlab-wizard`).
    """

    def __init__(self, job: SyncJob, pool: ThreadPoolExecutor, *, steady: bool = True) -> None:
        self._job = job
        self._pool = pool
        self._steady = steady
        self._batch = Spread(job, pool)
        self._most = min(BATCH_FILES, 2 * eighth())  # one batch is copied while another is finished
        self._met: dict[str, None] = {}  # folders on the way to the next batch
        self._fresh: set[str] = set()  # folders that this attempt made
        self.local: dict[str, ManifestEntry] = {}
        self.folders: set[str] = set()
        self._finisher = Finisher(job, self.local)
        self._stages: Stages[Batch] = Stages(self._finisher.finish, Batch.give_up)

    def run(self, entries: Iterable[Entry]) -> None:
        """As `push`, but FlushRefusedError, too, ends it.

        Directories met are flushed even when they were there: an earlier attempt may have died before it could.
        """
        with self._proving(), on_source("the run's folder"):
            for entry in entries:
                self._entry(entry)

    def copy_again(self, entries: Iterable[Entry]) -> None:
        """Push files of ours that are damaged on the NAS; what stands there is set aside. Raises as `run`."""
        with self._proving():
            for entry in entries:
                self._file(entry, Step.REPLACE)

    @contextmanager
    def _proving(self) -> Iterator[None]:
        """Ends with every name durable; when a flush was refused, with what it was for set aside."""
        try:
            with self._stages:
                yield
                self._end()
        except FlushRefusedError:
            distrust(self._job, self._finisher.unproven)
            self._finisher.doubts.over()
            raise
        finally:
            self._batch.give_up()

    def _entry(self, entry: Entry) -> None:
        if entry.kind is EntryKind.DIRECTORY:
            self._make(entry.path)
        elif entry.kind is EntryKind.FILE:
            self._file(entry)
        else:  # put there since the tree was found whole
            raise changed(entry.path)

    def _end(self) -> None:
        """The last batch is finished here, and all names are made durable."""
        self._stages.here(self._take())
        self._finisher.settle()
        self._trim()

    def _hand_on(self) -> None:
        """A batch full of bytes is finished beside the copying of the next one.

        One full of small files is finished here: it waits for the disk less than two threads for each other; with a
        helper, while that copies the next one.
        """
        if self._batch.load.heavy:
            finish = self._stages.beside
        else:
            finish = self._stages.later if self._job.helper is not None else self._stages.here
        finish(self._take())
        if self._job.source.crowded or self._job.target.crowded:
            self._stages.drain()  # it uses the handles
            self._trim()

    def _take(self) -> Batch:
        self._stages.catch_up()  # the helper copies meanwhile
        folders, self._met = list(self._met), {}
        return Batch(self._batch.take(), folders)

    def _trim(self) -> None:
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
                self._finisher.unproven[path] = None
        self._met.update(((parent, None), (path, None)))
        self.folders.add(path)
        if len(self._met) > BATCH_FILES or self._full:
            self._hand_on()

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
        if not self._batch.load.takes(entry.identity.size):
            self._hand_on()
        self._batch.add(item)
        if self._batch.file_total >= self._most or self._batch.load.full or self._full:
            self._hand_on()

    @property
    def _full(self) -> bool:
        return self._job.source.full or self._job.target.full

    def _plan(self, entry: Entry, step: Step | None) -> Item:
        job, path = self._job, entry.path
        parent, name = split(path)
        with on_source(path):
            home = job.source.get(parent)
        record = job.records.entries.get(path)
        with on_target(path):
            folder = job.target.get(parent)
            if step is None:
                # nothing is in a folder we made just now; and no name is ever given over one
                there = None if parent in self._fresh else _there(folder, name)
                step = decide(entry.identity, record, there)
        source = Source(home, name, path, entry.identity, self._steady, job.source.mount)
        return Item(source, folder, name, step, record)

    def _keep(self, entry: Entry, known: ManifestEntry) -> None:
        check_given(self._job, entry.path, known.sha256)
        self.local[entry.path] = known
        self._job.meter.add(1, known.size)


def _there(folder: Dir, name: str) -> os.stat_result | None:
    """What has this name on the NAS."""
    try:
        return folder.stat(name)
    except FileNotFoundError:
        return None
