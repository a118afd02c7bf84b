"""Owns the background sync thread: starts due work, hears the workers, and gives up on those that hang."""

from __future__ import annotations

import queue
import threading
import time
from contextlib import suppress
from dataclasses import asdict

from exlab_wizard.listing.pace import Pace
from exlab_wizard.runs.states import Lifecycle
from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import Run
from exlab_wizard.station.restore_desk import RestoreDesk
from exlab_wizard.station.scrubber import Scrubber
from exlab_wizard.station.verifying import STATION, is_verifiable
from exlab_wizard.sync.crew import Assignment, Crew
from exlab_wizard.sync.engine.records import sweep_all_records
from exlab_wizard.sync.errands import Errands
from exlab_wizard.sync.fence import issue_token, lock_is_free, sweep_tokens
from exlab_wizard.sync.outcomes import Outcomes
from exlab_wizard.sync.queue import Job
from exlab_wizard.sync.retry import REARM_SECONDS
from exlab_wizard.sync.tasks import (
    ClearTask,
    ErrorClass,
    Outcome,
    Progress,
    RecheckTask,
    RestoreTask,
    SyncTask,
    Task,
    TaskError,
    VerifyTask,
)

_TICK_SECONDS = 0.2
_SILENT_SECONDS = 20.0  # without a word from a worker: its target is probed
_HUNG_SECONDS = 45.0  # without a word, and the target does not answer either: the attempt is over
_HOPELESS_SECONDS = 900.0  # without a word although the target answers: the attempt is over
_HOUSEKEEPING_SECONDS = 1.0
_AGAIN_SECONDS = 5.0
_LASTS_SECONDS = 0.5  # a sync that takes longer is written down as begun; most small ones are over by then
_STOPPED = (ErrorClass.FENCED, ErrorClass.INTERNAL, ErrorClass.TARGET)  # how one that was told to stop may end


class SyncThread:
    """One daemon thread; every effect on runs happens under the station's lock."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.crew = Crew(core.config.sync.workers)
        self._restores = RestoreDesk(core)
        self._outcomes = Outcomes(core, self._restores)
        self.errands = Errands(core, self.crew, self._outcomes, self._restores)
        self._stop = threading.Event()
        self._scrubber = Scrubber(core)
        self._housekept = 0.0
        self._thread = threading.Thread(target=self._run, name="exlab-sync", daemon=True)
        core.wake_sync = self.wake

    def start(self) -> None:
        """Begin, with what a crash left behind first."""
        self.take_up()
        self._thread.start()

    def take_up(self) -> None:
        """Put the jobs a crash left running back into the queue."""
        sweep_tokens(self._core.state)
        sweep_all_records(self._core.state)
        with self._core.lock:
            for job in self._core.queue.in_state("running"):
                self._recover(job)

    def step(self) -> None:
        """Start what is due, then hear what there is to hear; the thread does nothing but this, over and over."""
        with self._core.lock:
            if not self._stop.is_set():
                self._tick()
        self._hear()

    def wake(self) -> None:
        """There is something new to do."""
        self.crew.inbox.put(None)

    def stop(self, timeout: float) -> None:
        """End the thread and its workers within `timeout` seconds; what ran is queued again."""
        self._stop.set()
        self.wake()
        self._thread.join(timeout * 0.2)
        stuck = self.crew.stop(timeout * 0.8)
        with self._core.lock:
            self.errands.desk.give_up_waiting()
        if stuck:
            self._core.log.warning("worker processes stuck in the kernel are left behind: %s", stuck)

    def _recover(self, job: Job) -> None:
        run = self._core.registry.get(job.run_path)
        if run is None:
            self._core.queue.finish(job.id, "superseded")
            return
        issue_token(self._core.state, run.path, self._core.store.next_number("token"))
        run.job = self._core.queue.requeue(job.id)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.step()
            except Exception:
                self._core.log.exception("the sync thread met an error; it goes on")
                self._stop.wait(1.0)

    def _hear(self) -> None:
        """Take all messages there are; wait a moment for the first that something may follow from."""
        until, ended = time.monotonic() + _TICK_SECONDS, False
        while True:
            wait = 0.0 if ended else until - time.monotonic()
            try:
                message = self.crew.inbox.get(timeout=wait) if wait > 0 else self.crew.inbox.get_nowait()
            except queue.Empty:
                return
            # how far a task is starts nothing: looking at the queue after each such word is most of what it costs
            ended = ended or message is None or not isinstance(message[1], Progress)
            if message is None or self._stop.is_set():
                continue
            worker, content = message
            with self._core.lock:
                if isinstance(content, Progress):
                    self._progress(self.crew.of(worker), content)
                elif isinstance(content, Outcome):
                    self._outcome(self.crew.of(worker), content)
                else:
                    self._lost(self.crew.ended(worker))

    def _progress(self, assignment: Assignment | None, progress: Progress) -> None:
        if assignment is None:
            return
        assignment.heard, assignment.suspected = time.monotonic(), False
        self._published(assignment, progress.bytes_published)
        run = self._core.registry.get(assignment.task.run_path)
        if run is None or run.job is None or run.job.id != assignment.task.job_id:
            return
        pace = self._core.rows.paces.setdefault(
            assignment.task.run_path, Pace(isinstance(assignment.task, VerifyTask | ClearTask | RestoreTask))
        )
        pace.note(progress, assignment.heard)
        run.progress, run.progress_at = progress, pace.moved_at
        begun = progress.phase in ("copying", "verifying") and progress.files_total
        if begun and not run.durable.copy_begun and assignment.heard - assignment.started > _LASTS_SECONDS:
            run.durable.copy_begun = True
            self._core.registry.save(run)
        self._core.rows.mark(run)

    def _published(self, assignment: Assignment, byte_count: int) -> None:
        """Bytes that got their names on the NAS since this worker told it last."""
        self._core.activity.synced(max(0, byte_count - assignment.published))
        assignment.published = max(assignment.published, byte_count)

    def _outcome(self, assignment: Assignment | None, outcome: Outcome) -> None:
        if assignment is None or outcome.job_id != assignment.task.job_id:
            return
        self._published(assignment, outcome.data.get("bytes_copied", 0))
        self.crew.done(assignment)
        try:
            if outcome.error is None and assignment.lane == "sync" and not self._stop.is_set():
                self._start_jobs()  # the next job does not wait until the end of this one is written down
        finally:
            self._end(assignment, outcome)

    def _lost(self, assignment: Assignment | None) -> None:
        if assignment is not None:
            message = "The worker process ended unexpectedly; what it was doing is taken up again."
            self._end(assignment, Outcome(assignment.task.job_id, TaskError(ErrorClass.INTERNAL, message)))

    def _end(self, assignment: Assignment, outcome: Outcome) -> None:
        self._core.rows.paces.pop(assignment.task.run_path, None)
        if isinstance(assignment.task, SyncTask | RecheckTask | RestoreTask | VerifyTask):
            if assignment.stopping and outcome.error is not None and outcome.error.error_class in _STOPPED:
                self._outcomes.stopped(assignment.task)
            else:
                self._outcomes.job_ended(assignment.task, assignment.nas_root, outcome)
        else:
            self.errands.ended(assignment, outcome)

    def _tick(self) -> None:
        now = time.monotonic()
        self._watch_over(now)
        self._stop_paused()
        self.errands.start_due(now)
        self._start_jobs()
        self._start_verifications()
        if now - self._housekept > _HOUSEKEEPING_SECONDS:
            self._housekept = now
            self._housekeeping()
            self._scrubber.look()
        self._core.rows.flush(now_please=False)

    def _start_jobs(self) -> None:
        core = self._core
        if self.crew.free_slots() <= 0 or core.pauses.everything or not core.staging_there():
            return
        for job in core.queue.due():
            if self.crew.free_slots() <= 0:
                return
            run = core.registry.get(job.run_path)
            if run is None:
                core.queue.finish(job.id, "superseded")
            elif job.kind == "clear":
                continue
            elif self._may_start(run, job):
                self._start(run, job)

    def _start_verifications(self) -> None:
        """Beside the syncs, in slots of their own: neither waits for the other."""
        core = self._core
        if core.pauses.everything or not core.staging_there():
            return
        for job in core.queue.due(verifying=True):
            run, for_a_person = core.registry.get(job.run_path), job.requested_by != STATION
            if not self.crew.may_verify(for_a_person):
                return
            if run is None or run.job is None or run.job.id != job.id:
                core.queue.finish(job.id, "superseded")
            elif not is_verifiable(run):
                core.cancel(run)
            elif self._may_verify(run):
                self._start(run, job)

    def _may_verify(self, run: Run) -> bool:
        core, nas_root = self._core, self._core.nas_root(run.path)
        if core.held(run.path) or not core.targets.answers(nas_root) or self.crew.on_run(str(run.path)):
            return False
        # what is to be told on the NAS is told first: during a long reading nobody else is on the run
        return not core.outbox.waiting(str(run.path)) and lock_is_free(core.state, run.path)

    def _may_start(self, run: Run, job: Job) -> bool:
        core, nas_root = self._core, self._core.nas_root(run.path)
        if core.held(run.path) or core.equipment(run.path) is None or self.crew.on_run(job.run_path):
            return False  # paused, no longer configured, or at work
        if job.kind == "restore":
            ready = self._restores.may_start(run)
            return ready and self.crew.may_take(nas_root, len(core.targets)) and lock_is_free(core.state, run.path)
        if run.scan is None or not run.present or run.foreign_major:  # not looked at yet
            return False
        if job.kind == "sync":
            wanted = run.scan.byte_total
            if run.state is not Lifecycle.SYNC_QUEUED or not core.targets.takes(nas_root, wanted) or core.blocked(run):
                return False
            # a re-opened run publishes its state before any new file
            if run.durable.copy_begun and core.outbox.waiting(job.run_path):
                return False
        return self.crew.may_take(nas_root, len(core.targets)) and lock_is_free(core.state, run.path)

    def _start(self, run: Run, job: Job) -> None:
        core = self._core
        claimed = core.queue.claim(job)
        if claimed is None:
            return
        run.job, run.progress, run.progress_at = claimed, None, time.monotonic()
        try:
            issue_token(core.state, run.path, claimed.token)
            lane = "verify" if claimed.kind == "verify" else "sync"
            self.crew.start(self._task(run, claimed), core.nas_root(run.path), lane)
        except OSError as error:
            self._put_back(claimed, f"The job could not be started ({error.strerror}); it is tried again.")
            return
        core.transitions.note(run, "INFO", f"{claimed.kind} started, attempt {claimed.attempt + 1}, job {claimed.id}")
        core.rows.mark(run)

    def _put_back(self, job: Job, message: str) -> None:
        """A running job that no worker has: queued again in a moment, saying why."""
        self._core.log.warning("%s: %s", job.run_path, message)
        error = TaskError(ErrorClass.INTERNAL, message)
        run, queued = self._core.registry.get(job.run_path), None
        queued = self._core.queue.requeue(job.id, _AGAIN_SECONDS, asdict(error))
        if run is not None:
            run.job = queued
            self._core.rows.mark(run)

    def _task(self, run: Run, job: Job) -> Task:
        place, digest = self.errands.place(run.path), run.manifest_digest
        if job.kind == "verify":
            return VerifyTask(job.id, job.token, str(run.path), place, digest)
        if job.kind == "restore":
            return self._restores.task(run, job, place)
        equipment, previous = self._core.equipment(run.path), digest or None
        assert equipment is not None and run.scan is not None
        if job.kind == "recheck":
            return RecheckTask(job.id, job.token, str(run.path), place, run.scan.fingerprint, previous)
        given = equipment.manifest_filename if equipment.completeness_signal == "manifest" else None
        if run.durable.forced_incomplete and run.signal:
            given = None  # on a person's word: the instrument's manifest is missing or not usable
        odd = tuple(entry.path for entry in run.scan.odd)
        return SyncTask(job.id, job.token, str(run.path), place, run.durable.frozen, given, odd, previous)

    def _watch_over(self, now: float) -> None:
        """Notice workers that say nothing: past their limit, or silent. A slow NAS is a living one: any byte counts,

        and one that answers a probe is waited for.
        """
        for one in list(self.crew.at_work):
            silent = now - one.heard
            if one.deadline is not None and now > one.deadline:
                self._give_up(one, "does not answer")
            elif one.deadline is None and silent > _HOPELESS_SECONDS:
                self._give_up(one, f"has not moved a byte for {int(silent)} s")
            elif one.deadline is None and silent > _SILENT_SECONDS and not one.suspected:
                one.suspected = True
                self._core.targets.probe_soon(one.nas_root)
            elif one.suspected and silent > _HUNG_SECONDS and not self._core.targets.usable(one.nas_root):
                self._give_up(one, "does not answer")

    def _stop_paused(self) -> None:
        """Jobs of runs that are paused end at their next safe point. Clearings and errands are not held."""
        if not self._core.pauses:
            return
        for one in self.crew.at_work:
            if one.lane in ("sync", "verify") and not one.stopping and self._core.held(one.task.run_path):
                self.crew.stop_task(one)

    def _give_up(self, one: Assignment, what: str) -> None:
        """Fence the worker off, kill it without waiting, and let its task end as a failure of the target."""
        run = self._core.registry.get(one.task.run_path)
        if run is not None:
            with suppress(OSError):
                issue_token(self._core.state, run.path, self._core.store.next_number("token"))
        self.crew.abandon(one)
        self._core.log.warning("worker %d for %s abandoned: the NAS %s", one.worker.pid, one.task.run_path, what)
        error = TaskError(ErrorClass.TARGET, f"The NAS {what} ({one.nas_root}). Check the mount and the network.")
        self._end(one, Outcome(one.task.job_id, error))

    def _housekeeping(self) -> None:
        core = self._core
        for job in core.queue.in_state("failed"):
            if job.kind == "restore":  # a person asked for it, and asks again
                continue
            if job.ended_at is not None and time.time() - job.ended_at > REARM_SECONDS:
                self._outcomes.rearm(job)
        for job in core.queue.in_state("running"):
            if not self.crew.on_run(job.run_path) and not self._outcomes.undecided(job.id):
                self._put_back(job, "The job was lost between two steps; it is tried again.")
        for one in self.crew.at_work:
            run = core.registry.get(one.task.run_path)
            if run is not None:
                core.rows.mark(run)
