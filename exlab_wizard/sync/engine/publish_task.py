"""Owns bringing a run's control files and receipts to its NAS copy: whole or not at all, only below our own claim."""

from __future__ import annotations

from contextlib import ExitStack

from exlab_wizard.clearing.receipts import LEDGER_NAME, mirror
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.paths import CONTROL_DIR, RunPath
from exlab_wizard.sync.engine.claim import CLAIM_NAME, open_claimed
from exlab_wizard.sync.engine.control import INCOMING, SUPERSEDED, is_known, sweep_temporaries
from exlab_wizard.sync.engine.meter import Report
from exlab_wizard.sync.engine.nas import open_state, open_target
from exlab_wizard.sync.failure import TaskFailedError, on_target
from exlab_wizard.sync.fence import RunLock
from exlab_wizard.sync.tasks import ErrorClass, Outcome, PublishTask

_OURS = (".ingest.json.", ".creation.json.", ".wizard.")
_NOT_FROM_HERE = frozenset({CLAIM_NAME, INCOMING, SUPERSEDED, "checksums.sha256", LEDGER_NAME})


def run_publish(task: PublishTask, report: Report) -> Outcome:
    """Data: `published`, the names written; empty where the run has no copy on this NAS yet. Raises TaskFailedError."""
    run = RunPath.parse(task.run_path)
    _check_names(task)
    with ExitStack() as stack:
        keep = stack.enter_context
        state = keep(open_state(task.place))
        # Its own lock: a publisher stuck on a dead NAS must not bring back old text later, nor hold up a sync.
        keep(RunLock(state, run, "publish.lock"))
        target = keep(open_target(task.place))
        if not _has_copy(target, run):
            return Outcome(task.job_id, data={"published": []})
        nas_run = keep(open_claimed(target, run, task.place.station_id))
        with on_target(CONTROL_DIR):
            control = keep(nas_run.child(CONTROL_DIR))
            for prefix in _OURS:  # also of what is not published now: a log can be lost with the staging disk's power
                sweep_temporaries(control, prefix)
        for name, text in task.files.items():
            with on_target(f"{CONTROL_DIR}/{name}"):
                control.write_atomic(name, text.encode("utf-8", "surrogateescape"), last=False)
        with on_target(CONTROL_DIR):
            control.sync()
        with on_target(f"{CONTROL_DIR}/{LEDGER_NAME}"):
            mirror(state, control, run)
    return Outcome(task.job_id, data={"published": list(task.files)})


def _has_copy(target: Dir, run: RunPath) -> bool:
    with on_target(str(run)):
        try:
            target.beneath(*run.parts, CONTROL_DIR).close()
        except FileNotFoundError:
            return False
    return True


def _check_names(task: PublishTask) -> None:
    for name in task.files:
        if "/" in name or name in _NOT_FROM_HERE or not is_known(name):
            message = f"{name!r} is not a control file that is published."
            raise TaskFailedError(ErrorClass.INTERNAL, message, name)
