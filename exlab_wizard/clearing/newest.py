"""Owns finding a run's newest receipt: the ledger is read from its end, in blocks, in little memory."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

from exlab_wizard.clearing.lines import LINE_LIMIT, Line, Receipt, opened, whole_receipt
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
