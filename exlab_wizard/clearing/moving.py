"""Owns the move of a proven run's data into its holding folder, and the look at each file just after it."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator

from exlab_wizard.clearing.holding import DATA, Holding
from exlab_wizard.clearing.proof import ClearProof
from exlab_wizard.clearing.refusal import named, refused
from exlab_wizard.errors import Code
from exlab_wizard.fsys import Dir, rename_noreplace
from exlab_wizard.runs.paths import CONTROL_DIR
from exlab_wizard.runs.scan import EntryKind, Identity, identity_of
from exlab_wizard.sync.failure import TaskFailedError

_NOT_HERE = frozenset({errno.ENOTSUP, errno.EPERM, errno.EACCES, errno.EROFS, errno.EXDEV, errno.EBUSY})


def move_in(run: Dir, holding: Holding, proof: ClearProof) -> None:
    """Rename every top-level data entry into the holding folder, durably. Safe to repeat after a full disk.

    Raises TaskFailedError: RUN_CHANGED_SINCE_VERIFIED when something is not what was proven, NOT_PERMITTED where the
    file system or its permissions do not let names be moved; and OSError.
    """
    with holding.folder.child(DATA) as data:
        for name, info in _data_entries(run):
            if not stat.S_ISDIR(info.st_mode) and not _as_proven(proof.files.get(name), info):
                raise changed([name])
            try:
                rename_noreplace(run, name, data, name)
            except OSError as error:
                if error.errno not in _NOT_HERE:
                    raise
                message = f"{named([name])} cannot be moved here ({error.strerror}); clear the run by hand."
                raise refused(Code.NOT_PERMITTED, message, [name]) from error
        data.sync()
    run.sync()
    late = [name for name, _ in _data_entries(run)]
    if late:
        raise changed(late)


def look_again(holding: Holding, proof: ClearProof) -> tuple[dict[str, Identity], list[str]]:
    """What each file looks like just after the move, and the folders. Raises TaskFailedError unless all are as proven.

    A rename changes the ctime of a file moved itself, under all its names; of everything else the ctime holds too.
    """
    touched = {identity.inode for path, identity in proof.files.items() if "/" not in path}
    held: dict[str, Identity] = {}
    folders: list[str] = []
    for path, kind, identity, _ in holding.walk():
        if kind is EntryKind.DIRECTORY:
            folders.append(path)
        elif kind is EntryKind.FILE and _same(proof.files.get(path), identity, touched):
            held[path] = identity
        else:
            raise changed([path])
    missing = [path for path in proof.files if path not in held]
    if missing:
        raise changed(missing)
    return held, folders


def changed(paths: list[str]) -> TaskFailedError:
    """The refusal that names what is not as verified."""
    return refused(
        Code.RUN_CHANGED_SINCE_VERIFIED,
        f"Not as verified: {named(paths)}. Nothing was deleted; the run is synced again, clear it after that.",
        paths,
    )


def _data_entries(run: Dir) -> Iterator[tuple[str, os.stat_result]]:
    return ((name, info) for name, info in run.entries() if name != CONTROL_DIR)


def _as_proven(proven: Identity | None, info: os.stat_result) -> bool:
    if proven is None or not stat.S_ISREG(info.st_mode):
        return False
    now = identity_of(info)
    return now == proven or (info.st_nlink > 1 and now._replace(ctime_ns=proven.ctime_ns) == proven)


def _same(proven: Identity | None, now: Identity, touched: set[int]) -> bool:
    if proven is None:
        return False
    return now == proven or (now.inode in touched and now._replace(ctime_ns=proven.ctime_ns) == proven)
