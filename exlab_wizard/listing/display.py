"""Owns what a person is told about a run: the display state, why, and what to do next. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from exlab_wizard import units
from exlab_wizard.api.models import DisplayState, TargetStatus
from exlab_wizard.gate.findings import Finding
from exlab_wizard.gate.overrides import blocking
from exlab_wizard.listing.alarm import damaged, with_damage
from exlab_wizard.listing.deeds import with_deeds
from exlab_wizard.listing.held import with_holds
from exlab_wizard.listing.shown import Action, Display, moment
from exlab_wizard.runs.states import Lifecycle
from exlab_wizard.station.pauses import Hold
from exlab_wizard.station.registry import Durable, Run, parse_stamp
from exlab_wizard.sync.engine.verify import Reading
from exlab_wizard.sync.retry import DELAYS_SECONDS

STALLED_AFTER_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Context:
    """What counts beside the run itself. `now` is UTC, `tick` monotonic; `ahead` jobs go before this one."""

    now: datetime
    tick: float
    target: TargetStatus | None = None
    ahead: int = 0
    settle_seconds: float = 60.0
    no_signal_after_hours: float = 24.0
    signal_rule: str = ""
    configured: bool = True
    holds: tuple[Hold, ...] = ()


def describe(run: Run, context: Context) -> Display:
    """Choose the words: trouble first, then what is under way, then the resting states."""
    words = (_trouble, _under_way, _resting)
    found = next((shown for one in words if (shown := one(run, context)) is not None), None)
    if not context.configured:  # nothing is done with it, paused or not
        return with_damage(run, found or _receiving(run, context))
    shown = with_damage(run, with_holds(run, context.holds, found or _receiving(run, context)))
    return with_deeds(run, context.holds, shown)


def _trouble(run: Run, context: Context) -> Display | None:
    hard = blocking(run.findings)
    if run.foreign_major:
        return _foreign(run.foreign_major)
    if not context.configured and run.state.rank < Lifecycle.SYNC_VERIFIED.rank:
        return _not_configured(run.path.equipment_id)
    if run.durable.missing_since and not run.present and run.state.rank < Lifecycle.SYNC_VERIFIED.rank:
        return _lost(run.durable)
    if hard and run.state in (Lifecycle.COMPLETE, Lifecycle.SYNC_QUEUED) and not run.busy:
        return _blocked(hard)
    if run.alarm is not None and run.state.rank >= Lifecycle.SYNC_VERIFIED.rank and not (run.busy or run.restoring):
        return damaged(run, run.alarm)
    if run.unreadable and run.state is not Lifecycle.CLEARED:
        return Display(
            DisplayState.FAILED,
            f"The run cannot be read: {run.unreadable}.",
            "Check the folder's rights and the local disk; it is looked at again by itself.",
            True,
        )
    return None


def _foreign(problem: str) -> Display:
    return Display(
        DisplayState.BLOCKED,
        f"ingest.json was written by another version of the format ({problem}); it is left untouched.",
        "Upgrade ExLab-Wizard, or move that file away if it does not belong here.",
        True,
    )


def _not_configured(name: str) -> Display:
    return Display(
        DisplayState.PAUSED,
        f"{name} is not configured any more, so nothing is done with this run.",
        f"Add {name} to the configuration again, or move the run out of the staging directory.",
        True,
    )


def _lost(durable: Durable) -> Display:
    """The folder is gone, and what was in it had not been verified; a person may have taken note of that."""
    if durable.acknowledged:
        return Display(
            DisplayState.VERIFIED,
            f"What was verified before is at {durable.proof.nas_path}; what came later is gone (acknowledged).",
            "Nothing to do.",
        )
    return Display(
        DisplayState.FAILED,
        f"The run folder vanished at {moment(durable.missing_since or '')} before it was verified on the NAS.",
        "Find it and move it back; if the data are truly gone, press Acknowledge.",
        True,
        ("acknowledge", "log"),
    )


def _under_way(run: Run, context: Context) -> Display | None:
    job = run.job
    if job is None or not job.live:
        return None
    if job.kind == "clear":
        return _clearing(run, context)
    if job.kind == "verify":  # a run that waits for one is at rest
        return _running(run, context) if job.state == "running" else None
    if job.kind == "recheck":
        return Display(DisplayState.VERIFYING, "File times changed; the bytes are compared.", "Nothing to do.")
    if job.kind == "restore":
        return _restoring(run, context)
    paused = _paused(context)
    if job.state == "running":
        return _running(run, context)
    if paused is not None:
        return paused
    if job.state == "waiting":
        return _waiting_to_retry(run, context)
    return _queued(run, context)


def _clearing(run: Run, context: Context) -> Display:
    progress = run.progress
    if run.job is not None and run.job.state == "queued" and context.ahead:
        text = f"The local copy is cleared after {units.count(context.ahead, 'other run')}."
        return Display(DisplayState.CLEARING, text, "Nothing to do.")
    if progress is not None and progress.phase == "verifying" and progress.files_total:
        files = f"{progress.files_done:,} of {units.count(progress.files_total, 'file')}"
        text = f"The copy on the NAS is read once more before anything is deleted here, {files}."
        return Display(DisplayState.CLEARING, text, "Nothing to do.")
    return Display(DisplayState.CLEARING, "The local copy is being cleared.", "Nothing to do.")


def _running(run: Run, context: Context) -> Display:
    progress, quiet = run.progress, context.tick - run.progress_at
    if run.progress_at and quiet > STALLED_AFTER_SECONDS:
        away = _paused(context)
        return Display(
            DisplayState.STALLED,
            f"No bytes for {units.duration(quiet)}. {away.why if away else ''}".rstrip(),
            "The NAS is being checked; copying goes on by itself when it answers.",
            quiet > 300,
        )
    again = run.job is not None and run.job.kind == "verify"
    if progress is None or not progress.files_total:
        if again:
            return Display(DisplayState.VERIFYING, "Reading the copy on the NAS again has begun.", "Nothing to do.")
        return Display(DisplayState.SYNCING, "Copying has begun.", "Nothing to do.")
    files = f"{progress.files_done:,} of {units.count(progress.files_total, 'file')}"
    if progress.phase == "verifying":
        what = "Reading the copy on the NAS again" if again else "Checking the copy on the NAS"
        return Display(DisplayState.VERIFYING, f"{what}, {files}.", "Nothing to do.")
    return Display(DisplayState.SYNCING, f"Copying, {files}.", "Nothing to do.")


def _restoring(run: Run, context: Context) -> Display:
    job, progress, quiet = run.job, run.progress, context.tick - run.progress_at
    assert job is not None
    if not context.configured:
        return _not_configured(run.path.equipment_id)
    if job.state == "waiting":
        at = f"{job.due_at:%H:%M:%S} UTC" if job.due_at else "the next opportunity"
        step = f"Tried again at {at}, or at once by {_restore(run)}; nothing is lost meanwhile."
        return Display(DisplayState.STALLED, _error_text(run), step, True, _RESTORABLE)
    if job.state == "running" and run.progress_at and quiet > STALLED_AFTER_SECONDS:
        step = "The NAS is being checked; restoring goes on by itself when it answers."
        return Display(DisplayState.STALLED, f"No bytes for {units.duration(quiet)}.", step, quiet > 300)
    if job.state == "running" and progress is not None and progress.files_total:
        files = f"{progress.files_done:,} of {units.count(progress.files_total, 'file')}"
        return Display(DisplayState.RESTORING, f"Bringing the data back from the NAS, {files}.", "Nothing to do.")
    paused = _paused(context)
    if job.state == "queued" and paused is not None and context.target and context.target.state == "unavailable":
        return replace(paused, actions=("log",))
    return Display(DisplayState.RESTORING, "The data are brought back from the NAS in a moment.", "Nothing to do.")


def _restore(run: Run) -> str:
    return f"`exlab-wizard restore {run.path.leaf}`"


def _restore_failed(run: Run) -> Display:
    return Display(
        DisplayState.FAILED,
        f"Not restored: {_error_text(run)}",
        f"Mend the cause and run {_restore(run)}, or take note with Acknowledge.",
        True,
        ("restore", "acknowledge", "log"),
    )


def _paused(context: Context) -> Display | None:
    target = context.target
    if target is None or target.state not in ("unavailable", "full"):
        return None
    since = f" since {target.since:%H:%M} UTC" if target.since else ""
    what = "The NAS is full" if target.state == "full" else "NAS not reachable"
    return Display(
        DisplayState.PAUSED,
        f"{what}{since}: {target.why}",
        "Goes on by itself as soon as the NAS is back; nothing is lost meanwhile.",
        True,
        ("force_sync", "log"),
    )


def _waiting_to_retry(run: Run, context: Context) -> Display:
    job = run.job
    assert job is not None
    at = f"{job.due_at:%H:%M:%S} UTC" if job.due_at else "once more"
    return Display(
        DisplayState.STALLED,
        f"{_error_text(run)} Attempt {job.attempt} of {len(DELAYS_SECONDS) + 1}.",
        f"Tried again at {at}, or at once with Retry.",
        True,
        ("force_sync", "log"),
    )


def _queued(run: Run, context: Context) -> Display:
    asked = f"Asked at {run.asked_at}, starts" if run.asked_at else "Starts"
    behind = f"{asked} after {units.count(context.ahead, 'run')}." if context.ahead else f"{asked} in a moment."
    return Display(DisplayState.WAITING, behind, "Nothing to do.", False, ("force_sync", "log"))


def _error_text(run: Run) -> str:
    error = run.job.error if run.job else None
    return str(error.get("message", "")) if error else "The last attempt failed."


def _resting(run: Run, context: Context) -> Display | None:
    if run.job is not None and run.job.kind == "restore" and run.job.state == "failed" and not run.local_files:
        return _restore_failed(run)
    if run.state.rank >= Lifecycle.SYNC_VERIFIED.rank:
        shown = _cleared(run) if run.state is Lifecycle.CLEARED else _verified(run)
        return _with_reading(run, shown)
    if run.job is not None and run.job.state == "failed" and run.state is not Lifecycle.STAGING:
        text = _error_text(run)
        return Display(DisplayState.FAILED, text, "Mend the cause, then press Retry.", True, ("force_sync", "log"))
    if run.state in (Lifecycle.COMPLETE, Lifecycle.SYNC_QUEUED):
        return _paused(context) or _queued(run, context)
    return None


_RESTORABLE: tuple[Action, ...] = ("restore", "log")


def _with_reading(run: Run, shown: Display) -> Display:
    """What became of a reading again that is not under way: it waits, or could not be done."""
    job = run.job
    if job is None or job.kind != "verify":
        return shown
    if job.live:
        reason = f" ({_error_text(run)})" if job.error else ""
        return replace(shown, why=f"{shown.why} It waits to be read again{reason}.")
    if job.state == "failed":
        text = f"It could not be read again: {_error_text(run)}"
        step = f"Mend the cause, then run `exlab-wizard verify {run.path.leaf}`."
        return replace(shown, why=f"{text} {shown.why}", next_step=step, needs_attention=True)
    return shown


def _cleared(run: Run) -> Display:
    freed = run.durable.freed or {}
    amount = (
        f"{units.count(freed.get('files', 0), 'file')}, {units.size(freed.get('bytes', 0))} freed. " if freed else ""
    )
    unknown = "Where the data are on the NAS is not recorded here."
    where = f"The data are at {run.nas_path}{_last_proven(run)}." if run.nas_path else unknown
    return Display(DisplayState.CLEARED, f"{amount}{where}", "Nothing to do.", False, _RESTORABLE)


def _last_proven(run: Run) -> str:
    proven = run.durable.proof.proven_at
    return f", last read back at {moment(proven)}" if proven else ""


_LOOKING = "What is here of it is being looked at, as always when the server has started."


def _verified(run: Run) -> Display:
    proof = run.durable.proof
    files, when = units.count(proof.file_count, "file"), moment(proof.proven_at)
    text = f"Every byte of {files} was read back from the NAS at {when}."
    if proof.reading == Reading.WARM:
        text += " Some came from this computer's memory, so it must be read again before it is cleared."
    if run.unseen:
        return Display(DisplayState.VERIFIED, f"{text} {_LOOKING}", "Nothing to do.", False, ("log",))
    if not run.local_files:
        return Display(
            DisplayState.VERIFIED,
            f"{text} The local copy is gone.",
            f"The data are at {proof.nas_path}.",
            False,
            _RESTORABLE,
        )
    if run.read_only:
        step = "The station may not write here, so it cannot clear: change the folder's rights, or delete it yourself."
        return Display(DisplayState.VERIFIED, text, step, False, ("force_sync", "log"))
    return Display(
        DisplayState.VERIFIED, text, "Clear it when you need the space.", False, ("clear", "force_sync", "log")
    )


def _blocked(hard: list[Finding]) -> Display:
    first = hard[0]
    more = f" (and {len(hard) - 1} more)" if len(hard) > 1 else ""
    return Display(
        DisplayState.BLOCKED, f"{first.message}{more}", first.remedy, True, ("override", "force_sync", "log")
    )


def _receiving(run: Run, context: Context) -> Display:
    if run.durable.held:
        return Display(
            DisplayState.FAILED, run.durable.held["why"], "Push the file again, or press Force sync.", True, _TRY
        )
    if run.unseen and run.durable.had_data:
        return Display(DisplayState.RECEIVING, _LOOKING, "Nothing to do.", False, _TRY)
    hard = blocking(run.findings)
    note = f" It will be blocked: {hard[0].message}" if hard else ""
    bytes_here = units.size(run.scan.byte_total) if run.scan else "0 B"
    if not run.local_files and run.durable.proof.manifest_digest:
        return Display(
            DisplayState.RECEIVING,
            f"No file is here any more. What was verified before is at {run.nas_path}.",
            f"Nothing to do; `exlab-wizard restore {run.path.leaf}` brings it back.",
            False,
            _RESTORABLE,
        )
    if not run.local_files:
        return Display(DisplayState.RECEIVING, "No file yet.", "Waiting for the instrument's first file.", False, _TRY)
    if run.signal and not run.durable.forced_incomplete:
        return _unsignalled(run, context, f"{bytes_here} so far; {run.signal}.{note}")
    return Display(
        DisplayState.RECEIVING,
        f"{bytes_here} so far; complete once nothing has changed for {_rest(context)}.{note}",
        "Nothing to do; it is synced by itself.",
        bool(hard),
        _TRY,
    )


_TRY: tuple[Action, ...] = ("force_sync", "log")


def _unsignalled(run: Run, context: Context, text: str) -> Display:
    seen = parse_stamp(run.durable.first_seen_at) or context.now
    hours = (context.now - seen.astimezone(UTC)).total_seconds() / 3600
    if hours < context.no_signal_after_hours:
        return Display(DisplayState.RECEIVING, text, f"Waiting for {context.signal_rule}.", False, _TRY)
    return Display(
        DisplayState.RECEIVING,
        f"{text[:-1]} after {units.duration(hours * 3600)}.",
        f"Waiting for {context.signal_rule}; if it will not come, press Force sync and confirm.",
        True,
        _TRY,
    )


def _rest(context: Context) -> str:
    return units.duration(max(1.0, context.settle_seconds))
