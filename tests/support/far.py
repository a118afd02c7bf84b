"""Owns reading and writing trees below paths longer than any path may be: folder by folder, by handle."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def write_far(root: Path, parts: list[str], data: bytes) -> None:
    """A file so many folders down, made where needed."""
    fd = os.open(root, os.O_RDONLY)
    for name in parts[:-1]:
        if name not in os.listdir(fd):
            os.mkdir(name, dir_fd=fd)
        fd = _step(fd, os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=fd))
    with os.fdopen(os.open(parts[-1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, dir_fd=fd), "wb") as file:
        file.write(data)
    os.close(fd)


def _step(old: int, new: int) -> int:
    os.close(old)
    return new


def tree_far(root: Path) -> dict[str, bytes]:
    """Every regular data file by path, the top-level `.exlab-wizard` left out; nothing is followed."""
    found: dict[str, bytes] = {}
    fd = os.open(root, os.O_RDONLY)
    _collect(fd, "", found)
    return found


def _collect(fd: int, prefix: str, found: dict[str, bytes]) -> None:
    for name in os.listdir(fd):
        kind = os.stat(name, dir_fd=fd, follow_symlinks=False).st_mode
        if stat.S_ISREG(kind):
            with os.fdopen(os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=fd), "rb") as file:
                found[prefix + name] = file.read()
        elif stat.S_ISDIR(kind) and (prefix or name != ".exlab-wizard"):
            _collect(os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=fd), f"{prefix}{name}/", found)
    os.close(fd)
