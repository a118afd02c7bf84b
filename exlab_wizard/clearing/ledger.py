"""Owns the ledger file: append-only JSON lines, each bound to the line before by that line's SHA-256."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from exlab_wizard import __version__
from exlab_wizard.fsys import Dir

LEDGER_NAME = "receipts.jsonl"
LOCK_NAME = "receipts.lock"
FIRST_PREV = "0" * 64
TORN_LINE_KEPT = "torn_line_kept"
_MOST = 1 << 53  # lines
_TAIL_BYTES = 1 << 16
_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL})
_APPEND = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

Receipt = dict[str, Any]


def add(folder: Dir, entry: Receipt) -> Receipt:
    """Add one receipt durably and return it with its `seq`, `prev` and `sha256`. Raises OSError; safe to repeat.

    A last line that a crash cut short is moved to a file of its own beside the ledger, and the ledger says so.
    """
    with _locked(folder), _opened(folder) as fd:
        last = _last_line(fd)
        torn = _torn_tail(fd)
        if torn:
            last = _write(fd, _torn_receipt(_set_aside(folder, fd, torn), torn), last)
        line = _write(fd, entry, last)
    folder.sync()
    found: Receipt = json.loads(line)
    return found


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
    problems: list[str] = []
    previous = FIRST_PREV
    lines = data.split(b"\n")
    if lines.pop():
        problems.append(f"line {len(lines) + 1} is cut short")
    for number, line in enumerate(lines, 1):
        problems += (f"line {number} {what}" for what in _line_problems(line, number, previous))
        previous = hashlib.sha256(line).hexdigest()
    return problems


def _line_problems(line: bytes, number: int, previous: str) -> Iterator[str]:
    entry = parse_line(line)
    if entry is None:
        yield "is not a receipt"
        return
    if entry.get("seq") != number:
        yield f"says it is number {entry.get('seq')!r}"
    if entry.get("prev") != previous:
        yield "is not bound to the line before it"
    own = entry.pop("sha256", None)
    if own != hashlib.sha256(_encoded(entry)).hexdigest() or _encoded(entry | {"sha256": own}) != line:
        yield "does not match its own checksum"


def utc_stamp() -> str:
    """Now, as `2026-04-17T14:35:00Z`."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def parse_line(line: bytes) -> Receipt | None:
    """The object in one line; None when it is damaged."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _encode(entry: Receipt) -> bytes:
    return json.dumps(entry, separators=(",", ":")).encode()


def _encoded(entry: Receipt) -> bytes:
    """As `_encode`; empty for what was read but cannot be written (nested too deeply): no line of ours."""
    try:
        return _encode(entry)
    except RecursionError:
        return b""


@contextmanager
def _locked(folder: Dir) -> Iterator[None]:
    """One writer at a time. A NAS that has no locks is written by the holder of the run's lock alone anyway."""
    fd = os.open(LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666, dir_fd=folder.fd)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
        yield
    finally:
        os.close(fd)


@contextmanager
def _opened(folder: Dir) -> Iterator[int]:
    fd = os.open(LEDGER_NAME, _APPEND, 0o666, dir_fd=folder.fd)
    try:
        yield fd
    finally:
        os.close(fd)


def _tail(fd: int) -> bytes:
    """At least the last two lines: what follows the last but one newline, read backwards."""
    size = os.fstat(fd).st_size
    wanted = _TAIL_BYTES
    while True:
        start = max(0, size - wanted)
        data = os.pread(fd, size - start, start)
        if start == 0 or data.count(b"\n") > 1:
            return data
        wanted *= 4


def _torn_tail(fd: int) -> bytes:
    """Bytes after the last newline: a line a crash cut short."""
    return _tail(fd).rpartition(b"\n")[2]


def _last_line(fd: int) -> bytes:
    """The last whole line, without its newline; empty for a new ledger."""
    return _tail(fd).rpartition(b"\n")[0].rpartition(b"\n")[2]


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


def _write(fd: int, entry: Receipt, last: bytes) -> bytes:
    """Append one line after `last`, flushed; the line. What a full disk cut short is taken back at once."""
    prev = hashlib.sha256(last).hexdigest() if last else FIRST_PREV
    bound = {**entry, "seq": _next_seq(fd, last), "prev": prev}
    line = _encode(bound | {"sha256": hashlib.sha256(_encode(bound)).hexdigest()})
    size = os.fstat(fd).st_size
    try:
        _write_all(fd, line + b"\n")
        os.fsync(fd)
    except OSError:
        with suppress(OSError):
            os.ftruncate(fd, size)
        raise
    return line


def _next_seq(fd: int, last: bytes) -> int:
    """One more than the last line says; where that line is damaged, the lines are counted."""
    if not last:
        return 1
    seq = (parse_line(last) or {}).get("seq")
    if type(seq) is int and 0 < seq < _MOST:
        return seq + 1
    return os.pread(fd, os.fstat(fd).st_size, 0).count(b"\n") + 1


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
