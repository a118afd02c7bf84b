"""Owns what the kernel's mount table says of an open directory: what is mounted there, and whether two are one disk."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple
from weakref import WeakKeyDictionary

from exlab_wizard.fsys import Dir

_IN_MEMORY = frozenset({"tmpfs", "ramfs"})
_overlays: WeakKeyDictionary[Dir, bool] = WeakKeyDictionary()  # an open directory stays on its mount


class Mount(NamedTuple):
    """One line of the mount table: its type and what is mounted (device, `server:/export`, `//server/share`)."""

    fs_type: str
    source: str


def mount_of(folder: Dir) -> Mount | None:
    """The mount an open directory is on; None where the kernel does not tell."""
    try:
        with open(f"/proc/self/fdinfo/{folder.fd}", encoding="ascii") as file:
            mount_id = find_mount_id(file)
        with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
            return find_mount(file, mount_id)
    except OSError:
        return None


def find_mount_id(lines: Iterable[str]) -> str:
    """The `mnt_id` in the lines of a fdinfo file, "" without one."""
    return next((line.split()[1] for line in lines if line.startswith("mnt_id:")), "")


def find_mount(lines: Iterable[str], mount_id: str) -> Mount | None:
    """The mount with this id in the lines of a mountinfo file."""
    for line in lines:
        before, _, after = line.partition(" - ")
        if before.split(" ", 1)[0] == mount_id and len(after.split()) >= 2:
            fs_type, source = after.split()[:2]
            return Mount(fs_type, source)
    return None


def same_storage(one: Dir, other: Dir) -> bool:
    """Whether two directories are on one device, or on two mounts of the same device or share."""
    if os.fstat(one.fd).st_dev == os.fstat(other.fd).st_dev:
        return True
    return same_source(mount_of(one), mount_of(other))


def same_source(one: Mount | None, other: Mount | None) -> bool:
    """Whether two mounts name the same device or share (names such as `tmpfs` or `overlay` say nothing)."""
    if one is None or other is None or one.source != other.source:
        return False
    return one.source.startswith("/") or ":" in one.source


def is_in_memory(folder: Dir) -> bool:
    """Whether there is no medium under this directory that a cold read could come from."""
    mount = mount_of(folder)
    return mount is not None and mount.fs_type in _IN_MEMORY


def is_overlay(folder: Dir) -> bool:
    """Whether files there are read through others, in whose pages their bytes are kept; also where it is not told.

    Asked for every file: the table is read once for a directory, and not at all on a disk (an overlay has no device).
    """
    known = _overlays.get(folder)
    if known is None:
        known = _overlays[folder] = os.major(os.fstat(folder.fd).st_dev) == 0 and _told_overlay(mount_of(folder))
    return known


def _told_overlay(mount: Mount | None) -> bool:
    return mount is None or mount.fs_type == "overlay"
