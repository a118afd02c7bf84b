"""Owns the question what would survive a pulled plug by the calls alone: which bytes and names were flushed, and when.

A journal makes more durable than was asked for; this model does not. What is there when it begins counts as flushed;
from then on a file is as durable as it was at its last fsync, and so are the names in a directory.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

_UNPROMISED = frozenset({"locks", "incoming", "reserve"})  # nothing in them has to survive
Seen = tuple[int, int] | frozenset[tuple[str, int]]


class Durable:
    """Watches every fsync from its making on; `lacking` says what the plug would take."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *roots: Path) -> None:
        self._roots = roots
        self._flushed: dict[tuple[int, int], Seen] = {}
        for path in _below(roots):
            self._note(path)
        flush = os.fsync

        def fsync(fd: int) -> None:
            flush(fd)
            self._note(fd)

        monkeypatch.setattr(os, "fsync", fsync)

    def _note(self, what: Path | int) -> None:
        self._flushed[_identity(what)] = _look(what)

    def lacking(self, *roots: Path) -> list[str]:
        """Every file and folder (below `roots`, else all) that is not on its medium as it looks now."""
        return sorted(str(path) for path in _below(roots or self._roots) if not self._holds(path))

    def names_lacking(self, folder: Path) -> set[str]:
        """The names in a folder that would not be there, or would mean another file."""
        now, flushed = _look(folder), self._flushed.get(_identity(folder), frozenset())
        assert isinstance(now, frozenset) and isinstance(flushed, frozenset)
        return {name for name, _ in now - flushed}

    def _holds(self, path: Path) -> bool:
        empty = frozenset[tuple[str, int]]()  # a new folder has nothing to flush but its own name
        return self._flushed.get(_identity(path), empty) == _look(path)


def _below(roots: Iterable[Path]) -> Iterator[Path]:
    for root in roots:
        for folder, folders, names in os.walk(root):
            folders[:] = [name for name in folders if _promised(name)]
            yield Path(folder)
            yield from (Path(folder, name) for name in names if _promised(name))


def _identity(what: Path | int) -> tuple[int, int]:
    info = os.stat(what)
    return info.st_dev, info.st_ino


def _look(what: Path | int) -> Seen:
    """Size and time of a file; the names in a directory, with what they mean."""
    info = os.stat(what)
    try:
        with os.scandir(what) as entries:
            return frozenset((entry.name, entry.inode()) for entry in entries if _promised(entry.name))
    except NotADirectoryError:
        return info.st_size, info.st_mtime_ns


def _promised(name: str) -> bool:
    return name not in _UNPROMISED and not name.endswith(".lock")
