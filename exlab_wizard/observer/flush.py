"""Owns making a settled run durable in staging, before it may be called complete."""

from __future__ import annotations

import errno
import os
from contextlib import suppress

from exlab_wizard.fsys import Dir, close_quietly
from exlab_wizard.observer.root import StagingRoot
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.scan import EntryKind, walk
from exlab_wizard.sync.engine.folders import Folders

_REFUSED = frozenset({errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.ESTALE})  # others: cannot be flushed, or opened


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
            if entry.kind is EntryKind.DIRECTORY:
                folders.get(entry.path).sync()
            elif entry.kind is EntryKind.FILE:
                _flush_file(*folders.parent(entry.path))
        except OSError as error:
            if error.errno in _REFUSED:
                return (
                    f"{entry.path}: the staging disk did not take its bytes ({error.strerror}). What is there may be "
                    "damaged: check the disk."
                )
        folders.trim()
    run.sync()
    return ""


def _flush_file(folder: Dir, name: str) -> None:
    fd = folder.open_file(name)
    try:
        os.fsync(fd)
    finally:
        close_quietly(fd)
