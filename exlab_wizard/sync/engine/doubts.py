"""Owns the note of what a flush is about to cover: an attempt that ends in the middle of one leaves it to the next.

An ext4 without a journal tells a refusal once, and from then on shows from memory what the disk has not got. Whoever
was told may be killed before it has acted on it. The note is for processes that live now and is not flushed: after a
power failure everybody sees what the medium has.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from exlab_wizard.fsys import Dir
from exlab_wizard.sync.engine.distrust import distrust
from exlab_wizard.sync.engine.job import SyncJob
from exlab_wizard.sync.failure import on_state

DOUBTS = "doubts"
_LIMIT = 64 << 20


class Doubts:
    """One attempt's note, where the file system of the NAS needs one."""

    def __init__(self, job: SyncJob) -> None:
        self._job = job
        self._needed = job.forgets_refusals

    @contextmanager
    def about(self, paths: Iterable[str]) -> Iterator[None]:
        """Within it a flush of these names is under way; an error leaves the note. Raises TaskFailedError."""
        doubtful = list(paths)
        if not self._needed or not doubtful:
            yield
            return
        self.over()
        text = json.dumps(doubtful).encode()
        with on_state(DOUBTS), self._folder() as folder, os.fdopen(folder.create_file(self._job.run.key), "wb") as note:
            note.write(text)
        yield
        self.over()

    def over(self) -> None:
        """What was doubtful is flushed, or set aside."""
        if self._needed:
            with on_state(DOUBTS), self._folder() as folder, suppress(FileNotFoundError):
                os.unlink(self._job.run.key, dir_fd=folder.fd)

    def settle(self) -> None:
        """Set aside what an earlier attempt left doubtful. Raises TaskFailedError."""
        if not self._needed:
            return
        with on_state(DOUBTS), self._folder() as folder:
            if not folder.exists(self._job.run.key):
                return
            note = folder.read(self._job.run.key, _LIMIT)
        distrust(self._job, _paths(note))
        self.over()

    def _folder(self) -> Dir:
        return self._job.state.ensure(DOUBTS)


def _paths(note: bytes) -> list[str]:
    """What a note says; nothing where it is not whole: the flush had not begun then."""
    try:
        found: list[str] = json.loads(note)
    except ValueError:
        return []
    return found
