"""Owns what a bulk clearing considers: which runs there are, and what speaks against each. Callers hold the lock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from exlab_wizard.api.bulk_models import BulkClearRequest
from exlab_wizard.errors import Code, StagingError
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.states import Lifecycle
from exlab_wizard.station.bulk_selection import Candidate, stamp_of
from exlab_wizard.station.clear_conditions import Objection, has_changed
from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import Run, parse_stamp


def demand_choice(request: BulkClearRequest) -> None:
    """Refuse to clear everything for want of a word, as an empty or lost body would have it."""
    if request.chooses or request.dry_run:
        return
    message = (
        "Say which runs to clear: runs, equipment_id, older_than_days or keep_newest. "
        'To clear every verified run, ask with "keep_newest": 0; "dry_run": true lists them first.'
    )
    raise StagingError(Code.INVALID_REQUEST, message, key="runs", known=sorted(BulkClearRequest.model_fields))


def demand_known(core: Core, equipment_id: str | None) -> None:
    """Refuse a narrowing that would quietly select nothing for want of a letter."""
    known = {equipment.id for equipment in core.config.equipment} | {run.path.equipment_id for run in core.registry}
    if equipment_id is not None and equipment_id not in known:
        message = f"There is no equipment {equipment_id!r}. Known: {', '.join(sorted(known))}."
        raise StagingError(Code.INVALID_REQUEST, message, key="equipment_id", known=sorted(known))


def all_listed(core: Core, equipment_id: str | None) -> list[RunPath]:
    """Runs that are verified and not cleared, or were verified before they changed; each instrument's oldest first."""
    listed = [run.path for run in core.registry if equipment_id in (None, run.path.equipment_id) and _is_listed(run)]
    return sorted(listed, key=lambda path: (path.equipment_id, stamp_of(str(path)), str(path)))


def all_here(core: Core) -> list[Candidate]:
    """Every verified run with data here: among these are each instrument's newest."""
    return [_plain(run) for run in core.registry if _is_here(run)]


def candidate(core: Core, path: RunPath, objection: Callable[[Run], Objection | None]) -> Candidate:
    """One run with what speaks against clearing it, as a single clearing would be refused."""
    try:
        run = core.found(path)
        against = _for_bulk_only(run) or objection(run)
    except StagingError as refused:
        return Candidate(str(path), path.equipment_id, code=refused.code, refusal=refused.message)
    plain = _plain(run)
    if against is None:
        return plain
    error, again = against.error, against.verify_again
    return Candidate(
        plain.run_path, plain.equipment_id, plain.verified, plain.verified_at, error.code, error.message, again
    )


def is_unseen(run: Run) -> bool:
    """Whether a run that may be cleared has not been looked at since the station began."""
    return run.state is Lifecycle.SYNC_VERIFIED and run.present and run.scan is None


def _for_bulk_only(run: Run) -> Objection | None:
    """What one may clear by itself, knowing it, and never among many."""
    path = str(run.path)
    if is_unseen(run):
        message = f"{path} has not been looked at since the server started; ask again in a moment."
        return Objection(StagingError(Code.STATION_STARTING, message, run_path=path))
    try:
        demand_signalled(run)
    except StagingError as refused:
        return Objection(refused)
    return None


def demand_signalled(run: Run) -> None:
    """Refuse a run that a person had synced before its instrument said that it was complete."""
    if run.durable.forced_incomplete is not None and _is_here(run):
        who = run.durable.forced_incomplete.get("by", "a person")
        message = f"{run.path} was synced without its completeness signal on the word of {who}; clear it by itself."
        raise StagingError(Code.RUN_NOT_COMPLETE, message, run_path=str(run.path))


def _is_listed(run: Run) -> bool:
    return is_unseen(run) or (run.local_files > 0 and (run.state is Lifecycle.SYNC_VERIFIED or has_changed(run)))


def _is_here(run: Run) -> bool:
    return run.state is Lifecycle.SYNC_VERIFIED and run.local_files > 0


def _plain(run: Run) -> Candidate:
    return Candidate(str(run.path), run.path.equipment_id, _is_here(run), _verified_at(run))


def _verified_at(run: Run) -> datetime | None:
    """When it last became Verified: later readings of its copy, each night perhaps, do not make it younger."""
    entries = reversed(run.durable.history)
    told = next((entry.get("at") for entry in entries if entry.get("state") == Lifecycle.SYNC_VERIFIED), None)
    at = parse_stamp(told) if isinstance(told, str) else None
    return at.astimezone(UTC) if at is not None and at.tzinfo is not None else None
