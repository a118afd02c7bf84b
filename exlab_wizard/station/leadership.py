"""Owns who leads a station: one lock on the staging disk, freed by the kernel when its holder dies."""

from __future__ import annotations

import errno
import fcntl
import json
import os
from dataclasses import asdict, dataclass

from exlab_wizard.fsys import Dir
from exlab_wizard.runs.paths import CONTROL_DIR

LOCK_NAME = "leader.lock"
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_LIMIT = 64 * 1024


@dataclass(frozen=True, slots=True)
class LeaderInfo:
    """What the leader writes into the lock file."""

    host: str
    pid: int
    state_dir: str
    config_digest: str
    label: str = ""

    def differs(self, other: LeaderInfo) -> str:
        """How `other` is set up differently, as words for a person; empty when it is not."""
        if self.state_dir != other.state_dir:
            return f"the leading server keeps its state in {self.state_dir}, this one would in {other.state_dir}"
        if self.config_digest != other.config_digest:
            return "the leading server runs with another configuration"
        return ""


class LeaderLock:
    """`<staging_root>/.exlab-wizard/leader.lock`, held by flock for as long as the process leads.

    filelock is not used here: its lock truncates the file at every try, which would wipe what the leader wrote, and
    follows links.
    """

    def __init__(self, info: LeaderInfo) -> None:
        self._info = info
        self._fd = -1

    @property
    def held(self) -> bool:
        """Whether this process leads."""
        return self._fd >= 0

    def try_acquire(self, staging: Dir) -> bool:
        """Take the lock if it is free; True when this process leads. Raises OSError."""
        if self.held and not self.lost(staging):
            return True
        self.release()
        with staging.child(CONTROL_DIR) as control:
            fd = os.open(LOCK_NAME, _FLAGS, 0o660, dir_fd=control.fd)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(fd)
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                return False
            raise
        self._fd = fd
        if self.lost(staging):  # removed between opening and locking
            self.release()
            return False
        text = json.dumps(asdict(self._info)).encode() + b"\n"
        os.pwrite(fd, text, 0)
        os.ftruncate(fd, len(text))
        return True

    def lost(self, staging: Dir) -> bool:
        """Whether the name does not mean the locked file any more: removed or replaced, so that another may lead too.

        Raises OSError where that cannot be told.
        """
        if not self.held:
            return False
        try:
            with staging.child(CONTROL_DIR) as control:
                named = control.stat(LOCK_NAME)
        except FileNotFoundError:
            return True
        return not os.path.samestat(named, os.fstat(self._fd))

    def release(self) -> None:
        """Give the lock back; safe to call twice."""
        if self.held:
            os.close(self._fd)
            self._fd = -1


def read_leader(staging: Dir) -> LeaderInfo | None:
    """What the leader says of itself; None when nobody has led yet or it is just being written."""
    try:
        with staging.child(CONTROL_DIR) as control:
            raw = json.loads(control.read(LOCK_NAME, _LIMIT))
        return LeaderInfo(**raw)
    except (OSError, ValueError, TypeError):
        return None
