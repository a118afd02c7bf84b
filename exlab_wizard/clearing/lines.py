"""Owns a ledger's lines as they are read: one by one in little memory, each whole and bound to the line before."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from exlab_wizard.fsys import Dir, close_quietly

LEDGER_NAME = "receipts.jsonl"
FIRST_PREV = "0" * 64
LINE_LIMIT = 1 << 20  # bytes; a receipt has a few hundred
RUN_LIMIT = 16 << 20  # bytes of one run's receipts: tens of thousands of them
_BLOCK = 1 << 18
_END = re.compile(rb'[{,]"seq":([1-9][0-9]{0,17}),"prev":"([0-9a-f]{64})","sha256":"([0-9a-f]{64})"\}\Z')
_END_BYTES = 200

Receipt = dict[str, Any]


class Line(NamedTuple):
    """One line: `number` from 1, `offset` in the file. `data` is None for one too long to be a receipt.

    `ended` is false for what follows the last newline: being written just now, or cut short by a crash.
    """

    number: int
    offset: int
    data: bytes | None
    ended: bool


class Seal(NamedTuple):
    """What ties a line to its place: its number, the SHA-256 of the line before, and its own checksum."""

    seq: int
    prev: str
    sha256: str


def read_lines(fd: int, offset: int = 0, number: int = 0) -> Iterator[Line]:
    """Every line from `offset` (where `number` lines end) on. Raises OSError; never holds more than a line."""
    start, pending, skipped = offset, b"", 0
    while block := os.pread(fd, _BLOCK, offset):
        offset += len(block)
        *whole, rest = block.split(b"\n")
        for piece in whole:
            number += 1
            data, size = pending + piece, skipped + len(pending) + len(piece)
            yield Line(number, start, data if size <= LINE_LIMIT else None, True)
            start, pending, skipped = start + size + 1, b"", 0
        pending += rest
        if skipped + len(pending) > LINE_LIMIT:
            pending, skipped = b"", skipped + len(pending)
    if pending or skipped:
        yield Line(number + 1, start, None if skipped else pending, False)


@contextmanager
def opened(folder: Dir, name: str = LEDGER_NAME) -> Iterator[int | None]:
    """A descriptor of the ledger in `folder`; None when there is none. Raises OSError."""
    try:
        fd = folder.open_file(name)
    except FileNotFoundError:
        yield None
        return
    try:
        yield fd
    finally:
        close_quietly(fd)


def ledger_lines(folder: Dir) -> Iterator[Line]:
    """Every line of the ledger in `folder`; none when there is no ledger. Raises OSError."""
    with opened(folder) as fd:
        if fd is not None:
            yield from read_lines(fd)


def seal_of(line: bytes) -> Seal | None:
    """How a line says it is tied in; None when it does not end as a receipt does."""
    found = _END.search(line, max(0, len(line) - _END_BYTES))
    return Seal(int(found[1]), found[2].decode(), found[3].decode()) if found else None


def is_whole(line: bytes, seal: Seal | None) -> bool:
    """Whether the line's bytes are those its own checksum was made of."""
    if seal is None:
        return False
    body = line[: -len(f',"sha256":"{seal.sha256}"}}')]
    return hashlib.sha256(body + b"}").hexdigest() == seal.sha256


def parse_line(line: bytes | None) -> Receipt | None:
    """The object in one line; None when it is damaged."""
    if line is None:
        return None
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def whole_receipt(line: Line) -> Receipt | None:
    """What a finished line says, if its own checksum fits; else None."""
    if line.data is None or not line.ended or not is_whole(line.data, seal_of(line.data)):
        return None
    return parse_line(line.data)


class Chain:
    """Holds lines against the ones before them, one after the other."""

    def __init__(self) -> None:
        self.number = 0
        self.previous = FIRST_PREV

    def problems(self, line: Line) -> list[str]:
        """What is wrong with the next line, as sentences; a line not ended yet is none of the chain's."""
        found = [f"line {line.number} {what}" for what in self._problems(line.data)]
        self.number, self.previous = line.number, line_hash(line)
        return found

    def _problems(self, data: bytes | None) -> Iterator[str]:
        seal = seal_of(data) if data is not None else None
        if data is None or seal is None:
            yield "is not a receipt"
            return
        if seal.seq != self.number + 1:
            yield f"says it is number {seal.seq}"
        if seal.prev != self.previous:
            yield "is not bound to the line before it"
        if not is_whole(data, seal):
            yield "does not match its own checksum"


def line_hash(line: Line) -> str:
    """The SHA-256 by which the next line is bound to this one; "" (which binds nothing) for one too long."""
    return hashlib.sha256(line.data).hexdigest() if line.data is not None else ""
