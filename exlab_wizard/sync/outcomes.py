"""Owns what the end of a sync, recheck, reading or restore means for its run: the proof, else the retry rule."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from exlab_wizard import units
from exlab_wizard.clearing.receipts import Event
from exlab_wizard.errors import StagingError
from exlab_wizard.runs.paths import CONTROL_DIR
from exlab_wizard.runs.states import Lifecycle, Reason, stamp, utc_now
from exlab_wizard.station import damage, verifying
from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import Proof, Run
from exlab_wizard.station.restore_desk import RestoreDesk
from exlab_wizard.sync.engine.verify import Reading
from exlab_wizard.sync.queue import Job
from exlab_wizard.sync.retry import Next, decide
from exlab_wizard.sync.tasks import (
    ErrorClass,
    Outcome,
    Progress,
    RecheckTask,
    RestoreTask,
    SyncTask,
    TaskError,
    VerifyTask,
)

_TARGET_TROUBLE = (ErrorClass.TARGET, ErrorClass.CONFIGURATION)
_COMES_BACK = (ErrorClass.TARGET, ErrorClass.TARGET_FULL, ErrorClass.CONFIGURATION)


class Outcomes:
    """Applies the ends of jobs. Callers hold the station's lock."""

    def __init__(self, core: Core, restores: RestoreDesk) -> None:
        self._core, self._restores = core, restores
        self._undecided: dict[str, list[tuple[Job, TaskError]]] = {}  # by NAS root, until a probe has answered

    def job_ended(
        self, task: SyncTask | RecheckTask | RestoreTask | VerifyTask, nas_root: str, outcome: Outcome
    ) -> None:
        """Take in the end of a job; one that no longer belongs to its run is ignored."""
        run = self._core.registry.get(task.run_path)
        job = self._core.queue.get(task.job_id)
        if run is None or job is None or job.state != "running" or run.job is None or run.job.id != job.id:
            return
        moved, run.progress = run.progress, None
        self._core.rows.mark(run)
        if outcome.error is not None:
            self._failed(run, job, nas_root, outcome.error, _missing_bytes(run, moved))
        elif isinstance(task, RecheckTask):
            self._rechecked(run, job, outcome.data)
        elif isinstance(task, RestoreTask):
            self._restores.ended(run, job, outcome.data)
        elif isinstance(task, VerifyTask):
            verifying.ended(self._core, run, job, outcome.data)
        else:
            self._verified(run, job, nas_root, outcome.data)

    def stopped(self, task: SyncTask | RecheckTask | RestoreTask | VerifyTask) -> None:
        """A job ended because its run is paused: queued as it was, no attempt counted, nothing held against it."""
        run, job = self._core.registry.get(task.run_path), self._core.queue.get(task.job_id)
        if run is None or job is None or job.state != "running" or run.job is None or run.job.id != job.id:
            return
        run.progress, run.job = None, self._core.queue.requeue(job.id, 0.0, job.error)
        self._core.transitions.note(run, "INFO", f"{job.kind} stopped for a pause, job {job.id}; finished files stay")
        self._core.rows.mark(run)
        self._core.wake_sync()

    def _verified(self, run: Run, job: Job, nas_root: str, data: dict[str, Any]) -> None:
        core = self._core
        if core.targets.found(nas_root, data["nas_id"], data["names"], []):
            core.rows.mark_all()
        core.targets.written(nas_root)
        old, known = run.durable.proof, run.durable.damage
        same = old.manifest_digest == data["manifest_digest"]
        proof = Proof(
            manifest_digest=data["manifest_digest"],
            proven_at=data["verified_at"],
            passes=(old.passes if same else 0) + (data["reading"] != Reading.WARM),
            fingerprint=data["fingerprint"],
            nas_path=data["nas_path"],
            nas_id=data["nas_id"],
            file_count=data["file_count"],
            byte_total=data["byte_total"],
            reading=data["reading"],
            first_at=old.first_pass(data["verified_at"]) if same else data["verified_at"],
        )

        def proven() -> None:  # receipts before the state: a crash in between writes them twice, never not at all
            run.durable.proof, run.durable.copy_begun, run.expedite, run.asked_at = proof, True, False, ""
            damage.over(core, run)
            self._write_receipts(run, data)
            run.job = core.queue.finish(job.id, "done")

        with core.transitions.at(run):
            core.transitions.note(run, "INFO", _summary(data))
            core.transitions.advance(
                run,
                Lifecycle.SYNC_VERIFIED,
                first=proven,
                nas_path=data["nas_path"],
                checksum_file=".exlab-wizard/checksums.sha256",
                files_verified=data["file_count"],
                bytes_verified=data["byte_total"],
                manifest_digest=data["manifest_digest"],
                healed=known.paths if known else None,
            )
        core.agenda.touch(str(run.path), 0.1)

    def _write_receipts(self, run: Run, data: dict[str, Any]) -> None:
        events: dict[Event, dict[str, Any]] = {}
        if data["files_copied"] or data["superseded"]:
            events[Event.COPIED] = {
                "files_copied": data["files_copied"],
                "bytes_copied": data["bytes_copied"],
                "superseded": len(data["superseded"]),
            }
        events[Event.VERIFIED] = {"passes": run.durable.proof.passes}
        self._core.receipts.write_all(run, events)

    def _rechecked(self, run: Run, job: Job, data: dict[str, Any]) -> None:
        core = self._core
        with core.transitions.changing(run, tell=False):
            run.job = core.queue.finish(job.id, "done")
            if not data["changed"]:
                run.durable.proof.fingerprint = run.durable.frozen = data["fingerprint"]
        if data["changed"]:
            core.transitions.note(
                run, "WARNING", f"bytes differ from the verified ones: {', '.join(data['changed'][:5])}"
            )
            self._core.reopen(run, Reason.CHANGED)
            return
        core.transitions.note(run, "INFO", "only file times changed; the bytes are as verified")

    def _failed(self, run: Run, job: Job, nas_root: str, error: TaskError, wanted: int) -> None:
        self._core.transitions.note(run, "ERROR", f"{job.kind}: {error.message}")
        if error.error_class in _TARGET_TROUBLE:
            self._undecided.setdefault(nas_root, []).append((job, error))
            self._core.targets.probe_soon(nas_root)
            return
        if error.error_class is ErrorClass.TARGET_FULL:
            self._core.targets.overflowed(nas_root, error.message, wanted)
            self._core.rows.mark_all()
        self._decide(run, job, error, target_ok=error.error_class is not ErrorClass.TARGET_FULL)

    def _decide(self, run: Run, job: Job, error: TaskError, target_ok: bool) -> None:
        queue, detail = self._core.queue, asdict(error)
        decision = decide(error.error_class, job.attempt + 1, target_ok)
        if decision.step is Next.RETRY:
            run.job = queue.retry(job.id, decision.delay_seconds, detail)
        elif decision.step in (Next.REQUEUE, Next.PAUSE_TARGET, Next.DROP):
            run.job = queue.requeue(job.id, decision.delay_seconds, detail)
        elif decision.step is Next.FAIL:
            run.job = queue.finish(job.id, "failed", detail)
            self._tell_failed(run, job, error)
        else:
            run.job = queue.finish(job.id, "superseded", detail)
            self._give_back(run, error)
        self._core.rows.mark(run)

    def _tell_failed(self, run: Run, job: Job, error: TaskError) -> None:
        if job.kind == "restore":
            if error.error_class is ErrorClass.HASH_MISMATCH and error.path:
                damage.met(self._core, run, error.path)
            self._restores.failed(run)
        elif job.kind == "sync":
            if error.error_class is ErrorClass.HASH_MISMATCH and self._is_gone(run, error.path):
                damage.met(self._core, run, error.path)
            self._core.transitions.tell_creation(run, "failed")

    def _is_gone(self, run: Run, path: str) -> bool:
        """Whether this is a data file of the run that staging has not got; in doubt it has."""
        if not path or path.startswith(f"{CONTROL_DIR}/"):
            return False
        *folders, name = path.split("/")
        try:
            with self._core.staging.open() as root, root.beneath(*run.path.parts, *folders) as folder:
                return not folder.exists(name)
        except (FileNotFoundError, NotADirectoryError):
            return True
        except (StagingError, OSError):
            return False

    def _give_back(self, run: Run, error: TaskError) -> None:
        """The run is not what was frozen: it settles again; as it stands it may be refused for good."""
        if error.error_class is ErrorClass.GIVEN_HASH and run.scan is not None:
            run.durable.held = {"fingerprint": run.scan.fingerprint, "why": error.message}
        if run.state.rank <= Lifecycle.SYNC_VERIFIED.rank and run.state is not Lifecycle.STAGING:
            self._core.reopen(run, Reason.CHANGED)

    def target_answered(self, nas_root: str, came_back: bool) -> None:
        """A probe found the right NAS: undecided failures count; when it was away, what failed for that goes again."""
        failed = self._core.queue.in_state("failed") if came_back else []  # before those that fail just now
        self._settle(nas_root, target_ok=True)
        self._core.outbox.retry_all()
        for job in failed:
            run = self._core.registry.get(job.run_path)
            error_class = (job.error or {}).get("error_class")
            if run is not None and self._core.nas_root(run.path) == nas_root and error_class in _COMES_BACK:
                self.rearm(job)

    def target_lost(self, nas_root: str) -> None:
        """A probe found nothing, or another NAS: the target pauses and no attempt is counted."""
        self._settle(nas_root, target_ok=False)

    def _settle(self, nas_root: str, target_ok: bool) -> None:
        for job, error in self._undecided.pop(nas_root, []):
            run = self._core.registry.get(job.run_path)
            if run is None or run.job is None or run.job.id != job.id or run.job.state != "running":
                continue
            if not target_ok:  # a wrong or missing NAS is the target's trouble, whatever the worker called it
                error = TaskError(ErrorClass.TARGET, error.message, error.path, error.number)
            self._decide(run, job, error, target_ok)

    def undecided(self, job_id: str) -> bool:
        """Whether this job waits for a probe's word."""
        return any(job.id == job_id for pairs in self._undecided.values() for job, _ in pairs)

    def rearm(self, job: Job) -> None:
        """Let a failed job try again, attempts forgotten."""
        run = self._core.registry.get(job.run_path)
        if run is not None and run.job is not None and run.job.id == job.id:
            run.job = self._core.queue.rearm(job.id)
            self._core.rows.mark(run)
            self._core.wake_sync()


def _summary(data: dict[str, Any]) -> str:
    superseded = len(data["superseded"])
    kept = f", {units.count(superseded, 'older version')} kept in superseded/" if superseded else ""
    return (
        f"verified on the NAS at {stamp(utc_now())}: {units.count(data['file_count'], 'file')}, "
        f"{data['byte_total']} bytes; copied {data['files_copied']} ({data['bytes_copied']} bytes), "
        f"adopted {data['files_adopted']}{kept}; read back with {data['reading']}, manifest {data['manifest_digest']}"
    )


def _missing_bytes(run: Run, progress: Progress | None) -> int:
    """How much of the run the NAS has not got yet, as far as is known."""
    total = run.scan.byte_total if run.scan else 0
    return max(0, total - progress.bytes_done) if progress and progress.phase == "copying" else total
