"""Owns the deletion of data: the only code in the package that unlinks any, and it takes nothing but a ClearProof."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from exlab_wizard.clearing.beneath import Folders
from exlab_wizard.clearing.holding import DATA, TAKEN, Holding, numbered
from exlab_wizard.clearing.lease import WriterCheck
from exlab_wizard.clearing.proof import ClearProof
from exlab_wizard.clearing.putback import give
from exlab_wizard.clearing.refusal import named, refused
from exlab_wizard.errors import Code
from exlab_wizard.fsys import Dir, UnsupportedEntryError, close_quietly, move_aside
from exlab_wizard.runs.scan import Identity, identity_of
from exlab_wizard.sync.engine.meter import Meter
from exlab_wizard.sync.fence import Fence

_BATCH = 128  # files between two looks at the fencing token
_CHANGED = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EXDEV})


@dataclass(slots=True)
class Freed:
    """What was really unlinked, and which files were left because they are no longer what was proven."""

    files: int = 0
    bytes: int = 0
    left: list[str] = field(default_factory=list)


def unlink_proven(
    proof: ClearProof,
    holding: Holding,
    held: Mapping[str, Identity],
    writers: WriterCheck,
    fence: Fence,
    meter: Meter,
    freed: Freed,
) -> None:
    """Unlink the proven files in the holding folder; `held` says what each looked like just after it was moved there.

    `freed` is counted up as it goes. A file that is not what was proven stays. Raises TaskFailedError: FENCED, or
    RUN_BUSY for a file somebody has open for writing; and OSError.
    """
    proof.demand(proof.run, proof.manifest.digest)
    meter.start("clearing", len(held), sum(identity.size for identity in held.values()))
    numbers = {path: number for number, path in enumerate(numbered(proof.manifest))}
    with holding.folder.child(DATA) as data, holding.folder.child(TAKEN) as taken, Folders(data) as folders:
        unlinker = _Unlinker(folders, taken, writers, holding.clearing_id)
        for count, path in enumerate(path for path in held if path in proof.files):
            if count % _BATCH == 0:
                fence.check()
            meter.chunk(held[path].size)
            if not unlinker.unlink(path, held[path], str(numbers[path])):
                freed.left.append(path)
                continue
            freed.files += 1
            freed.bytes += held[path].size
            meter.add(1, 0)


class _Unlinker:
    """Unlinks one file after the other, each looked at through its own handle first."""

    def __init__(self, folders: Folders, taken: Dir, writers: WriterCheck, clearing_id: str) -> None:
        self._folders = folders
        self._taken = taken
        self._writers = writers
        self._id = clearing_id
        self._twins: dict[int, Identity] = {}  # files with several names: what unlinking one did to the others

    def unlink(self, path: str, expected: Identity, number: str) -> bool:
        """Whether it is gone; False leaves it (or puts it back) where it was."""
        try:
            folder, name = self._folders.of(path)
            fd = folder.open_file(name)
        except OSError as error:
            if error.errno not in _CHANGED and not isinstance(error, UnsupportedEntryError):
                raise
            return False
        try:
            if not self._writers.take(fd):
                raise _in_use(path)
            if identity_of(os.fstat(fd)) != self._twins.get(expected.inode, expected):
                return False
            return self._take_and_unlink(fd, path, folder, name, number)
        finally:
            close_quietly(fd)

    def _take_and_unlink(self, fd: int, path: str, folder: Dir, name: str, number: str) -> bool:
        """Unlink by a name nobody else knows: between a look and an unlink, a name can come to mean another file.

        Where somebody put a file of that name, it and ours stay.
        """
        try:
            move_aside(folder, name, self._taken, number)
        except FileExistsError:
            return False
        info = os.fstat(fd)
        if not os.path.samestat(self._taken.stat(number), info):
            give(self._taken, number, folder, self._id, name)
            return False
        if not self._writers.still_held(fd):
            give(self._taken, number, folder, self._id, name)
            raise _in_use(path)
        try:
            os.unlink(number, dir_fd=self._taken.fd)
        except OSError:
            give(self._taken, number, folder, self._id, name)
            raise
        if info.st_nlink > 1:
            self._twins[info.st_ino] = identity_of(os.fstat(fd))
        return True


def _in_use(path: str) -> Exception:
    return refused(
        Code.RUN_BUSY, f"{named([path])} was opened for writing while the run was being cleared; it is kept.", [path]
    )


def remove_folders(holding: Holding, folders: list[str]) -> None:
    """Remove the emptied folders below `data`, deepest first; one that got something new inside stays."""
    opened = holding.sub(DATA)
    if opened is None:
        return
    with opened as data, Folders(data) as parents:
        for path in sorted(folders, key=lambda path: path.count("/"), reverse=True):
            try:
                folder, name = parents.of(path)
                os.rmdir(name, dir_fd=folder.fd)
            except OSError as error:
                if error.errno not in _CHANGED | {errno.ENOTEMPTY}:
                    raise
