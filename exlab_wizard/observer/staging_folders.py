"""Owns walking the folders of the staging directory for what watches them: by path, and never through a link."""

from __future__ import annotations

import os
from collections.abc import Iterator

from exlab_wizard.threads import Courtesy

RUN_LEVEL = 4  # EQUIPMENT/project/Runs/run
_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def folders_in(folder: bytes, courtesy: Courtesy) -> list[bytes]:
    """The folders directly in a folder; no link, nor through one that took the folder's place a moment ago.

    What cannot be listed (gone again, or not to be entered) has none: the rescan looks at it.
    """
    found: list[bytes] = []
    try:
        fd = os.open(folder, _FLAGS)
    except OSError:
        return found
    try:
        with os.scandir(fd) as entries:
            for entry in entries:
                courtesy.step()
                if _is_folder(entry):
                    found.append(os.path.join(folder, os.fsencode(entry.name)))
    except OSError:
        pass
    finally:
        os.close(fd)
    return found


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:  # where the listing does not tell it has to be asked for, and may be gone
        return False


def all_folders(folder: bytes) -> Iterator[bytes]:
    """A folder and every one below it, however deep, parents first."""
    courtesy, waiting = Courtesy(), [folder]
    while waiting:
        place = waiting.pop()
        yield place
        waiting += folders_in(place, courtesy)


def folders_to_run_level(root: bytes, folder: bytes) -> Iterator[bytes]:
    """The folders below `folder` that are runs or above runs, by their place below `root`."""
    if folder.removeprefix(root.rstrip(b"/")).count(b"/") >= RUN_LEVEL:
        return
    for path in folders_in(folder, Courtesy()):
        yield path
        yield from folders_to_run_level(root, path)
