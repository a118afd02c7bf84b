"""Owns the receipts: what is written down of each run frozen, verified and cleared, here and beside its NAS copy."""

from __future__ import annotations

import secrets
import socket
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice
from typing import Any

from exlab_wizard import __version__
from exlab_wizard.clearing.agreement import SET_ASIDE, Origin, as_mirrored, not_yet_there, receipt_id
from exlab_wizard.clearing.ledger import add, read, utc_stamp, verify_chain, writing
from exlab_wizard.clearing.lines import (
    LEDGER_NAME,
    RUN_LIMIT,
    Line,
    Receipt,
    ledger_lines,
    line_hash,
    parse_line,
    seal_of,
    whole_receipt,
)
from exlab_wizard.clearing.newest import last_receipt, run_mark
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.sync.failure import on_state
from exlab_wizard.sync.fence import RunLock

__all__ = ["LEDGER_NAME", "Receipt", "last_receipt", "read", "verify_chain"]
_ENOUGH = 1000  # empty or endless lines: no ledger of ours, and not worth reading to its end
_MIRROR_SECONDS = 10.0  # how long one mirror waits for another of the same run


class Event(StrEnum):
    """What a receipt is of."""

    FROZEN = "frozen"
    COPIED = "copied"
    VERIFIED = "verified"
    CLEAR_INTENDED = "clear_intended"
    CLEARED = "cleared"
    PUT_BACK = "put_back"
    RESTORED = "restored"
    LEDGER_SET_ASIDE = SET_ASIDE


def append(folder: Dir, entry: Receipt) -> Receipt:
    """Add a receipt durably to the ledger in `folder`; returns it as written. Raises OSError."""
    return add(folder, entry)


def receipt(
    event: str,
    run: RunPath,
    *,
    manifest_digest: str,
    file_count: int,
    byte_total: int,
    nas_id: str = "",
    nas_path: str = "",
    reading: str = "",
    by: str = "",
    host: str = "",
    **extra: Any,
) -> Receipt:
    """What one receipt says before it has its place in a ledger.

    `event` is one of `Event`, `reading` how the NAS copy was last read, `by` the person or "station", `host` this
    computer unless given. `receipt_id` is the same in the station's ledger and in the run's own.
    """
    return {
        "receipt_id": secrets.token_hex(16),
        "event": str(event),
        "run_path": str(run),
        "at": utc_stamp(),
        "manifest_digest": manifest_digest,
        "file_count": file_count,
        "byte_total": byte_total,
        "nas_id": nas_id,
        "nas_path": nas_path,
        "reading": reading,
        "by": by,
        "host": host or socket.gethostname(),
        "version": __version__,
        **extra,
    }


def mirror(state: Dir, control: Dir, run: RunPath) -> int:
    """Bring every receipt of `run` in the station's ledger that its own ledger lacks to `control`; how many.

    One at a time for a run, by a lock here: the NAS may have none. A damaged line of the station's is not brought.
    Raises OSError for the NAS, TaskFailedError (SOURCE_IO, BUSY) for the state directory and the lock.
    """
    with receipts_lock(state, run):
        with on_state(LEDGER_NAME):
            own = Own.read(state, run)
        if not own.receipts:
            return 0
        with writing(control) as writer:
            known = {receipt_id(found) for line in writer.lines() if (found := parse_line(line.data)) is not None}
            missing = not_yet_there(own.receipts, known)
            for one in missing:
                writer.add(as_mirrored(one, own.origin.ledger_id))
    return len(missing)


def receipts_lock(state: Dir, run: RunPath) -> RunLock:
    """Held by whoever writes the run's ledger on the NAS, and by who must see it and the station's at rest."""
    return RunLock(state, run, "receipts.lock", _MIRROR_SECONDS)


@dataclass(frozen=True, slots=True)
class Own:
    """What the station's ledger tells of one run: its whole receipts, and how many of its lines are damaged (or
    beyond `RUN_LIMIT`).

    `origin` is which ledger this is, `tail` its last two lines.
    """

    receipts: list[Receipt]
    damaged: int
    origin: Origin
    tail: list[Line]

    @classmethod
    def read(cls, state: Dir, run: RunPath) -> Own:
        """Read the station's ledger once. Raises OSError."""
        wanted, lines = run_mark(run), ledger_lines(state)
        head, last, mine, spoilt, size = list(islice(lines, 2)), deque[Line](maxlen=2), list[Line](), 0, 0
        for line in chain(head, lines):
            if line.ended:
                last.append(line)
                if line.data is not None and wanted in line.data:
                    size += len(line.data)
                    mine.append(line if size <= RUN_LIMIT else line._replace(data=None))
                spoilt += not line.data
                if spoilt > _ENOUGH:  # the tail is such a line then: nothing is cleared on such a ledger
                    break
        found = [whole_receipt(line) for line in mine]
        own = [one for one in found if one is not None and one.get("run_path") == str(run)]
        return cls(own, found.count(None), origin_of(head), list(last))


def origin_of(head: Sequence[Line]) -> Origin:
    """Which ledger begins with these lines (two are looked at). A damaged first line is remembered by the second."""
    if not head or not head[0].ended:
        return Origin("", False)
    told = whole_receipt(head[0])
    if told is not None:
        return Origin(line_hash(head[0]), told.get("event") == SET_ASIDE and not told.get("run_path"))
    seal = seal_of(head[1].data or b"") if head[1:] else None
    return Origin(seal.prev if seal else line_hash(head[0]), False)


def entries(data: bytes, run: RunPath | None = None) -> Iterator[Receipt]:
    """The readable receipts of a ledger, oldest first, of one run or of all. What is damaged is `verify_chain`'s."""
    wanted = run_mark(run) if run is not None else b""
    for line in data.split(b"\n"):
        if line and wanted in line and (found := parse_line(line)) is not None:
            yield found
