"""Owns what refuses a clearing before a disk is touched. It reads only: asking for a list changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from exlab_wizard.errors import Code, StagingError
from exlab_wizard.runs.states import Lifecycle, Reason
from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import Run, parse_stamp
from exlab_wizard.station.verifying import is_own_round, under_way
from exlab_wizard.sync.engine.verify import Reading


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a run is not cleared now; `verify_again`: whoever asks for its clearing has its copy verified afresh."""

    error: StagingError
    verify_again: bool = False


def objection(core: Core, run: Run) -> Objection | None:
    """Every condition that needs no disk; the rest is checked by the worker at the moment of deletion."""
    error = _foreign(run) or _cleared(run) or _not_at_rest(core, run) or _no_local(run) or _damaged(run)
    if error is not None:
        return Objection(error)
    unproven = _stale(core, run) or _warm(core, run)
    return Objection(unproven, verify_again=not core.held(run.path)) if unproven else None


def _foreign(run: Run) -> StagingError | None:
    if not run.foreign_major:
        return None
    message = f"{run.path}: ingest.json is of another version ({run.foreign_major}); nothing was deleted."
    return StagingError(Code.SCHEMA_MAJOR_MISMATCH, message, run_path=str(run.path))


def _cleared(run: Run) -> StagingError | None:
    if run.state is not Lifecycle.CLEARED:
        return None
    where = run.durable.proof.nas_path
    message = f"{run.path} is cleared already. Its data are at {where}."
    return StagingError(Code.RUN_CLEARED, message, run_path=str(run.path), nas_path=where)


def _not_at_rest(core: Core, run: Run) -> StagingError | None:
    """Not verified, or a job is at it; the station's own reading again makes way for a person."""
    busy = run.job is not None and run.job.live and not is_own_round(run)
    if run.state is Lifecycle.SYNC_VERIFIED and not busy:
        return None
    code, why = _not_now(core, run)
    path = str(run.path)
    return StagingError(code, f"{path} {why}; nothing was deleted.", run_path=path, current_state=str(run.state))


def _not_now(core: Core, run: Run) -> tuple[Code, str]:
    """Why a run that is not at rest in `sync_verified` cannot be cleared."""
    job = run.job
    if job is not None and job.live and job.kind == "recheck":
        held = (
            f"; to be compared, it {under_way(core, run)}" if core.held(run.path) else ", its bytes are being compared"
        )
        return Code.RUN_CHANGED_SINCE_VERIFIED, f"looks changed since it was verified{held}"
    if job is not None and job.live:
        return Code.RUN_BUSY, under_way(core, run)
    if has_changed(run):
        return Code.RUN_CHANGED_SINCE_VERIFIED, "has changed since it was verified and is synced again"
    return Code.STAGING_NOT_SYNC_VERIFIED, f"is {run.state}, not verified on the NAS; wait until it is Verified"


def has_changed(run: Run) -> bool:
    """Whether it was verified before and is on its way again because files came or changed."""
    last = run.durable.history[-1].get("reason") if run.durable.history else None
    return bool(run.durable.proof.manifest_digest) and last in (Reason.CHANGED, Reason.LATE_DATA)


def _no_local(run: Run) -> StagingError | None:
    path = str(run.path)
    if run.read_only:
        message = f"The station may not write in {path}, so it cannot clear it. Change the folder's rights."
        return StagingError(Code.NOT_PERMITTED, message, run_path=path)
    if run.local_files:
        return None
    where = run.durable.proof.nas_path
    message = f"{path} has no local data left. They are at {where}."
    return StagingError(Code.RUN_CLEARED, message, run_path=path, nas_path=where)


def _damaged(run: Run) -> StagingError | None:
    """Also damage that a person has taken note of: what is here may be all there is."""
    known = run.durable.damage
    if known is None:
        return None
    remedy = f"Put back what is damaged, then run `exlab-wizard verify --wait {run.path.leaf}`."
    message = f"{known.sentence} Nothing of {run.path} is cleared until its copy has been verified again."
    return StagingError(Code.NAS_COPY_NOT_PROVEN, message, run_path=str(run.path), paths=known.paths, next_step=remedy)


def _stale(core: Core, run: Run) -> StagingError | None:
    hours, proof = core.config.proof.reverify_after_hours, run.durable.proof
    proven, now = parse_stamp(proof.proven_at), datetime.now(UTC)
    if proven is not None and now - timedelta(hours=hours) <= proven <= now + timedelta(seconds=1):
        return None
    return StagingError(
        Code.NAS_COPY_NOT_PROVEN,
        f"The NAS copy of {run.path} was last proven at {proof.proven_at}, which is more than {hours:g} h ago or in "
        f"the future. {_when_again(core, run)}",
        run_path=str(run.path),
    )


def _when_again(core: Core, run: Run) -> str:
    if core.held(run.path):
        return "It is paused: resume it, then ask again."
    return "It is being verified again now; ask again when it is Verified."


def _warm(core: Core, run: Run) -> StagingError | None:
    """A proof from this computer's memory is none, unless the contents are read at the moment of deletion."""
    if core.config.proof.reread_before_clear or run.durable.proof.reading != Reading.WARM:
        return None
    return StagingError(
        Code.NAS_COPY_NOT_PROVEN,
        f"The NAS copy of {run.path} could only be read from this computer's memory, which proves nothing. Close "
        f"the programs here that have it open, or mount the NAS anew. {_when_again(core, run)}",
        run_path=str(run.path),
    )
