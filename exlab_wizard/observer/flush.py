"""Owns making a settled run durable in staging, before it may be called complete."""

from __future__ import annotations

import errno
from contextlib import suppress

from exlab_wizard.fsys import Dir
from exlab_wizard.observer.root import StagingRoot
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.scan import Entry, EntryKind, walk
from exlab_wizard.sync.engine.folders import Folders

_REFUSED = frozenset({errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.ESTALE})  # others: it cannot be asked


def flush_run(staging: StagingRoot, path: RunPath) -> str:
    """Flush a run's files and folders: an instrument's bytes may still be in memory only.

    The file system as a whole goes first, which is quicker than thousands of files; each file is asked afterwards,
    because only its own fsync says that *its* bytes were refused, and says so once. A file that cannot be opened is
    the sync's to tell. Returns the problem as a sentence, empty when all is on the medium. Raises
    `StagingError(staging_unavailable)`.
    """
    with staging.open() as root:
        with suppress(OSError):
            root.sync_filesystem()
        try:
            with root.beneath(*path.parts) as run, Folders(run) as folders:
                return _flush(run, folders)
        except OSError:
            return ""  # gone or not to be entered: the next look says so


def _flush(run: Dir, folders: Folders) -> str:
    for entry in walk(run):
        try:
            opened = _opened(folders, entry)
        except OSError:
            continue
        if opened is not None:
            with opened as handle:
                problem = _refusal(handle)
            if problem:
                return (
                    f"{entry.path}: the staging disk did not take its bytes ({problem}). What is there may be "
                    "damaged: check the disk."
                )
        folders.trim()
    run.sync()
    return ""


def _opened(folders: Folders, entry: Entry) -> Dir | None:
    """A handle on a file or folder of the run; fsync asks no more of it."""
    if entry.kind is EntryKind.DIRECTORY:
        return folders.get(entry.path).duplicate()
    if entry.kind is EntryKind.FILE:
        folder, name = folders.parent(entry.path)
        return Dir(folder.open_file(name))
    return None


def _refusal(handle: Dir) -> str:
    """Why the medium refused what was written; empty when it did not, or cannot be asked."""
    try:
        handle.sync()
    except OSError as error:
        if error.errno in _REFUSED:
            return error.strerror or str(error)
    return ""
