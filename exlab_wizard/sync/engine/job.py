"""Owns what one sync attempt holds open, and what it has done so far."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from exlab_wizard.fsys import Dir
from exlab_wizard.markers import NasMarker
from exlab_wizard.runs.paths import CONTROL_DIR, RunPath
from exlab_wizard.sync.engine.claim import claim_run
from exlab_wizard.sync.engine.control import INCOMING
from exlab_wizard.sync.engine.flush import can_share, forgets_refusals
from exlab_wizard.sync.engine.folders import Folders
from exlab_wizard.sync.engine.helper import Helper
from exlab_wizard.sync.engine.meter import Meter, Report, pace_from_environment
from exlab_wizard.sync.engine.nas import open_staging, open_state, open_target, refuse_same_directory, target_marker
from exlab_wizard.sync.engine.records import RunRecords
from exlab_wizard.sync.engine.verify import Reading
from exlab_wizard.sync.failure import on_source, on_target
from exlab_wizard.sync.fence import Fence, RunLock
from exlab_wizard.sync.tasks import SyncTask

_LISTED = 100


@dataclass(slots=True)
class Done:
    """What an attempt did: counts, what it set aside, and what the target turned out to offer."""

    files_copied: int = 0
    bytes_copied: int = 0
    files_adopted: int = 0
    superseded: list[str] = field(default_factory=list)
    directory_fsync: bool = True
    reading: Reading = Reading.FADVISE

    def set_aside(self, path: str) -> None:
        """Note a file moved to `superseded/` (the first hundred are listed)."""
        if len(self.superseded) < _LISTED:
            self.superseded.append(path)


@dataclass(slots=True)
class SyncJob:
    """One attempt: open handles (staging run, NAS run, its control folder, `incoming`), records, fence, meter.

    `given` are the instrument's own hashes by path; `stamp` names this attempt's folder below `superseded/`; with
    `shares_flush` many files there can be made durable together; `forgets_refusals` as of the file system there.
    """

    task: SyncTask
    run: RunPath
    state: Dir
    source: Folders
    target: Folders
    control: Dir
    incoming: Dir
    records: RunRecords
    fence: Fence
    meter: Meter
    marker: NasMarker
    stamp: str
    shares_flush: bool
    forgets_refusals: bool
    given: Mapping[str, str] = field(default_factory=dict)
    done: Done = field(default_factory=Done)
    helper: Helper | None = None
    _count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def temporary(self) -> str:
        """A name of its own in `incoming/`: `<token>-<n>`."""
        with self._lock:
            self._count += 1
            return f"{self.task.token}-{self._count}"

    def sync_folder(self, folder: Dir) -> None:
        """Make a NAS directory's names durable; where that is not offered, it is noted. Raises OSError."""
        if not folder.sync():
            self.done.directory_fsync = False

    def demand_changes(self) -> None:
        """Raise TARGET unless the NAS takes one more name.

        A file system whose journal was lost refuses every change from then on; but of those before, not every flush
        says that they are lost.
        """
        with on_target("the run's folder"):
            os.close(self.incoming.create_file(self.temporary()))


@contextmanager
def open_job(task: SyncTask, report: Report) -> Iterator[SyncJob]:
    """Take the lock, meet both markers, claim the NAS directory and open everything; closed again on the way out.

    Raises TaskFailedError: BUSY, FENCED, CONFIGURATION, TARGET, CONFLICT, SOURCE_IO, CHANGED.
    """
    run = RunPath.parse(task.run_path)
    with ExitStack() as stack:
        keep = stack.enter_context
        state = keep(open_state(task.place))
        keep(RunLock(state, run))
        fence = keep(Fence(state, run, task.token))
        fence.check()
        staging = keep(open_staging(task.place))
        target = keep(open_target(task.place, staging))
        marker = target_marker(target, task.place)
        with on_source(task.run_path):
            source = keep(staging.beneath(*run.parts))
        nas_run = keep(claim_run(target, run, task.place.station_id))
        refuse_same_directory(source, nas_run, task.place)
        control, incoming = _open_incoming(nas_run, task.token, keep)
        yield SyncJob(
            task=task,
            run=run,
            state=state,
            source=keep(Folders(source)),
            target=keep(Folders(nas_run)),
            control=control,
            incoming=incoming,
            records=keep(RunRecords.open(state, run)),
            fence=fence,
            meter=Meter(report, fence.check_stop, pace_from_environment()),
            marker=marker,
            stamp=datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%SZ"),
            shares_flush=can_share(incoming),
            forgets_refusals=forgets_refusals(incoming),
        )


def _open_incoming(nas_run: Dir, token: int, keep: Callable[[Dir], Dir]) -> tuple[Dir, Dir]:
    with on_target(f"{CONTROL_DIR}/{INCOMING}"):
        control = keep(nas_run.child(CONTROL_DIR))
        incoming = keep(control.ensure(INCOMING))
        sweep_incoming(incoming, token)
    return control, incoming


def sweep_incoming(incoming: Dir, token: int) -> None:
    """Remove temporary copies of this and older attempts; the run's lock is held, so nobody writes them any more."""
    for name in incoming.names():
        attempt = name.split("-", 1)[0]
        if attempt.isdigit() and int(attempt) <= token:
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=incoming.fd)


def leave_incoming(job: SyncJob) -> None:
    """Remove this attempt's temporaries and, when nothing else is in it, `incoming/`; best effort."""
    drop_incoming(job.control, job.task.token)


def drop_incoming(control: Dir, token: int) -> None:
    """The same by the NAS's control folder, for whoever holds the run's lock after an attempt that could not."""
    with suppress(OSError), control.child(INCOMING) as incoming:
        sweep_incoming(incoming, token)
        os.rmdir(INCOMING, dir_fd=control.fd)
