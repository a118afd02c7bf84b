"""Owns what the parts of a leading station share: one lock, the stores, and the few verbs all of them need."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from exlab_wizard.config import Config, Equipment
from exlab_wizard.errors import Code, StagingError
from exlab_wizard.fsys import Dir
from exlab_wizard.gate.book import OverrideBook
from exlab_wizard.gate.findings import Finding
from exlab_wizard.gate.overrides import apply as apply_overrides
from exlab_wizard.gate.overrides import blocking
from exlab_wizard.listing.rows import Rows
from exlab_wizard.observer.agenda import Agenda
from exlab_wizard.observer.root import StagingRoot
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.states import Lifecycle, Reason
from exlab_wizard.station.activity import ActivityRecord
from exlab_wizard.station.pauses import PauseBook
from exlab_wizard.station.receipt_book import ReceiptBook
from exlab_wizard.station.registry import Registry, Run
from exlab_wizard.station.store import Store
from exlab_wizard.station.transitions import Transitions
from exlab_wizard.sync.fence import issue_token
from exlab_wizard.sync.outbox import Outbox
from exlab_wizard.sync.queue import EXPEDITED, NORMAL, Job, Queue
from exlab_wizard.sync.targets import Targets


@dataclass(slots=True)
class Core:
    """Shared by observer, sync thread and commands; `lock` guards every run and everything named here."""

    config: Config
    host: str
    log: logging.Logger
    staging: StagingRoot
    state: Dir
    store: Store
    registry: Registry
    queue: Queue
    outbox: Outbox
    targets: Targets
    overrides: OverrideBook
    transitions: Transitions
    rows: Rows
    receipts: ReceiptBook
    pauses: PauseBook
    activity: ActivityRecord = field(default_factory=ActivityRecord)
    agenda: Agenda = field(default_factory=Agenda)
    lock: threading.RLock = field(default_factory=threading.RLock)
    wake_sync: Callable[[], None] = lambda: None
    staging_there: Callable[[], bool] = lambda: True
    sweep_clearing: Callable[[Run, list[str]], bool] = lambda run, clearing_ids: False

    def equipment(self, path: RunPath) -> Equipment | None:
        """The configured instrument of a run."""
        return self.config.by_equipment(path.equipment_id)

    def nas_root(self, path: RunPath) -> str:
        """Where the run's NAS tree begins; empty for an instrument that is no longer configured."""
        equipment = self.equipment(path)
        return equipment.nas_root if equipment else ""

    def found(self, path: RunPath) -> Run:
        """The run; raises `StagingError` for one that is not there, or whose instrument is not configured any more."""
        run = self.registry.get(path)
        if run is None:
            raise StagingError(Code.RUN_NOT_FOUND, f"There is no run {path} in staging.", run_path=str(path))
        if self.equipment(path) is None:
            message = f"{path.equipment_id} is not configured any more; add it to the configuration again."
            raise StagingError(Code.NOT_PERMITTED, message, run_path=str(path))
        return run

    def held(self, path: RunPath | str) -> bool:
        """Whether a person has paused the run, its instrument or everything."""
        if not self.pauses:
            return False
        return bool(self.pauses.of(path if isinstance(path, RunPath) else RunPath.parse(path)))

    def refresh_findings(self, run: Run) -> list[Finding]:
        """The run's findings with the overrides that are in force now."""
        if not run.findings:
            return run.findings
        run.findings = apply_overrides(run.findings, self.overrides.records(str(run.path)), datetime.now(UTC))
        return run.findings

    def blocked(self, run: Run) -> bool:
        """Whether a hard finding, not overridden (any more), keeps the run from syncing."""
        return bool(run.findings) and bool(blocking(self.refresh_findings(run)))

    def enqueue(self, run: Run, kind: str, by: str | None = None, hurry: bool = False) -> Job:
        """Give a run a job, or return the live one it has; an expedited run goes in front, and so does `hurry`."""
        if run.job is None or not run.job.live:
            priority = EXPEDITED if run.expedite or hurry else NORMAL
            try:
                run.job = self.queue.put(str(run.path), kind, priority, by)
            except sqlite3.IntegrityError:  # the database knows of a live one that memory had lost
                run.job = self.queue.latest(str(run.path))
            run.progress, run.progress_at = None, 0.0
            run.epoch += 1
        assert run.job is not None
        self.rows.mark(run)
        self.wake_sync()
        return run.job

    def sync_again(self, run: Run, by: str, reason: Reason = Reason.FORCED, **extra: Any) -> Job:
        """Send a verified run through its sync once more, in front of the queue: what differs on the NAS is copied.

        `extra` goes into its history.
        """
        self.transitions.advance(run, Lifecycle.SYNC_QUEUED, reason, by, **extra)
        run.expedite = True
        return self.enqueue(run, "sync", by)

    def cancel(self, run: Run) -> None:
        """End a run's live job: what it has finished stays, its worker publishes nothing more."""
        if run.job is None or not run.job.live:
            return
        if run.job.state == "running":
            issue_token(self.state, run.path, self.store.next_number("token"))
        run.job = self.queue.finish(run.job.id, "superseded")
        run.progress = None
        self.rows.mark(run)

    def reopen(self, run: Run, reason: Reason) -> None:
        """Back to staging: the job ends at its next file boundary; a person's word was for the old tree."""
        self.cancel(run)
        if run.job is not None and run.job.state == "failed":  # that was for the tree as it was
            self.queue.forget(str(run.path))
            run.job = None

        def anew() -> None:
            run.durable.forced_incomplete = None

        self.transitions.advance(run, Lifecycle.STAGING, reason, first=anew)
        self.agenda.touch(str(run.path), 0.05)
