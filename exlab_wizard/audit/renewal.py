"""Owns which ledgers are set aside after an audit, and does it; the damaged ones are kept for good."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from exlab_wizard.audit.copies import own_copy
from exlab_wizard.audit.findings import LedgerVerdict, RunVerdict
from exlab_wizard.audit.records import RecordsUnreadableError
from exlab_wizard.clearing.lines import Receipt
from exlab_wizard.clearing.set_aside import begin_anew, keep_nas_ledger
from exlab_wizard.config import Config
from exlab_wizard.errors import Code, StagingError
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.paths import CONTROL_DIR, RunPath
from exlab_wizard.sync.failure import TaskFailedError


def set_aside(
    config: Config, state: Dir, ledger: LedgerVerdict, verdicts: Iterable[RunVerdict], by: str
) -> list[dict[str, Any]]:
    """Set aside the station's ledger where it is damaged or has lost what a NAS has, and each spoilt one on the NAS.

    Returns `run_path` ("" for the station's) and `kept_as` of each. Raises StagingError(not_permitted).
    """
    done: list[dict[str, Any]] = []
    spoilt = list(verdicts)
    try:
        if ledger.damaged or any(verdict.lost_here for verdict in spoilt):
            done.append(_shown(begin_anew(state, by)))
        for verdict in spoilt:
            if verdict.spoilt_nas_ledger:
                done.append(_shown(_renew(config, state, RunPath.parse(verdict.run_path), by)))
    except (OSError, TaskFailedError, RecordsUnreadableError) as error:
        remedy = "Run it as the server's user, with the NAS mounted. What was set aside already stays so."
        raise StagingError(Code.NOT_PERMITTED, f"A ledger could not be set aside: {error}.", remedy=remedy) from error
    return done


def _renew(config: Config, state: Dir, run: RunPath, by: str) -> Receipt:
    with own_copy(config, state, run) as folder, folder.child(CONTROL_DIR) as control:
        return keep_nas_ledger(state, control, run, by)


def _shown(told: Receipt) -> dict[str, Any]:
    return {"run_path": told["run_path"], "kept_as": told["kept_as"]}
