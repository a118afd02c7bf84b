"""Owns making many new files durable with one flush of their file system, and telling whether any was refused."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from exlab_wizard.fsys import Dir, begin_writing, check_written
from exlab_wizard.sync.engine.mounts import mount_of
from exlab_wizard.sync.engine.page_cache import give_back
from exlab_wizard.sync.failure import TaskFailedError, target_failure

SHARED_FROM = 64  # files or folders; for fewer a flush of each is as quick, and nothing else on the disk is waited for
_WORTH_BEGINNING = 1 << 20  # bytes; smaller files are written sooner by the flush alone than one call after the other
# syncfs of these writes data and metadata and empties the device's cache (tmpfs has no medium); FUSE and SMB do not
# pass it on.
_SHARE = frozenset({"ext4", "xfs", "btrfs", "tmpfs"})


class FlushRefusedError(TaskFailedError):
    """The medium refused some of what a flush was for: a target's failure.

    What it was cannot be told, and no second flush tells it again: all that this flush was for may be lost.
    """

    def __init__(self, error: OSError, path: str) -> None:
        told = target_failure(error, path).error
        super().__init__(told.error_class, told.message, told.path, told.number)


@contextmanager
def refusals(path: str = "") -> Iterator[None]:
    """OSErrors inside become FlushRefusedError of `path` (else of the run's folder)."""
    try:
        yield
    except OSError as error:
        raise FlushRefusedError(error, path or "the run's folder") from error


def can_share(folder: Dir) -> bool:
    """Whether one flush of the file system is a flush of every file in it."""
    mount = mount_of(folder)
    return mount is not None and mount.fs_type in _SHARE


def forgets_refusals(folder: Dir) -> bool:
    """Whether its file system goes on after the medium has refused its tables: an ext4 without a journal does."""
    mount = mount_of(folder)
    return mount is not None and mount.fs_type == "ext4" and not _has_journal(folder)


def _has_journal(folder: Dir) -> bool:
    """Of an ext4; False where the kernel does not tell (Linux before 4.18)."""
    device = os.fstat(folder.fd).st_dev
    try:
        name = os.path.basename(os.readlink(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}"))
        with open(f"/sys/fs/ext4/{name}/journal_task", encoding="ascii") as file:
            return file.read().strip().isdigit()
    except OSError:
        return False


def flush_together(folder: Dir, files: Mapping[int, int]) -> None:
    """Make new files, open for writing on the file system of `folder`, durable. Raises OSError when any was refused.

    `files` are descriptors, with the bytes of each.

    The flush tells errors of the file system since `folder` was opened (Linux 5.8 and later), and then each file those
    of its own bytes since it was made: neither alone would do on every kernel.
    """
    for fd, size in files.items():
        if size >= _WORTH_BEGINNING:
            begin_writing(fd)
    folder.sync_filesystem()
    for fd, size in files.items():
        check_written(fd)
        give_back(fd, size)
