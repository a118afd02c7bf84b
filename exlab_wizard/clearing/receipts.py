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
from exlab_wizard.clearing.agreement import MIRRORED_AGAIN, SET_ASIDE, Origin, as_mirrored, not_yet_there, receipt_id
from exlab_wizard.clearing.ledger import (
    LOCK_NAME,
    LedgerBusyError,
    LedgerDamagedError,
    Writer,
    add,
    read,
    utc_stamp,
    verify_chain,
    writing,
)
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
from exlab_wizard.clearing.mark import Mark, claim_of, read_mark, write_mark
from exlab_wizard.clearing.newest import last_receipt, receipts_of, run_mark
from exlab_wizard.clearing.refusal import ledger_damaged
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.paths import CONTROL_DIR, RunPath
from exlab_wizard.sync.failure import TaskFailedError, on_state
from exlab_wizard.sync.fence import RunLock
from exlab_wizard.sync.tasks import ErrorClass

__all__ = ["LEDGER_NAME", "Receipt", "last_receipt", "read", "verify_chain"]
_ENOUGH = 1000  # empty or endless lines: no ledger of ours, and not worth reading to its end
# Waited for although no two of ours ever meet there: whoever holds it, a second station on the same state perhaps, may
# be writing the very ledger, and a receipt that comes later loses nothing.
NAS_LOCK_SECONDS = 10.0
_LOCKED_OUT = (
    f"Another program holds the lock {CONTROL_DIR}/{LOCK_NAME} of {{}} on the NAS: nothing is written or deleted "
    "until it lets go. It is tried again; find that program (lsof on the NAS) if it stays so."
)
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
    MIRRORED_AGAIN = MIRRORED_AGAIN


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
    What was there once and is gone is brought again, and both ledgers say so: an audit names it until a person acts.
    Raises OSError for the NAS, TaskFailedError: SOURCE_IO for the state directory, BUSY for a lock, REFUSED
    (ledger_damaged) for a ledger on the NAS that nothing may be added to.
    """
    with receipts_lock(state, run):
        with on_state(LEDGER_NAME):
            own, origin = receipts_of(state, run), origin_of(list(islice(ledger_lines(state), 2)))
        if not own:
            return 0
        try:
            with writing(control, NAS_LOCK_SECONDS) as writer:
                return _bring_missing(state, control, own, origin, writer, run)
        except LedgerDamagedError as error:
            raise ledger_damaged(f"the run's ledger on the NAS: {error.strerror}") from error
        except LedgerBusyError as error:
            raise TaskFailedError(ErrorClass.BUSY, _LOCKED_OUT.format(run), LOCK_NAME, error.errno) from error


def _bring_missing(state: Dir, control: Dir, own: list[Receipt], origin: Origin, writer: Writer, run: RunPath) -> int:
    if writer.size > RUN_LIMIT:
        raise LedgerDamagedError(f"it has more than {RUN_LIMIT:,} bytes, which no run's has")
    known = {receipt_id(found) for line in writer.lines() if (found := parse_line(line.data)) is not None}
    missing, claim = not_yet_there(own, known), claim_of(control)
    lost = read_mark(state, run).lost(origin.ledger_id, claim, missing)
    if lost:
        with on_state(LEDGER_NAME):  # here first: after a crash it is at worst told twice
            missing.append(add(state, _mirrored_again(run, lost)))
    if missing:
        writer.add_all(as_mirrored(one, origin.ledger_id) for one in missing)
    last = max(one["seq"] for one in (own[-1], *missing))
    write_mark(state, run, Mark(origin.ledger_id, claim, last))
    return len(missing)


def _mirrored_again(run: RunPath, seqs: list[int]) -> Receipt:
    return receipt(MIRRORED_AGAIN, run, manifest_digest="", file_count=0, byte_total=0, by="station", station_seqs=seqs)


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
            if line.ended or line.data is None:  # one without an end is the tail, and damage
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
