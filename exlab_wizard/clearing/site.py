"""Owns the handles one clearing works with: the run and its control folder here, its copy on the NAS."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from exlab_wizard.clearing.beneath import deletion_is_safe_here, open_beneath
from exlab_wizard.clearing.refusal import refused
from exlab_wizard.clearing.reserve import Reserve
from exlab_wizard.errors import Code
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.paths import CONTROL_DIR, RunPath
from exlab_wizard.sync.engine.claim import open_claimed
from exlab_wizard.sync.engine.nas import open_staging, open_state, open_target, refuse_same_directory, target_marker
from exlab_wizard.sync.failure import TaskFailedError, on_state, on_target
from exlab_wizard.sync.tasks import ClearTask, ErrorClass, Place

_LINKED = frozenset({errno.ELOOP, errno.ENOTDIR, errno.EXDEV})


@dataclass(frozen=True, slots=True)
class Local:
    """The run in staging: its folder, its own `.exlab-wizard` (writable), the state directory, space kept back."""

    path: RunPath
    run: Dir
    control: Dir
    state: Dir
    reserves: tuple[Reserve, ...]


@dataclass(frozen=True, slots=True)
class NasCopy:
    """The run on the right NAS: its folder, its `.exlab-wizard`, the NAS's id, the path people know it by."""

    run: Dir
    control: Dir
    nas_id: str
    nas_path: str


@contextmanager
def open_local(task: ClearTask) -> Iterator[Local]:
    """Open the run by handles from the marked staging root down. Refuses with the code that says what is wrong."""
    if not deletion_is_safe_here():
        raise refused(Code.NOT_PERMITTED, "This computer cannot delete by directory handle; clear the run by hand.")
    path = RunPath.parse(task.run_path)
    with ExitStack() as stack:
        state = stack.enter_context(open_state(task.place))
        staging = stack.enter_context(_open_staging(task.place))
        run = stack.enter_context(_open_run(staging, path))
        control = stack.enter_context(_open_control(run))
        reserves = [Reserve(state)]
        with on_state(CONTROL_DIR):
            own = stack.enter_context(staging.child(CONTROL_DIR))
        if not os.path.samestat(os.fstat(own.fd), os.fstat(state.fd)):
            reserves.append(Reserve(own))
        yield Local(path, run, control, state, tuple(reserves))


def _open_staging(place: Place) -> Dir:
    try:
        return open_staging(place)
    except TaskFailedError as failure:
        raise refused(Code.STAGING_UNAVAILABLE, failure.error.message, [failure.error.path]) from failure


@contextmanager
def open_nas(task: ClearTask, local: Local) -> Iterator[NasCopy]:
    """Open the run's copy on the right NAS, claimed by this station, and not the local folder itself. Creates nothing.

    Raises TaskFailedError: TARGET or CONFIGURATION for the NAS itself, REFUSED when the copy is not there or not ours.
    """
    path, place = local.path, task.place
    with ExitStack() as stack:
        staging = stack.enter_context(_open_staging(place))
        target = stack.enter_context(open_target(place, staging))
        nas_id = target_marker(target, place).nas_id
        run = stack.enter_context(_open_copy(target, path, place.station_id))
        refuse_same_directory(local.run, run, place)
        with on_target(CONTROL_DIR):
            control = stack.enter_context(run.child(CONTROL_DIR))
        yield NasCopy(run, control, nas_id, f"{place.nas_root}/{path}")


def _open_copy(target: Dir, path: RunPath, station_id: str) -> Dir:
    try:
        return open_claimed(target, path, station_id)
    except TaskFailedError as failure:
        missing = failure.error.number in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
        if not missing and failure.error.error_class is not ErrorClass.CONFLICT:
            raise
        message = f"{path} is not on the NAS; it is synced again." if missing else failure.error.message
        raise refused(Code.NAS_COPY_NOT_PROVEN, message, [str(path)]) from failure


def _open_run(staging: Dir, path: RunPath) -> Dir:
    try:
        return open_beneath(staging, path.parts)
    except FileNotFoundError as error:
        raise refused(Code.RUN_NOT_FOUND, f"{path} is not in staging.") from error
    except OSError as error:
        if error.errno not in _LINKED:
            raise
        message = f"A part of {path} is a link, a file or a mount point; it is never followed."
        raise refused(Code.NOT_PERMITTED, message, [str(path)]) from error


def _open_control(run: Dir) -> Dir:
    """The run's own `.exlab-wizard`, on the same disk and writable: its lifecycle has to survive the clearing."""
    why = "is missing"
    try:
        control = open_beneath(run, [CONTROL_DIR])
    except FileNotFoundError as error:
        raise refused(
            Code.STAGING_NOT_SYNC_VERIFIED, f"The run has no {CONTROL_DIR} folder; sync it first.", [CONTROL_DIR]
        ) from error
    except OSError as error:
        if error.errno not in _LINKED | {errno.EACCES}:
            raise
        why = "is a link, a file, a mount point, or closed to the station"
    else:
        if may_change(control):
            return control
        control.close()
        why = "may not be written by the station"
    raise refused(Code.NOT_PERMITTED, f"The run's {CONTROL_DIR} {why}; clear it by hand after checking.", [CONTROL_DIR])


def may_change(folder: Dir) -> bool:
    """Whether names in the folder may be added and taken away by this process."""
    effective = os.access in os.supports_effective_ids
    return os.access(".", os.W_OK | os.X_OK, dir_fd=folder.fd, effective_ids=effective)
