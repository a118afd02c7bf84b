"""Owns what one restore holds open: the run here, its claimed copy on the right NAS, lock, fence and records."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from exlab_wizard.clearing.holding import finish_clearing, pending_clearings
from exlab_wizard.clearing.refusal import refused
from exlab_wizard.clearing.site import may_change
from exlab_wizard.errors import Code
from exlab_wizard.fsys import Dir
from exlab_wizard.restoring.refusal import damaged, in_staging
from exlab_wizard.runs.ingest import INGEST_NAME
from exlab_wizard.runs.paths import CONTROL_DIR, RunPath
from exlab_wizard.sync.engine.claim import open_claimed
from exlab_wizard.sync.engine.folders import Folders
from exlab_wizard.sync.engine.meter import Meter, Report, pace_from_environment
from exlab_wizard.sync.engine.nas import open_staging, open_state, open_target, refuse_same_directory, target_marker
from exlab_wizard.sync.engine.records import RunRecords
from exlab_wizard.sync.failure import TaskFailedError, on_target
from exlab_wizard.sync.fence import Fence, RunLock
from exlab_wizard.sync.tasks import RestoreTask

_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})


@dataclass(frozen=True, slots=True)
class Site:
    """One restore's open handles. `incoming` is the run's own `restoring-<id>` folder, named after the manifest."""

    task: RestoreTask
    run: RunPath
    state: Dir
    here: Folders
    control: Dir
    incoming_name: str
    incoming: Dir
    nas: Folders
    nas_control: Dir
    nas_id: str
    records: RunRecords
    fence: Fence
    meter: Meter


@contextmanager
def open_site(task: RestoreTask, report: Report) -> Iterator[Site]:
    """Take the lock, meet both markers and the claim, make the run's folder where it is gone; closed on the way out.

    Raises TaskFailedError: BUSY, FENCED, CONFIGURATION, TARGET, CONFLICT, HASH_MISMATCH (no copy there), REFUSED,
    SOURCE_IO.
    """
    run = RunPath.parse(task.run_path)
    incoming_name = f"restoring-{task.manifest_digest[:16]}"
    with ExitStack() as stack:
        keep = stack.enter_context
        state = keep(open_state(task.place))
        keep(RunLock(state, run))
        fence = keep(Fence(state, run, task.token))
        fence.check()
        staging = keep(open_staging(task.place))
        target = keep(open_target(task.place, staging))
        nas_id = target_marker(target, task.place).nas_id
        nas_run = keep(_open_copy(target, run, task.place.station_id))
        with on_target(CONTROL_DIR):
            nas_control = keep(nas_run.child(CONTROL_DIR))
        with in_staging(str(run)):
            here = keep(_durable_folder(staging, run))
            refuse_same_directory(here, nas_run, task.place)
            control = keep(here.ensure(CONTROL_DIR))
            _refuse_unusable(control, run, here)
            if not control.exists(INGEST_NAME):
                control.replace(INGEST_NAME, task.ingest.encode())
            incoming = keep(control.ensure(incoming_name, mode=0o770))
            control.sync()
        yield Site(
            task=task,
            run=run,
            state=state,
            here=keep(Folders(here)),
            control=control,
            incoming_name=incoming_name,
            incoming=incoming,
            nas=keep(Folders(nas_run)),
            nas_control=nas_control,
            nas_id=nas_id,
            records=keep(RunRecords.open(state, run)),
            fence=fence,
            meter=Meter(report, fence.check_stop, pace_from_environment()),
        )


def _open_copy(target: Dir, run: RunPath, station_id: str) -> Dir:
    """The claimed copy; that the right NAS has none any more is damage, not an absent NAS."""
    try:
        return open_claimed(target, run, station_id)
    except TaskFailedError as failure:
        if failure.error.number not in _GONE:
            raise
        raise damaged([str(run)], 1) from failure


def _durable_folder(staging: Dir, run: RunPath) -> Dir:
    """The run's folder and every ancestor, made and flushed, also those an earlier attempt could not flush."""
    current = staging.duplicate()
    for name in run.parts:
        with current:
            child = current.ensure(name)
            current.sync()
        current = child
    return current


def _refuse_unusable(control: Dir, run: RunPath, folder: Dir) -> None:
    if not may_change(control):
        raise refused(
            Code.NOT_PERMITTED, f"The station may not write in {run}; change the folder's rights.", [str(run)]
        )
    for clearing_id in pending_clearings(control):
        if not finish_clearing(control, clearing_id, folder):
            raise refused(
                Code.RUN_BUSY, f"A clearing of {run} was cut short and is ended first; ask again.", [str(run)]
            )
