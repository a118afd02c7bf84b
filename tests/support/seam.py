"""Owns the fault seam: the N-th file operation of a kind below staging or NAS fails with an errno, once or ever after.

It stands in front of Python's `os` functions, in this process; what SQLite and the interpreter do by themselves is for
strace (`tests.support.strace`).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from exlab_wizard import fsys

CALLS = {
    "open": ("open",),
    "read": ("read", "readv", "pread", "preadv"),
    "write": ("write",),
    "fsync": ("fsync",),
    "close": ("close",),
    "rename": ("rename", "link"),
    "unlink": ("unlink", "rmdir"),
    "mkdir": ("mkdir",),
    "stat": ("stat", "fstat", "listdir", "fstatvfs"),
}


@dataclass
class Seam:
    """Counts operations below `roots` by kind; with `kind` the `number`-th of it fails with `error`.

    `lasting`: all later ones of that kind fail too, below the same root. A close that fails has closed all the same; an
    fsync that fails has flushed nothing, and the next one says that all is well (as Linux does).
    """

    roots: dict[str, Path]
    kind: str = ""
    number: int = 0
    error: int = 0
    lasting: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    hit: str = ""  # what failed first: `fsync nas/...`
    _stack: ExitStack = field(default_factory=ExitStack)
    _where: str = ""

    def __enter__(self) -> Seam:
        """Stand in front of the operations of the kind that is to fail, or of all to count them."""
        for kind, names in CALLS.items():
            for name in names if self.kind in ("", kind) else ():
                self._patch(os, name, kind)
        if self.kind in ("", "rename"):
            self._patch(fsys, "_renameat2", "rename")
        fdopen = os.fdopen
        self._stack.enter_context(mock.patch.object(os, "fdopen", lambda fd, *more: _File(fdopen(fd, *more), fd, self)))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _patch(self, module: Any, name: str, kind: str) -> None:
        real = getattr(module, name)

        def call(*args: Any, **more: Any) -> Any:
            failing = self.fails(kind, *args, **more)
            if failing and kind == "close":
                real(*args, **more)
            if failing:
                raise OSError(self.error, os.strerror(self.error))
            return real(*args, **more)

        # membership in os.supports_dir_fd is by identity
        self._stack.enter_context(mock.patch.object(module, name, call))
        if real in os.supports_dir_fd:
            os.supports_dir_fd.add(call)

    def fails(self, kind: str, first: Any, *_: Any, dir_fd: int | None = None, **more: Any) -> bool:
        """Count an operation; whether it has to fail."""
        where = self._root_of(first, dir_fd if dir_fd is not None else more.get("src_dir_fd"))
        if where is None:
            return False
        self.counts[kind] += 1
        if kind != self.kind:
            return False
        if self.counts[kind] == self.number:
            self._where, self.hit = where, f"{kind} {where}"
            return True
        return self.lasting and where == self._where and self.counts[kind] > self.number

    def _root_of(self, first: Any, dir_fd: int | None) -> str | None:
        fd = first if isinstance(first, int) else dir_fd
        try:
            path = os.readlink(f"/proc/self/fd/{fd}") if fd is not None else os.path.abspath(os.fsdecode(first))
        except OSError:
            return None
        found = [name for name, root in self.roots.items() if path == str(root) or path.startswith(f"{root}/")]
        return max(found, key=lambda name: len(str(self.roots[name])), default=None)


class _File:
    """A file object whose reads, writes and close go through the seam."""

    def __init__(self, file: Any, fd: int, seam: Seam) -> None:
        self._file, self._fd, self._seam = file, fd, seam

    def _through(self, kind: str, work: Callable[..., Any], *args: Any) -> Any:
        if self._seam.fails(kind, self._fd):
            raise OSError(self._seam.error, os.strerror(self._seam.error))
        return work(*args)

    def write(self, data: bytes) -> Any:
        return self._through("write", self._file.write, data)

    def read(self, *size: int) -> Any:
        return self._through("read", self._file.read, *size)

    def __iter__(self) -> Iterator[bytes]:
        self._through("read", int)
        yield from self._file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *_: object) -> None:
        failing = self._seam.fails("close", self._fd)
        self._file.close()
        if failing:
            raise OSError(self._seam.error, os.strerror(self._seam.error))
