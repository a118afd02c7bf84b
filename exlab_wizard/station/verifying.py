"""Owns verifications outside a sync: asking for one, and what its end means for the run's proof."""

from __future__ import annotations

from typing import Any

from exlab_wizard import units
from exlab_wizard.clearing.receipts import Event
from exlab_wizard.errors import Code, StagingError
from exlab_wizard.station import damage
from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import Proof, Run
from exlab_wizard.sync.engine.verify import Reading
from exlab_wizard.sync.queue import EXPEDITED, Job

STATION = "station"  # who asks when nobody does


def is_verifiable(run: Run) -> bool:
    """Whether there is a verified copy on the NAS that can be held against its manifest."""
    return run.verifiable


def is_verifying(run: Run) -> bool:
    """Whether its live job is a verification."""
    return run.job is not None and run.job.live and run.job.kind == "verify"


def is_own_round(run: Run) -> bool:
    """Whether its live job is a verification nobody but the station asked for: whatever a person wants goes first."""
    return is_verifying(run) and run.job is not None and run.job.requested_by == STATION


def under_way(core: Core, run: Run) -> str:
    """What its live job does or waits for, in words that end a sentence."""
    job = run.job
    assert job is not None
    hold = next(iter(core.pauses.of(run.path)), None)
    if hold is not None and job.state != "running":
        return f"waits with a job ({job.kind}) and is {hold.said}: `{hold.command}` lets it go on, ask again after that"
    status = core.targets.status(core.nas_root(run.path))
    if job.state == "running" or job.kind not in ("verify", "restore"):
        return f"is being worked on ({job.kind}), ask again when that is done"
    what = "its copy on the NAS is to be read again" if job.kind == "verify" else "its data are to be brought back"
    asked = f"waits: {what} for {job.requested_by or STATION}"
    if status is not None and status.state != "ok":
        return f"{asked} as soon as {status.nas_root} is there ({status.why.rstrip('.')}); ask again after that"
    why = str((job.error or {}).get("message", "")).rstrip(".")
    again = f", tried again at {job.due_at:%H:%M:%S} UTC" if job.due_at else ""
    return f"{asked}{again}{f' ({why})' if why else ''}; ask again after that"


def ask(core: Core, run: Run, by: str) -> Job:
    """A person's verification, in front of the station's own; asking twice is one job. Raises `StagingError`."""
    path, job = str(run.path), run.job
    if run.foreign_major:
        message = f"{path}: ingest.json is of another version ({run.foreign_major}); it is left untouched."
        raise StagingError(Code.SCHEMA_MAJOR_MISMATCH, message, run_path=path)
    if job is not None and is_verifying(run):
        run.job = core.queue.rearm(job.id, EXPEDITED, by) or job
        core.wake_sync()
        return run.job
    if job is not None and job.live:
        message = f"{path} {under_way(core, run)}."
        raise StagingError(Code.RUN_BUSY, message, run_path=path)
    if not is_verifiable(run):
        sync = f"`exlab-wizard force-sync --wait {run.path.leaf}` syncs and verifies it."
        message = f"{path} is {run.state}: there is no verified copy on the NAS to read again yet. {sync}"
        raise StagingError(Code.STAGING_NOT_SYNC_VERIFIED, message, run_path=path, current_state=str(run.state))
    return core.enqueue(run, "verify", by, hurry=True)


def ended(core: Core, run: Run, job: Job, data: dict[str, Any]) -> None:
    """Take in what a reading found: one more pass, or damage, which is pushed again while staging has the data."""
    by = job.requested_by or STATION
    if data["ok"] and data["manifest_digest"] != run.manifest_digest:  # what was read is not the copy any more
        run.job = core.queue.finish(job.id, "superseded")
        return
    with core.transitions.changing(run, tell=False):
        run.job = core.queue.finish(job.id, "done")
        if data["ok"]:
            _passed(core, run, data)
        else:
            paths = sorted({*data["differing"], *data["missing"]})
            damage.found(core, run, paths, data["damaged"], data["file_count"])
    if data["ok"]:
        _tell_passed(core, run, by, data)
    elif data["healable"]:
        damage.push_again(core, run, by, job.id)


def _passed(core: Core, run: Run, data: dict[str, Any]) -> None:
    proof = run.durable.proof
    if not proof.manifest_digest:  # the database was lost: what was read is known again
        known = ("manifest_digest", "nas_path", "nas_id", "file_count", "byte_total")
        proof = run.durable.proof = Proof(**{name: data[name] for name in known})
    proof.first_at = proof.first_pass(data["verified_at"])
    proof.passes += data["reading"] != Reading.WARM
    proof.proven_at, proof.reading = data["verified_at"], data["reading"]
    damage.over(core, run)


def _tell_passed(core: Core, run: Run, by: str, data: dict[str, Any]) -> None:
    proof = run.durable.proof
    more = f", not ours: {', '.join(data['extra_names'][:3])}" if data["extra_names"] else ""
    core.transitions.note(
        run,
        "INFO",
        f"verified again for {by}: {units.count(data['file_count'], 'file')}, {data['bytes_read']} bytes read with "
        f"{data['reading']}, pass {proof.passes}, manifest {proof.manifest_digest}{more}",
    )
    core.receipts.write(Event.VERIFIED, run, by=by, passes=proof.passes)
