"""Owns a run's log `wizard.<host>.log`: how one event becomes one safe line, appended to and read without surprises."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from exlab_wizard.fsys import Dir, UnsupportedEntryError, close_quietly
from exlab_wizard.runs.paths import RunPath

MAX_LINE_BYTES = 1024  # the newline included
MAX_TAIL_LINES = 10_000
_MAX_FIELD_BYTES = {"host": 64, "equip": 64, "proj": 256, "kind": 32}
_LEVELS = {"WARNING": "WARN", "CRITICAL": "FATAL"}
_CUT = "…".encode()
_FLAGS = os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NOT_A_FILE = frozenset({errno.ELOOP, errno.ENXIO, errno.EISDIR, errno.ENODEV})


def log_name(host: str) -> str:
    """The log's file name for a host: one plain, portable segment whatever the host is called."""
    return f"wizard.{re.sub(r'[^A-Za-z0-9._-]', '_', host)[:64] or 'unknown'}.log"


def format_line(at: datetime, level: str, host: str, run: RunPath, message: str) -> bytes:
    r"""`<UTC> [INFO ] [host:..] [equip:..] [proj:..] [kind:..] message` with its newline, UTF-8, at most 1,024 bytes.

    A backslash and whatever does not print (newlines, controls, direction marks, undecodable bytes) are escaped as in
    a Python literal, `]` inside a field as `\]`: no text can look like another field or another line. A message too
    long ends in `…`, never inside a character or an escape.
    """
    stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    level = _LEVELS.get(level.upper(), level.upper())
    head = b"%b [%b]" % (stamp.encode(), _escape(f"{level:<5.5}", 32))
    fields = {"host": host, "equip": run.equipment_id, "proj": run.project, "kind": run.kind.value}
    for name, value in fields.items():
        head += b" [%b:%b]" % (name.encode(), _escape(value, _MAX_FIELD_BYTES[name], field=True))
    return b"%b %b\n" % (head, _escape(message, MAX_LINE_BYTES - len(head) - 2))


def _escape(text: str, room: int, *, field: bool = False) -> bytes:
    """At most `room` bytes of escaped text."""
    out = bytearray()
    fits = 0  # how much may stay when the mark must follow
    for character in text:
        out += _piece(character, field)
        if len(out) > room:
            return bytes(out[:fits]) + _CUT
        if len(out) <= room - len(_CUT):
            fits = len(out)
    return bytes(out)


def _piece(character: str, field: bool) -> bytes:
    if field and character == "]":
        return b"\\]"
    if character == "\\" or not character.isprintable():
        return character.encode("unicode_escape")
    return character.encode()


def append(control: Dir, host: str, line: bytes) -> None:
    """Add one formatted line to this host's log in a run's `.exlab-wizard`, creating it.

    One write in append mode: lines of several processes never mix. What a full disk cut off is ended by a newline
    first (a write of another process seen half done costs an empty line, nothing more). Raises
    `UnsupportedEntryError` when the name is a link, has a second link, or is no regular file; else OSError.
    """
    name = log_name(host)
    with _opened(control, name, os.O_RDWR | _FLAGS) as fd:
        size = os.fstat(fd).st_size
        if size and os.pread(fd, 1, size - 1) != b"\n":
            line = b"\n" + line
        if os.write(fd, line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), name)


def tail(control: Dir, host: str, lines: int) -> list[str]:
    """The last `lines` lines (at most 10,000), oldest first; empty without a log. Raises as `append`.

    Reads no more than 1,024 bytes a line from the end. What others wrote into the file is shown escaped.
    """
    lines = min(lines, MAX_TAIL_LINES)
    if lines <= 0:
        return []
    try:
        with _opened(control, log_name(host), os.O_RDONLY | _FLAGS & ~os.O_CREAT & ~os.O_APPEND) as fd:
            raw = _last_bytes(fd, lines * MAX_LINE_BYTES)
    except FileNotFoundError:
        return []
    found = [line for line in raw.split(b"\n") if line]
    return [_readable(line) for line in found[-lines:]]


def _last_bytes(fd: int, count: int) -> bytes:
    """The last `count` bytes of a file, without the line that the window cuts in two."""
    start = max(0, os.fstat(fd).st_size - count)
    with os.fdopen(os.dup(fd), "rb") as file:
        file.seek(max(0, start - 1))
        raw = file.read(count + 1)
    return raw.partition(b"\n")[2] if start else raw


def _readable(line: bytes) -> str:
    text = line.decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


@contextmanager
def _opened(control: Dir, name: str, flags: int) -> Iterator[int]:
    """A descriptor of a regular file that has one name only, so that no other file is written or shown through it."""
    try:
        fd = os.open(name, flags, 0o666, dir_fd=control.fd)
    except OSError as error:
        if error.errno in _NOT_A_FILE:
            raise UnsupportedEntryError(error.errno, "the log is not a regular file", name) from error
        raise
    try:
        info = os.fstat(fd)
        if not stat.S_ISREG(info.st_mode) or info.st_nlink > 1:
            raise UnsupportedEntryError(errno.EINVAL, "the log is not a regular file with one name", name)
        yield fd
    finally:
        close_quietly(fd)
