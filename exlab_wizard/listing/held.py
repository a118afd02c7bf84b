"""Owns the words about a pause, alone and beside whatever else is to be said of a run. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from exlab_wizard.api.models import DisplayState
from exlab_wizard.listing.shown import Display
from exlab_wizard.station.pauses import EVERYTHING, Hold
from exlab_wizard.station.registry import Run

_TROUBLE = (DisplayState.FAILED, DisplayState.BLOCKED)
_AT_REST = (DisplayState.VERIFIED, DisplayState.CLEARED)


def with_holds(run: Run, holds: Sequence[Hold], shown: Display) -> Display:
    """What a pause holds up is Paused. Trouble stays what it is, and so does what is at rest or only arrives: noted."""
    own = any(hold.of_run for hold in holds)
    waits = run.job is not None and run.job.live
    if not holds or shown.state is DisplayState.CLEARING or (shown.state in _AT_REST and not (own or waits)):
        return shown
    said = " ".join(hold.sentence for hold in holds)
    if shown.state in _TROUBLE:
        return replace(shown, why=f"{shown.why} {said}", next_step=f"{shown.next_step} {_resume(holds)}")
    if shown.state in _AT_REST or (shown.state is DisplayState.RECEIVING and not own):
        return replace(shown, why=f"{shown.why} {said}", next_step=_resume(holds))
    more = _more(run, shown)
    attention = shown.needs_attention and shown.state in (DisplayState.PAUSED, DisplayState.RECEIVING)
    return Display(DisplayState.PAUSED, f"{said} {more}".rstrip(), _resume(holds), attention, shown.actions)


def _resume(holds: Sequence[Hold]) -> str:
    names = ["it" if hold.of_run else "everything" if hold.scope == EVERYTHING else hold.scope for hold in holds]
    return f"Resume {' and '.join(names)} to go on."


def _more(run: Run, shown: Display) -> str:
    """What is worth knowing beside the pause: that its work is only stopping, or what it met before."""
    job = run.job
    if job is not None and job.state == "running":
        return "Its work stops at the next safe point; finished files stay."
    if shown.state in (DisplayState.PAUSED, DisplayState.RECEIVING):
        return shown.why
    if job is not None and job.live and job.error and job.error.get("message"):
        return f"The last attempt: {job.error['message']}"
    return "Its data are brought back after that." if run.restoring else ""
