"""Owns walking the folders of the staging directory for what watches them: by path, and never through a link."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

from exlab_wizard.threads import Courtesy

RUN_LEVEL = 4  # EQUIPMENT/project/Runs/run
_DIR_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NONE_THERE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EACCES, errno.ENAMETOOLONG})


def _folders_in(folder: bytes, courtesy: Courtesy, root: bytes) -> list[bytes]:
    """The folders directly in a folder; no link, nor through one that took the folder's place a moment ago.

    The `root` itself may be one: that is the administrator's business. What is gone again or may not be entered has
    none; any other OSError is raised.
    """
    courtesy.step()
    try:
        if folder == root:
            fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        else:
            fd = os.open(folder, _DIR_FLAGS)
    except OSError as error:
        if error.errno in _NONE_THERE:
            return []
        raise
    try:
        found: list[bytes] = []
        with os.scandir(fd) as entries:
            for entry in entries:
                courtesy.step()
                if _is_folder(entry):
                    found.append(os.path.join(folder, os.fsencode(entry.name)))
        return found
    finally:
        os.close(fd)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:  # where the listing does not tell it has to be asked for, and may be gone
        return False


def all_folders(root: bytes, folder: bytes) -> Iterator[bytes]:
    """A folder of `root`, or that itself, and every one below it, however deep, parents first.

    Raises OSError when one could not be listed for another reason than that it is gone or may not be entered.
    """
    courtesy, waiting = Courtesy(), [folder]
    while waiting:
        place = waiting.pop()
        yield place
        waiting += _folders_in(place, courtesy, root)


def folders_to_run_level(root: bytes, folder: bytes) -> Iterator[bytes]:
    """The folders below `folder` that are runs or above runs, by their place below `root`; what cannot be listed

    has none: the rescan looks at it.
    """
    yield from _to_run_level(root, folder, Courtesy())


def _to_run_level(root: bytes, folder: bytes, courtesy: Courtesy) -> Iterator[bytes]:
    if folder.removeprefix(root.rstrip(b"/")).count(b"/") >= RUN_LEVEL:
        return
    try:
        below = _folders_in(folder, courtesy, root)
    except OSError:
        return
    for path in below:
        yield path
        yield from _to_run_level(root, path, courtesy)
