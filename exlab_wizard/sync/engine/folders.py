"""Owns the open directories of one tree: a path's parent by handle, opened once, segment by segment."""

from __future__ import annotations

import errno
from types import TracebackType
from typing import Self

from exlab_wizard.fsys import Dir
from exlab_wizard.handles import eighth
from exlab_wizard.mount_points import mount_id

_KEPT = 200


class Folders:
    """Handles below one root, by POSIX path; "" is the root itself. Used from one thread; handles stay until `trim`.

    All are on the mount of the root, `mount` (None where the kernel does not tell).
    """

    def __init__(self, root: Dir) -> None:
        self._open: dict[str, Dir] = {"": root}
        self.mount = mount_id(root.fd)
        self._most = eighth()
        self._kept = min(_KEPT, self._most)

    def get(self, path: str) -> Dir:
        """The directory at `path`. Raises OSError (ENOTDIR, ELOOP or EXDEV for a file, link or mount in the way)."""
        found = self._open.get(path)
        if found is not None:
            return found
        current, prefix = self._open[""], ""
        for name in path.split("/"):
            prefix = f"{prefix}/{name}" if prefix else name
            known = self._open.get(prefix)
            current = self._open[prefix] = known if known is not None else self._child(current, name)
        return current

    def _child(self, folder: Dir, name: str) -> Dir:
        child = folder.child(name)
        if mount_id(child.fd) != self.mount:
            child.close()
            raise OSError(errno.EXDEV, "another file system is mounted there", name)
        return child

    def parent(self, path: str) -> tuple[Dir, str]:
        """The directory that holds `path`, and the last segment."""
        folder, name = split(path)
        return self.get(folder), name

    @property
    def crowded(self) -> bool:
        """Whether there are so many handles that it is time to `trim`."""
        return len(self._open) > self._kept

    @property
    def full(self) -> bool:
        """Whether there are so many that a `trim` has to come first: the process may have only so many files open."""
        return len(self._open) > self._most

    def trim(self) -> None:
        """Close handles when there are many; only while nobody uses one."""
        if self.crowded:
            self.close()

    def close(self) -> None:
        """Close every handle but the root's, which is the caller's."""
        root = self._open.pop("")
        for folder in self._open.values():
            folder.close()
        self._open = {"": root}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def split(path: str) -> tuple[str, str]:
    """Parent path ("" at the top) and last segment."""
    folder, _, name = path.rpartition("/")
    return folder, name
