"""Owns a clearing from the asking to the answer: who waits for it, what refuses it, and what a crash left behind."""

from __future__ import annotations

import secrets
from concurrent.futures import Future
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from exlab_wizard import units
from exlab_wizard.api.models import ClearResponse
from exlab_wizard.clearing.clear import finish_clearing, pending_clearings
from exlab_wizard.errors import Code, StagingError
from exlab_wizard.runs.control import open_control
from exlab_wizard.runs.states import Lifecycle, Reason, stamp, utc_now
from exlab_wizard.station import damage
from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import Run, parse_stamp
from exlab_wizard.station.verifying import is_own_round, under_way
from exlab_wizard.sync.engine.verify import Reading
from exlab_wizard.sync.queue import Job
from exlab_wizard.sync.tasks import ClearTask, ErrorClass, Outcome, Place, TaskError

_CODES = {
    ErrorClass.TARGET: Code.NAS_UNAVAILABLE,
    ErrorClass.TARGET_FULL: Code.NAS_UNAVAILABLE,
    ErrorClass.CONFIGURATION: Code.NAS_UNAVAILABLE,
    ErrorClass.CONFLICT: Code.NAS_COPY_NOT_PROVEN,
    ErrorClass.HASH_MISMATCH: Code.NAS_COPY_NOT_PROVEN,
    ErrorClass.GIVEN_HASH: Code.RUN_CHANGED_SINCE_VERIFIED,
    ErrorClass.SOURCE_IO: Code.STAGING_UNAVAILABLE,
    ErrorClass.CHANGED: Code.RUN_CHANGED_SINCE_VERIFIED,
    ErrorClass.FENCED: Code.RUN_BUSY,
    ErrorClass.BUSY: Code.RUN_BUSY,
    ErrorClass.REFUSED: Code.NOT_PERMITTED,
    ErrorClass.INTERNAL: Code.INTERNAL_ERROR,
}  # for what a worker did not give a code of its own
_FIRST_SECONDS, _LAST_SECONDS = 2.0, 300.0  # between attempts to end a clearing that was cut short


class ClearingDesk:
    """Takes orders to clear and applies their ends. Callers hold the station's lock."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._waiting: dict[str, Future[ClearResponse]] = {}
        self._ids: dict[str, str] = {}
        self._attempts: dict[str, int] = {}  # to end a clearing that was cut short, by run path

    def ask(self, run: Run, by: str) -> Future[ClearResponse]:
        """Refuse at once with a `StagingError`, or give a future; a second asker waits for the first clearing."""
        key = str(run.path)
        if key in self._waiting and run.job is not None and run.job.live and run.job.kind == "clear":
            return self._waiting[key]
        if is_own_round(run):
            self._core.cancel(run)
        self._refuse(run, by)
        job = self._core.enqueue(run, "clear", by)
        self._core.transitions.note(run, "INFO", f"clear asked by {by}, job {job.id}")
        future: Future[ClearResponse] = Future()
        self._waiting[key] = future
        return future

    def _refuse(self, run: Run, by: str) -> None:
        """Every condition that needs no disk; the rest is checked by the worker at the moment of deletion."""
        path = str(run.path)
        if run.foreign_major:
            raise StagingError(
                Code.SCHEMA_MAJOR_MISMATCH,
                f"{path}: ingest.json is of another version ({run.foreign_major}); nothing was deleted.",
                run_path=path,
            )
        if run.state is Lifecycle.CLEARED:
            where = run.durable.proof.nas_path
            raise StagingError(
                Code.RUN_CLEARED, f"{path} is cleared already. Its data are at {where}.", run_path=path, nas_path=where
            )
        if run.state is Lifecycle.SYNC_VERIFIED and not (run.job is not None and run.job.live):
            self._refuse_local(run)
            self._refuse_damaged(run)
            self._refuse_stale_proof(run, by)
            self._refuse_warm_proof(run, by)
            return
        code, why = _not_now(self._core, run)
        raise StagingError(code, f"{path} {why}; nothing was deleted.", run_path=path, current_state=str(run.state))

    def _refuse_local(self, run: Run) -> None:
        path = str(run.path)
        if run.read_only:
            raise StagingError(
                Code.NOT_PERMITTED,
                f"The station may not write in {path}, so it cannot clear it. Change the folder's rights.",
                run_path=path,
            )
        if not run.local_files:
            where = run.durable.proof.nas_path
            raise StagingError(
                Code.RUN_CLEARED, f"{path} has no local data left. They are at {where}.", run_path=path, nas_path=where
            )

    def _refuse_damaged(self, run: Run) -> None:
        """Also damage that a person has taken note of: what is here may be all there is."""
        known = run.durable.damage
        if known is not None:
            remedy = f"Put back what is damaged, then run `exlab-wizard verify --wait {run.path.leaf}`."
            message = f"{known.sentence} Nothing of {run.path} is cleared until its copy has been verified again."
            raise StagingError(
                Code.NAS_COPY_NOT_PROVEN, message, run_path=str(run.path), paths=known.paths, next_step=remedy
            )

    def _refuse_stale_proof(self, run: Run, by: str) -> None:
        hours = self._core.config.proof.reverify_after_hours
        proven, now = parse_stamp(run.durable.proof.proven_at), datetime.now(UTC)
        if proven is not None and now - timedelta(hours=hours) <= proven <= now + timedelta(seconds=1):
            return
        self._core.sync_again(run, by)
        raise StagingError(
            Code.NAS_COPY_NOT_PROVEN,
            f"The NAS copy of {run.path} was last proven at {run.durable.proof.proven_at}, which is more than "
            f"{hours:g} h ago or in the future. It is being verified again now; ask again when it is Verified.",
            run_path=str(run.path),
        )

    def _refuse_warm_proof(self, run: Run, by: str) -> None:
        """A proof from this computer's memory is none, unless the contents are read at the moment of deletion."""
        if self._core.config.proof.reread_before_clear or run.durable.proof.reading != Reading.WARM:
            return
        self._core.sync_again(run, by)
        raise StagingError(
            Code.NAS_COPY_NOT_PROVEN,
            f"The NAS copy of {run.path} could only be read from this computer's memory, which proves nothing. Close "
            "the programs here that have it open, or mount the NAS anew; it is being verified again now.",
            run_path=str(run.path),
        )

    def task(self, run: Run, job: Job, place: Place) -> ClearTask:
        """The worker's order. A job that nobody of this process asked for was cut short by a crash: recover it."""
        recover = not self.is_awaited(run)
        clearing_id = self._ids.setdefault(str(run.path), secrets.token_hex(6))
        proof = run.durable.proof
        return ClearTask(
            job.id,
            job.token,
            str(run.path),
            place,
            clearing_id=clearing_id,
            manifest_digest=proof.manifest_digest,
            by=job.requested_by or "unknown",
            recover=recover,
            proven_at=proof.proven_at,
            reverify_after_hours=self._core.config.proof.reverify_after_hours,
            reread=self._core.config.proof.reread_before_clear,
        )

    def is_awaited(self, run: Run) -> bool:
        """Whether somebody asked for the run's clearing and waits; if not, a clearing job is a recovery."""
        return str(run.path) in self._waiting

    def give_up_waiting(self) -> None:
        """The server stops: everybody who waits is told so now."""
        waiting, self._waiting = self._waiting, {}
        for path, future in waiting.items():
            message = (
                f"{path}: the server is stopping; what had begun of the clearing is finished or undone after the next "
                f"start. Look at the run then, and ask again if it is not cleared."
            )
            future.set_exception(StagingError(Code.RUN_BUSY, message, run_path=path))

    def ended(self, task: ClearTask, outcome: Outcome) -> None:
        """Take in the end: cleared, refused (nothing touched), or put back."""
        core, run = self._core, self._core.registry.get(task.run_path)
        self._ids.pop(task.run_path, None)
        if run is None or run.job is None or run.job.id != task.job_id:
            return
        core.rows.mark(run)
        core.receipts.send(run)
        if outcome.error is not None:
            self._refused(run, task, outcome.error)
            core.rows.flush()
            return
        self._attempts.pop(task.run_path, None)
        if outcome.data.get("undone"):
            self._undone(run, bool(outcome.data.get("partial")), str(outcome.data.get("why") or ""))
        else:
            self._cleared(run, task, outcome.data)
        core.rows.flush()

    def _refused(self, run: Run, task: ClearTask, error: TaskError) -> None:
        core = self._core
        core.transitions.note(run, "WARNING", f"clear not done: {error.message}")
        if self._left_behind(run):
            # cut short in the middle: finished or undone as soon as that can be, and until then nothing else is done
            run.job = core.queue.requeue(task.job_id, self._pause(task.run_path), asdict(error))
            self._answer(run, _refusal(run, error))
            return
        self._attempts.pop(task.run_path, None)
        run.job = core.queue.finish(task.job_id, "done", asdict(error))
        self._answer(run, _refusal(run, error))
        if error.code == Code.RUN_CHANGED_SINCE_VERIFIED:
            self._reopen(run)
        elif error.code == Code.NAS_COPY_NOT_PROVEN and run.state is Lifecycle.SYNC_VERIFIED:
            if error.path:  # a file that is not as verified; without one only the proof is missing
                damage.met(core, run, error.path)
            core.sync_again(run, task.by, Reason.NAS_COPY_DAMAGED if error.path else Reason.FORCED)
        core.agenda.touch(str(run.path), 0.05)

    def _pause(self, run_path: str) -> float:
        """Seconds until a clearing that was cut short is tried to be ended again; longer each time."""
        attempts = self._attempts[run_path] = self._attempts.get(run_path, 0) + 1
        return float(min(_LAST_SECONDS, _FIRST_SECONDS * 2 ** min(attempts - 1, 10)))

    def _left_behind(self, run: Run) -> bool:
        """Whether data lie in a holding folder; in doubt they do."""
        try:
            with self._core.staging.open() as root:
                control, _ = open_control(root, self._core.state, run.path)
            with control:
                return bool(pending_clearings(control))
        except (StagingError, OSError):
            return True

    def _undone(self, run: Run, partial: bool, why: str) -> None:
        """Everything (or what was left) is back in its place; with a part gone the run is a re-opened one."""
        assert run.job is not None
        run.job = self._core.queue.finish(run.job.id, "done")
        because = f" ({why})" if why else ""
        self._core.transitions.note(run, "WARNING", f"a clearing was undone{because}; every file left is back")
        if partial and run.state is not Lifecycle.STAGING:
            self._reopen(run)
            self._keep_signal(run)
        message = f"The clearing of {run.path} was undone{because}; every file left is back. Ask again."
        self._answer(run, StagingError(Code.RUN_BUSY, message, run_path=str(run.path)))
        self._core.agenda.touch(str(run.path), 0.05)

    def _reopen(self, run: Run) -> None:
        if run.state is not Lifecycle.STAGING:
            self._core.reopen(run, Reason.CHANGED)

    def _keep_signal(self, run: Run) -> None:
        """Its signal had come; the clearing may have taken it, or files it lists, and no instrument sends it again."""
        word = "the signal had come; what is missing here was cleared and is verified on the NAS"
        run.durable.forced_incomplete = {"by": "station", "at": stamp(utc_now()), "missing": word}
        self._core.registry.save(run)

    def _cleared(self, run: Run, task: ClearTask, data: dict[str, Any]) -> None:
        core, files, freed = self._core, int(data["files_freed"]), int(data["bytes_freed"])
        run.durable.freed = {"files": files, "bytes": freed}
        run.scan = None  # what is (or newly came) there is seen by the next look
        if run.state is Lifecycle.SYNC_VERIFIED:  # a recovery may end what was told already
            core.transitions.advance(
                run,
                Lifecycle.CLEARED,
                by=task.by,
                files_freed=files,
                bytes_freed=freed,
                nas_path=run.durable.proof.nas_path,
            )
        run.job = core.queue.finish(task.job_id, "done")
        core.transitions.note(run, "INFO", f"cleared by {task.by}: {units.count(files, 'file')}, {freed} bytes deleted")
        self.finish(run, data.get("clearing_ids") or [task.clearing_id])
        self._answer(run, ClearResponse(run_path=str(run.path), files_freed=files, bytes_freed=freed))
        core.agenda.touch(str(run.path), 0.05)

    def finish(self, run: Run, clearing_ids: list[str]) -> bool:
        """Remove the emptied holding folders, once the database says cleared. False when one still holds data."""
        try:
            with self._core.staging.open() as root:
                control, own = open_control(root, self._core.state, run.path)
                folder = root.beneath(*run.path.parts)
            with control, folder:
                empty = [finish_clearing(control, clearing_id, folder) for clearing_id in clearing_ids if own]
            return all(empty)
        except (StagingError, OSError) as error:
            self._core.log.warning("%s: holding folder not removed yet: %s", run.path, error)
            return True

    def refuse_unreachable(self, run: Run) -> None:
        """The NAS does not answer: nothing was touched, and whoever waits is told."""
        assert run.job is not None
        nas_root = self._core.nas_root(run.path)
        status = self._core.targets.status(nas_root)
        run.job = self._core.queue.finish(run.job.id, "done")
        message = (
            f"{nas_root} is not reachable: {status.why if status else ''} "
            f"{run.path} was not touched; ask again when the NAS is back."
        )
        self._answer(run, StagingError(Code.NAS_UNAVAILABLE, message, run_path=str(run.path)))

    def _answer(self, run: Run, answer: ClearResponse | StagingError) -> None:
        future = self._waiting.pop(str(run.path), None)
        self._core.rows.mark(run)
        self._core.rows.flush()
        if future is None:
            return
        if isinstance(answer, StagingError):
            future.set_exception(answer)
        else:
            future.set_result(answer)


def _not_now(core: Core, run: Run) -> tuple[Code, str]:
    """Why a run that is not at rest in `sync_verified` cannot be cleared."""
    job = run.job
    if job is not None and job.live and job.kind == "recheck":
        return Code.RUN_CHANGED_SINCE_VERIFIED, "looks changed since it was verified, its bytes are being compared"
    if job is not None and job.live:
        return Code.RUN_BUSY, under_way(core, run)
    last = run.durable.history[-1].get("reason") if run.durable.history else None
    if run.durable.proof.manifest_digest and last in (Reason.CHANGED, Reason.LATE_DATA):
        return Code.RUN_CHANGED_SINCE_VERIFIED, "has changed since it was verified and is synced again"
    return Code.STAGING_NOT_SYNC_VERIFIED, f"is {run.state}, not verified on the NAS; wait until it is Verified"


def _refusal(run: Run, error: TaskError) -> StagingError:
    path = str(run.path)
    code = Code(error.code) if error.code is not None else _CODES[error.error_class]
    return StagingError(code, error.message, run_path=path, path=error.path)
