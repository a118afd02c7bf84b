"""Owns what follows from a person's pause, resume and retry: what each refuses, and what of a run it changes."""

from __future__ import annotations

from exlab_wizard.errors import Code, StagingError
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.states import utc_now
from exlab_wizard.station.core import Core
from exlab_wizard.station.pauses import EVERYTHING, Hold
from exlab_wizard.station.registry import Run
from exlab_wizard.sync.queue import EXPEDITED, Job


def pause_run(core: Core, run: Run, by: str) -> Hold:
    """Hold the run's work; what is under way stops at its next safe point. Asking twice leaves the first word."""
    before = core.pauses.get(str(run.path))
    hold = core.pauses.put(str(run.path), by)
    if before is None:
        core.transitions.note(run, "INFO", f"paused by {by}")
    core.rows.mark(run)
    core.wake_sync()
    return hold


def resume_run(core: Core, run: Run, by: str) -> None:
    """End the run's own pause. Raises `StagingError(paused)` while its instrument, or everything, is paused."""
    refuse_wide(core, run, "resumed")
    _lift(core, run, f"resumed by {by}")


def resume_gone(core: Core, path: RunPath, by: str) -> bool:
    """End the pause of a run that is not there, or whose instrument is not configured any more; whether there was one.

    A pause that nobody could end would be told of for ever.
    """
    known = core.registry.get(path) is not None and core.equipment(path) is not None
    if known or core.pauses.drop(str(path)) is None:
        return False
    core.log.info("%s, which is not in use, resumed by %s", path, by)
    return True


def pause_wide(core: Core, equipment_id: str | None, by: str) -> None:
    """Hold one instrument's runs, or everything. Raises `StagingError(invalid_request)` for an unknown instrument."""
    known = [equipment.id for equipment in core.config.equipment]
    if equipment_id is not None and equipment_id not in known:
        raise _unknown(equipment_id, known)
    scope = EVERYTHING if equipment_id is None else equipment_id
    if core.pauses.get(scope) is None:
        hold = core.pauses.put(scope, by)
        core.log.warning("%s", hold.sentence)
    _told(core)


def resume_wide(core: Core, equipment_id: str | None, by: str) -> None:
    """End the pause of one instrument, or that of everything; those of single runs and instruments stay."""
    scope = EVERYTHING if equipment_id is None else equipment_id
    known = [equipment.id for equipment in core.config.equipment]
    if equipment_id is not None and equipment_id not in known and core.pauses.get(scope) is None:
        raise _unknown(equipment_id, known)
    ended = core.pauses.drop(scope)
    if ended is not None:
        core.log.warning("%s resumed by %s", "everything" if scope == EVERYTHING else scope, by)
    _told(core)


def refuse_wide(core: Core, run: Run, asked: str) -> None:
    """A person's word about one run does not lift what is paused as a whole; it says who paused and how to resume."""
    hold = next((hold for hold in core.pauses.of(run.path) if not hold.of_run), None)
    if hold is None:
        return
    what = "everything" if hold.scope == EVERYTHING else hold.scope
    raise StagingError(
        Code.PAUSED,
        f"{hold.sentence} {run.path.leaf} is {asked} when {what} is resumed: `{hold.command}`.",
        run_path=str(run.path),
        equipment_id=None if hold.scope == EVERYTHING else hold.scope,
        paused_by=hold.by,
        paused_at=hold.at.isoformat(),
        next_step=f"`{hold.command}`",
    )


def overrule(core: Core, run: Run, by: str, what: str) -> None:
    """The newest word of a person counts: whoever asks for work on a run that is paused itself resumes it."""
    _lift(core, run, f"resumed by {by}, who asked for {what}")


def retry(core: Core, run: Run, by: str) -> Job:
    """Have the job that failed, or waits for its next attempt, go now. Raises `StagingError(nothing_to_retry)`."""
    job, path = run.retryable, str(run.path)
    if job is None and not run.present and run.durable.missing_since:
        since = f"is gone from staging since {run.durable.missing_since}"
        message = f"The folder of {path} {since}; move it back, then retry."
        raise StagingError(Code.RUN_NOT_FOUND, message, run_path=path)
    if job is None:
        message = f"{path} has no job that failed or waits for another attempt; there is nothing to retry."
        raise StagingError(Code.NOTHING_TO_RETRY, message, run_path=path, current_state=str(run.state))
    refuse_wide(core, run, "tried again")
    nas_root = core.nas_root(run.path)
    core.outbox.hurry(path)
    if not core.targets.usable(nas_root):
        core.targets.probe_soon(nas_root)
    if job.kind == "sync":
        run.expedite, run.asked_at = True, f"{utc_now():%H:%M} UTC"
    run.job = core.queue.rearm(job.id, EXPEDITED, by) or job
    overrule(core, run, by, "a retry")
    core.transitions.note(run, "INFO", f"retry of {job.kind} asked by {by}, job {job.id}")
    core.rows.mark(run)
    core.wake_sync()
    return run.job


def _lift(core: Core, run: Run, words: str) -> None:
    if core.pauses.drop(str(run.path)) is not None:
        core.transitions.note(run, "INFO", words)
        core.rows.mark(run)
        core.wake_sync()


def _told(core: Core) -> None:
    core.rows.mark_paused()
    core.wake_sync()


def _unknown(equipment_id: str, known: list[str]) -> StagingError:
    message = f"{equipment_id!r} is not a configured instrument. There are: {', '.join(known)}."
    return StagingError(Code.INVALID_REQUEST, message, key="equipment_id", known=known)
