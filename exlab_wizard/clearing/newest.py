"""Owns finding one run's receipts among those of all: the ledger is searched in blocks, in little memory."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

from exlab_wizard.clearing.lines import LINE_LIMIT, RUN_LIMIT, Line, Receipt, opened, whole_receipt
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.paths import RunPath

_BLOCK = 1 << 18


def run_mark(run: RunPath) -> bytes:
    """What stands in each line that may be a receipt of this run."""
    return b'"run_path":' + json.dumps(str(run)).encode()


def last_receipt(state: Dir, run: RunPath) -> Receipt | None:
    """The newest whole receipt of a run in the station's ledger, or None. Raises OSError."""
    wanted = run_mark(run)
    with opened(state) as fd:
        for line in _backwards(fd) if fd is not None else ():
            found = whole_receipt(Line(0, 0, line, True)) if wanted in line else None
            if found is not None and found.get("run_path") == str(run):
                return found
    return None


def receipts_of(state: Dir, run: RunPath) -> list[Receipt]:
    """A run's whole receipts in the station's ledger, oldest first, at most `RUN_LIMIT` bytes. Raises OSError.

    Lines of others are not even told apart: it is asked for at every publish, of a ledger that only grows.
    """
    wanted, found, size = run_mark(run), list[Receipt](), 0
    with opened(state) as fd:
        for line in _with(wanted, fd) if fd is not None else ():
            size += len(line)
            told = whole_receipt(Line(0, 0, line, True)) if size <= RUN_LIMIT else None
            if told is not None and told.get("run_path") == str(run):
                found.append(told)
    return found


def _with(wanted: bytes, fd: int) -> Iterator[bytes]:
    """Every ended line with these bytes, without its newline; one too long to be a receipt is left out."""
    rest, offset, skipping = b"", 0, False
    while block := os.pread(fd, _BLOCK, offset):
        offset += len(block)
        if skipping:
            _, ended, block = block.partition(b"\n")
            skipping = not ended
        whole, ended, rest = (rest + block).rpartition(b"\n")
        if ended and wanted in whole:
            yield from (line for line in whole.split(b"\n") if wanted in line and len(line) <= LINE_LIMIT)
        if len(rest) > LINE_LIMIT:
            rest, skipping = b"", True


def _backwards(fd: int) -> Iterator[bytes]:
    """Every line, the last first, without newlines; one too long to be a receipt is left out."""
    end, rest, skipping = os.fstat(fd).st_size, b"", False
    while end > 0:
        start = max(0, end - _BLOCK)
        first, *lines = (os.pread(fd, end - start, start) + rest).split(b"\n")
        if skipping and lines:
            lines.pop()  # it ends the long one
            skipping = False
        yield from reversed(lines)
        skipping = skipping or len(first) > LINE_LIMIT
        end, rest = start, b"" if skipping else first
    if not skipping:
        yield rest
