"""Owns the short tasks beside the queue: probing targets, publishing control files, clearing on a person's word."""

from __future__ import annotations

import os
import secrets
import time
from concurrent.futures import Future
from dataclasses import replace

from exlab_wizard.api.models import ClearResponse, RestoreResponse
from exlab_wizard.capabilities import Capabilities
from exlab_wizard.errors import StagingError
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.control import CREATION_LIMIT, CREATION_NAME, open_control, read_control
from exlab_wizard.runs.ingest import INGEST_NAME, format_ingest
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.wizard_log import log_name
from exlab_wizard.station.clearing_desk import ClearingDesk
from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import Run
from exlab_wizard.station.restore_desk import RestoreDesk
from exlab_wizard.sync.crew import Assignment, Crew
from exlab_wizard.sync.engine.provable import provable
from exlab_wizard.sync.fence import issue_token, lock_is_free
from exlab_wizard.sync.outbox import Pending
from exlab_wizard.sync.outcomes import Outcomes
from exlab_wizard.sync.targets import Target
from exlab_wizard.sync.tasks import ClearTask, ErrorClass, Outcome, Place, ProbeTask, PublishTask, Task, TaskError

_PROBE_SECONDS = 10.0
_PUBLISH_SECONDS = 30.0
_STUCK_LIMIT = 4  # so many workers hanging on one target: no further one is sent after them ...
_RARELY_SECONDS = 600.0  # ... but for a look this often, in case another NAS was mounted over it
_LOG_LIMIT = 4 << 20
_AGAIN_SECONDS = 5.0
_NOT_STARTED = (OSError, RuntimeError)  # no process, thread or file descriptor to be had, or a full state directory


class Errands:
    """Starts errands and takes in their ends. Callers hold the station's lock."""

    def __init__(self, core: Core, crew: Crew, outcomes: Outcomes, restores: RestoreDesk) -> None:
        self._core, self._crew, self._outcomes, self._restores = core, crew, outcomes, restores
        self.desk = ClearingDesk(core)
        core.sweep_clearing = self.desk.finish
        self._probed_at: dict[str, float] = {}

    def place(self, path: RunPath) -> Place:
        """Where a run's data are and which markers must be met."""
        return self._place(self._core.nas_root(path))

    def _place(self, nas_root: str) -> Place:
        core, target = self._core, self._core.targets.get(nas_root)
        return Place(
            staging_root=core.staging.path,
            station_id=core.staging.station_id,
            nas_root=nas_root,
            nas_id=target.nas_id if target else None,
            state_dir=core.config.state_dir,
            allow_same_storage=core.config.sync.allow_same_storage,
        )

    def start_due(self, tick: float) -> None:
        """Begin every errand whose time has come."""
        for target in self._core.targets.due_for_probe(tick):
            if self._worth_a_probe(target.nas_root, tick):
                self._probe(target)
        now = time.time()
        for job in self._core.queue.queued_clears():
            if job.not_before <= now and self._crew.may_clear():
                self._clear(job.run_path)
        for pending in self._core.outbox.in_turn():
            if self._crew.errands_full():
                return
            self._publish(pending)
        self._core.outbox.settle()

    def _worth_a_probe(self, nas_root: str, tick: float) -> bool:
        """Not while earlier probes hang in the kernel: they end when the NAS answers, and a weekend makes thousands."""
        waited = tick - self._probed_at.get(nas_root, -_RARELY_SECONDS)
        return waited >= _RARELY_SECONDS or self._crew.stuck(nas_root) < _STUCK_LIMIT

    def _probe(self, target: Target) -> None:
        target.probing, self._probed_at[target.nas_root] = True, time.monotonic()
        # no id is asked for: the probe tells which NAS is there, and `_probed` whether it is the right one
        place = replace(self._place(target.nas_root), nas_id=None)
        task = ProbeTask(secrets.token_hex(8), 0, "", place)
        try:
            self._crew.start(task, target.nas_root, "service", _PROBE_SECONDS)
        except _NOT_STARTED as error:
            target.probing, target.probe_due = False, time.monotonic() + _AGAIN_SECONDS
            self._core.log.warning("%s: not looked at, next in %g s: %s", target.nas_root, _AGAIN_SECONDS, error)

    def _publish(self, pending: Pending) -> None:
        core, run = self._core, self._core.registry.get(pending.run_path)
        if run is None:
            core.outbox.sent(pending)
            return
        nas_root = core.nas_root(run.path)
        if not nas_root:  # no longer configured: it may be again
            core.outbox.failed(pending)
            return
        if not core.targets.answers(nas_root) or self._crew.on_run(pending.run_path):
            return
        if not lock_is_free(core.state, run.path):
            return
        try:
            with core.store.together():  # one commit for this and for what has been sent before
                core.outbox.settle()
                token = core.store.next_number("token")
            issue_token(core.state, run.path, token)
            files = self._control_files(run)
            task = PublishTask(secrets.token_hex(8), token, pending.run_path, self.place(run.path), files)
            self._crew.start(task, nas_root, "service", _PUBLISH_SECONDS, pending)
        except (StagingError, *_NOT_STARTED) as error:
            core.outbox.failed(pending)
            core.log.warning("%s: control files not published yet: %s", run.path, error)

    def _control_files(self, run: Run) -> dict[str, str]:
        """The run's known control files as text: ingest.json as the database has it, the others where they are.

        Raises StagingError when staging is not there, which says nothing about the run.
        """
        core, durable = self._core, run.durable
        with core.staging.open() as root:
            found = self._beside_ingest(root, run)
        found[INGEST_NAME] = format_ingest(run.path, run.state, durable.history, durable.unknown)
        return {name: os.fsdecode(data) for name, data in found.items() if data}

    def _beside_ingest(self, root: Dir, run: Run) -> dict[str, bytes | None]:
        """Log and creation.json; without what is missing, unreadable or too large."""
        core, limits = self._core, {log_name(self._core.host): _LOG_LIMIT, CREATION_NAME: CREATION_LIMIT}
        try:
            control, _ = open_control(root, core.state, run.path)
        except OSError as error:
            core.log.warning("%s: only ingest.json is published: %s", run.path, error)
            return {}
        with control:
            return {name: read_control(control, name, limit) for name, limit in limits.items()}

    def ask_clear(self, run: Run, by: str) -> Future[ClearResponse]:
        """Queue a clearing; the future gives the numbers or raises the refusal. A second asker gets the first's."""
        future = self.desk.ask(run, by)
        self._core.wake_sync()
        return future

    def ask_restore(self, run: Run, by: str) -> RestoreResponse:
        """Queue a restore; asking twice is one job."""
        return self._restores.ask(run, by)

    def _clear(self, run_path: str) -> None:
        core, run = self._core, self._core.registry.get(run_path)
        if run is None or run.job is None or self._crew.on_run(run_path):
            return
        # without the NAS a clearing that was cut short is undone: its data must not stay hidden until the NAS is back
        if self.desk.is_awaited(run) and not core.targets.answers(core.nas_root(run.path)):
            self.desk.refuse_unreachable(run)
            return
        if not lock_is_free(core.state, run.path):
            return
        claimed = core.queue.claim(run.job)
        if claimed is None:
            return
        run.job, run.progress = claimed, None
        try:
            issue_token(core.state, run.path, claimed.token)
            task = self.desk.task(run, claimed, self.place(run.path))
            self._crew.start(task, core.nas_root(run.path), "clear")
        except _NOT_STARTED as error:
            run.job = core.queue.requeue(claimed.id, _AGAIN_SECONDS)
            core.log.warning("%s: clearing not begun, next in %g s: %s", run.path, _AGAIN_SECONDS, error)
        core.rows.mark(run)

    def ended(self, assignment: Assignment, outcome: Outcome) -> None:
        """Take in the end of an errand."""
        task: Task = assignment.task
        if isinstance(task, ProbeTask):
            self._probed(assignment.nas_root, outcome)
        elif isinstance(task, PublishTask) and assignment.pending is not None:
            self._published(assignment, assignment.pending, outcome)
        elif isinstance(task, ClearTask):
            self.desk.ended(task, outcome)
            self._look_again(assignment, outcome)
            self._tell_waiting()

    def _tell_waiting(self) -> None:
        """How many clearings go before each of those that wait has changed."""
        for job in self._core.queue.queued_clears():
            run = self._core.registry.get(job.run_path)
            if run is not None:
                self._core.rows.mark(run)

    def _probed(self, nas_root: str, outcome: Outcome) -> None:
        core, error, data = self._core, outcome.error, outcome.data
        target = core.targets.get(nas_root)
        assert target is not None
        if error is not None:
            news = core.targets.lost(nas_root, error.message)
            self._outcomes.target_lost(nas_root)
        elif target.nas_id not in (None, data["nas_id"]):
            news = core.targets.lost(nas_root, _another(target, data["nas_id"]), met_id=data["nas_id"])
            self._outcomes.target_lost(nas_root)
        elif core.targets.still_full(nas_root, data["free_bytes"]):
            news = core.targets.lost(nas_root, target.why, full=True, wanted_bytes=target.wanted_bytes)
            self._outcomes.target_lost(nas_root)
        else:
            came_back = core.targets.came_back(nas_root)
            folds = frozenset(Capabilities.from_dict(data["capabilities"]).folds)
            can_prove = provable(data)
            news = core.targets.found(nas_root, data["nas_id"], data["names"], can_prove, folds)
            self._outcomes.target_answered(nas_root, came_back)
            if came_back:
                core.wake_sync()
        if news:
            core.rows.mark_all()

    def _published(self, assignment: Assignment, pending: Pending, outcome: Outcome) -> None:
        if outcome.error is None:
            self._taken(pending, bool(outcome.data.get("published")))
            return
        self._tell_refused(pending, outcome.error)
        if outcome.error.error_class in (ErrorClass.CONFLICT, ErrorClass.REFUSED):  # no sync need wait for a person
            self._core.outbox.no_copy(pending)
        else:
            self._core.outbox.failed(pending)
        self._look_again(assignment, outcome)
        self._core.log.info("%s: control files not published yet: %s", pending.run_path, outcome.error.message)

    def _look_again(self, assignment: Assignment, outcome: Outcome) -> None:
        if outcome.error is not None and outcome.error.error_class in (ErrorClass.TARGET, ErrorClass.CONFIGURATION):
            self._core.targets.probe_soon(assignment.nas_root)

    def _tell_refused(self, pending: Pending, error: TaskError) -> None:
        """A damaged ledger waits for a person: said in the run's log, once until it is sent."""
        run = self._core.registry.get(pending.run_path)
        if run is not None and error.error_class is ErrorClass.REFUSED and not pending.attempts:
            self._core.transitions.note(run, "ERROR", f"publish: {error.message}")

    def _taken(self, pending: Pending, written: bool) -> None:
        run = self._core.registry.get(pending.run_path)
        if not written and run is not None and run.durable.copy_begun:
            self._core.outbox.no_copy(pending)
            return
        self._core.outbox.sent(pending)


def _another(target: Target, nas_id: str) -> str:
    return (
        f"{target.nas_root} is NAS {nas_id}, but {target.nas_id} is expected: mount the right one, or, if the new one "
        f"is right, run: exlab-wizard accept-nas {target.nas_root} {nas_id}"
    )
