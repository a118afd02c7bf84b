"""Owns the receipts: what is written down of each run frozen, verified and cleared, here and beside its NAS copy."""

from __future__ import annotations

import json
import secrets
import socket
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from exlab_wizard import __version__
from exlab_wizard.clearing.ledger import LEDGER_NAME, Receipt, add, parse_line, read, utc_stamp, verify_chain
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.paths import RunPath

__all__ = ["LEDGER_NAME", "Receipt", "read", "verify_chain"]
_BOUND = ("seq", "prev", "sha256")  # what ties a receipt to its place in one ledger


class Event(StrEnum):
    """What a receipt is of."""

    FROZEN = "frozen"
    VERIFIED = "verified"
    CLEAR_INTENDED = "clear_intended"
    CLEARED = "cleared"
    PUT_BACK = "put_back"
    RESTORED = "restored"


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
    """Bring every receipt of `run` in the station's ledger that its own ledger lacks to `control`; how many."""
    known = {str(entry.get("receipt_id")) for entry in entries(read(control))}
    missing = [entry for entry in entries(read(state), run) if str(entry.get("receipt_id")) not in known]
    for entry in missing:
        own = {key: value for key, value in entry.items() if key not in _BOUND}
        add(control, own | {"station_seq": entry.get("seq"), "station_sha256": entry.get("sha256")})
    return len(missing)


def entries(data: bytes, run: RunPath | None = None) -> Iterator[Receipt]:
    """The readable receipts of a ledger, oldest first, of one run or of all. What is damaged is `verify_chain`'s."""
    wanted = _run_mark(run) if run is not None else b""
    for line in data.split(b"\n"):
        if line and wanted in line and (found := parse_line(line)) is not None:
            yield found


def last_receipt(state: Dir, run: RunPath) -> Receipt | None:
    """The newest readable receipt of a run in the station's ledger, or None."""
    data, wanted = read(state), _run_mark(run)
    end = len(data)
    while (at := data.rfind(wanted, 0, end)) >= 0:
        start = data.rfind(b"\n", 0, at) + 1
        stop = data.find(b"\n", at)
        found = parse_line(data[start : stop if stop >= 0 else len(data)])
        if found is not None and found.get("run_path") == str(run):
            return found
        end = start
    return None


def _run_mark(run: RunPath) -> bytes:
    return b'"run_path":' + json.dumps(str(run)).encode()
