"""Owns the three ends of a clearing: everything put back, what is left put back, or finished with its receipt."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

from exlab_wizard.clearing.holding import DATA, Holding
from exlab_wizard.clearing.ledgers import bring_up_to_date, write_here
from exlab_wizard.clearing.receipts import Receipt
from exlab_wizard.clearing.refusal import shown
from exlab_wizard.clearing.site import Local, NasCopy
from exlab_wizard.clearing.unlink import Freed
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.scan import EntryKind
from exlab_wizard.sync.failure import TaskFailedError

_log = logging.getLogger(__name__)


def undo(local: Local, holding: Holding, entry: Receipt) -> dict[str, Any]:
    """Nothing was unlinked: put every entry back and take the holding folder away. Raises OSError when that fails."""
    holding.forget()
    beside = holding.put_back(local.run)
    holding.discard()
    _note(local, entry)
    return {"undone": True, **_beside(beside)}


def give_up(local: Local, holding: Holding, entry: Receipt, freed: Freed) -> dict[str, Any]:
    """Files were, or may have been, unlinked: put back what is left. Raises OSError; recovery then goes on with it."""
    holding.give_up()
    beside = holding.put_back(local.run)
    holding.discard()
    _note(local, entry | {"partial": True, "files_freed": freed.files, "bytes_freed": freed.bytes})
    return {
        "undone": True,
        "partial": True,
        "files_freed": freed.files,
        "bytes_freed": freed.bytes,
        "why": entry.get("why", ""),
        **_beside(beside),
    }


def nothing_left(holding: Holding) -> bool:
    """Whether every file is gone already, so that only folders are in the way; in doubt not."""
    try:
        return holding.empty()
    except OSError:
        return False


def finish(local: Local, nas: NasCopy | None, holding: Holding, entry: Receipt, freed: Freed) -> dict[str, Any]:
    """Put back what is not ours to delete, write the receipt, and leave the empty folder for `finish_clearing`."""
    holding.settle_taken(None)  # what somebody put there under one of our numbers; it has no place of its own
    late = sorted({*(entry.path for entry in holding.walk() if entry.kind is not EntryKind.DIRECTORY), *freed.left})
    beside = _put_back_late(local.run, holding)
    with suppress(OSError):  # `finish_clearing` and, after a restart, recovery take the folders away
        holding.discard(keep_marker=True)
    entry |= {"files_freed": freed.files, "bytes_freed": freed.bytes, "late": len(late)}
    written = write_here(local, entry)
    for reserve in local.reserves:
        reserve.ensure()
    return {
        "files_freed": freed.files,
        "bytes_freed": freed.bytes,
        "receipt": written,
        "late": [shown(path) for path in late],
        "nas_receipt": bring_up_to_date(local, nas),
        "clearing_ids": [holding.clearing_id],
        **_beside(beside),
    }


def _put_back_late(run: Dir, holding: Holding) -> list[str]:
    data = holding.sub(DATA)
    if data is None:
        return []
    with data:
        return holding.put_back(run) if data.names() else []


def _note(local: Local, entry: Receipt) -> None:
    """The receipt of something undone: it deleted nothing, so a disk that does not take it stops nobody."""
    try:
        write_here(local, entry)
    except TaskFailedError as error:
        _log.warning("no receipt for the undone clearing of %s: %s", local.path, error)


def _beside(names: list[str]) -> dict[str, list[str]]:
    return {"beside": [shown(name) for name in names]}
