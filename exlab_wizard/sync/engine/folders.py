"""Owns the open directories of one tree: a path's parent by handle, opened once, segment by segment."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from exlab_wizard.fsys import Dir

_KEPT = 200


class Folders:
    """Handles below one root, by POSIX path; "" is the root itself. Used from one thread; handles stay until `trim`."""

    def __init__(self, root: Dir) -> None:
        self._open: dict[str, Dir] = {"": root}

    def get(self, path: str) -> Dir:
        """The directory at `path`. Raises OSError (ENOTDIR or ELOOP for a file or a link in the way)."""
        found = self._open.get(path)
        if found is not None:
            return found
        current, prefix = self._open[""], ""
        for name in path.split("/"):
            prefix = f"{prefix}/{name}" if prefix else name
            known = self._open.get(prefix)
            current = self._open[prefix] = known if known is not None else current.child(name)
        return current

    def parent(self, path: str) -> tuple[Dir, str]:
        """The directory that holds `path`, and the last segment."""
        folder, name = split(path)
        return self.get(folder), name

    def trim(self) -> None:
        """Close handles when there are many; only while nobody uses one."""
        if len(self._open) > _KEPT:
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
