"""Owns the reserve: a little disk space kept back so that receipts and markers can be written on a full disk."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from exlab_wizard.fsys import Dir

RESERVE_NAME = "reserve"
RESERVE_BYTES = 4 << 20
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_Result = TypeVar("_Result")


class Reserve:
    """A file of really allocated bytes in `folder`, given back when the disk is full."""

    def __init__(self, folder: Dir, size: int = RESERVE_BYTES) -> None:
        self._folder = folder
        self._size = size

    def ensure(self) -> bool:
        """Keep the space back. Best effort: False where the disk has no room for it or cannot allocate."""
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            fd = os.open(RESERVE_NAME, flags, 0o600, dir_fd=self._folder.fd)
        except OSError:
            return False
        try:
            os.posix_fallocate(fd, 0, self._size)
        except OSError:
            return False
        finally:
            os.close(fd)
        return True

    def release(self) -> bool:
        """Give the space back to the disk; whether there was any."""
        try:
            os.unlink(RESERVE_NAME, dir_fd=self._folder.fd)
        except OSError:
            return False
        with suppress(OSError):  # some file systems free the blocks with the next flush only
            self._folder.sync()
        return True


def with_reserves(reserves: Sequence[Reserve], work: Callable[[], _Result]) -> _Result:
    """Do `work`; where it fails for want of space, release the reserves and do it once more.

    `work` must be safe to repeat. Raises what the last try raised.
    """
    try:
        return work()
    except OSError as error:
        if error.errno not in _FULL or not [reserve for reserve in reserves if reserve.release()]:
            raise
    return work()
