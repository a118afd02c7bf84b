"""Owns a restore from the asking to the answer: what refuses it, the worker's order, and what its end means."""

from __future__ import annotations

from typing import Any

from exlab_wizard import units
from exlab_wizard.api.models import RestoreResponse
from exlab_wizard.clearing.receipts import Event
from exlab_wizard.errors import Code, StagingError
from exlab_wizard.runs.ingest import format_ingest
from exlab_wizard.runs.scan import RunScan
from exlab_wizard.runs.states import Lifecycle, Reason, stamp, utc_now
from exlab_wizard.station import damage
from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import Run
from exlab_wizard.station.verifying import is_own_round, under_way
from exlab_wizard.sync.queue import EXPEDITED, Job
from exlab_wizard.sync.tasks import Place, RestoreTask


class RestoreDesk:
    """Takes orders to restore and applies their ends. Callers hold the station's lock."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def ask(self, run: Run, by: str) -> RestoreResponse:
        """Refuse with a `StagingError`, or queue the job; a second asker gets the first's, and one that waits goes now.

        Without the NAS it is queued all the same, and waits.
        """
        core = self._core
        job = run.job if run.job is not None and run.job.live and run.job.kind == "restore" else None
        if job is None:
            if is_own_round(run):
                core.cancel(run)
            self._refuse(run)
            job = core.enqueue(run, "restore", by)
            core.transitions.note(run, "INFO", f"restore asked by {by}, job {job.id}")
        elif job.state == "waiting":
            job = run.job = core.queue.rearm(job.id, EXPEDITED, by) or job
            core.wake_sync()
        core.rows.mark(run)
        return RestoreResponse(run_path=str(run.path), state="queued", job_id=job.id)

    def _refuse(self, run: Run) -> None:
        path = str(run.path)
        if run.foreign_major:
            message = f"{path}: ingest.json is of another version ({run.foreign_major}); it is left untouched."
            raise StagingError(Code.SCHEMA_MAJOR_MISMATCH, message, run_path=path)
        if run.job is not None and run.job.live:
            message = f"{path} {under_way(self._core, run)}."
            raise StagingError(Code.RUN_BUSY, message, run_path=path)
        if run.local_files:
            raise _not_beside(run)
        emptied = run.state is Lifecycle.STAGING  # something came after clearing, and was taken away again
        if not run.manifest_digest or (run.state.rank < Lifecycle.SYNC_VERIFIED.rank and not emptied):
            message = f"{path} is {run.state}, and there is no verified copy on the NAS to restore it from."
            raise StagingError(Code.STAGING_NOT_SYNC_VERIFIED, message, run_path=path, current_state=str(run.state))

    def task(self, run: Run, job: Job, place: Place) -> RestoreTask:
        """The worker's order."""
        ingest = format_ingest(run.path, run.state, run.durable.history, run.durable.unknown).decode()
        return RestoreTask(job.id, job.token, str(run.path), place, run.manifest_digest, ingest)

    def may_start(self, run: Run) -> bool:
        """Whether the NAS is there to read from; a full one is."""
        status = self._core.targets.status(self._core.nas_root(run.path))
        return not run.foreign_major and status is not None and status.state in ("ok", "full")

    def ended(self, run: Run, job: Job, data: dict[str, Any]) -> None:
        """Every file is back and proven: the run is verified as it was before it was cleared."""
        core, by = self._core, job.requested_by or "unknown"
        files, size = int(data["files_restored"]), int(data["bytes_restored"])

        def back() -> None:
            _bring_up(run, data)
            run.job = core.queue.finish(job.id, "done")
            if not data["files_adopted"]:  # what stood here already was not read on the NAS
                damage.over(core, run)

        if run.state is Lifecycle.CLEARED:
            core.transitions.advance(
                run, Lifecycle.SYNC_VERIFIED, Reason.RESTORED, by, back, files_restored=files, bytes_restored=size
            )
        else:
            with core.transitions.changing(run):
                back()
                if run.state is Lifecycle.STAGING:
                    # verified once more on its way; what signalled it is back, or was never there
                    missing = "restored from the NAS, where it is verified"
                    run.durable.forced_incomplete = {"by": by, "at": stamp(utc_now()), "missing": missing}
            core.transitions.write_ingest(run)
        core.transitions.note(run, "INFO", _summary(data, by))
        core.receipts.write(Event.RESTORED, run, by=by, files_restored=files, bytes_restored=size)
        core.agenda.touch(str(run.path), 0.05)

    def failed(self, run: Run) -> None:
        """It is over for good: what lies in staging is looked at again, as of any cleared run."""
        self._core.agenda.touch(str(run.path), 0.05)


def _bring_up(run: Run, data: dict[str, Any]) -> None:
    """What is known of a run whose data are back."""
    durable, proof = run.durable, run.durable.proof
    files, size = int(data["files_restored"]), int(data["bytes_restored"])
    proof.fingerprint = durable.frozen = data["fingerprint"]
    durable.frozen_files, durable.freed = int(data["file_count"]), None
    durable.missing_since, durable.acknowledged, durable.had_data = None, False, True
    if not proof.manifest_digest:  # the database was lost: what is proven now is known again, but not its age
        proof.manifest_digest, proof.nas_path, proof.nas_id = run.manifest_digest, data["nas_path"], data["nas_id"]
        proof.file_count, proof.byte_total = files, size
    run.present, run.control_seen = True, ()
    run.scan = RunScan(data["fingerprint"], files, size)  # the next look finds what came meanwhile


def _not_beside(run: Run) -> StagingError:
    """Why nothing is restored into a run that has data here: all are here, or some are and have to go first."""
    path, here, total = str(run.path), run.local_files, run.durable.proof.file_count
    details: dict[str, Any] = {"run_path": path, "current_state": str(run.state)}
    files = units.count(here, "file")
    if total and run.state is not Lifecycle.SYNC_VERIFIED:
        message = (
            f"{path} has {files} in staging not verified yet; that is synced first. What was cleared before "
            f"comes back after that: when it is Verified, clear it, then restore all of it."
        )
        step = f"`exlab-wizard wait {run.path.leaf}`, clear it, then restore it."
    elif here < total:
        message = (
            f"{path} has {here:,} of its {total:,} verified files in staging. Clear it first, then restore: all of it "
            "comes back."
        )
        step = f"`exlab-wizard clear {run.path.leaf}`, then `exlab-wizard restore {run.path.leaf}`."
    else:
        return StagingError(
            Code.NOT_PERMITTED, f"The data of {path} are still here ({files}): nothing to restore.", **details
        )
    return StagingError(Code.NOT_PERMITTED, message, next_step=step, **details)


def _summary(data: dict[str, Any], by: str) -> str:
    adopted, extra = data["files_adopted"], data["files_extra"]
    here = f", {adopted} of them were here already" if adopted else ""
    more = f"; {units.count(extra, 'file')} on the NAS beyond the verified ones stayed there" if extra else ""
    return (
        f"restored for {by}: {units.count(data['files_restored'], 'file')}, {data['bytes_restored']} bytes{here}; "
        f"read back here with {data['reading']}, manifest {data['manifest_digest']}{more}"
    )
