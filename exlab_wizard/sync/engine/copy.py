"""Owns making one temporary copy of a file: one read of the source, hashed on the way, flushed or left to be."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from exlab_wizard.fsys import Dir, close_quietly
from exlab_wizard.mount_points import mount_id
from exlab_wizard.runs.scan import Identity, is_same
from exlab_wizard.sync.engine.page_cache import give_back
from exlab_wizard.sync.engine.sparse import end_sparse, has_holes, write_all, write_sparse
from exlab_wizard.sync.engine.stream import BIG_FILE, Digest, Sink, Tick, digest_stream
from exlab_wizard.sync.failure import FULL, TaskFailedError, source_failure, target_failure
from exlab_wizard.sync.tasks import ErrorClass

_ATTEMPTS = 2
_FLUSH_AHEAD = 16 << 20
OURS = 0o400  # whatever the original's mode: the station has to read its own copy back


class _WriteError(Exception):
    """Writing, flushing or closing the copy failed; nothing the kernel says about it later can be believed."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error


class Source(NamedTuple):
    """A file in staging: the handle of its folder, its name, its path in the run, and the identity the walk saw.

    With `steady` false the file may go on changing while it is read (unknown files in `.exlab-wizard`). `tree` is the
    mount that the whole run is on, where the caller knows it.
    """

    folder: Dir
    name: str
    path: str
    identity: Identity
    steady: bool = True
    tree: int | None = None

    def mount(self) -> int | None:
        """The mount that the file has to be on: its folder's."""
        return mount_id(self.folder.fd) if self.tree is None else self.tree


class Tally:
    """Counts a file's bytes with a meter so that they can be taken back."""

    def __init__(self, chunk: Callable[[int], None], take_back: Callable[[int], None]) -> None:
        self._chunk = chunk
        self._take_back = take_back
        self.size = 0

    def tick(self, size: int) -> None:
        """Count a chunk; may raise what the meter raises."""
        self._chunk(size)
        self.size += size

    def undo(self) -> None:
        """Take back what was counted."""
        self._take_back(self.size)
        self.size = 0


def hash_source(source: Source, tick: Tick) -> Digest:
    """Hash a file in staging. Raises TaskFailedError: CHANGED, SOURCE_IO, or what `tick` raises."""
    return _read(source, tick, lambda info: None)[0]


class Unflushed(NamedTuple):
    """A whole copy that is not durable yet, and its descriptor: whoever has it flushes and closes it."""

    digest: Digest
    fd: int


def copy_file(source: Source, incoming: Dir, temporary: str, tally: Tally) -> Digest:
    """Copy into `incoming/<temporary>`, flushed and closed; a failed copy is thrown away and made once more.

    Raises TaskFailedError: CHANGED, SOURCE_IO, TARGET, TARGET_FULL, or what the tally raises; then nothing is left.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _copy_once(source, incoming, temporary, tally)
        except _WriteError as failed:
            tally.undo()
            if attempt == _ATTEMPTS or failed.error.errno in FULL:
                raise target_failure(failed.error, source.path) from failed.error
    raise AssertionError("unreachable")


def copy_unflushed(source: Source, incoming: Dir, temporary: str, tally: Tally) -> Unflushed | None:
    """Copy into `incoming/<temporary>` and leave it open; None, and nothing left, where it could not be written.

    Raises TaskFailedError as `copy_file`, which is what has to be tried then.
    """
    try:
        with _new_file(incoming, temporary) as fd:
            return Unflushed(_fill(source, fd, tally), fd)
    except _WriteError:
        tally.undo()
        return None


def _copy_once(source: Source, incoming: Dir, temporary: str, tally: Tally) -> Digest:
    with _new_file(incoming, temporary) as fd:
        digest = _fill(source, fd, tally)
        _flush(fd)
        give_back(fd, digest.size)
    try:
        _close(fd)
    except _WriteError:
        remove(incoming, temporary)
        raise
    return digest


@contextmanager
def _new_file(incoming: Dir, temporary: str) -> Iterator[int]:
    """A new file, left open; closed and removed when filling it fails.

    It is closed exactly once: a failed close gives the number back too, and another thread may have it by then.
    """
    try:
        fd = incoming.create_file(temporary)
    except OSError as error:
        raise _WriteError(error) from error
    try:
        yield fd
    except BaseException:
        with suppress(OSError):
            os.close(fd)
        remove(incoming, temporary)
        raise


def remove(incoming: Dir, temporary: str) -> None:
    """Throw a copy without a name away; one that stays is swept by the next attempt."""
    with suppress(OSError):
        os.unlink(temporary, dir_fd=incoming.fd)


def _close(fd: int) -> None:
    try:
        os.close(fd)
    except OSError as error:
        raise _WriteError(error) from error


def _flush(fd: int) -> None:
    try:
        os.fsync(fd)
    except OSError as error:
        raise _WriteError(error) from error


def _fill(source: Source, fd: int, tally: Tally) -> Digest:
    """Every byte, and what else of the original can be kept: its mode, its time, its holes."""
    digest, info = _read(source, tally.tick, lambda info: _writer(fd, info))
    if has_holes(info):
        _end_at(fd, digest.size)
    with suppress(OSError):
        os.fchmod(fd, info.st_mode & 0o777 | OURS)
        os.utime(fd, ns=(info.st_atime_ns, info.st_mtime_ns))
    return digest


def _end_at(fd: int, size: int) -> None:
    try:
        end_sparse(fd, size)
    except OSError as error:
        raise _WriteError(error) from error


def _writer(fd: int, info: os.stat_result) -> Sink:
    """A sink that puts every byte and, for a big file, starts the flush of what it has while the rest is read."""
    put, big, written = write_sparse if has_holes(info) else write_all, info.st_size >= BIG_FILE, 0

    def write(chunk: memoryview) -> None:
        nonlocal written
        try:
            put(fd, chunk)
        except OSError as error:
            raise _WriteError(error) from error
        before, written = written, written + len(chunk)
        if big and before // _FLUSH_AHEAD != written // _FLUSH_AHEAD:
            os.posix_fadvise(fd, 0, written, os.POSIX_FADV_DONTNEED)

    return write


def _read(
    source: Source, tick: Tick, sink_for: Callable[[os.stat_result], Sink | None]
) -> tuple[Digest, os.stat_result]:
    """The one read: by handle, and only if the file is before and after what the walk saw; and its stat before."""
    try:
        fd, info = source.folder.open_regular(source.name)
        try:
            _check_same(source, info)
            if mount_id(fd) != source.mount():
                raise changed(source.path)
            digest = digest_stream(fd, info.st_size, tick, sink_for(info), steady=source.steady)
            _check_same(source, os.fstat(fd))
        finally:
            close_quietly(fd)
    except OSError as error:
        raise source_failure(error, source.path) from error
    if source.steady and digest.size != source.identity.size:
        raise changed(source.path)
    return digest, info


def _check_same(source: Source, info: os.stat_result) -> None:
    if source.steady and not is_same(info, source.identity):
        raise changed(source.path)


def changed(path: str) -> TaskFailedError:
    """The failure of a file that is not what it was when the run was complete."""
    message = f"{path} changed in staging while the run was synced; the run goes back to waiting until it is settled."
    return TaskFailedError(ErrorClass.CHANGED, message, path)
