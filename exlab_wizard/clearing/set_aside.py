"""Owns setting a damaged ledger aside: kept under another name for good, and a new one begun that says so."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import socket
from datetime import UTC, datetime

from exlab_wizard import __version__
from exlab_wizard.clearing.agreement import SET_ASIDE
from exlab_wizard.clearing.ledger import FIRST_PREV, Receipt, add, locked, sealed, utc_stamp
from exlab_wizard.clearing.lines import LEDGER_NAME
from exlab_wizard.clearing.mark import NO_MARK, write_mark
from exlab_wizard.clearing.receipts import NAS_LOCK_SECONDS, mirror, receipts_lock
from exlab_wizard.fsys import Dir, UnsupportedEntryError, close_quietly, rename_noreplace
from exlab_wizard.runs.paths import RunPath

_BLOCK = 1 << 20


def begin_anew(state: Dir, by: str) -> Receipt:
    """Keep the station's ledger as `receipts.jsonl.damaged-<UTC>` and begin a new one; its first receipt.

    A crash leaves the old ledger or the new one under the name, never none and never half of one. Raises OSError.
    """
    with locked(state):
        kept = _kept_name(state)
        told = _told("", by, kept, _measure(state))
        first = sealed(told, 1, FIRST_PREV)
        temporary = f".{LEDGER_NAME}.{secrets.token_hex(4)}.tmp"
        with os.fdopen(state.create_file(temporary), "wb") as file:
            file.write(first + b"\n")
            file.flush()
            os.fsync(file.fileno())
        if told["kept_as"]:
            _keep(state, kept)
        os.rename(temporary, LEDGER_NAME, src_dir_fd=state.fd, dst_dir_fd=state.fd)
        state.sync()
    return told


def keep_nas_ledger(state: Dir, control: Dir, run: RunPath, by: str) -> Receipt:
    """Keep a run's ledger on the NAS the same way, and write it anew from the station's; the receipt about it.

    The receipt is written first: after a crash the ledger is still there, and is set aside then. Raises OSError and
    TaskFailedError.
    """
    with receipts_lock(state, run), locked(control, NAS_LOCK_SECONDS):
        kept = _kept_name(control)
        told = add(state, _told(str(run), by, kept, _measure(control)))
        write_mark(state, run, NO_MARK)  # what the new one lacks was not taken from it
        if told["kept_as"]:
            rename_noreplace(control, LEDGER_NAME, control, kept)
            control.sync()
    mirror(state, control, run)
    return told


def _keep(folder: Dir, kept: str) -> None:
    """Give the old ledger its second name, durably, while it still has the first; a folder or link is moved."""
    try:
        os.link(LEDGER_NAME, kept, src_dir_fd=folder.fd, dst_dir_fd=folder.fd, follow_symlinks=False)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK):
            raise
        rename_noreplace(folder, LEDGER_NAME, folder, kept)
    folder.sync()


def _kept_name(folder: Dir) -> str:
    base = f"{LEDGER_NAME}.damaged-{datetime.now(UTC).strftime('%Y-%m-%dT%H-%M-%SZ')}"
    return next(name for name in (base, *(f"{base}-{turn}" for turn in range(2, 1000))) if not folder.exists(name))


def _measure(folder: Dir) -> tuple[int, str] | None:
    """Bytes and SHA-256 of the ledger as it is now; (-1, "") for what is no file, None for nothing."""
    try:
        fd = folder.open_file(LEDGER_NAME)
    except FileNotFoundError:
        return None
    except (UnsupportedEntryError, OSError) as error:
        if isinstance(error, UnsupportedEntryError) or error.errno == errno.ELOOP:
            return -1, ""
        raise
    try:
        digest, offset = hashlib.sha256(), 0
        while block := os.pread(fd, _BLOCK, offset):
            digest.update(block)
            offset += len(block)
        return offset, digest.hexdigest()
    finally:
        close_quietly(fd)


def _told(run_path: str, by: str, kept: str, measured: tuple[int, str] | None) -> Receipt:
    size, sha256 = measured or (0, "")
    return {
        "receipt_id": secrets.token_hex(16),
        "event": SET_ASIDE,
        "run_path": run_path,
        "at": utc_stamp(),
        "kept_as": kept if measured else "",
        "kept_bytes": size,
        "kept_sha256": sha256,
        "by": by,
        "host": socket.gethostname(),
        "version": __version__,
    }
