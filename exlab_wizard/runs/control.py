"""Owns where a run's control files live: its own `.exlab-wizard`, or the state directory where that is not writable."""

from __future__ import annotations

import errno
import os

from exlab_wizard.fsys import Dir, UnsupportedEntryError, rename_noreplace
from exlab_wizard.runs.ingest import INGEST_NAME, SIZE_LIMIT
from exlab_wizard.runs.paths import CONTROL_DIR, RunPath
from exlab_wizard.runs.states import stamp, utc_now

CREATION_NAME = "creation.json"
CREATION_LIMIT = 1 << 20
_NOT_WRITABLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ELOOP, errno.ENOTDIR})


def open_control(staging: Dir, state: Dir, run: RunPath) -> tuple[Dir, bool]:
    """The run's control directory, created where needed, and whether it is the run's own (writable) one.

    A run that may not be written, or whose `.exlab-wizard` is a link or a file, gets one in the state directory.
    """
    try:
        folder = staging.beneath(*run.parts)
    except OSError as error:
        if error.errno not in _NOT_WRITABLE and not isinstance(error, FileNotFoundError):
            raise
        return state.ensure("runs", run.key, mode=0o700), False
    with folder:
        return open_control_in(folder, state, run)


def open_control_in(folder: Dir, state: Dir, run: RunPath) -> tuple[Dir, bool]:
    """As `open_control`, of a run that is open already."""
    try:
        control = _existing(folder) or folder.ensure(CONTROL_DIR)
    except OSError as error:
        if error.errno not in _NOT_WRITABLE and not isinstance(error, FileNotFoundError):
            raise
        return state.ensure("runs", run.key, mode=0o700), False
    if os.access(".", os.W_OK, dir_fd=control.fd):
        return control, True
    control.close()
    return state.ensure("runs", run.key, mode=0o700), False


def _existing(folder: Dir) -> Dir | None:
    try:
        return folder.child(CONTROL_DIR)
    except FileNotFoundError:
        return None


def read_control(folder: Dir, name: str, limit: int) -> bytes | None:
    """A control file's bytes; None when there is none; b"" stands for one that must not or cannot be read."""
    try:
        return folder.read(name, limit)
    except FileNotFoundError:
        return None
    except (UnsupportedEntryError, OSError):
        return b""


def control_stamp(folder: Dir) -> tuple[object, ...]:
    """What tells that ingest.json or creation.json changed since the last look."""
    seen: list[object] = []
    for name in (INGEST_NAME, CREATION_NAME):
        try:
            info = folder.stat(name)
            seen.append((info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_ino))
        except OSError:
            seen.append(None)
    return tuple(seen)


def set_damaged_aside(folder: Dir) -> str | None:
    """Keep a torn ingest.json as `ingest.json.damaged-<UTC>` (`-2`, ... within a second); the name it got."""
    base = f"{INGEST_NAME}.damaged-{stamp(utc_now()).replace(':', '-')}"
    for name in (base, *(f"{base}-{number}" for number in range(2, 100))):
        try:
            rename_noreplace(folder, INGEST_NAME, folder, name)
        except FileExistsError:
            continue
        except FileNotFoundError:
            return None
        folder.sync()
        return name
    return None


def read_ingest(folder: Dir) -> bytes | None:
    """ingest.json's bytes, as `read_control`."""
    return read_control(folder, INGEST_NAME, SIZE_LIMIT)
