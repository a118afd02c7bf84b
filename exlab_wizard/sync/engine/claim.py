"""Owns the claim on a run's NAS directory: who writes there is settled once, by name and station, before any data."""

from __future__ import annotations

import errno
import json
import os
from contextlib import suppress
from datetime import UTC, datetime

from exlab_wizard.fsys import Dir, UnsupportedEntryError, rename_noreplace
from exlab_wizard.runs.foreign_json import shown
from exlab_wizard.runs.paths import CONTROL_DIR, RunPath
from exlab_wizard.sync.engine.control import sweep_temporaries
from exlab_wizard.sync.failure import TaskFailedError, on_target
from exlab_wizard.sync.tasks import ErrorClass

CLAIM_NAME = "claim.json"
_LIMIT = 64 * 1024


def claim_run(target: Dir, run: RunPath, station_id: str) -> Dir:
    """The run's directory below the NAS root, made durable and claimed for this station. The caller closes it.

    Raises TaskFailedError: CONFLICT when another run or station owns it or the NAS folds its name into another's.
    """
    with on_target(str(run)):
        folder = _durable_folder(target, run)
        try:
            with folder.ensure(CONTROL_DIR, durable=False) as control:
                folder.sync()
                _claim(control, run, station_id)
        except BaseException:
            folder.close()
            raise
    return folder


def open_claimed(target: Dir, run: RunPath, station_id: str) -> Dir:
    """The run's directory on the NAS if this station's claim stands there; creates nothing.

    Raises TaskFailedError: CONFLICT for another's or no claim, TARGET when it cannot be opened.
    """
    with on_target(str(run)):
        folder = target.beneath(*run.parts)
        try:
            with folder.child(CONTROL_DIR) as control:
                _check(control, run, station_id)
        except BaseException:
            folder.close()
            raise
    return folder


def _durable_folder(target: Dir, run: RunPath) -> Dir:
    """Every ancestor made and flushed, also those an earlier attempt made and could not flush."""
    current = target.duplicate()
    for name in run.parts:
        with current:
            with suppress(FileExistsError):
                os.mkdir(name, dir_fd=current.fd)
            current.sync()
            _check_listed(current, name, run)
            try:
                current = current.child(name)
            except OSError as error:
                if error.errno not in (errno.ENOTDIR, errno.ELOOP):
                    raise
                raise _conflict(run, f"{name!r} is a file or a link there, not a folder") from None
    return current


def _check_listed(parent: Dir, name: str, run: RunPath) -> None:
    listed = parent.names()
    if name in listed:
        return
    twin = next((other for other in listed if other.casefold() == name.casefold()), None)
    raise _conflict(run, f"the NAS has {twin!r} where {name!r} belongs" if twin else f"the NAS cannot store {name!r}")


def _claim(control: Dir, run: RunPath, station_id: str) -> None:
    if not control.exists(CLAIM_NAME):
        _publish_claim(control, run, station_id)
    _check(control, run, station_id)
    sweep_temporaries(control, f".{CLAIM_NAME}.{station_id}.")
    control.sync()


def _publish_claim(control: Dir, run: RunPath, station_id: str) -> None:
    claimed_at = datetime.now(UTC).isoformat(timespec="seconds")
    claim = {"run_path": str(run), "station_id": station_id, "claimed_at": claimed_at}
    temporary = f".{CLAIM_NAME}.{station_id}.tmp"
    sweep_temporaries(control, temporary)  # the run's lock is held: a dead attempt's
    try:
        with os.fdopen(control.create_file(temporary), "wb") as file:
            file.write(json.dumps(claim, indent=2).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # somebody was quicker: `_check` says who
            rename_noreplace(control, temporary, control, CLAIM_NAME)
    finally:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=control.fd)


def _check(control: Dir, run: RunPath, station_id: str) -> None:
    try:
        claim = json.loads(control.read(CLAIM_NAME, _LIMIT))
        owner, station = claim["run_path"], claim["station_id"]
    except FileNotFoundError:
        raise _conflict(run, f"no {CLAIM_NAME} stands there") from None
    except (ValueError, TypeError, KeyError, RecursionError, UnsupportedEntryError):
        raise _damaged(run) from None
    except OSError as error:
        if error.errno not in (errno.EFBIG, errno.ELOOP):
            raise
        raise _damaged(run) from None
    if owner != str(run):
        raise _conflict(run, f"it belongs to the run {shown(str(owner))}")
    if station != station_id:
        raise _conflict(run, f"it belongs to the station {shown(str(station))}")


def _damaged(run: RunPath) -> TaskFailedError:
    return _conflict(run, f"its {CLAIM_NAME} is damaged; if the folder is this run's own, remove that file")


def _conflict(run: RunPath, why: str) -> TaskFailedError:
    message = f"The NAS directory of {run} cannot be used: {why}. Nothing was written; rename one of the two, or ask."
    return TaskFailedError(ErrorClass.CONFLICT, message, str(run))
