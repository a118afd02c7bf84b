"""Owns the way down to a directory: by handle, never through a link or onto another disk, in one system call."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Self

from exlab_wizard.fsys import Dir, close_quietly

_OPENAT2 = 437  # the same number on every Linux architecture but alpha
_NO_XDEV, _NO_SYMLINKS, _BENEATH = 0x01, 0x04, 0x08
_NOT_OFFERED = frozenset({errno.ENOSYS, errno.EPERM, errno.ENAMETOOLONG, errno.E2BIG})  # EPERM: old seccomp filters
_RACE_TRIES = 16  # the kernel says EAGAIN when a rename somewhere raced with the lookup
_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CALLS = (os.open, os.unlink, os.rmdir, os.stat, os.rename)
_SAFE_DELETION = hasattr(os, "O_NOFOLLOW") and all(call in os.supports_dir_fd for call in _CALLS)


class _OpenHow(ctypes.Structure):
    _fields_ = [("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64)]


def deletion_is_safe_here() -> bool:
    """Whether this platform can delete by directory handle without following links; without it nothing is cleared."""
    return _SAFE_DELETION


def open_beneath(root: Dir, parts: Sequence[str]) -> Dir:
    """A handle on the directory `parts` below `root`.

    Raises OSError: ELOOP or ENOTDIR for a link or file on the way, EXDEV for a mount point, ENOENT.
    """
    if not parts:
        return root.duplicate()
    fd = _openat2(root.fd, "/".join(parts))
    return Dir(fd) if fd is not None else _by_segments(root, parts)


def _openat2(root: int, path: str) -> int | None:
    """The descriptor; None where the kernel does not offer the call."""
    if not sys.platform.startswith("linux"):
        return None
    how = _OpenHow(_FLAGS, 0, _NO_XDEV | _NO_SYMLINKS | _BENEATH)
    for _ in range(_RACE_TRIES):
        fd = _libc.syscall(_OPENAT2, root, os.fsencode(path), ctypes.byref(how), ctypes.sizeof(how))
        if fd >= 0:
            return int(fd)
        number = ctypes.get_errno()
        if number != errno.EAGAIN:
            break
    if number in _NOT_OFFERED:
        return None
    raise OSError(number, os.strerror(number), path)


def _by_segments(root: Dir, parts: Sequence[str]) -> Dir:
    """One handle after the other, each refusing links; a change of device means a mount point."""
    found = root.beneath(*parts)
    if os.fstat(found.fd).st_dev != os.fstat(root.fd).st_dev:
        found.close()
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), "/".join(parts))
    return found


class Folders:
    """The folder of each path below a root, by handle; the last one stays open, so that ordered paths are cheap."""

    def __init__(self, root: Dir) -> None:
        self._root = root
        self._parts: list[str] = []
        self._folder = root.duplicate()

    def of(self, path: str) -> tuple[Dir, str]:
        """The open folder of a POSIX path relative to the root, and the name in it. Raises as `open_beneath`."""
        *parts, name = path.split("/")
        if parts != self._parts:
            found = open_beneath(self._root, parts)
            self._folder.close()
            self._folder, self._parts = found, parts
        return self._folder, name

    @contextmanager
    def file(self, path: str) -> Iterator[int]:
        """A read-only descriptor of a regular file; raises as `Dir.open_file`."""
        folder, name = self.of(path)
        fd = folder.open_file(name)
        try:
            yield fd
        finally:
            close_quietly(fd)

    def close(self) -> None:
        """Give the handle back."""
        self._folder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_libc = ctypes.CDLL(None, use_errno=True)
