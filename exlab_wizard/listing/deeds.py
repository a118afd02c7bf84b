"""Owns which deeds a row offers beside those its words name: verify, retry, pause and resume. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from exlab_wizard.api.models import DisplayState
from exlab_wizard.listing.shown import Action, Display
from exlab_wizard.station.pauses import Hold
from exlab_wizard.station.registry import Run

_MOVES = (
    DisplayState.WAITING,
    DisplayState.SYNCING,
    DisplayState.VERIFYING,
    DisplayState.STALLED,
    DisplayState.RESTORING,
    DisplayState.PAUSED,
)
_PROVEN = (DisplayState.VERIFIED, DisplayState.CLEARED, DisplayState.FAILED)
_HELD: frozenset[Action] = frozenset({"force_sync", "restore", "verify", "retry"})


def with_deeds(run: Run, holds: Sequence[Hold], shown: Display) -> Display:
    """Nothing is offered that would be refused: under a pause of more than this run its work cannot be asked for."""
    actions = list(shown.actions)
    if shown.state in _PROVEN and _may_verify(run):
        actions.insert(0 if actions[0] == "log" else 1, "verify")
    if run.retryable is not None and shown.state is not DisplayState.BLOCKED:
        actions.insert(0, "retry")
    if any(not hold.of_run for hold in holds):
        actions = [action for action in actions if action not in _HELD]
    elif holds:
        actions.insert(0, "resume")
    elif shown.state in _MOVES:
        actions.insert(actions.index("log"), "pause")
    return replace(shown, actions=tuple(actions))


def _may_verify(run: Run) -> bool:
    job = run.job
    return run.verifiable and (job is None or not job.live or (job.kind == "verify" and job.state != "running"))
