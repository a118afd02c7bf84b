"""Owns the walk over one run's data: every entry in one fixed order, and the fingerprint that says "unchanged"."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from exlab_wizard.fsys import Dir
from exlab_wizard.mount_points import mount_id, mounted_below
from exlab_wizard.runs.paths import CONTROL_DIR
from exlab_wizard.threads import Courtesy

LEVELS = 128  # folders below each other in a run: every one costs a handle, here and in each worker


class EntryKind(StrEnum):
    """What stands below a run; everything but FILE and DIRECTORY blocks the run as `unsupported_entry`."""

    FILE = "file"
    DIRECTORY = "directory"
    SYMLINK = "symlink"
    FIFO = "fifo"
    SOCKET = "socket"
    DEVICE = "device"
    MOUNT_POINT = "mount point"
    UNREADABLE = "unreadable"


class Identity(NamedTuple):
    """What tells, without reading it, that a file is the same as before (nanoseconds, device-local inode)."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


class Entry(NamedTuple):
    """One entry: its POSIX path relative to the run (surrogateescape for undecodable names) and its identity.

    `links` is how many names a file has, here and elsewhere.
    """

    path: str
    kind: EntryKind
    identity: Identity
    links: int = 1


@dataclass(slots=True)
class RunScan:
    """What one walk saw. Counts cover regular data files; `newest_ns` is the latest ctime, by this computer's clock."""

    fingerprint: str = ""
    file_count: int = 0
    byte_total: int = 0
    newest_ns: int = 0
    odd: list[Entry] = field(default_factory=list)


def walk(run: Dir, levels: int = LEVELS) -> Iterator[Entry]:
    """Every data entry below a run in byte order, parents first; the top-level `.exlab-wizard` is left out.

    Raises OSError when the run itself cannot be listed; a folder below that cannot be opened, or that lies `levels`
    deep, comes as UNREADABLE: what would be in it is never silently left out.
    """
    for path, kind, info in _found(run, levels):
        yield Entry(path, kind, identity_of(info), info.st_nlink if kind is EntryKind.FILE else 1)


def _found(run: Dir, levels: int) -> Iterator[tuple[str, EntryKind, os.stat_result]]:
    """`walk`, with no object made for an entry."""
    device, mount = os.fstat(run.fd).st_dev, mount_id(run.fd)
    mounted, courtesy = mounted_below(run.fd), Courtesy()
    stack = [_Level(run, "", run.entries())]
    try:
        while stack:
            folder, prefix, entries = stack[-1]
            for name, info in entries:
                path = prefix + name
                if not _is_plain(info, device) or path in mounted:
                    break
                if path != CONTROL_DIR:
                    yield path, EntryKind.FILE, info
                    courtesy.step()
            else:
                stack.pop()
                _close(folder, run)
                continue
            if path == CONTROL_DIR:
                continue
            kind = EntryKind.MOUNT_POINT if path in mounted else _kind(info, device)
            if kind is EntryKind.DIRECTORY:
                child = _enter(folder, name, len(stack) <= levels, mount)
                if child is None:
                    continue
                if isinstance(child, Dir):
                    stack.append(_Level(child, path + "/", child.entries()))
                else:
                    kind = child
            yield path, kind, info
            courtesy.step()
    finally:
        for level in stack:
            _close(level.folder, run)


class _Level(NamedTuple):
    """One open folder of a walk, and what is left of it. A walk keeps one handle a level, and no Python frame."""

    folder: Dir
    prefix: str
    entries: Iterator[tuple[str, os.stat_result]]


def _enter(folder: Dir, name: str, allowed: bool, mount: int | None) -> Dir | EntryKind | None:
    """A folder to go on with, or what it is instead; None when it is gone."""
    try:
        return _child(folder, name, allowed, mount)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in (errno.EMFILE, errno.ENFILE):  # trouble of ours, not the folder's
            raise
        return EntryKind.MOUNT_POINT if error.errno == errno.EXDEV else EntryKind.UNREADABLE


def _child(folder: Dir, name: str, allowed: bool, mount: int | None) -> Dir:
    if not allowed:
        raise OSError(errno.ENAMETOOLONG, "nested too deeply", name)
    child = folder.child(name)
    if mount_id(child.fd) != mount:  # mounted since the table was read
        child.close()
        raise OSError(errno.EXDEV, "a mount point", name)
    return child


def _close(folder: Dir, run: Dir) -> None:
    if folder is not run:  # which is the caller's
        folder.close()


def _is_plain(info: os.stat_result, device: int) -> bool:
    """Whether it is what nearly every entry is: a file of this device."""
    return stat.S_ISREG(info.st_mode) and info.st_dev == device


def _kind(info: os.stat_result, device: int) -> EntryKind:
    mode = info.st_mode
    if stat.S_ISLNK(mode):
        return EntryKind.SYMLINK
    if info.st_dev != device:
        return EntryKind.MOUNT_POINT
    if stat.S_ISREG(mode):
        return EntryKind.FILE
    if stat.S_ISDIR(mode):
        return EntryKind.DIRECTORY
    if stat.S_ISFIFO(mode):
        return EntryKind.FIFO
    return EntryKind.SOCKET if stat.S_ISSOCK(mode) else EntryKind.DEVICE


def identity_of(info: os.stat_result) -> Identity:
    """The identity in a stat result."""
    return Identity(info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_ino)


def is_same(info: os.stat_result, known: Identity | None) -> bool:
    """Whether a stat result has this identity; asked several times a file."""
    return (info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_ino) == known


class Summary:
    """Folds entries into a `RunScan`; feed it every entry of one walk, in order."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._scan = RunScan()

    def add(self, entry: Entry) -> None:
        """Count one entry."""
        self.fold(entry.path, entry.kind, entry.identity)

    def fold(self, path: str, kind: EntryKind, identity: tuple[int, int, int, int]) -> None:
        """Count what would be one entry. Of a directory only its name matters: its times change with its contents."""
        if kind is EntryKind.DIRECTORY:
            self._digest.update(b"d%b\0" % os.fsencode(path))
            return
        self._digest.update(b"%b%b\0%d %d %d %d\0" % (kind.encode(), os.fsencode(path), *identity))
        scan, (size, _, changed_ns, _) = self._scan, identity
        if changed_ns > scan.newest_ns:
            scan.newest_ns = changed_ns
        if kind is EntryKind.FILE:
            scan.file_count += 1
            scan.byte_total += size
        else:
            scan.odd.append(Entry(path, kind, Identity(*identity)))

    def result(self) -> RunScan:
        """The scan so far."""
        self._scan.fingerprint = self._digest.hexdigest()
        return self._scan


def scan(run: Dir) -> RunScan:
    """Walk a run once and fold it; what a rescan does over and over, so no object is made for an entry."""
    summary = Summary()
    for path, kind, info in _found(run, LEVELS):
        summary.fold(path, kind, (info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_ino))
    return summary.result()


def fold(entries: Iterable[Entry]) -> RunScan:
    """All entries of one walk, in order, as a scan."""
    summary = Summary()
    for entry in entries:
        summary.add(entry)
    return summary.result()
