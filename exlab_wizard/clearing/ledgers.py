"""Owns writing one clearing's receipts to both ledgers: the station's first, then the run's own on the NAS."""

from __future__ import annotations

import logging

from exlab_wizard.clearing import ledger, receipts
from exlab_wizard.clearing.ledger import Receipt
from exlab_wizard.clearing.reserve import with_reserves
from exlab_wizard.clearing.site import Local, NasCopy
from exlab_wizard.runs.paths import CONTROL_DIR
from exlab_wizard.sync.failure import TaskFailedError, on_state, on_target

_log = logging.getLogger(__name__)


def write_both(local: Local, nas: NasCopy, entry: Receipt) -> Receipt:
    """Durable here and on the NAS, or TaskFailedError."""
    written = write_here(local, entry)
    with on_target(f"{CONTROL_DIR}/{ledger.LEDGER_NAME}"):
        receipts.mirror(local.state, nas.control, local.path)
    return written


def write_here(local: Local, entry: Receipt) -> Receipt:
    """Durable in the station's ledger, even on a full disk. Raises TaskFailedError."""
    with on_state(ledger.LEDGER_NAME):
        return with_reserves(local.reserves, lambda: ledger.add(local.state, entry))


def bring_up_to_date(local: Local, nas: NasCopy | None) -> bool:
    """Bring the NAS's ledger up to date; False when it has to wait: the next receipt or clearing takes it along."""
    if nas is None:
        return False
    try:
        with on_target(f"{CONTROL_DIR}/{ledger.LEDGER_NAME}"):
            receipts.mirror(local.state, nas.control, local.path)
    except TaskFailedError as failure:
        _log.warning("the NAS ledger of %s is behind: %s", local.path, failure.error.message)
        return False
    return True
