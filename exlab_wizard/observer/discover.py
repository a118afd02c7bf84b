"""Owns the look at the staging directory's upper levels: which runs there are, and what sits there that is not one."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field

from exlab_wizard.errors import StagingError
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.paths import CONTROL_DIR, RunPath, is_safe_segment

_COUNT_LIMIT = 20_000
_RUN_FOLDERS = ("Runs", "TestRuns")


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """An entry nobody will sync: path relative to the staging root, bytes below it (a lower bound), reason, remedy."""

    path: str
    bytes: int
    reason: str
    remedy: str


Known = Callable[[str], RunPath | None]


@dataclass(slots=True)
class Discovery:
    """What one look found."""

    known: Known = field(default=lambda path: None, repr=False, compare=False)
    runs: list[RunPath] = field(default_factory=list)
    unrecognised: list[Unrecognised] = field(default_factory=list)


def discover(staging: Dir, equipment_ids: Set[str], known: Known = lambda path: None) -> Discovery:
    """List every run of configured equipment and everything else, without walking into any run.

    A folder that is `known` as a run is not opened here: it is looked at anyway, and that says what is wrong with it.
    """
    found = Discovery(known=known)
    for name, info in staging.entries():
        if name == CONTROL_DIR:
            continue  # the station's own
        if name not in equipment_ids:
            reason = "no instrument of this name is configured"
            found.unrecognised.append(_entry(staging, name, info, name, reason, _ADD_EQUIPMENT))
            continue
        _equipment(staging, name, info, found)
    return found


_ADD_EQUIPMENT = "Add it under 'equipment' in the configuration, or move it out of the staging directory."
_MOVE = "Move it into a run folder, EQUIPMENT_ID/project/Runs/Run_2026-04-17T14-32, or out of the staging directory."


def _equipment(staging: Dir, equipment: str, info: os.stat_result, found: Discovery) -> None:
    for project, project_dir in _folders(staging, equipment, info, equipment, found):
        with project_dir:
            for name, child in project_dir.entries():
                _project_entry(project_dir, equipment, project, name, child, found)


def _project_entry(
    project_dir: Dir, equipment: str, project: str, name: str, info: os.stat_result, found: Discovery
) -> None:
    path = f"{equipment}/{project}/{name}"
    if name not in _RUN_FOLDERS:
        reason = "a project holds only the folders Runs and TestRuns"
        found.unrecognised.append(_entry(project_dir, name, info, path, reason, _MOVE))
        return
    for leaf, leaf_dir in _folders(project_dir, name, info, path, found):
        with leaf_dir:
            _leaf(project_dir, leaf_dir, f"{path}/{leaf}", found)


def _leaf(project_dir: Dir, leaf_dir: Dir, path: str, found: Discovery) -> None:
    try:
        found.runs.append(RunPath.parse(path))
    except StagingError as error:
        reason = error.message.rpartition(" is not a run path: ")[2].rstrip(".")
        remedy = _RENAME if is_safe_segment(path.split("/")[1]) else _RENAME_PROJECT
        found.unrecognised.append(Unrecognised(path, _bytes_below(leaf_dir), reason, remedy))


_RENAME_PROJECT = "Rename the project folder: a plain name, in UTF-8, without control characters."
_RENAME = "Rename it to a run name such as Run_2026-04-17T14-32, below Runs (or TestRun_... below TestRuns)."


def _folders(parent: Dir, name: str, info: os.stat_result, path: str, found: Discovery) -> Iterator[tuple[str, Dir]]:
    """The sub-folders of `parent/name`; everything else there, or `name` itself, becomes unrecognised."""
    if not stat.S_ISDIR(info.st_mode):
        found.unrecognised.append(_entry(parent, name, info, path, _what(info), _MOVE))
        return
    try:
        folder = parent.child(name)
    except OSError as error:
        found.unrecognised.append(Unrecognised(path, 0, f"cannot be opened ({error.strerror})", "Check its rights."))
        return
    with folder:
        for child, child_info in folder.entries():
            if not stat.S_ISDIR(child_info.st_mode):
                found.unrecognised.append(
                    _entry(folder, child, child_info, f"{path}/{child}", _what(child_info), _MOVE)
                )
                continue
            run = found.known(f"{path}/{child}")
            if run is not None:
                found.runs.append(run)
                continue
            try:
                opened = folder.child(child)
            except OSError as error:
                reason = f"cannot be opened ({error.strerror})"
                found.unrecognised.append(Unrecognised(f"{path}/{child}", 0, reason, "Check its rights."))
                continue
            yield child, opened


def _what(info: os.stat_result) -> str:
    if stat.S_ISLNK(info.st_mode):
        return "a symbolic link, which is never followed"
    return "a file outside any run" if stat.S_ISREG(info.st_mode) else "neither a file nor a folder"


def _entry(parent: Dir, name: str, info: os.stat_result, path: str, reason: str, remedy: str) -> Unrecognised:
    if not stat.S_ISDIR(info.st_mode):
        return Unrecognised(path, info.st_size if stat.S_ISREG(info.st_mode) else 0, reason, remedy)
    try:
        with parent.child(name) as folder:
            return Unrecognised(path, _bytes_below(folder), reason, remedy)
    except OSError:
        return Unrecognised(path, 0, reason, remedy)


def _bytes_below(folder: Dir) -> int:
    """Bytes of the regular files below, counting at most `_COUNT_LIMIT` entries."""
    total, seen, pending = 0, 0, [folder.duplicate()]
    try:
        while pending and seen < _COUNT_LIMIT:
            with pending.pop() as current:
                for name, info in current.entries():
                    seen += 1
                    if stat.S_ISREG(info.st_mode):
                        total += info.st_size
                    elif stat.S_ISDIR(info.st_mode) and len(pending) < 64:
                        pending.append(current.child(name))
    except OSError:
        return total
    finally:
        for left in pending:
            left.close()
    return total
