"""Owns putting data back where it came from: nothing in the way is overwritten, nothing is left behind."""

from __future__ import annotations

import errno
import os
import stat
from itertools import count

from exlab_wizard.fsys import Dir, rename_noreplace
from exlab_wizard.runs.scan import LEVELS

_NAME_BYTES = 255
_TRIES = 8  # a folder may get something new while it is being emptied


def merge(source: Dir, target: Dir, mark: str, level: int = 0) -> list[str]:
    """Move every entry of `source` into `target`; paths that had to go beside a taken name (`name.put-back-<mark>`).

    A folder in the way is merged entry by entry, down to `LEVELS`; a file in the way stays as it is. Raises OSError;
    what was moved until then stays moved, and calling again goes on.
    """
    beside: list[str] = []
    for _ in range(_TRIES):
        names = source.names()
        if not names:
            break
        for name in names:
            beside += give(source, name, target, mark, level=level)
    target.sync()
    source.sync()
    return beside


def give(source: Dir, name: str, target: Dir, mark: str, new_name: str | None = None, level: int = 0) -> list[str]:
    """Move one entry as `merge` does, under its own or a new name."""
    wanted = new_name if new_name is not None else name
    try:
        rename_noreplace(source, name, target, wanted)
    except FileExistsError:
        if level < LEVELS and wanted == name and _is_folder(source, name) and _is_folder(target, name):
            return _merge_folder(source, name, target, mark, level + 1)
        return [_give_beside(source, name, target, mark, wanted)]
    return []


def _merge_folder(source: Dir, name: str, target: Dir, mark: str, level: int) -> list[str]:
    with source.child(name) as inner, target.child(name) as taken:
        beside = merge(inner, taken, mark, level)
    try:
        os.rmdir(name, dir_fd=source.fd)
    except OSError as error:
        if error.errno != errno.ENOTEMPTY:  # the caller looks again
            raise
    return [f"{name}/{path}" for path in beside]


def _give_beside(source: Dir, name: str, target: Dir, mark: str, wanted: str) -> str:
    for number in count(1):
        other = beside_name(wanted, mark, number)
        try:
            rename_noreplace(source, name, target, other)
        except FileExistsError:
            continue
        return other
    raise AssertionError("unreachable")


def beside_name(name: str, mark: str, number: int) -> str:
    """`frame.tif.put-back-<mark>`, from the second on with its number; never longer than a name may be."""
    suffix = f".put-back-{mark}" + (f"-{number}" if number > 1 else "")
    room = _NAME_BYTES - len(os.fsencode(suffix))
    kept = os.fsencode(name)
    stem = name if len(kept) <= room else kept[:room].decode("utf-8", "ignore")
    return stem + suffix


def _is_folder(folder: Dir, name: str) -> bool:
    try:
        return stat.S_ISDIR(folder.stat(name).st_mode)
    except FileNotFoundError:
        return False
