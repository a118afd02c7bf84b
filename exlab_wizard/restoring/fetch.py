"""Owns bringing files from the NAS into flushed temporaries: one read each, hashed on the way, read back cold."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from typing import NamedTuple

from exlab_wizard.clearing.refusal import shown
from exlab_wizard.fsys import Dir, UnsupportedEntryError, close_quietly
from exlab_wizard.restoring.refusal import damaged, in_staging, local_failure
from exlab_wizard.restoring.site import Site
from exlab_wizard.restoring.survey import Piece
from exlab_wizard.runs.scan import Identity, identity_of
from exlab_wizard.sync.engine.control import drop_temporary
from exlab_wizard.sync.engine.copy import OURS
from exlab_wizard.sync.engine.sparse import end_sparse, has_holes, write_all, write_sparse
from exlab_wizard.sync.engine.stream import Digest, Tick, digest_stream
from exlab_wizard.sync.engine.verify import Reading, hash_cold, worst
from exlab_wizard.sync.failure import FULL, TaskFailedError, on_target
from exlab_wizard.sync.tasks import ErrorClass

BATCH_FILES = 256
_ATTEMPTS = 2


class _WriteError(Exception):
    """Writing, flushing or closing failed; the temporary is thrown away, never flushed again."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error


class Fetched(NamedTuple):
    """One proven temporary: what it looks like, and how it was read back."""

    identity: Identity
    reading: Reading


def fetch_all(
    site: Site, pool: ThreadPoolExecutor, pieces: Sequence[Piece], total: int
) -> tuple[dict[str, Identity], Reading]:
    """Every piece into its temporary, proven, by path; and the reading that proved least.

    What a killed attempt fetched already is kept.

    Raises TaskFailedError: HASH_MISMATCH, TARGET, REFUSED, SOURCE_IO, FENCED.
    """
    proven, reading = dict[str, Identity](), Reading.FADVISE
    for start in range(0, len(pieces), BATCH_FILES):
        batch = pieces[start : start + BATCH_FILES]
        for piece, found in zip(batch, _batch(site, pool, batch, total), strict=True):
            proven[piece.path] = found.identity
            reading = worst(reading, found.reading)
        site.nas.trim()
    with in_staging(site.incoming_name):
        site.incoming.sync()
    return proven, reading


def _batch(site: Site, pool: ThreadPoolExecutor, pieces: Sequence[Piece], total: int) -> Iterator[Fetched]:
    homes = [_home(site, piece, total) for piece in pieces]
    futures = [
        pool.submit(_fetch, site, piece, home, name, total) for piece, (home, name) in zip(pieces, homes, strict=True)
    ]
    try:
        for future in futures:
            yield future.result()
    finally:
        for future in futures:
            future.cancel()
        wait(futures)


def _home(site: Site, piece: Piece, total: int) -> tuple[Dir, str]:
    try:
        with on_target(piece.path):
            return site.nas.parent(piece.path)
    except TaskFailedError as failure:
        raise _gone(failure, piece, total) from failure


def _gone(failure: TaskFailedError, piece: Piece, total: int) -> TaskFailedError:
    """A file that was listed a moment ago and is not there, or not a file: the copy is damaged."""
    cause = failure.__cause__
    gone = isinstance(cause, FileNotFoundError | NotADirectoryError | UnsupportedEntryError)
    return damaged([piece.path], total) if gone else failure


def _fetch(site: Site, piece: Piece, home: Dir, name: str, total: int) -> Fetched:
    site.fence.check()
    found, attempt = _kept(site, piece), 0
    while found is None and attempt < _ATTEMPTS:
        _copy(site, piece, home, name, total)
        found, attempt = _proven(site, piece), attempt + 1
    if found is not None:
        site.meter.add(1, 0)
        return found
    message = f"The local disk gave other bytes of {shown(piece.path)} back than were written. Check the staging disk."
    raise TaskFailedError(ErrorClass.SOURCE_IO, message, piece.path)


def _kept(site: Site, piece: Piece) -> Fetched | None:
    """What a killed attempt had fetched already is as good, once it is flushed and has the right bytes."""
    with in_staging(piece.path):
        if not site.incoming.exists(piece.temporary):
            return None
        flush(site.incoming, piece.temporary)
    found = _proven(site, piece)
    if found is not None:
        site.meter.add(0, piece.entry.size)
    return found


def _proven(site: Site, piece: Piece) -> Fetched | None:
    """The temporary, if the medium gave the right bytes back; else None, and it is gone."""
    with in_staging(piece.path):
        info = site.incoming.stat(piece.temporary)
        cold = hash_cold(site.incoming, piece.temporary, site.meter.pace)
        if (cold.size, cold.sha256) == piece.entry:
            return Fetched(identity_of(info), cold.reading)
        drop_temporary(site.incoming, piece.temporary)
    return None


def flush(folder: Dir, name: str) -> None:
    """fsync a file that nobody promised to be on the medium. Raises OSError."""
    fd = folder.open_file(name)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _copy(site: Site, piece: Piece, home: Dir, name: str, total: int) -> None:
    """The temporary with exactly the manifest's bytes; nothing is left of one that could not be made so."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            found = _copy_once(site, piece, home, name)
        except _WriteError as failed:
            if attempt == _ATTEMPTS or failed.error.errno in FULL:
                raise local_failure(failed.error, piece.path) from failed.error
            continue
        except TaskFailedError as failure:
            raise _gone(failure, piece, total) from failure
        if (found.size, found.sha256) != piece.entry:
            with in_staging(piece.path):
                drop_temporary(site.incoming, piece.temporary)
            raise damaged([piece.path], total)
        return


def _copy_once(site: Site, piece: Piece, home: Dir, name: str) -> Digest:
    counted = 0

    def tick(size: int) -> None:
        nonlocal counted
        site.meter.chunk(size)
        counted += size

    try:
        with on_target(piece.path):
            source = home.open_file(name)
        try:
            return _fill_and_close(site.incoming, piece, source, tick)
        finally:
            close_quietly(source)
    except BaseException:
        site.meter.add(0, -counted)
        with suppress(OSError):
            drop_temporary(site.incoming, piece.temporary)
        raise


def _fill_and_close(incoming: Dir, piece: Piece, source: int, tick: Tick) -> Digest:
    with _writing():
        fd = incoming.create_file(piece.temporary)
    try:
        digest = _fill(fd, piece, source, tick)
    except BaseException:
        with suppress(OSError):
            os.close(fd)
        raise
    with _writing():
        os.close(fd)
    return digest


def _fill(fd: int, piece: Piece, source: int, tick: Tick) -> Digest:
    with on_target(piece.path):
        info = os.fstat(source)
        digest = digest_stream(
            source, piece.entry.size, tick, _writer(fd, write_sparse if has_holes(info) else write_all)
        )
    with _writing():
        if has_holes(info):
            end_sparse(fd, digest.size)
    with suppress(OSError):
        os.fchmod(fd, info.st_mode & 0o777 | OURS)
        os.utime(fd, ns=(info.st_atime_ns, info.st_mtime_ns))
    with _writing():
        os.fsync(fd)
    return digest


def _writer(fd: int, put: Callable[[int, memoryview], None]) -> Callable[[memoryview], None]:
    def write(chunk: memoryview) -> None:
        with _writing():
            put(fd, chunk)

    return write


@contextmanager
def _writing() -> Iterator[None]:
    """OSErrors inside become `_WriteError`."""
    try:
        yield
    except OSError as error:
        raise _WriteError(error) from error
