"""Owns a clearing from the asking to the answer: who waits for it, what refuses it, and what a crash left behind."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import asdict
from typing import Any

from exlab_wizard import units
from exlab_wizard.api.models import ClearResponse
from exlab_wizard.clearing.clear import finish_clearing, pending_clearings
from exlab_wizard.errors import Code, StagingError
from exlab_wizard.runs.control import open_control
from exlab_wizard.runs.states import Lifecycle, Reason, stamp, utc_now
from exlab_wizard.station import damage
from exlab_wizard.station.clear_conditions import Objection, objection
from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import Run
from exlab_wizard.station.verifying import is_own_round
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
_STOPPING = "{}: the server is stopping; nothing of it was deleted. Ask again after the next start."
_FIRST_SECONDS, _LAST_SECONDS = 2.0, 300.0  # between attempts to end a clearing that was cut short


class ClearingDesk:
    """Takes orders to clear and applies their ends. Callers hold the station's lock."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._waiting: dict[str, Future[ClearResponse]] = {}
        self._ids: dict[str, str] = {}
        self._closed = False
        self._attempts: dict[str, int] = {}  # to end a clearing that was cut short, by run path

    def ask(self, run: Run, by: str) -> Future[ClearResponse]:
        """Refuse at once with a `StagingError`, or give a future; a second asker waits for the first clearing."""
        key = str(run.path)
        if self.is_under_way(run):
            return self._waiting[key]
        objection = self.objection(run)
        if objection is not None and not objection.verify_again:
            raise objection.error
        if is_own_round(run):
            self._core.cancel(run)
        if objection is not None:
            self._core.sync_again(run, by)
            raise objection.error
        job = self._core.enqueue(run, "clear", by)
        self._core.transitions.note(run, "INFO", f"clear asked by {by}, job {job.id}")
        future: Future[ClearResponse] = Future()
        self._waiting[key] = future
        return future

    def is_under_way(self, run: Run) -> bool:
        """Whether somebody's clearing of the run waits or works: whoever asks now gets its numbers."""
        return self.is_awaited(run) and run.job is not None and run.job.live and run.job.kind == "clear"

    def objection(self, run: Run) -> Objection | None:
        """Why `ask` would refuse now; changes nothing. None while a clearing is under way, which one may join."""
        if self._closed:
            return Objection(StagingError(Code.RUN_BUSY, _STOPPING.format(run.path), run_path=str(run.path)))
        return None if self.is_under_way(run) else objection(self._core, run)

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
        """The server stops: everybody who waits is told so now, and what has not begun is taken off the queue."""
        self._closed = True
        waiting, self._waiting = self._waiting, {}
        for path in self._withdraw(waiting):
            waiting.pop(path).set_exception(StagingError(Code.RUN_BUSY, _STOPPING.format(path), run_path=path))
        for path, future in waiting.items():
            message = (
                f"{path}: the server is stopping; what had begun of the clearing is finished or undone after the next "
                f"start. Look at the run then, and ask again if it is not cleared."
            )
            future.set_exception(StagingError(Code.RUN_BUSY, message, run_path=path))

    def _withdraw(self, paths: Iterable[str]) -> list[str]:
        """Take clearings that no worker has begun off the queue; which. After the next start a person asks again."""
        runs = [run for run in map(self._core.registry.get, paths) if run is not None]
        jobs = {str(run.path): run.job.id for run in runs if run.job is not None and run.job.state == "queued"}
        try:
            self._core.queue.withdraw(list(jobs.values()))
        except sqlite3.Error:  # the next start finds that nothing had begun
            return []
        return list(jobs)

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


def _refusal(run: Run, error: TaskError) -> StagingError:
    path = str(run.path)
    code = Code(error.code) if error.code is not None else _CODES[error.error_class]
    return StagingError(code, error.message, run_path=path, path=error.path)
