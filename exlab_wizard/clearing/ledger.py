"""Owns the ledger file: append-only JSON lines, each bound to the line before by that line's SHA-256."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import math
import os
import secrets
import socket
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from exlab_wizard import __version__
from exlab_wizard.clearing.agreement import TORN_LINE_KEPT
from exlab_wizard.clearing.lines import (
    FIRST_PREV,
    LEDGER_NAME,
    LINE_LIMIT,
    Chain,
    Line,
    Receipt,
    parse_line,
    read_lines,
)
from exlab_wizard.fsys import Dir, close_quietly

__all__ = [
    "FIRST_PREV",
    "LEDGER_NAME",
    "LedgerBusyError",
    "LedgerDamagedError",
    "Receipt",
    "Writer",
    "add",
    "locked",
    "read",
    "sealed",
    "verify_chain",
    "writing",
]

LOCK_NAME = "receipts.lock"
_MOST = 1 << 53  # lines
_TAIL_BYTES = 1 << 16
_TAIL_LIMIT = 2 * (LINE_LIMIT + 1)  # a whole line and a torn one
_BLOCK = 1 << 20
_LOOK_SECONDS = 0.05
_listed: set[tuple[int, int]] = set()  # ledgers whose names this process has made durable
_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL})
_APPEND = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class LedgerDamagedError(OSError):
    """What stands there is no ledger that could be added to: it has to be set aside first."""

    def __init__(self, why: str) -> None:
        super().__init__(errno.EFBIG, why, LEDGER_NAME)


class LedgerBusyError(OSError):
    """Somebody else holds the ledger's lock."""

    def __init__(self) -> None:
        super().__init__(errno.EBUSY, "another program holds its lock", LOCK_NAME)


class Writer:
    """The right to add to one ledger, held by one process at a time (see `writing`)."""

    def __init__(self, folder: Dir, fd: int) -> None:
        self._folder, self._fd = folder, fd

    @property
    def size(self) -> int:
        """Bytes."""
        return os.fstat(self._fd).st_size

    def lines(self) -> Iterator[Line]:
        """What stands there now."""
        return read_lines(self._fd)

    def add(self, entry: Receipt) -> Receipt:
        """Add one receipt, as `add_all`."""
        return self.add_all([entry])[0]

    def add_all(self, entries: Iterable[Receipt]) -> list[Receipt]:
        """Add receipts, durable together; returns them with `seq`, `prev` and `sha256`. Raises OSError; safe to repeat.

        A last line that a crash cut short is moved to a file of its own beside the ledger, and the ledger says so.
        LedgerDamagedError where it ends in more than any crash leaves: nothing is moved or cut then.
        """
        fd = self._fd
        info = os.fstat(fd)
        ledger = (info.st_dev, info.st_ino)
        if info.st_size == 0:
            _listed.discard(ledger)  # that was another one
        last, torn = _ending(fd)
        if torn:
            (last,) = _write(fd, [_torn_receipt(_set_aside(self._folder, fd, torn), torn)], last)
        lines = _write(fd, entries, last)
        if ledger not in _listed:
            self._folder.sync()
            _listed.add(ledger)
        return [json.loads(line) for line in lines]


@contextmanager
def writing(folder: Dir, patience_seconds: float = math.inf) -> Iterator[Writer]:
    """The ledger in `folder`, made where needed, with everybody else kept out. Raises OSError, as `locked` also."""
    with locked(folder, patience_seconds), _opened(folder) as fd:
        yield Writer(folder, fd)


def add(folder: Dir, entry: Receipt) -> Receipt:
    """Add one receipt durably, as `Writer.add_all`."""
    return add_all(folder, [entry])[0]


def add_all(folder: Dir, entries: Iterable[Receipt]) -> list[Receipt]:
    """Add receipts durably, as `Writer.add_all`."""
    with writing(folder) as writer:
        return writer.add_all(entries)


def read(folder: Dir) -> bytes:
    """The whole ledger; empty when there is none. Raises OSError."""
    try:
        fd = folder.open_file(LEDGER_NAME)
    except FileNotFoundError:
        return b""
    with os.fdopen(fd, "rb") as file:
        return file.read()


def verify_chain(data: bytes) -> list[str]:
    """Every defect of a ledger, as sentences; empty when each line is whole, in order and bound to the one before.

    Lines cut off at the end leave a valid shorter chain: only the comparison with the other ledger shows that.
    """
    *lines, torn = data.split(b"\n")
    chain, problems = Chain(), []
    for number, line in enumerate(lines, 1):
        problems += chain.problems(Line(number, 0, line, True))
    return [*problems, f"line {len(lines) + 1} is cut short"] if torn else problems


def utc_stamp() -> str:
    """Now, as `2026-04-17T14:35:00Z`."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def sealed(entry: Receipt, seq: int, prev: str) -> bytes:
    """The line of a receipt at its place, without its newline."""
    bound = {**entry, "seq": seq, "prev": prev}
    return _encode(bound | {"sha256": hashlib.sha256(_encode(bound)).hexdigest()})


def _encode(entry: Receipt) -> bytes:
    return json.dumps(entry, separators=(",", ":")).encode()


@contextmanager
def locked(folder: Dir, patience_seconds: float = math.inf) -> Iterator[None]:
    """One writer at a time; LedgerBusyError when another one does not end in that time.

    A NAS that has no locks is written by the holder of the run's lock alone anyway.
    """
    fd = os.open(LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666, dir_fd=folder.fd)
    try:
        _lock(fd, patience_seconds)
        yield
    finally:
        close_quietly(fd)


def _lock(fd: int, patience_seconds: float) -> None:
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            return fcntl.flock(fd, fcntl.LOCK_EX | (fcntl.LOCK_NB if patience_seconds < math.inf else 0))
        except OSError as error:
            if error.errno in _NO_LOCKS:
                return None
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                raise
            if time.monotonic() > deadline:
                raise LedgerBusyError from error
        time.sleep(_LOOK_SECONDS)


@contextmanager
def _opened(folder: Dir) -> Iterator[int]:
    try:
        fd = os.open(LEDGER_NAME, _APPEND, 0o666, dir_fd=folder.fd)
    except OSError as error:
        if error.errno not in (errno.EISDIR, errno.ELOOP, errno.ENXIO):
            raise
        raise LedgerDamagedError("it is not a regular file") from error
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise LedgerDamagedError("it is not a regular file")
        yield fd
    finally:
        close_quietly(fd)


def _ending(fd: int) -> tuple[bytes, bytes]:
    """The last whole line without its newline (empty for a new ledger), and the bytes of a torn one after it.

    A whole one that is too long for a receipt is cut: nothing can be bound to it, as an audit says.
    """
    whole, _, torn = _tail(fd).rpartition(b"\n")
    if len(torn) > LINE_LIMIT:
        raise LedgerDamagedError(f"it ends in more than {LINE_LIMIT:,} bytes without a newline, which no receipt has")
    return whole.rpartition(b"\n")[2], torn


def _tail(fd: int) -> bytes:
    """The last two lines and more, read backwards; cut where they are longer than any of ours."""
    size = os.fstat(fd).st_size
    wanted = _TAIL_BYTES
    while True:
        start = max(0, size - wanted)
        data = _read_from(fd, start)
        if start == 0 or wanted == _TAIL_LIMIT or data.count(b"\n") > 1:
            return data
        wanted = min(4 * wanted, _TAIL_LIMIT)


def _read_from(fd: int, start: int) -> bytes:
    """All that follows; at most `_TAIL_LIMIT` bytes do, or it grew just now."""
    data = bytearray()
    while len(data) < _TAIL_LIMIT and (block := os.pread(fd, _BLOCK, start + len(data))):
        data += block
    return bytes(data)


def _set_aside(folder: Dir, fd: int, torn: bytes) -> str:
    """Keep the torn bytes under a name of their own, durably, then end the ledger at its last whole line."""
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    name = f"{LEDGER_NAME}.torn-{moment}-{secrets.token_hex(4)}"
    with os.fdopen(folder.create_file(name), "wb") as file:
        file.write(torn)
        file.flush()
        os.fsync(file.fileno())
    folder.sync()
    os.ftruncate(fd, os.fstat(fd).st_size - len(torn))
    os.fsync(fd)
    return name


def _torn_receipt(kept_as: str, torn: bytes) -> Receipt:
    return {
        "receipt_id": secrets.token_hex(16),
        "event": TORN_LINE_KEPT,
        "at": utc_stamp(),
        "kept_as": kept_as,
        "torn_bytes": len(torn),
        "torn_sha256": hashlib.sha256(torn).hexdigest(),
        "host": socket.gethostname(),
        "version": __version__,
    }


def _write(fd: int, entries: Iterable[Receipt], last: bytes) -> list[bytes]:
    """Append a line each after `last`, flushed; the lines. What a full disk cut short is taken back at once."""
    lines = list[bytes]()
    for seq, entry in enumerate(entries, _next_seq(fd, last)):
        lines.append(sealed(entry, seq, hashlib.sha256(last).hexdigest() if last else FIRST_PREV))
        last = lines[-1]
    size = os.fstat(fd).st_size
    try:
        _write_all(fd, b"".join(line + b"\n" for line in lines))
        os.fsync(fd)
    except OSError:
        with suppress(OSError):
            os.ftruncate(fd, size)
        raise
    return lines


def _next_seq(fd: int, last: bytes) -> int:
    """One more than the last line says; where that line is damaged, the lines are counted."""
    if not last:
        return 1
    seq = (parse_line(last) or {}).get("seq")
    if type(seq) is int and 0 < seq < _MOST:
        return seq + 1
    lines = offset = 0
    while block := os.pread(fd, _BLOCK, offset):
        lines, offset = lines + block.count(b"\n"), offset + len(block)
    return lines + 1


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
