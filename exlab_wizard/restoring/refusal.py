"""Owns how a restore says no: damage on the NAS, a name taken here, no room here, a disk that does not play along."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from exlab_wizard import units
from exlab_wizard.clearing.refusal import named, refused, shown
from exlab_wizard.errors import Code
from exlab_wizard.fsys import UnsupportedEntryError
from exlab_wizard.sync.failure import FULL, TaskFailedError
from exlab_wizard.sync.tasks import ErrorClass

_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_NO_FOLDER = frozenset({errno.ENOTDIR, errno.ELOOP, errno.EISDIR, errno.ENOTEMPTY})


def damaged(paths: Sequence[str], total: int) -> TaskFailedError:
    """Files of the NAS copy that are missing or not what was verified."""
    message = (
        f"The NAS copy is damaged: {named(paths)} ({len(paths):,} of {total:,} files) is not what was verified. "
        "Nothing was put into staging; have the NAS repaired or the file put back from a backup, then restore again."
    )
    return TaskFailedError(ErrorClass.HASH_MISMATCH, message, paths[0])


def in_the_way(path: str) -> TaskFailedError:
    """Something else stands in staging where a file or folder of the run belongs."""
    return refused(
        Code.RUN_CHANGED_SINCE_VERIFIED,
        f"Staging has a different {shown(path)} already; it was not overwritten. Move it away and restore again, or "
        "keep it: it is synced as late data of this run.",
        [path],
    )


def no_room(wanted: int, free: int | None = None) -> TaskFailedError:
    """The staging disk cannot take the run (bytes)."""
    there = f", {units.size(free)} are free" if free is not None else ""
    message = (
        f"The staging disk has no room for this run: {units.size(wanted)} are wanted{there}. Clear other runs first, "
        "then restore again; the data are safe on the NAS."
    )
    return TaskFailedError(ErrorClass.REFUSED, message, number=errno.ENOSPC)


def local_failure(error: OSError, path: str) -> TaskFailedError:
    """An operation in staging failed."""
    reason = error.strerror or str(error)
    if error.errno in FULL:
        message = f"The staging disk is full at {shown(path)}. Clear other runs first, then restore again."
        return TaskFailedError(ErrorClass.REFUSED, message, path, error.errno)
    if error.errno in _NO_FOLDER or isinstance(error, UnsupportedEntryError):
        return in_the_way(path)
    if error.errno in _FORBIDDEN:
        return refused(Code.NOT_PERMITTED, f"The station may not write {shown(path)} in staging ({reason}).", [path])
    message = f"The local disk failed at {shown(path)}: {reason}. Check the staging disk; the restore is tried again."
    return TaskFailedError(ErrorClass.SOURCE_IO, message, path, error.errno)


@contextmanager
def in_staging(path: str) -> Iterator[None]:
    """OSErrors inside become `local_failure` of `path`."""
    try:
        yield
    except OSError as error:
        raise local_failure(error, path) from error
