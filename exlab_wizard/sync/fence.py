"""Owns who may touch a run: its lock file, and the fencing token that outdates a worker left behind."""

from __future__ import annotations

import errno
import fcntl
import os
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

from exlab_wizard.fsys import Dir, close_quietly
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.scan import Identity, identity_of, is_same
from exlab_wizard.sync.engine.control import sweep_temporaries
from exlab_wizard.sync.failure import TaskFailedError, on_state
from exlab_wizard.sync.tasks import ErrorClass

LOCKS = "locks"
_GRACE_SECONDS = 0.2  # `lock_is_free` holds the lock for an instant; a worker starting then must not be turned away
_TOKEN_LIMIT = 64
_stop = threading.Event()


class FencedError(TaskFailedError):
    """A newer attempt owns the run, or this process was told to stop: publish nothing more, end quietly."""

    def __init__(self, message: str) -> None:
        super().__init__(ErrorClass.FENCED, message)


class BusyError(TaskFailedError):
    """Another process holds the run's lock."""

    def __init__(self, run: RunPath) -> None:
        super().__init__(ErrorClass.BUSY, f"Another process is working on {run}; it is tried again.", str(run))


def request_stop() -> None:
    """Make every fence of this process refuse from now on (SIGTERM); safe in a signal handler."""
    _stop.set()


def stop_requested() -> bool:
    """Whether `request_stop` was called."""
    return _stop.is_set()


def issue_token(state: Dir, run: RunPath, token: int) -> None:
    """Make `token` the run's current one: workers with any other publish nothing from now on.

    Not flushed: it is for processes that live now. What outlives a power failure is the database's counter, which gives
    no number twice.
    """
    with state.ensure(LOCKS) as locks:
        locks.write_atomic(f"{run.key}.token", b"%d\n" % token, durable=False)


def sweep_tokens(state: Dir) -> None:
    """Remove half-written tokens of a killed server; for the leader, before it issues any."""
    with state.ensure(LOCKS) as locks:
        sweep_temporaries(locks)


def highest_token(state: Dir) -> int:
    """The highest token any run has on the disk; 0 for none. One that cannot be read fences its worker anyway."""
    highest = 0
    with state.ensure(LOCKS) as locks:
        for name in locks.names():
            if name.endswith(".token"):
                with suppress(OSError, ValueError):
                    highest = max(highest, int(locks.read(name, _TOKEN_LIMIT)))
    return highest


def lock_is_free(state: Dir, run: RunPath) -> bool:
    """Whether no process, however stuck, holds the run's lock."""
    try:
        with state.beneath(LOCKS) as locks:
            fd = locks.open_file(f"{run.key}.lock")
    except FileNotFoundError:
        return True
    try:
        return _try_lock(fd, fcntl.LOCK_SH)
    finally:
        close_quietly(fd)


class RunLock:
    """The run's lock (flock), held while the context is open; the kernel frees it when the process dies.

    `suffix` names another lock of the same run: whoever brings its control files to the NAS stops no sync.
    `wait_seconds` is how long a holder is waited for before BusyError is raised.
    """

    def __init__(self, state: Dir, run: RunPath, suffix: str = "lock", wait_seconds: float = _GRACE_SECONDS) -> None:
        self._state = state
        self._run = run
        self._suffix = suffix
        self._wait_seconds = wait_seconds
        self._fd = -1

    def __enter__(self) -> Self:
        name = f"{self._run.key}.{self._suffix}"
        with on_state(f"{LOCKS}/{name}"), self._state.ensure(LOCKS) as locks:
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            self._fd = os.open(name, flags, 0o660, dir_fd=locks.fd)
        try:
            with on_state(f"{LOCKS}/{name}"):
                self._wait()
        except BaseException:
            self._close()
            raise
        return self

    def _wait(self) -> None:
        deadline = time.monotonic() + self._wait_seconds
        while not _try_lock(self._fd, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise BusyError(self._run)
            time.sleep(0.01)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        close_quietly(self._fd)
        self._fd = -1


class Fence:
    """One attempt's right to publish."""

    def __init__(self, state: Dir, run: RunPath, token: int) -> None:
        self._name = f"{run.key}.token"
        self._token = token
        self._read: Identity | None = None  # of the token file, when it was last found to hold ours
        with on_state(f"{LOCKS}/{self._name}"):
            self._locks = state.ensure(LOCKS)

    def check(self) -> None:
        """Raises FencedError unless this attempt's token is still the run's current one and no stop was asked."""
        self.check_stop()
        self.check_token()

    def check_token(self) -> None:
        """Raises FencedError unless this attempt's token is still the run's current one."""
        try:
            info = self._locks.stat(self._name)
            if is_same(info, self._read):
                return  # a token is replaced by another file, never written over
            current = int(self._locks.read(self._name, _TOKEN_LIMIT))
        except FileNotFoundError:
            raise FencedError("The run's fencing token is gone; the job ends here.") from None
        except ValueError:
            raise FencedError("The run's fencing token is unreadable; the job ends here.") from None
        except OSError as error:
            raise FencedError(f"The run's fencing token cannot be read ({error.strerror}).") from error
        if current != self._token:
            raise FencedError("A newer attempt owns the run; this one ends here.")
        self._read = identity_of(info)

    def check_stop(self) -> None:
        """Raises FencedError when this process was told to stop; costs nothing, for use inside a file."""
        if _stop.is_set():
            raise FencedError("The job was told to stop; what is finished stays.")

    def close(self) -> None:
        """Give the handle back."""
        self._locks.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _try_lock(fd: int, how: int) -> bool:
    try:
        fcntl.flock(fd, how | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return False
        raise
    return True
