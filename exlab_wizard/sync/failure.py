"""Owns how a task fails: one exception that carries the message for the sync thread, and what an errno means where."""

from __future__ import annotations

import errno
from collections.abc import Callable
from types import TracebackType

from exlab_wizard.fsys import UnsupportedEntryError
from exlab_wizard.sync.tasks import ErrorClass, TaskError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NO_HANDLE = frozenset({errno.EMFILE, errno.ENFILE})
_GONE = frozenset({errno.ENOENT, errno.EXDEV, errno.ENOTDIR, errno.ELOOP, errno.EISDIR})


class TaskFailedError(Exception):
    """A task ends here; `error` says why and, where one is concerned, which file."""

    def __init__(
        self, error_class: ErrorClass, message: str, path: str = "", number: int | None = None, code: str | None = None
    ) -> None:
        super().__init__(message)
        self.error = TaskError(error_class, message, path, number, code)


def target_failure(error: OSError, path: str) -> TaskFailedError:
    """An operation on the NAS failed: full, or some other trouble a probe has to look into."""
    if error.errno in _NO_HANDLE:
        return _no_handle(error, path)
    if error.errno in FULL:
        message = f"The NAS is full or over quota: {path} was not written. Free space there; it goes on by itself."
        return TaskFailedError(ErrorClass.TARGET_FULL, message, path, error.errno)
    message = f"The NAS failed at {path}: {_reason(error)}. Check the mount and the NAS; it is tried again."
    return TaskFailedError(ErrorClass.TARGET, message, path, error.errno)


def source_failure(error: OSError, path: str) -> TaskFailedError:
    """Reading staging failed: the file is gone or not a file any more, or the local disk has trouble."""
    if error.errno in _NO_HANDLE:
        return _no_handle(error, path)
    if isinstance(error, UnsupportedEntryError) or error.errno in _GONE:
        message = f"{path} changed in staging while it was read ({_reason(error)}); the run is looked at again."
        return TaskFailedError(ErrorClass.CHANGED, message, path, error.errno)
    if error.errno in (errno.EACCES, errno.EPERM):
        message = f"{path} in staging may not be read: give the station read permission."
    else:
        message = f"The local disk failed reading {path}: {_reason(error)}. Check the staging disk first."
    return TaskFailedError(ErrorClass.SOURCE_IO, message, path, error.errno)


def state_failure(error: OSError, path: str) -> TaskFailedError:
    """The state directory cannot be read or written."""
    if error.errno in _NO_HANDLE:
        return _no_handle(error, path)
    message = f"The state directory failed at {path}: {_reason(error)}. Free space there or check that disk."
    return TaskFailedError(ErrorClass.SOURCE_IO, message, path, error.errno)


def _no_handle(error: OSError, path: str) -> TaskFailedError:
    """Neither disk is to blame: this process may not have one more file open."""
    message = (
        f"Too many files are open on this computer to go on at {path} ({_reason(error)}): raise the limit of the "
        "Jupyter server (ulimit -n, or LimitNOFILE= of its service). It is tried again."
    )
    return TaskFailedError(ErrorClass.INTERNAL, message, path, error.errno)


class _Told:
    """OSErrors inside become what `failure` makes of them. A class: it is entered several times a file."""

    __slots__ = ("_failure", "_path")

    def __init__(self, failure: Callable[[OSError, str], TaskFailedError], path: str) -> None:
        self._failure, self._path = failure, path

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, OSError):
            raise self._failure(error, self._path) from error


def on_target(path: str) -> _Told:
    """OSErrors inside become `target_failure` of `path`."""
    return _Told(target_failure, path)


def on_source(path: str) -> _Told:
    """OSErrors inside become `source_failure` of `path`."""
    return _Told(source_failure, path)


def on_state(path: str) -> _Told:
    """OSErrors inside become `state_failure` of `path`."""
    return _Told(state_failure, path)


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
