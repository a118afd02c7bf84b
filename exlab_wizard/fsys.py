"""Owns every open below the staging and NAS roots: by directory handle, no link followed, durable when it says so."""

from __future__ import annotations

import ctypes
import errno
import os
import re
import secrets
import stat
from collections.abc import Collection, Iterator
from contextlib import suppress
from functools import cache
from types import TracebackType
from typing import Any, Self

_DIR_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW_FILE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_NOT_OFFERED = frozenset({errno.EINVAL, errno.ENOTSUP, errno.ENOSYS})
_RENAME_NOREPLACE = 1
_WAIT_BEFORE, _WRITE = 1, 2  # of sync_file_range, for the whole file


class UnsupportedEntryError(OSError):
    """What was opened is neither a regular file nor a directory (a link, FIFO, device, socket)."""


class Dir:
    """An open directory; every operation is relative to its handle, so no path string is ever resolved again."""

    __slots__ = ("__weakref__", "fd")

    def __init__(self, fd: int) -> None:
        self.fd = fd

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Dir:
        """Open a configured root by its path (links in the way to a root are the administrator's business)."""
        return cls(os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))

    def child(self, name: str) -> Dir:
        """Open one sub-directory. Raises OSError (ELOOP or ENOTDIR for a link or a file)."""
        return Dir(os.open(name, _DIR_FLAGS, dir_fd=self.fd))

    def beneath(self, *parts: str) -> Dir:
        """Open a directory some segments down, one handle after the other."""
        current = self.child(parts[0]) if parts else self.duplicate()
        for name in parts[1:]:
            with current:
                current = current.child(name)
        return current

    def ensure(self, *parts: str, mode: int = 0o777, durable: bool = True) -> Dir:
        """As `beneath`, creating what is missing; with `durable` every new directory is so in its parent."""
        current = self.duplicate()
        for name in parts:
            with current:
                try:
                    os.mkdir(name, mode, dir_fd=current.fd)
                except FileExistsError:
                    pass
                else:
                    if durable:
                        current.sync()
                current = current.child(name)
        return current

    def duplicate(self) -> Dir:
        """A second handle on the same directory."""
        return Dir(os.dup(self.fd))

    def open_file(self, name: str) -> int:
        """A read-only descriptor of a regular file; raises `UnsupportedEntryError` for anything else."""
        return self.open_regular(name)[0]

    def open_regular(self, name: str) -> tuple[int, os.stat_result]:
        """As `open_file`, with what fstat says of it."""
        fd = os.open(name, _FILE_FLAGS, dir_fd=self.fd)
        info = os.fstat(fd)
        if not stat.S_ISREG(info.st_mode):
            os.close(fd)
            raise UnsupportedEntryError(errno.EINVAL, "not a regular file", name)
        return fd, info

    def create_file(self, name: str, mode: int = 0o666) -> int:
        """A write-only descriptor of a new file; raises FileExistsError when the name is taken."""
        return os.open(name, _NEW_FILE_FLAGS, mode, dir_fd=self.fd)

    def read(self, name: str, limit: int) -> bytes:
        """The contents of a regular file of at most `limit` bytes; raises OSError (EFBIG when larger)."""
        fd = self.open_file(name)
        with os.fdopen(fd, "rb") as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            raise OSError(errno.EFBIG, f"larger than {limit} bytes", name)
        return data

    def write_atomic(
        self, name: str, data: bytes, *, durable: bool = True, temporary: str = "", last: bool = True
    ) -> None:
        """Replace a control file of ours: temporary file, fsync, rename, fsync of the directory.

        `temporary` is its name, for a sole writer who removes it beforehand; else one that nobody else can have.
        Without `last` the directory is left to whoever writes the last of several.

        Without `durable` no fsync: every process sees the old one or the new one; what a power failure leaves of
        either must not matter.
        """
        temporary = temporary or f".{name}.{secrets.token_hex(4)}.tmp"
        try:
            with os.fdopen(self.create_file(temporary), "wb") as file:
                file.write(data)
                file.flush()
                if durable:
                    os.fsync(file.fileno())
            os.rename(temporary, name, src_dir_fd=self.fd, dst_dir_fd=self.fd)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=self.fd)
            raise
        if durable and last:
            self.sync()

    def replace(self, name: str, data: bytes, *, last: bool = True) -> None:
        """`write_atomic` by the name's only writer: what a killed one left half-written is removed first."""
        stale = re.compile(rf"\.{re.escape(name)}\.[0-9a-f]{{8}}\.tmp")
        for left in filter(stale.fullmatch, self.names()):
            with suppress(OSError):
                os.unlink(left, dir_fd=self.fd)
        self.write_atomic(name, data, last=last)

    def stat(self, name: str) -> os.stat_result:
        """lstat of one entry."""
        return os.stat(name, dir_fd=self.fd, follow_symlinks=False)

    def exists(self, name: str) -> bool:
        """Whether the name is taken, by anything at all."""
        try:
            self.stat(name)
        except FileNotFoundError:
            return False
        return True

    def names(self) -> list[str]:
        """Every name in the directory, sorted byte-wise."""
        os.lseek(self.fd, 0, os.SEEK_SET)  # btrfs lists what was there when the handle was opened, until it is rewound
        return by_name(os.listdir(self.fd))

    def entries(self) -> Iterator[tuple[str, os.stat_result]]:
        """Every name with its lstat, sorted; names that vanish in between are left out."""
        for name in self.names():
            try:  # as `stat`, whose call costs as much as a tenth of a walk
                yield name, os.stat(name, dir_fd=self.fd, follow_symlinks=False)
            except FileNotFoundError:
                continue

    def sync(self) -> bool:
        """fsync the directory. False where the file system does not offer it (EINVAL, ENOTSUP)."""
        try:
            os.fsync(self.fd)
        except OSError as error:
            if error.errno in _NOT_OFFERED:
                return False
            raise
        return True

    def sync_filesystem(self) -> None:
        """Flush the file system this directory is on (syncfs); where that is not offered, all of them.

        Raises OSError when the medium refused bytes since the directory was opened (Linux 5.8 and later).
        """
        call = getattr(_libc(), "syncfs", None)
        if call is None:
            os.sync()
        elif call(self.fd) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    def close(self) -> None:
        """Give the handle back; safe to call twice. A read-only handle has nothing to lose when closing it fails."""
        fd, self.fd = self.fd, -1
        if fd >= 0:
            close_quietly(fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def by_name(names: Collection[str]) -> list[str]:
    """Names or paths in the order of their bytes."""
    return sorted(names, key=None if "".join(names).isascii() else os.fsencode)  # the same order, sooner


def rename_noreplace(source: Dir, name: str, target: Dir, new_name: str) -> None:
    """Give a file its final name without ever replacing one; raises FileExistsError when it is taken.

    `renameat2(RENAME_NOREPLACE)` where kernel and file system have it (also moves directories), else, for files,
    hard link and unlink. Raises OSError(ENOTSUP) where neither is offered.
    """
    if _renameat2(source.fd, name, target.fd, new_name):
        return
    if stat.S_ISDIR(source.stat(name).st_mode):
        raise OSError(errno.ENOTSUP, "no exclusive rename of directories here", name)
    try:
        os.link(name, new_name, src_dir_fd=source.fd, dst_dir_fd=target.fd, follow_symlinks=False)
    except OSError as error:
        if error.errno in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS):
            raise OSError(errno.ENOTSUP, "neither exclusive rename nor hard links here", name) from error
        raise
    os.unlink(name, dir_fd=source.fd)


def move_aside(source: Dir, name: str, own: Dir, new_name: str) -> None:
    """Move whatever has the name now, in one step, into a folder of ours; raises FileExistsError when it is taken.

    Where the kernel cannot refuse by itself it is looked first: link and unlink would be two steps, and between them
    the old name can come to mean another file.
    """
    if _renameat2(source.fd, name, own.fd, new_name):
        return
    if own.exists(new_name):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new_name)
    os.rename(name, new_name, src_dir_fd=source.fd, dst_dir_fd=own.fd)


@cache
def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


@cache
def _sync_file_range() -> Any:
    call = _libc().sync_file_range
    call.argtypes = (ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)
    return call


def check_written(fd: int) -> None:
    """Wait for what of a file is on its way to the medium. Raises OSError when bytes were refused since it was opened.

    No flush: what nobody began to write stays unwritten, and the device's own cache is not emptied.
    """
    _sync_range(fd, _WAIT_BEFORE)


def begin_writing(fd: int) -> None:
    """Have the device begin with what is in memory of a file; nothing is waited for. Raises OSError."""
    _sync_range(fd, _WRITE)


def _sync_range(fd: int, how: int) -> None:
    if _sync_file_range()(fd, 0, 0, how) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _renameat2(source_fd: int, name: str, target_fd: int, new_name: str) -> bool:
    """True when done, False when not offered here; raises OSError otherwise."""
    call = getattr(_libc(), "renameat2", None)
    if call is None:
        return False
    done = call(source_fd, os.fsencode(name), target_fd, os.fsencode(new_name), _RENAME_NOREPLACE)
    if done == 0:
        return True
    number = ctypes.get_errno()
    if number in _NOT_OFFERED:
        return False
    raise OSError(number, os.strerror(number), new_name)


def close_quietly(fd: int) -> None:
    """Close a descriptor nothing was written through: an error says nothing about any byte, and ends nobody's work."""
    try:  # noqa: SIM105 - a walk over a million files closes as many, and `suppress` costs as much again
        os.close(fd)
    except OSError:
        pass


def drop_cached_pages(fd: int) -> bool:
    """Ask the kernel to forget this file's clean pages, so that the next read comes from the medium."""
    try:
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    except AttributeError:  # not offered by this system
        return False
    return True
