"""Owns the lifecycle of a run: its states, which edges exist, and the shape of a history entry."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class Lifecycle(StrEnum):
    """The five lifecycle states, in order (DESIGN 3.2). What people read is the display state."""

    STAGING = "staging"
    COMPLETE = "complete"
    SYNC_QUEUED = "sync_queued"
    SYNC_VERIFIED = "sync_verified"
    CLEARED = "cleared"

    @property
    def rank(self) -> int:
        """0 for `staging` up to 4 for `cleared`."""
        return _ORDER.index(self)


_ORDER = list(Lifecycle)


class Reason(StrEnum):
    """Why a run took an edge that does not lead forward."""

    LATE_DATA = "late_data"
    CHANGED = "changed"
    RENAMED = "renamed"
    FORCED = "forced"
    NAS_COPY_DAMAGED = "nas_copy_damaged"
    RESTORED = "restored"
    RECONCILED = "reconciled"


_BACK = {
    Reason.LATE_DATA: Lifecycle.STAGING,
    Reason.CHANGED: Lifecycle.STAGING,
    Reason.RENAMED: Lifecycle.STAGING,
}
_SIDEWAYS = {
    (Lifecycle.SYNC_VERIFIED, Lifecycle.SYNC_QUEUED): {Reason.FORCED, Reason.NAS_COPY_DAMAGED},
    (Lifecycle.CLEARED, Lifecycle.SYNC_VERIFIED): {Reason.RESTORED},
}


def allowed(old: Lifecycle, new: Lifecycle, reason: Reason | None) -> bool:
    """Whether the edge exists: one step forward, or one of the reasoned edges; reconciling may only step back."""
    if reason is Reason.RECONCILED:
        return new.rank <= old.rank
    if reason in _BACK:
        return new is _BACK[reason]
    if reason is not None:
        return reason in _SIDEWAYS.get((old, new), set())
    return new.rank == old.rank + 1


def utc_now() -> datetime:
    """The wall clock, UTC, whole seconds: for records, never for settling."""
    return datetime.now(UTC).replace(microsecond=0)


def stamp(at: datetime) -> str:
    """`2026-04-17T14:35:00Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def history_entry(
    state: Lifecycle, at: datetime, host: str, reason: Reason | None = None, by: str | None = None, **extra: Any
) -> dict[str, Any]:
    """One append-only entry: `state`, `at`, `host`, with `reason` and `by` only where there is one."""
    entry: dict[str, Any] = {"state": str(state), "at": stamp(at), "host": host}
    if reason is not None:
        entry["reason"] = str(reason)
    if by is not None:
        entry["by"] = by
    return entry | {key: value for key, value in extra.items() if value is not None}
