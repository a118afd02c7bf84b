"""Owns the mark up to which a run's ledger on the NAS has held the station's receipts: what is gone since was taken."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from exlab_wizard.clearing.lines import Receipt
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.sync.engine.claim import CLAIM_NAME

FOLDER = "mirrored"
_LIMIT = 64 * 1024


class Mark(NamedTuple):
    """Every receipt up to number `seq` of the station's ledger `ledger_id` was in the folder with this claim."""

    ledger_id: str
    claim: str
    seq: int

    def lost(self, ledger_id: str, claim: str, missing: Iterable[Receipt]) -> list[int]:
        """The numbers of the receipts that are missing although they were there."""
        same = (ledger_id, claim) == (self.ledger_id, self.claim)
        return [one["seq"] for one in missing if same and one["seq"] <= self.seq]


NO_MARK = Mark("", "", 0)


def claim_of(control: Dir) -> str:
    """Which folder on the NAS this is: one made anew, or another NAS, has a claim of its own. "" when not readable."""
    with suppress(OSError):
        return hashlib.sha256(control.read(CLAIM_NAME, _LIMIT)).hexdigest()
    return ""


def read_mark(state: Dir, run: RunPath) -> Mark:
    """The run's mark; `NO_MARK` for none and for a damaged one: nothing is called lost on its word."""
    with suppress(OSError, ValueError, TypeError), state.beneath(FOLDER) as folder:
        data = folder.read(_name(run), _LIMIT)
        mark = Mark(*json.loads(data[65:]))
        return mark if data == _sealed(mark) else NO_MARK
    return NO_MARK


def write_mark(state: Dir, run: RunPath, mark: Mark) -> None:
    """Durable where the disk takes it: without it only less is noticed. Callers hold the run's receipts lock."""
    if read_mark(state, run) != mark:
        with suppress(OSError), state.ensure(FOLDER) as folder:
            folder.replace(_name(run), _sealed(mark))


def _name(run: RunPath) -> str:
    return f"{run.key}.json"


def _sealed(mark: Mark) -> bytes:
    data = json.dumps(mark).encode()
    return hashlib.sha256(data).hexdigest().encode() + b" " + data + b"\n"
