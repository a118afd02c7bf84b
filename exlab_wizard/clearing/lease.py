"""Owns the question whether some program still holds a file open for writing, where the kernel can tell."""

from __future__ import annotations

import errno
import fcntl
import signal

from exlab_wizard.clearing.beneath import Folders
from exlab_wizard.fsys import Dir, UnsupportedEntryError

_SET_SIGNAL = getattr(fcntl, "F_SETSIG", None)
_SET_LEASE = getattr(fcntl, "F_SETLEASE", None)
_GET_LEASE = getattr(fcntl, "F_GETLEASE", None)


class WriterCheck:
    """Asks by a read lease: the kernel refuses it while anybody has the file open (or mapped) for writing."""

    def __init__(self, control: Dir, quiet_name: str) -> None:
        """`quiet_name` is a file nobody writes in place: refused there too, the file system has no leases at all."""
        self.offered = self._try(control, quiet_name)

    def _try(self, control: Dir, name: str) -> bool:
        try:
            with Folders(control) as folders, folders.file(name) as fd:
                return _lease(fd) is True
        except (OSError, UnsupportedEntryError):
            return False

    def take(self, fd: int) -> bool:
        """Hold the file against writers until `fd` is closed; False when there is one. True where nobody can tell."""
        return not self.offered or _lease(fd) is not False

    def still_held(self, fd: int) -> bool:
        """Whether no writer has knocked since `take`; True where nobody can tell."""
        if not self.offered or _GET_LEASE is None:
            return True
        return fcntl.fcntl(fd, _GET_LEASE) == fcntl.F_RDLCK


def _lease(fd: int) -> bool | None:
    """True: taken. False: open for writing somewhere. None: cannot tell (not ours, or not offered here)."""
    if _SET_LEASE is None or _SET_SIGNAL is None:
        return None
    try:
        fcntl.fcntl(fd, _SET_SIGNAL, signal.SIGURG)  # a writer's knock must not end this process, as SIGIO would
        fcntl.fcntl(fd, _SET_LEASE, fcntl.F_RDLCK)
    except OSError as error:
        return False if error.errno == errno.EAGAIN else None
    return True
