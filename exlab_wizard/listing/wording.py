"""Owns the sentences lists share: the headline over all runs, and how far one job is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from exlab_wizard import units
from exlab_wizard.api.models import DisplayState, Overview, OverviewRow, Progress

EMPTY = "Nothing is staged. Runs show up here by themselves as soon as an instrument writes its first file."
NO_MATCH = "No run matches this filter."
_FINE = ("ok", "unknown")
_MOVING = (DisplayState.SYNCING, DisplayState.VERIFYING)


def headline(overview: Overview) -> str:
    """One sentence or three: how much is here, what needs a person, what moves, and the free disk space."""
    parts = [_amount(overview.runs), _attention(overview.runs), _movement(overview.runs, overview.at)]
    if overview.disk is not None:
        parts.append(f"{units.size(overview.disk.free)} free.")
    return " ".join(part for part in parts if part)


def _amount(rows: Sequence[OverviewRow]) -> str:
    if not rows:
        return "Nothing is staged."
    return f"{units.count(len(rows), 'run')}, {units.size(sum(row.byte_total for row in rows))} on this computer."


def _attention(rows: Sequence[OverviewRow]) -> str:
    number = sum(row.needs_attention for row in rows)
    return f"{number:,} {'needs' if number == 1 else 'need'} attention." if number else ""


def _movement(rows: Sequence[OverviewRow], now: datetime) -> str:
    """The rate of all jobs together, and when the last one is done, if every job knows."""
    jobs = [row.progress for row in rows if row.display_state in _MOVING and row.progress is not None]
    if not jobs:
        return ""
    speed = sum(job.bytes_per_second or 0 for job in jobs)
    text = f"Syncing at {units.rate(speed)}" if speed else f"Syncing {units.count(len(jobs), 'run')}"
    return f"{text}{_finish(jobs, now)}."


def _finish(jobs: Sequence[Progress], now: datetime) -> str:
    left = [job.seconds_left for job in jobs]
    known = [seconds for seconds in left if seconds is not None]
    if len(known) < len(left):
        return ""
    longest = max(known)
    if longest > units.DAY:
        return ", done in more than a day"
    return f", done about {(now + timedelta(seconds=longest)).astimezone():%H:%M}"


def notes(overview: Overview) -> list[str]:
    """What a person should know beside the runs: the NAS, a server that only reads, entries that are no runs."""
    away = [f"NAS {target.nas_root}: {target.why}" for target in overview.targets if target.state not in _FINE]
    leader = [overview.leader.message] if overview.leader.message and not overview.leader.leads else []
    strays = [
        f"Not a run: {entry.path} ({units.size(entry.bytes)}): {entry.reason.rstrip('.')}. {entry.remedy}"
        for entry in overview.unrecognised
    ]
    return away + leader + strays


def progress(row: OverviewRow) -> str:
    """`47 %, 79 GiB to go, about 1 h`; `checking, 62 %`; `100 %` only for a run that is verified; else empty."""
    if row.display_state in (DisplayState.VERIFIED, DisplayState.CLEARED):
        return "100 %"
    if row.display_state is DisplayState.RECEIVING:
        return f"{units.size(row.byte_total)} so far"
    return job_progress(row.progress) if row.progress is not None else ""


def job_progress(job: Progress) -> str:
    """How far a live job is, in words; empty while it only waits its turn."""
    share = units.percent(min(job.fraction, 0.999))
    match job.phase:
        case "queued":
            return ""
        case "verifying":
            return f"checking, {share}"
        case "copying":
            parts = [share, f"{units.size(job.bytes_total - job.bytes_done)} to go", _pace(job)]
            return ", ".join(part for part in parts if part)
        case phase:
            return f"{phase}, {share}"


def _pace(job: Progress) -> str:
    """The estimate; or, when no bytes came for a while, exactly that."""
    silent = job.seconds_since_bytes
    if silent is not None and silent >= units.NO_BYTES_AFTER_SECONDS:
        return f"no bytes for {units.duration(silent)}"
    return units.time_left(job.seconds_left) if job.seconds_left is not None else ""
